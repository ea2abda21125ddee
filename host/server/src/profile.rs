//! What this server serves (主机概况): what an author compares a plugin with before handing it in.

use crate::desk::Desk;
use chuishao_domain::calendar::civil;
use chuishao_domain::rule::kinds::{EffectKind, EventKind, TicketField};
use chuishao_domain::rule::settings::MOST_SETTINGS_BYTES;
use chuishao_sandbox::interface::SERVED_VERSIONS;
use chuishao_sandbox::limits::{
    FUEL_PER_CALL, MOST_ANSWER_BYTES, MOST_COMPONENT_BYTES, MOST_GUEST_MEMORY_BYTES, MOST_LOG_LINES, MOST_PROPOSALS,
};
use jiff::civil::Date;
use semver::Version;
use serde::{Deserialize, Serialize};

/// The profile. Names of kinds are texts: another version may have more of them.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HostProfile {
    /// The program's version.
    pub version: String,
    /// The versions of the interface.
    pub interfaces: Vec<Version>,
    /// The events that it tells rules of.
    pub events: Vec<String>,
    /// The effects that it knows.
    pub effects: Vec<String>,
    /// The fields of a ticket that it gives.
    pub fields: Vec<String>,
    /// The limits.
    pub limits: Limits,
    /// The edition of the catalogue in force.
    pub catalogue: CatalogueProfile,
    /// 区县、开发区: id and name.
    pub territories: Vec<(String, String)>,
    /// 分类代码 in force.
    pub categories: Vec<String>,
}

/// The limits that an author can run into.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[expect(missing_docs, reason = "as in the sandbox's limits, which give the reasons")]
pub struct Limits {
    pub component_bytes: usize,
    pub fuel_per_call: u64,
    pub memory_bytes: usize,
    pub settings_bytes: usize,
    pub answer_bytes: usize,
    pub proposals: usize,
    pub log_lines: usize,
}

/// Which edition.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CatalogueProfile {
    /// 生效日期
    #[schemars(with = "String")]
    pub effective_from: Date,
    /// 依据文件
    pub document: String,
}

impl HostProfile {
    /// Of this server, now.
    #[must_use]
    pub fn of(desk: &Desk) -> Self {
        let known = desk.reference.known();
        let edition = known.editions.on(civil(desk.clock.now()).date());
        let catalogue = &edition.catalogue;
        let territories = catalogue.territories().filter(|one| one.retired_on.is_none());
        let categories = catalogue.categories().filter(|one| one.retired_on.is_none());
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            interfaces: SERVED_VERSIONS.to_vec(),
            events: EventKind::ALL.iter().map(ToString::to_string).collect(),
            effects: EffectKind::ALL.iter().map(ToString::to_string).collect(),
            fields: TicketField::ALL.iter().map(ToString::to_string).collect(),
            limits: Limits {
                component_bytes: MOST_COMPONENT_BYTES,
                fuel_per_call: FUEL_PER_CALL,
                memory_bytes: MOST_GUEST_MEMORY_BYTES,
                settings_bytes: MOST_SETTINGS_BYTES,
                answer_bytes: MOST_ANSWER_BYTES,
                proposals: MOST_PROPOSALS,
                log_lines: MOST_LOG_LINES,
            },
            catalogue: CatalogueProfile { effective_from: edition.effective_from, document: edition.document.clone() },
            territories: territories.map(|one| (one.id.to_string(), one.name.clone())).collect(),
            categories: categories.map(|one| one.code.to_string()).collect(),
        }
    }
}
