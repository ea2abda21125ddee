//! How long things of accounts last, and how often one may fail (会话、令牌和锁定的限度). Each has
//! its reason here and is enforced where it is asked.

use jiff::{SignedDuration, Timestamp};

/// A session that nobody used for so long has ended (空闲退出): somebody left the desk.
pub const SESSION_IDLE: SignedDuration = SignedDuration::from_mins(30);
/// A session ends after a shift, used or not.
pub const SESSION_LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// Sessions of one account at a time: the desk, the meeting room and the telephone. The oldest ends.
pub const MOST_SESSIONS: usize = 3;
/// When a session was last used is kept to the minute: each request would be a write otherwise.
pub const SESSION_SEEN_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// Longest life of a token: a machine is visited once a year.
pub const TOKEN_LONGEST_DAYS: u16 = 366;
/// Tokens of one account: one in use, one to change to, and some.
pub const MOST_TOKENS: usize = 5;

/// A password is changed after so long (GB/T 22239-2019 8.1.4.1: 定期更换).
pub const PASSWORD_LONGEST: SignedDuration = SignedDuration::from_hours(24 * 90);

/// A first password that nobody changed for so long opens nothing any more: it lies on a sheet of paper
/// somewhere. The account gets another one.
pub const FIRST_PASSWORD_LONGEST: SignedDuration = SignedDuration::from_hours(24 * FIRST_PASSWORD_DAYS);
/// The same in days, as people are told.
pub const FIRST_PASSWORD_DAYS: i64 = 7;

/// So many wrong passwords cost nothing: people mistype.
pub const FREE_FAILURES: u32 = 4;
/// The wait after the first that costs; it doubles with each further one.
pub const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(1);
/// It doubles up to this: long enough that guessing is hopeless, short enough that who mistypes is not
/// out for the day.
pub const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);
/// Failures are forgotten after a day without one.
pub const FAILURES_FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);

/// Under a name alone, wherever they come from, so many wrong passwords cost nothing: who knows none
/// tries from many addresses.
pub const FREE_FAILURES_OF_NAME: u32 = 20;
/// From then on each costs this much and never more, whoever comes: it slows guessing down and shuts
/// nobody out. A browser that is known does not wait here at all.
pub const WAIT_OF_NAME: SignedDuration = SignedDuration::from_secs(15);

/// A sign-in that goes on elsewhere (单点登录) comes back within this: time to find a telephone for a second
/// proof, and not until tomorrow.
pub const ATTEMPT_LONGEST: SignedDuration = SignedDuration::from_secs(ATTEMPT_SECONDS.cast_signed());
/// The same in seconds, as a browser is told.
pub const ATTEMPT_SECONDS: u64 = 600;

/// Browsers that an account is known from: the seats of a room, and a telephone. The oldest is forgotten.
pub const MOST_DEVICES: usize = 20;
/// A browser that nobody signed in from for so long is not known any more.
pub const DEVICE_FORGOTTEN: SignedDuration = SignedDuration::from_hours(24 * 180);

/// How long a name has to wait after so many wrong passwords from anywhere.
#[must_use]
pub fn wait_of_name_after(failures: u32) -> SignedDuration {
    if failures > FREE_FAILURES_OF_NAME { WAIT_OF_NAME } else { SignedDuration::ZERO }
}

/// How long who is counted alone (a name at its address, a browser, a session) has to wait after so
/// many wrong passwords in a row.
#[must_use]
pub fn wait_after(failures: u32) -> SignedDuration {
    let Some(costly) = failures.checked_sub(FREE_FAILURES + 1) else { return SignedDuration::ZERO };
    let doubled = 1_i32.checked_shl(costly).filter(|times| *times > 0).and_then(|times| FIRST_WAIT.checked_mul(times));
    doubled.unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT)
}

/// Whether something that began and was last seen then is over now.
#[must_use]
pub fn session_is_over(begun_at: Timestamp, seen_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(begun_at) >= SESSION_LONGEST || now.duration_since(seen_at) >= SESSION_IDLE
}

/// Whether a first password was left lying for too long.
#[must_use]
pub fn first_password_is_over(set_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(set_at) >= FIRST_PASSWORD_LONGEST
}

/// Whether a password has to be changed for its age.
#[must_use]
pub fn password_is_old(set_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(set_at) >= PASSWORD_LONGEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_and_has_an_end() {
        let minutes: Vec<i64> = (0..14).map(|failures| wait_after(failures).as_mins()).collect();
        assert_eq!(minutes, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(wait_after(u32::MAX), LONGEST_WAIT);
        let of_name: Vec<i64> = [0, 20, 21, 22, u32::MAX].map(|failures| wait_of_name_after(failures).as_secs()).into();
        assert_eq!(of_name, [0, 0, 15, 15, 15], "it does not grow");
    }
}
