//! Accounts as rows: what there is of one, and its password's hash. Each change is written together
//! with its line of the audit log.

use super::audit::log;
use super::database::{Row, Statement, Transaction};
use super::{Store, StoreError};
use chuishao_domain::account::audit::Entry;
use chuishao_domain::account::role::Role;
use chuishao_domain::account::{Account, AccountName};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::fmt;

/// An account with what nobody is shown.
#[derive(Clone)]
pub struct KeptAccount {
    /// The account.
    pub account: Account,
    /// The password's hash; empty when there is none.
    pub password: String,
    /// Since when.
    pub password_set_at: Timestamp,
    /// It was given by somebody else.
    pub must_change: bool,
}

impl fmt::Debug for KeptAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptAccount").field("account", &self.account).finish_non_exhaustive()
    }
}

/// A change to write.
pub struct AccountChange<'a> {
    /// The account as it is then; its version says as what it was read.
    pub account: &'a Account,
    /// A new hash, if there is one, to be changed at the next sign-in.
    pub password: Option<&'a str>,
    /// Whether all its sessions end.
    pub ends_sessions: bool,
    /// Duties that it gives up, for each of which somebody else must be left.
    pub gives_up: &'a [Role],
    /// Its line of the audit log.
    pub entry: &'a Entry,
}

/// What came of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is written.
    Written,
    /// Somebody was quicker; nothing was written.
    Overtaken,
    /// Nobody would be left for this duty; nothing was written.
    LastOf(Role),
    /// Another account has the number; nothing was written.
    NumberTaken,
}

pub(super) const COLUMNS: &str = "a.document, a.password, a.password_set_at, a.must_change";

/// Reads [`COLUMNS`] from a place on.
pub(super) fn kept(row: &Row, from: usize) -> Result<KeptAccount, StoreError> {
    Ok(KeptAccount {
        account: serde_json::from_str(&row.text(from)?)?,
        password: row.text(from + 1)?,
        password_set_at: moment(row.integer(from + 2)?),
        must_change: row.truth(from + 3)?,
    })
}

pub(super) fn moment(millisecond: i64) -> Timestamp {
    Timestamp::from_millisecond(millisecond).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Ends all sessions of an account.
pub(super) async fn end_all(open: &mut Transaction, name: &AccountName) -> Result<(), StoreError> {
    open.execute(Statement::new("delete from session where account = $1").bind(name.as_str())).await?;
    Ok(())
}

async fn write(open: &mut Transaction, change: &AccountChange<'_>) -> Result<Changed, StoreError> {
    let account = change.account;
    let (version, document) = (account.version.cast_signed(), serde_json::to_string(account)?);
    let at = change.entry.at.as_millisecond();
    let statement = if version == 1 {
        let insert = "insert into account (name, number, version, document, password, password_set_at, must_change) \
                      values ($1, $2, $3, $4, $5, $6, true) on conflict do nothing";
        Statement::new(insert)
            .bind(account.name.as_str())
            .bind(account.number.to_lowercase())
            .bind(version)
            .bind(document)
            .bind(change.password.unwrap_or_default())
            .bind(at)
    } else {
        let mut update = Statement::new("update account set version = ");
        update.push_value(version).push(", document = ").push_value(document);
        if let Some(password) = change.password {
            update.push(", password = ").push_value(password);
            update.push(", password_set_at = ").push_value(at).push(", must_change = true");
        }
        update.push(" where name = ").push_value(account.name.as_str());
        update.push(" and version = ").push_value(version - 1);
        update
    };
    if open.execute(statement).await? == 0 {
        let taken = version == 1 && number_is_taken(open, account).await?;
        return Ok(if taken { Changed::NumberTaken } else { Changed::Overtaken });
    }
    if change.ends_sessions {
        end_all(open, &account.name).await?;
    }
    log(open, std::slice::from_ref(change.entry)).await?;
    // The end of the log is held: of two that go at the same moment the second sees the first gone.
    Ok(abandoned(open, change.gives_up).await?.map_or(Changed::Written, Changed::LastOf))
}

/// Whether another account has this number.
async fn number_is_taken(open: &mut Transaction, account: &Account) -> Result<bool, StoreError> {
    let ask = Statement::new("select name from account where number = $1 and name <> $2");
    let ask = ask.bind(account.number.to_lowercase()).bind(account.name.as_str());
    Ok(!open.all(ask).await?.is_empty())
}

/// The first of these duties that nobody holds any more who can sign in.
async fn abandoned(open: &mut Transaction, duties: &[Role]) -> Result<Option<Role>, StoreError> {
    if duties.is_empty() {
        return Ok(None);
    }
    let mut held = BTreeSet::new();
    for row in open.all(Statement::new("select a.document from account a")).await? {
        let account: Account = serde_json::from_str(&row.text(0)?)?;
        held.extend(account.duties_in_use());
    }
    Ok(duties.iter().copied().find(|duty| !held.contains(duty)))
}

impl Store {
    /// An account, if there is one of that name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn account(&self, name: &AccountName) -> Result<Option<KeptAccount>, StoreError> {
        let mut ask = Statement::new("select ");
        ask.push(COLUMNS).push(" from account a where a.name = ").push_value(name.as_str());
        self.readers.optional(ask).await?.map(|row| kept(&row, 0)).transpose()
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn accounts(&self) -> Result<Vec<KeptAccount>, StoreError> {
        let mut ask = Statement::new("select ");
        ask.push(COLUMNS).push(" from account a order by a.name");
        self.readers.all(ask).await?.iter().map(|row| kept(row, 0)).collect()
    }

    /// How many accounts there are.
    ///
    /// # Errors
    /// The database failed.
    pub async fn account_count(&self) -> Result<u64, StoreError> {
        Ok(self.readers.one(Statement::new("select count(*) from account")).await?.integer(0)?.unsigned_abs())
    }

    /// Writes a change, unless somebody was quicker, nobody would be left for a duty or another account has
    /// the number.
    ///
    /// # Errors
    /// The database failed; nothing was written.
    pub async fn change_account(&self, change: &AccountChange<'_>) -> Result<Changed, StoreError> {
        let mut open = self.pool.begin().await?;
        let changed = write(&mut open, change).await?;
        match changed {
            Changed::Written => open.commit().await?,
            Changed::Overtaken | Changed::LastOf(_) | Changed::NumberTaken => open.rollback().await?,
        }
        Ok(changed)
    }

    /// Sets the password that its owner chose, which ends all sessions; says whether the old hash
    /// was still the one that it was proved against.
    ///
    /// # Errors
    /// The database failed; nothing was written.
    pub async fn choose_password(
        &self,
        name: &AccountName,
        (old, new): (&str, &str),
        entry: &Entry,
    ) -> Result<bool, StoreError> {
        let mut open = self.pool.begin().await?;
        let update = "update account set password = $1, password_set_at = $2, must_change = false \
                      where name = $3 and password = $4";
        let update = Statement::new(update).bind(new).bind(entry.at.as_millisecond());
        if open.execute(update.bind(name.as_str()).bind(old)).await? == 0 {
            open.rollback().await?;
            return Ok(false);
        }
        end_all(&mut open, name).await?;
        log(&mut open, std::slice::from_ref(entry)).await?;
        open.commit().await?;
        Ok(true)
    }
}
