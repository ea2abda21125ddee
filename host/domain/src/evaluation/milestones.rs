//! Milestones (办理节点): the moments and marks of a ticket that its present state no longer shows,
//! folded from its events beside everything else, for the figures of the city and for the scores.
//! What both sides are judged by begins with the first dispatch: what was never dispatched was
//! nobody's to handle but the hotline's, and nobody else is judged by it (an assumption). A merged
//! duplicate loses that: the main ticket is the work that was done.

use super::outcome::Promise;
use crate::deadline::DeadlineKind;
use crate::duty::DutyKind;
use crate::event::{Event, Recorded};
use crate::ids::{TerritoryId, UnitId};
use crate::oversight::OversightEvent;
use crate::side::SideEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What the figures need to know of the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Milestones {
    /// 进入当前环节: since when it stands where it stands, and with whom; a unit has it since the
    /// dispatch or the rework, taken up or not.
    #[schemars(with = "String")]
    pub here_since: Timestamp,
    /// 提请审定: when the last ruling was asked for.
    #[schemars(with = "Option<String>")]
    pub ruling_asked_at: Option<Timestamp>,
    /// 首次响应: the first time that somebody spoke with the caller about the matter.
    #[schemars(with = "Option<String>")]
    pub first_response_at: Option<Timestamp>,
    /// 曾超期: the time to close was missed, in this round of handling or in an earlier one. A
    /// rework has a time of its own, and does not make good what was late before.
    pub ran_late: bool,
    /// 市级行业主管部门: to whom the copy of the last dispatch went.
    pub department: Option<UnitId>,
    /// What both sides are judged by.
    pub judged: Judged,
}

/// When what was done that was promised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Judged {
    /// The last dispatch.
    pub dispatch: Option<DispatchedTo>,
    /// 首次派遣
    #[schemars(with = "Option<String>")]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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

/// Somebody spoke with the caller about the matter, on the line or afterwards. Taking the call is
/// no answer yet, and a follow-up comes after one.
fn is_response(event: &Event) -> bool {
    matches!(
        event,
        Event::CallerContacted { .. }
            | Event::ReportedBack { contacted: true, .. }
            | Event::Side(SideEvent::AnsweredDirectly { .. } | SideEvent::ThreeWayCallHeld { .. })
    )
}

impl Milestones {
    /// As the registration makes them.
    #[must_use]
    pub fn new(registered_at: Timestamp) -> Self {
        Self {
            here_since: registered_at,
            ruling_asked_at: None,
            first_response_at: None,
            ran_late: false,
            department: None,
            judged: Judged::default(),
        }
    }

    /// Folds one event; `moved` says whether the ticket stands elsewhere after it.
    pub(crate) fn apply(&mut self, recorded: &Recorded, moved: bool) {
        if moved || matches!(recorded.event, Event::Dispatched { .. }) {
            self.here_since = recorded.at;
        }
        match &recorded.event {
            Event::HandBackAsked { .. }
            | Event::ExtensionAsked { .. }
            | Event::Side(SideEvent::DeclineAsked { .. }) => {
                self.ruling_asked_at = Some(recorded.at);
            }
            Event::Overdue { kind: DeadlineKind::Close } => self.ran_late = true,
            Event::Dispatched { copy_to, .. } => self.department = Some(copy_to.clone()),
            event if is_response(event) => {
                self.first_response_at.get_or_insert(recorded.at);
            }
            _ => {}
        }
        self.judged.apply(recorded);
    }
}

impl Judged {
    /// Folds one event.
    fn apply(&mut self, recorded: &Recorded) {
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

#[cfg(test)]
mod tests {
    use super::super::outcome::tests::at;
    use super::*;
    use crate::actor::By;
    use crate::calendar::{Calendar, TimeSpan};
    use crate::deadline::{Deadline, Due, Source};

    fn told(judged: &mut Judged, when: &str, event: Event) {
        judged.apply(&Recorded { sequence: 1, at: at(when), by: By::Clock, event });
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
        let mut judged = Judged::default();
        told(&mut judged, "2024-06-25T09:00", close_within(5, "2024-06-25T09:00"));
        told(&mut judged, "2024-06-26T09:00", met(false));
        assert_eq!(judged.close.kept(later), Some(true));
        // The round of a rework is a promise of its own.
        told(&mut judged, "2024-06-28T09:00", close_within(3, "2024-06-28T09:00"));
        assert_eq!(judged.close.kept(at("2024-06-28T10:00")), None);
        told(&mut judged, "2024-07-10T09:00", met(true));
        assert_eq!(judged.close.kept(later), Some(false));
        told(&mut judged, "2024-07-11T09:00", close_within(3, "2024-07-11T09:00"));
        told(&mut judged, "2024-07-11T10:00", met(false));
        assert_eq!(judged.close.kept(later), Some(false), "a quick second round mends nothing");
    }

    #[test]
    fn a_copy_is_signed_once_by_each_department() {
        let mut judged = Judged::default();
        told(&mut judged, "2024-06-25T09:00", dispatch("370784-ZJ", "WF-ZJ", "2024-06-26T17:30"));
        let sign = |department: &str| Event::Oversight(OversightEvent::CopyTakenUp { department: department.into() });
        told(&mut judged, "2024-06-25T10:00", sign("WF-CG"));
        assert_eq!(judged.copy_signed.done_at, None, "another department's copy is not this one");
        told(&mut judged, "2024-06-25T11:00", sign("WF-ZJ"));
        told(&mut judged, "2024-06-27T09:00", dispatch("370784-CG", "WF-ZJ", "2024-06-28T17:30"));
        assert_eq!(judged.copy_signed.done_at, Some(at("2024-06-25T11:00")));
        assert_eq!(judged.take_up, Promise { due_at: Some(at("2024-06-28T17:30")), done_at: None });
        told(&mut judged, "2024-06-28T09:00", dispatch("WF-CG", "WF-CG", "2024-07-01T17:30"));
        assert_eq!(judged.copy_signed.done_at, None);
        assert_eq!(judged.dispatched_at, Some(at("2024-06-25T09:00")), "the first dispatch");
        assert!(judged.dispatch.as_ref().is_some_and(|dispatch| dispatch.city_direct));
    }

    #[test]
    fn a_merged_duplicate_is_not_judged() {
        let mut judged = Judged::default();
        told(&mut judged, "2024-06-25T09:00", dispatch("370784-ZJ", "WF-ZJ", "2024-06-26T17:30"));
        let merged = SideEvent::Merged { into: "WF20240625000007-1".into(), reason: "同一路段".into() };
        told(&mut judged, "2024-06-25T10:00", Event::Side(merged));
        assert_eq!(judged, Judged::default());
    }
}
