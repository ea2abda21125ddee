//! 「聚焦群众反映强烈的合同纠纷、商业纠纷、平等民事主体之间的纠纷诉求，在热线受理中心设置"法律专席"，由常驻律师提供
//! 专业解答」: such calls are put through to the lawyers' seat while somebody sits there. Whether they are,
//! says the calendar.

use chuishao_sdk::{Context, Effect, Event, Failure, Opinion, OpinionStage, Proposal, Rule, Ticket, TicketState, rule};

/// The rule.
pub struct LegalSeat;

impl Rule for LegalSeat {
    fn on_event(_: Event, ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
        if ticket.state != TicketState::Registered || ticket.says(context.texts("not-words")?).is_some() {
            return Ok(vec![]);
        }
        let reason = match ticket.says(context.texts("words")?) {
            Some(word) => format!("诉求说到「{word}」，是平等主体之间的纠纷"),
            None if ticket.is_of(context.texts("categories")?) => format!("{}，多为合同纠纷", ticket.category_name),
            None => return Ok(vec![]),
        };
        let tag = Effect::AddTag("法律专席".into()).because(&*reason);
        if context.now.in_working_hours {
            let seat = Effect::SuggestSeat(context.text("seat")?.into()).because(format!("{reason}，请常驻律师解答"));
            return Ok(vec![seat, tag]);
        }
        let text = "律师工作时间在岗：请登记后告知来电人，工作时间由法律专席回复".into();
        let opinion = Opinion { stage: OpinionStage::Intake, text };
        Ok(vec![Effect::AttachOpinion(opinion).because(reason), tag])
    }
}

rule!(LegalSeat);
