//! The impact report before a switch, asked for over HTTP beside the serving desk.

use super::{KUIWEN, ROLLOUT, tagging, watch};
use crate::server::databases::on_both;
use crate::server::harness::{Answer, TestServer, eventually};
use crate::server::story::noise;
use chuishao_server::store::Kind;
use chuishao_tests::city_key;
use serde_json::{Value, json};

on_both!(a_revision_is_tried_on_what_has_been_before_it_is_on);

async fn a_revision_is_tried_on_what_has_been_before_it_is_on(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    for _ in 0..4 {
        server.register(&noise("370705", "胜利新村")).await;
    }
    server.register(&noise("370702", "胜利新村")).await;
    let revision = server.submitted(ROLLOUT, &tagging(&watch("1.0.0"), "一版"), json!({})).await;
    let path = format!("/v1/rollouts/{ROLLOUT}/impact");
    let asked = json!({ "revision": revision, "from": "2024-11-01", "until": "2024-12-01" });
    let begin = || server.post(&path).header("chuishao-actor", KUIWEN).json(&asked);
    let begun = Answer::to(begin()).await;
    assert_eq!(begun.status, 202, "{begun:?}");
    let run = begun.read::<Value>()["run"].as_str().expect("a run").to_owned();
    let look = async || {
        let shown = server.get(&format!("{path}?run={run}")).header("chuishao-actor", KUIWEN);
        Answer::to(shown).await.read::<Value>()
    };
    eventually("it is done", async || look().await["standing"]["state"] == "done").await;
    let report = look().await["report"].clone();
    assert_eq!((&report["sums"]["tickets"], &report["sums"]["calls"]), (&json!(4), &json!(4)), "{report}");
    assert_eq!(Answer::to(begin()).await.read::<Value>()["run"], run, "what is asked twice is one run");
    let backwards = json!({ "revision": revision, "from": "2024-12-01", "until": "2024-11-01" });
    let backwards = server.post(&path).header("chuishao-actor", KUIWEN).json(&backwards);
    assert_eq!(Answer::to(backwards).await.refusal(), (422, "period-empty".into()));
    let foreign = server.post(&path).header("chuishao-actor", "county-ops:370702:0009").json(&asked);
    assert_eq!(Answer::to(foreign).await.refusal(), (403, "not-entitled".into()));
    server.finish().await;
}
