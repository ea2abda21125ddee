//! Ageing (滞留分析): where open tickets are stuck, for how long, and with whom: 「着力解决
//! "沉在基层""卡在部门"的问题」 (article row 33). A pure function of summaries and the calendar;
//! which waits are counted as which, and the bands, are assumptions.

use crate::calendar::{Calendar, NoNotice, civil, moment};
use crate::catalogue::Level;
use crate::ids::{TicketId, UnitId};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an open ticket waits for (等待环节).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WaitsFor {
    /// 待受理
    Acceptance,
    /// 待派遣
    Dispatch,
    /// 待签收, by the handling unit.
    TakeUp,
    /// 办理中, by the handling unit.
    Handling,
    /// 待书面意见, of the city department.
    Opinion,
    /// 待审定: a hand-back or an extension.
    Ruling,
    /// 责任认定中
    Liability,
    /// 待审核
    Review,
    /// 待回访
    FollowUp,
}

/// Where it is stuck (滞留处).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StuckAt {
    /// 沉在基层: a street or township has it.
    Grassroots,
    /// 卡在县级部门
    CountyUnit,
    /// 卡在市直部门
    CityDepartment,
    /// 热线办理环节: the hotline itself has it, which is nobody else's fault.
    Hotline,
}

impl StuckAt {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Grassroots, Self::CountyUnit, Self::CityDepartment, Self::Hotline];

    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Grassroots => "沉在基层",
            Self::CountyUnit => "卡在县级部门",
            Self::CityDepartment => "卡在市直部门",
            Self::Hotline => "热线办理环节",
        }
    }
}

/// How long, in working days as limits are: over a holiday nothing grows older.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AgeBand {
    /// 1 个工作日内
    OneDay,
    /// 2 至 5 个工作日: within the ordinary limit (山东省政务服务热线管理办法).
    OrdinaryLimit,
    /// 6 至 15 个工作日: within the ordinary limit and its longest extension, 5 and 10.
    LongestExtension,
    /// 15 个工作日以上 (积压): even the longest extension is used up.
    Longer,
}

impl AgeBand {
    /// All of them, youngest first.
    pub const ALL: [Self; 4] = [Self::OneDay, Self::OrdinaryLimit, Self::LongestExtension, Self::Longer];

    /// The working days that it reaches to; the last has no end.
    #[must_use]
    pub fn working_days(self) -> Option<u16> {
        match self {
            Self::OneDay => Some(1),
            Self::OrdinaryLimit => Some(5),
            Self::LongestExtension => Some(15),
            Self::Longer => None,
        }
    }

    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::OneDay => "1个工作日内",
            Self::OrdinaryLimit => "2至5个工作日",
            Self::LongestExtension => "6至15个工作日",
            Self::Longer => "15个工作日以上",
        }
    }

    /// The same in English: the key names the limit that a band is taken from, and not its days.
    #[must_use]
    pub fn english(self) -> &'static str {
        match self {
            Self::OneDay => "Within 1 working day",
            Self::OrdinaryLimit => "2 to 5 working days",
            Self::LongestExtension => "6 to 15 working days",
            Self::Longer => "More than 15 working days",
        }
    }
}

/// The bands as days, seen from a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bands(Vec<(AgeBand, Date)>);

impl Bands {
    /// As they are on the day of a moment.
    ///
    /// # Errors
    /// [`NoNotice`] when the last 15 working days run into a year without a holiday notice.
    pub fn on(as_of: Timestamp, calendar: &Calendar) -> Result<Self, NoNotice> {
        let today = civil(as_of).date();
        let reach = AgeBand::ALL.into_iter().filter_map(|band| Some((band, band.working_days()?)));
        let first = reach.map(|(band, days)| Ok((band, calendar.subtract_working_days(today, days)?)));
        first.collect::<Result<_, _>>().map(Self)
    }

    /// The moment from which on each begins, the youngest first; what is older is in
    /// [`AgeBand::Longer`].
    pub fn beginnings(&self) -> impl Iterator<Item = (AgeBand, Timestamp)> + '_ {
        self.0.iter().map(|(band, first)| (*band, moment(first.at(0, 0, 0, 0)).unwrap_or(Timestamp::MIN)))
    }
}

/// Open tickets that wait for the same, with the same unit and for about as long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenTickets {
    /// What they wait for.
    pub waits_for: WaitsFor,
    /// The unit that has them, and how high it stands: the handling unit, or the department
    /// that owes an opinion. None while the hotline has them.
    pub holder: Option<(UnitId, Level)>,
    /// How long they have lain there: with a unit since the dispatch, taken up or not; with the
    /// hotline since the step began.
    pub band: AgeBand,
    /// 在办: how many.
    pub open: u64,
    /// 其中超期
    pub overdue: u64,
    /// The ticket that waits longest, of equals the first by its number.
    pub oldest: TicketId,
    /// Since when that waits.
    pub oldest_since: Timestamp,
}

impl OpenTickets {
    /// Where they are stuck. What waits for a unit that nobody named waits for the hotline to
    /// name it.
    #[must_use]
    pub fn stuck_at(&self) -> StuckAt {
        match self.waits_for {
            WaitsFor::TakeUp | WaitsFor::Handling | WaitsFor::Opinion => match self.holder {
                Some((_, Level::Street)) => StuckAt::Grassroots,
                Some((_, Level::County)) => StuckAt::CountyUnit,
                Some((_, Level::City)) => StuckAt::CityDepartment,
                None => StuckAt::Hotline,
            },
            _ => StuckAt::Hotline,
        }
    }
}

/// How many are stuck at one place for so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct AgeCount {
    /// Where.
    pub stuck_at: StuckAt,
    /// How long.
    pub band: AgeBand,
    /// 在办
    pub open: u64,
    /// 其中超期
    pub overdue: u64,
}

/// What one unit has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Holding {
    /// 单位
    pub unit: UnitId,
    /// 在办
    pub open: u64,
    /// 其中超期
    pub overdue: u64,
    /// The ticket that waits longest.
    pub oldest: TicketId,
    /// Since when.
    #[schemars(with = "String")]
    pub oldest_since: Timestamp,
}

/// Where open tickets are stuck.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Ageing {
    /// A row for every place and band, also where there is nothing.
    pub counts: Vec<AgeCount>,
    /// The units, whoever has the oldest ticket first.
    pub holdings: Vec<Holding>,
}

impl Ageing {
    /// Counts open tickets.
    #[must_use]
    pub fn of(open: &[OpenTickets]) -> Self {
        let mut counted: BTreeMap<(StuckAt, AgeBand), (u64, u64)> = BTreeMap::new();
        let mut holdings: BTreeMap<&UnitId, Holding> = BTreeMap::new();
        for tickets in open {
            let count = counted.entry((tickets.stuck_at(), tickets.band)).or_default();
            *count = (count.0 + tickets.open, count.1 + tickets.overdue);
            let Some((unit, _)) = tickets.holder.as_ref().filter(|_| tickets.stuck_at() != StuckAt::Hotline) else {
                continue;
            };
            let holding = holdings.entry(unit).or_insert_with(|| Holding {
                unit: unit.clone(),
                open: 0,
                overdue: 0,
                oldest: tickets.oldest.clone(),
                oldest_since: tickets.oldest_since,
            });
            holding.open += tickets.open;
            holding.overdue += tickets.overdue;
            if (tickets.oldest_since, &tickets.oldest) < (holding.oldest_since, &holding.oldest) {
                (holding.oldest, holding.oldest_since) = (tickets.oldest.clone(), tickets.oldest_since);
            }
        }
        let places = StuckAt::ALL.into_iter().flat_map(|place| AgeBand::ALL.map(|band| (place, band)));
        let counts = places.map(|(stuck_at, band)| {
            let (open, overdue) = counted.get(&(stuck_at, band)).copied().unwrap_or_default();
            AgeCount { stuck_at, band, open, overdue }
        });
        let mut holdings: Vec<Holding> = holdings.into_values().collect();
        holdings.sort_by(|a, b| (a.oldest_since, &a.unit).cmp(&(b.oldest_since, &b.unit)));
        Self { counts: counts.collect(), holdings }
    }
}

#[cfg(test)]
mod tests {
    use super::super::outcome::tests::at;
    use super::*;
    use jiff::civil::date;

    fn band(as_of: &str, since: &str) -> AgeBand {
        let bands = Bands::on(at(as_of), &Calendar::shipped()).expect("the year is known");
        bands.beginnings().find(|(_, first)| at(since) >= *first).map_or(AgeBand::Longer, |(band, _)| band)
    }

    /// One ticket, seen on 16 October 2024.
    fn open(number: u64, waits_for: WaitsFor, holder: Option<(&str, Level)>, since: &str) -> OpenTickets {
        OpenTickets {
            waits_for,
            holder: holder.map(|(unit, level)| (unit.into(), level)),
            band: band("2024-10-16T09:00", since),
            open: 1,
            overdue: number % 2,
            oldest: TicketId::new(date(2024, 10, 8), number),
            oldest_since: at(since),
        }
    }

    /// Seen on Wednesday 16 October 2024: 1 working day before is the 15th, 5 are the 10th
    /// (Saturday 12 October is worked), 15 are 20 September.
    #[test]
    fn tickets_are_stuck_where_somebody_has_them() {
        let (street, bureau, department) =
            (Some(("370705-S02", Level::Street)), Some(("370705-CG", Level::County)), Some(("WF-CG", Level::City)));
        let tickets = [
            open(1, WaitsFor::Handling, street, "2024-10-08T09:00"),
            open(2, WaitsFor::TakeUp, street, "2024-10-15T09:00"),
            open(3, WaitsFor::Handling, bureau, "2024-10-10T09:00"),
            open(4, WaitsFor::Opinion, department, "2024-09-13T09:00"),
            // Reported back: the bureau has done its part, the hotline has to look.
            open(5, WaitsFor::Review, bureau, "2024-10-02T09:00"),
            open(6, WaitsFor::Dispatch, None, "2024-10-15T10:00"),
            open(7, WaitsFor::TakeUp, None, "2024-10-15T10:00"),
        ];
        let ageing = Ageing::of(&tickets);
        assert_eq!(ageing.counts.len(), 16);
        let found: Vec<_> = ageing.counts.iter().filter(|count| count.open > 0).collect();
        let count = |stuck_at, band, open, overdue| AgeCount { stuck_at, band, open, overdue };
        let expected = [
            count(StuckAt::Grassroots, AgeBand::OneDay, 1, 0),
            count(StuckAt::Grassroots, AgeBand::LongestExtension, 1, 1),
            count(StuckAt::CountyUnit, AgeBand::OrdinaryLimit, 1, 1),
            count(StuckAt::CityDepartment, AgeBand::Longer, 1, 0),
            count(StuckAt::Hotline, AgeBand::OneDay, 2, 1),
            count(StuckAt::Hotline, AgeBand::LongestExtension, 1, 1),
        ];
        assert_eq!(found, expected.iter().collect::<Vec<_>>());
        let holders: Vec<_> =
            ageing.holdings.iter().map(|held| (held.unit.as_str(), held.open, held.overdue)).collect();
        assert_eq!(holders, [("WF-CG", 1, 0), ("370705-S02", 2, 1), ("370705-CG", 1, 1)]);
        assert_eq!(ageing.holdings[1].oldest, tickets[0].oldest);
    }

    /// On Saturday 12 October 2024, a working day: 5 working days before is 30 September, since
    /// the holiday lies between; 15 before is 14 September, a working Saturday.
    #[test]
    fn bands_meet_and_age_is_counted_in_working_days() {
        for (since, expected) in [
            ("2024-10-12T08:00", AgeBand::OneDay),
            ("2024-10-11T00:00", AgeBand::OneDay),
            ("2024-10-10T23:59", AgeBand::OrdinaryLimit),
            ("2024-09-30T00:00", AgeBand::OrdinaryLimit),
            ("2024-09-29T23:59", AgeBand::LongestExtension),
            ("2024-09-14T00:00", AgeBand::LongestExtension),
            ("2024-09-13T23:59", AgeBand::Longer),
        ] {
            assert_eq!(band("2024-10-12T09:00", since), expected, "{since}");
        }
    }

    #[test]
    fn a_year_without_a_notice_is_said() {
        let found = Bands::on(at("2024-01-10T09:00"), &Calendar::shipped());
        assert_eq!(found, Err(NoNotice { year: 2023 }));
    }
}
