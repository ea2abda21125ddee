//! The life of a caller record: nobody sees a caller, or loses him, against the rules.

use chuishao_domain::actor::{Actor, By};
use chuishao_domain::vault::handle::{Command, handle};
use chuishao_domain::vault::keys::KeyId;
use chuishao_domain::vault::narrate;
use chuishao_domain::vault::record::{CallerRecord, Event, Ground, HoldKind, Recorded};
use chuishao_domain::vault::retention::{Retention, Standing};
use chuishao_domain::vault::unmask::{Field, Purpose, may_audit};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

fn stored() -> CallerRecord {
    let event = Event::Stored { key: KeyId::new("2024-11").expect("an id") };
    let first = Recorded { sequence: 1, at: at("2024-11-06T08:00:00+08:00"), by: taker(), event };
    CallerRecord::fold(&"c-1".into(), &[first]).expect("a record")
}

fn ticket(closed_at: Option<&str>) -> Standing {
    Standing {
        ticket: "WF-1".into(),
        urgent: false,
        confidential: false,
        units: vec!["370705-CG".into()],
        closed_at: closed_at.map(at),
    }
}

fn number() -> String {
    "0102".into()
}

fn taker() -> By {
    By::CallTaker { number: number() }
}

fn reviewer() -> By {
    By::Reviewer { number: number() }
}

fn clerk(unit: &str) -> By {
    By::UnitClerk { unit: unit.into() }
}

fn done(
    record: &CallerRecord,
    tickets: &[Standing],
    command: &Command,
    by: By,
    now: &str,
) -> Result<CallerRecord, String> {
    let event = handle(record, tickets, command, &Actor::Known(by.clone()), at(now))
        .map_err(|refusal| refusal.code.into_owned())?;
    let mut after = record.clone();
    after.apply(&Recorded { sequence: record.version + 1, at: at(now), by, event });
    Ok(after)
}

fn unmask(purpose: Purpose) -> Command {
    Command::Unmask {
        ticket: "WF-1".into(),
        purpose,
        fields: BTreeSet::from([Field::Phone]),
        words: "核实停暖情况".into(),
    }
}

const NOON: &str = "2024-11-07T12:00:00+08:00";

/// Every purpose against every post: who may, and nobody else.
#[test]
fn a_caller_is_seen_for_a_purpose_by_its_post() {
    let posts = [
        taker(),
        By::Dispatcher { number: number() },
        clerk("370705-CG"),
        clerk("370705-ZJ"),
        By::DepartmentSupervisor { unit: "WF-CG".into() },
        reviewer(),
        By::KnowledgeReviewer { number: number() },
        By::FollowUpStaff { number: number() },
        By::Clock,
    ];
    let allowed = |standing: &Standing| {
        let mut allowed = Vec::new();
        for purpose in Purpose::ALL {
            for (at, by) in posts.iter().enumerate() {
                match done(&stored(), std::slice::from_ref(standing), &unmask(purpose), by.clone(), NOON) {
                    Ok(after) => {
                        assert_eq!(after.version, 2, "the look is an event");
                        allowed.push((purpose, at));
                    }
                    Err(code) => assert_eq!(code, "purpose-not-allowed"),
                }
            }
        }
        allowed
    };
    let by_reviewer = [(Purpose::Supervision, 5), (Purpose::SubjectAccess, 5), (Purpose::LawfulDemand, 5)];
    let with = |first: &[(Purpose, usize)]| [first, &by_reviewer].concat();
    assert_eq!(allowed(&ticket(None)), with(&[(Purpose::ContactCaller, 2), (Purpose::FollowUpCall, 7)]));
    let urgent = Standing { urgent: true, ..ticket(None) };
    let rescue = [(Purpose::UrgentRescue, 0), (Purpose::UrgentRescue, 1)];
    assert_eq!(
        allowed(&urgent),
        with(&[&[(Purpose::ContactCaller, 2), (Purpose::FollowUpCall, 7)][..], &rescue].concat())
    );
    let confidential = Standing { confidential: true, ..ticket(None) };
    assert_eq!(allowed(&confidential), with(&[(Purpose::FollowUpCall, 7)]));
    assert_eq!(allowed(&ticket(Some(NOON))), by_reviewer);
}

#[test]
fn a_look_needs_ticket_fields_and_words() {
    let ask = |command: &Command, tickets: &[Standing]| done(&stored(), tickets, command, reviewer(), NOON).err();
    let Command::Unmask { ticket: id, purpose, fields, words } = unmask(Purpose::Supervision) else {
        unreachable!("as made")
    };
    let open = [ticket(None)];
    assert_eq!(ask(&unmask(purpose), &[]).as_deref(), Some("not-his-ticket"));
    let none = Command::Unmask { ticket: id.clone(), purpose, fields: BTreeSet::new(), words };
    assert_eq!(ask(&none, &open).as_deref(), Some("fields-missing"));
    let silent = Command::Unmask { ticket: id.clone(), purpose, fields: fields.clone(), words: " ".into() };
    assert_eq!(ask(&silent, &open).as_deref(), Some("words-missing"));
    let leaking = Command::Unmask { ticket: id, purpose, fields, words: "回拨13805360001核实".into() };
    let event = handle(&stored(), &open, &leaking, &Actor::Known(reviewer()), at(NOON)).expect("it is allowed");
    assert_eq!(narrate::event(&event).chinese, "为「督办核查」查看工单 WF-1 来电人的联系电话：回拨【号码】核实");
}

#[test]
fn a_record_goes_when_its_time_is_over_and_not_before() {
    let closed = [ticket(Some("2024-02-29T10:00:00+08:00")), ticket(Some("2024-01-05T10:00:00+08:00"))];
    let erase = Command::Erase { ground: Ground::TimeOver };
    let refused =
        |record: &CallerRecord, tickets: &[Standing], now| done(record, tickets, &erase, By::Clock, now).err();
    assert_eq!(Retention::of(&stored(), &closed), Retention::Until(at("2027-02-28T10:00:00+08:00")));
    assert_eq!(Retention::of(&stored(), &[]), Retention::Until(at("2027-11-06T08:00:00+08:00")));
    assert_eq!(refused(&stored(), &closed, "2027-02-28T09:59:59+08:00").as_deref(), Some("caller-kept"));
    let late = "2040-01-01T00:00:00+08:00";
    assert_eq!(refused(&stored(), &[closed[0].clone(), ticket(None)], late).as_deref(), Some("caller-kept"));
    let hold = Command::PlaceHold { kind: HoldKind::Litigation, words: "（2026）鲁0705行初12号".into() };
    let held = done(&stored(), &closed, &hold, reviewer(), NOON).expect("it is held");
    assert_eq!(refused(&held, &closed, late).as_deref(), Some("caller-kept"));
    let lift = |number| Command::LiftHold { number, words: "判决生效".into() };
    assert_eq!(done(&held, &closed, &lift(2), reviewer(), NOON).err().as_deref(), Some("no-such-hold"));
    let freed = done(&held, &closed, &lift(1), reviewer(), NOON).expect("it is lifted");
    let gone = done(&freed, &closed, &erase, By::Clock, "2027-02-28T10:00:00+08:00").expect("it is over");
    assert_eq!(Retention::of(&gone, &closed), Retention::Erased);
    assert_eq!(
        done(&gone, &closed, &unmask(Purpose::Supervision), reviewer(), late).err().as_deref(),
        Some("caller-erased")
    );
    let again = done(&freed, &closed, &hold, reviewer(), NOON).expect("it is held");
    assert_eq!(again.holds[0].number, 2, "a number is not used twice");
}

#[test]
fn a_caller_may_ask_to_be_erased_but_nobody_else_erases() {
    let closed = [ticket(Some(NOON))];
    let asked = Command::Erase { ground: Ground::SubjectAsked };
    let now = "2024-11-08T12:00:00+08:00";
    assert!(done(&stored(), &closed, &asked, reviewer(), now).expect("it is allowed").erased_at.is_some());
    assert_eq!(done(&stored(), &[ticket(None)], &asked, reviewer(), now).err().as_deref(), Some("caller-kept"));
    for by in [taker(), clerk("370705-CG"), By::Clock] {
        assert_eq!(done(&stored(), &closed, &asked, by, now).err().as_deref(), Some("not-entitled"));
    }
    let over = Command::Erase { ground: Ground::TimeOver };
    assert_eq!(
        done(&stored(), &closed, &over, reviewer(), "2040-01-01T00:00:00Z").err().as_deref(),
        Some("not-entitled")
    );
}

#[test]
fn a_wrong_number_is_put_right() {
    let key = KeyId::new("2025-11").expect("an id");
    let correct = |fields| Command::Correct { fields, key: key.clone(), words: "号码记错一位".into() };
    let phone = BTreeSet::from([Field::Phone]);
    let after = done(&stored(), &[], &correct(phone.clone()), taker(), NOON).expect("it is put right");
    assert_eq!((after.key, after.version), (key.clone(), 2));
    assert_eq!(done(&stored(), &[], &correct(BTreeSet::new()), taker(), NOON).err().as_deref(), Some("fields-missing"));
    let by_unit = done(&stored(), &[], &correct(phone.clone()), clerk("370705-CG"), NOON);
    assert_eq!(by_unit.err().as_deref(), Some("not-entitled"));
    let said = narrate::event(&Event::Corrected { fields: phone, key, words: "号码记错一位".into() }).chinese;
    assert_eq!(said, "应本人请求更正联系电话：号码记错一位");
}

#[test]
fn no_rule_comes_near_and_sealing_again_is_the_clocks() {
    let rule = By::Rule {
        rule: "nosy-rule".into(),
        title: "好奇".into(),
        version: semver::Version::new(1, 0, 0),
        reason: String::new(),
    };
    let refusal = handle(&stored(), &[ticket(None)], &unmask(Purpose::FollowUpCall), &Actor::Known(rule), at(NOON))
        .expect_err("never");
    assert_eq!(refusal.code, "caller-closed");
    let key = KeyId::new("2025-11").expect("an id");
    let reseal = Command::Reseal { key: key.clone() };
    let resealed = done(&stored(), &[], &reseal, By::Clock, NOON).expect("it is sealed again");
    assert_eq!(resealed.key, key);
    assert_eq!(done(&resealed, &[], &reseal, By::Clock, NOON).err().as_deref(), Some("already-resealed"));
    assert_eq!(done(&stored(), &[], &reseal, reviewer(), NOON).err().as_deref(), Some("not-entitled"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// However long after whatever: never before three years are over, and always then.
    #[test]
    fn erasure_comes_on_time(closed_hours in proptest::collection::vec(0_i64..40_000, 0..4), later_hours in 0_i64..80_000) {
        let start = at("2024-11-06T08:00:00+08:00");
        let after = |hours| start.saturating_add(SignedDuration::from_hours(hours)).expect("a moment");
        let tickets: Vec<Standing> = closed_hours.iter().map(|hours| Standing { closed_at: Some(after(*hours)), ..ticket(None) }).collect();
        let last = closed_hours.iter().copied().max().unwrap_or(0);
        let over = Retention::of(&stored(), &tickets).is_over(after(later_hours));
        // Three years have 26,280 hours, or a day more.
        prop_assert!(!over || later_hours >= last + 26_280);
        prop_assert!(over || later_hours < last + 26_304);
    }
}

/// The clock's next look is never after the end, whatever becomes of the ticket meanwhile.
#[test]
fn the_clock_looks_again_in_time() {
    let record = stored();
    let now = at(NOON);
    let open = Retention::of(&record, &[ticket(None)]);
    let looks = open.next_look(now).expect("it is kept while it is open");
    assert_eq!(looks, at("2027-11-07T12:00:00+08:00"));
    // Closed out in the very moment of the look, it is over when the clock looks again.
    let closed = Retention::of(&record, &[ticket(Some(NOON))]);
    assert_eq!(closed.next_look(now), Some(looks));
    assert!(closed.is_over(looks) && !closed.is_over(now));
    assert_eq!(Retention::WhileHeld(HoldKind::Litigation).next_look(now), None);
    assert_eq!(Retention::Erased.next_look(now), None);
}

#[test]
fn the_history_is_for_those_who_audit() {
    assert!(may_audit(&reviewer()) && !may_audit(&taker()) && !may_audit(&By::Clock));
}
