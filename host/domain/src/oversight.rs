//! Oversight (督导督办): the lives of the city department's copies, supervision orders
//! (督办), reminders (催办), joint supervision (联合督办), whistles and check-ins (吹哨报到).
//! None of it moves a ticket; it makes visible who has to move.

use crate::deadline::{DeadlineKind, Due};
use crate::duty::DutyKind;
use crate::ids::UnitId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// 督导动作 of the city department (article row 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SupervisionKind {
    /// 督促
    Urge,
    /// 指导
    Guide,
    /// 监督
    Oversee,
}

impl SupervisionKind {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Urge => "督促",
            Self::Guide => "指导",
            Self::Oversee => "监督",
        }
    }
}

/// The life of one statutory copy (督导, article rows 1–4). It cannot be removed (guard rail G2)
/// and ends only with the archive; [`crate::status`] says where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Supervision {
    /// 市级行业主管部门.
    pub department: UnitId,
    /// Made with the dispatch.
    #[schemars(with = "String")]
    pub copied_at: Timestamp,
    /// 是否签收.
    pub taken_up: bool,
    /// 督促、指导、监督 so far.
    pub action_count: u16,
    /// 书面意见 so far.
    pub opinion_count: u16,
}

impl Supervision {
    pub(crate) fn count_action(&mut self) {
        self.action_count = self.action_count.saturating_add(1);
    }

    pub(crate) fn count_opinion(&mut self) {
        self.opinion_count = self.opinion_count.saturating_add(1);
    }
}

/// Why a supervision order was given (督办情形).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OrderGround {
    /// 热线工作机构督办
    Office,
    /// 红牌: by the clock
    RedCard,
    /// 多次重办仍不满意
    UnsatisfiedAfterRework,
}

impl OrderGround {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Office => "热线工作机构督办",
            Self::RedCard => "红牌督办",
            Self::UnsatisfiedAfterRework => "重办后仍不满意督办",
        }
    }
}

/// 督办: runs beside the ticket's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SupervisionOrder {
    /// Its number on this ticket, from 1.
    pub number: u16,
    /// Why.
    pub ground: OrderGround,
    /// 被督办单位: the lead unit, or the county's office while nobody leads.
    pub unit: UnitId,
    /// When.
    #[schemars(with = "String")]
    pub ordered_at: Timestamp,
    /// 是否回复.
    pub answered: bool,
}

/// 联合督办: several city units together (article row 59).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct JointSupervision {
    /// 督办单位.
    pub units: Vec<UnitId>,
    /// Since when.
    #[schemars(with = "String")]
    pub opened_at: Timestamp,
}

/// One department that was summoned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Summoned {
    /// Which.
    pub unit: UnitId,
    /// 报到时刻; absent: it has not checked in, and everybody sees that.
    #[schemars(with = "Option<String>")]
    pub checked_in_at: Option<Timestamp>,
}

/// 吹哨: departments are summoned to a ticket (article row 34).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Whistle {
    /// Its number on this ticket, from 1.
    pub number: u16,
    /// When it was blown.
    #[schemars(with = "String")]
    pub blown_at: Timestamp,
    /// 应报到部门.
    pub summoned: Vec<Summoned>,
}

impl Whistle {
    /// 未报到: who was summoned and did not come.
    pub fn absent(&self) -> impl Iterator<Item = &UnitId> {
        self.summoned.iter().filter(|one| one.checked_in_at.is_none()).map(|one| &one.unit)
    }
}

/// What watches over a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Oversight {
    /// 督导: one for each statutory copy.
    pub supervisions: Vec<Supervision>,
    /// 督办.
    pub orders: Vec<SupervisionOrder>,
    /// 联合督办, while it lasts.
    pub joint: Option<JointSupervision>,
    /// 吹哨.
    pub whistles: Vec<Whistle>,
    /// 催办次数.
    pub reminder_count: u16,
}

impl Oversight {
    /// 督办中: an order waits for its answer.
    #[must_use]
    pub fn has_open_order(&self) -> bool {
        self.orders.iter().any(|order| !order.answered)
    }

    /// Whether a city unit supervises jointly.
    #[must_use]
    pub fn supervises_jointly(&self, unit: &UnitId) -> bool {
        self.joint.as_ref().is_some_and(|joint| joint.units.contains(unit))
    }
}

/// What happened beside the ticket's own life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum OversightEvent {
    /// 签收抄送
    CopyTakenUp {
        /// Who.
        department: UnitId,
    },
    /// 书面意见
    OpinionGiven {
        /// Who.
        department: UnitId,
        /// The opinion.
        words: String,
    },
    /// 红牌: the first working day after the due time
    RedCarded {
        /// Which deadline.
        kind: DeadlineKind,
    },
    /// 督办
    SupervisionOrdered {
        /// The order.
        order: SupervisionOrder,
        /// In which words.
        words: String,
    },
    /// 督办回复
    SupervisionAnswered {
        /// Its number.
        number: u16,
        /// In which words.
        words: String,
    },
    /// 催办: the caller called again
    Reminded {
        /// What the caller said.
        words: String,
    },
    /// 联合督办
    JointSupervisionOpened {
        /// 督办单位
        units: Vec<UnitId>,
        /// Why.
        words: String,
    },
    /// 联合督办结束
    JointSupervisionEnded {
        /// What came of it.
        result: String,
    },
    /// 吹哨
    WhistleBlown {
        /// Its number.
        number: u16,
        /// 应报到部门
        units: Vec<UnitId>,
        /// What for.
        words: String,
        /// When they have to be there.
        check_in_by: Due,
    },
    /// 报到
    CheckedIn {
        /// Which whistle.
        number: u16,
        /// Who.
        unit: UnitId,
        /// What the department brings.
        words: String,
    },
    /// 应办事项超期
    DutyOverdue {
        /// What.
        kind: DutyKind,
        /// Whose.
        unit: UnitId,
    },
    /// 应办期限确定: the calendar that it waited for was loaded
    DutyDueComputed {
        /// What.
        kind: DutyKind,
        /// Whose.
        unit: UnitId,
        /// When.
        due: Due,
    },
}
