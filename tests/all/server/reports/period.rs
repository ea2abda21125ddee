//! The table of a period and the first responses, counted again from events.

use super::super::databases::on_both;
use super::super::harness::at;
use super::{Life, bare, city, received, row, rows, share};
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::side::SideEvent;
use chuishao_server::store::Kind;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

on_both!(a_period_is_what_the_tickets_say, first_responses_are_what_the_events_say);

/// The department that reads along by law, from the events.
fn department(history: &[Recorded]) -> String {
    let mut copies = history.iter().filter_map(|recorded| match &recorded.event {
        Event::Dispatched { copy_to, .. } => Some(copy_to.to_string()),
        _ => None,
    });
    copies.next_back().unwrap_or_default()
}

/// What a report's row has to say of these lives, counted from their events.
fn counted(lives: &[&Life]) -> Value {
    let calls = |(_, history): &&Life| -> Vec<(Option<bool>, Option<bool>)> {
        let call = |recorded: &Recorded| match &recorded.event {
            Event::FollowedUp { follow_up, .. } if follow_up.reached => Some((follow_up.solved, follow_up.satisfied)),
            _ => None,
        };
        history.iter().filter_map(call).collect()
    };
    let has = |life: &Life, is: fn(&Event) -> bool| life.1.iter().any(|recorded| is(&recorded.event));
    let closed = |life: &Life| life.0.closed_at().is_some();
    let reached: Vec<_> = lives.iter().filter(|life| calls(life).iter().any(|call| call.0.is_some())).collect();
    let reworked = |life: &Life| has(life, |event| matches!(event, Event::Reopened { .. }));
    let first = reached.iter().filter(|life| calls(life)[0].0 == Some(true) && !reworked(life)).count();
    let solved = reached.iter().filter(|life| calls(life).last().is_some_and(|call| call.0 == Some(true))).count();
    let rated: Vec<_> =
        reached.iter().filter(|life| closed(life) && calls(life).last().is_some_and(|call| call.1.is_some())).collect();
    let satisfied = rated.iter().filter(|life| calls(life).last().is_some_and(|call| call.1 == Some(true))).count();
    let handled: Vec<_> = lives.iter().filter(|life| closed(life) && !department(&life.1).is_empty()).collect();
    let late = |life: &Life| {
        let close = chuishao_domain::deadline::DeadlineKind::Close;
        life.1.iter().any(|recorded| matches!(recorded.event, Event::Overdue { kind } if kind == close))
    };
    let in_time = handled.iter().filter(|life| !late(life)).count();
    let back = |event: &Event| matches!(event, Event::HandBackRuled { approved: true, .. });
    let extended = |event: &Event| matches!(event, Event::ExtensionRuled { approved: true, .. });
    json!({
        "received": lives.len(), "followed_up": reached.len(), "first_handling_rate": share(first, reached.len()),
        "resolution_rate": share(solved, reached.len()), "satisfaction_rate": share(satisfied, rated.len()),
        "rated": rated.len(), "closed": handled.len(), "in_time": in_time,
        "on_time_rate": share(in_time, handled.len()), "reworked": lives.iter().filter(|life| reworked(life)).count(),
        "handed_back": lives.iter().filter(|life| has(life, back)).count(),
        "extended": lives.iter().filter(|life| has(life, extended)).count(),
    })
}

async fn a_period_is_what_the_tickets_say(on: Kind) {
    let (server, lives) = city(on).await;
    let autumn = received(&lives, "2024-08-15", "2024-11-16");
    for by in ["territory", "department"] {
        let report: Value = server.read(&format!("/v1/reports/period?from=2024-08-15&to=2024-11-15&by={by}")).await;
        let mut groups: BTreeMap<String, Vec<&Life>> = BTreeMap::new();
        for life in &autumn {
            let id = if by == "territory" { life.0.territory().to_string() } else { department(&life.1) };
            groups.entry(id).or_default().push(life);
        }
        let found = rows(&report, 0);
        let (total, parts) = found.split_last().expect("a total");
        let ids: Vec<_> = parts.iter().map(|row| row["id"].as_str().expect("an id").to_owned()).collect();
        assert_eq!(ids, groups.keys().cloned().collect::<Vec<_>>(), "{by}");
        for (row, lives) in parts.iter().zip(groups.values()) {
            assert_eq!(bare(row), counted(lives), "{by} {row}");
        }
        assert_eq!((&total["name"], bare(total)), (&json!("全市"), counted(&autumn)));
        assert_eq!(report["period"], "2024-08-15 至 2024-11-15");
    }
    // The same months in one word, and the copies by the day on which they were sent.
    let report: Value = server.read("/v1/reports/period?period=2024-10").await;
    let from_to: Value = server.read("/v1/reports/period?from=2024-10-01&to=2024-10-31").await;
    assert_eq!(report, from_to);
    let (from, until) = (at("2024-10-01T00:00"), at("2024-11-01T00:00"));
    let mut sent: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (ticket, history) in &lives {
        let mut seen = BTreeSet::new();
        for recorded in history {
            if let Event::Dispatched { copy_to, .. } = &recorded.event
                && seen.insert(copy_to)
                && (from..until).contains(&recorded.at)
            {
                sent.entry(copy_to.to_string()).or_default().insert(ticket.id.as_str());
            }
        }
    }
    let copies = rows(&report, 1);
    let total = copies.last().expect("a total");
    assert_eq!(total["sent"], json!(sent.values().map(BTreeSet::len).sum::<usize>()));
    for (unit, tickets) in &sent {
        assert_eq!(row(&copies, "id", unit)["sent"], json!(tickets.len()), "{unit}");
    }
    server.finish().await;
}

/// When somebody first spoke with the caller about the matter.
fn response(history: &[Recorded]) -> Option<Timestamp> {
    let spoke = |event: &Event| match event {
        Event::CallerContacted { .. } => true,
        Event::ReportedBack { contacted, .. } => *contacted,
        Event::Side(side) => matches!(side, SideEvent::AnsweredDirectly { .. } | SideEvent::ThreeWayCallHeld { .. }),
        _ => false,
    };
    history.iter().find(|recorded| spoke(&recorded.event)).map(|recorded| recorded.at)
}

async fn first_responses_are_what_the_events_say(on: Kind) {
    let (server, lives) = city(on).await;
    let report: Value = server.read("/v1/reports/first-response?period=2024-Q4&minutes=90").await;
    let quarter = received(&lives, "2024-10-01", "2025-01-01");
    let mut territories: BTreeMap<String, Vec<&Life>> = BTreeMap::new();
    for life in &quarter {
        territories.entry(life.0.territory().to_string()).or_default().push(life);
    }
    territories.insert(String::new(), quarter);
    let found = rows(&report, 0);
    assert_eq!(found.len(), territories.len());
    for (id, lives) in &territories {
        let waited =
            |life: &&&Life| response(&life.1).map(|at| at.duration_since(life.0.intake.received_at).as_secs() / 60);
        let mut minutes: Vec<i64> = lives.iter().filter_map(|life| waited(&life)).collect();
        minutes.sort_unstable();
        let within = |most: i64| share(minutes.iter().filter(|one| **one <= most).count(), minutes.len());
        let median = if minutes.is_empty() { Value::Null } else { json!(minutes[(minutes.len() - 1) / 2]) };
        let expected = json!({
            "answered": minutes.len(), "waiting": lives.len() - minutes.len(), "median": median,
            "within_two_hours": within(120), "within_eight_hours": within(480), "within_a_day": within(1440),
            "within": within(90),
        });
        assert_eq!(bare(row(&found, "id", id)), expected, "{id}");
    }
    assert!(found.iter().any(|row| row["waiting"] != 0) && found.iter().any(|row| row["median"] != Value::Null));
    server.finish().await;
}
