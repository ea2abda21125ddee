//! The archive.

use crate::office::{NOISE, Story, caller_back, heard, reviewer, taker};
use chuishao_domain::actor::By;
use chuishao_domain::command::Command;
use chuishao_domain::grounds::EmergencyLine;
use chuishao_domain::status::Status;

fn appeal(open: bool) -> Command {
    Command::MarkAppeal { open }
}

#[test]
fn the_archive_comes_seven_days_after_the_end() {
    let mut case = Story::closed();
    case.wait_until("2024-07-02T09:59");
    assert_eq!(case.status(), Status::ClosedOut);
    case.wait_until("2024-07-02T10:00");
    assert_eq!(case.status(), Status::Archived);
    assert_eq!(case.ticket.wakes_at(), None, "nothing is left to look at");
    case.refused(By::Clock, appeal(true), "wrong-state");
}

#[test]
fn an_open_appeal_keeps_it_out() {
    let mut case = Story::closed();
    case.refused(reviewer(), appeal(true), "not-entitled");
    assert_eq!(case.try_to(By::Clock, &appeal(false)).expect("it may ask"), []);
    case.done(By::Clock, appeal(true));
    assert_eq!(case.try_to(By::Clock, &appeal(true)).expect("it may ask again"), []);
    case.wait_until("2024-08-01T10:00");
    assert_eq!(case.status(), Status::ClosedOut);
    case.done(By::Clock, appeal(false));
    case.wait_until("2024-08-01T10:01");
    assert_eq!(case.status(), Status::Archived);
}

#[test]
fn what_ended_early_is_archived_too() {
    let mut case = Story::new(NOISE);
    case.done(taker(), Command::PassOnEmergency { line: EmergencyLine::Police, words: "有人斗殴".into() });
    assert_eq!(case.ticket.closed_at(), Some(case.now));
    assert_eq!(case.ticket.due_at(), None);
    case.wait_until("2024-07-03T10:00");
    assert_eq!(case.status(), Status::Archived);
    case.refused(caller_back(), heard(true), "wrong-state");
}
