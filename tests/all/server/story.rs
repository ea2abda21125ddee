//! What is told on the telephone and done in the offices: invented callers, their matters,
//! and the commands of a ticket's life.

use super::harness::TestServer;
use chuishao_domain::ids::TicketId;
use serde_json::{Value, json};

/// An invented caller.
pub const CALLER_NAME: &str = "周桂兰";
/// An invented number.
pub const CALLER_PHONE: &str = "13900001234";

pub const CALL_TAKER: &str = "call-taker:0231";
pub const DISPATCHER: &str = "dispatcher:0007";
pub const REVIEWER: &str = "reviewer:0102";
/// Who may move the clock of a demonstration.
pub const SYSTEM_ADMIN: &str = "system-admin:0001";
pub const FOLLOW_UP: &str = "follow-up-staff:0305";

/// A matter of a category at an estate of a territory.
pub fn matter(kind: &str, category: &str, territory: &str, estate: &str) -> Value {
    json!({
        "caller": { "name": CALLER_NAME, "phone": CALLER_PHONE },
        "matter_kind": kind, "category": category, "title": "来电反映的问题",
        "body": format!("我是{CALLER_NAME}，电话{CALLER_PHONE}，请尽快处理。"),
        "place": { "territory": territory, "estate": estate }
    })
}

/// A broken road of an old estate in 安丘市: an ordinary matter, answered for by 市住建局.
pub fn road_in_anqiu() -> Value {
    matter("help", "0201", "370784", "汶水小区")
}

/// A neighbour's noise: a complaint, answered for by 市公安局.
pub fn noise(territory: &str, estate: &str) -> Value {
    matter("complaint", "0301", territory, estate)
}

/// A burst water main in 潍城区: urgent by its category.
pub fn burst_main() -> Value {
    matter("help", "0401", "370702", "")
}

/// A cold room at 虞河花园.
pub fn cold_room() -> Value {
    matter("help", "0104", "370705", "虞河花园")
}

pub fn accept() -> Value {
    json!({ "command": "accept" })
}

pub fn dispatch(lead_unit: &str) -> Value {
    json!({ "command": "dispatch", "lead_unit": lead_unit })
}

pub fn report_back(result: &str) -> Value {
    json!({ "command": "report-back", "contacted": true, "solved": true, "result": result, "evidence_count": 2 })
}

pub fn review() -> Value {
    json!({ "command": "review", "passed": true })
}

pub fn follow_up(solved: bool, satisfied: bool) -> Value {
    json!({ "command": "follow-up", "reached": true, "solved": solved, "satisfied": satisfied })
}

pub fn supervise(target: &str, words: &str) -> Value {
    json!({ "command": "supervise", "kind": "urge", "target": target, "words": words })
}

/// The answers to what the heating rule asks.
pub fn heating_fields(building: &str, account: &str, whole_building: bool) -> Value {
    let fields = json!({ "account-number": account, "room-temperature-tenths": 145, "whole-building": whole_building });
    json!({ "command": "fill-in", "place": { "building": building }, "fields": { "heating-mode": fields } })
}

/// Registered, accepted and dispatched.
pub async fn dispatched(server: &TestServer, registration: &Value, unit: &str) -> TicketId {
    let id = server.register(registration).await.ticket;
    server.act(&id, CALL_TAKER, accept()).await;
    server.act(&id, DISPATCHER, dispatch(unit)).await;
    id
}

/// Reported back, reviewed, and the caller asked.
pub async fn handled(server: &TestServer, id: &TicketId, unit: &str, solved: bool) {
    server.act(id, &format!("unit-clerk:{unit}"), report_back("已上门处理")).await;
    server.act(id, REVIEWER, review()).await;
    server.act(id, FOLLOW_UP, follow_up(solved, solved)).await;
}
