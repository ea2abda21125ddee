//! Turns (轮值): where several servers share one database, one of them plays the clock and
//! one cleans up. Two that both do lose nothing but time, so a turn is asked for only now and
//! then.

use crate::store::{Store, StoreError};
use jiff::{SignedDuration, Timestamp};

/// How long a turn lasts: so long after a server died or froze another goes on.
const LASTS: SignedDuration = SignedDuration::from_secs(10);

/// One server's claim to a turn.
pub struct Turn {
    name: String,
    /// Tells servers apart, also two that were started in the same moment.
    holder: String,
    kept_until: Timestamp,
}

impl Turn {
    /// A claim; nobody has been asked yet.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        let mut holder = [0; 8];
        // Without chance the process's number has to do.
        if getrandom::fill(&mut holder).is_err() {
            holder = u64::from(std::process::id()).to_le_bytes();
        }
        Self { name: name.into(), holder: u64::from_le_bytes(holder).to_string(), kept_until: Timestamp::MIN }
    }

    /// Whether it is this server's turn now. Half-way through, it is extended.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_mine(&mut self, store: &Store) -> Result<bool, StoreError> {
        let now = Timestamp::now();
        if now.saturating_add(LASTS / 2).unwrap_or(now) < self.kept_until {
            return Ok(true);
        }
        let until = now.saturating_add(LASTS).unwrap_or(now);
        let mine = store.take_turn(&self.name, &self.holder, now, until).await?;
        self.kept_until = if mine { until } else { Timestamp::MIN };
        Ok(mine)
    }

    /// Lets another server go on at once.
    pub async fn give_back(self, store: &Store) {
        if let Err(error) = store.give_turn_back(&self.name, &self.holder).await {
            tracing::warn!(error = %error, "a turn was not given back; it runs out");
        }
    }
}
