//! What follows on other tickets (连带): written in the transaction of the event that it follows
//! from, and worked off afterwards. Each is given again after a crash, which does no harm: given
//! twice it changes nothing.

use super::database::{Row, Statement};
use super::many::Column::{Integer, Text};
use super::many::{ManyRows, RowValues};
use super::{Store, StoreError};
use chuishao_domain::command::Command;
use chuishao_domain::event::Recorded;
use chuishao_domain::handle::others::for_others;
use chuishao_domain::ids::TicketId;
use chuishao_domain::ticket::Ticket;

pub(super) static FOLLOW_ON: ManyRows = ManyRows {
    before: "insert into follow_on (ticket_id, sequence, target_id, command) ",
    columns: &[Text, Integer, Text, Text],
    after: "",
    returning: None,
};

/// A command that follows on another ticket.
#[derive(Clone, Debug)]
pub struct FollowOn {
    /// The ticket whose event it follows from.
    from: TicketId,
    /// The event's place.
    sequence: i64,
    /// The ticket that it is given to.
    pub target: TicketId,
    /// What.
    pub command: Command,
}

pub(super) fn rows(ticket: &Ticket, events: &[Recorded]) -> Vec<RowValues> {
    let row = |event: &Recorded, (target, command): (TicketId, Command)| {
        vec![
            ticket.id.as_str().into(),
            event.sequence.cast_signed().into(),
            target.as_str().into(),
            command.name().into(),
        ]
    };
    events.iter().flat_map(|event| for_others(event, ticket).into_iter().map(|one| row(event, one))).collect()
}

impl FollowOn {
    /// The commands of this kind say nothing but which ticket they come from.
    fn read(row: &Row) -> Result<Option<Self>, sqlx::Error> {
        let from = TicketId(row.text(0)?);
        let command = match row.text(3)?.as_str() {
            "absorb" => Command::Absorb { ticket: from.clone() },
            "answer-merged" => Command::AnswerMerged { main: from.clone() },
            _ => return Ok(None),
        };
        Ok(Some(Self { from, sequence: row.integer(1)?, target: TicketId(row.text(2)?), command }))
    }
}

impl Store {
    /// What still has to be given to other tickets, the oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn follow_ons(&self, limit: u32) -> Result<Vec<FollowOn>, StoreError> {
        let asked = Statement::new(
            "select ticket_id, sequence, target_id, command from follow_on order by ticket_id, sequence, target_id limit $1",
        );
        let mut all = Vec::new();
        for row in self.pool.all(asked.bind(i64::from(limit))).await? {
            match FollowOn::read(&row)? {
                Some(one) => all.push(one),
                None => tracing::error!(command = row.text(3)?, "a follow-on that this version does not know"),
            }
        }
        Ok(all)
    }

    /// Takes one off: it was given, or never will be.
    ///
    /// # Errors
    /// The database failed; it is given again.
    pub async fn settle_follow_on(&self, one: &FollowOn) -> Result<(), StoreError> {
        let done = Statement::new("delete from follow_on where ticket_id = $1 and sequence = $2 and target_id = $3");
        let done = done.bind(one.from.as_str()).bind(one.sequence).bind(one.target.as_str());
        self.pool.execute(done).await?;
        Ok(())
    }
}
