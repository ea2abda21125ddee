//! Modes (议定模式) that meetings decided, by name: each stands here for ever, so that what rules are told
//! of them is known of any moment of the past.

use super::database::{Row, Statement};
use super::many::Column::{Integer, Text};
use super::many::{ManyRows, RowValues};
use super::{Store, StoreError};
use chuishao_domain::ids::{TerritoryId, TopicId};
use chuishao_domain::rule::view::KnownMode;
use chuishao_domain::topic::case::{Mode, Topic};
use chuishao_domain::topic::decided_mode::DecidedMode;
use chuishao_domain::topic::event::{TopicEvent, TopicRecorded};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

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

/// The modes as they were read last. None is ever taken back: as long as there are so many, they are these.
pub(super) type KnownModes = Arc<Mutex<Arc<Vec<DecidedMode>>>>;

impl Store {
    /// Every mode that a meeting ever decided: some a year.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decided_modes(&self) -> Result<Vec<DecidedMode>, StoreError> {
        let mut asked = Statement::new("select ");
        asked.push(COLUMNS).push(" from topic_mode");
        self.readers.all(asked).await?.iter().map(read).collect()
    }

    /// The same, of which there are so many: as they were read last, unless more were decided.
    pub(super) async fn modes_up_to(&self, count: i64) -> Result<Arc<Vec<DecidedMode>>, StoreError> {
        let known = self.modes.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if i64::try_from(known.len()) == Ok(count) {
            return Ok(known);
        }
        let decided = Arc::new(self.decided_modes().await?);
        *self.modes.lock().unwrap_or_else(PoisonError::into_inner) = decided.clone();
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
