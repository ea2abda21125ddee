//! What became of one ticket (办理结果摘要): plain columns that a store can fill without
//! reading a document, and all that an evaluation knows of a ticket. No caller, no text.

use super::handling::Handling;
use super::milestones::{Judged, Milestones};
use super::rate::Tally;
use super::subject::Subject;
use crate::ids::{CategoryCode, TerritoryId, TicketId, UnitId};
use crate::ticket::Ticket;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that had to be done by a moment, and when it was done (时限履行).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Promise {
    /// When it is due. Nothing when it was not asked for, or waits for its calendar.
    #[schemars(with = "Option<String>")]
    pub due_at: Option<Timestamp>,
    /// When it was done.
    #[schemars(with = "Option<String>")]
    pub done_at: Option<Timestamp>,
}

impl Promise {
    /// Whether it was kept, as seen from a moment. Nothing while that is not known: nothing
    /// was promised, or there is still time.
    #[must_use]
    pub fn kept(self, as_of: Timestamp) -> Option<bool> {
        let due_at = self.due_at?;
        match self.done_at.filter(|at| *at <= as_of) {
            Some(done_at) => Some(done_at <= due_at),
            None if as_of > due_at => Some(false),
            None => None,
        }
    }
}

/// Why a person took a ticket out of the evaluation (剔除). A closed list, so that taking out
/// can be counted and compared; the list is an assumption, after the kinds that cities'
/// published forms name (超职责诉求, 不合理诉求).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Exclusion {
    /// 超职责诉求
    BeyondDuty,
    /// 不合理诉求
    Unreasonable,
    /// 已进入诉讼、仲裁、行政复议或信访程序
    InLegalProceedings,
    /// 不可抗力
    ForceMajeure,
}

impl Exclusion {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::BeyondDuty => "超职责诉求",
            Self::Unreasonable => "不合理诉求",
            Self::InLegalProceedings => "已进入诉讼、仲裁、行政复议或信访程序",
            Self::ForceMajeure => "不可抗力",
        }
    }
}

/// What became of one ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TicketOutcome {
    /// 工单编号
    pub ticket: TicketId,
    /// 属地
    pub territory: TerritoryId,
    /// 市级行业主管部门: the reader of the statutory copy, or the lead unit of a city-direct
    /// ticket. None before the first dispatch.
    pub department: Option<UnitId>,
    /// 市直直办: a city department handles it itself and no territory has a part in it.
    pub city_direct: bool,
    /// 分类
    pub category: CategoryCode,
    /// 登记: the period that a ticket belongs to is the one in which it was received.
    #[schemars(with = "String")]
    pub received_at: Timestamp,
    /// 首次派遣. None before it, and of a merged duplicate: nobody is judged by these.
    #[schemars(with = "Option<String>")]
    pub dispatched_at: Option<Timestamp>,
    /// 首次响应: the first time that somebody spoke with the caller about the matter.
    #[schemars(with = "Option<String>")]
    pub first_response_at: Option<Timestamp>,
    /// 签收
    pub take_up: Promise,
    /// 首次联系来电人
    pub contact: Promise,
    /// 办结回复
    pub close: Promise,
    /// 办结 after the follow-up calls.
    #[schemars(with = "Option<String>")]
    pub closed_at: Option<Timestamp>,
    /// 曾超期: the time to close was missed, in whatever round.
    pub ran_late: bool,
    /// 市直部门签收抄送
    pub copy_signed: Promise,
    /// 市直部门书面意见, where one was asked for.
    pub opinion: Promise,
    /// 督促、指导、监督 of the city department on this ticket.
    pub supervisions: u32,
    /// 退单 asked for.
    pub hand_backs: u32,
    /// 退单 that was ruled justified.
    pub hand_backs_approved: u32,
    /// 延期 granted.
    pub extensions: u32,
    /// 重办
    pub reworks: u32,
    /// 重复诉求: the same caller with the same matter again.
    pub repeated: bool,
    /// 首次回访是否解决; nothing while nobody was reached.
    pub first_solved: Option<bool>,
    /// 最终是否解决
    pub solved: Option<bool>,
    /// 最终是否满意
    pub satisfied: Option<bool>,
    /// 剔除
    pub exclusion: Option<Exclusion>,
}

impl TicketOutcome {
    /// What became of a ticket so far. 剔除 is not the ticket's own: whoever asks adds it.
    #[must_use]
    pub fn of(ticket: &Ticket) -> Self {
        let Milestones { first_response_at, ran_late, department, judged, .. } = ticket.milestones.clone();
        let Judged { dispatch, dispatched_at, take_up, contact, close, copy_signed, opinion } = judged;
        let figures = ticket.figures();
        let mut copies = ticket.oversight.supervisions.iter();
        let copy = copies.find(|copy| dispatch.is_some() && Some(&copy.department) == department.as_ref());
        let hand_backs = &ticket.responsibility.hand_backs;
        let count = |hand_backs: usize| u32::try_from(hand_backs).unwrap_or(u32::MAX);
        Self {
            ticket: ticket.id.clone(),
            territory: ticket.territory().clone(),
            city_direct: dispatch.is_some_and(|dispatch| dispatch.city_direct),
            category: ticket.intake.category.clone(),
            received_at: ticket.intake.received_at,
            dispatched_at,
            first_response_at,
            take_up,
            contact,
            close,
            closed_at: ticket.closed_at(),
            ran_late,
            copy_signed,
            opinion,
            supervisions: copy.map_or(0, |copy| u32::from(copy.action_count)),
            hand_backs: count(hand_backs.len()),
            hand_backs_approved: count(hand_backs.iter().filter(|one| one.approved == Some(true)).count()),
            extensions: u32::from(ticket.extended),
            reworks: u32::from(ticket.rework_count),
            // 催办: the same caller with the same matter again.
            repeated: ticket.oversight.reminder_count > 0,
            first_solved: figures.first_solved,
            solved: figures.solved,
            satisfied: figures.satisfied,
            exclusion: None,
            department,
        }
    }

    /// Whether the subject is judged by this ticket. A territory is not by what the city
    /// handled over its head.
    #[must_use]
    pub fn concerns(&self, subject: &Subject) -> bool {
        self.is_judged()
            && match subject {
                Subject::Territory(territory) => !self.city_direct && self.territory == *territory,
                Subject::Department(department) => self.department.as_ref() == Some(department),
            }
    }

    /// Whether anybody is judged by it: it was dispatched, and is no duplicate of another.
    #[must_use]
    pub fn is_judged(&self) -> bool {
        self.dispatched_at.is_some()
    }

    /// What it adds to the counts of what callers said.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let Some(first_solved) = self.first_solved else { return Tally { received: 1, ..Tally::default() } };
        let rated = self.satisfied.filter(|_| self.closed_at.is_some());
        Tally {
            received: 1,
            followed_up: 1,
            solved_at_first: u64::from(first_solved && self.reworks == 0),
            solved: u64::from(self.solved == Some(true)),
            rated: u64::from(rated.is_some()),
            satisfied: u64::from(rated == Some(true)),
        }
    }

    /// What it adds to the counts of how tickets were handled.
    #[must_use]
    pub fn handling(&self) -> Handling {
        // 办结: no unit had to handle what was never dispatched.
        let closed = self.closed_at.is_some() && self.department.is_some();
        Handling {
            closed: u64::from(closed),
            in_time: u64::from(closed && !self.ran_late),
            reworked: u64::from(self.reworks > 0),
            handed_back: u64::from(self.hand_backs_approved > 0),
            extended: u64::from(self.extensions > 0),
        }
    }

    /// 首次响应时间, in minutes of the clock after the receipt; what was answered before it was
    /// written down was answered at once. None while the caller waits.
    #[must_use]
    pub fn response_minutes(&self) -> Option<u32> {
        let minutes = self.first_response_at?.duration_since(self.received_at).as_secs().max(0) / 60;
        Some(u32::try_from(minutes).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::evaluation) fn at(text: &str) -> Timestamp {
        crate::calendar::moment(text.parse().expect("civil time")).expect("in range")
    }

    /// A road in an old estate of 安丘市, seen and repaired the same day.
    pub(in crate::evaluation) fn road_repaired() -> TicketOutcome {
        let kept = |due: &str, done: &str| Promise { due_at: Some(at(due)), done_at: Some(at(done)) };
        TicketOutcome {
            ticket: TicketId::new(jiff::civil::date(2024, 6, 25), 42),
            territory: "370784".into(),
            department: Some("WF-ZJ".into()),
            city_direct: false,
            category: "020101".into(),
            received_at: at("2024-06-25T08:40"),
            dispatched_at: Some(at("2024-06-25T08:55")),
            first_response_at: Some(at("2024-06-25T10:05")),
            take_up: kept("2024-06-26T17:30", "2024-06-25T09:10"),
            contact: kept("2024-06-26T17:30", "2024-06-25T10:05"),
            close: kept("2024-07-02T17:30", "2024-06-25T16:20"),
            closed_at: Some(at("2024-06-27T09:30")),
            ran_late: false,
            copy_signed: kept("2024-06-26T17:30", "2024-06-25T09:00"),
            opinion: Promise::default(),
            supervisions: 1,
            hand_backs: 0,
            hand_backs_approved: 0,
            extensions: 0,
            reworks: 0,
            repeated: false,
            first_solved: Some(true),
            solved: Some(true),
            satisfied: Some(true),
            exclusion: None,
        }
    }

    #[test]
    fn a_promise_is_judged_when_it_can_be() {
        let due = Some(at("2024-10-12T17:30"));
        let kept = |due_at, done: Option<&str>, as_of: &str| Promise { due_at, done_at: done.map(at) }.kept(at(as_of));
        assert_eq!(kept(due, Some("2024-10-12T17:30"), "2024-10-31T00:00"), Some(true));
        assert_eq!(kept(due, Some("2024-10-12T17:31"), "2024-10-31T00:00"), Some(false));
        assert_eq!(kept(due, None, "2024-10-12T17:30"), None, "there is still time");
        assert_eq!(kept(due, None, "2024-10-12T17:31"), Some(false), "open and late is late");
        assert_eq!(kept(None, Some("2024-10-12T17:30"), "2024-10-31T00:00"), None, "nothing was promised");
        // Seen from an earlier moment, what came later has not happened.
        assert_eq!(kept(due, Some("2024-10-12T10:00"), "2024-10-11T00:00"), None);
    }

    #[test]
    fn a_territory_is_not_judged_by_a_city_direct_ticket() {
        let (territory, department) = (Subject::Territory("370784".into()), Subject::Department("WF-ZJ".into()));
        let mut ticket = road_repaired();
        assert!(ticket.concerns(&territory) && ticket.concerns(&department));
        assert!(!ticket.concerns(&Subject::Territory("370705".into())));
        ticket.city_direct = true;
        assert!(!ticket.concerns(&territory) && ticket.concerns(&department));
    }
}
