//! Backup and restore (备份与恢复) with the means of each database: `vacuum into` gives a
//! whole, compact SQLite file beside a running server; `pg_dump` and `pg_restore` do it for
//! PostgreSQL. A backup holds the vault sealed, and never its keys; what people wrote on tickets is
//! in clear: it is made readable by the service's user alone.

use super::address::DatabaseAddress;
use super::database::Statement;
use super::many::Column::{Integer, Text};
use super::many::ManyRows;
use super::open::make_file;
use super::{Store, StoreError};
use chuishao_domain::account::audit::Entry;
use jiff::civil::Date;
use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Ticket numbers that a day leaves out after a restore: calls taken after the backup were
/// given numbers that the restored database does not know, and no other family may get them.
const NUMBERS_LEFT_OUT: i64 = 500_000;

/// The same for topics, of which a day has a few dozen.
const TOPIC_NUMBERS_LEFT_OUT: i64 = 500;
/// Entries of the knowledge base may have been drafted after the backup as well.
const ENTRIES_LEFT_OUT: i64 = 10_000;

/// Days after the backup whose numbers are left out.
const MOST_DAYS: usize = 366;

static LEFT_OUT: ManyRows = ManyRows {
    before: "insert into ticket_number (day, next) ",
    columns: &[Text, Integer],
    after: " on conflict (day) do update set next = ticket_number.next + excluded.next - 1",
    returning: None,
};

static TOPICS_LEFT_OUT: ManyRows = ManyRows {
    before: "insert into topic_number (day, next) ",
    columns: &[Text, Integer],
    after: " on conflict (day) do update set next = topic_number.next + excluded.next - 1",
    returning: None,
};

impl Store {
    /// Leaves out the numbers that may have been given between the backup and today.
    ///
    /// # Errors
    /// The database failed.
    pub async fn skip_numbers(&self, today: Date) -> Result<(), StoreError> {
        let entries = Statement::new("update counter set next = next + $1 where name = 'knowledge'");
        self.pool.execute(entries.bind(ENTRIES_LEFT_OUT)).await?;
        let last = "select max(day) from ticket_number";
        self.leave_out(last, &LEFT_OUT, NUMBERS_LEFT_OUT, today).await?;
        let last = "select max(day) from topic_number";
        self.leave_out(last, &TOPICS_LEFT_OUT, TOPIC_NUMBERS_LEFT_OUT, today).await
    }

    async fn leave_out(
        &self,
        last: &'static str,
        left_out: &'static ManyRows,
        numbers: i64,
        today: Date,
    ) -> Result<(), StoreError> {
        let last = self.readers.optional(Statement::new(last)).await?;
        let last = last.and_then(|row| row.text(0).ok()).and_then(|day| day.parse::<Date>().ok());
        let Some(last) = last else { return Ok(()) };
        let days = std::iter::successors(Some(last), |day| day.tomorrow().ok());
        let days = days.take_while(|day| *day == last || *day <= today).take(MOST_DAYS);
        let rows = days.map(|day| vec![day.to_string().into(), (numbers + 1).into()]).collect();
        let mut open = self.pool.begin().await?;
        open.write(vec![(left_out, rows)]).await?;
        open.commit().await?;
        Ok(())
    }
}

/// Says whether a backup may have this name.
///
/// # Errors
/// There is such a file, and nothing is overwritten.
pub fn must_be_free(file: &Path) -> Result<(), StoreError> {
    if file.exists() { Err(StoreError::NotEmpty(file.display().to_string())) } else { Ok(()) }
}

/// Writes a backup into a file that does not exist yet; a half-written one never has its name.
///
/// # Errors
/// The file exists or cannot be written, or the database failed.
pub async fn backup(address: &DatabaseAddress, file: &Path) -> Result<(), StoreError> {
    must_be_free(file)?;
    // Also finds out whether this is a database of ours.
    let store = Store::open_to_read(address).await?;
    let mut partial = file.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    let failed = |path: &Path, cause| StoreError::File { path: path.to_owned(), cause };
    let _ = std::fs::remove_file(&partial);
    make_file(&partial).map_err(|cause| failed(&partial, cause))?;
    match address {
        DatabaseAddress::Sqlite(_) => {
            let into = partial.to_string_lossy().into_owned();
            store.readers.execute(Statement::new("vacuum into $1").bind(into)).await?;
        }
        DatabaseAddress::Postgres(_) => {
            let args = ["--format=custom", "--no-owner", "--file"].map(OsStr::new);
            postgres_program("pg_dump", address, &[&args[..], &[partial.as_os_str()]].concat())?;
        }
    }
    store.close().await;
    let written = File::open(&partial).and_then(|open| open.sync_all());
    written.map_err(|cause| failed(&partial, cause))?;
    std::fs::rename(&partial, file).map_err(|cause| failed(file, cause))
}

/// Restores a backup into a database that has nothing in it, and adds the line that says so to its
/// audit log.
///
/// # Errors
/// There is something, the backup cannot be read, or the database failed.
pub async fn restore(address: &DatabaseAddress, file: &Path, today: Date, line: Entry) -> Result<(), StoreError> {
    let failed = |path: &Path, cause| StoreError::File { path: path.to_owned(), cause };
    File::open(file).map_err(|cause| failed(file, cause))?;
    match address {
        DatabaseAddress::Sqlite(path) => {
            if path.exists() {
                return Err(StoreError::NotEmpty(address.to_string()));
            }
            let mut partial = path.as_os_str().to_owned();
            partial.push(".partial");
            let partial = PathBuf::from(partial);
            make_folder(path).map_err(|cause| failed(path, cause))?;
            let _ = std::fs::remove_file(&partial);
            make_file(&partial).map_err(|cause| failed(&partial, cause))?;
            // Only the bytes: whoever may read the backup may not read the database for that.
            let copied = File::open(file).and_then(|mut from| {
                let mut to = File::options().write(true).open(&partial)?;
                std::io::copy(&mut from, &mut to)?;
                to.sync_all()
            });
            copied.map_err(|cause| failed(&partial, cause))?;
            // A file that is no database of ours never gets the database's name.
            let checked = check_file(&DatabaseAddress::Sqlite(partial.clone())).await;
            if let Err(error) = checked {
                let _ = std::fs::remove_file(&partial);
                return Err(error);
            }
            std::fs::rename(&partial, path).map_err(|cause| failed(path, cause))?;
        }
        DatabaseAddress::Postgres(_) => {
            let store = Store::open_unchecked(address, false).await?;
            let tables = "select count(*) from information_schema.tables where table_schema = 'public'";
            let tables = store.readers.one(Statement::new(tables)).await?.integer(0)?;
            store.close().await;
            if tables > 0 {
                return Err(StoreError::NotEmpty(address.to_string()));
            }
            let options = ["--no-owner", "--exit-on-error", "--single-transaction", "--dbname"].map(OsStr::new);
            let environment = address.environment();
            let database = environment.iter().find(|(name, _)| *name == "PGDATABASE").map_or("", |(_, value)| value);
            let rest = [OsStr::new(database), file.as_os_str()];
            postgres_program("pg_restore", address, &[&options[..], &rest[..]].concat())?;
        }
    }
    let store = Store::open(address).await?;
    store.audit(&[line]).await?;
    store.skip_numbers(today).await?;
    store.close().await;
    Ok(())
}

/// Whether a file is a whole database of ours.
async fn check_file(address: &DatabaseAddress) -> Result<(), StoreError> {
    let not_ours = |_| StoreError::Tool("备份文件不是完整的 chuishao 数据库 (not a whole database)".into());
    let store = Store::open_to_read(address).await.map_err(not_ours)?;
    let checked = store.readers.one(Statement::new("pragma quick_check(1)")).await;
    store.close().await;
    let told = checked.and_then(|row| row.text(0)).map_err(|error| not_ours(error.into()))?;
    if told == "ok" { Ok(()) } else { Err(not_ours(StoreError::Closed)) }
}

fn make_folder(path: &Path) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), super::make_private)
}

fn postgres_program(name: &str, address: &DatabaseAddress, args: &[&OsStr]) -> Result<(), StoreError> {
    let program = find(name).ok_or_else(|| {
        StoreError::Tool(format!("找不到 {name}，请安装 PostgreSQL 客户端（Debian：apt install postgresql-client）"))
    })?;
    let output = Command::new(&program).args(args).envs(address.environment()).output();
    let output = output.map_err(|cause| StoreError::File { path: program, cause })?;
    if output.status.success() {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    Err(StoreError::Tool(format!("{name} 未成功：{}", told.trim())))
}

/// On the path, or where Debian keeps the newest version.
fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file());
    on_path.or_else(|| {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
        let newest = versions.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()).max()?;
        let program = PathBuf::from(format!("/usr/lib/postgresql/{newest}/bin/{name}"));
        program.is_file().then_some(program)
    })
}
