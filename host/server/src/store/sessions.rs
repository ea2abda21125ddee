//! Sessions and tokens as rows, by digests: what a browser or a machine holds in its hand stands
//! nowhere here.

use super::accounts::{COLUMNS, KeptAccount, kept, moment};
use super::audit::log;
use super::database::{Kind, Statement};
use super::{Store, StoreError};
use chuishao_domain::account::AccountName;
use chuishao_domain::account::audit::Entry;
use chuishao_domain::account::limits::{MOST_DEVICES, MOST_SESSIONS};
use jiff::Timestamp;
use serde::Serialize;

/// How somebody signed in (登录方式).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// 密码
    Password,
    /// 单点登录
    SingleSignOn,
}

impl Way {
    fn key(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SingleSignOn => "single-sign-on",
        }
    }
}

/// Who is signed in.
#[derive(Debug)]
pub struct KeptSession {
    /// How.
    pub way: Way,
    /// Of whom.
    pub kept: KeptAccount,
    /// Since when.
    pub begun_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
}

/// A session that begins.
pub struct Beginning<'a> {
    /// Whose, with the hash that was proved.
    pub proved: &'a KeptAccount,
    /// How it was proved.
    pub way: Way,
    /// The digest of its cookie.
    pub session: &'a str,
    /// The digest of the cookie by which the browser is known from then on, if it is to be.
    pub device: Option<&'a str>,
    /// Where wrong passwords were counted, which are forgotten.
    pub counters: &'a [String],
    /// Its line of the audit log.
    pub entry: &'a Entry,
}

/// A token, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Token {
    /// By this it is named.
    pub id: String,
    /// Of which account.
    pub account: AccountName,
    /// What it is for.
    pub title: String,
    /// When it was issued.
    #[schemars(with = "String")]
    pub made_at: Timestamp,
    /// When it ends.
    #[schemars(with = "String")]
    pub expires_at: Timestamp,
    /// When it was revoked, if it was.
    #[schemars(with = "Option<String>")]
    pub revoked_at: Option<Timestamp>,
}

impl Token {
    /// Whether it opens anything.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

const TOKEN_COLUMNS: &str = "t.id, t.account, t.title, t.made_at, t.expires_at, t.revoked_at";

fn token(row: &super::database::Row) -> Result<Token, StoreError> {
    Ok(Token {
        id: row.text(0)?,
        account: AccountName(row.text(1)?),
        title: row.text(2)?,
        made_at: moment(row.integer(3)?),
        expires_at: moment(row.integer(4)?),
        revoked_at: row.maybe_integer(5)?.map(moment),
    })
}

impl Store {
    /// Begins a session of an account, unless its password's hash is another one by now than what was looked
    /// at: then nothing is written. The oldest of more than there may be end, and failures are forgotten.
    ///
    /// # Errors
    /// The database failed; nothing was written.
    pub async fn begin_session(&self, beginning: &Beginning<'_>) -> Result<bool, StoreError> {
        let Beginning { proved, way, session: digest, device, counters, entry } = *beginning;
        let mut open = self.pool.begin().await?;
        let (name, at) = (&proved.account.name, entry.at.as_millisecond());
        let insert = "insert into session (digest, account, begun_at, seen_at, way) \
                      select $1, a.name, $2, $2, $5 from account a where a.name = $3 and a.password = $4";
        let insert = Statement::new(insert).bind(digest).bind(at).bind(name.as_str()).bind(&proved.password);
        let mut insert = insert.bind(way.key());
        if open.kind() == Kind::Postgres {
            // Whoever changes the password meanwhile is waited for, or finds this session and ends it.
            insert.push(" for no key update");
        }
        if open.execute(insert).await? == 0 {
            open.rollback().await?;
            return Ok(false);
        }
        let surplus = "delete from session where account = $1 and digest not in (select digest from session \
                       where account = $1 order by begun_at desc, digest = $2 desc, digest limit $3)";
        let most = i64::try_from(MOST_SESSIONS).unwrap_or(i64::MAX);
        open.execute(Statement::new(surplus).bind(name.as_str()).bind(digest).bind(most)).await?;
        if let Some(device) = device {
            let known = "insert into device (digest, account, seen_at) values ($1, $2, $3) \
                         on conflict (digest, account) do update set seen_at = excluded.seen_at";
            open.execute(Statement::new(known).bind(device).bind(name.as_str()).bind(at)).await?;
            let surplus = "delete from device where account = $1 and digest not in (select digest from device \
                           where account = $1 order by seen_at desc, digest = $2 desc, digest limit $3)";
            let most = i64::try_from(MOST_DEVICES).unwrap_or(i64::MAX);
            open.execute(Statement::new(surplus).bind(name.as_str()).bind(device).bind(most)).await?;
        }
        // Before the counters, as where a wrong one is counted: nobody waits for one who waits for him.
        log(&mut open, std::slice::from_ref(entry)).await?;
        for counter in counters {
            open.execute(Statement::new("delete from sign_in_failure where counter = $1").bind(counter)).await?;
        }
        open.commit().await?;
        Ok(true)
    }

    /// A session with its account, by its digest.
    ///
    /// # Errors
    /// The database failed.
    pub async fn session(&self, digest: &str) -> Result<Option<KeptSession>, StoreError> {
        let mut ask = Statement::new("select s.begun_at, s.seen_at, s.way, ");
        ask.push(COLUMNS).push(" from session s join account a on a.name = s.account where s.digest = ");
        ask.push_value(digest);
        let Some(row) = self.readers.optional(ask).await? else { return Ok(None) };
        let (begun_at, seen_at) = (moment(row.integer(0)?), moment(row.integer(1)?));
        let way = if row.text(2)? == Way::Password.key() { Way::Password } else { Way::SingleSignOn };
        Ok(Some(KeptSession { way, kept: kept(&row, 3)?, begun_at, seen_at }))
    }

    /// Keeps that a session was used.
    ///
    /// # Errors
    /// The database failed.
    pub async fn session_seen(&self, digest: &str, now: Timestamp) -> Result<(), StoreError> {
        let update = Statement::new("update session set seen_at = $1 where digest = $2");
        self.pool.execute(update.bind(now.as_millisecond()).bind(digest)).await?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database failed; it goes on.
    pub async fn end_session(&self, digest: &str, entry: &Entry) -> Result<(), StoreError> {
        let mut open = self.pool.begin().await?;
        open.execute(Statement::new("delete from session where digest = $1").bind(digest)).await?;
        log(&mut open, std::slice::from_ref(entry)).await?;
        open.commit().await?;
        Ok(())
    }

    /// Removes sessions that nobody has used since; how many.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_sessions(&self, unused_since: Timestamp) -> Result<u64, StoreError> {
        let forget = Statement::new("delete from session where seen_at < $1");
        Ok(self.pool.execute(forget.bind(unused_since.as_millisecond())).await?)
    }

    /// Keeps a new token.
    ///
    /// # Errors
    /// The database failed; nothing was written.
    pub async fn add_token(&self, token: &Token, digest: &str, entry: &Entry) -> Result<(), StoreError> {
        let mut open = self.pool.begin().await?;
        let insert = "insert into token (id, digest, account, title, made_at, expires_at, revoked_at) \
                      values ($1, $2, $3, $4, $5, $6, null)";
        let insert = Statement::new(insert).bind(&token.id).bind(digest).bind(token.account.as_str());
        let insert = insert.bind(&token.title).bind(token.made_at.as_millisecond());
        open.execute(insert.bind(token.expires_at.as_millisecond())).await?;
        log(&mut open, std::slice::from_ref(entry)).await?;
        open.commit().await?;
        Ok(())
    }

    /// All tokens of an account, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tokens(&self, name: &AccountName) -> Result<Vec<Token>, StoreError> {
        let mut ask = Statement::new("select ");
        ask.push(TOKEN_COLUMNS).push(" from token t where t.account = ").push_value(name.as_str());
        ask.push(" order by t.made_at desc, t.id");
        self.readers.all(ask).await?.iter().map(token).collect()
    }

    /// A token with its account, by its digest.
    ///
    /// # Errors
    /// The database failed.
    pub async fn token(&self, digest: &str) -> Result<Option<(Token, KeptAccount)>, StoreError> {
        let mut ask = Statement::new("select ");
        ask.push(TOKEN_COLUMNS).push(", ").push(COLUMNS);
        ask.push(" from token t join account a on a.name = t.account where t.digest = ").push_value(digest);
        let Some(row) = self.readers.optional(ask).await? else { return Ok(None) };
        Ok(Some((token(&row)?, kept(&row, 6)?)))
    }

    /// Revokes a token of an account; says whether there was a good one.
    ///
    /// # Errors
    /// The database failed; nothing was written.
    pub async fn revoke_token(&self, name: &AccountName, id: &str, entry: &Entry) -> Result<bool, StoreError> {
        let mut open = self.pool.begin().await?;
        let revoke = "update token set revoked_at = $1 where id = $2 and account = $3 and revoked_at is null";
        let revoke = Statement::new(revoke).bind(entry.at.as_millisecond()).bind(id).bind(name.as_str());
        if open.execute(revoke).await? == 0 {
            open.rollback().await?;
            return Ok(false);
        }
        log(&mut open, std::slice::from_ref(entry)).await?;
        open.commit().await?;
        Ok(true)
    }
}
