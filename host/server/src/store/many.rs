//! Statements that write many rows at once (成批写入), the place where the two databases
//! differ most. To PostgreSQL each column goes as one array and several statements go as one:
//! each is a way there and back, and one text is planned once, however many rows come. SQLite
//! has no arrays and no way to go: rows are written out, by powers of two, so that there are
//! few texts to prepare.

use super::database::{Connection, Row, Statement, Transaction, Value};
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Postgres, SqlSafeStr};

/// Rows of one statement on SQLite, which takes 32,766 values: the widest table has 29.
const MOST_ROWS: usize = 256;

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
    /// The one column that is given back of each row that was written.
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
            Connection::Sqlite(_) => self.write_one_by_one(writes).await,
            Connection::Postgres(lent) => {
                let mut query = sqlx::query(AssertSqlSafe(as_one(&writes)).into_sql_str());
                for (many, rows) in writes {
                    query = bind(query, many.columns, rows)?;
                }
                let rows = query.fetch_all(lent.connection()?).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    async fn write_one_by_one(&mut self, writes: Vec<Write>) -> Result<Vec<Row>, sqlx::Error> {
        let mut returned = Vec::new();
        for (many, mut rows) in writes {
            while !rows.is_empty() {
                let count = MOST_ROWS.min(1 << rows.len().ilog2());
                let rest = rows.split_off(count);
                let mut statement = Statement::new(many.before);
                statement.push("values ").push_rows(rows).push(many.after);
                match many.returning {
                    Some(column) => {
                        statement.push(" returning ").push(column);
                        returned.extend(self.all(statement).await?);
                    }
                    None => drop(self.execute(statement).await?),
                }
                rows = rest;
            }
        }
        Ok(returned)
    }
}

/// All statements as one: those before the last as common table expressions, unless something
/// is given back.
fn as_one(writes: &[Write]) -> String {
    let mut value = 0;
    let texts: Vec<String> = writes.iter().map(|(many, _)| postgres_text(many, &mut value)).collect();
    if let [one] = texts.as_slice() {
        return one.clone();
    }
    let returning = |(place, (many, _)): (usize, &Write)| Some(format!("select {} from w{place}", many.returning?));
    let returned: Vec<String> = writes.iter().enumerate().filter_map(returning).collect();
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
    let returning = many.returning.map(|column| format!(" returning {column}")).unwrap_or_default();
    format!("{}{rows}{}{returning}", many.before, many.after)
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
