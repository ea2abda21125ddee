//! Thousands of random histories: whatever people, the clock and rules want in whatever
//! order, a ticket is the fold of its events, and no effect of a rule ever breaks a guard
//! rail.

use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::apply::{apply, begin, fold};
use chuishao_domain::command::Command;
use chuishao_domain::deadline::Due;
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::handle::handle;
use chuishao_domain::ids::{TerritoryId, TicketId};
use chuishao_domain::rule::RuleActor;
use chuishao_domain::rule::kinds::EffectKind;
use chuishao_domain::status::{Status, SupervisionState};
use chuishao_domain::ticket::{Intake, Ticket, TicketState};
use chuishao_domain::transitions::leads;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};
use wishes::{CATEGORIES, Who, Wish, one_of, wish};

mod wishes;

static WORLD: LazyLock<World> = LazyLock::new(World::weifang);

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
    let apart = |ticket: &Ticket| {
        let Ticket { side, merged, responsibility, oversight, closure, pending, .. } = ticket.clone();
        (side, merged, responsibility, oversight, closure, pending)
    };
    assert_eq!(apart(before), apart(after), "G6, G7: a rule declined, merged, decided or supervised");
    assert!(after.timers.len() <= before.timers.len() + 1 && after.timers.len() <= 8, "G13: too many timers");
}

/// What holds after every command of anybody.
fn check_invariants(ticket: &Ticket) {
    let leads = ticket.assignments.iter().filter(|a| a.lead).count();
    let case = ticket.responsibility.case.as_ref();
    if !ticket.assignments.is_empty() {
        let category = WORLD.catalogue.category(&ticket.intake.category).expect("known");
        let reader = ticket.copies.iter().find(|copy| copy.reader == category.department);
        assert!(reader.is_some_and(|copy| copy.statutory), "dual-track: the city department has its copy");
        let lives = ticket.oversight.supervisions.iter().filter(|copy| copy.department == category.department).count();
        assert_eq!(lives, 1, "and the copy has one life");
    }
    match ticket.status() {
        Status::Handling | Status::InReview => {
            assert!(leads == 1 && !ticket.in_liability_case(), "one lead unit, and nobody disputes it");
        }
        Status::LiabilityCase => assert!(leads == 0 && case.is_some_and(|case| case.is_open()), "a panel sits"),
        Status::AwaitingFollowUp => {
            assert!(leads <= 1 && !ticket.in_liability_case(), "one lead unit, or answered without one");
        }
        Status::Registered | Status::Accepted | Status::Merged | Status::Referred => assert_eq!(leads, 0, "nobody yet"),
        Status::ClosedOut | Status::Declined | Status::PassedOn | Status::Archived => {
            let closure = ticket.closure.as_ref().expect("it has ended");
            assert!(!closure.archived || !closure.appeal_open, "an open appeal is in no archive");
            assert!(ticket.duties.is_empty() && ticket.pending.is_none(), "nothing is owed any more");
        }
    }
    if ticket.status() == Status::ClosedOut {
        let last = ticket.follow_ups.last().map(|call| call.at);
        assert_eq!(last, ticket.closed_at(), "every caller was followed up, merged ones too");
    }
    if let (Some(signed), Some(lead)) = (case.and_then(|case| case.signed_unit.as_ref()), ticket.lead_unit()) {
        assert_eq!(signed, lead, "G7: what the leader signed holds");
    }
    let ended = |copy| ticket.supervision_state(copy) == SupervisionState::Ended;
    let archived = ticket.status() == Status::Archived;
    assert!(ticket.oversight.supervisions.iter().all(|copy| ended(copy) == archived), "a copy ends with the archive");
}

/// What no command of anybody undoes.
fn check_step(command: &Command, before: &Ticket, after: &Ticket) {
    let (from, to) = (before.status(), after.status());
    assert!(leads(command.name(), from, to), "{} leads from {from:?} to {to:?}", command.name());
    assert!(
        before.copies.iter().all(|copy| after.copies.iter().any(|c| c.reader == copy.reader)),
        "G2: a copy is gone"
    );
    let case = |ticket: &Ticket| ticket.responsibility.case.clone();
    if let (Some(old), Some(new)) = (case(before), case(after)) {
        assert!(old.named_unit.is_none() || old.named_unit == new.named_unit, "G7: another panel decided");
        assert!(old.signed_unit.is_none() || old.signed_unit == new.signed_unit, "G7: another leader signed");
        assert_eq!(before.responsibility.hand_backs, after.responsibility.hand_backs, "G7: handed back all the same");
    }
}

fn live(category: &str, wishes: &[Wish]) -> (usize, BTreeSet<Status>) {
    let mut seen = BTreeSet::new();
    let mut now: Timestamp = "2024-12-27T08:00:00+08:00".parse().expect("a moment");
    let id = TicketId::new(jiff::civil::date(2024, 12, 27), 1);
    let rules = [rule("370705"), rule("WF")];
    let command = Command::Register { id: id.clone(), intake: Box::new(intake(category, now)) };
    let taker = Actor::Known(By::CallTaker { number: "0001".into() });
    let Ok(events) = handle(&WORLD, None, &command, &taker, now) else { return (0, seen) };
    let Event::Registered { intake, urgency } = &events[0] else { panic!("the first event registers") };
    let mut ticket = begin(&id, intake, *urgency);
    let by = By::CallTaker { number: "0001".into() };
    let mut history = vec![Recorded { sequence: 1, at: now, by: by.clone(), event: events[0].clone() }];

    for wish in wishes {
        now = now.checked_add(wish.minutes.minutes()).expect("in range");
        let (actor, by) = match &wish.actor {
            Who::Known(by) => (Actor::Known(by.clone()), by.clone()),
            Who::Lead => {
                let unit = ticket.lead_unit().cloned().unwrap_or_else(|| "370705-GA".into());
                let by = By::UnitClerk { unit };
                (Actor::Known(by.clone()), by)
            }
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
        check_step(&wish.command, &before, &ticket);
        check_invariants(&ticket);
        seen.insert(ticket.status());
    }
    // As it is written and read again: what the store keeps is the same history.
    let written = serde_json::to_string(&history).expect("it writes");
    let read: Vec<Recorded> = serde_json::from_str(&written).expect("it reads");
    assert_eq!(fold(&id, &read).as_ref(), Some(&ticket), "a ticket is the fold of its events");
    (history.len(), seen)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_wanted_the_rails_hold(
        category in one_of(&CATEGORIES[..4]),
        wishes in proptest::collection::vec(wish(), 1..90),
    ) {
        live(category, &wishes);
    }
}

/// Nor would they if they never left the plain way.
#[test]
fn the_histories_go_everywhere() {
    let mut runner = TestRunner::deterministic();
    let histories = proptest::collection::vec(wish(), 60..120);
    let mut seen = BTreeSet::from([Status::Registered]);
    for _ in 0..400 {
        let wishes = histories.new_tree(&mut runner).expect("a history").current();
        seen.extend(live("0301", &wishes).1);
    }
    assert_eq!(seen, Status::ALL.iter().copied().collect());
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
    assert_eq!(live("0301", &wishes).0, 11);
}
