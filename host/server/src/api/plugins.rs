//! Plugins over HTTP: keys, packages, rollouts. County and city each act by their own post:
//! `Chuishao-Actor: county-ops:370705:0012` and `city-ops:0003`.

use super::actor::Entrant;
use super::problem::Problem;
use super::request::{Address, Asked, Commanded, ROWS, after, at_version, made};
use crate::desk::Desk;
use crate::registry::packages::{HandedIn, take_in};
use crate::registry::rollouts::{self, RolloutSubmission};
use crate::registry::{leave, signers, why};
use crate::store::lists::Cursor;
use crate::store::registry::PackageRecord;
use crate::timeline::InEnglish;
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use chuishao_domain::account::action::Action;
use chuishao_domain::account::permission::Target;
use chuishao_domain::ids::{TerritoryId, TicketId};
use chuishao_domain::narrate::moment;
use chuishao_domain::plugin::request::{self, Ask};
use chuishao_domain::plugin::rollout::actor::Officer;
use chuishao_domain::plugin::rollout::apply::apply;
use chuishao_domain::plugin::rollout::{Rollout, RolloutId, deed, narrate};
use chuishao_domain::plugin::signer::SignerCommand;
use chuishao_domain::rule::effect::Effect;
use chuishao_domain::rule::settings_schema::settings_schema;
use chuishao_domain::sentence::Text;
use chuishao_sandbox::limits::MOST_COMPONENT_BYTES;
use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// Largest request of a package: the component, as it is.
pub const MOST_PACKAGE_BYTES: usize = MOST_COMPONENT_BYTES;

/// Whether this post may see what acts in a territory. Lists, packages and keys are cut by this, and by
/// nothing else: a county sees its own and the city's.
pub(super) fn sees(desk: &Desk, entrant: &Entrant, territory: &TerritoryId) -> bool {
    entrant.reaches(desk, Action::ReadPlugins, Target::ActsIn(territory))
}

/// `GET /v1/signer-keys`
pub async fn keys(State(desk): State<Arc<Desk>>, entrant: Entrant) -> Result<Response, Problem> {
    let keys = desk.store.signer_keys().await?.into_iter().flatten();
    let keys: Vec<_> = keys.filter(|key| sees(&desk, &entrant, &key.owner)).collect();
    Ok(Json(keys).into_response())
}

/// `POST /v1/signer-keys/{id}/commands`
pub async fn signer_command(
    State(desk): State<Arc<Desk>>,
    path: Result<Path<String>, PathRejection>,
    wanted: Commanded<Officer>,
) -> Result<Response, Problem> {
    let Path(id) = path.map_err(|_| Problem::bad_request("密钥名称有误", "the key's id is malformed"))?;
    let key = wanted.key(&format!("signer {id}"))?;
    let command: SignerCommand = wanted.body.parse()?;
    if let SignerCommand::Register { public, .. } = &command
        && public.id != id
    {
        return Err(Problem::bad_request("地址中的密钥名称与公钥行里的不同", "the address names another key"));
    }
    Ok(Json(signers::submit(&desk, &id, &command, &wanted.by, key.as_ref()).await?).into_response())
}

/// For whom a package is handed in, and what is wanted by name.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PackageQuery {
    territory: TerritoryId,
    downgrade_to: Option<Version>,
}

/// The signature's file, from its three words in a header.
fn signature(headers: &HeaderMap) -> Result<String, Problem> {
    let words = headers.get("chuishao-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    match words.split_whitespace().collect::<Vec<_>>()[..] {
        [algorithm, key, signature] => {
            Ok(format!("chuishao-signature 1\nalgorithm {algorithm}\nkey {key}\nsignature {signature}\n"))
        }
        _ => Err(Problem::unsigned()),
    }
}

/// `POST /v1/packages?territory=370705`: the component as it is, its signature in the header
/// `Chuishao-Signature: ed25519 kuiwen-2026 …`.
pub async fn hand_in(
    State(desk): State<Arc<Desk>>,
    query: Asked<PackageQuery>,
    headers: HeaderMap,
    wanted: Commanded<Officer>,
) -> Result<Response, Problem> {
    let Query(PackageQuery { territory, downgrade_to }) = query.map_err(|_| {
        let chinese = "请写明 territory（区县代码，全市为 WF）；确需降级的另写 downgrade-to=版本号";
        Problem::bad_request(chinese, "`territory` is missing, or a parameter is malformed")
    })?;
    let signature = signature(&headers)?;
    let key = wanted.key(&format!("package {signature}"))?;
    let handed = HandedIn { component: wanted.body.0.to_vec(), signature, territory, downgrade_to };
    Ok(made(take_in(&desk, &handed, &wanted.by, key.as_ref()).await?))
}

/// What is listed of a package.
#[derive(Serialize, schemars::JsonSchema)]
struct ListedPackage {
    #[serde(flatten)]
    record: PackageRecord,
    signers: Vec<String>,
    asks: Vec<request::Line>,
    /// JSON Schema of its settings.
    settings_schema: serde_json::Value,
}

/// `GET /v1/packages`: all, or what the county or the city vouches for. A package is whose key signed it.
pub async fn packages(State(desk): State<Arc<Desk>>, entrant: Entrant) -> Result<Response, Problem> {
    let keys = desk.registry.known_keys(&desk.store).await?;
    let everything = entrant.reaches(&desk, Action::ReadPlugins, Target::City);
    let own = |signer: &String| {
        everything || keys.iter().any(|key| key.public.id == *signer && sees(&desk, &entrant, &key.owner))
    };
    let mut listed = Vec::new();
    for record in desk.store.packages(None).await? {
        let signed = desk.store.signatures(&record.digest).await?.into_iter().map(|signed| signed.key);
        let signers: Vec<String> = signed.filter(own).collect();
        if signers.is_empty() && !everything {
            continue;
        }
        let asks = request::lines(&record.manifest).iter().map(Ask::line).collect();
        let settings_schema = settings_schema(&record.manifest);
        listed.push(ListedPackage { record, signers, asks, settings_schema });
    }
    Ok(Json(listed).into_response())
}

/// The territory and the name in a rollout's address.
pub(super) type Addressed = Result<Path<(String, String)>, PathRejection>;

/// The rollout that an address names.
fn named(path: Addressed) -> Result<RolloutId, Problem> {
    let malformed = || Problem::bad_request("地址有误，应为 区县代码/插件名称", "the rollout's address is malformed");
    let Path((territory, plugin)) = path.map_err(|_| malformed())?;
    RolloutId::parse(&format!("{territory}/{plugin}")).ok_or_else(malformed)
}

/// The rollout that an address names, if this post may see what it is.
fn seen(path: Addressed, desk: &Desk, entrant: &Entrant) -> Result<RolloutId, Problem> {
    let id = named(path)?;
    entrant.must_reach(desk, Action::ReadPlugins, Target::ActsIn(&id.territory))?;
    Ok(id)
}

/// The rollout that an address names, if this post may act on it or see which tickets it met: of the
/// city's those are other counties', too.
pub(super) fn addressed(path: Addressed, desk: &Desk, entrant: &Entrant) -> Result<RolloutId, Problem> {
    let id = named(path)?;
    entrant.must_reach(desk, Action::ReadPlugins, Target::Territory(&id.territory))?;
    Ok(id)
}

/// `POST /v1/rollouts/{territory}/{plugin}/commands`
pub async fn command(
    State(desk): State<Arc<Desk>>,
    path: Addressed,
    wanted: Commanded<Officer>,
) -> Result<Response, Problem> {
    let id = addressed(path, &desk, &wanted.entrant)?;
    let key = wanted.key(&id.to_string())?;
    let (command, expected_version) = (wanted.body.parse()?, wanted.expected_version()?);
    let submission = RolloutSubmission { id, expected_version, command, by: wanted.by, key };
    Ok(Json(rollouts::submit(&desk, &submission).await?).into_response())
}

/// `GET /v1/rollouts`: all, or what acts in the county.
pub async fn list(State(desk): State<Arc<Desk>>, entrant: Entrant) -> Result<Response, Problem> {
    let live = desk.registry.live();
    let statuses = live.statuses.iter();
    let statuses: Vec<_> = statuses.filter(|status| sees(&desk, &entrant, &status.territory.as_str().into())).collect();
    Ok(Json(statuses).into_response())
}

/// `GET /v1/rollouts/{territory}/{plugin}`
pub async fn show(State(desk): State<Arc<Desk>>, entrant: Entrant, path: Addressed) -> Result<Response, Problem> {
    let rollout = rollouts::load(&desk, &seen(path, &desk, &entrant)?).await?;
    let mut conflicts = rollouts::foreseen(&desk.registry, &rollout);
    conflicts.retain(|conflict| sees(&desk, &entrant, &conflict.with.territory));
    let (version, state) = (rollout.version, rollout.term());
    let is_own = entrant.reaches(&desk, Action::ReadPlugins, Target::Territory(&rollout.id.territory));
    let rollout = if is_own { rollout } else { rollout.without_tickets() };
    Ok(at_version(version, json!({ "rollout": rollout, "state": state, "conflicts": conflicts })))
}

/// One line of a rollout's timeline.
#[derive(Serialize, schemars::JsonSchema)]
struct Line {
    at: String,
    who: String,
    what: String,
    /// The same in English.
    english: InEnglish,
}

/// `GET /v1/rollouts/{territory}/{plugin}/timeline`
pub async fn timeline(State(desk): State<Arc<Desk>>, entrant: Entrant, path: Addressed) -> Result<Response, Problem> {
    let id = rollouts::load(&desk, &seen(path, &desk, &entrant)?).await?.id;
    let (history, world) = (rollouts::history(&desk, &id).await?, desk.world());
    let mut rollout = Rollout::new(id);
    let mut lines = Vec::with_capacity(history.len());
    for recorded in &history {
        apply(&mut rollout, recorded);
        let who = recorded.by.words(&world.catalogue);
        let what = narrate::event(&recorded.event, &rollout);
        lines.push(Line {
            at: moment(recorded.at),
            who: who.chinese,
            what: what.chinese,
            english: InEnglish { who: who.english, what: what.english },
        });
    }
    Ok(Json(lines).into_response())
}

/// Which revision's shadow, and which page.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShadowQuery {
    revision: u32,
    after: Option<String>,
    limit: Option<u32>,
}

/// `GET /v1/rollouts/{territory}/{plugin}/shadow?revision=2`: how a candidate does, and where it
/// would have treated a ticket differently, beside what people did in the end; and of its reviews how many.
pub async fn shadow(
    State(desk): State<Arc<Desk>>,
    entrant: Entrant,
    path: Addressed,
    query: Asked<ShadowQuery>,
) -> Result<Response, Problem> {
    let id = addressed(path, &desk, &entrant)?;
    let Query(query) = query.map_err(|_| {
        Problem::bad_request("请写明版次，例如 revision=2；另可写 after、limit", "`revision` is missing or malformed")
    })?;
    let from = after(query.after.as_deref(), Cursor::parse)?;
    let count = desk.store.shadow_count(&id, query.revision).await?;
    let (rows, next) = desk.store.shadow_page(&id, query.revision, from.as_ref(), query.limit.unwrap_or(ROWS)).await?;
    let (mut differences, world) = (Vec::with_capacity(rows.len()), desk.world());
    for row in rows {
        let ticket = desk.store.ticket(&row.ticket).await?;
        let deeds = &row.compared.difference.only_candidate;
        let told = |effect: &Effect| deed::hindsight(effect, ticket.as_ref()?, &world.catalogue);
        let (hindsight, english): (Vec<String>, Vec<Text>) =
            deeds.iter().filter_map(|deed| told(&deed.effect)).map(|told| (told.chinese, told.english)).unzip();
        differences.push(json!({
            "ticket": row.ticket, "event_sequence": row.event_sequence, "at": moment(row.at), "failed": row.failed,
            "compared": row.compared, "hindsight": hindsight, "english": { "hindsight": english },
        }));
    }
    let (missed, reviews) = (desk.shadows.missed(), desk.store.tried_review_count(&id, query.revision).await?);
    let found = json!({
        "count": count, "reviews": reviews, "missed_here": missed, "differences": differences, "next": next,
    });
    Ok(Json(found).into_response())
}

/// `GET /v1/rollouts/{territory}/{plugin}/hanging`: what would be left on tickets if it were removed.
pub async fn hanging(State(desk): State<Arc<Desk>>, entrant: Entrant, path: Addressed) -> Result<Response, Problem> {
    let id = addressed(path, &desk, &entrant)?;
    Ok(Json(leave::hanging(&desk, &id).await?).into_response())
}

/// `GET /v1/rollouts/{territory}/{plugin}/health`: what its revisions cost on this server, and change on all.
pub async fn health(State(desk): State<Arc<Desk>>, entrant: Entrant, path: Addressed) -> Result<Response, Problem> {
    let id = addressed(path, &desk, &entrant)?;
    Ok(Json(desk.registry.guard.health(&desk.registry.live(), &id, desk.clock.now())).into_response())
}

/// Which plugin.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WhyQuery {
    rollout: String,
}

/// `GET /v1/tickets/{id}/why?rollout=370705/kuiwen-onsite-mediation`
pub async fn why(
    State(desk): State<Arc<Desk>>,
    entrant: Entrant,
    Address(ticket): Address<TicketId>,
    query: Asked<WhyQuery>,
) -> Result<Response, Problem> {
    let id = query.ok().and_then(|Query(query)| RolloutId::parse(&query.rollout)).ok_or_else(|| {
        let chinese = "请写明插件，例如 rollout=370705/kuiwen-onsite-mediation";
        Problem::bad_request(chinese, "`rollout` is missing or malformed")
    })?;
    entrant.must_reach(&desk, Action::ReadPlugins, Target::ActsIn(&id.territory))?;
    let answers = why::why(&desk, &ticket, &id).await?;
    // A county learns nothing of another's ticket: not even that it is there.
    let own = |territory: &TerritoryId| entrant.reaches(&desk, Action::ReadPlugins, Target::Territory(territory));
    match answers.filter(|found| own(&found.territory)) {
        Some(found) => Ok(Json(found.answers).into_response()),
        None => Err(Problem::not_found("没有这件工单", "no such ticket")),
    }
}
