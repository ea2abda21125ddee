//! The histories of many tickets at once (成批历史), for work that goes through a whole year beside a
//! running server: a row for each ticket instead of one for each event, and no event is read that
//! nobody asks for.

use super::archive::Record;
use super::database::Statement;
use super::{Store, StoreError};
use chuishao_domain::event::Recorded;
use chuishao_domain::ids::TicketId;
use std::collections::BTreeSet;

/// Tickets of one statement: some milliseconds of reading. The same for each, so that its text is
/// planned once.
pub const HISTORIES_AT_A_TIME: usize = 256;

/// Between a kind and its event, and between events: JSON has neither, nor has a kind.
const KIND_ENDS: char = '\u{1f}';
const EVENT_ENDS: char = '\u{1e}';

/// What happened to one ticket, unread.
pub struct History {
    /// Which.
    pub ticket: TicketId,
    /// Its record in the archive, compressed.
    archived: Option<Vec<u8>>,
    /// Kinds and events.
    live: String,
}

impl History {
    /// The events up to the last one of a kind that is wanted, and all of the same moment with it;
    /// none if there is no such event.
    ///
    /// # Errors
    /// They do not read.
    pub fn up_to_last(&self, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<Recorded>, StoreError> {
        let live: Vec<(&str, &str)> =
            self.live.split(EVENT_ENDS).filter_map(|event| event.split_once(KIND_ENDS)).collect();
        let last = live.iter().rposition(|(kind, _)| is_wanted(kind));
        let Some(archived) = &self.archived else {
            let Some(last) = last else { return Ok(Vec::new()) };
            return read(Vec::new(), &live, last);
        };
        // What is archived is rare and read as a whole.
        let events = Record::read(archived)?.events;
        if live.is_empty() { Ok(events) } else { read(events, &live, live.len() - 1) }
    }
}

/// Reads events up to a place, and on to the end of its moment.
fn read(mut events: Vec<Recorded>, live: &[(&str, &str)], last: usize) -> Result<Vec<Recorded>, StoreError> {
    for (place, (_, document)) in live.iter().enumerate() {
        let event: Recorded = serde_json::from_str(document)?;
        if place > last && events.last().is_none_or(|last: &Recorded| last.at != event.at) {
            break;
        }
        events.push(event);
    }
    Ok(events)
}

impl Store {
    /// The histories of these tickets, in any order; at most [`HISTORIES_AT_A_TIME`]. One without
    /// events is left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn histories(&self, tickets: &[TicketId]) -> Result<Vec<History>, StoreError> {
        if tickets.is_empty() {
            return Ok(Vec::new());
        }
        let mut asked = Statement::new("select ticket_id, string_agg(kind || ");
        asked.push_value(KIND_ENDS.to_string()).push(" || document, ");
        asked
            .push_value(EVENT_ENDS.to_string())
            .push(" order by sequence), min(sequence) from event where ticket_id in ");
        push_ids(&mut asked, tickets, HISTORIES_AT_A_TIME);
        asked.push(" group by ticket_id");
        let mut histories = Vec::with_capacity(tickets.len());
        let mut whole = BTreeSet::new();
        for row in self.readers.all(asked).await? {
            let ticket = row.text(0)?;
            histories.push(History { ticket: TicketId(ticket.clone()), archived: None, live: row.text(1)? });
            if row.integer(2)? == 1 {
                whole.insert(ticket);
            }
        }
        let archived: Vec<TicketId> = tickets.iter().filter(|id| !whole.contains(id.as_str())).cloned().collect();
        if archived.is_empty() {
            return Ok(histories);
        }
        let mut asked = Statement::new("select ticket_id, document from archive where ticket_id in ");
        push_ids(&mut asked, &archived, HISTORIES_AT_A_TIME);
        for row in self.readers.all(asked).await? {
            let (ticket, record) = (TicketId(row.text(0)?), Some(row.bytes(1)?));
            match histories.iter_mut().find(|history| history.ticket == ticket) {
                Some(history) => history.archived = record,
                None => histories.push(History { ticket, archived: record, live: String::new() }),
            }
        }
        Ok(histories)
    }
}

/// Adds a list of so many ids, the last one repeated.
fn push_ids(asked: &mut Statement, tickets: &[TicketId], count: usize) {
    asked.push("(");
    let last = tickets.iter().skip(tickets.len() - 1).cycle();
    for (place, id) in tickets.iter().chain(last).take(count).enumerate() {
        if place > 0 {
            asked.push(", ");
        }
        asked.push_value(id.as_str());
    }
    asked.push(")");
}
