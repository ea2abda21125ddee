//! Rules that set themselves or each other off: bounded in depth and number (guard rail
//! G13), and each stop is said on the ticket.

use super::guest::{constant_rule, manifest, proposal};
use super::office::{Case, ENGINE, HEATING, KUIWEN, intake, switched_on};
use chuishao_domain::actor::By;
use chuishao_domain::command::Command;

use chuishao_domain::handle::rule::limits::{MOST_EFFECTS_PER_TICKET, MOST_TIMERS};
use chuishao_domain::rule::effect::Proposal;
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::record::{Answer, CallFailure, DecisionRecord, Verdict};
use chuishao_domain::ticket::TicketState;
use chuishao_sandbox::limits::{MOST_CALLS_PER_COMMAND, MOST_DEPTH};
use chuishao_sandbox::rulebook::{Activation, Rulebook};
use serde_json::{Value, json};

fn task(kind: &str) -> Proposal {
    let within = json!({"working-days": 2});
    let post = "county-hotline-office";
    proposal(json!({"open-task": {"kind": kind, "post": post, "within": within, "title": "清河花园停暖"}}))
}

fn rule(name: &str, listens: &[EventKind], proposals: &[Proposal]) -> Activation {
    switched_on(&ENGINE, &constant_rule(&manifest(name, listens), proposals), KUIWEN, 1)
}

/// A ticket's way to the dispatch with these rules, which it must reach.
fn decisions(rules: Vec<Activation>) -> Vec<DecisionRecord> {
    let rulebook = Rulebook::new(rules);
    let mut case = Case::new(&rulebook, intake(HEATING));
    case.run_to_dispatch();
    assert_eq!(case.state(), TicketState::Handling);
    case.decisions
}

/// Who was asked about what, and what came of it.
fn told(records: &[DecisionRecord]) -> Vec<String> {
    let outcome = |record: &DecisionRecord| match &record.call.answer {
        Answer::Proposals(judged) => match &judged[0].1 {
            Verdict::Accepted { .. } => "accepted".to_owned(),
            Verdict::Refused(refusal) => refusal.code.to_string(),
        },
        Answer::Failed(CallFailure::LoopGuard { .. }) => "loop-guard".into(),
        Answer::Failed(other) => panic!("{other:?}"),
    };
    records.iter().map(|r| format!("{} {}: {}", r.edition.rule, r.call.event_kind, outcome(r))).collect()
}

fn guarded<'a>(records: &'a [DecisionRecord], words: &str) -> Vec<&'a DecisionRecord> {
    let says = |record: &&DecisionRecord| match &record.call.answer {
        Answer::Failed(CallFailure::LoopGuard { message }) => message.contains(words),
        _ => false,
    };
    records.iter().filter(says).collect()
}

#[test]
fn a_rule_that_sets_itself_off_is_asked_once() {
    use EventKind::{Accepted, TaskOpened};
    let rules = vec![
        rule("aaa-starts", &[Accepted], &[task("rectification")]),
        rule("bbb-repeats", &[TaskOpened], &[task("on-site-mediation")]),
    ];
    let records = decisions(rules);
    assert_eq!(
        told(&records),
        ["aaa-starts accepted: accepted", "bbb-repeats task-opened: accepted", "bbb-repeats task-opened: loop-guard"]
    );
    let [stopped] = guarded(&records, "由本规则自己的效果引起")[..] else { panic!("one stop") };
    assert_eq!((stopped.call.fuel, &stopped.call.input), (0, &None), "it was not called");
}

/// The same effect again is refused before it can lead to anything.
#[test]
fn a_rule_that_repeats_its_own_effect_gets_it_once() {
    use EventKind::{Accepted, TaskOpened};
    let records = decisions(vec![rule("aaa-repeats", &[Accepted, TaskOpened], &[task("survey")])]);
    assert_eq!(told(&records), ["aaa-repeats accepted: accepted", "aaa-repeats task-opened: task-open-already"]);
}

#[test]
fn two_rules_that_set_each_other_off_come_to_rest() {
    use EventKind::{Accepted, TaskOpened};
    let rules = vec![
        rule("aaa-starts", &[Accepted], &[task("rectification")]),
        rule("bbb-answers", &[TaskOpened], &[task("on-site-mediation")]),
        rule("ccc-answers", &[TaskOpened], &[task("survey")]),
    ];
    assert_eq!(
        told(&decisions(rules)),
        [
            "aaa-starts accepted: accepted",
            "bbb-answers task-opened: accepted",
            "ccc-answers task-opened: accepted",
            "bbb-answers task-opened: loop-guard",
            "ccc-answers task-opened: task-open-already",
            "bbb-answers task-opened: task-open-already",
            "ccc-answers task-opened: loop-guard",
        ]
    );
}

/// Each rule makes the kind of event that the next one listens to.
#[test]
fn a_chain_of_rules_ends_at_its_depth() {
    use EventKind::{ReportedBack, SentBack, TaskOpened, UrgencyRaised};
    let raise = |urgency: &str| proposal(json!({"raise-urgency": urgency}));
    let rulebook = Rulebook::new(vec![
        rule("aaa-sends-back", &[ReportedBack], &[proposal(json!({"send-back": "缺少测温记录"}))]),
        rule("bbb-raises", &[SentBack], &[raise("urgent")]),
        rule("ccc-opens", &[UrgencyRaised], &[task("survey")]),
        rule("ddd-raises", &[TaskOpened], &[raise("critical")]),
        rule("eee-tags", &[UrgencyRaised], &[proposal(json!({"add-tag": "停暖"}))]),
    ]);
    let mut case = Case::new(&rulebook, intake(HEATING));
    case.run_to_dispatch();
    case.report_back();
    assert_eq!(
        told(&case.decisions),
        [
            "aaa-sends-back reported-back: accepted",
            "bbb-raises sent-back: accepted",
            "ccc-opens urgency-raised: accepted",
            "eee-tags urgency-raised: accepted",
            "ddd-raises task-opened: accepted",
            "ccc-opens urgency-raised: loop-guard",
            "eee-tags urgency-raised: loop-guard",
        ]
    );
    assert_eq!(guarded(&case.decisions, &format!("超过 {MOST_DEPTH} 层")).len(), 1);
}

#[test]
fn a_crowd_of_rules_is_asked_so_many_times_and_no_more() {
    let opens = |n: usize| rule(&format!("crowd-{n:02}"), &[EventKind::TaskOpened], &[task("survey")]);
    let mut rules: Vec<_> = (0..20).map(opens).collect();
    rules.push(rule("aaa-starts", &[EventKind::Accepted], &[task("rectification")]));
    let records = decisions(rules);
    let called = records.iter().filter(|record| record.call.input.is_some()).count();
    assert_eq!(called, MOST_CALLS_PER_COMMAND);
    assert!(!guarded(&records, "最多询问规则 64 次").is_empty());
    assert!(records.len() < 1_000, "the stops themselves are bounded: {}", records.len());
}

fn timer(name: &str, after: Value) -> Proposal {
    proposal(json!({"set-timer": {"name": name, "after": after}}))
}

#[test]
fn timers_are_bounded() {
    let hour = || json!({"clock-hours": 1});
    let many: Vec<_> = (0..=MOST_TIMERS).map(|n| timer(&format!("measure-{n}"), hour())).collect();
    let records = decisions(vec![rule("aaa-timers", &[EventKind::Accepted], &many)]);
    let Answer::Proposals(judged) = &records[0].call.answer else { panic!("it answered") };
    let refused: Vec<_> = judged.iter().map(|(_, verdict)| matches!(verdict, Verdict::Refused(_))).collect();
    assert_eq!(refused, [vec![false; MOST_TIMERS], vec![true]].concat());

    for (after, expected) in [
        (hour(), "accepted"),
        (json!({"clock-hours": 0}), "span-range"),
        (json!({"working-hours": 0}), "span-range"),
        (json!({"working-days": 0}), "span-range"),
        (json!({"clock-hours": 8761}), "span-range"),
        (json!({"working-hours": 2001}), "span-range"),
        (json!({"working-days": 251}), "span-range"),
    ] {
        let records = decisions(vec![rule("aaa-timers", &[EventKind::Accepted], &[timer("measure", after.clone())])]);
        assert_eq!(told(&records), [format!("aaa-timers accepted: {expected}")], "{after}");
    }
    for name in ["", "二次测温", "ab", &"x".repeat(49), "a/../b", "A-timer"] {
        let records = decisions(vec![rule("aaa-timers", &[EventKind::Accepted], &[timer(name, hour())])]);
        assert_eq!(told(&records), ["aaa-timers accepted: name-form"], "{name:?}");
    }
}

/// A timer that sets itself again ends when the rule has used up its effects.
#[test]
fn a_timer_that_sets_itself_again_ends() {
    let listens = [EventKind::Accepted, EventKind::TimerFired];
    let again = [timer("again", json!({"clock-hours": 1}))];
    let rulebook = Rulebook::new(vec![rule("aaa-again", &listens, &again)]);
    let mut case = Case::new(&rulebook, intake(HEATING));
    case.run_to_dispatch();
    for _ in 0..MOST_EFFECTS_PER_TICKET * 2 {
        case.step(By::Clock, Command::Tick);
    }
    assert_eq!(case.ticket().timers, [], "it fires no more");
    let told = told(&case.decisions);
    let accepted = told.iter().filter(|told| told.ends_with(": accepted")).count();
    assert_eq!(accepted, MOST_EFFECTS_PER_TICKET as usize);
    assert_eq!(told.last().map(String::as_str), Some("aaa-again timer-fired: too-many-effects"));
}

/// A report is sent back by rules once; after that people decide.
#[test]
fn a_report_is_sent_back_once() {
    let back = [proposal(json!({"send-back": "缺少测温记录"}))];
    let rulebook = Rulebook::new(vec![rule("aaa-back", &[EventKind::ReportedBack], &back)]);
    let mut case = Case::new(&rulebook, intake(HEATING));
    case.run_to_dispatch();
    case.report_back();
    assert_eq!(case.state(), TicketState::Handling);
    case.report_back();
    assert_eq!(case.state(), TicketState::InReview);
    assert_eq!(told(&case.decisions), ["aaa-back reported-back: accepted", "aaa-back reported-back: sent-back-once"]);
}
