//! To-dos (待办): what waits for a unit or a post on a ticket, beside the ticket's own state,
//! whose lists everybody knows. It follows from the ticket, so no to-do can be lost, doubled or
//! left behind; the store keeps it to be searched by.

use crate::duty::DutyKind;
use crate::ids::UnitId;
use crate::status::AssignmentState;
use crate::ticket::{Pending, Ticket};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ToDoKind {
    /// 签收
    TakeUp,
    /// 签收抄送
    TakeUpCopy,
    /// 回访
    FollowUp,
    /// 报到
    CheckIn,
    /// 协办: a unit's part beside the lead unit's, whose own list is that of the lead unit.
    CoHandle,
    /// 回复督办
    AnswerOrder,
    /// 完成任务
    Task,
    /// 审定退回
    RuleHandBack,
    /// 审定延期
    RuleExtension,
    /// 审定不予受理
    RuleDecline,
    /// 签批责任主体
    Sign,
}

impl ToDoKind {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::TakeUp => "签收",
            Self::TakeUpCopy => "签收抄送",
            Self::FollowUp => "回访",
            Self::CheckIn => "报到",
            Self::CoHandle => "协办",
            Self::AnswerOrder => "回复督办",
            Self::Task => "完成任务",
            Self::RuleHandBack => "审定退回",
            Self::RuleExtension => "审定延期",
            Self::RuleDecline => "审定不予受理",
            Self::Sign => "签批责任主体",
        }
    }
}

/// A post that has to-dos of its own, whoever sits there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ToDoPost {
    /// 审核员
    Reviewer,
    /// 市级领导
    CityLeader,
}

impl ToDoPost {
    /// As it is named in a request.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Reviewer => "reviewer",
            Self::CityLeader => "city-leader",
        }
    }
}

/// Whose it is (待办人).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// 单位
    Unit(UnitId),
    /// 岗位
    Post(ToDoPost),
}

impl Holder {
    /// One text for both: no unit's id is a post's key.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Unit(unit) => unit.as_str(),
            Self::Post(post) => post.key(),
        }
    }
}

/// One thing that waits for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToDo {
    /// Whose.
    pub holder: Holder,
    /// What.
    pub kind: ToDoKind,
    /// Which of its kind on this ticket: a task's, an order's or a whistle's; 0 where there is one.
    pub number: u16,
    /// When it is due: its own moment, or the ticket's. Absent while a deadline waits for a
    /// holiday notice.
    pub due_at: Option<Timestamp>,
}

impl Ticket {
    /// What waits for somebody on this ticket.
    #[must_use]
    pub fn to_dos(&self) -> Vec<ToDo> {
        let unit = |unit: &UnitId| Holder::Unit(unit.clone());
        let ticket_due = self.due_at();
        let mut to_dos: Vec<ToDo> = Vec::new();
        for duty in &self.duties {
            let kind = match duty.kind {
                DutyKind::TakeUp => ToDoKind::TakeUp,
                DutyKind::TakeUpCopy => ToDoKind::TakeUpCopy,
                DutyKind::FollowUp => ToDoKind::FollowUp,
                DutyKind::CheckIn => ToDoKind::CheckIn,
            };
            let holder = unit(&duty.unit);
            // A unit that is summoned twice has to come twice.
            let same = to_dos.iter().filter(|other| other.kind == kind && other.holder == holder).count();
            let number = u16::try_from(same).unwrap_or(u16::MAX);
            to_dos.push(ToDo { holder, kind, number, due_at: duty.due.at() });
        }
        for task in self.tasks.iter().filter(|task| !task.done) {
            let (holder, due_at) = (unit(&task.handling_unit), task.due.at());
            to_dos.push(ToDo { holder, kind: ToDoKind::Task, number: task.number, due_at });
        }
        // An order is to be answered although the matter itself is closed out meanwhile.
        let archived = self.closure.as_ref().is_some_and(|closure| closure.archived);
        for order in self.oversight.orders.iter().filter(|order| !order.answered && !archived) {
            let holder = unit(&order.unit);
            to_dos.push(ToDo { holder, kind: ToDoKind::AnswerOrder, number: order.number, due_at: ticket_due });
        }
        if self.closure.is_some() {
            return to_dos;
        }
        let works = |state| matches!(state, AssignmentState::Handling | AssignmentState::Rework);
        for part in self.assignments.iter().filter(|part| !part.lead && works(self.assignment_state(part))) {
            let holder = unit(&part.handling_unit);
            to_dos.push(ToDo { holder, kind: ToDoKind::CoHandle, number: 0, due_at: ticket_due });
        }
        let ruling = self.pending.as_ref().map(|pending| match pending {
            Pending::HandBack => ToDoKind::RuleHandBack,
            Pending::Extension { .. } => ToDoKind::RuleExtension,
            Pending::Decline { .. } => ToDoKind::RuleDecline,
        });
        let reviewer = || Holder::Post(ToDoPost::Reviewer);
        to_dos.extend(ruling.map(|kind| ToDo { holder: reviewer(), kind, number: 0, due_at: ticket_due }));
        let case = self.responsibility.case.as_ref();
        if case.is_some_and(|case| case.refused_at.is_some() && case.signed_unit.is_none()) {
            let holder = Holder::Post(ToDoPost::CityLeader);
            to_dos.push(ToDo { holder, kind: ToDoKind::Sign, number: 0, due_at: ticket_due });
        }
        to_dos
    }
}
