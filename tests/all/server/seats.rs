//! Seats over HTTP: each post sees the tickets that are its own, and of them what its work needs.

use super::components::{components, rule};
use super::databases::on_both;
use super::harness::{Answer, TestServer, client};
use super::story::{CALL_TAKER, DISPATCHER, accept, cold_room, dispatch, heating_fields, noise};
use chuishao_domain::ids::TicketId;
use chuishao_server::store::Kind;
use serde_json::{Value, json};

on_both!(each_post_sees_what_it_needs, lists_have_what_the_post_may_see, who_says_no_post_sees_nothing);

const ACCOUNT: &str = "370705-1024";
const COMPANY: &str = "company-seat:WF-GD";
const LAWYER: &str = "legal-seat:0601";
const CLERK: &str = "unit-clerk:370705-CG";
const DEPARTMENT: &str = "department-supervisor:WF-CG";

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
    assert_eq!(list(CLERK, "/v1/tickets?lead_unit=370705-GA").await, [""; 0]);
    let reviewer = get(&server, "knowledge-reviewer:0108", "/v1/tickets").await;
    assert_eq!(reviewer.refusal(), (403, "not-entitled".into()));
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
