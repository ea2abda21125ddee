//! Where things stand (状态): of a ticket, of a unit's part in it, of the city department's
//! copy. All of it follows from the ticket and is stored nowhere. Local rules know the main
//! states alone ([`TicketState`]); a status also says which side way holds the ticket.

use crate::oversight::Supervision;
use crate::side::Side;
use crate::ticket::{Assignment, Pending, Ticket, TicketState};
use serde::{Deserialize, Serialize};

/// 工单状态, side states included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// 待受理
    Registered,
    /// 待派遣
    Accepted,
    /// 已并单
    Merged,
    /// 转介中
    Referred,
    /// 责任认定中
    LiabilityCase,
    /// 办理中
    Handling,
    /// 待审核
    InReview,
    /// 待回访
    AwaitingFollowUp,
    /// 已办结
    ClosedOut,
    /// 不予受理
    Declined,
    /// 已转紧急热线
    PassedOn,
    /// 已归档
    Archived,
}

impl Status {
    /// All of them, from the first to the last.
    pub const ALL: &'static [Self] = &[
        Self::Registered,
        Self::Accepted,
        Self::Merged,
        Self::Referred,
        Self::LiabilityCase,
        Self::Handling,
        Self::InReview,
        Self::AwaitingFollowUp,
        Self::ClosedOut,
        Self::Declined,
        Self::PassedOn,
        Self::Archived,
    ];

    /// Accepted, and the caller still waits.
    pub const OPEN: &'static [Self] = &[
        Self::Accepted,
        Self::Merged,
        Self::Referred,
        Self::LiabilityCase,
        Self::Handling,
        Self::InReview,
        Self::AwaitingFollowUp,
    ];

    /// Whether a ticket that stands here has come to its end.
    #[must_use]
    pub fn is_ended(self) -> bool {
        matches!(self, Self::ClosedOut | Self::Declined | Self::PassedOn | Self::Archived)
    }

    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Registered => "待受理",
            Self::Accepted => "待派遣",
            Self::Merged => "已并单",
            Self::Referred => "转介中",
            Self::LiabilityCase => "责任认定中",
            Self::Handling => "办理中",
            Self::InReview => "待审核",
            Self::AwaitingFollowUp => "待回访",
            Self::ClosedOut => "已办结",
            Self::Declined => "不予受理",
            Self::PassedOn => "已转紧急热线",
            Self::Archived => "已归档",
        }
    }
}

/// 承办状态: one unit's part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AssignmentState {
    /// 待签收
    AwaitingTakeUp,
    /// 办理中
    Handling,
    /// 申请退回
    HandBackAsked,
    /// 申请延期
    ExtensionAsked,
    /// 重办
    Rework,
    /// 待审核
    InReview,
    /// 已办结
    Done,
    /// 已退回: its part is over; [`crate::responsibility::HandBack`] keeps it
    HandedBack,
}

impl AssignmentState {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::AwaitingTakeUp => "待签收",
            Self::Handling => "办理中",
            Self::HandBackAsked => "申请退回",
            Self::ExtensionAsked => "申请延期",
            Self::Rework => "重办",
            Self::InReview => "待审核",
            Self::Done => "已办结",
            Self::HandedBack => "已退回",
        }
    }
}

/// 督导状态: the city department's copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SupervisionState {
    /// 待签收
    AwaitingTakeUp,
    /// 督导中
    Supervising,
    /// 已出意见
    OpinionGiven,
    /// 已结束
    Ended,
}

impl SupervisionState {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::AwaitingTakeUp => "待签收",
            Self::Supervising => "督导中",
            Self::OpinionGiven => "已出意见",
            Self::Ended => "已结束",
        }
    }
}

impl Ticket {
    /// Where the ticket stands.
    #[must_use]
    pub fn status(&self) -> Status {
        if self.closure.as_ref().is_some_and(|closure| closure.archived) {
            return Status::Archived;
        }
        match &self.side {
            Some(Side::Declined(_)) => return Status::Declined,
            Some(Side::PassedOn(_)) => return Status::PassedOn,
            Some(Side::Merged(_)) => return Status::Merged,
            Some(Side::Referred(_)) => return Status::Referred,
            None => {}
        }
        match self.state {
            TicketState::Accepted if self.in_liability_case() => Status::LiabilityCase,
            TicketState::Registered => Status::Registered,
            TicketState::Accepted => Status::Accepted,
            TicketState::Handling => Status::Handling,
            TicketState::InReview => Status::InReview,
            TicketState::AwaitingFollowUp => Status::AwaitingFollowUp,
            TicketState::ClosedOut => Status::ClosedOut,
        }
    }

    /// Whether a panel has yet to say whose duty it is.
    #[must_use]
    pub fn in_liability_case(&self) -> bool {
        self.responsibility.case.as_ref().is_some_and(crate::responsibility::LiabilityCase::is_open)
    }

    /// Where a unit's part stands.
    #[must_use]
    pub fn assignment_state(&self, part: &Assignment) -> AssignmentState {
        match (self.state, &self.pending) {
            (TicketState::AwaitingFollowUp | TicketState::ClosedOut, _) => AssignmentState::Done,
            (TicketState::InReview, _) if part.lead || part.reported_back => AssignmentState::InReview,
            (_, Some(Pending::HandBack)) if part.lead => AssignmentState::HandBackAsked,
            (_, Some(Pending::Extension { .. })) if part.lead => AssignmentState::ExtensionAsked,
            _ if !part.taken_up => AssignmentState::AwaitingTakeUp,
            _ if self.rework_count > 0 => AssignmentState::Rework,
            _ => AssignmentState::Handling,
        }
    }

    /// Where each unit's part stands, those that were handed back first.
    #[must_use]
    pub fn assignment_states(&self) -> Vec<(&crate::ids::UnitId, AssignmentState)> {
        let back = self.responsibility.hand_backs.iter().filter(|hand_back| hand_back.approved == Some(true));
        let back = back.map(|hand_back| (&hand_back.unit, AssignmentState::HandedBack));
        back.chain(self.assignments.iter().map(|part| (&part.handling_unit, self.assignment_state(part)))).collect()
    }

    /// Where the city department's copy stands. It ends with the archive and not before.
    #[must_use]
    pub fn supervision_state(&self, supervision: &Supervision) -> SupervisionState {
        match supervision {
            _ if self.status() == Status::Archived => SupervisionState::Ended,
            Supervision { opinion_count: 1.., .. } => SupervisionState::OpinionGiven,
            Supervision { taken_up: true, .. } => SupervisionState::Supervising,
            _ => SupervisionState::AwaitingTakeUp,
        }
    }
}
