//! What comes up most, the monthly and the yearly list, counted again from tickets.

use super::super::databases::on_both;
use super::super::harness::{Answer, TestServer, at};
use super::{city, received, row, rows, share};
use chuishao_domain::World;
use chuishao_domain::calendar::civil;
use chuishao_server::store::Kind;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

on_both!(
    what_comes_up_most_adds_up,
    the_yearly_list_says_what_the_executive_meeting_has,
    what_was_brought_to_the_executive_meeting_stays_with_its_year
);

async fn what_comes_up_most_adds_up(on: Kind) {
    let (server, lives) = city(on).await;
    let report: Value = server.read("/v1/reports/high-frequency?period=2024-Q3").await;
    let quarter = received(&lives, "2024-07-01", "2024-10-01");
    let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
    quarter.iter().for_each(|life| *groups.entry(life.0.intake.category.group()).or_default() += 1);
    let found = rows(&report, 0);
    let (total, lines) = found.split_last().expect("a total");
    assert_eq!(lines.len(), groups.len());
    for line in lines {
        let count = groups[line["group"].as_str().expect("a code")];
        assert_eq!((&line["now"], &line["share"]), (&json!(count), &share(count, quarter.len())));
        assert_eq!((&line["before"], &line["growth"]), (&json!(0), &Value::Null), "nobody called in 2023");
        assert_eq!(line["remark"], "基数过小");
    }
    assert!(lines.windows(2).all(|two| two[0]["now"].as_i64() >= two[1]["now"].as_i64()), "the largest first");
    assert_eq!(total["now"], json!(quarter.len()));
    let mut parts = 0;
    for territory in World::weifang().catalogue.territories().filter(|territory| !territory.id.is_city()) {
        let path = format!("/v1/reports/high-frequency?period=2024-Q3&territory={}", territory.id);
        let part: Value = server.read(&path).await;
        parts += rows(&part, 0).last().expect("a total")["now"].as_i64().expect("a number");
    }
    assert_eq!(parts, i64::try_from(quarter.len()).expect("few"));
    server.finish().await;
}

async fn the_yearly_list_says_what_the_executive_meeting_has(on: Kind) {
    let (server, lives) = city(on).await;
    let usual: Value = server.read("/v1/reports/yearly-list?period=2024").await;
    assert_eq!(rows(&usual, 0), Vec::<Value>::new(), "a small city has no list by the thresholds of a large one");
    let settings = json!({
        "frequent": { "volume": 3 },
        "hard": { "months": 2, "resolution_below": 10_000, "least_followed_up": 5, "territories": 3 },
    });
    let change = json!({ "settings": settings, "reason": "试运行城市小，门槛相应降低" });
    let changed = server.post("/v1/topics/thresholds").header("chuishao-actor", "hotline-office:0002").json(&change);
    assert_eq!(Answer::to(changed).await.status, 200);

    let mut months: BTreeMap<(&str, i8), usize> = BTreeMap::new();
    let mut reached: BTreeMap<&str, (usize, usize, usize, BTreeSet<&str>)> = BTreeMap::new();
    for (ticket, _) in received(&lives, "2024-01-01", "2025-01-01") {
        let group = ticket.intake.category.group();
        *months.entry((group, civil(ticket.intake.received_at).month())).or_default() += 1;
        let of = reached.entry(group).or_default();
        of.0 += 1;
        of.1 += usize::from(ticket.figures().first_solved.is_some());
        of.2 += usize::from(ticket.figures().solved == Some(true));
        of.3.insert(ticket.territory().as_str());
    }
    let expected: Vec<_> = reached
        .iter()
        .map(|(group, of)| {
            // A monthly list has twenty groups at most, the largest.
            let listed = (1..=12).filter(|month| {
                let Some(own) = months.get(&(group, *month)).filter(|count| **count >= 3) else { return false };
                let larger = |((other, of), count): (&(&str, i8), &usize)| {
                    *of == *month && (count > own || (count == own && other < group))
                };
                months.iter().filter(|entry| larger(*entry)).count() < 20
            });
            (*group, listed.count(), of)
        })
        .filter(|(_, listed, of)| *listed >= 2 && of.1 >= 5 && of.2 < of.1 && of.3.len() >= 3)
        .collect();
    assert!(expected.len() >= 2, "{expected:?}");

    let first = expected[0].0;
    let draft = json!({
        "title": "=老旧管网改造", "rung": "executive-meeting", "origin": { "yearly-list": { "year": 2024 } },
        "subject": { "category": first, "territory": "WF", "place": "" },
        "units": ["WF-CG"], "ticket_count": 12, "reasons": ["全年高频难点"],
    });
    let proposed = server.post("/v1/topics").header("chuishao-actor", "hotline-office:0002").json(&draft);
    let proposed = Answer::to(proposed).await;
    assert_eq!(proposed.status, 201, "{proposed:?}");
    let topic = proposed.read::<Value>()["topic"].as_str().expect("an id").to_owned();

    let list: Value = server.read("/v1/reports/yearly-list?period=2024").await;
    let found = rows(&list, 0);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (group, listed, of) in expected {
        let line = row(&found, "group", group);
        let figures = [&line["volume"], &line["months"], &line["territories"], &line["resolution_rate"]];
        assert_eq!(figures, [&json!(of.0), &json!(listed), &json!(of.3.len()), &share(of.2, of.1)], "{group}");
        let meeting = line["executive_meeting"].as_str().expect("words");
        assert_eq!(meeting != "未提交", group == first);
        assert!(group != first || meeting.contains(&topic) && meeting.contains("=老旧管网改造"), "{meeting}");
    }
    let month: Value = server.read("/v1/reports/monthly-list?period=2024-10").await;
    for report in [&list, &month] {
        assert_eq!(report["tables"][0]["columns"][0]["unit"], "", "a place in a list counts nothing");
    }
    let of_october = |row: &Value| months[&(row["group"].as_str().expect("a code"), 10)];
    assert!(rows(&month, 0).iter().all(|row| row["now"] == json!(of_october(row)) && of_october(row) >= 3));
    assert!(!rows(&month, 0).is_empty());
    server.finish().await;
}

/// It counts when a topic came there, not when it was proposed, and wherever it went from there.
async fn what_was_brought_to_the_executive_meeting_stays_with_its_year(on: Kind) {
    let server = TestServer::start(on, &[], "2024-12-20T09:00").await;
    let done = async |path: &str, actor: &str, body: Value| -> Value {
        let answer = Answer::to(server.post(path).header("chuishao-actor", actor).json(&body)).await;
        assert!(answer.status < 300, "{body}: {answer:?}");
        answer.read()
    };
    let propose = async |rung: &str, place: &str| {
        let draft = json!({
            "title": "老旧管网改造", "rung": rung, "origin": { "yearly-list": { "year": 2024 } },
            "subject": { "category": "0104", "territory": "370705", "place": place },
            "units": ["370705-CG"], "ticket_count": 12, "reasons": ["全年高频难点"],
        });
        let proposed = done("/v1/topics", "hotline-office:0002", draft).await;
        proposed["topic"].as_str().expect("an id").to_owned()
    };
    let act =
        async |id: &str, actor: &str, command: Value| done(&format!("/v1/topics/{id}/commands"), actor, command).await;
    let escalated = async |id: &str, actor: &str, (day, to): (&str, &str)| {
        act(id, actor, json!({ "command": "put-on-agenda", "on": day })).await;
        let attended = json!(["370705-CG", "WF-CG"]);
        act(id, actor, json!({ "command": "record-discussion", "attended": attended, "words": "会商供热保障" })).await;
        act(id, actor, json!({ "command": "escalate", "to": to, "reason": "涉及面广" })).await;
    };
    let december = propose("executive-meeting", "一期").await;
    let climbs = propose("special-study", "二期").await;
    server.move_clock("2025-02-10T09:00").await;
    escalated(&climbs, "hotline-office:0002", ("2025-02-10", "executive-meeting")).await;
    server.move_clock("2025-02-11T09:00").await;
    let higher = propose("executive-meeting", "三期").await;
    escalated(&higher, "government-office:0001", ("2025-02-11", "leading-group")).await;
    let brought = async |since: &str| {
        let topics = server.desk().store.topics_of_executive_meeting(at(since)).await.expect("it can be read");
        topics.into_iter().map(|topic| topic.id.0).collect::<Vec<_>>()
    };
    assert_eq!(brought("2025-01-01T00:00").await, [climbs.clone(), higher.clone()]);
    assert_eq!(brought("2024-01-01T00:00").await, [december, climbs, higher]);
    server.finish().await;
}
