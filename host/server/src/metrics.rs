//! How the server runs, in figures for Prometheus (运行指标): counted here and told as text. Routes,
//! statuses and times, and what waits; never an id, a name or a word of a request. What each is for
//! stands in `docs/monitoring`, with the alerts that are made of them.

use crate::desk::Desk;
use crate::store::StoreError;
use crate::store::backlog::Backlog;
use crate::store::outbox::OutboxCounts;
use chuishao_domain::calendar::moment;
use chuishao_domain::plugin::rollout::Halt;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, prometheus_text, text};
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

/// What stands now, on this server and in its database.
pub struct Standing {
    outbox: OutboxCounts,
    backlog: Backlog,
    now: Timestamp,
    acting: usize,
    not_acting: usize,
    quarantined: usize,
    tripped: usize,
    with_problems: usize,
}

impl Standing {
    /// Looks.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of(desk: &Desk) -> Result<Self, StoreError> {
        let (outbox, backlog) = (desk.store.outbox_counts().await?, desk.store.backlog().await?);
        let live = desk.registry.live();
        let in_use = || live.rollouts.values().filter(|rollout| rollout.is_in_use());
        let halted = |is: fn(&Halt) -> bool| {
            in_use().filter(|rollout| rollout.revisions.iter().any(|of| of.halt.as_ref().is_some_and(is))).count()
        };
        let acting = live.rulebook.activations().len();
        Ok(Self {
            outbox,
            backlog,
            now: desk.clock.now(),
            acting,
            not_acting: live.statuses.len().saturating_sub(acting),
            quarantined: halted(|halt| matches!(halt, Halt::Quarantine { .. })),
            tripped: halted(|halt| matches!(halt, Halt::Breaker { .. })),
            with_problems: live.statuses.iter().filter(|status| !status.problems.is_empty()).count(),
        })
    }

    /// How many seconds ago something was; nothing is ago that is still to come.
    fn seconds_since(&self, then: Option<Timestamp>) -> i64 {
        then.map_or(0, |then| self.now.as_second() - then.as_second()).max(0)
    }

    /// The end of the first day that has no seal. Where no day has one, none is missed yet.
    fn unsealed_since(&self) -> Option<Timestamp> {
        let after = self.backlog.sealed_until?.tomorrow().and_then(Date::tomorrow).ok()?;
        moment(after.to_datetime(Time::midnight()))
    }
}

/// A name, what it says, and how it is read off.
type Reading = (&'static str, &'static str, fn(&Standing) -> i64);

/// What is read off when somebody asks.
const READINGS: [Reading; 12] = [
    ("outbox_waiting", "Messages that wait to go out", |now| now.outbox.waiting),
    ("outbox_delivered", "Messages that went out and are still kept", |now| now.outbox.delivered),
    ("outbox_oldest_seconds", "Age of the oldest message that waits to go out", |now| {
        now.seconds_since(now.backlog.oldest_message)
    }),
    ("dead_letters", "Documents that a receiver did not take and nobody has decided on", |now| {
        now.backlog.dead_letters
    }),
    ("clock_late_seconds", "How long the clock is late with what it has to look at first", |now| {
        now.seconds_since(now.backlog.next_look)
    }),
    ("figures_unfolded", "Changes that are not in the sums of reports yet, counted up to 100000", |now| {
        now.backlog.unfolded
    }),
    ("seal_late_seconds", "How long ago the first day ended that has no seal", |now| {
        now.seconds_since(now.unsealed_since())
    }),
    ("plugins_acting", "Plugins that act on tickets", |now| many(now.acting)),
    ("plugins_not_acting", "Plugins that are there and do not act", |now| many(now.not_acting)),
    ("plugins_quarantined", "Plugins in quarantine", |now| many(now.quarantined)),
    ("plugins_tripped", "Plugins that the breaker stopped", |now| many(now.tripped)),
    ("plugins_with_problems", "Plugins that should run here and cannot", |now| many(now.with_problems)),
];

fn many(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// In which of the two forms it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// What a Prometheus asks for first.
    OpenMetrics,
    /// The older one, which other collectors read.
    PrometheusText,
}

impl Form {
    /// The type of an answer in OpenMetrics.
    pub const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    /// The type of one in the older form.
    pub const PROMETHEUS_TEXT: &str = prometheus_text::CONTENT_TYPE;

    /// The older one for who asks for it and does not know the other.
    #[must_use]
    pub fn accepted(accept: &str) -> Self {
        let knows_no_other = accept.contains("text/plain") && !accept.contains("application/openmetrics-text");
        if knows_no_other { Self::PrometheusText } else { Self::OpenMetrics }
    }

    /// The type of the answer.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::OpenMetrics => Self::OPEN_METRICS,
            Self::PrometheusText => Self::PROMETHEUS_TEXT,
        }
    }
}

/// What is counted.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Answered, Counter>,
    seconds: Family<Timed, Histogram>,
    gauges: Arc<[Gauge]>,
}

impl Default for Metrics {
    fn default() -> Self {
        let requests = Family::<Answered, Counter>::default();
        let seconds = Family::<Timed, Histogram>::new_with_constructor(|| Histogram::new(BOUNDS));
        let mut registry = Registry::with_prefix("chuishao");
        registry.register("requests", "Requests by route and status", requests.clone());
        registry.register("request_seconds", "Time to an answer by route", seconds.clone());
        let gauge = |(name, help, _): Reading| {
            let gauge: Gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let gauges = READINGS.map(gauge).into();
        Self { registry: Arc::new(registry), requests, seconds, gauges }
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
    pub fn text(&self, standing: &Standing, form: Form) -> String {
        for (gauge, (_, _, read)) in self.gauges.iter().zip(READINGS) {
            gauge.set(read(standing));
        }
        let mut text = String::new();
        // Writing into a text cannot fail.
        let _ = match form {
            Form::OpenMetrics => text::encode(&mut text, &self.registry),
            Form::PrometheusText => prometheus_text::encode(&mut text, &self.registry),
        };
        text
    }
}
