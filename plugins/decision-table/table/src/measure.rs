//! Measures (措施): what a row asks for, read from its cells, and when each can be asked for.

use crate::cell::{LEAD_UNIT, Span, items, one_of, unit, unit_or_lead};
use crate::fault::Fault;
use crate::row::Cells;
use crate::words::{self, Event};

/// What a row asks for. Texts may contain `{小区}` and the like; see [`crate::fill`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// 标签
    Tag(String),
    /// 提为: `紧急` or `特急`
    Raise(String),
    /// 联系时限
    ContactWithin(Span),
    /// 办结时限
    CloseWithin(Span),
    /// 抄送
    Copy(String),
    /// 建议主办
    Lead(String),
    /// 要求填写: `街道`, `小区` or `楼栋`
    Require(String),
    /// 要求举证
    AskEvidence(String),
    /// 退回补充
    SendBack(String),
    /// 附意见
    Opinion(String),
    /// 记下
    Note(String),
    /// 再看
    LookAgain(Span),
    /// 任务
    Task {
        /// `现场调处`, `整治任务` or `普查`
        kind: String,
        /// `主要负责人`, `分管领导` or `区县热线机构`
        post: String,
        /// 期限
        within: Span,
        /// 名称
        title: String,
        /// Whether finishing it needs a record.
        record: bool,
    },
    /// 台账
    Ledger {
        /// 名称
        ledger: String,
        /// 事项
        title: String,
        /// 单位
        unit: Option<String>,
        /// 依据
        basis: Option<String>,
    },
    /// 销号
    Settle {
        /// 名称
        ledger: String,
        /// 事项
        title: String,
        /// 说明
        text: String,
    },
    /// 提名
    Nominate {
        /// `每日一议` or `每月一议`
        forum: String,
        /// 题目
        topic: String,
    },
    /// 通知
    Notify {
        /// 单位
        unit: String,
        /// 内容
        text: String,
    },
    /// 报告
    Section {
        /// 标题
        heading: String,
        /// How many lines at most.
        lines: usize,
    },
}

/// Lines of a report when the row does not say.
const USUAL_LINES: usize = 10;
/// Most lines of a report: what a section of 2,000 characters has room for.
const MOST_LINES: usize = 30;

impl Measure {
    /// The column it is written in.
    #[must_use]
    pub fn column(&self) -> &'static str {
        match self {
            Self::Tag(_) => words::TAG,
            Self::Raise(_) => words::RAISE,
            Self::ContactWithin(_) => words::CONTACT_WITHIN,
            Self::CloseWithin(_) => words::CLOSE_WITHIN,
            Self::Copy(_) => words::COPY,
            Self::Lead(_) => words::LEAD,
            Self::Require(_) => words::REQUIRE,
            Self::AskEvidence(_) => words::EVIDENCE,
            Self::SendBack(_) => words::SEND_BACK,
            Self::Opinion(_) => words::OPINION,
            Self::Note(_) => words::NOTE,
            Self::LookAgain(_) => words::LOOK_AGAIN,
            Self::Task { .. } => words::TASK,
            Self::Ledger { .. } => words::LEDGER,
            Self::Settle { .. } => words::SETTLE,
            Self::Nominate { .. } => words::FORUM,
            Self::Notify { .. } => words::NOTIFY,
            Self::Section { .. } => words::SECTION,
        }
    }

    /// Why it cannot be asked for on an event, if it cannot: the core would refuse it each time.
    #[must_use]
    pub fn hindered(&self, event: Event) -> Option<&'static str> {
        use Event::{Accepted, ClosedOut, HandBackAsked, Reclassified, Registered, ReportedBack};
        if event.is_review() {
            return self.hindered_in_review();
        }
        let dispatched = !matches!(event, Registered | Accepted | Reclassified);
        match self {
            Self::Section { .. } => Some("只用于定期研判"),
            Self::Require(_) if event != Registered => Some("只能在登记时要求填写"),
            Self::ContactWithin(_) | Self::CloseWithin(_) if event == Registered => Some("受理之后才有时限"),
            Self::Lead(_) if dispatched => Some("派单之前才能建议主办单位"),
            Self::SendBack(_) if event != ReportedBack => Some("只能在反馈办理结果时退回补充"),
            Self::Opinion(_)
                if !matches!(event, Registered | Accepted | Reclassified | HandBackAsked | ReportedBack) =>
            {
                Some("这时没有人要做决定；可用于登记、受理、改派分类、申请退回、反馈办理结果")
            }
            Self::Task { post, .. } if post != "区县热线机构" && !dispatched => {
                Some("派单之后才知道主办单位的领导是谁；可改为区县热线机构")
            }
            Self::Notify { unit, .. } | Self::Ledger { unit: Some(unit), .. } if unit == LEAD_UNIT && !dispatched => {
                Some("派单之后才有主办单位")
            }
            Self::Task { .. }
            | Self::Ledger { .. }
            | Self::Settle { .. }
            | Self::Nominate { .. }
            | Self::Notify { .. } => None,
            Self::Tag(_) | Self::Note(_) => None,
            _ if event == ClosedOut => Some("办结之后只能加标签、开任务、记台账、销号、提名、通知、记下"),
            _ => None,
        }
    }

    fn hindered_in_review(&self) -> Option<&'static str> {
        match self {
            Self::Notify { unit, .. } | Self::Ledger { unit: Some(unit), .. } if unit == LEAD_UNIT => {
                Some("研判没有工单，也就没有主办单位")
            }
            Self::Ledger { .. } | Self::Nominate { .. } | Self::Notify { .. } | Self::Section { .. } => None,
            _ => Some("研判没有工单，只能记入台账、提名、通知、写报告"),
        }
    }

    /// The texts in it that may contain placeholders.
    pub fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let texts: Vec<(&'static str, &str)> = match self {
            Self::Tag(text) => vec![(words::TAG, text)],
            Self::AskEvidence(text) => vec![(words::EVIDENCE, text)],
            Self::SendBack(text) => vec![(words::SEND_BACK, text)],
            Self::Task { title, .. } => vec![(words::TASK_TITLE, title)],
            Self::Opinion(text) => vec![(words::OPINION, text)],
            Self::Note(text) => vec![(words::NOTE, text)],
            Self::Ledger { title, .. } => vec![(words::LEDGER_TITLE, title)],
            Self::Settle { title, text, .. } => vec![(words::LEDGER_TITLE, title), (words::SETTLE, text)],
            Self::Nominate { topic, .. } => vec![(words::TOPIC, topic)],
            Self::Notify { text, .. } => vec![(words::NOTICE, text)],
            Self::Section { heading, .. } => vec![(words::SECTION, heading)],
            _ => vec![],
        };
        texts.into_iter()
    }

    /// The code of the unit in it, with its column.
    pub fn unit(&self) -> Option<(&'static str, &str)> {
        let named = match self {
            Self::Copy(unit) => Some((words::COPY, unit)),
            Self::Lead(unit) => Some((words::LEAD, unit)),
            Self::Notify { unit, .. } => Some((words::NOTIFY, unit)),
            Self::Ledger { unit: Some(unit), .. } => Some((words::LEDGER_UNIT, unit)),
            _ => None,
        };
        named.map(|(column, unit)| (column, unit.as_str())).filter(|(_, unit)| *unit != LEAD_UNIT)
    }
}

/// Reads every measure of a row.
pub fn read(cells: &Cells<'_>, faults: &mut Vec<Fault>) -> Vec<Measure> {
    let mut reader = Reader { cells, faults, measures: Vec::new() };
    reader.text(words::TAG, 32, Measure::Tag);
    reader.word(words::RAISE, &["紧急", "特急"], Measure::Raise);
    reader.span(words::CONTACT_WITHIN, Measure::ContactWithin);
    reader.span(words::CLOSE_WITHIN, Measure::CloseWithin);
    reader.each(words::COPY, unit, Measure::Copy);
    reader.each(words::LEAD, unit, Measure::Lead);
    reader.each(words::REQUIRE, |item| one_of(item, &["街道", "小区", "楼栋"]), Measure::Require);
    reader.text(words::EVIDENCE, 200, Measure::AskEvidence);
    reader.text(words::SEND_BACK, 200, Measure::SendBack);
    reader.text(words::OPINION, 500, Measure::Opinion);
    reader.text(words::NOTE, 200, Measure::Note);
    reader.task();
    reader.span(words::LOOK_AGAIN, Measure::LookAgain);
    reader.ledger();
    reader.nomination();
    reader.notices();
    reader.section();
    reader.measures
}

struct Reader<'a, 'b> {
    cells: &'a Cells<'b>,
    faults: &'a mut Vec<Fault>,
    measures: Vec<Measure>,
}

impl Reader<'_, '_> {
    fn fault(&mut self, column: &str, words: impl Into<String>) {
        self.faults.push(Fault::new(self.cells.row, column, words));
    }

    /// What a cell gives, once it is read.
    fn given<T>(&mut self, column: &'static str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        match read(self.cells.get(column)?) {
            Ok(value) => Some(value),
            Err(words) => {
                self.fault(column, words);
                None
            }
        }
    }

    fn short(&mut self, column: &'static str, most: usize) -> Option<String> {
        self.given(column, |text| match text.chars().count() {
            long if long > most => Err(format!("有 {long} 个字，最多 {most} 个字")),
            _ => Ok(text.to_owned()),
        })
    }

    fn text(&mut self, column: &'static str, most: usize, measure: fn(String) -> Measure) {
        let text = self.short(column, most);
        self.measures.extend(text.map(measure));
    }

    fn word(&mut self, column: &'static str, known: &[&'static str], measure: fn(String) -> Measure) {
        let word = self.given(column, |text| one_of(text, known));
        self.measures.extend(word.map(measure));
    }

    fn span(&mut self, column: &'static str, measure: fn(Span) -> Measure) {
        let span = self.given(column, Span::read);
        self.measures.extend(span.map(measure));
    }

    fn each(
        &mut self,
        column: &'static str,
        read: impl Fn(&str) -> Result<String, String>,
        measure: fn(String) -> Measure,
    ) {
        let all = self.given(column, |text| items(text).map(read).collect::<Result<Vec<_>, _>>());
        self.measures.extend(all.into_iter().flatten().map(measure));
    }

    /// Columns that only mean something together: whether the first is filled in; says which of the
    /// others is missing or stands alone.
    fn group(&mut self, lead: &'static str, needed: &[&'static str], optional: &[&'static str]) -> bool {
        let there = |column: &&&'static str| self.cells.get(column).is_some();
        let missing: Vec<&str> = needed.iter().filter(|column| !there(column)).copied().collect();
        let alone: Vec<&str> = needed.iter().chain(optional).filter(there).copied().collect();
        match self.cells.get(lead) {
            Some(_) if missing.is_empty() => return true,
            Some(_) => self.fault(lead, format!("还要填写「{}」", missing.join("」「"))),
            None if alone.is_empty() => {}
            None => self.fault(alone[0], format!("单独填写不起作用，请同时填写「{lead}」")),
        }
        false
    }

    fn task(&mut self) {
        if !self.group(words::TASK, &[words::TASK_POST, words::TASK_WITHIN, words::TASK_TITLE], &[words::TASK_RECORD]) {
            return;
        }
        let kind = self.given(words::TASK, |text| one_of(text, &["现场调处", "整治任务", "普查"]));
        let post = self.given(words::TASK_POST, |text| one_of(text, &["主要负责人", "分管领导", "区县热线机构"]));
        let within = self.given(words::TASK_WITHIN, Span::read);
        let title = self.short(words::TASK_TITLE, 200);
        let record = self.given(words::TASK_RECORD, |text| one_of(text, &["是", "否"]));
        if let (Some(kind), Some(post), Some(within), Some(title)) = (kind, post, within, title) {
            let record = record.is_some_and(|word| word == "是");
            self.measures.push(Measure::Task { kind, post, within, title, record });
        }
    }

    fn ledger(&mut self) {
        let optional = [words::LEDGER_UNIT, words::LEDGER_BASIS, words::SETTLE];
        if !self.group(words::LEDGER, &[words::LEDGER_TITLE], &optional) {
            return;
        }
        let (ledger, title) = (self.short(words::LEDGER, 32), self.short(words::LEDGER_TITLE, 200));
        let unit = self.given(words::LEDGER_UNIT, unit_or_lead);
        let (basis, settled) = (self.short(words::LEDGER_BASIS, 200), self.short(words::SETTLE, 200));
        let (Some(ledger), Some(title)) = (ledger, title) else { return };
        self.measures.push(match settled {
            Some(text) => Measure::Settle { ledger, title, text },
            None => Measure::Ledger { ledger, title, unit, basis },
        });
    }

    fn nomination(&mut self) {
        if !self.group(words::FORUM, &[words::TOPIC], &[]) {
            return;
        }
        let forum = self.given(words::FORUM, |text| one_of(text, &["每日一议", "每月一议"]));
        if let (Some(forum), Some(topic)) = (forum, self.short(words::TOPIC, 200)) {
            self.measures.push(Measure::Nominate { forum, topic });
        }
    }

    fn notices(&mut self) {
        if !self.group(words::NOTIFY, &[words::NOTICE], &[]) {
            return;
        }
        let units = self.given(words::NOTIFY, |text| items(text).map(unit_or_lead).collect::<Result<Vec<_>, _>>());
        let Some(text) = self.short(words::NOTICE, 500) else { return };
        for unit in units.into_iter().flatten() {
            self.measures.push(Measure::Notify { unit, text: text.clone() });
        }
    }

    fn section(&mut self) {
        if !self.group(words::SECTION, &[], &[words::SECTION_LINES]) {
            return;
        }
        let lines = self.given(words::SECTION_LINES, |text| match text.trim().trim_end_matches('条').parse() {
            Ok(lines) if (1..=MOST_LINES).contains(&lines) => Ok(lines),
            _ => Err(format!("应为 1 到 {MOST_LINES} 的整数")),
        });
        if let Some(heading) = self.short(words::SECTION, 200) {
            self.measures.push(Measure::Section { heading, lines: lines.unwrap_or(USUAL_LINES) });
        }
    }
}
