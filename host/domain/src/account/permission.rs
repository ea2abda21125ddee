//! Permissions (权限表): who may do what, and where. This is the one place that says so; every door
//! of the server asks it before anything else, and `docs/permissions.md` is generated from it. What
//! is not in the table is refused.
//!
//! The table says which role has which action, in the whole city or at its own place. What a
//! command then needs of the ticket, the topic or the plugin itself stands in their own lists
//! ([`transitions`](crate::transitions) and its likes), and how much of a ticket is shown in
//! [`sight`], which [`admit`] asks where a ticket is meant.

use super::action::Action;
use super::post::Acting;
use super::role::Role;
use crate::World;
use crate::ids::{TerritoryId, UnitId};
use crate::refusal::Refusal;
use crate::sight;
use crate::ticket::Ticket;
use std::fmt::Write;

/// How far a role's action reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// 全市
    City,
    /// 本区县、本部门、本单位: what its post is at.
    Own,
}

impl Scope {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::City => "全市",
            Self::Own => "本地本单位",
        }
    }
}

/// What the action would reach.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// Nothing that belongs to a place, or what is cut to the own place line by line.
    Any,
    /// The places of the city side by side.
    City,
    /// A territory's own.
    Territory(&'a TerritoryId),
    /// What acts in a territory: what the city has act in all of it is every county's to see, too.
    ActsIn(&'a TerritoryId),
    /// A unit's own.
    Unit(&'a UnitId),
    /// A territory's or a department's, as the evaluation names them both.
    Subject(&'a str),
    /// A post's own, whoever sits there.
    Role(Role),
    /// A receiver's own.
    Receiver(&'a str),
    /// A ticket.
    Ticket(&'a Ticket),
    /// What concerns these units.
    Units(&'a std::collections::BTreeSet<UnitId>),
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Permission {
    /// 操作
    pub action: Action,
    /// Who may in the whole city.
    pub city: &'static [Role],
    /// Who may at the own place.
    pub own: &'static [Role],
    /// Why so.
    pub reason: &'static str,
}

use Role::{
    AuditAdmin, CallTaker, CityLeader, CityOps, CompanySeat, CountyOps, DepartmentSupervisor, Dispatcher,
    EnterpriseSeat, FollowUpStaff, GovernmentOffice, HotlineOffice, KnowledgeReviewer, LegalSeat, LiabilityPanel,
    Monitor, Receiver, Reviewer, SecurityAdmin, SystemAdmin, UnitClerk,
};

/// Who sits in the hotline and works on every ticket.
const HOTLINE: &[Role] = &[CallTaker, Dispatcher, Reviewer, FollowUpStaff, HotlineOffice];
/// The offices that convene.
const OFFICES: &[Role] = &[HotlineOffice, GovernmentOffice];
/// The offices and whom they report to.
const HEADS: &[Role] = &[HotlineOffice, GovernmentOffice, CityLeader];
/// Units and departments.
const UNITS: &[Role] = &[UnitClerk, DepartmentSupervisor];
/// Everybody who works on something: neither machines that connect nor the three duties.
const AT_WORK: &[Role] = &[
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
];
const NOBODY: &[Role] = &[];

const fn row(action: Action, city: &'static [Role], own: &'static [Role], reason: &'static str) -> Permission {
    Permission { action, city, own, reason }
}

/// The table.
pub const PERMISSIONS: [Permission; 45] = [
    row(
        Action::ReadTickets,
        &[CallTaker, Dispatcher, Reviewer, FollowUpStaff, HotlineOffice, LiabilityPanel, CityLeader],
        &[EnterpriseSeat, LegalSeat, CompanySeat, UnitClerk, DepartmentSupervisor],
        "个人信息保护法 6：最小必要；看到多少见可见范围",
    ),
    row(Action::SeekDuplicates, &[CallTaker, EnterpriseSeat, Dispatcher, HotlineOffice], NOBODY, "接听和派单时并单"),
    row(Action::ReadDecisions, HOTLINE, &[EnterpriseSeat], "决定记录含完整输入，限热线人员"),
    row(Action::MakeDisputeFiles, &[Reviewer, HotlineOffice], NOBODY, "对争议负责的岗位"),
    row(Action::RegisterTickets, &[CallTaker, EnterpriseSeat], NOBODY, "GB/T 33358-2016 3.6"),
    row(
        Action::CommandTickets,
        &[
            CallTaker,
            EnterpriseSeat,
            LegalSeat,
            Dispatcher,
            Reviewer,
            FollowUpStaff,
            HotlineOffice,
            LiabilityPanel,
            CityLeader,
        ],
        &[CompanySeat, UnitClerk, DepartmentSupervisor],
        "逐项见工单状态流转",
    ),
    row(Action::ReadCallers, HOTLINE, &[EnterpriseSeat, LegalSeat, UnitClerk], "个人信息保护法 51：脱敏"),
    row(
        Action::UnmaskCallers,
        &[CallTaker, Dispatcher, Reviewer, FollowUpStaff],
        &[UnitClerk],
        "个人信息保护法 6：目的明确，先留痕后显示",
    ),
    row(Action::CorrectCallers, &[CallTaker, Reviewer], NOBODY, "个人信息保护法 46"),
    row(Action::KeepCallers, &[Reviewer], NOBODY, "个人信息保护法 47"),
    row(Action::AuditCallers, &[Reviewer, HotlineOffice], NOBODY, "个人信息保护法 54"),
    row(
        Action::ReadToDos,
        &[HotlineOffice, Dispatcher],
        &[UnitClerk, DepartmentSupervisor, Reviewer, CityLeader],
        "各看各的待办",
    ),
    row(Action::ReadTopics, HEADS, UNITS, "文章 6 至 10：单位看涉及本单位的议题"),
    row(Action::CommandTopics, OFFICES, UNITS, "逐项见议题状态流转"),
    row(Action::SetThresholds, OFFICES, NOBODY, "召集单位（设定）"),
    row(
        Action::ReadCampaigns,
        &[HotlineOffice, GovernmentOffice, CityLeader, UnitClerk, DepartmentSupervisor],
        NOBODY,
        "攻坚行动全市公开",
    ),
    row(Action::CommandCampaigns, OFFICES, UNITS, "牵头部门记录进展"),
    row(
        Action::ReadKnowledge,
        &[
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
        ],
        NOBODY,
        "答复口径全市共用",
    ),
    row(Action::WriteKnowledge, &[KnowledgeReviewer], UNITS, "责任部门起草，审核员审核"),
    row(Action::ReadOutward, &[HotlineOffice], &[Receiver], "接收方只读自己的文书"),
    row(Action::SignForOutward, NOBODY, &[Receiver], "接收方自行签收"),
    row(Action::ReadReceivers, &[HotlineOffice, CityOps], NOBODY, "外发情况"),
    row(Action::SettleDeadLetters, &[HotlineOffice], NOBODY, "由人决定并说明理由"),
    row(Action::ReadReports, &[HotlineOffice, GovernmentOffice, CityLeader, Reviewer], &[UnitClerk], "区县看本区县"),
    row(
        Action::ReadReviews,
        &[HotlineOffice, CityLeader, DepartmentSupervisor],
        &[UnitClerk],
        "本区县单位、市直部门和市级机构",
    ),
    row(Action::ReadReference, AT_WORK, NOBODY, "人人都要用"),
    row(Action::ImportReference, &[HotlineOffice], NOBODY, "依据文件导入"),
    row(
        Action::ReadScores,
        &[HotlineOffice, GovernmentOffice, CityLeader, Reviewer, LiabilityPanel],
        UNITS,
        "国办函〔2025〕66号：不搞总排名；被考核单位看自己的",
    ),
    row(
        Action::ReadPublications,
        &[HotlineOffice, GovernmentOffice, CityLeader, Reviewer, LiabilityPanel, UnitClerk, DepartmentSupervisor],
        NOBODY,
        "公布的评价被考核单位都能看",
    ),
    row(Action::ReadAppeals, &[Reviewer, HotlineOffice], NOBODY, "裁定和复核"),
    row(Action::LodgeAppeals, NOBODY, UNITS, "被考核单位提出"),
    row(Action::RuleOnAppeals, &[Reviewer], NOBODY, "审核员裁定"),
    row(Action::ExcludeTickets, &[HotlineOffice], NOBODY, "市热线办剔除"),
    row(Action::PublishScores, &[HotlineOffice], NOBODY, "市热线办公布"),
    row(
        Action::ReadPlugins,
        &[CityOps],
        &[CountyOps],
        "区县看本区县的和全市的插件，不看其他区县的；对照和试算列有工单，只看本区县的",
    ),
    row(Action::CommandPlugins, &[CityOps], &[CountyOps], "区县提交，市平台批准；逐项见插件发布"),
    row(Action::ReadOperations, &[CityOps, HotlineOffice, SystemAdmin, Monitor], NOBODY, "运行状况不含业务内容"),
    row(Action::MoveClock, &[SystemAdmin], NOBODY, "仅供演示"),
    row(Action::FollowChanges, AT_WORK, NOBODY, "逐条按各自能查看什么"),
    row(Action::ReadAccounts, &[SystemAdmin, SecurityAdmin], NOBODY, "GB/T 22239-2019 8.1.4.1"),
    row(
        Action::KeepAccounts,
        &[SystemAdmin],
        NOBODY,
        "GB/T 22239-2019 8.1.5.1：系统管理员；担任三员的账号只在服务器本机重置和停用",
    ),
    row(Action::GrantPosts, &[SecurityAdmin], NOBODY, "GB/T 22239-2019 8.1.5.3：安全管理员授权；三员各至少留一人"),
    row(Action::IssueTokens, &[SecurityAdmin], NOBODY, "GB/T 22239-2019 8.1.5.3：安全管理员授权"),
    row(Action::ReadAudit, &[AuditAdmin], NOBODY, "GB/T 22239-2019 8.1.5.2：审计管理员"),
    row(Action::OwnAccount, &Role::ALL, NOBODY, "人人管好本人的密码和会话"),
];

/// How far a role's action reaches; nothing when it has none.
#[must_use]
pub fn scope(role: Role, action: Action) -> Option<Scope> {
    let row = PERMISSIONS.iter().find(|row| row.action == action)?;
    if row.city.contains(&role) {
        return Some(Scope::City);
    }
    row.own.contains(&role).then_some(Scope::Own)
}

/// Refuses whoever may not do this, or not there.
///
/// # Errors
/// `not-entitled`, naming who may.
pub fn admit(acting: &Acting, action: Action, target: Target<'_>, world: &World) -> Result<(), Refusal> {
    let Some(scope) = scope(acting.post.role, action) else { return Err(not_entitled(acting.post.role, action)) };
    if reaches(acting, scope, target, world) {
        return Ok(());
    }
    let role = acting.post.role.term();
    let chinese = match target {
        Target::Ticket(_) => {
            "该岗位不能查看此内容：只能看到本岗位承办、抄送或解答的工单，以及办理所需的部分".to_owned()
        }
        _ => format!("{role}只能在本区县、本部门、本单位范围内{}", action.term()),
    };
    Err(Refusal::new("not-entitled", chinese, "that belongs to another place than this post's"))
}

fn reaches(acting: &Acting, scope: Scope, target: Target<'_>, world: &World) -> bool {
    if let Target::Ticket(ticket) = target {
        return acting.by().is_some_and(|by| sight::of(&by, ticket).is_some());
    }
    if scope == Scope::City {
        return true;
    }
    let post = &acting.post;
    let territory = || post.territory(&world.catalogue).filter(|territory| !territory.is_city());
    match target {
        Target::Any | Target::Ticket(_) => true,
        Target::City => false,
        Target::Territory(of) => territory().as_ref() == Some(of),
        Target::ActsIn(of) => of.is_city() || territory().as_ref() == Some(of),
        Target::Unit(of) => post.unit().as_ref() == Some(of),
        Target::Subject(of) => {
            territory().is_some_and(|territory| territory.as_str() == of)
                || post.unit().is_some_and(|unit| unit.as_str() == of)
        }
        Target::Role(of) => post.role == of,
        Target::Receiver(of) => post.place.as_deref() == Some(of),
        Target::Units(of) => post.unit().is_some_and(|unit| of.contains(&unit)),
    }
}

fn not_entitled(role: Role, action: Action) -> Refusal {
    let may = PERMISSIONS.iter().filter(|row| row.action == action).flat_map(|row| row.city.iter().chain(row.own));
    let may: Vec<&str> = may.map(|role| role.term()).collect();
    Refusal::new(
        "not-entitled",
        format!("{}无权{}，请由{}办理", role.term(), action.term(), may.join("或")),
        format!("this post may not {}", action.key()),
    )
}

/// The table as a document.
#[must_use]
pub fn document() -> String {
    let mut text = String::from(
        "# 权限表 Permissions\n\n\
         Generated from `host/domain/src/account/permission.rs`, which every door of the server asks first. \
         Do not edit; write it anew with `CHUISHAO_BLESS=1 cargo test -p chuishao-domain --test accounts`.\n\n\
         ● 全市 in the whole city　○ 本区县、本部门、本单位 at the own place　空白：拒绝 refused\n\n| 操作 action |",
    );
    for role in Role::ALL {
        let _ = write!(text, " {} |", role.term());
    }
    text.push_str(" 依据 reason |\n|---|");
    text.push_str(&":-:|".repeat(Role::ALL.len()));
    text.push_str("---|\n");
    for row in PERMISSIONS {
        let _ = write!(text, "| {} `{}` |", row.action.term(), row.action.key());
        for role in Role::ALL {
            let mark = match scope(role, row.action) {
                Some(Scope::City) => "●",
                Some(Scope::Own) => "○",
                None => "",
            };
            let _ = write!(text, " {mark} |");
        }
        let _ = writeln!(text, " {} |", row.reason);
    }
    text
}
