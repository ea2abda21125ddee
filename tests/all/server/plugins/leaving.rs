//! Leaving cleanly: what hangs on a plugin is shown before it is removed, and settled after as was
//! chosen; what people wrote stays.

use super::{KUIWEN, tagging};
use crate::hostile::guest::{constant_rule, manifest, proposal};
use crate::server::databases::on_both;
use crate::server::harness::{Answer, TestServer, eventually};
use crate::server::story::{CALL_TAKER, accept, noise};
use chuishao_domain::rule::kinds::EventKind;
use chuishao_server::store::Kind;
use chuishao_tests::city_key;
use serde_json::{Value, json};

on_both!(what_a_removed_plugin_left_is_settled_as_was_chosen);

const ROLLOUT: &str = "370705/leaver";

async fn what_a_removed_plugin_left_is_settled_as_was_chosen(on: Kind) {
    let mut server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    let mut leaver = manifest("leaver", &[EventKind::Registered]);
    leaver.version = "1.0.0".parse().expect("a version");
    let proposals = [
        proposal(json!({ "require-field": "room-note" })),
        proposal(json!({ "set-timer": { "name": "again", "after": { "working-days": 3 } } })),
        proposal(json!({ "open-task": {
            "kind": "survey", "post": "county-hotline-office", "title": "同批小区普查", "within": { "working-days": 5 }
        } })),
        proposal(json!({ "add-tag": "离开" })),
    ];
    let revision = server.approved(ROLLOUT, &constant_rule(&leaver, &proposals), json!({})).await;
    server.done(ROLLOUT, KUIWEN, json!({ "command": "switch-on", "revision": revision })).await;
    let mut tickets = Vec::new();
    for _ in 0..3 {
        tickets.push(server.register(&noise("370705", "胜利新村")).await.ticket);
    }
    let hanging = Answer::to(server.get(&format!("/v1/rollouts/{ROLLOUT}/hanging")).header("chuishao-actor", KUIWEN));
    let hanging: Value = hanging.await.read();
    assert_eq!(
        (&hanging["tickets"], &hanging["tasks"], &hanging["timers"], &hanging["required_fields"]),
        (&json!(3), &json!(3), &json!(3), &json!(3)),
        "{hanging}"
    );
    assert_eq!(hanging["shown"][0]["tasks"], json!(["同批小区普查"]));

    server.done(ROLLOUT, KUIWEN, json!({ "command": "switch-off", "reason": "专项结束" })).await;
    let refused = Answer::to(server.command(&tickets[0], CALL_TAKER, &accept())).await;
    assert_eq!(refused.refusal(), (422, "fields-missing".into()), "off is not gone");
    let leaving = json!({ "keep_tasks": false, "keep_required_fields": false });
    let remove = json!({ "command": "remove", "reason": "专项结束", "leaving": leaving });
    server.done(ROLLOUT, KUIWEN, remove).await;
    // Whichever server is there goes on with it.
    server.stop().await;
    server.resume("2024-11-06T09:01").await;
    for ticket in &tickets {
        eventually("it is settled", async || server.timeline(ticket).await.shows("规则 leaver 已移除")).await;
        let now = server.ticket(ticket).await;
        assert_eq!((&now["timers"], &now["required_fields"]), (&json!([]), &json!([])), "{now}");
        assert_eq!(now["tasks"][0]["done"], true, "{now}");
        assert_eq!(now["tags"], json!(["leaver/离开"]), "what was written stays");
        server.act(ticket, CALL_TAKER, accept()).await;
    }
    // Submitted again, it begins anew.
    let mut again = manifest("leaver", &[EventKind::Registered]);
    again.version = "1.0.1".parse().expect("a version");
    server.submitted(ROLLOUT, &tagging(&again, "再来"), json!({})).await;
    server.finish().await;
}
