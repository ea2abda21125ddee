//! 决策表: rules that were filled in as a sheet, from the sheet's file to the ticket's timeline.

use crate::cli::sheets::settings_of_table;
use crate::server::components::{plugin, rule};
use crate::server::databases::on_both;
use crate::server::harness::TestServer;
use crate::server::story::{dispatched, handled, matter, noise};
use chuishao_domain::rule::value::Value as Setting;
use chuishao_server::store::Kind;
use chuishao_server::timeline::LineKind;
use chuishao_tests::Rule;
use serde_json::{Value, json};

on_both!(
    the_leader_comes_as_the_sheet_says,
    a_month_s_figures_go_where_the_sheet_says,
    a_table_that_was_changed_by_hand_says_so_and_harms_nobody
);

/// The table of a file in `plugins/decision-table/tables`, on for a territory.
fn table(name: &str, territory: &str) -> Rule {
    Rule { settings: settings_of_table(name), ..rule(&plugin("decision-table"), territory) }
}

async fn the_leader_comes_as_the_sheet_says(on: Kind) {
    let server = TestServer::start(on, &[table("kuiwen", "370705")], "2024-09-02T09:00").await;
    let kuiwen = dispatched(&server, &noise("370705", "胜利新村"), "370705-GA").await;
    let weicheng = dispatched(&server, &noise("370702", "胜利新村"), "370702-GA").await;
    for (id, unit) in [(&kuiwen, "370705-GA"), (&weicheng, "370702-GA")] {
        handled(&server, id, unit, false).await;
        assert!(!server.timeline(id).await.shows("「现场调处」"), "once is not enough");
        handled(&server, id, unit, false).await;
    }
    let timeline = server.timeline(&kuiwen).await;
    let task = timeline.line("「现场调处」");
    assert!(task.what.contains("奎文区公安局主要负责人"), "{task:?}");
    assert_eq!(task.who, "规则「决策表」0.1.0");
    let why = "第 2 次回访未解决或不满意，启动一把手现场调处（决策表第 3 行）";
    assert_eq!(task.why.as_deref(), Some(why));
    assert_eq!(server.decisions(&weicheng).await, [], "another county is not even asked");
    // The third complaint of an estate in a week, as the row for 派单 says.
    let second = dispatched(&server, &noise("370705", "胜利新村"), "370705-GA").await;
    assert!(!server.timeline(&second).await.shows("「现场调处」"));
    let third = dispatched(&server, &noise("370705", "胜利新村"), "370705-GA").await;
    let why = server.timeline(&third).await.line("「现场调处」").why.clone();
    assert_eq!(why.as_deref(), Some("胜利新村7 天内同类投诉已有 3 件，启动一把手现场调处（决策表第 4 行）"));
    server.finish().await;
}

async fn a_month_s_figures_go_where_the_sheet_says(on: Kind) {
    let server = TestServer::start(on, &[table("gaoxin", "WF-GX")], "2024-10-08T09:00").await;
    for _ in 0..12 {
        server.register(&matter("complaint", "0202", "WF-GX", "阳光花园")).await;
    }
    server.move_clock("2024-11-01T06:00").await;
    let page: Value = server.read("/v1/reviews?territory=WF-GX").await;
    let held = page["reviews"].as_array().expect("a list");
    let review = held.iter().find(|review| review["period"] == "2024-10-01 至 2024-10-31").expect("of October");
    let paragraph = "城乡建设/物业管理 12 件（上月没有），未办结 12 件，超期 0 件";
    let section = json!([{ "heading": "党工委会议热线议题：2024年10月", "paragraphs": [paragraph] }]);
    assert_eq!((&review["failure"], &review["sections"]), (&Value::Null, &section), "{review}");
    let page: Value = server.read("/v1/ledgers?territory=WF-GX").await;
    let [line] = page["lines"].as_array().expect("a list").as_slice() else { panic!("one line: {page}") };
    assert_eq!(line["ledger"], "decision-table/区级督查台账");
    assert_eq!(line["title"], "阳光花园城乡建设/物业管理：2024年10月 12 件");
    assert_eq!(line["handling_unit"], "WF-GX-ZJ");
    server.finish().await;
}

async fn a_table_that_was_changed_by_hand_says_so_and_harms_nobody(on: Kind) {
    let mut changed = table("kuiwen", "370705");
    let Some(Setting::Texts(rows)) = changed.settings.get_mut("rows") else { panic!("it has rows") };
    let sooner = rows[1].replace("3以上", "1以上");
    assert_ne!(sooner, rows[1], "it is changed");
    rows[1] = sooner;
    let server = TestServer::start(on, &[changed], "2024-09-02T09:00").await;
    let id = dispatched(&server, &noise("370705", "胜利新村"), "370705-GA").await;
    let timeline = server.timeline(&id).await;
    assert!(!timeline.shows("「现场调处」"));
    let failed = timeline.lines("决策表与检查码不符");
    assert!(!failed.is_empty() && failed.iter().all(|line| line.kind == LineKind::Failed), "{failed:?}");
    handled(&server, &id, "370705-GA", true).await;
    assert_eq!(server.ticket(&id).await["state"], "closed-out", "the ticket goes its way");
    server.finish().await;
}
