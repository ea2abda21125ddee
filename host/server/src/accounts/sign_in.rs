//! Signing in and out (登录、退出), and the own password. A name that nobody has and a wrong password
//! have the same answer after the same time, and the same wait after too many.
//!
//! Wrong ones are counted under the name at its address, where the wait grows, and under the name alone,
//! where it is short and stays so: who guesses shuts out himself. A browser that signed in before with
//! that account has a counter of its own (设备), and so has each session that changes its password.

use super::passwords::{Crowded, Passwords};
use super::secrets::{Secret, cookie_word};
use super::{From, entry};
use crate::desk::Desk;
use crate::store::StoreError;
use crate::store::accounts::KeptAccount;
use crate::store::failures::{Failures, OneMore};
use crate::store::sessions::{Beginning, Way};
use chuishao_domain::account::audit::{Deed, Entry};
use chuishao_domain::account::limits::{
    FAILURES_FORGOTTEN, first_password_is_over, password_is_old, wait_after, wait_of_name_after,
};
use chuishao_domain::account::password::{MOST_CHARS, check};
use chuishao_domain::account::{Account, AccountName, Kind};
use chuishao_domain::digest::digest;
use chuishao_domain::refusal::Refusal;
use jiff::{SignedDuration, Timestamp};
use std::net::{IpAddr, Ipv6Addr};

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
    /// The word of the cookie by which the browser is known the next time it is given a password.
    pub device: Option<Secret>,
    /// Whose.
    pub account: Account,
    /// Whether the password has to be changed first.
    pub must_change: bool,
}

/// Where wrong passwords are counted, by a digest, and what one more makes of it.
type Counter = (String, OneMore);

/// Under which digest something is counted, whatever was typed. A password that was typed as a name by
/// mistake is not kept.
fn counter(kind: &str, parts: [&str; 2], one_more: OneMore) -> Counter {
    (digest(format!("chuishao {kind} {}", parts.join(" ")).as_bytes()), one_more)
}

/// Where a sign-in counts: with a browser that is known there alone.
fn counters(typed: &str, from: &From, device: Option<&Secret>) -> Vec<Counter> {
    let typed = typed.to_lowercase();
    match device {
        Some(device) => vec![counter("sign-in from browser", [&device.digest(), &typed], one_more)],
        None => vec![
            counter("sign-in from address", [&network(from), &typed], one_more),
            counter("sign-in", ["", &typed], one_more_of_name),
        ],
    }
}

/// From where it comes, as it is counted: of an IPv6 address its network, in which one machine has as
/// many addresses as it likes.
fn network(from: &From) -> String {
    match from.0.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
        }
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => String::new(),
    }
}

/// Refuses whom one of the counters makes wait.
async fn must_not_wait(desk: &Desk, counters: &[Counter], now: Timestamp) -> Result<(), SignInError> {
    for (counter, _) in counters {
        let failures = desk.store.failures(counter).await?;
        if failures.wait_until > now {
            return Err(SignInError::Wait { seconds: seconds_until(failures.wait_until, now) });
        }
    }
    Ok(())
}

/// The seconds until a moment, rounded up.
fn seconds_until(until: Timestamp, now: Timestamp) -> u64 {
    let left = until.duration_since(now).as_millis();
    u64::try_from(left).map_or(0, |millis| millis.div_ceil(1000))
}

/// Begins a session. `device` is what the browser shows of signing in before.
///
/// # Errors
/// See [`SignInError`].
pub async fn sign_in(
    desk: &Desk,
    passwords: &Passwords,
    (typed, password): (&str, &Secret),
    device: Option<&Secret>,
    from: &From,
) -> Result<Begun, SignInError> {
    let now = desk.clock.now();
    let of_device = match device {
        Some(device) => desk.store.accounts_of_device(&device.digest()).await?,
        None => Vec::new(),
    };
    let signed_in_before = of_device.iter().any(|name| name == typed);
    let counted = counters(typed, from, device.filter(|_| signed_in_before));
    must_not_wait(desk, &counted, now).await?;
    let found = match AccountName::parse(typed) {
        Some(name) => desk.store.account(&name).await?,
        None => None,
    };
    let is_over = |kept: &KeptAccount| kept.must_change && first_password_is_over(kept.password_set_at, now);
    let open =
        |kept: &&KeptAccount| kept.account.disabled.is_none() && kept.account.kind == Kind::Person && !is_over(kept);
    let kept = found.as_ref().filter(open).map(|kept| kept.password.clone());
    let fits = password.expose().chars().count() <= MOST_CHARS;
    let right = passwords.verify(password, kept.filter(|_| fits)).await?;
    // Many may have come at once and been looked at together.
    must_not_wait(desk, &counted, now).await?;
    // What was typed as a name may be a password: only a name that there is stands in the log.
    let known = found.as_ref().map_or("", |kept| kept.account.name.as_str());
    let Some(kept) = found.as_ref().filter(|_| right) else {
        // The auditor is told why; who tries is not.
        let words = if found.as_ref().is_some_and(is_over) {
            "登录失败（初始密码已过期）"
        } else {
            "登录失败"
        };
        let failed = entry(desk, known, Deed::SignInFailed, (known, words), from);
        return Err(failure(desk, &counted, known, &failed).await?);
    };
    let word = cookie_word();
    // A word that somebody else made up makes no browser known.
    let device = match device.filter(|_| !of_device.is_empty()) {
        Some(device) => Secret::new(device.expose().to_owned()),
        None => cookie_word(),
    };
    let signed_in = entry(desk, known, Deed::SignIn, (known, "登录"), from);
    let counters: Vec<String> = counted.into_iter().map(|(counter, _)| counter).collect();
    let (session, device_digest) = (word.digest(), device.digest());
    let (proved, session, counters, entry_of) = (kept, session.as_str(), counters.as_slice(), &signed_in);
    let (way, known_by) = (Way::Password, Some(device_digest.as_str()));
    let beginning = Beginning { proved, way, session, device: known_by, counters, entry: entry_of };
    if !desk.store.begin_session(&beginning).await? {
        // The password was changed while this one was looked at.
        let late = entry(desk, known, Deed::SignInFailed, (known, "登录时密码已被更改"), from);
        desk.store.audit(&[late]).await?;
        return Err(SignInError::Wrong);
    }
    let must_change = kept.must_change || password_is_old(kept.password_set_at, now);
    Ok(Begun { word, device: Some(device), account: kept.account.clone(), must_change })
}

/// Counts a wrong password, and says what is told: of many that were looked at together only the first
/// few are told that they were wrong.
async fn failure(desk: &Desk, counted: &[Counter], known: &str, failed: &Entry) -> Result<SignInError, StoreError> {
    let (noted, now) = (desk.store.note_failure(counted, failed).await?, failed.at);
    for (before, after) in noted {
        if before.wait_until > now {
            return Ok(SignInError::Wait { seconds: seconds_until(before.wait_until, now) });
        }
        if after.wait_until > now {
            tracing::warn!(account = known, failures = after.count, "sign-in is locked for a while");
        }
    }
    Ok(SignInError::Wrong)
}

fn one_more(before: Failures, now: Timestamp) -> Failures {
    counted_on(before, now, wait_after)
}

fn one_more_of_name(before: Failures, now: Timestamp) -> Failures {
    counted_on(before, now, wait_of_name_after)
}

fn counted_on(before: Failures, now: Timestamp, wait_after: fn(u32) -> SignedDuration) -> Failures {
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

/// Changes the own password, which ends all sessions: who did not change it is out. Wrong ones are counted
/// in the session that they are sent from.
///
/// # Errors
/// See [`SignInError`].
pub async fn change_password(
    desk: &Desk,
    passwords: &Passwords,
    (account, session): (&AccountName, &str),
    (old, new): (&Secret, &Secret),
    from: &From,
) -> Result<(), SignInError> {
    let counted = [counter("password of session", [session, account.as_str()], one_more)];
    let now = desk.clock.now();
    must_not_wait(desk, &counted, now).await?;
    let kept = desk.store.account(account).await?.ok_or(SignInError::Wrong)?;
    let right = passwords.verify(old, Some(kept.password.clone())).await?;
    // Many may have come at once and been looked at together.
    must_not_wait(desk, &counted, now).await?;
    if !right {
        let failed =
            entry(desk, account.as_str(), Deed::SignInFailed, (account.as_str(), "更改密码时原密码有误"), from);
        return Err(failure(desk, &counted, account.as_str(), &failed).await?);
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
