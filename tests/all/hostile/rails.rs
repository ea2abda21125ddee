//! Rules that ask for what no rule gets: each effect is refused by the name of its guard
//! rail, and the ticket goes on without it.

use super::guest::{constant_rule, manifest, proposal};
use super::office::{CITY, Case, ENGINE, HEATING, KUIWEN, intake, switched_on};
use chuishao_domain::deadline::{DeadlineKind, Due};
use chuishao_domain::rule::effect::Proposal;
use chuishao_domain::rule::kinds::{EffectKind, EventKind};
use chuishao_domain::rule::record::{Answer, DecisionRecord, Verdict};
use chuishao_domain::ticket::{Intake, TicketState};
use chuishao_sandbox::rulebook::Rulebook;
use jiff::SignedDuration;
use serde_json::{Value, json};

const RULE: &str = "hostile-rule";
/// 突发故障/供热管道爆裂: urgent from the start.
const BURST: &str = "0404";
/// 城乡建设/物业管理: a street may handle it.
const PROPERTY: &str = "0202";

/// What a whole life of a ticket makes of these proposals, made at one kind of event.
struct Asked<'a> {
    at: EventKind,
    territory: &'a str,
    category: &'a str,
}

const AT_REGISTERED: Asked<'_> = Asked { at: EventKind::Registered, territory: KUIWEN, category: HEATING };
const AT_ACCEPTED: Asked<'_> = Asked { at: EventKind::Accepted, ..AT_REGISTERED };
const AT_DISPATCHED: Asked<'_> = Asked { at: EventKind::Dispatched, ..AT_REGISTERED };
const AT_CLOSED_OUT: Asked<'_> = Asked { at: EventKind::ClosedOut, ..AT_REGISTERED };

impl Asked<'_> {
    /// The verdict on each proposal: `accepted`, or the guard rail, if one, with the code.
    fn judges(&self, proposals: &[Proposal]) -> Vec<String> {
        let rule = constant_rule(&manifest(RULE, &[self.at]), proposals);
        let rulebook = Rulebook::new(vec![switched_on(&ENGINE, &rule, self.territory, 1)]);
        let mut case = Case::new(&rulebook, intake(self.category));
        case.run_to_closing();
        assert_eq!(case.state(), TicketState::ClosedOut, "nothing keeps it from its end");
        let records = case.records(RULE);
        verdicts(records.first().expect("the rule was asked"))
    }

    fn judges_one(&self, effect: &Value) -> String {
        self.judges(&[proposal(effect.clone())]).remove(0)
    }
}

fn verdicts(record: &DecisionRecord) -> Vec<String> {
    let Answer::Proposals(judged) = &record.call.answer else { panic!("it answered, not {:?}", record.call.answer) };
    judged.iter().map(|(_, verdict)| said(verdict)).collect()
}

fn said(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Accepted { .. } => "accepted".into(),
        Verdict::Refused(refusal) => {
            assert!(!refusal.chinese.is_empty() && !refusal.english.is_empty(), "it says why");
            refusal.rail.map_or_else(String::new, |rail| format!("{rail:?} ")) + &refusal.code
        }
    }
}

/// Each effect alone, at its event, against what must be said of it.
fn check_each(rows: &[(&str, &Asked<'_>, Value, &str)]) {
    for (what, asked, effect, expected) in rows {
        assert_eq!(asked.judges_one(effect), *expected, "{what}: {effect}");
    }
}

fn tighten(kind: &str, within: Value) -> Value {
    json!({"tighten-deadline": {"kind": kind, "within": within}})
}

#[test]
fn a_deadline_only_becomes_earlier() {
    let urgent = Asked { category: BURST, ..AT_ACCEPTED };
    let days = |days: u16| json!({"working-days": days});
    let hours = |hours: u16| json!({"clock-hours": hours});
    check_each(&[
        ("earlier", &AT_ACCEPTED, tighten("close", days(3)), "accepted"),
        ("the same", &AT_ACCEPTED, tighten("close", days(5)), "G1 deadline-not-earlier"),
        ("later", &AT_ACCEPTED, tighten("close", days(10)), "G1 deadline-not-earlier"),
        ("later in another unit", &AT_ACCEPTED, tighten("close", hours(8760)), "G1 deadline-not-earlier"),
        ("a later contact", &AT_ACCEPTED, tighten("contact", days(2)), "G1 deadline-not-earlier"),
        ("already past", &AT_DISPATCHED, tighten("close", hours(1)), "G1 deadline-in-the-past"),
        ("of urgent matters", &urgent, tighten("close", hours(3)), "G1 deadline-untouchable"),
        ("the two hours", &urgent, tighten("grasp", hours(2)), "G1 deadline-untouchable"),
        ("one that does not run", &AT_ACCEPTED, tighten("grasp", hours(2)), "no-deadline"),
        ("before there is one", &AT_REGISTERED, tighten("close", days(1)), "no-deadline"),
        ("of no length", &AT_ACCEPTED, tighten("close", hours(0)), "span-range"),
        ("longer than its unit goes", &AT_ACCEPTED, tighten("close", days(251)), "span-range"),
    ]);
}

/// While the holiday notice of the year is missing, nobody knows when five working days end:
/// only what is earlier in any calendar is earlier.
#[test]
fn a_deadline_that_waits_for_its_calendar() {
    for (hours, expected) in [(8760, "G1 deadline-not-earlier"), (130, "G1 deadline-not-earlier"), (48, "accepted")] {
        let asked = proposal(tighten("close", json!({"clock-hours": hours})));
        let rule = constant_rule(&manifest(RULE, &[EventKind::Accepted]), &[asked]);
        let rulebook = Rulebook::new(vec![switched_on(&ENGINE, &rule, KUIWEN, 1)]);
        let received_at = "2026-12-31T02:00:00Z".parse().expect("a moment");
        let mut case = Case::new(&rulebook, Intake { received_at, ..intake(HEATING) });
        case.run_to_dispatch();
        assert_eq!(verdicts(&case.decisions[0]), [expected], "{hours}");
        let due = case.ticket().deadline(DeadlineKind::Close).map(|deadline| deadline.due);
        let known = Due::At(received_at + SignedDuration::from_hours(hours));
        assert_eq!(due, Some(if expected == "accepted" { known } else { Due::AwaitingCalendar(2027) }), "{hours}");
    }
}

#[test]
fn urgency_only_rises() {
    let urgent = Asked { category: BURST, ..AT_ACCEPTED };
    let raise = |urgency: &str| json!({"raise-urgency": urgency});
    check_each(&[
        ("to what it is", &AT_ACCEPTED, raise("ordinary"), "G9 urgency-not-raised"),
        ("higher", &AT_ACCEPTED, raise("urgent"), "accepted"),
        ("down", &urgent, raise("ordinary"), "G9 urgency-not-raised"),
        ("to what it is already", &urgent, raise("urgent"), "G9 urgency-not-raised"),
        ("to the highest", &urgent, raise("critical"), "accepted"),
    ]);
}

#[test]
fn other_counties_and_the_city_are_out_of_reach() {
    let by_city = Asked { territory: CITY, ..AT_DISPATCHED };
    let suggest = |unit: &str| json!({"suggest-unit": {"handling_unit": unit, "lead": true}});
    let score = |unit: &str| json!({"score-locally": {"handling_unit": unit, "item": "首次联系", "hundredths": -10}});
    let notify = |unit: &str| json!({"notify": {"to_unit": unit, "text": "请派员测温"}});
    let copy = |unit: &str| json!({"add-copy": unit});
    let street = Asked { category: PROPERTY, ..AT_ACCEPTED };
    check_each(&[
        ("another county told", &AT_ACCEPTED, notify("370784-ZJ"), "G3 foreign-unit"),
        ("another county's copy", &AT_ACCEPTED, copy("370784-ZJ"), "G3 foreign-unit"),
        ("another county at work", &AT_ACCEPTED, suggest("370784-ZJ"), "G3 foreign-unit"),
        ("another county scored", &AT_DISPATCHED, score("370784-ZJ"), "G3 foreign-unit"),
        ("another county, by the city's rule", &by_city, notify("370784-ZJ"), "G3 foreign-unit"),
        ("nobody", &AT_ACCEPTED, notify("370705-XX"), "unknown-unit"),
        ("the own bureau", &AT_DISPATCHED, score("370705-CG"), "accepted"),
        ("a city department, by the county", &AT_DISPATCHED, copy("WF-ZJ"), "G3 foreign-unit"),
        ("a city department scored by the county", &AT_DISPATCHED, score("WF-CG"), "G18 city-score"),
        ("a city department scored by the city's rule", &by_city, score("WF-CG"), "G18 city-score"),
        ("the city's copy again", &by_city, copy("WF-CG"), "G2 copy-exists"),
        ("a department's matter for a street", &AT_ACCEPTED, suggest("370705-S02"), "G8 street-may-not-handle"),
        ("a street's matter for a street", &street, suggest("370705-S02"), "accepted"),
    ]);
}

#[test]
fn a_copy_is_made_once() {
    let copy = || proposal(json!({"add-copy": "370705-ZJ"}));
    assert_eq!(AT_ACCEPTED.judges(&[copy(), copy()]), ["accepted", "G2 copy-exists"]);
}

#[test]
fn only_declared_effects_and_own_fields_are_had() {
    let set = |name: &str, value: Value| json!({"set-field": {"name": name, "value": value}});
    check_each(&[
        ("an own field", &AT_ACCEPTED, set("room-note", json!("室温14度")), "accepted"),
        ("a field nobody declared", &AT_ACCEPTED, set("caller", json!("无")), "field-not-declared"),
        ("a field of another's", &AT_ACCEPTED, set("neighbour-rule/room-note", json!("无")), "field-not-declared"),
        ("a field of the core's", &AT_ACCEPTED, set("place.street", json!("无")), "field-not-declared"),
        ("no date", &AT_ACCEPTED, set("heating-since", json!("十一月")), "field-type"),
        ("a number for a text", &AT_ACCEPTED, set("room-note", json!(14)), "field-type"),
        ("a list for a text", &AT_ACCEPTED, set("room-note", json!(["一", "二"])), "field-type"),
        ("what is withheld", &AT_ACCEPTED, set("room-note", json!(null)), "field-type"),
        ("asking for what nobody declared", &AT_REGISTERED, json!({"require-field": "caller"}), "field-not-declared"),
        ("an own field asked for too late", &AT_ACCEPTED, json!({"require-field": "room-note"}), "wrong-state"),
    ]);
    for kind in EffectKind::ALL.iter().filter(|kind| !kind.is_of_reviews()) {
        let mut silent = manifest(RULE, &[EventKind::Accepted]);
        silent.effects.remove(kind);
        let rule = constant_rule(&silent, &[proposal(one_of_each(*kind))]);
        let rulebook = Rulebook::new(vec![switched_on(&ENGINE, &rule, KUIWEN, 1)]);
        let mut case = Case::new(&rulebook, intake(HEATING));
        case.run_to_dispatch();
        assert_eq!(verdicts(&case.decisions[0]), ["effect-not-declared"], "{kind}");
    }
}

/// An effect with these words in it.
type Worded<'a> = &'a dyn Fn(String) -> Value;

#[test]
fn texts_are_held_to_their_length() {
    let chars = |count: usize| "暖".repeat(count);
    let hidden = "\u{200b}\u{202e}\u{feff} \n";
    let nominate = |title: String| json!({"nominate": {"forum": "daily-discussion", "title": title}});
    let notify = |text: String| json!({"notify": {"to_unit": "370705-CG", "text": text}});
    let task = |title: String| {
        let mut effect = one_of_each(EffectKind::OpenTask);
        effect["open-task"]["title"] = title.into();
        effect
    };
    let rows: [(&str, usize, Worded<'_>); 8] = [
        ("a tag", 32, &|text| json!({"add-tag": text})),
        ("a wish for evidence", 200, &|text| json!({"ask-evidence": text})),
        ("a nomination", 200, &nominate),
        ("a task", 200, &task),
        ("a ledger", 32, &|text| json!({"enter-ledger": {"ledger": text, "title": "停暖"}})),
        ("a ledger's entry", 200, &|text| json!({"enter-ledger": {"ledger": "督办", "title": text}})),
        ("a notice", 500, &notify),
        ("a field", 200, &|text| json!({"set-field": {"name": "room-note", "value": text}})),
    ];
    for (what, most, effect) in rows {
        assert_eq!(AT_ACCEPTED.judges_one(&effect(chars(most))), "accepted", "{what} of {most}");
        for (long, text) in [("one more", chars(most + 1)), ("nothing", String::new()), ("hidden", hidden.into())] {
            assert_eq!(AT_ACCEPTED.judges_one(&effect(text)), "text-length", "{what}: {long}");
        }
    }
    for (reason, expected) in [
        (chars(500), "accepted"),
        (chars(501), "text-length"),
        (String::new(), "text-length"),
        (hidden.into(), "text-length"),
    ] {
        let tag = Proposal { reason, ..proposal(json!({"add-tag": "停暖"})) };
        assert_eq!(AT_ACCEPTED.judges(&[tag]), [expected]);
    }
}

#[test]
fn quotas_hold() {
    let remember = |bytes: usize| json!({"remember": "x".repeat(bytes)});
    check_each(&[
        ("memory at its limit", &AT_ACCEPTED, remember(1024), "accepted"),
        ("memory a byte over", &AT_ACCEPTED, remember(1025), "memory-quota"),
        ("memory of many characters", &AT_ACCEPTED, json!({"remember": "暖".repeat(342)}), "memory-quota"),
        ("the worst score", &AT_ACCEPTED, score(-10_000), "accepted"),
        ("a worse score", &AT_ACCEPTED, score(-10_001), "score-range"),
    ]);
}

/// The least number has no positive.
#[test]
fn the_worst_score_there_is() {
    assert_eq!(AT_ACCEPTED.judges_one(&score(i32::MIN)), "score-range");
}

fn score(hundredths: i32) -> Value {
    json!({"score-locally": {"handling_unit": "370705-CG", "item": "首次联系", "hundredths": hundredths}})
}

#[test]
fn a_closed_ticket_is_left_alone() {
    use EffectKind::{
        AddTag, EnterLedger, LinkDocument, Nominate, Notify, OpenTask, Remember, RequireRecord, ScoreLocally,
        SettleEntry,
    };
    for kind in EffectKind::ALL.iter().filter(|kind| !kind.is_of_reviews()) {
        let expected = match kind {
            AddTag | EnterLedger | Nominate | Notify | OpenTask | Remember | ScoreLocally => "accepted",
            // Nothing of theirs was entered or opened.
            LinkDocument | SettleEntry => "no-entry",
            RequireRecord => "no-own-task",
            _ => "G5 closed-out",
        };
        assert_eq!(AT_CLOSED_OUT.judges_one(&one_of_each(*kind)), expected, "{kind}");
    }
}

/// A rule that asks for everything at every turn: what belongs to people stays theirs.
#[test]
fn a_greedy_rule_changes_nothing_that_is_not_its_to_change() {
    let everything: Vec<_> =
        EffectKind::ALL.iter().filter(|kind| !kind.is_of_reviews()).map(|kind| proposal(one_of_each(*kind))).collect();
    let rule = constant_rule(&manifest(RULE, EventKind::ALL), &everything);
    let rulebook = Rulebook::new(vec![switched_on(&ENGINE, &rule, KUIWEN, 1)]);
    let mut case = Case::new(&rulebook, intake(HEATING));
    case.run_to_closing();
    let alone = Rulebook::default();
    let mut undisturbed = Case::new(&alone, intake(HEATING));
    undisturbed.run_to_closing();

    let (ticket, plain) = (case.ticket(), undisturbed.ticket());
    assert_eq!(ticket.state, TicketState::ClosedOut);
    assert_eq!(ticket.intake, plain.intake, "nobody is labelled, nothing is rewritten");
    assert_eq!(ticket.assignments.len(), plain.assignments.len());
    let said = |ticket: &chuishao_domain::ticket::Ticket| {
        ticket.follow_ups.iter().map(|f| (f.attempt, f.reached, f.solved, f.satisfied)).collect::<Vec<_>>()
    };
    assert_eq!(said(ticket), said(plain), "what the caller said stands");
    assert!(plain.copies.iter().all(|copy| ticket.copies.contains(copy)), "the city reads along");
    assert!(ticket.urgency >= plain.urgency);
    let due = |ticket: &chuishao_domain::ticket::Ticket| ticket.deadline(DeadlineKind::Close).and_then(|d| d.due.at());
    assert!(due(ticket) <= due(plain), "the deadline became no later");
}

/// An effect of the kind that a rule may well want at some event.
fn one_of_each(kind: EffectKind) -> Value {
    let days = json!({"working-days": 2});
    match kind {
        EffectKind::RequireField => json!({"require-field": "place.building"}),
        EffectKind::SuggestCategory => json!({"suggest-category": "0101"}),
        EffectKind::SuggestSeat => json!({"suggest-seat": "seat-heat-yuandu"}),
        EffectKind::AddTag => json!({"add-tag": "停暖"}),
        EffectKind::RaiseUrgency => json!({"raise-urgency": "critical"}),
        EffectKind::TightenDeadline => tighten("close", days),
        EffectKind::AddCopy => json!({"add-copy": "370705-ZJ"}),
        EffectKind::SuggestUnit => json!({"suggest-unit": {"handling_unit": "370705-CG", "lead": true}}),
        EffectKind::AskEvidence => json!({"ask-evidence": "测温照片"}),
        EffectKind::SendBack => json!({"send-back": "缺少测温记录"}),
        EffectKind::OpenTask => {
            json!({"open-task": {"kind": "survey", "post": "county-hotline-office", "within": days, "title": "普查立管"}})
        }
        EffectKind::EnterLedger => json!({"enter-ledger": {"ledger": "督办", "title": "清河花园停暖"}}),
        EffectKind::Nominate => json!({"nominate": {"forum": "monthly-discussion", "title": "老旧管网"}}),
        EffectKind::Notify => json!({"notify": {"to_unit": "370705-CG", "text": "请派员测温"}}),
        EffectKind::SetTimer => json!({"set-timer": {"name": "measure-again", "after": days}}),
        EffectKind::CancelTimer => json!({"cancel-timer": "measure-again"}),
        EffectKind::SetField => json!({"set-field": {"name": "room-note", "value": "室温14度"}}),
        EffectKind::Remember => json!({"remember": "1"}),
        EffectKind::ScoreLocally => score(-10),
        EffectKind::AttachOpinion => json!({"attach-opinion": {"stage": "review", "text": "请核对测温记录"}}),
        EffectKind::SuggestReferral => json!({"suggest-referral": "arbitration"}),
        EffectKind::RequireRecord => json!({"require-record": {"kind": "survey", "fields": ["room-note"]}}),
        EffectKind::OmitFromFeed => json!({"omit-from-feed": "street"}),
        EffectKind::LinkDocument => {
            json!({"link-document": {"ledger": "督办", "title": "清河花园停暖", "document": "市供热条例"}})
        }
        EffectKind::SettleEntry => {
            json!({"settle-entry": {"ledger": "督办", "title": "清河花园停暖", "text": "已恢复供热"}})
        }
        EffectKind::WriteSection => unreachable!("asked for in reviews alone"),
    }
}
