//! Where a database is (数据库地址): `sqlite:FILE` or `postgres://…`. Its text carries a
//! password; what is shown does not.

use super::StoreError;
use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where a database is.
#[derive(Clone)]
pub enum DatabaseAddress {
    /// An embedded database in a file.
    Sqlite(PathBuf),
    /// A PostgreSQL server.
    Postgres(Box<PgConnectOptions>),
}

impl DatabaseAddress {
    /// The embedded database of a data folder.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self::Sqlite(folder.join("chuishao.db"))
    }

    /// What PostgreSQL's own programs read from their environment, so that no password stands
    /// in a list of processes. Empty for the embedded database.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let Self::Postgres(options) = self else { return Vec::new() };
        let url = options.to_url_lossy();
        let socket = options.get_socket().map(|path| path.to_string_lossy().into_owned());
        let sslmode = match options.get_ssl_mode() {
            PgSslMode::Disable => "disable",
            PgSslMode::Allow => "allow",
            PgSslMode::Prefer => "prefer",
            PgSslMode::Require => "require",
            PgSslMode::VerifyCa => "verify-ca",
            PgSslMode::VerifyFull => "verify-full",
        };
        let mut environment = vec![
            ("PGHOST", socket.unwrap_or_else(|| options.get_host().to_owned())),
            ("PGPORT", options.get_port().to_string()),
            ("PGUSER", options.get_username().to_owned()),
            ("PGDATABASE", options.get_database().unwrap_or(options.get_username()).to_owned()),
            ("PGSSLMODE", sslmode.to_owned()),
        ];
        if let Some(password) = url.password() {
            let password = percent_encoding::percent_decode_str(password).decode_utf8_lossy().into_owned();
            environment.push(("PGPASSWORD", password));
        }
        environment
    }
}

impl FromStr for DatabaseAddress {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.contains('?') {
                return Err(StoreError::Address("sqlite: 后须为文件路径，例如 sqlite:data/chuishao.db".into()));
            }
            return Ok(Self::Sqlite(path.into()));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(text);
            // The error of the parser may repeat the address, and with it the password.
            let options = options.map_err(|_| StoreError::Address("PostgreSQL 地址格式不对".into()))?;
            if options.get_database().is_none_or(str::is_empty) {
                return Err(StoreError::Address("PostgreSQL 地址缺少数据库名".into()));
            }
            return Ok(Self::Postgres(Box::new(options)));
        }
        Err(StoreError::Address("数据库地址须以 sqlite: 或 postgres:// 开头".into()))
    }
}

impl fmt::Display for DatabaseAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(options) => {
                let (host, port) = (options.get_host(), options.get_port());
                write!(f, "postgres://{host}:{port}/{}", options.get_database().unwrap_or_default())
            }
        }
    }
}

impl fmt::Debug for DatabaseAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
