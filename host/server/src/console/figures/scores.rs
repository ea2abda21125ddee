//! Scores (考核): a subject's sheet with the way back to each ticket, and both sides of every pair.

use super::{filters, last_month};
use crate::console::ROOT;
use crate::console::chart::{Bar, bars};
use crate::console::deeds::left_over;
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, Form, Group, Takes, body};
use crate::console::inside::{part, with_query};
use crate::console::language::{Language, in_words, key_of};
use crate::console::layout::{done, show, show_after};
use crate::console::parts::{Tone, at, badge, heading, nothing, written};
use crate::console::visitor::{Chrome, Sent, Visitor};
use crate::score_sheets;
use axum::extract::{Form as Posted, Path, Query};
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::evaluation::appeal::{Appeal, speaks_for};
use chuishao_domain::evaluation::definition::Measure;
use chuishao_domain::evaluation::excluded::Excluded;
use chuishao_domain::evaluation::indicator::{Indicator, Reading};
use chuishao_domain::evaluation::points::Points;
use chuishao_domain::evaluation::rule_set::RuleSets;
use chuishao_domain::evaluation::score_pair::ScoreEvent;
use chuishao_domain::evaluation::score_sheet::{Line, ScoreSheet};
use chuishao_domain::evaluation::subject::Subject;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    subject: String,
    #[serde(default)]
    period: String,
    #[serde(default)]
    indicator: String,
}

#[derive(Deserialize)]
struct Sheet {
    #[serde(flatten)]
    sheet: ScoreSheet,
    name: String,
    ways: Vec<Way>,
}

#[derive(Deserialize)]
struct Way {
    tickets: Option<String>,
}

/// Who may be looked at by this post, of those who are assessed.
fn subjects(chrome: &Chrome) -> Vec<Group> {
    let catalogue = &chrome.world.catalogue;
    let unit = chrome.acting.as_ref().and_then(|acting| acting.post.unit());
    let unit = unit.as_ref().and_then(|own| catalogue.unit(own));
    let is_shown = |subject: &Subject| match subject {
        _ if chrome.may_in_city(Action::ReadScores) => true,
        Subject::Territory(id) => unit.is_some_and(|unit| unit.territory == *id),
        Subject::Department(id) => unit.is_some_and(|unit| unit.id == *id),
    };
    let shown = score_sheets::subjects(catalogue).into_iter().filter(is_shown);
    let (territories, departments): (Vec<_>, Vec<_>) =
        shown.partition(|subject| matches!(subject, Subject::Territory(_)));
    let group = |(chinese, english): (&str, &str), subjects: Vec<Subject>| Group {
        heading: chrome.t(chinese, english).to_owned(),
        choices: subjects.iter().map(Subject::to_string).map(|id| (id.clone(), name_of(chrome, &id))).collect(),
    };
    let groups =
        [group(("县市区、开发区", "Territories"), territories), group(("市直部门", "City departments"), departments)];
    groups.into_iter().filter(|group| !group.choices.is_empty()).collect()
}

pub(super) fn points(points: Option<Points>) -> String {
    points.map_or_else(|| "—".to_owned(), |points| points.to_string())
}

pub async fn sheet(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let title = visitor.t("评分表", "Scores");
    let subjects = subjects(chrome);
    let first = subjects.iter().flat_map(|group| &group.choices).next().map(|one| one.0.clone()).unwrap_or_default();
    let subject = if asked.subject.is_empty() { first } else { asked.subject };
    if subject.is_empty() {
        let nobody =
            nothing(visitor.t("本单位不是考核对象，没有评分表。", "This unit is not assessed and has no sheet."));
        return Ok(show(&visitor, title, &html! { (heading(title, &html! {})) (nobody) }));
    }
    let period = if asked.period.is_empty() { last_month(&visitor) } else { asked.period };
    let path = with_query(&format!("/v1/evaluation/sheets/{}", part(&subject)), &[("period", &period)]);
    let found = visitor.try_get::<Sheet>(&path).await;
    let fields = [
        Field::new("subject", visitor.t("被考核单位", "Who"), Takes::One(subjects)),
        Field::new("period", visitor.t("月份", "Month"), Takes::Line),
    ];
    let filled = Filled(vec![("subject".into(), subject.clone()), ("period".into(), period.clone())]);
    let body = html! {
        (heading(title, &html! {}))
        (filters(visitor.language, "/scores", &fields, &filled, visitor.t("查看", "Show")))
        @match &found {
            Ok(found) => (drawn(chrome, found, &subject, &period)),
            Err(problem) => (problem.note(visitor.language)),
        }
    };
    Ok(show_after(&visitor, title, &body, found.as_ref().err()))
}

/// An indicator's name.
fn indicator_words(chrome: &Chrome, indicator: Indicator) -> String {
    let definition = indicator.definition();
    chrome.term(definition.term, definition.key)
}

/// A line's figure, or why there is none.
fn figure_words(chrome: &Chrome, line: &Line) -> String {
    let measure = line.indicator.definition().measure;
    match (chrome.language, line.figure.reading) {
        (Language::Chinese, _) => line.figure.shown(measure),
        (Language::English, Reading::NothingToDivideBy) => line.figure.reading.to_string(),
        (Language::English, Reading::BaseTooSmall) => in_words(&key_of(&Reading::BaseTooSmall)),
        (Language::English, Reading::Hundredths(hundredths)) => {
            let sign = match measure {
                Measure::Percent => "%",
                Measure::TimesPerTicket => " times a ticket",
                Measure::Minutes => " minutes",
            };
            format!("{}{sign}", Reading::Hundredths(hundredths))
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "lengths on a screen")]
fn drawn(chrome: &Chrome, found: &Sheet, subject: &str, period: &str) -> Markup {
    let sheet = &found.sheet;
    let figure = |value: String, words: &str| html! { div.figure-card { b { (value) } (words) } };
    let share = |line: &Line| line.points.map(|got| got.0 as f64 / line.weight.0.max(1) as f64 * 100.0);
    let bar = |line: &Line| {
        let value = share(line)?;
        let (figure, of) = (figure_words(chrome, line), format!("{} / {}", points(line.points), line.weight));
        let words = match chrome.language {
            Language::Chinese => format!("{of}（{figure}）"),
            Language::English => format!("{of} ({figure})"),
        };
        Some(Bar { label: super::short(&indicator_words(chrome, line.indicator)), value, words, before: None })
    };
    let bars_of: Vec<Bar> = sheet.lines.iter().filter_map(bar).collect();
    html! {
        h2 { (written(&found.name)) " " span.count { (period) " · " (chrome.t("规则", "rules")) " " (sheet.rule_version) } }
        div.grid {
            (figure(points(sheet.total), chrome.t("总分", "Total")))
            (figure(sheet.earned.to_string(), chrome.t("指标得分", "Earned")))
            (figure(sheet.adjustment.to_string(), chrome.t("双加双减", "Paired scores")))
            (figure(sheet.full.to_string(), chrome.t("满分", "Full marks")))
        }
        @if !bars_of.is_empty() { section.card { (bars(chrome.language, chrome.t("各项得分占满分的比例", "Share of full marks"), &bars_of)) } }
        section.part {
            h2 { (chrome.t("各项指标", "Lines")) }
            div.scroll tabindex="0" role="region" aria-label=(chrome.t("各项指标", "Lines")) {
                table {
                    thead { tr {
                        th scope="col" { (chrome.t("指标", "Indicator")) }
                        th.num scope="col" { (chrome.t("数值", "Figure")) }
                        th.num scope="col" { (chrome.t("得分", "Points")) }
                        th.num scope="col" { (chrome.t("满分", "Weight")) }
                        th scope="col" { (chrome.t("回查", "Way back")) }
                    } }
                    tbody {
                        @for (line, way) in sheet.lines.iter().zip(&found.ways) {
                            tr {
                                td { (indicator_words(chrome, line.indicator)) }
                                td.num { (figure_words(chrome, line)) }
                                td.num { (points(line.points)) }
                                td.num { (line.weight) }
                                td {
                                    @if way.tickets.is_some() {
                                        a href=(with_query(&format!("{ROOT}/scores/line"), &[("subject", subject), ("period", period), ("indicator", line.indicator.definition().key)])) { (chrome.t("看工单", "Tickets")) }
                                    } @else { span.quiet { "—" } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[derive(Deserialize)]
struct LineTickets {
    tickets: Vec<LineTicket>,
}

#[derive(Deserialize)]
struct LineTicket {
    ticket: String,
    part: u64,
    whole: u64,
}

/// The tickets that a line is made of.
pub async fn line(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    let path = format!("/v1/evaluation/sheets/{}/tickets", part(&asked.subject));
    let path = with_query(&path, &[("period", &asked.period), ("indicator", &asked.indicator)]);
    let found: LineTickets = visitor.get(&path).await?;
    let indicator: Option<Indicator> = serde_json::from_value(serde_json::json!(asked.indicator)).ok();
    let name = indicator.map_or_else(|| asked.indicator.clone(), |one| indicator_words(&visitor.chrome, one));
    let title = format!("{} · {name}", asked.period);
    let body = html! {
        (heading(&title, &html! { a.button.plain href=(with_query(&format!("{ROOT}/scores"), &[("subject", &asked.subject), ("period", &asked.period)])) { (visitor.t("回到评分表", "Back to the sheet")) } }))
        @if found.tickets.is_empty() { (nothing(visitor.t("没有工单。", "No tickets."))) }
        @else {
            section.part {
                table {
                    thead { tr { th scope="col" { (visitor.t("工单", "Ticket")) } th.num scope="col" { (visitor.t("计入分子", "Counted")) } th.num scope="col" { (visitor.t("计入分母", "Of")) } th scope="col" { (visitor.t("计分", "Scores")) } } }
                    tbody {
                        @for ticket in &found.tickets {
                            tr {
                                td { a.number href={ (ROOT) "/tickets/" (ticket.ticket) } { (ticket.ticket) } }
                                td.num { (ticket.part) } td.num { (ticket.whole) }
                                td { a href={ (ROOT) "/scores/tickets/" (ticket.ticket) } { (visitor.t("双方计分", "Both sides")) } }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(show(&visitor, &title, &body))
}

#[derive(Deserialize)]
struct Scored {
    at: Timestamp,
    #[serde(flatten)]
    event: ScoreEvent,
}

#[derive(Deserialize)]
struct Ledger {
    scores: Vec<Scored>,
    appeals: Vec<Appeal>,
    exclusion: Option<Excluded>,
}

pub(super) fn name_of(chrome: &Chrome, id: &str) -> String {
    let catalogue = &chrome.world.catalogue;
    let territory = catalogue.territory(&id.into()).map(|one| one.name.clone());
    territory.unwrap_or_else(|| catalogue.unit_name(&id.into()).to_owned())
}

fn lodging(chrome: &Chrome, pair: &str) -> Vec<Field> {
    vec![
        Field::new("pair", "", Takes::Line).value(pair).hidden(),
        Field { most_chars: 500, ..Field::new("reason", chrome.t("申诉理由", "Why"), Takes::Words) },
    ]
}

/// Each where it comes first: the sides of a pair do not always stand beside each other.
fn each_once<'a>(pairs: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    pairs.filter(|pair| seen.insert(*pair)).collect()
}

/// Both sides of every score of one ticket.
pub async fn ledger(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Fault> {
    drawn_ledger(&visitor, &id, &Filled::default(), None).await
}

async fn drawn_ledger(
    visitor: &Visitor,
    id: &str,
    filled: &Filled,
    problem: Option<&Problem>,
) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let found: Ledger = visitor.get(&format!("/v1/evaluation/ledger/{}", part(id))).await?;
    let title = format!("{} {id}", visitor.t("双方计分", "Both sides"));
    let pairs = each_once(found.scores.iter().map(|score| score.event.pair.as_str()));
    let rules = RuleSets::shipped();
    let item = |event: &ScoreEvent| {
        let rules = rules.version(&event.rule_version).ok();
        let found = rules
            .and_then(|rules| rules.items.iter().find(|item| item.code == event.item).map(|item| item.title.clone()));
        found.unwrap_or_else(|| event.item.clone())
    };
    let (nothing_typed, tried) = (Filled::default(), filled.one("pair"));
    let speaks = |event: &ScoreEvent| chrome.by().is_some_and(|by| speaks_for(&by, &event.subject));
    let may_lodge = |pair: &str| {
        let of = found.scores.iter().filter(|score| score.event.pair.as_str() == pair);
        visitor.may(Action::LodgeAppeals) && of.map(|score| &score.event).any(speaks)
    };
    let is_there = pairs.iter().any(|pair| *pair == tried && may_lodge(pair));
    let body = html! {
        (heading(&title, &html! { a.button.plain href={ (ROOT) "/tickets/" (id) } { (visitor.t("看工单", "The ticket")) } }))
        @if let Some(problem) = problem { (problem.note(visitor.language)) }
        @if problem.is_some() && !is_there { (left_over(chrome, filled)) }
        @if let Some(excluded) = &found.exclusion { div.note.warn { strong { (visitor.t("已剔除：", "Excluded: ")) } (visitor.term(excluded.ground.term(), &key_of(&excluded.ground))) " " (written(&excluded.reason)) } }
        @if pairs.is_empty() { (nothing(visitor.t("没有计分。", "No scores."))) }
        @for pair in &pairs {
            @let of: Vec<&Scored> = found.scores.iter().filter(|score| score.event.pair.as_str() == *pair).collect();
            section.card {
                @if let Some(first) = of.first() { h2 { (written(&item(&first.event))) " " span.count { (first.event.period) " · " (first.event.rule_version) } } }
                @for score in &of {
                    p {
                        (badge(if score.event.points.0 < 0 { Tone::Bad } else { Tone::Good }, &score.event.points.to_string())) " "
                        (written(&name_of(chrome, &score.event.subject.to_string()))) " "
                        @if score.event.reversal.is_some() { (badge(Tone::Plain, visitor.t("冲销", "reversed"))) " " }
                        @if score.event.exemption.is_some() { span.quiet { (visitor.t("市直直办，无属地一方", "city-direct, no territory's side")) " " } }
                        span.quiet { (at(score.at)) }
                    }
                }
                @for appeal in found.appeals.iter().filter(|appeal| appeal.pair.as_str() == *pair) { (appealed(chrome, appeal)) }
                @if may_lodge(pair) {
                    details.deed open[*pair == tried] { summary { (visitor.t("提出申诉", "Appeal")) } div.inside {
                        (Form { action: format!("/scores/tickets/{id}"), fields: &lodging(chrome, pair), button: visitor.t("提出申诉", "Appeal"), version: String::new(), is_grave: false, prefix: "appeal-" }
                            .draw(chrome, if *pair == tried { filled } else { &nothing_typed }))
                    } }
                }
            }
        }
    };
    Ok(show_after(visitor, &title, &body, problem))
}

pub(super) fn appealed(chrome: &Chrome, appeal: &Appeal) -> Markup {
    html! {
        p {
            (badge(Tone::Busy, chrome.t("申诉", "Appeal"))) " " (written(&name_of(chrome, &appeal.subject.to_string()))) (chrome.t("：", ": ")) (written(&appeal.reason)) " " span.quiet { (at(appeal.lodged_at)) }
            @if let Some(ruling) = &appeal.ruling {
                br; (badge(if ruling.upheld { Tone::Good } else { Tone::Bad }, if ruling.upheld { chrome.t("成立", "upheld") } else { chrome.t("不成立", "not upheld") })) " " (written(&ruling.opinion))
            }
        }
    }
}

pub async fn lodge(
    visitor: Visitor,
    Path(id): Path<String>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let sent = Sent::post(body(&lodging(&visitor.chrome, filled.one("pair")), &filled).into(), filled.one("key"));
    match visitor.send("/v1/evaluation/appeals", &sent).await {
        Ok(_) => Ok(done(&format!("/scores/tickets/{id}"), visitor.t("申诉已提出", "The appeal is lodged"))),
        Err(problem) => {
            let again = drawn_ledger(&visitor, &id, &filled, Some(&problem)).await;
            again.map_err(|_| visitor.fault(problem))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::each_once;

    #[test]
    fn a_pair_whose_sides_stand_apart_is_one() {
        assert_eq!(each_once(["A", "B", "A", "A", "C", "B"].into_iter()), ["A", "B", "C"]);
    }
}
