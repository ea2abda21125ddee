//! Topics (议题): loading one, the lists of them, and the one transaction that writes a command
//! with all its consequences. Topics are few: each is written on its own, not in batches.

use super::changes::{self, ChangeKind};
use super::commit::{finish, keep};
use super::database::{Row, Statement, Transaction};
use super::lists::{Cursor, documents};
use super::many::Column::{Integer, Text};
use super::many::{ManyRows, RowValues};
use super::modes;
use super::rows::name_of;
use super::tickets::{CommitError, KeptAnswer};
use super::{Store, StoreError};
use chuishao_domain::ids::{TicketId, TopicId};
use chuishao_domain::message::Message;
use chuishao_domain::topic::apply::fold;
use chuishao_domain::topic::case::{Subject, Topic};
use chuishao_domain::topic::event::TopicRecorded;
use chuishao_domain::topic::rung::Rung;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// Everything that one command on a topic writes.
pub struct TopicCommit<'a> {
    /// The topic after it.
    pub topic: &'a Topic,
    /// The version that it was computed from; 0 for a new topic.
    pub computed_from: u64,
    /// The new events.
    pub events: &'a [TopicRecorded],
    /// What goes out, with the event that it comes of.
    pub messages: &'a [(u64, Message)],
    /// The answer.
    pub answer: Option<&'a KeptAnswer>,
    /// The nomination that it settles: a ticket's event.
    pub nomination: Option<&'a (TicketId, u64)>,
    /// The moment.
    pub now: Timestamp,
}

/// A page of open topics.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct TopicPage {
    /// 议题
    pub topics: Vec<Topic>,
    /// What to ask for as `after` to go on; absent at the end.
    pub next: Option<String>,
}

static EVENT: ManyRows = ManyRows {
    before: "insert into topic_event (topic_id, sequence, at, document) ",
    columns: &[Text, Integer, Integer, Text],
    after: "",
    returning: None,
};

static MESSAGE: ManyRows = ManyRows {
    before: "insert into outbox \
             (id, ticket_id, topic_id, topic, to_unit, text, created_at, next_attempt_at, leased_until, attempts) ",
    columns: &[Text, Text, Text, Text, Text, Text, Integer, Integer, Integer, Integer],
    after: "",
    returning: None,
};

fn message_row(commit: &TopicCommit<'_>, place: usize, (sequence, message): &(u64, Message)) -> RowValues {
    let id = &commit.topic.id;
    vec![
        format!("{id}-{sequence}-{place}").into(),
        "".into(),
        id.as_str().into(),
        message.topic.as_str().into(),
        message.to_unit.as_str().into(),
        message.text.as_str().into(),
        commit.now.as_millisecond().into(),
        0.into(),
        0.into(),
        0.into(),
    ]
}

/// When these events brought a topic to the executive meeting; it climbs, so that it comes there once at most.
fn executive_meeting_at(events: &[TopicRecorded]) -> Option<i64> {
    let brought = events.iter().find(|recorded| recorded.event.rung_reached() == Some(Rung::ExecutiveMeeting));
    brought.map(|recorded| recorded.at.as_millisecond())
}

/// Adds the columns that change with a topic's events.
fn with_state(statement: Statement, commit: &TopicCommit<'_>) -> Result<Statement, serde_json::Error> {
    let topic = commit.topic;
    Ok(statement
        .bind(topic.id.as_str())
        .bind(topic.version.cast_signed())
        .bind(name_of(&topic.state)?)
        .bind(name_of(&topic.rung)?)
        .bind(!topic.state.is_final())
        .bind(topic.wakes_at().map(Timestamp::as_millisecond))
        .bind(serde_json::to_string(topic)?)
        .bind(executive_meeting_at(commit.events)))
}

fn write_topic(commit: &TopicCommit<'_>) -> Result<Statement, serde_json::Error> {
    let TopicCommit { topic, .. } = *commit;
    if commit.computed_from > 0 {
        let change = "update topic set version = $2, state = $3, rung = $4, is_open = $5, wakes_at = $6, \
                      document = $7, executive_meeting_at = coalesce($8, executive_meeting_at) \
                      where id = $1 and version = $9";
        return Ok(with_state(Statement::new(change), commit)?.bind(commit.computed_from.cast_signed()));
    }
    // A conflict is an open topic with the same subject.
    let insert = "insert into topic (id, version, state, rung, is_open, wakes_at, document, executive_meeting_at, \
                  category, territory, place, proposed_at) \
                  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing";
    let Subject { category, territory, place } = &topic.subject;
    let row = with_state(Statement::new(insert), commit)?.bind(category.as_str()).bind(territory.as_str());
    Ok(row.bind(place).bind(commit.now.as_millisecond()))
}

async fn write(open: &mut Transaction, commit: &TopicCommit<'_>) -> Result<(), CommitError> {
    let id = &commit.topic.id;
    if let Some(nomination) = commit.nomination
        && !super::nominations::settle(open, nomination, Ok(id), commit.now).await?
    {
        return Err(CommitError::KeyUsed);
    }
    if open.execute(write_topic(commit)?).await? == 0 {
        return Err(CommitError::VersionMoved);
    }
    keep(open, commit.answer, commit.now).await?;
    let mut events = Vec::with_capacity(commit.events.len());
    for recorded in commit.events {
        let at = recorded.at.as_millisecond();
        let document = serde_json::to_string(recorded)?;
        events.push(vec![id.as_str().into(), recorded.sequence.cast_signed().into(), at.into(), document.into()]);
    }
    let messages = commit.messages.iter().enumerate().map(|(place, message)| message_row(commit, place, message));
    let messages = messages.collect();
    let modes = commit.events.iter().flat_map(|recorded| modes::rows(commit.topic, recorded)).collect();
    let change = changes::row(ChangeKind::Topic, id.as_str(), commit.topic.version, commit.now);
    let change = (&changes::CHANGE, vec![change]);
    open.write(vec![(&EVENT, events), (&MESSAGE, messages), (&modes::MODE, modes), change]).await?;
    Ok(())
}

/// Whether the columns of a row, from the second on, say what its document and its history say.
fn fits(row: &Row, topic: &Topic, history: &[TopicRecorded]) -> Result<bool, sqlx::Error> {
    let Subject { category, territory, place } = &topic.subject;
    Ok(row.integer(1)? == topic.version.cast_signed()
        && row.truth(2)? != topic.state.is_final()
        && row.maybe_integer(3)? == topic.wakes_at().map(Timestamp::as_millisecond)
        && row.maybe_integer(8)? == executive_meeting_at(history)
        && [row.text(4)?, row.text(5)?, row.text(6)?] == [category.as_str(), territory.as_str(), place])
}

fn topics(rows: &[Row]) -> Result<Option<Topic>, StoreError> {
    Ok(documents(rows)?.pop())
}

impl Store {
    /// The topic as it now is.
    ///
    /// # Errors
    /// The database failed.
    pub async fn topic(&self, id: &TopicId) -> Result<Option<Topic>, StoreError> {
        let asked = Statement::new("select document from topic where id = $1").bind(id.as_str());
        topics(&self.readers.all(asked).await?)
    }

    /// The open topic of a subject: there is one at most.
    ///
    /// # Errors
    /// The database failed.
    pub async fn open_topic(&self, subject: &Subject) -> Result<Option<Topic>, StoreError> {
        let asked = Statement::new(
            "select document from topic where is_open and category = $1 and territory = $2 and place = $3",
        );
        let asked = asked.bind(subject.category.as_str()).bind(subject.territory.as_str()).bind(&subject.place);
        topics(&self.readers.all(asked).await?)
    }

    /// The open topics that have one of these subjects.
    ///
    /// # Errors
    /// The database failed.
    pub async fn open_topics(&self, subjects: &[Subject]) -> Result<Vec<Topic>, StoreError> {
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        let row = |subject: &Subject| {
            vec![subject.category.as_str().into(), subject.territory.as_str().into(), (&subject.place).into()]
        };
        let mut sql =
            Statement::new("select document from topic where is_open and (category, territory, place) in (values ");
        sql.push_rows(subjects.iter().map(row).collect()).push(")");
        documents(&self.readers.all(sql).await?)
    }

    /// Which topics are open, each at its version: as long as that is the same, the open topics are.
    ///
    /// # Errors
    /// The database failed.
    pub async fn open_topics_version(&self) -> Result<String, StoreError> {
        let asked = "select coalesce(string_agg(id || ':' || version, ' ' order by id), '') from topic where is_open";
        Ok(self.readers.one(Statement::new(asked)).await?.text(0)?)
    }

    /// Everything that happened to a topic, in order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn topic_history(&self, id: &TopicId) -> Result<Vec<TopicRecorded>, StoreError> {
        let asked = Statement::new("select document from topic_event where topic_id = $1 order by sequence");
        documents(&self.readers.all(asked.bind(id.as_str())).await?)
    }

    /// A page of what is seen of the open topics of all rungs or of one, who waits longest first. Neither
    /// it nor its cursor tells of anything else.
    ///
    /// # Errors
    /// The database failed.
    pub async fn topic_page(
        &self,
        rung: Option<Rung>,
        after: Option<&Cursor>,
        limit: u32,
        seen: impl Fn(&Topic) -> bool + Send,
    ) -> Result<TopicPage, StoreError> {
        let rung = rung.map(|rung| name_of(&rung)).transpose()?;
        let ask = |from: Option<&Cursor>, limit: u32| {
            let (at, id) = from.map_or((i64::MIN, ""), |cursor| (cursor.at, cursor.id.as_str()));
            let mut sql =
                Statement::new("select document, proposed_at, id from topic where is_open and (proposed_at, id) > (");
            sql.push_value(at).push(", ").push_value(id).push(")");
            if let Some(rung) = &rung {
                sql.push(" and rung = ").push_value(rung);
            }
            sql.push(" order by proposed_at, id limit ").push_value(i64::from(limit));
            sql
        };
        let seen = move |topic: Topic| seen(&topic).then_some(topic);
        let (topics, next) = self.rows_seen(ask, after, limit, seen).await?;
        Ok(TopicPage { topics, next })
    }

    /// The topics that were brought to the executive meeting from a moment on, open or not and wherever they went
    /// from there, the first one first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn topics_of_executive_meeting(&self, from: Timestamp) -> Result<Vec<Topic>, StoreError> {
        let asked = Statement::new(
            "select document from topic where executive_meeting_at is not null \
             and executive_meeting_at >= $1 order by executive_meeting_at, id",
        );
        documents(&self.readers.all(asked.bind(from.as_millisecond())).await?)
    }

    /// The topics that the clock has to look at, the most urgent first, behind `after`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waking_topics(
        &self,
        until: Timestamp,
        after: Option<&(Timestamp, TopicId)>,
        limit: u32,
    ) -> Result<Vec<(Timestamp, TopicId)>, StoreError> {
        let (after_at, after_id) = after.map_or((i64::MIN, ""), |(at, id)| (at.as_millisecond(), id.as_str()));
        let asked = Statement::new(
            "select wakes_at, id from topic where wakes_at is not null and wakes_at <= $1 \
             and (wakes_at, id) > ($2, $3) order by wakes_at, id limit $4",
        );
        let asked = asked.bind(until.as_millisecond()).bind(after_at).bind(after_id).bind(i64::from(limit));
        let moment = |millis| Timestamp::from_millisecond(millis).unwrap_or(until);
        let row = |row: &Row| Ok((moment(row.integer(0)?), TopicId(row.text(1)?)));
        self.readers.all(asked).await?.iter().map(row).collect()
    }

    /// Reserves the next topic's id of a day.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_topic_id(&self, day: Date) -> Result<TopicId, StoreError> {
        let reserve = Statement::new(
            "insert into topic_number (day, next) values ($1, 2) \
             on conflict (day) do update set next = topic_number.next + 1 returning next - 1",
        );
        let number = self.pool.one(reserve.bind(day.to_string())).await?.integer(0)?;
        Ok(TopicId::new(day, u32::try_from(number).unwrap_or(u32::MAX)))
    }

    /// Writes a command on a topic with all its consequences, in one transaction, or nothing.
    ///
    /// # Errors
    /// The version moved, an open topic has the subject, the key was used or the nomination
    /// settled, or the database failed.
    pub async fn commit_topic(&self, commit: &TopicCommit<'_>) -> Result<(), CommitError> {
        let mut open = self.pool.begin().await?;
        let done = write(&mut open, commit).await;
        finish(open, done).await
    }

    /// Checks every topic: those that are not the fold of their events, or whose columns say
    /// something else.
    ///
    /// # Errors
    /// The database failed. What cannot be read is a fault, not an error.
    pub async fn verify_topics(&self) -> Result<Vec<TopicId>, StoreError> {
        let mut open = self.readers.snapshot().await?;
        let asked = "select id, version, is_open, wakes_at, category, territory, place, document, executive_meeting_at \
             from topic order by id";
        let topics = open.all(Statement::new(asked)).await?;
        let asked = "select topic_id, document from topic_event order by topic_id, sequence";
        let mut events = BTreeMap::<String, Vec<Option<TopicRecorded>>>::new();
        for row in open.all(Statement::new(asked)).await? {
            events.entry(row.text(0)?).or_default().push(serde_json::from_str(&row.text(1)?).ok());
        }
        open.rollback().await?;
        let (mut faults, mut sound) = (Vec::new(), Vec::new());
        for row in topics {
            let id = TopicId(row.text(0)?);
            let history: Option<Vec<_>> = events.remove(id.as_str()).unwrap_or_default().into_iter().collect();
            let topic = serde_json::from_str::<Topic>(&row.text(7)?).ok();
            match (topic, history) {
                (Some(topic), Some(history))
                    if fold(&id, &history).as_ref() == Some(&topic) && fits(&row, &topic, &history)? =>
                {
                    sound.push((topic, history));
                }
                _ => faults.push(id),
            }
        }
        faults.extend(self.verify_modes(&sound).await?);
        // Events without a topic.
        faults.extend(events.into_keys().map(TopicId));
        Ok(faults)
    }
}
