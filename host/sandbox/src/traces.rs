//! A call's part of a trace (链路): which plugin was asked, about what, at what cost. Never what it was
//! told or said.

use crate::guest::Called;
use crate::rulebook::Activation;
use chuishao_domain::rule::kinds::EventKind;
use tracing::Span;
use tracing::field::Empty;

/// The target of all spans that traces are made of: a request, its command or rehearsal,
/// each plugin that is asked. Lines of the log have other targets.
pub const TRACES: &str = "chuishao::traces";

/// The span of a call within a command or its rehearsal; none where neither is traced: reviews, the
/// shadow, the past that is computed again.
pub(crate) fn of_call(activation: &Activation, event: EventKind, depth: usize) -> Span {
    if Span::current().is_none() {
        return Span::none();
    }
    tracing::info_span!(
        target: TRACES,
        "plugin",
        otel.name = activation.actor.name(),
        otel.status_code = Empty,
        rollout = %activation.rollout,
        version = %activation.edition.version,
        event = ?event,
        depth = number(depth),
        fuel = Empty,
        proposals = Empty,
    )
}

/// What came of it.
pub(crate) fn called(span: &Span, called: &Called) {
    span.record("fuel", called.fuel.cast_signed());
    match &called.answer {
        Ok(proposals) => span.record("proposals", number(proposals.len())),
        Err(_) => span.record("otel.status_code", "ERROR"),
    };
}

/// OpenTelemetry knows signed numbers alone; others would become texts.
fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
