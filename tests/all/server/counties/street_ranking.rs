//! 街道评价: a month's closed tickets of the county's own streets, scored by the published curve,
//! and kept in the county alone.

use crate::server::components::{plugin, rule};
use crate::server::databases::on_both;
use crate::server::harness::TestServer;
use crate::server::story::{dispatched, handled, matter};
use chuishao_domain::rule::value::Value as Setting;
use chuishao_server::store::Kind;
use serde_json::Value;

on_both!(streets_are_scored_by_the_month);

async fn streets_are_scored_by_the_month(on: Kind) {
    let mut ranking = rule(&plugin("street-ranking"), "370705");
    ranking.settings.insert("least-closed".into(), Setting::Integer(2));
    let server = TestServer::start(on, &[ranking], "2024-10-08T09:00").await;
    for (unit, solved_at_first) in
        [("370705-S01", true), ("370705-S01", true), ("370705-S02", true), ("370705-S02", false), ("370705-S03", true)]
    {
        let id = dispatched(&server, &matter("complaint", "0602", "370705", "胜利新村"), unit).await;
        handled(&server, &id, unit, solved_at_first).await;
        if !solved_at_first {
            handled(&server, &id, unit, true).await;
        }
        assert_eq!(server.ticket(&id).await["state"], "closed-out");
    }
    server.move_clock("2024-11-01T06:00").await;
    let page: Value = server.read("/v1/reviews?territory=370705").await;
    let held = page["reviews"].as_array().expect("a list");
    let review = held.iter().find(|review| review["period"] == "2024-10-01 至 2024-10-31").expect("of October");
    assert_eq!(review["failure"], Value::Null, "{review}");
    let text = review["sections"][0]["paragraphs"].to_string();
    for line in [
        "1. 东关街道 100.00 分（办结 2 件，解决率 100.00%，首次解决率 100.00%",
        "2. 大虞街道 87.50 分（办结 2 件，解决率 100.00%，首次解决率 50.00%",
        "办结不足 2 件，不评分：梨园街道",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let record: Value = server.read(&format!("/v1/reviews/{}", review["id"].as_str().expect("an id"))).await;
    assert!(record["events"].to_string().contains("370705-S02"), "scored locally: {record}");
    server.finish().await;
}
