//! Periodic reviews: held on the morning after, once, with the figures of the rule's own territory
//! alone; what comes of them stands in ledgers, topics and the outbox; who reads them.

use super::components::rule;
use super::databases::{Raw, on_both};
use super::harness::{Answer, TestServer, eventually};
use super::story::{CALL_TAKER, matter};
use crate::hostile::guest::{Core, manifest, proposal};
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::review::{ReviewEvent, ReviewRecord};
use chuishao_server::store::Kind;
use chuishao_tests::Rule;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

on_both!(
    a_day_is_reviewed_on_the_morning_after_and_once,
    a_month_is_reviewed_by_rules_of_either_version,
    what_a_ticket_enters_stands_in_the_ledger_too,
    a_rule_that_fails_in_a_review_is_shown_and_harms_nobody,
    reviews_are_read_by_those_concerned,
    a_review_that_was_altered_is_named
);

const KUIWEN: &str = "370705";

/// A rule that answers every review with these effects, and says nothing on tickets.
fn reviewing(folder: &Path, name: &str, listens: &[EventKind], effects: &[Value]) -> PathBuf {
    let proposals: Vec<Value> =
        effects.iter().map(|effect| json!({ "effect": effect, "reason": "本区集中反映" })).collect();
    let file = folder.join(name).with_extension("wasm");
    let core = Core::answering_reviews(&json!({ "ok": proposals }));
    std::fs::write(&file, core.rule(&manifest(name, listens))).expect("written");
    file
}

fn entry(title: &str) -> Value {
    json!({ "enter-ledger": { "ledger": "督查台账", "title": title, "handling_unit": "370705-CG", "basis": "市供热条例" } })
}

/// A rule that asks for one of everything each morning.
fn daily(folder: &Path) -> Rule {
    let effects = [
        json!({ "write-section": { "heading": "昨日热线", "text": "供暖集中\n请关注" } }),
        entry("清河花园供暖"),
        json!({ "nominate": { "forum": "daily-discussion", "title": "清河花园集中供暖", "category": "0104", "place": "清河花园" } }),
        json!({ "notify": { "to_unit": "370705-CG", "text": "请核实清河花园供暖" } }),
        json!({ "notify": { "to_unit": "370784-ZJ", "text": "外区县" } }),
    ];
    rule(&reviewing(folder, "daily-rule", &[EventKind::DailyReview], &effects), KUIWEN)
}

async fn register(server: &TestServer, territory: &str, estate: &str, count: usize) {
    for _ in 0..count {
        server.register(&matter("complaint", "0104", territory, estate)).await;
    }
}

async fn reviews(server: &TestServer, territory: &str) -> Vec<Value> {
    let page: Value = server.read(&format!("/v1/reviews?territory={territory}")).await;
    page["reviews"].as_array().expect("a list").clone()
}

async fn record(server: &TestServer, review: &Value) -> ReviewRecord {
    server.read(&format!("/v1/reviews/{}", review["id"].as_str().expect("an id"))).await
}

async fn lines(server: &TestServer) -> Vec<Value> {
    let page: Value = server.read(&format!("/v1/ledgers?territory={KUIWEN}")).await;
    page["lines"].as_array().expect("a list").clone()
}

async fn a_day_is_reviewed_on_the_morning_after_and_once(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let server = TestServer::start(on, &[daily(folder.path())], "2024-11-05T09:00").await;
    register(&server, KUIWEN, "清河花园", 4).await;
    register(&server, KUIWEN, "胜利新村", 2).await;
    register(&server, "370784", "清河花园", 5).await;
    server.move_clock("2024-11-06T05:59").await;
    assert_eq!(
        reviews(&server, KUIWEN).await.last().map(|first| first["period"].clone()),
        Some("2024-11-04 至 2024-11-04".into())
    );
    server.move_clock("2024-11-06T06:00").await;
    let held = reviews(&server, KUIWEN).await;
    assert_eq!(held.len(), 2, "the day before it was switched on, and its first own: {held:?}");
    let review = &held[0];
    assert_eq!((&review["kind"], &review["period"]), (&json!("每日研判"), &json!("2024-11-05 至 2024-11-05")));
    assert_eq!(review["sections"], json!([{ "heading": "昨日热线", "paragraphs": ["供暖集中", "请关注"] }]));
    assert_eq!(review["refused"].as_array().map(Vec::len), Some(1), "{review}");
    assert!(review["refused"][0].as_str().is_some_and(|refused| refused.contains("护栏 G3")), "{review}");

    let told = record(&server, review).await.input;
    let figures: Vec<_> = told
        .tallies
        .iter()
        .map(|tally| (tally.place().to_owned(), tally.figures.count, tally.figures.previous))
        .collect();
    let group = |place: &str, count| (place.to_owned(), count, 0);
    assert_eq!(figures, [group("", 6), group("清河花园", 4)], "its own territory, and no place of two");

    eventually("it is nominated", async || {
        let topics: Value = server.read("/v1/topics").await;
        topics["topics"].as_array().is_some_and(|topics| topics.len() == 1)
    })
    .await;
    let topics: Value = server.read("/v1/topics").await;
    let topic = &topics["topics"][0];
    assert_eq!(topic["subject"], json!({ "category": "0104", "territory": KUIWEN, "place": "清河花园" }));
    assert_eq!((&topic["ticket_count"], topic["tickets"].as_array().map(Vec::len)), (&json!(4), Some(4)));

    // The same item is one line, whether or not a later review asks for it.
    server.move_clock("2024-11-07T08:00").await;
    let held = reviews(&server, KUIWEN).await;
    assert_eq!(held.len(), 3, "a day later there is one more");
    let [line] = lines(&server).await.try_into().expect("one line");
    assert_eq!(
        (&line["title"], &line["handling_unit"], &line["basis"]),
        (&json!("清河花园供暖"), &json!("370705-CG"), &json!("市供热条例"))
    );
    let mut raw = Raw::open(server.database()).await;
    assert_eq!(raw.number("select count(*) from outbox where topic = 'notice'").await, 3, "a notice each");
    assert_eq!(raw.number("select count(*) from outbox where topic = 'review' and to_unit = '370705-ZF'").await, 3);
    let server = server.restart("2024-11-07T09:00").await;
    server.move_clock("2024-11-07T10:00").await;
    assert_eq!(reviews(&server, KUIWEN).await.len(), 3, "held once, also by the next server");
    // Days that nobody held are made up for, a week of them.
    server.move_clock("2024-11-20T10:00").await;
    assert_eq!(reviews(&server, KUIWEN).await.len(), 10);
    server.finish().await;
}

/// The component of 1.0.0 in the bytes of its day, beside one of the newest version.
async fn a_month_is_reviewed_by_rules_of_either_version(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut first = rule(&fixtures.join("1.0.0/mirror-1.wasm"), KUIWEN);
    first.settings =
        serde_json::from_value(json!({ "answers": { "MonthlyReview": "enter-ledger add-tag" } })).expect("settings");
    let monthly = reviewing(folder.path(), "monthly-rule", &[EventKind::MonthlyReview], &[entry("十一月供暖")]);
    let server = TestServer::start(on, &[first, rule(&monthly, KUIWEN)], "2024-11-28T09:00").await;
    register(&server, KUIWEN, "清河花园", 3).await;
    server.move_clock("2024-12-01T06:00").await;
    let mut told: Vec<(String, Vec<ReviewEvent>, Vec<String>)> = Vec::new();
    for review in reviews(&server, KUIWEN).await.iter().filter(|review| review["period"] == "2024-11-01 至 2024-11-30")
    {
        let record = record(&server, review).await;
        assert_eq!(record.input.tallies[0].figures.count, 3);
        let refused = serde_json::from_value(review["refused"].clone()).expect("texts");
        told.push((record.edition.interface.to_string(), record.events, refused));
    }
    told.sort_by(|a, b| a.0.cmp(&b.0));
    let [(old, entered, refused), (new, others, none)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((old.as_str(), new.as_str()), ("1.0.0", "2.1.0"));
    assert!(
        matches!(&entered[..], [ReviewEvent::LedgerEntered(item)] if item.handling_unit.is_none() && item.basis.is_empty())
    );
    assert_eq!(refused, &["加标签：「加标签」须对着一件工单提出，定期研判中没有工单"]);
    assert!(matches!(&others[..], [ReviewEvent::LedgerEntered(item)] if item.basis == "市供热条例") && none.is_empty());
    server.finish().await;
}

async fn what_a_ticket_enters_stands_in_the_ledger_too(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("entering.wasm");
    let core = Core::answering(&json!({ "ok": [proposal(entry("来电即记"))] }));
    std::fs::write(&file, core.rule(&manifest("entering-rule", &[EventKind::Registered]))).expect("written");
    let server = TestServer::start(on, &[rule(&file, KUIWEN)], "2024-11-06T09:00").await;
    let id = server.register(&matter("complaint", "0104", KUIWEN, "清河花园")).await.ticket;
    let [line] = lines(&server).await.try_into().expect("one line");
    assert_eq!((&line["source"], &line["ledger"]), (&json!(id), &json!("entering-rule/督查台账")));
    assert!(server.timeline(&id).await.shows("记入台账「entering-rule/督查台账」：来电即记，责任单位 "));
    let page: Value =
        server.read(&format!("/v1/ledgers?territory={KUIWEN}&ledger=entering-rule/督查台账&limit=1")).await;
    let next = page["next"].as_str().expect("it may go on").to_owned();
    let rest: Value = server.read(&format!("/v1/ledgers?territory={KUIWEN}&after={next}")).await;
    assert_eq!(rest, json!({ "lines": [], "next": null }));
    server.finish().await;
}

async fn a_rule_that_fails_in_a_review_is_shown_and_harms_nobody(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("failing.wasm");
    let core = Core { on_review: "unreachable".into(), ..Core::answering_reviews(&json!({ "ok": [] })) };
    std::fs::write(&file, core.rule(&manifest("failing-rule", &[EventKind::DailyReview]))).expect("written");
    let rules = [rule(&file, KUIWEN), daily(folder.path())];
    let server = TestServer::start(on, &rules, "2024-11-05T09:00").await;
    register(&server, KUIWEN, "清河花园", 3).await;
    server.move_clock("2024-11-06T06:00").await;
    let held = reviews(&server, KUIWEN).await;
    let of_day: Vec<_> = held.iter().filter(|review| review["period"] == "2024-11-05 至 2024-11-05").collect();
    assert_eq!(of_day.len(), 2, "{held:?}");
    let failed: Vec<_> = of_day.iter().filter(|review| review["rule"] == "failing-rule").collect();
    assert!(failed[0]["failure"].as_str().is_some_and(|why| why.contains("规则运行出错而中止")), "{failed:?}");
    let other: Vec<_> = of_day.iter().filter(|review| review["rule"] == "daily-rule").collect();
    assert_eq!(other[0]["failure"], Value::Null);
    server.move_clock("2024-11-06T07:00").await;
    assert_eq!(reviews(&server, KUIWEN).await.len(), held.len(), "a rule that fails is not asked again and again");
    server.finish().await;
}

async fn reviews_are_read_by_those_concerned(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let server = TestServer::start(on, &[daily(folder.path())], "2024-11-05T09:00").await;
    server.move_clock("2024-11-06T06:00").await;
    let id = reviews(&server, KUIWEN).await[0]["id"].as_str().expect("an id").to_owned();
    let list = format!("/v1/reviews?territory={KUIWEN}");
    let asked = async |path: &str, actor: &str| Answer::to(server.get(path).header("chuishao-actor", actor)).await;
    for actor in ["unit-clerk:370705-CG", "department-supervisor:WF-CG", "hotline-office:0002", "city-leader:0001"] {
        assert_eq!(asked(&list, actor).await.status, 200, "{actor}");
        assert_eq!(asked(&format!("/v1/reviews/{id}"), actor).await.status, 200, "{actor}");
    }
    for actor in ["unit-clerk:370784-ZJ", CALL_TAKER] {
        assert_eq!(asked(&list, actor).await.refusal().1, "not-entitled", "{actor}");
        assert_eq!(
            asked(&format!("/v1/ledgers?territory={KUIWEN}"), actor).await.refusal().1,
            "not-entitled",
            "{actor}"
        );
    }
    // Who reads reviews of other places does not learn that this one is there; who reads none is told so.
    let one = format!("/v1/reviews/{id}");
    assert_eq!(asked(&one, "unit-clerk:370784-ZJ").await.refusal(), (404, "not-found".into()));
    assert_eq!(asked(&one, CALL_TAKER).await.refusal(), (403, "not-entitled".into()));
    let absent = asked("/v1/reviews/daily-review.2020-01-01.370705.none", "hotline-office:0002").await;
    assert_eq!(absent.refusal(), (404, "not-found".into()));
    assert_eq!(asked("/v1/reviews", "hotline-office:0002").await.refusal().1, "bad-request");
    assert_eq!(asked(&format!("{list}&after=x"), "hotline-office:0002").await.refusal().1, "bad-request");
    server.finish().await;
}

async fn a_review_that_was_altered_is_named(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let server = TestServer::start(on, &[daily(folder.path())], "2024-11-05T09:00").await;
    register(&server, KUIWEN, "清河花园", 3).await;
    server.move_clock("2024-11-06T06:00").await;
    let faults = async || server.desk().store.verify_reviews().await.expect("the database answers");
    assert!(faults().await.is_empty());
    for (spoil, mend) in [
        ("update ledger_line set title = 'x'", "update ledger_line set title = '清河花园供暖'"),
        ("update ledger_line set source = 'y' || source", "update ledger_line set source = substr(source, 2)"),
        ("update review set failed = not failed", "update review set failed = not failed"),
        ("update review set edition = 'x' || edition", "update review set edition = substr(edition, 2)"),
    ] {
        let mut raw = Raw::open(server.database()).await;
        assert!(raw.execute(spoil).await > 0);
        assert!(!faults().await.is_empty(), "{spoil}");
        raw.execute(mend).await;
        assert!(faults().await.is_empty(), "{mend}");
    }
    server.finish().await;
}
