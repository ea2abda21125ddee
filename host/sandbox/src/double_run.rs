//! The double run (双次试运行): before a rule is switched on it is called twice on invented calls, and
//! must answer the same both times, at the same cost. The engine leaves a guest nothing that
//! could differ; this finds out when that promise does not hold, on this machine and for this
//! rule, before a decision depends on it that could not be replayed.

use crate::guest::{Called, Guest};
use chuishao_domain::rule::problem::Problem;
use chuishao_domain::rule::record::CallFailure;
use chuishao_domain::rule::sample;
use chuishao_domain::rule::settings::Settings;

/// What came of a double run in which every answer was the same twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repeated {
    /// Invented calls, each made twice.
    pub calls: usize,
    /// The most fuel that one took.
    pub most_fuel: u64,
    /// Calls on which the rule failed, the same way twice. A rule may well decline what was only
    /// invented; a trap is its author's business.
    pub failures: Vec<CallFailure>,
}

/// Calls a rule twice on an invented call of each event that it listens to, under the settings of
/// an activation, or, while there is none, those of [`sample::settings`].
///
/// # Errors
/// `package.not-repeatable`, naming the event and what differed.
pub fn double_run(guest: &Guest, settings: &Settings) -> Result<Repeated, Problem> {
    let manifest = &guest.package().manifest;
    let mut repeated = Repeated::default();
    let calls = sample::inputs(manifest)
        .into_iter()
        .map(|(kind, input)| (kind, [guest.call(&input, settings), guest.call(&input, settings)]));
    let reviews = sample::reviews(manifest)
        .into_iter()
        .map(|input| (input.kind.event_kind(), [guest.review(&input, settings), guest.review(&input, settings)]));
    for (kind, [first, second]) in calls.chain(reviews) {
        if let Some(what) = difference(&first, &second) {
            return Err(Problem::new(
                "package.not-repeatable",
                format!("事件 {kind}"),
                format!("同样的输入运行两次，{what}不同：这样的规则无法复核，不能启用；请联系主机的维护人员"),
                "two runs on the same input differ: its decisions could not be replayed",
            ));
        }
        repeated.calls += 1;
        repeated.most_fuel = repeated.most_fuel.max(first.fuel);
        repeated.failures.extend(first.answer.err());
    }
    Ok(repeated)
}

/// In what two calls differ, of what must be the same.
fn difference(first: &Called, second: &Called) -> Option<&'static str> {
    if first.answer != second.answer {
        Some("回答")
    } else if first.log != second.log {
        Some("日志")
    } else if first.fuel != second.fuel {
        Some("算力")
    } else if first.memory_bytes != second.memory_bytes {
        Some("内存")
    } else {
        None
    }
}
