//! All plans of a year, one after the other. A day is planned at a time, so that twenty
//! million tickets need no more memory than a hundred.

use crate::brief::{Brief, BriefError};
use crate::course::Course;
use crate::dice::Dice;
use crate::figures::{Expected, Quota, SATISFIED, SOLVED_AT_FIRST};
use crate::habits::{
    EXTENSIONS, EXTENSIONS_REFUSED, FOURTH_HANDLING, GIVEN_UP, HAND_BACKS, HAND_BACKS_APPROVED, LATE, NEVER_REACHED,
    OUTBREAKS, RATED, REACHED_LATER, REPEATS, SENT_BACK, THIRD_HANDLING,
};
use crate::mix::Mix;
use crate::people::{Matter, People, Recent};
use crate::plan::{Fate, NEVER, Plan};
use crate::season::{self, Day, HOURS};
use chuishao_domain::World;
use chuishao_domain::calendar::moment;
use jiff::{SignedDuration, Timestamp};

/// Streams of chance, so that no two uses share one: those of tickets are counted from 0.
const DAYS: u64 = 1 << 60;
const ACCOUNTS: u64 = 1 << 61;
/// An hour, in milliseconds.
const HOUR: f64 = 3_600_000.0;
/// No life lasts longer; a test looks. Who calls so long before the cut has been answered.
pub const LONGEST_LIFE: SignedDuration = SignedDuration::from_hours(24 * 75);
/// A usual life up to the first follow-up: what is expected to count towards the figures.
const USUAL_LIFE: SignedDuration = SignedDuration::from_hours(24 * 6);
/// How far a first solution raises the odds of satisfaction, and its absence lowers them
/// (assumption; together they leave the mean where it is).
const PLEASED: f64 = 0.045;
const DISPLEASED: f64 = -PLEASED * SOLVED_AT_FIRST / (1.0 - SOLVED_AT_FIRST);

/// The plans of a year, in the order of their receipt.
#[derive(Clone, Debug)]
pub struct Plans<'w> {
    world: &'w World,
    brief: Brief,
    mix: Mix,
    days: Vec<Day>,
    /// The day that comes after the one being planned.
    next_day: usize,
    /// Milliseconds of the planned day, in order.
    moments: Vec<u32>,
    /// How many of them are planned.
    planned: usize,
    index: u64,
    dice: Dice,
    people: People,
    recent: Recent,
    solved: Quota,
    satisfied: Quota,
    until: Timestamp,
}

impl<'w> Plans<'w> {
    /// The plans that a brief asks for.
    ///
    /// # Errors
    /// An [`BriefError`] when this world cannot fill it.
    pub fn new(brief: &Brief, world: &'w World) -> Result<Self, BriefError> {
        brief.check(world)?;
        let mix = Mix::new(world);
        let days = season::days(brief.year, brief.tickets, &world.calendar);
        let until = brief.cut();
        let mut dice = Dice::new(brief.seed, ACCOUNTS);
        let (mut solving, mut rating) = (Expected::default(), Expected::default());
        for day in &days {
            let (solves, rates) = expected(*day, &mix, until);
            solving =
                Expected { tickets: solving.tickets + solves.tickets, deviation: solving.deviation + solves.deviation };
            rating =
                Expected { tickets: rating.tickets + rates.tickets, deviation: rating.deviation + rates.deviation };
        }
        let solved = Quota::new(SOLVED_AT_FIRST, mix.cells(), solving, &mut dice);
        // Satisfaction has accounts of its own for what was and what was not solved at first.
        let satisfied = Quota::new(SATISFIED, mix.cells() * 2, rating, &mut dice);
        Ok(Self {
            world,
            brief: brief.clone(),
            mix,
            days,
            next_day: 0,
            moments: Vec::new(),
            planned: 0,
            index: 0,
            dice,
            people: People::new(brief.tickets, brief.seed),
            recent: Recent::new(brief.tickets),
            solved,
            satisfied,
            until,
        })
    }

    /// How many plans the whole brief makes, at most: exact when the year is not cut within a
    /// day.
    #[must_use]
    pub fn at_most(&self) -> u64 {
        self.days.iter().filter(|day| begins(**day) < self.until).map(|day| day.tickets).sum()
    }

    /// Plans the moments of the next day; `false` when the year is over.
    fn begin_day(&mut self) -> bool {
        let Some(&day) = self.days.get(self.next_day).filter(|day| begins(**day) < self.until) else { return false };
        let (solves, rates) = expected(day, &self.mix, self.until);
        self.solved.begin(solves);
        self.satisfied.begin(rates);
        self.dice = Dice::new(self.brief.seed, DAYS + self.next_day as u64);
        self.next_day += 1;
        let hours: Vec<(usize, f64)> = HOURS.iter().copied().enumerate().collect();
        let open = season::open_part(day.date) * HOUR * 24.0;
        self.moments.clear();
        self.planned = 0;
        while (self.moments.len() as u64) < day.tickets {
            let hour = self.dice.weighted(&hours, |hour| hour.1).0;
            let at = (hour as f64 + self.dice.share()) * HOUR;
            if at < open {
                self.moments.push(at as u32);
            }
        }
        self.moments.sort_unstable();
        true
    }

    fn plan(&mut self, day: Day, millis: u32, received_at: Timestamp) -> Plan {
        let hour = usize::try_from(millis / 3_600_000).unwrap_or(0);
        let repeated = if self.dice.chance(REPEATS) { self.recent.again(&self.people, &mut self.dice) } else { None };
        let matter = repeated.unwrap_or_else(|| self.fresh_matter(day, hour));
        let leaf = &self.mix.leaves[matter.leaf];
        let outbreak = repeated.is_none() && leaf.spreads && self.dice.chance(OUTBREAKS);
        let mut plan = Plan {
            index: self.index,
            day: day.date,
            number: self.planned as u64 + 1,
            received_at,
            category: leaf.code.clone(),
            urgent: leaf.urgent,
            territory: self.mix.areas[matter.area].id.clone(),
            estate: matter.estate,
            building: matter.building,
            caller: matter.caller,
            repeats: repeated.map(|matter| matter.index),
            fate: handled(leaf.urgent, &mut self.dice),
            seed: self.brief.seed,
            until: self.until,
        };
        self.recent.remember(Matter { index: self.index, ..matter }, outbreak, &mut self.dice);
        self.decide(&mut plan, matter);
        plan
    }

    fn fresh_matter(&mut self, day: Day, hour: usize) -> Matter {
        let caller = self.people.caller(&mut self.dice);
        let leaf = self.mix.leaf(season::period(day.date), hour, &mut self.dice);
        let (area, estate, building) = self.people.place(caller, &self.mix, &mut self.dice);
        Matter { index: self.index, leaf, area, estate, building, caller }
    }

    /// What the caller says in the end. Only what is said before the cut counts towards the
    /// figures, so only that moves the accounts.
    fn decide(&mut self, plan: &mut Plan, matter: Matter) {
        let group = self.mix.leaves[matter.leaf].group;
        let cell = self.mix.cell(group, matter.area);
        let (solves, rates) = self.mix.deviations(group, matter.area);
        let over = plan.received_at.saturating_add(LONGEST_LIFE).unwrap_or(Timestamp::MAX) < self.until;
        let calendar = &self.world.calendar;
        let said =
            |plan: &Plan| over || Course::of(plan, calendar).rounds.last().is_none_or(|r| r.ended_at() < plan.until);
        if plan.fate.unreached >= NEVER {
            return;
        }
        plan.fate.solved_at_first = if said(plan) {
            self.solved.decide(cell, solves)
        } else {
            let odds = self.solved.odds(solves);
            self.dice.chance(odds)
        };
        if !plan.fate.solved_at_first {
            plan.fate.rounds = rounds(&mut self.dice);
        }
        if !self.dice.chance(RATED) {
            return;
        }
        let first = plan.fate.solved_at_first;
        let rates = rates + if first { PLEASED } else { DISPLEASED };
        let cell = cell * 2 + usize::from(first);
        plan.fate.rating = Some(if said(plan) {
            self.satisfied.decide(cell, rates)
        } else {
            let odds = self.satisfied.odds(rates);
            self.dice.chance(odds)
        });
    }
}

impl Iterator for Plans<'_> {
    type Item = Plan;

    fn next(&mut self) -> Option<Plan> {
        while self.planned == self.moments.len() {
            if !self.begin_day() {
                return None;
            }
        }
        let day = self.days[self.next_day - 1];
        let millis = self.moments[self.planned];
        let received_at =
            begins(day).saturating_add(SignedDuration::from_millis(millis.into())).unwrap_or(Timestamp::MAX);
        if received_at >= self.until {
            // The rest of the day comes later still.
            self.planned = self.moments.len();
            self.next_day = self.days.len();
            return None;
        }
        let plan = self.plan(day, millis, received_at);
        self.planned += 1;
        self.index += 1;
        Some(plan)
    }
}

/// What a day is expected to bring to the two figures.
fn expected(day: Day, mix: &Mix, until: Timestamp) -> (Expected, Expected) {
    let answered = begins(day).saturating_add(USUAL_LIFE).unwrap_or(Timestamp::MAX) < until;
    let reached = if answered { day.tickets as f64 * (1.0 - NEVER_REACHED) } else { 0.0 };
    let rated = reached * RATED;
    let (solves, rates) = mix.mean_deviations(season::period(day.date));
    (Expected { tickets: reached, deviation: reached * solves }, Expected { tickets: rated, deviation: rated * rates })
}

/// The first moment of a day.
fn begins(day: Day) -> Timestamp {
    moment(day.date.at(0, 0, 0, 0)).unwrap_or(Timestamp::MAX)
}

/// How the offices will treat a ticket; what the caller says of it is decided after that.
fn handled(urgent: bool, dice: &mut Dice) -> Fate {
    let hand_back = dice.chance(HAND_BACKS).then(|| dice.chance(HAND_BACKS_APPROVED));
    let asks = dice.chance(EXTENSIONS);
    let extension = asks.then(|| (dice.between(2, 10) as u16, !dice.chance(EXTENSIONS_REFUSED)));
    let unreached = match dice.share() {
        chance if chance < NEVER_REACHED => NEVER,
        chance if chance < NEVER_REACHED + REACHED_LATER => dice.between(1, 2) as u8,
        _ => 0,
    };
    Fate {
        hand_back,
        // A sudden fault is not extended.
        extension: extension.filter(|_| !urgent),
        late: dice.chance(LATE),
        sent_back: dice.chance(SENT_BACK),
        unreached,
        rounds: 1,
        solved_at_first: false,
        rating: None,
    }
}

/// How often a matter is handled that was not solved at first.
fn rounds(dice: &mut Dice) -> u8 {
    if dice.chance(GIVEN_UP) {
        return 1;
    }
    let third = dice.chance(THIRD_HANDLING);
    let fourth = third && dice.chance(FOURTH_HANDLING);
    2 + u8::from(third) + u8::from(fourth)
}
