//! `chuishao account` on the server's own machine, and which addresses a server takes.

use super::super::databases::{TestDatabase, on_both};
use super::super::harness::{Answer, client, config};
use super::super::process::{ServerProcess, chuishao, serve_command};
use super::CLOCK;
use chuishao_server::accounts::access::Access;
use chuishao_server::server::{Config, StartError, start};
use chuishao_server::store::Kind;
use serde_json::{Value, json};

on_both!(the_first_accounts_come_from_the_console, others_reach_a_server_when_somebody_can_sign_in);

async fn the_first_accounts_come_from_the_console(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut database = TestDatabase::new(on, folder.path()).await;
    let account = async |args: &[&str]| {
        let data = folder.path().to_str().expect("UTF-8");
        chuishao(&[&["account", "--database", &database.url, "--data", data], args].concat()).await
    };
    let added = account(&["add", "sys", "--number", "0001", "--title", "系统员", "--post", "system-admin"]).await;
    assert!(added.success && added.text.contains("新建个人账号 sys"), "{}", added.text);
    // Another start, another password: there is no usual one.
    let again = account(&["add", "sec", "--number", "0002", "--title", "安全员", "--post", "security-admin"]).await;
    let password =
        |text: &str| text.lines().find_map(|line| line.split_once("须更改）：")).map(|(_, word)| word.to_owned());
    let (first, second) = (password(&added.text).expect("one"), password(&again.text).expect("one"));
    assert!(first != second && first.len() == 23, "{first} {second}");

    let mut server = ServerProcess::run_with_accounts(&mut serve_command(folder.path(), &database.url), folder.path());
    let signed = async |name: &str, password: &str| {
        let body = json!({ "name": name, "password": password });
        Answer::to(client().post(format!("{}/v1/session", server.base)).json(&body)).await
    };
    assert_eq!(signed("sys", &first).await.read::<Value>()["must_change_password"], true);
    // Beside the running server.
    let reset = account(&["reset", "sys"]).await;
    let third = password(&reset.text).expect("one");
    assert_eq!(signed("sys", &first).await.refusal(), (403, "sign-in-failed".into()));
    assert_eq!(signed("sys", &third).await.status, 201);
    assert!(account(&["disable", "sys", "--reason", "离职"]).await.success);
    assert_eq!(signed("sys", &third).await.refusal(), (403, "sign-in-failed".into()));
    assert!(account(&["enable", "sys"]).await.success);
    assert_eq!(signed("sys", &third).await.status, 201);
    server.kill();

    for (args, words) in [
        (&["grant", "sys", "reviewer"][..], "三员分立"),
        (&["grant", "nobody", "reviewer"], "没有这个账号"),
        (&["grant", "sec", "king"], "岗位"),
        (&["add", "Sys", "--number", "1", "--title", "a", "--post", "reviewer"], "登录名"),
        (&["add", "other", "--number", "0001", "--title", "a", "--post", "reviewer"], "工号 0001 已有账号使用"),
        (&["token", "issue", "sys", "--title", "a"], "系统账号"),
    ] {
        let said = account(args).await;
        assert!(!said.success && said.text.contains(words), "{args:?}: {}", said.text);
    }
    let list = account(&["list"]).await;
    assert!(list.text.contains("sys\t0001\t系统员\t个人\t在用\t系统管理员"), "{}", list.text);
    let audit = account(&["audit"]).await;
    assert!(audit.success && audit.text.contains("完整"), "{}", audit.text);
    database.remove().await;
}

async fn others_reach_a_server_when_somebody_can_sign_in(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut database = TestDatabase::new(on, folder.path()).await;
    let beyond = |access: Access| Config {
        listen: "0.0.0.0:0".parse().expect("an address"),
        access,
        ..config(folder.path(), &database.address, CLOCK)
    };
    let refused = start(beyond(Access::Accounts)).await;
    assert!(matches!(refused, Err(StartError::NoAccounts(_))), "nobody could sign in");
    let data = folder.path().to_str().expect("UTF-8");
    let place = ["account", "--database", &database.url, "--data", data];
    let add = ["add", "sys", "--number", "0001", "--title", "系统员", "--post", "system-admin"];
    let added = chuishao(&[&place[..], &add].concat()).await;
    assert!(added.success, "{}", added.text);
    let refused = start(beyond(Access::TrustPosts)).await;
    assert!(matches!(refused, Err(StartError::TrustsBeyondLoopback(_))), "accounts or not");
    let running = start(beyond(Access::Accounts)).await.expect("now it starts");
    assert!(!running.address.ip().is_loopback());
    running.stop().await;
    database.remove().await;
}
