//! Refusals over HTTP: Problem Details with a stable code and a Chinese detail, and never a
//! word of who called.

use super::databases::on_both;
use super::harness::{Answer, TestServer};
use super::story::{
    CALL_TAKER, CALLER_NAME, CALLER_PHONE, DISPATCHER, FOLLOW_UP, REVIEWER, SYSTEM_ADMIN, accept, dispatch, dispatched,
    follow_up, matter, noise, report_back, review, road_in_anqiu, supervise,
};
use chuishao_server::store::Kind;
use serde_json::{Value, json};

on_both!(
    registrations_that_cannot_be,
    commands_that_cannot_be,
    a_guard_rail_is_named,
    bodies_that_cannot_be_read,
    a_body_that_is_too_large_is_refused_in_words,
    actors_that_nobody_is,
    tickets_that_are_not_there,
    addresses_that_are_not_there,
    an_address_that_is_no_text_is_refused_in_words,
    the_clock_refuses_without_repeating,
    the_clock_does_not_repeat_a_fields_name,
    a_character_that_no_database_keeps_is_refused_at_the_door,
);

/// Name and number of the caller, to be put where they do not belong.
fn caller() -> String {
    format!("{CALLER_NAME} {CALLER_PHONE}")
}

async fn registrations_that_cannot_be(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let mut long_title = road_in_anqiu();
    long_title["title"] = caller().repeat(20).into();
    let mut no_title = road_in_anqiu();
    no_title["title"] = "  ".into();
    for (matter, code) in [
        (matter("help", "9999", "370784", "汶水小区"), "unknown-category"),
        (matter("help", "0201", "370000", "汶水小区"), "unknown-territory"),
        (matter("help", "0201", "WF", "汶水小区"), "unknown-territory"),
        (long_title, "text-too-long"),
        (no_title, "words-missing"),
    ] {
        assert_eq!(Answer::to(server.registration(&matter)).await.refusal(), (422, code.into()));
    }
    let by_dispatcher = server.post("/v1/tickets").header("chuishao-actor", DISPATCHER).json(&road_in_anqiu());
    assert_eq!(Answer::to(by_dispatcher).await.refusal(), (403, "not-entitled".into()));
    assert_eq!(server.tickets("/v1/tickets").await, Vec::<Value>::new());
    server.finish().await;
}

async fn commands_that_cannot_be(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let fresh = server.register(&road_in_anqiu()).await.ticket;
    let accepted = server.register(&road_in_anqiu()).await.ticket;
    server.act(&accepted, CALL_TAKER, accept()).await;
    let handled = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let field = json!({ "command": "fill-in", "fields": { "heating-mode": { "account-number": caller() } } });
    let nothing = json!({ "command": "fill-in" });
    for (id, actor, command, status, code) in [
        (&fresh, "unit-clerk:370784-ZJ", accept(), 403, "not-entitled"),
        (&fresh, "department-supervisor:WF-ZJ", review(), 403, "not-entitled"),
        (&fresh, DISPATCHER, dispatch("370784-ZJ"), 422, "wrong-state"),
        (&fresh, CALL_TAKER, field, 422, "unknown-field"),
        (&fresh, CALL_TAKER, nothing, 422, "nothing-filled"),
        (&accepted, DISPATCHER, dispatch("370784-XX"), 422, "unknown-unit"),
        (&accepted, DISPATCHER, dispatch("370705-ZJ"), 422, "foreign-unit"),
        (&handled, CALL_TAKER, accept(), 422, "wrong-state"),
        (&handled, FOLLOW_UP, follow_up(true, true), 422, "wrong-state"),
        (&handled, REVIEWER, review(), 422, "wrong-state"),
        (&handled, "unit-clerk:370784-CG", report_back("已修复"), 422, "not-lead"),
        (&handled, "unit-clerk:370784-ZJ", report_back(" "), 422, "words-missing"),
        (&handled, "department-supervisor:WF-CG", supervise("370784-ZJ", "请核实"), 422, "no-copy"),
    ] {
        let before = server.ticket(id).await["version"].clone();
        let answer = Answer::to(server.command(id, actor, &command)).await;
        assert_eq!(answer.refusal(), (status, code.into()), "{command}");
        assert_eq!(server.ticket(id).await["version"], before, "nothing was done: {command}");
    }
    server.finish().await;
}

/// A department's matter is not pushed down to a street (国办函〔2025〕66号).
async fn a_guard_rail_is_named(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = server.register(&road_in_anqiu()).await.ticket;
    server.act(&id, CALL_TAKER, accept()).await;
    let answer = Answer::to(server.command(&id, DISPATCHER, &dispatch("370784-S01"))).await;
    assert_eq!(answer.refusal(), (422, "street-may-not-handle".into()));
    let problem: Value = answer.read();
    assert_eq!(problem["guard_rail"], "G8");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("护栏 G8")), "{problem}");

    let noise = dispatched(&server, &noise("370705", "胜利新村"), "370705-S01").await;
    assert_eq!(server.ticket(&noise).await["state"], "handling", "noise a street may handle");
    server.finish().await;
}

async fn bodies_that_cannot_be_read(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = server.register(&road_in_anqiu()).await.ticket;
    let changed = |name: &str, value: Value| {
        let mut matter = road_in_anqiu();
        matter[name] = value;
        matter.to_string()
    };
    let registrations = [
        String::new(),
        caller(),
        "[]".into(),
        json!({ "caller": { "name": CALLER_NAME, "phone": CALLER_PHONE } }).to_string(),
        changed("matter_kind", caller().into()),
        changed("phone", CALLER_PHONE.into()),
        changed("title", json!({ "text": caller() })),
        changed("caller", json!({ "name": CALLER_NAME, "identity": CALLER_PHONE })),
        changed("place", json!({ "territory": "370784", "door": caller() })),
        format!("{}{}", road_in_anqiu(), caller()),
    ];
    for body in registrations {
        let request = server.post("/v1/tickets").header("chuishao-actor", CALL_TAKER);
        let request = request.header("content-type", "application/json").body(body.clone());
        assert_eq!(Answer::to(request).await.refusal(), (400, "bad-body".into()), "{body}");
    }
    // What the desk, the clock and rules do cannot be asked for from outside.
    for name in ["register", "tick", "propose", "close", "", "周桂兰"] {
        let answer = Answer::to(server.command(&id, CALL_TAKER, &json!({ "command": name }))).await;
        assert_eq!(answer.refusal(), (400, "bad-body".into()), "{name}");
    }
    let with_more = json!({ "command": "dispatch", "lead_unit": "370784-ZJ", "caller": caller() });
    assert_eq!(Answer::to(server.command(&id, DISPATCHER, &with_more)).await.refusal(), (400, "bad-body".into()));
    server.finish().await;
}

async fn a_body_that_is_too_large_is_refused_in_words(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let mut large = road_in_anqiu();
    large["body"] = caller().repeat(4 << 10).into();
    let answer = Answer::to(server.registration(&large)).await;
    assert_eq!(answer.refusal().0, 413);
    server.finish().await;
}

async fn actors_that_nobody_is(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let long = format!("call-taker:{}", "1".repeat(33));
    let nobody = Answer::to(server.post("/v1/tickets").json(&road_in_anqiu())).await;
    assert_eq!(nobody.refusal(), (401, "unauthenticated".into()));
    for actor in
        ["", "call-taker", "call-taker:", "caller:1", "clock:1", "rule:heating-mode", "call-taker:02 31", &long]
    {
        let request = server.post("/v1/tickets").header("chuishao-actor", actor).json(&road_in_anqiu());
        assert_eq!(Answer::to(request).await.refusal(), (400, "bad-request".into()), "{actor}");
    }
    server.finish().await;
}

async fn tickets_that_are_not_there(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = server.register(&road_in_anqiu()).await.ticket.0;
    // One digit misheard: the check digit no longer fits.
    let misheard = id.replace("WF2024", "WF2034");
    let unknown = chuishao_domain::ids::TicketId::new(jiff::civil::date(2024, 6, 24), 1).0;
    for (id, expected) in [
        (misheard.as_str(), (404, "check-digit")),
        ("WF", (400, "bad-request")),
        ("WF20240625000001", (400, "bad-request")),
        ("1%20or%201=1", (400, "bad-request")),
        (unknown.as_str(), (404, "not-found")),
    ] {
        for path in ["", "/timeline", "/decisions", "/decisions/1/replay"] {
            let (status, code) = Answer::to(server.get(&format!("/v1/tickets/{id}{path}"))).await.refusal();
            assert_eq!((status, code.as_str()), expected, "{id}{path}");
        }
    }
    let said: Value = Answer::to(server.get(&format!("/v1/tickets/{misheard}"))).await.read();
    let told = |word: &str| said[word].as_str().expect("text").to_owned();
    assert!(told("detail").contains("校验码对不上") && told("title").contains("check digit"), "{said}");
    // What a list is asked for is not there either, and that is no fault of the question.
    let list = Answer::to(server.get(&format!("/open311/v2/requests.json?service_request_id={misheard}"))).await;
    assert_eq!((list.status, list.read::<Value>()), (200, json!([])));
    for (id, expected) in [(misheard, (404, "check-digit")), (unknown, (404, "no-ticket"))] {
        let (status, code) = Answer::to(server.command(&id.as_str().into(), CALL_TAKER, &accept())).await.refusal();
        assert_eq!((status, code.as_str()), expected, "{id}");
    }
    server.finish().await;
}

async fn addresses_that_are_not_there(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    assert_eq!(Answer::to(server.get("/v2/tickets")).await.refusal(), (404, "not-found".into()));
    assert_eq!(Answer::to(server.post("/v1/rules")).await.refusal(), (405, "method-not-allowed".into()));
    let by_name = server.get(&format!("/v1/tickets?caller={CALLER_PHONE}"));
    assert_eq!(Answer::to(by_name).await.refusal(), (400, "bad-request".into()));
    server.finish().await;
}

async fn an_address_that_is_no_text_is_refused_in_words(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    for path in ["", "/timeline", "/decisions"] {
        let answer = Answer::to(server.get(&format!("/v1/tickets/%FF{path}"))).await;
        assert_eq!(answer.refusal(), (400, "bad-request".into()));
    }
    server.finish().await;
}

/// The clock's body is read by another way than the tickets': what was sent is not repeated.
async fn the_clock_refuses_without_repeating(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    for body in [
        json!({ "to": caller() }),
        json!({ "to": format!("\"{CALLER_PHONE}\"") }),
        json!({ "to": { "name": CALLER_NAME } }),
    ] {
        let (_, code) =
            Answer::to(server.post("/v1/clock").header("chuishao-actor", SYSTEM_ADMIN).json(&body)).await.refusal();
        assert_eq!(code, "bad-body", "{body}");
    }
    let back = Answer::to(
        server.post("/v1/clock").header("chuishao-actor", SYSTEM_ADMIN).json(&json!({ "to": "2024-06-25T09:09" })),
    )
    .await;
    assert_eq!(back.refusal(), (409, "clock-fixed".into()));
    server.finish().await;
}

async fn the_clock_does_not_repeat_a_fields_name(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let body = json!({ caller(): "2024-06-25T10:00" });
    let (_, code) =
        Answer::to(server.post("/v1/clock").header("chuishao-actor", SYSTEM_ADMIN).json(&body)).await.refusal();
    assert_eq!(code, "bad-body");
    server.finish().await;
}

async fn a_character_that_no_database_keeps_is_refused_at_the_door(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    for path in ["/v1/tickets?territory=%00", "/v1/topics/%00", "/open311/v2/requests.json?service_request_id=a%00"] {
        assert_eq!(Answer::to(server.get(path)).await.refusal(), (400, "bad-request".into()), "{path}");
    }
    let mut matter = road_in_anqiu();
    matter["title"] = "a\0b".into();
    assert_eq!(Answer::to(server.registration(&matter)).await.refusal(), (400, "bad-body".into()));
    // The same letters behind a backslash of their own are letters.
    matter["title"] = "a\\u0000b".into();
    assert_eq!(Answer::to(server.registration(&matter)).await.status, 201);
    server.finish().await;
}
