//! What a rule adds beside the handling, where it may not: opinions when nobody decides, records of
//! tasks that are not its own, notes on entries that nobody made, and more of each than there is room
//! for.

use super::guest::{constant_rule, manifest, proposal};
use super::office::{Case, ENGINE, HEATING, KUIWEN, intake, switched_on};
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::record::{Answer, Verdict};
use chuishao_sandbox::rulebook::Rulebook;
use serde_json::{Value, json};

/// What becomes of these effects, asked for all at once at the first dispatch.
fn judged(effects: &[Value]) -> Vec<String> {
    let proposals: Vec<_> = effects.iter().cloned().map(proposal).collect();
    let rule = constant_rule(&manifest("hostile-rule", &[EventKind::Dispatched]), &proposals);
    let rulebook = Rulebook::new(vec![switched_on(&ENGINE, &rule, KUIWEN, 1)]);
    let mut case = Case::new(&rulebook, intake(HEATING));
    case.run_to_closing();
    let records = case.records("hostile-rule");
    let Answer::Proposals(judged) = &records.first().expect("it was asked").call.answer else { panic!("it answers") };
    let code = |verdict: &Verdict| match verdict {
        Verdict::Accepted { events } if events.is_empty() => "so already".to_owned(),
        Verdict::Accepted { .. } => "accepted".into(),
        Verdict::Refused(refusal) => refusal.code.to_string(),
    };
    judged.iter().map(|(_, verdict)| code(verdict)).collect()
}

fn task() -> Value {
    json!({"open-task": {"kind": "survey", "post": "county-hotline-office", "within": {"working-days": 2}, "title": "普查"}})
}

fn record(fields: &[&str]) -> Value {
    json!({"require-record": {"kind": "survey", "fields": fields}})
}

fn entry(title: &str) -> Value {
    json!({"enter-ledger": {"ledger": "督办", "title": title}})
}

fn link(title: &str, document: &str) -> Value {
    json!({"link-document": {"ledger": "督办", "title": title, "document": document}})
}

fn settle(title: &str) -> Value {
    json!({"settle-entry": {"ledger": "督办", "title": title, "text": "已整改"}})
}

#[test]
fn a_record_is_asked_for_of_the_rules_own_task_and_fields() {
    let twice = [task(), record(&["room-note"]), record(&["room-note"]), record(&["no-such-field"])];
    assert_eq!(judged(&twice), ["accepted", "accepted", "so already", "field-not-declared"]);
    assert_eq!(judged(&[record(&["room-note"]), task()]), ["no-own-task", "accepted"]);
}

#[test]
fn a_note_is_on_an_entry_that_was_made() {
    let effects = [
        link("停暖", "市供热条例"),
        entry("停暖"),
        link("停暖", "市供热条例"),
        link("停暖", "市供热条例"),
        link("停暖", ""),
        link("停电", "市供电条例"),
        settle("停暖"),
        settle("停暖"),
    ];
    let wanted =
        ["no-entry", "accepted", "accepted", "so already", "text-length", "no-entry", "accepted", "so already"];
    assert_eq!(judged(&effects), wanted);
}

#[test]
fn an_entry_has_so_many_documents() {
    let mut effects = vec![entry("停暖")];
    effects.extend((0..9).map(|number| link("停暖", &format!("文件{number}"))));
    let mut wanted = vec!["accepted"; 9];
    wanted.push("too-many-documents");
    assert_eq!(judged(&effects), wanted);
}

#[test]
fn nobody_is_given_an_opinion_who_does_not_decide() {
    let opinion = |stage: &str| json!({"attach-opinion": {"stage": stage, "text": "请核对"}});
    let effects = ["intake", "dispatch", "hand-back", "liability", "review"].map(opinion);
    assert_eq!(judged(&effects), ["stage-not-now"; 5], "it is being handled");
}
