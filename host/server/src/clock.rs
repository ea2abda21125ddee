//! The moment. Everything that happens asks this one clock; a demonstration may move it.

use jiff::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};

/// A moment to the millisecond, as the store keeps it.
#[must_use]
pub fn to_millisecond(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

/// The system's clock, or one that stands where it was put.
pub enum Clock {
    /// 系统时钟
    System,
    /// 可拨动的时钟, for demonstrations and tests: milliseconds since 1970.
    Movable(AtomicI64),
}

impl Clock {
    /// A clock that stands at a moment until it is moved.
    #[must_use]
    pub fn movable(at: Timestamp) -> Self {
        Self::Movable(AtomicI64::new(at.as_millisecond()))
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => to_millisecond(Timestamp::now()),
            Self::Movable(at) => {
                Timestamp::from_millisecond(at.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
            }
        }
    }

    /// Moves a movable clock forward; one that is the system's, or a moment that has passed,
    /// stays. Says whether it moved.
    pub fn move_to(&self, to: Timestamp) -> bool {
        match self {
            Self::System => false,
            Self::Movable(at) => at.fetch_max(to.as_millisecond(), Ordering::SeqCst) <= to.as_millisecond(),
        }
    }
}
