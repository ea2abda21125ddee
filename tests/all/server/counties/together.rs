//! All of them on at once: they do not get in each other's way, and none of them fails.

use super::super::databases::on_both;
use super::super::harness::TestServer;
use super::super::story::handled;
use super::{dispatched, matter, on};
use chuishao_domain::rule::record::Answer::Failed;
use chuishao_server::store::Kind;
use chuishao_tests::ARTICLE_RULES;
use serde_json::json;

on_both!(all_rules_of_the_articles_together_fail_nowhere);

async fn all_rules_of_the_articles_together_fail_nowhere(kind: Kind) {
    let rules: Vec<_> = ARTICLE_RULES.iter().map(|(name, territory)| on(name, territory, &[])).collect();
    let server = TestServer::start(kind, &rules, "2024-11-06T09:00").await;
    let (mut asked, mut failed) = (0, 0);
    for (category, title, unit) in [
        ("0104", "整栋停暖，合同约定仲裁", "370705-CG"),
        ("0402", "停电", "370705-GD"),
        ("0801", "判决之后没人管", "370705-SC"),
        ("0602", "占道经营", "370705-CG"),
        ("0301", "夜间噪声", "370705-GA"),
    ] {
        let place = json!({ "territory": "370705", "street": "东关街道", "estate": "胜利新村", "building": "8号楼" });
        let registration = matter("complaint", category, title, place);
        let id = server.register(&registration).await.ticket;
        let accept = json!({ "command": "accept", "unanswered": "来电人不清楚" });
        server.act(&id, super::super::story::CALL_TAKER, accept).await;
        server.act(&id, super::super::story::DISPATCHER, super::super::story::dispatch(unit)).await;
        handled(&server, &id, unit, false).await;
        for decision in server.decisions(&id).await {
            asked += 1;
            failed += usize::from(matches!(decision.call.answer, Failed(_)));
        }
    }
    assert!(asked > 40 && failed == 0, "{asked} calls, {failed} failed");
    // A ticket of another county is heard by the city's rules alone.
    let id =
        dispatched(&server, &matter("complaint", "0301", "夜间噪声", json!({ "territory": "370702" })), "370702-GA")
            .await;
    let rules = server.decisions(&id).await.into_iter().map(|decision| decision.edition.rule.clone());
    assert!(rules.into_iter().all(|rule| !["kuiwen-onsite-mediation", "anqiu-survey"].contains(&rule.as_str())));
    server.finish().await;
}
