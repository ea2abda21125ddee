//! Modes (议定模式) that meetings decided, by name: what rules are told of them, now and as it was at
//! any moment of the past.

use super::database::{Row, Statement};
use super::many::Column::{Integer, Text};
use super::many::{ManyRows, RowValues};
use super::{Store, StoreError};
use chuishao_domain::calendar::civil;
use chuishao_domain::ids::{TerritoryId, TopicId};
use chuishao_domain::rule::view::KnownMode;
use chuishao_domain::topic::case::{Mode, Topic};
use chuishao_domain::topic::event::{TopicEvent, TopicRecorded};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::collections::BTreeSet;

pub(super) static MODE: ManyRows = ManyRows {
    before: "insert into topic_mode (topic_id, sequence, place, name, territory, first_day, last_day, decided_at) ",
    columns: &[Text, Integer, Integer, Text, Text, Text, Text, Integer],
    after: "",
    returning: None,
};

/// The rows of a topic's event.
pub(super) fn rows(topic: &Topic, recorded: &TopicRecorded) -> Vec<RowValues> {
    let TopicEvent::Decided { modes, .. } = &recorded.event else { return Vec::new() };
    let row = |(place, mode): (i64, &Mode)| {
        vec![
            topic.id.as_str().into(),
            recorded.sequence.cast_signed().into(),
            place.into(),
            (&mode.name).into(),
            topic.subject.territory.as_str().into(),
            mode.from.to_string().into(),
            mode.to.to_string().into(),
            recorded.at.as_millisecond().into(),
        ]
    };
    (0..).zip(modes).map(row).collect()
}

/// A mode as it was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedMode {
    territory: TerritoryId,
    decided_at: i64,
    mode: KnownMode,
}

/// The columns of a mode, in the order of [`read`].
const COLUMNS: &str = "name, territory, first_day, last_day, topic_id, decided_at";

fn read(row: &Row) -> Result<DecidedMode, StoreError> {
    // Days are written by this program alone.
    let day = |place| Ok::<_, sqlx::Error>(row.text(place)?.parse::<Date>().unwrap_or(Date::ZERO));
    Ok(DecidedMode {
        territory: TerritoryId(row.text(1)?),
        decided_at: row.integer(5)?,
        mode: KnownMode {
            name: row.text(0)?,
            first_day: day(2)?,
            last_day: day(3)?,
            topic: TopicId(row.text(4)?).to_string(),
        },
    })
}

/// Which of these modes rules are told of at a moment, on a ticket of a territory. `shift` is how much
/// later than it was the rules are told that it is.
pub(super) fn told(
    decided: &[DecidedMode],
    names: &BTreeSet<String>,
    territory: &TerritoryId,
    now: Timestamp,
    shift: SignedDuration,
) -> Vec<KnownMode> {
    let really = now.saturating_sub(shift).unwrap_or(now);
    let days = shift.as_hours() / 24;
    let shifted = |day: Date| day.saturating_add(i32::try_from(days).unwrap_or(0).days());
    let today = civil(really).date();
    let is_told = |decided: &&DecidedMode| {
        names.contains(&decided.mode.name)
            && (decided.territory.is_city() || decided.territory == *territory)
            && decided.decided_at <= really.as_millisecond()
            && decided.mode.is_told_on(today)
    };
    let as_told = |decided: &DecidedMode| KnownMode {
        first_day: shifted(decided.mode.first_day),
        last_day: shifted(decided.mode.last_day),
        ..decided.mode.clone()
    };
    let mut told: Vec<KnownMode> = decided.iter().filter(is_told).map(as_told).collect();
    told.sort_by(|a, b| (a.first_day, &a.topic, a).cmp(&(b.first_day, &b.topic, b)));
    told
}

impl Store {
    /// Every mode of these names that a meeting ever decided: some a year.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decided_modes(&self, names: &BTreeSet<String>) -> Result<Vec<DecidedMode>, StoreError> {
        let mut decided = Vec::new();
        for name in names {
            let mut asked = Statement::new("select ");
            asked.push(COLUMNS).push(" from topic_mode where name = ").push_value(name.as_str());
            for row in self.readers.all(asked).await? {
                decided.push(read(&row)?);
            }
        }
        Ok(decided)
    }

    /// The topics whose rows of modes are not what their events say.
    ///
    /// # Errors
    /// The database failed.
    pub(super) async fn verify_modes(
        &self,
        topics: &[(Topic, Vec<TopicRecorded>)],
    ) -> Result<Vec<TopicId>, StoreError> {
        let asked = "select topic_id, sequence, place, name, territory, first_day, last_day, decided_at \
                     from topic_mode order by topic_id, sequence, place";
        let there = self.readers.all(Statement::new(asked)).await?;
        let mut faults = Vec::new();
        let mut known = 0;
        for (topic, history) in topics {
            let mut there = there.iter().filter(|row| row.text(0).is_ok_and(|id| id == topic.id.as_str()));
            let wanted: Vec<RowValues> = history.iter().flat_map(|recorded| rows(topic, recorded)).collect();
            known += wanted.len();
            let good = wanted.iter().all(|values| there.next().is_some_and(|row| super::verify::same(row, values)));
            if !good || there.next().is_some() {
                faults.push(topic.id.clone());
            }
        }
        if faults.is_empty() && there.len() != known {
            let ids: BTreeSet<&str> = topics.iter().map(|(topic, _)| topic.id.as_str()).collect();
            let orphans = there.iter().filter_map(|row| row.text(0).ok()).filter(|id| !ids.contains(id.as_str()));
            faults.extend(orphans.map(TopicId));
        }
        Ok(faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn moment(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    #[test]
    fn what_was_not_decided_yet_is_not_told() {
        let mode = KnownMode {
            name: "供热模式".into(),
            first_day: date(2024, 11, 5),
            last_day: date(2025, 3, 31),
            topic: "YT1".into(),
        };
        let at = moment("2024-11-05T17:00:00+08:00");
        let decided = [DecidedMode { territory: "WF".into(), decided_at: at.as_millisecond(), mode: mode.clone() }];
        let names = BTreeSet::from(["供热模式".to_owned()]);
        let told = |now: &str, shift: i64| {
            let shift = SignedDuration::from_hours(24 * shift);
            super::told(&decided, &names, &"370705".into(), moment(now), shift)
        };
        assert_eq!(told("2024-11-05T16:59:00+08:00", 0), []);
        assert_eq!(told("2024-11-05T17:00:00+08:00", 0), std::slice::from_ref(&mode));
        assert_eq!(told("2025-05-01T00:00:00+08:00", 0), std::slice::from_ref(&mode), "it ended a month ago");
        assert_eq!(told("2025-05-02T00:00:00+08:00", 0), []);
        let later = KnownMode { first_day: date(2025, 11, 5), last_day: date(2026, 3, 31), ..mode };
        assert_eq!(told("2025-11-06T09:00:00+08:00", 365), [later], "told as if it were a year later");
    }
}
