//! The list of transitions against `handle`: every cell of status, command and post, every
//! edge of the picture, and the document that is generated from it.

use crate::office::{
    NOISE, Story, WORLD, caller_back, clerk, company, decide, department, dispatch, dispatcher, hand_back, heard,
    lawyer, leader, office, panel, pass, report, reviewer, rule_hand_back, taker,
};
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::apply::apply;
use chuishao_domain::command::Command;
use chuishao_domain::event::Recorded;
use chuishao_domain::grounds::{AnswerBasis, DeclineGround, EmergencyLine, Receiver};
use chuishao_domain::handle::handle;
use chuishao_domain::oversight::SupervisionKind;
use chuishao_domain::plugin::rollout::leaving::Leaving;
use chuishao_domain::rule::RuleActor;
use chuishao_domain::rule::effect::{Effect, Proposal};
use chuishao_domain::rule::kinds::EffectKind;
use chuishao_domain::side::MainTicket;
use chuishao_domain::status::Status;
use chuishao_domain::ticket::Ticket;
use chuishao_domain::transitions::{TRANSITIONS, document, leads};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Commands of every kind, so that each edge has one that takes it.
fn commands() -> Vec<Command> {
    let words = || "情况说明".to_owned();
    let main = MainTicket::of(&Story::numbered_and_open(9).ticket);
    let effect = |effect| Command::Propose(Box::new(Proposal { effect, reason: words() }));
    vec![
        Command::FillIn { place: BTreeMap::from([("street".into(), "东关街道".into())]), fields: BTreeMap::new() },
        Command::Accept { unanswered: None },
        Command::Reclassify { category: "0302".into() },
        Command::AskDecline { ground: DeclineGround::Litigation, reason: words() },
        Command::RuleDecline { approved: true, opinion: words() },
        Command::PassOnEmergency { line: EmergencyLine::Police, words: words() },
        Command::ThreeWayCall { partner_unit: "370705-GA".into(), words: words() },
        Command::AnswerDirectly { basis: AnswerBasis::KnowledgeBase, answer: words() },
        Command::Refer { receiver: Receiver::Court, consent: None, words: words() },
        Command::RecordReferralResult { result: words() },
        Command::Merge { main: Box::new(main.clone()), reason: words() },
        Command::Absorb { ticket: "WF20240625000007-1".into() },
        Command::AnswerMerged { main: main.id },
        dispatch("370705-GA"),
        Command::TakeUp,
        hand_back(),
        rule_hand_back(true),
        decide("370705-GA"),
        Command::EscalateRefusal { words: words() },
        Command::SignResponsibility { lead_unit: "370705-CG".into(), words: words() },
        Command::AskExtension { working_days: 3, reason: words() },
        Command::RuleExtension { approved: true, opinion: words() },
        Command::RecordGrasp { words: words() },
        Command::RecordContact { words: words() },
        report(),
        pass(),
        Command::Review { passed: false, opinion: words() },
        heard(true),
        heard(false),
        Command::FinishTask { number: 1, result: words(), record: BTreeMap::new() },
        Command::TakeUpCopy,
        Command::Supervise { kind: SupervisionKind::Urge, target: "370705-GA".into(), words: words() },
        Command::GiveOpinion { words: words() },
        Command::Remind { words: words() },
        Command::OrderSupervision { words: words() },
        Command::AnswerSupervision { number: 1, words: words() },
        Command::OpenJointSupervision { units: vec!["WF-ZJ".into(), "WF-CG".into()], words: words() },
        Command::EndJointSupervision { result: words() },
        Command::BlowWhistle { units: vec!["370705-YJ".into()], words: words() },
        Command::CheckIn { number: 1, words: words() },
        Command::MarkAppeal { open: true },
        Command::LeaveRule {
            rule: "tried".into(),
            leaving: Leaving { keep_tasks: false, keep_required_fields: false },
        },
        Command::Tick,
        effect(Effect::SendBack("缺现场照片".into())),
        effect(Effect::AddTag("高频".into())),
    ]
}

fn actors() -> Vec<Actor> {
    let manifest = serde_json::from_value(serde_json::json!({
        "name": "any-rule", "title": "示例规则", "version": "1.0.0", "interface": "1.0.0", "license": "Apache-2.0",
        "listens": ["accepted"], "effects": EffectKind::ALL,
    }));
    let rule = RuleActor { manifest: Arc::new(manifest.expect("it reads")), territory: "370705".into() };
    let people = [
        taker(),
        By::EnterpriseSeat { number: "0501".into() },
        lawyer(),
        company(),
        dispatcher(),
        clerk("370705-GA"),
        department("WF-GA"),
        reviewer(),
        caller_back(),
        office(),
        panel(),
        leader(),
        By::Clock,
    ];
    people.into_iter().map(Actor::Known).chain([Actor::Rule(Arc::new(rule))]).collect()
}

/// Tickets in every status, some of them on the way to another.
fn tickets() -> Vec<(Ticket, Timestamp)> {
    let mut cases = vec![Story::new(NOISE), Story::accepted(NOISE), Story::dispatched(), Story::awaiting_follow_up()];
    cases.extend([Story::closed(), Story::disputed()]);
    let mut then = |mut case: Story, steps: Vec<(By, Command)>| {
        steps.into_iter().for_each(|(by, command)| case.done(by, command));
        cases.push(case);
    };
    let words = || "情况说明".to_owned();
    let ask = || (taker(), Command::AskDecline { ground: DeclineGround::Litigation, reason: words() });
    let decline = || (reviewer(), Command::RuleDecline { approved: true, opinion: words() });
    let pass_on = || (taker(), Command::PassOnEmergency { line: EmergencyLine::Police, words: words() });
    let main = || Box::new(MainTicket::of(&Story::numbered_and_open(9).ticket));
    then(Story::new(NOISE), vec![ask()]);
    then(Story::accepted(NOISE), vec![ask()]);
    then(Story::new(NOISE), vec![ask(), decline()]);
    then(Story::new(NOISE), vec![pass_on()]);
    then(Story::accepted(NOISE), vec![(dispatcher(), Command::Merge { main: main(), reason: words() })]);
    then(
        Story::accepted(NOISE),
        vec![(dispatcher(), Command::Refer { receiver: Receiver::Court, consent: None, words: words() })],
    );
    then(Story::dispatched(), vec![(clerk("370705-GA"), hand_back())]);
    let refused = || vec![(clerk("370705-GA"), hand_back()), (reviewer(), rule_hand_back(false))];
    then(Story::dispatched(), [refused(), vec![(clerk("370705-GA"), hand_back())]].concat());
    then(Story::dispatched(), vec![(clerk("370705-GA"), report())]);
    let answer = Command::AnswerDirectly { basis: AnswerBasis::KnowledgeBase, answer: words() };
    then(Story::accepted(NOISE), vec![(taker(), answer)]);
    let mut all: Vec<(Ticket, Timestamp)> = cases.iter().map(|case| (case.ticket.clone(), case.now)).collect();
    // What is at its end, a month later, and one that is archived.
    let ended = [Status::ClosedOut, Status::Declined, Status::PassedOn];
    let month = jiff::SignedDuration::from_hours(24 * 30);
    let late: Vec<_> = all.iter().filter(|(ticket, _)| ended.contains(&ticket.status())).cloned().collect();
    all.extend(late.into_iter().map(|(ticket, now)| (ticket, now.checked_add(month).expect("in range"))));
    let mut archived = Story::closed();
    archived.wait_until("2024-08-01T09:00");
    all.push((archived.ticket.clone(), archived.now));
    all
}

fn code(ticket: &Ticket, now: Timestamp, command: &Command, actor: &Actor) -> String {
    let outcome = handle(&WORLD, Some(ticket), command, actor, now);
    outcome.map_or_else(|refusal| refusal.code.to_string(), |_| "done".into())
}

#[test]
fn every_status_and_every_command_and_every_post_is_tried() {
    let seen: BTreeSet<Status> = tickets().iter().map(|(ticket, _)| ticket.status()).collect();
    assert_eq!(seen, Status::ALL.iter().copied().collect());
    let tried: BTreeSet<&str> = commands().iter().map(Command::name).chain(["register"]).collect();
    assert_eq!(tried, TRANSITIONS.iter().map(|row| row.command).collect());
    let posts: BTreeSet<_> = actors().iter().map(Actor::post).collect();
    assert_eq!(posts, TRANSITIONS.iter().flat_map(|row| row.who).copied().collect());
}

/// Of every cell: who the list does not name is not entitled, where it does not say so is the
/// wrong state, and what it lets through meets neither refusal.
#[test]
fn handle_says_what_the_list_says_in_every_cell() {
    let (tickets, commands, actors) = (tickets(), commands(), actors());
    for (ticket, now) in &tickets {
        for command in &commands {
            for actor in &actors {
                let rows = || {
                    TRANSITIONS.iter().filter(|row| row.command == command.name() && row.who.contains(&actor.post()))
                };
                let code = code(ticket, *now, command, actor);
                let cell = format!("{:?} {} {:?}: {code}", ticket.status(), command.name(), actor.post());
                assert_eq!(rows().next().is_none(), code == "not-entitled", "{cell}");
                let elsewhere = rows().next().is_some() && rows().all(|row| !row.from.contains(&ticket.status()));
                let by_rule = matches!(command, Command::Propose(_)) && !elsewhere;
                assert!(elsewhere == (code == "wrong-state") || by_rule, "{cell}");
            }
        }
    }
}

/// Whatever is done leads where the list says, and nothing in the list leads nowhere.
#[test]
fn every_edge_is_walked_and_no_other() {
    let mut walked = BTreeSet::new();
    for (ticket, now) in tickets() {
        for command in commands() {
            for actor in actors() {
                let Ok(events) = handle(&WORLD, Some(&ticket), &command, &actor, now) else { continue };
                let mut after = ticket.clone();
                for event in events {
                    let sequence = after.version + 1;
                    apply(&mut after, &Recorded { sequence, at: now, by: By::Clock, event });
                }
                let (from, to) = (ticket.status(), after.status());
                assert!(leads(command.name(), from, to), "{} leads from {from:?} to {to:?}", command.name());
                walked.insert((command.name(), from, to));
            }
        }
    }
    for row in TRANSITIONS {
        for from in row.from {
            for to in row.to.iter().filter(|to| *to != from) {
                assert!(
                    walked.contains(&(row.command, *from, *to)),
                    "{} never leads from {from:?} to {to:?}",
                    row.command
                );
            }
        }
    }
}

/// Nobody is stuck: from every status but the last some command leads on.
#[test]
fn every_status_has_a_way_out_and_a_way_in() {
    for status in Status::ALL {
        let out = TRANSITIONS.iter().any(|row| row.from.contains(status) && row.to.iter().any(|to| to != status));
        assert_eq!(out, *status != Status::Archived, "{status:?}");
        assert!(TRANSITIONS.iter().any(|row| row.to.contains(status)), "{status:?}");
    }
}

#[test]
fn the_document_is_the_list() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/transitions.md");
    let fresh = document();
    if std::env::var_os("CHUISHAO_BLESS").is_some() {
        std::fs::write(path, &fresh).expect("it writes");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default().replace('\r', "");
    assert!(kept == fresh, "docs/transitions.md is not the list any more; run the test with CHUISHAO_BLESS=1");
}

impl Story {
    /// Another ticket of the same matter, accepted.
    fn numbered_and_open(number: u64) -> Self {
        let mut case = Self::numbered(NOISE, number);
        case.done(taker(), Command::Accept { unanswered: None });
        case
    }
}
