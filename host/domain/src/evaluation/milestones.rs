//! Milestones (办理节点): the moments of a ticket by which both sides are judged, folded from its
//! events beside everything else. They begin with the first dispatch: what was never
//! dispatched was nobody's to handle but the hotline's, and nobody else is judged by it (an
//! assumption). A merged duplicate loses them: the main ticket is the work that was done.

use super::outcome::{Promise, TicketOutcome};
use crate::deadline::DeadlineKind;
use crate::duty::DutyKind;
use crate::event::{Event, Recorded};
use crate::ids::{TerritoryId, UnitId};
use crate::oversight::OversightEvent;
use crate::side::SideEvent;
use crate::ticket::Ticket;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// When what was done that was promised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestones {
    /// The last dispatch.
    pub dispatch: Option<DispatchedTo>,
    /// 首次派遣
    pub dispatched_at: Option<Timestamp>,
    /// 签收 by the lead unit
    pub take_up: Promise,
    /// 首次联系来电人
    pub contact: Promise,
    /// 办结
    pub close: Promise,
    /// 签收抄送 by the city department
    pub copy_signed: Promise,
    /// 书面意见 of the city department
    pub opinion: Promise,
}

/// To whom a ticket was dispatched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispatchedTo {
    /// 主办单位
    pub lead_unit: UnitId,
    /// 市级行业主管部门
    pub department: UnitId,
    /// 市直直办: no unit of a territory has a part in it.
    pub city_direct: bool,
}

impl Promise {
    /// A new round, or another due time. What was once done too late stays late.
    fn renew(&mut self, due_at: Option<Timestamp>) {
        if !matches!((self.due_at, self.done_at), (Some(due_at), Some(done_at)) if done_at > due_at) {
            *self = Self { due_at, done_at: None };
        }
    }

    fn done(&mut self, at: Timestamp) {
        self.done_at.get_or_insert(at);
    }
}

fn is_of_city(unit: &UnitId) -> bool {
    unit.as_str().split_once('-').is_some_and(|(territory, _)| territory == TerritoryId::CITY)
}

impl Milestones {
    /// Folds one event.
    pub(crate) fn apply(&mut self, recorded: &Recorded) {
        let at = recorded.at;
        match &recorded.event {
            Event::Dispatched { .. } => self.dispatch(recorded),
            Event::TakenUp { handling_unit } if self.leads(handling_unit) => self.take_up.done(at),
            Event::DeadlineSet { deadline }
            | Event::DeadlineTightened { deadline }
            | Event::DeadlineComputed { deadline } => {
                if let Some(promise) = self.promise(deadline.kind) {
                    promise.renew(deadline.due.at());
                }
            }
            Event::DeadlineMet { kind, .. } => {
                if let Some(promise) = self.promise(*kind) {
                    promise.done(at);
                }
            }
            Event::ClosedOut { .. } => self.close.done(at),
            Event::Supervised { department, .. } => self.sign_copy(department, at),
            Event::Oversight(event) => self.oversee(event, at),
            Event::Side(SideEvent::Merged { .. }) => *self = Self::default(),
            _ => {}
        }
    }

    fn dispatch(&mut self, recorded: &Recorded) {
        let Event::Dispatched { lead_unit, assisting_units, copy_to, take_up_by, take_up_copy_by, .. } =
            &recorded.event
        else {
            return;
        };
        self.take_up.renew(take_up_by.at());
        // A copy that went to the same department before is signed once.
        if self.dispatch.as_ref().is_none_or(|before| before.department != *copy_to) {
            self.copy_signed = Promise { due_at: take_up_copy_by.at(), done_at: None };
            self.opinion = Promise::default();
        }
        let city_direct = std::iter::once(lead_unit).chain(assisting_units).all(is_of_city);
        self.dispatched_at.get_or_insert(recorded.at);
        self.dispatch = Some(DispatchedTo { lead_unit: lead_unit.clone(), department: copy_to.clone(), city_direct });
    }

    fn oversee(&mut self, event: &OversightEvent, at: Timestamp) {
        match event {
            OversightEvent::CopyTakenUp { department } => self.sign_copy(department, at),
            OversightEvent::OpinionGiven { department, .. } => {
                self.sign_copy(department, at);
                if self.answers(department) {
                    self.opinion.done(at);
                }
            }
            OversightEvent::DutyDueComputed { kind: DutyKind::TakeUp, unit, due } if self.leads(unit) => {
                self.take_up.due_at = due.at();
            }
            OversightEvent::DutyDueComputed { kind: DutyKind::TakeUpCopy, unit, due } if self.answers(unit) => {
                self.copy_signed.due_at = due.at();
            }
            _ => {}
        }
    }

    /// Whoever acts on a copy has signed it.
    fn sign_copy(&mut self, department: &UnitId, at: Timestamp) {
        if self.answers(department) {
            self.copy_signed.done(at);
        }
    }

    fn leads(&self, unit: &UnitId) -> bool {
        self.dispatch.as_ref().is_some_and(|dispatch| dispatch.lead_unit == *unit)
    }

    fn answers(&self, unit: &UnitId) -> bool {
        self.dispatch.as_ref().is_some_and(|dispatch| dispatch.department == *unit)
    }

    fn promise(&mut self, kind: DeadlineKind) -> Option<&mut Promise> {
        match kind {
            DeadlineKind::Contact => Some(&mut self.contact),
            DeadlineKind::Close => Some(&mut self.close),
            DeadlineKind::Grasp => None,
        }
    }
}

impl TicketOutcome {
    /// What became of a ticket so far; nothing before its first dispatch. 剔除 is not the
    /// ticket's own: whoever asks adds it.
    #[must_use]
    pub fn of(ticket: &Ticket) -> Option<Self> {
        let Milestones { dispatch, dispatched_at, take_up, contact, close, copy_signed, opinion } =
            ticket.milestones.clone();
        let DispatchedTo { department, city_direct, .. } = dispatch?;
        let figures = ticket.figures();
        let mut copies = ticket.oversight.supervisions.iter();
        let copy = copies.find(|copy| copy.department == department);
        Some(Self {
            ticket: ticket.id.clone(),
            territory: ticket.territory().clone(),
            city_direct,
            category: ticket.intake.category.clone(),
            received_at: ticket.intake.received_at,
            dispatched_at,
            take_up,
            contact,
            close,
            closed_at: ticket.closed_at(),
            copy_signed,
            opinion,
            supervisions: copy.map_or(0, |copy| u32::from(copy.action_count)),
            hand_backs: u32::try_from(ticket.responsibility.hand_backs.len()).unwrap_or(u32::MAX),
            extensions: u32::from(ticket.extended),
            reworks: u32::from(ticket.rework_count),
            // 催办: the same caller with the same matter again.
            repeated: ticket.oversight.reminder_count > 0,
            first_solved: figures.first_solved,
            solved: figures.solved,
            satisfied: figures.satisfied,
            exclusion: None,
            department,
        })
    }
}
