//! The registry (插件登记) as this server runs it: which rules act now, which are tried in the
//! shadow, and which could not be loaded and why. It is swapped as a whole; whoever walks keeps
//! what it began with, and its commit fails when the registry changed in between. Every server
//! looks for changes by itself.
//!
//! - this file: what is live, and how it is taken up; [`load`]: one revision made ready, its
//!   signature checked again;
//! - [`packages`]: handing one in; [`signers`]: keys; [`rollouts`]: the walk of one command;
//! - [`guard`]: budgets, quarantine and breaker; [`shadow`]: candidates beside what acts;
//! - [`leave`]: what a removed plugin left; [`why`]: why nothing happened.

pub mod guard;
pub mod leave;
pub mod load;
pub mod packages;
pub mod rollouts;
pub mod shadow;
pub mod signers;
pub mod why;

use crate::desk::Desk;
use crate::store::registry::Unreadable;
use crate::store::{Store, StoreError};
use chuishao_domain::catalogue::Catalogue;
use chuishao_domain::plugin::rollout::revision::Standing;
use chuishao_domain::plugin::rollout::{Lane, Rollout, RolloutId};
use chuishao_domain::plugin::signature::SignerKey;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::rule::record::Stage;
use chuishao_sandbox::compiled::CompiledCode;
use chuishao_sandbox::engine::Engine;
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::rulebook::{Activation, Rulebook};
use guard::Guard;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::watch;

/// How often a server looks for changes. A stale one could not commit a ticket anyway: this is how
/// long a switch may be seen late where nothing happens.
const EVERY: Duration = Duration::from_millis(500);

/// A candidate in the shadow: the whole chain as it would be with it.
pub struct Shadow {
    /// Which plugin where.
    pub rollout: RolloutId,
    /// Which revision.
    pub revision: u32,
    /// The candidate.
    pub candidate: Arc<Activation>,
    /// All rules that act, with the candidate in the place of what is on.
    pub rulebook: Rulebook,
}

/// One plugin in one territory, as this server runs it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Status {
    /// 区县, or `WF`.
    pub territory: String,
    /// The plugin's name.
    pub plugin: String,
    /// 中文名
    pub title: String,
    /// 状态
    pub state: String,
    /// Its place in the order.
    pub priority: i32,
    /// What of it runs.
    pub runs: Vec<Run>,
    /// The revisions that wait for the city (待审批).
    pub waiting: Vec<u32>,
    /// Why something of it does not run here although it should.
    pub problems: Vec<Refusal>,
}

/// A revision that runs.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Run {
    /// Which.
    pub revision: u32,
    /// Its version.
    pub version: String,
    /// SHA-256 of the component.
    pub digest: String,
    /// Who vouches for it.
    pub signer: String,
    /// 影子, 灰度 or 启用
    pub stage: Stage,
}

/// What is live at one number of the registry.
pub struct Live {
    /// The registry's number.
    pub generation: i64,
    /// What acts.
    pub rulebook: Rulebook,
    /// What is tried beside it.
    pub shadows: Vec<Shadow>,
    /// Every rollout, in the order in which rules are asked.
    pub statuses: Vec<Status>,
    /// The rollouts themselves.
    pub rollouts: BTreeMap<RolloutId, Rollout>,
}

/// The registry of this server.
pub struct Registry {
    engine: Engine,
    code: Arc<CompiledCode>,
    live: RwLock<Arc<Live>>,
    /// Components that are ready, by digest: those that run, and those that ran lately.
    guests: Mutex<BTreeMap<String, Guest>>,
    /// One takes up changes at a time.
    taking_up: tokio::sync::Mutex<()>,
    /// What plugins cost and change.
    pub guard: Guard,
}

impl Registry {
    /// Nothing is live yet: see [`Registry::take_up`].
    #[must_use]
    pub fn new(engine: Engine, code: CompiledCode) -> Self {
        let nothing = Live {
            generation: 0,
            rulebook: Rulebook::default(),
            shadows: Vec::new(),
            statuses: Vec::new(),
            rollouts: BTreeMap::new(),
        };
        Self {
            engine,
            code: Arc::new(code),
            live: RwLock::new(Arc::new(nothing)),
            guests: Mutex::default(),
            taking_up: tokio::sync::Mutex::default(),
            guard: Guard::default(),
        }
    }

    /// The engine that guests run on.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What is live now.
    #[must_use]
    pub fn live(&self) -> Arc<Live> {
        self.live.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes up what changed since. Says whether anything did. What of it cannot be loaded is shown
    /// with its reason; the rest runs.
    ///
    /// # Errors
    /// The database failed; what was live stays.
    pub async fn take_up(&self, store: &Store, catalogue: &Catalogue) -> Result<bool, StoreError> {
        if store.registry_generation().await? == self.live().generation {
            return Ok(false);
        }
        let _one_at_a_time = self.taking_up.lock().await;
        // Read before the rest: if the rest is newer, the number is found old, and all is read again.
        let generation = store.registry_generation().await?;
        if generation == self.live().generation {
            return Ok(false);
        }
        let (keys, mut rollouts) = (self.known_keys(store).await?, Vec::new());
        let mut unreadable = Vec::new();
        for row in store.rollouts().await? {
            match row {
                Ok(rollout) => rollouts.push(rollout),
                Err(row) => unreadable.push(broken(&row)),
            }
        }
        rollouts.sort_by_key(|rollout| (rollout.priority, rollout.id.plugin.clone(), rollout.id.territory.clone()));
        let mut building = Building { acting: Vec::new(), tried: Vec::new(), statuses: unreadable };
        for rollout in &rollouts {
            let mut status = status_of(rollout);
            for lane in rollout.lanes() {
                let loaded = self.activation(store, rollout, &lane, &keys, catalogue).await?;
                building.add(rollout, &lane, loaded, &mut status);
            }
            for problem in &status.problems {
                tracing::error!(rollout = %rollout.id, code = %problem.code, problem = %problem, "a plugin does not run");
            }
            building.statuses.push(status);
        }
        let rollouts = rollouts.into_iter().map(|rollout| (rollout.id.clone(), rollout)).collect();
        let live = Arc::new(building.finish(generation, rollouts));
        self.forget_unused(&live);
        tracing::info!(
            generation,
            acting = live.rulebook.activations().len(),
            shadows = live.shadows.len(),
            "registry"
        );
        *self.live.write().unwrap_or_else(PoisonError::into_inner) = live;
        Ok(true)
    }

    /// The keys that read; one that does not vouches for nothing.
    pub(crate) async fn known_keys(&self, store: &Store) -> Result<Vec<SignerKey>, StoreError> {
        let mut keys = Vec::new();
        for row in store.signer_keys().await? {
            match row {
                Ok(key) => keys.push(key),
                Err(Unreadable { which, why }) => tracing::error!(key = which, why, "a signer's key does not read"),
            }
        }
        Ok(keys)
    }

    /// Components that no rollout names any more leave the memory.
    fn forget_unused(&self, live: &Live) {
        let named = |digest: &str| {
            let revisions = live.rollouts.values().flat_map(|rollout| &rollout.revisions);
            revisions.into_iter().any(|revision| revision.package.digest == digest)
        };
        let mut guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        guests.retain(|digest, _| named(digest));
    }
}

fn broken(row: &Unreadable) -> Status {
    let (territory, plugin) = row.which.split_once('/').unwrap_or(("", &row.which));
    let chinese = format!("登记的内容不能识别，未加载：{}；请从备份恢复", row.why);
    let problem = Refusal::new("rollout-unreadable", chinese, "the rollout's row does not read");
    tracing::error!(rollout = row.which, why = row.why, "a rollout does not read");
    Status {
        territory: territory.to_owned(),
        plugin: plugin.to_owned(),
        title: String::new(),
        state: "不能识别".to_owned(),
        priority: 0,
        runs: Vec::new(),
        waiting: Vec::new(),
        problems: vec![problem],
    }
}

fn status_of(rollout: &Rollout) -> Status {
    let waiting = rollout.revisions.iter().filter(|revision| revision.standing == Standing::Submitted);
    let title = rollout.current().or(rollout.revisions.last()).map(|revision| revision.package.manifest.title.clone());
    Status {
        territory: rollout.id.territory.to_string(),
        plugin: rollout.id.plugin.clone(),
        title: title.unwrap_or_default(),
        state: rollout.term().to_owned(),
        priority: rollout.priority,
        runs: Vec::new(),
        waiting: waiting.map(|revision| revision.number).collect(),
        problems: Vec::new(),
    }
}

/// What is becoming live.
struct Building {
    acting: Vec<Arc<Activation>>,
    tried: Vec<(RolloutId, u32, Arc<Activation>)>,
    statuses: Vec<Status>,
}

impl Building {
    fn add(
        &mut self,
        rollout: &Rollout,
        lane: &Lane<'_>,
        loaded: Result<Arc<Activation>, Vec<Refusal>>,
        status: &mut Status,
    ) {
        let taken = |acting: &[Arc<Activation>]| {
            acting.iter().find(|other| other.rollout != rollout.id && meets(&other.rollout, &rollout.id)).cloned()
        };
        match loaded {
            Err(problems) => status.problems.extend(problems),
            Ok(activation) => match taken(&self.acting) {
                Some(other) => status.problems.push(name_taken(&other.rollout)),
                None => {
                    status.runs.push(run_of(&activation));
                    if lane.shadow {
                        self.tried.push((rollout.id.clone(), lane.revision.number, activation));
                    } else {
                        self.acting.push(activation);
                    }
                }
            },
        }
    }

    fn finish(self, generation: i64, rollouts: BTreeMap<RolloutId, Rollout>) -> Live {
        let shadows = self.tried.into_iter().map(|(rollout, revision, candidate)| {
            let others = self.acting.iter().filter(|acting| acting.rollout != rollout).cloned();
            let rulebook = Rulebook::new(others.chain([candidate.clone()]));
            Shadow { rollout, revision, candidate, rulebook }
        });
        let shadows = shadows.collect();
        Live { generation, rulebook: Rulebook::new(self.acting), shadows, statuses: self.statuses, rollouts }
    }
}

fn run_of(activation: &Activation) -> Run {
    let edition = &activation.edition;
    Run {
        revision: edition.placement.revision,
        version: edition.version.to_string(),
        digest: edition.component_digest.clone(),
        signer: edition.placement.signer.clone(),
        stage: edition.placement.stage,
    }
}

/// A name is a namespace of fields, tags and memory: two rules of one name on one ticket would
/// read each other's.
fn meets(one: &RolloutId, other: &RolloutId) -> bool {
    one.plugin == other.plugin && one.meets(other)
}

fn name_taken(other: &RolloutId) -> Refusal {
    Refusal::new(
        "name-taken",
        format!("同名插件已在 {} 运行；同一件工单上规则不能同名，请改名或只启用一处", other.territory),
        "a plugin of this name runs already where this one would act",
    )
}

/// Takes up changes until the server stops.
pub async fn run(desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = desk.registry.take_up(&desk.store, &desk.world().catalogue).await {
            tracing::error!(error = %error, "the registry cannot be read; what is live stays");
        }
        guard::look(&desk).await;
        if let Err(error) = guard::catch_up(&desk).await {
            tracing::error!(error = %error, "the guards cannot see what other servers decide; it is tried again");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => break,
        }
    }
}
