//! A rule that oversteps: a later deadline, another county's unit, a lower urgency. Each is
//! refused by its guard rail; the one proper wish among them is heard.

use chuishao_sdk::{
    Context, DeadlineKind, Effect, Event, Failure, Proposal, Rule, Tightening, TimeSpan, UnitSuggestion, Urgency,
    propose, rule,
};

struct Overreach;

impl Rule for Overreach {
    fn on_event(_: Event, _: &Context) -> Result<Vec<Proposal>, Failure> {
        let later = Tightening { kind: DeadlineKind::Close, within: TimeSpan::WorkingDays(20) };
        let foreign = UnitSuggestion { handling_unit: "370784-ZJ".into(), lead: true };
        Ok(vec![
            propose(Effect::TightenDeadline(later), "想把办结时限推迟到 20 个工作日"),
            propose(Effect::SuggestUnit(foreign), "想派给安丘市住建局"),
            propose(Effect::RaiseUrgency(Urgency::Ordinary), "想把紧急程度降为一般"),
            propose(Effect::AddTag("需关注".into()), "这一项是规则可以做的"),
        ])
    }
}

rule!(Overreach);
