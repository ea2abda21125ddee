//! What a local rule in Rust is written on: the interface's types, one trait, one macro,
//! and a few helpers.
//!
//! ```
//! use chuishao_sdk::{Context, Effect, Event, Failure, Proposal, Rule, Ticket, rule};
//!
//! struct TagComplaints;
//!
//! impl Rule for TagComplaints {
//!     fn on_event(event: Event, _: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
//!         let wanted = context.integer("least-count")?;
//!         match event {
//!             Event::Accepted if i64::from(context.count("same-estate")?) >= wanted => {
//!                 Ok(vec![Effect::AddTag("高频".into()).because("本小区同类投诉较多")])
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
//! A rule that listens to the periodic reviews (定期研判) answers them in [`Rule::on_review`]:
//!
//! ```
//! use chuishao_sdk::{Failure, Review, ReviewContext, ReviewEffect, ReviewProposal, Rule, Section, rule};
//!
//! struct Busiest;
//!
//! impl Rule for Busiest {
//!     fn on_review(review: Review, _: &ReviewContext) -> Result<Vec<ReviewProposal>, Failure> {
//!         let Some(most) = review.tallies.iter().find(|tally| tally.place().is_some()) else { return Ok(vec![]) };
//!         let text = format!("{} {} 件", most.category_name, most.count);
//!         Ok(vec![ReviewEffect::WriteSection(Section { heading: "件数最多".into(), text }).because("供研判")])
//!     }
//! }
//!
//! rule!(Busiest);
//! # fn main() {}
//! ```
//!
//! A rule is a plain function, so its unit tests run natively, with `cargo test`; [`sample`] invents
//! what it is asked about. Lines for yourself go to [`log`]; a panic's message, file and line go
//! there, too. Every type is documented in the interface, `wit/2.1.0/rule.wit`.

#[cfg(target_family = "wasm")]
mod arena;
mod context;
pub mod log;
pub mod sample;

#[doc(hidden)]
pub mod bindings {
    #![allow(missing_docs, clippy::all, unsafe_code, reason = "generated from the documented interface")]
    wit_bindgen::generate!({
        path: "../../wit/2.1.0",
        world: "rule",
        pub_export_macro: true,
        // Days are compared, and tests of rules compare answers.
        additional_derives: [PartialEq, Eq, PartialOrd, Ord],
        default_bindings_module: "chuishao_sdk::bindings",
    });
}

pub use bindings::exports::chuishao::rule::handler::{
    Assignment, CallerAnswer, CallerKind, Channel, Closing, Context, CopyTo, Date, DayKind, Deadline, DeadlineKind,
    DocumentLink, Effect, Event, Extension, ExtensionRuling, Fact, FactValue, Failure, FeedField, FollowUp, Forum,
    HandBack, HandBackGround, HandBackRuling, LedgerEntry, LocalScore, MatterKind, MattersNomination, Mode, Moment,
    NamedValue, Nomination, Notice, OpenEntry, OpenTask, Opinion, OpinionStage, Place, Post, Proposal, Receiver,
    ReportBack, Review, ReviewContext, ReviewEffect, ReviewKind, ReviewOutcome, ReviewProposal, Section, Settlement,
    Supervision, SupervisionKind, Tally, Task, TaskKind, TaskMark, TaskRecord, TaskResult, Ticket, TicketState,
    Tightening, TimeSpan, Timer, UnitLevel, UnitSuggestion, UnitTally, Urgency, Value,
};

/// A local rule (本地规则): a pure function from what happened to what it asks for.
pub trait Rule {
    /// Answers an event of a ticket. The same input must give the same answer.
    ///
    /// # Errors
    /// A typed [`Failure`] when the rule cannot answer: a setting makes no sense, or data is
    /// missing. The ticket goes on; the failure is shown on its timeline.
    fn on_event(_: Event, _: &Ticket, _: &Context) -> Result<Vec<Proposal>, Failure> {
        Err(Failure::Bug("清单监听了工单事件，规则却没有写 on_event".into()))
    }

    /// Answers a periodic review. The same input must give the same answer.
    ///
    /// # Errors
    /// A typed [`Failure`] when the rule cannot answer. It is shown with the review.
    fn on_review(_: Review, _: &ReviewContext) -> Result<Vec<ReviewProposal>, Failure> {
        Err(Failure::Bug("清单监听了定期研判，规则却没有写 on_review".into()))
    }
}

impl Effect {
    /// Asks for this effect. The reason is shown to people, so write it in plain Chinese.
    #[must_use]
    pub fn because(self, reason: impl Into<String>) -> Proposal {
        Proposal { effect: self, reason: reason.into() }
    }
}

impl ReviewEffect {
    /// Asks for this effect. The reason is shown to people, so write it in plain Chinese.
    #[must_use]
    pub fn because(self, reason: impl Into<String>) -> ReviewProposal {
        ReviewProposal { effect: self, reason: reason.into() }
    }
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
                    ticket: $crate::Ticket,
                    context: $crate::Context,
                ) -> Result<Vec<$crate::Proposal>, $crate::Failure> {
                    $crate::log::report_panics();
                    <$rule as $crate::Rule>::on_event(event, &ticket, &context)
                }

                fn on_review(
                    review: $crate::Review,
                    context: $crate::ReviewContext,
                ) -> Result<Vec<$crate::ReviewProposal>, $crate::Failure> {
                    $crate::log::report_panics();
                    <$rule as $crate::Rule>::on_review(review, &context)
                }
            }

            $crate::bindings::export!(Exported with_types_in $crate::bindings);
        }

        #[cfg(not(target_family = "wasm"))]
        const _: fn() = || {
            fn is_a_rule<T: $crate::Rule>() {}
            is_a_rule::<$rule>();
        };
    };
}

/// The README's rule is compiled with the documentation's examples, so that it stays true.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// So are the calls in Rust of the reference.
#[cfg(doctest)]
#[doc = include_str!("../../../wit/REFERENCE.md")]
struct Reference;
