//! An entry as rows, and the statements that write them.

use super::super::database::Kind;
use super::super::many::Column::{Integer, Text};
use super::super::many::{ManyRows, RowValues};
use super::super::rows::name_of;
use chuishao_domain::World;
use chuishao_domain::ids::KnowledgeId;
use chuishao_domain::knowledge::entry::Entry;
use chuishao_domain::knowledge::event::Recorded;
use chuishao_domain::knowledge::find::Column;
use jiff::civil::Date;

/// What holds without a last day holds until here: a text that sorts behind every day.
const HOLDS_ON: &str = "9999-12-31";

pub(super) static NEW_ENTRY: ManyRows = ManyRows {
    before: "insert into knowledge (number, version, owner, standing, stage, changed_at, valid_from, valid_until, \
             territories, wakes_on, document) ",
    columns: &[Integer, Integer, Text, Text, Text, Integer, Text, Text, Text, Text, Text],
    after: " on conflict (number) do nothing",
    returning: Some("number"),
};

/// The last column is the version that the change was computed from.
pub(super) static KNOWN_ENTRY: ManyRows = ManyRows {
    before: "update knowledge set version = c.column2, standing = c.column4, stage = c.column5, \
             changed_at = c.column6, valid_from = c.column7, valid_until = c.column8, territories = c.column9, \
             wakes_on = c.column10, document = c.column11 from (",
    columns: &[Integer, Integer, Text, Text, Text, Integer, Text, Text, Text, Text, Text, Integer],
    after: ") as c where knowledge.number = c.column1 and knowledge.version = c.column12",
    returning: Some("number"),
};

pub(super) static EVENT: ManyRows = ManyRows {
    before: "insert into knowledge_event (number, sequence, at, document) ",
    columns: &[Integer, Integer, Integer, Text],
    after: "",
    returning: None,
};

static SQLITE_INDEX: ManyRows = ManyRows {
    before: "insert into knowledge_index (rowid, question, keywords, answer) ",
    columns: &[Integer, Text, Text, Text],
    after: "",
    returning: None,
};

static POSTGRES_INDEX: ManyRows = ManyRows {
    before: "insert into knowledge_index (number, words) select c.column1, c.column2::tsvector from (",
    columns: &[Integer, Text],
    after: ") as c",
    returning: None,
};

/// The statement that writes what [`index_row`] makes.
pub(super) fn index(kind: Kind) -> &'static ManyRows {
    match kind {
        Kind::Sqlite => &SQLITE_INDEX,
        Kind::Postgres => &POSTGRES_INDEX,
    }
}

/// The statement that takes a number out of the index.
pub(super) fn out_of_index(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => "delete from knowledge_index where rowid = $1",
        Kind::Postgres => "delete from knowledge_index where number = $1",
    }
}

/// The number of an id, as it is stored; one that none was handed out for is found nowhere.
pub(super) fn number(id: &KnowledgeId) -> i64 {
    id.number().and_then(|number| i64::try_from(number).ok()).unwrap_or(-1)
}

/// All columns of `knowledge`, in the order of [`NEW_ENTRY`].
pub(super) fn entry_row(entry: &Entry, changed_at: i64) -> Result<RowValues, serde_json::Error> {
    let content = entry.answer.as_ref().map(|answer| &answer.content);
    let day = |day: Option<Date>, otherwise: &str| day.map_or(otherwise.to_owned(), |day| day.to_string());
    let territories: String = content
        .into_iter()
        .flat_map(|content| &content.territories)
        .fold(String::new(), |list, territory| format!("{list},{territory}"));
    let territories = if territories.is_empty() { territories } else { territories + "," };
    Ok(vec![
        number(&entry.id).into(),
        entry.version.cast_signed().into(),
        entry.owner.as_str().into(),
        name_of(&entry.standing)?.into(),
        name_of(&entry.stage())?.into(),
        changed_at.into(),
        day(content.and_then(|content| content.valid_from), "").into(),
        day(content.and_then(|content| content.valid_until), HOLDS_ON).into(),
        territories.into(),
        day(entry.wakes_on(), "").into(),
        serde_json::to_string(entry)?.into(),
    ])
}

pub(super) fn event_row(id: &KnowledgeId, recorded: &Recorded) -> Result<RowValues, serde_json::Error> {
    Ok(vec![
        number(id).into(),
        recorded.sequence.cast_signed().into(),
        recorded.at.as_millisecond().into(),
        serde_json::to_string(recorded)?.into(),
    ])
}

/// The row of the index; nothing for what is not published.
pub(super) fn index_row(kind: Kind, entry: &Entry, world: &World) -> Option<RowValues> {
    let document = entry.document(world)?;
    let mut row = vec![number(&entry.id).into()];
    match kind {
        Kind::Sqlite => row.extend(Column::ALL.map(|column| document.column(column).into())),
        Kind::Postgres => row.push(document.tsvector().into()),
    }
    Some(row)
}
