//! Campaigns (攻坚行动) and changes of thresholds (门槛): few, so that they are folded from their
//! events whenever they are read. A version that moved is a sequence number that is taken.

use super::changes::{self, ChangeKind};
use super::commit::{finish, keep};
use super::database::{Statement, Transaction};
use super::lists::documents;
use super::tickets::{CommitError, KeptAnswer};
use super::{Store, StoreError};
use chuishao_domain::ids::CampaignId;
use chuishao_domain::topic::campaign::{Campaign, CampaignEvent, CampaignRecorded, fold};
use chuishao_domain::topic::settings::SettingsRecorded;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

fn document(recorded: &impl Serialize) -> Result<String, StoreError> {
    Ok(serde_json::to_string(recorded)?)
}

impl Store {
    /// Everything that happened to a campaign, in order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn campaign_history(&self, id: &CampaignId) -> Result<Vec<CampaignRecorded>, StoreError> {
        let asked = Statement::new("select document from campaign_event where campaign_id = $1 order by sequence");
        documents(&self.readers.all(asked.bind(id.as_str())).await?)
    }

    /// All campaigns in the order of their launch.
    ///
    /// # Errors
    /// The database failed.
    pub async fn campaigns(&self) -> Result<Vec<Campaign>, StoreError> {
        let asked = "select e.document, c.number, c.id from campaign c join campaign_event e on e.campaign_id = c.id \
                     order by c.number, e.sequence";
        let mut histories: BTreeMap<i64, (String, Vec<CampaignRecorded>)> = BTreeMap::new();
        for row in self.readers.all(Statement::new(asked)).await? {
            let entry = histories.entry(row.integer(1)?).or_insert((row.text(2)?, Vec::new()));
            entry.1.push(serde_json::from_str(&row.text(0)?)?);
        }
        Ok(histories.into_values().filter_map(|(id, history)| fold(&CampaignId(id), &history)).collect())
    }

    /// Writes what happened to a campaign, with its answer, in one transaction, or nothing. A
    /// launch takes the number after so many `launched` ones.
    ///
    /// # Errors
    /// Somebody else was quicker, the key was used, or the database failed.
    pub async fn commit_campaign(
        &self,
        id: &CampaignId,
        launched: usize,
        events: &[CampaignRecorded],
        answer: Option<&KeptAnswer>,
    ) -> Result<(), CommitError> {
        let mut open = self.pool.begin().await?;
        let done = write(&mut open, id, launched, events, answer).await;
        finish(open, done).await
    }

    /// Every change of the thresholds, in order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn settings_history(&self) -> Result<Vec<SettingsRecorded>, StoreError> {
        let asked = Statement::new("select document from settings_event order by sequence");
        documents(&self.readers.all(asked).await?)
    }

    /// Writes a change of the thresholds with its answer, in one transaction, or nothing.
    ///
    /// # Errors
    /// Somebody else was quicker, the key was used, or the database failed.
    pub async fn commit_settings(
        &self,
        recorded: &SettingsRecorded,
        answer: Option<&KeptAnswer>,
    ) -> Result<(), CommitError> {
        let insert = Statement::new(
            "insert into settings_event (sequence, at, document) values ($1, $2, $3) on conflict do nothing",
        );
        let insert = insert.bind(recorded.sequence.cast_signed()).bind(recorded.at.as_millisecond());
        let insert = insert.bind(document(recorded)?);
        let mut open = self.pool.begin().await?;
        let done = append(&mut open, insert, answer, recorded.at).await;
        finish(open, done).await
    }
}

/// Writes one event, unless its place is taken, and the answer, unless its key is used.
async fn append(
    open: &mut Transaction,
    insert: Statement,
    answer: Option<&KeptAnswer>,
    at: Timestamp,
) -> Result<(), CommitError> {
    if open.execute(insert).await? == 0 {
        return Err(CommitError::VersionMoved);
    }
    keep(open, answer, at).await
}

async fn write(
    open: &mut Transaction,
    id: &CampaignId,
    launched: usize,
    events: &[CampaignRecorded],
    mut answer: Option<&KeptAnswer>,
) -> Result<(), CommitError> {
    for recorded in events {
        if let CampaignEvent::Launched { starts_on, .. } = &recorded.event {
            let number = i64::try_from(launched).unwrap_or(i64::MAX).saturating_add(1);
            let place = Statement::new(
                "insert into campaign (number, id, starts_on) values ($1, $2, $3) on conflict do nothing",
            );
            let place = place.bind(number).bind(id.as_str()).bind(starts_on.to_string());
            if open.execute(place).await? == 0 {
                return Err(CommitError::VersionMoved);
            }
        }
        let insert = Statement::new(
            "insert into campaign_event (campaign_id, sequence, at, document) values ($1, $2, $3, $4) \
             on conflict do nothing",
        );
        let insert = insert.bind(id.as_str()).bind(recorded.sequence.cast_signed());
        let insert = insert.bind(recorded.at.as_millisecond()).bind(document(recorded)?);
        append(open, insert, answer.take(), recorded.at).await?;
    }
    if let Some(last) = events.last() {
        let change = changes::row(ChangeKind::Campaign, id.as_str(), last.sequence, last.at);
        open.write(vec![(&changes::CHANGE, vec![change])]).await?;
    }
    Ok(())
}
