//! Looks at a caller: masked, in clear for a purpose, counted, corrected.

use super::super::databases::on_both;
use super::super::harness::{Answer, TestServer};
use super::super::story::{CALL_TAKER, CALLER_NAME, CALLER_PHONE, DISPATCHER, FOLLOW_UP, dispatched, road_in_anqiu};
use super::{AUDITOR, called_by, caller_of, get, look, post, record};
use chuishao_server::desk::Receipt;
use chuishao_server::store::Kind;
use serde_json::{Value, json};

on_both!(
    a_look_is_written_down_and_then_shown_once,
    who_has_no_purpose_sees_nothing,
    a_list_shows_the_mask,
    who_called_about_a_confidential_matter_is_no_units_to_know,
    a_repeated_caller_is_a_number,
    what_was_wrong_is_corrected
);

const CLERK: &str = "unit-clerk:370784-ZJ";

async fn a_look_is_written_down_and_then_shown_once(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let reference = caller_of(&server, &id).await;
    let path = format!("/v1/callers/{reference}/unmask");
    let asked = || {
        let request = server.post(&path).header("chuishao-actor", CLERK).header("idempotency-key", "look-1");
        Answer::to(request.json(&look(&id, "contact-caller", &["phone"])))
    };
    let shown = asked().await;
    assert_eq!(shown.status, 200, "{shown:?}");
    let shown: Value = shown.read();
    assert_eq!((&shown["phone"], &shown["name"]), (&json!(CALLER_PHONE), &Value::Null), "what was asked for, no more");
    assert_eq!(shown["version"], 2);

    assert_eq!(asked().await.refusal(), (422, "already-shown".into()));
    let lines = record(&server, &reference).await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].what.contains("存入来电人信息"), "{lines:?}");
    let told = format!("为「联系来电人」查看工单 {id} 来电人的联系电话：核实回访情况");
    assert_eq!(lines[1].what, told);
    assert!(lines[1].who.contains("安丘市"), "{lines:?}");

    let both = post(&server, AUDITOR, &path, &look(&id, "supervision", &["name", "phone"])).await;
    let both: Value = both.read();
    assert_eq!((&both["name"], &both["phone"]), (&json!(CALLER_NAME), &json!(CALLER_PHONE)));
    assert_eq!(record(&server, &reference).await.len(), 3);
    server.finish().await;
}

async fn who_has_no_purpose_sees_nothing(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let other = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let reference = caller_of(&server, &id).await;
    let path = format!("/v1/callers/{reference}/unmask");
    let phone = |purpose| look(&id, purpose, &["phone"]);
    for (actor, body, code) in [
        ("unit-clerk:370705-CG", phone("contact-caller"), (403, "purpose-not-allowed")),
        ("department-supervisor:WF-ZJ", phone("contact-caller"), (403, "not-entitled")),
        ("legal-seat:0601", phone("contact-caller"), (403, "not-entitled")),
        ("company-seat:WF-GD", phone("contact-caller"), (403, "not-entitled")),
        (CALL_TAKER, phone("urgent-rescue"), (403, "purpose-not-allowed")),
        (CLERK, look(&other, "contact-caller", &["phone"]), (422, "not-his-ticket")),
        (CLERK, look(&id, "contact-caller", &[]), (422, "fields-missing")),
        (CLERK, look(&id, "curiosity", &["phone"]), (400, "bad-body")),
    ] {
        let refused = post(&server, actor, &path, &body).await.refusal();
        assert_eq!(refused, (code.0, code.1.into()), "{actor} {body}");
    }
    let nobody = post(&server, CLERK, "/v1/callers/C-WF0/unmask", &phone("contact-caller")).await;
    assert_eq!(nobody.refusal(), (404, "no-caller".into()));
    assert_eq!(record(&server, &reference).await.len(), 1, "what was refused was not seen");
    let audit = get(&server, CALL_TAKER, &format!("/v1/callers/{reference}/record")).await;
    assert_eq!(audit.refusal(), (403, "not-entitled".into()));
    server.finish().await;
}

async fn a_list_shows_the_mask(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let path = format!("/v1/callers/{}", caller_of(&server, &id).await);
    for actor in [CALL_TAKER, DISPATCHER, "legal-seat:0601", CLERK] {
        let answer = get(&server, actor, &path).await;
        assert_eq!(answer.read::<Value>(), json!({ "name": "周**", "phone": "139****1234" }), "{actor}");
    }
    for actor in ["company-seat:WF-GD", "unit-clerk:370705-CG", "city-leader:0001"] {
        assert_eq!(get(&server, actor, &path).await.refusal(), (403, "not-entitled".into()), "{actor}");
    }
    server.finish().await;
}

async fn who_called_about_a_confidential_matter_is_no_units_to_know(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let mut matter = road_in_anqiu();
    matter["confidential"] = true.into();
    let id = dispatched(&server, &matter, "370784-ZJ").await;
    let path = format!("/v1/callers/{}", caller_of(&server, &id).await);
    let unmask = format!("{path}/unmask");
    let refused = post(&server, CLERK, &unmask, &look(&id, "contact-caller", &["phone"])).await;
    assert_eq!(refused.refusal(), (403, "purpose-not-allowed".into()));
    assert_eq!(get(&server, CLERK, &path).await.refusal(), (403, "not-entitled".into()));
    let follow_up: Value = post(&server, FOLLOW_UP, &unmask, &look(&id, "follow-up-call", &["phone"])).await.read();
    assert_eq!(follow_up["phone"], CALLER_PHONE, "the hotline's own to know");
    server.finish().await;
}

async fn a_repeated_caller_is_a_number(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let mut counts = Vec::new();
    for phone in ["13900005678", "+86 139-0000-5678", "13900005679", "13900005678", "不详", "不详"] {
        counts.push(server.register(&called_by("郭玉珍", phone)).await.earlier_tickets);
    }
    assert_eq!(counts, [0, 1, 0, 2, 0, 0].map(Some), "of the number, however it was typed; of none there are none");
    // What was answered is answered again, though the number has called since.
    let again = || async {
        let request = server.registration(&called_by("郭玉珍", "13900005678")).header("idempotency-key", "call-1");
        Answer::to(request).await.read::<Receipt>()
    };
    let (first, second) = (again().await, again().await);
    assert_eq!(first, second);
    assert_eq!(first.earlier_tickets, Some(3));
    server.finish().await;
}

async fn what_was_wrong_is_corrected(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = server.register(&road_in_anqiu()).await.ticket;
    let reference = caller_of(&server, &id).await;
    let path = format!("/v1/callers/{reference}/correction");
    let correction = json!({ "phone": "13900005678", "words": "来电人称原号码记错" });
    assert_eq!(post(&server, CLERK, &path, &correction).await.refusal(), (403, "not-entitled".into()));
    let nothing = post(&server, CALL_TAKER, &path, &json!({ "words": "无" })).await;
    assert_eq!(nothing.refusal(), (422, "fields-missing".into()));
    let long = json!({ "name": "某".repeat(200), "words": "更正" });
    assert_eq!(post(&server, CALL_TAKER, &path, &long).await.refusal(), (422, "caller-too-long".into()));
    assert_eq!(post(&server, CALL_TAKER, &path, &correction).await.status, 200);

    let look = look(&id, "subject-access", &["name", "phone"]);
    let shown: Value = post(&server, AUDITOR, &format!("/v1/callers/{reference}/unmask"), &look).await.read();
    assert_eq!((&shown["name"], &shown["phone"]), (&json!(CALLER_NAME), &json!("13900005678")));
    let lines = record(&server, &reference).await;
    assert_eq!(lines[1].what, "应本人请求更正联系电话：来电人称原号码记错");
    let by_new = server.register(&called_by("周桂兰", "13900005678")).await.earlier_tickets;
    let by_old = server.register(&road_in_anqiu()).await.earlier_tickets;
    assert_eq!((by_new, by_old), (Some(1), Some(0)), "found by what is right");
    server.finish().await;
}
