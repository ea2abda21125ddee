//! How it is written (写法) what stands in an address, and how large whole numbers may be: what the
//! rooms' own parsers take, told to integrators. What a pattern cannot say (a check digit, whether
//! something is there) the answer says.

use chuishao_domain::told::{CALLER_REF, CAMPAIGN_ID, KNOWLEDGE_ID, MONTH, TICKET_ID, TOPIC_ID};
use serde_json::{Map, Value, json};

/// See [`is_name`](chuishao_domain::rule::manifest::is_name).
const NAME: &str = "^[a-z][a-z0-9-]{2,47}$";
/// A unit's, a territory's or a department's.
const CATALOGUE_ID: &str = "^[0-9A-Za-z-]{1,32}$";

/// The schema of a place of an address.
pub fn place(path: &str, name: &str) -> Value {
    let room = path.split('/').nth(2).unwrap_or_default();
    let pattern = match (room, name) {
        (_, "number") => return json!({ "type": "integer", "minimum": 0, "maximum": u64::MAX }),
        (_, "sequence") => return json!({ "type": "integer", "minimum": i64::MIN, "maximum": i64::MAX }),
        ("tickets", "id") => TICKET_ID,
        ("evaluation", "id") if path.contains("/ledger/") => TICKET_ID,
        ("callers", "reference") => CALLER_REF,
        ("knowledge", "id") => KNOWLEDGE_ID,
        ("topics", "id") => TOPIC_ID,
        ("campaigns", "id") => CAMPAIGN_ID,
        ("receivers", "id") | (_, "plugin" | "receiver") => NAME,
        ("accounts", "name") => "^[a-z][a-z0-9.-]{1,31}$",
        ("outward", "stream") => "^(enforcement|referral-[0-9A-Za-z-]{1,32})$",
        (_, "territory" | "subject") => CATALOGUE_ID,
        (_, "period") => MONTH,
        _ => return json!({ "type": "string", "minLength": 1 }),
    };
    json!({ "type": "string", "pattern": pattern })
}

/// The least and the most that a whole number of a format holds: beyond it nothing is read.
fn bounds(format: &str) -> Option<(Value, Value)> {
    Some(match format {
        "uint8" => (json!(u8::MIN), json!(u8::MAX)),
        "uint16" => (json!(u16::MIN), json!(u16::MAX)),
        "uint32" => (json!(u32::MIN), json!(u32::MAX)),
        "uint" | "uint64" => (json!(u64::MIN), json!(u64::MAX)),
        "int8" => (json!(i8::MIN), json!(i8::MAX)),
        "int16" => (json!(i16::MIN), json!(i16::MAX)),
        "int32" => (json!(i32::MIN), json!(i32::MAX)),
        "int" | "int64" => (json!(i64::MIN), json!(i64::MAX)),
        _ => return None,
    })
}

/// Gives every whole number of a document its bounds, where none narrower are told.
pub fn bounded(of: &mut Value) {
    match of {
        Value::Object(members) => {
            bound(members);
            members.values_mut().for_each(bounded);
        }
        Value::Array(members) => members.iter_mut().for_each(bounded),
        _ => {}
    }
}

fn bound(schema: &mut Map<String, Value>) {
    let Some((least, most)) = schema.get("format").and_then(Value::as_str).and_then(bounds) else { return };
    if !schema.contains_key("exclusiveMinimum") {
        schema.entry("minimum").or_insert(least);
    }
    if !schema.contains_key("exclusiveMaximum") {
        schema.entry("maximum").or_insert(most);
    }
}
