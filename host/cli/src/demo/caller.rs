//! The demonstration's hand on the public HTTP API, and what it prints.

use chuishao_domain::narrate;
use chuishao_server::desk::Receipt;
use chuishao_server::timeline::{Line, LineKind};
use serde_json::{Value, json};

pub type Fault = Box<dyn std::error::Error>;

/// Speaks to one server.
pub struct Caller {
    base: String,
    client: reqwest::Client,
}

impl Caller {
    pub fn new(base: &str) -> Result<Self, Fault> {
        Ok(Self { base: base.to_owned(), client: chuishao_server::http::client().build()? })
    }

    async fn post(&self, path: &str, actor: &str, body: &Value) -> Result<Result<Value, String>, Fault> {
        let request = self.client.post(format!("{}{path}", self.base)).header("Chuishao-Actor", actor).json(body);
        let answer = request.send().await?;
        let accepted = answer.status().is_success();
        let value: Value = answer.json().await?;
        if accepted {
            return Ok(Ok(value));
        }
        Ok(Err(value["detail"].as_str().unwrap_or_default().to_owned()))
    }

    /// Moves the clock, `2024-11-06T09:00`.
    pub async fn at(&self, civil: &str) -> Result<(), Fault> {
        self.post("/v1/clock", "system-admin:0001", &json!({ "to": civil })).await??;
        Ok(())
    }

    pub async fn register(&self, registration: &Value) -> Result<Receipt, Fault> {
        let value = self.post("/v1/tickets", "call-taker:0231", registration).await??;
        Ok(serde_json::from_value(value)?)
    }

    /// Does something that is expected to be done.
    pub async fn act(&self, ticket: &Receipt, actor: &str, command: Value) -> Result<Receipt, Fault> {
        let path = format!("/v1/tickets/{}/commands", ticket.ticket);
        Ok(serde_json::from_value(self.post(&path, actor, &command).await??)?)
    }

    /// Does something that is expected to be refused; prints why.
    pub async fn refused(&self, ticket: &Receipt, actor: &str, command: Value) -> Result<(), Fault> {
        let path = format!("/v1/tickets/{}/commands", ticket.ticket);
        match self.post(&path, actor, &command).await? {
            Ok(_) => Err("预期被拒绝的操作没有被拒绝".into()),
            Err(detail) => {
                println!("  （{} 被拒绝：{detail}）", command["command"].as_str().unwrap_or_default());
                Ok(())
            }
        }
    }

    /// Prints the timeline as a person reads it.
    pub async fn tell(&self, ticket: &Receipt, what: &str) -> Result<Vec<Line>, Fault> {
        let url = format!("{}/v1/tickets/{}", self.base, ticket.ticket);
        let lines: Vec<Line> = self
            .client
            .get(format!("{url}/timeline"))
            .header("chuishao-actor", "hotline-office:0002")
            .send()
            .await?
            .json()
            .await?;
        println!("  工单 {}　{what}", ticket.ticket);
        for line in &lines {
            let sign = match line.kind {
                LineKind::Event if line.why.is_some() => "▸",
                LineKind::Event => "·",
                LineKind::Refused => "✗",
                LineKind::Failed => "！",
            };
            println!("    {sign} {}  {}　{}", narrate::moment(line.at), line.who, line.what);
            if let Some(why) = &line.why {
                println!("          理由：{why}");
            }
        }
        println!();
        Ok(lines)
    }
}
