//! Duplicates: merged, and still answered one by one.

use crate::office::{HEATING_FEE, NOISE, Story, caller_back, dispatch, dispatcher, heard, taker};
use chuishao_domain::actor::By;
use chuishao_domain::command::Command;
use chuishao_domain::handle::others::for_others;
use chuishao_domain::side::{MainTicket, Side};
use chuishao_domain::status::Status;

fn into(main: &Story) -> Command {
    Command::Merge { main: Box::new(MainTicket::of(&main.ticket)), reason: "同一工地同一时段".into() }
}

/// What follows on other tickets from the last things that happened, given again and again;
/// how often it changed something.
fn carry_out(from: &Story, to: &mut Story) -> usize {
    let last = from.history.iter().rev().take(3).flat_map(|recorded| for_others(recorded, &from.ticket));
    let commands: Vec<Command> = last.filter(|(id, _)| *id == to.ticket.id).map(|(_, command)| command).collect();
    let mut changed = 0;
    for command in commands.iter().chain(&commands) {
        match to.try_to(By::Clock, command) {
            Ok(events) => changed += events.len(),
            Err(code) => assert_eq!(code, "wrong-state", "{command:?}"),
        }
    }
    changed
}

#[test]
fn a_merged_caller_gets_his_own_answer() {
    let mut main = Story::dispatched();
    let mut duplicate = Story::numbered(NOISE, 2);
    duplicate.done(taker(), Command::Accept { unanswered: None });
    duplicate.done(dispatcher(), into(&main));
    assert_eq!(duplicate.ticket.side, Some(Side::Merged(main.ticket.id.clone())));
    assert_eq!(carry_out(&duplicate, &mut main), 1);
    assert_eq!(main.ticket.merged, [duplicate.ticket.id.clone()]);
    duplicate.refused(dispatcher(), dispatch("370705-GA"), "wrong-state");
    duplicate.refused(caller_back(), heard(true), "wrong-state");

    main.handled();
    assert_eq!(carry_out(&main, &mut duplicate), 0, "the main ticket has not ended yet");
    main.done(caller_back(), heard(true));
    assert_eq!(carry_out(&main, &mut duplicate), 1);
    assert_eq!((duplicate.status(), duplicate.ticket.follow_ups.len()), (Status::AwaitingFollowUp, 0));
    duplicate.done(caller_back(), heard(false));
    assert_eq!(duplicate.status(), Status::Accepted, "his matter is not solved: it goes its own way");
    duplicate.done(dispatcher(), dispatch("370705-GA"));
    duplicate.handled();
    duplicate.done(caller_back(), heard(true));
    assert_eq!(duplicate.status(), Status::ClosedOut);
}

#[test]
fn a_main_ticket_that_ended_meanwhile_still_answers() {
    let mut main = Story::awaiting_follow_up();
    let mut duplicate = Story::numbered(NOISE, 2);
    duplicate.done(taker(), Command::Accept { unanswered: None });
    duplicate.done(dispatcher(), into(&main));
    main.done(caller_back(), heard(true));
    assert_eq!(carry_out(&duplicate, &mut main), 1);
    assert_eq!(carry_out(&main, &mut duplicate), 1);
    assert_eq!(duplicate.status(), Status::AwaitingFollowUp);
}

#[test]
fn only_the_same_matter_is_merged_and_never_in_chains() {
    let mut main = Story::dispatched();
    let mut case = Story::numbered(NOISE, 2);
    case.refused(dispatcher(), into(&main), "wrong-state");
    case.done(taker(), Command::Accept { unanswered: None });
    case.refused(taker(), into(&main), "not-entitled");
    let itself = Command::Merge { main: Box::new(MainTicket::of(&case.ticket)), reason: "同一件".into() };
    case.refused(dispatcher(), itself, "merge-self");
    case.refused(dispatcher(), into(&Story::closed()), "main-not-open");
    case.refused(dispatcher(), into(&Story::new(NOISE)), "main-not-open");
    case.refused(dispatcher(), into(&Story::accepted(HEATING_FEE)), "other-matter");
    case.done(dispatcher(), into(&main));
    carry_out(&case, &mut main);

    let mut third = Story::numbered(NOISE, 3);
    third.done(taker(), Command::Accept { unanswered: None });
    third.refused(dispatcher(), into(&case), "main-merged");
    let other = Story::numbered(NOISE, 4).ticket.id.clone();
    case.try_to(By::Clock, &Command::AnswerMerged { main: other }).expect_err("another main ticket");

    let mut first = Story::accepted(NOISE);
    let mut joins = Story::numbered(NOISE, 5);
    joins.done(taker(), Command::Accept { unanswered: None });
    joins.done(dispatcher(), into(&first));
    carry_out(&joins, &mut first);
    first.refused(dispatcher(), into(&third), "has-merged");
}
