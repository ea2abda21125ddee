//! Ageing (滞留分析): where open tickets are stuck, for how long, and with whom: 「着力解决
//! "沉在基层""卡在部门"的问题」 (article row 33). A pure function of summaries and the calendar;
//! which waits are counted as which, and the bands, are assumptions.

use crate::calendar::{Calendar, NoNotice, civil};
use crate::catalogue::Level;
use crate::ids::{TerritoryId, TicketId, UnitId};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an open ticket waits for (等待环节).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
}

/// The bands as days, seen from a day.
struct Bands(Vec<(AgeBand, Date)>);

impl Bands {
    fn on(today: Date, calendar: &Calendar) -> Result<Self, NoNotice> {
        let reach = AgeBand::ALL.into_iter().filter_map(|band| Some((band, band.working_days()?)));
        let first = reach.map(|(band, days)| Ok((band, calendar.subtract_working_days(today, days)?)));
        first.collect::<Result<_, _>>().map(Self)
    }

    fn of(&self, since: Date) -> AgeBand {
        self.0.iter().find(|(_, first)| since >= *first).map_or(AgeBand::Longer, |(band, _)| *band)
    }
}

/// An open ticket, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenTicket {
    /// 工单编号
    pub ticket: TicketId,
    /// 属地
    pub territory: TerritoryId,
    /// What it waits for.
    pub waits_for: WaitsFor,
    /// The unit that has it, and how high it stands: the handling unit, or the department
    /// that owes an opinion. None while the hotline has it.
    pub holder: Option<(UnitId, Level)>,
    /// Since when it lies there: with a unit since the dispatch, taken up or not; with the
    /// hotline since the step began.
    pub since: Timestamp,
    /// When it is due, if that is known.
    pub due_at: Option<Timestamp>,
}

impl OpenTicket {
    /// Where it is stuck. What waits for a unit that nobody named waits for the hotline to
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

    fn is_overdue(&self, as_of: Timestamp) -> bool {
        self.due_at.is_some_and(|due_at| as_of > due_at)
    }
}

/// How many are stuck at one place for so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    pub oldest_since: Timestamp,
}

/// Where open tickets are stuck.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ageing {
    /// A row for every place and band, also where there is nothing.
    pub counts: Vec<AgeCount>,
    /// The units, whoever has the oldest ticket first.
    pub holdings: Vec<Holding>,
}

impl Ageing {
    /// Counts open tickets, as seen from a moment.
    ///
    /// # Errors
    /// [`NoNotice`] when the last 15 working days run into a year without a holiday notice.
    pub fn of(open: &[OpenTicket], calendar: &Calendar, as_of: Timestamp) -> Result<Self, NoNotice> {
        let bands = Bands::on(civil(as_of).date(), calendar)?;
        let mut counted: BTreeMap<(StuckAt, AgeBand), (u64, u64)> = BTreeMap::new();
        let mut holdings: BTreeMap<&UnitId, Holding> = BTreeMap::new();
        for ticket in open {
            let overdue = u64::from(ticket.is_overdue(as_of));
            let band = bands.of(civil(ticket.since).date());
            let count = counted.entry((ticket.stuck_at(), band)).or_default();
            *count = (count.0 + 1, count.1 + overdue);
            let Some((unit, _)) = ticket.holder.as_ref().filter(|_| ticket.stuck_at() != StuckAt::Hotline) else {
                continue;
            };
            let holding = holdings.entry(unit).or_insert_with(|| Holding {
                unit: unit.clone(),
                open: 0,
                overdue: 0,
                oldest: ticket.ticket.clone(),
                oldest_since: ticket.since,
            });
            holding.open += 1;
            holding.overdue += overdue;
            if (ticket.since, &ticket.ticket) < (holding.oldest_since, &holding.oldest) {
                (holding.oldest, holding.oldest_since) = (ticket.ticket.clone(), ticket.since);
            }
        }
        let places = StuckAt::ALL.into_iter().flat_map(|place| AgeBand::ALL.map(|band| (place, band)));
        let counts = places.map(|(stuck_at, band)| {
            let (open, overdue) = counted.get(&(stuck_at, band)).copied().unwrap_or_default();
            AgeCount { stuck_at, band, open, overdue }
        });
        let mut holdings: Vec<Holding> = holdings.into_values().collect();
        holdings.sort_by(|a, b| (a.oldest_since, &a.unit).cmp(&(b.oldest_since, &b.unit)));
        Ok(Self { counts: counts.collect(), holdings })
    }
}

#[cfg(test)]
mod tests {
    use super::super::outcome::tests::at;
    use super::*;
    use jiff::civil::date;

    fn open(number: u64, waits_for: WaitsFor, holder: Option<(&str, Level)>, since: &str) -> OpenTicket {
        OpenTicket {
            ticket: TicketId::new(date(2024, 10, 8), number),
            territory: "370705".into(),
            waits_for,
            holder: holder.map(|(unit, level)| (unit.into(), level)),
            since: at(since),
            due_at: Some(at("2024-10-15T17:30")),
        }
    }

    fn ageing(open: &[OpenTicket], as_of: &str) -> Ageing {
        Ageing::of(open, &Calendar::shipped(), at(as_of)).expect("the year is known")
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
        let ageing = ageing(&tickets, "2024-10-16T09:00");
        assert_eq!(ageing.counts.len(), 16);
        let found: Vec<_> = ageing.counts.iter().filter(|count| count.open > 0).collect();
        let count = |stuck_at, band, open, overdue| AgeCount { stuck_at, band, open, overdue };
        let expected = [
            count(StuckAt::Grassroots, AgeBand::OneDay, 1, 1),
            count(StuckAt::Grassroots, AgeBand::LongestExtension, 1, 1),
            count(StuckAt::CountyUnit, AgeBand::OrdinaryLimit, 1, 1),
            count(StuckAt::CityDepartment, AgeBand::Longer, 1, 1),
            count(StuckAt::Hotline, AgeBand::OneDay, 2, 2),
            count(StuckAt::Hotline, AgeBand::LongestExtension, 1, 1),
        ];
        assert_eq!(found, expected.iter().collect::<Vec<_>>());
        let holders: Vec<_> = ageing.holdings.iter().map(|held| (held.unit.as_str(), held.open)).collect();
        assert_eq!(holders, [("WF-CG", 1), ("370705-S02", 2), ("370705-CG", 1)]);
        assert_eq!(ageing.holdings[1].oldest, tickets[0].ticket);
    }

    #[test]
    fn nothing_is_overdue_before_it_is_due() {
        let ticket = open(1, WaitsFor::Dispatch, None, "2024-10-08T09:00");
        let overdue = |as_of: &str| {
            let ageing = ageing(std::slice::from_ref(&ticket), as_of);
            ageing.counts.iter().map(|count| count.overdue).sum::<u64>()
        };
        assert_eq!((overdue("2024-10-15T17:30"), overdue("2024-10-15T17:31")), (0, 1));
    }

    /// On Saturday 12 October 2024, a working day: 5 working days before is 30 September, since
    /// the holiday lies between; 15 before is 14 September, a working Saturday.
    #[test]
    fn bands_meet_and_age_is_counted_in_working_days() {
        let bands = Bands::on(date(2024, 10, 12), &Calendar::shipped()).expect("the year is known");
        for (since, band) in [
            (date(2024, 10, 12), AgeBand::OneDay),
            (date(2024, 10, 11), AgeBand::OneDay),
            (date(2024, 10, 10), AgeBand::OrdinaryLimit),
            (date(2024, 9, 30), AgeBand::OrdinaryLimit),
            (date(2024, 9, 29), AgeBand::LongestExtension),
            (date(2024, 9, 14), AgeBand::LongestExtension),
            (date(2024, 9, 13), AgeBand::Longer),
        ] {
            assert_eq!(bands.of(since), band, "{since}");
        }
    }

    #[test]
    fn a_year_without_a_notice_is_said() {
        let found = Ageing::of(&[], &Calendar::shipped(), at("2024-01-10T09:00"));
        assert_eq!(found, Err(NoNotice { year: 2023 }));
    }
}
