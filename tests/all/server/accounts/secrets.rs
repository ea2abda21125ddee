//! What opens something stands nowhere: not in the database, a log, an answer or what a program
//! prints of itself. The test plants words and searches for them.

use super::super::databases::{Raw, TestDatabase, on_both};
use super::super::harness::{Answer, client};
use super::super::process::{ServerProcess, chuishao, serve_command};
use super::CHOSEN;
use chuishao_server::accounts::Secret;
use chuishao_server::store::Kind;
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;

on_both!(what_opens_something_stands_nowhere);

const WRONG: &str = "Planted-wrong-password-77";
const TYPED_AS_NAME: &str = "planted-password-typed-as-a-name-78";
const CLIENT_SECRET: &str = "planted-secret-of-a-client-79";
const WEAK: &str = "Planted1Planted1";

/// Every text of every row.
async fn all_rows(database: &TestDatabase) -> String {
    let mut raw = Raw::open(database).await;
    let mut all = Vec::new();
    for rows in [
        "select document || password from account",
        "select digest || account from session",
        "select id || digest || account || title from token",
        "select counter from sign_in_failure",
        "select digest || wanted from sign_in_attempt",
        "select digest || account from device",
        "select who || entry || digest from audit",
    ] {
        all.extend(raw.texts(rows).await);
    }
    all.join("\n")
}

async fn what_opens_something_stands_nowhere(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut database = TestDatabase::new(on, folder.path()).await;
    let account = async |args: &[&str]| {
        let data = folder.path().to_str().expect("UTF-8");
        let all = [&["account", "--database", &database.url, "--data", data], args].concat();
        chuishao(&all).await
    };
    let word = |said: &str| said.lines().last().unwrap_or_default().rsplit('：').next().unwrap_or_default().to_owned();
    let add = ["add", "wang.fang", "--number", "0231", "--title", "王芳", "--post", "call-taker"];
    let said = account(&add).await;
    assert!(said.success, "{}", said.text);
    let line = said.text.lines().find(|line| line.contains("初始密码")).expect("a password");
    let first = word(line);
    let add = ["add", "prometheus", "--machine", "--number", "m1", "--title", "监控", "--post", "monitor"];
    assert!(account(&add).await.success);
    let token = word(&account(&["token", "issue", "prometheus", "--title", "监控"]).await.text);
    assert!(token.starts_with("chuishao_"), "{token}");

    let mut command = serve_command(folder.path(), &database.url);
    // Everything that it can say.
    command.env("RUST_LOG", "trace");
    // A provider of sign-ins that nobody is.
    command.env("CHUISHAO_OIDC_ISSUER", "https://127.0.0.1:9").env("CHUISHAO_OIDC_CLIENT_ID", "chuishao");
    command.env("CHUISHAO_OIDC_CLIENT_SECRET", CLIENT_SECRET);
    let mut server = ServerProcess::run_with_accounts(&mut command, folder.path());
    let url = |path: &str| format!("{}{path}", server.base);
    let mut answers = String::new();
    for (name, password) in [("wang.fang", WRONG), (TYPED_AS_NAME, WRONG), ("wang.fang", first.as_str())] {
        let answer = client().post(url("/v1/session")).json(&json!({ "name": name, "password": password }));
        answers += &Answer::to(answer).await.text;
    }
    let signed = client().post(url("/v1/session")).json(&json!({ "name": "wang.fang", "password": first }));
    let signed = signed.send().await.expect("an answer");
    assert_eq!(signed.status(), 201);
    assert_eq!(signed.headers()["cache-control"], "no-store");
    let cookie = signed.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a pair").to_owned();
    let session = cookie.split_once('=').expect("a pair").1.to_owned();
    let sets = signed.headers().get_all("set-cookie").iter().filter_map(|set| set.to_str().ok());
    let mut devices = sets.filter_map(|set| set.strip_prefix("chuishao-device=")?.split(';').next());
    let device = devices.next().expect("a browser's word").to_owned();
    answers += &signed.text().await.expect("text");
    for new in [WEAK, CHOSEN] {
        let change = client().post(url("/v1/session/password")).header("cookie", &cookie);
        let change = change.header("sec-fetch-site", "same-origin");
        answers += &Answer::to(change.json(&json!({ "old": first, "new": new }))).await.text;
    }
    let elsewhere = Answer::to(client().post(url("/v1/session/single-sign-on")).json(&json!({}))).await;
    assert_eq!(elsewhere.status, 502, "{elsewhere:?}");
    answers += &elsewhere.text;
    let broken = client().request(Method::POST, url("/v1/session")).header("content-type", "application/json");
    let broken = broken.body(format!("{{\"password\": \"{WRONG}\""));
    answers += &Answer::to(broken).await.text;
    let shown: Value = Answer::to(client().get(url("/v1/session")).bearer_auth(&token)).await.read();
    answers += &shown.to_string();
    answers += &Answer::to(client().get(url("/v1/tickets")).bearer_auth(&token)).await.text;
    let rows = all_rows(&database).await;
    server.kill();

    let log = fs::read_to_string(folder.path().join("server.log")).expect("a log");
    assert!(log.contains("/v1/session"), "it says a lot: {log}");
    for (what, planted) in [
        ("a wrong password", WRONG),
        ("a password in the place of a name", TYPED_AS_NAME),
        ("a weak password", WEAK),
        ("a chosen password", CHOSEN),
        ("a first password", first.as_str()),
        ("a session", session.as_str()),
        ("a browser's word", device.as_str()),
        ("a token", token.as_str()),
        ("a client's secret", CLIENT_SECRET),
    ] {
        assert!(!planted.is_empty());
        for (place, text) in [("an answer", &answers), ("the log", &log), ("the database", &rows)] {
            assert!(!text.contains(planted), "{what} stands in {place}");
        }
    }
    assert_eq!(format!("{:?}", Secret::new(CHOSEN.to_owned())), "Secret(…)");
    database.remove().await;
}
