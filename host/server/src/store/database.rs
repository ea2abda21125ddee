//! The two databases behind one face: SQLite for one county or a try-out, PostgreSQL for a
//! city. Statements are written once, with `$n` placeholders, for both; where they must
//! differ, [`Kind`] says so at the place, and nowhere outside this folder.

use sqlx::postgres::{PgArguments, PgPool, PgRow};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqlitePool, SqliteRow};
use sqlx::{AssertSqlSafe, Postgres, Row as _, SqlSafeStr, Sqlite};
use std::borrow::Cow;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 嵌入式
    Sqlite,
    /// PostgreSQL
    Postgres,
}

/// One value of a statement or of a row.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Integer(Option<i64>),
    Truth(Option<bool>),
    Bytes(Vec<u8>),
}

macro_rules! value_from {
    ($($from:ty: $given:ident => $value:expr;)*) => {
        $(impl From<$from> for Value {
            fn from($given: $from) -> Self {
                $value
            }
        })*
    };
}

value_from! {
    &str: text => Self::Text(text.to_owned());
    String: text => Self::Text(text);
    &String: text => Self::Text(text.clone());
    i64: number => Self::Integer(Some(number));
    Option<i64>: number => Self::Integer(number);
    bool: truth => Self::Truth(Some(truth));
    Option<bool>: truth => Self::Truth(truth);
    Vec<u8>: bytes => Self::Bytes(bytes);
}

/// A statement with its values. The text is ours; whatever comes from outside is a value.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    text: Cow<'static, str>,
    values: Vec<Value>,
}

impl Statement {
    pub(super) fn new(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), values: Vec::new() }
    }

    /// The value of the next `$n` that stands in the text.
    pub(super) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Adds text.
    pub(super) fn push(&mut self, text: &str) -> &mut Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// Adds a value and its placeholder.
    pub(super) fn push_value(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        let placeholder = format!("${}", self.values.len());
        self.push(&placeholder)
    }

    /// Adds `(…), (…)`: rows of values.
    pub(super) fn push_rows(&mut self, rows: Vec<Vec<Value>>) -> &mut Self {
        for (number, row) in rows.into_iter().enumerate() {
            self.push(if number == 0 { "(" } else { ", (" });
            for (place, value) in row.into_iter().enumerate() {
                if place > 0 {
                    self.push(", ");
                }
                self.push_value(value);
            }
            self.push(")");
        }
        self
    }

    fn for_sqlite(self) -> Query<'static, Sqlite, SqliteArguments> {
        let query = sqlx::query(AssertSqlSafe(self.text).into_sql_str());
        self.values.into_iter().fold(query, |query, value| match value {
            Value::Text(text) => query.bind(text),
            Value::Integer(number) => query.bind(number),
            Value::Truth(truth) => query.bind(truth),
            Value::Bytes(bytes) => query.bind(bytes),
        })
    }

    fn for_postgres(self) -> Query<'static, Postgres, PgArguments> {
        let query = sqlx::query(AssertSqlSafe(self.text).into_sql_str());
        self.values.into_iter().fold(query, |query, value| match value {
            Value::Text(text) => query.bind(text),
            Value::Integer(number) => query.bind(number),
            Value::Truth(truth) => query.bind(truth),
            Value::Bytes(bytes) => query.bind(bytes),
        })
    }
}

/// A row that was read.
pub(super) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

macro_rules! column {
    ($($name:ident: $type:ty;)*) => {
        $(pub(super) fn $name(&self, position: usize) -> Result<$type, sqlx::Error> {
            match self {
                Self::Sqlite(row) => row.try_get(position),
                Self::Postgres(row) => row.try_get(position),
            }
        })*
    };
}

impl Row {
    column! {
        text: String;
        integer: i64;
        maybe_integer: Option<i64>;
        truth: bool;
        maybe_truth: Option<bool>;
        bytes: Vec<u8>;
    }
}

/// Connections to one database.
#[derive(Clone)]
pub(super) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Pool {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Sqlite(_) => Kind::Sqlite,
            Self::Postgres(_) => Kind::Postgres,
        }
    }

    /// The rows of a statement that may be run twice: when PostgreSQL was restarted, its old
    /// connections are found broken one by one, and nobody should have to hear of it.
    pub(super) async fn all(&self, statement: Statement) -> Result<Vec<Row>, sqlx::Error> {
        let mut tries = 0;
        loop {
            let rows = match self {
                Self::Sqlite(pool) => wrapped(statement.clone().for_sqlite().fetch_all(pool).await, Row::Sqlite),
                Self::Postgres(pool) => wrapped(statement.clone().for_postgres().fetch_all(pool).await, Row::Postgres),
            };
            match rows {
                Err(error) if is_broken(&error) && tries < MOST_BROKEN => tries += 1,
                rows => return rows,
            }
        }
    }

    pub(super) async fn optional(&self, statement: Statement) -> Result<Option<Row>, sqlx::Error> {
        Ok(self.all(statement).await?.pop())
    }

    pub(super) async fn one(&self, statement: Statement) -> Result<Row, sqlx::Error> {
        self.optional(statement).await?.ok_or(sqlx::Error::RowNotFound)
    }

    /// How many rows it changed.
    pub(super) async fn execute(&self, statement: Statement) -> Result<u64, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(pool) => statement.for_sqlite().execute(pool).await?.rows_affected(),
            Self::Postgres(pool) => statement.for_postgres().execute(pool).await?.rows_affected(),
        })
    }

    /// A transaction that writes.
    pub(super) async fn begin(&self) -> Result<Transaction, sqlx::Error> {
        let mut tries = 0;
        loop {
            let open = match self {
                // Taking the lock at the start, so that the transaction cannot fail half-way for it.
                Self::Sqlite(pool) => pool.begin_with("begin immediate").await.map(Transaction::Sqlite),
                Self::Postgres(pool) => pool.begin().await.map(Transaction::Postgres),
            };
            match open {
                Err(error) if is_broken(&error) && tries < MOST_BROKEN => tries += 1,
                open => return open,
            }
        }
    }

    /// A transaction that only reads, and sees one moment throughout.
    pub(super) async fn snapshot(&self) -> Result<Transaction, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(pool) => Transaction::Sqlite(pool.begin().await?),
            Self::Postgres(pool) => {
                let begin = "begin isolation level repeatable read read only";
                Transaction::Postgres(pool.begin_with(begin).await?)
            }
        })
    }

    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// An open transaction; dropped without [`Transaction::commit`], nothing of it remains.
pub(super) enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Transaction {
    pub(super) async fn all(&mut self, statement: Statement) -> Result<Vec<Row>, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(open) => wrapped(statement.for_sqlite().fetch_all(&mut **open).await, Row::Sqlite)?,
            Self::Postgres(open) => wrapped(statement.for_postgres().fetch_all(&mut **open).await, Row::Postgres)?,
        })
    }

    pub(super) async fn execute(&mut self, statement: Statement) -> Result<u64, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(open) => statement.for_sqlite().execute(&mut **open).await?.rows_affected(),
            Self::Postgres(open) => statement.for_postgres().execute(&mut **open).await?.rows_affected(),
        })
    }

    pub(super) async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(open) => open.commit().await,
            Self::Postgres(open) => open.commit().await,
        }
    }

    pub(super) async fn rollback(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(open) => open.rollback().await,
            Self::Postgres(open) => open.rollback().await,
        }
    }
}

fn wrapped<R>(rows: Result<Vec<R>, sqlx::Error>, wrap: fn(R) -> Row) -> Result<Vec<Row>, sqlx::Error> {
    Ok(rows?.into_iter().map(wrap).collect())
}

/// Broken connections that one statement gets past: as many as a pool may hold.
const MOST_BROKEN: u32 = 16;

/// Whether it is the connection that failed: cut, or closed by a server that shut down.
fn is_broken(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => true,
        // Class 57P: admin shutdown, crash shutdown, cannot connect now, idle timeouts.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}
