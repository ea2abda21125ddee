//! Seats over HTTP: each post sees the tickets that are its own, and of them what its work needs.

use super::components::{components, rule};
use super::databases::on_both;
use super::harness::{Answer, TestServer, client};
use super::story::{
    CALL_TAKER, DISPATCHER, accept, cold_room, dispatch, dispatched, heating_fields, noise, road_in_anqiu,
};
use chuishao_domain::ids::TicketId;
use chuishao_server::store::Kind;
use serde_json::{Value, json};

on_both!(
    each_post_sees_what_it_needs,
    lists_have_what_the_post_may_see,
    a_cursor_tells_of_nothing_that_is_not_seen,
    a_cursor_of_topics_tells_of_nothing_that_is_not_seen,
    who_says_no_post_sees_nothing
);

const ACCOUNT: &str = "370705-1024";
const COMPANY: &str = "company-seat:WF-GD";
const LAWYER: &str = "legal-seat:0601";
const CLERK: &str = "unit-clerk:370705-CG";
const DEPARTMENT: &str = "department-supervisor:WF-CG";
const POLICE: &str = "unit-clerk:370705-GA";

/// Of each of four things whether it stands in the answer; `None` where there is no answer.
type Seen = [Option<bool>; 4];

async fn get(server: &TestServer, actor: &str, path: &str) -> Answer {
    Answer::to(server.get(path).header("chuishao-actor", actor)).await
}

/// A cold room that is being handled; the call taker wrote down what a neighbour is called.
async fn cold(server: &TestServer, confidential: bool) -> TicketId {
    let mut matter = cold_room();
    matter["confidential"] = confidential.into();
    matter["body"] = "暖气片一半是凉的，邻居联系人是郭玉珍，电话13900005678。".into();
    let id = server.register(&matter).await.ticket;
    server.act(&id, CALL_TAKER, heating_fields("8号楼", ACCOUNT, false)).await;
    server.act(&id, CALL_TAKER, accept()).await;
    server.act(&id, DISPATCHER, dispatch("370705-CG")).await;
    id
}

async fn each_post_sees_what_it_needs(on: Kind) {
    let server = TestServer::start(on, &[rule(&components().heating, "WF")], "2024-11-06T09:00").await;
    let (plain, secret) = (cold(&server, false).await, cold(&server, true).await);
    let words = json!({ "command": "record-contact", "words": "已联系，约13900005678下午上门" });
    for id in [&plain, &secret] {
        server.act(id, CLERK, words.clone()).await;
    }
    // Of each ticket: the neighbour's number, the household's account, the history, the decisions.
    let nothing = [None; 4];
    let table: [(&str, Seen, Seen); 9] = [
        (CALL_TAKER, [Some(true); 4], [Some(true); 4]),
        ("hotline-office:0002", [Some(true); 4], [Some(true); 4]),
        (CLERK, [Some(true), Some(true), Some(true), None], [Some(false), Some(false), Some(false), None]),
        (DEPARTMENT, [Some(true), Some(false), Some(true), None], [Some(false), Some(false), Some(false), None]),
        (
            "city-leader:0001",
            [Some(true), Some(false), Some(true), None],
            [Some(false), Some(false), Some(false), None],
        ),
        (LAWYER, [Some(false), Some(false), None, None], nothing),
        (COMPANY, [Some(false), Some(true), None, None], nothing),
        ("unit-clerk:370784-ZJ", nothing, nothing),
        ("enterprise-seat:0501", nothing, nothing),
    ];
    for (actor, of_plain, of_secret) in table {
        for (id, expected) in [(&plain, of_plain), (&secret, of_secret)] {
            let path = format!("/v1/tickets/{id}");
            let ticket = get(&server, actor, &path).await;
            let timeline = get(&server, actor, &format!("{path}/timeline")).await;
            let decisions = get(&server, actor, &format!("{path}/decisions")).await;
            let has = |answer: &Answer, what: &str| (answer.status == 200).then(|| answer.text.contains(what));
            let seen = [
                has(&ticket, "13900005678"),
                has(&ticket, ACCOUNT),
                has(&timeline, "13900005678"),
                has(&decisions, "heating-mode"),
            ];
            assert_eq!(seen, expected, "{actor} {id} {ticket:?}");
            for refused in [&ticket, &timeline, &decisions].into_iter().filter(|answer| answer.status != 200) {
                assert_eq!(refused.refusal(), (403, "not-entitled".into()), "{actor}");
            }
        }
    }
    let duplicates = format!("/v1/tickets/{plain}/duplicates");
    assert_eq!(get(&server, CALL_TAKER, &duplicates).await.status, 200);
    assert_eq!(get(&server, CLERK, &duplicates).await.refusal(), (403, "not-entitled".into()));
    let call = "/v1/tickets/duplicates?category=0104&territory=370705";
    assert_eq!(get(&server, LAWYER, call).await.refusal(), (403, "not-entitled".into()));
    server.finish().await;
}

async fn lists_have_what_the_post_may_see(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let cold = server.register(&cold_room()).await.ticket;
    let loud = server.register(&noise("370705", "胜利新村")).await.ticket;
    server.act(&loud, CALL_TAKER, accept()).await;
    server.act(&loud, DISPATCHER, dispatch("370705-GA")).await;
    let list = async |actor: &str, list: &str| {
        let page: Value = get(&server, actor, list).await.read();
        let tickets = page["tickets"].as_array().expect("a list").clone();
        tickets.iter().map(|ticket| ticket["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    let (cold, loud) = (cold.to_string(), loud.to_string());
    assert_eq!(list(CALL_TAKER, "/v1/tickets").await, [loud.clone(), cold.clone()]);
    assert_eq!(list(COMPANY, "/v1/tickets").await, [cold]);
    assert_eq!(list("unit-clerk:370705-GA", "/v1/tickets?lead_unit=370705-GA").await, [loud]);
    assert_eq!(list(CLERK, "/v1/tickets?territory=370705").await, [""; 0]);
    assert_eq!(list(CLERK, "/v1/tickets?state=handling").await, [""; 0]);
    // Nobody asks for another's: not even whether there is anything.
    for (actor, asked) in [
        (CLERK, "lead_unit=370705-GA"),
        (CLERK, "copied_to=WF-GA"),
        (CLERK, "territory=370784"),
        (CLERK, "state=handling&territory=370784"),
        (CLERK, "retired_lead=true"),
        (DEPARTMENT, "copied_to=WF-GA"),
        (DEPARTMENT, "territory=370705"),
        (COMPANY, "lead_unit=370705-GA"),
    ] {
        let answer = get(&server, actor, &format!("/v1/tickets?{asked}")).await;
        assert_eq!(answer.refusal(), (403, "not-entitled".into()), "{actor} {asked}");
    }
    let reviewer = get(&server, "knowledge-reviewer:0108", "/v1/tickets").await;
    assert_eq!(reviewer.refusal(), (403, "not-entitled".into()));
    server.finish().await;
}

/// All pages of a list, one row each: what stood there and where the next one began.
async fn one_by_one(server: &TestServer, actor: &str, list: &str, of: &str) -> (Vec<String>, Vec<String>) {
    let (mut ids, mut cursors, mut after) = (Vec::new(), Vec::new(), String::new());
    loop {
        let page: Value = get(server, actor, &format!("{list}limit=1{after}")).await.read();
        let found = page[of].as_array().expect("a list").iter().filter_map(|one| one["id"].as_str());
        ids.extend(found.map(str::to_owned));
        let Some(next) = page["next"].as_str() else { return (ids, cursors) };
        cursors.push(next.split_once('.').expect("a cursor").1.to_owned());
        after = format!("&after={next}");
    }
}

async fn a_cursor_tells_of_nothing_that_is_not_seen(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let mut own = Vec::new();
    for number in 0..5 {
        if number % 2 == 0 {
            dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
        } else {
            own.push(dispatched(&server, &noise("370705", "胜利新村"), "370705-GA").await.to_string());
        }
    }
    own.sort();
    for list in ["/v1/tickets?", "/v1/tickets?state=handling&", "/v1/tickets?territory=370705&"] {
        let (mut ids, cursors) = one_by_one(&server, POLICE, list, "tickets").await;
        ids.sort();
        assert_eq!(ids, own, "{list}");
        assert!(cursors.iter().all(|of| own.contains(of)), "{list} {cursors:?}");
        // Nobody has a page that says that there is more where nothing is his.
        let none = get(&server, "unit-clerk:370705-ZJ", &format!("{list}limit=1")).await.read::<Value>();
        assert_eq!((&none["tickets"], &none["next"]), (&json!([]), &Value::Null), "{list}");
    }
    let (all, _) = one_by_one(&server, CALL_TAKER, "/v1/tickets?", "tickets").await;
    assert_eq!(all.len(), 5);
    server.finish().await;
}

async fn a_cursor_of_topics_tells_of_nothing_that_is_not_seen(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let mut own = Vec::new();
    for (place, unit) in
        [("甲小区", "370705-CG"), ("乙小区", "370705-GA"), ("丙小区", "370705-CG"), ("丁小区", "370705-GA")]
    {
        let topic = json!({
            "title": format!("{place}冬季供热不热"), "rung": "daily-discussion", "origin": "suggested",
            "subject": { "category": "0104", "territory": "370705", "place": place },
            "units": [unit], "ticket_count": 12, "reasons": ["三日内同一小区诉求 12 件"],
        });
        let request = server.post("/v1/topics").header("chuishao-actor", "hotline-office:0002").json(&topic);
        let answer = Answer::to(request).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        if unit == "370705-CG" {
            own.push(answer.read::<Value>()["topic"].as_str().expect("an id").to_owned());
        }
    }
    own.sort();
    let (mut ids, cursors) = one_by_one(&server, CLERK, "/v1/topics?", "topics").await;
    ids.sort();
    assert_eq!(ids, own);
    assert!(cursors.iter().all(|of| own.contains(of)), "{cursors:?}");
    server.finish().await;
}

async fn who_says_no_post_sees_nothing(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let id = server.register(&cold_room()).await.ticket;
    let base = server.post("").build().expect("a request").url().clone();
    for path in ["/v1/tickets".to_owned(), format!("/v1/tickets/{id}"), format!("/v1/tickets/{id}/timeline")] {
        let answer = Answer::to(client().get(base.join(&path).expect("an address"))).await;
        assert_eq!(answer.refusal(), (401, "unauthenticated".into()), "{path}");
    }
    server.finish().await;
}
