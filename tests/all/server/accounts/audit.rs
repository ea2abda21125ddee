//! The audit log: what stands in it, who reads it, and that nobody changes it.

use super::super::databases::{Raw, on_both};
use super::super::harness::{Answer, TestServer};
use super::super::story::road_in_anqiu;
use super::{CHOSEN, CLOCK, asked, at_work, machine, post, read, read_with, sign_in};
use chuishao_domain::account::audit::{AuditFault, digest};
use chuishao_server::store::Kind;
use chuishao_server::store::address::DatabaseAddress;
use jiff::civil::date;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use tokio::task::JoinSet;

on_both!(
    the_log_tells_who_did_what,
    a_command_and_its_line_are_written_in_one,
    what_was_asked_for_in_vain_stands_in_the_log,
    of_many_at_once_each_has_its_line,
    the_log_is_searched_by_the_auditor_alone,
    the_database_itself_refuses_to_change_the_log,
    what_was_done_to_the_log_past_the_database_shows,
    a_log_that_is_written_anew_does_not_fit_the_seals
);

/// The lines of an answer, the newest first: kind, who, on what.
fn lines(answer: &Answer) -> Vec<(String, String, String)> {
    let log: Value = answer.read();
    let line = |line: &Value| {
        let text = |name: &str| line["entry"][name].as_str().unwrap_or_default().to_owned();
        (text("deed"), text("who"), text("object"))
    };
    log["lines"].as_array().expect("lines").iter().map(line).collect()
}

async fn the_log_tells_who_did_what(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let auditor = at_work(&server, "audit", &["audit-admin"]).await;
    let taker = at_work(&server, "wang.fang", &["call-taker"]).await;
    sign_in(&server, "wang.fang", "Wrong-password-9").await;
    sign_in(&server, "nobody.here", "Wrong-password-9").await;
    assert_eq!(post(&server, "/v1/tickets", &taker, &road_in_anqiu()).await.status, 201);
    assert_eq!(read(&server, "/v1/outbox?secret=in-the-query", &taker).await.status, 403);
    let monitor = machine(&server, "prometheus", &["monitor"]).await;
    assert_eq!(read_with(&server, "/v1/audit", &monitor.word).await.status, 403);

    let answer = read(&server, "/v1/audit", &auditor).await;
    assert!(!answer.text.contains("in-the-query") && !answer.text.contains("nobody.here"), "{}", answer.text);
    let log = lines(&answer);
    let line = |deed: &str, who: &str, object: &str| (deed.to_owned(), who.to_owned(), object.to_owned());
    assert_eq!(
        log[..8],
        [
            line("refused", "prometheus", "GET /v1/audit"),
            line("token-issue", "console:test", "prometheus"),
            line("account", "console:test", "prometheus"),
            line("account", "console:test", "prometheus"),
            line("refused", "wang.fang", "GET /v1/outbox"),
            line("request", "wang.fang", "POST /v1/tickets"),
            line("sign-in-failed", "", ""),
            line("sign-in-failed", "wang.fang", "wang.fang"),
        ]
    );
    assert!(log.contains(&line("password-change", "wang.fang", "wang.fang")), "{log:?}");
    let first: Value = answer.read();
    let request = &first["lines"][5]["entry"];
    assert_eq!((request["post"].as_str(), request["from"].as_str()), (Some("call-taker:0231"), Some("127.0.0.1")));
    // That it was read stands in it, too.
    assert_eq!(lines(&read(&server, "/v1/audit?limit=1", &auditor).await)[0], line("audit-read", "audit", ""));
    server.finish().await;
}

/// Neither is there without the other, and a command waits for one disk sync.
async fn a_command_and_its_line_are_written_in_one(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let taker = at_work(&server, "wang.fang", &["call-taker"]).await;
    let registered = post(&server, "/v1/tickets", &taker, &road_in_anqiu()).await;
    assert_eq!(registered.status, 201, "{registered:?}");
    let id = registered.read::<Value>()["ticket"].as_str().expect("an id").to_owned();
    let accept = json!({ "command": "accept", "unanswered": "来电人不清楚" });
    let path = format!("/v1/tickets/{id}/commands");
    assert_eq!(post(&server, &path, &taker, &accept).await.status, 200);
    let mut raw = Raw::open(server.database()).await;
    assert_eq!(raw.number("select count(*) from audit where deed = 'request'").await, 2);
    if on == Kind::Postgres {
        let together = "select count(distinct a.number) from audit a join event e \
                        on cast(e.xmin as text) = cast(a.xmin as text) where a.deed = 'request'";
        assert_eq!(raw.number(together).await, 2, "each in the transaction of its events");
    }
    // A log that takes nothing: nothing is done that would not stand in it.
    raw.execute(match on {
        Kind::Sqlite => "create trigger log_is_full before insert on audit begin select raise(abort, 'full'); end",
        Kind::Postgres => {
            "create trigger log_is_full before insert on audit for each statement \
             execute function audit_is_only_added_to()"
        }
    })
    .await;
    assert!(post(&server, "/v1/tickets", &taker, &road_in_anqiu()).await.status >= 500);
    assert_eq!(raw.number("select count(*) from ticket").await, 1);
    raw.execute(match on {
        Kind::Sqlite => "drop trigger log_is_full",
        Kind::Postgres => "drop trigger log_is_full on audit",
    })
    .await;
    drop(raw);
    server.finish().await;
}

async fn what_was_asked_for_in_vain_stands_in_the_log(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let auditor = at_work(&server, "audit", &["audit-admin"]).await;
    let taker = at_work(&server, "wang.fang", &["call-taker"]).await;
    assert_eq!(post(&server, "/v1/tickets", &taker, &json!({ "no": "matter" })).await.status, 400);
    let keyed = async || {
        let request = asked(&server, Method::POST, "/v1/tickets", &taker).header("idempotency-key", "once");
        Answer::to(request.json(&road_in_anqiu())).await
    };
    let first: Value = keyed().await.read();
    // Answered again, and done once.
    assert_eq!(keyed().await.read::<Value>(), first);
    let path = format!("/v1/tickets/{}/commands", first["ticket"].as_str().expect("an id"));
    let refused = post(&server, &path, &taker, &json!({ "command": "sign", "unit": "370784-ZJ" })).await;
    assert!((400..500).contains(&refused.status), "{refused:?}");
    let log = lines(&read(&server, "/v1/audit?deed=request", &auditor).await);
    let line = |object: &str| ("request".to_owned(), "wang.fang".to_owned(), object.to_owned());
    let register = line("POST /v1/tickets");
    assert_eq!(log, [line(&format!("POST {path}")), register.clone(), register.clone(), register]);
    server.finish().await;
}

/// They are written by several lanes and in batches; the chain is one.
async fn of_many_at_once_each_has_its_line(on: Kind) {
    const CALLS: usize = 24;
    let server = TestServer::with_accounts(on, CLOCK).await;
    let seats = machine(&server, "seats", &["call-taker"]).await;
    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        let call = super::client().post(server.url("/v1/tickets")).bearer_auth(&seats.word).json(&road_in_anqiu());
        calls.spawn(async move { call.send().await.expect("an answer").status().as_u16() });
    }
    assert_eq!(calls.join_all().await, [201; CALLS]);
    let mut raw = Raw::open(server.database()).await;
    let lines = "select count(*) from audit where deed = 'request' and who = 'seats'";
    assert_eq!(raw.number(lines).await, i64::try_from(CALLS).expect("a number"));
    assert_eq!(server.desk().store.verify_audit().await.expect("the database answers").1, []);
    drop(raw);
    server.finish().await;
}

async fn the_log_is_searched_by_the_auditor_alone(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let auditor = at_work(&server, "audit", &["audit-admin"]).await;
    for (name, post) in [("system", "system-admin"), ("security", "security-admin"), ("office", "hotline-office")] {
        let cookie = at_work(&server, name, &[post]).await;
        for path in ["/v1/audit", "/v1/audit/check"] {
            assert_eq!(read(&server, path, &cookie).await.refusal(), (403, "not-entitled".into()), "{name} {path}");
        }
    }
    let found = async |query: &str| lines(&read(&server, &format!("/v1/audit?{query}"), &auditor).await);
    let of_office = found("who=office").await;
    assert!(of_office.iter().all(|(_, who, _)| who == "office") && of_office.len() == 5, "{of_office:?}");
    assert_eq!(found("who=office&deed=refused").await.len(), 2);
    assert_eq!(found("deed=sign-in-failed").await, []);
    assert_eq!(found("until=2024-06-25T00:00:00Z").await, []);
    assert!(found("from=2024-06-25T00:00:00Z&until=2024-06-26T00:00:00Z").await.len() > 20);
    for wrong in ["deed=nothing", "from=yesterday", "who=a&who=b", "number=1"] {
        let answer = read(&server, &format!("/v1/audit?{wrong}"), &auditor).await;
        assert_eq!(answer.refusal(), (400, "bad-request".into()), "{wrong}");
    }
    // Page by page it is the whole, without a line twice, though reading adds some.
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let page: Value = read(&server, &format!("/v1/audit?limit=7{next}"), &auditor).await.read();
        seen.extend(page["lines"].as_array().expect("lines").iter().filter_map(|line| line["number"].as_u64()));
        let Some(after) = page["next"].as_u64() else { break };
        next = format!("&after={after}");
    }
    let whole: Vec<u64> = (1..=seen[0]).rev().collect();
    assert_eq!(seen, whole);
    let check: Value = read(&server, "/v1/audit/check", &auditor).await.read();
    assert_eq!((&check["whole"], &check["faults"]), (&json!(true), &json!([])));
    assert_eq!(
        super::super::harness::client().delete(server.url("/v1/audit")).send().await.expect("an answer").status(),
        405
    );
    server.finish().await;
}

/// Whether the database carries a statement out.
async fn executes(server: &TestServer, sql: &str) -> bool {
    let mut raw = Raw::open(server.database()).await;
    match &mut raw {
        Raw::Sqlite(raw) => sqlx::query(AssertSqlSafe(sql)).execute(raw).await.is_ok(),
        Raw::Postgres(raw) => sqlx::query(AssertSqlSafe(sql)).execute(raw).await.is_ok(),
    }
}

async fn the_database_itself_refuses_to_change_the_log(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    at_work(&server, "wang.fang", &["call-taker"]).await;
    for sql in [
        "update audit set who = 'somebody' where number = 1",
        "delete from audit where number = 1",
        "delete from audit",
    ] {
        assert!(!executes(&server, sql).await, "{sql}");
    }
    if on == Kind::Postgres {
        assert!(!executes(&server, "truncate audit").await);
    }
    server.finish().await;
}

/// The database with the guard of the log taken away.
async fn unguarded(server: &TestServer) -> Raw {
    let mut raw = Raw::open(server.database()).await;
    match server.database().address {
        DatabaseAddress::Sqlite(_) => {
            raw.execute("drop trigger audit_is_not_changed").await;
            raw.execute("drop trigger audit_is_not_shortened").await;
        }
        DatabaseAddress::Postgres(_) => {
            raw.execute("drop trigger audit_is_not_changed on audit").await;
        }
    }
    raw
}

async fn a_log_that_is_written_anew_does_not_fit_the_seals(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let auditor = at_work(&server, "audit", &["audit-admin"]).await;
    let (store, now) = (&server.desk().store, server.desk().clock.now());
    // The day before may have been sealed by the clock already.
    store.seal_day(date(2024, 6, 25), now).await.expect("it is sealed");
    let seal = store.seals().await.expect("seals").pop().expect("a seal");
    assert!(seal.audit.lines > 0, "{seal:?}");
    let check = read(&server, "/v1/audit/check", &auditor).await.read::<Value>();
    assert_eq!(check["whole"], json!(true));
    let mut raw = unguarded(&server).await;
    let at = |line: &str| format!("select digest from audit where number = {line}");
    assert_eq!(raw.texts(&at(&seal.audit.lines.to_string())).await, [&*seal.audit.head]);
    assert_eq!(raw.texts(&at(&check["lines"].to_string())).await, [check["head"].as_str().expect("a digest")]);

    // Whoever holds the database can write all of it anew, and it is whole again.
    let entries = raw.texts("select entry from audit order by number").await;
    let (mut head, mut count) = (String::new(), 0);
    for entry in entries {
        count += 1;
        let entry = if count == 2 { entry.replace("console:test", "console:nobody") } else { entry };
        head = digest(&head, count, &entry);
        let entry = entry.replace('\'', "''");
        raw.execute(&format!("update audit set entry = '{entry}', digest = '{head}' where number = {count}")).await;
    }
    raw.execute(&format!("update audit_end set head = '{head}'")).await;
    let fault = AuditFault::Sealed { seal: seal.number, lines: seal.audit.lines };
    let faults = store.verify_audit().await.expect("the database answers").1;
    assert!(faults.contains(&fault), "{faults:?}");
    assert!(faults.iter().all(|fault| matches!(fault, AuditFault::Sealed { .. })), "whole in itself: {faults:?}");
    let check = read(&server, "/v1/audit/check", &auditor).await.read::<Value>();
    assert_eq!(check["whole"], json!(false));
    assert!(check["faults"][0].as_str().is_some_and(|fault| fault.contains("封存后被重写")), "{check}");

    // The seal with it does not fit its own digest, which stands elsewhere.
    let anew = "(select a.digest from audit a where a.number = seal.audit_lines)";
    raw.execute(&format!("update seal set audit_head = {anew} where audit_lines > 0")).await;
    assert_eq!(store.verify_audit().await.expect("the database answers").1, []);
    let faults = store.verify(|_| ()).await.expect("the database answers").faults;
    assert!(faults.iter().any(|fault| fault.of.contains("封存第")), "{faults:?}");
    drop(raw);
    server.finish_spoilt().await;
}

async fn what_was_done_to_the_log_past_the_database_shows(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    at_work(&server, "wang.fang", &["call-taker"]).await;
    sign_in(&server, "wang.fang", CHOSEN).await;
    let faults = async || server.desk().store.verify_audit().await.expect("the database answers").1;
    assert_eq!(faults().await, []);
    // Whoever owns the database can take the guard away; the chain stays.
    let mut raw = unguarded(&server).await;
    raw.execute("update audit set entry = replace(entry, 'console:test', 'console:nobody') where number = 2").await;
    assert_eq!(faults().await, [AuditFault::Altered(2)]);
    raw.execute("delete from audit where number = 4").await;
    assert_eq!(faults().await, [AuditFault::Altered(2), AuditFault::Missing { from: 4, to: 4 }]);
    let last = raw.number("select max(number) from audit").await.unsigned_abs();
    raw.execute(&format!("delete from audit where number = {last}")).await;
    assert!(faults().await.contains(&AuditFault::End { written: last, there: last - 1 }));
    drop(raw);
    server.finish_spoilt().await;
}
