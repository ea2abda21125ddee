//! Plugins in the hands of county and city: their whole life through the API, what is refused at
//! install and at start, switching under load, and the guards that stop one alone.

mod counties;
mod guards;
mod hour;
mod impact;
mod leaving;
mod life;
mod refused;
mod reviews;
mod shadow;
mod switching;

use super::harness::{Answer, TestServer};
use crate::hostile::guest::{constant_rule, manifest, proposal};
use chuishao_domain::plugin::key::SecretKey;
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::manifest::Manifest;
use chuishao_tests::{
    CITY_APPROVER, city_key, handing_in, registration_of_key, rollout_command, secret_key, signature_header, submitter,
};
use serde_json::{Value, json};

/// 奎文区's people.
const KUIWEN: &str = "county-ops:370705:0012";
const ROLLOUT: &str = "370705/street-watch";

/// 奎文区's own key.
fn kuiwen_key() -> SecretKey {
    secret_key("kuiwen-2024", 5)
}

/// A rule of 奎文区 that tags every matter that is registered.
fn watch(version: &str) -> Manifest {
    let mut manifest = manifest("street-watch", &[EventKind::Registered]);
    manifest.title = "街面巡查".into();
    manifest.version = version.parse().expect("a version");
    manifest.effects =
        ["add-tag", "raise-urgency"].map(|kind| serde_json::from_value(json!(kind)).expect("a kind")).into();
    manifest.fields.clear();
    manifest
}

/// Its component: what it tags with tells the versions apart.
fn tagging(manifest: &Manifest, tag: &str) -> Vec<u8> {
    constant_rule(manifest, &[proposal(json!({ "add-tag": tag }))])
}

impl TestServer {
    async fn key(&self, key: &SecretKey, owner: &str) -> Answer {
        Answer::to(registration_of_key(&self.http(), &self.url(""), key, owner)).await
    }

    /// The same by whom and for which territory one likes.
    async fn hand_in_as(&self, actor: &str, query: &str, key: &SecretKey, component: &[u8]) -> Answer {
        let request = self.post(&format!("/v1/packages?{query}")).header("chuishao-actor", actor);
        Answer::to(request.header("chuishao-signature", signature_header(key, component)).body(component.to_vec()))
            .await
    }

    async fn hand_in(&self, key: &SecretKey, component: &[u8], territory: &str) -> Answer {
        Answer::to(handing_in(&self.http(), &self.url(""), key, component, territory)).await
    }

    async fn rollout(&self, rollout: &str, actor: &str, command: Value) -> Answer {
        Answer::to(rollout_command(&self.http(), &self.url(""), rollout, actor, &command)).await
    }

    /// A command that must go well.
    async fn done(&self, rollout: &str, actor: &str, command: Value) -> Value {
        let answer = self.rollout(rollout, actor, command.clone()).await;
        assert_eq!(answer.status, 200, "{command}: {answer:?}");
        answer.read()
    }

    /// Hands in a component and submits it; the revision.
    async fn submitted(&self, rollout: &str, component: &[u8], settings: Value) -> u32 {
        self.submitted_under(&city_key(), rollout, component, settings).await
    }

    /// The same, signed with another key.
    async fn submitted_under(&self, key: &SecretKey, rollout: &str, component: &[u8], settings: Value) -> u32 {
        let (territory, _) = rollout.split_once('/').expect("a rollout");
        let package = self.hand_in(key, component, territory).await;
        assert_eq!(package.status, 201, "{package:?}");
        let digest = package.read::<Value>()["digest"].clone();
        let submit = json!({ "command": "submit", "package": digest, "settings": settings, "note": "按专题会议要求" });
        let receipt = self.done(rollout, &submitter(territory), submit).await;
        receipt["revision"].as_u64().and_then(|number| number.try_into().ok()).expect("a revision")
    }

    /// The same, approved.
    async fn approved(&self, rollout: &str, component: &[u8], settings: Value) -> u32 {
        let revision = self.submitted(rollout, component, settings).await;
        self.done(rollout, CITY_APPROVER, json!({ "command": "approve", "revision": revision })).await;
        revision
    }

    /// What a rollout is called now.
    async fn state(&self, rollout: &str) -> String {
        let shown: Value =
            Answer::to(self.get(&format!("/v1/rollouts/{rollout}")).header("chuishao-actor", CITY_APPROVER))
                .await
                .read();
        shown["state"].as_str().expect("a state").to_owned()
    }

    /// The status of a rollout on this server.
    async fn status(&self, rollout: &str) -> Value {
        let all: Vec<Value> = self.read("/v1/rules").await;
        let is = |status: &&Value| {
            format!(
                "{}/{}",
                status["territory"].as_str().unwrap_or_default(),
                status["plugin"].as_str().unwrap_or_default()
            ) == rollout
        };
        all.iter().find(is).cloned().unwrap_or_else(|| panic!("{rollout} in {all:?}"))
    }

    /// The code of each answer to "why did nothing happen", with the event.
    async fn why(&self, ticket: &str, rollout: &str) -> Vec<(String, String)> {
        let path = format!("/v1/tickets/{ticket}/why?rollout={rollout}");
        let answers: Vec<Value> = Answer::to(self.get(&path).header("chuishao-actor", CITY_APPROVER)).await.read();
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        answers.iter().map(|answer| (text(&answer["event"]), text(&answer["code"]))).collect()
    }
}
