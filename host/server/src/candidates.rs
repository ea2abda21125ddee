//! Candidates for topics (候选): from the counts of matters to drafts that the hotline office can
//! propose as they stand, with a sample of tickets and the units of the places that they
//! concern; and the monthly list.

use crate::desk::Desk;
use crate::report::standing::OfDay;
use crate::store::report::CountedBy;
use crate::store::{Store, StoreError};
use chuishao_domain::World;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::growth::Growth;
use chuishao_domain::ids::{CategoryCode, TerritoryId, TopicId, UnitId};
use chuishao_domain::topic::case::{Draft, Subject};
use chuishao_domain::topic::hot::{HotTopic, Reason, Thresholds, hot_topics};
use chuishao_domain::topic::lists::{Frequent, FrequentLine, MonthCount, high_frequency};
use chuishao_domain::topic::settings;
use chuishao_domain::topic::spread::Spread;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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

/// The hot topics of a day, beside the day before, each with its reasons, as they are shown: those that
/// were made last, as long as no figure of these days, no open topic, no threshold and nothing of the
/// catalogue was changed. To see that costs the same in a small city and in a large one.
///
/// # Errors
/// The database failed.
pub async fn hot(desk: &Desk, day: Days) -> Result<Arc<OfDay>, StoreError> {
    let before = day.first().yesterday().unwrap_or(day.first());
    // Before the first of all days there are no figures to change.
    let both = [Days::new(before, day.last()).unwrap_or(day)];
    // Asked before anything is made: what changes meanwhile makes the next ones new.
    let (versions, history, open_topics) = tokio::try_join!(
        desk.store.figures_versions(&both),
        desk.store.settings_history(),
        desk.store.open_topics_version()
    )?;
    let (thresholds, world) = (settings::current(&history).hot, desk.world());
    let still_so = |kept: &Arc<OfDay>| {
        kept.versions == versions
            && kept.open_topics == open_topics
            && kept.thresholds == thresholds
            && Arc::ptr_eq(&kept.world, &world)
    };
    if let Some(kept) = desk.standing.of_day(day.first()).filter(still_so) {
        return Ok(kept);
    }
    let candidates = made(desk, day, before, &thresholds, &world).await?;
    let json = serde_json::to_vec(&candidates)?.into();
    let made = Arc::new(OfDay { versions, open_topics, thresholds, world, json });
    desk.standing.keep_day(day.first(), Arc::clone(&made));
    Ok(made)
}

async fn made(
    desk: &Desk,
    day: Days,
    before: Date,
    thresholds: &Thresholds,
    world: &World,
) -> Result<Vec<Candidate>, StoreError> {
    let counts = desk.store.group_counts(day.first(), before).await?;
    let hot = hot_topics(&counts, thresholds);
    // All are asked for at once: a question for each would be most of the work.
    let subjects: Vec<Subject> = hot.iter().map(HotTopic::subject).collect();
    let (samples, open) =
        tokio::try_join!(desk.store.samples(&subjects, day, SAMPLE), desk.store.open_topics(&subjects))?;
    let candidates = hot.into_iter().zip(samples).map(|(topic, tickets)| {
        let mut draft = topic.draft(world);
        let spread = counts.iter().find(|count| count.group == topic.group).map(|count| &count.now);
        draft.units = units(world, &draft.subject, spread);
        draft.tickets = tickets;
        let HotTopic { group, now, before, reasons } = topic;
        let name = world.catalogue.category_name(&group).to_owned();
        let topic = open.iter().find(|open| open.subject == draft.subject);
        let open_topic = topic.map(|open| open.id.clone());
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

/// 月度高频清单 of the days of a month, beside those of the month before.
///
/// # Errors
/// The database failed.
pub async fn frequent(
    store: &Store,
    world: &World,
    (days, before): (Days, Days),
    frequent: &Frequent,
) -> Result<Vec<NamedLine>, StoreError> {
    let mut groups: BTreeMap<CategoryCode, Growth> = BTreeMap::new();
    for sum in store.figure_sums(days, CountedBy::Group, None).await? {
        groups.entry(sum.group).or_default().now += sum.tally.received;
    }
    for sum in store.figure_sums(before, CountedBy::Group, None).await? {
        groups.entry(sum.group).or_default().before += sum.tally.received;
    }
    let count = |(group, Growth { now, before })| MonthCount { group, now, before };
    let lines = high_frequency(&groups.into_iter().map(count).collect::<Vec<_>>(), frequent);
    let name = |group: &CategoryCode| world.catalogue.category_name(group).to_owned();
    Ok(lines.into_iter().map(|line| NamedLine { name: name(&line.group), line }).collect())
}
