//! The thresholds of hot topics and lists (门槛): what holds, who changed it and why, and a change.

use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, Form, Takes, body};
use crate::console::layout::{done, show_after};
use crate::console::parts::{at, heading, nothing, said};
use crate::console::visitor::{Chrome, Sent, Visitor};
use axum::extract::Form as Posted;
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::topic::settings::{SettingsRecorded, narrate};
use maud::html;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Thresholds {
    current: Value,
    history: Vec<SettingsRecorded>,
}

/// Each as the API names it, and as a person does.
const NAMES: [(&str, &str, &str, &str); 14] = [
    ("hot", "volume", "热点诉求量（件）", "Hot: tickets of a day"),
    ("hot", "territories", "热点涉及属地数", "Hot: territories"),
    ("hot", "streets", "热点涉及街道数", "Hot: streets"),
    ("hot", "growth", "热点增长率（万分数）", "Hot: growth, in hundredths of a percent"),
    ("hot", "least_base", "热点最小基数（件）", "Hot: smallest base of a growth"),
    ("hot", "one_place", "热点单一地点件数", "Hot: tickets of one place"),
    ("hot", "most", "热点候选数", "Hot: how many at most"),
    ("frequent", "volume", "月度清单件数", "Monthly list: tickets"),
    ("frequent", "most", "月度清单长度", "Monthly list: how many at most"),
    ("frequent", "least_base", "月度清单最小基数（件）", "Monthly list: smallest base of a growth"),
    ("hard", "months", "年度清单上榜月数", "Yearly list: months listed"),
    (
        "hard",
        "resolution_below",
        "年度清单解决率低于（万分数）",
        "Yearly list: solved below, in hundredths of a percent",
    ),
    ("hard", "least_followed_up", "年度清单最少回访数", "Yearly list: least answers"),
    ("hard", "territories", "年度清单涉及属地数", "Yearly list: territories"),
];

/// Largest threshold that anybody can type; which make sense the domain says.
const MOST: i64 = 1_000_000;

fn fields(chrome: &Chrome, current: &Value) -> Vec<Field> {
    let field = |(of, name, chinese, english): &(&str, &str, &str, &str)| {
        let now = current[of][name].as_i64().unwrap_or_default().to_string();
        Field::new(&format!("settings.{of}.{name}"), chrome.t(chinese, english), Takes::Number(1, MOST)).value(now)
    };
    let reason = Field::new("reason", chrome.t("调整理由", "Why"), Takes::Words);
    NAMES.iter().map(field).chain([reason]).collect()
}

pub async fn page(visitor: Visitor) -> Result<Response, Fault> {
    drawn(&visitor, &Filled::default(), None).await
}

async fn drawn(visitor: &Visitor, filled: &Filled, problem: Option<&Problem>) -> Result<Response, Fault> {
    let title = visitor.t("热点门槛", "Thresholds");
    let Thresholds { current, history } = visitor.get("/v1/topics/thresholds").await?;
    let fields = fields(&visitor.chrome, &current);
    let body = html! {
        (heading(title, &html! {}))
        @if let Some(problem) = problem { (problem.note(visitor.language)) }
        div.columns {
            @if visitor.may(Action::SetThresholds) {
                section.card {
                    h2 { (visitor.t("现行门槛", "What holds")) }
                    (Form { action: "/topics/thresholds".into(), fields: &fields, button: visitor.t("调整", "Change"), version: String::new(), is_grave: false, prefix: "" }
                        .draw(&visitor.chrome, filled))
                }
            }
            aside {
                section.card {
                    h2 { (visitor.t("调整记录", "Changes")) }
                    @if history.is_empty() { (nothing(visitor.t("没有调整过，均为默认。", "Never changed; as by default."))) }
                    @for one in history.iter().rev() { p { (at(one.at)) br; (said(&visitor.chrome, &narrate(&one.event))) } }
                }
            }
        }
    };
    Ok(show_after(visitor, title, &body, problem))
}

pub async fn change(visitor: Visitor, Posted(pairs): Posted<Vec<(String, String)>>) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let fields = fields(&visitor.chrome, &Value::Null);
    let sent = Sent::post(body(&fields, &filled).into(), filled.one("key"));
    match visitor.send("/v1/topics/thresholds", &sent).await {
        Ok(_) => Ok(done("/topics/thresholds", visitor.t("门槛已调整", "The thresholds are changed"))),
        Err(problem) => drawn(&visitor, &filled, Some(&problem)).await,
    }
}
