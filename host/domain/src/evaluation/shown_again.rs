//! What costs much to make and may be a little old is shown again for a while, so that a meeting in
//! which everybody opens the same does not make it anew for each. While it is being read, the next one
//! is made beside, by one reader, so that nobody waits for it.

use jiff::{SignedDuration, Timestamp};

/// How old it may be that is shown. What stands still is counted in working days.
pub const OLDEST: SignedDuration = SignedDuration::from_secs(60);

/// From this age on, the next one is made beside.
pub const RENEWED: SignedDuration = SignedDuration::from_secs(10);

/// What was made at a moment.
#[derive(Clone, Debug)]
pub struct ShownAgain<T> {
    what: T,
    made_at: Timestamp,
    being_renewed: bool,
}

impl<T> ShownAgain<T> {
    /// Made just now.
    #[must_use]
    pub fn new(what: T, made_at: Timestamp) -> Self {
        Self { what, made_at, being_renewed: false }
    }

    /// Whether it stays when one comes that was made at this moment: of two that are made at the same time
    /// the older may be ready last. One of a moment to come goes in any case.
    #[must_use]
    pub fn stays(&self, other_made_at: Timestamp, now: Timestamp) -> bool {
        self.made_at > other_made_at && self.made_at <= now
    }

    /// What may be shown, and whether whoever asks is to renew it.
    pub fn shown(&mut self, now: Timestamp) -> Option<(&T, bool)> {
        let age = now.duration_since(self.made_at);
        if age.is_negative() || age > OLDEST {
            return None;
        }
        let renew = age >= RENEWED && !std::mem::replace(&mut self.being_renewed, true);
        Some((&self.what, renew))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> (ShownAgain<()>, Timestamp) {
        let made_at: Timestamp = "2024-11-06T01:00:00Z".parse().expect("a moment");
        (ShownAgain::new((), made_at), made_at)
    }

    fn renews(made: &mut ShownAgain<()>, at: Timestamp) -> Option<bool> {
        made.shown(at).map(|(_, renew)| renew)
    }

    #[test]
    fn it_is_shown_for_a_minute_and_renewed_by_one_reader() {
        let (mut made, made_at) = made();
        assert_eq!(renews(&mut made, made_at), Some(false));
        let later = made_at.saturating_add(RENEWED).expect("later");
        assert_eq!(renews(&mut made, later), Some(true));
        assert_eq!(renews(&mut made, later), Some(false), "another reader renews it already");
        assert_eq!(renews(&mut made, made_at.saturating_add(OLDEST).expect("later")), Some(false));
    }

    #[test]
    fn the_newer_of_two_stays() {
        let (made, made_at) = made();
        let second = SignedDuration::from_secs(1);
        let (before, after) = (made_at.saturating_sub(second), made_at.saturating_add(second));
        let (before, after) = (before.expect("earlier"), after.expect("later"));
        assert!(made.stays(before, after) && made.stays(before, made_at));
        assert!(!made.stays(made_at, after) && !made.stays(after, after));
        assert!(!made.stays(before, before), "it is of a moment to come");
    }

    #[test]
    fn an_old_one_and_one_of_a_moment_to_come_are_not_shown() {
        let (mut made, made_at) = made();
        let second = SignedDuration::from_secs(1);
        assert_eq!(renews(&mut made, made_at.saturating_add(OLDEST + second).expect("later")), None);
        assert_eq!(renews(&mut made, made_at.saturating_sub(second).expect("earlier")), None);
    }
}
