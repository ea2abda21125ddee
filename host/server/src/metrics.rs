//! How the server runs, in figures for Prometheus (运行指标): counted here and told as OpenMetrics text.
//! Routes, statuses and times; never an id, a name or a word of a request.

use crate::store::outbox::OutboxCounts;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::sync::Arc;
use std::time::Duration;

/// The kind of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
enum Class {
    /// 2xx and 3xx
    Done,
    /// 4xx
    Refused,
    /// 5xx
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Timed {
    route: String,
    class: Class,
}

/// Bounds of the times, in seconds: a page of the desk is to take less than 50 ms.
const BOUNDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// What is counted.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Answered, Counter>,
    seconds: Family<Timed, Histogram>,
    waiting: Gauge,
    delivered: Gauge,
    plugins: Gauge,
    stopped: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let requests = Family::<Answered, Counter>::default();
        let seconds = Family::<Timed, Histogram>::new_with_constructor(|| Histogram::new(BOUNDS));
        let [waiting, delivered, plugins, stopped] = [(); 4].map(|()| Gauge::default());
        let mut registry = Registry::with_prefix("chuishao");
        registry.register("requests", "Requests by route and status", requests.clone());
        registry.register("request_seconds", "Time to an answer by route", seconds.clone());
        registry.register("outbox_waiting", "Messages that wait to go out", waiting.clone());
        registry.register("outbox_delivered", "Messages that went out and are still kept", delivered.clone());
        registry.register("plugins_acting", "Plugins that act on tickets", plugins.clone());
        registry.register("plugins_not_acting", "Plugins that are there and do not act", stopped.clone());
        Self { registry: Arc::new(registry), requests, seconds, waiting, delivered, plugins, stopped }
    }
}

impl Metrics {
    /// Counts an answer.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let (method, route) = (method.to_owned(), route.to_owned());
        let class = match status {
            0..400 => Class::Done,
            400..500 => Class::Refused,
            _ => Class::Failed,
        };
        self.seconds.get_or_create(&Timed { route: route.clone(), class }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Answered { method, route, status }).inc();
    }

    /// All of it as text, with what stands now.
    #[must_use]
    pub fn text(&self, outbox: &OutboxCounts, (acting, all): (usize, usize)) -> String {
        let gauge = |of: &Gauge, count: i64| {
            of.set(count);
        };
        gauge(&self.waiting, outbox.waiting);
        gauge(&self.delivered, outbox.delivered);
        gauge(&self.plugins, i64::try_from(acting).unwrap_or(i64::MAX));
        gauge(&self.stopped, i64::try_from(all.saturating_sub(acting)).unwrap_or(i64::MAX));
        let mut text = String::new();
        // Writing into a text cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
