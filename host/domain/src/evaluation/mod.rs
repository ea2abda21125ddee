//! Evaluation (考核评价): the figures by which the city judges how it handles its matters, and
//! the scores made of them. All of it is a pure function of what became of tickets and of a
//! published rule set, in whole numbers, so that the same input gives the same score
//! everywhere, bit for bit.
//!
//! In reading order:
//! - [`outcome`]: what became of one ticket, as a store can fill it from columns;
//!   [`milestones`]: the moments on the way there, folded from its events;
//! - [`rate`], [`handling`], [`growth`], [`first_response`], [`counts`]: what many tickets add up to;
//!   [`packed`]: first responses as bytes;
//! - [`indicator`], [`definition`]: the named figures: formula, measure, source, what stays out;
//! - [`curve`], [`rule_set`]: how a figure becomes points, as data with a period of validity;
//! - [`score_pair`], [`score_ledger`]: 双加双减, each result scored on both sides at once;
//! - [`appeal`] (考核申诉): a contested score; [`excluded`] (剔除): a ticket that is not judged;
//! - [`score_sheet`]: the score of one subject in one period; [`gathered`]: what it was made of;
//! - [`peer_group`]: who is compared with whom; there is no league table;
//! - [`ageing`]: where open tickets are stuck; [`shown_again`]: for how long that is shown;
//! - [`period`], [`days`], [`points`], [`subject`]: the small words of all this.
//!
//! What the articles and norms do not say is an assumption, marked as such where it stands
//! and kept as data where a city will want another value. Local rules have no part in it
//! (guard rail G18): nothing here takes a rule's word.

pub mod ageing;
pub mod appeal;
pub mod counts;
pub mod curve;
pub mod days;
pub mod definition;
pub mod excluded;
pub mod first_response;
pub mod gathered;
pub mod growth;
pub mod handling;
pub mod indicator;
pub mod milestones;
pub mod outcome;
pub mod packed;
pub mod peer_group;
pub mod period;
pub mod points;
pub mod rate;
mod rule_files;
pub mod rule_set;
pub mod score_ledger;
pub mod score_pair;
pub mod score_sheet;
pub mod shown_again;
pub mod subject;

pub use rate::{Rate, Tally};
pub use rule_files::RuleFiles;
