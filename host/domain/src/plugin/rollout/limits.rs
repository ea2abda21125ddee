//! What a rollout may cost and change (限额). What goes over is stopped alone: its tickets are
//! handled on as if it were not there, and its neighbours notice nothing.

use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// Limits of one rollout; every one has a usual value, and the city may set another. What it may change
/// in an hour is counted over all servers of the city; its calls, what they cost and what fails in a
/// row, on each server alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// 熔断: tickets that it may change within an hour, 1 to 100,000. A county has some 200 calls
    /// in a busy hour, of which a local rule concerns a few.
    pub changed_per_hour: u32,
    /// 熔断: of a thousand tickets that it is asked about within an hour, how many it may change,
    /// 1 to 1,000; looked at from [`SHARE_FROM`] tickets on.
    pub changed_permille: u16,
    /// Calls within a minute, 1 to 1,000,000: the whole city has some 3,000 events in a busy one.
    pub calls_per_minute: u32,
    /// Fuel within a minute, in millions, 1 to 1,000,000: a compiled rule needs 0.02 for a call, a
    /// Python one 5.
    pub fuel_per_minute: u32,
    /// Wall time within a minute, in milliseconds, 1 to 60,000: what a rule that is slow by design
    /// takes away from the others.
    pub millis_per_minute: u32,
    /// Costly calls within a minute, 1 to 1,000,000: a rule that is cheap is never stopped because a
    /// storm makes many people call, and one that burns nearly all it may at each call soon is.
    pub costly_calls_per_minute: u32,
    /// 隔离: failures in a row, 1 to 1,000.
    pub failures_in_a_row: u32,
    /// 隔离: calls in a row of whose proposals every one was refused, 1 to 100,000. Such a rule does
    /// nothing but make work; calls that ask for nothing do not count.
    pub refused_in_a_row: u32,
}

/// Fuel from which on a call is costly (高耗): half of what a call may use at all, twice what a
/// Python rule needs.
pub const COSTLY_FUEL: u64 = 10_000_000;

/// Wall time from which on a call is costly, in microseconds: ten times what its fuel takes on a
/// usual machine. What is slow without using fuel shows here.
pub const COSTLY_MICROS: u64 = 100_000;

/// Tickets from which on a share means anything.
pub const SHARE_FROM: u32 = 20;

impl Default for Limits {
    fn default() -> Self {
        Self {
            changed_per_hour: 500,
            changed_permille: 1000,
            calls_per_minute: 30_000,
            fuel_per_minute: 20_000,
            millis_per_minute: 15_000,
            costly_calls_per_minute: 20,
            failures_in_a_row: 5,
            refused_in_a_row: 100,
        }
    }
}

impl Limits {
    /// Whether every limit is within its range.
    ///
    /// # Errors
    /// `limits-range`, naming the first that is not.
    pub fn check(&self) -> Result<(), Refusal> {
        let ranges = [
            ("changed_per_hour", "每小时改动工单数", self.changed_per_hour, 100_000),
            ("changed_permille", "改动工单的千分比", self.changed_permille.into(), 1000),
            ("calls_per_minute", "每分钟调用次数", self.calls_per_minute, 1_000_000),
            ("fuel_per_minute", "每分钟算力（百万）", self.fuel_per_minute, 1_000_000),
            ("millis_per_minute", "每分钟用时（毫秒）", self.millis_per_minute, 60_000),
            ("costly_calls_per_minute", "每分钟高耗调用次数", self.costly_calls_per_minute, 1_000_000),
            ("failures_in_a_row", "连续失败次数", self.failures_in_a_row, 1000),
            ("refused_in_a_row", "连续全部被拒次数", self.refused_in_a_row, 100_000),
        ];
        match ranges.into_iter().find(|(_, _, given, most)| !(1..=*most).contains(given)) {
            None => Ok(()),
            Some((name, title, given, most)) => Err(Refusal::new(
                "limits-range",
                format!("「{title}」是 {given}，应在 1 到 {most} 之间"),
                format!("{name} is {given}, not within 1 to {most}"),
            )),
        }
    }
}
