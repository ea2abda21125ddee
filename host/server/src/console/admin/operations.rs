//! How the server runs (运行状况): the outbox, receivers of documents, and where monitoring looks.

use crate::console::fault::Fault;
use crate::console::layout::show;
use crate::console::parts::{Tone, at, badge, facts, heading, nothing, written};
use crate::console::visitor::Visitor;
use axum::response::Response;
use chuishao_domain::account::action::Action;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

#[derive(Deserialize)]
struct Outbox {
    waiting: i64,
    delivered: i64,
}

#[derive(Deserialize)]
struct Receiver {
    id: String,
    stream: String,
    delivered_through: i64,
    attempts: i64,
    next_attempt_at: Timestamp,
    delivered_at: Option<Timestamp>,
    problem: String,
}

pub async fn page(visitor: Visitor) -> Result<Response, Fault> {
    let title = visitor.t("运行状况", "Operations");
    let outbox: Outbox = visitor.get("/v1/outbox").await?;
    let receivers: Option<Vec<Receiver>> = visitor.get_if(Action::ReadReceivers, "/v1/receivers").await?;
    let figure = |value: i64, words: &str| html! { div.figure-card { b { (value) } (words) } };
    let body = html! {
        (heading(title, &html! {}))
        div.grid {
            (figure(outbox.waiting, visitor.t("条消息待外发", "messages wait")))
            (figure(outbox.delivered, visitor.t("条消息已送达", "messages were delivered")))
        }
        @if let Some(receivers) = &receivers {
            section.part {
                h2 { (visitor.t("文书接收方", "Receivers of documents")) }
                @if receivers.is_empty() { (nothing(visitor.t("还没有发出过文书。", "No document was sent yet."))) }
                @for receiver in receivers { (one(&visitor, receiver)) }
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

fn one(visitor: &Visitor, receiver: &Receiver) -> Markup {
    html! {
        h3 { code { (receiver.id) } " " span.count { (receiver.stream) } }
        p {
            (visitor.t("已送达到第", "Delivered through no.")) " " (receiver.delivered_through)
            @if let Some(when) = receiver.delivered_at { " · " (at(when)) }
        }
        @if !receiver.problem.is_empty() {
            p {
                (badge(Tone::Bad, visitor.t("最近一次失败", "Failed last"))) " " (written(&receiver.problem)) " "
                span.quiet { (visitor.t("已试次数", "tries")) " " (receiver.attempts) " · " (visitor.t("下次", "next")) " " (at(receiver.next_attempt_at)) }
            }
        }
    }
}
