//! Reports (报表): the city's and each county's, on the screen with a chart, on paper, or as a file.

use super::report::Report;
use super::{filters, handed_on, last_month};
use crate::console::ROOT;
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, Group, Takes};
use crate::console::inside::with_query;
use crate::console::layout::show_after;
use crate::console::parts::{heading, tabs};
use crate::console::visitor::{Chrome, Visitor};
use axum::extract::Query;
use axum::http::Method;
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::account::role::Role;
use maud::html;
use serde::Deserialize;

/// A report: its key in the API, its words, and what it is asked by.
struct Kind {
    key: &'static str,
    words: (&'static str, &'static str),
    takes: &'static [&'static str],
}

const KINDS: [Kind; 6] = [
    Kind { key: "period", words: ("综合报表", "Period"), takes: &["period", "by"] },
    Kind { key: "high-frequency", words: ("高频事项", "High frequency"), takes: &["period", "territory"] },
    Kind { key: "ageing", words: ("滞留分析", "Ageing"), takes: &["territory"] },
    Kind { key: "first-response", words: ("首次响应", "First response"), takes: &["period", "minutes"] },
    Kind { key: "monthly-list", words: ("月度清单", "Monthly list"), takes: &["period"] },
    Kind { key: "yearly-list", words: ("年度清单", "Yearly list"), takes: &["year"] },
];

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    period: String,
    #[serde(default)]
    year: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    territory: String,
    #[serde(default)]
    minutes: String,
    #[serde(default)]
    format: String,
}

impl Asked {
    /// A county's own figures are what it may see; the city's are all.
    fn settled(mut self, visitor: &Visitor) -> Self {
        let county = own_territory(&visitor.chrome);
        if self.kind.is_empty() {
            self.kind = if county.is_some() { "high-frequency" } else { "period" }.to_owned();
        }
        if let Some(county) = county.filter(|_| self.territory.is_empty()) {
            self.territory = county;
        }
        if self.period.is_empty() {
            self.period = last_month(visitor);
        }
        if self.by.is_empty() {
            self.by = "territory".to_owned();
        }
        if self.year.is_empty() {
            self.year = self.period.chars().take(4).collect();
        }
        self
    }

    fn kind(&self) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| kind.key == self.kind)
    }

    fn path(&self, kind: &Kind) -> String {
        let value = |name: &str| match name {
            "period" => self.period.as_str(),
            "year" => self.year.as_str(),
            "by" => self.by.as_str(),
            "territory" => self.territory.as_str(),
            _ => self.minutes.as_str(),
        };
        let mut pairs: Vec<(&str, &str)> =
            kind.takes.iter().map(|name| (if *name == "year" { "period" } else { *name }, value(name))).collect();
        pairs.push(("format", self.format.as_str()));
        with_query(&format!("/v1/reports/{}", kind.key), &pairs)
    }

    fn pairs(&self) -> [(&str, &str); 6] {
        [
            ("kind", &self.kind),
            ("period", &self.period),
            ("year", &self.year),
            ("by", &self.by),
            ("territory", &self.territory),
            ("minutes", &self.minutes),
        ]
    }
}

/// The reports of which this post may see something: a county sees those that are cut to it.
fn offered(chrome: &Chrome) -> impl Iterator<Item = &'static Kind> {
    let all = chrome.may_in_city(Action::ReadReports);
    KINDS.iter().filter(move |kind| all || kind.takes.contains(&"territory"))
}

fn own_territory(chrome: &Chrome) -> Option<String> {
    let acting = chrome.acting.as_ref().filter(|acting| acting.post.role == Role::UnitClerk)?;
    acting.post.territory(&chrome.world.catalogue).map(|territory| territory.to_string())
}

fn fields(chrome: &Chrome, kind: &Kind) -> Vec<Field> {
    let mut fields = Vec::new();
    for name in kind.takes {
        fields.push(match *name {
            "period" => Field::new("period", chrome.t("期间", "Period"), Takes::Line)
                .hint(chrome.t("2024-10、2024-Q4 或 2024", "2024-10, 2024-Q4 or 2024")),
            "year" => Field::new("year", chrome.t("年份", "Year"), Takes::Line),
            "by" => {
                let by = [("territory", "分属地", "By territory"), ("department", "分部门", "By department")];
                let by = by
                    .into_iter()
                    .map(|(key, chinese, english)| (key.to_owned(), chrome.t(chinese, english).to_owned()))
                    .collect();
                Field::new("by", chrome.t("口径", "By"), Takes::One(Group::plain(by)))
            }
            "territory" => {
                let own = own_territory(chrome);
                let all = chrome.world.catalogue.territories().filter(|one| !one.id.is_city());
                let all = all.filter(|one| own.as_deref().is_none_or(|own| one.id.as_str() == own));
                let all = all.map(|one| (one.id.to_string(), one.name.clone())).collect();
                Field::new("territory", chrome.t("区县", "Territory"), Takes::One(Group::plain(all))).optional()
            }
            _ => Field::new("minutes", chrome.t("多少分钟内", "Within minutes"), Takes::Number(1, 10_080)).optional(),
        });
    }
    fields
}

pub async fn page(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    let asked = asked.settled(&visitor);
    let kind = asked.kind().ok_or_else(|| visitor.fault(Problem::no_page()))?;
    let found = visitor.try_get::<Report>(&asked.path(kind)).await;
    let title = visitor.t("报表", "Reports");
    let all: Vec<(String, String, bool)> = offered(&visitor.chrome)
        .map(|one| {
            (
                with_query(&format!("{ROOT}/reports"), &[("kind", one.key)]),
                visitor.t(one.words.0, one.words.1).to_owned(),
                one.key == kind.key,
            )
        })
        .collect();
    let filled = Filled(asked.pairs().iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
    let mut fields = fields(&visitor.chrome, kind);
    fields.push(Field::new("kind", "", Takes::Line).hidden());
    let file = |format: &str| {
        let mut pairs = asked.pairs().to_vec();
        pairs.push(("format", format));
        with_query(&format!("{ROOT}/reports/file"), &pairs)
    };
    let body = html! {
        (heading(title, &html! {
            @if found.is_ok() {
                a.button.plain href=(file("xlsx")) { (visitor.t("导出 Excel", "Excel")) }
                a.button.plain href=(file("csv")) { (visitor.t("导出 CSV", "CSV")) }
            }
        }))
        (tabs(title, &all))
        (filters(visitor.language, "/reports", &fields, &filled, visitor.t("查看", "Show")))
        @match &found {
            Ok(report) => (report.drawn(&visitor.chrome)),
            Err(problem) => (problem.note(visitor.language)),
        }
    };
    Ok(show_after(&visitor, title, &body, found.as_ref().err()))
}

/// The same as a file.
pub async fn file(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    let asked = asked.settled(&visitor);
    let kind = asked.kind().ok_or_else(|| visitor.fault(Problem::no_page()))?;
    let reply = visitor.raw(Method::GET, &asked.path(kind), &[], "").await;
    reply.map(handed_on).map_err(|problem| visitor.fault(problem))
}
