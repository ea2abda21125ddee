//! What the indicators mean (指标定义): formula, measure, range, which way is better, where the
//! name comes from, and what stays out. What every indicator leaves out: excluded tickets
//! (剔除).

use super::curve::Better;
use serde::{Deserialize, Serialize};

/// In what a figure is measured. Figures are hundredths of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// 百分比
    Percent,
    /// 次/件
    TimesPerTicket,
    /// 分钟
    Minutes,
}

impl Measure {
    /// What stands behind the number.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Percent => "%",
            Self::TimesPerTicket => " 次/件",
            Self::Minutes => " 分钟",
        }
    }
}

/// What there is to say of an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Definition {
    /// The word in data files.
    pub key: &'static str,
    /// 名称
    pub term: &'static str,
    /// 公式
    pub formula: &'static str,
    /// 单位
    pub measure: Measure,
    /// 取值范围, in hundredths; no last where nothing bounds it.
    pub range: (i64, Option<i64>),
    /// Which way is better.
    pub better: Better,
    /// 出处
    pub source: &'static str,
    /// 不计入, beside excluded tickets.
    pub leaves_out: &'static str,
}

/// A share of a whole that ought to be high: what most indicators are.
const SHARE: Definition = Definition {
    key: "",
    term: "",
    formula: "",
    measure: Measure::Percent,
    range: (0, Some(10_000)),
    better: Better::Higher,
    source: "",
    leaves_out: "",
};

const PEERS: &str = "各市考核通报（如连云港）；定义为本市设定";
const DUTY: &str = "潍坊日报「市直部门督办履职情况」；分项为本市设定";
const STILL_RUNNING: &str = "尚未办理且未到期限的";

/// The definitions, in the order of the indicators.
pub(super) const DEFINITIONS: [Definition; 15] = [
    Definition {
        key: "resolution-rate",
        term: "回访解决率",
        formula: "最终已解决件数 ÷ 接通回访件数",
        source: "潍坊日报「回访解决率」；分母为本市设定",
        leaves_out: "未接通回访的",
        ..SHARE
    },
    Definition {
        key: "satisfaction-rate",
        term: "满意率",
        formula: "最终满意件数 ÷ 已办结且来电人作出满意度评价的件数",
        source: "潍坊日报「满意率」（89.04%）；分母为本市设定",
        leaves_out: "未接通、未评价的",
        ..SHARE
    },
    Definition {
        key: "first-handling-rate",
        term: "一次办理问题解决率",
        formula: "首次回访已解决且未重办的件数 ÷ 接通回访件数",
        source: "潍坊日报「一次办理问题解决率」（71.83%）、「一次办结」；分母为本市设定",
        leaves_out: "未接通回访的",
        ..SHARE
    },
    Definition {
        key: "like-matter-growth",
        term: "同类诉求增长率",
        formula: "（本期件数 − 基期件数）÷ 基期件数；季节性诉求的基期为上年同期，其他为上一周期",
        range: (-10_000, None),
        better: Better::Lower,
        source: "潍坊日报「同类诉求问题增长率」；公式和基数下限为本市设定",
        leaves_out: "基数过小的不计分",
        ..SHARE
    },
    Definition {
        key: "closed-in-time-rate",
        term: "按时办结率",
        formula: "按时办结件数 ÷ 已办结或已超期件数",
        source: PEERS,
        leaves_out: STILL_RUNNING,
        ..SHARE
    },
    Definition {
        key: "taken-up-in-time-rate",
        term: "及时签收率",
        formula: "按时签收件数 ÷ 已签收或已超期件数",
        source: PEERS,
        leaves_out: STILL_RUNNING,
        ..SHARE
    },
    Definition {
        key: "hand-back-rate",
        term: "退单率",
        formula: "申请过退单的件数 ÷ 派遣件数",
        better: Better::Lower,
        source: PEERS,
        leaves_out: "未派遣的",
        ..SHARE
    },
    Definition {
        key: "extension-rate",
        term: "延期率",
        formula: "经批准延期的件数 ÷ 派遣件数",
        better: Better::Lower,
        source: PEERS,
        leaves_out: "未派遣的",
        ..SHARE
    },
    Definition {
        key: "repeat-rate",
        term: "重复诉求率",
        formula: "同一来电人就同一事项再次反映的件数 ÷ 登记件数",
        better: Better::Lower,
        source: PEERS,
        leaves_out: "无",
        ..SHARE
    },
    Definition {
        key: "first-response-median",
        term: "首次响应时间（中位数）",
        formula: "登记至首次联系来电人的分钟数，取中位数",
        measure: Measure::Minutes,
        range: (0, None),
        better: Better::Lower,
        source: "潍坊日报「群众的诉求几小时之内便有了回应」；口径为本市设定",
        leaves_out: "未派遣的、尚未联系的",
    },
    Definition {
        key: "response-rate",
        term: "响应率",
        formula: "时限内联系来电人的件数 ÷ 已联系或已超期件数",
        source: "北京「三率」之一；时限为本市设定",
        leaves_out: STILL_RUNNING,
        ..SHARE
    },
    Definition {
        key: "copy-signed-in-time-rate",
        term: "抄送签收及时率",
        formula: "按时签收抄送件数 ÷ 已签收或已超期的抄送件数",
        source: DUTY,
        leaves_out: "尚未签收且未到期限的",
        ..SHARE
    },
    Definition {
        key: "supervisions-per-overdue",
        term: "超期件督导频次",
        formula: "对超期件督促、指导、监督的次数 ÷ 超期件数",
        measure: Measure::TimesPerTicket,
        range: (0, None),
        source: DUTY,
        leaves_out: "未超期件上的督导",
        ..SHARE
    },
    Definition {
        key: "opinion-in-time-rate",
        term: "书面意见及时率",
        formula: "按时出具书面意见件数 ÷ 应出具且已出具或已超期的件数",
        source: DUTY,
        leaves_out: "未要求书面意见的",
        ..SHARE
    },
    Definition {
        key: "knowledge-accepted-rate",
        term: "知识库提报采纳率",
        formula: "采纳条数 ÷ 提报条数",
        source: DUTY,
        leaves_out: "尚未审定的",
        ..SHARE
    },
];
