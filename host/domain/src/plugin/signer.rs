//! Registering and revoking the keys that packages are signed with (签名密钥登记). A key belongs to
//! one territory, is valid for some years at most, and is never used again once it is revoked.

use super::key::PublicKey;
use super::rollout::actor::Officer;
use super::signature::SignerKey;
use crate::catalogue::Catalogue;
use crate::ids::TerritoryId;
use crate::narrate::moment;
use crate::refusal::Refusal;
use crate::told::Moment;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a key may be valid: five years, as certificates for signing code are.
const LONGEST: SignedDuration = SignedDuration::from_hours(5 * 366 * 24);

/// What is done with a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "command", deny_unknown_fields)]
pub enum SignerCommand {
    /// 登记: by the city.
    Register {
        /// The key's public line.
        public: PublicKey,
        /// Whose.
        owner: TerritoryId,
        /// 启用
        #[schemars(with = "Moment")]
        valid_from: Timestamp,
        /// 到期
        #[schemars(with = "Moment")]
        valid_until: Timestamp,
    },
    /// 吊销: by the city, or by the county whose key it is.
    Revoke {
        /// 理由
        reason: String,
    },
}

/// What happened to a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum SignerEvent {
    /// 登记
    Registered {
        /// The key.
        key: SignerKey,
    },
    /// 吊销
    Revoked {
        /// 理由
        reason: String,
    },
}

/// An event with who and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SignerRecorded {
    /// Its place, from 1.
    pub sequence: u64,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Who.
    pub by: Officer,
    /// What.
    pub event: SignerEvent,
}

/// Turns a command into an event, or refuses it. `key` is what is registered under the id.
///
/// # Errors
/// A [`Refusal`] with a stable code, saying what is wrong and what to do.
pub fn handle(
    key: Option<&SignerKey>,
    command: &SignerCommand,
    by: &Officer,
    catalogue: &Catalogue,
) -> Result<SignerEvent, Refusal> {
    match (key, command) {
        (_, SignerCommand::Register { .. }) if !by.is_city() => {
            Err(Refusal::new("not-entitled", "签名密钥由市平台登记", "the city registers keys"))
        }
        (Some(_), SignerCommand::Register { .. }) => Err(Refusal::new(
            "key-id-taken",
            "这个名称的密钥已登记过，名称不能重用；请另起名称重新生成密钥",
            "a key of this name was registered before; make another under a new name",
        )),
        (None, SignerCommand::Register { public, owner, valid_from, valid_until }) => {
            if catalogue.territory(owner).is_none() {
                let chinese = format!("没有 {owner} 这个区县；请填写区县或开发区代码，全市填 WF");
                return Err(Refusal::new("no-territory", chinese, "there is no such territory"));
            }
            let lasts = valid_until.duration_since(*valid_from);
            if !lasts.is_positive() || lasts > LONGEST {
                return Err(Refusal::new(
                    "key-validity",
                    "有效期须为正，且最长五年",
                    "a key is valid for a positive time of at most five years",
                ));
            }
            let (public, owner) = (public.clone(), owner.clone());
            let key = SignerKey { public, owner, valid_from: *valid_from, valid_until: *valid_until, revoked_at: None };
            Ok(SignerEvent::Registered { key })
        }
        (None, SignerCommand::Revoke { .. }) => {
            Err(Refusal::new("key-unknown", "没有登记过这个密钥", "the key is not registered"))
        }
        (Some(key), SignerCommand::Revoke { reason }) => {
            if !by.is_city() && !by.speaks_for(&key.owner) {
                return Err(Refusal::new(
                    "not-entitled",
                    "只有市平台或密钥所属区县可以吊销",
                    "the city or the owner alone may revoke a key",
                ));
            }
            if reason.trim().is_empty() {
                return Err(Refusal::new("reason-missing", "请写明吊销理由", "a reason is wanted"));
            }
            match key.revoked_at {
                None => Ok(SignerEvent::Revoked { reason: reason.clone() }),
                Some(at) => {
                    let chinese = format!("该密钥已于 {} 吊销", moment(at));
                    Err(Refusal::new("key-revoked", chinese, "the key was revoked before"))
                }
            }
        }
    }
}

/// The key after an event; absent when the event is of no key.
#[must_use]
pub fn apply(key: Option<SignerKey>, recorded: &SignerRecorded) -> Option<SignerKey> {
    match &recorded.event {
        SignerEvent::Registered { key } => Some(key.clone()),
        SignerEvent::Revoked { .. } => key.map(|key| SignerKey { revoked_at: Some(recorded.at), ..key }),
    }
}
