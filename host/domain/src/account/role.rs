//! Roles (角色): the posts of the hotline, of units, counties and offices, machines that connect,
//! and the three duties of running the system, which nobody may hold together (三员分立,
//! GB/T 22239-2019 8.1.7.1 and 8.1.5).

use serde::{Deserialize, Serialize};

/// What an account may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is explained by `term`")]
pub enum Role {
    CallTaker,
    EnterpriseSeat,
    LegalSeat,
    CompanySeat,
    Dispatcher,
    UnitClerk,
    DepartmentSupervisor,
    Reviewer,
    KnowledgeReviewer,
    FollowUpStaff,
    HotlineOffice,
    GovernmentOffice,
    LiabilityPanel,
    CityLeader,
    CountyOps,
    CityOps,
    Receiver,
    Monitor,
    SystemAdmin,
    SecurityAdmin,
    AuditAdmin,
}

/// What a post is at, beside its holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    /// 全市: nowhere in particular.
    City,
    /// 单位
    Unit,
    /// 区县、开发区
    Territory,
    /// 接收方: who gets outward documents.
    Receiver,
}

/// The three duties, each with the others' work closed to it.
pub const DUTIES: [Role; 3] = [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin];

impl Role {
    /// All of them.
    pub const ALL: [Self; 21] = [
        Self::CallTaker,
        Self::EnterpriseSeat,
        Self::LegalSeat,
        Self::CompanySeat,
        Self::Dispatcher,
        Self::UnitClerk,
        Self::DepartmentSupervisor,
        Self::Reviewer,
        Self::KnowledgeReviewer,
        Self::FollowUpStaff,
        Self::HotlineOffice,
        Self::GovernmentOffice,
        Self::LiabilityPanel,
        Self::CityLeader,
        Self::CountyOps,
        Self::CityOps,
        Self::Receiver,
        Self::Monitor,
        Self::SystemAdmin,
        Self::SecurityAdmin,
        Self::AuditAdmin,
    ];

    /// As it is written.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::CallTaker => "call-taker",
            Self::EnterpriseSeat => "enterprise-seat",
            Self::LegalSeat => "legal-seat",
            Self::CompanySeat => "company-seat",
            Self::Dispatcher => "dispatcher",
            Self::UnitClerk => "unit-clerk",
            Self::DepartmentSupervisor => "department-supervisor",
            Self::Reviewer => "reviewer",
            Self::KnowledgeReviewer => "knowledge-reviewer",
            Self::FollowUpStaff => "follow-up-staff",
            Self::HotlineOffice => "hotline-office",
            Self::GovernmentOffice => "government-office",
            Self::LiabilityPanel => "liability-panel",
            Self::CityLeader => "city-leader",
            Self::CountyOps => "county-ops",
            Self::CityOps => "city-ops",
            Self::Receiver => "receiver",
            Self::Monitor => "monitor",
            Self::SystemAdmin => "system-admin",
            Self::SecurityAdmin => "security-admin",
            Self::AuditAdmin => "audit-admin",
        }
    }

    /// The role that is written so.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }

    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::CallTaker => "话务员",
            Self::EnterpriseSeat => "企业服务专线",
            Self::LegalSeat => "法律专席",
            Self::CompanySeat => "供热企业坐席",
            Self::Dispatcher => "派单员",
            Self::UnitClerk => "承办单位",
            Self::DepartmentSupervisor => "市级行业主管部门",
            Self::Reviewer => "审核员",
            Self::KnowledgeReviewer => "知识库审核员",
            Self::FollowUpStaff => "回访员",
            Self::HotlineOffice => "热线工作机构",
            Self::GovernmentOffice => "市政府办公室",
            Self::LiabilityPanel => "责任认定小组",
            Self::CityLeader => "市级领导",
            Self::CountyOps => "区县信息技术人员",
            Self::CityOps => "市平台运维",
            Self::Receiver => "文书接收方",
            Self::Monitor => "监控系统",
            Self::SystemAdmin => "系统管理员",
            Self::SecurityAdmin => "安全管理员",
            Self::AuditAdmin => "审计员",
        }
    }

    /// What a post of this role is at.
    #[must_use]
    pub fn place(self) -> PlaceKind {
        match self {
            Self::UnitClerk | Self::DepartmentSupervisor | Self::CompanySeat => PlaceKind::Unit,
            Self::CountyOps => PlaceKind::Territory,
            Self::Receiver => PlaceKind::Receiver,
            _ => PlaceKind::City,
        }
    }

    /// Whether it is one of the three duties.
    #[must_use]
    pub fn is_duty(self) -> bool {
        DUTIES.contains(&self)
    }
}
