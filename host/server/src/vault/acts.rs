//! Commands on a caller's record. The event is written first; only then is anything shown. A
//! look that was answered is not answered again: who has to look twice has two events.

use super::seal;
use crate::desk::{Desk, DeskError};
use crate::once::{Key, kept, once, written};
use crate::store::callers::{CallerChange, Kept, RowChange};
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::ids::CallerRef;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::sight;
use chuishao_domain::ticket::Ticket;
use chuishao_domain::vault::caller::MaskedCaller;
use chuishao_domain::vault::envelope::EnvelopeError;
use chuishao_domain::vault::handle::{Command, handle};
use chuishao_domain::vault::record::{CallerRecord, Event, Ground, Recorded};
use chuishao_domain::vault::retention::Standing;
use chuishao_domain::vault::unmask::{Field, may_audit};
use chuishao_domain::vault::{Caller, narrate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// What a command came to. Nothing of the caller stands in it: it is kept for repeated requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CallerReceipt {
    /// 来电人代号
    pub reference: CallerRef,
    /// The version of the record that it made.
    pub version: u64,
    /// What happened, in words.
    pub happened: String,
}

/// What was asked to be shown.
#[derive(Serialize, schemars::JsonSchema)]
pub struct Shown {
    /// The receipt.
    #[serde(flatten)]
    pub receipt: CallerReceipt,
    /// 姓名
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// 联系电话
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// A correction (更正), as the caller asks for it.
pub struct Correction {
    /// 姓名, if it was wrong.
    pub name: Option<String>,
    /// 联系电话, if it was wrong.
    pub phone: Option<String>,
    /// 事由
    pub words: String,
}

/// A record with what the rules ask about it.
pub(super) struct Opened {
    pub(super) record: CallerRecord,
    pub(super) standings: Vec<Standing>,
    ticket: Option<Ticket>,
    kept: Option<Kept>,
}

/// Reads a record. The history comes first: what is read after it can only be newer, and then the
/// event that was computed from it is not written.
pub(super) async fn open(desk: &Desk, reference: &CallerRef) -> Result<Opened, DeskError> {
    let history = desk.store.caller_history(reference).await?;
    let record = CallerRecord::fold(reference, &history).ok_or_else(|| {
        Refusal::new("no-caller", "没有这个来电人代号，请从工单核对", "there is no such caller record")
    })?;
    let kept = desk.store.kept_caller(reference).await?;
    let ticket = match &kept {
        Some(kept) => desk.store.ticket(&kept.ticket).await?,
        None => None,
    };
    Ok(Opened { record, standings: ticket.iter().map(Standing::of).collect(), ticket, kept })
}

impl Opened {
    /// Who it is. The vault was tampered with when the record stands and its row is gone.
    async fn caller(&self, desk: &Desk) -> Result<Caller, DeskError> {
        let kept = self.kept.as_ref().ok_or(EnvelopeError::Malformed);
        let opened = match kept {
            Ok(kept) => desk.keys.ring().await.open(&self.record.reference, &kept.envelope),
            Err(error) => Err(error),
        };
        opened.map_err(|error| DeskError::Vault(error.into()))
    }

    fn judge(&self, desk: &Desk, command: &Command, by: &By) -> Result<Recorded, Refusal> {
        let now = desk.clock.now();
        let event = handle(&self.record, &self.standings, command, &Actor::Known(by.clone()), now)?;
        Ok(Recorded { sequence: self.record.version + 1, at: now, by: by.clone(), event })
    }
}

/// What an event does to the row, where nothing was sealed again.
fn row_change(record: &CallerRecord, recorded: &Recorded) -> RowChange {
    match &recorded.event {
        Event::HoldPlaced { .. } => RowChange::LookAt(None),
        // The clock sees at once whether its time has run out meanwhile.
        Event::HoldLifted { number, .. } if record.holds.iter().all(|hold| hold.number == *number) => {
            RowChange::LookAt(Some(recorded.at))
        }
        Event::Erased { .. } => RowChange::Gone,
        _ => RowChange::Stays,
    }
}

/// Writes one event; nothing when somebody was quicker.
async fn write(
    desk: &Desk,
    record: &CallerRecord,
    recorded: Recorded,
    row: RowChange,
    key: Option<&Key>,
) -> Result<Option<CallerReceipt>, DeskError> {
    let receipt = CallerReceipt {
        reference: record.reference.clone(),
        version: recorded.sequence,
        happened: narrate::event(&recorded.event).chinese,
    };
    let (now, answer) = (recorded.at, kept(key, &receipt)?);
    let change = CallerChange { reference: record.reference.clone(), recorded, row };
    let changed = desk.store.change_callers(&[change], answer.as_ref().map(|answer| (answer, now))).await;
    let (nobody_was_quicker, committed) = match changed {
        Ok(done) => (!done.is_empty(), Ok(())),
        Err(error) => (false, Err(error)),
    };
    Ok((written(committed)? && nobody_was_quicker).then_some(receipt))
}

/// Carries out a command that shows nothing and seals nothing.
///
/// # Errors
/// See [`DeskError`]; when there is one, nothing was written.
pub async fn submit(
    desk: &Desk,
    reference: &CallerRef,
    command: &Command,
    by: &By,
    key: Option<&Key>,
) -> Result<CallerReceipt, DeskError> {
    let attempt = || async {
        let opened = open(desk, reference).await?;
        let recorded = opened.judge(desk, command, by)?;
        let row = row_change(&opened.record, &recorded);
        write(desk, &opened.record, recorded, row, key).await
    };
    once(&desk.store, key, attempt).await
}

/// Shows a caller for a purpose, once.
///
/// # Errors
/// See [`DeskError`]; when there is one, nothing was written, or the look was answered before.
pub async fn unmask(
    desk: &Desk,
    reference: &CallerRef,
    command: &Command,
    by: &By,
    key: Option<&Key>,
) -> Result<Shown, DeskError> {
    // Filled by the attempt that wrote the event, and by no other.
    let seen = OnceLock::new();
    let attempt = || async {
        let opened = open(desk, reference).await?;
        let recorded = opened.judge(desk, command, by)?;
        let fields = match &recorded.event {
            Event::Unmasked { fields, .. } => fields.clone(),
            _ => BTreeSet::new(),
        };
        // Before the event: what does not open was not seen.
        let caller = opened.caller(desk).await?;
        let receipt = write(desk, &opened.record, recorded, RowChange::Stays, key).await?;
        if receipt.is_some() {
            let name = fields.contains(&Field::Name).then(|| caller.name.clone());
            let _ = seen.set((name, fields.contains(&Field::Phone).then(|| caller.phone.clone())));
        }
        Ok::<_, DeskError>(receipt)
    };
    let receipt = once(&desk.store, key, attempt).await?;
    let (name, phone) = seen.into_inner().ok_or_else(|| {
        Refusal::new(
            "already-shown",
            "这次查看已经答复过，不再重复显示；如仍需查看，请换一个新的 Idempotency-Key 再次申请，将另行留痕",
            "this look was answered before; look again under a new key",
        )
    })?;
    Ok(Shown { receipt, name, phone })
}

/// Corrects a record.
///
/// # Errors
/// See [`DeskError`]; when there is one, nothing was written.
pub async fn correct(
    desk: &Desk,
    reference: &CallerRef,
    correction: &Correction,
    by: &By,
    key: Option<&Key>,
) -> Result<CallerReceipt, DeskError> {
    let named = [(Field::Name, &correction.name), (Field::Phone, &correction.phone)];
    let fields: BTreeSet<Field> = named.iter().filter(|(_, new)| new.is_some()).map(|(field, _)| *field).collect();
    let attempt = || async {
        let ring = desk.keys.ring().await;
        let opened = open(desk, reference).await?;
        let (key_id, words) = (ring.current().clone(), correction.words.clone());
        let recorded = opened.judge(desk, &Command::Correct { fields: fields.clone(), key: key_id, words }, by)?;
        let mut caller = opened.caller(desk).await?;
        if let Some(name) = &correction.name {
            caller.name.clone_from(name);
        }
        if let Some(phone) = &correction.phone {
            caller.phone.clone_from(phone);
        }
        let row = RowChange::Sealed(seal(&ring, reference, &caller)?);
        write(desk, &opened.record, recorded, row, key).await
    };
    once(&desk.store, key, attempt).await
}

/// Erases a record whose time is over. That somebody was quicker does no harm: the clock looks
/// again.
pub(super) async fn erase_overdue(desk: &Desk, reference: &CallerRef) -> Result<(), DeskError> {
    let opened = open(desk, reference).await?;
    let recorded = opened.judge(desk, &Command::Erase { ground: Ground::TimeOver }, &By::Clock)?;
    write(desk, &opened.record, recorded, RowChange::Gone, None).await.map(drop)
}

/// A caller as his ticket may show him, to posts that may see that.
///
/// # Errors
/// See [`DeskError`].
pub async fn masked(desk: &Desk, reference: &CallerRef, by: &By) -> Result<MaskedCaller, DeskError> {
    let opened = open(desk, reference).await?;
    if opened.record.erased_at.is_some() {
        return Err(Refusal::new("caller-erased", "来电人信息已删除", "the record was erased").into());
    }
    let seen = opened.ticket.as_ref().and_then(|ticket| Some(sight::of(by, ticket)?.has_mask(ticket)));
    if seen != Some(true) {
        return Err(not_entitled("该岗位不能查看此工单来电人的脱敏信息；保密工单仅限热线人员").into());
    }
    Ok(opened.caller(desk).await?.masked())
}

/// A record's history, to those who audit.
///
/// # Errors
/// See [`DeskError`].
pub async fn history(desk: &Desk, reference: &CallerRef, by: &By) -> Result<Vec<Recorded>, DeskError> {
    if !may_audit(by) {
        return Err(not_entitled("来电人记录的留痕仅限审核员和热线工作机构查看").into());
    }
    let history = desk.store.caller_history(reference).await?;
    if history.is_empty() {
        return Err(
            Refusal::new("no-caller", "没有这个来电人代号，请从工单核对", "there is no such caller record").into()
        );
    }
    Ok(history)
}

fn not_entitled(chinese: &'static str) -> Refusal {
    Refusal::new("not-entitled", chinese, "this post may not see that")
}
