//! Matters (诉求) of one day, for hot topics: how the groups are spread over the city, from the sums of
//! the day and what is not yet folded into them, and the first tickets of some subjects.

use super::database::Statement;
use super::figures::fold::{Places, added, looked_up, read_places, spread};
use super::{Store, StoreError};
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::ids::{CategoryCode, TicketId};
use chuishao_domain::topic::case::Subject;
use chuishao_domain::topic::hot::GroupCount;
use chuishao_domain::topic::spread::Spread;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

impl Store {
    /// How many matters of which group came from where on a day, and how many the day before.
    ///
    /// # Errors
    /// The database failed, or a sum is unreadable.
    pub async fn group_counts(&self, day: Date, before: Date) -> Result<Vec<GroupCount>, StoreError> {
        let (day, before) = (day.to_string(), before.to_string());
        let within = |text: &'static str| Statement::new(text).bind(&day).bind(&before);
        let sums = within("select day, category_group, spread from place_sum where day in ($1, $2)");
        let changes = within(
            "select day, category_group, territory, street, estate, cast(sum(received) as bigint) from figure_change \
             where received <> 0 and day in ($1, $2) group by day, category_group, territory, street, estate",
        );
        let mut open = self.readers.snapshot().await?;
        let (sums, changes) = (open.all(sums).await?, open.all(changes).await?);
        let mut changed: BTreeMap<(String, String), Places> = BTreeMap::new();
        for row in &changes {
            let place = (row.text(2)?, row.text(3)?, row.text(4)?);
            changed.entry((row.text(0)?, row.text(1)?)).or_default().insert(place, row.integer(5)?);
        }
        // Of the few groups of which something is not yet folded, all places have to be looked at.
        let keys: Vec<_> = changed.keys().cloned().collect();
        let mut places: BTreeMap<(String, String), Places> = BTreeMap::new();
        if !keys.is_empty() {
            let asked =
                looked_up("select day, category_group, places from place_sum where (day, category_group)", &keys);
            for row in open.all(asked).await? {
                places.insert((row.text(0)?, row.text(1)?), read_places(&row.text(2)?)?);
            }
        }
        open.rollback().await?;
        let mut spreads: BTreeMap<(String, String), Spread> = BTreeMap::new();
        for row in &sums {
            spreads.insert((row.text(0)?, row.text(1)?), serde_json::from_str(&row.text(2)?)?);
        }
        for (key, changes) in changed {
            let places = added(places.remove(&key).unwrap_or_default(), changes);
            spreads.insert(key, spread(&places));
        }
        let mut groups: BTreeMap<String, GroupCount> = BTreeMap::new();
        for ((of, group), spread) in spreads.into_iter().filter(|(_, spread)| spread.count > 0) {
            let count = groups.entry(group).or_insert_with_key(|group| GroupCount {
                group: CategoryCode(group.clone()),
                now: Spread::default(),
                before: 0,
            });
            if of == day { count.now = spread } else { count.before = spread.count }
        }
        Ok(groups.into_values().collect())
    }

    /// The first tickets of each subject on a day, in the order of the subjects.
    ///
    /// # Errors
    /// The database failed.
    pub async fn samples(
        &self,
        subjects: &[Subject],
        day: Days,
        limit: u32,
    ) -> Result<Vec<BTreeSet<TicketId>>, StoreError> {
        let mut samples = vec![BTreeSet::new(); subjects.len()];
        if subjects.is_empty() {
            return Ok(samples);
        }
        let (from, until) = day.span();
        let mut sql = Statement::new("");
        for (place, subject) in subjects.iter().enumerate() {
            sql.push(if place == 0 { "select " } else { " union all select " });
            sql.push("cast(")
                .push(&place.to_string())
                .push(" as bigint), ticket_id from (select ticket_id from matter where category_group = ");
            sql.push_value(subject.category.as_str());
            sql.push(" and received_at >= ").push_value(from.as_millisecond());
            sql.push(" and received_at < ").push_value(until.as_millisecond());
            if !subject.territory.is_city() {
                sql.push(" and territory = ").push_value(subject.territory.as_str());
            }
            if !subject.place.is_empty() {
                // As it was counted: the street stands for what names no estate.
                sql.push(" and (estate = ").push_value(&subject.place);
                sql.push(" or (estate = '' and street = ").push_value(&subject.place).push("))");
            }
            sql.push(" order by received_at, ticket_id limit ").push_value(i64::from(limit));
            sql.push(") as s").push(&place.to_string());
        }
        for row in self.readers.all(sql).await? {
            if let Some(sample) = usize::try_from(row.integer(0)?).ok().and_then(|place| samples.get_mut(place)) {
                sample.insert(TicketId(row.text(1)?));
            }
        }
        Ok(samples)
    }
}
