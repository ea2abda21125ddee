//! How often one may ask: each account for itself, and strangers by where they come from.

use super::super::databases::TestDatabase;
use super::super::harness::{Answer, client, config};
use super::super::process::chuishao;
use super::CLOCK;
use chuishao_domain::account::rate::{Rate, Rates};
use chuishao_server::accounts::access::Access;
use chuishao_server::server::{Config, start};
use chuishao_server::store::Kind;
use chuishao_server::store::audit::AuditQuery;
use serde_json::json;

/// A bucket that does not fill while a test runs.
const FEW: Rate = Rate { per_second: 0, at_once: 4 };

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_often_waits_and_others_do_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = TestDatabase::new(Kind::Sqlite, folder.path()).await;
    let mut tokens = Vec::new();
    for name in ["one", "two"] {
        let place = ["account", "--database", &database.url];
        let add = ["add", name, "--machine", "--number", name, "--title", "a", "--post", "monitor"];
        assert!(chuishao(&[&place[..], &add].concat()).await.success);
        let issued = chuishao(&[&place[..], &["token", "issue", name, "--title", "a", "--days", "366"]].concat()).await;
        tokens.push(issued.text.lines().last().expect("a token").to_owned());
    }
    let rates = Rates { person: FEW, machine: FEW, stranger: FEW };
    // The tokens were made by the machine's clock.
    let clock = chuishao_server::clock::Clock::System;
    let running =
        start(Config { access: Access::Accounts, rates, clock, ..config(folder.path(), &database.address, CLOCK) });
    let running = running.await.expect("it starts");
    let url = |path: &str| format!("http://{}{path}", running.address);
    let of = async |token: &str| Answer::to(client().get(url("/v1/outbox")).bearer_auth(token)).await.status;
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(of(&tokens[0]).await);
    }
    assert_eq!(statuses, [200, 200, 200, 200, 429, 429]);
    assert_eq!(of(&tokens[1]).await, 200, "another account has a bucket of its own");
    // Guesses and open doors are counted by address.
    assert_eq!((of("guess").await, of("guess").await), (401, 401));
    let guide = async || client().get(url("/")).send().await.expect("an answer");
    assert_eq!((guide().await.status().as_u16(), guide().await.status().as_u16()), (200, 200));
    let late = guide().await;
    assert!(late.headers().contains_key("retry-after"), "{late:?}");
    assert_eq!((late.status().as_u16(), of("guess").await), (429, 429));
    let health = client().get(url("/health")).send().await.expect("an answer");
    assert_eq!(health.status().as_u16(), 200, "whether it lives is always told");
    assert_eq!(of(&tokens[1]).await, 200, "who shows who he is does not wait for strangers");
    running.stop().await;
}

/// A gateway says from where a request came at the end of the last line; whatever is written before that
/// makes nobody another.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_word_of_the_gateway_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = TestDatabase::new(Kind::Sqlite, folder.path()).await;
    let config = config(folder.path(), &database.address, CLOCK);
    let running = start(Config { access: Access::Accounts, behind_gateway: true, ..config }).await.expect("it starts");
    let guess = async |lines: &[&str]| {
        let request = client().post(format!("http://{}/v1/session", running.address));
        let request = lines.iter().fold(request, |request, line| request.header("x-forwarded-for", *line));
        Answer::to(request.json(&json!({ "name": "wang.fang", "password": "Wrong-password-9" }))).await.status
    };
    for number in 1..=5 {
        let (first, before) = (format!("9.9.9.{number}"), format!("8.8.8.{number}, 10.0.0.8"));
        assert_eq!(guess(&[first.as_str(), before.as_str()]).await, 403);
    }
    assert_eq!(guess(&["9.9.9.9", "8.8.8.8, 10.0.0.8"]).await, 429, "the same machine, whatever it writes");
    assert_eq!(guess(&["10.0.0.8"]).await, 429);
    assert_eq!(guess(&["10.0.0.8", "10.0.0.9"]).await, 403, "another machine");
    let query = AuditQuery { limit: 1, ..AuditQuery::default() };
    let last = running.desk.store.audit_page(&query).await.expect("it reads").pop().expect("a line");
    assert_eq!(last.entry.from, "10.0.0.9");
    running.stop().await;
}
