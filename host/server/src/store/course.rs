//! What became of a ticket, as a row (办理经过): written in the transaction of what it follows
//! from, read by the reports. It repeats the ticket, and `verify` compares the two.

use super::many::Column::{Integer, Text, Truth};
use super::many::{ManyRows, RowValues};
use chuishao_domain::deadline::DeadlineKind;
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::side::SideEvent;
use chuishao_domain::ticket::Ticket;

pub(super) static COURSE: ManyRows = ManyRows {
    before: "insert into course (ticket_id, received_at, territory, department, category_group, response_minutes, \
             first_solved, solved, satisfied, closed, in_time, rework_count, hand_back_count, extended) ",
    columns: &[Text, Integer, Text, Text, Text, Integer, Truth, Truth, Truth, Truth, Truth, Integer, Integer, Truth],
    after: " on conflict (ticket_id) do update set department = excluded.department, \
            category_group = excluded.category_group, response_minutes = excluded.response_minutes, \
            first_solved = excluded.first_solved, solved = excluded.solved, satisfied = excluded.satisfied, \
            closed = excluded.closed, in_time = excluded.in_time, rework_count = excluded.rework_count, \
            hand_back_count = excluded.hand_back_count, extended = excluded.extended",
    returning: None,
};

/// Whether an event may change the row. One that is missing here is found by `verify`.
pub(super) fn changes(recorded: &Recorded) -> bool {
    matches!(
        &recorded.event,
        Event::Dispatched { .. }
            | Event::CopyAdded { .. }
            | Event::Reclassified { .. }
            | Event::CallerContacted { .. }
            | Event::ReportedBack { .. }
            | Event::HandBackRuled { .. }
            | Event::ExtensionRuled { .. }
            | Event::FollowedUp { .. }
            | Event::Reopened { .. }
            | Event::ClosedOut { .. }
            | Event::Overdue { kind: DeadlineKind::Close }
            | Event::Side(
                SideEvent::AnsweredDirectly { .. }
                    | SideEvent::ThreeWayCallHeld { .. }
                    | SideEvent::DeclineRuled { .. }
                    | SideEvent::PassedOn { .. }
            )
    )
}

/// The columns of `course`, in the order of [`COURSE`].
pub(super) fn row(ticket: &Ticket) -> RowValues {
    let (intake, figures) = (&ticket.intake, ticket.figures());
    let waited = |at: jiff::Timestamp| at.duration_since(intake.received_at).as_secs().max(0) / 60;
    let hand_backs = ticket.responsibility.hand_backs.iter().filter(|hand_back| hand_back.approved == Some(true));
    vec![
        ticket.id.as_str().into(),
        intake.received_at.as_millisecond().into(),
        ticket.territory().as_str().into(),
        ticket.city_department().map_or("", |unit| unit.as_str()).into(),
        intake.category.group().into(),
        ticket.course.first_response_at.map(waited).into(),
        figures.first_solved.into(),
        figures.solved.into(),
        figures.satisfied.into(),
        ticket.closed_at().is_some().into(),
        ticket.closed_in_time().into(),
        i64::from(ticket.rework_count).into(),
        i64::try_from(hand_backs.count()).unwrap_or(i64::MAX).into(),
        ticket.extended.into(),
    ]
}
