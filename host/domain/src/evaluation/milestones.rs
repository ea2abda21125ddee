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

#[cfg(test)]
mod tests {
    use super::super::outcome::tests::at;
    use super::*;
    use crate::actor::By;
    use crate::calendar::{Calendar, TimeSpan};
    use crate::deadline::{Deadline, Due, Source};

    fn told(milestones: &mut Milestones, when: &str, event: Event) {
        milestones.apply(&Recorded { sequence: 1, at: at(when), by: By::Clock, event });
    }

    fn dispatch(lead_unit: &str, copy_to: &str, due: &str) -> Event {
        Event::Dispatched {
            lead_unit: lead_unit.into(),
            assisting_units: Vec::new(),
            copy_to: copy_to.into(),
            levels_above: Vec::new(),
            take_up_by: Due::At(at(due)),
            take_up_copy_by: Due::At(at(due)),
        }
    }

    fn close_within(days: u16, from: &str) -> Event {
        let limit = TimeSpan::WorkingDays(days);
        let calendar = Calendar::shipped();
        let deadline = Deadline::new(DeadlineKind::Close, at(from), limit, Source::ProvincialRules, &calendar);
        Event::DeadlineSet { deadline }
    }

    fn met(late: bool) -> Event {
        Event::DeadlineMet { kind: DeadlineKind::Close, late }
    }

    #[test]
    fn what_was_late_once_stays_late() {
        let later = at("2024-08-01T00:00");
        let mut milestones = Milestones::default();
        told(&mut milestones, "2024-06-25T09:00", close_within(5, "2024-06-25T09:00"));
        told(&mut milestones, "2024-06-26T09:00", met(false));
        assert_eq!(milestones.close.kept(later), Some(true));
        // The round of a rework is a promise of its own.
        told(&mut milestones, "2024-06-28T09:00", close_within(3, "2024-06-28T09:00"));
        assert_eq!(milestones.close.kept(at("2024-06-28T10:00")), None);
        told(&mut milestones, "2024-07-10T09:00", met(true));
        assert_eq!(milestones.close.kept(later), Some(false));
        told(&mut milestones, "2024-07-11T09:00", close_within(3, "2024-07-11T09:00"));
        told(&mut milestones, "2024-07-11T10:00", met(false));
        assert_eq!(milestones.close.kept(later), Some(false), "a quick second round mends nothing");
    }

    #[test]
    fn a_copy_is_signed_once_by_each_department() {
        let mut milestones = Milestones::default();
        told(&mut milestones, "2024-06-25T09:00", dispatch("370784-ZJ", "WF-ZJ", "2024-06-26T17:30"));
        let sign = |department: &str| Event::Oversight(OversightEvent::CopyTakenUp { department: department.into() });
        told(&mut milestones, "2024-06-25T10:00", sign("WF-CG"));
        assert_eq!(milestones.copy_signed.done_at, None, "another department's copy is not this one");
        told(&mut milestones, "2024-06-25T11:00", sign("WF-ZJ"));
        told(&mut milestones, "2024-06-27T09:00", dispatch("370784-CG", "WF-ZJ", "2024-06-28T17:30"));
        assert_eq!(milestones.copy_signed.done_at, Some(at("2024-06-25T11:00")));
        assert_eq!(milestones.take_up, Promise { due_at: Some(at("2024-06-28T17:30")), done_at: None });
        told(&mut milestones, "2024-06-28T09:00", dispatch("WF-CG", "WF-CG", "2024-07-01T17:30"));
        assert_eq!(milestones.copy_signed.done_at, None);
        assert_eq!(milestones.dispatched_at, Some(at("2024-06-25T09:00")), "the first dispatch");
        assert!(milestones.dispatch.as_ref().is_some_and(|dispatch| dispatch.city_direct));
    }

    #[test]
    fn a_merged_duplicate_is_not_judged() {
        let mut milestones = Milestones::default();
        told(&mut milestones, "2024-06-25T09:00", dispatch("370784-ZJ", "WF-ZJ", "2024-06-26T17:30"));
        let merged = SideEvent::Merged { into: "WF20240625000007-1".into(), reason: "同一路段".into() };
        told(&mut milestones, "2024-06-25T10:00", Event::Side(merged));
        assert_eq!(milestones, Milestones::default());
    }
}
