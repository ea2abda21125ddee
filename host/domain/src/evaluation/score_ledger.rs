//! The ledger of scores (计分账): every score event ever made, in order, and what holds of them:
//! (a) each pair has both its sides, or a recorded exemption; (b) the same item on the same
//! ticket in the same period under the same rules counts once; (c) a reversal writes
//! counter-events and takes nothing away; (d) the same input makes the same events.

use super::outcome::TicketOutcome;
use super::period::Period;
use super::points::Points;
use super::rule_set::RuleSet;
use super::score_pair::{PairId, Reversal, ScoreEvent, ScoringItem, pair};
use super::subject::Subject;
use crate::refusal::Refusal;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What a pair consists of so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sides {
    given: Vec<ScoreEvent>,
    countered: Vec<ScoreEvent>,
}

/// All score events, in the order in which they were made. A pair lies in one period, so a
/// store may give the events of one period alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScoreLedger {
    events: Vec<ScoreEvent>,
    pairs: BTreeMap<PairId, Sides>,
}

/// Events that are no ledger: a store lost or doubled something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("计分记录不成对：{pair} {problem}")]
pub struct BrokenPair {
    /// The pair.
    pub pair: PairId,
    /// What is wrong with it.
    pub problem: &'static str,
}

impl ScoreLedger {
    /// The ledger that events make, as a store gives them back.
    ///
    /// # Errors
    /// A pair lacks a side, has one too many, or was reversed by something else than its own
    /// counter-events.
    pub fn from_events(events: Vec<ScoreEvent>) -> Result<Self, BrokenPair> {
        let mut pairs: BTreeMap<PairId, Sides> = BTreeMap::new();
        for event in &events {
            let sides = pairs.entry(event.pair.clone()).or_default();
            if event.reversal.is_none() { &mut sides.given } else { &mut sides.countered }.push(event.clone());
        }
        for (pair, sides) in &mut pairs {
            // As they were made, whatever the order in which a store gives them back.
            sides.given.sort_by(|a, b| a.subject.cmp(&b.subject));
            sides.countered.sort_by(|a, b| a.subject.cmp(&b.subject));
            sides.check().map_err(|problem| BrokenPair { pair: pair.clone(), problem })?;
        }
        Ok(Self { events, pairs })
    }

    /// The events, in order.
    #[must_use]
    pub fn events(&self) -> &[ScoreEvent] {
        &self.events
    }

    /// The sides of a pair, without counter-events; empty when there is no such pair.
    #[must_use]
    pub fn sides(&self, pair: &PairId) -> &[ScoreEvent] {
        self.pairs.get(pair).map_or(&[], |sides| &sides.given)
    }

    /// Whether a pair was reversed.
    #[must_use]
    pub fn is_reversed(&self, pair: &PairId) -> bool {
        self.pairs.get(pair).is_some_and(|sides| !sides.countered.is_empty())
    }

    /// What 双加双减 made of a subject in a period under one version of the rules.
    #[must_use]
    pub fn balance(&self, subject: &Subject, period: Period, rule_version: &str) -> Points {
        let counted = |event: &&ScoreEvent| {
            event.subject == *subject && event.period == period && event.rule_version == rule_version
        };
        self.events.iter().filter(counted).map(|event| event.points).sum()
    }

    /// Scores an item on a ticket: the events that are new. Nothing when it was scored
    /// before, also when that was reversed since: what an appeal undid, the next night's
    /// computation does not bring back.
    ///
    /// # Errors
    /// It was scored before for somebody else or with other amounts.
    pub fn record(
        &mut self,
        item: &ScoringItem,
        ticket: &TicketOutcome,
        period: Period,
        rule_version: &str,
    ) -> Result<Vec<ScoreEvent>, Refusal> {
        let given = pair(item, ticket, period, rule_version);
        let id = PairId::new(&item.code, &ticket.ticket, period, rule_version);
        match self.pairs.get(&id) {
            Some(known) if known.are(&given) => Ok(Vec::new()),
            Some(_) => Err(Refusal::new(
                "score-pair-differs",
                format!(
                    "计分 {id} 已经记过，但对象或分值与这次不同：请先查明工单的属地、部门是否改过，或考核规则是否未换版本就被改动"
                ),
                format!(
                    "{id} is on record with other subjects or amounts: has the ticket's unit or the rule set changed?"
                ),
            )),
            None => {
                self.events.extend(given.iter().cloned());
                self.pairs.insert(id, Sides { given: given.clone(), countered: Vec::new() });
                Ok(given)
            }
        }
    }

    /// Reverses a pair: counter-events for both sides.
    ///
    /// # Errors
    /// There is no such pair, or it was reversed before.
    pub fn reverse(&mut self, pair: &PairId, why: &Reversal) -> Result<Vec<ScoreEvent>, Refusal> {
        let Some(sides) = self.pairs.get_mut(pair) else { return Err(no_such_pair(pair)) };
        if !sides.countered.is_empty() {
            return Err(Refusal::new(
                "already-reversed",
                format!("计分 {pair} 已经冲销，不能再冲销一次"),
                format!("{pair} was reversed before"),
            ));
        }
        let counter =
            |event: &ScoreEvent| ScoreEvent { points: -event.points, reversal: Some(why.clone()), ..event.clone() };
        sides.countered = sides.given.iter().map(counter).collect();
        self.events.extend(sides.countered.iter().cloned());
        Ok(sides.countered.clone())
    }

    /// Scores all tickets of a period: the events that are new, in the order of tickets and
    /// items. A pair whose ticket no longer meets its item is reversed, for good.
    ///
    /// # Errors
    /// A pair is on record with other subjects or amounts. The ledger is then unchanged.
    pub fn settle(
        &mut self,
        rules: &RuleSet,
        outcomes: &[TicketOutcome],
        period: Period,
        as_of: Timestamp,
    ) -> Result<Vec<ScoreEvent>, Refusal> {
        let mut of_period: Vec<_> = outcomes.iter().filter(|ticket| period.contains(ticket.received_at)).collect();
        of_period.sort_by(|a, b| a.ticket.cmp(&b.ticket));
        let mut settled = self.clone();
        for ticket in of_period {
            for item in &rules.items {
                let id = PairId::new(&item.code, &ticket.ticket, period, &rules.version);
                if item.trigger.holds(ticket, as_of) {
                    settled.record(item, ticket, period, &rules.version)?;
                } else if settled.pairs.contains_key(&id) && !settled.is_reversed(&id) {
                    settled.reverse(&id, &Reversal::NoLongerHolds)?;
                }
            }
        }
        let new = settled.events[self.events.len()..].to_vec();
        *self = settled;
        Ok(new)
    }
}

pub(super) fn no_such_pair(pair: &PairId) -> Refusal {
    Refusal::new(
        "no-such-score",
        format!("没有计分 {pair}：请从评分表中复制编号"),
        format!("there is no score {pair}; copy its id from the score sheet"),
    )
}

impl Sides {
    /// Whether these are its sides, in whatever order a store gives them back.
    fn are(&self, sides: &[ScoreEvent]) -> bool {
        self.given.len() == sides.len() && sides.iter().all(|side| self.given.contains(side))
    }

    fn check(&self) -> Result<(), &'static str> {
        let is_territory = |event: &&ScoreEvent| matches!(event.subject, Subject::Territory(_));
        let territories = self.given.iter().filter(is_territory).count();
        let departments = self.given.len() - territories;
        let exempted = self.given.iter().filter(|event| event.exemption.is_some()).count();
        match (territories, departments, exempted) {
            (1, 1, 0) | (0, 1, 1) => {}
            (0, 0, _) => return Err("只有冲销，没有原记录 (a reversal of nothing)"),
            (0 | 1, 0 | 1, _) => return Err("缺少一方，且没有豁免 (a side is missing without an exemption)"),
            _ => return Err("一方记了不止一次 (a side is there twice)"),
        }
        if self.countered.is_empty() {
            return Ok(());
        }
        let mirrors = |given: &ScoreEvent| {
            let reversal = self.countered[0].reversal.clone();
            let expected = ScoreEvent { points: -given.points, reversal, ..given.clone() };
            self.countered.iter().filter(|counter| **counter == expected).count() == 1
        };
        let complete = self.countered.len() == self.given.len() && self.given.iter().all(mirrors);
        if complete { Ok(()) } else { Err("冲销与原记录不一致 (the counter-events are not the pair's own)") }
    }
}

#[cfg(test)]
mod tests {
    use super::super::outcome::Exclusion;
    use super::super::outcome::tests::{at, road_repaired};
    use super::super::rule_set::RuleSets;
    use super::*;

    fn settled() -> (ScoreLedger, TicketOutcome, Period) {
        let (ticket, period) = (road_repaired(), "2024-06".parse().expect("a period"));
        let mut ledger = ScoreLedger::default();
        let new = ledger.settle(&rules(), std::slice::from_ref(&ticket), period, at("2024-07-31T00:00"));
        assert_eq!(new.expect("settled").len(), 2);
        (ledger, ticket, period)
    }

    fn rules() -> RuleSet {
        RuleSets::shipped().version("WF-2024").expect("shipped").clone()
    }

    #[test]
    fn one_result_scores_both_sides() {
        let (ledger, _, period) = settled();
        let balance = |subject| ledger.balance(&subject, period, "WF-2024");
        assert_eq!(balance(Subject::Territory("370784".into())), Points(2));
        assert_eq!(balance(Subject::Department("WF-ZJ".into())), Points(1));
        let pair = &ledger.events()[0].pair;
        assert_eq!(pair.as_str(), "plus-solved-at-first|WF20240625000042-4|2024-06|WF-2024");
        assert_eq!(ledger.sides(pair).len(), 2);
    }

    #[test]
    fn a_ticket_excluded_later_loses_its_points_by_a_counter_event() {
        let (mut ledger, mut ticket, period) = settled();
        ticket.exclusion = Some(Exclusion::ForceMajeure);
        let before = ledger.events().to_vec();
        let new = ledger.settle(&rules(), &[ticket.clone()], period, at("2024-08-31T00:00")).expect("settled");
        assert_eq!(new.len(), 2);
        assert!(new.iter().all(|event| event.reversal == Some(Reversal::NoLongerHolds)));
        assert_eq!(ledger.events()[..2], before, "nothing was taken away");
        assert_eq!(ledger.balance(&Subject::Territory("370784".into()), period, "WF-2024"), Points(0));
        let again = ledger.settle(&rules(), &[ticket], period, at("2024-08-31T00:00")).expect("settled");
        assert_eq!(again, []);
    }

    /// A store sorts by its key, in which a department comes before a territory.
    #[test]
    fn sides_are_known_in_whatever_order_they_come_back() {
        let (ledger, ticket, period) = settled();
        let turned = ledger.events().iter().rev().cloned().collect();
        let mut ledger = ScoreLedger::from_events(turned).expect("whole pairs");
        assert_eq!(ledger.settle(&rules(), &[ticket], period, at("2024-08-01T00:00")), Ok(Vec::new()));
    }

    /// Last year's period computed again under other rules is another account.
    #[test]
    fn versions_of_the_rules_do_not_mix() {
        let (mut ledger, ticket, period) = settled();
        let newer = RuleSet { version: "WF-2025".into(), ..rules() };
        let new = ledger.settle(&newer, &[ticket], period, at("2024-07-31T00:00")).expect("settled");
        assert_eq!(new.len(), 2, "another version, another id");
        for version in ["WF-2024", "WF-2025"] {
            assert_eq!(ledger.balance(&Subject::Department("WF-ZJ".into()), period, version), Points(1), "{version}");
        }
    }

    /// A store gives the sides of a pair back in the order of its index.
    #[test]
    fn the_order_in_which_sides_come_back_does_not_matter() {
        let (ledger, ticket, period) = settled();
        let mut backwards: Vec<_> = ledger.events().to_vec();
        backwards.reverse();
        let mut ledger = ScoreLedger::from_events(backwards).expect("whole");
        let again = ledger.settle(&rules(), &[ticket], period, at("2024-07-31T00:00"));
        assert_eq!(again.expect("the same pair"), []);
    }

    /// Half a pair is found out also where nothing was reversed; a recorded exemption makes it
    /// whole, and only for the department.
    #[test]
    fn a_side_is_missing_only_with_an_exemption() {
        let (ledger, ticket, period) = settled();
        for side in ledger.events() {
            let broken = ScoreLedger::from_events(vec![side.clone()]).expect_err("half a pair");
            assert_eq!(broken.pair, side.pair);
        }
        let city_direct = TicketOutcome { city_direct: true, ..ticket };
        let mut exempted = ScoreLedger::default();
        exempted.record(&rules().items[0], &city_direct, period, "WF-2024").expect("recorded");
        assert_eq!(exempted.events().len(), 1);
        assert_eq!(ScoreLedger::from_events(exempted.events().to_vec()).as_ref(), Ok(&exempted));
        let mut both = ledger.events().to_vec();
        both[0].exemption = exempted.events()[0].exemption;
        assert!(ScoreLedger::from_events(both.clone()).is_err(), "an exemption and both sides");
        assert!(ScoreLedger::from_events(both[..1].to_vec()).is_err(), "a territory alone");
    }

    /// A ticket that changed its territory after it was scored is not scored twice in silence,
    /// and the ledger stays as it was.
    #[test]
    fn another_subject_under_the_same_id_is_refused() {
        let (mut ledger, ticket, period) = settled();
        let before = ledger.clone();
        let moved = TicketOutcome { territory: "370705".into(), ..ticket };
        let earlier = TicketOutcome { ticket: "WF20240601000001-0".into(), ..moved.clone() };
        let refusal = ledger.settle(&rules(), &[moved, earlier], period, at("2024-07-31T00:00")).expect_err("refused");
        assert_eq!(refusal.code, "score-pair-differs");
        assert_eq!(ledger, before);
    }

    #[test]
    fn a_store_that_lost_or_doubled_something_is_found_out() {
        let (mut ledger, ..) = settled();
        let pair = ledger.events()[0].pair.clone();
        ledger.reverse(&pair, &Reversal::Appeal("SS-1".into())).expect("reversed");
        assert_eq!(ledger.reverse(&pair, &Reversal::NoLongerHolds).expect_err("refused").code, "already-reversed");
        let events = ledger.events().to_vec();
        assert_eq!(ScoreLedger::from_events(events.clone()).as_ref(), Ok(&ledger));
        for lost in 0..events.len() {
            let mut events = events.clone();
            events.remove(lost);
            assert!(ScoreLedger::from_events(events).is_err(), "without event {lost}");
        }
        for doubled in 0..events.len() {
            let mut events = events.clone();
            events.push(events[doubled].clone());
            assert!(ScoreLedger::from_events(events).is_err(), "event {doubled} twice");
        }
        let mut forged = events;
        forged[2].points = Points(-1);
        assert!(ScoreLedger::from_events(forged).is_err());
    }
}
