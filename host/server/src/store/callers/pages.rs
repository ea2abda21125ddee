//! The vault page by page, for its check (核对): whatever stands under one reference, in one
//! moment. What cannot be read is absent; nothing here is opened.

use super::super::database::{Row, Statement, Transaction};
use super::super::{Store, StoreError};
use chuishao_domain::ids::{CallerRef, TicketId};
use chuishao_domain::vault::envelope::Envelope;
use chuishao_domain::vault::record::Recorded;
use std::collections::BTreeMap;

/// Tickets whose callers are looked at in one go.
const AT_A_TIME: u32 = 500;

/// A sealed row with all its columns.
pub struct HeldRow {
    /// 工单编号
    pub ticket: TicketId,
    /// 密钥编号, as the column says.
    pub key: String,
    /// Who it is, sealed; absent when it is no envelope.
    pub envelope: Option<Envelope>,
    /// What a call from the same number is found by; empty when there is no number.
    pub phone_hash: String,
    /// Whether the clock will look at it.
    pub is_looked_at: bool,
}

/// Whatever stands under one reference.
#[derive(Default)]
pub struct Held {
    /// Whether its ticket is there.
    pub has_ticket: bool,
    /// The sealed row.
    pub row: Option<HeldRow>,
    /// The history in order; an event that is absent cannot be read, or its columns say otherwise.
    pub history: Vec<Option<Recorded>>,
}

/// A page of the vault.
pub struct VaultPage {
    /// What stands there.
    pub held: BTreeMap<CallerRef, Held>,
    /// The ticket where the next page begins behind; absent at the end.
    pub next: Option<TicketId>,
}

impl Store {
    /// Whatever the vault has of the tickets behind one, and of tickets that are not there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn vault_page(&self, after: Option<&TicketId>) -> Result<VaultPage, StoreError> {
        let mut open = self.readers.snapshot().await?;
        let page = page(&mut open, after).await;
        open.rollback().await?;
        page
    }
}

async fn page(open: &mut Transaction, after: Option<&TicketId>) -> Result<VaultPage, StoreError> {
    let asked = Statement::new("select id from ticket where id > $1 order by id limit $2");
    let asked = asked.bind(after.map_or("", TicketId::as_str)).bind(i64::from(AT_A_TIME));
    let ids: Vec<TicketId> =
        open.all(asked).await?.iter().map(|row| Ok(TicketId(row.text(0)?))).collect::<Result<_, StoreError>>()?;
    let next = ids.last().filter(|_| ids.len() == AT_A_TIME as usize).cloned();
    // Up to the last ticket of the page, whatever stands between; behind the last of all, too.
    let within = |columns: &'static str| {
        let mut asked = Statement::new(columns);
        asked.push(" where reference > ").push_value(after.map(CallerRef::of).map_or_else(String::new, |from| from.0));
        if let Some(last) = &next {
            asked.push(" and reference <= ").push_value(CallerRef::of(last).0);
        }
        asked
    };
    let mut held: BTreeMap<CallerRef, Held> = BTreeMap::new();
    for id in &ids {
        held.entry(CallerRef::of(id)).or_default().has_ticket = true;
    }
    let asked = within("select reference, ticket_id, key_id, envelope, phone_hash, look_at from caller_sealed");
    for row in open.all(asked).await? {
        held.entry(CallerRef(row.text(0)?)).or_default().row = Some(held_row(&row)?);
    }
    let mut asked = within("select reference, document, sequence, at from caller_record");
    asked.push(" order by reference, sequence");
    for row in open.all(asked).await? {
        held.entry(CallerRef(row.text(0)?)).or_default().history.push(event(&row));
    }
    Ok(VaultPage { held, next })
}

fn held_row(row: &Row) -> Result<HeldRow, StoreError> {
    Ok(HeldRow {
        ticket: TicketId(row.text(1)?),
        key: row.text(2)?,
        envelope: row.bytes(3).ok().and_then(|bytes| Envelope::from_bytes(&bytes).ok()),
        phone_hash: row.text(4)?,
        is_looked_at: row.maybe_integer(5)?.is_some(),
    })
}

fn event(row: &Row) -> Option<Recorded> {
    let recorded: Recorded = serde_json::from_str(&row.text(1).ok()?).ok()?;
    let columns = (row.integer(2).ok()?, row.integer(3).ok()?);
    (columns == (recorded.sequence.cast_signed(), recorded.at.as_millisecond())).then_some(recorded)
}
