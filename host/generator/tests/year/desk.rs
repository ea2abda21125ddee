//! The smallest desk: the one door, and nothing around it.

use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::apply::{apply, begin};
use chuishao_domain::command::Command;
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::handle::handle;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::ticket::Ticket;
use chuishao_generator::Desk;
use jiff::Timestamp;

/// Keeps nothing but the world.
pub struct BareDesk<'w>(pub &'w World);

impl Desk for BareDesk<'_> {
    fn command(
        &self,
        mut ticket: Option<Ticket>,
        command: &Command,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(Ticket, Vec<Recorded>), Refusal> {
        let by: By = match actor {
            Actor::Known(by) => by.clone(),
            Actor::Rule(_) => return Err(Refusal::new("no-rules", "没有规则", "there are no rules here")),
        };
        let mut history = Vec::new();
        for event in handle(self.0, ticket.as_ref(), command, actor, now)? {
            let sequence = ticket.as_ref().map_or(1, |ticket| ticket.version + 1);
            let recorded = Recorded { sequence, at: now, by: by.clone(), event };
            match (&mut ticket, &recorded.event, command) {
                (Some(ticket), ..) => apply(ticket, &recorded),
                (None, Event::Registered { intake, urgency }, Command::Register { id, .. }) => {
                    ticket = Some(begin(id, intake, *urgency));
                }
                _ => {}
            }
            history.push(recorded);
        }
        let ticket = ticket.ok_or_else(|| Refusal::new("no-ticket", "工单不存在", "there is no such ticket"))?;
        Ok((ticket, history))
    }
}
