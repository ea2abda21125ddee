//! What each post sees of a ticket, post by post.

use crate::office::{
    BURST_PIPE, NOISE, Story, caller_back, clerk, company, department, dispatch, dispatcher, hand_back, lawyer, leader,
    office, panel, reviewer, rule_hand_back, taker,
};
use chuishao_domain::actor::By;
use chuishao_domain::rule::state::RuleState;
use chuishao_domain::rule::value::Value;
use chuishao_domain::sight::{self, Sight};
use chuishao_domain::ticket::{CallerKind, Ticket};

const SAID: &str = "我是周桂兰，电话13900001234，8号楼漏水";
const ACCOUNT: &str = "1024-8";

/// A burst pipe that is being handled, with a household's account and a rule's note.
fn handling(confidential: bool) -> Ticket {
    let mut case = Story::accepted(BURST_PIPE);
    case.done(dispatcher(), dispatch("370705-GA"));
    let mut ticket = case.ticket.clone();
    ticket.intake.body = SAID.into();
    ticket.intake.confidential = confidential;
    let fields = [("account-number".to_owned(), Value::Text(ACCOUNT.into())), ("floor".to_owned(), Value::Integer(3))];
    let state = RuleState {
        memory: "第二次".into(),
        fields: fields.into(),
        personal_fields: ["account-number".to_owned()].into(),
        accepted_effects: 1,
    };
    ticket.rules.insert("heating-mode".into(), state);
    ticket
}

fn enterprise_line() -> By {
    By::EnterpriseSeat { number: "0501".into() }
}

/// The department that reads along with the dispatch.
fn statutory_reader(ticket: &Ticket) -> By {
    department(ticket.copies.iter().find(|copy| copy.statutory).expect("a copy").reader.as_str())
}

fn account(ticket: &Ticket) -> &Value {
    &ticket.rules["heating-mode"].fields["account-number"]
}

#[test]
fn the_hotlines_own_see_all_of_it() {
    let ticket = handling(true);
    for by in [taker(), dispatcher(), reviewer(), caller_back(), office()] {
        assert_eq!(sight::cut(&by, ticket.clone()).as_ref(), Some(&ticket), "{by:?}");
        let sight = sight::of(&by, &ticket).expect("it is the hotline's");
        assert!(sight.has_history() && sight.has_decisions());
        assert_eq!(sight.words(&ticket, SAID), SAID);
    }
}

#[test]
fn the_enterprise_line_sees_enterprises_calls() {
    let mut ticket = handling(false);
    assert_eq!(sight::of(&enterprise_line(), &ticket), None);
    ticket.intake.caller_kind = CallerKind::Enterprise;
    assert_eq!(sight::of(&enterprise_line(), &ticket), Some(Sight::Whole));
}

#[test]
fn a_unit_sees_what_it_handles_and_nothing_else() {
    let ticket = handling(false);
    assert_eq!(sight::of(&clerk("370705-ZJ"), &ticket), None, "another bureau of the district");
    let seen = sight::cut(&clerk("370705-GA"), ticket.clone()).expect("it handles it");
    assert_eq!((seen.intake.body.as_str(), account(&seen)), (SAID, &Value::Text(ACCOUNT.into())));
    assert_eq!(seen.rules["heating-mode"].memory, "", "a rule's note is the rule's own");
    assert!(!sight::of(&clerk("370705-GA"), &ticket).expect("it handles it").has_decisions());

    let mut handed_back = Story::dispatched();
    handed_back.done(clerk("370705-GA"), hand_back());
    handed_back.done(reviewer(), rule_hand_back(true));
    assert_eq!(sight::of(&clerk("370705-GA"), &handed_back.ticket), None, "it is its matter no more");
}

#[test]
fn a_confidential_matter_is_redacted_outside_the_hotline() {
    let ticket = handling(true);
    for by in [clerk("370705-GA"), statutory_reader(&ticket), panel(), leader()] {
        let seen = sight::cut(&by, ticket.clone()).expect("it concerns them");
        assert!(!seen.intake.body.contains("周桂兰") && !seen.intake.body.contains("1390000"), "{by:?}: {seen:?}");
        assert!(seen.intake.body.contains("8号楼漏水"), "the matter itself is told: {}", seen.intake.body);
        assert_eq!(account(&seen), &Value::Withheld, "{by:?}");
    }
    for by in [lawyer(), company()] {
        assert_eq!(sight::of(&by, &ticket), None, "{by:?}");
    }
}

#[test]
fn who_supervises_or_decides_needs_no_household() {
    let ticket = handling(false);
    assert_eq!(sight::of(&department("WF-JY"), &ticket), None, "no copy went there");
    for by in [statutory_reader(&ticket), panel(), leader()] {
        assert_eq!(sight::of(&by, &ticket), Some(Sight::Overseer), "{by:?}");
        let seen = sight::cut(&by, ticket.clone()).expect("it concerns them");
        assert_eq!((seen.intake.body.as_str(), account(&seen)), (SAID, &Value::Withheld), "{by:?}");
        assert_eq!(seen.rules["heating-mode"].fields["floor"], Value::Integer(3));
        assert_eq!(seen.oversight, ticket.oversight, "{by:?}");
    }
}

/// Article rows 26 and 48.
#[test]
fn experts_see_masked_data_while_they_can_answer() {
    let ticket = handling(false);
    for (by, known) in [(lawyer(), Value::Withheld), (company(), Value::Text(ACCOUNT.into()))] {
        let seen = sight::cut(&by, ticket.clone()).expect("it may answer");
        assert!(!seen.intake.body.contains("周桂兰") && !seen.intake.body.contains("1390000"), "{by:?}");
        assert_eq!(account(&seen), &known, "{by:?}");
        assert!(seen.copies.is_empty() && seen.duties.is_empty() && seen.oversight == Default::default(), "{by:?}");
        let sight = sight::of(&by, &ticket).expect("it may answer");
        assert!(!sight.has_history() && !sight.has_decisions());
        assert_eq!(sight::of(&by, &Story::closed().ticket), None, "{by:?}: it has ended");
    }
    assert_eq!(sight::of(&company(), &Story::accepted(NOISE).ticket), None, "heating and nothing else");
    assert_eq!(sight::of(&lawyer(), &Story::accepted(NOISE).ticket), Some(Sight::Lawyer));
}

#[test]
fn the_callers_mask_is_for_those_who_speak_with_him() {
    for (confidential, by, has) in [
        (false, taker(), true),
        (true, taker(), true),
        (false, lawyer(), true),
        (false, clerk("370705-GA"), true),
        (true, clerk("370705-GA"), false),
        (false, leader(), false),
        (false, company(), false),
    ] {
        let ticket = handling(confidential);
        let sight = sight::of(&by, &ticket).expect("it concerns them");
        assert_eq!(sight.has_mask(&ticket), has, "{by:?} {confidential}");
    }
}

#[test]
fn who_needs_no_ticket_sees_none() {
    let ticket = handling(false);
    assert_eq!(sight::of(&By::KnowledgeReviewer { number: "0108".into() }, &ticket), None);
}
