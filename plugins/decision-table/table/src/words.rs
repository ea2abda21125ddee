//! The headings of a sheet and what may stand under them: the one list that the reading, the
//! check, the empty sheet and its explanations come from.

use crate::fault::did_you_mean;

/// Events that a row may be about (事件).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "as in the interface, which documents them")]
pub enum Event {
    Registered,
    Reclassified,
    Accepted,
    Dispatched,
    ReportedBack,
    FollowedUp,
    HandBackAsked,
    Reopened,
    ClosedOut,
    EarlyWarning,
    Overdue,
    TaskDone,
    TaskOverdue,
    LookedAgain,
    DailyReview,
    MonthlyReview,
}

impl Event {
    /// All of them, in the order of a ticket's life.
    pub const ALL: [(Self, &'static str); 16] = [
        (Self::Registered, "登记"),
        (Self::Reclassified, "改派分类"),
        (Self::Accepted, "受理"),
        (Self::Dispatched, "派单"),
        (Self::HandBackAsked, "申请退回"),
        (Self::ReportedBack, "反馈办理结果"),
        (Self::FollowedUp, "回访"),
        (Self::Reopened, "重办"),
        (Self::ClosedOut, "办结"),
        (Self::EarlyWarning, "预警"),
        (Self::Overdue, "超期"),
        (Self::TaskDone, "任务完成"),
        (Self::TaskOverdue, "任务超期"),
        (Self::LookedAgain, "到时再看"),
        (Self::DailyReview, "每日研判"),
        (Self::MonthlyReview, "每月研判"),
    ];

    /// The word in a cell.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(event, _)| *event == self).map_or("", |(_, word)| word)
    }

    /// Reads a word.
    ///
    /// # Errors
    /// There is no such event; in words.
    pub fn read(word: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(_, known)| *known == word).map(|(event, _)| *event);
        let known = || Self::ALL.iter().map(|(_, word)| *word);
        found.ok_or_else(|| {
            let all = known().collect::<Vec<_>>().join("、");
            format!("没有「{word}」这种事件{}可以填：{all}", or_stop(&did_you_mean(word, known())))
        })
    }

    /// Whether it is a periodic review (定期研判), which has figures and no ticket.
    #[must_use]
    pub fn is_review(self) -> bool {
        matches!(self, Self::DailyReview | Self::MonthlyReview)
    }
}

/// A suggestion ends its sentence; without one the sentence goes on.
pub(crate) fn or_stop(suggestion: &str) -> String {
    if suggestion.is_empty() { "；".to_owned() } else { suggestion.to_owned() }
}

/// What kind of condition stands under a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One or several of these words.
    OneOf(&'static [&'static str]),
    /// Category codes of 2, 4 or 6 digits; what begins with one of them is meant.
    Codes,
    /// Names as they stand on a ticket.
    Names,
    /// A range of whole numbers within these bounds.
    Number(i64, i64),
    /// A window of days.
    Days,
}

/// On which events a condition can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// 工单事件
    Tickets,
    /// 定期研判
    Reviews,
    /// Both.
    All,
    /// These.
    Only(&'static [Event]),
}

impl On {
    /// Whether it can be asked on an event.
    #[must_use]
    pub fn takes(self, event: Event) -> bool {
        match self {
            Self::All => true,
            Self::Tickets => !event.is_review(),
            Self::Reviews => event.is_review(),
            Self::Only(only) => only.contains(&event),
        }
    }
}

macro_rules! conditions {
    ($($variant:ident = $heading:literal, $kind:expr, $on:expr, $help:literal;)+) => {
        /// Conditions (条件), each a column. A cell that is empty asks nothing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Condition { $(#[doc = $heading] $variant,)+ }

        impl Condition {
            /// All of them, as the columns of a new sheet stand.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The column's heading.
            #[must_use]
            pub fn heading(self) -> &'static str {
                match self { $(Self::$variant => $heading,)+ }
            }

            /// What may stand in it.
            #[must_use]
            pub fn kind(self) -> Kind {
                match self { $(Self::$variant => $kind,)+ }
            }

            /// Where it can be asked.
            #[must_use]
            pub fn on(self) -> On {
                match self { $(Self::$variant => $on,)+ }
            }

            /// What to write, for the sheet's explanations.
            #[must_use]
            pub fn help(self) -> &'static str {
                match self { $(Self::$variant => $help,)+ }
            }
        }
    };
}

/// Where the host stops counting tickets for a rule: the manifest's `at_most`.
pub const MOST_COUNTED: i64 = 100;

/// The same for the counts of a month, of which a row may ask for every tenth.
pub const MOST_COUNTED_A_MONTH: i64 = 1000;

/// More matters than a county has in a month.
pub const MOST_MATTERS: i64 = 1_000_000;

const COUNT: Kind = Kind::Number(0, MOST_COUNTED);
const MONTH: Kind = Kind::Number(0, MOST_COUNTED_A_MONTH);
const FEW: Kind = Kind::Number(0, 100);
const MATTERS: Kind = Kind::Number(0, MOST_MATTERS);
const YES_NO: Kind = Kind::OneOf(&["是", "否"]);

conditions! {
    Matter = "诉求类型", Kind::OneOf(&["咨询", "求助", "投诉", "举报", "建议", "表扬"]), On::Tickets,
        "可填几项，用顿号分开，例如 投诉、举报";
    Category = "分类", Kind::Codes, On::All,
        "分类代码，例如 0104；填 01 就是 01 开头的全部。代码后可以跟名称，几项用顿号分开";
    Street = "街道", Kind::Names, On::All, "街道或乡镇的全称，几个用顿号分开";
    Estate = "小区", Kind::Names, On::All, "小区或村的名称，与工单上的写法一致，几个用顿号分开";
    Scope = "范围", Kind::OneOf(&["全区", "街道", "小区"]), On::Reviews,
        "定期研判的数字是哪一级的：全区、街道还是小区，几项用顿号分开";
    Days = "期间", Kind::Days, On::All,
        "每年的一段写 11-05至03-31；某一年的写 2024-11-05至2025-03-31。首尾两天都算。研判看的是所研判时期的最后一天";
    Hours = "时段", Kind::OneOf(&["工作时间", "工作日下班后", "休息日"]), On::Tickets,
        "事情发生时是不是上班时间，按全市工作日历（含调休）";
    Urgency = "紧急程度", Kind::OneOf(&["一般", "紧急", "特急"]), On::Tickets, "工单现在的紧急程度";
    Answer = "回访结果", Kind::OneOf(&["未解决或不满意", "认可", "未接通"]), On::Only(&[Event::FollowedUp]),
        "只用于事件「回访」：这一次回访的结果";
    Contacted = "已联系", YES_NO, On::Only(&[Event::ReportedBack]), "只用于事件「反馈办理结果」：单位是否联系过来电人";
    Solved = "已解决", YES_NO, On::Only(&[Event::ReportedBack]), "只用于事件「反馈办理结果」：单位自己说是否解决";
    Evidence = "附件数", FEW, On::Only(&[Event::ReportedBack]), "只用于事件「反馈办理结果」：随反馈交来几个附件，例如 ≤0";
    TaskOf = "任务种类", Kind::OneOf(&["现场调处", "整治任务", "普查"]), On::Only(&[Event::TaskDone, Event::TaskOverdue]),
        "只用于事件「任务完成」「任务超期」：本表开的哪一种任务";
    Passed = "验收通过", YES_NO, On::Only(&[Event::TaskDone]), "只用于事件「任务完成」：整治任务的记录里是否通过验收";
    Noted = "记过", YES_NO, On::Tickets, "本表在这件工单上是否「记下」过什么";
    Rework = "重办次数", FEW, On::Tickets, "来电人不认可、退回重办过几次，例如 ≥2";
    HandBacks = "退单次数", FEW, On::Tickets, "审定过几次退单申请，例如 ≥2";
    BadAnswers = "不满意次数", FEW, On::Tickets, "回访未解决或不满意的次数，含本次，例如 ≥2";
    EstateWeek = "同小区同类7天", COUNT, On::Tickets, "7 天内同小区同类诉求几件，含本件，例如 ≥5；最多数到 100";
    EstateComplaints = "同小区同类投诉7天", COUNT, On::Tickets, "同上，只数投诉";
    EstateMonth = "同小区同类30天", MONTH, On::Tickets,
        "30 天内同小区同类诉求几件，含本件；最多数到 1000，可以写 每满10";
    BuildingDay = "同楼栋同类1天", COUNT, On::Tickets, "24 小时内同一楼栋同类诉求几件，含本件";
    StreetDay = "同街道同类1天", COUNT, On::Tickets, "24 小时内同街道同类诉求几件，含本件";
    StreetWeek = "同街道同类7天", COUNT, On::Tickets, "7 天内同街道同类诉求几件，含本件";
    StreetMonth = "同街道同类30天", MONTH, On::Tickets,
        "30 天内同街道同类诉求几件，含本件；最多数到 1000，可以写 每满10";
    CountyDay = "全区同类1天", COUNT, On::Tickets, "24 小时内全区同类诉求几件，含本件";
    Matters = "件数", MATTERS, On::Reviews, "研判的一天或一个月里，这一处这一类有几件，例如 ≥10";
    Growth = "增幅", Kind::Number(-100, MOST_MATTERS), On::Reviews,
        "比上一天或上个月多百分之几，例如 ≥20；上期没有而本期有的，按最大算";
    StillOpen = "未办结件数", MATTERS, On::Reviews, "其中尚未办结的件数";
    LateMatters = "超期件数", MATTERS, On::Reviews, "其中超期的件数";
}

/// Columns beside the conditions.
macro_rules! columns {
    ($($name:ident = $heading:literal, $help:literal;)+) => {
        $(#[doc = $heading] pub const $name: &str = $heading;)+

        /// Every column that is no condition, with what to write in it.
        pub const OTHERS: &[(&str, &str)] = &[$(($heading, $help),)+];
    };
}

columns! {
    EVENT = "事件", "必填。什么时候看这一行；几种用顿号分开，例如 受理、改派分类";
    TAG = "标签", "加一个标签，最多 32 个字";
    RAISE = "提为", "把紧急程度提高为 紧急 或 特急；只升不降";
    CONTACT_WITHIN = "联系时限", "把首次联系来电人的时限提前到，例如 4工作小时；只能更早";
    CLOSE_WITHIN = "办结时限", "把办结时限提前到，例如 8工作小时、24小时、3工作日；从受理起算，只能更早";
    COPY = "抄送", "本区县单位的代码，例如 370705-YJ，几个用顿号分开；代码后可以跟名称";
    LEAD = "建议主办", "本区县单位的代码；派单员看到的是建议";
    REQUIRE = "要求填写", "登记时要问清的：街道、小区、楼栋，几项用顿号分开";
    EVIDENCE = "要求举证", "要单位拿出什么，最多 200 个字";
    SEND_BACK = "退回补充", "只用于「反馈办理结果」：缺什么，最多 200 个字；一轮办理只退一次";
    OPINION = "附意见", "给下一步决定的人看：登记时给话务员，受理时给派单员，申请退回和反馈时给审核员；最多 500 个字";
    NOTE = "记下", "在工单上记一句，以后的行可以用「记过」来问，文字里写 {记下} 引用，例如 {同街道同类30天}";
    TASK = "任务", "开立：现场调处、整治任务 或 普查。同一种任务没完成时，这一行不起作用";
    TASK_POST = "任务岗位", "由谁负责：主要负责人、分管领导（主办单位的）或 区县热线机构";
    TASK_WITHIN = "任务期限", "例如 1工作日、48小时";
    TASK_TITLE = "任务名称", "做什么，最多 200 个字";
    TASK_RECORD = "任务记录", "填「是」：完成任务时必须留下记录（现场调处的参加人、地点、经过、约定；整治任务的措施、验收；普查的个数、情况）";
    LOOK_AGAIN = "再看", "过多久再看，例如 3工作日；到时有事件「到时再看」";
    LEDGER = "台账", "记入哪本台账，最多 32 个字，例如 区级督查台账";
    LEDGER_TITLE = "台账事项", "记什么，最多 200 个字";
    LEDGER_UNIT = "台账单位", "由哪个单位负责：本区县单位的代码，或写 主办单位；可不填";
    LEDGER_BASIS = "台账依据", "文件名和文号，可不填";
    SETTLE = "销号", "台账里的这一项办完了，怎么办完的，最多 200 个字；「台账」「台账事项」与记入时一致";
    FORUM = "提名", "提名到 每日一议 或 每月一议";
    TOPIC = "议题", "议题的题目，最多 200 个字";
    NOTIFY = "通知单位", "本区县单位的代码，或写 主办单位，几个用顿号分开";
    NOTICE = "通知内容", "通知写什么，最多 500 个字";
    SECTION = "报告", "只用于定期研判：报告里这一节的标题；正文由系统把符合本行的各项数字逐条列出";
    SECTION_LINES = "报告条数", "报告最多列出几条，件数多的在前；不填为 10";
    NOTHING = "不处理", "填「是」：符合本行的什么都不做。用来写明例外，以及「其余照常办理」";
    REASON = "理由", "必填（不处理的行可不填）。会显示在工单时间线上，写清楚为什么";
    REMARK = "备注", "给填表人自己看的，不起作用";
}

/// The heading that stands in the first cell of the row that says how rows are chosen (命中方式).
pub const POLICY: &str = "命中方式";

/// Every heading of a sheet, in the order of a new one.
pub fn headings() -> impl Iterator<Item = (&'static str, &'static str)> {
    let (event, measures) = OTHERS.split_at(1);
    let conditions = Condition::ALL.iter().map(|condition| (condition.heading(), condition.help()));
    event.iter().copied().chain(conditions).chain(measures.iter().copied())
}

/// Which row counts when several apply (命中方式).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// 首行: the first row that applies, from the top; the others are not looked at.
    First,
    /// 全部: every row that applies.
    All,
}

impl Policy {
    /// Both.
    pub const WORDS: [&'static str; 2] = ["首行", "全部"];

    /// The word in the cell.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::First => Self::WORDS[0],
            Self::All => Self::WORDS[1],
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// It is neither; in words.
    pub fn read(word: &str) -> Result<Self, String> {
        match word {
            "首行" => Ok(Self::First),
            "全部" => Ok(Self::All),
            _ => Err(format!("「{word}」不是命中方式：请填 首行（从上往下，第一条符合的算数）或 全部（符合的都算数）")),
        }
    }
}
