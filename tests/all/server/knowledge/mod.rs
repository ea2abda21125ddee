//! The knowledge base over HTTP: an entry is found when it was reviewed and published, in its
//! territory and in its time, and not otherwise.

mod renamed;
mod search;

use super::databases::{Raw, on_both};
use super::harness::{Answer, TestServer, Timeline, at};
use chuishao_domain::ids::KnowledgeId;
use chuishao_server::knowledge::Receipt;
use chuishao_server::store::Kind;
use reqwest::{RequestBuilder, Url};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::task::JoinSet;

on_both!(
    an_entry_is_found_from_its_publication_to_its_withdrawal,
    a_revision_is_not_seen_before_it_is_published,
    what_has_run_out_is_not_found_though_the_clock_slept,
    the_clock_says_once_that_an_entry_ran_out,
    who_may_not_is_told_who_may,
    a_repeated_draft_makes_one_entry,
    of_many_at_once_each_is_whole,
    the_reviewer_has_a_list_in_pages,
    an_entry_that_is_not_what_it_should_be_is_named
);

const OWNER: &str = "department-supervisor:WF-CG";
const REVIEWER: &str = "knowledge-reviewer:0108";
const DAY: &str = "2024-11-06T09:00";

fn heating() -> Value {
    json!({
        "question": "居民供热费怎么收",
        "answer": "按房屋建筑面积计收，居民每平方米23元；热计量用户按基本热费加计量热费结算。",
        "keywords": ["暖气费", "取暖费"],
        "categories": ["0101"],
        "bases": [{ "title": "潍坊市供热条例", "article": "第三十一条" }]
    })
}

/// The content with other values.
fn with(changes: &Value) -> Value {
    let mut content = heating();
    for (field, value) in changes.as_object().expect("fields") {
        content[field] = value.clone();
    }
    content
}

fn drafting(server: &TestServer, actor: &str, content: &Value) -> RequestBuilder {
    let body = json!({ "owner": "WF-CG", "content": content });
    server.post("/v1/knowledge").header("chuishao-actor", actor).json(&body)
}

fn commanding(server: &TestServer, id: &KnowledgeId, actor: &str, command: &Value) -> RequestBuilder {
    server.post(&format!("/v1/knowledge/{id}/commands")).header("chuishao-actor", actor).json(command)
}

async fn drafted(server: &TestServer, content: &Value) -> KnowledgeId {
    let answer = Answer::to(drafting(server, OWNER, content)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.read::<Receipt>().entry
}

async fn act(server: &TestServer, id: &KnowledgeId, actor: &str, command: Value) -> Receipt {
    let answer = Answer::to(commanding(server, id, actor, &command)).await;
    assert_eq!(answer.status, 200, "{command}: {answer:?}");
    answer.read()
}

/// From the draft in hand to what call takers see.
async fn release(server: &TestServer, id: &KnowledgeId) {
    act(server, id, OWNER, json!({ "command": "submit" })).await;
    act(server, id, REVIEWER, json!({ "command": "approve" })).await;
    act(server, id, REVIEWER, json!({ "command": "publish" })).await;
}

async fn published(server: &TestServer, content: &Value) -> KnowledgeId {
    let id = drafted(server, content).await;
    release(server, &id).await;
    id
}

async fn entries(request: RequestBuilder) -> Vec<Value> {
    let answer = Answer::to(request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.read::<Value>()["entries"].as_array().expect("a list").clone()
}

/// The ids that a search finds, in their order.
async fn found(server: &TestServer, q: &str, territory: &str) -> Vec<String> {
    ids(&entries(asking(server, "/v1/knowledge", &[("q", q), ("territory", territory)])).await)
}

/// A `GET` with these parameters.
fn asking(server: &TestServer, path: &str, parameters: &[(&str, &str)]) -> RequestBuilder {
    let url = Url::parse_with_params(&format!("http://localhost{path}"), parameters).expect("an address");
    server.get(&format!("{path}?{}", url.query().unwrap_or_default()))
}

fn ids(entries: &[Value]) -> Vec<String> {
    entries.iter().map(|entry| entry["id"].as_str().expect("an id").to_owned()).collect()
}

async fn an_entry_is_found_from_its_publication_to_its_withdrawal(on: Kind) {
    let server = TestServer::start(on, &[], DAY).await;
    let id = drafted(&server, &heating()).await;
    assert_eq!(id, KnowledgeId::new(1));
    for (actor, command) in [
        (OWNER, json!({ "command": "submit" })),
        (REVIEWER, json!({ "command": "return", "opinion": "请写明热计量用户如何结算" })),
        (OWNER, json!({ "command": "edit", "content": heating() })),
        (OWNER, json!({ "command": "submit" })),
        (REVIEWER, json!({ "command": "approve", "opinion": "口径清楚" })),
    ] {
        act(&server, &id, actor, command).await;
        assert!(found(&server, "供热费", "370705").await.is_empty(), "nobody has published it");
    }
    let receipt = act(&server, &id, REVIEWER, json!({ "command": "publish" })).await;
    assert_eq!((receipt.version, receipt.standing.as_str(), receipt.stage.as_str()), (7, "已发布", "无工作稿"));

    // By a word of the question, of the keywords, of the answer and of the category's name; in
    // full width and with what people say around it.
    for q in ["供热费", "取暖费", "建筑面积", "计费方式", "请问２３元怎么收？", "热"] {
        assert_eq!(found(&server, q, "370705").await, [id.as_str()], "{q}");
    }
    assert!(found(&server, "公积金", "370705").await.is_empty());
    let [entry] = &entries(server.get("/v1/knowledge?q=供热费")).await[..] else { panic!("one entry") };
    assert_eq!((&entry["owner_name"], &entry["revision"]), (&"市城管局".into(), &1.into()));
    assert_eq!(entry["content"]["bases"], heating()["bases"]);

    act(&server, &id, OWNER, json!({ "command": "withdraw", "reason": "价格调整" })).await;
    assert!(found(&server, "供热费", "370705").await.is_empty(), "it was withdrawn");
    let timeline = Timeline(server.read(&format!("/v1/knowledge/{id}/timeline")).await);
    assert_eq!(timeline.0.len(), 8);
    assert_eq!(timeline.line("退回：").who, "知识库审核员 0108");
    assert_eq!(timeline.line("下架：价格调整").at, at(DAY));
    server.finish().await;
}

async fn a_revision_is_not_seen_before_it_is_published(on: Kind) {
    let server = TestServer::start(on, &[], DAY).await;
    let id = published(&server, &heating()).await;
    let revised = with(&json!({ "question": "居民采暖价格标准", "answer": "每平方米25元。", "keywords": [] }));
    act(&server, &id, OWNER, json!({ "command": "revise", "content": revised })).await;
    assert_eq!(found(&server, "供热费", "WF").await, [id.as_str()]);
    assert!(found(&server, "价格标准", "WF").await.is_empty());
    let shown = Answer::to(server.get("/v1/knowledge?q=供热费")).await;
    assert!(!shown.text.contains("25元"), "{}", shown.text);

    release(&server, &id).await;
    assert_eq!(found(&server, "价格标准", "WF").await, [id.as_str()]);
    assert!(found(&server, "建筑面积", "WF").await.is_empty(), "the old words are gone");
    let entry: Value = server.read(&format!("/v1/knowledge/{id}")).await;
    assert_eq!(entry["answer"]["revision"], 2);
    server.finish().await;
}

/// Nobody reads out what no longer holds because the clock is late.
async fn what_has_run_out_is_not_found_though_the_clock_slept(on: Kind) {
    let server = TestServer::start(on, &[], DAY).await;
    let winter = with(&json!({ "valid_from": "2024-11-08", "valid_until": "2025-03-15" }));
    let id = published(&server, &winter).await;
    assert!(found(&server, "供热费", "WF").await.is_empty(), "it does not hold yet");
    server.move_clock("2024-11-08T00:00").await;
    assert_eq!(found(&server, "供热费", "WF").await, [id.as_str()]);
    // Past the clock's own work.
    assert!(server.desk().clock.move_to(at("2025-03-15T23:59")));
    assert_eq!(found(&server, "供热费", "WF").await, [id.as_str()], "the last day");
    assert!(server.desk().clock.move_to(at("2025-03-16T00:00")));
    assert!(found(&server, "供热费", "WF").await.is_empty());
    server.finish().await;
}

async fn the_clock_says_once_that_an_entry_ran_out(on: Kind) {
    let server = TestServer::start(on, &[], DAY).await;
    let winter = published(&server, &with(&json!({ "valid_until": "2025-03-15" }))).await;
    let lasting = published(&server, &heating()).await;
    server.move_clock("2025-12-31T09:00").await;
    server.move_clock("2026-01-05T09:00").await;
    let timeline = Timeline(server.read(&format!("/v1/knowledge/{winter}/timeline")).await);
    let line = timeline.line("已失效");
    assert_eq!((line.at, line.who.as_str()), (at("2025-03-16T00:00"), "系统时钟"));
    assert!(!timeline.shows("复核期限已到"), "what ran out is not reviewed");
    let timeline = Timeline(server.read(&format!("/v1/knowledge/{lasting}/timeline")).await);
    assert_eq!(timeline.line("复核期限已到").at, at("2025-11-06T00:00"));
    assert_eq!(found(&server, "供热费", "WF").await, [lasting.as_str()], "a due review takes nothing out");
    let expired = entries(server.get("/v1/knowledge?standing=expired")).await;
    assert_eq!(ids(&expired), [winter.as_str()]);
    server.finish().await;
}

async fn who_may_not_is_told_who_may(on: Kind) {
    let server = TestServer::start(on, &[], DAY).await;
    for actor in [REVIEWER, "call-taker:0231", "department-supervisor:WF-ZJ"] {
        let answer = Answer::to(drafting(&server, actor, &heating())).await;
        assert_eq!(answer.refusal(), (403, "not-entitled".into()), "{actor}");
    }
    let id = drafted(&server, &heating()).await;
    let submit = json!({ "command": "submit" });
    let approve = json!({ "command": "approve" });
    for (actor, command, expected) in [
        ("department-supervisor:WF-ZJ", &submit, (403, "not-entitled")),
        (OWNER, &approve, (403, "not-entitled")),
        (REVIEWER, &approve, (422, "wrong-state")),
    ] {
        let (status, code) = Answer::to(commanding(&server, &id, actor, command)).await.refusal();
        assert_eq!((status, code.as_str()), expected, "{actor} {command}");
    }
    // A second draft under a known or an unknown number is no way around.
    let draft = json!({ "command": "draft", "id": "ZS000099", "owner": "WF-CG", "content": heating() });
    let again = Answer::to(commanding(&server, &id, OWNER, &draft)).await;
    assert_eq!(again.refusal(), (422, "knowledge-exists".into()));
    let unknown = Answer::to(commanding(&server, &KnowledgeId::new(99), OWNER, &draft)).await;
    assert_eq!(unknown.refusal(), (404, "no-knowledge".into()));
    let entry: Value = server.read(&format!("/v1/knowledge/{id}")).await;
    assert_eq!(entry["version"], 1, "nothing was written");
    server.finish().await;
}

async fn a_repeated_draft_makes_one_entry(on: Kind) {
    let server = TestServer::start(on, &[], DAY).await;
    let under = |request: RequestBuilder| Answer::to(request.header("idempotency-key", "draft-1"));
    let first: Receipt = under(drafting(&server, OWNER, &heating())).await.read();
    let again: Receipt = under(drafting(&server, OWNER, &heating())).await.read();
    assert_eq!(first, again);
    assert_eq!(entries(server.get("/v1/knowledge?owner=WF-CG")).await.len(), 1);
    let submit = commanding(&server, &first.entry, OWNER, &json!({ "command": "submit" }));
    assert_eq!(under(submit).await.refusal(), (422, "key-of-another".into()));

    let stale = commanding(&server, &first.entry, OWNER, &json!({ "command": "submit" })).header("if-match", "\"2\"");
    assert_eq!(Answer::to(stale).await.refusal(), (412, "another-version".into()));
    server.finish().await;
}

/// Eight reviewers approve at once: one does, the others hear that it is done.
async fn of_many_at_once_each_is_whole(on: Kind) {
    let server = Arc::new(TestServer::start(on, &[], DAY).await);
    let id = drafted(&server, &heating()).await;
    act(&server, &id, OWNER, json!({ "command": "submit" })).await;
    let mut hands = JoinSet::new();
    for _ in 0..8 {
        let (server, id) = (server.clone(), id.clone());
        hands.spawn(async move {
            Answer::to(commanding(&server, &id, REVIEWER, &json!({ "command": "approve" }))).await.status
        });
    }
    let mut statuses = hands.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422, 422, 422, 422, 422, 422, 422]);
    let entry: Value = server.read(&format!("/v1/knowledge/{id}")).await;
    assert_eq!(entry["version"], 3);
    Arc::into_inner(server).expect("every hand is done").finish().await;
}

async fn the_reviewer_has_a_list_in_pages(on: Kind) {
    let server = TestServer::start(on, &[], DAY).await;
    let mut waiting = Vec::new();
    for question in ["供热费怎么收", "供热费怎么退", "供热费怎么缴"] {
        let id = drafted(&server, &with(&json!({ "question": question }))).await;
        waiting.push(id.0);
    }
    // Who submitted first has waited longest.
    waiting.reverse();
    for (minute, id) in waiting.iter().enumerate() {
        server.move_clock(&format!("2024-11-06T10:0{minute}")).await;
        act(&server, &id.as_str().into(), OWNER, json!({ "command": "submit" })).await;
    }
    let first: Value = server.read("/v1/knowledge?stage=submitted&limit=2").await;
    assert_eq!(ids(first["entries"].as_array().expect("a list")), waiting[..2]);
    let next = first["next"].as_str().expect("there is more");
    let second: Value = server.read(&format!("/v1/knowledge?stage=submitted&limit=2&after={next}")).await;
    assert_eq!(ids(second["entries"].as_array().expect("a list")), waiting[2..]);
    assert_eq!(second["next"], Value::Null);
    assert_eq!(entries(server.get("/v1/knowledge?owner=WF-CG")).await.len(), 3);
    assert!(entries(server.get("/v1/knowledge?stage=draft")).await.is_empty());
    server.finish().await;
}

/// What would hide an answer, or show one that is withdrawn, without anybody noticing.
async fn an_entry_that_is_not_what_it_should_be_is_named(on: Kind) {
    let server = TestServer::start(on, &[], DAY).await;
    let spoilt = [
        "update knowledge set document = replace(document, '供热', '供水') where number = $",
        "update knowledge set wakes_on = '' where number = $",
        "update knowledge set valid_until = '2020-01-01' where number = $",
        "delete from knowledge_event where number = $ and sequence = 2",
        match on {
            Kind::Sqlite => "delete from knowledge_index where rowid = $",
            Kind::Postgres => "delete from knowledge_index where number = $",
        },
    ];
    let mut ids = Vec::new();
    for _ in 0..=spoilt.len() {
        ids.push(published(&server, &heating()).await);
    }
    assert_eq!(server.desk().store.verify_knowledge().await.expect("it is asked"), []);
    let mut raw = Raw::open(server.database()).await;
    for (id, sql) in ids.iter().zip(spoilt) {
        let number = id.number().expect("a number").to_string();
        assert_eq!(raw.execute(&sql.replace('$', &number)).await, 1, "{sql}");
    }
    ids.pop();
    assert_eq!(server.desk().store.verify_knowledge().await.expect("it is asked"), ids, "and the sound one is not");
    server.finish_spoilt().await;
}
