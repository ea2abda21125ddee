//! Figures as they were: a matter counts from when it came in, as what it then was, for the county
//! whose rule asks.

use super::super::databases::{Raw, on_both};
use super::super::harness::TestServer;
use super::super::story::{CALL_TAKER, DISPATCHER, accept, dispatched, matter};
use chuishao_domain::ids::{TerritoryId, TicketId};
use chuishao_domain::rule::manifest::{FactQuery, SameField};
use chuishao_domain::rule::view::FactValue;
use chuishao_domain::ticket::{MatterKind, Ticket};
use chuishao_sandbox::walk::Facts;
use chuishao_server::store::facts::StoreFacts;
use chuishao_server::store::figures_then::{FiguresThen, TicketNumbers};
use chuishao_server::store::{Kind, Store};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::runtime::Handle;

on_both!(figures_are_those_of_the_moment, a_forged_past_is_found);

fn query(same: &[SameField], days: u16, matter_kind: Option<MatterKind>, at_most: u16) -> FactQuery {
    FactQuery { name: "alike".into(), same: same.iter().copied().collect(), days, matter_kind, at_most }
}

fn queries() -> Vec<FactQuery> {
    use SameField::{Building, Category, Estate, Street};
    let mut queries = Vec::new();
    for same in [&[Category][..], &[Estate], &[Category, Estate], &[Category, Estate, Building], &[Street], &[Building]]
    {
        for (days, kind, at_most) in [(1, None, 100), (7, Some(MatterKind::Complaint), 100), (366, None, 2)] {
            queries.push(query(same, days, kind, at_most));
        }
    }
    queries
}

const TERRITORIES: [&str; 3] = ["WF", "370705", "370784"];

/// Every figure that can be asked about a ticket, from a source.
fn all(facts: &dyn Facts, ticket: &Ticket, now: Timestamp) -> Vec<FactValue> {
    let own = ticket.territory().clone();
    let territories = TERRITORIES.map(TerritoryId::from).into_iter().filter(|id| id.is_city() || *id == own);
    let asked = territories.flat_map(|territory| queries().into_iter().map(move |query| (query, territory.clone())));
    asked.map(|(query, territory)| facts.count(&query, &territory, ticket, now)).collect()
}

async fn figures_then(store: &Store) -> FiguresThen {
    let (queries, territories) = (queries(), TERRITORIES.map(TerritoryId::from));
    let asked = queries.iter().flat_map(|query| territories.iter().map(move |territory| (query, territory)));
    let mut figures = FiguresThen::new(asked, SignedDuration::ZERO);
    let mut after = TicketId(String::new());
    loop {
        let matters = store.matters_then(&after, None, (i64::MIN, i64::MAX)).await.expect("the database answers");
        let Some(last) = matters.last() else { break };
        after = last.ticket.clone();
        matters.iter().for_each(|matter| figures.take_in(matter));
    }
    figures.finish();
    figures
}

/// What the desk would have been told, at each moment while things happened, is what is counted
/// afterwards.
async fn figures_are_those_of_the_moment(kind: Kind) {
    let server = TestServer::start(kind, &[], "2024-11-04T09:00").await;
    let store = server.desk().store.clone();
    let mut told: Vec<(Ticket, Timestamp, Vec<FactValue>)> = Vec::new();
    let mut watch = async |ids: &[TicketId], clock: &str| {
        server.move_clock(clock).await;
        let now = super::super::harness::at(clock);
        for id in ids {
            let ticket = store.ticket(id).await.expect("it answers").expect("it is there");
            let (facts, asked) = (StoreFacts::new(store.clone(), Handle::current()), ticket.clone());
            let figures = tokio::task::spawn_blocking(move || all(&facts, &asked, now)).await.expect("it counts");
            told.push((ticket, now, figures));
        }
    };
    let mut ids = Vec::new();
    for (minute, (kind, category, territory, estate)) in [
        ("complaint", "0301", "370705", "虞河花园"),
        ("help", "0301", "370705", "虞河花园"),
        ("complaint", "0301", "370784", "虞河花园"),
        ("complaint", "0104", "370705", ""),
        ("complaint", "0301", "370705", "北海花园"),
    ]
    .into_iter()
    .enumerate()
    {
        watch(&ids, &format!("2024-11-04T09:{:02}", 3 * minute + 1)).await;
        server.move_clock(&format!("2024-11-04T09:{:02}", 3 * minute + 2)).await;
        ids.push(server.register(&matter(kind, category, territory, estate)).await.ticket);
        watch(&ids, &format!("2024-11-04T09:{:02}", 3 * minute + 3)).await;
    }
    let fill_in = |place| json!({ "command": "fill-in", "place": place });
    server.move_clock("2024-11-04T09:55").await;
    server.act(&ids[3], CALL_TAKER, fill_in(json!({ "estate": "虞河花园", "building": "8号楼" }))).await;
    watch(&ids, "2024-11-04T10:00").await;
    server.move_clock("2024-11-04T10:05").await;
    server.act(&ids[0], CALL_TAKER, fill_in(json!({ "building": "8号楼", "street": "东关街道" }))).await;
    watch(&ids, "2024-11-04T10:10").await;
    server.move_clock("2024-11-04T10:15").await;
    server.act(&ids[4], CALL_TAKER, fill_in(json!({ "estate": "虞河花园" }))).await;
    watch(&ids, "2024-11-04T10:20").await;
    server.move_clock("2024-11-04T10:25").await;
    server.act(&ids[3], CALL_TAKER, accept()).await;
    server.act(&ids[3], DISPATCHER, json!({ "command": "reclassify", "category": "0301" })).await;
    watch(&ids, "2024-11-04T10:30").await;
    watch(&ids, "2024-11-05T09:30").await;
    watch(&ids, "2024-11-12T12:00").await;

    let figures = figures_then(&store).await;
    assert!(figures.bytes() > 0);
    let mut different = std::collections::BTreeSet::new();
    for (ticket, now, expected) in &told {
        assert_eq!(all(&figures, ticket, *now), *expected, "{} at {now}", ticket.id);
        different.insert(format!("{expected:?}"));
    }
    assert!(different.len() > 20, "the figures changed on the way: {}", different.len());
    let mut raw = Raw::open(server.database()).await;
    assert_eq!(raw.number("select count(*) from matter_was").await, 4);
    server.finish().await;
}

/// `verify` finds a past that is not what happened.
async fn a_forged_past_is_found(kind: Kind) {
    let server = TestServer::start(kind, &[], "2024-11-04T09:00").await;
    let id = server.register(&matter("complaint", "0301", "370705", "")).await.ticket;
    server.move_clock("2024-11-04T09:10").await;
    let place = json!({ "estate": "虞河花园" });
    server.act(&id, CALL_TAKER, json!({ "command": "fill-in", "place": place })).await;
    dispatched(&server, &matter("complaint", "0301", "370705", "虞河花园"), "370705-ZJ").await;
    let mut raw = Raw::open(server.database()).await;
    let faults = async || server.desk().store.verify(|_| ()).await.expect("it answers").faults;
    assert_eq!(faults().await, []);
    for (forged, mended) in [
        ("update matter_was set estate = '别处'", "update matter_was set estate = ''"),
        ("update matter_was set ticket_id = 'WF0'", &format!("update matter_was set ticket_id = '{id}'")),
    ] {
        assert_eq!(raw.execute(forged).await, 1);
        let found = faults().await;
        assert!(found.iter().any(|fault| fault.of == id.as_str()), "{forged}: {found:?}");
        assert_eq!(raw.execute(mended).await, 1);
    }
    server.finish().await;
}

#[test]
fn a_ticket_has_a_number_and_a_number_a_ticket() {
    let mut numbers = TicketNumbers::default();
    let ids = ["WF20240625000042-4", "WF20240625000043-4", "", "WF", "甲-1", "WF00010101000001-9"].map(TicketId::from);
    let given: Vec<u64> = ids.iter().map(|id| numbers.number(id)).collect();
    let again: Vec<u64> = ids.iter().map(|id| numbers.number(id)).collect();
    assert_eq!(given, again);
    for (id, number) in ids.iter().zip(&given) {
        assert_eq!(numbers.id(*number).as_ref(), Some(id));
    }
    let large = TicketId::new(jiff::civil::date(2024, 6, 25), 12_345_678);
    let number = numbers.number(&large);
    assert_eq!(numbers.id(number), Some(large));
}
