//! Reviews in the life of a plugin: what is on holds them, a candidate tries them beside over the same
//! facts and nothing comes of it, the guards count them, and what was switched off in between writes none.

mod tries;

use super::KUIWEN;
use crate::hostile::guest::{Core, ENDLESS, manifest};
use crate::server::databases::{Raw, on_both};
use crate::server::harness::{Answer, TestServer, at};
use crate::server::process::chuishao;
use crate::server::story::matter;
use chuishao_domain::plugin::rollout::RolloutId;
use chuishao_domain::plugin::rollout::actor::Officer;
use chuishao_domain::plugin::rollout::apply::apply;
use chuishao_domain::plugin::rollout::event::{RolloutEvent, RolloutRecorded};
use chuishao_domain::rule::kinds::{EventKind, ReviewPart};
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::record::Answer as Answered;
use chuishao_domain::rule::review::{ReviewId, ReviewRecord};
use chuishao_server::console::ROOT;
use chuishao_server::housekeeping::clean;
use chuishao_server::store::Kind;
use chuishao_server::store::registry::RegistryChange;
use chuishao_server::store::reviews::ReviewCommit;
use chuishao_tests::{CITY_OPS, city_key};
use serde_json::{Value, json};

on_both!(
    a_candidate_in_the_shadow_reviews_on_time_and_nothing_comes_of_it,
    a_candidate_is_told_what_the_review_was_told_and_is_compared_with_it,
    a_canary_leaves_the_review_to_what_is_on_and_alone_only_tries_it,
    who_fails_in_reviews_again_and_again_goes_into_quarantine_alone,
    reviews_cost_what_calls_cost,
    what_was_switched_off_in_between_writes_no_review,
    a_review_is_written_by_the_rules_of_its_moment_or_not_at_all,
    what_was_tried_goes_after_a_year_and_a_month
);

const LEDGER: &str = "370705/ward-ledger";

/// A rule of 奎文区 that hears of each day.
fn ledger(version: &str) -> Manifest {
    let mut manifest = manifest("ward-ledger", &[EventKind::DailyReview]);
    manifest.title = "督查台账".into();
    manifest.version = version.parse().expect("a version");
    manifest.review_reads = [ReviewPart::Ledgers].into();
    manifest
}

/// Its component: every day it writes a section, enters these titles, and asks for what it does not get.
fn entering(version: &str, titles: &[&str]) -> Vec<u8> {
    entering_as(&ledger(version), titles)
}

/// The same under another manifest.
fn entering_as(manifest: &Manifest, titles: &[&str]) -> Vec<u8> {
    let unit = "370705-CG";
    let entry = |title: &&str| {
        let entry = json!({ "ledger": "督查台账", "title": title, "handling_unit": unit, "basis": "市供热条例" });
        json!({ "effect": { "enter-ledger": entry }, "reason": "本区集中反映" })
    };
    let mut proposals: Vec<Value> = titles.iter().map(entry).collect();
    for effect in [
        json!({ "write-section": { "heading": "昨日热线", "text": "供暖集中" } }),
        json!({ "nominate": { "forum": "daily-discussion", "title": "集中供暖", "category": "0104", "place": "" } }),
        json!({ "notify": { "to_unit": unit, "text": "请核实" } }),
        json!({ "notify": { "to_unit": "370784-ZJ", "text": "外区县" } }),
    ] {
        proposals.push(json!({ "effect": effect, "reason": "本区集中反映" }));
    }
    Core::answering_reviews(&json!({ "ok": proposals })).rule(manifest)
}

async fn started(on: Kind) -> TestServer {
    let server = TestServer::start(on, &[], "2024-11-05T09:00").await;
    server.key(&city_key(), "WF").await;
    for _ in 0..4 {
        server.register(&matter("complaint", "0104", "370705", "清河花园")).await;
    }
    server
}

async fn own(server: &TestServer, path: &str) -> Value {
    Answer::to(server.get(&format!("/v1/rollouts/{LEDGER}{path}")).header("chuishao-actor", KUIWEN)).await.read()
}

/// What a revision tried of a day, with its record.
async fn tried(server: &TestServer, revision: u32, day: &str) -> Option<Value> {
    let found = own(server, &format!("/reviews?records=true&revision={revision}")).await;
    let all = found["tried"].as_array().expect("a list").clone();
    all.into_iter().find(|one| one["record"]["input"]["first_day"] == day)
}

/// The record of what was held of a day.
async fn held(server: &TestServer, plugin: &str, day: &str) -> Option<ReviewRecord> {
    let id = ReviewId(format!("daily-review.{day}.370705.{plugin}"));
    server.desk().store.review(&id).await.expect("the database answers")
}

/// Why the latest day was reviewed or was not, and the latest month.
async fn why(server: &TestServer) -> [String; 2] {
    let found = own(server, "/reviews").await;
    let code = |place: usize| found["why"][place]["code"].as_str().expect("a code").to_owned();
    [code(0), code(1)]
}

async fn lines(server: &TestServer) -> usize {
    let page: Value = server.read("/v1/ledgers?territory=370705").await;
    page["lines"].as_array().map_or(0, Vec::len)
}

/// The titles that a list of deeds enters.
fn titles(deeds: &Value) -> Vec<&str> {
    let deeds = deeds.as_array().into_iter().flatten();
    deeds.filter_map(|deed| deed["effect"]["enter-ledger"]["title"].as_str()).collect()
}

async fn a_candidate_in_the_shadow_reviews_on_time_and_nothing_comes_of_it(on: Kind) {
    let server = started(on).await;
    let revision = server.approved(LEDGER, &entering("1.0.0", &["清河花园供暖"]), json!({})).await;
    assert_eq!(why(&server).await, ["not-on", "not-on"]);
    server.done(LEDGER, KUIWEN, json!({ "command": "shadow", "revision": revision })).await;
    server.move_clock("2024-11-06T05:59").await;
    assert_eq!(tried(&server, revision, "2024-11-05").await, None, "not before a review is due");
    server.move_clock("2024-11-06T06:00").await;
    let one = tried(&server, revision, "2024-11-05").await.expect("it was tried");
    assert_eq!(one["record"]["input"]["tallies"][0]["count"], 4, "its own county's figures");
    let review = &one["review"];
    assert_eq!(review["sections"], json!([{ "heading": "昨日热线", "paragraphs": ["供暖集中"] }]));
    assert!(review["happened"].to_string().contains("清河花园供暖"), "{review}");
    assert!(review["refused"][0].as_str().is_some_and(|refused| refused.contains("护栏 G3")), "the same rails");
    assert_eq!(one["beside"], false);
    assert_eq!(titles(&one["difference"]["only_candidate"]), ["清河花园供暖"]);

    let page: Value = server.read("/v1/reviews?territory=370705").await;
    assert_eq!((&page["reviews"], lines(&server).await), (&json!([]), 0), "nothing came of it");
    let mut raw = Raw::open(server.database()).await;
    for none in ["review", "ledger_line", "topic"] {
        assert_eq!(raw.number(&format!("select count(*) from {none}")).await, 0, "{none}");
    }
    assert_eq!(raw.number("select count(*) from outbox where topic in ('notice', 'review')").await, 0);
    assert_eq!(why(&server).await, ["shadow-only", "not-listening"]);
    let shadow = own(&server, &format!("/shadow?revision={revision}")).await;
    let count = shadow["reviews"]["compared"].as_i64().expect("a number");
    assert!(count >= 1 && shadow["count"]["compared"] == 0, "{shadow}");
    let request = server.get(&format!("{ROOT}/plugins/{LEDGER}/shadow/{revision}"));
    let shown = Answer::to(request.header("cookie", format!("chuishao-post={KUIWEN}"))).await;
    assert!(shown.status == 200 && shown.text.contains("清河花园供暖") && shown.text.contains("护栏 G3"), "{shown:?}");
    let request = server.get(&format!("{ROOT}/plugins/{LEDGER}"));
    let shown = Answer::to(request.header("cookie", format!("chuishao-post={KUIWEN}"))).await;
    assert!(shown.status == 200 && shown.text.contains("只有影子运行"), "{shown:?}");

    let (url, number) = (server.url(""), revision.to_string());
    for (command, words) in [
        (&["why-review", LEDGER][..], "「每日研判」2024-11-05　只有影子运行"),
        (&["shadow", LEDGER, number.as_str()][..], "清河花园供暖"),
    ] {
        let as_kuiwen = ["rollout", "--server", url.as_str(), "--as", KUIWEN];
        let said = chuishao(&[&as_kuiwen[..], command].concat()).await;
        assert!(said.success && said.text.contains(words), "{words}: {}", said.text);
    }

    // Once, also by the next server; and switched on it holds the day that is still the latest.
    let server = server.restart("2024-11-06T07:00").await;
    server.move_clock("2024-11-06T08:00").await;
    assert_eq!(own(&server, &format!("/shadow?revision={revision}")).await["reviews"]["compared"], count);
    server.done(LEDGER, KUIWEN, json!({ "command": "switch-on", "revision": revision })).await;
    server.move_clock("2024-11-06T08:01").await;
    assert_eq!((why(&server).await, lines(&server).await), (["acted".to_owned(), "not-listening".to_owned()], 1));
    server.finish().await;
}

async fn a_candidate_is_told_what_the_review_was_told_and_is_compared_with_it(on: Kind) {
    let server = started(on).await;
    let first = server.approved(LEDGER, &entering("1.0.0", &["清河花园供暖"]), json!({})).await;
    server.done(LEDGER, KUIWEN, json!({ "command": "switch-on", "revision": first })).await;
    let both = ["清河花园供暖", "胜利新村供暖"];
    let second = server.submitted(LEDGER, &entering("1.0.1", &both), json!({})).await;
    server.done(LEDGER, KUIWEN, json!({ "command": "shadow", "revision": second })).await;
    server.move_clock("2024-11-06T06:00").await;
    let compared = async |revision: u32| {
        let one = tried(&server, revision, "2024-11-05").await.expect("it was tried");
        let held = held(&server, "ward-ledger", "2024-11-05").await.expect("it was held");
        assert_eq!(held.edition.placement.revision, first, "what is on holds it");
        assert_eq!(one["record"]["input"], json!(held.input), "the same facts, of the same moment");
        assert_eq!((&one["beside"], &one["difference"]["only_now"]), (&json!(true), &json!([])));
        // What the review entered stands for the candidate no more than it stood for the review.
        assert_eq!(titles(&one["difference"]["only_candidate"]), ["胜利新村供暖"]);
    };
    compared(second).await;
    assert_eq!(lines(&server).await, 1, "of what is on alone");
    // Who comes late is told what was told in the morning.
    let third = server.submitted(LEDGER, &entering("1.0.2", &both), json!({})).await;
    server.done(LEDGER, KUIWEN, json!({ "command": "shadow", "revision": third })).await;
    server.move_clock("2024-11-06T10:00").await;
    compared(third).await;
    assert_eq!(lines(&server).await, 1);
    server.finish().await;
}

/// A review is of a whole territory: no share of the tickets and no street has one of its own.
async fn a_canary_leaves_the_review_to_what_is_on_and_alone_only_tries_it(on: Kind) {
    let server = started(on).await;
    let first = server.approved(LEDGER, &entering("1.0.0", &["清河花园供暖"]), json!({})).await;
    server.done(LEDGER, KUIWEN, json!({ "command": "canary", "revision": first, "on": { "share": 999 } })).await;
    server.move_clock("2024-11-06T06:00").await;
    assert_eq!(tried(&server, first, "2024-11-05").await.expect("it was tried")["beside"], false);
    assert_eq!(held(&server, "ward-ledger", "2024-11-05").await, None);
    assert_eq!((why(&server).await, lines(&server).await), (["canary-only".to_owned(), "not-listening".to_owned()], 0));

    server.done(LEDGER, KUIWEN, json!({ "command": "switch-on", "revision": first })).await;
    let second = server.submitted(LEDGER, &entering("1.0.1", &["胜利新村供暖"]), json!({})).await;
    let streets = json!({ "streets": ["大虞街道"] });
    server.done(LEDGER, KUIWEN, json!({ "command": "canary", "revision": second, "on": streets })).await;
    server.move_clock("2024-11-07T06:00").await;
    let review = held(&server, "ward-ledger", "2024-11-06").await.expect("it was held");
    assert_eq!(review.edition.placement.revision, first, "once, by what is on");
    let one = tried(&server, second, "2024-11-06").await.expect("it was tried");
    assert_eq!((&one["beside"], &one["record"]["edition"]["placement"]["stage"]), (&json!(true), &json!("canary")));
    assert_eq!(titles(&one["difference"]["only_candidate"]), ["胜利新村供暖"]);
    assert_eq!((why(&server).await[0].as_str(), lines(&server).await), ("acted", 1));
    server.finish().await;
}

/// A rule that hears of each day and does this.
fn doing(name: &str, on_review: &str) -> Vec<u8> {
    let mut manifest = ledger("1.0.0");
    name.clone_into(&mut manifest.name);
    let core = Core::answering_reviews(&json!({ "ok": [] }));
    let on_review = if on_review.is_empty() { core.on_review.clone() } else { on_review.to_owned() };
    Core { on_review, ..core }.rule(&manifest)
}

async fn halt(server: &TestServer) -> Value {
    own(server, "").await["rollout"]["revisions"][0]["halt"].clone()
}

async fn who_fails_in_reviews_again_and_again_goes_into_quarantine_alone(on: Kind) {
    let server = started(on).await;
    for (name, on_review) in [("ward-ledger", "unreachable"), ("zeal-ledger", "")] {
        let rollout = format!("370705/{name}");
        let revision = server.approved(&rollout, &doing(name, on_review), json!({})).await;
        server.done(&rollout, KUIWEN, json!({ "command": "switch-on", "revision": revision })).await;
    }
    server.move_clock("2024-11-05T10:00").await;
    let health = own(&server, "/health").await;
    assert_eq!(
        (&health[0]["failures"], &health[0]["asked"]),
        (&json!(1), &json!(0)),
        "no ticket is asked about: {health}"
    );
    // Six days are made up for; the fifth failure in a row is the last.
    server.move_clock("2024-11-11T10:00").await;
    assert_eq!(server.state(LEDGER).await, "隔离中");
    let halt = halt(&server).await;
    assert_eq!((&halt["halt"], halt["failed"].as_array().map(Vec::len)), (&json!("quarantine"), Some(5)), "{halt}");
    assert_eq!(halt["failed"][4]["review"], "daily-review.2024-11-08.370705.ward-ledger", "with the calls that failed");
    assert!(halt["cause"].as_str().is_some_and(|cause| cause.starts_with("连续失败 5 次")), "{halt}");
    for (day, was_held) in [("2024-11-08", true), ("2024-11-09", false), ("2024-11-10", false)] {
        assert_eq!(held(&server, "ward-ledger", day).await.is_some(), was_held, "{day}: no sixth call");
        assert!(held(&server, "zeal-ledger", day).await.is_some(), "{day}: the neighbour notices nothing");
    }
    assert_eq!(why(&server).await[0], "quarantine");
    server.done(LEDGER, KUIWEN, json!({ "command": "resume", "reason": "已核查" })).await;
    assert_eq!(server.state(LEDGER).await, "启用", "a person lets it out");
    server.finish().await;
}

async fn reviews_cost_what_calls_cost(on: Kind) {
    let server = started(on).await;
    let revision = server.approved(LEDGER, &doing("ward-ledger", ENDLESS), json!({})).await;
    server.done(LEDGER, KUIWEN, json!({ "command": "switch-on", "revision": revision })).await;
    // Each call burns 20 million.
    server.done(LEDGER, CITY_OPS, json!({ "command": "set-limits", "fuel_per_minute": 30 })).await;
    server.move_clock("2024-11-05T10:00").await;
    assert_eq!(server.state(LEDGER).await, "启用");
    server.move_clock("2024-11-07T10:00").await;
    assert_eq!(server.state(LEDGER).await, "隔离中", "two days in one minute");
    assert_eq!(halt(&server).await["cause"], "一分钟内用去算力 40 百万，上限 30 百万");
    server.finish().await;
}

/// Another server switches it off a moment before this one looks.
async fn what_was_switched_off_in_between_writes_no_review(on: Kind) {
    let server = started(on).await;
    let revision = server.approved(LEDGER, &entering("1.0.0", &["清河花园供暖"]), json!({})).await;
    server.done(LEDGER, KUIWEN, json!({ "command": "switch-on", "revision": revision })).await;
    let store = &server.desk().store;
    let before =
        store.rollout(&RolloutId::parse(LEDGER).expect("an id")).await.expect("it reads").expect("it is there");
    let (by, event) = (Officer::City { number: "0003".into() }, RolloutEvent::SwitchedOff { reason: "核查".into() });
    let now = at("2024-11-05T09:00");
    let off = RolloutRecorded { sequence: before.version + 1, at: now, by, event };
    let mut after = before.clone();
    apply(&mut after, &off);
    let change = RegistryChange::Rollout { events: &[off], rollout: &after, computed_from: before.version };
    store.change_registry(&change, None, now).await.expect("it is written");
    server.move_clock("2024-11-06T06:00").await;
    assert_eq!((held(&server, "ward-ledger", "2024-11-05").await, lines(&server).await), (None, 0));
    assert_eq!(why(&server).await[0], "off");
    // A change that leaves the rule as it is makes it decide again, and keeps nothing from being held.
    server.done(LEDGER, CITY_OPS, json!({ "command": "resume", "reason": "已核查" })).await;
    Raw::open(server.database()).await.execute("update registry set generation = generation + 1").await;
    server.move_clock("2024-11-06T06:01").await;
    assert!(held(&server, "ward-ledger", "2024-11-05").await.is_some());
    assert_eq!(lines(&server).await, 1, "once");
    server.finish().await;
}

async fn a_review_is_written_by_the_rules_of_its_moment_or_not_at_all(on: Kind) {
    let server = started(on).await;
    let revision = server.approved(LEDGER, &entering("1.0.0", &["清河花园供暖"]), json!({})).await;
    server.done(LEDGER, KUIWEN, json!({ "command": "switch-on", "revision": revision })).await;
    server.move_clock("2024-11-06T06:00").await;
    let review = held(&server, "ward-ledger", "2024-11-05").await.expect("it was held");
    let store = &server.desk().store;
    let generation = store.registry_generation().await.expect("the database answers");
    let mut other = ReviewRecord { events: Vec::new(), answer: Answered::Proposals(Vec::new()), ..review.clone() };
    other.id = ReviewId("daily-review.2024-10-01.370705.ward-ledger".into());
    let day = "2024-10-01".parse().expect("a day");
    (other.input.first_day, other.input.last_day) = (day, day);
    for (record, of, wanted) in [
        (&other, generation - 1, ReviewCommit::RulesChanged),
        (&other, generation, ReviewCommit::Written),
        (&other, generation, ReviewCommit::HeldBefore),
        (&review, generation, ReviewCommit::HeldBefore),
        (&review, generation - 1, ReviewCommit::RulesChanged),
    ] {
        let was_there = store.review(&record.id).await.expect("it reads").is_some();
        assert_eq!(store.commit_review(record, &[], of).await.expect("the database answers"), wanted);
        let is_there = store.review(&record.id).await.expect("it reads").is_some();
        assert_eq!(is_there, was_there || wanted == ReviewCommit::Written, "{wanted:?}");
    }
    assert_eq!(lines(&server).await, 1);
    server.finish().await;
}

async fn what_was_tried_goes_after_a_year_and_a_month(on: Kind) {
    let server = started(on).await;
    let revision = server.approved(LEDGER, &entering("1.0.0", &["清河花园供暖"]), json!({})).await;
    server.done(LEDGER, KUIWEN, json!({ "command": "shadow", "revision": revision })).await;
    server.move_clock("2024-11-06T06:00").await;
    for (days, stays) in [(394, true), (2, false)] {
        let past = format!("update shadow_review set at = at - {}", days * 24 * 3_600_000_i64);
        assert!(Raw::open(server.database()).await.execute(&past).await > 0);
        clean(server.desk(), None).await.expect("it is cleaned");
        assert_eq!(tried(&server, revision, "2024-11-05").await.is_some(), stays);
    }
    server.finish().await;
}
