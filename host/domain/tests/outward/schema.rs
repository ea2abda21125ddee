//! The schemas of the outward documents, held against documents.

use crate::documents;
use crate::fixture::{intake, rich};
use chuishao_domain::apply::begin;
use chuishao_domain::ids::TicketId;
use chuishao_domain::outward::{SCHEMAS, referral};
use chuishao_domain::ticket::{TicketState, Urgency};
use jiff::Timestamp;
use jiff::civil::date;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// What is handed out to receivers and what they receive are of one mind: every field is
/// described, no field is missing, no other is there.
#[test]
fn documents_are_as_their_schemas_say() {
    let mut bare = begin(&TicketId::new(date(2024, 11, 6), 43), &intake(), Urgency::Ordinary);
    bare.intake.place.street = String::new();
    let mut moved = rich();
    moved.intake.category = "0101".into();
    let mut closed = rich();
    closed.state = TicketState::ClosedOut;
    let mut seen = BTreeSet::new();
    for document in [rich(), bare, moved, closed].iter().flat_map(documents) {
        let document: Json = serde_json::from_str(&document).expect("JSON");
        let Some(address) = document["dataschema"].as_str() else { continue };
        let (_, text) = SCHEMAS.iter().find(|(known, _)| *known == address).expect("it is handed out");
        let schema: Json = serde_json::from_str(text).expect("JSON");
        assert_eq!(schema["$id"], address);
        fits(&schema, &schema, &document["data"], "data");
        seen.insert(address.to_owned());
    }
    assert_eq!(seen.len(), SCHEMAS.len(), "each schema was held against a document");
}

/// As much of JSON Schema as ours use; what it does not know is a fault of the schema.
fn fits(root: &Json, schema: &Json, value: &Json, path: &str) {
    let words = schema.as_object().expect("a schema is an object");
    for (word, says) in words {
        match word.as_str() {
            "$ref" => {
                let pointer = says.as_str().and_then(|text| text.strip_prefix('#')).expect("within the file");
                fits(root, root.pointer(pointer).expect("it is there"), value, path);
            }
            "anyOf" => {
                let [null, other] = says.as_array().expect("a list").as_slice() else { panic!("{path}: null or one") };
                assert_eq!(null["type"], "null");
                if !value.is_null() {
                    fits(root, other, value, path);
                }
            }
            "type" => {
                let kind = match value {
                    Json::Null => "null",
                    Json::Bool(_) => "boolean",
                    Json::Number(_) => "integer",
                    Json::String(_) => "string",
                    Json::Array(_) => "array",
                    Json::Object(_) => "object",
                };
                let allowed = says.as_array().cloned().unwrap_or_else(|| vec![says.clone()]);
                assert!(allowed.iter().any(|one| one == kind), "{path} is {kind}");
            }
            "enum" => assert!(says.as_array().expect("a list").contains(value), "{path}: {value}"),
            "format" => assert!(value.as_str().is_none_or(|text| text.parse::<Timestamp>().is_ok()), "{path}"),
            "minimum" => assert!(value.as_i64() >= says.as_i64(), "{path}"),
            "minItems" => assert!(value.as_array().map(Vec::len) >= Some(1), "{path}"),
            "items" => value.as_array().expect("a list").iter().for_each(|item| fits(root, says, item, path)),
            "properties" => {
                let (fields, says) = (value.as_object().expect("an object"), says.as_object().expect("an object"));
                let names = |of: &serde_json::Map<String, Json>| of.keys().cloned().collect::<Vec<_>>();
                assert_eq!(names(fields), names(says), "{path}");
                let mut required: Vec<_> = words["required"].as_array().expect("a list").iter().collect();
                required.sort_by_key(|name| name.as_str());
                assert_eq!(required, names(says).iter().collect::<Vec<_>>(), "{path}: always there");
                assert_eq!(words["additionalProperties"], false, "{path}");
                for (name, says) in says {
                    assert!(says["description"].is_string(), "{path}.{name} is described");
                    fits(root, says, &fields[name], &format!("{path}.{name}"));
                }
            }
            "maxItems" => assert_eq!(says.as_u64(), u64::try_from(referral::MOST_MATTERS).ok(), "{path}"),
            "description" | "title" => assert!(says.as_str().is_some_and(|text| !text.is_empty()), "{path}"),
            "$schema" | "$id" | "$defs" | "required" | "additionalProperties" => {}
            other => panic!("{path}: {other} is not held"),
        }
    }
}
