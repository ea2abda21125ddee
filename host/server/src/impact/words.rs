//! The report as people read it (评估报告): the same sections for the screen and for a page.

use super::limits::LIMITS;
use chuishao_domain::World;
use chuishao_domain::english;
use chuishao_domain::ids::CategoryCode;
use chuishao_domain::impact::ImpactReport;
use chuishao_domain::impact::asked::RuleAsked;
use chuishao_domain::impact::examples::{Against, Example, Finding, Texts};
use chuishao_domain::impact::heard::Way;
use chuishao_domain::impact::spread::Spread;
use chuishao_domain::impact::sums::{Both, Cell, Differences, Sums};
use chuishao_domain::language::Language;
use chuishao_domain::narrate::moment;
use chuishao_domain::rule::kinds::EffectKind;
use chuishao_domain::sentence::{Sentence, Text, data};
use std::collections::BTreeMap;
use std::fmt::Write;

/// A table with a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// 标题
    pub title: String,
    /// 说明, one sentence each.
    pub notes: Vec<String>,
    /// 表头
    pub head: Vec<&'static str>,
    /// 各行
    pub rows: Vec<Vec<Text>>,
}

/// Rows of places that are shown: what one person reads; all of them stand in the JSON.
const MOST_PLACES: usize = 30;

/// The report in sections. Tickets, places, names of rules and what rules wrote are as they are.
#[must_use]
pub fn sections(report: &ImpactReport, world: &World, language: Language) -> Vec<Section> {
    let sums = &report.sums;
    let mut sections = vec![overview(report, language)];
    let title = |against: Against, of: &Differences| {
        let share = per_cent(of.tickets, sums.asked);
        let (tickets, moments) = (of.tickets, of.moments);
        match language {
            Language::Chinese => {
                let what = against.term();
                format!("{what}：{tickets} 件工单（被询问工单的 {share}）处置不同，共 {moments} 次")
            }
            Language::English => {
                format!(
                    "Against {}: {tickets} tickets ({share} of those asked about) differ, {moments} times",
                    in_words_of(against)
                )
            }
        }
    };
    sections.push(differences(title(Against::Now, &sums.now), &sums.now, language));
    if report.asked.as_if.is_none() {
        sections.push(differences(title(Against::Happened, &sums.happened), &sums.happened, language));
    }
    sections.extend([refused(sums, language), failed(sums, language), fuel(sums, language)]);
    sections.push(places(language.t("分属地", "By territory"), sums, language, |territory, _, _| {
        let id = territory.into();
        world.catalogue.territory(&id).map_or_else(|| territory.to_owned(), |known| known.name.clone())
    }));
    sections.push(places(language.t("分类", "By category"), sums, language, |_, group, _| {
        let code = CategoryCode(group.to_owned());
        format!("{group} {}", world.catalogue.category_name(&code))
    }));
    let by_month =
        places(language.t("分月（受理月份）", "By month of receipt"), sums, language, |_, _, month| {
            month.to_owned()
        });
    sections.push(by_month);
    sections.push(examples(sums.examples.all(), language));
    let notes = LIMITS.map(|(chinese, english)| language.t(chinese, english).to_owned()).to_vec();
    let title = language.t("说明", "How it was computed").to_owned();
    sections.push(Section { title, notes, head: Vec::new(), rows: Vec::new() });
    sections
}

fn named(rule: &RuleAsked, language: Language) -> Text {
    let edition: String = rule.edition.chars().take(12).collect();
    let RuleAsked { title, name, version, territory, .. } = rule;
    let of = format!("{name} {version} ({territory}, edition {edition})");
    let chinese = format!("「{title}」{name} {version}（{territory}，版次 {edition}）");
    Sentence::new(chinese, english!("\"{}\" {}", data(title), of)).said_in(language)
}

/// A row of the report's own words, figures and codes.
fn cells(own: impl IntoIterator<Item = String>) -> Vec<Text> {
    own.into_iter().map(Text::from).collect()
}

fn overview(report: &ImpactReport, language: Language) -> Section {
    let t = |chinese, english| language.t(chinese, english).to_owned();
    let (asked, sums) = (&report.asked, &report.sums);
    let switched_off = || language.t("（停用该规则）", "(the rule switched off)").into();
    let candidate = asked.candidate().map_or_else(switched_off, |rule| named(rule, language));
    let now = Text::joined(asked.versions_now().map(|rule| named(rule, language)), language.t("；", "; "));
    let now = if now.is_empty() { language.t("未启用", "Not on").into() } else { now };
    let (from, until) = (asked.from, asked.until);
    let tickets = |count: u64| format!("{count} {}", language.t("件", "tickets"));
    let mut rows = vec![
        vec![t("候选规则", "Candidate").into(), candidate],
        vec![t("现行规则", "On now").into(), now],
        cells([
            t("受理日期", "Received"),
            match language {
                Language::Chinese => format!("{from} 起，{until} 前"),
                Language::English => format!("from {from} until {until}, which is not included"),
            },
        ]),
    ];
    if let Some(territory) = &asked.territory {
        rows.push(cells([t("只看属地", "Territory alone"), territory.to_string()]));
    }
    if let Some(as_if) = asked.as_if {
        let words = match language {
            Language::Chinese => format!("把 {from} 当作 {as_if}，其余顺延"),
            Language::English => format!("{from} is taken for {as_if}, and so on from there"),
        };
        rows.push(cells([t("假设日期", "As if"), words]));
    }
    rows.push(cells([t("查看的工单", "Looked at"), tickets(sums.tickets)]));
    let times = match language {
        Language::Chinese => format!("，{} 次", sums.moments),
        Language::English => format!(", {} times", sums.moments),
    };
    rows.push(cells([t("被询问的工单", "Asked about"), tickets(sums.asked) + &times]));
    if sums.unreadable > 0 {
        let advice = language.t("，请运行 chuishao verify", "; run chuishao verify");
        rows.push(cells([t("不能识别的工单", "Not readable"), tickets(sums.unreadable) + advice]));
    }
    Section { title: t("影响评估", "Impact"), notes: Vec::new(), head: Vec::new(), rows }
}

fn differences(title: String, of: &Differences, language: Language) -> Section {
    let mut rows = Vec::new();
    for (rule, by_effect) in &of.by_effect {
        for (effect, change) in by_effect {
            let counts = [change.more, change.fewer, change.other, change.same];
            let mut row = vec![rule.clone(), effect_words(*effect, language)];
            row.extend(counts.map(|count| count.to_string()));
            rows.push(cells(row));
        }
    }
    let way = |way: Way| language.t(way.term(), english_of(way));
    let head = vec![
        language.t("规则", "Rule"),
        language.t("效果", "Effect"),
        way(Way::More),
        way(Way::Fewer),
        way(Way::Other),
        language.t("相同", "The same"),
    ];
    Section { title, notes: Vec::new(), head, rows }
}

/// A kind of effect.
fn effect_words(effect: EffectKind, language: Language) -> String {
    language.term(effect.term(), effect.as_str())
}

/// A way in which something differs, as a heading.
fn english_of(way: Way) -> &'static str {
    match way {
        Way::More => "More",
        Way::Fewer => "Fewer",
        Way::Other => "Other",
    }
}

/// What something is held against, within a sentence.
fn in_words_of(against: Against) -> &'static str {
    match against {
        Against::Happened => "what happened",
        Against::Now => "the rules of now",
    }
}

fn refused(sums: &Sums, language: Language) -> Section {
    let mut rows = Vec::new();
    for (rule, by_effect) in &sums.refused {
        for (effect, by) in by_effect {
            for (by, Both { now, candidate }) in by {
                let (now, candidate) = (now.to_string(), candidate.to_string());
                rows.push(cells([rule.clone(), effect_words(*effect, language), by.clone(), now, candidate]));
            }
        }
    }
    Section {
        title: language.t("会被护栏拒绝的效果", "Effects that guard rails would refuse").to_owned(),
        notes: Vec::new(),
        head: vec![
            language.t("规则", "Rule"),
            language.t("效果", "Effect"),
            language.t("护栏或原因", "Guard rail or cause"),
            language.t("现行", "Now"),
            language.t("候选", "Candidate"),
        ],
        rows,
    }
}

fn failed(sums: &Sums, language: Language) -> Section {
    let mut rows = Vec::new();
    for (rule, by_kind) in &sums.failed {
        for (kind, Both { now, candidate }) in by_kind {
            let failure = language.term(failure(kind), kind);
            rows.push(cells([rule.clone(), failure, now.to_string(), candidate.to_string()]));
        }
    }
    Section {
        title: language.t("规则失败", "Failures of rules").to_owned(),
        notes: Vec::new(),
        head: vec![
            language.t("规则", "Rule"),
            language.t("失败", "Failure"),
            language.t("现行", "Now"),
            language.t("候选", "Candidate"),
        ],
        rows,
    }
}

/// A kind of failure in Chinese.
fn failure(kind: &str) -> &str {
    match kind {
        "declined" => "规则报告无法回答",
        "trap" => "运行出错",
        "out-of-fuel" => "算力用尽",
        "timed-out" => "超时",
        "bad-answer" => "回答不合规",
        "host" => "主机原因",
        "loop-guard" => "循环保护",
        other => other,
    }
}

fn fuel(sums: &Sums, language: Language) -> Section {
    let row = |which: &str, spread: &Spread| {
        let figures = [spread.len(), spread.at(500), spread.at(990), spread.most];
        cells(std::iter::once(which.to_owned()).chain(figures.map(|figure| figure.to_string())))
    };
    let rows = [(language.t("候选", "Candidate"), &sums.fuel), (language.t("现行", "Now"), &sums.fuel_now)];
    let rows = rows.into_iter().filter(|(_, spread)| !spread.is_empty()).map(|(which, spread)| row(which, spread));
    let note = language
        .t("中位和第 99 百分位按 128 分之一向下取整。", "Median and 99th percentile are rounded down to a 128th.");
    Section {
        title: language.t("每次调用的算力", "Fuel of a call").to_owned(),
        notes: vec![note.to_owned()],
        head: vec![
            language.t("版本", "Which"),
            language.t("调用次数", "Calls"),
            language.t("中位", "Median"),
            language.t("第 99 百分位", "99th percentile"),
            language.t("最高", "Most"),
        ],
        rows: rows.collect(),
    }
}

/// Cells summed by one of their three names, those with the most differences first; months in their order.
fn places(what: &str, sums: &Sums, language: Language, name: impl Fn(&str, &str, &str) -> String) -> Section {
    let mut by_name: BTreeMap<String, Cell> = BTreeMap::new();
    let mut months_alone = true;
    for (territory, groups) in &sums.places {
        for (group, months) in groups {
            for (month, cell) in months {
                let name = name(territory.as_str(), group, month);
                months_alone &= name == *month;
                by_name.entry(name).or_default().add(cell);
            }
        }
    }
    let mut all: Vec<(String, Cell)> = by_name.into_iter().collect();
    if !months_alone {
        all.sort_by_key(|(_, cell)| std::cmp::Reverse((cell.differ_from_now, cell.asked)));
    }
    let left = all.len().saturating_sub(MOST_PLACES);
    let rows = all.into_iter().take(MOST_PLACES).map(|(name, cell)| {
        let counts = [cell.asked, cell.differ_from_now, cell.differ_from_happened];
        std::iter::once(data(&name)).chain(cells(counts.map(|count| count.to_string()))).collect()
    });
    let more = match language {
        Language::Chinese => format!("另有 {left} 行，见 JSON"),
        Language::English => format!("{left} more rows are in the JSON"),
    };
    let notes = if left > 0 { vec![more] } else { Vec::new() };
    let head = vec![
        "",
        language.t("被询问（件）", "Asked about (tickets)"),
        language.t("与现行不同（件）", "Differ from now (tickets)"),
        language.t("与实际不同（件）", "Differ from what happened (tickets)"),
    ];
    Section { title: what.into(), notes, head, rows: rows.collect() }
}

/// What an example shows, in words.
fn finding(finding: &Finding, language: Language) -> String {
    match (finding, language) {
        (Finding::Differs { against, way, effect }, Language::Chinese) => {
            format!("{}{}：{}", against.term(), way.term(), effect.term())
        }
        (Finding::Differs { against, way, effect }, Language::English) => {
            let effect = effect_words(*effect, language);
            format!("{} against {}: {effect}", english_of(*way), in_words_of(*against))
        }
        (Finding::Refused { effect, code, rail }, _) => {
            let effect = effect_words(*effect, language);
            let rail =
                rail.map(|rail| format!("{} {rail:?}{}", language.t("护栏", "guard rail"), language.t("，", ", ")));
            let rail = rail.unwrap_or_default();
            match language {
                Language::Chinese => format!("不予采纳：{effect}（{rail}{code}）"),
                Language::English => format!("Refused: {effect} ({rail}{code})"),
            }
        }
        (Finding::Failed { failure: kind }, _) => {
            let (what, failure) = (language.t("规则失败：", "Failed: "), language.term(failure(kind), kind));
            format!("{what}{failure}")
        }
    }
}

fn examples(all: &[Example], language: Language) -> Section {
    let or_nothing = |text: Text| if text.is_empty() { "—".into() } else { text };
    let row = |example: &Example| {
        let Texts { event, was, would, reason } = example.said_in(language);
        let number = match language {
            Language::Chinese => format!("（第 {} 项）", example.sequence),
            Language::English => format!(" (No. {})", example.sequence),
        };
        let event = Text::joined([format!("{} ", moment(example.at)).into(), event, number.into()], "");
        let finding = finding(&example.finding, language).into();
        let (ticket, rule) = ((&example.ticket).into(), (&example.rule).into());
        vec![finding, ticket, event, rule, or_nothing(was), or_nothing(would), reason]
    };
    let note = language.t(
        "每类最多十件，随机抽取；可按工单编号打开核对。",
        "Ten of each kind at most, drawn by chance; each can be opened by its number.",
    );
    Section {
        title: language.t("样例", "Examples").to_owned(),
        notes: vec![note.to_owned()],
        head: vec![
            language.t("类别", "Finding"),
            language.t("工单", "Ticket"),
            language.t("事件", "Event"),
            language.t("规则", "Rule"),
            language.t("原来", "Was"),
            language.t("候选", "Candidate"),
            language.t("理由", "Reason"),
        ],
        rows: all.iter().map(row).collect(),
    }
}

/// A share in per cent, with two digits behind the point; `—` of nothing.
fn per_cent(part: u64, of: u64) -> String {
    let hundredths = (u128::from(part) * 10_000 + u128::from(of) / 2).checked_div(u128::from(of));
    hundredths.map_or_else(|| "—".to_owned(), |share| format!("{}.{:02}%", share / 100, share % 100))
}

/// The report on a screen.
#[must_use]
pub fn printed(report: &ImpactReport, world: &World) -> String {
    let mut text = String::new();
    for section in sections(report, world, Language::Chinese) {
        let _ = writeln!(text, "\n{}", section.title);
        for note in &section.notes {
            let _ = writeln!(text, "  {note}");
        }
        if !section.head.is_empty() {
            let _ = writeln!(text, "{}", section.head.join("\t"));
        }
        for row in &section.rows {
            let _ = writeln!(text, "{}", Text::joined(row.iter().cloned(), "\t"));
        }
        if section.rows.is_empty() && !section.head.is_empty() {
            text.push_str("（无）\n");
        }
    }
    text
}
