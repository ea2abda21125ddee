//! Keeping accounts over HTTP: three people, three duties, none the other's.

use super::super::databases::on_both;
use super::super::harness::{Answer, TestServer};
use super::{CLOCK, asked, at_work, by_console, named, post, read, sign_in};
use chuishao_domain::account::handle::Command;
use chuishao_server::store::Kind;
use reqwest::Method;
use serde_json::{Value, json};

on_both!(
    an_account_is_made_granted_and_stopped_by_different_people,
    nobody_keeps_the_own_account,
    who_holds_a_duty_is_reset_on_the_servers_machine_alone,
    a_duty_is_granted_to_who_chose_the_own_password,
    the_last_of_a_duty_stays,
    a_number_has_one_account,
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
    let end = json!({ "command": "end-sessions" });
    let answer = post(&server, "/v1/accounts/security/commands", &system, &end).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(read(&server, "/v1/session", &security).await.status, 401, "who was signed in is out");
    server.finish().await;
}

async fn who_holds_a_duty_is_reset_on_the_servers_machine_alone(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let system = at_work(&server, "system", &["system-admin"]).await;
    let disable = json!({ "command": "disable", "reason": "调离" });
    for (name, duty) in [("other", "system-admin"), ("security", "security-admin"), ("audit", "audit-admin")] {
        let theirs = at_work(&server, name, &[duty]).await;
        for command in [&json!({ "command": "reset-password" }), &disable] {
            let answer = post(&server, &format!("/v1/accounts/{name}/commands"), &system, command).await;
            assert_eq!(answer.refusal(), (403, "duty-account".into()), "{name}");
            assert!(answer.text.contains("服务器本机") && !answer.text.contains("first_password"), "{answer:?}");
        }
        assert_eq!(read(&server, "/v1/session", &theirs).await.status, 200, "{name} goes on");
        let reset =
            by_console(&server, async |keeper| keeper.command(&named(name), &Command::ResetPassword {}, None).await);
        assert!(reset.await.expect("it is reset").password.is_some(), "{name}");
        let stopped = Command::Disable { reason: "离职".into() };
        let stopped = by_console(&server, async |keeper| keeper.command(&named(name), &stopped, None).await).await;
        assert!(stopped.is_ok(), "{name}");
    }
    server.finish().await;
}

async fn a_duty_is_granted_to_who_chose_the_own_password(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let system = at_work(&server, "system", &["system-admin"]).await;
    let security = at_work(&server, "security", &["security-admin"]).await;
    let commands = "/v1/accounts/zhao.min/commands";
    let create = json!({ "command": "create", "kind": "person", "number": "0401", "title": "赵敏" });
    let mut first = post(&server, commands, &system, &create).await.read::<Value>()["first_password"].clone();
    let grant = json!({ "command": "grant", "post": "audit-admin" });
    // Made, and reset later: both times the system's administrator was shown what would open it.
    for chosen in ["Tf7-kqv0-Wm-erste", "Tf7-kqv0-Wm-zweite"] {
        let refused = post(&server, commands, &security, &grant).await;
        assert_eq!(refused.refusal(), (422, "first-password".into()));
        assert!(refused.text.contains("请本人先登录并更改密码"), "{refused:?}");
        let word = first.as_str().expect("a first password").to_owned();
        let cookie = super::cookie(&server, "zhao.min", &word).await;
        let change = json!({ "old": word, "new": chosen });
        assert_eq!(post(&server, "/v1/session/password", &cookie, &change).await.status, 204);
        if chosen.ends_with("erste") {
            let reset = json!({ "command": "reset-password" });
            first = post(&server, commands, &system, &reset).await.read::<Value>()["first_password"].clone();
        }
    }
    let granted = post(&server, commands, &security, &grant).await;
    assert_eq!(granted.status, 200, "{granted:?}");
    // Any other post may be granted before somebody comes for the first time.
    super::person(&server, "li.na", &[]).await;
    let reviewer = json!({ "command": "grant", "post": "reviewer" });
    assert_eq!(post(&server, "/v1/accounts/li.na/commands", &security, &reviewer).await.status, 200);
    server.finish().await;
}

async fn the_last_of_a_duty_stays(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let first = at_work(&server, "security", &["security-admin"]).await;
    let second = at_work(&server, "security.two", &["security-admin"]).await;
    for name in ["system", "system.two"] {
        at_work(&server, name, &["system-admin"]).await;
    }
    let withdraw = json!({ "command": "withdraw", "post": "system-admin" });
    // At the same moment, so that each sees the other's still there.
    let (one, two) = tokio::join!(
        post(&server, "/v1/accounts/system/commands", &first, &withdraw),
        post(&server, "/v1/accounts/system.two/commands", &second, &withdraw)
    );
    let (done, refused) = if one.status == 200 { (&one, &two) } else { (&two, &one) };
    assert_eq!(done.status, 200, "{one:?} {two:?}");
    assert_eq!(refused.refusal(), (422, "last-of-duty".into()));
    assert!(refused.text.contains("最后一个可以登录的系统管理员"), "{refused:?}");
    // What cannot sign in does not count.
    let stopped = Command::Disable { reason: "休假".into() };
    let at_console = async |name: &str, command: &Command| {
        by_console(&server, async |keeper| keeper.command(&named(name), command, None).await).await.is_ok()
    };
    assert!(at_console("security.two", &stopped).await);
    let own = json!({ "command": "withdraw", "post": "security-admin" });
    let answer = post(&server, "/v1/accounts/security.two/commands", &first, &own).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(at_console("security", &stopped).await, "the server's own machine is the way back");
    server.finish().await;
}

async fn a_number_has_one_account(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let system = at_work(&server, "system", &["system-admin"]).await;
    let create = async |name: &str, number: &str| {
        let body = json!({ "command": "create", "kind": "person", "number": number, "title": "李娜" });
        post(&server, &format!("/v1/accounts/{name}/commands"), &system, &body).await
    };
    assert_eq!(create("li.na", "A305").await.status, 200);
    for number in ["A305", "a305"] {
        let again = create("li.nana", number).await;
        assert_eq!(again.refusal(), (422, "number-taken".into()), "{number}");
    }
    assert_eq!(create("li.na", "A305").await.refusal(), (422, "account-exists".into()));
    // At the same moment, too: one of them has it.
    let (one, two) = tokio::join!(create("zhao.one", "0306"), create("zhao.two", "0306"));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422], "{one:?} {two:?}");
    assert_eq!(create("li.nana", "0307").await.status, 200);
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
