//! Hand-backs, the liability case, the leader's signature.

use crate::office::{NOISE, caller_back, heard};
use crate::office::{
    Story, at, clerk, decide, dispatch, dispatcher, hand_back, leader, office, panel, reviewer, rule_hand_back,
};
use chuishao_domain::command::Command;
use chuishao_domain::grounds::PanelSeat;
use chuishao_domain::status::{AssignmentState, Status};

fn escalate() -> Command {
    Command::EscalateRefusal { words: "三次催办仍未派员".into() }
}

fn sign(unit: &str) -> Command {
    Command::SignResponsibility { lead_unit: unit.into(), words: "请立即办理".into() }
}

#[test]
fn the_second_hand_back_opens_a_case_whichever_way_it_is_ruled() {
    let mut granted = Story::disputed();
    assert_eq!((granted.status(), granted.lead()), (Status::LiabilityCase, None));
    assert_eq!(granted.ticket.responsibility.hand_back_count(), 2);
    granted.refused(dispatcher(), dispatch("370705-GA"), "wrong-state");
    assert_eq!(granted.told_on("liability"), ["WF-ZF", "WF-GA"]);
    let states: Vec<_> =
        granted.ticket.assignment_states().iter().map(|(unit, state)| (unit.as_str().to_owned(), *state)).collect();
    assert_eq!(
        states,
        [("370705-GA".to_owned(), AssignmentState::HandedBack), ("370705-CG".to_owned(), AssignmentState::HandedBack)]
    );

    let mut refused = Story::dispatched();
    for status in [Status::Handling, Status::LiabilityCase] {
        refused.done(clerk("370705-GA"), hand_back());
        assert_eq!(refused.status(), Status::Handling);
        refused.done(reviewer(), rule_hand_back(false));
        assert_eq!(refused.status(), status);
    }
}

#[test]
fn handing_back_has_a_limit_of_two_working_days() {
    let mut case = Story::dispatched();
    case.now = at("2024-06-27T17:30");
    case.done(clerk("370705-GA"), hand_back());
    case.refused(clerk("370705-GA"), hand_back(), "already-pending");
    let mut late = Story::dispatched();
    late.now = at("2024-06-27T17:31");
    late.refused(clerk("370705-GA"), hand_back(), "hand-back-late");
    late.refused(clerk("370705-CG"), hand_back(), "not-lead");
}

#[test]
fn a_panel_sits_with_all_three_sides() {
    use PanelSeat::{Department, DisciplineInspection, LegalAdviser, PublicLawyer};
    let mut case = Story::disputed();
    for seats in [
        vec![],
        vec![DisciplineInspection, Department],
        vec![Department, LegalAdviser],
        vec![DisciplineInspection, PublicLawyer],
    ] {
        let Command::DecideLiability { lead_unit, assisting_units, opinion, .. } = decide("370705-GA") else {
            panic!()
        };
        let command = Command::DecideLiability { lead_unit, assisting_units, panel: seats, opinion };
        case.refused(panel(), command, "panel-incomplete");
    }
    case.refused(reviewer(), decide("370705-GA"), "not-entitled");
    case.refused(panel(), decide("370784-ZJ"), "foreign-unit");
    case.done(panel(), decide("370705-GA"));
    assert_eq!((case.status(), case.lead()), (Status::Handling, Some("370705-GA")));
}

#[test]
fn what_a_panel_decides_is_not_handed_back_and_what_a_leader_signs_is_final() {
    let mut case = Story::disputed();
    case.done(panel(), decide("370705-GA"));
    case.refused(clerk("370705-GA"), hand_back(), "not-returnable");
    case.refused(leader(), sign("370705-CG"), "not-escalated");
    case.done(office(), escalate());
    assert_eq!(case.lead(), Some("370705-GA"), "it has an owner while the leader thinks");
    case.refused(office(), escalate(), "already-escalated");
    case.refused(leader(), sign("nobody"), "unknown-unit");
    case.done(leader(), sign("370705-CG"));
    assert_eq!((case.status(), case.lead()), (Status::Handling, Some("370705-CG")));
    case.refused(leader(), sign("370705-GA"), "already-signed");
    case.refused(clerk("370705-CG"), hand_back(), "not-returnable");
    case.handled();
    case.done(caller_back(), heard(false));
    case.refused(clerk("370705-CG"), hand_back(), "not-returnable");
}

#[test]
fn a_leader_may_sign_for_the_same_unit() {
    let mut case = Story::disputed();
    case.done(panel(), decide("370705-GA"));
    case.done(office(), escalate());
    case.done(clerk("370705-GA"), Command::TakeUp);
    case.done(leader(), sign("370705-GA"));
    assert!(case.ticket.assignments[0].taken_up, "nothing begins anew");
}

#[test]
fn there_is_nothing_to_escalate_before_a_decision() {
    let mut case = Story::dispatched();
    case.refused(office(), escalate(), "no-decision");
    let mut undecided = Story::disputed();
    undecided.refused(office(), escalate(), "wrong-state");
    let mut fresh = Story::accepted(NOISE);
    fresh.refused(panel(), decide("370705-GA"), "wrong-state");
}
