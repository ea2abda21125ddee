//! The desk over HTTP: a ticket's whole life on two tracks, and many hands on one ticket.

use super::databases::on_both;
use super::harness::{Answer, TestServer, at};
use super::story::{
    CALL_TAKER, DISPATCHER, FOLLOW_UP, REVIEWER, accept, dispatch, dispatched, follow_up, noise, report_back, review,
    road_in_anqiu, supervise,
};
use chuishao_domain::ids::TicketId;
use chuishao_server::desk::Receipt;
use chuishao_server::store::Kind;
use chuishao_server::timeline::LineKind;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::task::JoinSet;

on_both!(
    a_ticket_goes_from_call_to_close_on_two_tracks,
    an_unsatisfied_caller_has_the_ticket_handled_again,
    the_desk_has_its_lists,
    pages_neither_skip_nor_repeat,
    a_command_for_another_version_is_refused,
    many_hands_on_one_ticket_lose_nothing
);

const HANDLING_UNIT: &str = "unit-clerk:370784-ZJ";
const DEPARTMENT: &str = "department-supervisor:WF-ZJ";

/// The first scene of the articles: the county handles, the city's department reads along
/// from the dispatch on and urges.
async fn a_ticket_goes_from_call_to_close_on_two_tracks(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let registered = server.register(&road_in_anqiu()).await;
    assert_eq!((registered.version, registered.state.as_str()), (1, "待受理"));
    let id = registered.ticket;
    server.act(&id, CALL_TAKER, accept()).await;
    server.act(&id, DISPATCHER, dispatch("370784-ZJ")).await;
    server.move_clock("2024-06-25T10:00").await;
    server.act(&id, DEPARTMENT, supervise("370784-ZJ", "请当日核实情况")).await;
    server.act(&id, HANDLING_UNIT, json!({ "command": "take-up" })).await;
    server.act(&id, HANDLING_UNIT, json!({ "command": "record-contact", "words": "约定下午到场" })).await;
    server.act(&id, HANDLING_UNIT, report_back("已联系施工单位修复路面")).await;
    server.act(&id, REVIEWER, review()).await;
    server.move_clock("2024-06-26T09:30").await;
    let closed = server.act(&id, FOLLOW_UP, follow_up(true, true)).await;
    assert_eq!(closed.state, "已办结");

    let ticket = server.ticket(&id).await;
    assert_eq!(
        ticket["copies"],
        json!([{ "reader": "WF-ZJ", "statutory": true }, { "reader": "370784-ZF", "statutory": false }])
    );
    assert_eq!(ticket["version"], closed.version);
    let timeline = server.timeline(&id).await;
    assert_eq!(timeline.0.len() as u64, closed.version, "one line for each event");
    assert_eq!(timeline.line("双向联办").what, "双向联办：主办 安丘市住建局，同时抄送 市住建局、安丘市政府办公室");
    assert_eq!(timeline.line("督促 安丘市住建局").who, "市住建局");
    assert_eq!(timeline.line("督促 安丘市住建局").at, at("2024-06-25T10:00"));
    assert!(timeline.shows("「联系来电人」在时限内完成"));
    assert_eq!(timeline.0.last().map(|line| line.what.as_str()), Some("办结"));
    server.finish().await;
}

/// 28 % of tickets go round more than once.
async fn an_unsatisfied_caller_has_the_ticket_handled_again(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    for (solved, state) in [(false, "办理中"), (true, "已办结")] {
        server.act(&id, HANDLING_UNIT, report_back("已修复")).await;
        server.act(&id, REVIEWER, review()).await;
        let receipt = server.act(&id, FOLLOW_UP, follow_up(solved, true)).await;
        assert_eq!(receipt.state, state);
    }
    assert!(server.timeline(&id).await.shows("第 1 次重办"));
    server.finish().await;
}

async fn the_desk_has_its_lists(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let road = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    server.move_clock("2024-06-25T09:20").await;
    let noise = server.register(&noise("370705", "胜利新村")).await.ticket;
    let ids = async |path: &str| -> Vec<Value> {
        server.tickets(path).await.iter().map(|ticket| ticket["id"].clone()).collect()
    };
    let (road, noise) = (road.as_str(), noise.as_str());
    assert_eq!(ids("/v1/tickets").await, [noise, road], "the newest first");
    assert_eq!(ids("/v1/tickets?territory=370784").await, [road]);
    assert_eq!(ids("/v1/tickets?limit=1").await, [noise]);
    assert_eq!(ids("/v1/tickets?state=registered").await, [noise]);
    assert_eq!(ids("/v1/tickets?state=handling&territory=370784").await, [road]);
    assert_eq!(ids("/v1/tickets?state=handling&territory=370705").await, [""; 0]);
    assert_eq!(ids("/v1/tickets?lead_unit=370784-ZJ").await, [road]);
    assert_eq!(ids("/v1/tickets?copied_to=WF-ZJ").await, [road], "the department reads along");
    assert_eq!(ids("/v1/tickets?copied_to=WF-GA").await, [""; 0]);
    for wrong in ["state=closed-out", "state=lost", "lead_unit=370784-ZJ&state=handling", "after=x", "limit=many"] {
        let answer = Answer::to(server.get(&format!("/v1/tickets?{wrong}"))).await;
        assert_eq!(answer.refusal().0, 400, "{wrong}");
    }
    server.finish().await;
}

/// Page by page every ticket comes once, also while new ones come in.
async fn pages_neither_skip_nor_repeat(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let mut known = Vec::new();
    for number in 0..9 {
        // Several in one moment: the id decides between them.
        if number % 4 == 0 {
            server.move_clock(&format!("2024-06-25T10:0{number}")).await;
        }
        known.push(server.register(&noise("370705", "胜利新村")).await.ticket.to_string());
    }
    known.reverse();
    for (list, in_order) in [("?limit=2", true), ("?limit=2&state=registered", false)] {
        let mut seen: Vec<String> = Vec::new();
        let mut path = format!("/v1/tickets{list}");
        loop {
            let page: Value = server.read(&path).await;
            let ids = page["tickets"].as_array().expect("a list").iter().filter_map(|ticket| ticket["id"].as_str());
            seen.extend(ids.map(str::to_owned));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/v1/tickets{list}&after={next}");
            if in_order {
                server.register(&noise("370704", "凤凰小区")).await;
            }
        }
        if in_order {
            assert_eq!(seen, known);
            // Those that came in meanwhile are newer.
            known.clear();
        }
        let mut once = seen.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), seen.len(), "{list}: {seen:?}");
        assert!(seen.len() >= 9, "{list}: {seen:?}");
    }
    server.finish().await;
}

async fn a_command_for_another_version_is_refused(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = server.register(&road_in_anqiu()).await.ticket;
    let show = Answer::to(server.get(&format!("/v1/tickets/{id}"))).await;
    assert_eq!(show.etag.as_deref(), Some("\"1\""));
    let at_version = async |version: &str, actor: &str, command: Value| {
        Answer::to(server.command(&id, actor, &command).header("if-match", version)).await
    };

    let late = at_version("\"2\"", CALL_TAKER, accept()).await;
    assert_eq!(late.refusal(), (412, "another-version".into()));
    let garbled = at_version("newest", CALL_TAKER, accept()).await;
    assert_eq!(garbled.refusal(), (400, "bad-request".into()));
    assert_eq!(server.ticket(&id).await["version"], 1, "nothing was done");

    let accepted = at_version("\"1\"", CALL_TAKER, accept()).await;
    assert_eq!(accepted.status, 200);
    let version = accepted.read::<Receipt>().version;
    let again = at_version("\"1\"", DISPATCHER, dispatch("370784-ZJ")).await;
    assert_eq!(again.refusal(), (412, "another-version".into()));
    let dispatched = at_version(&format!("\"{version}\""), DISPATCHER, dispatch("370784-ZJ")).await;
    assert_eq!(dispatched.status, 200);
    server.finish().await;
}

/// Who is told that too many act on the ticket tries again, as the message says.
async fn supervised(server: &TestServer, id: &TicketId, words: &str) -> u64 {
    loop {
        let answer = Answer::to(server.command(id, DEPARTMENT, &supervise("370784-ZJ", words))).await;
        if answer.status == 200 {
            return answer.read::<Receipt>().version;
        }
        assert_eq!(answer.refusal(), (409, "contended".into()));
    }
}

async fn many_hands_on_one_ticket_lose_nothing(on: Kind) {
    const HANDS: usize = 32;
    let server = Arc::new(TestServer::start(on, &[], "2024-06-25T09:10").await);
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let before = server.timeline(&id).await.0.len();
    let mut hands = JoinSet::new();
    for hand in 0..HANDS {
        let (server, id) = (server.clone(), id.clone());
        hands.spawn(async move { supervised(&server, &id, &format!("第 {hand} 号意见")).await });
    }
    let versions: BTreeSet<u64> = hands.join_all().await.into_iter().collect();
    assert_eq!(versions.len(), HANDS, "each made a version of its own");

    let timeline = server.timeline(&id).await;
    assert_eq!(timeline.0.len(), before + HANDS);
    for hand in 0..HANDS {
        assert_eq!(timeline.line(&format!("第 {hand} 号意见")).kind, LineKind::Event);
    }
    Arc::into_inner(server).expect("every hand is done").finish().await;
}
