//! How far each receiver of outward documents is (接收方), and its dead letters (死信).

use super::database::{Row, Statement};
use super::rows::{ANSWER, answer_row};
use super::tickets::KeptAnswer;
use super::{Store, StoreError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Most dead letters of one page.
const MOST_DEAD: i64 = 200;

/// Where a receiver stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReceiverState {
    /// Its name in the configuration.
    pub id: String,
    /// Its stream.
    pub stream: String,
    /// Up to which number it has everything, dead letters excepted.
    pub delivered_through: i64,
    /// How often the next document was tried.
    pub attempts: i64,
    /// When the next attempt is due.
    #[schemars(with = "String")]
    pub next_attempt_at: Timestamp,
    /// When it last took one.
    #[schemars(with = "Option<String>")]
    pub delivered_at: Option<Timestamp>,
    /// Why the last attempt failed; empty when it did not.
    pub problem: String,
}

/// What became of a dead letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DeadState {
    /// 待处理
    Dead,
    /// 待重发
    Again,
    /// 已送达
    Sent,
    /// 不再发送
    Dropped,
}

/// A document that a receiver did not take.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct DeadLetter {
    /// Who.
    pub receiver: String,
    /// Its number in the stream.
    pub sequence: i64,
    /// Its id.
    pub id: String,
    /// When it was given up.
    #[schemars(with = "String")]
    pub died_at: Timestamp,
    /// How often it was tried.
    pub attempts: i64,
    /// Why the last attempt failed.
    pub problem: String,
    /// What became of it.
    pub state: DeadState,
    /// Who decided that.
    pub settled_by: String,
    /// Why.
    pub reason: String,
    /// The document.
    pub event: Box<RawValue>,
}

const DEAD: &str = "receiver, sequence, id, died_at, attempts, problem, state, settled_by, reason, document";

fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
}

fn state(row: &Row) -> Result<ReceiverState, StoreError> {
    Ok(ReceiverState {
        id: row.text(0)?,
        stream: row.text(1)?,
        delivered_through: row.integer(2)?,
        attempts: row.integer(3)?,
        next_attempt_at: moment(row.integer(4)?),
        delivered_at: row.maybe_integer(5)?.map(moment),
        problem: row.text(6)?,
    })
}

fn dead(row: &Row) -> Result<DeadLetter, StoreError> {
    Ok(DeadLetter {
        receiver: row.text(0)?,
        sequence: row.integer(1)?,
        id: row.text(2)?,
        died_at: moment(row.integer(3)?),
        attempts: row.integer(4)?,
        problem: row.text(5)?,
        state: serde_json::from_value(row.text(6)?.into())?,
        settled_by: row.text(7)?,
        reason: row.text(8)?,
        event: RawValue::from_string(row.text(9)?)?,
    })
}

impl Store {
    /// The receiver of this name; one that is new begins with the first document that is there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn receiver(&self, id: &str, stream: &str) -> Result<ReceiverState, StoreError> {
        let known = "select id, stream, delivered_through, attempts, next_attempt_at, delivered_at, problem \
                     from receiver where id = $1";
        if let Some(row) = self.readers.optional(Statement::new(known).bind(id)).await? {
            return state(&row);
        }
        let new = "insert into receiver (id, stream, delivered_through, attempts, next_attempt_at, configured_at, \
                   problem) values ($1, $2, 0, 0, 0, 0, '') on conflict (id) do nothing";
        self.pool.execute(Statement::new(new).bind(id).bind(stream)).await?;
        state(&self.pool.one(Statement::new(known).bind(id)).await?)
    }

    /// All receivers that there ever were.
    ///
    /// # Errors
    /// The database failed.
    pub async fn receivers(&self) -> Result<Vec<ReceiverState>, StoreError> {
        let asked = "select id, stream, delivered_through, attempts, next_attempt_at, delivered_at, problem \
                     from receiver order by id";
        self.readers.all(Statement::new(asked)).await?.iter().map(state).collect()
    }

    /// Notes that receivers stand in a server's configuration.
    ///
    /// # Errors
    /// The database failed.
    pub async fn are_configured(&self, ids: &[String], now: Timestamp) -> Result<(), StoreError> {
        for id in ids {
            let note = "update receiver set configured_at = $2 where id = $1 and configured_at < $2";
            self.pool.execute(Statement::new(note).bind(id).bind(now.as_millisecond())).await?;
        }
        Ok(())
    }

    /// Notes that a receiver took the document with this number.
    ///
    /// # Errors
    /// The database failed: it is sent again.
    pub async fn received(&self, id: &str, sequence: i64, now: Timestamp) -> Result<(), StoreError> {
        let done = "update receiver set delivered_through = $2, attempts = 0, next_attempt_at = 0, delivered_at = $3, \
                    problem = '' where id = $1 and delivered_through < $2";
        let done = Statement::new(done).bind(id).bind(sequence).bind(now.as_millisecond());
        self.pool.execute(done).await?;
        Ok(())
    }

    /// Notes that a receiver says that it has everything up to this number, which has to be one of
    /// its stream. The number up to which it has everything now; nothing when there is no such one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn acknowledged(&self, id: &str, through: i64, now: Timestamp) -> Result<Option<i64>, StoreError> {
        let note = "update receiver set delivered_through = $2, attempts = 0, next_attempt_at = 0, \
                    delivered_at = $3, problem = '' where id = $1 and delivered_through < $2 and exists \
                    (select 1 from outward o where o.stream = receiver.stream and o.sequence = $2 \
                    and o.sequence is not null)";
        self.pool.execute(Statement::new(note).bind(id).bind(through).bind(now.as_millisecond())).await?;
        let has = Statement::new("select delivered_through from receiver where id = $1").bind(id);
        let has = self.pool.optional(has).await?.map(|row| row.integer(0)).transpose()?;
        Ok(has.filter(|has| *has >= through))
    }

    /// Notes that the next document could not be delivered, and when to try again.
    ///
    /// # Errors
    /// The database failed.
    pub async fn not_received(
        &self,
        id: &str,
        attempts: i64,
        next: Timestamp,
        problem: &str,
    ) -> Result<(), StoreError> {
        let failed = "update receiver set attempts = $2, next_attempt_at = $3, problem = $4 where id = $1";
        let failed = Statement::new(failed).bind(id).bind(attempts).bind(next.as_millisecond()).bind(problem);
        self.pool.execute(failed).await?;
        Ok(())
    }

    /// Gives a document up, in one transaction with going on behind it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn give_up(
        &self,
        receiver: &ReceiverState,
        (sequence, id, document): (i64, &str, &str),
        problem: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut open = self.pool.begin().await?;
        let bury = "insert into dead_letter \
                    (receiver, sequence, id, died_at, attempts, problem, state, settled_by, reason, document) \
                    values ($1, $2, $3, $4, $5, $6, 'dead', '', '', $7) on conflict (receiver, sequence) do nothing";
        let bury = Statement::new(bury).bind(&receiver.id).bind(sequence).bind(id).bind(now.as_millisecond());
        open.execute(bury.bind(receiver.attempts + 1).bind(problem).bind(document)).await?;
        let go_on = "update receiver set delivered_through = $2, attempts = 0, next_attempt_at = 0, problem = $3 \
                     where id = $1 and delivered_through < $2";
        open.execute(Statement::new(go_on).bind(&receiver.id).bind(sequence).bind(problem)).await?;
        Ok(open.commit().await?)
    }

    /// The dead letters in a state, the oldest first, of all receivers or of one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn dead_letters(&self, state: DeadState, receiver: Option<&str>) -> Result<Vec<DeadLetter>, StoreError> {
        let mut sql = Statement::new("select ");
        sql.push(DEAD).push(" from dead_letter where state = ").push_value(super::rows::name_of(&state)?);
        if let Some(receiver) = receiver {
            sql.push(" and receiver = ").push_value(receiver);
        }
        sql.push(" order by died_at, receiver, sequence limit ").push_value(MOST_DEAD);
        self.readers.all(sql).await?.iter().map(dead).collect()
    }

    /// Decides on a dead letter: again, or never; and keeps the answer. Says whether it was there
    /// to be decided on, and the answer's key free.
    ///
    /// # Errors
    /// The database failed.
    pub async fn settle_dead(
        &self,
        (receiver, sequence): (&str, i64),
        (state, by, reason): (DeadState, &str, &str),
        answer: Option<&KeptAnswer>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let settle = "update dead_letter set state = $3, settled_by = $4, reason = $5, settled_at = $6 \
                      where receiver = $1 and sequence = $2 and state = 'dead'";
        let settle = Statement::new(settle).bind(receiver).bind(sequence).bind(super::rows::name_of(&state)?);
        let settle = settle.bind(by).bind(reason).bind(now.as_millisecond());
        let mut open = self.pool.begin().await?;
        let mut settled = open.execute(settle).await? == 1;
        if let Some(answer) = answer {
            settled &= !open.write(vec![(&ANSWER, vec![answer_row(answer, now)])]).await?.is_empty();
        }
        if settled {
            open.commit().await?;
        } else {
            open.rollback().await?;
        }
        Ok(settled)
    }

    /// Notes what came of sending a dead letter again.
    ///
    /// # Errors
    /// The database failed: it is sent once more.
    pub async fn tried_again(&self, receiver: &str, sequence: i64, problem: Option<&str>) -> Result<(), StoreError> {
        let note = "update dead_letter set state = $3, problem = $4, attempts = attempts + 1 \
                    where receiver = $1 and sequence = $2 and state = 'again'";
        let state = if problem.is_some() { DeadState::Dead } else { DeadState::Sent };
        let note = Statement::new(note).bind(receiver).bind(sequence).bind(super::rows::name_of(&state)?);
        self.pool.execute(note.bind(problem.unwrap_or_default())).await?;
        Ok(())
    }
}
