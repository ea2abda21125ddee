//! A rule that oversteps: a later deadline, another county's unit, a lower urgency. Each is
//! refused by its guard rail; the one proper wish among them is heard.

use chuishao_sdk::{
    Context, DeadlineKind, Effect, Event, Failure, Proposal, Rule, Ticket, Tightening, TimeSpan, UnitSuggestion,
    Urgency, rule,
};

struct Overreach;

impl Rule for Overreach {
    fn on_event(_: Event, _: &Ticket, _: &Context) -> Result<Vec<Proposal>, Failure> {
        let later = Tightening { kind: DeadlineKind::Close, within: TimeSpan::WorkingDays(20) };
        let foreign = UnitSuggestion { handling_unit: "370784-ZJ".into(), lead: true };
        Ok(vec![
            Effect::TightenDeadline(later).because("想把办结时限推迟到 20 个工作日"),
            Effect::SuggestUnit(foreign).because("想派给安丘市住建局"),
            Effect::RaiseUrgency(Urgency::Ordinary).because("想把紧急程度降为一般"),
            Effect::AddTag("需关注".into()).because("这一项是规则可以做的"),
        ])
    }
}

rule!(Overreach);
