//! Proposing a topic in own words (提出议题): the domain is asked which origins and rungs this post may
//! begin with, and the page offers these.

use super::forms::tickets;
use crate::console::choices::{categories, concerned, territories_and_city};
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, Group, Takes, body, keyed};
use crate::console::fresh::Fresh;
use crate::console::layout::done;
use crate::console::visitor::{Chrome, Sent, Visitor, read};
use axum::extract::{Form as Posted, Query};
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::calendar::civil;
use chuishao_domain::ids::{CategoryCode, TerritoryId};
use chuishao_domain::message::city_office;
use chuishao_domain::plain::MOST_TITLE_CHARS;
use chuishao_domain::topic::case::{Draft, Origin, Subject};
use chuishao_domain::topic::command::TopicCommand;
use chuishao_domain::topic::handle::handle;
use chuishao_domain::topic::rung::Rung;
use maud::html;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Where a topic may come from: what this post and this day may say of it, as the domain judges.
fn origins(chrome: &Chrome) -> Vec<(Origin, Rung)> {
    let year = civil(chrome.now).year() - 1;
    let all = [Origin::Suggested, Origin::HighFrequency, Origin::HotTopic, Origin::YearlyList { year }];
    let pairs = all.into_iter().flat_map(|origin| Rung::ALL.map(|rung| (origin, rung)));
    pairs.filter(|(origin, rung)| is_possible(chrome, *origin, *rung)).collect()
}

fn is_possible(chrome: &Chrome, origin: Origin, rung: Rung) -> bool {
    let by = chrome.acting.as_ref().and_then(|acting| acting.topic_by());
    let Some(by) = by.filter(|_| chrome.may(Action::CommandTopics)) else { return false };
    let category = chrome.world.catalogue.categories().next().map(|category| category.code.clone());
    let draft = Draft {
        title: "题目".to_owned(),
        subject: Subject {
            category: category.unwrap_or_else(|| CategoryCode::from("")),
            territory: TerritoryId::from(TerritoryId::CITY),
            place: String::new(),
        },
        rung,
        origin,
        units: BTreeSet::new(),
        ticket_count: 0,
        tickets: BTreeSet::new(),
        reasons: vec!["理由".to_owned()],
    };
    handle(&chrome.world, None, &TopicCommand::Propose(draft), &by, chrome.now).is_ok()
}

/// Whether this post may propose anything.
pub fn may_propose(chrome: &Chrome) -> bool {
    !origins(chrome).is_empty()
}

/// An origin by the word that the API begins it with.
fn key(origin: Origin) -> String {
    match serde_json::to_value(origin) {
        Ok(Value::String(key)) => key,
        Ok(Value::Object(map)) => map.keys().next().cloned().unwrap_or_default(),
        _ => String::new(),
    }
}

fn fields(chrome: &Chrome) -> Vec<Field> {
    let possible = origins(chrome);
    let mut rungs: Vec<Rung> = possible.iter().map(|(_, rung)| *rung).collect();
    rungs.sort_unstable();
    rungs.dedup();
    let mut from: Vec<(String, String)> = Vec::new();
    for (origin, _) in &possible {
        let choice = (key(*origin), chrome.term(origin.term(), &key(*origin)));
        if !from.contains(&choice) {
            from.push(choice);
        }
    }
    let city = TerritoryId::from(TerritoryId::CITY);
    let units = concerned(chrome, &city).into_iter().filter(|(id, _)| *id != city_office().as_str()).collect();
    let title = Field { most_chars: MOST_TITLE_CHARS, ..Field::new("title", chrome.t("题目", "Title"), Takes::Line) };
    let place = Field {
        most_chars: MOST_TITLE_CHARS,
        ..Field::new("subject.place", chrome.t("街道或小区", "Street or estate"), Takes::Line)
    };
    let one = |name: &str, chinese: &str, english: &str, choices: Vec<(String, String)>| {
        let first = choices.first().map(|choice| choice.0.clone()).unwrap_or_default();
        Field::new(name, chrome.t(chinese, english), Takes::One(Group::plain(choices))).value(first)
    };
    vec![
        title,
        Field::new("subject.category", chrome.t("分类", "Category"), Takes::One(categories(chrome))),
        one("subject.territory", "属地", "Territory", territories_and_city(chrome)),
        place.optional(),
        one("origin", "来源", "Origin", from),
        one("rung", "提交层级", "Rung", keyed(chrome.language, &rungs, Rung::term)),
        Field::new("units", chrome.t("涉及单位", "Units concerned"), Takes::Some(units)).optional(),
        Field::new("ticket_count", chrome.t("涉及工单数", "Tickets in all"), Takes::Number(0, i64::MAX)).value("0"),
        tickets(chrome),
        Field::new("reasons", chrome.t("理由", "Reasons"), Takes::Lines)
            .hint(chrome.t("每行一条，写明数量和情况", "One on each line, with figures")),
    ]
}

/// What another page knows already of the topic.
#[derive(Deserialize)]
pub struct Known {
    #[serde(default)]
    category: String,
    #[serde(default)]
    origin: String,
    #[serde(default)]
    count: String,
}

pub async fn page(visitor: Visitor, Query(known): Query<Known>) -> Result<Response, Fault> {
    if !may_propose(&visitor.chrome) {
        return Err(visitor.fault(Problem::not_this_post()));
    }
    let pairs = [("subject.category", known.category), ("origin", known.origin), ("ticket_count", known.count)];
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    let filled = Filled(pairs.map(|(name, value)| (name.to_owned(), value)).collect());
    Ok(drawn(&visitor, &filled, None))
}

fn drawn(visitor: &Visitor, filled: &Filled, problem: Option<&Problem>) -> Response {
    let title = visitor.t("提出议题", "Propose a topic");
    let fields = fields(&visitor.chrome);
    Fresh { title, lead: html! {}, action: "/topics/new", fields: &fields, button: title }
        .shown(visitor, filled, problem)
}

#[derive(Deserialize)]
struct Receipt {
    topic: String,
}

pub async fn propose(visitor: Visitor, Posted(pairs): Posted<Vec<(String, String)>>) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let mut draft = Value::Object(body(&fields(&visitor.chrome), &filled));
    // The origin as the API writes it: the yearly list has its year within.
    let chosen = origins(&visitor.chrome).into_iter().find(|(origin, _)| key(*origin) == filled.one("origin"));
    if let Some((origin, _)) = chosen {
        draft["origin"] = json!(origin);
    }
    let reply = visitor.send("/v1/topics", &Sent::post(draft, filled.one("key"))).await;
    match reply.and_then(|reply| read::<Receipt>(&reply)) {
        Ok(receipt) => {
            Ok(done(&format!("/topics/{}", receipt.topic), visitor.t("议题已提出", "The topic is proposed")))
        }
        Err(problem) => Ok(drawn(&visitor, &filled, Some(&problem))),
    }
}
