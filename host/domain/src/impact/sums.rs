//! What many moments come to (合计). Adding is associative and commutative, so that parts may be
//! computed in any order, on any machine, and once more after a crash.

use super::examples::{Against, Examples, Finding, Place, Words};
use super::heard::{Difference, Done, Heard, Way, differences};
use super::spread::Spread;
use crate::ids::TerritoryId;
use crate::rule::kinds::EffectKind;
use crate::rule::record::CallFailure;
use crate::sentence::Sentence;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How often a kind of effect is different, in effects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Change {
    /// 增加
    pub more: u64,
    /// 减少
    pub fewer: u64,
    /// 不同
    pub other: u64,
    /// 相同
    pub same: u64,
}

impl Change {
    fn count(&mut self, way: Way) {
        match way {
            Way::More => self.more += 1,
            Way::Fewer => self.fewer += 1,
            Way::Other => self.other += 1,
        }
    }

    fn add(&mut self, other: &Self) {
        self.more += other.more;
        self.fewer += other.fewer;
        self.other += other.other;
        self.same += other.same;
    }
}

/// Differences from one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Differences {
    /// Tickets with at least one.
    pub tickets: u64,
    /// Moments with at least one.
    pub moments: u64,
    /// By rule and kind of effect.
    pub by_effect: BTreeMap<String, BTreeMap<EffectKind, Change>>,
}

/// The same with the rules that are on, and with the candidate in its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Both {
    /// 现行
    pub now: u64,
    /// 候选
    pub candidate: u64,
}

/// Tickets of one place, matter and month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Cell {
    /// Tickets about which the rule is asked, in either version.
    pub asked: u64,
    /// Of these, those that would be treated differently from what happened.
    pub differ_from_happened: u64,
    /// And from the rules that are on.
    pub differ_from_now: u64,
}

/// Where a ticket is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellOf {
    /// 属地
    pub territory: TerritoryId,
    /// 二级分类, as it was when the rule was first asked.
    pub group: String,
    /// 受理月份, `2024-10`.
    pub month: String,
}

/// What one ticket came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TicketFound {
    /// Whether the rule was asked, in either version.
    pub asked: bool,
    /// Whether it would be treated differently from what happened.
    pub differs_from_happened: bool,
    /// And from the rules that are on.
    pub differs_from_now: bool,
}

/// All sums of a part or of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Sums {
    /// Tickets whose history was looked through.
    pub tickets: u64,
    /// Of these, those that cannot be read; `verify` names them.
    pub unreadable: u64,
    /// Tickets about which the rule is asked, in either version.
    pub asked: u64,
    /// Moments at which it is asked.
    pub moments: u64,
    /// Calls of rules, both walks together.
    pub calls: u64,
    /// 与实际发生的相比
    pub happened: Differences,
    /// 与现行规则相比
    pub now: Differences,
    /// What was refused: by rule, kind of effect, and the guard rail or code.
    pub refused: BTreeMap<String, BTreeMap<EffectKind, BTreeMap<String, Both>>>,
    /// Failures, by rule and kind.
    pub failed: BTreeMap<String, BTreeMap<String, Both>>,
    /// Fuel of a call of the candidate.
    pub fuel: Spread,
    /// Fuel of a call of the version that is on.
    pub fuel_now: Spread,
    /// By county, category group and month of receipt.
    pub places: BTreeMap<TerritoryId, BTreeMap<String, BTreeMap<String, Cell>>>,
    /// Some examples.
    pub examples: Examples,
}

/// One moment of a ticket.
pub struct Moment<'a> {
    /// The rule that is tried.
    pub rule: &'a str,
    /// Where.
    pub place: Place<'a>,
    /// What rules had done then; absent where that cannot be compared.
    pub happened: Option<&'a [Done]>,
    /// With the rules that are on.
    pub now: &'a Heard,
    /// With the candidate.
    pub candidate: &'a Heard,
    /// The event in words.
    pub event: &'a dyn Fn() -> Sentence,
    /// What was done in words.
    pub tell: &'a dyn Fn(&Done) -> Sentence,
}

impl Sums {
    /// Counts a moment; says what it means for its ticket.
    pub fn count(&mut self, moment: &Moment<'_>) -> TicketFound {
        let Moment { now, candidate, .. } = *moment;
        self.moments += u64::from(now.was_asked() || candidate.was_asked());
        candidate.fuel.iter().for_each(|fuel| self.fuel.count(*fuel));
        now.fuel.iter().for_each(|fuel| self.fuel_now.count(*fuel));
        self.count_refused(moment);
        self.count_failed(moment);
        TicketFound {
            asked: now.was_asked() || candidate.was_asked(),
            differs_from_happened: moment.happened.is_some_and(|was| self.compare(Against::Happened, was, moment)),
            differs_from_now: self.compare(Against::Now, &now.done, moment),
        }
    }

    fn compare(&mut self, against: Against, was: &[Done], moment: &Moment<'_>) -> bool {
        let (differences, in_both) = differences(was, &moment.candidate.done);
        let sums = match against {
            Against::Happened => &mut self.happened,
            Against::Now => &mut self.now,
        };
        let mut change = |rule: &str, effect, count: &dyn Fn(&mut Change)| {
            // Entered by a copy of the name only the first time.
            if !sums.by_effect.contains_key(rule) {
                sums.by_effect.insert(rule.to_owned(), BTreeMap::new());
            }
            if let Some(by_kind) = sums.by_effect.get_mut(rule) {
                count(by_kind.entry(effect).or_default());
            }
        };
        for done in in_both {
            change(&done.rule, done.kind, &|change| change.same += 1);
        }
        for difference in &differences {
            let Some((way, done)) = difference.way() else { continue };
            change(&done.rule, done.kind, &|change| change.count(way));
            let finding = Finding::Differs { against, way, effect: done.kind };
            self.examples.keep(&finding, &done.rule, moment.place, || told(difference, done, moment));
        }
        sums.moments += u64::from(!differences.is_empty());
        !differences.is_empty()
    }

    fn count_refused(&mut self, moment: &Moment<'_>) {
        for (not_done, is_candidate) in both(&moment.now.not_done, &moment.candidate.not_done) {
            let refusal = &not_done.refusal;
            let by = refusal.rail.map_or_else(|| refusal.code.to_string(), |rail| format!("{rail:?} {}", refusal.code));
            let by_kind = self.refused.entry(not_done.rule.clone()).or_default();
            by_kind.entry(not_done.kind).or_default().entry(by).or_default().count(is_candidate);
            if is_candidate {
                let (effect, code) = (not_done.kind, refusal.code.to_string());
                let finding = Finding::Refused { effect, code, rail: refusal.rail };
                self.examples.keep(&finding, &not_done.rule, moment.place, || Words {
                    event: (moment.event)(),
                    was: Sentence::default(),
                    would: Sentence::data(&not_done.reason),
                    reason: Sentence::new(refusal.to_string(), refusal.in_english()),
                });
            }
        }
    }

    fn count_failed(&mut self, moment: &Moment<'_>) {
        for (failed, is_candidate) in both(&moment.now.failed, &moment.candidate.failed) {
            let failure = name_of(&failed.failure);
            let by_kind = self.failed.entry(failed.rule.clone()).or_default();
            by_kind.entry(failure.to_owned()).or_default().count(is_candidate);
            if is_candidate {
                let finding = Finding::Failed { failure: failure.to_owned() };
                self.examples.keep(&finding, &failed.rule, moment.place, || Words {
                    event: (moment.event)(),
                    reason: failed.failure.words(),
                    ..Words::default()
                });
            }
        }
    }

    /// Counts a ticket, once.
    pub fn count_ticket(&mut self, found: TicketFound, cell: Option<CellOf>) {
        self.tickets += 1;
        self.asked += u64::from(found.asked);
        self.happened.tickets += u64::from(found.differs_from_happened);
        self.now.tickets += u64::from(found.differs_from_now);
        if let Some(CellOf { territory, group, month }) = cell {
            let months = self.places.entry(territory).or_default().entry(group).or_default();
            months.entry(month).or_default().add(&Cell {
                asked: u64::from(found.asked),
                differ_from_happened: u64::from(found.differs_from_happened),
                differ_from_now: u64::from(found.differs_from_now),
            });
        }
    }

    /// Adds another part.
    pub fn add(&mut self, other: &Self) {
        self.tickets += other.tickets;
        self.unreadable += other.unreadable;
        self.asked += other.asked;
        self.moments += other.moments;
        self.calls += other.calls;
        self.happened.add(&other.happened);
        self.now.add(&other.now);
        merge(&mut self.refused, &other.refused, |one, other| {
            merge(one, other, |one, other| merge(one, other, Both::add));
        });
        merge(&mut self.failed, &other.failed, |one, other| merge(one, other, Both::add));
        self.fuel.add(&other.fuel);
        self.fuel_now.add(&other.fuel_now);
        merge(&mut self.places, &other.places, |one, other| {
            merge(one, other, |one, other| merge(one, other, Cell::add));
        });
        self.examples.add(&other.examples);
    }
}

impl Differences {
    fn add(&mut self, other: &Self) {
        self.tickets += other.tickets;
        self.moments += other.moments;
        merge(&mut self.by_effect, &other.by_effect, |one, other| merge(one, other, Change::add));
    }
}

impl Both {
    fn count(&mut self, is_candidate: bool) {
        if is_candidate {
            self.candidate += 1;
        } else {
            self.now += 1;
        }
    }

    fn add(&mut self, other: &Self) {
        self.now += other.now;
        self.candidate += other.candidate;
    }
}

impl Cell {
    /// Adds other tickets.
    pub fn add(&mut self, other: &Self) {
        self.asked += other.asked;
        self.differ_from_happened += other.differ_from_happened;
        self.differ_from_now += other.differ_from_now;
    }
}

impl TicketFound {
    /// What another moment of the same ticket means for it.
    pub fn add(&mut self, other: Self) {
        self.asked |= other.asked;
        self.differs_from_happened |= other.differs_from_happened;
        self.differs_from_now |= other.differs_from_now;
    }
}

fn merge<K: Ord + Clone, V: Default>(one: &mut BTreeMap<K, V>, other: &BTreeMap<K, V>, add: impl Fn(&mut V, &V)) {
    for (key, value) in other {
        add(one.entry(key.clone()).or_default(), value);
    }
}

fn both<'a, T>(now: &'a [T], candidate: &'a [T]) -> impl Iterator<Item = (&'a T, bool)> {
    now.iter().map(|one| (one, false)).chain(candidate.iter().map(|one| (one, true)))
}

fn told(difference: &Difference<'_>, done: &Done, moment: &Moment<'_>) -> Words {
    let tell = |done: Option<&Done>| done.map(moment.tell).unwrap_or_default();
    Words {
        event: (moment.event)(),
        was: tell(difference.was),
        would: tell(difference.would),
        reason: Sentence::data(&done.reason),
    }
}

/// The name that a kind of failure has in the decision record.
fn name_of(failure: &CallFailure) -> &'static str {
    match failure {
        CallFailure::Declined { .. } => "declined",
        CallFailure::Trap { .. } => "trap",
        CallFailure::OutOfFuel => "out-of-fuel",
        CallFailure::TimedOut => "timed-out",
        CallFailure::BadAnswer { .. } => "bad-answer",
        CallFailure::Host { .. } => "host",
        CallFailure::LoopGuard { .. } => "loop-guard",
    }
}
