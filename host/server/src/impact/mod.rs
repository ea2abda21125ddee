//! The impact report (影响评估): a candidate rule, a new version or new settings, is run over a past
//! period before it is switched on. Each event of the tickets' lives that it listens to is walked
//! again from the ticket as it was at that moment: with the rules that are on, and with the candidate
//! in its place; what comes out is held against each other and against what happened.
//!
//! - [`trial`]: what is tried, over which period;
//! - [`reach`]: which tickets and events it can touch at all;
//! - `look`: one ticket; [`run`]: all of them, on all processors, beside a running server, in parts
//!   that outlive a crash; [`runs`]: runs that a server has under way;
//! - [`words`], [`html`]: the report as people read it; [`limits`]: what it cannot say.
//!
//! What is exact: the ticket as it was, the figures as they were, the whole chain of rules. What is
//! not, stands in [`limits::LIMITS`] and in each report.

pub mod html;
pub mod limits;
mod look;
pub mod reach;
pub mod run;
pub mod runs;
pub mod trial;
pub mod words;
