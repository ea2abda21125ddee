//! Version 2.0 of the interface: its bindings. What it is told and may ask for is what the versions
//! 2.x have in common.

use crate::interface::{keep_log, same};
use crate::v2::version_2;
use chuishao_domain::rule::kinds::{EffectKind, ReviewPart};

mod bindings {
    #![allow(missing_docs, reason = "generated from the documented interface")]
    wasmtime::component::bindgen!({
        path: "../../wit/2.0.0",
        world: "rule",
        imports: { default: trappable },
        // What goes in is borrowed from the domain's input: copying every text once more costs
        // as much as the rule itself.
        ownership: Borrowing { duplicate_if_necessary: true },
    });
}

use bindings::RulePre;
use bindings::chuishao::rule::log;
use bindings::exports::chuishao::rule::handler as wit;

/// The version.
pub const VERSION: semver::Version = semver::Version::new(2, 0, 0);

/// What this version has no word for. A manifest of it cannot ask for these.
pub const UNKNOWN_EFFECTS: &[EffectKind] = &[
    EffectKind::AttachOpinion,
    EffectKind::SuggestReferral,
    EffectKind::RequireRecord,
    EffectKind::OmitFromFeed,
    EffectKind::LinkDocument,
    EffectKind::SettleEntry,
];

/// Whether this version is told of modes (议定模式).
pub const TELLS_MODES: bool = false;

/// What of a review beyond the tallies this version is not told.
pub const UNKNOWN_PARTS: &[ReviewPart] = ReviewPart::ALL;

keep_log!(log);

version_2! {
    context(lower, input) {}
    review(lower, input) { lists {} told {} }
    effects {}
    review_effects {}
}
