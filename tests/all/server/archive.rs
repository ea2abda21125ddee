//! What is old: the records of tickets closed long ago are archived and read as before;
//! answers and messages that have served their purpose go, no others.

use super::components::{components, rule};
use super::databases::{Raw, on_both};
use super::harness::{Answer, TestServer, at};
use super::process::chuishao;
use super::story::{CALL_TAKER, DISPATCHER, accept, dispatch, dispatched, handled, matter, road_in_anqiu};
use chuishao_domain::ids::TicketId;
use chuishao_server::desk::Receipt;
use chuishao_server::housekeeping::clean;
use chuishao_server::store::Kind;
use chuishao_server::store::archive::Archived;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

on_both!(
    an_archived_ticket_reads_as_before,
    the_binary_archives_what_was_closed_long_ago,
    a_tampered_record_stays_and_is_named,
    a_record_that_cannot_be_read_stays_and_is_named,
    answers_are_kept_for_a_week,
    delivered_messages_go_after_a_month,
    housekeeping_archives_when_it_is_told_to
);

/// A server with a rule, so that there are decisions, and what was closed on it in June, in July.
async fn with_closed_tickets(on: Kind, count: usize) -> (TestServer, Vec<TicketId>) {
    let server = TestServer::start(on, &[rule(&components().overreach, "370703")], "2024-06-25T09:10").await;
    let mut closed = Vec::new();
    for _ in 0..count {
        let id = dispatched(&server, &matter("complaint", "0601", "370703", "北海花园"), "370703-CG").await;
        handled(&server, &id, "370703-CG", true).await;
        assert_eq!(server.decisions(&id).await.len(), 1, "the rule was asked");
        closed.push(id);
    }
    // A week later nothing moves a closed ticket any more.
    server.move_clock("2024-07-03T09:00").await;
    (server, closed)
}

/// Archives what was closed before July.
async fn archive(server: &TestServer) -> Archived {
    server.desk().store.archive(at("2024-07-01T00:00"), at("2025-08-01T09:00")).await.expect("the database answers")
}

/// Everything that anybody can read of a ticket, as it is sent.
async fn read_all(server: &TestServer, id: &TicketId) -> Vec<String> {
    let mut all = Vec::new();
    for path in ["", "/timeline", "/decisions"] {
        let answer = Answer::to(server.get(&format!("/v1/tickets/{id}{path}"))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        all.push(answer.text);
    }
    let store = &server.desk().store;
    all.push(format!("{:?}", store.history(id).await.expect("it can be read")));
    all.push(format!("{:?}", store.decisions(id).await.expect("they can be read")));
    all
}

/// Rows of events, of decisions and of the archive that a ticket has.
async fn rows_of(raw: &mut Raw, id: &TicketId) -> [i64; 3] {
    let mut rows = [0; 3];
    for (place, table) in ["event", "decision", "archive"].into_iter().enumerate() {
        rows[place] = raw.number(&format!("select count(*) from {table} where ticket_id = '{id}'")).await;
    }
    rows
}

async fn an_archived_ticket_reads_as_before(on: Kind) {
    let (server, closed) = with_closed_tickets(on, 3).await;
    let open = dispatched(&server, &matter("complaint", "0601", "370703", "北海花园"), "370703-CG").await;
    server.move_clock("2024-07-03T09:10").await;
    let late = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    handled(&server, &late, "370784-ZJ", true).await;
    let mut before = Vec::new();
    for id in closed.iter().chain([&open, &late]) {
        before.push(read_all(&server, id).await);
    }

    let done = archive(&server).await;
    assert_eq!((done.moved, done.unequal), (3, vec![]));
    let mut raw = Raw::open(server.database()).await;
    for (id, before) in closed.iter().chain([&open, &late]).zip(&before) {
        assert_eq!(read_all(&server, id).await, *before, "byte for byte");
        let [events, decisions, archive] = rows_of(&mut raw, id).await;
        let archived = closed.contains(id);
        assert_eq!((events == 0, archive == 1), (archived, archived), "{id}");
        assert!(decisions == 0 || !archived, "{id}");
    }
    assert_eq!(archive(&server).await.moved, 0, "once is enough");
    let verified = server.desk().store.verify(|_| ()).await.expect("it can be read");
    assert_eq!((verified.tickets, verified.archived), (5, 3));
    assert_eq!(server.tickets("/v1/tickets").await.len(), 5, "the lists have it too");
    server.finish().await;
}

async fn the_binary_archives_what_was_closed_long_ago(on: Kind) {
    let (mut server, closed) = with_closed_tickets(on, 2).await;
    let before = read_all(&server, &closed[0]).await;
    let url = server.database().url.clone();
    server.stop().await;
    for moved in ["已归档 2 件", "已归档 0 件"] {
        let said = chuishao(&["archive", "--database", &url]).await;
        assert!(said.success && said.text.contains(moved), "{said:?}");
    }
    server.resume("2024-07-03T09:30").await;
    assert_eq!(read_all(&server, &closed[0]).await, before);
    let said = chuishao(&["verify", "--database", &url]).await;
    assert!(said.success && said.text.contains("核对 2 件工单（其中归档 2）"), "{said:?}");
    server.finish().await;
}

async fn a_tampered_record_stays_and_is_named(on: Kind) {
    let (server, closed) = with_closed_tickets(on, 3).await;
    let mut raw = Raw::open(server.database()).await;
    let change = "update event set document = replace(document, '来电反映的问题', '另一个问题') where ticket_id = ";
    assert!(raw.execute(&format!("{change}'{}'", closed[1])).await > 0);
    let done = archive(&server).await;
    assert_eq!((done.moved, done.unequal), (2, vec![closed[1].clone()]));
    assert!(rows_of(&mut raw, &closed[1]).await[0] > 0, "its events are where they were");
    assert_eq!(rows_of(&mut raw, &closed[2]).await[2], 1, "those behind it are archived");
    server.finish_spoilt().await;
}

/// One that is broken must not keep all others out of the archive for ever.
async fn a_record_that_cannot_be_read_stays_and_is_named(on: Kind) {
    let (server, closed) = with_closed_tickets(on, 4).await;
    let mut raw = Raw::open(server.database()).await;
    let (event, ticket) = (&closed[1], &closed[2]);
    raw.execute(&format!("update event set document = '{{' where ticket_id = '{event}' and sequence = 2")).await;
    raw.execute(&format!("update ticket set document = '{{' where id = '{ticket}'")).await;
    let done = server.desk().store.archive(at("2024-07-01T00:00"), at("2025-08-01T09:00")).await;
    let done = done.expect("what cannot be read is no failure of the database");
    assert_eq!((done.moved, done.unequal), (2, vec![event.clone(), ticket.clone()]));
    server.finish_spoilt().await;
}

/// Registers under a key.
async fn under(server: &TestServer, key: &str) -> Receipt {
    let request = server.registration(&road_in_anqiu()).header("idempotency-key", key);
    Answer::to(request).await.read()
}

async fn answers_are_kept_for_a_week(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let old = under(&server, "old").await;
    server.move_clock("2024-07-02T09:00").await;
    let young = under(&server, "young").await;
    clean(server.desk(), None).await.expect("it is cleaned");
    assert_eq!(under(&server, "old").await, old, "within the week");

    server.move_clock("2024-07-02T09:11").await;
    clean(server.desk(), None).await.expect("it is cleaned");
    assert_eq!(under(&server, "young").await, young);
    assert_ne!(under(&server, "old").await.ticket, old.ticket, "after a week it is another call");
    assert_eq!(server.tickets("/v1/tickets").await.len(), 3);
    server.finish().await;
}

/// Messages are delivered by the machine's own time. What nobody took yet waits as long as it
/// must.
async fn delivered_messages_go_after_a_month(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    for _ in 0..3 {
        dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    }
    let mut raw = Raw::open(server.database()).await;
    let ids = raw.texts("select id from outbox order by id").await;
    assert_eq!(ids.len(), 9);
    for (id, hours_ago) in ids.iter().zip([31 * 24, 30 * 24 + 1, 30 * 24 - 1, 1]) {
        let at = Timestamp::now().checked_sub(hours_ago.hours()).expect("in range").as_millisecond();
        raw.execute(&format!("update outbox set delivered_at = {at} where id = '{id}'")).await;
    }
    clean(server.desk(), None).await.expect("it is cleaned");
    assert_eq!(raw.texts("select id from outbox order by id").await, ids[2..]);
    assert_eq!(server.read::<Value>("/v1/outbox").await, json!({ "waiting": 5, "delivered": 2 }));
    server.finish().await;
}

async fn housekeeping_archives_when_it_is_told_to(on: Kind) {
    let (server, closed) = with_closed_tickets(on, 1).await;
    let open = server.register(&road_in_anqiu()).await.ticket;
    server.act(&open, CALL_TAKER, accept()).await;
    server.act(&open, DISPATCHER, dispatch("370784-ZJ")).await;
    let archived = async || server.desk().store.verify(|_| ()).await.expect("it can be read").archived;
    server.move_clock("2024-07-24T09:00").await;
    clean(server.desk(), Some(30)).await.expect("it is cleaned");
    assert_eq!(archived().await, 0, "not yet thirty days");
    server.move_clock("2024-07-26T09:00").await;
    clean(server.desk(), None).await.expect("it is cleaned");
    assert_eq!(archived().await, 0, "nobody asked for it");
    clean(server.desk(), Some(30)).await.expect("it is cleaned");
    assert_eq!(archived().await, closed.len() as u64);
    server.finish().await;
}
