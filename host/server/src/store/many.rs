//! Statements that write many rows at once (成批写入), the place where the two databases
//! differ most. What a command writes into a dozen tables goes to the database as one text with one value
//! for each table or column: a statement by itself is a way there and back, on SQLite to its own thread, and
//! one text is planned once, however many rows come. PostgreSQL takes each column as an array and the
//! statements as one; SQLite takes each table's rows as one JSON text, and the statements one after the other.

use super::database::{Connection, Row, Transaction, Value};
use chuishao_domain::digest::hex;
use serde::{Serialize, Serializer};
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Postgres, SqlSafeStr};

pub(super) type RowValues = Vec<Value>;

/// What a column holds.
#[derive(Clone, Copy)]
pub(super) enum Column {
    Text,
    Integer,
    Truth,
    Bytes,
}

/// A statement over rows: `before`, the rows, `after`. Where the rows have to be named, their
/// columns are `column1`, `column2` and so on.
pub(super) struct ManyRows {
    pub(super) before: &'static str,
    pub(super) columns: &'static [Column],
    pub(super) after: &'static str,
    /// What is given back of each row that was written.
    pub(super) returning: Option<&'static str>,
}

/// Rows, and what to do with them.
pub(super) type Write = (&'static ManyRows, Vec<RowValues>);

impl Transaction {
    /// Carries out all of them; what those with `returning` give back. They must not touch the
    /// same rows.
    pub(super) async fn write(&mut self, mut writes: Vec<Write>) -> Result<Vec<Row>, sqlx::Error> {
        // Most commands write into few of the tables. There are few mixtures of them, so that
        // their texts stay planned.
        writes.retain(|(_, rows)| !rows.is_empty());
        if writes.is_empty() {
            return Ok(Vec::new());
        }
        match self.connection() {
            Connection::Sqlite(lent) => {
                let mut query = sqlx::query(AssertSqlSafe(one_by_one(&writes)).into_sql_str());
                for (_, rows) in writes {
                    query =
                        query.bind(serde_json::to_string(&rows).map_err(|error| sqlx::Error::Encode(error.into()))?);
                }
                Ok(query.fetch_all(lent.connection()?).await?.into_iter().map(Row::Sqlite).collect())
            }
            Connection::Postgres(lent) => {
                let mut query = sqlx::query(AssertSqlSafe(as_one(&writes)).into_sql_str());
                for (many, rows) in writes {
                    query = bind(query, many.columns, rows)?;
                }
                Ok(query.fetch_all(lent.connection()?).await?.into_iter().map(Row::Postgres).collect())
            }
        }
    }
}

fn returning(many: &ManyRows) -> String {
    many.returning.map(|value| format!(" returning {value} as written")).unwrap_or_default()
}

/// As it stands in the JSON text of its table's rows.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => text.serialize(serializer),
            Self::Integer(number) => number.serialize(serializer),
            Self::Truth(truth) => truth.serialize(serializer),
            Self::Bytes(bytes) => hex(bytes).serialize(serializer),
        }
    }
}

/// All statements of SQLite, one after the other.
fn one_by_one(writes: &[Write]) -> String {
    let texts: Vec<String> = writes.iter().enumerate().map(|(place, (many, _))| sqlite_text(many, place + 1)).collect();
    texts.join("; ")
}

fn sqlite_text(many: &ManyRows, value: usize) -> String {
    let column = |(place, column): (usize, &Column)| match column {
        Column::Bytes => format!("unhex(value ->> {place}) as column{}", place + 1),
        Column::Text | Column::Integer | Column::Truth => format!("value ->> {place} as column{}", place + 1),
    };
    let columns: Vec<String> = many.columns.iter().enumerate().map(column).collect();
    // `where true`, or an `on` that follows were taken for that of a join.
    let rows = format!("select {} from json_each(${value}) where true", columns.join(", "));
    format!("{}{rows}{}{}", many.before, many.after, returning(many))
}

/// All statements as one: those before the last as common table expressions, unless something
/// is given back.
fn as_one(writes: &[Write]) -> String {
    let mut value = 0;
    let texts: Vec<String> = writes.iter().map(|(many, _)| postgres_text(many, &mut value)).collect();
    if let [one] = texts.as_slice() {
        return one.clone();
    }
    let returned = writes.iter().enumerate().filter(|(_, (many, _))| many.returning.is_some());
    let returned: Vec<String> = returned.map(|(place, _)| format!("select written from w{place}")).collect();
    let named = |texts: &[String]| {
        let named: Vec<String> =
            texts.iter().enumerate().map(|(place, text)| format!("w{place} as ({text})")).collect();
        named.join(", ")
    };
    match texts.split_last() {
        Some((last, before)) if returned.is_empty() => format!("with {} {last}", named(before)),
        _ => format!("with {} {}", named(&texts), returned.join(" union all ")),
    }
}

fn postgres_text(many: &ManyRows, value: &mut usize) -> String {
    let (mut arrays, mut names) = (Vec::new(), Vec::new());
    for (place, column) in many.columns.iter().enumerate() {
        *value += 1;
        let of = match column {
            Column::Text => "text",
            Column::Integer => "bigint",
            Column::Truth => "boolean",
            Column::Bytes => "bytea",
        };
        arrays.push(format!("${value}::{of}[]"));
        names.push(format!("column{}", place + 1));
    }
    let rows = format!("select * from unnest({}) as given ({})", arrays.join(", "), names.join(", "));
    format!("{}{rows}{}{}", many.before, many.after, returning(many))
}

type PostgresQuery = Query<'static, Postgres, PgArguments>;

/// Turns rows into one array for each column.
fn bind(mut query: PostgresQuery, columns: &[Column], rows: Vec<RowValues>) -> Result<PostgresQuery, sqlx::Error> {
    let mut rows: Vec<_> = rows.into_iter().map(Vec::into_iter).collect();
    for column in columns {
        let values = rows.iter_mut().map(|row| row.next().ok_or(()));
        query = match column {
            Column::Text => {
                query.bind(array(values, |value| if let Value::Text(text) = value { Ok(text) } else { Err(()) })?)
            }
            Column::Integer => query
                .bind(array(values, |value| if let Value::Integer(number) = value { Ok(number) } else { Err(()) })?),
            Column::Truth => {
                query.bind(array(values, |value| if let Value::Truth(truth) = value { Ok(truth) } else { Err(()) })?)
            }
            Column::Bytes => {
                query.bind(array(values, |value| if let Value::Bytes(bytes) = value { Ok(bytes) } else { Err(()) })?)
            }
        };
    }
    Ok(query)
}

fn array<T>(
    values: impl Iterator<Item = Result<Value, ()>>,
    of: impl Fn(Value) -> Result<T, ()>,
) -> Result<Vec<T>, sqlx::Error> {
    let array = values.map(|value| value.and_then(&of)).collect::<Result<_, _>>();
    // A fault of this program: a table's columns and its rows are written side by side.
    array.map_err(|()| sqlx::Error::Encode("a value does not fit its column".into()))
}
