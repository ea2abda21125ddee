//! Candidates for topics (候选): from the counts of matters to drafts that the hotline office can
//! propose as they stand, with a sample of tickets and the units of the places that they
//! concern; and the monthly list.

use crate::desk::Desk;
use crate::store::matters::Periods;
use crate::store::{Store, StoreError};
use chuishao_domain::World;
use chuishao_domain::calendar::moment;
use chuishao_domain::evaluation::growth::Growth;
use chuishao_domain::evaluation::period::Period;
use chuishao_domain::ids::{CategoryCode, TerritoryId, TopicId, UnitId};
use chuishao_domain::topic::case::{Draft, Subject};
use chuishao_domain::topic::hot::{HotTopic, PlaceCount, Reason, hot_topics};
use chuishao_domain::topic::lists::{Frequent, FrequentLine, MonthCount, high_frequency};
use chuishao_domain::topic::settings;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Tickets of a candidate's sample: a screen of a list; more can be related later.
const SAMPLE: u32 = 20;

/// A hot topic, ready to be proposed.
#[derive(Debug, Serialize)]
pub struct Candidate {
    /// 分类组
    pub group: CategoryCode,
    /// 名称
    pub name: String,
    /// 本日
    pub now: u64,
    /// 前一日
    pub before: u64,
    /// Why, in figures; in words they stand in the draft.
    pub reasons: Vec<Reason>,
    /// The body of `POST /v1/topics`.
    pub draft: Draft,
    /// The open topic that has this subject already.
    pub open_topic: Option<TopicId>,
}

/// One line of the monthly list with the group's name.
#[derive(Debug, Serialize)]
pub struct NamedLine {
    /// 名称
    pub name: String,
    /// The line.
    #[serde(flatten)]
    pub line: FrequentLine,
}

/// From the first day to the last, both included, and as the period before what begins there.
/// `None` beyond the years that the time library represents.
fn periods(before: Date, from: Date, last: Date) -> Option<Periods> {
    let start = |day: Date| -> Option<Timestamp> { moment(day.to_datetime(Time::midnight())) };
    Some(Periods { before: start(before)?, from: start(from)?, until: start(last.tomorrow().ok()?)? })
}

/// A day, and the day before.
#[must_use]
pub fn of_day(day: Date) -> Option<Periods> {
    periods(day.yesterday().ok()?, day, day)
}

/// The hot topics of a period, each with its reasons.
///
/// # Errors
/// The database failed.
pub async fn hot(desk: &Desk, periods: Periods) -> Result<Vec<Candidate>, StoreError> {
    let counts = desk.store.place_counts(periods).await?;
    let thresholds = settings::current(&desk.store.settings_history().await?).hot;
    let mut candidates = Vec::new();
    for topic in hot_topics(&counts, &thresholds) {
        candidates.push(candidate(desk, topic, &counts, periods).await?);
    }
    Ok(candidates)
}

async fn candidate(
    desk: &Desk,
    topic: HotTopic,
    counts: &[PlaceCount],
    periods: Periods,
) -> Result<Candidate, StoreError> {
    let mut draft = topic.draft(&desk.world());
    draft.units = units(desk, &draft.subject, counts);
    draft.tickets = desk.store.sample(&draft.subject, periods, SAMPLE).await?;
    let open = desk.store.open_topic(&draft.subject).await?;
    let HotTopic { group, now, before, reasons } = topic;
    let name = desk.world().catalogue.category_name(&group).to_owned();
    Ok(Candidate { group, name, now, before, reasons, draft, open_topic: open.map(|topic| topic.id) })
}

/// The unit of the trade in one territory, if it has one.
pub(crate) fn units_of_trade(world: &World, category: &CategoryCode, territory: &TerritoryId) -> BTreeSet<UnitId> {
    world.catalogue.unit_of_trade(category, territory).map(|unit| unit.id.clone()).into_iter().collect()
}

/// The units of the trade in the territories that it concerns.
fn units(desk: &Desk, subject: &Subject, counts: &[PlaceCount]) -> BTreeSet<UnitId> {
    let concerned = |count: &&PlaceCount| {
        count.now > 0
            && count.category.group() == subject.category.as_str()
            && (subject.territory.is_city() || count.territory == subject.territory)
    };
    let catalogue = &desk.world().catalogue;
    let unit = |count: &PlaceCount| catalogue.unit_of_trade(&subject.category, &count.territory);
    counts.iter().filter(concerned).filter_map(unit).map(|unit| unit.id.clone()).collect()
}

/// 月度高频清单 of a month, beside the month before.
///
/// # Errors
/// The database failed.
pub async fn frequent(
    store: &Store,
    world: &World,
    month: Period,
    frequent: &Frequent,
) -> Result<Vec<NamedLine>, StoreError> {
    let mut groups: BTreeMap<CategoryCode, Growth> = BTreeMap::new();
    for sum in store.course_sums(month.into()).await? {
        groups.entry(sum.group).or_default().now += sum.tally.received;
    }
    for sum in store.course_sums(month.previous().into()).await? {
        groups.entry(sum.group).or_default().before += sum.tally.received;
    }
    let count = |(group, Growth { now, before })| MonthCount { group, now, before };
    let lines = high_frequency(&groups.into_iter().map(count).collect::<Vec<_>>(), frequent);
    let name = |group: &CategoryCode| world.catalogue.category_name(group).to_owned();
    Ok(lines.into_iter().map(|line| NamedLine { name: name(&line.group), line }).collect())
}
