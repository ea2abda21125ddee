//! Who called stays in the vault: it reaches no rule, no decision record, no timeline, no
//! list, whatever a rule asks to read and wherever the call taker wrote it down.

use super::components::{components, curious_rule, rule};
use super::databases::on_both;
use super::harness::{Answer, TestServer};
use super::story::{
    CALL_TAKER, CALLER_NAME, CALLER_PHONE, DISPATCHER, accept, cold_room, dispatch, handled, heating_fields,
};
use chuishao_domain::ids::TicketId;
use chuishao_domain::rule::value::Value as FieldValue;
use chuishao_server::store::Kind;
use serde_json::{Value, json};

on_both!(
    decisions_never_tell_who_called,
    a_personal_field_is_told_only_as_filled_in,
    a_confidential_matter_is_told_without_words,
    the_callers_own_name_is_masked_wherever_it_stands,
    no_address_gives_the_vault
);

const ACCOUNT: &str = "户号甲乙丙-1024";

async fn text(server: &TestServer, id: &TicketId, path: &str) -> String {
    let answer = Answer::to(server.get(&format!("/v1/tickets/{id}{path}"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.text
}

/// A server with the rules and with one that asks to be told of everything.
async fn server_with_a_curious_rule(on: Kind) -> (TestServer, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let curious = folder.path().join("curious.wasm");
    std::fs::write(&curious, curious_rule()).expect("written");
    let rules = [rule(&components().heating, "WF"), rule(&curious, "WF")];
    (TestServer::start(on, &rules, "2024-11-06T09:00").await, folder)
}

/// The whole life of a ticket of 虞河花园.
async fn live(server: &TestServer, matter: &Value) -> TicketId {
    let id = server.register(matter).await.ticket;
    server.act(&id, CALL_TAKER, heating_fields("8号楼", ACCOUNT, false)).await;
    server.act(&id, CALL_TAKER, accept()).await;
    server.act(&id, DISPATCHER, dispatch("370705-CG")).await;
    let words = format!("已致电{CALLER_PHONE}，联系人{CALLER_NAME}，约定明日上门");
    let contact = json!({ "command": "record-contact", "words": words });
    server.act(&id, "unit-clerk:370705-CG", contact).await;
    handled(server, &id, "370705-CG", true).await;
    id
}

fn must_not_tell(text: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(!text.contains(secret), "{secret} stands in {text}");
    }
}

async fn decisions_never_tell_who_called(on: Kind) {
    let (server, _curious) = server_with_a_curious_rule(on).await;
    let mut matter = cold_room();
    matter["title"] = "周女士家暖气不热".into();
    // Another person's, which the vault does not know, and the caller's own in other spellings.
    let neighbour = "邻居姓名是王秀英，手机 139 0000 5678 或１３９００００５６７８，另 139-0000-5678";
    let own = "手机 139 0000 1234 或１３９００００１２３４，另 139-0000-1234";
    matter["body"] = format!("我是{CALLER_NAME}，电话{CALLER_PHONE}。{own}。{neighbour}").into();
    let id = live(&server, &matter).await;
    let decisions = text(&server, &id, "/decisions").await;
    assert!(decisions.contains("【姓名】") && decisions.contains("【号码】"), "the body is told, without them");
    must_not_tell(&decisions, &[CALLER_NAME, CALLER_PHONE, "周女士", "0000 1234", "0000-1234", "００００", "C-WF"]);
    must_not_tell(&decisions, &["王秀英", "0000 5678", "0000-5678", "1390000"]);
    server.finish().await;
}

/// The account number is a personal field: a rule learns that it is filled in.
async fn a_personal_field_is_told_only_as_filled_in(on: Kind) {
    let (server, _curious) = server_with_a_curious_rule(on).await;
    let id = live(&server, &cold_room()).await;
    must_not_tell(&text(&server, &id, "/decisions").await, &[ACCOUNT, "甲乙丙"]);
    must_not_tell(&text(&server, &id, "/timeline").await, &[ACCOUNT]);
    assert!(server.timeline(&id).await.shows("填写缴费户号：（已填写）"));
    let decisions = server.decisions(&id).await;
    let told = decisions.iter().filter(|decision| decision.edition.rule == "heating-mode").filter_map(|decision| {
        let ticket = &decision.call.input.as_ref()?.ticket;
        ticket.fields.get("account-number").cloned()
    });
    let told: Vec<_> = told.collect();
    assert!(told.len() >= 2 && told.iter().all(|value| *value == FieldValue::Withheld), "{told:?}");
    server.finish().await;
}

/// A confidential matter gives a rule no text at all.
async fn a_confidential_matter_is_told_without_words(on: Kind) {
    let (server, _curious) = server_with_a_curious_rule(on).await;
    let mut matter = cold_room();
    matter["confidential"] = true.into();
    matter["title"] = "举报供热企业".into();
    matter["body"] = "三号楼住户举报".into();
    let id = live(&server, &matter).await;
    must_not_tell(&text(&server, &id, "/decisions").await, &["举报", "虞河花园", "8号楼", "已上门", CALLER_NAME]);
    server.finish().await;
}

/// The desk knows who called: the name itself is masked, not only what looks like one.
async fn the_callers_own_name_is_masked_wherever_it_stands(on: Kind) {
    let (server, _curious) = server_with_a_curious_rule(on).await;
    let mut matter = cold_room();
    matter["title"] = format!("{CALLER_NAME}家暖气不热").into();
    matter["body"] = format!("{CALLER_NAME}来电，电话{CALLER_PHONE}，暖气片一半是凉的。").into();
    let id = live(&server, &matter).await;
    must_not_tell(&text(&server, &id, "/decisions").await, &[CALLER_NAME, CALLER_PHONE]);
    server.finish().await;
}

/// Lists and tickets carry a reference into the vault and nothing of the caller; what the
/// call taker wrote into the body stays there for the people who handle it.
async fn no_address_gives_the_vault(on: Kind) {
    let (server, _curious) = server_with_a_curious_rule(on).await;
    let mut matter = cold_room();
    matter["body"] = "暖气片一半是凉的。".into();
    let id = server.register(&matter).await.ticket;
    for path in ["", "/timeline", "/decisions"] {
        must_not_tell(&text(&server, &id, path).await, &[CALLER_NAME, CALLER_PHONE]);
    }
    for path in ["/v1/tickets", "/v1/rules", "/v1/outbox", "/"] {
        must_not_tell(&Answer::to(server.get(path)).await.text, &[CALLER_NAME, CALLER_PHONE]);
    }
    server.finish().await;
}
