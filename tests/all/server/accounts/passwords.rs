//! Passwords: wrong ones, too many of them, and what is no password.

use super::super::databases::on_both;
use super::super::harness::{TestServer, at};
use super::{CHOSEN, CLOCK, asked, at_work, by_console, named, person, post, read, sign_in, sign_in_from};
use chuishao_domain::account::handle::Command;
use chuishao_domain::account::password::{LEAST_CHARS, PHRASE_CHARS};
use chuishao_server::accounts::Secret;
use chuishao_server::store::Kind;
use reqwest::Method;
use serde_json::{Value, json};

on_both!(
    an_unknown_name_and_a_wrong_password_are_told_alike,
    too_many_wrong_ones_make_wait_and_longer_each_time,
    many_guesses_at_once_have_few_answers,
    who_guesses_shuts_out_nobody_else,
    many_addresses_slow_a_name_down_and_shut_nobody_out,
    a_session_counts_its_own_wrong_passwords,
    many_changes_at_once_have_few_answers,
    a_weak_password_is_not_taken,
    a_first_password_that_nobody_uses_is_over,
    the_hint_is_the_rule
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

async fn who_guesses_shuts_out_nobody_else(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    at_work(&server, "wang.fang", &["call-taker"]).await;
    for expected in [403, 403, 403, 403, 403, 429, 429] {
        let signed = sign_in_from(&server, 2, "wang.fang", "Wrong-password-9", "").await;
        assert_eq!((signed.answer.status, signed.set_device.is_none()), (expected, true));
    }
    assert_eq!(sign_in_from(&server, 2, "wang.fang", CHOSEN, "").await.answer.status, 429);
    assert_eq!(sign_in_from(&server, 3, "wang.fang", CHOSEN, "").await.answer.status, 201, "another address");
    assert_eq!(sign_in_from(&server, 2, "wang.fang", CHOSEN, "").await.answer.status, 429, "it still waits");
    server.finish().await;
}

async fn many_addresses_slow_a_name_down_and_shut_nobody_out(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    at_work(&server, "wang.fang", &["call-taker"]).await;
    let signed = sign_in(&server, "wang.fang", CHOSEN).await;
    let set = signed.set_device.as_deref().expect("a cookie");
    for wanted in ["; HttpOnly", "; SameSite=Strict", "; Path=/", "; Max-Age="] {
        assert!(set.contains(wanted), "{set}");
    }
    let device = set.split(';').next().expect("a pair").to_owned();
    for host in 10..15 {
        for _ in 0..4 {
            let wrong = sign_in_from(&server, host, "wang.fang", "Wrong-password-9", "").await;
            assert_eq!(wrong.answer.status, 403);
        }
    }
    assert_eq!(sign_in_from(&server, 20, "wang.fang", "Wrong-password-9", "").await.answer.status, 403);
    let strange = async |host: u8, cookie: &str| sign_in_from(&server, host, "wang.fang", CHOSEN, cookie).await.answer;
    // Whoever is not known waits a little, and a cookie that nobody gave helps nobody.
    assert_eq!(strange(3, "").await.status, 429);
    assert_eq!(strange(3, &format!("chuishao-device={}", "0".repeat(64))).await.status, 429);
    // The browser that signed in before does not wait, from wherever; it is the same one then.
    let known = sign_in_from(&server, 4, "wang.fang", CHOSEN, &device).await;
    assert_eq!(known.answer.status, 201, "{:?}", known.answer);
    assert_eq!(known.set_device.as_deref().and_then(|set| set.split(';').next()), Some(device.as_str()));
    // Its own wrong ones it counts alone.
    for expected in [403, 403, 403, 403, 403, 429] {
        let signed = sign_in_from(&server, 4, "wang.fang", "Wrong-password-9", &device).await;
        assert_eq!(signed.answer.status, expected);
    }
    server.desk().clock.move_to(at("2024-06-25T09:10:15"));
    assert_eq!(strange(3, &device).await.status, 429, "this browser's minute");
    assert_eq!(strange(3, "").await.status, 201, "the name's few seconds are over");
    // To another account the same browser is a stranger.
    at_work(&server, "li.na", &["call-taker"]).await;
    assert_eq!(sign_in_from(&server, 5, "li.na", CHOSEN, &device).await.answer.status, 201);
    server.finish().await;
}

async fn a_session_counts_its_own_wrong_passwords(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let first = at_work(&server, "wang.fang", &["call-taker"]).await;
    let second = super::cookie(&server, "wang.fang", CHOSEN).await;
    let wrong = json!({ "old": "not-this-one-9", "new": "Tf7-kqv0-Wm-vorwärts" });
    for expected in [403, 403, 403, 403, 403, 429] {
        assert_eq!(post(&server, "/v1/session/password", &first, &wrong).await.status, expected);
    }
    assert_eq!(post(&server, "/v1/session/password", &second, &wrong).await.status, 403, "another session");
    assert_eq!(sign_in(&server, "wang.fang", CHOSEN).await.answer.status, 201, "signing in is counted elsewhere");
    server.finish().await;
}

async fn many_changes_at_once_have_few_answers(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let session = at_work(&server, "wang.fang", &["call-taker"]).await;
    let mut guesses = tokio::task::JoinSet::new();
    for number in 0..16 {
        let guess = json!({ "old": format!("Guess-number-{number}"), "new": "Tf7-kqv0-Wm-vorwärts" });
        let request = asked(&server, Method::POST, "/v1/session/password", &session).json(&guess);
        guesses.spawn(async move { request.send().await.expect("an answer").status().as_u16() });
    }
    let answers = guesses.join_all().await;
    let told = answers.iter().filter(|status| **status == 403).count();
    assert_eq!(told, 5, "so many of {answers:?} were told that they were wrong");
    // Not even the right one is looked at then.
    let right = json!({ "old": CHOSEN, "new": "Tf7-kqv0-Wm-vorwärts" });
    assert_eq!(post(&server, "/v1/session/password", &session, &right).await.status, 429);
    server.finish().await;
}

async fn a_first_password_that_nobody_uses_is_over(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let made = person(&server, "wang.fang", &["call-taker"]).await;
    server.desk().clock.move_to(at("2024-07-02T09:09"));
    assert_eq!(sign_in(&server, "wang.fang", &made.word).await.answer.status, 201, "its last minute");
    server.desk().clock.move_to(at("2024-07-02T09:10"));
    let late = sign_in(&server, "wang.fang", &made.word).await;
    assert_eq!(late.answer.refusal(), (403, "sign-in-failed".into()), "told as any wrong one");
    // Another one opens, and what its owner chose is not over.
    let reset =
        by_console(&server, async |keeper| keeper.command(&named("wang.fang"), &Command::ResetPassword {}, None).await);
    let done = reset.await.expect("it is reset");
    let word = done.password.as_ref().map(Secret::expose).expect("a password");
    let first = super::cookie(&server, "wang.fang", word).await;
    let change = json!({ "old": word, "new": CHOSEN });
    assert_eq!(post(&server, "/v1/session/password", &first, &change).await.status, 204);
    server.desk().clock.move_to(at("2024-07-20T09:10"));
    assert_eq!(sign_in(&server, "wang.fang", CHOSEN).await.answer.status, 201);
    server.finish().await;
}

async fn the_hint_is_the_rule(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let taker = at_work(&server, "wang.fang", &["call-taker"]).await;
    let page = read(&server, "/console/password", &taker).await;
    let rule = format!("至少 {LEAST_CHARS} 个字符，不足 {PHRASE_CHARS} 个");
    assert!(page.status == 200 && page.text.contains(&rule), "{page:?}");
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
