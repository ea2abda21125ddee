//! Signing in and out (登录、退出), and the own password. A name that nobody has and a wrong password
//! have the same answer after the same time, and the same wait after too many.

use super::passwords::{Crowded, Passwords};
use super::secrets::{Secret, session_word};
use super::{From, entry};
use crate::desk::Desk;
use crate::store::StoreError;
use crate::store::accounts::{Failures, KeptAccount};
use chuishao_domain::account::audit::Deed;
use chuishao_domain::account::limits::{FAILURES_FORGOTTEN, password_is_old, wait_after};
use chuishao_domain::account::password::{MOST_CHARS, check};
use chuishao_domain::account::{Account, AccountName, Kind};
use chuishao_domain::digest::digest;
use chuishao_domain::refusal::Refusal;
use jiff::Timestamp;

/// Why somebody does not get in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The name, the password, or both.
    #[error("登录名或密码有误")]
    Wrong,
    /// Too many wrong ones; whether the next is right is not looked at.
    #[error("失败次数过多，请 {seconds} 秒后再试")]
    Wait {
        /// How long.
        seconds: u64,
    },
    /// Too many at the same time.
    #[error(transparent)]
    Crowded(#[from] Crowded),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The new password is none.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// A session that has begun.
pub struct Begun {
    /// The word of the cookie, which is told this once.
    pub word: Secret,
    /// Whose.
    pub account: Account,
    /// Whether the password has to be changed first.
    pub must_change: bool,
}

/// By which failures under a name are counted, whatever was typed. A password that was typed there
/// by mistake is not kept.
fn name_digest(typed: &str) -> String {
    digest(format!("chuishao sign-in {}", typed.to_lowercase()).as_bytes())
}

/// The seconds until a moment, rounded up.
fn seconds_until(until: Timestamp, now: Timestamp) -> u64 {
    let left = until.duration_since(now).as_millis();
    u64::try_from(left).map_or(0, |millis| millis.div_ceil(1000))
}

/// Begins a session.
///
/// # Errors
/// See [`SignInError`].
pub async fn sign_in(
    desk: &Desk,
    passwords: &Passwords,
    (typed, password): (&str, &Secret),
    from: &From,
) -> Result<Begun, SignInError> {
    let (now, counted) = (desk.clock.now(), name_digest(typed));
    let failures = desk.store.failures(&counted).await?;
    if failures.wait_until > now {
        return Err(SignInError::Wait { seconds: seconds_until(failures.wait_until, now) });
    }
    let found = match AccountName::parse(typed) {
        Some(name) => desk.store.account(&name).await?,
        None => None,
    };
    let open = |kept: &&KeptAccount| kept.account.disabled.is_none() && kept.account.kind == Kind::Person;
    let kept = found.as_ref().filter(open).map(|kept| kept.password.clone());
    let fits = password.expose().chars().count() <= MOST_CHARS;
    let right = passwords.verify(password, kept.filter(|_| fits)).await?;
    // Many may have come at once and been looked at together.
    let failures = desk.store.failures(&counted).await?;
    if failures.wait_until > now {
        return Err(SignInError::Wait { seconds: seconds_until(failures.wait_until, now) });
    }
    // What was typed as a name may be a password: only a name that there is stands in the log.
    let known = found.as_ref().map_or("", |kept| kept.account.name.as_str());
    let Some(kept) = found.as_ref().filter(|_| right) else {
        let failed = entry(desk, known, Deed::SignInFailed, (known, "登录失败"), from);
        let (before, after) = desk.store.note_failure(&counted, |before| one_more(before, now), &failed).await?;
        // Of many that were looked at together only the first few are told.
        if before.wait_until > now {
            return Err(SignInError::Wait { seconds: seconds_until(before.wait_until, now) });
        }
        if after.wait_until > now {
            tracing::warn!(account = known, failures = after.count, "sign-in is locked for a while");
        }
        return Err(SignInError::Wrong);
    };
    let word = session_word();
    let signed_in = entry(desk, known, Deed::SignIn, (known, "登录"), from);
    if !desk.store.begin_session(kept, (&word.digest(), &counted), &signed_in).await? {
        // The password was changed while this one was looked at.
        let late = entry(desk, known, Deed::SignInFailed, (known, "登录时密码已被更改"), from);
        desk.store.audit(&[late]).await?;
        return Err(SignInError::Wrong);
    }
    let must_change = kept.must_change || password_is_old(kept.password_set_at, now);
    Ok(Begun { word, account: kept.account.clone(), must_change })
}

fn one_more(before: Failures, now: Timestamp) -> Failures {
    // Who waits already is not made to wait longer by what was under way.
    if before.wait_until > now {
        return before;
    }
    let forgotten = now.duration_since(before.last_at) >= FAILURES_FORGOTTEN;
    let count = if forgotten { 1 } else { before.count.saturating_add(1) };
    Failures { count, last_at: now, wait_until: now.checked_add(wait_after(count)).unwrap_or(Timestamp::MAX) }
}

/// Ends a session.
///
/// # Errors
/// The database failed; it goes on.
pub async fn sign_out(desk: &Desk, account: &AccountName, session: &str, from: &From) -> Result<(), StoreError> {
    let entry = entry(desk, account.as_str(), Deed::SignOut, (account.as_str(), "退出"), from);
    desk.store.end_session(session, &entry).await
}

/// Changes the own password, which ends all sessions: who did not change it is out.
///
/// # Errors
/// See [`SignInError`].
pub async fn change_password(
    desk: &Desk,
    passwords: &Passwords,
    account: &AccountName,
    (old, new): (&Secret, &Secret),
    from: &From,
) -> Result<(), SignInError> {
    let (now, counted) = (desk.clock.now(), name_digest(account.as_str()));
    let failures = desk.store.failures(&counted).await?;
    if failures.wait_until > now {
        return Err(SignInError::Wait { seconds: seconds_until(failures.wait_until, now) });
    }
    let kept = desk.store.account(account).await?.ok_or(SignInError::Wrong)?;
    if !passwords.verify(old, Some(kept.password.clone())).await? {
        let failed =
            entry(desk, account.as_str(), Deed::SignInFailed, (account.as_str(), "更改密码时原密码有误"), from);
        desk.store.note_failure(&counted, |before| one_more(before, now), &failed).await?;
        return Err(SignInError::Wrong);
    }
    check(new.expose(), &kept.account)?;
    if old.expose() == new.expose() {
        return Err(Refusal::new("weak-password", "新密码不能与原密码相同", "the new password is the old one").into());
    }
    let hash = passwords.hash(new).await?;
    let changed = entry(desk, account.as_str(), Deed::PasswordChange, (account.as_str(), "更改密码"), from);
    if desk.store.choose_password(account, (&kept.password, &hash), &changed).await? {
        return Ok(());
    }
    // Somebody else changed it meanwhile.
    Err(SignInError::Wrong)
}
