//! The walk (流转): a command, and all that follows from it, computed before anything is
//! written. `handle` makes events; every rule that listens is asked about each, in order,
//! in a fresh instance; each proposal goes through `handle` as a command of the rule; what
//! comes of it are further events, at most three deep.
//!
//! Pure but for running the guests: the server and the author's test walk the same walk.

use crate::guest::Called;
use crate::limits::{MOST_CALLS_PER_COMMAND, MOST_DEPTH};
use crate::rulebook::{Activation, Rulebook};
use crate::traces;
use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::apply::{apply, begin};
use chuishao_domain::command::Command;
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::handle::handle;
use chuishao_domain::ids::{TerritoryId, TicketId};
use chuishao_domain::message::{Message, messages};
use chuishao_domain::plain::plain;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::rule::effect::Proposal;
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::manifest::FactQuery;
use chuishao_domain::rule::record::{Answer, CallFailure, CallRecord, DecisionRecord, Verdict};
use chuishao_domain::rule::view::{self, FactValue, KnownMode, RuleInput};
use chuishao_domain::ticket::Ticket;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Where figures come from: the store on the server, the scenario in the author's test.
pub trait Facts {
    /// Counts the tickets that the query means, within the territory alone, this ticket
    /// included.
    fn count(&self, query: &FactQuery, territory: &TerritoryId, ticket: &Ticket, now: Timestamp) -> FactValue;

    /// The modes (议定模式) of these names that were decided for a territory or for the whole city, as
    /// far as rules are told of them now, in the order of their first days. A source without
    /// meetings has none.
    fn modes(&self, _names: &BTreeSet<String>, _territory: &TerritoryId, _now: Timestamp) -> Vec<KnownMode> {
        Vec::new()
    }
}

/// Ticks before a command: computed, then overdue; a third finds nothing.
const MOST_TICKS: usize = 3;

/// What a command comes to.
#[derive(Debug)]
pub struct Walked {
    /// The ticket after it.
    pub ticket: Ticket,
    /// The new events, in order.
    pub events: Vec<Recorded>,
    /// A record for each rule that was asked.
    pub decisions: Vec<DecisionRecord>,
    /// What goes out, with the sequence of the event that it comes of: to whoever was
    /// concerned when it happened.
    pub messages: Vec<(u64, Message)>,
}

/// What a walk is made in.
#[derive(Clone, Copy)]
pub struct Walk<'a> {
    /// Reference data and calendar.
    pub world: &'a World,
    /// The rules.
    pub rulebook: &'a Rulebook,
    /// The moment of the command, the same for all its consequences.
    pub now: Timestamp,
}

/// An event that rules have yet to be asked about, and which rules led to it.
#[derive(Clone)]
struct Pending {
    event: Recorded,
    depth: usize,
    ancestry: Vec<(String, EventKind)>,
}

impl<'a> Walk<'a> {
    /// What the clock has to say of a ticket now; applied to it. A deadline whose calendar
    /// has just come can have passed already, so it is asked until it is quiet.
    fn fallen_due(self, ticket: &mut Ticket) -> Result<Vec<Event>, Refusal> {
        let clock = Actor::Known(By::Clock);
        let mut all = Vec::new();
        for _ in 0..MOST_TICKS {
            let due = handle(self.world, Some(ticket), &Command::Tick, &clock, self.now)?;
            if due.is_empty() {
                break;
            }
            for event in due {
                let sequence = ticket.version + 1;
                apply(ticket, &Recorded { sequence, at: self.now, by: By::Clock, event: event.clone() });
                all.push(event);
            }
        }
        Ok(all)
    }

    /// Walks a command, from its first event to the last thing that follows from it.
    ///
    /// # Errors
    /// The refusal of the command itself. What rules ask for and do not get stands in the
    /// decisions.
    pub fn command(
        self,
        ticket: Option<Ticket>,
        command: &Command,
        actor: &Actor,
        facts: &dyn Facts,
    ) -> Result<Walked, Refusal> {
        Ok(self.run(self.open(ticket, command, actor)?, facts))
    }

    /// The first part of the walk: the command's own events, with no rule asked yet.
    ///
    /// # Errors
    /// The refusal of the command.
    pub fn open(self, ticket: Option<Ticket>, command: &Command, actor: &Actor) -> Result<Opened, Refusal> {
        // Time comes first: what fell due before this command is said before it, however
        // late the clock looks.
        let mut current = ticket.clone();
        let due = match (&mut current, command) {
            (Some(_), Command::Tick) | (None, _) => Vec::new(),
            (Some(current), _) => self.fallen_due(current)?,
        };
        let events = handle(self.world, current.as_ref(), command, actor, self.now)?;
        let by = match actor {
            Actor::Known(by) => by.clone(),
            Actor::Rule(_) => {
                return Err(Refusal::new("not-entitled", "规则不能直接下命令", "a rule gives no commands"));
            }
        };
        match (ticket, command, events.split_first()) {
            (Some(ticket), _, _) => {
                let mut opened = Opened::at(ticket, self.now);
                opened.record(due, &By::Clock, 0, &[]);
                opened.record(events, &by, 0, &[]);
                Ok(opened)
            }
            (None, Command::Register { id, intake }, Some((Event::Registered { urgency, .. }, _))) => {
                Ok(Opened::begun(begin(id, intake, *urgency), self.now, events, &by))
            }
            _ => Err(Refusal::new("no-ticket", "工单不存在", "there is no such ticket")),
        }
    }

    /// The rules that will be asked about what happened so far. None, and nothing but the
    /// command itself will happen.
    #[must_use]
    pub fn listeners(self, opened: &Opened) -> Vec<&'a Activation> {
        let asked = |pending: &Pending| self.rulebook.listening(&pending.event.event, &opened.ticket, self.now);
        opened.queue.iter().flat_map(asked).collect()
    }

    /// The rest of the walk: the rules are asked, and what they get is carried out.
    #[must_use]
    pub fn run(self, opened: Opened, facts: &dyn Facts) -> Walked {
        let mut progress = Progress { walk: self, facts, opened, decisions: Vec::new(), calls: 0 };
        progress.run();
        let Progress { opened: Opened { ticket, events, messages, .. }, decisions, .. } = progress;
        Walked { ticket, events, decisions, messages }
    }
}

/// Filling in several fields is one thing to a rule: it is asked about the last of them, when
/// all are there. A field that a rule wrote was filled in by nobody.
fn once_filled_in(mut fresh: Vec<Pending>) -> Vec<Pending> {
    let filled = |pending: &Pending| view::event_kind(&pending.event.event) == Some(EventKind::FilledIn);
    let last = fresh.iter().rposition(|pending| filled(pending) && !matches!(pending.event.by, By::Rule { .. }));
    let mut position = 0;
    fresh.retain(|pending| {
        let kept = !filled(pending) || Some(position) == last;
        position += 1;
        kept
    });
    fresh
}

/// A command whose own events are known, and of which no rule has heard yet.
#[derive(Clone)]
pub struct Opened {
    ticket: Ticket,
    now: Timestamp,
    events: Vec<Recorded>,
    messages: Vec<(u64, Message)>,
    queue: VecDeque<Pending>,
}

impl Opened {
    fn at(ticket: Ticket, now: Timestamp) -> Self {
        Self { ticket, now, events: Vec::new(), messages: Vec::new(), queue: VecDeque::new() }
    }

    /// A command of the past, as it was opened then: `before` is the ticket before it, absent where
    /// it registered one, and `events` are its own, those of the clock that came first included.
    /// Nothing, if they are no command's.
    #[must_use]
    pub fn again(id: &TicketId, before: Option<&Ticket>, events: &[Recorded]) -> Option<Self> {
        let first = events.first()?;
        let (mut opened, rest) = match (before, &first.event) {
            (Some(ticket), _) => (Self::at(ticket.clone(), first.at), events),
            (None, Event::Registered { intake, urgency }) => {
                let ticket = begin(id, intake, *urgency);
                (Self::begun(ticket, first.at, vec![first.event.clone()], &first.by), &events[1..])
            }
            (None, _) => return None,
        };
        for said in rest.chunk_by(|one, next| one.by == next.by) {
            let events = said.iter().map(|recorded| recorded.event.clone()).collect();
            opened.record(events, &said[0].by, 0, &[]);
        }
        Some(opened)
    }

    /// A new ticket is made by its first event; applying that again would count it twice.
    fn begun(ticket: Ticket, now: Timestamp, events: Vec<Event>, by: &By) -> Self {
        let mut opened = Self::at(ticket, now);
        let mut events = events.into_iter();
        if let Some(event) = events.next() {
            let first = Recorded { sequence: 1, at: now, by: by.clone(), event };
            opened.events.push(first.clone());
            opened.queue.push_back(Pending { event: first, depth: 0, ancestry: Vec::new() });
        }
        opened.record(events.collect(), by, 0, &[]);
        opened
    }

    /// The ticket after the command's own events.
    #[must_use]
    pub fn ticket(&self) -> &Ticket {
        &self.ticket
    }

    /// Applies events and puts them before the rules. Rules see the ticket after all events
    /// of the command, so that an accepted ticket has its deadlines.
    fn record(&mut self, events: Vec<Event>, by: &By, depth: usize, ancestry: &[(String, EventKind)]) -> Vec<u64> {
        let mut sequences = Vec::new();
        let mut fresh = Vec::new();
        for event in events {
            let recorded = Recorded { sequence: self.ticket.version + 1, at: self.now, by: by.clone(), event };
            apply(&mut self.ticket, &recorded);
            let going_out = messages(&recorded, &self.ticket).into_iter();
            self.messages.extend(going_out.map(|message| (recorded.sequence, message)));
            sequences.push(recorded.sequence);
            self.events.push(recorded.clone());
            fresh.push(Pending { event: recorded, depth, ancestry: ancestry.to_vec() });
        }
        self.queue.extend(once_filled_in(fresh));
        sequences
    }
}

struct Progress<'a> {
    walk: Walk<'a>,
    facts: &'a dyn Facts,
    opened: Opened,
    decisions: Vec<DecisionRecord>,
    calls: usize,
}

impl Progress<'_> {
    fn run(&mut self) {
        while let Some(pending) = self.opened.queue.pop_front() {
            let Some(kind) = view::event_kind(&pending.event.event) else { continue };
            // Those that listen are chosen from the ticket as it is now, before any of them speaks.
            for activation in self.walk.rulebook.listening(&pending.event.event, &self.opened.ticket, self.walk.now) {
                self.ask(activation, &pending, kind);
            }
        }
    }

    fn ask(&mut self, activation: &Activation, pending: &Pending, kind: EventKind) {
        if let Some(message) = self.loop_guard(activation, pending, kind) {
            let failure = CallFailure::LoopGuard { message };
            self.keep(activation, pending, kind, None, None, Answer::Failed(failure));
            return;
        }
        let Some(input) = self.input(activation, &pending.event.event) else { return };
        self.calls += 1;
        let span = traces::of_call(activation, kind, pending.depth);
        let _asking = span.enter();
        let called = activation.guest.call(&input, &activation.edition.settings);
        traces::called(&span, &called);
        let answer = match &called.answer {
            Ok(proposals) => Answer::Proposals(self.judge_all(activation, pending, kind, proposals.clone())),
            Err(failure) => Answer::Failed(failure.clone()),
        };
        self.keep(activation, pending, kind, Some(input), Some(called), answer);
    }

    /// Guard rail G13, in three parts; each is said on the ticket.
    fn loop_guard(&self, activation: &Activation, pending: &Pending, kind: EventKind) -> Option<String> {
        let name = activation.actor.name();
        if pending.ancestry.iter().any(|(rule, asked)| rule == name && *asked == kind) {
            return Some(format!("「{}」由本规则自己的效果引起，不再询问本规则", kind.term()));
        }
        if pending.depth > MOST_DEPTH {
            return Some(format!("规则引起的后续已超过 {MOST_DEPTH} 层，不再询问"));
        }
        (self.calls >= MOST_CALLS_PER_COMMAND)
            .then(|| format!("一次操作最多询问规则 {MOST_CALLS_PER_COMMAND} 次，不再询问"))
    }

    fn input(&self, activation: &Activation, event: &Event) -> Option<RuleInput> {
        let Walk { world, now, .. } = self.walk;
        let ticket = &self.opened.ticket;
        let actor = &activation.actor;
        let figures: BTreeMap<String, FactValue> = actor
            .manifest
            .facts
            .iter()
            .map(|query| (query.name.clone(), self.facts.count(query, &actor.territory, ticket, now)))
            .collect();
        let names = &actor.manifest.modes;
        let modes = if names.is_empty() { Vec::new() } else { self.facts.modes(names, ticket.territory(), now) };
        view::input(event, ticket, actor, (figures, modes), now, world)
    }

    fn judge_all(
        &mut self,
        activation: &Activation,
        pending: &Pending,
        kind: EventKind,
        proposals: Vec<Proposal>,
    ) -> Vec<(Proposal, Verdict)> {
        let actor = Actor::Rule(activation.actor.clone());
        let mut ancestry = pending.ancestry.clone();
        ancestry.push((activation.actor.name().to_owned(), kind));
        let mut judged = Vec::with_capacity(proposals.len());
        for proposal in proposals {
            let command = Command::Propose(Box::new(proposal.clone()));
            let verdict = match handle(self.walk.world, Some(&self.opened.ticket), &command, &actor, self.walk.now) {
                Ok(events) => {
                    let manifest = &activation.actor.manifest;
                    let by = By::Rule {
                        rule: manifest.name.clone(),
                        title: manifest.title.clone(),
                        version: manifest.version.clone(),
                        reason: plain(&proposal.reason),
                    };
                    Verdict::Accepted { events: self.opened.record(events, &by, pending.depth + 1, &ancestry) }
                }
                Err(refusal) => Verdict::Refused(refusal),
            };
            judged.push((proposal, verdict));
        }
        judged
    }

    fn keep(
        &mut self,
        activation: &Activation,
        pending: &Pending,
        kind: EventKind,
        input: Option<RuleInput>,
        called: Option<Called>,
        answer: Answer,
    ) {
        let called =
            called.unwrap_or(Called { answer: Ok(Vec::new()), log: Vec::new(), fuel: 0, micros: 0, memory_bytes: 0 });
        self.decisions.push(DecisionRecord {
            edition: activation.edition.clone(),
            call: CallRecord {
                event_sequence: pending.event.sequence,
                event_kind: kind,
                input,
                answer,
                log: called.log,
                fuel: called.fuel,
                micros: called.micros,
                memory_bytes: called.memory_bytes,
                at: self.walk.now,
            },
        });
    }
}
