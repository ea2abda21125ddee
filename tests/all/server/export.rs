//! Decision records leave the server for their rule's author, and run again on his machine; a
//! package is held against what a server serves.

use super::components::{components, rule};
use super::databases::on_both;
use super::harness::TestServer;
use super::process::{Said, chuishao};
use super::story::{CALL_TAKER, CALLER_NAME, CALLER_PHONE, accept, cold_room, heating_fields};
use chuishao_domain::rule::export::Exported;
use chuishao_server::profile::HostProfile;
use chuishao_server::store::Kind;

on_both!(a_rules_decisions_go_to_its_author_and_run_again);

async fn exported(server: &TestServer, file: &str, days: [&str; 2]) -> Said {
    let database = &server.database().url;
    let args = ["--rule", "heating-mode", "--from", days[0], "--until", days[1], "-o", file];
    chuishao(&[&["decisions", "export", "--database", database][..], &args].concat()).await
}

async fn a_rules_decisions_go_to_its_author_and_run_again(on: Kind) {
    let rules = [&components().heating, &components().endless_loop].map(|file| rule(file, "WF"));
    let server = TestServer::start(on, &rules, "2024-11-06T09:00").await;
    let id = server.register(&cold_room()).await.ticket;
    server.act(&id, CALL_TAKER, heating_fields("8号楼", "0536-88-1024", false)).await;
    server.act(&id, CALL_TAKER, accept()).await;

    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let said = exported(&server, &path("heating.records"), ["2024-11-06", "2024-11-06"]).await;
    assert!(said.success && said.text.contains("3 条决定记录"), "{said:?}");
    let said = exported(&server, &path("heating.records"), ["2024-11-06", "2024-11-06"]).await;
    assert!(!said.success && said.text.contains("不覆盖"), "{said:?}");
    let said = exported(&server, &path("none.records"), ["2024-11-07", "2024-11-30"]).await;
    assert!(said.success && said.text.contains("0 条"), "{said:?}");

    let text = std::fs::read_to_string(path("heating.records")).expect("text");
    assert!(!text.contains(CALLER_NAME) && !text.contains(CALLER_PHONE) && !text.contains("\"caller\""), "{text}");
    let records: Vec<Exported> = text.lines().map(|line| serde_json::from_str(line).expect("a record")).collect();
    assert!(
        records.iter().all(|record| record.edition().rule == "heating-mode" && record.name().starts_with(id.as_str()))
    );

    // The code that decided answers the same; another version is held against it.
    let heating = components().heating.to_string_lossy().into_owned();
    let said = chuishao(&["plugin", "replay", &path("heating.records"), &heating]).await;
    assert!(said.success && said.text.contains("3 条回答相同"), "{said:?}");
    std::fs::write(path("changed.records"), text.replace("供热模式：", "供冷模式：")).expect("it is written");
    let said = chuishao(&["plugin", "replay", &path("changed.records"), &heating]).await;
    assert!(!said.success && said.text.contains("行不同") && said.text.contains("回答不同"), "{said:?}");
    std::fs::write(path("other.records"), "{}\n").expect("it is written");
    let said = chuishao(&["plugin", "replay", &path("other.records"), &heating]).await;
    assert!(!said.success && said.text.contains("[replay.records]"), "{said:?}");

    // One of them becomes a scenario, and the rule that decided passes it.
    for file in ["plugin.toml", "heating-mode.wasm"] {
        std::fs::copy(components().heating.with_file_name(file), folder.path().join(file)).expect("it is copied");
    }
    let own = path("");
    let said =
        chuishao(&["plugin", "replay", &path("heating.records"), &own, "--line", "3", "--keep", "cold-room"]).await;
    assert!(said.success && said.text.contains("已写成场景"), "{said:?}");
    let kept = std::fs::read_to_string(path("scenarios/cold-room.toml")).expect("text");
    assert!(kept.contains("told = '''\n{") && kept.contains(id.as_str()), "{kept}");
    let said = chuishao(&["plugin", "test", &own]).await;
    assert!(said.success, "{said:?}");
    server.finish().await;
}

#[tokio::test]
async fn a_package_is_held_against_what_a_server_serves() {
    let server = TestServer::start(Kind::Sqlite, &[], "2024-11-06T09:00").await;
    let profile: HostProfile = server.read("/v1/host").await;
    assert!(profile.territories.iter().any(|(id, name)| id == "370705" && name == "奎文区"), "{profile:?}");
    let (heating, url) = (components().heating.to_string_lossy().into_owned(), server.url(""));
    let said = chuishao(&["plugin", "check", &heating, "--host", &url, "--territory", "370705"]).await;
    assert!(said.success && said.text.contains("什么都不缺") && said.text.contains("检查通过"), "{said:?}");
    let said = chuishao(&["plugin", "check", &heating, "--host", &url, "--territory", "371311"]).await;
    assert!(!said.success && said.text.contains("[host.territory]") && said.text.contains("370705奎文区"), "{said:?}");
    let said = chuishao(&["plugin", "check", &heating, "--host", &format!("{url}/v2")]).await;
    assert!(!said.success && said.text.contains("[host.answer]"), "{said:?}");
    server.finish().await;
}
