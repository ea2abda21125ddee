//! A life as it is told to the desk: each command at its moment, and between them the clock,
//! which looks exactly when there is something to see.

use chuishao_domain::actor::{Actor, By};
use chuishao_domain::command::Command;
use chuishao_domain::event::Recorded;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::ticket::Ticket;
use jiff::Timestamp;

/// Where commands go: the same walk that a real call takes.
pub trait Desk {
    /// Plays a command; the ticket is absent for the registration alone. Gives the ticket as
    /// it then is, and the events that were recorded.
    ///
    /// # Errors
    /// The refusal, when the command is not legal.
    fn command(
        &self,
        ticket: Option<Ticket>,
        command: &Command,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(Ticket, Vec<Recorded>), Refusal>;
}

/// Looks of the clock between two commands at most: a local rule that keeps setting timers
/// cannot hold up the year.
const MOST_LOOKS: usize = 256;

/// Why a story goes on no further.
pub enum Stop {
    /// The year is cut here.
    Cut,
    /// A command was refused.
    Refused(Refusal),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A ticket and what happened to it so far.
pub struct Story<'a, D> {
    desk: &'a D,
    until: Timestamp,
    now: Timestamp,
    ticket: Ticket,
    events: Vec<Recorded>,
}

impl<'a, D: Desk> Story<'a, D> {
    /// A story begins with the registration.
    pub fn begin(desk: &'a D, register: &Command, by: By, now: Timestamp, until: Timestamp) -> Result<Self, Refusal> {
        let (ticket, events) = desk.command(None, register, &Actor::Known(by), now)?;
        Ok(Self { desk, until, now, ticket, events })
    }

    /// The ticket as it is now.
    pub fn ticket(&self) -> &Ticket {
        &self.ticket
    }

    /// What time it is in the story.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Somebody does something, not before what was done last.
    pub fn act(&mut self, at: Timestamp, command: &Command, by: By) -> Result<(), Stop> {
        let at = at.max(self.now);
        self.look(at.min(self.until))?;
        if at >= self.until {
            return Err(Stop::Cut);
        }
        self.play(at, command, by)?;
        Ok(())
    }

    /// Lets the clock look at everything that comes before the cut.
    pub fn end(mut self) -> Result<(Ticket, Vec<Recorded>), Refusal> {
        self.look(self.until)?;
        Ok((self.ticket, self.events))
    }

    fn look(&mut self, before: Timestamp) -> Result<(), Refusal> {
        for _ in 0..MOST_LOOKS {
            let Some(at) = self.ticket.wakes_at().map(|at| at.max(self.now)).filter(|&at| at < before) else { break };
            let seen = self.events.len();
            self.play(at, &Command::Tick, By::Clock)?;
            if self.events.len() == seen {
                break;
            }
        }
        Ok(())
    }

    fn play(&mut self, at: Timestamp, command: &Command, by: By) -> Result<(), Refusal> {
        // The desk takes the ticket and gives it back; after a refusal nobody asks for it.
        let (ticket, events) = self.desk.command(Some(self.ticket.clone()), command, &Actor::Known(by), at)?;
        self.ticket = ticket;
        self.events.extend(events);
        self.now = at;
        Ok(())
    }
}
