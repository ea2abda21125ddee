//! What the program says while it runs: lines of the log for people and, where a collector is named,
//! traces (链路) of each request through the desk into each plugin, by OpenTelemetry.
//!
//! A span has routes, commands, ticket numbers, plugins and their cost: never a caller, nor a word of
//! what anybody said.

use chuishao_sandbox::traces::TRACES;
use chuishao_server::http::blocking_client;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use reqwest::Url;
use reqwest::redirect::Policy;
use std::error::Error;
use std::io::IsTerminal;
use std::time::Duration;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry};

/// How long a collector may take for a batch; while it is away, spans are dropped and nobody waits.
const PATIENCE: Duration = Duration::from_secs(5);

/// Traces on their way to a collector.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// To a collector that speaks OTLP over HTTP, by the address that its manual tells: a thread of its
    /// own sends them in batches.
    ///
    /// # Errors
    /// The address is none, or nothing can be sent at all.
    pub fn to(collector: &str) -> Result<Self, Box<dyn Error>> {
        let wrong = || {
            format!(
                "链路收集器的地址 {collector:?} 不可用：须为 http:// 或 https:// 开头的完整地址 (not an http or https address)"
            )
        };
        let http = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
        let url = Url::parse(collector).ok().filter(http).ok_or_else(wrong)?;
        let endpoint = format!("{}/v1/traces", url.as_str().trim_end_matches('/'));
        let client = blocking_client().redirect(Policy::none()).timeout(PATIENCE).build()?;
        let exporter = SpanExporter::builder().with_http().with_http_client(client).with_protocol(Protocol::HttpJson);
        let exporter = exporter.with_endpoint(endpoint).with_timeout(PATIENCE).build()?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder().with_service_name("chuishao").with_attribute(version).build();
        Ok(Self(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build()))
    }

    /// Sends what is left.
    pub fn finish(self) {
        if let Err(error) = self.0.shutdown() {
            eprintln!("最后的链路没有送出 the last traces were not sent: {error}");
        }
    }
}

/// Begins to log, at this level where the environment's `RUST_LOG` names no other, and to trace.
pub fn log(default: &str, traces: Option<&Traces>) {
    let mut filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    // A line says itself what it is about.
    if let Ok(no_spans) = format!("{TRACES}=off").parse() {
        filter = filter.add_directive(no_spans);
    }
    let colours = std::io::stderr().is_terminal();
    let lines = fmt::layer().with_ansi(colours).with_writer(std::io::stderr).with_filter(filter);
    let spans = traces.map(|Traces(provider)| {
        let spans = tracing_opentelemetry::layer().with_tracer(provider.tracer("chuishao"));
        let spans = spans.with_location(false).with_threads(false).with_target(false).with_tracked_inactivity(false);
        spans.with_filter(filter_fn(|about| about.target() == TRACES))
    });
    registry().with(lines).with(spans).init();
}
