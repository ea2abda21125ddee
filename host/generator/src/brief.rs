//! What is asked for: how many tickets, of which year, cut at which moment.

use chuishao_domain::World;
use chuishao_domain::calendar::moment;
use jiff::{Timestamp, civil::date};

/// The articles speak of 75.04 万 tickets in ten months: about 0.9 million a year.
pub const USUAL_TICKETS: u64 = 900_000;
/// Below this a year has days, counties and categories without any ticket.
pub const FEWEST_TICKETS: u64 = 100;
/// The order of a municipality's archive; above this a day's numbers and moments get too many.
pub const MOST_TICKETS: u64 = 20_000_000;

/// An invented year, as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    /// How many tickets the whole year brings.
    pub tickets: u64,
    /// The same seed gives the same year.
    pub seed: u64,
    /// Which year.
    pub year: i16,
    /// The moment at which the year is cut: what would happen at it or later has not happened
    /// yet. The end of 31 December when it is absent.
    pub until: Option<Timestamp>,
}

/// A brief that cannot be filled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BriefError {
    /// Too few or too many tickets.
    #[error(
        "工单数 {tickets} 不在 {FEWEST_TICKETS} 到 {MOST_TICKETS} 之间 \
         ({tickets} tickets; ask for {FEWEST_TICKETS} to {MOST_TICKETS})"
    )]
    Tickets {
        /// How many were asked for.
        tickets: u64,
    },
    /// The calendar lacks the year, or the January after it.
    #[error(
        "不能生成 {year} 年：本年和次年都须有放假安排；可选年份：{possible} \
         (year {year} needs the holiday notices of {year} and of the year after; possible years: {possible})"
    )]
    Year {
        /// Which was asked for.
        year: i16,
        /// Which could be.
        possible: String,
    },
    /// The cut does not lie in the year or soon after it.
    #[error(
        "截止时刻 {until} 须在 {year} 年 1 月 1 日之后、次年 2 月 1 日之前（北京时间） \
         (the cut {until} must lie after 1 January {year} and not after 1 February of the year after, China time)"
    )]
    Until {
        /// The cut that was asked for.
        until: Timestamp,
        /// The year that was asked for.
        year: i16,
    },
}

impl Brief {
    /// The usual year: as many tickets as the articles say, cut at its end.
    #[must_use]
    pub fn usual(year: i16, seed: u64) -> Self {
        Self { tickets: USUAL_TICKETS, seed, year, until: None }
    }

    /// The moment at which the year is cut.
    #[must_use]
    pub fn cut(&self) -> Timestamp {
        self.until.unwrap_or_else(|| begins(self.year.saturating_add(1), 1))
    }

    /// Whether this world can fill the brief.
    ///
    /// # Errors
    /// An [`BriefError`] that says what can be asked for.
    pub fn check(&self, world: &World) -> Result<(), BriefError> {
        if !(FEWEST_TICKETS..=MOST_TICKETS).contains(&self.tickets) {
            return Err(BriefError::Tickets { tickets: self.tickets });
        }
        let years: Vec<i16> = world.calendar.years().collect();
        // Deadlines of December run into January.
        let mut possible = years.iter().copied().filter(|year| years.contains(&year.saturating_add(1)));
        if !possible.clone().any(|year| year == self.year) {
            let first = possible.next().map_or_else(|| "无 (none)".to_owned(), |year| year.to_string());
            let possible = possible.fold(first, |list, year| format!("{list}、{year}"));
            return Err(BriefError::Year { year: self.year, possible });
        }
        let until = self.cut();
        if until <= begins(self.year, 1) || until > begins(self.year + 1, 2) {
            return Err(BriefError::Until { until, year: self.year });
        }
        Ok(())
    }
}

/// The first moment of a month, in China.
fn begins(year: i16, month: i8) -> Timestamp {
    // The years of any calendar lie far inside what the time library represents.
    let year = year.clamp(1, 9000);
    moment(date(year, month, 1).at(0, 0, 0, 0)).unwrap_or(Timestamp::MAX)
}
