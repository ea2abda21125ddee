//! The chains of decisions: each record is what was written, where it was written, and none is
//! missing.

use super::super::StoreError;
use super::super::database::{Row, Statement, Transaction};
use super::{DecisionRow, Part, Record};
use chuishao_domain::ids::TicketId;
use chuishao_domain::rule::chain::{self, Chain};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The digests that a ticket's decisions carry, by their numbers.
pub(super) type Ends = BTreeMap<String, BTreeMap<u64, String>>;

/// What the check of one chain found.
pub(super) struct Chained {
    pub(super) ends: BTreeMap<u64, String>,
    pub(super) faults: Vec<Cow<'static, str>>,
}

/// The ends of the chains of some tickets that no seal covers yet.
pub(super) async fn unsealed(open: &mut Transaction, after: &str, last: &str) -> Result<Ends, StoreError> {
    let asked = "select ticket_id, count, head from unsealed_head where ticket_id > $1 and ticket_id <= $2";
    let mut ends = Ends::new();
    for row in open.all(Statement::new(asked).bind(after).bind(last)).await? {
        ends.entry(row.text(0)?).or_default().insert(row.integer(1)?.unsigned_abs(), row.text(2)?);
    }
    Ok(ends)
}

impl Part {
    /// Checks a ticket's decisions against each other and against what the ticket says of them.
    pub(super) fn chain(&self, row: &Row, id: &TicketId, record: Option<&Record>) -> Result<Chained, StoreError> {
        let end = Chain { count: row.integer(14)?.unsigned_abs(), head: row.text(15)? };
        let archived: Vec<DecisionRow> = record.into_iter().flat_map(DecisionRow::archived).collect();
        let all = || archived.iter().chain(self.decisions.get(id.as_str()).into_iter().flatten());
        let found = chain::check(id, all().map(DecisionRow::link), &end);
        let mut faults: Vec<Cow<'static, str>> = found.iter().map(|fault| fault.to_string().into()).collect();
        for one in all() {
            let edition = self.editions.get(&one.edition).map(AsRef::as_ref);
            if !one.fits(edition) {
                let what =
                    format!("第 {} 条决定记录不能识别，或检索列与内容不一致 (a decision does not read)", one.number);
                faults.push(what.into());
            }
        }
        for edition in record.into_iter().flat_map(|record| &record.editions) {
            if !edition.is_sealed() {
                faults.push("归档记录中的规则版次缺失或被改动 (an archived edition is altered)".into());
            }
        }
        let ends = all().map(|one| (one.number, one.hash.clone())).collect();
        Ok(Chained { ends, faults })
    }
}
