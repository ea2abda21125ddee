//! What stands open in the rule's ledgers while a scenario is played, without the rule's namespace.

use chuishao_domain::calendar::civil;
use chuishao_domain::rule::ledger::{LedgerItem, LedgerNote, NoteKind, OpenEntry};
use jiff::Timestamp;

/// Whether an entry is the one that a ledger, with its namespace, and a title name.
pub fn is_of(entry: &OpenEntry, ledger: &str, title: &str) -> bool {
    ledger.split_once('/').is_some_and(|(_, own)| own == entry.ledger) && entry.title == title
}

pub fn enter(entries: &mut Vec<OpenEntry>, item: &LedgerItem, now: Timestamp) {
    let Some((_, ledger)) = item.ledger.split_once('/') else { return };
    entries.push(OpenEntry {
        ledger: ledger.to_owned(),
        title: item.title.clone(),
        entered_on: civil(now).date(),
        handling_unit: item.handling_unit.clone(),
        documents: Vec::new(),
    });
}

pub fn note(entries: &mut Vec<OpenEntry>, note: &LedgerNote) {
    match note.kind {
        NoteKind::Settled => entries.retain(|entry| !is_of(entry, &note.ledger, &note.title)),
        NoteKind::Document => {
            for entry in entries.iter_mut().filter(|entry| is_of(entry, &note.ledger, &note.title)) {
                entry.documents.push(note.text.clone());
            }
        }
    }
}
