//! Where open tickets are stuck, seen from the tickets themselves.

use super::super::databases::on_both;
use super::super::harness::{TestServer, at};
use super::super::story::{dispatched, noise, report_back, road_in_anqiu};
use super::{Life, NOW, city, lives, row, rows, sum};
use chuishao_domain::World;
use chuishao_domain::calendar::civil;
use chuishao_domain::event::Event;
use chuishao_domain::ticket::Ticket;
use chuishao_server::store::Kind;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

on_both!(open_tickets_are_stuck_where_they_stand);

/// Since when it stands where it stands, from the history: the last event that moved it.
fn stands_since(life: &Life) -> Timestamp {
    let mut since = life.0.intake.received_at;
    let mut ticket: Option<Ticket> = None;
    for (place, recorded) in life.1.iter().enumerate() {
        let now = chuishao_domain::apply::fold(&life.0.id, &life.1[..=place]).expect("it folds");
        let moved = ticket.as_ref().is_none_or(|before| before.status() != now.status());
        if moved || matches!(recorded.event, Event::Dispatched { .. }) {
            since = recorded.at;
        }
        ticket = Some(now);
    }
    since
}

/// One with a street, one with a city department, one that nobody accepted, one that waits for a
/// ruling, one that waits for a review.
async fn left_lying(server: &TestServer) {
    let street = dispatched(server, &noise("370784", "汶水小区"), "370784-S01").await;
    server.act(&street, "unit-clerk:370784-S01", json!({ "command": "take-up" })).await;
    dispatched(server, &noise("370784", "汶水小区"), "WF-GA").await;
    server.register(&road_in_anqiu()).await;
    let handed_back = dispatched(server, &road_in_anqiu(), "370784-ZJ").await;
    let back = json!({ "command": "ask-hand-back", "ground": "not-our-duty", "reason": "非本单位职责" });
    server.act(&handed_back, "unit-clerk:370784-ZJ", back).await;
    let reported = dispatched(server, &road_in_anqiu(), "370784-ZJ").await;
    server.act(&reported, "unit-clerk:370784-ZJ", report_back("已修复路面")).await;
}

async fn open_tickets_are_stuck_where_they_stand(on: Kind) {
    let (server, _) = city(on).await;
    left_lying(&server).await;
    let lives = lives(&server).await;
    let report: Value = server.read("/v1/reports/ageing").await;
    let world = World::weifang();
    let (mut places, mut units) = (BTreeMap::<&str, i64>::new(), BTreeMap::<String, Vec<&Life>>::new());
    let open = lives.iter().filter(|life| life.0.closed_at().is_none() && life.0.side.is_none());
    for life in open {
        let with_unit = life.0.state == chuishao_domain::ticket::TicketState::Handling && life.0.pending.is_none();
        let place = match life.0.lead_unit().filter(|_| with_unit) {
            Some(unit) => {
                units.entry(unit.to_string()).or_default().push(life);
                match world.catalogue.unit(unit).expect("known").level {
                    chuishao_domain::catalogue::Level::Street => "沉在基层",
                    chuishao_domain::catalogue::Level::County => "卡在县级部门",
                    chuishao_domain::catalogue::Level::City => "卡在市直部门",
                }
            }
            None => "热线办理环节",
        };
        *places.entry(place).or_default() += 1;
    }
    assert!(places.len() == 4 && units.len() >= 4, "{places:?} {units:?}");
    let found = rows(&report, 0);
    assert_eq!(found.len(), 16);
    for place in ["沉在基层", "卡在县级部门", "卡在市直部门", "热线办理环节"] {
        let bands: Vec<Value> = found.iter().filter(|row| row["stuck_at"] == place).cloned().collect();
        assert_eq!(sum(&bands, "open"), places.get(place).copied().unwrap_or_default(), "{place}");
    }
    let holdings = rows(&report, 1);
    assert_eq!(holdings.len(), units.len());
    for (unit, held) in &units {
        let row = row(&holdings, "unit", unit);
        let late = held.iter().filter(|life| life.0.due_at().is_some_and(|due| due < at(NOW))).count();
        let oldest = held.iter().map(|life| stands_since(life)).min().expect("one");
        let expected = json!([held.len(), late, civil(oldest).strftime("%Y-%m-%d %H:%M").to_string()]);
        assert_eq!(json!([row["open"], row["overdue"], row["oldest_since"]]), expected, "{unit}");
    }
    // The places of the territories add up to the city's.
    let mut parts = 0;
    for territory in world.catalogue.territories() {
        let part: Value = server.read(&format!("/v1/reports/ageing?territory={}", territory.id)).await;
        parts += if territory.id.is_city() { 0 } else { sum(&rows(&part, 0), "open") };
    }
    assert_eq!(parts, sum(&found, "open"));
    // Each is shown again for a minute, the city's not as a part's, and not longer.
    let again: Value = server.read("/v1/reports/ageing").await;
    assert_eq!(again, report);
    server.move_clock("2024-11-20T09:02").await;
    let later: Value = server.read("/v1/reports/ageing").await;
    assert_ne!(later["made_at"], report["made_at"]);
    server.finish().await;
}
