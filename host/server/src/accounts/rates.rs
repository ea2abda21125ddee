//! Who asks how often (频率限制), in this process: it saves work and decides nothing else, so that
//! several servers each count for themselves.

use chuishao_domain::account::Kind;
use chuishao_domain::account::rate::{Bucket, Rate, Rates};
use lru::LruCache;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Callers that are remembered: more than a city has at work. Who was forgotten begins anew.
const MOST_CALLERS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(20_000 - 1);

/// The buckets.
#[derive(Clone)]
pub struct Buckets {
    rates: Rates,
    began: Instant,
    buckets: Arc<Mutex<LruCache<String, Bucket>>>,
}

impl Buckets {
    /// None taken from yet.
    #[must_use]
    pub fn new(rates: Rates) -> Self {
        Self { rates, began: Instant::now(), buckets: Arc::new(Mutex::new(LruCache::new(MOST_CALLERS))) }
    }

    /// Counts a request of an account; otherwise in how many seconds it may be tried again.
    ///
    /// # Errors
    /// It asks too often.
    pub fn of_account(&self, name: &str, kind: Kind) -> Result<(), u64> {
        let rate = if kind == Kind::Machine { self.rates.machine } else { self.rates.person };
        self.take(format!("account {name}"), rate)
    }

    /// The same for somebody who has not shown who he is, by where it comes from.
    ///
    /// # Errors
    /// It asks too often.
    pub fn of_address(&self, address: &str) -> Result<(), u64> {
        self.take(format!("address {address}"), self.rates.stranger)
    }

    fn take(&self, caller: String, rate: Rate) -> Result<(), u64> {
        let now = self.began.elapsed();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.get_or_insert_mut(caller, || Bucket::full(rate, now));
        bucket.take(rate, now).map_err(seconds)
    }
}

/// Rounded up: who comes a moment too early waits again.
fn seconds(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX)
}
