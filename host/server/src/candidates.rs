//! Candidates for topics (候选): from the counts of matters to drafts that the hotline office can
//! propose as they stand, with a sample of tickets and the units of the places that they
//! concern; and the monthly list.

use crate::desk::Desk;
use crate::store::report::CountedBy;
use crate::store::{Store, StoreError};
use chuishao_domain::World;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::growth::Growth;
use chuishao_domain::evaluation::period::Period;
use chuishao_domain::ids::{CategoryCode, TerritoryId, TopicId, UnitId};
use chuishao_domain::topic::case::{Draft, Subject};
use chuishao_domain::topic::hot::{HotTopic, Reason, hot_topics};
use chuishao_domain::topic::lists::{Frequent, FrequentLine, MonthCount, high_frequency};
use chuishao_domain::topic::settings;
use chuishao_domain::topic::spread::Spread;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Tickets of a candidate's sample: a screen of a list; more can be related later.
const SAMPLE: u32 = 20;

/// A hot topic, ready to be proposed.
#[derive(Debug, Serialize, schemars::JsonSchema)]
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
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct NamedLine {
    /// 名称
    pub name: String,
    /// The line.
    #[serde(flatten)]
    pub line: FrequentLine,
}

/// The hot topics of a day, beside the day before, each with its reasons.
///
/// # Errors
/// The database failed.
pub async fn hot(desk: &Desk, day: Days) -> Result<Vec<Candidate>, StoreError> {
    let before = day.first().yesterday().unwrap_or(day.first());
    let counts = desk.store.group_counts(day.first(), before).await?;
    let thresholds = settings::current(&desk.store.settings_history().await?).hot;
    let hot = hot_topics(&counts, &thresholds);
    // All are asked for at once: a question for each would be most of the work.
    let subjects: Vec<Subject> = hot.iter().map(HotTopic::subject).collect();
    let samples = desk.store.samples(&subjects, day, SAMPLE).await?;
    let open = desk.store.open_topics(&subjects).await?;
    let world = desk.world();
    let candidates = hot.into_iter().zip(samples).map(|(topic, tickets)| {
        let mut draft = topic.draft(&world);
        let spread = counts.iter().find(|count| count.group == topic.group).map(|count| &count.now);
        draft.units = units(&world, &draft.subject, spread);
        draft.tickets = tickets;
        let open_topic = open.iter().find(|open| open.subject == draft.subject).map(|open| open.id.clone());
        let HotTopic { group, now, before, reasons } = topic;
        let name = world.catalogue.category_name(&group).to_owned();
        Candidate { group, name, now, before, reasons, draft, open_topic }
    });
    Ok(candidates.collect())
}

/// The unit of the trade in one territory, if it has one.
pub(crate) fn units_of_trade(world: &World, category: &CategoryCode, territory: &TerritoryId) -> BTreeSet<UnitId> {
    world.catalogue.unit_of_trade(category, territory).map(|unit| unit.id.clone()).into_iter().collect()
}

/// The units of the trade in the territories that it concerns.
fn units(world: &World, subject: &Subject, spread: Option<&Spread>) -> BTreeSet<UnitId> {
    let concerned = spread.into_iter().flat_map(|spread| &spread.territories);
    let concerned = concerned.filter(|id| subject.territory.is_city() || **id == subject.territory);
    let unit = |territory| world.catalogue.unit_of_trade(&subject.category, territory);
    concerned.filter_map(unit).map(|unit| unit.id.clone()).collect()
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
    for sum in store.figure_sums(month.into(), CountedBy::Group, None).await? {
        groups.entry(sum.group).or_default().now += sum.tally.received;
    }
    for sum in store.figure_sums(month.previous().into(), CountedBy::Group, None).await? {
        groups.entry(sum.group).or_default().before += sum.tally.received;
    }
    let count = |(group, Growth { now, before })| MonthCount { group, now, before };
    let lines = high_frequency(&groups.into_iter().map(count).collect::<Vec<_>>(), frequent);
    let name = |group: &CategoryCode| world.catalogue.category_name(group).to_owned();
    Ok(lines.into_iter().map(|line| NamedLine { name: name(&line.group), line }).collect())
}
