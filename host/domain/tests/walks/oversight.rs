//! Signing in, copies, supervision orders, red cards, reminders, joint supervision, whistles.

use crate::office::{
    NOISE, Story, at, caller_back, clerk, department, dispatch, dispatcher, heard, office, pass, report, reviewer,
    taker,
};
use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::calendar::Notice;
use chuishao_domain::command::Command;
use chuishao_domain::duty::DutyKind;
use chuishao_domain::event::Event;
use chuishao_domain::handle::handle;
use chuishao_domain::oversight::{OrderGround, OversightEvent, SupervisionKind};
use chuishao_domain::status::{AssignmentState, Status, SupervisionState};

fn words() -> String {
    "请于本周内办结".into()
}

fn supervision(case: &Story) -> SupervisionState {
    case.ticket.supervision_state(&case.ticket.oversight.supervisions[0])
}

fn part(case: &Story) -> AssignmentState {
    case.ticket.assignment_state(&case.ticket.assignments[0])
}

fn late(case: &Story, duty: DutyKind) -> Vec<String> {
    let overdue = |event: &Event| match event {
        Event::Oversight(OversightEvent::DutyOverdue { kind, unit }) if *kind == duty => Some(unit.to_string()),
        _ => None,
    };
    case.history.iter().filter_map(|recorded| overdue(&recorded.event)).collect()
}

#[test]
fn an_assignment_goes_its_own_way() {
    let mut case = Story::dispatched();
    assert_eq!(part(&case), AssignmentState::AwaitingTakeUp);
    case.done(clerk("370705-GA"), Command::TakeUp);
    assert_eq!(part(&case), AssignmentState::Handling);
    case.done(clerk("370705-GA"), Command::AskExtension { working_days: 3, reason: "需要鉴定".into() });
    assert_eq!(part(&case), AssignmentState::ExtensionAsked);
    case.done(reviewer(), Command::RuleExtension { approved: true, opinion: "同意".into() });
    case.done(clerk("370705-GA"), report());
    assert_eq!(part(&case), AssignmentState::InReview);
    case.done(reviewer(), pass());
    assert_eq!(part(&case), AssignmentState::Done);
    case.done(caller_back(), heard(false));
    assert_eq!(part(&case), AssignmentState::Rework);
}

#[test]
fn who_does_not_sign_within_a_working_day_is_named() {
    let mut case = Story::dispatched();
    case.wait_until("2024-06-26T17:29");
    assert!(late(&case, DutyKind::TakeUp).is_empty());
    case.wait_until("2024-06-26T17:30");
    assert_eq!(late(&case, DutyKind::TakeUp), ["370705-GA"]);
    assert_eq!(late(&case, DutyKind::TakeUpCopy), ["WF-GA"]);
    case.wait_until("2024-06-27T09:00");
    assert_eq!(late(&case, DutyKind::TakeUp).len(), 1, "said once");

    let mut signed = Story::dispatched();
    signed.done(clerk("370705-GA"), Command::TakeUp);
    signed.done(department("WF-GA"), Command::TakeUpCopy);
    signed.refused(department("WF-GA"), Command::TakeUpCopy, "already-taken-up");
    signed.wait_until("2024-06-27T09:00");
    assert!(late(&signed, DutyKind::TakeUp).is_empty() && late(&signed, DutyKind::TakeUpCopy).is_empty());
}

#[test]
fn follow_up_is_due_in_three_working_days_and_closes_after_three_attempts() {
    let mut case = Story::awaiting_follow_up();
    let unreached =
        || Command::FollowUp { reached: false, solved: None, satisfied: None, opinion: String::new(), explained: None };
    case.done(caller_back(), unreached());
    case.wait_until("2024-06-28T17:29");
    assert!(late(&case, DutyKind::FollowUp).is_empty());
    case.wait_until("2024-06-28T17:30");
    assert_eq!(late(&case, DutyKind::FollowUp), ["WF-ZF"]);
    case.done(caller_back(), unreached());
    case.done(caller_back(), unreached());
    assert_eq!(case.status(), Status::ClosedOut);
    assert!(case.ticket.duties.is_empty());
}

#[test]
fn a_copy_lives_until_the_archive_and_nobody_takes_it_away() {
    let mut case = Story::dispatched();
    assert_eq!(supervision(&case), SupervisionState::AwaitingTakeUp);
    let urge = Command::Supervise { kind: SupervisionKind::Urge, target: "370705-GA".into(), words: words() };
    case.done(department("WF-GA"), urge.clone());
    assert_eq!(supervision(&case), SupervisionState::Supervising, "who acts on it has signed it");
    case.refused(department("WF-ZJ"), urge, "no-copy");
    case.refused(department("WF-ZJ"), Command::GiveOpinion { words: words() }, "no-copy");
    // Handed back and dispatched elsewhere: the copy is the same.
    case.done(clerk("370705-GA"), crate::office::hand_back());
    case.done(reviewer(), crate::office::rule_hand_back(true));
    case.done(dispatcher(), dispatch("370705-CG"));
    assert_eq!((case.ticket.oversight.supervisions.len(), supervision(&case)), (1, SupervisionState::Supervising));
    case.done(department("WF-GA"), Command::GiveOpinion { words: "建议提请每月一议".into() });
    case.handled();
    case.done(caller_back(), heard(true));
    assert_eq!(supervision(&case), SupervisionState::OpinionGiven, "closing does not end it");
    case.done(department("WF-GA"), Command::GiveOpinion { words: words() });
    case.wait_until("2024-07-10T10:00");
    assert_eq!((case.status(), supervision(&case)), (Status::Archived, SupervisionState::Ended));
    case.refused(department("WF-GA"), Command::GiveOpinion { words: words() }, "wrong-state");
}

#[test]
fn a_direct_dispatch_lets_the_levels_above_read_along() {
    let readers = |lead: &str, category: &str| {
        let mut case = Story::accepted(category);
        case.done(dispatcher(), dispatch(lead));
        case.ticket.copies.iter().map(|copy| (copy.reader.to_string(), copy.statutory)).collect::<Vec<_>>()
    };
    let copy = |unit: &str, statutory| (unit.to_owned(), statutory);
    assert_eq!(readers("370705-GA", NOISE), [copy("WF-GA", true), copy("370705-ZF", false)]);
    assert_eq!(readers("WF-GA", NOISE), [copy("WF-GA", true)]);
    assert_eq!(readers("370705-ZF", NOISE), [copy("WF-GA", true)], "no copy to itself");
    let street = World::weifang();
    let street = street.catalogue.categories().find(|category| category.street_may_handle).expect("one").clone();
    let sector = street.department.as_str().rsplit_once('-').expect("a sector").1;
    let bureau = format!("370705-{sector}");
    assert_eq!(
        readers("370705-S02", street.code.as_str()),
        [copy(street.department.as_str(), true), copy(&bureau, false), copy("370705-ZF", false)]
    );
}

#[test]
fn yellow_before_red_after_and_the_red_card_orders() {
    let mut case = Story::dispatched();
    case.done(clerk("370705-GA"), Command::TakeUp);
    case.done(department("WF-GA"), Command::TakeUpCopy);
    // Received on Tuesday the 25th: five working days end on Tuesday 2 July.
    let close =
        |event: &Event| matches!(event, Event::EarlyWarning { kind: chuishao_domain::deadline::DeadlineKind::Close });
    let red = |event: &Event| matches!(event, Event::Oversight(OversightEvent::RedCarded { .. }));
    case.wait_until("2024-07-01T17:29");
    assert_eq!(case.count(close), 0);
    case.wait_until("2024-07-01T17:30");
    assert_eq!(case.count(close), 1, "yellow: one working day before");
    case.wait_until("2024-07-03T08:29");
    assert_eq!((case.count(red), case.ticket.oversight.has_open_order()), (0, false));
    case.wait_until("2024-07-03T08:30");
    assert_eq!((case.count(red), case.ticket.oversight.has_open_order()), (1, true));
    assert_eq!(case.told_on("ordered"), ["370705-GA"]);
    case.refused(office(), Command::OrderSupervision { words: words() }, "order-open");
    case.refused(clerk("370705-CG"), Command::AnswerSupervision { number: 1, words: words() }, "not-assigned");
    case.refused(clerk("370705-GA"), Command::AnswerSupervision { number: 2, words: words() }, "no-order");
    case.done(clerk("370705-GA"), Command::AnswerSupervision { number: 1, words: words() });
    case.done(office(), Command::OrderSupervision { words: words() });
    case.wait_until("2024-07-20T08:30");
    assert_eq!(case.count(red), 1, "one card for one deadline");
}

#[test]
fn a_red_card_over_a_weekend_waits_for_monday_and_one_in_time_never_comes() {
    let mut case = Story::accepted(crate::office::BURST_PIPE);
    case.now = crate::office::at("2024-06-25T10:01");
    case.wait_until("2024-06-27T08:30");
    let ordered = |event: &Event| {
        matches!(event, Event::Oversight(OversightEvent::SupervisionOrdered { order, .. })
            if order.ground == OrderGround::RedCard && order.unit.as_str() == "370705-ZF")
    };
    assert_eq!(case.count(ordered), 1, "nobody leads: the county's office answers");
    let mut closed = Story::closed();
    closed.wait_until("2024-07-05T09:00");
    assert_eq!(closed.count(|event| matches!(event, Event::Oversight(OversightEvent::RedCarded { .. }))), 0);
}

#[test]
fn unsatisfied_after_the_second_rework_is_supervised() {
    let mut case = Story::awaiting_follow_up();
    for rework in 1..=3 {
        case.done(caller_back(), heard(false));
        let ordered = case.ticket.oversight.orders.iter().filter(|o| o.ground == OrderGround::UnsatisfiedAfterRework);
        assert_eq!(ordered.count(), usize::from(rework > 2), "rework {rework}");
        case.handled();
    }
}

#[test]
fn a_caller_who_calls_again_is_heard() {
    let mut case = Story::dispatched();
    case.refused(clerk("370705-GA"), Command::Remind { words: words() }, "not-entitled");
    case.refused(taker(), Command::Remind { words: " ".into() }, "words-missing");
    case.done(taker(), Command::Remind { words: words() });
    case.done(taker(), Command::Remind { words: words() });
    assert_eq!((case.ticket.oversight.reminder_count, case.told_on("reminded")), (2, vec!["370705-GA", "370705-GA"]));
}

#[test]
fn city_units_supervise_jointly() {
    let open = |units: &[&str]| Command::OpenJointSupervision {
        units: units.iter().map(|u| (*u).into()).collect(),
        words: words(),
    };
    let mut case = Story::dispatched();
    case.refused(office(), open(&["WF-GA"]), "unit-count");
    case.refused(office(), open(&["WF-GA", "WF-GA"]), "unit-twice");
    case.refused(office(), open(&["WF-GA", "370705-ZJ"]), "not-city-unit");
    case.done(office(), open(&["WF-ZJ", "WF-CG"]));
    case.refused(office(), open(&["WF-ZJ", "WF-CG"]), "joint-open");
    let urge = || Command::Supervise { kind: SupervisionKind::Oversee, target: "370705-GA".into(), words: words() };
    case.done(department("WF-CG"), urge());
    case.done(office(), Command::EndJointSupervision { result: "已整改".into() });
    case.refused(department("WF-CG"), urge(), "no-copy");
    case.refused(office(), Command::EndJointSupervision { result: "已整改".into() }, "no-joint");
}

#[test]
fn who_does_not_come_when_the_whistle_blows_is_seen() {
    let blow =
        |units: &[&str]| Command::BlowWhistle { units: units.iter().map(|u| (*u).into()).collect(), words: words() };
    let check_in = |number| Command::CheckIn { number, words: "已派两人到场".into() };
    let mut case = Story::dispatched();
    case.refused(office(), blow(&[]), "unit-count");
    case.refused(office(), blow(&["370784-ZJ"]), "foreign-unit");
    case.refused(dispatcher(), blow(&["WF-YJ"]), "not-entitled");
    case.done(office(), blow(&["370705-YJ", "WF-YJ", "370705-CG"]));
    assert_eq!(case.told_on("whistle"), ["370705-YJ", "WF-YJ", "370705-CG"]);
    case.refused(clerk("370705-GA"), check_in(1), "not-summoned");
    case.done(clerk("370705-YJ"), check_in(1));
    case.done(department("WF-YJ"), check_in(1));
    case.refused(clerk("370705-YJ"), check_in(1), "not-summoned");
    let absent: Vec<&str> = case.ticket.oversight.whistles[0].absent().map(|unit| unit.as_str()).collect();
    assert_eq!(absent, ["370705-CG"]);
    case.wait_until("2024-06-26T17:30");
    assert_eq!(late(&case, DutyKind::CheckIn), ["370705-CG"]);
    for number in 2..=8 {
        case.done(office(), blow(&["370705-CG"]));
        assert_eq!(case.ticket.oversight.whistles.last().map(|whistle| whistle.number), Some(number));
    }
    case.refused(office(), blow(&["370705-CG"]), "too-many-whistles");
    case.done(clerk("370705-CG"), check_in(8));
    assert!(case.ticket.duties.iter().any(|duty| duty.kind == DutyKind::CheckIn), "the others still wait for it");
}

#[test]
fn a_red_card_in_a_year_without_a_notice_comes_when_the_notice_does() {
    // Received on Thursday 2026-12-24: due on the 31st; when work begins again nobody knows.
    let mut case = Story::received(NOISE, 1, at("2026-12-24T10:00"));
    case.done(taker(), Command::Accept { unanswered: None });
    case.wait_until("2027-01-08T09:00");
    assert!(case.ticket.awaits_calendar(), "it is said loudly");
    let red = |events: &[Event]| events.iter().any(|e| matches!(e, Event::Oversight(OversightEvent::RedCarded { .. })));
    let notice = "year,2027\ndocument,示例〔2026〕9号\npublished_on,2026-11-04\nworking_days,259\n\
                  date,kind,holiday\n2027-01-01,off,元旦\n2027-05-01,off,劳动节\n2027-10-01,off,国庆节\n\
                  2027-10-02,off,国庆节\n2027-10-03,off,国庆节\n";
    let mut world = World::weifang();
    world.calendar = world.calendar.with(Notice::parse(notice).expect("it adds up")).expect("a new year");
    let mut said = Vec::new();
    for _ in 0..2 {
        let clock = Actor::Known(By::Clock);
        let events = handle(&world, Some(&case.ticket), &Command::Tick, &clock, case.now).expect("the clock may look");
        case.take(By::Clock, &events);
        said.push(red(&events));
    }
    assert_eq!(said, [false, true], "the day is computed, and it has passed");
    assert!(!case.ticket.awaits_calendar());
}
