//! The registry of plugins (插件登记): keys, packages, rollouts. Whatever changes here raises the
//! registry's number in the same transaction; every commit of a ticket or a review compares it.

use super::changes::{self, ChangeKind};
use super::commit::{finish, keep};
use super::database::{Row, Statement, Transaction};
use super::lists::documents;
use super::tickets::{CommitError, KeptAnswer};
use super::{Store, StoreError};
use chuishao_domain::plugin::rollout::event::{RolloutEvent, RolloutRecorded};
use chuishao_domain::plugin::rollout::{Rollout, RolloutId, apply};
use chuishao_domain::plugin::signature::SignerKey;
use chuishao_domain::plugin::signer::{self, SignerRecorded};
use chuishao_domain::rule::manifest::Manifest;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A package as it was taken in.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PackageRecord {
    /// SHA-256 of the component, in hex.
    pub digest: String,
    /// What it declares.
    pub manifest: Arc<Manifest>,
    /// Bytes of the component.
    pub bytes: u64,
    /// When it was taken in first.
    #[schemars(with = "String")]
    pub taken_in_at: Timestamp,
}

/// A signature over a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SignatureRecord {
    /// Whose key.
    pub key: String,
    /// When it was taken in: the key was valid then.
    #[schemars(with = "String")]
    pub taken_in_at: Timestamp,
    /// The signature's file.
    pub signature: String,
}

/// What one change of the registry writes.
pub enum RegistryChange<'a> {
    /// To a key, with the key after it.
    Signer {
        /// What happened.
        recorded: &'a SignerRecorded,
        /// The key after it.
        key: &'a SignerKey,
    },
    /// A package, or one more signature over it.
    Package {
        /// What it is.
        record: &'a PackageRecord,
        /// Its bytes.
        component: &'a [u8],
        /// Who vouches for it.
        signature: &'a SignatureRecord,
    },
    /// To a rollout, with the rollout after it.
    Rollout {
        /// What happened, in order.
        events: &'a [RolloutRecorded],
        /// The rollout after it.
        rollout: &'a Rollout,
        /// The version that it was computed from; 0 for a new one.
        computed_from: u64,
    },
}

fn signer_row(recorded: &SignerRecorded, key: &SignerKey) -> Result<[Statement; 2], serde_json::Error> {
    let id = &key.public.id;
    let key_text = if recorded.sequence == 1 {
        "insert into signer_key (id, version, document) values ($1, $2, $3) on conflict do nothing"
    } else {
        "update signer_key set version = $2, document = $3 where id = $1 and version = $2 - 1"
    };
    let row = Statement::new(key_text).bind(id).bind(recorded.sequence.cast_signed());
    let event = Statement::new("insert into signer_event (key_id, sequence, at, document) values ($1, $2, $3, $4)");
    let event = event.bind(id).bind(recorded.sequence.cast_signed()).bind(recorded.at.as_millisecond());
    Ok([row.bind(serde_json::to_string(key)?), event.bind(serde_json::to_string(recorded)?)])
}

fn package_rows(
    record: &PackageRecord,
    component: &[u8],
    signature: &SignatureRecord,
) -> Result<[Statement; 2], serde_json::Error> {
    // A second signature finds the package there. Another file under its number is refused before,
    // and by the index.
    let package = Statement::new(
        "insert into plugin_package (digest, plugin, version, taken_in_at, document, component) \
         values ($1, $2, $3, $4, $5, $6) on conflict (digest) do nothing",
    );
    let package = package.bind(&record.digest).bind(&record.manifest.name).bind(record.manifest.version.to_string());
    let package = package.bind(record.taken_in_at.as_millisecond()).bind(serde_json::to_string(record)?);
    let vouched = Statement::new(
        "insert into package_signature (digest, key_id, taken_in_at, signature) values ($1, $2, $3, $4) \
         on conflict do nothing",
    );
    let vouched = vouched.bind(&record.digest).bind(&signature.key).bind(signature.taken_in_at.as_millisecond());
    Ok([package.bind(component.to_vec()), vouched.bind(&signature.signature)])
}

fn rollout_row(rollout: &Rollout, computed_from: u64) -> Result<Statement, serde_json::Error> {
    let text = if computed_from == 0 {
        "insert into rollout (territory, plugin, version, document) values ($1, $2, $3, $4) on conflict do nothing"
    } else {
        "update rollout set version = $3, document = $4 where territory = $1 and plugin = $2 and version = $5"
    };
    let RolloutId { territory, plugin } = &rollout.id;
    let row = Statement::new(text).bind(territory.as_str()).bind(plugin).bind(rollout.version.cast_signed());
    let row = row.bind(serde_json::to_string(rollout)?);
    Ok(if computed_from == 0 { row } else { row.bind(computed_from.cast_signed()) })
}

async fn write(
    open: &mut Transaction,
    change: &RegistryChange<'_>,
    answer: Option<&KeptAnswer>,
    now: Timestamp,
) -> Result<(), CommitError> {
    // First, so that changes of the registry wait for each other.
    open.execute(Statement::new("update registry set generation = generation + 1 where id = 1")).await?;
    keep(open, answer, now).await?;
    match change {
        RegistryChange::Signer { recorded, key } => {
            let [key, event] = signer_row(recorded, key)?;
            if open.execute(key).await? == 0 {
                return Err(CommitError::VersionMoved);
            }
            open.execute(event).await?;
        }
        RegistryChange::Package { record, component, signature } => {
            let [package, signature] = package_rows(record, component, signature)?;
            open.execute(package).await?;
            open.execute(signature).await?;
        }
        RegistryChange::Rollout { events, rollout, computed_from } => {
            if open.execute(rollout_row(rollout, *computed_from)?).await? == 0 {
                return Err(CommitError::VersionMoved);
            }
            if events.iter().any(|recorded| matches!(recorded.event, RolloutEvent::Removed { .. })) {
                open.execute(super::leavings::begin(&rollout.id)).await?;
            }
            let RolloutId { territory, plugin } = &rollout.id;
            for recorded in *events {
                let event = Statement::new(
                    "insert into rollout_event (territory, plugin, sequence, at, document) values ($1, $2, $3, $4, $5)",
                );
                let event = event.bind(territory.as_str()).bind(plugin).bind(recorded.sequence.cast_signed());
                let event = event.bind(recorded.at.as_millisecond()).bind(serde_json::to_string(recorded)?);
                open.execute(event).await?;
            }
            let change = changes::row(ChangeKind::Rollout, &rollout.id.to_string(), rollout.version, now);
            open.write(vec![(&changes::CHANGE, vec![change])]).await?;
        }
    }
    Ok(())
}

/// A row that does not read: it costs nobody but itself.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// Its name.
    pub which: String,
    /// What is wrong with it.
    pub why: String,
}

/// A row's document, or why it does not read.
pub type Readable<T> = Result<T, Unreadable>;

fn readable<T: DeserializeOwned>(which: String, document: &str) -> Readable<T> {
    serde_json::from_str(document).map_err(|error| Unreadable { which, why: error.to_string() })
}

fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MIN)
}

impl Store {
    /// The number of the registry's last change.
    ///
    /// # Errors
    /// The database failed.
    pub async fn registry_generation(&self) -> Result<i64, StoreError> {
        let asked = Statement::new("select generation from registry where id = 1");
        Ok(self.readers.one(asked).await?.integer(0)?)
    }

    /// Writes one change of the registry in one transaction, or nothing.
    ///
    /// # Errors
    /// The version moved, the key was used, or the database failed.
    pub async fn change_registry(
        &self,
        change: &RegistryChange<'_>,
        answer: Option<&KeptAnswer>,
        now: Timestamp,
    ) -> Result<(), CommitError> {
        let mut open = self.pool.begin().await?;
        let done = write(&mut open, change, answer, now).await;
        finish(open, done).await
    }

    /// Every key that was ever registered, by its id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn signer_keys(&self) -> Result<Vec<Readable<SignerKey>>, StoreError> {
        let asked = Statement::new("select id, document from signer_key order by id");
        let of = |row: &Row| Ok(readable(row.text(0)?, &row.text(1)?));
        self.readers.all(asked).await?.iter().map(of).collect()
    }

    /// What happened to a key, in order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn signer_history(&self, id: &str) -> Result<Vec<SignerRecorded>, StoreError> {
        let asked = Statement::new("select document from signer_event where key_id = $1 order by sequence").bind(id);
        documents(&self.readers.all(asked).await?)
    }

    /// A package, without its bytes.
    ///
    /// # Errors
    /// The database failed.
    pub async fn package(&self, digest: &str) -> Result<Option<PackageRecord>, StoreError> {
        let asked = Statement::new("select document from plugin_package where digest = $1").bind(digest);
        Ok(documents(&self.readers.all(asked).await?)?.pop())
    }

    /// Every package of a plugin, or of all, the first one first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn packages(&self, plugin: Option<&str>) -> Result<Vec<PackageRecord>, StoreError> {
        let mut sql = Statement::new("select document from plugin_package");
        if let Some(plugin) = plugin {
            sql.push(" where plugin = ").push_value(plugin);
        }
        sql.push(" order by plugin, taken_in_at, digest");
        documents(&self.readers.all(sql).await?)
    }

    /// The bytes of a package.
    ///
    /// # Errors
    /// The database failed.
    pub async fn component(&self, digest: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let asked = Statement::new("select component from plugin_package where digest = $1").bind(digest);
        let row = self.readers.optional(asked).await?;
        row.map(|row| row.bytes(0).map_err(StoreError::from)).transpose()
    }

    /// Who vouches for a package, the first one first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn signatures(&self, digest: &str) -> Result<Vec<SignatureRecord>, StoreError> {
        let asked = Statement::new(
            "select key_id, taken_in_at, signature from package_signature where digest = $1 order by taken_in_at, key_id",
        );
        let of = |row: &Row| {
            Ok(SignatureRecord { key: row.text(0)?, taken_in_at: moment(row.integer(1)?), signature: row.text(2)? })
        };
        self.readers.all(asked.bind(digest)).await?.iter().map(of).collect()
    }

    /// Every rollout, by territory and plugin; of those that do not read, which and why.
    ///
    /// # Errors
    /// The database failed.
    pub async fn rollouts(&self) -> Result<Vec<Readable<Rollout>>, StoreError> {
        let asked = Statement::new("select territory, plugin, document from rollout order by territory, plugin");
        let of = |row: &Row| Ok(readable(format!("{}/{}", row.text(0)?, row.text(1)?), &row.text(2)?));
        self.readers.all(asked).await?.iter().map(of).collect()
    }

    /// One rollout.
    ///
    /// # Errors
    /// The database failed.
    pub async fn rollout(&self, id: &RolloutId) -> Result<Option<Rollout>, StoreError> {
        let asked = Statement::new("select document from rollout where territory = $1 and plugin = $2");
        Ok(documents(&self.readers.all(asked.bind(id.territory.as_str()).bind(&id.plugin)).await?)?.pop())
    }

    /// What happened to a rollout, in order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn rollout_history(&self, id: &RolloutId) -> Result<Vec<RolloutRecorded>, StoreError> {
        let asked =
            Statement::new("select document from rollout_event where territory = $1 and plugin = $2 order by sequence");
        documents(&self.readers.all(asked.bind(id.territory.as_str()).bind(&id.plugin)).await?)
    }

    /// Checks the registry: every rollout and key is the fold of its events, every package is what
    /// its digest says. What is not, by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn verify_registry(&self) -> Result<Vec<String>, StoreError> {
        let mut faults = Vec::new();
        for rollout in self.rollouts().await? {
            match rollout {
                Ok(rollout) => {
                    let history = self.rollout_history(&rollout.id).await?;
                    if apply::fold(&rollout.id, &history) != rollout {
                        faults.push(format!("发布 {}", rollout.id));
                    }
                }
                Err(Unreadable { which, .. }) => faults.push(format!("发布 {which}")),
            }
        }
        let mut keys = BTreeMap::new();
        for key in self.signer_keys().await? {
            match key {
                Ok(key) => drop(keys.insert(key.public.id.clone(), key)),
                Err(Unreadable { which, .. }) => faults.push(format!("签名密钥 {which}")),
            }
        }
        for (id, key) in &keys {
            let history = self.signer_history(id).await?;
            if history.iter().fold(None, signer::apply).as_ref() != Some(key) {
                faults.push(format!("签名密钥 {id}"));
            }
        }
        for package in self.packages(None).await? {
            let bytes = self.component(&package.digest).await?.unwrap_or_default();
            if chuishao_domain::digest::digest(&bytes) != package.digest {
                faults.push(format!("插件包 {} {}", package.manifest.name, package.manifest.version));
            }
        }
        Ok(faults)
    }
}
