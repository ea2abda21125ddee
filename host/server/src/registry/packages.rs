//! Handing a package in (上传插件包): checked, vouched for and compiled before it is kept.

use super::load::{refusal, voucher};
use crate::desk::{Desk, DeskError};
use crate::once::{Key, answered, kept, written};
use crate::store::StoreError;
use crate::store::registry::{PackageRecord, RegistryChange, SignatureRecord};
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::plugin::request::{self, Ask, Line};
use chuishao_domain::plugin::rollout::actor::Officer;
use chuishao_domain::plugin::signature::{Signature, SignerKey};
use chuishao_domain::plugin::step::may_follow;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::rule::sample;
use chuishao_sandbox::double_run::double_run;
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::package::Package;
use semver::Version;
use serde::{Deserialize, Serialize};

/// A package as it is handed in.
pub struct HandedIn {
    /// The component.
    pub component: Vec<u8>,
    /// The signature's file.
    pub signature: String,
    /// For which territory it is meant: whose key must have signed, or the city's.
    pub territory: TerritoryId,
    /// A lower version that is wanted by name.
    pub downgrade_to: Option<Version>,
}

/// What came of it (回执).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PackageReceipt {
    /// SHA-256 of the component: its name from here on.
    pub digest: String,
    /// The plugin.
    pub plugin: String,
    /// 中文名
    pub title: String,
    /// Its version.
    pub version: String,
    /// The interface that it speaks.
    pub interface: String,
    /// Who vouches for it.
    pub signer: String,
    /// What it asks for, in words.
    pub asks: Vec<Line>,
}

/// Why a package is not taken in.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// What is wrong with it, all at once.
    #[error("插件包不予接收 (the package is not taken in)")]
    Refused(Vec<Refusal>),
    /// The desk.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for PackageError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

fn one(refusal: Refusal) -> PackageError {
    PackageError::Refused(vec![refusal])
}

/// Takes a package in.
///
/// # Errors
/// See [`PackageError`]; when there is one, nothing was written.
pub async fn take_in(
    desk: &Desk,
    handed: &HandedIn,
    by: &Officer,
    key: Option<&Key>,
) -> Result<PackageReceipt, PackageError> {
    // Asked for first: to check and compile a component again would take seconds.
    if let Some(receipt) = answered(&desk.store, key).await? {
        return Ok(receipt);
    }
    if !by.is_city() && !by.speaks_for(&handed.territory) {
        let chinese = "只能为本区县上传插件包；全市插件由市平台运维上传";
        return Err(one(Refusal::new("not-entitled", chinese, "a county hands in for itself alone")));
    }
    let now = desk.clock.now();
    let package = Package::read(&handed.component)
        .map_err(|problems| PackageError::Refused(problems.into_iter().map(refusal).collect()))?;
    let signature = Signature::parse(&handed.signature).map_err(one)?;
    let signature = SignatureRecord { key: signature.key, taken_in_at: now, signature: handed.signature.clone() };
    let keys = desk.registry.known_keys(&desk.store).await?;
    let world = desk.world();
    let signed = std::slice::from_ref(&signature);
    let signer = voucher(&handed.component, signed, &keys, &handed.territory, &world.catalogue).map_err(one)?;
    follows(desk, &package, &signer, &keys, handed.downgrade_to.as_ref()).await?;
    let guest = desk.registry.ready(handed.component.clone()).await.map_err(PackageError::Refused)?;
    repeats(guest.clone()).await.map_err(one)?;
    let manifest = guest.package().manifest.clone();
    let receipt = PackageReceipt {
        digest: package.digest.clone(),
        plugin: manifest.name.clone(),
        title: manifest.title.clone(),
        version: manifest.version.to_string(),
        interface: package.interface.to_string(),
        signer,
        asks: request::lines(&manifest).iter().map(Ask::line).collect(),
    };
    let bytes = handed.component.len() as u64;
    let record = PackageRecord { digest: package.digest.clone(), manifest, bytes, taken_in_at: now };
    let change = RegistryChange::Package { record: &record, component: &handed.component, signature: &signature };
    if written(desk.store.change_registry(&change, kept(key, &receipt)?.as_ref(), now).await)? {
        return Ok(receipt);
    }
    Ok(answered(&desk.store, key).await?.ok_or(DeskError::Contended)?)
}

/// Tries a rule twice on invented calls: what does not repeat could not be replayed.
async fn repeats(guest: Guest) -> Result<(), Refusal> {
    let tried = tokio::task::spawn_blocking(move || {
        let settings = sample::settings(&guest.package().manifest);
        double_run(&guest, &settings).map(drop).map_err(refusal)
    });
    let broke_off = |_| Refusal::new("package.not-repeatable", "试运行中断，请重试", "the trial broke off");
    tried.await.map_err(broke_off)?
}

/// One number is one file for ever, a lower one is asked for by name, and a name belongs to whoever
/// handed it in first.
async fn follows(
    desk: &Desk,
    package: &Package,
    signer: &str,
    keys: &[SignerKey],
    downgrade_to: Option<&Version>,
) -> Result<(), PackageError> {
    let there = desk.store.packages(Some(&package.manifest.name)).await?;
    let versions = there.iter().map(|other| (&other.manifest.version, other.digest.as_str()));
    may_follow((&package.manifest.version, &package.digest), versions, downgrade_to).map_err(one)?;
    let is_there = there.iter().any(|other| other.digest == package.digest);
    let Some(first) = there.first().filter(|_| !is_there) else { return Ok(()) };
    let owner = |id: &str| keys.iter().find(|key| key.public.id == id).map(|key| key.owner.clone());
    let signatures = desk.store.signatures(&first.digest).await?;
    let first_owner = signatures.first().and_then(|signature| owner(&signature.key));
    match (first_owner, owner(signer)) {
        (Some(first), Some(own)) if first != own => {
            let chinese = format!("插件名称 {} 已由 {first} 使用，请另起名称", package.manifest.name);
            Err(one(Refusal::new("name-of-another", chinese, "the name belongs to another signer's plugin")))
        }
        _ => Ok(()),
    }
}
