//! The desk (受理台): the walk of one command. It loads the ticket at its version, has the
//! command walked (no transaction is open while guests run), commits everything at once,
//! and computes again when the version moved in between. Keep this the smallest room.

mod outcome;

pub use outcome::{DeskError, Receipt};

use crate::clock::Clock;
use crate::once::{Key, kept, once, written};
use crate::outward;
use crate::reference::Reference;
use crate::registry::shadow::{Job, Queue};
use crate::registry::{Live, Registry, guard};
use crate::report::standing::Standing;
use crate::store::audit::OwedLine;
use crate::store::callers::NewCaller;
use crate::store::facts::StoreFacts;
use crate::store::tickets::{Before, Commit, CommitError, Current, KeptAnswer};
use crate::store::{Store, StoreError};
use crate::vault::keys::Keys;
use crate::vault::new_caller;
use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::calendar::civil;
use chuishao_domain::command::Command;
use chuishao_domain::evaluation::rule_set::RuleSets;
use chuishao_domain::event::Event;
use chuishao_domain::handle::others::for_others;
use chuishao_domain::ids::{CallerRef, TicketId};
use chuishao_domain::rule::record::DecisionRecord;
use chuishao_domain::ticket::{Intake, Ticket};
use chuishao_domain::vault::Caller;
use chuishao_sandbox::traces::TRACES;
use chuishao_sandbox::walk::{Opened, Walk, Walked};
use jiff::Timestamp;
use jiff::civil::Date;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, Notify, Semaphore};
use tracing::field::Empty;
use tracing::{Instrument, info_span};

/// Ticket numbers reserved at a time: one write for so many calls.
const NUMBERS_AT_A_TIME: u32 = 64;

/// What is done, by whom.
#[derive(Clone)]
pub struct Submission {
    /// The ticket; absent when one is registered.
    pub ticket: Option<TicketId>,
    /// The version that the caller expects, if it cares.
    pub expected_version: Option<u64>,
    /// What.
    pub command: Command,
    /// Who.
    pub by: By,
    /// Who called, when a ticket is registered.
    pub caller: Option<Calling>,
    /// The key, if the request carried one.
    pub key: Option<Key>,
    /// The line of the audit log that is written with it, where there are accounts.
    pub line: Option<OwedLine>,
}

/// Who called about a new ticket.
#[derive(Clone)]
pub struct Calling {
    sealed: Arc<NewCaller>,
    /// 此号码此前的工单件数
    earlier_tickets: u64,
}

/// The desk and what it works with.
pub struct Desk {
    /// The store.
    pub store: Store,
    /// Reference data and calendar.
    pub reference: Reference,
    /// 考核规则, every version.
    pub rule_sets: RuleSets,
    /// The plugins.
    pub registry: Arc<Registry>,
    /// Commands on their way into the shadow.
    pub shadows: Queue,
    /// The moment.
    pub clock: Arc<Clock>,
    /// What the vault is locked with.
    pub keys: Arc<Keys>,
    /// 滞留分析, as it was made last.
    pub standing: Standing,
    /// Rung when there is something in the outbox.
    pub outbox_bell: Arc<Notify>,
    /// Rung when something follows on another ticket.
    pub follow_on_bell: Arc<Notify>,
    numbers: Mutex<Option<(Date, u64, u64)>>,
    /// Walks at the same time: more than the processors can run would only make each other
    /// slow, and a slow guest looks like a looping one.
    walks: Semaphore,
}

/// A walk that came to its end, the rules that it was made by, and for the shadow where it began.
struct Finished {
    walked: Walked,
    live: Arc<Live>,
    beginning: Option<(Opened, Arc<World>, Timestamp)>,
}

impl Desk {
    /// Opens the desk.
    #[must_use]
    pub fn new(store: Store, reference: Reference, registry: Arc<Registry>, clock: Arc<Clock>, keys: Keys) -> Self {
        let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let bell = || Arc::new(Notify::new());
        let (outbox_bell, follow_on_bell, walks) = (bell(), bell(), Semaphore::new(processors));
        let (rule_sets, keys, numbers) = (RuleSets::shipped(), Arc::new(keys), Mutex::new(None));
        let shadows = Queue::default();
        Self {
            store,
            reference,
            rule_sets,
            registry,
            shadows,
            standing: Standing::default(),
            clock,
            keys,
            outbox_bell,
            follow_on_bell,
            numbers,
            walks,
        }
    }

    /// The world of today. Whoever computes something takes it once.
    #[must_use]
    pub fn world(&self) -> Arc<World> {
        self.reference.known().world_at(self.clock.now())
    }

    /// Registers a ticket for a call that just came in.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn register(
        &self,
        intake: Intake,
        caller: Caller,
        by: By,
        key: Option<Key>,
        line: Option<OwedLine>,
    ) -> Result<Receipt, DeskError> {
        let id = self.next_id().await?;
        let (reference, now) = (CallerRef::of(&id), self.clock.now());
        let calling = self.seal(&id, &reference, &caller, by.clone(), now).await?;
        let intake = Intake { caller: reference, received_at: now, ..caller.masked_intake(intake) };
        let command = Command::Register { id, intake: Box::new(intake) };
        let caller = Some(calling);
        self.submit(Submission { ticket: None, expected_version: None, command, by, caller, key, line }).await
    }

    /// The ticket that a call would become were it registered so, and what rules would ask for. Nothing
    /// of it is written, and no number is used up.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn rehearse(&self, intake: Intake, by: By) -> Result<(Ticket, Vec<DecisionRecord>), DeskError> {
        let now = self.clock.now();
        let id = TicketId::new(civil(now).date(), 0);
        let intake = Intake { caller: CallerRef::of(&id), received_at: now, ..intake };
        let command = Command::Register { id, intake: Box::new(intake) };
        let (caller, key, line) = (None, None, None);
        let submission = Submission { ticket: None, expected_version: None, command, by, caller, key, line };
        // Its own name: who reads the trace must not take this for what was decided.
        let rehearsal = self.walk(None, &submission).instrument(info_span!(target: TRACES, "rehearsal"));
        let Walked { ticket, decisions, .. } = rehearsal.await?.walked;
        Ok((ticket, decisions))
    }

    /// From here on nobody has the caller in clear.
    async fn seal(
        &self,
        id: &TicketId,
        reference: &CallerRef,
        caller: &Caller,
        by: By,
        now: Timestamp,
    ) -> Result<Calling, DeskError> {
        let ring = self.keys.ring().await;
        let hashes = caller.number().map(|number| ring.hashes_of(&number)).unwrap_or_default();
        let earlier_tickets = self.store.tickets_of_number(&hashes).await?;
        let sealed = Arc::new(new_caller(&ring, id, reference, caller, by, now)?);
        Ok(Calling { sealed, earlier_tickets })
    }

    /// Carries out a command with all its consequences.
    ///
    /// # Errors
    /// See [`DeskError`]; when there is one, nothing was written.
    pub async fn submit(&self, submission: Submission) -> Result<Receipt, DeskError> {
        let span = info_span!(
            target: TRACES,
            "command",
            otel.name = submission.command.name(),
            otel.status_code = Empty,
            ticket = submission.ticket.as_ref().map(TicketId::as_str),
        );
        let mut recent = submission.ticket.as_ref().and_then(|id| self.store.recent(id));
        let done = once(&self.store, submission.key.as_ref(), || self.attempt(&submission, recent.take()));
        let done = done.instrument(span.clone()).await;
        match &done {
            Ok(receipt) => span.record("ticket", receipt.ticket.as_str()),
            // A refusal is an answer like another.
            Err(DeskError::Refused(_) | DeskError::AnotherVersion { .. } | DeskError::KeyOfAnother) => &span,
            Err(_) => span.record("otel.status_code", "ERROR"),
        };
        done
    }

    /// One try; nothing when another command was quicker. What is only remembered is enough to
    /// do something, which is written at its version or not at all. To refuse it, or to do
    /// nothing, it is not.
    async fn attempt(&self, submission: &Submission, recent: Option<Current>) -> Result<Option<Receipt>, DeskError> {
        let from_memory = recent.is_some();
        match self.attempt_from(submission, recent).await {
            Ok(Some(receipt)) if from_memory && receipt.happened.is_empty() => Ok(None),
            Err(DeskError::Refused(_) | DeskError::AnotherVersion { .. }) if from_memory => Ok(None),
            done => done,
        }
    }

    async fn attempt_from(
        &self,
        submission: &Submission,
        recent: Option<Current>,
    ) -> Result<Option<Receipt>, DeskError> {
        let current = match (recent, &submission.ticket) {
            (Some(recent), _) => Some(recent),
            (None, Some(id)) => self.store.current(id).await?,
            (None, None) => None,
        };
        let before = Before::of(current.as_ref());
        let ticket = current.map(|current| current.ticket);
        if let (Some(wanted), Some(ticket)) = (submission.expected_version, &ticket)
            && wanted != ticket.version
        {
            return Err(DeskError::AnotherVersion { now: ticket.version });
        }
        let computed_from = ticket.as_ref().map_or(0, |ticket| ticket.version);
        let before = (before, outward::Before::of(ticket.as_ref(), &self.world()));
        let Finished { walked, live, beginning } = self.walk(ticket, submission).await?;
        if !guard::admits(self, &walked.ticket.id, &walked.decisions).await? {
            return Ok(None);
        }
        let receipt = self.receipt(&walked, submission.caller.as_ref());
        let answer = kept(submission.key.as_ref(), &receipt)?;
        let from = (computed_from, live.generation);
        let commit = self.commit(submission, from, &before, &walked, answer.as_ref());
        if !written(commit.instrument(info_span!(target: TRACES, "commit")).await)? {
            // Perhaps it was not the ticket that changed, but the rules.
            self.registry.take_up(&self.store, &self.world().catalogue).await?;
            return Ok(None);
        }
        guard::written(self, &walked.ticket.id, &walked.decisions).await;
        if let Some((opened, world, now)) = beginning {
            let (events, decisions) = (walked.events, walked.decisions);
            self.shadows.hand_in(Job { live, world, opened, now, events, decisions });
        }
        Ok(Some(receipt))
    }

    /// Guests are quick but not asynchronous: what else this thread has to do, others do meanwhile. To
    /// hand the walk to another thread and to wait for it would take longer than most rules do.
    async fn walk(&self, ticket: Option<Ticket>, submission: &Submission) -> Result<Finished, DeskError> {
        let (live, now) = (self.registry.live(), self.clock.now());
        let world = self.reference.fresh(&self.store).await?.world_at(now);
        let walk = Walk { world: &world, rulebook: &live.rulebook, now };
        let opened = walk.open(ticket, &submission.command, &Actor::Known(submission.by.clone()))?;
        let beginning = (!live.shadows.is_empty()).then(|| (opened.clone(), world.clone(), now));
        let listeners = walk.listeners(&opened);
        let mut facts = StoreFacts::new(self.store.clone(), Handle::current());
        if listeners.is_empty() {
            let walked = walk.run(opened, &facts);
            return Ok(Finished { walked, live, beginning });
        }
        let asked = facts.ask_ahead(&listeners, opened.ticket(), now);
        asked.instrument(info_span!(target: TRACES, "facts")).await?;
        let turn = self.walks.acquire().await.map_err(|_| DeskError::Contended)?;
        let walked = tokio::task::block_in_place(|| catch_unwind(AssertUnwindSafe(|| walk.run(opened, &facts))));
        drop(turn);
        let walked = walked.map_err(|_| DeskError::Broken("the walk panicked".into()))?;
        facts.failed().map_or(Ok(Finished { walked, live, beginning }), |error| Err(error.into()))
    }

    async fn commit(
        &self,
        submission: &Submission,
        (computed_from, generation): (u64, i64),
        (before, told): &(Before, outward::Before),
        walked: &Walked,
        answer: Option<&KeptAnswer>,
    ) -> Result<(), CommitError> {
        if walked.events.is_empty() {
            return Ok(());
        }
        let commit = Commit {
            ticket: &walked.ticket,
            computed_from,
            generation,
            before,
            events: &walked.events,
            decisions: &walked.decisions,
            messages: &walked.messages,
            outward: &outward::drafts(told, &walked.ticket, &walked.events, &self.world()),
            caller: submission.caller.as_ref().map(|calling| &*calling.sealed),
            answer,
            line: submission.line.as_ref(),
            now: self.clock.now(),
        };
        self.store.commit(&commit).await?;
        if !walked.messages.is_empty() {
            self.outbox_bell.notify_one();
        }
        if walked.events.iter().any(|event| !for_others(event, &walked.ticket).is_empty()) {
            self.follow_on_bell.notify_one();
        }
        Ok(())
    }

    fn receipt(&self, walked: &Walked, calling: Option<&Calling>) -> Receipt {
        let world = self.world();
        let told = |event: &Event| chuishao_domain::narrate::event(event, &world).chinese;
        Receipt {
            ticket: walked.ticket.id.clone(),
            version: walked.ticket.version,
            state: walked.ticket.status().term().to_owned(),
            happened: walked.events.iter().map(|recorded| told(&recorded.event)).collect(),
            missing_fields: walked.ticket.missing_fields().map(|field| field.label.clone()).collect(),
            suggested_seat: walked
                .ticket
                .suggestions
                .seat
                .as_ref()
                .map(|seat| world.catalogue.seat_name(seat).to_owned()),
            earlier_tickets: calling.map(|calling| calling.earlier_tickets),
        }
    }

    /// The next id of the day. Numbers come in blocks; a crash leaves a gap, never a double.
    async fn next_id(&self) -> Result<TicketId, StoreError> {
        let today = civil(self.clock.now()).date();
        let mut numbers = self.numbers.lock().await;
        let number = match *numbers {
            Some((day, next, end)) if day == today && next < end => next,
            _ => self.store.reserve_numbers(today, NUMBERS_AT_A_TIME).await?,
        };
        let end = match *numbers {
            Some((day, next, end)) if day == today && next < end => end,
            _ => number + u64::from(NUMBERS_AT_A_TIME),
        };
        *numbers = Some((today, number + 1, end));
        Ok(TicketId::new(today, number))
    }
}
