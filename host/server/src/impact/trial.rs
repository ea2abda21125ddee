//! What is tried (试算): two sets of rules, which differ in one, over the tickets of a period.

use chuishao_domain::calendar::moment;
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::impact::asked::{Asked, RuleAsked};
use chuishao_domain::plugin::rollout::revision::Effective;
use chuishao_domain::refusal::Refusal;
use chuishao_sandbox::rulebook::{Activation, Rulebook};
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::sync::Arc;

/// What is tried.
#[derive(Clone)]
pub struct Trial {
    /// The rule that is tried, by its name.
    pub rule: String,
    /// The rules that are on.
    pub now: Arc<Rulebook>,
    /// The same with the candidate in its place.
    pub candidate: Arc<Rulebook>,
    /// Tickets that were received from this day on (Beijing time).
    pub from: Date,
    /// Up to this day, which is not part of it.
    pub until: Date,
    /// Tickets of one territory only, if given.
    pub territory: Option<TerritoryId>,
    /// 假设日: the first day of the period is told to the rules as this day, and all others with it.
    pub as_if: Option<Date>,
}

impl Trial {
    /// A candidate in its place among the rules that are on, all of them as if they had been on over
    /// the whole period: what is to begin next month is to be tried on last year.
    #[must_use]
    pub fn of(candidate: &Activation, now: &Rulebook, from: Date, until: Date) -> Self {
        let rule = candidate.actor.name().to_owned();
        let now = Arc::new(Rulebook::new(now.activations().iter().map(|activation| always(activation))));
        let candidate = Arc::new(now.with(Arc::new(always(candidate))));
        Self { rule, now, candidate, from, until, territory: None, as_if: None }
    }

    /// What is asked, for the record.
    #[must_use]
    pub fn asked(&self) -> Asked {
        let rules = |book: &Rulebook| {
            let asked = |one: &Arc<Activation>| RuleAsked::new(&one.edition, &one.actor.territory, one.priority);
            book.activations().iter().map(asked).collect()
        };
        Asked {
            rule: self.rule.clone(),
            now: rules(&self.now),
            candidate: rules(&self.candidate),
            from: self.from,
            until: self.until,
            territory: self.territory.clone(),
            as_if: self.as_if,
        }
    }

    /// The period in milliseconds since 1970.
    ///
    /// # Errors
    /// It is empty, or out of range.
    pub fn span(&self) -> Result<(i64, i64), Refusal> {
        let (from, until) = (midnight(self.from)?, midnight(self.until)?);
        if from >= until {
            return Err(Refusal::new(
                "period-empty",
                format!("期间须至少一天：起始日 {} 应早于截止日 {}（截止日不含）", self.from, self.until),
                "the period must have at least one day",
            ));
        }
        Ok((from.as_millisecond(), until.as_millisecond()))
    }

    /// How much later than it was the rules are told that it is.
    ///
    /// # Errors
    /// A day is out of range.
    pub fn shift(&self) -> Result<SignedDuration, Refusal> {
        let Some(as_if) = self.as_if else { return Ok(SignedDuration::ZERO) };
        Ok(midnight(self.from)?.duration_until(midnight(as_if)?))
    }

    /// All versions of the rule, those that are on and the candidate.
    pub fn versions(&self) -> impl Iterator<Item = &Arc<Activation>> {
        let all = self.now.activations().iter().chain(self.candidate.activations());
        all.filter(|activation| activation.actor.name() == self.rule)
    }

    /// The first moments of the parts of the period, in milliseconds since 1970, and its end: whole
    /// days, at most so many parts.
    ///
    /// # Errors
    /// As [`Trial::span`].
    pub fn parts(&self, most: u32) -> Result<Vec<i64>, Refusal> {
        let (_, end) = self.span()?;
        let days = i64::from(self.from.until(self.until).map_or(1, |span| span.get_days()));
        let parts = days.clamp(1, i64::from(most));
        let mut bounds = Vec::new();
        for part in 0..parts {
            let day = self.from.saturating_add((days * part / parts).days());
            bounds.push(midnight(day)?.as_millisecond());
        }
        bounds.push(end);
        Ok(bounds)
    }
}

/// The same on every day.
fn always(activation: &Activation) -> Activation {
    Activation { effective: Effective::default(), ..activation.clone() }
}

fn midnight(day: Date) -> Result<Timestamp, Refusal> {
    let out_of_range = || Refusal::new("day-out-of-range", format!("日期 {day} 超出范围"), "the day is out of range");
    moment(day.to_datetime(Time::midnight())).ok_or_else(out_of_range)
}
