//! The impact report (影响评估): what a candidate rule would have done over a past period, held
//! against what happened and against the rules that are on. Parts of it are computed apart, in any
//! order, and added.
//!
//! - [`asked`]: what is asked;
//! - [`heard`]: what the rules came to at one moment of a ticket;
//! - [`sums`]: what many moments come to; [`spread`]: how much fuel; [`examples`]: some of
//!   them, to open and look at.

pub mod asked;
pub mod examples;
pub mod heard;
pub mod spread;
pub mod sums;

use asked::Asked;
use serde::{Deserialize, Serialize};
use sums::Sums;

/// The whole report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ImpactReport {
    /// What was asked.
    pub asked: Asked,
    /// What came out.
    pub sums: Sums,
}
