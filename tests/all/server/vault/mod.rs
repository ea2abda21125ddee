//! The vault: who called is sealed at rest, found again without being read, shown once for a
//! purpose, corrected, and erased when his time is over; and the check says what is wrong.

mod at_rest;
mod check;
mod keys;
mod looks;
mod retention;

use super::harness::{Answer, TestServer};
use super::story::matter;
use chuishao_domain::ids::TicketId;
use chuishao_server::timeline::Line;
use serde_json::{Value, json};

const AUDITOR: &str = "reviewer:0102";

/// The caller's reference, as the ticket has it.
async fn caller_of(server: &TestServer, id: &TicketId) -> String {
    server.ticket(id).await["intake"]["caller"].as_str().expect("a reference").to_owned()
}

/// A matter of another caller.
fn called_by(name: &str, phone: &str) -> Value {
    let mut matter = matter("help", "0201", "370784", "汶水小区");
    matter["caller"] = json!({ "name": name, "phone": phone });
    matter["body"] = format!("{name}来电，回电{phone}，门前道路破损。").into();
    matter
}

fn look(id: &TicketId, purpose: &str, fields: &[&str]) -> Value {
    json!({ "ticket": id, "purpose": purpose, "fields": fields, "words": "核实回访情况" })
}

async fn post(server: &TestServer, actor: &str, path: &str, body: &Value) -> Answer {
    Answer::to(server.post(path).header("chuishao-actor", actor).json(body)).await
}

async fn get(server: &TestServer, actor: &str, path: &str) -> Answer {
    Answer::to(server.get(path).header("chuishao-actor", actor)).await
}

/// The lines of a record's history.
async fn record(server: &TestServer, reference: &str) -> Vec<Line> {
    get(server, AUDITOR, &format!("/v1/callers/{reference}/record")).await.read()
}
