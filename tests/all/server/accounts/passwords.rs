//! Passwords: wrong ones, too many of them, and what is no password.

use super::super::databases::on_both;
use super::super::harness::{TestServer, at};
use super::{CHOSEN, CLOCK, at_work, person, post, read, sign_in};
use chuishao_server::store::Kind;
use serde_json::{Value, json};

on_both!(
    an_unknown_name_and_a_wrong_password_are_told_alike,
    too_many_wrong_ones_make_wait_and_longer_each_time,
    many_guesses_at_once_have_few_answers,
    a_weak_password_is_not_taken
);

async fn an_unknown_name_and_a_wrong_password_are_told_alike(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    at_work(&server, "wang.fang", &["call-taker"]).await;
    let mut told: Vec<Vec<(u16, String)>> = Vec::new();
    for name in ["wang.fang", "nobody.here", "not a name!"] {
        let mut answers = Vec::new();
        for _ in 0..7 {
            let signed = sign_in(&server, name, "Wrong-password-9").await;
            assert_eq!(signed.set_cookie, None);
            answers.push((signed.answer.status, signed.answer.text));
        }
        told.push(answers);
    }
    assert_eq!(told[0], told[1], "with all that it says");
    assert_eq!(told[0], told[2]);
    let statuses: Vec<u16> = told[0].iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [403, 403, 403, 403, 403, 429, 429]);
    server.finish().await;
}

async fn too_many_wrong_ones_make_wait_and_longer_each_time(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    at_work(&server, "wang.fang", &["call-taker"]).await;
    let wrong = async || sign_in(&server, "wang.fang", "Wrong-password-9").await.answer.refusal();
    let right = async || sign_in(&server, "wang.fang", CHOSEN).await.answer.status;
    for _ in 0..5 {
        assert_eq!(wrong().await, (403, "sign-in-failed".into()));
    }
    // Not even the right one is looked at, until the minute is over.
    assert_eq!(right().await, 429);
    server.desk().clock.move_to(at("2024-06-25T09:11"));
    assert_eq!(wrong().await, (403, "sign-in-failed".into()));
    server.desk().clock.move_to(at("2024-06-25T09:12"));
    assert_eq!(right().await, 429, "now it is two minutes");
    server.desk().clock.move_to(at("2024-06-25T09:13"));
    assert_eq!(right().await, 201);
    // The right one forgets the wrong ones.
    for _ in 0..4 {
        assert_eq!(wrong().await, (403, "sign-in-failed".into()));
    }
    assert_eq!(right().await, 201);
    server.finish().await;
}

async fn many_guesses_at_once_have_few_answers(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    at_work(&server, "wang.fang", &["call-taker"]).await;
    let guess = |number: u32| {
        let server = &server;
        async move { sign_in(server, "wang.fang", &format!("Guess-number-{number}")).await.answer.status }
    };
    let mut guesses = tokio::task::JoinSet::new();
    // Over the wire at the same moment, as from many machines.
    for number in 0..24 {
        let request = super::client().post(server.url("/v1/session"));
        let request = request.json(&json!({ "name": "wang.fang", "password": format!("Guess-number-{number}") }));
        guesses.spawn(async move { request.send().await.expect("an answer").status().as_u16() });
    }
    let answers = guesses.join_all().await;
    let told = answers.iter().filter(|status| **status == 403).count();
    assert_eq!(told, 5, "so many of {answers:?} were told that they were wrong");
    assert_eq!(guess(99).await, 429);
    server.finish().await;
}

async fn a_weak_password_is_not_taken(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let made = person(&server, "wang.fang", &["call-taker"]).await;
    let first = super::cookie(&server, &made.name, &made.word).await;
    for weak in ["sh0rt-one", "P@ssw0rd2024!", "wang.fang-2024-A", &made.word] {
        let change = json!({ "old": made.word, "new": weak });
        let answer = post(&server, "/v1/session/password", &first, &change).await;
        assert_eq!(answer.refusal(), (422, "weak-password".into()), "{weak}");
        assert!(!answer.text.contains(weak), "it is not repeated");
    }
    let wrong = json!({ "old": "not-this-one-9", "new": CHOSEN });
    assert_eq!(post(&server, "/v1/session/password", &first, &wrong).await.refusal(), (403, "sign-in-failed".into()));
    let own: Value = read(&server, "/v1/session", &first).await.read();
    assert_eq!(own["must_change_password"], true, "nothing of it was taken");
    server.finish().await;
}
