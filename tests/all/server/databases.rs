//! Each test runs on both databases, on a database of its own.

use super::postgres;
use chuishao_server::store::Kind;
use chuishao_server::store::address::DatabaseAddress;
use std::path::Path;

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

    /// Takes it away, if it is on the shared PostgreSQL.
    pub async fn remove(&mut self) {
        if let Some(name) = self.name.take() {
            postgres::shared().drop_database(&name).await;
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
