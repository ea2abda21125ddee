//! Days that are over (整日): what a report compares ends with the last whole day, since a period that has just
//! begun, or a day, would look like a fall beside a whole one.

use chuishao_domain::calendar::civil;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::period::Period;
use chuishao_domain::language::Words;
use chuishao_domain::refusal::Refusal;
use jiff::Timestamp;

/// The days that are over.
///
/// # Errors
/// `not-begun`: none of them is.
pub fn over(days: Days, now: Timestamp) -> Result<Days, Refusal> {
    days.over_by(civil(now).date()).ok_or_else(|| {
        let chinese = format!("{} 起满一天后方可比较，请届时再看", days.first());
        Refusal::new("not-begun", chinese, "no day of it is over: there is nothing to compare yet")
    })
}

/// The days of a month that are over, and those of the month before that they are compared with: as many of a
/// month that runs, all of one that is over.
///
/// # Errors
/// `not-begun`: no day of the month is over.
pub fn beside_month_before(month: Period, now: Timestamp) -> Result<(Days, Days), Refusal> {
    let all = Days::from(month);
    let over = over(all, now)?;
    Ok((over, over.beside(all, month.previous().into())))
}

/// Until when a period that runs is counted; nothing of one that is over.
#[must_use]
pub fn note(all: Days, over: Days) -> Option<Words> {
    let last = over.last();
    (over != all).then(|| {
        Words::new(
            format!("期间尚未结束：统计到 {last}（最近一个整日），用来比较的期间同样截取"),
            format!(
                "The period is not over: counted to {last}, the last whole day, and what it is compared with alike"
            ),
        )
    })
}
