//! Each test runs on both databases, on a database of its own.

use super::postgres;
use chuishao_server::store::Kind;
use chuishao_server::store::address::DatabaseAddress;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection};
use std::path::Path;
use std::time::Duration;

/// One test's database.
pub struct TestDatabase {
    /// Where it is.
    pub address: DatabaseAddress,
    /// The same as text, for a command line.
    pub url: String,
    /// Its name on the shared PostgreSQL.
    name: Option<String>,
}

impl TestDatabase {
    /// Makes one; an embedded one in the folder.
    pub async fn new(on: Kind, folder: &Path) -> Self {
        match on {
            Kind::Sqlite => {
                let path = folder.join("chuishao.db");
                let url = format!("sqlite:{}", path.display());
                Self { address: DatabaseAddress::Sqlite(path), url, name: None }
            }
            Kind::Postgres => {
                let name = postgres::shared().new_database().await;
                let (address, url) = (postgres::shared().address(&name), postgres::shared().url(&name));
                Self { address, url, name: Some(name) }
            }
        }
    }

    /// The same one, for another server on it; whoever made it takes it away.
    pub fn shared(&self) -> Self {
        Self { address: self.address.clone(), url: self.url.clone(), name: None }
    }

    /// Takes it away, if it is on the shared PostgreSQL.
    pub async fn remove(&mut self) {
        if let Some(name) = self.name.take() {
            postgres::shared().drop_database(&name).await;
        }
    }
}

/// A connection beside the server, for what no program of ours does: SQL stands in the test.
pub enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Raw {
    pub async fn open(database: &TestDatabase) -> Self {
        match &database.address {
            DatabaseAddress::Sqlite(path) => {
                let options = SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_secs(60));
                Self::Sqlite(SqliteConnection::connect_with(&options).await.expect("a file"))
            }
            DatabaseAddress::Postgres(options) => {
                Self::Postgres(PgConnection::connect_with(options).await.expect("it listens"))
            }
        }
    }

    /// How many rows it changed.
    pub async fn execute(&mut self, sql: &str) -> u64 {
        match self {
            Self::Sqlite(raw) => sqlx::query(AssertSqlSafe(sql)).execute(raw).await.expect(sql).rows_affected(),
            Self::Postgres(raw) => sqlx::query(AssertSqlSafe(sql)).execute(raw).await.expect(sql).rows_affected(),
        }
    }

    /// The first column of each row, a number.
    pub async fn numbers(&mut self, sql: &str) -> Vec<i64> {
        match self {
            Self::Sqlite(raw) => {
                let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(raw).await.expect(sql);
                rows.iter().map(|row| row.get(0)).collect()
            }
            Self::Postgres(raw) => {
                let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(raw).await.expect(sql);
                rows.iter().map(|row| row.get(0)).collect()
            }
        }
    }

    /// The first column of the only row, a number.
    pub async fn number(&mut self, sql: &str) -> i64 {
        self.numbers(sql).await[0]
    }

    /// The first column of each row, a text.
    pub async fn texts(&mut self, sql: &str) -> Vec<String> {
        match self {
            Self::Sqlite(raw) => {
                let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(raw).await.expect(sql);
                rows.iter().map(|row| row.get(0)).collect()
            }
            Self::Postgres(raw) => {
                let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(raw).await.expect(sql);
                rows.iter().map(|row| row.get(0)).collect()
            }
        }
    }
}

/// Makes two tests of each function: one on each database. A function that is not named here
/// is dead code, which the compiler says.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    super::$name(chuishao_server::store::Kind::Sqlite).await;
                }
            )+
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    super::$name(chuishao_server::store::Kind::Postgres).await;
                }
            )+
        }
    };
}

pub(crate) use on_both;

#[test]
fn addresses() {
    let shown = |text: &str| text.parse::<DatabaseAddress>().map(|address| address.to_string());
    assert_eq!(shown("sqlite:a/b.db").expect("an address"), "sqlite:a/b.db");
    assert_eq!(shown("sqlite:///a/b.db").expect("an address"), "sqlite:/a/b.db");
    let secret = "postgres://desk:p%40ss@10.1.2.3:5433/hotline";
    assert_eq!(shown(secret).expect("an address"), "postgres://10.1.2.3:5433/hotline");
    for wrong in ["", "chuishao.db", "mysql://a/b", "sqlite:", "postgres://desk:secret@10.1.2.3/"] {
        let error = shown(wrong).expect_err("no address").to_string();
        assert!(!error.contains("secret") && error.contains("postgres://"), "{error}");
    }
}

#[test]
fn the_programs_of_postgresql_get_the_password() {
    let address: DatabaseAddress = "postgres://desk:p%40ss@10.1.2.3:5433/hotline".parse().expect("an address");
    let environment = address.environment();
    for expected in [("PGPASSWORD", "p@ss"), ("PGHOST", "10.1.2.3"), ("PGPORT", "5433"), ("PGUSER", "desk")] {
        assert!(environment.iter().any(|(name, value)| (*name, value.as_str()) == expected), "{expected:?}");
    }
}
