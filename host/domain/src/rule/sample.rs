//! Invented calls (试调用) of a rule that is not on yet: one for each event that it listens to,
//! with the fields and figures that its manifest asks for, so that it can be tried before
//! anybody's ticket depends on it. Nobody in them is real.

use super::effect::TaskKind;
use super::kinds::{EventKind, ReviewPart, TicketField};
use super::ledger::OpenEntry;
use super::manifest::Manifest;
use super::review::{Figures, ReviewInput, ReviewKind, Tally, UnitFigures, UnitTally};
use super::settings::Settings;
use super::ticket_view::{DeadlineView, OpenTask, TicketView};
use super::value::{Value, ValueKind};
use super::view::{DayKind, FactValue, KnownMode, Moment, RuleEvent, RuleInput, TaskMark};
use crate::catalogue::Level;
use crate::deadline::DeadlineKind;
use crate::event::ClosedBy;
use crate::grounds::HandBackGround;
use crate::oversight::SupervisionKind;
use crate::ticket::{Assignment, CallerKind, Channel, CopyTo, FollowUp, MatterKind, Place, TicketState, Urgency};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

const TERRITORY: &str = "370705";
const UNIT: &str = "370705-CG";
const DEPARTMENT: &str = "WF-CG";
const DAY: &str = "2024-11-06";

/// The call was taken on Wednesday 6 November 2024 at 9:00 in Weifang.
const RECEIVED_AT: Timestamp = Timestamp::constant(1_730_854_800, 0);

/// One call for each event of a ticket that a manifest listens to, in the interface's order.
#[must_use]
pub fn inputs(manifest: &Manifest) -> Vec<(EventKind, RuleInput)> {
    let listened = manifest.listens.iter();
    listened.filter_map(|kind| Some((*kind, input(*kind, manifest)?))).collect()
}

/// One review of each kind that a manifest listens to.
#[must_use]
pub fn reviews(manifest: &Manifest) -> Vec<ReviewInput> {
    let listened = ReviewKind::ALL.into_iter().filter(|kind| manifest.listens.contains(&kind.event_kind()));
    listened.map(|kind| review(kind, manifest)).collect()
}

/// Settings under which a rule can be tried: its defaults, and something that fits where it has
/// none.
#[must_use]
pub fn settings(manifest: &Manifest) -> Settings {
    let given = manifest.settings.iter().map(|(name, spec)| {
        let fitting = || match spec.kind {
            ValueKind::Text => Value::Text("示例".into()),
            ValueKind::Integer => Value::Integer(spec.minimum.or(spec.maximum).unwrap_or(1)),
            ValueKind::Flag => Value::Flag(true),
            ValueKind::Date => Value::Text(DAY.into()),
            ValueKind::Texts => Value::Texts(vec!["示例".into()]),
            ValueKind::Table => Value::Table([("示例".to_owned(), "示例".to_owned())].into()),
        };
        (name.clone(), spec.default.clone().unwrap_or_else(fitting))
    });
    given.collect()
}

fn input(kind: EventKind, manifest: &Manifest) -> Option<RuleInput> {
    Some(RuleInput {
        event: event(kind, manifest)?,
        now: now(),
        ticket: ticket(manifest),
        facts: manifest.facts.iter().map(|fact| (fact.name.clone(), FactValue::Count(3))).collect(),
        modes: manifest.modes.iter().map(|name| mode(name)).collect(),
        memory: String::new(),
    })
}

/// In force on the day of the call.
fn mode(name: &str) -> KnownMode {
    let (first_day, last_day) = (date(2024, 11, 5), date(2025, 3, 31));
    KnownMode { name: name.to_owned(), first_day, last_day, topic: "YT20241030000001".into() }
}

fn now() -> Moment {
    Moment { at: hours_later(1), day_kind: DayKind::WorkingDay, in_working_hours: true }
}

fn hours_later(hours: i64) -> Timestamp {
    RECEIVED_AT + SignedDuration::from_hours(hours)
}

fn event(kind: EventKind, manifest: &Manifest) -> Option<RuleEvent> {
    let said = if manifest.reads.contains(&TicketField::Words) { "示例文字" } else { "" };
    let (unit, words) = (|| UNIT.to_owned(), || said.to_owned());
    let task = TaskMark { number: 1, kind: TaskKind::OnSiteMediation, by_this_rule: true };
    Some(match kind {
        EventKind::Registered => RuleEvent::Registered,
        EventKind::FilledIn => RuleEvent::FilledIn,
        EventKind::Reclassified => RuleEvent::Reclassified,
        EventKind::Accepted => RuleEvent::Accepted,
        EventKind::Dispatched => RuleEvent::Dispatched,
        EventKind::TakenUp => RuleEvent::TakenUp(unit()),
        EventKind::HandBackAsked => {
            RuleEvent::HandBackAsked { handling_unit: unit(), ground: HandBackGround::NotOurDuty, reason: words() }
        }
        EventKind::HandBackRuled => RuleEvent::HandBackRuled { approved: false, opinion: words() },
        EventKind::ExtensionAsked => {
            RuleEvent::ExtensionAsked { handling_unit: unit(), working_days: 3, reason: words() }
        }
        EventKind::ExtensionRuled => RuleEvent::ExtensionRuled { approved: true, working_days: 3, opinion: words() },
        EventKind::Supervised => RuleEvent::Supervised {
            kind: SupervisionKind::Urge,
            department: DEPARTMENT.to_owned(),
            target: unit(),
            words: words(),
        },
        EventKind::Grasped => RuleEvent::Grasped(words()),
        EventKind::CallerContacted => RuleEvent::CallerContacted(words()),
        EventKind::ReportedBack => RuleEvent::ReportedBack {
            handling_unit: unit(),
            contacted: true,
            solved: true,
            result: words(),
            evidence_count: 1,
        },
        EventKind::Reviewed => RuleEvent::Reviewed { passed: true, opinion: words() },
        EventKind::SentBack => RuleEvent::SentBack(words()),
        EventKind::FollowedUp => RuleEvent::FollowedUp(follow_up()),
        EventKind::Reopened => RuleEvent::Reopened,
        EventKind::ClosedOut => RuleEvent::ClosedOut(ClosedBy::Solved),
        EventKind::UrgencyRaised => RuleEvent::UrgencyRaised(Urgency::Urgent),
        EventKind::TaskOpened => RuleEvent::TaskOpened(task),
        EventKind::TaskDone => RuleEvent::TaskDone { task, result: words() },
        EventKind::TaskOverdue => RuleEvent::TaskOverdue(task),
        EventKind::EarlyWarning => RuleEvent::EarlyWarning(DeadlineKind::Close),
        EventKind::Overdue => RuleEvent::Overdue(DeadlineKind::Close),
        EventKind::TimerFired => RuleEvent::TimerFired("sample-timer".into()),
        EventKind::DailyReview | EventKind::MonthlyReview => return None,
    })
}

fn review(kind: ReviewKind, manifest: &Manifest) -> ReviewInput {
    let (first_day, last_day) = match kind {
        ReviewKind::DailyReview => (date(2024, 11, 5), date(2024, 11, 5)),
        ReviewKind::MonthlyReview => (date(2024, 10, 1), date(2024, 10, 31)),
    };
    let tally = Tally {
        territory: TERRITORY.into(),
        street: None,
        estate: Some("清河花园".into()),
        category: "0104".into(),
        category_name: "供热".into(),
        figures: Figures { count: 5, previous: 2, still_open: 3, overdue: 1 },
    };
    let unit = UnitTally {
        handling_unit: UNIT.into(),
        name: "奎文区城管局".into(),
        level: Level::County,
        figures: UnitFigures {
            closed: 8,
            followed_up: 7,
            first_solved: 5,
            solved: 6,
            rated: 6,
            satisfied: 5,
            overdue: 1,
            reworked: 2,
        },
    };
    let entry = OpenEntry {
        ledger: "示例台账".into(),
        title: "清河花园供热：2024年9月 12 件".into(),
        entered_on: date(2024, 10, 1),
        handling_unit: Some(UNIT.into()),
        documents: vec!["示例文件".into()],
    };
    let reads = |part| manifest.review_reads.contains(&part);
    ReviewInput {
        kind,
        territory: TERRITORY.into(),
        first_day,
        last_day,
        tallies: vec![tally],
        units: if reads(ReviewPart::Units) { vec![unit] } else { Vec::new() },
        open_entries: if reads(ReviewPart::Ledgers) { vec![entry] } else { Vec::new() },
        now: now(),
    }
}

fn follow_up() -> FollowUp {
    FollowUp { attempt: 1, at: hours_later(48), reached: true, solved: Some(false), satisfied: Some(false) }
}

/// A complaint in the midst of its handling, with everything that a rule may ask to read.
fn ticket(manifest: &Manifest) -> TicketView {
    let reads = |field| manifest.reads.contains(&field);
    let text = |field, text: &str| if reads(field) { text.to_owned() } else { String::new() };
    let assignment = Assignment {
        handling_unit: UNIT.into(),
        lead: true,
        taken_up: true,
        reported_back: false,
        dispatched_at: RECEIVED_AT,
    };
    let deadline = DeadlineView {
        kind: DeadlineKind::Close,
        base_at: RECEIVED_AT,
        tightenable: true,
        due_at: Some(hours_later(5 * 24)),
        met: false,
        warned: false,
        overdue: false,
    };
    let task = OpenTask {
        number: 1,
        kind: TaskKind::OnSiteMediation,
        by_this_rule: true,
        due_at: Some(hours_later(24)),
        overdue: false,
    };
    let copy = CopyTo { reader: DEPARTMENT.into(), statutory: true };
    TicketView {
        id: "WF20241106000042".into(),
        channel: Channel::Phone,
        caller_kind: CallerKind::Citizen,
        matter_kind: MatterKind::Complaint,
        category: "010401".into(),
        category_name: "室温不达标".into(),
        title: text(TicketField::Title, "8号楼暖气不热"),
        body: text(TicketField::Body, "8号楼自昨日起室温14度，已报修三次，希望尽快上门处理。"),
        place: Place {
            territory: TERRITORY.into(),
            street: text(TicketField::Street, "大虞街道"),
            estate: text(TicketField::Estate, "清河花园"),
            building: text(TicketField::Building, "8号楼"),
        },
        urgency: Urgency::Ordinary,
        state: TicketState::Handling,
        confidential: false,
        received_at: RECEIVED_AT,
        rework_count: 0,
        evidence_asked: Vec::new(),
        merged_count: 0,
        sent_back: false,
        hand_back_count: 0,
        extended: false,
        missing_fields: Vec::new(),
        tags: if reads(TicketField::Tags) { vec!["示例".into()] } else { Vec::new() },
        fields: BTreeMap::new(),
        assignments: if reads(TicketField::Assignments) {
            vec![(assignment, "奎文区城管局".into())]
        } else {
            Vec::new()
        },
        copies: if reads(TicketField::Copies) { vec![(copy, "市城管局".into())] } else { Vec::new() },
        deadlines: if reads(TicketField::Deadlines) { vec![deadline] } else { Vec::new() },
        follow_ups: if reads(TicketField::FollowUps) { vec![follow_up()] } else { Vec::new() },
        open_tasks: if reads(TicketField::Tasks) { vec![task] } else { Vec::new() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::settings::resolve;

    fn manifest(reads: &[TicketField]) -> Manifest {
        serde_json::from_value(serde_json::json!({
            "name": "sample-rule", "title": "示例", "version": "0.1.0", "interface": "1.0.0", "license": "Apache-2.0",
            "listens": EventKind::ALL, "effects": [], "reads": reads,
            "facts": [{ "name": "same-estate", "same": ["estate"], "days": 7 }],
            "settings": {
                "a-number": { "type": "integer", "title": "数", "minimum": 5, "maximum": 9 },
                "a-most": { "type": "integer", "title": "数", "maximum": -3 },
                "a-day": { "type": "date", "title": "日" }, "a-list": { "type": "texts", "title": "列" },
                "a-table": { "type": "table", "title": "表" }, "a-flag": { "type": "flag", "title": "否" },
                "a-text": { "type": "text", "title": "文", "default": "有" },
            },
        }))
        .expect("a manifest")
    }

    #[test]
    fn every_event_is_tried_with_what_was_asked_for_and_no_more() {
        let all = inputs(&manifest(TicketField::ALL));
        assert_eq!(all.len() + reviews(&manifest(&[])).len(), EventKind::ALL.len());
        assert!(all.iter().all(|(_, input)| input.facts.contains_key("same-estate")));
        let reading = &all[0].1.ticket;
        assert!(!reading.body.is_empty() && !reading.deadlines.is_empty() && !reading.open_tasks.is_empty());
        let none = serde_json::to_string(&inputs(&manifest(&[]))).expect("it writes");
        for withheld in ["清河花园8号楼", "大虞街道", "示例文字", "室温14度", "close\",\"base"] {
            assert!(!none.contains(withheld), "{withheld}");
        }
    }

    #[test]
    fn the_settings_fit() {
        let manifest = manifest(&[]);
        assert_eq!(resolve(&manifest.settings, &settings(&manifest)), Ok(settings(&manifest)));
    }
}
