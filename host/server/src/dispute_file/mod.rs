//! The dispute file (一案一档): one page for a person who is no programmer, with everything that
//! rules decided on a ticket and why, how it shows that nothing of it was changed, and how anybody
//! can check that. It goes out of the house: it has no caller, and every text is redacted.
//!
//! - this file: what it is made from; `page`: what it says; `html`: how that is written.

mod html;
mod page;

use crate::reference::Known;
use crate::store::decisions::StoredDecision;
use crate::store::registry::SignatureRecord;
use crate::store::{Store, StoreError};
use chuishao_domain::event::Recorded;
use chuishao_domain::ids::TicketId;
use chuishao_domain::rule::chain::{self, ChainFault};
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::record::DecisionRecord;
use chuishao_domain::rule::seal::Seal;
use chuishao_domain::ticket::Ticket;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What stands in a dispute file.
pub struct DisputeFile {
    ticket: Ticket,
    history: Vec<Recorded>,
    decisions: Vec<(StoredDecision, DecisionRecord)>,
    /// What is wrong with the chain of its decisions, now.
    faults: Vec<ChainFault>,
    /// The seals that cover it, each with the number of decisions that it covers.
    seals: Vec<(Seal, u64)>,
    /// What is registered of each component, by its digest.
    origins: BTreeMap<String, Origin>,
    made_at: Timestamp,
}

/// What is registered of a component.
struct Origin {
    manifest: Arc<Manifest>,
    signatures: Vec<SignatureRecord>,
}

impl DisputeFile {
    /// Gathers what is known of a ticket; nothing when there is no such ticket.
    ///
    /// # Errors
    /// The database failed, or a record cannot be read.
    pub async fn of(store: &Store, id: &TicketId, now: Timestamp) -> Result<Option<Self>, StoreError> {
        let Some(current) = store.current(id).await? else { return Ok(None) };
        let history = store.history(id).await?;
        let stored = store.stored_decisions(id).await?;
        let faults = chain::check(id, stored.iter().map(StoredDecision::link), &current.chain);
        let mut decisions = Vec::with_capacity(stored.len());
        let mut origins = BTreeMap::new();
        for one in stored {
            let record = one.record()?;
            let digest = &record.edition.component_digest;
            if !origins.contains_key(digest)
                && let Some(package) = store.package(digest).await?
            {
                let signatures = store.signatures(digest).await?;
                origins.insert(digest.clone(), Origin { manifest: package.manifest, signatures });
            }
            decisions.push((one, record));
        }
        let seals = if decisions.is_empty() { Vec::new() } else { store.seals_over(id).await? };
        Ok(Some(Self { ticket: current.ticket, history, decisions, faults, seals, origins, made_at: now }))
    }

    /// As the audit log tells that it left: of which ticket, how many decisions.
    #[must_use]
    pub fn as_exported(&self) -> String {
        format!("导出一案一档：工单 {}，决定记录 {} 条", self.ticket.id, self.decisions.len())
    }

    /// The page, whole in itself: nothing is fetched from elsewhere and nothing runs in it.
    #[must_use]
    pub fn to_html(&self, known: &Known) -> String {
        page::page(self, known)
    }
}
