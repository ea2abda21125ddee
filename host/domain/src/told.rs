//! How ids, days and moments are written (接口写法), as integrators are told: a text without a form says
//! nothing of what is taken. What a pattern cannot say, as a check digit, the answer says.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

/// See [`TicketId::new`](crate::ids::TicketId::new).
pub const TICKET_ID: &str = "^WF[0-9]{14,20}-[0-9]$";
/// See [`CallerRef::of`](crate::ids::CallerRef::of).
pub const CALLER_REF: &str = "^C-WF[0-9]{14,20}-[0-9]$";
/// See [`KnowledgeId::new`](crate::ids::KnowledgeId::new).
pub const KNOWLEDGE_ID: &str = "^ZS[0-9]{6,20}$";
/// See [`TopicId::new`](crate::ids::TopicId::new).
pub const TOPIC_ID: &str = "^YT[0-9]{8}-[0-9]{3,10}$";
/// See [`CampaignId::new`](crate::ids::CampaignId::new).
pub const CAMPAIGN_ID: &str = "^GJ[0-9]{8}$";
/// A month, from this century on.
pub const MONTH: &str = "^[2-9][0-9]{3}-(0[1-9]|1[0-2])$";
/// A month, a quarter or a year, from this century on.
pub const PERIOD: &str = "^[2-9][0-9]{3}(-(0[1-9]|1[0-2]|Q[1-4]))?$";

/// A day: `2024-10-31`.
pub struct Day;

/// A moment: `2024-10-31T17:30:00+08:00`.
pub struct Moment;

/// A civil time of this city, to the minute: `2024-10-31T17:30`.
pub struct CivilTime;

impl JsonSchema for Day {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}

impl JsonSchema for Moment {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

impl JsonSchema for CivilTime {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "CivilTime".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::period::Period;
    use crate::ids::{CallerRef, CampaignId, KnowledgeId, TicketId, TopicId};
    use jiff::civil::date;

    fn fits(pattern: &str, text: &str) -> bool {
        regex::Regex::new(pattern).expect("a pattern").is_match(text)
    }

    #[test]
    fn what_is_made_is_written_so() {
        let day = date(2024, 11, 5);
        for number in [1, 999_999, 1_000_000, 999_999_999_999] {
            let ticket = TicketId::new(day, number);
            assert!(fits(TICKET_ID, ticket.as_str()), "{ticket}");
            assert!(fits(CALLER_REF, CallerRef::of(&ticket).as_str()), "{ticket}");
            assert!(fits(KNOWLEDGE_ID, KnowledgeId::new(number).as_str()), "{number}");
        }
        for number in [1, 1000, u32::MAX] {
            assert!(fits(TOPIC_ID, TopicId::new(day, number).as_str()), "{number}");
        }
        assert!(fits(CAMPAIGN_ID, CampaignId::new(day).as_str()));
    }

    #[test]
    fn tickets_are_read_as_they_are_told() {
        for (text, is_read) in [
            ("WF20240625000042-4", true),
            ("WF20240625000043-4", true),
            ("WF20240625999999999999-0", true),
            ("WF202406259999999999990-0", false),
            ("WF2024062500004-4", false),
            ("WF20240625000042-+4", false),
            ("WF20240625000042-04", false),
            ("WF20240625000042-", false),
            ("WF20240625000042", false),
            ("wf20240625000042-4", false),
            ("WF2024062500004２-4", false),
        ] {
            assert_eq!((fits(TICKET_ID, text), TicketId::from(text).has_form()), (is_read, is_read), "{text}");
        }
    }

    #[test]
    fn periods_are_read_as_they_are_told() {
        for text in
            ["2024-10", "2000-01", "9999-12", "2024-Q4", "2024", "1999-10", "2024-13", "2024-00", "2024-Q5", "24"]
        {
            let period = text.parse::<Period>();
            assert_eq!(fits(PERIOD, text), period.is_ok(), "{text}");
            assert_eq!(fits(MONTH, text), period.is_ok_and(|period| period.months() == 1), "{text}");
        }
    }
}
