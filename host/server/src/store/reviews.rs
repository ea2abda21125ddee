//! Periodic reviews (定期研判): the figures that they are told, their records, and the one
//! transaction that writes a review with all that comes of it.

use super::database::{Row, Statement, Transaction};
use super::ledgers::{LINE, NOTE, line, line_row, note_row};
use super::lists::{Cursor, MOST_ROWS, documents};
use super::many::Column::{Integer, Text, Truth};
use super::many::{ManyRows, RowValues};
use super::verify::same;
use super::{Store, StoreError};
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::message::Message;
use chuishao_domain::rule::ledger::LedgerLine;
use chuishao_domain::rule::record::{Answer, Edition};
use chuishao_domain::rule::review::{Counted, Figures, ReviewEvent, ReviewId, ReviewKind, ReviewRecord};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// A page of reviews.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ReviewPage {
    /// 研判记录
    pub reviews: Vec<ReviewRecord>,
    /// What to ask for as `after` to go on; absent at the end.
    pub next: Option<String>,
}

/// How the commit of a review ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewCommit {
    /// It is written.
    Written,
    /// It stands there already.
    HeldBefore,
    /// The rules changed since it was decided: nothing was written, and it is decided again by those of now.
    RulesChanged,
}

/// Written only while the registry's number is the one by which its rule was chosen, like a ticket: what
/// was switched off in between writes nothing.
static REVIEW: ManyRows = ManyRows {
    before: "insert into review (id, rule, territory, kind, first_day, edition, failed, nominates, at, document) \
             select c.column1, c.column2, c.column3, c.column4, c.column5, c.column6, c.column7, c.column8, c.column9, \
             c.column10 from (",
    columns: &[Text, Text, Text, Text, Text, Text, Truth, Truth, Integer, Text, Integer],
    after: ") as c where c.column11 = (select generation from registry where id = 1) on conflict (id) do nothing",
    returning: Some("id"),
};

static EDITION: ManyRows = ManyRows {
    before: "insert into edition (digest, document) ",
    columns: &[Text, Text],
    after: " on conflict (digest) do nothing",
    returning: None,
};

fn nominates(record: &ReviewRecord) -> bool {
    record.events.iter().any(|event| matches!(event, ReviewEvent::Nominated { .. }))
}

fn review_row(record: &ReviewRecord, generation: i64) -> Result<RowValues, serde_json::Error> {
    Ok(vec![
        (&record.id.0).into(),
        (&record.edition.rule).into(),
        record.input.territory.as_str().into(),
        record.input.kind.event_kind().as_str().into(),
        record.input.first_day.to_string().into(),
        (&record.edition.digest).into(),
        matches!(record.answer, Answer::Failed(_)).into(),
        nominates(record).into(),
        record.at.as_millisecond().into(),
        serde_json::to_string(record)?.into(),
        generation.into(),
    ])
}

/// The lines of ledgers that come of a review.
fn ledger_rows(record: &ReviewRecord) -> Vec<RowValues> {
    let row = |(event, sequence): (&ReviewEvent, u64)| match event {
        ReviewEvent::LedgerEntered(item) => {
            Some(line_row((&record.id.0, sequence), &record.input.territory, record.at, item))
        }
        _ => None,
    };
    record.events.iter().zip(1..).filter_map(row).collect()
}

/// The notes on entries of ledgers that come of a review.
fn note_rows(record: &ReviewRecord) -> Vec<RowValues> {
    let row = |(event, sequence): (&ReviewEvent, u64)| match event {
        ReviewEvent::LedgerNoted(note) => {
            Some(note_row((&record.id.0, sequence), &record.input.territory, record.at, note))
        }
        _ => None,
    };
    record.events.iter().zip(1..).filter_map(row).collect()
}

fn message_rows(record: &ReviewRecord, messages: &[Message]) -> Vec<RowValues> {
    let row = |(place, message): (usize, &Message)| {
        vec![
            format!("{}-{place}", record.id).into(),
            "".into(),
            message.topic.as_str().into(),
            message.to_unit.as_str().into(),
            message.text.as_str().into(),
            record.at.as_millisecond().into(),
            0.into(),
            0.into(),
            0.into(),
        ]
    };
    messages.iter().enumerate().map(row).collect()
}

async fn write(
    open: &mut Transaction,
    record: &ReviewRecord,
    messages: &[Message],
    generation: i64,
) -> Result<ReviewCommit, StoreError> {
    if open.write(vec![(&REVIEW, vec![review_row(record, generation)?])]).await?.is_empty() {
        // The number only grows: one that is still the same was the same before, and the review is there.
        let now = open.all(Statement::new("select generation from registry where id = 1")).await?;
        let same = now.first().map(|row| row.integer(0)).transpose()? == Some(generation);
        return Ok(if same { ReviewCommit::HeldBefore } else { ReviewCommit::RulesChanged });
    }
    let edition = vec![(&record.edition.digest).into(), serde_json::to_string(record.edition.as_ref())?.into()];
    let writes = vec![
        (&EDITION, vec![edition]),
        (&LINE, ledger_rows(record)),
        (&NOTE, note_rows(record)),
        (&super::outbox::MESSAGE, message_rows(record, messages)),
    ];
    open.write(writes).await?;
    Ok(ReviewCommit::Written)
}

impl Store {
    /// The first day of the last period that a rule has reviewed in a territory.
    ///
    /// # Errors
    /// The database failed.
    pub async fn last_reviewed(
        &self,
        rule: &str,
        territory: &TerritoryId,
        kind: ReviewKind,
    ) -> Result<Option<Date>, StoreError> {
        let asked = Statement::new(
            "select first_day from review where rule = $1 and territory = $2 and kind = $3 \
             order by first_day desc limit 1",
        );
        let asked = asked.bind(rule).bind(territory.as_str()).bind(kind.event_kind().as_str());
        let row = self.readers.optional(asked).await?;
        Ok(row.map(|row| row.text(0)).transpose()?.and_then(|day| day.parse().ok()))
    }

    /// The matters of a territory in a period and the one before, by category and place; of every
    /// territory for the city.
    ///
    /// # Errors
    /// The database failed.
    pub async fn counted(
        &self,
        territory: &TerritoryId,
        period: Days,
        before: Days,
    ) -> Result<Vec<Counted>, StoreError> {
        let ((from, until), (before_from, _)) = (period.span(), before.span());
        let mut sql = Statement::new("select m.territory, m.street, m.estate, m.category_group, ");
        sql.push("count(*) filter (where t.received_at >= ").push_value(from.as_millisecond());
        sql.push("), count(*) filter (where t.received_at < ").push_value(from.as_millisecond());
        sql.push("), count(*) filter (where t.closed_at is null and t.received_at >= ");
        sql.push_value(from.as_millisecond());
        // A deadline that passed stands among the ticket's events, under this name.
        sql.push(
            "), count(*) filter (where exists (select 1 from event e \
                  where e.ticket_id = t.id and e.kind = 'overdue') and t.received_at >= ",
        );
        sql.push_value(from.as_millisecond());
        sql.push(") from ticket t join matter m on m.ticket_id = t.id where t.received_at >= ");
        sql.push_value(before_from.as_millisecond());
        sql.push(" and t.received_at < ").push_value(until.as_millisecond());
        if !territory.is_city() {
            sql.push(" and t.territory = ").push_value(territory.as_str());
        }
        sql.push(" group by m.territory, m.street, m.estate, m.category_group");
        sql.push(" order by m.territory, m.street, m.estate, m.category_group");
        let count = |row: &Row, place| Ok::<_, sqlx::Error>(u32::try_from(row.integer(place)?).unwrap_or(u32::MAX));
        let of = |row: &Row| {
            Ok(Counted {
                territory: row.text(0)?,
                street: row.text(1)?,
                estate: row.text(2)?,
                category: row.text(3)?,
                figures: Figures {
                    count: count(row, 4)?,
                    previous: count(row, 5)?,
                    still_open: count(row, 6)?,
                    overdue: count(row, 7)?,
                },
            })
        };
        self.readers.all(sql).await?.iter().map(of).collect()
    }

    /// Writes a review with all that comes of it, once, while the registry's number is the one by
    /// which its rule was chosen.
    ///
    /// # Errors
    /// The database failed; nothing was written.
    pub async fn commit_review(
        &self,
        record: &ReviewRecord,
        messages: &[Message],
        generation: i64,
    ) -> Result<ReviewCommit, StoreError> {
        let mut open = self.pool.begin().await?;
        match write(&mut open, record, messages, generation).await {
            Ok(ReviewCommit::Written) => {
                open.commit().await?;
                Ok(ReviewCommit::Written)
            }
            other => {
                open.rollback().await?;
                other
            }
        }
    }

    /// One review.
    ///
    /// # Errors
    /// The database failed.
    pub async fn review(&self, id: &ReviewId) -> Result<Option<ReviewRecord>, StoreError> {
        let asked = Statement::new("select document from review where id = $1").bind(&id.0);
        let row = self.readers.optional(asked).await?;
        row.map(|row| Ok(serde_json::from_str(&row.text(0)?)?)).transpose()
    }

    /// A page of reviews, the newest first, of a territory.
    ///
    /// # Errors
    /// The database failed.
    pub async fn review_page(
        &self,
        territory: &TerritoryId,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<ReviewPage, StoreError> {
        let limit = limit.clamp(1, MOST_ROWS);
        let (at, id) = after.map_or((i64::MAX, ""), |cursor| (cursor.at, cursor.id.as_str()));
        let mut sql = Statement::new("select document, at, id from review where (at, id) < (");
        sql.push_value(at).push(", ").push_value(id);
        sql.push(") and territory = ").push_value(territory.as_str());
        sql.push(" order by at desc, id desc limit ").push_value(i64::from(limit));
        let rows = self.readers.all(sql).await?;
        let next = match rows.last() {
            Some(last) if rows.len() == limit as usize => {
                Some(Cursor { at: last.integer(1)?, id: last.text(2)? }.to_string())
            }
            _ => None,
        };
        Ok(ReviewPage { reviews: documents(&rows)?, next })
    }

    /// Reviews whose nominations still have to be proposed, in order, behind `after`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn nominating_reviews(
        &self,
        after: Option<&ReviewId>,
        limit: u32,
    ) -> Result<Vec<ReviewRecord>, StoreError> {
        let asked = "select document from review where nominates and id > $1 order by id limit $2";
        let asked = Statement::new(asked).bind(after.map_or("", |id| id.0.as_str())).bind(i64::from(limit));
        documents(&self.readers.all(asked).await?)
    }

    /// The next reviews of one rule behind an id, in order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reviews_of_rule(
        &self,
        rule: &str,
        after: Option<&ReviewId>,
        limit: u32,
    ) -> Result<Vec<ReviewRecord>, StoreError> {
        let asked = "select document from review where rule = $1 and id > $2 order by id limit $3";
        let asked = Statement::new(asked).bind(rule).bind(after.map_or("", |id| id.0.as_str()));
        documents(&self.readers.all(asked.bind(i64::from(limit))).await?)
    }

    /// All that a review nominates was proposed.
    ///
    /// # Errors
    /// The database failed; it is proposed again, which changes nothing.
    pub async fn settle_review(&self, id: &ReviewId) -> Result<(), StoreError> {
        let settle = Statement::new("update review set nominates = $2 where id = $1").bind(&id.0).bind(false);
        self.pool.execute(settle).await?;
        Ok(())
    }

    /// Checks every review: its columns and its lines in the ledgers say what its record says, and
    /// its edition is there.
    ///
    /// # Errors
    /// The database failed. What cannot be read is named.
    pub async fn verify_reviews(&self) -> Result<Vec<String>, StoreError> {
        let mut faults = Vec::new();
        let mut after = String::new();
        loop {
            let asked = "select id, rule, territory, kind, first_day, edition, failed, at, document from review \
                         where id > $1 order by id limit $2";
            let rows = self.readers.all(Statement::new(asked).bind(&after).bind(i64::from(MOST_ROWS))).await?;
            let Some(last) = rows.last() else { break };
            after = last.text(0)?;
            for row in &rows {
                let id = row.text(0)?;
                let record = row.text(8).ok().and_then(|text| serde_json::from_str::<ReviewRecord>(&text).ok());
                let fits = match &record {
                    Some(record) => {
                        fits(row, record)? && self.lines_fit(record).await? && self.notes_fit(record).await?
                    }
                    None => false,
                };
                if !fits {
                    faults.push(format!("研判 {id} 与其记录不一致 (a review differs from its record)"));
                }
            }
        }
        let orphans = "select distinct source from (select source from ledger_line union all \
                       select source from ledger_note) as l where \
                       not exists (select 1 from review where id = l.source) \
                       and not exists (select 1 from ticket where id = l.source) limit 100";
        for row in self.readers.all(Statement::new(orphans)).await? {
            faults.push(format!("台账条目没有来源：{} (a ledger's line comes of nothing)", row.text(0)?));
        }
        let missing = "select id from review r where not exists (select 1 from edition where digest = r.edition)";
        for row in self.readers.all(Statement::new(missing)).await? {
            faults.push(format!("研判 {} 所指的规则版次缺失 (the edition of a review is missing)", row.text(0)?));
        }
        Ok(faults)
    }

    async fn notes_fit(&self, record: &ReviewRecord) -> Result<bool, StoreError> {
        let asked = "select source, sequence, ledger, territory, at, title, kind, text from ledger_note \
                     where source = $1 order by sequence";
        let there = self.readers.all(Statement::new(asked).bind(&record.id.0)).await?;
        let wanted = note_rows(record);
        Ok(there.len() == wanted.len() && there.iter().zip(&wanted).all(|(row, values)| same(row, values)))
    }

    async fn lines_fit(&self, record: &ReviewRecord) -> Result<bool, StoreError> {
        let asked = "select source, sequence, ledger, territory, at, title, handling_unit, basis from ledger_line \
                     where source = $1";
        let rows = self.readers.all(Statement::new(asked).bind(&record.id.0)).await?;
        let stored: Vec<LedgerLine> = rows.iter().map(line).collect::<Result<_, sqlx::Error>>()?;
        let stored: BTreeMap<u64, &LedgerLine> = stored.iter().map(|line| (line.sequence, line)).collect();
        let entered = record.events.iter().zip(1..).filter_map(|(event, sequence)| match event {
            ReviewEvent::LedgerEntered(item) => Some((sequence, item)),
            _ => None,
        });
        let entered: BTreeMap<u64, _> = entered.collect();
        let alike = |(sequence, line): (&u64, &&LedgerLine)| {
            entered.get(sequence).is_some_and(|item| **item == line.item)
                && line.territory == record.input.territory
                && line.at.as_millisecond() == record.at.as_millisecond()
        };
        Ok(stored.len() == entered.len() && stored.iter().all(alike))
    }
}

/// Whether the columns of a row say what its document says.
fn fits(row: &Row, record: &ReviewRecord) -> Result<bool, sqlx::Error> {
    let edition: &Edition = &record.edition;
    let id = ReviewId::new(record.input.kind, record.input.first_day, &record.input.territory, &edition.rule);
    let texts = [row.text(0)?, row.text(1)?, row.text(2)?, row.text(3)?, row.text(4)?, row.text(5)?];
    let said = [
        id.0.as_str(),
        &edition.rule,
        record.input.territory.as_str(),
        record.input.kind.event_kind().as_str(),
        &record.input.first_day.to_string(),
        &edition.digest,
    ];
    Ok(texts == said
        && record.id == id
        && edition.is_sealed()
        && row.truth(6)? == matches!(record.answer, Answer::Failed(_))
        && row.integer(7)? == record.at.as_millisecond())
}
