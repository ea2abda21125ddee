//! How the server runs (运行状况): the outbox, receivers, and what cannot be delivered.

use crate::console::fault::Fault;
use crate::console::layout::show;
use crate::console::parts::{facts, heading, written};
use crate::console::visitor::Visitor;
use axum::response::Response;
use chuishao_domain::account::action::Action;
use maud::html;
use serde_json::Value;

pub async fn page(visitor: Visitor) -> Result<Response, Fault> {
    let title = visitor.t("运行状况", "Operations");
    let outbox: Value = visitor.get("/v1/outbox").await?;
    let receivers: Option<Value> = visitor.get_if(Action::ReadReceivers, "/v1/receivers").await?;
    let rows = |value: &Value| -> Vec<(String, String)> {
        let pairs = value.as_object().into_iter().flatten();
        pairs
            .map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
            .collect()
    };
    let body = html! {
        (heading(title, &html! {}))
        section.card {
            h2 { (visitor.t("外发消息", "Outbox")) }
            dl.facts { @for (name, value) in rows(&outbox) { div { dt { (crate::console::language::in_words(&name)) } dd { (value) } } } }
        }
        @if let Some(receivers) = &receivers {
            @for receiver in receivers.as_array().into_iter().flatten() {
                section.card {
                    h2 { (written(receiver["receiver"].as_str().or(receiver["id"].as_str()).unwrap_or_default())) }
                    dl.facts { @for (name, value) in rows(receiver) { div { dt { (crate::console::language::in_words(&name)) } dd { (value) } } } }
                }
            }
        }
        section.card {
            h2 { (visitor.t("监控", "Monitoring")) }
            (facts(&[
                (visitor.t("存活", "Alive"), html! { code { "GET /health" } }),
                (visitor.t("就绪", "Ready"), html! { code { "GET /ready" } }),
                (visitor.t("指标", "Metrics"), html! { code { "GET /metrics" } }),
                (visitor.t("接口说明", "API"), html! { code { "GET /openapi.json" } }),
            ]))
        }
    };
    Ok(show(&visitor, title, &body))
}
