//! How often one may ask: each account for itself, and strangers by where they come from.

use super::super::databases::TestDatabase;
use super::super::harness::{Answer, client, config};
use super::super::process::chuishao;
use super::CLOCK;
use chuishao_domain::account::rate::{Rate, Rates};
use chuishao_server::accounts::access::Access;
use chuishao_server::server::{Config, start};
use chuishao_server::store::Kind;

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
