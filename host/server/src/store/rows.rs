//! The rows that a command becomes, and the statements that write the rows of many commands
//! at once.

use super::audit::log;
use super::callers::{RECORD, SEALED, record_row, sealed_row};
use super::changes::{self, ChangeKind};
use super::database::{Transaction, Value};
use super::decisions::{Appended, DECISION, UNSEALED};
use super::figures::Share;
use super::many::Column::{Integer, Text, Truth};
use super::many::{ManyRows, RowValues};
use super::tickets::{Commit, KeptAnswer};
use super::{figures, matter_was, outcomes, outward, to_dos};
use chuishao_domain::account::audit::Entry;
use chuishao_domain::duplicates::Trace;
use chuishao_domain::evaluation::outcome::TicketOutcome;
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::ids::{TicketId, UnitId};
use chuishao_domain::rule::chain::Chain;
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::record::Edition;
use chuishao_domain::ticket::Ticket;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A command as rows, ready to be written.
pub(super) struct Prepared {
    pub(super) id: String,
    pub(super) key: Option<String>,
    is_new: bool,
    /// Where the chain of its decisions then ends.
    pub(super) chain: Chain,
    ticket: RowValues,
    /// Absent when the place and the category stay what they were.
    matter: Option<RowValues>,
    /// What it was, when it changes.
    matter_was: Option<RowValues>,
    answer: Option<RowValues>,
    caller: Option<RowValues>,
    caller_record: Option<RowValues>,
    copies: Vec<RowValues>,
    to_dos: Vec<RowValues>,
    to_dos_done: Vec<RowValues>,
    /// Absent when nothing of it changed.
    outcome: Option<RowValues>,
    /// What changes in the city's figures.
    figures: Vec<RowValues>,
    /// For whoever follows along.
    change: RowValues,
    events: Vec<RowValues>,
    decisions: Vec<RowValues>,
    unsealed: Option<RowValues>,
    pub(super) editions: Vec<Arc<Edition>>,
    outbox: Vec<RowValues>,
    outward: Vec<RowValues>,
    referrals: Vec<RowValues>,
    follow_ons: Vec<RowValues>,
    nominations: Vec<RowValues>,
    ledger_lines: Vec<RowValues>,
    ledger_notes: Vec<RowValues>,
    /// What the audit log tells of it.
    line: Option<Entry>,
}

impl Prepared {
    pub(super) fn new(commit: &Commit<'_>) -> Result<Self, serde_json::Error> {
        let Commit { ticket, events, .. } = *commit;
        let id = &ticket.id;
        let Appended { chain, decisions, unsealed } = Appended::to(commit.before.chain.clone(), id, commit.decisions)?;
        let mut row = ticket_row(ticket, &chain)?;
        row.push(Value::from(commit.generation));
        let is_new = commit.computed_from == 0;
        if !is_new {
            row.push(Value::from(commit.computed_from.cast_signed()));
        }
        let changed = events.iter().find(|event| matter_was::changes(event));
        let (to_dos, to_dos_done) = to_dos::changes(id, &commit.before.to_dos, &ticket.to_dos())?;
        let outcome = TicketOutcome::of(ticket);
        let share = Share::of(ticket, &outcome).since(commit.before.share.clone());
        let copies = new_copies(id, &commit.before.readers, events);
        Ok(Self {
            id: id.to_string(),
            key: commit.answer.map(|answer| answer.key.clone()),
            is_new,
            chain,
            ticket: row,
            matter: if is_new || changed.is_some() { Some(matter_row(ticket)?) } else { None },
            matter_was: changed.filter(|_| !is_new).map(|change| commit.before.matter.row(id, change.at)),
            answer: commit.answer.map(|answer| answer_row(answer, commit.now)),
            caller: commit.caller.map(sealed_row),
            caller_record: commit.caller.map(|new| record_row(&new.sealed.reference, &new.stored)).transpose()?,
            figures: share.into_iter().chain(by_law(&copies)).map(Share::into_row).collect(),
            copies,
            to_dos,
            to_dos_done,
            outcome: (commit.before.outcome.as_ref() != Some(&outcome)).then(|| outcomes::row(&outcome)),
            change: changes::row(ChangeKind::Ticket, id.as_str(), ticket.version, commit.now),
            events: events.iter().map(|event| event_row(id, event)).collect::<Result<_, _>>()?,
            decisions,
            unsealed,
            editions: commit.decisions.iter().map(|decision| decision.edition.clone()).collect(),
            outbox: super::outbox::rows(id, commit.messages, commit.now),
            outward: commit.outward.feed.iter().map(outward::row).collect(),
            referrals: commit.outward.referrals.iter().map(|draft| outward::referral_row(id, draft)).collect(),
            follow_ons: super::follow_on::rows(ticket, events),
            nominations: events.iter().filter_map(|event| super::nominations::row(id, event)).collect(),
            ledger_lines: events.iter().filter_map(|event| super::ledgers::row(ticket, event)).collect(),
            ledger_notes: events.iter().filter_map(|event| super::ledgers::note(ticket, event)).collect(),
            line: commit.line.map(|line| line.entry().clone()),
        })
    }
}

/// The name that serde gives to a case without fields.
pub(super) fn name_of(case: &impl Serialize) -> Result<String, serde_json::Error> {
    let value = serde_json::to_value(case)?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

/// The columns of `ticket`, in the order of [`NEW_TICKET`], without the registry's number.
pub(super) fn ticket_row(ticket: &Ticket, chain: &Chain) -> Result<RowValues, serde_json::Error> {
    let mut row = ticket_columns(ticket)?;
    let (count, head) = (chain.count.cast_signed(), chain.head.as_str());
    row.extend([serde_json::to_string(ticket)?.into(), count.into(), head.into()]);
    Ok(row)
}

/// All columns that repeat the document.
pub(super) fn ticket_columns(ticket: &Ticket) -> Result<RowValues, serde_json::Error> {
    let millis = |at: Option<Timestamp>| at.map(Timestamp::as_millisecond);
    Ok(vec![
        ticket.id.as_str().into(),
        ticket.version.cast_signed().into(),
        name_of(&ticket.status())?.into(),
        ticket.territory().as_str().into(),
        ticket.intake.received_at.as_millisecond().into(),
        ticket.lead_unit().map_or("", |unit| unit.as_str()).into(),
        millis(ticket.due_at()).into(),
        millis(ticket.wakes_at()).into(),
        ticket.awaits_calendar().into(),
        millis(ticket.closed_at()).into(),
        ticket.waits_for().map(|of| name_of(&of)).transpose()?.unwrap_or_default().into(),
        ticket.waits_since().as_millisecond().into(),
    ])
}

/// Written only while the registry's number is the one by which the ticket's rules were chosen:
/// compared in the very statement that compares the version, so that whoever sees a ticket as the
/// new rules left it also sees the new number.
pub(super) static NEW_TICKET: ManyRows = ManyRows {
    before: "insert into ticket (id, version, state, territory, received_at, lead_unit, due_at, wakes_at, \
             awaits_calendar, closed_at, waits_for, waits_since, document, decision_count, decision_head) \
             select c.column1, c.column2, c.column3, c.column4, c.column5, c.column6, c.column7, c.column8, c.column9, \
             c.column10, c.column11, c.column12, c.column13, c.column14, c.column15 from (",
    columns: &[
        Text, Integer, Text, Text, Integer, Text, Integer, Integer, Truth, Integer, Text, Integer, Text, Integer, Text,
        Integer,
    ],
    after: ") as c where c.column16 = (select generation from registry where id = 1) on conflict (id) do nothing",
    returning: Some("id"),
};

/// The last column is the version that the change was computed from.
static KNOWN_TICKET: ManyRows = ManyRows {
    before: "update ticket set version = c.column2, state = c.column3, lead_unit = c.column6, due_at = c.column7, \
             wakes_at = c.column8, awaits_calendar = c.column9, closed_at = c.column10, waits_for = c.column11, \
             waits_since = c.column12, document = c.column13, decision_count = c.column14, \
             decision_head = c.column15 from (",
    columns: &[
        Text, Integer, Text, Text, Integer, Text, Integer, Integer, Truth, Integer, Text, Integer, Text, Integer, Text,
        Integer, Integer,
    ],
    after: ") as c where ticket.id = c.column1 and ticket.version = c.column17 \
            and c.column16 = (select generation from registry where id = 1)",
    returning: Some("id"),
};

pub(super) static ANSWER: ManyRows = ManyRows {
    before: "insert into idempotency (key, digest, answer, at) ",
    columns: &[Text, Text, Text, Integer],
    after: " on conflict (key) do nothing",
    returning: Some("'key ' || key"),
};

pub(super) static MATTER: ManyRows = ManyRows {
    before: "insert into matter \
             (ticket_id, territory, category_group, kind, street, estate, building, received_at, shingles) ",
    columns: &[Text, Text, Text, Text, Text, Text, Text, Integer, Integer],
    after: " on conflict (ticket_id) do update set category_group = excluded.category_group, \
            street = excluded.street, estate = excluded.estate, building = excluded.building, \
            shingles = excluded.shingles",
    returning: None,
};

pub(super) static COPY: ManyRows = ManyRows {
    before: "insert into copy (ticket_id, reader, copied_at, statutory) ",
    columns: &[Text, Text, Integer, Truth],
    after: " on conflict (ticket_id, reader) do nothing",
    returning: None,
};

pub(super) static EVENT: ManyRows = ManyRows {
    before: "insert into event (ticket_id, sequence, at, kind, document) ",
    columns: &[Text, Integer, Integer, Text, Text],
    after: "",
    returning: None,
};

pub(super) static EDITION: ManyRows = ManyRows {
    before: "insert into edition (digest, document) ",
    columns: &[Text, Text],
    after: " on conflict (digest) do nothing",
    returning: None,
};

pub(super) fn matter_row(ticket: &Ticket) -> Result<RowValues, serde_json::Error> {
    let (intake, place) = (&ticket.intake, &ticket.intake.place);
    Ok(vec![
        ticket.id.as_str().into(),
        place.territory.as_str().into(),
        intake.category.group().into(),
        name_of(&intake.matter_kind)?.into(),
        place.street.as_str().into(),
        place.estate.as_str().into(),
        place.building.as_str().into(),
        intake.received_at.as_millisecond().into(),
        Trace::of(ticket).map_or(0, |trace| trace.shingles().cast_signed()).into(),
    ])
}

pub(super) fn answer_row(answer: &KeptAnswer, now: Timestamp) -> RowValues {
    vec![
        answer.key.as_str().into(),
        answer.digest.as_str().into(),
        answer.answer.as_str().into(),
        now.as_millisecond().into(),
    ]
}

/// Each copy is made by one event; a second one to the same reader changes nothing here.
pub(super) fn copy_rows(id: &TicketId, recorded: &Recorded) -> Vec<RowValues> {
    let row = |reader: &UnitId, statutory: bool| {
        vec![id.as_str().into(), reader.as_str().into(), recorded.at.as_millisecond().into(), statutory.into()]
    };
    match &recorded.event {
        // The department's copy is the law's; the levels above read along.
        Event::Dispatched { copy_to, levels_above, .. } => {
            std::iter::once(row(copy_to, true)).chain(levels_above.iter().map(|unit| row(unit, false))).collect()
        }
        Event::CopyAdded { copy } => vec![row(&copy.reader, copy.statutory)],
        _ => Vec::new(),
    }
}

/// The copies that events make to those who had none.
pub(super) fn new_copies(id: &TicketId, readers: &BTreeSet<UnitId>, events: &[Recorded]) -> Vec<RowValues> {
    let mut seen: BTreeSet<String> = readers.iter().map(UnitId::to_string).collect();
    let mut is_new = |row: &RowValues| matches!(&row[1], Value::Text(reader) if seen.insert(reader.clone()));
    events.iter().flat_map(|event| copy_rows(id, event)).filter(|row| is_new(row)).collect()
}

/// What the copies that the law asks for count for.
pub(super) fn by_law(copies: &[RowValues]) -> impl Iterator<Item = Share> {
    copies.iter().filter_map(|row| match &row[..] {
        [_, Value::Text(reader), Value::Integer(Some(at)), Value::Truth(Some(true))] => {
            Some(Share::of_copy(reader, Timestamp::from_millisecond(*at).ok()?))
        }
        _ => None,
    })
}

pub(super) fn event_row(id: &TicketId, recorded: &Recorded) -> Result<RowValues, serde_json::Error> {
    let kind = chuishao_domain::rule::view::event_kind(&recorded.event).map_or("", EventKind::as_str);
    Ok(vec![
        id.as_str().into(),
        recorded.sequence.cast_signed().into(),
        recorded.at.as_millisecond().into(),
        kind.into(),
        serde_json::to_string(recorded)?.into(),
    ])
}

/// What of some commands could be written.
#[derive(Default)]
pub(super) struct Written {
    /// The keys that were still free.
    pub(super) keys: BTreeSet<String>,
    /// The tickets that were new, or still at the version that the change was computed from.
    pub(super) tickets: BTreeSet<String>,
}

/// Keeps the answers under their keys; inserts new tickets, and updates known ones only at the version
/// that each was computed from.
pub(super) async fn write_tickets(open: &mut Transaction, commits: &[&Prepared]) -> Result<Written, sqlx::Error> {
    let answers = commits.iter().filter_map(|commit| commit.answer.clone()).collect();
    let (new, known): (Vec<&Prepared>, Vec<&Prepared>) = commits.iter().partition(|commit| commit.is_new);
    let rows = |commits: Vec<&Prepared>| commits.iter().map(|commit| commit.ticket.clone()).collect();
    let writes = vec![(&ANSWER, answers), (&NEW_TICKET, rows(new)), (&KNOWN_TICKET, rows(known))];
    let mut written = Written::default();
    for row in open.write(writes).await? {
        let text = row.text(0)?;
        match text.strip_prefix("key ") {
            Some(key) => written.keys.insert(key.to_owned()),
            // No id has a space in it.
            None => written.tickets.insert(text),
        };
    }
    Ok(written)
}

/// The editions that decisions of these commands refer to and that are not `known` to be
/// written.
pub(super) fn new_editions(
    commits: &[&Prepared],
    known: &BTreeSet<String>,
) -> Result<BTreeMap<String, String>, serde_json::Error> {
    let all = commits.iter().flat_map(|commit| &commit.editions);
    let new = all.filter(|edition| !known.contains(&edition.digest));
    new.map(|edition| Ok((edition.digest.clone(), serde_json::to_string(edition.as_ref())?))).collect()
}

/// Writes everything that follows from the commands, and what became of deliveries.
pub(super) async fn write_consequences(
    open: &mut Transaction,
    commits: &[&Prepared],
    editions: &BTreeMap<String, String>,
    settled: Vec<RowValues>,
) -> Result<(), sqlx::Error> {
    let one = |of: fn(&Prepared) -> &Option<RowValues>| commits.iter().filter_map(|c| of(c).clone()).collect();
    let many = |of: fn(&Prepared) -> &Vec<RowValues>| commits.iter().flat_map(|c| of(c).clone()).collect();
    let writes = vec![
        (&MATTER, one(|commit| &commit.matter)),
        (&matter_was::MATTER_WAS, one(|commit| &commit.matter_was)),
        (&SEALED, one(|commit| &commit.caller)),
        (&RECORD, one(|commit| &commit.caller_record)),
        (&COPY, many(|commit| &commit.copies)),
        (&to_dos::WANTED, many(|commit| &commit.to_dos)),
        (&to_dos::DONE, many(|commit| &commit.to_dos_done)),
        (&outcomes::OUTCOME, one(|commit| &commit.outcome)),
        (&figures::CHANGE, many(|commit| &commit.figures)),
        (&changes::CHANGE, commits.iter().map(|commit| commit.change.clone()).collect()),
        (&EVENT, many(|commit| &commit.events)),
        (&EDITION, editions.iter().map(|(digest, document)| vec![digest.into(), document.into()]).collect()),
        (&DECISION, many(|commit| &commit.decisions)),
        (&UNSEALED, one(|commit| &commit.unsealed)),
        (&super::outbox::MESSAGE, many(|commit| &commit.outbox)),
        (&outward::OUTWARD, many(|commit| &commit.outward)),
        (&outward::REFERRAL, many(|commit| &commit.referrals)),
        (&super::nominations::NOMINATION, many(|commit| &commit.nominations)),
        (&super::ledgers::LINE, many(|commit| &commit.ledger_lines)),
        (&super::ledgers::NOTE, many(|commit| &commit.ledger_notes)),
        (&super::outbox::SETTLED, settled),
        (&super::follow_on::FOLLOW_ON, many(|commit| &commit.follow_ons)),
    ];
    open.write(writes).await?;
    // The last of all: the other batch waits for the end of the log from here to the disk sync alone,
    // and whoever holds it waits for nobody.
    let lines: Vec<Entry> = commits.iter().filter_map(|commit| commit.line.clone()).collect();
    log(open, &lines).await
}
