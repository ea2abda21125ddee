//! Before it is switched on (试用): what a candidate would have done in the shadow, and over a past
//! period.

use super::one::{Shown, address, health};
use super::reviews;
use crate::console::ROOT;
use crate::console::chart::{Bar, bars};
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, Form, Group, Takes, body};
use crate::console::inside::{part, with_query};
use crate::console::layout::{done, show, show_after};
use crate::console::parts::{Tone, badge, heading, next_page, nothing, proposed, recorded, sentence, text, written};
use crate::console::visitor::{Chrome, Sent, Visitor, read};
use crate::impact::runs::Standing;
use crate::impact::words::sections;
use crate::registry::shadow::Compared;
use axum::extract::{Form as Posted, Path, Query};
use axum::response::Response;
use chuishao_domain::calendar::civil;
use chuishao_domain::impact::ImpactReport;
use chuishao_domain::impact::examples::Texts;
use chuishao_domain::impact::sums::Differences;
use chuishao_domain::sentence::Text;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

/// Where the list of differences goes on, and where that of reviews does.
#[derive(Deserialize)]
pub struct After {
    #[serde(default)]
    after: String,
    #[serde(default)]
    reviews: String,
}

#[derive(Deserialize)]
struct ShadowPage {
    count: Count,
    differences: Vec<Row>,
    next: Option<String>,
}

/// How a candidate does: of tickets here, of reviews in their own room.
#[derive(Deserialize)]
pub struct Count {
    pub compared: i64,
    pub differs: i64,
    pub failed: i64,
}

#[derive(Deserialize)]
struct InEnglish {
    hindsight: Vec<Text>,
}

#[derive(Deserialize)]
struct Row {
    ticket: String,
    at: String,
    failed: bool,
    compared: Compared,
    hindsight: Vec<String>,
    english: InEnglish,
}

pub async fn shadow(
    visitor: Visitor,
    Path((territory, plugin, revision)): Path<(String, String, u32)>,
    Query(After { after, reviews }): Query<After>,
) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let number = revision.to_string();
    let path =
        with_query(&format!("{}/shadow", address(&territory, &plugin)), &[("revision", &number), ("after", &after)]);
    let found: ShadowPage = visitor.get(&path).await?;
    let reviews = reviews::tried(&visitor, (&territory, &plugin), &number, &reviews).await?;
    let title = format!("{} · {revision}", visitor.t("影子对照", "Shadow results"));
    let figure = |value: i64, words: &str| html! { div.figure-card { b { (value) } (words) } };
    let page = format!("/plugins/{territory}/{plugin}");
    let body = html! {
        (heading(&title, &html! { a.button.plain href={ (ROOT) (page) } { (visitor.t("回到插件", "Back to the plugin")) } }))
        div.grid {
            (figure(found.count.compared, visitor.t("次对照", "compared")))
            (figure(found.count.differs, visitor.t("次会不同", "would differ")))
            (figure(found.count.failed, visitor.t("次失败", "failed")))
        }
        (reviews)
        @if found.differences.is_empty() { (nothing(visitor.t("还没有不同。", "No difference yet."))) }
        @for row in &found.differences {
            section.card {
                p { a.number href={ (ROOT) "/tickets/" (row.ticket) } { (row.ticket) } " " span.quiet { (row.at) } @if row.failed { " " (badge(Tone::Bad, visitor.t("失败", "failed"))) } }
                ul.asked {
                    @for deed in &row.compared.difference.only_candidate { li { (badge(Tone::Busy, visitor.t("候选会做", "candidate only"))) " " (proposed(chrome, &deed.effect)) div.because { (written(&deed.reason)) } } }
                    @for deed in &row.compared.difference.only_now { li { (badge(Tone::Warn, visitor.t("候选不会做", "now only"))) " " (proposed(chrome, &deed.effect)) } }
                    @for failure in &row.compared.candidate.failures { li.rail { (recorded(failure)) } }
                    @for (words, english) in row.hindsight.iter().zip(&row.english.hindsight) { li.quiet { (visitor.t("后来由人：", "What people did: ")) (sentence(visitor.language, words, english)) } }
                }
            }
        }
        (next_page(chrome, &format!("{page}/shadow/{revision}"), &[], found.next.as_deref()))
    };
    Ok(show(&visitor, &title, &body))
}

/// Which run.
#[derive(Deserialize)]
pub struct Which {
    #[serde(default)]
    run: String,
}

#[derive(Deserialize)]
struct RunShown {
    standing: Standing,
    report: Option<ImpactReport>,
}

#[derive(Deserialize)]
struct Begun {
    run: String,
}

fn fields(chrome: &Chrome, shown: &Shown) -> Vec<Field> {
    let revisions = shown.rollout.revisions.iter().rev();
    let revisions: Vec<(String, String)> = revisions
        .map(|one| (one.number.to_string(), format!("{} · {}", one.number, one.package.manifest.version)))
        .collect();
    let newest = revisions.first().map(|one| one.0.clone()).unwrap_or_default();
    let today = civil(chrome.now).date();
    let year = today.checked_sub(jiff::Span::new().years(1)).unwrap_or(today);
    vec![
        Field::new("revision", chrome.t("版次", "Revision"), Takes::One(Group::plain(revisions))).value(newest),
        Field::new("from", chrome.t("起", "From"), Takes::Day).value(year.to_string()),
        Field::new("until", chrome.t("止（不含当日）", "Until (not included)"), Takes::Day).value(today.to_string()),
        Field::new("as_if", chrome.t("假设从这一天开始", "As if it began on"), Takes::Day)
            .optional()
            .hint(chrome.t("例如在夏天试算冬天的规则", "For example to try winter's rules in summer")),
    ]
}

pub async fn impact(
    visitor: Visitor,
    Path((territory, plugin)): Path<(String, String)>,
    Query(Which { run }): Query<Which>,
) -> Result<Response, Fault> {
    drawn(&visitor, (&territory, &plugin), &run, &Filled::default(), None).await
}

async fn drawn(
    visitor: &Visitor,
    (territory, plugin): (&str, &str),
    run: &str,
    filled: &Filled,
    problem: Option<&Problem>,
) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let address = address(territory, plugin);
    health(visitor, &address).await?;
    let shown: Shown = visitor.get(&address).await?;
    let title = visitor.t("影响评估", "Impact");
    let fields = fields(chrome, &shown);
    let page = format!("/plugins/{territory}/{plugin}");
    let found: Option<RunShown> =
        if run.is_empty() { None } else { Some(visitor.get(&format!("{address}/impact?run={}", part(run))).await?) };
    let body = html! {
        (heading(title, &html! { a.button.plain href={ (ROOT) (page) } { (visitor.t("回到插件", "Back to the plugin")) } }))
        @if let Some(problem) = problem { (problem.note(visitor.language)) }
        p { (visitor.t("在过去的工单上试算：换成候选版次，会有哪些工单处置不同。不改动任何工单。", "Runs over past tickets: which would be treated differently. Changes nothing.")) }
        @if let Some(found) = &found { (standing(chrome, &found.standing)) @if let Some(report) = &found.report { (reported(chrome, report)) } }
        section.card.no-print {
            h2 { (visitor.t("开始一次评估", "Begin a run")) }
            (Form { action: format!("{page}/impact"), fields: &fields, button: visitor.t("开始评估", "Begin"), version: String::new(), is_grave: false, prefix: "" }
                .draw(chrome, filled))
        }
    };
    Ok(show_after(visitor, title, &body, problem))
}

fn standing(chrome: &Chrome, standing: &Standing) -> Markup {
    match standing {
        Standing::Waiting => {
            html! { div.note.warn data-again="2" { (chrome.t("排队等候，本页会自动刷新。", "Waiting; this page looks again.")) } }
        }
        Standing::Running(progress) => {
            let percent = progress.tickets_done * 100 / progress.tickets.max(1);
            html! {
                div.note.warn data-again="2" {
                    (chrome.t("正在试算", "Running")) " " (progress.tickets_done) " / " (progress.tickets) " (" (percent) "%)"
                    (chrome.t("，本页会自动刷新。", "; this page looks again."))
                }
            }
        }
        Standing::Stopped => {
            html! { div.note.warn { (chrome.t("已停止；再次开始时从停下的地方继续。", "Stopped; it goes on when begun again.")) } }
        }
        Standing::Done => html! {},
        Standing::Failed { why } => html! { div.note.bad { (chrome.t("失败：", "Failed: ")) (recorded(why)) } },
    }
}

/// The report: two charts, then its own tables, cases with their way to the ticket.
fn reported(chrome: &Chrome, report: &ImpactReport) -> Markup {
    // Where nothing differs from the rules of now, one wants to see what they change at all.
    let (title, differences) = match report.sums.now.tickets {
        0 => (
            chrome.t("与实际发生的相比，各类效果的变化（次）", "Against what happened, by effect"),
            &report.sums.happened,
        ),
        _ => {
            (chrome.t("与现行规则相比，各类效果的变化（次）", "Against the rules of now, by effect"), &report.sums.now)
        }
    };
    html! {
        div.columns.even {
            section.card { (effects(chrome, title, differences)) }
            section.card { (places(chrome, report)) }
        }
        @if !report.sums.examples.all().is_empty() {
            section.part {
                h2 { (chrome.t("典型工单", "Cases")) }
                @for example in report.sums.examples.all() {
                    @let Texts { event, was, would, reason } = example.said_in(chrome.language);
                    p {
                        a.number href={ (ROOT) "/tickets/" (example.ticket) } { (example.ticket) } " " (text(&event))
                        br; span.quiet { (chrome.t("现在：", "Now: ")) } @if was.is_empty() { "—" } @else { (text(&was)) }
                        br; span.quiet { (chrome.t("候选：", "Candidate: ")) } @if would.is_empty() { "—" } @else { (text(&would)) }
                        @if !reason.is_empty() { br; span.quiet { (chrome.t("理由：", "Because: ")) (text(&reason)) } }
                    }
                }
            }
        }
        @for section in sections(report, &chrome.world, chrome.language) {
            section.part {
                h2 { (section.title) }
                @for note in &section.notes { p.quiet { (note) } }
                @if !section.rows.is_empty() {
                    div.scroll tabindex="0" role="region" aria-label=(section.title) {
                        table {
                            @if !section.head.is_empty() { thead { tr { @for cell in &section.head { th scope="col" { (cell) } } } } }
                            tbody { @for row in &section.rows { tr { @for cell in row { td { (text(cell)) } } } } }
                        }
                    }
                }
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "lengths on a screen")]
fn effects(chrome: &Chrome, title: &str, differences: &Differences) -> Markup {
    let mut found = Vec::new();
    for (kind, change) in differences.by_effect.values().flatten() {
        for (words, value) in [
            (chrome.t("多", "more"), change.more),
            (chrome.t("少", "fewer"), change.fewer),
            (chrome.t("不同", "other"), change.other),
        ] {
            if value > 0 {
                let label = format!("{} · {words}", chrome.term(kind.term(), &crate::console::language::key_of(kind)));
                found.push(Bar { label, value: value as f64, words: value.to_string(), before: None });
            }
        }
    }
    if found.is_empty() {
        html! { h2 { (title) } (nothing(chrome.t("没有不同。", "No difference."))) }
    } else {
        bars(chrome.language, title, &found)
    }
}

#[expect(clippy::cast_precision_loss, reason = "lengths on a screen")]
fn places(chrome: &Chrome, report: &ImpactReport) -> Markup {
    let title = chrome.t("各区县处置会不同的次数", "Differences by territory");
    let bar = |(territory, groups): (
        &chuishao_domain::ids::TerritoryId,
        &std::collections::BTreeMap<String, std::collections::BTreeMap<String, chuishao_domain::impact::sums::Cell>>,
    )| {
        let count: u64 = groups.values().flat_map(|months| months.values()).map(|cell| cell.differ_from_now).sum();
        let label = crate::console::parts::territory_name(chrome, territory).to_owned();
        Bar { label, value: count as f64, words: count.to_string(), before: None }
    };
    let found: Vec<Bar> = report.sums.places.iter().map(bar).filter(|bar| bar.value > 0.0).collect();
    if found.is_empty() {
        html! { h2 { (title) } (nothing(chrome.t("没有不同。", "No difference."))) }
    } else {
        bars(chrome.language, title, &found)
    }
}

pub async fn begin(
    visitor: Visitor,
    Path((territory, plugin)): Path<(String, String)>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let address = address(&territory, &plugin);
    health(&visitor, &address).await?;
    let shown: Shown = visitor.get(&address).await?;
    let mut body = body(&fields(&visitor.chrome, &shown), &filled);
    let place = (territory.as_str(), plugin.as_str());
    let Ok(number) = filled.one("revision").parse::<u32>() else {
        return drawn(&visitor, place, "", &filled, Some(&Problem::bad_form())).await;
    };
    body.insert("revision".into(), json!(number));
    let reply = visitor.send(&format!("{address}/impact"), &Sent::post(body.into(), "")).await;
    match reply.and_then(|reply| read::<Begun>(&reply)) {
        Ok(begun) => {
            let page = format!("/plugins/{territory}/{plugin}/impact");
            Ok(done(&with_query(&page, &[("run", &begun.run)]), visitor.t("评估已开始", "The run has begun")))
        }
        Err(problem) => drawn(&visitor, place, "", &filled, Some(&problem)).await,
    }
}
