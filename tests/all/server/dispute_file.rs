//! The dispute file: what a person who is no programmer reads of what rules decided on one ticket.
//! It leaves the house, so that nobody can be told from it who called.

use super::components::{components, rule};
use super::databases::{Raw, on_both};
use super::harness::{Answer, TestServer, eventually};
use super::process::chuishao;
use super::story::{
    CALL_TAKER, CALLER_NAME, CALLER_PHONE, REVIEWER, accept, cold_room, dispatched, heating_fields, matter,
};
use chuishao_domain::ids::TicketId;
use chuishao_server::store::Kind;
use jiff::civil::date;
use serde_json::{Value, json};

on_both!(
    everything_stands_in_it,
    nothing_from_outside_becomes_markup,
    nobody_is_told_from_it,
    who_may_have_it,
    a_broken_chain_is_said
);

async fn page(server: &TestServer, id: &TicketId) -> String {
    let answer = Answer::to(server.get(&format!("/v1/tickets/{id}/dispute-file"))).await;
    assert_eq!((answer.status, &*answer.content_type), (200, "text/html; charset=utf-8"), "{answer:?}");
    answer.text
}

/// A page without anything that runs, or that is fetched from elsewhere.
fn must_stand_alone(page: &str) {
    for foreign in ["<script", "http:", "https:", "src=", "href=", "url(", "<img", "javascript:"] {
        assert!(!page.contains(foreign), "{foreign} in {page}");
    }
    assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
}

async fn everything_stands_in_it(on: Kind) {
    let rules = [
        rule(&components().heating, "WF"),
        rule(&components().endless_loop, "370705"),
        rule(&components().overreach, "370703"),
    ];
    let server = TestServer::start(on, &rules, "2024-11-06T09:00").await;
    let id = server.register(&cold_room()).await.ticket;
    server.act(&id, CALL_TAKER, heating_fields("8号楼", "0536-88-1024", true)).await;
    server.act(&id, CALL_TAKER, accept()).await;
    let shown = page(&server, &id).await;
    must_stand_alone(&shown);
    for words in [
        id.as_str(),
        "供热模式",
        "第 1 条",
        "要求填写扩展字段「account-number」",
        "供热模式：先问清这些",
        "采纳：形成第",
        "供暖季办结时限（close-working-hours）",
        "用尽了一次调用的算力预算",
        "city-2024",
        "1 天内同一分类、同一小区、同一楼栋的诉求件数",
        "虞河花园",
        "尚未封存",
        "首尾相接",
        "chuishao verify",
        &format!("chuishao replay --ticket {id}"),
    ] {
        assert!(shown.contains(words), "{words} is missing in {shown}");
    }
    let decisions: Vec<Value> = server.read(&format!("/v1/tickets/{id}/decisions")).await;
    for (place, decision) in decisions.iter().enumerate() {
        assert_eq!(decision["number"], json!(place + 1));
        for field in [&decision["hash"], &decision["edition"]["component_digest"], &decision["edition"]["digest"]] {
            assert!(shown.contains(field.as_str().expect("text")), "{field} is missing");
        }
    }
    // A refusal, with the guard rail that holds.
    let other = dispatched(&server, &matter("complaint", "0601", "370703", "北海花园"), "370703-CG").await;
    let refused = page(&server, &other).await;
    assert!(refused.contains("未采纳：") && refused.contains("护栏 G"), "{refused}");

    server.move_clock("2024-11-07T00:10").await;
    eventually("the day is sealed", async || {
        server.desk().store.sealed_until().await.expect("it reads") >= Some(date(2024, 11, 6))
    })
    .await;
    let sealed = page(&server, &id).await;
    let seals = server.desk().store.seals().await.expect("they read");
    assert!(seals.iter().any(|seal| sealed.contains(&seal.digest)) && !sealed.contains("尚未封存"), "{sealed}");

    let path = server.folder().join("file.html");
    let file = path.to_string_lossy();
    let said = chuishao(&["dispute-file", "--database", &server.database().url, id.as_str(), "-o", &file]).await;
    assert!(said.success, "{said:?}");
    let written = std::fs::read_to_string(&path).expect("it is written");
    let behind = |page: &str| page.split_once("一、工单").map(|(_, rest)| rest.to_owned()).expect("a first part");
    assert_eq!(behind(&written), behind(&sealed), "the same but for the moment at which it was made");
    let said = chuishao(&["dispute-file", "--database", &server.database().url, "WF1", "-o", &file]).await;
    assert!(!said.success && said.text.contains("没有工单 WF1"), "{said:?}");
    server.finish().await;
}

/// The title stands among the labels and, with the first event, in the table of what happened.
async fn nothing_from_outside_becomes_markup(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let mut said = matter("complaint", "0601", "370703", "<b>北海花园");
    said["title"] = json!("a\"b</td></table><script>alert('1')</script>&噪音");
    let id = dispatched(&server, &said, "370703-CG").await;
    let shown = page(&server, &id).await;
    must_stand_alone(&shown);
    assert!(!shown.contains("<b>") && shown.contains("&lt;b&gt;北海花园"), "{shown}");
    assert_eq!(shown.matches("<table>").count(), shown.matches("</table>").count(), "{shown}");
    let harmless = "a&quot;b&lt;/td&gt;&lt;/table&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;噪音";
    assert!(shown.matches(harmless).count() >= 2, "{shown}");
    server.finish().await;
}

/// Neither in what the call taker wrote nor in what a rule or a unit said of it.
async fn nobody_is_told_from_it(on: Kind) {
    let server = TestServer::start(on, &[rule(&components().overreach, "370703")], "2024-06-25T09:10").await;
    let mut said = matter("complaint", "0601", "370703", "北海花园");
    said["title"] = json!("王女士<script>alert(1)</script>反映噪音");
    said["body"] = json!(format!("我是{CALLER_NAME}，电话{CALLER_PHONE}，也可联系李先生 13905361234。"));
    said["place"]["building"] = json!("7号楼");
    let open = dispatched(&server, &said, "370703-CG").await;
    said["confidential"] = json!(true);
    let confidential = dispatched(&server, &said, "370703-CG").await;
    for (id, is_confidential) in [(&open, false), (&confidential, true)] {
        let shown = page(&server, id).await;
        must_stand_alone(&shown);
        for secret in [CALLER_NAME, CALLER_PHONE, "王女士", "李先生", "13905361234", "7号楼", &format!("C-{id}")]
        {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        assert_eq!(shown.contains("&lt;script&gt;"), !is_confidential, "{shown}");
        assert_eq!(shown.contains("反映噪音"), !is_confidential, "{shown}");
    }
    server.finish().await;
}

async fn who_may_have_it(on: Kind) {
    let server = TestServer::start(on, &[rule(&components().overreach, "370703")], "2024-06-25T09:10").await;
    let id = dispatched(&server, &matter("complaint", "0601", "370703", "北海花园"), "370703-CG").await;
    let path = format!("/v1/tickets/{id}/dispute-file");
    for (actor, may) in [
        (REVIEWER, true),
        ("hotline-office:0002", true),
        (CALL_TAKER, false),
        ("dispatcher:0007", false),
        ("follow-up-staff:0305", false),
        ("unit-clerk:370703-CG", false),
        ("department-supervisor:WF-CG", false),
        ("city-leader:0001", false),
        ("liability-panel:0001", false),
        ("legal-seat:0009", false),
    ] {
        let answer = Answer::to(server.get(&path).header("chuishao-actor", actor)).await;
        match may {
            true => assert_eq!(answer.status, 200, "{actor}: {answer:?}"),
            false => assert_eq!(answer.refusal(), (403, "not-entitled".to_owned()), "{actor}"),
        }
    }
    server.finish().await;
}

async fn a_broken_chain_is_said(on: Kind) {
    let server = TestServer::start(on, &[rule(&components().overreach, "370703")], "2024-06-25T09:10").await;
    let id = dispatched(&server, &matter("complaint", "0601", "370703", "北海花园"), "370703-CG").await;
    let mut raw = Raw::open(server.database()).await;
    let altered = "update decision set document = replace(document, '\"fuel\":', '\"fuel\":1') where number = 1";
    assert_eq!(raw.execute(altered).await, 1);
    let shown = page(&server, &id).await;
    assert!(shown.contains("核对未通过：第 1 条决定记录与其链值不符") && !shown.contains("首尾相接"), "{shown}");
    server.finish_spoilt().await;
}
