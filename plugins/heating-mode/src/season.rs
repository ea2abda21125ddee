//! When the season is (供热期): what a meeting decided, or what is set; moved by the weather.

use chuishao_sdk::{Context, Date, Failure, Mode};

/// The mode's name, as the meeting gives it.
const NAME: &str = "供热模式";

/// Whether the rule is in season on the day of the event.
pub fn is_on(context: &Context) -> Result<bool, Failure> {
    let (start, end) = (context.date("season-start")?, context.date("season-end")?);
    if start > end {
        return Err(Failure::BadSetting(format!("供热模式开始日 {start} 晚于结束日 {end}")));
    }
    let (earlier, later) = (context.integer("earlier-days")?, context.integer("later-days")?);
    let today = day_number(context.now.date);
    let covers = |first: Date, last: Date| (day_number(first) - earlier..=day_number(last) + later).contains(&today);
    let decided = context
        .modes
        .iter()
        .any(|Mode { name, first_day, last_day, .. }| name == NAME && covers(*first_day, *last_day));
    Ok(decided || (!context.flag("by-meeting-only")? && covers(start, end)))
}

/// Days since 1970-01-01, for counting days across months: the usual reckoning from 1 March.
fn day_number(date: Date) -> i64 {
    let (year, month) = (i64::from(date.year), i64::from(date.month));
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let of_year = (153 * month + 2) / 5 + i64::from(date.day) - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_across_months_and_leap_years() {
        let number = |year, month, day| day_number(Date::new(year, month, day));
        assert_eq!((number(1970, 1, 1), number(1970, 3, 1), number(2000, 3, 1)), (0, 59, 11_017));
        assert_eq!(number(2024, 3, 1) - number(2024, 2, 28), 2);
        assert_eq!(number(2025, 3, 1) - number(2025, 2, 28), 1);
        assert_eq!(number(2025, 1, 1) - number(2024, 12, 31), 1);
    }
}
