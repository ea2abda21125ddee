//! The check of the vault (核对): each ticket has a caller's record, each record's history is whole,
//! and each sealed row is what the history says it is. Most of it is proved without a key; with
//! the key file it is proved, too, that every row opens.

use crate::store::callers::pages::{Held, HeldRow};
use crate::store::{Store, StoreError};
use chuishao_domain::ids::CallerRef;
use chuishao_domain::vault::keys::KeyRing;
use chuishao_domain::vault::record::{CallerRecord, Recorded};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A record that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultFault {
    /// 来电人代号
    pub reference: CallerRef,
    /// What is wrong.
    pub what: &'static str,
}

/// What the check found.
#[derive(Debug, Default)]
pub struct VaultChecked {
    /// How many records were looked at, erased ones included.
    pub records: u64,
    /// How many rows were opened.
    pub opened: u64,
    /// What is wrong.
    pub faults: Vec<VaultFault>,
}

/// Checks the whole vault, also beside a running server; opens every row where there are keys.
///
/// # Errors
/// The database failed. What cannot be read is a fault, not an error.
pub async fn check(store: &Store, ring: Option<Arc<KeyRing>>) -> Result<VaultChecked, StoreError> {
    let mut checked = VaultChecked::default();
    let mut after = None;
    loop {
        let page = store.vault_page(after.as_ref()).await?;
        // After the page: a key is known before anything is sealed under it.
        let known: BTreeSet<String> = store.known_keys().await?.into_iter().collect();
        let ring = ring.clone();
        let looked_at = tokio::task::spawn_blocking(move || {
            let mut checked = VaultChecked::default();
            for (reference, held) in page.held {
                checked.look_at(reference, &held, &known, ring.as_deref());
            }
            (checked, page.next)
        });
        let (part, next) = looked_at.await.map_err(|error| StoreError::Tool(error.to_string()))?;
        checked.records += part.records;
        checked.opened += part.opened;
        checked.faults.extend(part.faults);
        let Some(next) = next else { return Ok(checked) };
        after = Some(next);
    }
}

impl VaultChecked {
    fn look_at(&mut self, reference: CallerRef, held: &Held, known: &BTreeSet<String>, ring: Option<&KeyRing>) {
        self.records += 1;
        let mut faults = Vec::new();
        if !held.has_ticket {
            faults.push("有来电人记录而没有工单 (a record without a ticket)");
        }
        let record = match history(&reference, held) {
            Ok(record) => Some(record),
            Err(what) => {
                faults.push(what);
                None
            }
        };
        let erased = record.as_ref().map(|record| record.erased_at.is_some());
        match (&held.row, erased) {
            (Some(_), Some(true)) => faults.push("已删除而密文仍在 (it was erased and is still there)"),
            (None, Some(false)) => faults.push("未删除而密文不在 (its sealed row is gone)"),
            _ => {}
        }
        if let Some(row) = &held.row {
            faults.extend(row_faults(&reference, row, record.as_ref(), known));
            if let Some(ring) = ring {
                let opens = opens(&reference, row, ring);
                self.opened += u64::from(opens.is_ok());
                faults.extend(opens.err());
            }
        }
        self.faults.extend(faults.into_iter().map(|what| VaultFault { reference: reference.clone(), what }));
    }
}

/// The record, if its history is whole.
fn history(reference: &CallerRef, held: &Held) -> Result<CallerRecord, &'static str> {
    if held.history.is_empty() {
        return Err("没有来电人记录的留痕 (it has no history)");
    }
    let events: Option<Vec<Recorded>> = held.history.iter().cloned().collect();
    let events = events.ok_or("留痕不能识别，或与检索列不一致 (an event cannot be read)")?;
    let in_order = events.iter().zip(1..).all(|(event, sequence)| event.sequence == sequence);
    let record = CallerRecord::fold(reference, &events).filter(|_| in_order);
    record.ok_or("留痕不连续 (events are missing)")
}

fn row_faults(
    reference: &CallerRef,
    row: &HeldRow,
    record: Option<&CallerRecord>,
    known: &BTreeSet<String>,
) -> Vec<&'static str> {
    let sealed_under = row.envelope.as_ref().map(|envelope| envelope.key().as_str());
    let of_key = |key: &str| row.phone_hash.strip_prefix(key).is_some_and(|rest| rest.starts_with(':'));
    let checks = [
        (CallerRef::of(&row.ticket) == *reference, "代号与工单不一致 (it is another ticket's)"),
        (
            sealed_under == Some(row.key.as_str()) && record.is_none_or(|record| record.key.as_str() == row.key),
            "密钥编号与密文或留痕不一致 (the key's id differs)",
        ),
        (known.contains(&row.key), "所用密钥没有登记 (its key is not known)"),
        (
            row.phone_hash.is_empty() || of_key(&row.key),
            "号码检索值与密钥编号不一致 (the number's hash is another key's)",
        ),
        // Held, only a person brings the end nearer; else the clock has to come by.
        (
            record.is_none_or(|record| record.holds.is_empty() == row.is_looked_at),
            "到期查看时刻与保留不一致 (the clock would pass it by, or erase what is held)",
        ),
    ];
    checks.into_iter().filter(|(good, _)| !good).map(|(_, what)| what).collect()
}

/// Whether it opens, and is found by the number that stands in it.
fn opens(reference: &CallerRef, row: &HeldRow, ring: &KeyRing) -> Result<(), &'static str> {
    let does_not = "密文用密钥文件不能解开 (it does not open)";
    let envelope = row.envelope.as_ref().ok_or(does_not)?;
    let caller = ring.open(reference, envelope).map_err(|_| does_not)?;
    let hashes = caller.number().map(|number| ring.hashes_of(&number)).unwrap_or_default();
    let wanted = hashes.iter().find(|hash| hash.key() == envelope.key()).map(ToString::to_string);
    let is_found = wanted.unwrap_or_default() == row.phone_hash;
    is_found.then_some(()).ok_or("号码检索值与密文不一致 (the number's hash differs)")
}
