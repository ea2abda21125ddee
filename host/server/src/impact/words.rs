//! The report as people read it (评估报告): the same sections for the screen and for a page.

use chuishao_domain::World;
use chuishao_domain::ids::CategoryCode;
use chuishao_domain::impact::ImpactReport;
use chuishao_domain::impact::asked::RuleAsked;
use chuishao_domain::impact::examples::{Example, Finding};
use chuishao_domain::impact::spread::Spread;
use chuishao_domain::impact::sums::{Both, Cell, Differences, Sums};
use chuishao_domain::narrate::moment;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What a reader has to know of how it was computed.
pub const LIMITS: [&str; 6] = [
    "逐件逐事件重算：每件工单按当时的状态、当时的事实数据、整条规则链分别用现行规则和候选规则各算一遍；\
     每个事件都从实际走到的状态算起，前面的差异不带入后面的事件。",
    "现行规则按评估开始时的登记计算，视为整个期间都已生效（不看生效日期）；灰度范围照旧。",
    "「与实际发生的相比」只比较规则造成的变化；当时尚未启用规则的，全部计入增加。",
    "工作日历和职责清单用目前已知的（按事件当日生效的版次），不是当时录入了多少。",
    "同一人在同一毫秒内对同一工单的两次操作视为一次。",
    "定时器按实际发生的计算：候选规则若会设定新的定时器，其到时之后的事不在本报告之内。",
];

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
    pub rows: Vec<Vec<String>>,
}

/// Rows of places that are shown: what one person reads; all of them stand in the JSON.
const MOST_PLACES: usize = 30;

/// The report in sections.
#[must_use]
pub fn sections(report: &ImpactReport, world: &World) -> Vec<Section> {
    let sums = &report.sums;
    let mut sections = vec![overview(report)];
    let title = |what: &str, of: &Differences| {
        let share = per_cent(of.tickets, sums.asked);
        format!("{what}：{} 件工单（被询问工单的 {share}）处置不同，共 {} 次", of.tickets, of.moments)
    };
    sections.push(differences(title("与现行规则相比", &sums.now), &sums.now));
    if report.asked.as_if.is_none() {
        sections.push(differences(title("与实际发生的相比", &sums.happened), &sums.happened));
    }
    sections.extend([refused(sums), failed(sums), fuel(sums)]);
    sections.push(places("分属地", sums, |territory, _, _| {
        let id = territory.into();
        world.catalogue.territory(&id).map_or_else(|| territory.to_owned(), |known| known.name.clone())
    }));
    sections.push(places("分类", sums, |_, group, _| {
        let code = CategoryCode(group.to_owned());
        format!("{group} {}", world.catalogue.category_name(&code))
    }));
    sections.push(places("分月（受理月份）", sums, |_, _, month| month.to_owned()));
    sections.push(examples(sums.examples.all()));
    let notes = LIMITS.map(str::to_owned).to_vec();
    sections.push(Section { title: "说明".into(), notes, head: Vec::new(), rows: Vec::new() });
    sections
}

fn named(rule: &RuleAsked) -> String {
    let edition: String = rule.edition.chars().take(12).collect();
    format!("「{}」{} {}（{}，版次 {edition}）", rule.title, rule.name, rule.version, rule.territory)
}

fn overview(report: &ImpactReport) -> Section {
    let (asked, sums) = (&report.asked, &report.sums);
    let candidate = asked.candidate().map_or_else(|| "（停用该规则）".to_owned(), named);
    let now: Vec<String> = asked.versions_now().map(named).collect();
    let now = if now.is_empty() { "未启用".to_owned() } else { now.join("；") };
    let mut rows = vec![
        vec!["候选规则".into(), candidate],
        vec!["现行规则".into(), now],
        vec!["受理日期".into(), format!("{} 起，{} 前", asked.from, asked.until)],
    ];
    if let Some(territory) = &asked.territory {
        rows.push(vec!["只看属地".into(), territory.to_string()]);
    }
    if let Some(as_if) = asked.as_if {
        rows.push(vec!["假设日期".into(), format!("把 {} 当作 {as_if}，其余顺延", asked.from)]);
    }
    rows.push(vec!["查看的工单".into(), format!("{} 件", sums.tickets)]);
    rows.push(vec!["被询问的工单".into(), format!("{} 件，{} 次", sums.asked, sums.moments)]);
    if sums.unreadable > 0 {
        rows.push(vec!["不能识别的工单".into(), format!("{} 件，请运行 chuishao verify", sums.unreadable)]);
    }
    Section { title: "影响评估".into(), notes: Vec::new(), head: Vec::new(), rows }
}

fn differences(title: String, of: &Differences) -> Section {
    let mut rows = Vec::new();
    for (rule, by_effect) in &of.by_effect {
        for (effect, change) in by_effect {
            let counts = [change.more, change.fewer, change.other, change.same];
            let mut row = vec![rule.clone(), effect.term().to_owned()];
            row.extend(counts.map(|count| count.to_string()));
            rows.push(row);
        }
    }
    Section { title, notes: Vec::new(), head: vec!["规则", "效果", "增加", "减少", "不同", "相同"], rows }
}

fn refused(sums: &Sums) -> Section {
    let mut rows = Vec::new();
    for (rule, by_effect) in &sums.refused {
        for (effect, by) in by_effect {
            for (by, Both { now, candidate }) in by {
                rows.push(vec![
                    rule.clone(),
                    effect.term().to_owned(),
                    by.clone(),
                    now.to_string(),
                    candidate.to_string(),
                ]);
            }
        }
    }
    Section {
        title: "会被护栏拒绝的效果".into(),
        notes: Vec::new(),
        head: vec!["规则", "效果", "护栏或原因", "现行", "候选"],
        rows,
    }
}

fn failed(sums: &Sums) -> Section {
    let mut rows = Vec::new();
    for (rule, by_kind) in &sums.failed {
        for (kind, Both { now, candidate }) in by_kind {
            rows.push(vec![rule.clone(), failure(kind).to_owned(), now.to_string(), candidate.to_string()]);
        }
    }
    Section {
        title: "规则失败".into(), notes: Vec::new(), head: vec!["规则", "失败", "现行", "候选"], rows
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

fn fuel(sums: &Sums) -> Section {
    let row = |which: &str, spread: &Spread| {
        let figures = [spread.len(), spread.at(500), spread.at(990), spread.most];
        std::iter::once(which.to_owned()).chain(figures.map(|figure| figure.to_string())).collect()
    };
    let rows = [("候选", &sums.fuel), ("现行", &sums.fuel_now)];
    let rows = rows.into_iter().filter(|(_, spread)| !spread.is_empty()).map(|(which, spread)| row(which, spread));
    Section {
        title: "每次调用的算力".into(),
        notes: vec!["中位和第 99 百分位按 128 分之一向下取整。".into()],
        head: vec!["版本", "调用次数", "中位", "第 99 百分位", "最高"],
        rows: rows.collect(),
    }
}

/// Cells summed by one of their three names, those with the most differences first.
fn places(what: &str, sums: &Sums, name: impl Fn(&str, &str, &str) -> String) -> Section {
    let mut by_name: BTreeMap<String, Cell> = BTreeMap::new();
    for (territory, groups) in &sums.places {
        for (group, months) in groups {
            for (month, cell) in months {
                by_name.entry(name(territory.as_str(), group, month)).or_default().add(cell);
            }
        }
    }
    let mut all: Vec<(String, Cell)> = by_name.into_iter().collect();
    if what != "分月（受理月份）" {
        all.sort_by_key(|(_, cell)| std::cmp::Reverse((cell.differ_from_now, cell.asked)));
    }
    let left = all.len().saturating_sub(MOST_PLACES);
    let rows = all.into_iter().take(MOST_PLACES).map(|(name, cell)| {
        vec![name, cell.asked.to_string(), cell.differ_from_now.to_string(), cell.differ_from_happened.to_string()]
    });
    let notes = if left > 0 { vec![format!("另有 {left} 行，见 JSON")] } else { Vec::new() };
    let head = vec!["", "被询问（件）", "与现行不同（件）", "与实际不同（件）"];
    Section { title: what.into(), notes, head, rows: rows.collect() }
}

/// What an example shows, in words.
fn finding(finding: &Finding) -> String {
    match finding {
        Finding::Differs { against, way, effect } => format!("{}{}：{}", against.term(), way.term(), effect.term()),
        Finding::Refused { effect, code, rail } => {
            let rail = rail.map(|rail| format!("护栏 {rail:?}，")).unwrap_or_default();
            format!("不予采纳：{}（{rail}{code}）", effect.term())
        }
        Finding::Failed { failure: kind } => format!("规则失败：{}", failure(kind)),
    }
}

fn examples(all: &[Example]) -> Section {
    let or_nothing = |text: &str| if text.is_empty() { "—".to_owned() } else { text.to_owned() };
    let row = |example: &Example| {
        vec![
            finding(&example.finding),
            example.ticket.to_string(),
            format!("{} {}（第 {} 项）", moment(example.at), example.event, example.sequence),
            example.rule.clone(),
            or_nothing(&example.was),
            or_nothing(&example.would),
            example.reason.clone(),
        ]
    };
    Section {
        title: "样例".into(),
        notes: vec!["每类最多十件，随机抽取；可按工单编号打开核对。".into()],
        head: vec!["类别", "工单", "事件", "规则", "原来", "候选", "理由"],
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
    for section in sections(report, world) {
        let _ = writeln!(text, "\n{}", section.title);
        for note in &section.notes {
            let _ = writeln!(text, "  {note}");
        }
        if !section.head.is_empty() {
            let _ = writeln!(text, "{}", section.head.join("\t"));
        }
        for row in &section.rows {
            let _ = writeln!(text, "{}", row.join("\t"));
        }
        if section.rows.is_empty() && !section.head.is_empty() {
            text.push_str("（无）\n");
        }
    }
    text
}
