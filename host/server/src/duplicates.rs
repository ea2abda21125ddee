//! Suggestions to merge (并单建议): what the store finds, ranked by the domain's likeness. They
//! are told to people and do nothing; who merges is a person, and every caller is answered.

use crate::desk::Desk;
use crate::store::StoreError;
use chuishao_domain::duplicates::{Likeness, MOST_SUGGESTIONS, Trace, suggest};
use chuishao_domain::ids::TicketId;
use chuishao_domain::status::Status;
use chuishao_domain::ticket::{Intake, Place, Ticket};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// Documents that are read first, of those that can be likest: enough to fill the list where a pipe burst,
/// so that the others are not read. After them twice as many each time.
const READ_FIRST: usize = 16;

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
    let outlines = desk.store.alike(&trace.candidates(), intake.received_at, &intake.place.estate).await?;
    let mut ranked: Vec<(u16, TicketId)> =
        outlines.into_iter().filter_map(|other| Some((trace.at_most(&other)?, other.id))).collect();
    ranked.sort_by(|(one, id), (other, other_id)| other.cmp(one).then_with(|| id.cmp(other_id)));
    let (mut open, mut traces) = (BTreeMap::new(), Vec::new());
    let mut likenesses: Vec<Likeness> = Vec::new();
    let (mut left, mut size) = (ranked.as_slice(), READ_FIRST);
    while !left.is_empty() {
        let (some, after) = left.split_at(size.min(left.len()));
        (left, size) = (after, size * 2);
        // The least of a full list is liker than any that is left can be.
        let least = likenesses.get(MOST_SUGGESTIONS - 1).map(Likeness::per_mille);
        if least.is_some_and(|least| some.iter().all(|(most, _)| *most < least)) {
            break;
        }
        let ids: Vec<TicketId> = some.iter().map(|(_, id)| id.clone()).collect();
        // What was merged is answered for by its main ticket, which is found like any other.
        let found = desk.store.open_ones(&ids).await?.into_iter();
        for other in found.filter(|other| !other.status().is_ended() && other.status() != Status::Merged) {
            traces.extend(Trace::of(&other));
            open.insert(other.id.clone(), other);
        }
        likenesses = suggest(&trace, &traces);
    }
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
