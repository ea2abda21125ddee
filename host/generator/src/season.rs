//! When people call: the weight of each day of the year and of each hour of the day, and how
//! each kind of matter comes and goes with the seasons.

use crate::figures::october_copies;
use chuishao_domain::calendar::Calendar;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

/// How busy the months are, January first; October's is not used, its figure is known
/// (assumption: heating makes winter busy, the Spring Festival makes February quiet).
const MONTHS: [f64; 12] = [1.06, 0.84, 0.94, 0.9, 0.92, 0.98, 1.06, 1.04, 0.92, 1.0, 1.2, 1.14];
/// A day off with a notice: people are at home, offices are closed (assumption).
const HOLIDAY: f64 = 0.5;
/// Saturday and Sunday (assumption).
const WEEKEND: f64 = 0.66;
/// From Monday on: Monday brings what the weekend left (assumption).
const WEEKDAYS: [f64; 5] = [1.12, 1.03, 1.0, 0.98, 0.97];
/// Calls by the hour (assumption: a morning peak at 9, an afternoon peak at 15, few at night).
pub const HOURS: [f64; 24] = [
    0.7, 0.4, 0.3, 0.25, 0.3, 0.7, 1.8, 4.0, 8.2, 9.6, 9.0, 7.2, 4.2, 4.6, 6.6, 7.4, 7.0, 6.0, 5.0, 5.2, 4.6, 3.4, 2.2,
    1.3,
];
/// The last calls of a day on which the desk is cleared come in this part of the day.
const BEFORE_CLEARING: f64 = 23.66 / 24.0;

/// Half-months of a year.
pub const PERIODS: usize = 24;

/// A day and how many tickets it brings.
#[derive(Clone, Copy, Debug)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// How many tickets.
    pub tickets: u64,
}

/// The half-month of a day, from 0.
#[must_use]
pub fn period(date: Date) -> usize {
    let month = usize::try_from(date.month()).unwrap_or(1);
    (month - 1) * 2 + usize::from(date.day() > 15)
}

/// The days before and at the end of October on which the desk dispatches everything before
/// midnight, so that October's tickets are October's copies.
#[must_use]
pub fn desk_is_cleared_on(date: Date) -> bool {
    matches!((date.month(), date.day()), (9, 30) | (10, 31))
}

/// The part of the day in which its calls come.
#[must_use]
pub fn open_part(date: Date) -> f64 {
    if desk_is_cleared_on(date) { BEFORE_CLEARING } else { 1.0 }
}

/// Shares the year's tickets among its days; October gets exactly its copies.
#[must_use]
pub fn days(year: i16, tickets: u64, calendar: &Calendar) -> Vec<Day> {
    let dates = || date(year, 1, 1).series(1.day()).take_while(move |day| day.year() == year);
    let weight =
        |october: bool| move |day: Date| if (day.month() == 10) == october { weight_of(day, calendar) } else { 0.0 };
    let october = october_copies(tickets);
    let mut counts = shared(october, &dates().map(weight(true)).collect::<Vec<_>>());
    let others = shared(tickets - october, &dates().map(weight(false)).collect::<Vec<_>>());
    counts.iter_mut().zip(others).for_each(|(count, other)| *count += other);
    dates().zip(counts).map(|(date, tickets)| Day { date, tickets }).collect()
}

fn weight_of(day: Date, calendar: &Calendar) -> f64 {
    let month = usize::try_from(day.month() - 1).unwrap_or(0);
    let worked = calendar.is_working_day(day).unwrap_or(true);
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
    let of_day = match (worked, weekend) {
        (true, _) => WEEKDAYS.get(weekday).copied().unwrap_or(1.0),
        (false, true) => WEEKEND,
        (false, false) => HOLIDAY,
    };
    MONTHS[month] * of_day
}

/// Whole numbers that add up to `total`, by the largest remainders (最大余额法).
fn shared(total: u64, weights: &[f64]) -> Vec<u64> {
    let sum: f64 = weights.iter().sum();
    let exact: Vec<f64> = weights.iter().map(|weight| total as f64 * weight / sum).collect();
    let mut counts: Vec<u64> = exact.iter().map(|share| share.floor() as u64).collect();
    let mut largest: Vec<usize> = (0..weights.len()).filter(|&at| weights[at] > 0.0).collect();
    largest.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()).then(a.cmp(&b)));
    let left = total.saturating_sub(counts.iter().sum());
    for &at in largest.iter().cycle().take(usize::try_from(left).unwrap_or(0)) {
        counts[at] += 1;
    }
    counts
}

/// How a kind of matter comes and goes with the year (assumptions, by what the matter is).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// The same all the year.
    Even,
    /// 供暖: trial heating from mid October, from 15 November in full, to 15 March.
    Heating,
    /// 施工、夜市: when windows are open.
    Summer,
    /// 停电: heat and frost.
    Power,
    /// 供水: frost first, then heat.
    Water,
    /// 工资: before the Spring Festival.
    Wages,
}

impl Curve {
    /// How strong in each half-month; 1 is usual.
    #[must_use]
    pub fn strengths(self) -> [f64; PERIODS] {
        match self {
            Self::Even => [1.0; PERIODS],
            Self::Heating => [
                2.8, 2.6, 2.2, 1.9, 1.4, 0.6, 0.25, 0.2, 0.15, 0.12, 0.1, 0.1, 0.1, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1.8,
                3.8, 3.6, 3.0, 2.8,
            ],
            Self::Summer => [
                0.6, 0.5, 0.5, 0.6, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.5, 1.6, 1.7, 1.7, 1.6, 1.5, 1.2, 1.1, 1.0, 0.9,
                0.8, 0.7, 0.6, 0.6,
            ],
            Self::Power => [
                1.2, 1.2, 1.0, 0.8, 0.6, 0.6, 0.6, 0.6, 0.7, 0.8, 1.1, 1.4, 2.0, 2.4, 2.2, 1.7, 0.9, 0.6, 0.5, 0.5,
                0.6, 0.8, 1.0, 1.2,
            ],
            Self::Water => [
                2.0, 1.9, 1.6, 1.2, 0.8, 0.7, 0.6, 0.6, 0.7, 0.8, 1.0, 1.1, 1.3, 1.4, 1.3, 1.1, 0.8, 0.7, 0.6, 0.6,
                0.7, 0.9, 1.4, 1.8,
            ],
            Self::Wages => [
                2.4, 2.6, 1.6, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.9, 1.0, 0.8, 0.8,
                0.9, 1.1, 1.5, 1.9,
            ],
        }
    }
}
