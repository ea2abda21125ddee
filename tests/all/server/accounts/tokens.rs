//! Tokens of machines: shown once, ended by time, by hand, and with their account.

use super::super::databases::on_both;
use super::super::harness::{Answer, TestServer, at};
use super::{CLOCK, asked, at_work, machine, person, post, read, read_with};
use chuishao_server::store::Kind;
use reqwest::Method;
use serde_json::{Value, json};

on_both!(a_token_opens_what_its_post_may, a_token_ends, a_token_is_shown_once_and_for_machines_alone);

async fn a_token_opens_what_its_post_may(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let monitor = machine(&server, "prometheus", &["monitor"]).await;
    assert_eq!(read_with(&server, "/v1/outbox", &monitor.word).await.status, 200);
    assert_eq!(read_with(&server, "/v1/tickets", &monitor.word).await.refusal(), (403, "not-entitled".into()));
    let own: Value = read_with(&server, "/v1/session", &monitor.word).await.read();
    assert_eq!(own["name"], "prometheus");
    let out = super::client().delete(server.url("/v1/session")).bearer_auth(&monitor.word);
    assert_eq!(Answer::to(out).await.refusal(), (409, "no-session".into()));
    server.finish().await;
}

async fn a_token_ends(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let security = at_work(&server, "security", &["security-admin"]).await;
    let system = at_work(&server, "system", &["system-admin"]).await;
    let monitor = machine(&server, "prometheus", &["monitor"]).await;
    let issue = async |days: u16| {
        let body = json!({ "title": "监控", "days": days });
        post(&server, "/v1/accounts/prometheus/tokens", &security, &body).await
    };
    let second: Value = issue(1).await.read();
    let word = second["word"].as_str().expect("a token");
    let works = async |word: &str| read_with(&server, "/v1/outbox", word).await.status;
    assert_eq!((works(word).await, works(&monitor.word).await), (200, 200));
    let path = format!("/v1/accounts/prometheus/tokens/{}", second["token"]["id"].as_str().expect("an id"));
    assert_eq!(Answer::to(asked(&server, Method::DELETE, &path, &security)).await.status, 204);
    assert_eq!((works(word).await, works(&monitor.word).await), (401, 200), "revoked at once");
    assert_eq!(Answer::to(asked(&server, Method::DELETE, &path, &security)).await.refusal(), (404, "no-token".into()));

    let third: Value = issue(1).await.read();
    let third = third["word"].as_str().expect("a token");
    server.desk().clock.move_to(at("2024-06-26T09:09"));
    assert_eq!(works(third).await, 200);
    server.desk().clock.move_to(at("2024-06-26T09:10"));
    assert_eq!((works(third).await, works(&monitor.word).await), (401, 200), "its day is over");

    let system_again = super::cookie(&server, "system", super::CHOSEN).await;
    assert_eq!(read(&server, "/v1/accounts", &system).await.status, 401, "idle since yesterday");
    let disable = json!({ "command": "disable", "reason": "停用监控" });
    assert_eq!(post(&server, "/v1/accounts/prometheus/commands", &system_again, &disable).await.status, 200);
    assert_eq!(works(&monitor.word).await, 401, "with its account");
    server.finish().await;
}

async fn a_token_is_shown_once_and_for_machines_alone(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let security = at_work(&server, "security", &["security-admin"]).await;
    person(&server, "wang.fang", &["call-taker"]).await;
    machine(&server, "channel", &["call-taker"]).await;
    let body = |title: &str, days: u16| json!({ "title": title, "days": days });
    for (name, body, code) in [
        ("wang.fang", body("渠道", 30), "not-a-machine"),
        ("channel", body(" ", 30), "words-missing"),
        ("channel", body("渠道", 0), "out-of-range"),
        ("channel", body("渠道", 367), "out-of-range"),
    ] {
        let answer = post(&server, &format!("/v1/accounts/{name}/tokens"), &security, &body).await;
        assert_eq!(answer.refusal(), (422, code.into()), "{name}");
    }
    let absent = post(&server, "/v1/accounts/nobody/tokens", &security, &body("渠道", 30)).await;
    assert_eq!(absent.refusal(), (404, "no-account".into()));
    let mut words = Vec::new();
    for _ in 0..4 {
        let issued: Value = post(&server, "/v1/accounts/channel/tokens", &security, &body("渠道", 30)).await.read();
        words.push(issued["word"].as_str().expect("a token").to_owned());
    }
    let more = post(&server, "/v1/accounts/channel/tokens", &security, &body("渠道", 30)).await;
    assert_eq!(more.refusal(), (422, "too-many-tokens".into()));
    let list = read(&server, "/v1/accounts/channel/tokens", &security).await;
    assert_eq!(list.read::<Value>()["tokens"].as_array().map(Vec::len), Some(5));
    assert!(words.iter().all(|word| !list.text.contains(word.as_str())));
    server.finish().await;
}
