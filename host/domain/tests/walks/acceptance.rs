//! Refusal of acceptance, emergency lines, direct answers, three-way calls, referral.

use crate::office::{
    BURST_PIPE, HEATING_FEE, NOISE, Story, at, caller_back, company, dispatch, dispatcher, heard, lawyer,
};
use crate::office::{clerk, reviewer, taker};
use chuishao_domain::actor::By;
use chuishao_domain::command::Command;
use chuishao_domain::deadline::DeadlineKind;
use chuishao_domain::event::Event;
use chuishao_domain::grounds::{AnswerBasis, DeclineGround, EmergencyLine, Receiver};
use chuishao_domain::side::SideEvent;
use chuishao_domain::status::Status;

fn ask(ground: DeclineGround) -> Command {
    Command::AskDecline { ground, reason: "来电人称已起诉".into() }
}

fn rule(approved: bool) -> Command {
    Command::RuleDecline { approved, opinion: "情况属实".into() }
}

fn answer(basis: AnswerBasis) -> Command {
    Command::AnswerDirectly { basis, answer: "按规定每平方米收费标准为……".into() }
}

fn call(partner: &str) -> Command {
    Command::ThreeWayCall { partner_unit: partner.into(), words: "单位在线说明".into() }
}

#[test]
fn refusal_needs_two_people_and_tells_the_lawful_way() {
    for ground in DeclineGround::ALL {
        let mut case = Story::new(NOISE);
        case.refused(reviewer(), rule(true), "nothing-pending");
        case.done(taker(), ask(ground));
        case.refused(taker(), rule(true), "not-entitled");
        case.refused(taker(), Command::Accept { unanswered: None }, "already-pending");
        case.done(reviewer(), rule(true));
        assert_eq!(case.status(), Status::Declined);
        assert!(case.told().contains(ground.lawful_way()), "{}", case.told());
        case.refused(taker(), Command::Accept { unanswered: None }, "wrong-state");
    }
}

#[test]
fn a_refusal_that_is_not_granted_leaves_the_caller_his_ticket() {
    let mut case = Story::accepted(NOISE);
    case.done(taker(), ask(DeclineGround::Litigation));
    case.refused(dispatcher(), dispatch("370705-GA"), "already-pending");
    case.done(reviewer(), rule(false));
    case.done(dispatcher(), dispatch("370705-GA"));
    assert_eq!(case.status(), Status::Handling);
}

/// Off the plain way or on it, commands and events are written in one manner.
#[test]
fn what_is_written_looks_alike() {
    let text = r#"{"command":"ask-decline","ground":"litigation","reason":"来电人称已起诉"}"#;
    let command: Command = serde_json::from_str(text).expect("it reads");
    let mut case = Story::new(NOISE);
    case.done(taker(), command);
    let written = serde_json::to_value(case.history.last().expect("it happened")).expect("it writes");
    assert_eq!((&written["event"], &written["ground"]), (&"decline-asked".into(), &"litigation".into()));
    assert_eq!(written["by"], serde_json::json!({ "actor": "call-taker", "number": "0231" }));
    serde_json::from_str::<Command>(r#"{"command":"merge"}"#).expect_err("the desk alone merges");
}

#[test]
fn an_emergency_waits_for_nobody() {
    let mut case = Story::new(NOISE);
    case.done(taker(), ask(DeclineGround::PublicOrder));
    case.done(taker(), Command::PassOnEmergency { line: EmergencyLine::Fire, words: "楼道起火".into() });
    assert_eq!(case.status(), Status::PassedOn);
    assert_eq!(case.ticket.pending, None);
    assert_eq!(serde_json::to_value(EmergencyLine::Fire).expect("it writes"), "119");
}

#[test]
fn a_direct_answer_is_followed_up_and_goes_to_dispatch_when_it_did_not_help() {
    let mut case = Story::accepted(NOISE);
    case.refused(taker(), answer(AnswerBasis::Expert), "not-expert");
    case.refused(taker(), answer(AnswerBasis::ThreeWayCall), "no-three-way-call");
    case.done(taker(), answer(AnswerBasis::KnowledgeBase));
    assert_eq!(
        (case.status(), case.ticket.answered_directly),
        (Status::AwaitingFollowUp, Some(AnswerBasis::KnowledgeBase))
    );
    assert!(!case.has_deadline(DeadlineKind::Contact), "the caller was on the line");
    case.done(caller_back(), heard(false));
    assert_eq!((case.status(), case.lead()), (Status::Accepted, None), "there is no unit to rework it");
    assert_eq!(case.ticket.answered_directly, None);
    case.done(dispatcher(), dispatch("370705-GA"));
    case.handled();
    case.done(caller_back(), heard(true));
    assert_eq!(case.status(), Status::ClosedOut);
}

#[test]
fn ordinary_three_way_calls_keep_working_hours_and_urgent_ones_do_not() {
    let mut ordinary = Story::accepted(NOISE);
    ordinary.now = at("2024-06-25T12:30");
    ordinary.refused(taker(), call("370705-GA"), "out-of-hours");
    ordinary.now = at("2024-06-29T10:00"); // a Saturday
    ordinary.refused(taker(), call("370705-GA"), "out-of-hours");
    ordinary.now = at("2024-06-26T09:00");
    ordinary.refused(taker(), call("370784-ZJ"), "foreign-unit");
    ordinary.refused(taker(), call("nobody"), "unknown-unit");
    ordinary.done(taker(), call("370705-GA"));
    ordinary.done(taker(), answer(AnswerBasis::ThreeWayCall));
    assert_eq!(ordinary.status(), Status::AwaitingFollowUp);

    let mut urgent = Story::accepted(BURST_PIPE);
    urgent.now = at("2024-06-25T23:30");
    urgent.done(taker(), call("370705-CG"));
    assert_eq!(urgent.told_on("notice"), ["370705-CG"]);
    urgent.now = at("2027-03-01T10:00");
    urgent.done(taker(), call("370705-CG"));
}

#[test]
fn a_year_without_a_notice_has_no_known_working_hours() {
    let mut case = Story::accepted(NOISE);
    case.now = at("2027-03-01T10:00");
    case.refused(taker(), call("370705-GA"), "no-notice");
}

#[test]
fn seats_answer_what_is_theirs() {
    let mut noise = Story::accepted(NOISE);
    noise.refused(company(), answer(AnswerBasis::Expert), "not-heating");
    noise.refused(company(), call("370705-GA"), "not-heating");
    noise.refused(company(), dispatch("370705-GA"), "not-entitled");
    noise.refused(lawyer(), Command::Accept { unanswered: None }, "not-entitled");
    noise.done(lawyer(), answer(AnswerBasis::Expert));

    for category in [HEATING_FEE, BURST_PIPE] {
        let mut heating = Story::accepted(category);
        heating.done(company(), answer(AnswerBasis::Expert));
        assert_eq!(heating.status(), Status::AwaitingFollowUp);
        assert!(!heating.has_deadline(DeadlineKind::Grasp), "it is grasped on the line");
    }
    // An enterprise's call is taken by its own line, from the first word on.
    let line = || By::EnterpriseSeat { number: "0501".into() };
    let mut enterprise = Story::new(NOISE);
    enterprise.done(line(), Command::Accept { unanswered: None });
    enterprise.done(line(), answer(AnswerBasis::KnowledgeBase));
}

#[test]
fn arbitration_needs_the_callers_consent_and_the_result_comes_back() {
    let refer =
        |receiver, consent| Command::Refer { receiver, consent, words: "合同纠纷，请依法处理".into() };
    let mut case = Story::accepted(NOISE);
    case.refused(dispatcher(), refer(Receiver::Arbitration, None), "consent-missing");
    case.refused(dispatcher(), refer(Receiver::Arbitration, Some(false)), "consent-refused");
    case.refused(dispatcher(), refer(Receiver::Court, Some(false)), "consent-refused");
    case.refused(taker(), refer(Receiver::Court, None), "not-entitled");
    case.done(lawyer(), refer(Receiver::Arbitration, Some(true)));
    assert_eq!(case.status(), Status::Referred);
    case.refused(dispatcher(), dispatch("370705-GA"), "wrong-state");
    case.wait_until("2024-08-01T09:00");
    let late = |event: &Event| matches!(event, Event::Overdue { .. });
    assert_eq!(case.count(late), 0, "the receiver's own law sets its time");
    case.done(dispatcher(), Command::RecordReferralResult { result: "双方达成调解协议".into() });
    assert_eq!(case.status(), Status::AwaitingFollowUp);
    case.done(caller_back(), heard(true));
    assert_eq!(case.status(), Status::ClosedOut);
}

#[test]
fn each_receiver_takes_a_referral() {
    for receiver in [Receiver::Court, Receiver::PublicSecurity, Receiver::Justice, Receiver::Petitions] {
        let mut case = Story::accepted(NOISE);
        case.done(dispatcher(), Command::Refer { receiver, consent: None, words: "不在受理范围".into() });
        let referred =
            |event: &Event| matches!(event, Event::Side(SideEvent::Referred { receiver: to, .. }) if *to == receiver);
        assert_eq!(case.count(referred), 1);
        case.refused(clerk("370705-GA"), Command::TakeUp, "wrong-state");
    }
}
