//! An entry as rows, and the statements that write them.

use super::super::database::{Kind, Value};
use super::super::many::Column::{Integer, Text};
use super::super::many::{ManyRows, RowValues};
use super::super::rows::name_of;
use chuishao_domain::ids::KnowledgeId;
use chuishao_domain::knowledge::entry::Entry;
use chuishao_domain::knowledge::event::Recorded;
use chuishao_domain::knowledge::find::{Column, Document};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What holds without a last day holds until here: a text that sorts behind every day.
const HOLDS_ON: &str = "9999-12-31";

pub(super) static NEW_ENTRY: ManyRows = ManyRows {
    before: "insert into knowledge (number, version, owner, standing, stage, changed_at, valid_from, valid_until, \
             territories, wakes_on, document, category_names) ",
    columns: &[Integer, Integer, Text, Text, Text, Integer, Text, Text, Text, Text, Text, Text],
    after: " on conflict (number) do nothing",
    returning: Some("number"),
};

/// The last columns are the version that the change was computed from, and the names that the
/// index has it under.
pub(super) static KNOWN_ENTRY: ManyRows = ManyRows {
    before: "update knowledge set version = c.column2, standing = c.column4, stage = c.column5, \
             changed_at = c.column6, valid_from = c.column7, valid_until = c.column8, territories = c.column9, \
             wakes_on = c.column10, document = c.column11, category_names = c.column12 from (",
    columns: &[Integer, Integer, Text, Text, Text, Integer, Text, Text, Text, Text, Text, Text, Integer, Text],
    after: ") as c where knowledge.number = c.column1 and knowledge.version = c.column13 \
            and knowledge.category_names = c.column14",
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
    before: "insert into knowledge_index (number, title, words, valid_from, valid_until, territories) \
             select c.column1, c.column2::tsvector, c.column3::tsvector, c.column4, c.column5, c.column6 from (",
    columns: &[Integer, Text, Text, Text, Text, Text],
    after: ") as c",
    returning: None,
};

/// How many entries have a token. It goes up and down with what is published.
pub(super) static TOKENS: ManyRows = ManyRows {
    before: "insert into knowledge_token (token, entries) ",
    columns: &[Text, Integer],
    after: " on conflict (token) do update set entries = knowledge_token.entries + excluded.entries",
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

/// The columns of `knowledge` in the order of [`NEW_ENTRY`], but for the last.
pub(super) fn entry_row(entry: &Entry, changed_at: i64) -> Result<RowValues, serde_json::Error> {
    let wakes_on = entry.wakes_on().map_or(String::new(), |day| day.to_string());
    let mut row = vec![
        number(&entry.id).into(),
        entry.version.cast_signed().into(),
        entry.owner.as_str().into(),
        name_of(&entry.standing)?.into(),
        name_of(&entry.stage())?.into(),
        changed_at.into(),
    ];
    row.extend(holds(entry));
    row.extend([wakes_on.into(), serde_json::to_string(entry)?.into()]);
    Ok(row)
}

/// When and where what was published holds: first day, last day, territories.
fn holds(entry: &Entry) -> [Value; 3] {
    let content = entry.answer.as_ref().map(|answer| &answer.content);
    let day = |day: Option<Date>, otherwise: &str| day.map_or(otherwise.to_owned(), |day| day.to_string());
    let territories: String = content
        .into_iter()
        .flat_map(|content| &content.territories)
        .fold(String::new(), |list, territory| format!("{list},{territory}"));
    let territories = if territories.is_empty() { territories } else { territories + "," };
    [
        day(content.and_then(|content| content.valid_from), "").into(),
        day(content.and_then(|content| content.valid_until), HOLDS_ON).into(),
        territories.into(),
    ]
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
pub(super) fn index_row(kind: Kind, entry: &Entry, category_names: &str) -> Option<RowValues> {
    let document = entry.document(category_names)?;
    let mut row = vec![number(&entry.id).into()];
    match kind {
        Kind::Sqlite => row.extend(Column::ALL.map(|column| document.column(column).into())),
        Kind::Postgres => {
            row.extend([document.title_tsvector().into(), document.tsvector().into()]);
            row.extend(holds(entry));
        }
    }
    Some(row)
}

/// By how much the entries with each token become more or fewer, when what the index keeps
/// changes from `before` to `after`. In the order of the tokens, so that two commits at a time
/// do not wait for each other crosswise.
pub(super) fn token_rows<'a>(
    before: impl Iterator<Item = &'a Document>,
    after: impl Iterator<Item = &'a Document>,
) -> Vec<RowValues> {
    let mut change: BTreeMap<&str, i64> = BTreeMap::new();
    for (documents, by) in [(before.collect::<Vec<_>>(), -1), (after.collect(), 1)] {
        for token in documents.into_iter().flat_map(Document::tokens) {
            *change.entry(token).or_default() += by;
        }
    }
    change.retain(|_, by| *by != 0);
    change.into_iter().map(|(token, by)| vec![token.into(), by.into()]).collect()
}
