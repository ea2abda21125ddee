//! What integrators are told (OpenAPI 3.1): every address, true to its references, for everybody.

use super::harness::{Answer, TestServer, client};
use chuishao_domain::account::action::Action;
use chuishao_server::api::{Door, doors};
use chuishao_server::store::Kind;
use serde_json::Value;
use std::collections::BTreeSet;

/// Every reference anywhere in a document.
fn references<'a>(of: &'a Value, found: &mut BTreeSet<&'a str>) {
    match of {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                found.insert(reference);
            }
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(members) => members.iter().for_each(|member| references(member, found)),
        _ => {}
    }
}

/// What every operation is asked with.
fn parameters(told: &Value) -> impl Iterator<Item = &Value> {
    let methods = told["paths"].as_object().into_iter().flatten().flat_map(|(_, of)| of.as_object()).flatten();
    methods.filter_map(|(_, operation)| operation["parameters"].as_array()).flatten()
}

/// A number that no type here holds would be refused, so that each says how far it goes.
fn must_have_bounds(of: &Value) {
    match of {
        Value::Object(members) => {
            let format = members.get("format").and_then(Value::as_str).unwrap_or_default();
            if format.starts_with("int") || format.starts_with("uint") {
                let has = |names: [&str; 2]| names.iter().any(|name| members.contains_key(*name));
                assert!(has(["minimum", "exclusiveMinimum"]) && has(["maximum", "exclusiveMaximum"]), "{of}");
            }
            members.values().for_each(must_have_bounds);
        }
        Value::Array(members) => members.iter().for_each(must_have_bounds),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_is_told_of_and_every_reference_is_there() {
    let server = TestServer::with_accounts(Kind::Sqlite, "2024-06-25T09:10").await;
    let answer = Answer::to(client().get(server.url("/openapi.json"))).await;
    assert_eq!((answer.status, answer.content_type.as_str()), (200, "application/json"));
    let told: Value = answer.read();
    assert_eq!(told["openapi"], "3.1.0");
    let mut operations = BTreeSet::new();
    for (path, methods) in told["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{method} {path}");
            let id = operation["operationId"].as_str().expect("an id").to_owned();
            assert!(operations.insert((method.to_uppercase(), path.clone())), "{id} twice");
        }
    }
    for parameter in parameters(&told) {
        let schema = &parameter["schema"];
        let is_told = ["pattern", "minLength", "minimum"].iter().any(|word| schema.get(word).is_some());
        assert!(parameter["in"] != "path" || is_told, "{parameter}");
    }
    must_have_bounds(&told);
    let of = |path: &str, method: &str, name: &str| {
        let all = told["paths"][path][method]["parameters"].as_array().expect("parameters");
        all.iter().find(|of| of["name"] == name).expect("a parameter")["schema"].clone()
    };
    assert_eq!(of("/v1/topics/candidates", "get", "day")["format"], "date");
    assert_eq!(of("/v1/audit", "get", "from")["format"], "date-time");
    assert_eq!(of("/v1/tickets", "get", "limit")["maximum"], u32::MAX);
    assert_eq!(of("/v1/tickets/{id}", "get", "id")["pattern"], "^WF[0-9]{14,20}-[0-9]$");
    assert_eq!(of("/v1/tickets/{id}/decisions/{number}/replay", "get", "number")["type"], "integer");
    let there: BTreeSet<(String, String)> =
        doors().all().map(|(method, path, _)| (method.to_owned(), path.replace("{*", "{"))).collect();
    assert_eq!(operations, there);
    let mut found = BTreeSet::new();
    references(&told, &mut found);
    assert!(found.len() > 100, "{}", found.len());
    for reference in found {
        let pointer = reference.strip_prefix('#').expect("within the document").replace("%7B", "{");
        assert!(told.pointer(&pointer).is_some(), "{reference} is not there");
    }
    // Who may is told where it is told what.
    let audit = &told["paths"]["/v1/audit"]["get"];
    assert_eq!((&audit["x-action"], &audit["x-roles"][0]), (&"read-audit".into(), &"audit-admin".into()));
    assert!(doors().all().any(|(_, path, door)| path == "/v1/audit" && door == Door::To(Action::ReadAudit)));
    server.finish().await;
}
