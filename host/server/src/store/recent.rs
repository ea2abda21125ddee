//! Tickets as this server last wrote them (近期工单): three of four commands come soon after
//! another on the same ticket, and need not read it again. A ticket from here may be behind
//! what another server wrote. That does no harm: a change is written only at the version that
//! it was computed from, and who would refuse because of what stands here looks into the
//! database first.

use super::tickets::Current;
use chuishao_domain::ids::TicketId;
use lru::LruCache;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};

/// Tickets that are kept: some 4 kilobytes each, and more calls than any morning has open at
/// the same moment.
const MOST_KEPT: NonZeroUsize = NonZeroUsize::new(4096).expect("not zero");

/// See above.
#[derive(Clone)]
pub(super) struct Recent(Arc<Mutex<LruCache<TicketId, Current>>>);

impl Recent {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(MOST_KEPT))))
    }

    /// Takes a ticket out: one command at a time computes from it.
    pub(super) fn take(&self, id: &TicketId) -> Option<Current> {
        self.0.lock().ok()?.pop(id)
    }

    pub(super) fn keep(&self, current: Current) {
        if let Ok(mut kept) = self.0.lock() {
            kept.put(current.ticket.id.clone(), current);
        }
    }
}
