//! Seeing a caller (查看明文): for a purpose of a closed list, by a post that has it, for a
//! ticket of this caller, with a word of why. Each look is an event, and that event is the
//! audit record.

use super::retention::Standing;
use crate::actor::By;
use serde::{Deserialize, Serialize};

/// What can be shown. Who needs the number does not see the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// 姓名
    Name,
    /// 联系电话
    Phone,
}

impl Field {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Name => "姓名",
            Self::Phone => "联系电话",
        }
    }
}

/// What for (查看目的): a closed list. Whoever has none of these purposes works with the mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// 联系来电人: the handling unit contacts the caller about his open ticket.
    ContactCaller,
    /// 回访
    FollowUpCall,
    /// 紧急处置: somebody has to be reached about an urgent matter at once.
    UrgentRescue,
    /// 督办核查: whether a caller was contacted at all, as a report says (虚假办结).
    Supervision,
    /// 本人查阅: 个人信息保护法 art. 45.
    SubjectAccess,
    /// 依法调取: courts, supervision organs and police, on paper.
    LawfulDemand,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::ContactCaller,
        Self::FollowUpCall,
        Self::UrgentRescue,
        Self::Supervision,
        Self::SubjectAccess,
        Self::LawfulDemand,
    ];

    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::ContactCaller => "联系来电人",
            Self::FollowUpCall => "回访",
            Self::UrgentRescue => "紧急处置",
            Self::Supervision => "督办核查",
            Self::SubjectAccess => "本人查阅",
            Self::LawfulDemand => "依法调取",
        }
    }

    /// Whether this post may have this purpose on this ticket. Which posts do is an assumption;
    /// that the list is closed is the law's (目的明确, 个人信息保护法 art. 6).
    ///
    /// Who called about a confidential matter is the hotline's own to know, and no unit's
    /// (条例 art. 7; GB/T 33358: 服务对象要求个人信息保密的，应对工单进行保密处理).
    #[must_use]
    pub fn is_for(self, by: &By, ticket: &Standing) -> bool {
        let open = ticket.closed_at.is_none();
        match (self, by) {
            (Self::ContactCaller, By::UnitClerk { unit }) => {
                open && !ticket.confidential && ticket.units.contains(unit)
            }
            (Self::FollowUpCall, By::FollowUpStaff { .. }) => open,
            (Self::UrgentRescue, By::CallTaker { .. } | By::Dispatcher { .. }) => open && ticket.urgent,
            (Self::Supervision | Self::SubjectAccess | Self::LawfulDemand, By::Reviewer { .. }) => true,
            _ => false,
        }
    }

    /// Who may have it and when, for a refusal.
    #[must_use]
    pub fn condition(self) -> &'static str {
        match self {
            Self::ContactCaller => "仅限未办结、不保密工单的承办单位",
            Self::FollowUpCall => "仅限未办结工单的回访员",
            Self::UrgentRescue => "仅限未办结紧急工单的话务员、派单员",
            Self::Supervision | Self::SubjectAccess | Self::LawfulDemand => "仅限审核员",
        }
    }
}

/// Whether this post may read a record's history, which is the audit log (审计).
#[must_use]
pub fn may_audit(by: &By) -> bool {
    matches!(by, By::Reviewer { .. } | By::HotlineOffice { .. })
}
