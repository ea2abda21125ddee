//! The city's 供热模式: 「11月5日,潍坊市政府办公室召开"每月一议"专题会议」, 「市12345热线也随之进入"供热模式"」, 「为优化
//! 供暖类诉求受理、转办、督办流程」. So it speaks at three places: at `intake`, where calls are asked for
//! estate, building, account number and room temperature and the company's seat is suggested; on the
//! way (`routing`), where the unit is suggested, the deadline becomes earlier, a whole building is urgent and
//! a cluster is nominated; and over the slow ones (`supervision`).

mod intake;
mod routing;
mod season;
mod supervision;

use chuishao_sdk::{
    Context, DeadlineKind, Event, Failure, Proposal, Review, ReviewContext, ReviewProposal, Rule, Ticket, TicketState,
    rule,
};

/// The rule.
pub struct HeatingMode;

impl Rule for HeatingMode {
    fn on_event(event: Event, ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
        // What was entered in the season is settled whenever the ticket is.
        if matches!(event, Event::ClosedOut(_)) {
            return Ok(supervision::settled(context));
        }
        if !season::is_on(context)? {
            return Ok(vec![]);
        }
        match event {
            Event::Registered | Event::Reclassified if ticket.state == TicketState::Registered => {
                intake::at_intake(ticket, context)
            }
            Event::FilledIn => Ok(intake::seat(ticket, context)?.into_iter().collect()),
            Event::Accepted | Event::Reclassified => routing::once_accepted(ticket, context),
            Event::EarlyWarning(DeadlineKind::Close) => Ok(supervision::near(ticket)),
            Event::Overdue(DeadlineKind::Close) => supervision::overdue(ticket, context),
            _ => Ok(vec![]),
        }
    }

    fn on_review(review: Review, context: &ReviewContext) -> Result<Vec<ReviewProposal>, Failure> {
        supervision::each_morning(&review, context)
    }
}

rule!(HeatingMode);
