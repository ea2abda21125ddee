//! Housekeeping (清理): what has served its purpose goes, in small pieces; and how large
//! everything is.

use super::database::{Kind, Statement};
use super::{Store, StoreError};
use jiff::Timestamp;
use serde::Serialize;

/// Rows that go in one transaction.
const AT_A_TIME: i64 = 500;

/// The tables, the largest first as a rule.
const TABLES: [&str; 55] = [
    "event",
    "ticket",
    "decision",
    "edition",
    "unsealed_head",
    "seal",
    "archive",
    "matter",
    "matter_was",
    "impact_run",
    "impact_part",
    "copy",
    "caller_sealed",
    "caller_record",
    "vault_key",
    "outbox",
    "idempotency",
    "topic",
    "topic_event",
    "nomination",
    "review",
    "ledger_line",
    "ledger_note",
    "topic_mode",
    "campaign",
    "campaign_event",
    "settings_event",
    "knowledge",
    "knowledge_event",
    "to_do",
    "outward",
    "receiver",
    "dead_letter",
    "referral",
    "notice",
    "catalogue_edition",
    "recomputation",
    "outcome",
    "figure_change",
    "figure_sum",
    "response_sum",
    "place_sum",
    "figure_version",
    "score_event",
    "score_publication",
    "registry",
    "signer_key",
    "signer_event",
    "plugin_package",
    "package_signature",
    "rollout",
    "rollout_event",
    "shadow",
    "shadow_review",
    "leaving",
];

/// How large one table is, with its indexes.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct TableSize {
    /// Its name.
    pub table: &'static str,
    /// Its rows.
    pub rows: i64,
    /// Bytes on disk.
    pub bytes: i64,
}

/// How large the database is.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Size {
    /// Each table.
    pub tables: Vec<TableSize>,
    /// Bytes of all, with what is free inside the files.
    pub bytes: i64,
}

impl Size {
    /// Tickets in it.
    #[must_use]
    pub fn tickets(&self) -> i64 {
        self.tables.iter().find(|table| table.table == "ticket").map_or(0, |table| table.rows)
    }
}

impl Store {
    /// Forgets answers that were kept before a moment: nobody repeats a request after days.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_answers(&self, before: Timestamp) -> Result<u64, StoreError> {
        let delete = "delete from idempotency where key in (select key from idempotency where at < $1 limit $2)";
        self.in_pieces(delete, &[before]).await
    }

    /// Takes away messages that were delivered before a moment: the ticket's events say what
    /// was sent.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_delivered(&self, before: Timestamp) -> Result<u64, StoreError> {
        let delete = "delete from outbox where id in \
                      (select id from outbox where delivered_at is not null and delivered_at < $1 limit $2)";
        self.in_pieces(delete, &[before]).await
    }

    /// Takes away nominations that were settled before a moment: the ticket's events say that it was
    /// nominated, and the topic's that it was related.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_nominations(&self, before: Timestamp) -> Result<u64, StoreError> {
        let delete = "delete from nomination where (ticket_id, sequence) in (select ticket_id, sequence \
                      from nomination where settled_at is not null and settled_at < $1 limit $2)";
        self.in_pieces(delete, &[before]).await
    }

    /// Takes away what was compared in the shadow before a moment.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_shadows(&self, before: Timestamp) -> Result<u64, StoreError> {
        let delete = "delete from shadow where (territory, plugin, revision, ticket_id, event_sequence) in (select \
                      territory, plugin, revision, ticket_id, event_sequence from shadow where at < $1 limit $2)";
        let reviews = "delete from shadow_review where (territory, plugin, revision, kind, first_day) in (select \
                       territory, plugin, revision, kind, first_day from shadow_review where at < $1 limit $2)";
        Ok(self.in_pieces(delete, &[before]).await? + self.in_pieces(reviews, &[before]).await?)
    }

    /// Carries out a statement that takes away so many rows at most, the last of its values, until
    /// there are no more.
    pub(super) async fn in_pieces(&self, delete: &'static str, moments: &[Timestamp]) -> Result<u64, StoreError> {
        let mut gone = 0;
        loop {
            let statement =
                moments.iter().fold(Statement::new(delete), |statement, at| statement.bind(at.as_millisecond()));
            let piece = self.pool.execute(statement.bind(AT_A_TIME)).await?;
            gone += piece;
            if piece < AT_A_TIME.unsigned_abs() {
                return Ok(gone);
            }
        }
    }

    /// How large everything is.
    ///
    /// # Errors
    /// The database failed.
    pub async fn size(&self) -> Result<Size, StoreError> {
        let (of_table, of_all) = match self.kind() {
            Kind::Sqlite => (
                "select coalesce(sum(pgsize), 0) from dbstat where aggregate = true and name in \
                 (select name from sqlite_schema where tbl_name = $1)",
                "select page_count * page_size from pragma_page_count(), pragma_page_size()",
            ),
            Kind::Postgres => {
                ("select pg_total_relation_size($1::regclass)", "select pg_database_size(current_database())")
            }
        };
        let mut tables = Vec::with_capacity(TABLES.len());
        for table in TABLES {
            let mut counted = Statement::new("select count(*) from ");
            counted.push(table);
            let rows = self.readers.one(counted).await?.integer(0)?;
            let bytes = self.readers.one(Statement::new(of_table).bind(table)).await?.integer(0)?;
            tables.push(TableSize { table, rows, bytes });
        }
        Ok(Size { tables, bytes: self.readers.one(Statement::new(of_all)).await?.integer(0)? })
    }
}
