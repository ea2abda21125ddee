//! Suggestions to merge over HTTP: while the call is taken and afterwards, the likest first, of
//! open tickets alone; merging stays a person's command.

use super::databases::{Raw, on_both};
use super::harness::{Answer, TestServer};
use super::story::{CALL_TAKER, DISPATCHER, accept, dispatched, handled, matter};
use chuishao_domain::ids::TicketId;
use chuishao_server::store::Kind;
use serde_json::{Value, json};

on_both!(
    the_likest_open_tickets_are_suggested,
    a_call_is_compared_while_it_is_taken,
    what_is_confidential_ended_or_merged_is_not_suggested,
    the_own_estate_is_found_among_very_many,
    an_index_finds_the_candidates
);

/// A burst heating pipe, as one caller tells of it.
fn burst(estate: &str, building: &str, title: &str) -> Value {
    let mut matter = matter("help", "010402", "370705", estate);
    matter["title"] = title.into();
    matter["body"] = "暖气管道爆裂，楼道里都是水。".into();
    matter["place"]["building"] = building.into();
    matter
}

async fn register(server: &TestServer, matter: &Value) -> TicketId {
    server.register(matter).await.ticket
}

async fn suggestions(server: &TestServer, path: &str) -> Vec<Value> {
    let answer: Value = server.read(path).await;
    answer["suggestions"].as_array().expect("a list").clone()
}

async fn of(server: &TestServer, id: &TicketId) -> Vec<String> {
    let found = suggestions(server, &format!("/v1/tickets/{id}/duplicates")).await;
    found.iter().map(|one| one["ticket"].as_str().expect("an id").to_owned()).collect()
}

async fn the_likest_open_tickets_are_suggested(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let same = register(&server, &burst("东方花园小区", "8号楼", "东方花园暖气管道爆裂漏水")).await;
    let next_door = register(&server, &burst("东方花园", "9号楼", "楼道暖气管道漏水")).await;
    register(&server, &burst("胜利新村", "8号楼", "暖气管道爆裂漏水")).await;
    let mut other_matter = matter("complaint", "0301", "370705", "东方花园");
    other_matter["title"] = "东方花园夜间施工噪声".into();
    register(&server, &other_matter).await;
    let mut other_county = burst("东方花园", "8号楼", "东方花园暖气管道爆裂漏水");
    other_county["place"]["territory"] = "370703".into();
    register(&server, &other_county).await;
    server.move_clock("2024-11-06T09:40").await;
    let id = register(&server, &burst("东方花园", "8#楼", "东方花园8号楼暖气管道爆裂")).await;

    let found = suggestions(&server, &format!("/v1/tickets/{id}/duplicates")).await;
    let ids: Vec<&str> = found.iter().map(|one| one["ticket"].as_str().expect("an id")).collect();
    assert_eq!(ids, [same.as_str(), next_door.as_str()], "{found:?}");
    let words = found[0]["explanation"].as_str().expect("words");
    assert!(words.starts_with("同一楼栋、同类、2 小时内、描述相近"), "{words}");
    assert!(found[0]["per_mille"].as_u64() > found[1]["per_mille"].as_u64(), "{found:?}");
    assert_eq!((&found[0]["state"], &found[0]["place"]["building"]), (&json!("待受理"), &json!("8号楼")));
    assert_eq!(
        of(&server, &same).await,
        [id.as_str(), next_door.as_str()],
        "from either side, those that came later too"
    );

    // Suggesting changed nothing; a person merges, and then nothing more is to be merged there.
    assert_eq!(server.ticket(&id).await["version"], 1);
    for ticket in [&same, &id] {
        server.act(ticket, CALL_TAKER, accept()).await;
    }
    server.act(&id, DISPATCHER, json!({ "command": "merge", "into": same, "reason": found[0]["explanation"] })).await;
    assert_eq!(of(&server, &same).await, [next_door.as_str()]);
    server.finish().await;
}

async fn a_call_is_compared_while_it_is_taken(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let known = register(&server, &burst("东方花园", "8号楼", "暖气管道爆裂漏水")).await;
    server.move_clock("2024-11-06T10:30").await;
    let ask = async |query: &str| suggestions(&server, &format!("/v1/tickets/duplicates?{query}")).await;
    let place = "category=010402&territory=370705&estate=东方花园";
    let found = ask(&format!("{place}&title=暖气管道爆裂&body=楼道里都是水")).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["ticket"], known.as_str());
    assert_eq!(ask("category=010402&territory=370705").await, Vec::<Value>::new(), "not enough is known yet");
    assert_eq!(ask("category=010402&territory=370703&estate=东方花园&title=暖气管道爆裂").await, Vec::<Value>::new());
    // Three days later it is another matter.
    server.move_clock("2024-11-09T09:01").await;
    assert_eq!(ask(&format!("{place}&title=暖气管道爆裂&body=楼道里都是水")).await, Vec::<Value>::new());
    for query in ["", "category=010402", "category=9999&territory=370705", "category=010402&territory=1", "q=1"] {
        let answer = Answer::to(server.get(&format!("/v1/tickets/duplicates?{query}"))).await;
        assert_eq!(answer.refusal(), (400, "bad-request".into()), "{query}");
    }
    server.finish().await;
}

async fn what_is_confidential_ended_or_merged_is_not_suggested(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let told = burst("东方花园", "8号楼", "暖气管道爆裂漏水");
    let mut secret = told.clone();
    secret["confidential"] = true.into();
    let secret = register(&server, &secret).await;
    let done = dispatched(&server, &told, "370705-CG").await;
    handled(&server, &done, "370705-CG", true).await;
    let id = register(&server, &told).await;
    assert_eq!(of(&server, &id).await, Vec::<String>::new());
    assert_eq!(of(&server, &secret).await, Vec::<String>::new(), "that a like one exists would tell of it");
    let nowhere = TicketId::new("2024-11-06".parse().expect("a day"), 999);
    let answer = Answer::to(server.get(&format!("/v1/tickets/{nowhere}/duplicates"))).await;
    assert_eq!(answer.refusal(), (404, "not-found".into()));
    server.finish().await;
}

/// A whole district is cold: what is looked at is bounded, and the own estate is among it.
async fn the_own_estate_is_found_among_very_many(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let own = register(&server, &burst("东方花园", "8号楼", "暖气管道爆裂漏水")).await;
    server.move_clock("2024-11-06T09:30").await;
    for number in 0..70 {
        register(&server, &burst(&format!("第{number}小区"), "1号楼", "暖气管道爆裂漏水")).await;
    }
    let id = register(&server, &burst("东方花园", "8号楼", "暖气管道爆裂漏水")).await;
    assert_eq!(of(&server, &id).await.first(), Some(&own.to_string()));
    server.finish().await;
}

/// On a table of any size: no plan reads all of it.
async fn an_index_finds_the_candidates(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let mut raw = Raw::open(server.database()).await;
    let asked = |condition: &str, order: &str| {
        format!(
            "select * from (select ticket_id, street, estate, building, received_at, shingles from matter \
             where territory = '370705' {condition} and received_at >= 1 and received_at <= 2 \
             order by received_at {order} limit 40) as found"
        )
    };
    // Both indexes of categories come in the order that is asked for; which of them is cheaper the
    // database knows when there is something in them.
    let of_category = ["matter_alike", "matter_of_group"];
    for (sql, indexes) in [
        (asked("and category_group = '0104'", "desc"), &of_category[..]),
        (asked("and category_group = '0104'", ""), &of_category[..]),
        (asked("and category_group || '' = '0104' and estate = '东方花园'", "desc"), &["matter_near"][..]),
    ] {
        let plan = match raw {
            Raw::Sqlite(_) => plan(&mut raw, &sql).await,
            Raw::Postgres(_) => {
                raw.execute("set enable_seqscan = off").await;
                raw.texts(&format!("explain {sql}")).await.join("\n")
            }
        };
        assert!(indexes.iter().any(|index| plan.contains(index)), "{plan}");
        assert!(!plan.contains("Sort") && !plan.contains("TEMP B-TREE") && !plan.contains("Seq Scan"), "{plan}");
    }
    server.finish().await;
}

/// SQLite tells its plan in the fourth column.
async fn plan(raw: &mut Raw, sql: &str) -> String {
    let Raw::Sqlite(connection) = raw else { panic!("not SQLite") };
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("explain query plan {sql}"))).fetch_all(connection).await;
    let told = |row: &sqlx::sqlite::SqliteRow| sqlx::Row::get::<String, _>(row, 3);
    rows.expect("a plan").iter().map(told).collect::<Vec<_>>().join("\n")
}
