//! Invented input for unit tests, which run natively: a ticket and the context of an event.
//!
//! ```
//! use chuishao_sdk::{Ticket, Value, sample};
//!
//! let ticket = Ticket { confidential: true, ..sample::ticket() };
//! let context = sample::context([("tag", "高频".into()), ("least-count", Value::Integer(3))], [("same-estate", 4)]);
//! assert_eq!(context.count("same-estate"), Ok(4));
//! assert!(context.integer("tag").is_err(), "it is a text");
//! # assert_eq!(ticket.place.territory, "370705");
//! ```

use crate::{
    CallerKind, Channel, Context, Date, DayKind, Fact, FactValue, MatterKind, Moment, NamedValue, Place, Ticket,
    TicketState, Urgency, Value,
};

/// Five past nine on a Monday that is a working day: 2 September 2024.
#[must_use]
pub fn moment() -> Moment {
    Moment {
        unix_seconds: 1_725_239_100,
        date: Date::new(2024, 9, 2),
        hour: 9,
        minute: 5,
        weekday: 1,
        day_kind: DayKind::WorkingDay,
        in_working_hours: true,
    }
}

/// A context with settings and figures by name.
#[must_use]
pub fn context<'a>(
    settings: impl IntoIterator<Item = (&'a str, Value)>,
    counts: impl IntoIterator<Item = (&'a str, u32)>,
) -> Context {
    let settings = settings.into_iter().map(|(name, value)| NamedValue { name: name.into(), value });
    let facts = counts.into_iter().map(|(name, count)| Fact { name: name.into(), value: FactValue::Count(count) });
    Context {
        now: moment(),
        settings: settings.collect(),
        facts: facts.collect(),
        modes: Vec::new(),
        memory: String::new(),
    }
}

/// A complaint from an estate in 奎文区 that was accepted a moment ago.
#[must_use]
pub fn ticket() -> Ticket {
    Ticket {
        id: "WF20240902000001-1".into(),
        channel: Channel::Phone,
        caller_kind: CallerKind::Citizen,
        matter_kind: MatterKind::Complaint,
        category: "0601".into(),
        category_name: "市容环境/环境卫生".into(),
        title: String::new(),
        body: String::new(),
        place: Place {
            territory: "370705".into(),
            street: String::new(),
            estate: "胜利新村".into(),
            building: String::new(),
        },
        urgency: Urgency::Ordinary,
        state: TicketState::Accepted,
        confidential: false,
        received_at: 1_725_238_800,
        rework_count: 0,
        hand_back_count: 0,
        merged_count: 0,
        extended: false,
        missing_fields: vec![],
        tags: vec![],
        fields: vec![],
        assignments: vec![],
        copies: vec![],
        deadlines: vec![],
        follow_ups: vec![],
        open_tasks: vec![],
        evidence_asked: vec![],
        sent_back: false,
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
