//! Version 2.1 of the interface: its bindings, and what it has beyond 2.0. It says all that the
//! domain's form has.

use crate::interface::{keep_log, same};
use crate::v2::version_2;
use chuishao_domain::catalogue::Level;
use chuishao_domain::grounds::Receiver;
use chuishao_domain::rule::effect::{FeedField, OpinionStage};
use chuishao_domain::rule::kinds::{EffectKind, ReviewPart};
use chuishao_domain::rule::ledger::OpenEntry;
use chuishao_domain::rule::review::{UnitFigures, UnitTally};
use chuishao_domain::rule::view::KnownMode;

mod bindings {
    #![allow(missing_docs, reason = "generated from the documented interface")]
    wasmtime::component::bindgen!({
        path: "../../wit/2.1.0",
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
pub const VERSION: semver::Version = semver::Version::new(2, 1, 0);

/// What this version has no word for: nothing, as long as it is the newest.
pub const UNKNOWN_EFFECTS: &[EffectKind] = &[];

/// Whether this version is told of modes (议定模式).
pub const TELLS_MODES: bool = true;

/// What of a review beyond the tallies this version is not told: nothing.
pub const UNKNOWN_PARTS: &[ReviewPart] = &[];

keep_log!(log);

version_2! {
    context(lower, input) { modes: &lower.modes(&input.modes), }
    review(lower, input) {
        lists {
            units = lower.units(&input.units),
            documents = lower.documents(&input.open_entries),
            open_entries = lower.open_entries(&input.open_entries, &documents),
        }
        told { units: &units, open_entries: &open_entries, }
    }
    effects {
        wit::Effect::AttachOpinion(from) => Effect::AttachOpinion { stage: stage(from.stage), text: from.text },
        wit::Effect::SuggestReferral(from) => Effect::SuggestReferral(receiver(from)),
        wit::Effect::RequireRecord(from) => {
            Effect::RequireRecord { kind: lift_task_kind(from.kind), fields: from.fields }
        },
        wit::Effect::OmitFromFeed(from) => Effect::OmitFromFeed(feed_field(from)),
        wit::Effect::LinkDocument(from) => link(from),
        wit::Effect::SettleEntry(from) => settle(from),
    }
    review_effects {
        wit::ReviewEffect::LinkDocument(from) => link(from),
        wit::ReviewEffect::SettleEntry(from) => settle(from),
        wit::ReviewEffect::ScoreLocally(score) => Effect::ScoreLocally {
            handling_unit: UnitId(score.handling_unit),
            item: score.item,
            hundredths: score.hundredths,
        },
    }
}

same!(stage: OpinionStage <= OpinionStage { Intake, Dispatch, HandBack, Liability, Review });
same!(receiver: Receiver <= Receiver { Court, Arbitration, PublicSecurity, Justice, Petitions });
same!(feed_field: FeedField <= FeedField { Street, FirstSolved, Solved, Satisfied });
same!(level: Level => UnitLevel { City, County, Street });

impl Lower<'_> {
    fn modes<'a>(&self, modes: &'a [KnownMode]) -> Vec<wit::Mode<'a>> {
        let lowered = |mode: &'a KnownMode| wit::Mode {
            name: self.text(&mode.name),
            first_day: date(mode.first_day),
            last_day: date(mode.last_day),
            topic: self.text(&mode.topic),
        };
        modes.iter().map(lowered).collect()
    }

    fn units<'a>(&self, units: &'a [UnitTally]) -> Vec<wit::UnitTally<'a>> {
        let lowered = |unit: &'a UnitTally| {
            let UnitFigures { closed, followed_up, first_solved, solved, rated, satisfied, overdue, reworked } =
                unit.figures;
            wit::UnitTally {
                handling_unit: self.text(unit.handling_unit.as_str()),
                name: self.text(&unit.name),
                level: level(unit.level),
                closed,
                followed_up,
                first_solved,
                solved,
                rated,
                satisfied,
                overdue,
                reworked,
            }
        };
        units.iter().map(lowered).collect()
    }

    /// The lists of documents, which the lowered entries point to.
    fn documents<'a>(&self, entries: &'a [OpenEntry]) -> Vec<Vec<&'a str>> {
        let lowered = |entry: &'a OpenEntry| entry.documents.iter().map(|document| self.text(document)).collect();
        entries.iter().map(lowered).collect()
    }

    fn open_entries<'a>(&self, entries: &'a [OpenEntry], documents: &'a [Vec<&'a str>]) -> Vec<wit::OpenEntry<'a>> {
        let lowered = |(entry, documents): (&'a OpenEntry, &'a Vec<&'a str>)| wit::OpenEntry {
            ledger: self.text(&entry.ledger),
            title: self.text(&entry.title),
            entered_on: date(entry.entered_on),
            handling_unit: entry.handling_unit.as_ref().map(|unit| self.text(unit.as_str())),
            documents,
        };
        entries.iter().zip(documents).map(lowered).collect()
    }
}

fn link(from: wit::DocumentLink) -> Effect {
    Effect::LinkDocument { ledger: from.ledger, title: from.title, document: from.document }
}

fn settle(from: wit::Settlement) -> Effect {
    Effect::SettleEntry { ledger: from.ledger, title: from.title, text: from.text }
}
