//! Version 1.0 of the interface: its bindings, and the one conversion between its types and
//! the domain's. A new version is a new file like this one.

use crate::engine::{CallState, Engine};
use crate::interface::{Call, Compare, Handler, Unanswered, keep_log, must_fit, same};
use chuishao_domain::calendar::{TimeSpan, civil};
use chuishao_domain::deadline::DeadlineKind;
use chuishao_domain::event::ClosedBy;
use chuishao_domain::ids::{CategoryCode, SeatId, UnitId};
use chuishao_domain::oversight::SupervisionKind;
use chuishao_domain::rule::effect::{Effect, Forum, Post, Proposal, TaskKind};
use chuishao_domain::rule::kinds::{EffectKind, ReviewPart};
use chuishao_domain::rule::review::{Figures, ReviewInput, ReviewKind};
use chuishao_domain::rule::ticket_view::TicketView;
use chuishao_domain::rule::value::Value;
use chuishao_domain::rule::view::{DayKind, FactValue, Moment, RuleEvent, RuleInput};
use chuishao_domain::ticket::{CallerKind, Channel, FollowUp, MatterKind, TicketState, Urgency};
use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use wasmtime::component::{Component, HasSelf, Linker};

mod bindings {
    #![allow(missing_docs, reason = "generated from the documented interface")]
    wasmtime::component::bindgen!({
        path: "../../wit/1.0.0",
        world: "rule",
        imports: { default: trappable },
        // What goes in is borrowed from the domain's input: copying every text once more costs
        // as much as the rule itself.
        ownership: Borrowing { duplicate_if_necessary: true },
    });
}

use bindings::RulePre;
use bindings::chuishao::rule::log;
use bindings::exports::chuishao::rule::handler as wit;
use wit::{Context, Event, Failure};

/// The version.
pub const VERSION: semver::Version = semver::Version::new(1, 0, 0);

/// What this version has no word for. A manifest of it cannot ask for these, and nothing of
/// theirs is ever told to a rule of it.
pub const UNKNOWN_EFFECTS: &[EffectKind] = &[
    EffectKind::WriteSection,
    EffectKind::AttachOpinion,
    EffectKind::SuggestReferral,
    EffectKind::RequireRecord,
    EffectKind::OmitFromFeed,
    EffectKind::LinkDocument,
    EffectKind::SettleEntry,
];

/// Whether this version is told of modes (议定模式).
pub const TELLS_MODES: bool = false;

/// What of a review beyond the tallies this version is not told.
pub const UNKNOWN_PARTS: &[ReviewPart] = ReviewPart::ALL;

/// What `on-event` takes and gives.
type Parameters<'a> = (&'a Event<'a>, &'a Context<'a>);
type Answer = (Result<Vec<wit::Proposal>, Failure>,);

keep_log!(log);

/// A linked component.
#[derive(Clone)]
pub(crate) struct Linked(Handler);

impl Linked {
    pub(crate) fn new(engine: &Engine, component: &Component) -> wasmtime::Result<Self> {
        let mut linker = Linker::new(engine.inner());
        log::add_to_linker::<_, HasSelf<CallState>>(&mut linker, |state| state)?;
        let component = linker.instantiate_pre(component)?;
        RulePre::new(component.clone())?;
        let compare: Compare = |instance, store, functions| {
            instance.get_typed_func::<Parameters<'_>, Answer>(&mut *store, &functions[0]).map(drop)
        };
        Ok(Self(Handler::new(component, engine.store()?, &VERSION, &["on-event"], compare)?))
    }

    pub(crate) fn handler(&self) -> &Handler {
        &self.0
    }

    /// Asks about an event of a ticket.
    pub(crate) fn on_event(&self, call: &mut Call<'_>, input: &RuleInput) -> Result<Vec<Proposal>, Unanswered> {
        let lower = Lower::default();
        let event = lower.event(&input.event);
        let lists = TicketLists::new(&lower, &input.ticket);
        let ticket = lower.ticket(&input.ticket, &lists);
        self.ask(call, &lower, &event, Some(ticket), (&input.now, &input.facts, &input.memory))
    }

    /// Asks about a review, which this version tells as an event without a ticket: the figures
    /// of whole categories and of estates. Estates of one name are one; the figures of streets
    /// are not told.
    pub(crate) fn on_review(&self, call: &mut Call<'_>, input: &ReviewInput) -> Result<Vec<Proposal>, Unanswered> {
        let lower = Lower::default();
        let tallies = tallies(input);
        let lowered: Vec<wit::Tally<'_>> = tallies.iter().map(|tally| lower.tally(tally)).collect();
        let review = lower.review(input, &lowered);
        let event = match input.kind {
            ReviewKind::DailyReview => Event::DailyReview(review),
            ReviewKind::MonthlyReview => Event::MonthlyReview(review),
        };
        self.ask(call, &lower, &event, None, (&input.now, &BTreeMap::new(), ""))
    }

    fn ask(
        &self,
        call: &mut Call<'_>,
        lower: &Lower,
        event: &Event<'_>,
        ticket: Option<wit::Ticket<'_>>,
        (now, facts, memory): (&Moment, &BTreeMap<String, FactValue>, &str),
    ) -> Result<Vec<Proposal>, Unanswered> {
        let lists: Vec<ValueList<'_>> = call.settings.values().map(|value| lower.value_list(value)).collect();
        let settings = lower.named(call.settings, &lists);
        let facts = lower.facts(facts);
        let context =
            Context { now: moment(now), ticket, settings: &settings, facts: &facts, memory: lower.text(memory) };
        must_fit(lower.bytes.get())?;
        #[expect(unsafe_code, reason = "comparing the types again at every call takes as long as the rule itself")]
        // SAFETY: `compare` above compared the type of this function of this component.
        let (answer,) = unsafe { self.0.call::<Parameters<'_>, Answer>(call, 0, (event, &context)) }?;
        Ok(answer.map_err(declined)?.into_iter().map(proposal).collect())
    }
}

fn proposal(from: wit::Proposal) -> Proposal {
    Proposal { effect: effect(from.effect), reason: from.reason }
}

fn declined(failure: Failure) -> Unanswered {
    let (variant, words) = match failure {
        Failure::BadSetting(words) => ("bad-setting", words),
        Failure::MissingData(words) => ("missing-data", words),
        Failure::Bug(words) => ("bug", words),
    };
    Unanswered::Declined(variant, words)
}

/// What this version tells of a review, in the order of the review.
fn tallies(input: &ReviewInput) -> Vec<(&str, &str, Figures)> {
    let mut told: Vec<(&str, &str, Figures)> = Vec::new();
    for tally in &input.tallies {
        let estate = match (&tally.street, &tally.estate) {
            (_, Some(estate)) => estate.as_str(),
            (None, None) => "",
            (Some(_), None) => continue,
        };
        match told.iter_mut().find(|(category, of, _)| *category == tally.category && *of == estate) {
            Some((_, _, figures)) => figures.add(tally.figures),
            None => told.push((&tally.category, estate, tally.figures)),
        }
    }
    told.sort_by_key(|(_, _, figures)| Reverse(figures.count));
    told
}

same!(channel: Channel => Channel { Phone, Wechat, App, Web, EnterpriseLine });
same!(caller_kind: CallerKind => CallerKind { Citizen, Enterprise });
same!(matter_kind: MatterKind => MatterKind { Inquiry, Help, Complaint, Report, Suggestion, Praise });
same!(lower_urgency: Urgency => Urgency { Ordinary, Urgent, Critical });
same!(lift_urgency: Urgency <= Urgency { Ordinary, Urgent, Critical });
same!(state: TicketState => TicketState { Registered, Accepted, Handling, InReview, AwaitingFollowUp, ClosedOut });
same!(lower_deadline_kind: DeadlineKind => DeadlineKind { Grasp, Contact, Close });
same!(lift_deadline_kind: DeadlineKind <= DeadlineKind { Grasp, Contact, Close });
same!(supervision_kind: SupervisionKind => SupervisionKind { Urge, Guide, Oversee });
same!(closing: ClosedBy => Closing { Solved, Unreachable, Explained });
same!(lower_task_kind: TaskKind => TaskKind { OnSiteMediation, Rectification, Survey });
same!(lift_task_kind: TaskKind <= TaskKind { OnSiteMediation, Rectification, Survey });
same!(post: Post <= Post { PrincipalLeader, LeaderInCharge, CountyHotlineOffice });
same!(forum: Forum <= Forum { DailyDiscussion, MonthlyDiscussion });
same!(day_kind: DayKind => DayKind { WorkingDay, DayOff, Unknown });

fn moment(now: &Moment) -> wit::Moment {
    let local = civil(now.at);
    // The civil fields of a representable moment fit their types; beyond year 0 they clamp.
    wit::Moment {
        unix_seconds: now.at.as_second(),
        year: u16::try_from(local.year()).unwrap_or_default(),
        month: local.month().unsigned_abs(),
        day: local.day().unsigned_abs(),
        hour: local.hour().unsigned_abs(),
        minute: local.minute().unsigned_abs(),
        weekday: local.weekday().to_monday_one_offset().unsigned_abs(),
        day_kind: day_kind(now.day_kind),
        in_working_hours: now.in_working_hours,
    }
}

fn follow_up(from: &FollowUp) -> wit::FollowUp {
    wit::FollowUp {
        attempt: from.attempt,
        at: from.at.as_second(),
        reached: from.reached,
        solved: from.solved,
        satisfied: from.satisfied,
    }
}

/// The list inside a value, which the lowered value points to.
enum ValueList<'a> {
    None,
    Texts(Vec<&'a str>),
    Table(Vec<(&'a str, &'a str)>),
}

/// The lists of a ticket, which the lowered ticket points to.
struct TicketLists<'a> {
    tags: Vec<&'a str>,
    fields: Vec<wit::NamedValueParam<'a>>,
    assignments: Vec<wit::Assignment<'a>>,
    copies: Vec<wit::CopyTo<'a>>,
    deadlines: Vec<wit::Deadline>,
    follow_ups: Vec<wit::FollowUp>,
    open_tasks: Vec<wit::OpenTask>,
    missing_fields: Vec<&'a str>,
}

impl<'a> TicketLists<'a> {
    fn new(lower: &Lower, ticket: &'a TicketView) -> Self {
        Self {
            tags: ticket.tags.iter().map(|tag| lower.text(tag)).collect(),
            fields: ticket.fields.iter().map(|(name, value)| lower.field(name, value)).collect(),
            assignments: ticket
                .assignments
                .iter()
                .map(|(part, name)| wit::Assignment {
                    handling_unit: lower.text(part.handling_unit.as_str()),
                    name: lower.text(name),
                    lead: part.lead,
                    taken_up: part.taken_up,
                    reported_back: part.reported_back,
                })
                .collect(),
            copies: ticket
                .copies
                .iter()
                .map(|(copy, name)| wit::CopyTo {
                    reader: lower.text(copy.reader.as_str()),
                    name: lower.text(name),
                    statutory: copy.statutory,
                })
                .collect(),
            deadlines: ticket
                .deadlines
                .iter()
                .map(|deadline| wit::Deadline {
                    kind: lower_deadline_kind(deadline.kind),
                    base_at: deadline.base_at.as_second(),
                    tightenable: deadline.tightenable,
                    due_at: deadline.due_at.map(|at| at.as_second()),
                    met: deadline.met,
                    warned: deadline.warned,
                    overdue: deadline.overdue,
                })
                .collect(),
            follow_ups: ticket.follow_ups.iter().map(follow_up).collect(),
            open_tasks: ticket
                .open_tasks
                .iter()
                .map(|task| wit::OpenTask {
                    number: task.number,
                    kind: lower_task_kind(task.kind),
                    by_this_rule: task.by_this_rule,
                    due_at: task.due_at.map(|at| at.as_second()),
                    overdue: task.overdue,
                })
                .collect(),
            missing_fields: ticket.missing_fields.iter().map(|name| lower.text(name)).collect(),
        }
    }
}

/// Counts the texts that pass.
#[derive(Default)]
struct Lower {
    bytes: Cell<usize>,
}

impl Lower {
    fn text<'a>(&self, text: &'a str) -> &'a str {
        self.bytes.set(self.bytes.get() + text.len());
        text
    }

    fn value_list<'a>(&self, value: &'a Value) -> ValueList<'a> {
        match value {
            Value::Texts(texts) => ValueList::Texts(texts.iter().map(|text| self.text(text)).collect()),
            Value::Table(table) => {
                ValueList::Table(table.iter().map(|(name, text)| (self.text(name), self.text(text))).collect())
            }
            _ => ValueList::None,
        }
    }

    fn named<'a>(
        &self,
        values: &'a BTreeMap<String, Value>,
        lists: &'a [ValueList<'a>],
    ) -> Vec<wit::NamedValueParam<'a>> {
        let lowered = |((name, value), list): ((&'a String, &'a Value), &'a ValueList<'a>)| match list {
            ValueList::Texts(texts) => {
                wit::NamedValueParam { name: self.text(name), value: wit::ValueParam::Texts(texts) }
            }
            ValueList::Table(table) => {
                wit::NamedValueParam { name: self.text(name), value: wit::ValueParam::Table(table) }
            }
            ValueList::None => self.field(name, value),
        };
        values.iter().zip(lists).map(lowered).collect()
    }

    /// A value without a list; extra fields have none.
    fn field<'a>(&self, name: &'a str, value: &'a Value) -> wit::NamedValueParam<'a> {
        let value = match value {
            Value::Flag(flag) => wit::ValueParam::Flag(*flag),
            Value::Integer(number) => wit::ValueParam::Integer(*number),
            Value::Text(text) => wit::ValueParam::Text(self.text(text)),
            Value::Texts(_) | Value::Table(_) | Value::Withheld => wit::ValueParam::Withheld,
        };
        wit::NamedValueParam { name: self.text(name), value }
    }

    fn facts<'a>(&self, facts: &'a BTreeMap<String, FactValue>) -> Vec<wit::Fact<'a>> {
        let lowered = |(name, value): (&'a String, &'a FactValue)| wit::Fact {
            name: self.text(name),
            value: match value {
                FactValue::Count(count) => wit::FactValue::Count(*count),
                FactValue::Unavailable(why) => wit::FactValue::Unavailable(self.text(why)),
            },
        };
        facts.iter().map(lowered).collect()
    }

    fn tally<'a>(&self, (category, estate, figures): &(&'a str, &'a str, Figures)) -> wit::Tally<'a> {
        wit::Tally {
            category: self.text(category),
            estate: self.text(estate),
            count: figures.count,
            previous: figures.previous,
            still_open: figures.still_open,
            overdue: figures.overdue,
        }
    }

    fn event<'a>(&self, event: &'a RuleEvent) -> Event<'a> {
        match event {
            RuleEvent::Registered => Event::Registered,
            RuleEvent::FilledIn => Event::FilledIn,
            RuleEvent::Reclassified => Event::Reclassified,
            RuleEvent::Accepted => Event::Accepted,
            RuleEvent::Dispatched => Event::Dispatched,
            RuleEvent::TakenUp(unit) => Event::TakenUp(self.text(unit)),
            RuleEvent::HandBackAsked { handling_unit, ground: _, reason } => Event::HandBackAsked(wit::HandBack {
                handling_unit: self.text(handling_unit),
                reason: self.text(reason),
            }),
            RuleEvent::HandBackRuled { approved, opinion } => {
                Event::HandBackRuled(wit::HandBackRuling { approved: *approved, opinion: self.text(opinion) })
            }
            RuleEvent::ExtensionAsked { handling_unit, working_days, reason } => {
                Event::ExtensionAsked(wit::Extension {
                    handling_unit: self.text(handling_unit),
                    working_days: *working_days,
                    reason: self.text(reason),
                })
            }
            RuleEvent::ExtensionRuled { approved, working_days, opinion } => {
                Event::ExtensionRuled(wit::ExtensionRuling {
                    approved: *approved,
                    working_days: *working_days,
                    opinion: self.text(opinion),
                })
            }

            RuleEvent::Supervised { kind, department, target, words } => Event::Supervised(wit::Supervision {
                kind: supervision_kind(*kind),
                department: self.text(department),
                target: self.text(target),
                words: self.text(words),
            }),
            RuleEvent::Grasped(words) => Event::Grasped(self.text(words)),
            RuleEvent::CallerContacted(words) => Event::CallerContacted(self.text(words)),
            RuleEvent::SentBack(missing) => Event::SentBack(self.text(missing)),
            RuleEvent::TaskOverdue(task) => Event::TaskOverdue(lower_task_kind(task.kind)),
            RuleEvent::ReportedBack { handling_unit, contacted, solved, result, evidence_count } => {
                Event::ReportedBack(wit::ReportBack {
                    handling_unit: self.text(handling_unit),
                    contacted: *contacted,
                    solved: *solved,
                    handling_result: self.text(result),
                    evidence_count: *evidence_count,
                })
            }
            RuleEvent::Reviewed { passed, opinion } => {
                Event::Reviewed(wit::ReviewOutcome { passed: *passed, opinion: self.text(opinion) })
            }
            RuleEvent::FollowedUp(outcome) => Event::FollowedUp(follow_up(outcome)),
            RuleEvent::Reopened => Event::Reopened,
            RuleEvent::ClosedOut(how) => Event::ClosedOut(closing(*how)),
            RuleEvent::UrgencyRaised(urgency) => Event::UrgencyRaised(lower_urgency(*urgency)),
            RuleEvent::TaskOpened(task) => Event::TaskOpened(lower_task_kind(task.kind)),
            RuleEvent::TaskDone { task, result } => {
                Event::TaskDone(wit::TaskResult { kind: lower_task_kind(task.kind), words: self.text(result) })
            }
            RuleEvent::EarlyWarning(kind) => Event::EarlyWarning(lower_deadline_kind(*kind)),
            RuleEvent::Overdue(kind) => Event::Overdue(lower_deadline_kind(*kind)),
            RuleEvent::TimerFired(name) => Event::TimerFired(self.text(name)),
        }
    }

    fn review<'a>(&self, input: &'a ReviewInput, tallies: &'a [wit::Tally<'a>]) -> wit::PeriodicReview<'a> {
        let (starts_at, ends_at) = input.span();
        wit::PeriodicReview {
            territory: self.text(input.territory.as_str()),
            starts_at: starts_at.as_second(),
            ends_at: ends_at.as_second(),
            tallies,
        }
    }

    fn ticket<'a>(&self, ticket: &'a TicketView, lists: &'a TicketLists<'a>) -> wit::Ticket<'a> {
        wit::Ticket {
            id: self.text(&ticket.id),
            channel: channel(ticket.channel),
            caller_kind: caller_kind(ticket.caller_kind),
            matter_kind: matter_kind(ticket.matter_kind),
            category: self.text(&ticket.category),
            category_name: self.text(&ticket.category_name),
            title: self.text(&ticket.title),
            body: self.text(&ticket.body),
            place: wit::Place {
                territory: self.text(ticket.place.territory.as_str()),
                street: self.text(&ticket.place.street),
                estate: self.text(&ticket.place.estate),
                building: self.text(&ticket.place.building),
            },
            urgency: lower_urgency(ticket.urgency),
            state: state(ticket.state),
            confidential: ticket.confidential,
            received_at: ticket.received_at.as_second(),
            rework_count: ticket.rework_count,
            hand_back_count: ticket.hand_back_count,
            extended: ticket.extended,
            missing_fields: &lists.missing_fields,
            tags: &lists.tags,
            fields: &lists.fields,
            assignments: &lists.assignments,
            copies: &lists.copies,
            deadlines: &lists.deadlines,
            follow_ups: &lists.follow_ups,
            open_tasks: &lists.open_tasks,
        }
    }
}

fn time_span(span: wit::TimeSpan) -> TimeSpan {
    match span {
        wit::TimeSpan::ClockHours(n) => TimeSpan::ClockHours(n),
        wit::TimeSpan::WorkingHours(n) => TimeSpan::WorkingHours(n),
        wit::TimeSpan::WorkingDays(n) => TimeSpan::WorkingDays(n),
    }
}

fn value(value: wit::ValueResult) -> Value {
    match value {
        wit::ValueResult::Text(text) => Value::Text(text),
        wit::ValueResult::Integer(number) => Value::Integer(number),
        wit::ValueResult::Flag(flag) => Value::Flag(flag),
        wit::ValueResult::Texts(texts) => Value::Texts(texts),
        wit::ValueResult::Table(table) => Value::Table(table.into_iter().collect()),
        wit::ValueResult::Withheld => Value::Withheld,
    }
}

fn effect(effect: wit::Effect) -> Effect {
    match effect {
        wit::Effect::RequireField(name) => Effect::RequireField(name),
        wit::Effect::SuggestCategory(code) => Effect::SuggestCategory(CategoryCode(code)),
        wit::Effect::SuggestSeat(seat) => Effect::SuggestSeat(SeatId(seat)),
        wit::Effect::AddTag(tag) => Effect::AddTag(tag),
        wit::Effect::RaiseUrgency(urgency) => Effect::RaiseUrgency(lift_urgency(urgency)),
        wit::Effect::TightenDeadline(t) => {
            Effect::TightenDeadline { kind: lift_deadline_kind(t.kind), within: time_span(t.within) }
        }
        wit::Effect::AddCopy(unit) => Effect::AddCopy(UnitId(unit)),
        wit::Effect::SuggestUnit(s) => Effect::SuggestUnit { handling_unit: UnitId(s.handling_unit), lead: s.lead },
        wit::Effect::AskEvidence(what) => Effect::AskEvidence(what),
        wit::Effect::SendBack(missing) => Effect::SendBack(missing),
        wit::Effect::OpenTask(task) => Effect::OpenTask {
            kind: lift_task_kind(task.kind),
            post: post(task.post),
            within: time_span(task.within),
            title: task.title,
        },
        // A ledger of this version names no unit and no basis.
        wit::Effect::EnterLedger(entry) => {
            Effect::EnterLedger { ledger: entry.ledger, title: entry.title, handling_unit: None, basis: String::new() }
        }
        wit::Effect::Nominate(n) => Effect::Nominate { forum: forum(n.forum), title: n.title },
        wit::Effect::Notify(notice) => Effect::Notify { to_unit: UnitId(notice.to_unit), text: notice.text },
        wit::Effect::SetTimer(timer) => Effect::SetTimer { name: timer.name, after: time_span(timer.after) },
        wit::Effect::CancelTimer(name) => Effect::CancelTimer(name),
        wit::Effect::SetField(field) => Effect::SetField { name: field.name, value: value(field.value) },
        wit::Effect::Remember(memory) => Effect::Remember(memory),
        wit::Effect::ScoreLocally(score) => Effect::ScoreLocally {
            handling_unit: UnitId(score.handling_unit),
            item: score.item,
            hundredths: score.hundredths,
        },
    }
}
