//! Suggestions to merge (并单建议): what the store finds, ranked by the domain's likeness. They
//! are told to people and do nothing; who merges is a person, and every caller is answered.

use crate::desk::Desk;
use crate::store::StoreError;
use chuishao_domain::duplicates::{Likeness, Outline, Trace, suggest};
use chuishao_domain::ids::TicketId;
use chuishao_domain::status::Status;
use chuishao_domain::ticket::{Intake, Place, Ticket};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// A ticket that may be the same matter.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Suggestion {
    /// 工单编号
    pub ticket: TicketId,
    /// 标题
    pub title: String,
    /// 发生地
    pub place: Place,
    /// 来电时刻
    #[schemars(with = "String")]
    pub received_at: Timestamp,
    /// 状态
    pub state: &'static str,
    /// 相似度, 0 to 1000.
    pub per_mille: u16,
    /// In words: 「同一小区、同类、2 小时内、描述相近 71 %」.
    pub explanation: String,
    /// The same in English.
    pub english: String,
    /// In figures.
    pub likeness: Likeness,
}

/// What may be the same matter as a ticket, the likest first. Of a confidential matter nothing is
/// compared, and none is suggested.
///
/// # Errors
/// The database failed.
pub async fn of_ticket(desk: &Desk, ticket: &Ticket) -> Result<Vec<Suggestion>, StoreError> {
    of_intake(desk, &ticket.id, &ticket.intake).await
}

/// The same for what a call taker has written down so far.
///
/// # Errors
/// The database failed.
pub async fn of_intake(desk: &Desk, id: &TicketId, intake: &Intake) -> Result<Vec<Suggestion>, StoreError> {
    let Some(trace) = Trace::of_intake(id, intake) else { return Ok(Vec::new()) };
    let may_suggest = |other: &Outline| trace.may_suggest(other);
    let found = desk.store.alike(&trace.candidates(), intake.received_at, &intake.place.estate, may_suggest).await?;
    // What was merged is answered for by its main ticket, which is found like any other.
    let found = found.into_iter().filter(|other| !other.status().is_ended() && other.status() != Status::Merged);
    let mut open: BTreeMap<TicketId, Ticket> = found.map(|other| (other.id.clone(), other)).collect();
    let traces: Vec<Trace> = open.values().filter_map(Trace::of).collect();
    let likenesses = suggest(&trace, &traces);
    Ok(likenesses.into_iter().filter_map(|likeness| Some(told(open.remove(&likeness.other)?, likeness))).collect())
}

fn told(ticket: Ticket, likeness: Likeness) -> Suggestion {
    Suggestion {
        state: ticket.status().term(),
        per_mille: likeness.per_mille(),
        explanation: likeness.explanation(),
        english: likeness.english(),
        ticket: ticket.id,
        title: ticket.intake.title,
        place: ticket.intake.place,
        received_at: ticket.intake.received_at,
        likeness,
    }
}
