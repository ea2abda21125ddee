//! 高新区's ledger and the papers of its meeting: entered, held to documents, settled.

use super::super::databases::{Raw, on_both};
use super::super::harness::TestServer;
use super::super::story::handled;
use super::{dispatched, ledger, matter, on};
use chuishao_server::store::Kind;
use serde_json::{Value, json};

on_both!(a_month_goes_into_the_ledger_with_its_documents_and_the_next_one_settles_it);

const ZONE: &str = "WF-GX";

/// Article rows 42 and 44.
async fn a_month_goes_into_the_ledger_with_its_documents_and_the_next_one_settles_it(kind: Kind) {
    let settings = [
        ("ledger-count", json!(3)),
        ("units", json!({ "0202": "WF-GX-ZJ" })),
        (
            "documents",
            json!({ "0202": "物业管理办法（示例一）；考核办法（示例二）；改造规程（示例三）；质量规程（示例四）" }),
        ),
    ];
    let server = TestServer::start(kind, &[on("gaoxin-ledger", ZONE, &settings)], "2024-10-08T09:00").await;
    let place = json!({ "territory": ZONE, "estate": "阳光花园" });
    let mut last = None;
    for _ in 0..3 {
        last = Some(dispatched(&server, &matter("complaint", "0202", "物业不管", place.clone()), "WF-GX-ZJ").await);
    }
    handled(&server, &last.expect("three"), "WF-GX-ZJ", true).await;
    server.move_clock("2024-11-01T06:00").await;
    let page: Value = server.read(&format!("/v1/reviews?territory={ZONE}")).await;
    let monthly = |page: &Value| -> Value {
        let reviews = page["reviews"].as_array().expect("a list").clone();
        reviews
            .into_iter()
            .find(|review| review["kind"] == "每月研判")
            .unwrap_or_else(|| panic!("a monthly one: {page}"))
    };
    let review = monthly(&page);
    let sections = review["sections"].as_array().expect("a list");
    let text = |place: usize| sections[place]["paragraphs"][0].as_str().unwrap_or_default().to_owned();
    assert!(text(0).starts_with("城乡建设/物业管理 3 件（上月没有），未办结 2 件"), "{sections:?}");
    assert_eq!(text(1), "高新区住建局 办结 1 件，一次办结率 100%，满意率 100%，超期 0 件");
    assert_eq!(text(2), "没有未销号事项");
    let lines = ledger(&server, ZONE).await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["documents"].as_array().map(Vec::len), Some(4));
    assert_eq!((&lines[0]["handling_unit"], lines[0].get("settled")), (&json!("WF-GX-ZJ"), None));
    server.move_clock("2024-12-01T06:00").await;
    let page: Value = server.read(&format!("/v1/reviews?territory={ZONE}")).await;
    let review = monthly(&page);
    assert!(review["happened"].to_string().contains("销号：2024年11月同类诉求不足 3 件"), "{review}");
    let lines = ledger(&server, ZONE).await;
    assert_eq!((lines.len(), &lines[0]["settled"]["words"]), (1, &json!("2024年11月同类诉求不足 3 件，已经回落")));
    // What is settled may come again, and a note that was altered is named.
    let mut raw = Raw::open(server.database()).await;
    for (spoil, mend) in [
        ("update ledger_note set text = 'x' || text", "update ledger_note set text = substr(text, 2)"),
        (
            "update ledger_note set kind = 'settled' where sequence = 5",
            "update ledger_note set kind = 'document' where sequence = 5",
        ),
    ] {
        assert!(raw.execute(spoil).await > 0, "{spoil}");
        let faults = server.desk().store.verify_reviews().await.expect("the database answers");
        assert!(!faults.is_empty(), "{spoil}");
        raw.execute(mend).await;
    }
    server.finish().await;
}
