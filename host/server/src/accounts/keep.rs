//! Keeping accounts (账号管理): over HTTP by the administrators, each within the own duty; on the
//! server's machine by the command line, with which the first ones are made.

use super::passwords::{Crowded, Passwords};
use super::secrets::{Secret, first_password, token_id, token_word};
use crate::store::accounts::{AccountChange, Changed};
use crate::store::sessions::Token;
use crate::store::{Store, StoreError};
use chuishao_domain::World;
use chuishao_domain::account::action::Action;
use chuishao_domain::account::audit::{Deed, Entry};
use chuishao_domain::account::handle::{
    Command, Hand, duties_given_up, handle, last_of_duty, may, must_have_chosen, number_taken,
};
use chuishao_domain::account::limits::{MOST_TOKENS, TOKEN_LONGEST_DAYS};
use chuishao_domain::account::{Account, AccountName, Kind};
use chuishao_domain::plain::plain;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::sentence::Sentence;
use jiff::{Timestamp, ToSpan};

/// How often a change is tried again because somebody was quicker.
const MOST_ATTEMPTS: u32 = 4;
/// Longest note of a token, in characters.
const MOST_TITLE_CHARS: usize = 60;

/// Why an account stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// In words.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Others were quicker every time.
    #[error("同时办理的人太多，请重试 (others were quicker)")]
    Contended,
    /// Too many passwords at the same time.
    #[error(transparent)]
    Crowded(#[from] Crowded),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is worked with.
pub struct Keeper<'a> {
    /// Where accounts are kept.
    pub store: &'a Store,
    /// How passwords are hashed.
    pub passwords: &'a Passwords,
    /// Units and territories.
    pub world: &'a World,
    /// Who does it.
    pub hand: &'a Hand,
    /// From where.
    pub from: &'a str,
    /// The moment.
    pub now: Timestamp,
}

/// What came of it.
pub struct Done {
    /// The account.
    pub account: Account,
    /// What happened, in words.
    pub happened: Sentence,
    /// A password to begin with, told this once.
    pub password: Option<Secret>,
}

impl Keeper<'_> {
    fn entry(&self, deed: Deed, object: &str, words: String) -> Entry {
        let post = match self.hand {
            Hand::Account { acting, .. } => acting.to_string(),
            Hand::Console { .. } => String::new(),
        };
        let (who, object, from) = (self.hand.who(), object.to_owned(), self.from.to_owned());
        Entry { at: self.now, who, post, deed, object, from, words }
    }

    /// Carries out a command on an account. `expected` is the version that the asker has seen.
    ///
    /// # Errors
    /// See [`KeepError`]; when there is one, nothing was written.
    pub async fn command(
        &self,
        name: &AccountName,
        command: &Command,
        expected: Option<u64>,
    ) -> Result<Done, KeepError> {
        for _ in 0..MOST_ATTEMPTS {
            let kept = self.store.account(name).await?;
            let has_first_password = kept.as_ref().is_some_and(|kept| kept.must_change);
            let there = kept.map(|kept| kept.account);
            if let (Some(expected), Some(there)) = (expected, &there)
                && there.version != expected
            {
                return Err(another_version(there.version).into());
            }
            let account = handle(name, there.as_ref(), command, self.hand, self.world)?;
            must_have_chosen(command, self.hand, has_first_password)?;
            let makes_password = match command {
                Command::Create { kind, .. } => *kind == Kind::Person,
                Command::ResetPassword {} => true,
                _ => false,
            };
            let password = makes_password.then(first_password);
            let hash = match &password {
                Some(password) => Some(self.passwords.hash(password).await?),
                None => None,
            };
            let happened = command.words(&account, self.world);
            let entry = self.entry(Deed::Account, name.as_str(), happened.chinese.clone());
            // What one may do has changed: who was signed in signs in anew.
            let ends_sessions = !matches!(command, Command::Create { .. } | Command::Enable {});
            let gives_up = duties_given_up(there.as_ref(), &account, self.hand);
            let (password_hash, gives_up, entry) = (hash.as_deref(), gives_up.as_slice(), &entry);
            let change = AccountChange { account: &account, password: password_hash, ends_sessions, gives_up, entry };
            match self.store.change_account(&change).await? {
                Changed::Written => return Ok(Done { account, happened, password }),
                Changed::LastOf(duty) => return Err(last_of_duty(duty).into()),
                Changed::NumberTaken => return Err(number_taken(&account.number).into()),
                Changed::Overtaken => {}
            }
        }
        Err(KeepError::Contended)
    }

    /// Issues a token for a machine's account: the token, and the word, which is told this once.
    ///
    /// # Errors
    /// See [`KeepError`]; when there is one, nothing was written.
    pub async fn issue_token(&self, name: &AccountName, title: &str, days: u16) -> Result<(Token, Secret), KeepError> {
        may(self.hand, Action::IssueTokens, name, self.world)?;
        let account = self.of(name).await?;
        if account.kind != Kind::Machine {
            let chinese = "令牌只签发给系统账号；个人请用密码登录";
            return Err(Refusal::new("not-a-machine", chinese, "tokens are for machines").into());
        }
        if account.disabled.is_some() {
            return Err(Refusal::new("account-disabled", "账号已停用，请先恢复", "the account is disabled").into());
        }
        let title = plain(title);
        if !(1..=MOST_TITLE_CHARS).contains(&title.chars().count()) {
            let chinese = format!("请写明令牌的用途，1 到 {MOST_TITLE_CHARS} 字");
            return Err(Refusal::new("words-missing", chinese, "say what the token is for").into());
        }
        if !(1..=TOKEN_LONGEST_DAYS).contains(&days) {
            let chinese = format!("令牌有效期为 1 至 {TOKEN_LONGEST_DAYS} 天");
            return Err(Refusal::new("out-of-range", chinese, "a token lives that many days at most").into());
        }
        let good = self.store.tokens(name).await?.iter().filter(|token| token.is_good(self.now)).count();
        if good >= MOST_TOKENS {
            let chinese = format!("一个账号最多 {MOST_TOKENS} 个有效令牌，请先吊销不用的");
            return Err(Refusal::new("too-many-tokens", chinese, "the account has as many tokens as it may").into());
        }
        let word = token_word();
        let expires_at = self.now.checked_add((i64::from(days) * 24).hours()).unwrap_or(Timestamp::MAX);
        let (id, account, made_at) = (token_id(), name.clone(), self.now);
        let token = Token { id, account, title, made_at, expires_at, revoked_at: None };
        let words = format!("签发令牌 {}（{}），{days} 天有效", token.id, token.title);
        let entry = self.entry(Deed::TokenIssue, name.as_str(), words);
        self.store.add_token(&token, &word.digest(), &entry).await?;
        Ok((token, word))
    }

    /// Revokes a token.
    ///
    /// # Errors
    /// See [`KeepError`]; when there is one, nothing was written.
    pub async fn revoke_token(&self, name: &AccountName, id: &str) -> Result<(), KeepError> {
        may(self.hand, Action::IssueTokens, name, self.world)?;
        self.of(name).await?;
        let entry = self.entry(Deed::TokenRevocation, name.as_str(), format!("吊销令牌 {}", plain(id)));
        if self.store.revoke_token(name, id, &entry).await? {
            return Ok(());
        }
        Err(Refusal::new("no-token", "没有这个有效的令牌，请核对编号", "no such token is good").into())
    }

    async fn of(&self, name: &AccountName) -> Result<Account, KeepError> {
        let kept = self.store.account(name).await?;
        let absent = || Refusal::new("no-account", "没有这个账号，请核对登录名", "no such account");
        Ok(kept.ok_or_else(absent)?.account)
    }
}

fn another_version(there: u64) -> Refusal {
    let chinese = format!("账号现为第 {there} 版，请重新读取后再办理");
    Refusal::new("another-version", chinese, "the account is at another version")
}
