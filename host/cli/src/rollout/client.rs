//! The hand of county and city on a server's registry, over the public interface.

use chuishao_domain::plugin::signature::Signature;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

pub type Fault = Box<dyn std::error::Error>;

/// Speaks to one server for one officer.
pub struct Client {
    base: String,
    actor: String,
    token: Option<String>,
    http: reqwest::Client,
}

/// A refusal as the server put it.
#[derive(Debug, thiserror::Error)]
#[error("[{code}] {detail}")]
struct Refused {
    code: String,
    detail: String,
}

async fn answer(request: RequestBuilder) -> Result<Value, Fault> {
    let answer = request.send().await?;
    let done = answer.status().is_success();
    let value: Value = answer.json().await?;
    if done {
        return Ok(value);
    }
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    Err(Refused { code: text("code"), detail: text("detail") }.into())
}

impl Client {
    /// `token` is of the officer's machine; without one the server has to believe in posts.
    pub fn new(base: &str, actor: &str, token: Option<&str>) -> Result<Self, Fault> {
        let base = base.trim_end_matches('/').to_owned();
        let (actor, token) = (actor.to_owned(), token.map(str::to_owned));
        Ok(Self { base, actor, token, http: chuishao_server::http::client().build()? })
    }

    /// The same server for another officer.
    pub fn acting_as(&self, actor: &str) -> Self {
        let (base, token) = (self.base.clone(), self.token.clone());
        Self { base, actor: actor.to_owned(), token, http: self.http.clone() }
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        let request = request.header("Chuishao-Actor", &self.actor);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.signed(self.http.post(format!("{}{path}", self.base)))
    }

    pub async fn get(&self, path: &str) -> Result<Value, Fault> {
        answer(self.signed(self.http.get(format!("{}{path}", self.base)))).await
    }

    /// A command on a key.
    pub async fn on_key(&self, id: &str, command: &Value) -> Result<Value, Fault> {
        answer(self.post(&format!("/v1/signer-keys/{id}/commands")).json(command)).await
    }

    /// Hands a package in.
    pub async fn hand_in(
        &self,
        component: Vec<u8>,
        signature: &Signature,
        territory: &str,
        downgrade_to: Option<&str>,
    ) -> Result<Value, Fault> {
        let file = signature.to_string();
        let words: Vec<&str> =
            file.lines().skip(1).filter_map(|line| line.split_once(' ')).map(|(_, word)| word).collect();
        let downgrade = downgrade_to.map(|version| format!("&downgrade-to={version}")).unwrap_or_default();
        let request = self.post(&format!("/v1/packages?territory={territory}{downgrade}"));
        answer(request.header("Chuishao-Signature", words.join(" ")).body(component)).await
    }

    /// A command on a rollout.
    pub async fn on_rollout(&self, rollout: &str, command: &Value) -> Result<Value, Fault> {
        answer(self.post(&format!("/v1/rollouts/{rollout}/commands")).json(command)).await
    }

    /// Hands in a revision of a package that is there.
    pub async fn submit(&self, rollout: &str, package: &Value, given: &Given) -> Result<Value, Fault> {
        let command = json!({
            "command": "submit", "package": package["digest"], "settings": given.settings,
            "effective": { "from": given.from, "until": given.until }, "note": given.note,
        });
        self.on_rollout(rollout, &command).await
    }
}

/// What is given with a package.
pub struct Given {
    /// Its settings, as JSON.
    pub settings: Value,
    /// The first day, `2026-11-15`.
    pub from: Option<String>,
    /// The last.
    pub until: Option<String>,
    /// 事由
    pub note: String,
}
