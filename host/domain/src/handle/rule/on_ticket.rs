//! Effects on what the core keeps: required fields, suggestions, urgency, deadlines, copies,
//! sending back.

use super::limits::{MOST_TITLE_CHARS, must_be_in_range, text_of, undeclared_field};
use super::{Judge, raise};
use crate::calendar::TimeSpan;
use crate::catalogue::Level;
use crate::deadline::{DeadlineKind, Due};
use crate::event::Event;
use crate::handle::Outcome;
use crate::ids::{CategoryCode, SeatId, UnitId};
use crate::plain::plain;
use crate::refusal::{GuardRail, Refusal};
use crate::rule::state::Suggested;
use crate::ticket::{CopyTo, RequiredField, TicketState, Urgency};

impl Judge<'_> {
    pub(super) fn require_field(&self, name: &str) -> Result<Event, Refusal> {
        self.scene.must_be_in(&[TicketState::Registered])?;
        let core = match name {
            "place.street" => Some("街道"),
            "place.estate" => Some("小区"),
            "place.building" => Some("楼栋"),
            _ => None,
        };
        let field = match (core, self.actor.manifest.fields.get(name)) {
            (Some(label), _) => RequiredField {
                name: name.into(),
                namespace: String::new(),
                label: label.into(),
                kind: None,
                personal: false,
            },
            (None, Some(spec)) => RequiredField {
                name: name.into(),
                namespace: self.namespace(),
                label: plain(&spec.title),
                kind: Some(spec.kind),
                personal: spec.personal,
            },
            (None, None) => return Err(undeclared_field(name)),
        };
        Ok(Event::FieldRequired { field })
    }

    pub(super) fn suggest_category(&self, category: &CategoryCode) -> Result<Event, Refusal> {
        self.scene.must_be_in(&[TicketState::Registered, TicketState::Accepted])?;
        let Some(known) = self.scene.world.catalogue.category(category) else {
            let code = plain(&category.0);
            return Err(Refusal::new("unknown-category", format!("没有分类 {code}"), "there is no such category"));
        };
        self.scene.world.catalogue.must_be_category_in_force(known)?;
        self.first_only(Suggested::Category, "分类")?;
        Ok(Event::CategorySuggested { category: category.clone() })
    }

    pub(super) fn suggest_seat(&self, seat: &SeatId) -> Result<Event, Refusal> {
        self.scene.must_be_in(&[TicketState::Registered, TicketState::Accepted])?;
        if self.scene.world.catalogue.seat(seat).is_none() {
            let id = plain(&seat.0);
            return Err(Refusal::new("unknown-seat", format!("没有坐席 {id}"), "there is no such seat"));
        }
        self.first_only(Suggested::Seat, "坐席")?;
        Ok(Event::SeatSuggested { seat: seat.clone() })
    }

    pub(super) fn raise_urgency(&self, urgency: Urgency) -> Outcome {
        if urgency <= self.scene.ticket.urgency {
            return Err(Refusal::rail(
                GuardRail::G9,
                "urgency-not-raised",
                format!("工单已是「{}」，不能改为「{}」", self.scene.ticket.urgency.term(), urgency.term()),
                "urgency only rises",
            ));
        }
        Ok(raise(self.scene, urgency))
    }

    pub(super) fn tighten(&self, kind: DeadlineKind, within: TimeSpan) -> Result<Event, Refusal> {
        must_be_in_range(within)?;
        let Some(deadline) = self.scene.ticket.deadline(kind).filter(|d| d.is_running()) else {
            return Err(Refusal::new(
                "no-deadline",
                format!("没有进行中的「{}」时限；时限在受理（accepted）时才设定", kind.term()),
                "no such deadline is running; deadlines are set when a ticket is accepted",
            ));
        };
        if deadline.source.is_untouchable() {
            return Err(Refusal::rail(
                GuardRail::G1,
                "deadline-untouchable",
                "突发故障类的两小时和一个工作日不由规则改动",
                "the 2 hours and 1 working day of urgent matters are not a rule's to change",
            ));
        }
        let calendar = &self.scene.world.calendar;
        let tightened = deadline.tightened(within, self.actor.name(), calendar);
        let Due::At(due) = tightened.due else {
            let error = calendar.due(deadline.base_at, within).err();
            return Err(Refusal::new(
                "no-notice",
                error.map_or_else(String::new, |e| e.to_string()),
                "no holiday notice",
            ));
        };
        // While the old one waits for its calendar, only what is earlier in any calendar is.
        if due >= deadline.soonest() {
            return Err(Refusal::rail(
                GuardRail::G1,
                "deadline-not-earlier",
                format!("{within}并不早于现有的「{}」时限", kind.term()),
                "a deadline only becomes earlier",
            ));
        }
        if due <= self.scene.now {
            return Err(Refusal::rail(
                GuardRail::G1,
                "deadline-in-the-past",
                "提前后的时限已经过去",
                "that moment has passed",
            ));
        }
        Ok(Event::DeadlineTightened { deadline: tightened })
    }

    pub(super) fn add_copy(&self, reader: &UnitId) -> Result<Event, Refusal> {
        self.must_reach(reader)?;
        if self.scene.ticket.copies.iter().any(|copy| copy.reader == *reader) {
            return Err(Refusal::rail(
                GuardRail::G2,
                "copy-exists",
                "该单位已有抄送，抄送只增不改",
                "the unit has a copy; copies are only added",
            ));
        }
        Ok(Event::CopyAdded { copy: CopyTo { reader: reader.clone(), statutory: false } })
    }

    pub(super) fn suggest_unit(&self, unit: &UnitId, lead: bool) -> Result<Event, Refusal> {
        self.scene.must_be_in(&[TicketState::Registered, TicketState::Accepted])?;
        let level = self.must_reach(unit)?;
        let category = self.scene.world.catalogue.category(&self.scene.ticket.intake.category);
        if level == Level::Street && category.is_some_and(|category| !category.street_may_handle) {
            return Err(Refusal::rail(
                GuardRail::G8,
                "street-may-not-handle",
                "本类诉求应由职能部门办理，不得派给街镇",
                "a department's matter may not be pushed down to a street",
            ));
        }
        if lead {
            self.first_only(Suggested::LeadUnit, "主办单位")?;
        }
        Ok(Event::UnitSuggested { handling_unit: unit.clone(), lead })
    }

    /// At most once per round of handling (hook H9); it does not move a deadline.
    pub(super) fn send_back(&self, missing: &str) -> Result<Event, Refusal> {
        self.scene.must_be_in(&[TicketState::InReview])?;
        if self.scene.ticket.sent_back_by_rule {
            return Err(Refusal::rail(
                GuardRail::G13,
                "sent-back-once",
                "同一轮办理只能由规则退回补充一次，请由审核员决定",
                "a rule sends a submission back once",
            ));
        }
        Ok(Event::SentBack { missing: text_of("缺少的内容", missing, MOST_TITLE_CHARS)? })
    }
}
