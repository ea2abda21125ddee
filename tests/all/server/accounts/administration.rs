//! Keeping accounts over HTTP: three people, three duties, none the other's.

use super::super::databases::on_both;
use super::super::harness::{Answer, TestServer};
use super::{CLOCK, asked, at_work, post, read, sign_in};
use chuishao_server::store::Kind;
use reqwest::Method;
use serde_json::{Value, json};

on_both!(
    an_account_is_made_granted_and_stopped_by_different_people,
    nobody_keeps_the_own_account,
    an_account_that_somebody_else_changed_is_read_again
);

async fn an_account_is_made_granted_and_stopped_by_different_people(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let system = at_work(&server, "system", &["system-admin"]).await;
    let security = at_work(&server, "security", &["security-admin"]).await;
    let audit = at_work(&server, "audit", &["audit-admin"]).await;
    let commands = "/v1/accounts/li.na/commands";
    let create = json!({ "command": "create", "kind": "person", "number": "0305", "title": "李娜" });
    let grant = json!({ "command": "grant", "post": "follow-up-staff" });
    for other in [&security, &audit] {
        assert_eq!(post(&server, commands, other, &create).await.refusal(), (403, "not-entitled".into()));
    }
    let made = post(&server, commands, &system, &create).await;
    assert_eq!(made.status, 200, "{made:?}");
    let made: Value = made.read();
    let first = made["first_password"].as_str().expect("a password");
    for other in [&system, &audit] {
        assert_eq!(post(&server, commands, other, &grant).await.refusal(), (403, "not-entitled".into()));
    }
    let granted: Value = post(&server, commands, &security, &grant).await.read();
    assert_eq!(granted["happened"], "授予账号 li.na 岗位「回访员」");
    assert_eq!(granted["account"]["posts"], json!(["follow-up-staff"]));
    assert_eq!(granted["first_password"], Value::Null);
    for duty in ["system-admin", "security-admin", "audit-admin"] {
        let grant = json!({ "command": "grant", "post": duty });
        assert_eq!(post(&server, commands, &security, &grant).await.refusal(), (422, "duties-apart".into()));
    }

    let cookie = super::cookie(&server, "li.na", first).await;
    assert_eq!(read(&server, "/v1/session", &cookie).await.status, 200);
    let disable = json!({ "command": "disable", "reason": "调离" });
    assert_eq!(post(&server, commands, &security, &disable).await.refusal(), (403, "not-entitled".into()));
    assert_eq!(post(&server, commands, &system, &disable).await.status, 200);
    assert_eq!(read(&server, "/v1/session", &cookie).await.status, 401, "at once");
    assert_eq!(sign_in(&server, "li.na", first).await.answer.refusal(), (403, "sign-in-failed".into()));

    // Both who keep accounts see them, and nobody sees what opens one.
    for keeper in [&system, &security] {
        let list = read(&server, "/v1/accounts", keeper).await;
        let accounts: Value = list.read();
        let names: Vec<&str> = accounts["accounts"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|one| one["account"]["name"].as_str())
            .collect();
        assert_eq!(names, ["audit", "li.na", "security", "system"]);
        assert!(!list.text.contains("argon2") && !list.text.contains(first), "{}", list.text);
    }
    assert_eq!(read(&server, "/v1/accounts", &audit).await.refusal(), (403, "not-entitled".into()));
    server.finish().await;
}

async fn nobody_keeps_the_own_account(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let system = at_work(&server, "system", &["system-admin"]).await;
    let security = at_work(&server, "security", &["security-admin"]).await;
    let reset = json!({ "command": "reset-password" });
    let grant = json!({ "command": "grant", "post": "audit-admin" });
    let own = [("system", &system, &reset), ("security", &security, &grant)];
    for (name, cookie, command) in own {
        let answer = post(&server, &format!("/v1/accounts/{name}/commands"), cookie, command).await;
        assert_eq!(answer.refusal(), (403, "own-account".into()), "{name}");
    }
    // Each other's they may, within the own duty.
    let answer = post(&server, "/v1/accounts/security/commands", &system, &reset).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(read(&server, "/v1/session", &security).await.status, 401, "who was signed in is out");
    server.finish().await;
}

async fn an_account_that_somebody_else_changed_is_read_again(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let security = at_work(&server, "security", &["security-admin"]).await;
    super::person(&server, "li.na", &["follow-up-staff"]).await;
    let shown = read(&server, "/v1/accounts/li.na", &security).await;
    assert_eq!(shown.etag.as_deref(), Some("\"2\""));
    let granting = async |post: &str, version: &str| {
        let request = asked(&server, Method::POST, "/v1/accounts/li.na/commands", &security);
        Answer::to(request.header("if-match", version).json(&json!({ "command": "grant", "post": post }))).await
    };
    assert_eq!(granting("dispatcher", "\"2\"").await.status, 200);
    assert_eq!(granting("reviewer", "\"2\"").await.refusal(), (412, "another-version".into()));
    assert_eq!(granting("reviewer", "\"3\"").await.status, 200);
    let absent = read(&server, "/v1/accounts/nobody", &security).await;
    assert_eq!(absent.refusal(), (404, "not-found".into()));
    let odd = read(&server, "/v1/accounts/No%20Body", &security).await;
    assert_eq!(odd.refusal(), (400, "bad-request".into()));
    server.finish().await;
}
