//! Where the time of a call goes: the spans that traces are made of, summed up by their names.

use chuishao_sandbox::traces::TRACES;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tracing::span::{Attributes, Id};
use tracing::{Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// The sums since they were last taken.
#[derive(Clone, Default)]
pub struct Spans(Arc<Mutex<BTreeMap<&'static str, Duration>>>);

struct Began(Instant);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() == TRACES
    }

    fn on_new_span(&self, _: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Began(Instant::now()));
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        if let Some(Began(at)) = span.extensions().get() {
            let mut sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *sums.entry(span.name()).or_default() += at.elapsed();
        }
    }
}

impl Spans {
    /// Sums up all that happens in this process from the first time on.
    pub fn of_this_process() -> &'static Self {
        static SPANS: OnceLock<Spans> = OnceLock::new();
        SPANS.get_or_init(|| {
            let spans = Self::default();
            let subscriber = tracing_subscriber::registry().with(spans.clone());
            tracing::subscriber::set_global_default(subscriber).expect("nobody else listens");
            spans
        })
    }

    /// The sums so far; it begins anew.
    pub fn take(&self) -> BTreeMap<&'static str, Duration> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
