//! Matters (诉求) of one day, for hot topics: how the groups are spread over the city, from the sums of
//! the day and what is not yet folded into them, and the first tickets of some subjects.

use super::database::Statement;
use super::figures::fold::{Places, added, read_places, spread};
use super::{Store, StoreError};
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::ids::{CategoryCode, TicketId};
use chuishao_domain::topic::case::Subject;
use chuishao_domain::topic::hot::GroupCount;
use chuishao_domain::topic::spread::Spread;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Rows of [`OF_A_DAY`] with a group's spread.
const OF_SUM: i64 = 0;
/// Rows with the places that it was made of.
const OF_PLACES: i64 = 2;

/// The sums of two days, what is not yet folded into them, and of the few groups of which something is not,
/// all places: in one statement, so that all of it is of one moment.
const OF_A_DAY: &str = "select cast(0 as bigint), day, category_group, spread, '', '', cast(0 as bigint) \
     from place_sum where day in ($1, $2) \
     union all \
     select cast(1 as bigint), day, category_group, territory, street, estate, cast(sum(received) as bigint) \
     from figure_change where received <> 0 and day in ($1, $2) \
     group by day, category_group, territory, street, estate \
     union all \
     select cast(2 as bigint), day, category_group, places, '', '', cast(0 as bigint) from place_sum \
     where day in ($1, $2) and (day, category_group) in \
     (select c.day, c.category_group from figure_change c where c.received <> 0 and c.day in ($1, $2))";

impl Store {
    /// How many matters of which group came from where on a day, and how many the day before.
    ///
    /// # Errors
    /// The database failed, or a sum is unreadable.
    pub async fn group_counts(&self, day: Date, before: Date) -> Result<Vec<GroupCount>, StoreError> {
        let (day, before) = (day.to_string(), before.to_string());
        let (mut spreads, mut changed, mut places) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for row in self.readers.all(Statement::new(OF_A_DAY).bind(&day).bind(&before)).await? {
            let key = (row.text(1)?, row.text(2)?);
            match row.integer(0)? {
                OF_SUM => drop(spreads.insert(key, serde_json::from_str::<Spread>(&row.text(3)?)?)),
                OF_PLACES => drop(places.insert(key, read_places(&row.text(3)?)?)),
                _ => {
                    let place = (row.text(3)?, row.text(4)?, row.text(5)?);
                    changed.entry(key).or_insert_with(Places::new).insert(place, row.integer(6)?);
                }
            }
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
