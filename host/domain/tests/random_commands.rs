//! Thousands of random histories: whatever people, the clock and rules want in whatever
//! order, a ticket is the fold of its events, and no effect of a rule ever breaks a guard
//! rail.

use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::apply::{apply, begin, fold};
use chuishao_domain::calendar::TimeSpan;
use chuishao_domain::command::Command;
use chuishao_domain::deadline::{DeadlineKind, Due};
use chuishao_domain::event::{Event, Recorded, SupervisionKind};
use chuishao_domain::handle::handle;
use chuishao_domain::ids::{TerritoryId, TicketId, UnitId};
use chuishao_domain::rule::RuleActor;
use chuishao_domain::rule::effect::{Effect, Forum, Post, Proposal, TaskKind};
use chuishao_domain::rule::kinds::EffectKind;
use chuishao_domain::rule::value::Value;
use chuishao_domain::ticket::{Intake, Ticket, TicketState, Urgency};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};

static WORLD: LazyLock<World> = LazyLock::new(World::weifang);

const UNITS: [&str; 7] = ["370705-GA", "370705-S02", "370705-CG", "370784-ZJ", "WF-GA", "WF-ZJ", "nowhere"];
const CATEGORIES: [&str; 5] = ["0301", "0104", "0401", "0201", "9999"];

/// One thing that somebody wants, after so many minutes.
#[derive(Clone, Debug)]
struct Wish {
    minutes: i64,
    command: Command,
    actor: Who,
}

#[derive(Clone, Debug)]
enum Who {
    Known(By),
    /// A rule of 奎文区, or of the city.
    Rule(bool),
}

fn one_of<T: Clone + std::fmt::Debug + 'static>(values: &[T]) -> impl Strategy<Value = T> + use<T> {
    proptest::sample::select(values.to_vec())
}

fn unit() -> impl Strategy<Value = UnitId> {
    one_of(&UNITS).prop_map(UnitId::from)
}

fn span() -> impl Strategy<Value = TimeSpan> {
    prop_oneof![
        (0_u16..300).prop_map(TimeSpan::ClockHours),
        (0_u16..60).prop_map(TimeSpan::WorkingHours),
        (0_u16..12).prop_map(TimeSpan::WorkingDays),
        Just(TimeSpan::WorkingDays(u16::MAX)),
    ]
}

fn deadline_kind() -> impl Strategy<Value = DeadlineKind> {
    one_of(&[DeadlineKind::Grasp, DeadlineKind::Contact, DeadlineKind::Close])
}

fn effect() -> impl Strategy<Value = Effect> {
    let words = || one_of(&["", "补充照片", "\u{202e}<b>=cmd"]).prop_map(str::to_owned);
    let name = || one_of(&["again", "x", "place.estate", "own-field", "other-field"]).prop_map(str::to_owned);
    prop_oneof![
        name().prop_map(Effect::RequireField),
        one_of(&CATEGORIES).prop_map(|code| Effect::SuggestCategory(code.into())),
        one_of(&["seat-legal", "no-seat"]).prop_map(|seat| Effect::SuggestSeat(seat.into())),
        words().prop_map(Effect::AddTag),
        one_of(&[Urgency::Ordinary, Urgency::Urgent, Urgency::Critical]).prop_map(Effect::RaiseUrgency),
        (deadline_kind(), span()).prop_map(|(kind, within)| Effect::TightenDeadline { kind, within }),
        unit().prop_map(Effect::AddCopy),
        (unit(), any::<bool>()).prop_map(|(handling_unit, lead)| Effect::SuggestUnit { handling_unit, lead }),
        words().prop_map(Effect::AskEvidence),
        words().prop_map(Effect::SendBack),
        (span(), words()).prop_map(|(within, title)| Effect::OpenTask {
            kind: TaskKind::OnSiteMediation,
            post: Post::PrincipalLeader,
            within,
            title
        }),
        words().prop_map(|title| Effect::EnterLedger { ledger: "督查台账".into(), title }),
        words().prop_map(|title| Effect::Nominate { forum: Forum::DailyDiscussion, title }),
        (unit(), words()).prop_map(|(to_unit, text)| Effect::Notify { to_unit, text }),
        (name(), span()).prop_map(|(name, after)| Effect::SetTimer { name, after }),
        name().prop_map(Effect::CancelTimer),
        (name(), any::<i64>()).prop_map(|(name, number)| Effect::SetField { name, value: Value::Integer(number) }),
        (0_usize..2000).prop_map(|long| Effect::Remember("x".repeat(long))),
        (unit(), any::<i32>()).prop_map(|(handling_unit, hundredths)| Effect::ScoreLocally {
            handling_unit,
            item: "及时".into(),
            hundredths
        }),
    ]
}

/// Commands of people, with the actor that usually gives them.
fn by_people() -> impl Strategy<Value = (Command, Who)> {
    let number = || "0001".to_owned();
    let clerk = |unit: &str| Who::Known(By::UnitClerk { unit: unit.into() });
    let clerks = || one_of(&["370705-GA", "370705-CG"]);
    let taker = Who::Known(By::CallTaker { number: number() });
    let dispatcher = Who::Known(By::Dispatcher { number: number() });
    let reviewer = Who::Known(By::Reviewer { number: number() });
    let follow_up = Who::Known(By::FollowUpStaff { number: number() });
    let department = Who::Known(By::DepartmentSupervisor { unit: "WF-GA".into() });
    let words = || "情况说明".to_owned();
    prop_oneof![
        3 => Just((Command::Accept { unanswered: Some("来电人不知道".into()) }, taker)),
        3 => unit().prop_map(move |lead_unit| (Command::Dispatch { lead_unit, assisting_units: vec![] }, dispatcher.clone())),
        1 => clerks().prop_map(move |u| (Command::TakeUp, clerk(u))),
        1 => clerks().prop_map(move |u| (Command::AskHandBack { reason: words() }, clerk(u))),
        1 => (clerks(), 0_u16..14).prop_map(move |(u, working_days)| {
            (Command::AskExtension { working_days, reason: words() }, clerk(u))
        }),
        1 => any::<bool>().prop_map({
            let reviewer = reviewer.clone();
            move |approved| (Command::RuleHandBack { approved, opinion: words() }, reviewer.clone())
        }),
        1 => any::<bool>().prop_map({
            let reviewer = reviewer.clone();
            move |approved| (Command::RuleExtension { approved, opinion: words() }, reviewer.clone())
        }),
        1 => unit().prop_map(move |target| {
            (Command::Supervise { kind: SupervisionKind::Urge, target, words: words() }, department.clone())
        }),
        1 => clerks().prop_map(move |u| (Command::RecordGrasp { words: words() }, clerk(u))),
        4 => (clerks(), any::<bool>()).prop_map(move |(u, solved)| {
            (Command::ReportBack { contacted: true, solved, result: words(), evidence_count: 0 }, clerk(u))
        }),
        3 => any::<bool>().prop_map(move |passed| (Command::Review { passed, opinion: words() }, reviewer.clone())),
        3 => (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(move |(reached, solved, satisfied, close)| {
            let command = Command::FollowUp {
                reached,
                solved: reached.then_some(solved),
                satisfied: Some(satisfied),
                opinion: String::new(),
                explained: close.then(words),
            };
            (command, follow_up.clone())
        }),
    ]
}

fn wish() -> impl Strategy<Value = Wish> {
    let asked = (effect(), any::<bool>()).prop_map(|(effect, of_city)| {
        let proposal = Proposal { effect, reason: "规则的理由".into() };
        (Command::Propose(Box::new(proposal)), Who::Rule(of_city))
    });
    let clock = Just((Command::Tick, Who::Known(By::Clock)));
    let what = prop_oneof![5 => by_people(), 5 => asked, 2 => clock];
    (prop_oneof![Just(0_i64), 1_i64..2000], what).prop_map(|(minutes, (command, actor))| Wish {
        minutes,
        command,
        actor,
    })
}

fn rule(territory: &str) -> Arc<RuleActor> {
    let manifest = serde_json::from_value(serde_json::json!({
        "name": "random-rule", "title": "随机规则", "version": "1.0.0", "interface": "1.0.0", "license": "Apache-2.0",
        "listens": ["accepted"], "effects": EffectKind::ALL,
        "fields": { "own-field": { "type": "integer", "title": "数" } },
    }));
    Arc::new(RuleActor { manifest: Arc::new(manifest.expect("it reads")), territory: territory.into() })
}

fn intake(category: &str, received_at: Timestamp) -> Intake {
    serde_json::from_value(serde_json::json!({
        "caller": "C-1", "caller_kind": "citizen", "channel": "phone", "matter_kind": "complaint",
        "category": category, "title": "楼上噪声", "body": "夜里很吵", "confidential": false,
        "place": { "territory": "370705", "estate": "胜利新村" }, "received_at": received_at,
    }))
    .expect("it reads")
}

/// What a rule must leave alone, whatever it asks for.
fn check_rails(before: &Ticket, after: &Ticket, territory: &TerritoryId) {
    for old in &before.deadlines {
        let new = after.deadline(old.kind).expect("no deadline disappears");
        match (old.due, new.due) {
            (Due::At(old), Due::At(new)) => assert!(new <= old, "G1: a deadline became later"),
            (Due::At(_), Due::AwaitingCalendar(_)) => panic!("G1: a known deadline became unknown"),
            _ => {}
        }
    }
    assert!(before.copies.iter().all(|copy| after.copies.contains(copy)), "G2: a copy changed");
    for copy in after.copies.iter().filter(|copy| !before.copies.contains(copy)) {
        let unit = WORLD.catalogue.unit(&copy.reader).expect("known");
        let own = unit.territory == *before.territory() || (territory.is_city() && unit.territory.is_city());
        assert!(own, "G3: a copy went to {}", unit.name);
    }
    assert_eq!(before.follow_ups, after.follow_ups, "G5: a follow-up changed");
    let sent_back = before.state == TicketState::InReview && after.state == TicketState::Handling;
    assert!(before.state == after.state || sent_back, "G5: {:?} became {:?}", before.state, after.state);
    assert_eq!(
        before.assignments.iter().map(|a| &a.handling_unit).collect::<Vec<_>>(),
        after.assignments.iter().map(|a| &a.handling_unit).collect::<Vec<_>>(),
        "a rule dispatched"
    );
    assert!(after.urgency >= before.urgency, "G9: the urgency fell");
    assert_eq!(before.intake, after.intake, "a rule changed the intake");
    assert!(after.timers.len() <= before.timers.len() + 1 && after.timers.len() <= 8, "G13: too many timers");
}

/// What holds after every command of anybody.
fn check_invariants(ticket: &Ticket) {
    if !ticket.assignments.is_empty() {
        let leads = ticket.assignments.iter().filter(|a| a.lead).count();
        assert_eq!(leads, 1, "one lead unit");
        let category = WORLD.catalogue.category(&ticket.intake.category).expect("known");
        let reader = ticket.copies.iter().find(|copy| copy.reader == category.department);
        assert!(reader.is_some_and(|copy| copy.statutory), "dual-track: the city department has its copy");
    }
    let handled = matches!(ticket.state, TicketState::Handling | TicketState::InReview | TicketState::AwaitingFollowUp);
    assert!(!handled || ticket.lead_unit().is_some(), "an open ticket has an owner");
}

fn live(category: &str, wishes: &[Wish]) -> usize {
    let mut now: Timestamp = "2024-12-27T08:00:00+08:00".parse().expect("a moment");
    let id = TicketId::new(jiff::civil::date(2024, 12, 27), 1);
    let rules = [rule("370705"), rule("WF")];
    let command = Command::Register { id: id.clone(), intake: Box::new(intake(category, now)) };
    let taker = Actor::Known(By::CallTaker { number: "0001".into() });
    let Ok(events) = handle(&WORLD, None, &command, &taker, now) else { return 0 };
    let Event::Registered { intake, urgency } = &events[0] else { panic!("the first event registers") };
    let mut ticket = begin(&id, intake, *urgency);
    let by = By::CallTaker { number: "0001".into() };
    let mut history = vec![Recorded { sequence: 1, at: now, by: by.clone(), event: events[0].clone() }];

    for wish in wishes {
        now = now.checked_add(wish.minutes.minutes()).expect("in range");
        let (actor, by) = match &wish.actor {
            Who::Known(by) => (Actor::Known(by.clone()), by.clone()),
            Who::Rule(of_city) => {
                let actor = rules[usize::from(*of_city)].clone();
                let by = By::Rule {
                    rule: "random-rule".into(),
                    title: "随机规则".into(),
                    version: semver::Version::new(1, 0, 0),
                    reason: "规则的理由".into(),
                };
                (Actor::Rule(actor), by)
            }
        };
        let Ok(events) = handle(&WORLD, Some(&ticket), &wish.command, &actor, now) else { continue };
        let before = ticket.clone();
        for event in events {
            let recorded = Recorded { sequence: ticket.version + 1, at: now, by: by.clone(), event };
            apply(&mut ticket, &recorded);
            history.push(recorded);
        }
        if let Actor::Rule(actor) = &actor {
            check_rails(&before, &ticket, &actor.territory);
        }
        if matches!(wish.command, Command::Tick) {
            let late = ticket.wakes_at().is_some_and(|at| at <= now);
            assert!(ticket.state == TicketState::ClosedOut || !late, "the clock left something undone");
        }
        check_invariants(&ticket);
    }
    // As it is written and read again: what the store keeps is the same history.
    let written = serde_json::to_string(&history).expect("it writes");
    let read: Vec<Recorded> = serde_json::from_str(&written).expect("it reads");
    assert_eq!(fold(&id, &read).as_ref(), Some(&ticket), "a ticket is the fold of its events");
    history.len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_wanted_the_rails_hold(
        category in one_of(&CATEGORIES[..4]),
        wishes in proptest::collection::vec(wish(), 1..60),
    ) {
        live(category, &wishes);
    }
}

/// The histories above would prove nothing if everything were refused.
#[test]
fn a_plain_life_is_not_refused() {
    let by = |by| Who::Known(by);
    let clerk = || by(By::UnitClerk { unit: "370705-GA".into() });
    let number = || "0001".to_owned();
    let commands = vec![
        (Command::Accept { unanswered: None }, by(By::CallTaker { number: number() })),
        (
            Command::Dispatch { lead_unit: "370705-GA".into(), assisting_units: vec![] },
            by(By::Dispatcher { number: number() }),
        ),
        (Command::TakeUp, clerk()),
        (Command::ReportBack { contacted: true, solved: true, result: "已劝导".into(), evidence_count: 0 }, clerk()),
        (Command::Review { passed: true, opinion: String::new() }, by(By::Reviewer { number: number() })),
        (
            Command::FollowUp {
                reached: true,
                solved: Some(true),
                satisfied: Some(true),
                opinion: String::new(),
                explained: None,
            },
            by(By::FollowUpStaff { number: number() }),
        ),
    ];
    let wishes: Vec<Wish> = commands.into_iter().map(|(command, actor)| Wish { minutes: 5, command, actor }).collect();
    assert_eq!(live("0301", &wishes), 11);
}
