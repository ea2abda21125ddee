//! What the versions 2.x of the interface have in common: the whole conversion of 2.0.0, in which a
//! later one puts what it has more. A version says in its own file what it is told beyond 2.0.0 and
//! what it may ask for beyond it; for 2.0.0 that is nothing, so that no later version can change it.

/// Makes the conversion between a version's types and the domain's. What stands in the braces is
/// added: to the context of an event, to a review (with the lists that it borrows from), to the
/// effects of both.
macro_rules! version_2 {
    (
        context($lower:ident, $input:ident) { $($told:ident: $value:expr,)* }
        review($review_lower:ident, $review_input:ident) {
            lists { $($review_list:ident = $list:expr,)* }
            told { $($review_told:ident: $review_value:expr,)* }
        }
        effects { $($effect:pat => $lifted:expr,)* }
        review_effects { $($review_effect:pat => $review_lifted:expr,)* }
    ) => {
        use chuishao_domain::calendar::{TimeSpan, civil};
        use chuishao_domain::deadline::DeadlineKind;
        use chuishao_domain::event::ClosedBy;
        use chuishao_domain::grounds::HandBackGround;
        use chuishao_domain::ids::{CategoryCode, SeatId, UnitId};
        use chuishao_domain::oversight::SupervisionKind;
        use chuishao_domain::rule::effect::{Effect, Forum, Post, Proposal, TaskKind};
        use chuishao_domain::rule::manifest::Manifest;
        use chuishao_domain::rule::review::{Figures, ReviewInput, ReviewKind, Tally};
        use chuishao_domain::rule::ticket_view::TicketView;
        use chuishao_domain::rule::value::{Value, ValueKind};
        use chuishao_domain::rule::view::{DayKind, FactValue, Moment, RuleEvent, RuleInput, TaskMark};
        use chuishao_domain::ticket::{CallerKind, Channel, FollowUp, MatterKind, TicketState, Urgency};
        use jiff::civil::Date;
        use std::cell::Cell;
        use std::collections::BTreeMap;
        use wasmtime::component::{Component, HasSelf, Linker};
        use $crate::engine::{CallState, Engine};
        use $crate::interface::{Call, Compare, Handler, Unanswered, must_fit};
        use wit::{Context, Event, Failure};

        /// What `on-event` takes and gives.
        type EventParameters<'a> = (&'a Event<'a>, &'a wit::Ticket<'a>, &'a Context<'a>);
        type EventAnswer = (Result<Vec<wit::Proposal>, Failure>,);

        /// What `on-review` takes and gives.
        type ReviewParameters<'a> = (&'a wit::Review<'a>, &'a wit::ReviewContext<'a>);
        type ReviewAnswer = (Result<Vec<wit::ReviewProposal>, Failure>,);

        /// The functions of the handler, by their places.
        const FUNCTIONS: [&str; 2] = ["on-event", "on-review"];
        const ON_EVENT: usize = 0;
        const ON_REVIEW: usize = 1;

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
                    instance.get_typed_func::<EventParameters<'_>, EventAnswer>(&mut *store, &functions[ON_EVENT])?;
                    instance.get_typed_func::<ReviewParameters<'_>, ReviewAnswer>(&mut *store, &functions[ON_REVIEW])?;
                    Ok(())
                };
                Ok(Self(Handler::new(component, engine.store()?, &VERSION, &FUNCTIONS, compare)?))
            }

            pub(crate) fn handler(&self) -> &Handler {
                &self.0
            }

            /// Asks about an event of a ticket.
            pub(crate) fn on_event(&self, call: &mut Call<'_>, $input: &RuleInput) -> Result<Vec<Proposal>, Unanswered> {
                let $lower = Lower { manifest: call.manifest, bytes: Cell::default() };
                let event = $lower.event(&$input.event);
                let lists = TicketLists::new(&$lower, &$input.ticket);
                let ticket = $lower.ticket(&$input.ticket, &lists);
                let lists: Vec<ValueList<'_>> = call.settings.values().map(|value| $lower.value_list(value)).collect();
                let context = Context {
                    now: moment(&$input.now),
                    settings: &$lower.settings(call.settings, &lists),
                    facts: &$lower.facts(&$input.facts),
                    memory: $lower.text(&$input.memory),
                    $($told: $value,)*
                };
                must_fit($lower.bytes.get())?;
                let parameters = (&event, &ticket, &context);
                #[expect(unsafe_code, reason = "comparing the types again at every call takes as long as the rule itself")]
                // SAFETY: `compare` above compared the type of this function of this component.
                let (answer,) = unsafe { self.0.call::<EventParameters<'_>, EventAnswer>(call, ON_EVENT, parameters) }?;
                let proposal = |from: wit::Proposal| Proposal { effect: effect(from.effect), reason: from.reason };
                Ok(answer.map_err(declined)?.into_iter().map(proposal).collect())
            }

            /// Asks about a review.
            pub(crate) fn on_review(&self, call: &mut Call<'_>, $review_input: &ReviewInput) -> Result<Vec<Proposal>, Unanswered> {
                let $review_lower = Lower { manifest: call.manifest, bytes: Cell::default() };
                let tallies: Vec<wit::Tally<'_>> = $review_input.tallies.iter().map(|tally| $review_lower.tally(tally)).collect();
                $(let $review_list = $list;)*
                let review = wit::Review {
                    kind: review_kind($review_input.kind),
                    territory: $review_lower.text($review_input.territory.as_str()),
                    first_day: date($review_input.first_day),
                    last_day: date($review_input.last_day),
                    tallies: &tallies,
                    $($review_told: $review_value,)*
                };
                let lists: Vec<ValueList<'_>> =
                    call.settings.values().map(|value| $review_lower.value_list(value)).collect();
                let settings = $review_lower.settings(call.settings, &lists);
                let context = wit::ReviewContext { now: moment(&$review_input.now), settings: &settings };
                must_fit($review_lower.bytes.get())?;
                #[expect(unsafe_code, reason = "comparing the types again at every call takes as long as the rule itself")]
                // SAFETY: `compare` above compared the type of this function of this component.
                let (answer,) =
                    unsafe { self.0.call::<ReviewParameters<'_>, ReviewAnswer>(call, ON_REVIEW, (&review, &context)) }?;
                let proposal = |from: wit::ReviewProposal| Proposal { effect: review_effect(from.effect), reason: from.reason };
                Ok(answer.map_err(declined)?.into_iter().map(proposal).collect())
            }
        }

        fn declined(failure: Failure) -> Unanswered {
            let (variant, words) = match failure {
                Failure::BadSetting(words) => ("bad-setting", words),
                Failure::MissingData(words) => ("missing-data", words),
                Failure::Bug(words) => ("bug", words),
            };
            Unanswered::Declined(variant, words)
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
        same!(ground: HandBackGround => HandBackGround { NotOurDuty, NotOurArea, OutOfScope, Unclear });
        same!(review_kind: ReviewKind => ReviewKind { DailyReview, MonthlyReview });
        same!(day_kind: DayKind => DayKind { WorkingDay, DayOff, Unknown });

        fn moment(now: &Moment) -> wit::Moment {
            let local = civil(now.at);
            wit::Moment {
                unix_seconds: now.at.as_second(),
                date: date(local.date()),
                hour: local.hour().unsigned_abs(),
                minute: local.minute().unsigned_abs(),
                weekday: local.weekday().to_monday_one_offset().unsigned_abs(),
                day_kind: day_kind(now.day_kind),
                in_working_hours: now.in_working_hours,
            }
        }

        /// The civil fields of a representable day fit their types; before year 0 they clamp.
        fn date(day: Date) -> wit::Date {
            wit::Date {
                year: u16::try_from(day.year()).unwrap_or_default(),
                month: day.month().unsigned_abs(),
                day: day.day().unsigned_abs(),
            }
        }

        fn task_mark(from: TaskMark) -> wit::TaskMark {
            wit::TaskMark { number: from.number, kind: lower_task_kind(from.kind), by_this_rule: from.by_this_rule }
        }

        fn follow_up(from: &FollowUp) -> wit::FollowUp {
            wit::FollowUp {
                attempt: from.attempt,
                at: from.at.as_second(),
                // The core hears whether it is solved from whoever was reached, and from nobody else.
                answer: from.solved.filter(|_| from.reached).map(|solved| wit::CallerAnswer {
                    solved,
                    satisfied: from.satisfied,
                    bad: from.is_bad(),
                }),
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
            evidence_asked: Vec<&'a str>,
        }

        impl<'a> TicketLists<'a> {
            fn new(lower: &Lower<'_>, ticket: &'a TicketView) -> Self {
                Self {
                    tags: ticket.tags.iter().map(|tag| lower.text(tag)).collect(),
                    fields: ticket
                        .fields
                        .iter()
                        .map(|(name, value)| lower.named(name, value, lower.manifest.fields.get(name).map(|spec| spec.kind)))
                        .collect(),
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
                    evidence_asked: ticket.evidence_asked.iter().map(|what| lower.text(what)).collect(),
                }
            }
        }

        /// Counts the texts that pass, and knows what the manifest declares.
        struct Lower<'m> {
            manifest: &'m Manifest,
            bytes: Cell<usize>,
        }

        impl Lower<'_> {
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

            fn settings<'a>(
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
                    ValueList::None => self.named(name, value, self.manifest.settings.get(name).map(|spec| spec.kind)),
                };
                values.iter().zip(lists).map(lowered).collect()
            }

            /// A value without a list; extra fields have none. The domain keeps a date as its text.
            fn named<'a>(&self, name: &'a str, value: &'a Value, kind: Option<ValueKind>) -> wit::NamedValueParam<'a> {
                let value = match value {
                    Value::Flag(flag) => wit::ValueParam::Flag(*flag),
                    Value::Integer(number) => wit::ValueParam::Integer(*number),
                    Value::Text(text) => match text.parse() {
                        Ok(day) if kind == Some(ValueKind::Date) => wit::ValueParam::Date(date(day)),
                        _ => wit::ValueParam::Text(self.text(text)),
                    },
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

            fn tally<'a>(&self, tally: &'a Tally) -> wit::Tally<'a> {
                let Figures { count, previous, still_open, overdue } = tally.figures;
                wit::Tally {
                    territory: self.text(&tally.territory),
                    street: tally.street.as_ref().map(|street| self.text(street)),
                    estate: tally.estate.as_ref().map(|estate| self.text(estate)),
                    category: self.text(&tally.category),
                    category_name: self.text(&tally.category_name),
                    count,
                    previous,
                    still_open,
                    overdue,
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
                    RuleEvent::HandBackAsked { handling_unit, ground: from, reason } => Event::HandBackAsked(wit::HandBack {
                        handling_unit: self.text(handling_unit),
                        ground: ground(*from),
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
                    RuleEvent::TaskOverdue(task) => Event::TaskOverdue(task_mark(*task)),
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
                    RuleEvent::TaskOpened(task) => Event::TaskOpened(task_mark(*task)),
                    RuleEvent::TaskDone { task, result } => {
                        Event::TaskDone(wit::TaskResult { task: task_mark(*task), words: self.text(result) })
                    }
                    RuleEvent::EarlyWarning(kind) => Event::EarlyWarning(lower_deadline_kind(*kind)),
                    RuleEvent::Overdue(kind) => Event::Overdue(lower_deadline_kind(*kind)),
                    RuleEvent::TimerFired(name) => Event::TimerFired(self.text(name)),
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
                    merged_count: ticket.merged_count,
                    extended: ticket.extended,
                    missing_fields: &lists.missing_fields,
                    tags: &lists.tags,
                    fields: &lists.fields,
                    assignments: &lists.assignments,
                    copies: &lists.copies,
                    deadlines: &lists.deadlines,
                    follow_ups: &lists.follow_ups,
                    open_tasks: &lists.open_tasks,
                    evidence_asked: &lists.evidence_asked,
                    sent_back: ticket.sent_back,
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
                // A day that the calendar does not have is refused like any text that is no date.
                wit::ValueResult::Date(day) => Value::Text(format!("{:04}-{:02}-{:02}", day.year, day.month, day.day)),
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
                wit::Effect::EnterLedger(entry) => ledger_entry(entry),
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
                $($effect => $lifted,)*
            }
        }

        fn ledger_entry(entry: wit::LedgerEntry) -> Effect {
            Effect::EnterLedger {
                ledger: entry.ledger,
                title: entry.title,
                handling_unit: entry.handling_unit.map(UnitId),
                basis: entry.basis.unwrap_or_default(),
            }
        }

        fn review_effect(effect: wit::ReviewEffect) -> Effect {
            match effect {
                wit::ReviewEffect::WriteSection(section) => {
                    Effect::WriteSection { heading: section.heading, text: section.text }
                }
                wit::ReviewEffect::EnterLedger(entry) => ledger_entry(entry),
                wit::ReviewEffect::Nominate(n) => Effect::NominateMatters {
                    forum: forum(n.forum),
                    title: n.title,
                    category: CategoryCode(n.category),
                    place: n.place.unwrap_or_default(),
                },
                wit::ReviewEffect::Notify(notice) => Effect::Notify { to_unit: UnitId(notice.to_unit), text: notice.text },
                $($review_effect => $review_lifted,)*
            }
        }
    };
}

pub(crate) use version_2;
