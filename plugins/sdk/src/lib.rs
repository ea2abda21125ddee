//! What a local rule in Rust is written on: the interface's types, one trait, one macro,
//! and a few helpers.
//!
//! ```
//! use chuishao_sdk::{Context, Effect, Event, Failure, Proposal, Rule, propose, rule};
//!
//! struct TagComplaints;
//!
//! impl Rule for TagComplaints {
//!     fn on_event(event: Event, context: &Context) -> Result<Vec<Proposal>, Failure> {
//!         let wanted = context.integer("least-count")?;
//!         match event {
//!             Event::Accepted if i64::from(context.count("same-estate")?) >= wanted => {
//!                 Ok(vec![propose(Effect::AddTag("高频".into()), "本小区同类投诉较多")])
//!             }
//!             _ => Ok(vec![]),
//!         }
//!     }
//! }
//!
//! rule!(TagComplaints);
//! # fn main() {}
//! ```
//!
//! Every type is documented in the interface, `wit/1.0.0/rule.wit`.

#[cfg(target_family = "wasm")]
mod arena;
mod context;
pub mod log;

#[doc(hidden)]
pub mod bindings {
    #![allow(missing_docs, clippy::all, unsafe_code, reason = "generated from the documented interface")]
    wit_bindgen::generate!({
        path: "../../wit/1.0.0",
        world: "rule",
        pub_export_macro: true,
        default_bindings_module: "chuishao_sdk::bindings",
    });
}

pub use bindings::exports::chuishao::rule::handler::{
    Assignment, CallerKind, Channel, Closing, Context, CopyTo, DayKind, Deadline, DeadlineKind, Effect, Event,
    Extension, ExtensionRuling, Fact, FactValue, Failure, FollowUp, Forum, HandBack, HandBackRuling, LedgerEntry,
    LocalScore, MatterKind, Moment, NamedValue, Nomination, Notice, OpenTask, PeriodicReview, Place, Post, Proposal,
    ReportBack, ReviewOutcome, Supervision, SupervisionKind, Tally, Task, TaskKind, TaskResult, Ticket, TicketState,
    Tightening, TimeSpan, Timer, UnitSuggestion, Urgency, Value,
};

/// A local rule (本地规则): a pure function from what happened to what it asks for.
pub trait Rule {
    /// Answers one event. The same event and context must give the same answer.
    ///
    /// # Errors
    /// A typed [`Failure`] when the rule cannot answer: a setting makes no sense, or data is
    /// missing. The ticket goes on; the failure is shown on its timeline.
    fn on_event(event: Event, context: &Context) -> Result<Vec<Proposal>, Failure>;
}

/// An effect with its reason. The reason is shown to people, so write it in plain Chinese.
#[must_use]
pub fn propose(effect: Effect, reason: impl Into<String>) -> Proposal {
    Proposal { effect, reason: reason.into() }
}

/// Makes a type that implements [`Rule`] the component's one export, and has panics reach
/// the author with message, file and line. Natively, in unit tests, it exports nothing.
#[macro_export]
macro_rules! rule {
    ($rule:ty) => {
        #[cfg(target_family = "wasm")]
        mod exported_rule {
            use super::*;

            struct Exported;

            impl $crate::bindings::exports::chuishao::rule::handler::Guest for Exported {
                fn on_event(
                    event: $crate::Event,
                    context: $crate::Context,
                ) -> Result<Vec<$crate::Proposal>, $crate::Failure> {
                    $crate::log::report_panics();
                    <$rule as $crate::Rule>::on_event(event, &context)
                }
            }

            $crate::bindings::export!(Exported with_types_in $crate::bindings);
        }

        #[cfg(not(target_family = "wasm"))]
        const _: fn($crate::Event, &$crate::Context) -> Result<Vec<$crate::Proposal>, $crate::Failure> =
            <$rule as $crate::Rule>::on_event;
    };
}

/// The README's rule is compiled with the documentation's examples, so that it stays true.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
