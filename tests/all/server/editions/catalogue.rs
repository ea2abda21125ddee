//! Editions of the catalogue: in force from midnight of their day on. Before it the old one
//! holds; after it nothing new goes to what is retired, and what a retired unit leads is listed.

use super::{DRY, OFFICE};
use crate::hostile::guest::{constant_rule, manifest, proposal};
use crate::server::components::rule;
use crate::server::databases::{Raw, on_both};
use crate::server::harness::{Answer, TestServer, eventually};
use crate::server::process::chuishao;
use crate::server::story::{CALL_TAKER, DISPATCHER, accept, dispatch, dispatched, matter, noise, report_back};
use chuishao_domain::calendar::civil;
use chuishao_domain::catalogue::{TableName, Tables};
use chuishao_domain::rule::kinds::EventKind;
use chuishao_server::import::Receipt;
use chuishao_server::store::Kind;
use chuishao_tests::Rule;
use jiff::{Timestamp, ToSpan};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use std::path::Path;

on_both!(
    an_edition_counts_from_midnight_of_its_day,
    what_a_retired_unit_leads_is_listed_and_given_to_another,
    a_rule_cannot_propose_what_is_retired,
    a_faulty_edition_is_refused_and_nothing_is_written,
    an_edition_is_corrected_until_its_day,
    a_command_imports_an_edition_beside_a_running_server
);

pub(super) fn without_a_street() -> String {
    Tables::shipped().text(TableName::Streets).replace("370705,02,大虞街道\n", "")
}

fn categories_without_the_first() -> String {
    let text = Tables::shipped().text(TableName::Categories).to_owned();
    text.lines().filter(|line| !line.starts_with("0101")).collect::<Vec<_>>().join("\n")
}

/// 大虞街道 becomes part of 东关街道, and 供热计费方式 of 供热费用 (invented).
fn edition(from: &str) -> Value {
    json!({
        "from": from, "document": "潍政办字〔2024〕3号",
        "tables": {
            "streets.csv": without_a_street(),
            "categories.csv": categories_without_the_first(),
            "successors.csv": "kind,code,successor\nunit,370705-S02,370705-S01\ncategory,0101,0103\n",
        },
    })
}

fn editions(server: &TestServer, query: &str, body: &Value) -> RequestBuilder {
    server.post(&format!("/v1/catalogue/editions{query}")).header("chuishao-actor", OFFICE).json(body)
}

async fn import(server: &TestServer, from: &str) -> Receipt {
    let answer = Answer::to(editions(server, "", &edition(from))).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.read()
}

async fn in_force(server: &TestServer) -> Vec<(String, bool)> {
    let answer: Value = server.read("/v1/catalogue/editions").await;
    let all = answer["editions"].as_array().expect("a list").iter();
    all.map(|one| (one["effective_from"].as_str().expect("a day").to_owned(), one["in_force"] == true)).collect()
}

async fn accepted(server: &TestServer) -> chuishao_domain::ids::TicketId {
    let id = server.register(&noise("370705", "虞河花园")).await.ticket;
    server.act(&id, CALL_TAKER, accept()).await;
    id
}

async fn an_edition_counts_from_midnight_of_its_day(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-30T23:30").await;
    let dry = Answer::to(editions(&server, DRY, &edition("2024-07-01"))).await;
    let dry: Receipt = dry.read();
    assert!(dry.changes.contains(&"撤销单位 370705-S02「大虞街道」".to_owned()), "{:?}", dry.changes);
    assert_eq!(in_force(&server).await.len(), 1, "a dry run changes nothing");
    assert_eq!(import(&server, "2024-07-01").await.changes, dry.changes);
    assert_eq!(in_force(&server).await[1], ("2024-07-01".into(), false));

    server.move_clock("2024-06-30T23:59").await;
    let (one, other) = (accepted(&server).await, accepted(&server).await);
    server.act(&one, DISPATCHER, dispatch("370705-S02")).await;
    let old = matter("help", "0101", "370705", "虞河花园");
    server.register(&old).await;

    server.move_clock("2024-07-01T00:00").await;
    assert_eq!(in_force(&server).await[1], ("2024-07-01".into(), true));
    let refused = Answer::to(server.command(&other, DISPATCHER, &dispatch("370705-S02"))).await;
    assert_eq!(refused.refusal(), (422, "retired-unit".into()));
    assert!(refused.text.contains("已自 2024-07-01 起撤销，请改用 370705-S01「东关街道」"), "{}", refused.text);
    server.act(&other, DISPATCHER, dispatch("370705-S01")).await;
    let refused = Answer::to(server.registration(&old)).await;
    assert_eq!(refused.refusal(), (422, "retired-category".into()));
    assert!(refused.text.contains("请改用 0103"), "{}", refused.text);

    let server = server.restart("2024-07-01T08:00").await;
    assert_eq!(in_force(&server).await[1], ("2024-07-01".into(), true), "a restart keeps it");
    assert_eq!(Answer::to(server.registration(&old)).await.refusal(), (422, "retired-category".into()));
    server.finish().await;
}

async fn what_a_retired_unit_leads_is_listed_and_given_to_another(on: Kind) {
    const LIST: &str = "/v1/tickets?retired_lead=true";
    let server = TestServer::start(on, &[], "2024-06-30T09:00").await;
    let id = dispatched(&server, &noise("370705", "虞河花园"), "370705-S02").await;
    dispatched(&server, &noise("370705", "虞河花园"), "370705-S01").await;
    let reported = dispatched(&server, &noise("370705", "虞河花园"), "370705-S02").await;
    server.act(&reported, "unit-clerk:370705-S02", report_back("已上门劝导")).await;
    let as_before = server.timeline(&id).await;
    import(&server, "2024-07-01").await;
    assert_eq!(server.tickets(LIST).await, Vec::<Value>::new());
    let in_time = Answer::to(server.command(&id, DISPATCHER, &dispatch("370705-S01"))).await;
    assert_eq!(in_time.refusal(), (422, "lead-in-force".into()));

    server.move_clock("2024-07-01T00:00").await;
    let listed = server.tickets(LIST).await;
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!(listed[0]["id"], json!(id));
    assert_eq!(server.timeline(&id).await, as_before, "it reads as before");
    let deadlines = server.ticket(&id).await["deadlines"].clone();
    server.act(&id, DISPATCHER, dispatch("370705-S01")).await;
    assert_eq!(server.ticket(&id).await["deadlines"], deadlines, "nobody has more time for it");
    assert_eq!(server.tickets(LIST).await, Vec::<Value>::new());
    let mixed = Answer::to(server.get("/v1/tickets?retired_lead=true&territory=370705")).await;
    assert_eq!(mixed.refusal(), (400, "bad-request".into()));
    server.finish().await;
}

fn suggesting(folder: &Path) -> Rule {
    let suggest = json!({ "suggest-unit": { "handling_unit": "370705-S02", "lead": true } });
    let category = json!({ "suggest-category": "0101" });
    let proposals = [proposal(suggest), proposal(category)];
    let file = folder.join("suggester.wasm");
    std::fs::write(&file, constant_rule(&manifest("suggester", &[EventKind::Registered]), &proposals))
        .expect("written");
    rule(&file, "370705")
}

async fn a_rule_cannot_propose_what_is_retired(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let server = TestServer::start(on, &[suggesting(folder.path())], "2024-06-30T09:00").await;
    import(&server, "2024-07-01").await;
    let before = server.register(&noise("370705", "虞河花园")).await.ticket;
    assert!(server.timeline(&before).await.shows("建议主办 大虞街道"));
    server.move_clock("2024-07-01T00:00").await;
    let after = server.register(&noise("370705", "虞河花园")).await.ticket;
    let decisions = serde_json::to_string(&server.decisions(&after).await).expect("JSON");
    assert!(decisions.contains("retired-unit") && decisions.contains("retired-category"), "{decisions}");
    assert!(!server.timeline(&after).await.shows("建议主办"));
    server.finish().await;
}

async fn a_faulty_edition_is_refused_and_nothing_is_written(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-30T09:00").await;
    let with = |field: &str, value: Value| {
        let mut body = edition("2024-07-01");
        body[field] = value;
        body
    };
    let tables = |name: &str, text: String| with("tables", json!({ name: text }));
    let maybe = Tables::shipped().text(TableName::Categories).replacen(
        "0101,供暖/供热计费方式,CG,no",
        "0101,供暖/供热计费方式,CG,maybe",
        1,
    );
    for (body, code, says) in [
        (tables("categories.csv", maybe.clone()), "table-cell", "分类表 第 2 行 urgent 栏"),
        (tables("Streets.xlsx", without_a_street()), "unknown-table", "streets.csv"),
        (tables("seats.csv", Tables::shipped().text(TableName::Seats).to_owned()), "edition-unchanged", "没有差别"),
        (with("from", json!("2024-06-29")), "edition-in-the-past", "2024-06-30"),
        (with("document", json!(" ")), "edition-document", "依据文件"),
        (
            tables("successors.csv", "kind,code,successor\nunit,370705-S02,370705-S01\n".into()),
            "edition-successor",
            "仍在用",
        ),
    ] {
        let answer = Answer::to(editions(&server, "", &body)).await;
        assert_eq!(answer.refusal(), (422, code.into()), "{answer:?}");
        assert!(answer.text.contains(says), "{says}: {}", answer.text);
    }
    let as_dispatcher = server.post("/v1/catalogue/editions").header("chuishao-actor", DISPATCHER);
    assert_eq!(Answer::to(as_dispatcher.json(&edition("2024-07-01"))).await.refusal(), (403, "not-entitled".into()));

    let file = server.folder().join("categories.csv");
    std::fs::write(&file, maybe).expect("written");
    let path = file.to_string_lossy().into_owned();
    let import = ["catalogue", "import", "--from", "2999-01-01", "--document", "示例", "--yes", &path];
    let said = chuishao(&[&import[..], &["--database", &server.database().url]].concat()).await;
    assert!(!said.success && said.text.contains(&format!("{path}：分类表 第 2 行 urgent 栏")), "{said:?}");
    assert_eq!(Raw::open(server.database()).await.number("select count(*) from catalogue_edition").await, 0);
    server.finish().await;
}

/// While its day is still to come an edition can be corrected: the later row counts. Afterwards
/// it cannot.
async fn an_edition_is_corrected_until_its_day(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-30T09:00").await;
    import(&server, "2024-07-01").await;
    let mut back = edition("2024-07-01");
    back["document"] = json!("潍政办字〔2024〕4号");
    back["tables"]["streets.csv"] = json!(Tables::shipped().text(TableName::Streets));
    back["tables"]["successors.csv"] = json!("kind,code,successor\ncategory,0101,0103\n");
    let answer = Answer::to(editions(&server, "", &back)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let receipt: Receipt = answer.read();
    assert_eq!((receipt.number, receipt.changes), (2, vec!["新增单位 370705-S02「大虞街道」".to_owned()]));
    let listed: Value = server.read("/v1/catalogue/editions").await;
    assert_eq!(listed["editions"].as_array().map(Vec::len), Some(2));
    assert_eq!(listed["editions"][1]["document"], "潍政办字〔2024〕4号");
    assert_eq!(listed["editions"][1]["digest"], json!(receipt.digest));

    server.move_clock("2024-07-01T00:00").await;
    dispatched(&server, &noise("370705", "虞河花园"), "370705-S02").await;
    let late = Answer::to(editions(&server, "", &edition("2024-07-01"))).await;
    assert_eq!(late.refusal(), (422, "edition-not-newer".into()));
    assert_eq!(Raw::open(server.database()).await.number("select count(*) from catalogue_edition").await, 2);
    let server = server.restart("2024-07-01T08:00").await;
    assert_eq!(server.read::<Value>("/v1/catalogue/editions").await["editions"][1]["document"], "潍政办字〔2024〕4号");
    server.finish().await;
}

/// The clerk's way: write out the tables, change one, import it. By the machine's own day.
async fn a_command_imports_an_edition_beside_a_running_server(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-30T09:00").await;
    let (folder, url) = (server.folder().join("tables"), server.database().url.clone());
    let tables = folder.to_string_lossy().into_owned();
    let said = chuishao(&["catalogue", "export", &tables, "--database", &url]).await;
    assert!(said.success, "{said:?}");
    let streets = folder.join("streets.csv");
    assert_eq!(std::fs::read_to_string(&streets).expect("text"), Tables::shipped().text(TableName::Streets));
    let said = chuishao(&["catalogue", "export", &tables, "--database", &url]).await;
    assert!(!said.success, "nothing is overwritten: {said:?}");

    std::fs::write(&streets, without_a_street()).expect("written");
    // Not tomorrow, which may be today before the command has ended.
    let soon = civil(Timestamp::now()).date().saturating_add(2.days()).to_string();
    let path = streets.to_string_lossy().into_owned();
    let import =
        ["catalogue", "import", "--from", &soon, "--document", "潍政办字〔2025〕3号", &path, "--database", &url];
    let dry = chuishao(&[&import[..], &["--dry-run"]].concat()).await;
    assert!(dry.success && dry.text.contains("撤销单位 370705-S02「大虞街道」"), "{dry:?}");
    let done = chuishao(&[&import[..], &["--yes"]].concat()).await;
    assert!(done.success, "{done:?}");
    eventually("it is taken up", async || in_force(&server).await.len() == 2).await;
    assert_eq!(in_force(&server).await[1], (soon.clone(), false));
    let show = async |on: &str| chuishao(&["catalogue", "show", "--on", on, "--database", &url]).await.text;
    assert!(show(&soon).await.contains(&format!("* {soon} 起 潍政办字〔2025〕3号")));
    assert!(show("2024-06-30").await.contains("* 2021-12-15 起 随软件发布"));
    let exported = folder.with_file_name("again").to_string_lossy().into_owned();
    chuishao(&["catalogue", "export", &exported, "--database", &url]).await;
    let newest = std::fs::read_to_string(Path::new(&exported).join("streets.csv")).expect("text");
    assert_eq!(newest, without_a_street(), "a clerk begins from the newest");
    server.finish().await;
}
