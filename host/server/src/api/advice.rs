//! What rules would ask for while a call is still being taken, over HTTP: the walk of a registration of
//! which nothing is written.

use super::actor::RequestActor;
use super::problem::Problem;
use super::request::{Asked, asked};
use crate::desk::{Desk, DeskError};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chuishao_domain::World;
use chuishao_domain::ids::{CallerRef, CategoryCode, TerritoryId};
use chuishao_domain::narrate;
use chuishao_domain::plain::plain;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::rule::effect::Effect;
use chuishao_domain::rule::record::{Answer, Verdict};
use chuishao_domain::sentence::{Sentence, Text};
use chuishao_domain::ticket::{CallerKind, Channel, Intake, MatterKind, Place, RequiredField};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What is known of a matter so far. Who calls is no part of it.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {
    category: CategoryCode,
    territory: TerritoryId,
    #[serde(default)]
    street: String,
    #[serde(default)]
    estate: String,
    #[serde(default)]
    building: String,
    title: String,
    body: String,
    #[serde(default = "help")]
    matter_kind: MatterKind,
    #[serde(default = "citizen")]
    caller_kind: CallerKind,
    #[serde(default)]
    confidential: bool,
}

fn help() -> MatterKind {
    MatterKind::Help
}

fn citizen() -> CallerKind {
    CallerKind::Citizen
}

impl Call {
    fn intake(self) -> Intake {
        let Self { category, territory, street, estate, building, title, body, matter_kind, caller_kind, confidential } =
            self;
        let place = Place { territory, street, estate, building };
        // Both are the desk's to set.
        let (caller, received_at) = (CallerRef(String::new()), Timestamp::UNIX_EPOCH);
        let channel = Channel::Phone;
        Intake { caller, caller_kind, channel, matter_kind, category, title, body, place, confidential, received_at }
    }
}

/// One thing that a rule would ask for.
#[derive(Serialize, schemars::JsonSchema)]
struct Asking {
    rule: String,
    title: String,
    version: String,
    /// In words.
    what: String,
    /// The same in English.
    english: Text,
    reason: String,
    /// The category that it suggests, if that is what it does.
    category: Option<CategoryCode>,
    /// Why the core would not do it.
    refused: Option<Refusal>,
}

/// `GET /v1/tickets/advice`: what is not yet enough for a ticket is no error; the next word may be.
pub async fn of_call(
    State(desk): State<Arc<Desk>>,
    RequestActor(by): RequestActor,
    query: Asked<Call>,
) -> Result<Response, Problem> {
    let parameters = "请写明 category、territory、title、body；另有 street、estate、building、matter_kind、caller_kind、\
                      confidential，知道多少写多少";
    let call = asked(query, parameters)?;
    let (ticket, decisions) = match desk.rehearse(call.intake(), by).await {
        Ok((ticket, decisions)) => (Some(ticket), decisions),
        Err(DeskError::Refused(_)) => (None, Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let fields = ticket.as_ref().map(|ticket| ticket.required_fields.as_slice()).unwrap_or_default();
    // A field is called by its label, which the ticket has of its rule.
    let label = |effect: &Effect, rule: &str| {
        let Effect::RequireField(name) = effect else { return None };
        let own =
            |field: &&RequiredField| field.name == *name && (field.namespace.is_empty() || field.namespace == rule);
        fields.iter().find(own).map(|field| field.label.as_str())
    };
    let in_words = |effect: &Effect, rule: &str, world: &World| match (effect, label(effect, rule)) {
        (Effect::RequireField(name), Some(label)) => narrate::field_required(name, label),
        _ => narrate::proposed(effect, world),
    };
    let world = desk.world();
    let mut asks = Vec::new();
    for decision in &decisions {
        let Answer::Proposals(proposals) = &decision.call.answer else { continue };
        asks.extend(proposals.iter().map(|(proposal, verdict)| {
            let Sentence { chinese, english } = in_words(&proposal.effect, &decision.edition.rule, &world);
            Asking {
                rule: decision.edition.rule.clone(),
                title: decision.edition.title.clone(),
                version: decision.edition.version.to_string(),
                what: chinese,
                english,
                reason: plain(&proposal.reason),
                category: match &proposal.effect {
                    Effect::SuggestCategory(category) => Some(category.clone()),
                    _ => None,
                },
                refused: match verdict {
                    Verdict::Accepted { .. } => None,
                    Verdict::Refused(refusal) => Some(refusal.clone()),
                },
            }
        }));
    }
    Ok(Json(serde_json::json!({ "asks": asks })).into_response())
}
