//! A rollout (发布): one plugin in one territory, from the first submission to its removal. It is
//! a document of its own, the fold of its events, with one door ([`handle`]), like a ticket.
//!
//! A *revision* (版次) is what is proved and switched on as one thing: a package, its settings and
//! the days on which it is in force. So a changed setting goes the same way as a new version.
//! Two keys: the territory submits, the city approves; either switches off at once.
//!
//! Reading order: [`revision`], [`canary`], [`limits`], this file (the state, and [`Rollout::lanes`]:
//! what of it runs), [`command`], [`event`], [`mod@handle`], [`mod@apply`], [`conflict`] (what it
//! would meet), [`deed`] (what rules did, compared), [`why`] and [`why_review`] (why nothing happened), [`narrate`].

pub mod actor;
pub mod apply;
pub mod canary;
pub mod command;
pub mod conflict;
pub mod deed;
pub mod event;
pub mod handle;
pub mod leaving;
pub mod limits;
pub mod narrate;
pub mod revision;
pub mod why;
pub mod why_review;

use crate::account::post::is_well_formed;
use crate::ids::TerritoryId;
use crate::rule::manifest::is_name;
use actor::Officer;
use canary::{Audience, Canary};
use event::FailedCall;
use jiff::Timestamp;
use leaving::Leaving;
use limits::Limits;
use revision::Revision;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Which plugin where: `370705/kuiwen-onsite-mediation`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RolloutId {
    /// 区县, or `WF` for the whole city.
    pub territory: TerritoryId,
    /// The plugin's name.
    pub plugin: String,
}

impl RolloutId {
    /// Reads `370705/kuiwen-onsite-mediation`.
    ///
    /// ```
    /// use chuishao_domain::plugin::rollout::RolloutId;
    /// assert!(RolloutId::parse("370705/kuiwen-onsite-mediation").is_some());
    /// assert!(RolloutId::parse("__main__/kuiwen-onsite-mediation").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (territory, plugin) = text.split_once('/')?;
        let id = Self { territory: territory.into(), plugin: plugin.to_owned() };
        (is_well_formed(territory) && is_name(plugin)).then_some(id)
    }

    /// Whether both would act on some ticket: the same territory, or one of them is the city.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.territory == other.territory || self.territory.is_city() || other.territory.is_city()
    }
}

impl fmt::Display for RolloutId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.territory, self.plugin)
    }
}

/// A revision that is not trusted yet beside the one that is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Candidate {
    /// Which.
    pub revision: u32,
    /// How far it came.
    pub stage: Trial,
}

/// How a candidate is tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Trial {
    /// 影子: it runs beside, is recorded and compared, and changes nothing.
    Shadow,
    /// 灰度: it really acts, on some tickets.
    Canary(Canary),
}

/// Why a revision does not run although it is switched on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "halt")]
pub enum Halt {
    /// 隔离: it failed too often or cost too much.
    Quarantine {
        /// Since when.
        #[schemars(with = "String")]
        since: Timestamp,
        /// Why, in words.
        cause: String,
        /// The last calls that failed.
        failed: Vec<FailedCall>,
        /// When it is tried again by itself.
        #[schemars(with = "String")]
        retry_at: Timestamp,
        /// How often it has been here without a good trial in between.
        times: u32,
    },
    /// 熔断: it would have changed too many tickets.
    Breaker {
        /// Since when.
        #[schemars(with = "String")]
        since: Timestamp,
        /// Why, in words.
        cause: String,
        /// What it changed and wanted to change last: tickets, newest last.
        wanted: Vec<event::Wanted>,
    },
}

/// One plugin in one territory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Rollout {
    /// Which.
    pub id: RolloutId,
    /// How many events made it.
    pub version: u64,
    /// Its place in the order of all rules (guard rail G14); smaller first.
    pub priority: i32,
    /// Every revision that was ever submitted, numbered from 1.
    pub revisions: Vec<Revision>,
    /// The revision that is on.
    pub on: Option<u32>,
    /// What was on before it, for going back in one step.
    pub before: Option<u32>,
    /// The revision that is being tried.
    pub candidate: Option<Candidate>,
    /// Who switched the whole plugin off, if somebody did.
    pub off: Option<Officer>,
    /// How often it was resumed: its guards count anew from there.
    pub resumes: u32,
    /// When it was resumed last: what it decided until then does not count.
    #[schemars(with = "Option<String>")]
    pub resumed_at: Option<Timestamp>,
    /// What it may cost and change.
    pub limits: Limits,
    /// Removed for good: what became of what it left on tickets.
    pub removed: Option<Leaving>,
}

/// What of a rollout runs, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane<'a> {
    /// The revision.
    pub revision: &'a Revision,
    /// For which tickets it acts.
    pub audience: Audience,
    /// 影子: it does not act.
    pub shadow: bool,
}

/// Where a plugin is put in the order when nobody says otherwise: in the middle.
pub const USUAL_PRIORITY: i32 = 100;

impl Rollout {
    /// A plugin that nobody has submitted anything of yet.
    #[must_use]
    pub fn new(id: RolloutId) -> Self {
        Self {
            id,
            version: 0,
            priority: USUAL_PRIORITY,
            revisions: Vec::new(),
            on: None,
            before: None,
            candidate: None,
            off: None,
            resumes: 0,
            resumed_at: None,
            limits: Limits::default(),
            removed: None,
        }
    }

    /// Without the tickets that its guards listed: for who sees what it is and not whose tickets it met.
    #[must_use]
    pub fn without_tickets(mut self) -> Self {
        for halt in self.revisions.iter_mut().filter_map(|revision| revision.halt.as_mut()) {
            match halt {
                Halt::Quarantine { failed, .. } => failed.clear(),
                Halt::Breaker { wanted, .. } => wanted.clear(),
            }
        }
        self
    }

    /// A revision by its number.
    #[must_use]
    pub fn revision(&self, number: u32) -> Option<&Revision> {
        self.revisions.iter().find(|revision| revision.number == number)
    }

    /// The revision that is on.
    #[must_use]
    pub fn current(&self) -> Option<&Revision> {
        self.revision(self.on?)
    }

    /// Whether anything of it acts or is tried, or would if it were not halted.
    #[must_use]
    pub fn is_in_use(&self) -> bool {
        self.off.is_none() && self.removed.is_none() && (self.on.is_some() || self.candidate.is_some())
    }

    /// What of it runs now. The tickets of a canary that is halted fall back to what is on.
    #[must_use]
    pub fn lanes(&self) -> Vec<Lane<'_>> {
        if !self.is_in_use() {
            return Vec::new();
        }
        let mut lanes = Vec::new();
        let mut rest = Audience::Everyone;
        let tried = self.candidate.as_ref().and_then(|tried| Some((self.revision(tried.revision)?, &tried.stage)));
        match tried.filter(|(revision, _)| revision.halt.is_none()) {
            Some((revision, Trial::Canary(canary))) => {
                rest = Audience::Rest(canary.clone());
                lanes.push(Lane { revision, audience: Audience::Canary(canary.clone()), shadow: false });
            }
            Some((revision, Trial::Shadow)) => {
                lanes.push(Lane { revision, audience: Audience::Everyone, shadow: true });
            }
            None => {}
        }
        let on = self.current().filter(|revision| revision.halt.is_none());
        lanes.extend(on.map(|revision| Lane { revision, audience: rest, shadow: false }));
        lanes
    }

    /// 状态, in a word or two.
    #[must_use]
    pub fn term(&self) -> &'static str {
        let halted = |number: Option<u32>| number.and_then(|n| self.revision(n)).and_then(|r| r.halt.as_ref());
        let tried = self.candidate.as_ref();
        match (&self.removed, &self.off) {
            (Some(_), _) => "已移除",
            (None, Some(_)) => "已关闭",
            (None, None) => match halted(self.on) {
                Some(Halt::Quarantine { .. }) => "隔离中",
                Some(Halt::Breaker { .. }) => "已熔断",
                None => match (tried.map(|tried| &tried.stage), self.on) {
                    (Some(Trial::Canary(_)), _) => "灰度中",
                    (Some(Trial::Shadow), Some(_)) => "启用，另有影子",
                    (Some(Trial::Shadow), None) => "影子运行",
                    (None, Some(_)) => "启用",
                    (None, None) => "未启用",
                },
            },
        }
    }
}
