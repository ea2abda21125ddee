//! Reports over HTTP and on the command line: a small generated city whose figures are counted a
//! second way, from the tickets and their events; and each report the same in every form.

use super::databases::on_both;
use super::harness::{Answer, TestServer, at};
use super::process::chuishao;
use calamine::{Data, Reader, Xlsx};
use chuishao_domain::World;
use chuishao_domain::calendar::civil;
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::side::SideEvent;
use chuishao_domain::ticket::Ticket;
use chuishao_server::store::Kind;
use chuishao_server::store::lists::{Cursor, List, MOST_ROWS};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor as Bytes;

on_both!(
    a_period_is_what_the_tickets_say,
    first_responses_are_what_the_events_say,
    open_tickets_are_stuck_where_they_stand,
    what_comes_up_most_adds_up,
    the_yearly_list_says_what_the_executive_meeting_has,
    a_report_is_the_same_in_every_form,
    what_is_no_report_is_said
);

/// One ticket with its history.
type Life = (Ticket, Vec<Recorded>);

const NOW: &str = "2024-11-20T09:00";

/// A server on an invented city up to some moment, and everything in it.
async fn city(on: Kind) -> (TestServer, Vec<Life>) {
    let mut server = TestServer::start(on, &[], NOW).await;
    server.stop().await;
    let url = server.database().url.clone();
    let said = chuishao(&["generate", "--database", &url, "--tickets", "700", "--seed", "11", "--until", NOW]).await;
    assert!(said.success, "{said:?}");
    server.resume(NOW).await;
    let store = &server.desk().store;
    let (mut lives, mut after) = (Vec::new(), None);
    loop {
        let page = store.page(&List::Newest(None), after.as_ref(), MOST_ROWS).await.expect("it can be read");
        for ticket in page.tickets {
            let history = store.history(&ticket.id).await.expect("it can be read");
            lives.push((ticket, history));
        }
        let Some(next) = page.next else { break };
        after = Some(Cursor::parse(&next).expect("a cursor"));
    }
    assert!(lives.len() > 500, "{}", lives.len());
    (server, lives)
}

/// Those that were received from a day on, before another.
fn received<'a>(lives: &'a [Life], from: &str, until: &str) -> Vec<&'a Life> {
    let (from, until) = (at(&format!("{from}T00:00")), at(&format!("{until}T00:00")));
    let within: Vec<_> = lives.iter().filter(|life| (from..until).contains(&life.0.intake.received_at)).collect();
    assert!(within.len() > 30, "{}", within.len());
    within
}

fn rows(report: &Value, table: usize) -> Vec<Value> {
    report["tables"][table]["rows"].as_array().expect("rows").clone()
}

fn row<'a>(rows: &'a [Value], key: &str, value: &str) -> &'a Value {
    rows.iter().find(|row| row[key] == value).unwrap_or_else(|| panic!("no {key} {value}: {rows:#?}"))
}

fn sum(rows: &[Value], key: &str) -> i64 {
    rows.iter().map(|row| row[key].as_i64().unwrap_or_default()).sum()
}

/// In hundredths of a percentage point, half up.
fn share(part: usize, whole: usize) -> Value {
    if whole == 0 { Value::Null } else { json!((part * 20_000 + whole) / (2 * whole)) }
}

/// The department that reads along by law, from the events.
fn department(history: &[Recorded]) -> String {
    let copies = history.iter().filter_map(|recorded| match &recorded.event {
        Event::Dispatched { copy_to, .. } => Some(copy_to.to_string()),
        _ => None,
    });
    copies.last().unwrap_or_default()
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

/// A row without its id and name.
fn bare(row: &Value) -> Value {
    let mut row = row.as_object().expect("a row").clone();
    row.remove("id");
    row.remove("name");
    row.into()
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

async fn open_tickets_are_stuck_where_they_stand(on: Kind) {
    let (server, lives) = city(on).await;
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
    assert!(places.len() >= 2 && units.len() >= 5, "{places:?}");
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
    server.finish().await;
}

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
    let of_october = |row: &Value| months[&(row["group"].as_str().expect("a code"), 10)];
    assert!(rows(&month, 0).iter().all(|row| row["now"] == json!(of_october(row)) && of_october(row) >= 3));
    assert!(!rows(&month, 0).is_empty());
    server.finish().await;
}

/// The cells of an exported file as they stand in its table, without empty lines.
fn csv_lines(text: &str) -> Vec<Vec<String>> {
    // Nothing in these reports is quoted over a line's end.
    let line = |line: &str| line.split(',').map(|cell| cell.trim_matches('"').to_owned()).collect();
    text.lines().filter(|of| !of.is_empty() && *of != "\"\"").map(line).collect()
}

/// A cell of the API as a spreadsheet shows it.
fn as_text(cell: &Value, decimals: u64) -> String {
    match cell {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        number if decimals == 2 => {
            let number = number.as_i64().expect("a number");
            format!("{}{}.{:02}", if number < 0 { "-" } else { "" }, number.abs() / 100, number.abs() % 100)
        }
        number => number.to_string(),
    }
}

/// The rows of a table of the API as texts, in the order of its columns.
fn as_texts(table: &Value) -> Vec<Vec<String>> {
    let columns = table["columns"].as_array().expect("columns");
    let text = |row: &Value| {
        let cell = |column: &Value| {
            as_text(&row[column["key"].as_str().expect("a key")], column["decimals"].as_u64().expect("digits"))
        };
        columns.iter().map(cell).collect()
    };
    table["rows"].as_array().expect("rows").iter().map(text).collect()
}

fn headings(table: &Value) -> Vec<String> {
    let heading = |column: &Value| match column["unit"].as_str() {
        Some("") | None => column["heading"].as_str().expect("a heading").to_owned(),
        Some(unit) => format!("{}（{unit}）", column["heading"].as_str().expect("a heading")),
    };
    table["columns"].as_array().expect("columns").iter().map(heading).collect()
}

fn sheet(workbook: &mut Xlsx<Bytes<Vec<u8>>>, name: &str, decimals: &[u64]) -> Vec<Vec<String>> {
    let range = workbook.worksheet_range(name).expect("a sheet");
    let cell = |(place, cell): (usize, &Data)| match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Float(number) if decimals[place] == 2 => format!("{number:.2}"),
        Data::Float(number) => format!("{number}"),
        other => panic!("neither words nor a number: {other:?}"),
    };
    range.rows().map(|row| row.iter().enumerate().map(cell).collect()).collect()
}

async fn a_report_is_the_same_in_every_form(on: Kind) {
    let (server, _) = city(on).await;
    for (path, args) in [
        ("period?period=2024-10&by=department", vec!["period", "--period", "2024-10", "--by", "department"]),
        ("high-frequency?period=2024-10", vec!["high-frequency", "--period", "2024-10"]),
        ("first-response?period=2024-10", vec!["first-response", "--period", "2024-10"]),
        ("monthly-list?period=2024-10", vec!["monthly-list", "--period", "2024-10"]),
        ("yearly-list?period=2024", vec!["yearly-list", "--period", "2024"]),
    ] {
        let report: Value = server.read(&format!("/v1/reports/{path}")).await;
        let tables = report["tables"].as_array().expect("tables");

        let csv = Answer::to(server.get(&format!("/v1/reports/{path}&format=csv"))).await;
        assert_eq!(csv.content_type, "text/csv; charset=utf-8");
        assert!(csv.text.starts_with('\u{feff}'), "{}", csv.text);
        let accepted = Answer::to(server.get(&format!("/v1/reports/{path}")).header("accept", "text/csv;q=1")).await;
        assert_eq!(accepted.text, csv.text);
        let found = csv_lines(csv.text.trim_start_matches('\u{feff}'));
        let mut expected = Vec::new();
        for table in tables {
            expected.push(vec![table["name"].as_str().expect("a name").to_owned()]);
            expected.push(headings(table));
            expected.extend(as_texts(table));
        }
        assert_eq!(found[..expected.len()], expected, "{path}");
        let notes = report["notes"].as_array().expect("notes");
        assert_eq!(found.len(), expected.len() + 3 + notes.len());
        assert_eq!(found[expected.len() + 1], ["统计区间", report["period"].as_str().expect("a period")]);

        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        let answer = server.get(&format!("/v1/reports/{path}")).header("accept", kind).send().await.expect("an answer");
        let disposition = answer.headers()["content-disposition"].to_str().expect("ASCII").to_owned();
        assert!(disposition.starts_with("attachment; filename=\"report.xlsx\"; filename*=UTF-8''%"), "{disposition}");
        let bytes = answer.bytes().await.expect("a file").to_vec();
        let mut workbook = Xlsx::new(Bytes::new(bytes)).expect("a workbook");
        for table in tables {
            let decimals = table["columns"].as_array().expect("columns").iter();
            let decimals: Vec<u64> = decimals.map(|column| column["decimals"].as_u64().expect("digits")).collect();
            let cells = sheet(&mut workbook, table["name"].as_str().expect("a name"), &decimals);
            assert_eq!(cells[0], headings(table));
            assert_eq!(cells[1..], as_texts(table), "{path}");
        }
        let remarks = sheet(&mut workbook, "说明", &[0, 0]);
        assert_eq!(remarks.len(), 3 + notes.len());

        // The command line, beside the server: the same but for the moment.
        let (url, file) = (&server.database().url, server.folder().join("report.csv"));
        let file = file.to_str().expect("a path");
        let said = chuishao(&[&["report"], &args[..], &["--database", url, "--csv", file]].concat()).await;
        assert!(said.success, "{said:?}");
        let written = csv_lines(std::fs::read_to_string(file).expect("written").trim_start_matches('\u{feff}'));
        assert_eq!(written[..expected.len()], expected, "{path}");
    }
    server.finish().await;
}

async fn what_is_no_report_is_said(on: Kind) {
    let server = TestServer::start(on, &[], NOW).await;
    for path in [
        "period",
        "period?period=2024-10&from=2024-10-01&to=2024-10-31",
        "period?from=2024-10-01",
        "period?from=2024-13-01&to=2024-10-31",
        "period?period=2024-10&by=street",
        "period?period=2024-10&minutes=5",
        "period?period=2024-10&format=pdf",
        "period?period=2024-10&colour=red",
        "high-frequency?period=2024-10&territory=370000",
        "ageing?period=2024-10",
        "first-response?period=2024-10&minutes=0",
        "first-response?period=2024-10&minutes=10081",
        "monthly-list?period=2024",
        "yearly-list?period=2024-10",
    ] {
        let answer = Answer::to(server.get(&format!("/v1/reports/{path}"))).await;
        assert_eq!(answer.refusal(), (400, "bad-request".into()), "{path}");
    }
    for (path, code) in [
        ("period?period=2024-13", "no-such-period"),
        ("period?from=2024-10-31&to=2024-10-01", "days-reversed"),
        ("period?from=2023-10-31&to=2024-10-31", "days-too-many"),
        ("period?from=1024-10-01&to=1024-10-31", "days-out-of-range"),
    ] {
        let answer = Answer::to(server.get(&format!("/v1/reports/{path}"))).await;
        assert_eq!(answer.refusal(), (422, code.into()), "{path}");
    }
    // In the first days of the first year with a holiday notice, working days before it are unknown.
    let server = server.restart("2024-01-05T09:00").await;
    assert_eq!(Answer::to(server.get("/v1/reports/ageing")).await.refusal(), (409, "no-notice".into()));
    server.finish().await;
}
