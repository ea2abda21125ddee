//! Off the plain way, over HTTP: duplicates that are merged, a duty that nobody wants, a matter
//! that is not the hotline's, an answer on the spot, a referral, a whistle.

use super::databases::{Raw, on_both};
use super::harness::{Answer, TestServer, eventually};
use super::story::{
    CALL_TAKER, DISPATCHER, FOLLOW_UP, REVIEWER, accept, dispatched, follow_up, handled, matter, noise,
};
use chuishao_domain::ids::TicketId;
use chuishao_server::store::Kind;
use serde_json::{Value, json};

on_both!(
    a_duplicate_joins_its_main_ticket_and_its_caller_is_answered,
    what_follows_on_another_ticket_survives_a_stop_and_a_repetition,
    a_duty_that_nobody_wants_is_settled_by_panel_and_leader,
    what_is_not_the_hotlines_is_declined_by_two_people,
    an_answer_on_the_spot_still_has_its_follow_up,
    a_referral_to_arbitration_needs_the_callers_consent,
    whoever_is_whistled_for_checks_in
);

const OFFICE: &str = "hotline-office:0002";

async fn accepted(server: &TestServer, registration: &Value) -> TicketId {
    let id = server.register(registration).await.ticket;
    server.act(&id, CALL_TAKER, accept()).await;
    id
}

async fn status(server: &TestServer, id: &TicketId) -> String {
    server.timeline(id).await;
    let found = ["accepted", "merged", "referred", "liability-case", "handling", "in-review", "awaiting-follow-up"];
    for status in found {
        let listed = server.tickets(&format!("/v1/tickets?state={status}")).await;
        if listed.iter().any(|ticket| ticket["id"] == id.as_str()) {
            return status.to_owned();
        }
    }
    "ended".to_owned()
}

async fn refusal(server: &TestServer, id: &TicketId, actor: &str, command: Value) -> (u16, String) {
    Answer::to(server.command(id, actor, &command)).await.refusal()
}

fn merge(into: &TicketId) -> Value {
    json!({ "command": "merge", "into": into.as_str(), "reason": "同一处夜间施工" })
}

async fn a_duplicate_joins_its_main_ticket_and_its_caller_is_answered(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let main = dispatched(&server, &noise("370705", "胜利新村"), "370705-GA").await;
    let again = accepted(&server, &noise("370705", "胜利新村")).await;
    let elsewhere = accepted(&server, &noise("370703", "北海花园")).await;

    assert_eq!(refusal(&server, &elsewhere, DISPATCHER, merge(&main)).await, (422, "other-matter".into()));
    assert_eq!(refusal(&server, &again, CALL_TAKER, merge(&main)).await.1, "not-entitled");
    let nowhere = TicketId::new("2024-11-06".parse().expect("a day"), 999);
    assert_eq!(refusal(&server, &again, DISPATCHER, merge(&nowhere)).await, (404, "not-found".into()));
    assert_eq!(refusal(&server, &again, DISPATCHER, json!({ "command": "merge" })).await, (400, "bad-body".into()));

    server.act(&again, DISPATCHER, merge(&main)).await;
    assert_eq!(status(&server, &again).await, "merged");
    let joined = async || server.ticket(&main).await["merged"] == json!([again.as_str()]);
    eventually("the main ticket knows of it", joined).await;

    handled(&server, &main, "370705-GA", true).await;
    assert_eq!(status(&server, &main).await, "ended");
    let told = async || status(&server, &again).await == "awaiting-follow-up";
    eventually("its own caller is to be called", told).await;
    server.act(&again, FOLLOW_UP, follow_up(true, true)).await;
    assert_eq!(status(&server, &again).await, "ended");
    server.finish().await;
}

async fn what_follows_on_another_ticket_survives_a_stop_and_a_repetition(on: Kind) {
    let mut server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let main = dispatched(&server, &noise("370705", "胜利新村"), "370705-GA").await;
    let again = accepted(&server, &noise("370705", "胜利新村")).await;
    server.act(&again, DISPATCHER, merge(&main)).await;
    let waiting = "select count(*) from follow_on";
    let mut raw = Raw::open(server.database()).await;
    while raw.number(waiting).await > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let before = server.ticket(&main).await;
    assert_eq!(before["merged"], json!([again.as_str()]));

    // As if the server had been killed between giving the command and taking it off the list.
    server.stop().await;
    let again_and_again = format!(
        "insert into follow_on (ticket_id, sequence, target_id, command) values ('{again}', 3, '{main}', 'absorb')"
    );
    assert_eq!(raw.execute(&again_and_again).await, 1);
    server.resume("2024-11-06T09:05").await;
    while raw.number(waiting).await > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(server.ticket(&main).await, before, "given twice it changes nothing");
    server.finish().await;
}

async fn a_duty_that_nobody_wants_is_settled_by_panel_and_leader(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let id = dispatched(&server, &noise("370705", "胜利新村"), "370705-GA").await;
    let hand_back = json!({ "command": "ask-hand-back", "ground": "not-our-duty", "reason": "施工噪声归住建管理" });
    let rule = |approved| json!({ "command": "rule-hand-back", "approved": approved, "opinion": "按目录研究" });
    for unit in ["370705-GA", "370705-ZJ"] {
        server.act(&id, &format!("unit-clerk:{unit}"), hand_back.clone()).await;
        server.act(&id, REVIEWER, rule(true)).await;
        if unit == "370705-GA" {
            server.act(&id, DISPATCHER, super::story::dispatch("370705-ZJ")).await;
        }
    }
    assert_eq!(status(&server, &id).await, "liability-case");
    assert_eq!(server.ticket(&id).await["assignments"], json!([]), "nobody leads until the panel decides");

    let panel = json!(["discipline-inspection", "department", "legal-adviser"]);
    let decide = json!({ "command": "decide-liability", "lead_unit": "370705-ZJ", "panel": panel, "opinion": "施工许可属住建职责" });
    assert_eq!(refusal(&server, &id, DISPATCHER, decide.clone()).await.1, "not-entitled");
    server.act(&id, "liability-panel:0003", decide).await;
    let refused = refusal(&server, &id, "unit-clerk:370705-ZJ", hand_back).await;
    assert_eq!(refused.0, 422, "what a panel decided is not handed back: {refused:?}");
    server.act(&id, OFFICE, json!({ "command": "escalate-refusal", "words": "认定后三日仍未签收" })).await;
    let sign = json!({ "command": "sign-responsibility", "lead_unit": "370705-ZJ", "words": "由奎文区住建局办理" });
    server.act(&id, "city-leader:0001", sign).await;
    assert_eq!(status(&server, &id).await, "handling");
    assert!(server.timeline(&id).await.shows("市级领导"));
    server.finish().await;
}

async fn what_is_not_the_hotlines_is_declined_by_two_people(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let id = server.register(&matter("complaint", "0601", "370705", "胜利新村")).await.ticket;
    let ask = json!({ "command": "ask-decline", "ground": "litigation", "reason": "双方已诉至法院，正在审理" });
    server.act(&id, CALL_TAKER, ask).await;
    let rule = json!({ "command": "rule-decline", "approved": true, "opinion": "属诉讼事项" });
    assert_eq!(refusal(&server, &id, CALL_TAKER, rule.clone()).await.1, "not-entitled");
    server.act(&id, REVIEWER, rule).await;
    assert_eq!(status(&server, &id).await, "ended");
    assert!(server.timeline(&id).await.shows("不予受理"), "and the caller was told the lawful way");
    server.finish().await;
}

async fn an_answer_on_the_spot_still_has_its_follow_up(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let id = accepted(&server, &matter("inquiry", "0601", "370705", "胜利新村")).await;
    let answer =
        json!({ "command": "answer-directly", "basis": "knowledge-base", "answer": "清运时间为每日六时和十八时" });
    server.act(&id, CALL_TAKER, answer).await;
    assert_eq!(status(&server, &id).await, "awaiting-follow-up");
    server.act(&id, FOLLOW_UP, follow_up(true, true)).await;
    assert_eq!(status(&server, &id).await, "ended");
    server.finish().await;
}

async fn a_referral_to_arbitration_needs_the_callers_consent(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let id = accepted(&server, &matter("complaint", "0601", "370705", "胜利新村")).await;
    let refer = |consent: Option<bool>| {
        let mut command = json!({ "command": "refer", "receiver": "arbitration", "words": "保洁合同纠纷" });
        if let Some(consent) = consent {
            command["consent"] = consent.into();
        }
        command
    };
    assert_eq!(refusal(&server, &id, DISPATCHER, refer(None)).await.1, "consent-missing");
    assert_eq!(refusal(&server, &id, DISPATCHER, refer(Some(false))).await.1, "consent-refused");
    server.act(&id, DISPATCHER, refer(Some(true))).await;
    assert_eq!(status(&server, &id).await, "referred");
    let result = json!({ "command": "record-referral-result", "result": "双方在仲裁委主持下达成调解" });
    server.act(&id, "legal-seat:0601", result).await;
    assert_eq!(status(&server, &id).await, "awaiting-follow-up");
    server.finish().await;
}

async fn whoever_is_whistled_for_checks_in(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let id = dispatched(&server, &noise("370705", "胜利新村"), "370705-GA").await;
    let whistle = json!({ "command": "blow-whistle", "units": ["370705-CG", "370705-ZJ"], "words": "到现场会商" });
    server.act(&id, OFFICE, whistle).await;
    let here = json!({ "command": "check-in", "number": 1, "words": "携带执法记录仪到场" });
    assert_eq!(refusal(&server, &id, "unit-clerk:370703-CG", here.clone()).await.0, 422, "nobody called them");
    server.act(&id, "unit-clerk:370705-CG", here).await;
    let summoned = &server.ticket(&id).await["oversight"]["whistles"][0]["summoned"];
    let came: Vec<bool> = summoned.as_array().expect("two").iter().map(|one| !one["checked_in_at"].is_null()).collect();
    assert_eq!(came, [true, false], "who did not come is visible: {summoned}");
    let copies = server.tickets("/v1/tickets?copied_to=370705-ZF").await;
    let ids: Vec<&Value> = copies.iter().map(|ticket| &ticket["id"]).collect();
    assert_eq!(ids, [id.as_str()], "the county's office, over which it was dispatched directly, reads along");
    server.finish().await;
}
