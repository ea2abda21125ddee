//! The two databases behind one face: SQLite for one county or a try-out, PostgreSQL for a
//! city. Statements are written once, with `$n` placeholders, for both; where they must
//! differ, [`Kind`] says so at the place, and nowhere outside this folder.

use super::kept::{Kept, Lent};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
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
#[derive(Clone, Debug, PartialEq)]
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

    pub(super) fn into_text(self) -> String {
        self.text.into_owned()
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
    Sqlite(Kept<Sqlite>),
    Postgres(Kept<Postgres>),
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

/// When PostgreSQL was restarted, its old connections are found broken one by one, and nobody
/// should have to hear of it.
macro_rules! again {
    ($work:expr) => {{
        let mut tries = 0;
        loop {
            match $work.await {
                Err(error) if is_broken(&error) && tries < MOST_BROKEN => tries += 1,
                done => break done,
            }
        }
    }};
}

impl Pool {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Sqlite(_) => Kind::Sqlite,
            Self::Postgres(_) => Kind::Postgres,
        }
    }

    async fn take(&self) -> Result<Connection, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(kept) => Connection::Sqlite(kept.take().await?),
            Self::Postgres(kept) => Connection::Postgres(kept.take().await?),
        })
    }

    /// The rows of a statement that may be run twice.
    pub(super) async fn all(&self, statement: Statement) -> Result<Vec<Row>, sqlx::Error> {
        again!(self.all_once(statement.clone()))
    }

    async fn all_once(&self, statement: Statement) -> Result<Vec<Row>, sqlx::Error> {
        let mut connection = self.take().await?;
        let done = connection.all(statement).await;
        connection.give_back_unless_broken(&done);
        done
    }

    pub(super) async fn optional(&self, statement: Statement) -> Result<Option<Row>, sqlx::Error> {
        Ok(self.all(statement).await?.pop())
    }

    pub(super) async fn one(&self, statement: Statement) -> Result<Row, sqlx::Error> {
        self.optional(statement).await?.ok_or(sqlx::Error::RowNotFound)
    }

    /// How many rows a statement changed that may be run twice.
    pub(super) async fn execute(&self, statement: Statement) -> Result<u64, sqlx::Error> {
        again!(self.execute_once(statement.clone()))
    }

    async fn execute_once(&self, statement: Statement) -> Result<u64, sqlx::Error> {
        let mut connection = self.take().await?;
        let done = connection.execute(statement).await;
        connection.give_back_unless_broken(&done);
        done
    }

    /// A transaction that writes.
    pub(super) async fn begin(&self) -> Result<Transaction, sqlx::Error> {
        self.begin_with(match self.kind() {
            // Taking the lock at the start, so that the transaction cannot fail half-way for it.
            Kind::Sqlite => "begin immediate",
            Kind::Postgres => "begin",
        })
        .await
    }

    /// A transaction that only reads, and sees one moment throughout.
    pub(super) async fn snapshot(&self) -> Result<Transaction, sqlx::Error> {
        self.begin_with(match self.kind() {
            Kind::Sqlite => "begin",
            Kind::Postgres => "begin isolation level repeatable read read only",
        })
        .await
    }

    async fn begin_with(&self, begin: &'static str) -> Result<Transaction, sqlx::Error> {
        again!(self.begin_once(begin))
    }

    async fn begin_once(&self, begin: &'static str) -> Result<Transaction, sqlx::Error> {
        let mut connection = self.take().await?;
        connection.execute(Statement::new(begin)).await?;
        Ok(Transaction(connection))
    }

    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite(kept) => kept.close().await,
            Self::Postgres(kept) => kept.close().await,
        }
    }
}

/// A connection that is lent out.
pub(super) enum Connection {
    Sqlite(Lent<Sqlite>),
    Postgres(Lent<Postgres>),
}

impl Connection {
    async fn all(&mut self, statement: Statement) -> Result<Vec<Row>, sqlx::Error> {
        fn wrapped<R>(rows: Vec<R>, wrap: fn(R) -> Row) -> Vec<Row> {
            rows.into_iter().map(wrap).collect()
        }
        Ok(match self {
            Self::Sqlite(lent) => wrapped(statement.for_sqlite().fetch_all(lent.connection()?).await?, Row::Sqlite),
            Self::Postgres(lent) => {
                wrapped(statement.for_postgres().fetch_all(lent.connection()?).await?, Row::Postgres)
            }
        })
    }

    async fn execute(&mut self, statement: Statement) -> Result<u64, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(lent) => statement.for_sqlite().execute(lent.connection()?).await?.rows_affected(),
            Self::Postgres(lent) => statement.for_postgres().execute(lent.connection()?).await?.rows_affected(),
        })
    }

    fn give_back_unless_broken<T>(self, done: &Result<T, sqlx::Error>) {
        if done.as_ref().err().is_none_or(|error| !is_broken(error)) {
            self.give_back();
        }
    }

    fn give_back(self) {
        match self {
            Self::Sqlite(lent) => lent.give_back(),
            Self::Postgres(lent) => lent.give_back(),
        }
    }
}

/// An open transaction. Dropped without an end, its connection is closed, and nothing of it
/// remains.
pub(super) struct Transaction(Connection);

impl Transaction {
    pub(super) fn connection(&mut self) -> &mut Connection {
        &mut self.0
    }

    pub(super) fn kind(&self) -> Kind {
        match self.0 {
            Connection::Sqlite(_) => Kind::Sqlite,
            Connection::Postgres(_) => Kind::Postgres,
        }
    }

    pub(super) async fn all(&mut self, statement: Statement) -> Result<Vec<Row>, sqlx::Error> {
        self.0.all(statement).await
    }

    pub(super) async fn execute(&mut self, statement: Statement) -> Result<u64, sqlx::Error> {
        self.0.execute(statement).await
    }

    pub(super) async fn commit(self) -> Result<(), sqlx::Error> {
        self.end("commit").await
    }

    pub(super) async fn rollback(self) -> Result<(), sqlx::Error> {
        self.end("rollback").await
    }

    async fn end(mut self, how: &'static str) -> Result<(), sqlx::Error> {
        self.0.execute(Statement::new(how)).await?;
        self.0.give_back();
        Ok(())
    }
}
