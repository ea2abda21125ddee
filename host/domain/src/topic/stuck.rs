//! Where open matters are stuck (积压, article row 33: 「着力解决"沉在基层""卡在部门"的问题」): open
//! tickets by the level and the unit they lie with, and by age in working days.

use crate::World;
use crate::calendar::NoNotice;
use crate::catalogue::Level;
use crate::ids::UnitId;
use crate::topic::case::day_of;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// 超过办理时限: older than 5 working days, the ordinary limit (山东省政务服务热线管理办法).
pub const LATE_AFTER_WORKING_DAYS: u16 = 5;

/// 积压: older than the ordinary limit with the longest extension, 5 and 10 working days.
pub const STUCK_AFTER_WORKING_DAYS: u16 = 15;

/// An open ticket, as far as this report needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenTicket {
    /// 主办单位
    pub lead_unit: UnitId,
    /// 派单时间
    pub dispatched_at: Timestamp,
}

/// Where a matter is stuck. That streets are 基层 and bureaus 部门 is an assumption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// 沉在基层: with a street or township.
    Grassroots,
    /// 卡在部门: with a department of the city or a county.
    Departments,
}

impl Place {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Grassroots => "沉在基层",
            Self::Departments => "卡在部门",
        }
    }

    fn of(level: Level) -> Self {
        match level {
            Level::Street => Self::Grassroots,
            Level::City | Level::County => Self::Departments,
        }
    }
}

/// Open tickets by age (件数).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ageing {
    /// Up to 5 working days.
    pub in_time: u64,
    /// 6 to 15.
    pub late: u64,
    /// Older.
    pub stuck: u64,
}

/// One unit's open tickets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitAgeing {
    /// 单位
    pub unit: UnitId,
    /// Where it stands.
    pub place: Place,
    /// Its tickets.
    pub ageing: Ageing,
}

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stuck {
    /// By place.
    pub places: BTreeMap<Place, Ageing>,
    /// Units with late or stuck tickets, the most stuck first.
    pub units: Vec<UnitAgeing>,
    /// Tickets of units that the catalogue does not know; counted nowhere else.
    pub unknown: u64,
}

/// Where open tickets are stuck at a moment.
///
/// # Errors
/// [`NoNotice`] when the last 15 working days run into a year without a holiday notice.
pub fn stuck(world: &World, open: &[OpenTicket], now: Timestamp) -> Result<Stuck, NoNotice> {
    let today = day_of(now);
    let late_before = world.calendar.subtract_working_days(today, LATE_AFTER_WORKING_DAYS)?;
    let stuck_before = world.calendar.subtract_working_days(today, STUCK_AFTER_WORKING_DAYS)?;
    let mut places = BTreeMap::from([(Place::Grassroots, Ageing::default()), (Place::Departments, Ageing::default())]);
    let mut units = BTreeMap::<&UnitId, (Place, Ageing)>::new();
    let mut unknown = 0;
    for ticket in open {
        let Some(unit) = world.catalogue.unit(&ticket.lead_unit) else {
            unknown += 1;
            continue;
        };
        let place = Place::of(unit.level);
        let of_unit = &mut units.entry(&ticket.lead_unit).or_insert((place, Ageing::default())).1;
        for ageing in [places.entry(place).or_default(), of_unit] {
            match day_of(ticket.dispatched_at) {
                day if day < stuck_before => ageing.stuck += 1,
                day if day < late_before => ageing.late += 1,
                _ => ageing.in_time += 1,
            }
        }
    }
    let slow = units.into_iter().filter(|(_, (_, ageing))| ageing.late + ageing.stuck > 0);
    let mut units: Vec<UnitAgeing> =
        slow.map(|(unit, (place, ageing))| UnitAgeing { unit: unit.clone(), place, ageing }).collect();
    let order = |unit: &UnitAgeing| (unit.ageing.stuck, unit.ageing.late);
    units.sort_by(|a, b| order(b).cmp(&order(a)).then_with(|| a.unit.cmp(&b.unit)));
    Ok(Stuck { places, units, unknown })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(unit: &str, day: &str) -> OpenTicket {
        let at = format!("{day}T10:00:00+08:00");
        OpenTicket { lead_unit: unit.into(), dispatched_at: at.parse().expect("a moment") }
    }

    /// On Saturday 12 October 2024, a working day: 5 working days before is 30 September, since
    /// the holiday lies between; 15 before is 14 September, a working Saturday.
    #[test]
    fn age_is_counted_in_working_days() {
        let tickets = [
            open("370705-S02", "2024-09-30"),
            open("370705-S02", "2024-09-29"),
            open("370705-S02", "2024-09-14"),
            open("370705-S02", "2024-09-13"),
            open("WF-ZJ", "2024-09-28"),
            open("370784-ZJ", "2024-01-02"),
            open("370784-ZJ", "2024-10-11"),
            open("WF-GA", "2024-10-12"),
            open("nowhere", "2024-01-02"),
        ];
        let now = "2024-10-12T09:00:00+08:00".parse().expect("a moment");
        let report = stuck(&World::weifang(), &tickets, now).expect("the year is known");
        let ageing = |in_time, late, stuck| Ageing { in_time, late, stuck };
        assert_eq!(report.places[&Place::Grassroots], ageing(1, 2, 1));
        assert_eq!(report.places[&Place::Departments], ageing(2, 1, 1));
        let units: Vec<_> = report.units.iter().map(|of| (of.unit.as_str(), of.place.term(), of.ageing)).collect();
        let expected = [
            ("370705-S02", "沉在基层", ageing(1, 2, 1)),
            ("370784-ZJ", "卡在部门", ageing(1, 0, 1)),
            ("WF-ZJ", "卡在部门", ageing(0, 1, 0)),
        ];
        assert_eq!(units, expected, "who is in time is not listed");
        assert_eq!(report.unknown, 1);
    }

    #[test]
    fn a_year_without_a_notice_is_said() {
        let now = "2024-01-10T09:00:00+08:00".parse().expect("a moment");
        assert_eq!(stuck(&World::weifang(), &[], now), Err(NoNotice { year: 2023 }));
    }
}
