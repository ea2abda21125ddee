//! The lists of the knowledge base, each served by one index: who has waited longest comes
//! first. And what the clock has to look at.

use super::super::database::Statement;
use super::super::lists::{Cursor, MOST_ROWS};
use super::super::rows::name_of;
use super::super::{Store, StoreError};
use chuishao_domain::ids::{KnowledgeId, UnitId};
use chuishao_domain::knowledge::entry::{Entry, Stage, Standing};
use jiff::civil::Date;
use serde::Serialize;

/// A list of entries (列表).
#[derive(Clone, Debug)]
pub enum List {
    /// 工作稿: by where the draft stands; 待审核 is the reviewer's work.
    Stage(Stage),
    /// 发布状态: by what call takers see.
    Standing(Standing),
    /// 责任部门: what a department answers for.
    OwnedBy(UnitId),
}

/// A page of a list.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Page {
    /// 知识条目
    pub entries: Vec<Entry>,
    /// What to ask for as `after` to go on; absent at the end.
    pub next: Option<String>,
}

impl Store {
    /// A page of a list, behind a cursor.
    ///
    /// # Errors
    /// The database failed.
    pub async fn knowledge_page(&self, list: &List, after: Option<&Cursor>, limit: u32) -> Result<Page, StoreError> {
        let limit = limit.clamp(1, MOST_ROWS);
        let (at, number) = after.map_or((i64::MIN, i64::MIN), |after| (after.at, after.id.parse().unwrap_or(i64::MIN)));
        let mut asked = Statement::new("select document, changed_at, number from knowledge where ");
        match list {
            List::Stage(stage) => asked.push("stage = ").push_value(name_of(stage)?),
            List::Standing(standing) => asked.push("standing = ").push_value(name_of(standing)?),
            List::OwnedBy(unit) => asked.push("owner = ").push_value(unit.as_str()),
        };
        asked.push(" and (changed_at, number) > (").push_value(at).push(", ").push_value(number);
        asked.push(") order by changed_at, number limit ").push_value(i64::from(limit));
        let rows = self.readers.all(asked).await?;
        let next = match rows.last() {
            Some(last) if rows.len() == limit as usize => {
                Some(Cursor { at: last.integer(1)?, id: last.integer(2)?.to_string() }.to_string())
            }
            _ => None,
        };
        let entries = rows.iter().map(|row| Ok(serde_json::from_str(&row.text(0)?)?));
        Ok(Page { entries: entries.collect::<Result<_, StoreError>>()?, next })
    }

    /// The entries that the clock has to look at by a day, those of the earliest day first,
    /// behind `after`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waking_knowledge(
        &self,
        until: Date,
        after: Option<&(Date, KnowledgeId)>,
        limit: u32,
    ) -> Result<Vec<(Date, KnowledgeId)>, StoreError> {
        let (day, number) = after.map_or((String::new(), -1), |(day, id)| (day.to_string(), super::rows::number(id)));
        let asked = Statement::new(
            "select wakes_on, number from knowledge where wakes_on <> '' and wakes_on <= $1 \
             and (wakes_on, number) > ($2, $3) order by wakes_on, number limit $4",
        );
        let asked = asked.bind(until.to_string()).bind(day).bind(number).bind(i64::from(limit));
        let rows = self.readers.all(asked).await?;
        let row = |row: &super::super::database::Row| {
            let number = row.integer(1)?.unsigned_abs();
            Ok((row.text(0)?.parse().unwrap_or(until), KnowledgeId::new(number)))
        };
        rows.iter().map(row).collect()
    }
}
