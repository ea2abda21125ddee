//! One revision made ready to run: its bytes are what its digest says, somebody vouches for them
//! who may, and they compile. All of it is checked at install and again at every start.

use super::Registry;
use crate::store::registry::SignatureRecord;
use crate::store::{Store, StoreError};
use chuishao_domain::catalogue::Catalogue;
use chuishao_domain::digest::digest;
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::plugin::rollout::canary::Audience;
use chuishao_domain::plugin::rollout::revision::Revision;
use chuishao_domain::plugin::rollout::{Lane, Rollout};
use chuishao_domain::plugin::signature::{Signature, SignerKey, vouched};
use chuishao_domain::refusal::Refusal;
use chuishao_domain::rule::problem::Problem;
use chuishao_domain::rule::record::{Placement, Stage};
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::package::Package;
use chuishao_sandbox::rulebook::Activation;
use std::sync::{Arc, PoisonError};

/// A fault of a package as a refusal.
pub(super) fn refusal(problem: Problem) -> Refusal {
    let chinese = format!("{}：{}", problem.place, problem.chinese);
    Refusal::new(problem.code, chinese, problem.english)
}

/// Who of these vouches for the bytes in a territory.
///
/// # Errors
/// Why none of them does: the reason of the last.
pub(super) fn voucher(
    bytes: &[u8],
    signatures: &[SignatureRecord],
    keys: &[SignerKey],
    territory: &TerritoryId,
    catalogue: &Catalogue,
) -> Result<String, Refusal> {
    let unsigned = || {
        let chinese = "插件包没有签名，不予加载；请由所属区县或市平台签名后重新上传";
        Refusal::new("unsigned", chinese, "the package is not signed")
    };
    let mut why = None;
    for record in signatures {
        let signed = Signature::parse(&record.signature)
            .and_then(|signature| vouched(bytes, &signature, keys, territory, catalogue, record.taken_in_at));
        match signed {
            Ok(key) => return Ok(key.public.id.clone()),
            Err(refusal) => why = Some(refusal),
        }
    }
    Err(why.unwrap_or_else(unsigned))
}

impl Registry {
    /// A component, ready to be called; from memory, or read, checked and compiled.
    ///
    /// # Errors
    /// The database failed; inside: why the component does not run.
    pub async fn guest(&self, store: &Store, wanted: &str) -> Result<Result<Guest, Vec<Refusal>>, StoreError> {
        if let Some(guest) = self.guests.lock().unwrap_or_else(PoisonError::into_inner).get(wanted) {
            return Ok(Ok(guest.clone()));
        }
        let Some(bytes) = store.component(wanted).await? else {
            let missing = Refusal::new("package-missing", "插件包不在库中，请从备份恢复", "the package is missing");
            return Ok(Err(vec![missing]));
        };
        if digest(&bytes) != wanted {
            let chinese = "插件包的内容与登记的摘要不符，已被改动，不予加载；请从备份恢复";
            return Ok(Err(vec![Refusal::new("package-altered", chinese, "the package was altered")]));
        }
        Ok(self.ready(bytes).await)
    }

    /// Reads and compiles a component, on a thread that may take its time.
    pub(super) async fn ready(&self, bytes: Vec<u8>) -> Result<Guest, Vec<Refusal>> {
        let (engine, code) = (self.engine.clone(), self.code.clone());
        let made = tokio::task::spawn_blocking(move || {
            let package =
                Package::read(&bytes).map_err(|problems| problems.into_iter().map(refusal).collect::<Vec<_>>())?;
            Guest::load(&engine, package, Some(&code)).map_err(|error| vec![refusal(error.problem("组件"))])
        });
        let broke_off = |_| vec![Refusal::new("package-compile", "编译中断，请重试", "compiling broke off")];
        let guest = made.await.map_err(broke_off)??;
        let mut guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(guests.entry(guest.package().digest.clone()).or_insert(guest).clone())
    }

    /// A revision as a rule that can be asked.
    ///
    /// # Errors
    /// The database failed; inside: why the revision does not run.
    pub(super) async fn activation(
        &self,
        store: &Store,
        rollout: &Rollout,
        lane: &Lane<'_>,
        keys: &[SignerKey],
        catalogue: &Catalogue,
    ) -> Result<Result<Arc<Activation>, Vec<Refusal>>, StoreError> {
        let revision = lane.revision;
        let guest = match self.checked(store, &rollout.id.territory, revision, keys, catalogue).await? {
            Ok(guest) => guest,
            Err(problems) => return Ok(Err(problems)),
        };
        let stage = match (lane.shadow, &lane.audience) {
            (true, _) => Stage::Shadow,
            (false, Audience::Canary(_)) => Stage::Canary,
            (false, Audience::Everyone | Audience::Rest(_)) => Stage::On,
        };
        let placement = Placement {
            territory: rollout.id.territory.clone(),
            revision: revision.number,
            stage,
            signer: revision.package.signer.clone(),
        };
        let made = Activation::new(guest, placement, rollout.priority, &revision.settings);
        Ok(made
            .map(|made| Arc::new(Activation { audience: lane.audience.clone(), effective: revision.effective, ..made }))
            .map_err(|problems| problems.into_iter().map(refusal).collect()))
    }

    /// A revision's component, if all that must hold of it does.
    ///
    /// # Errors
    /// The database failed; inside: why the revision may not run.
    pub(super) async fn checked(
        &self,
        store: &Store,
        territory: &TerritoryId,
        revision: &Revision,
        keys: &[SignerKey],
        catalogue: &Catalogue,
    ) -> Result<Result<Guest, Vec<Refusal>>, StoreError> {
        if catalogue.territory(territory).is_none() {
            let chinese = format!("职责清单中没有 {territory} 这个区县，规则不会被询问");
            return Ok(Err(vec![Refusal::new("no-territory", chinese, "there is no such territory")]));
        }
        let guest = match self.guest(store, &revision.package.digest).await? {
            Ok(guest) => guest,
            Err(problems) => return Ok(Err(problems)),
        };
        let signatures = store.signatures(&revision.package.digest).await?;
        let vouches = voucher(&guest.package().bytes, &signatures, keys, territory, catalogue);
        Ok(match vouches {
            Ok(_) if *guest.package().manifest == *revision.package.manifest => Ok(guest),
            Ok(_) => {
                let chinese = "登记的清单与插件包里的不同，已被改动，不予加载；请从备份恢复";
                Err(vec![Refusal::new("manifest-altered", chinese, "the registered manifest was altered")])
            }
            Err(refusal) => Err(vec![refusal]),
        })
    }
}
