//! Figures for rules (事实): counted within the rule's own territory alone, so that no rule
//! can learn of another county's tickets.

use super::counting::Counts;
use super::database::Statement;
use super::{Store, StoreError};
use chuishao_domain::ids::{TerritoryId, TicketId};
use chuishao_domain::rule::manifest::{FactQuery, SameField};
use chuishao_domain::rule::view::{FactValue, KnownMode};
use chuishao_domain::ticket::{Place, Ticket};
use chuishao_domain::topic::decided_mode::{DecidedMode, told};
use chuishao_sandbox::rulebook::Activation;
use chuishao_sandbox::walk::Facts;
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use tokio::runtime::Handle;

/// What is to be counted: tickets like this one, in this territory, until now.
#[derive(Clone, PartialEq)]
pub(super) struct Question {
    pub(super) query: FactQuery,
    pub(super) territory: TerritoryId,
    pub(super) ticket: TicketId,
    pub(super) group: String,
    pub(super) place: Place,
    pub(super) now: Timestamp,
}

impl Question {
    pub(super) fn new(query: &FactQuery, territory: &TerritoryId, ticket: &Ticket, now: Timestamp) -> Self {
        let (group, place) = (ticket.intake.category.group().to_owned(), ticket.intake.place.clone());
        Self { query: query.clone(), territory: territory.clone(), ticket: ticket.id.clone(), group, place, now }
    }

    pub(super) fn since(&self) -> Timestamp {
        self.now.saturating_sub((i64::from(self.query.days) * 24).hours()).unwrap_or(Timestamp::MIN)
    }

    /// Why it has no answer, if it has none.
    pub(super) fn unavailable(&self) -> Option<FactValue> {
        let Place { street, estate, building, .. } = &self.place;
        let asked = [
            (SameField::Street, street, "街道"),
            (SameField::Estate, estate, "小区"),
            (SameField::Building, building, "楼栋"),
        ];
        let missing = asked.into_iter().find(|(field, text, _)| self.query.same.contains(field) && text.is_empty());
        missing.map(|(_, _, label)| FactValue::Unavailable(format!("工单没有填写{label}")))
    }

    /// Adds `(select count(*) …)` of the others. It names only the columns that are wanted, so
    /// that an index serves it.
    pub(super) fn push_count(&self, sql: &mut Statement) -> Result<(), StoreError> {
        sql.push("(select count(*) from (select 1 from matter where received_at > ");
        sql.push_value(self.since().as_millisecond());
        sql.push(" and received_at <= ").push_value(self.now.as_millisecond());
        sql.push(" and ticket_id <> ").push_value(self.ticket.as_str());
        // The same name in another county is another place.
        let by_place = self.query.same.iter().any(|field| *field != SameField::Category);
        let territory = if by_place { &self.place.territory } else { &self.territory };
        if !territory.is_city() {
            sql.push(" and territory = ").push_value(territory.as_str());
        }
        // An estate has few matters, a category many: where both are asked for, no planner without
        // figures of its own may take the index of categories.
        let category = if self.query.same.contains(&SameField::Estate) {
            " and category_group || '' = "
        } else {
            " and category_group = "
        };
        for field in &self.query.same {
            match field {
                SameField::Category => sql.push(category).push_value(self.group.as_str()),
                SameField::Street => sql.push(" and street = ").push_value(self.place.street.as_str()),
                SameField::Estate => sql.push(" and estate = ").push_value(self.place.estate.as_str()),
                SameField::Building => sql.push(" and building = ").push_value(self.place.building.as_str()),
            };
        }
        if let Some(kind) = self.query.matter_kind {
            sql.push(" and kind = ").push_value(super::rows::name_of(&kind)?);
        }
        sql.push(" limit ").push_value(i64::from(self.query.at_most)).push(") as alike)");
        Ok(())
    }

    /// The text of that: the same for questions that differ in their values alone.
    pub(super) fn form(&self) -> Result<String, StoreError> {
        let mut sql = Statement::new("");
        self.push_count(&mut sql)?;
        Ok(sql.into_text())
    }

    /// The answer, from the count of the others: this ticket is one of them if it is of the
    /// kind, whether or not it is stored yet.
    pub(super) fn answer(&self, others: i64, ticket: &Ticket) -> FactValue {
        let intake = &ticket.intake;
        let of_the_kind = self.query.matter_kind.is_none_or(|kind| kind == intake.matter_kind);
        let itself = intake.received_at > self.since() && of_the_kind;
        let count = u32::try_from(others).unwrap_or(u32::MAX).saturating_add(u32::from(itself));
        FactValue::Count(count.min(u32::from(self.query.at_most)))
    }
}

/// The store as a source of figures, for a walk that runs on a blocking thread.
pub struct StoreFacts {
    store: Store,
    runtime: Handle,
    /// What was asked ahead of the walk.
    known: Vec<(Question, FactValue)>,
    /// Every mode, where a rule that listens wants some.
    modes: Option<Arc<Vec<DecidedMode>>>,
    /// The first figure that could not be had. A walk with one is not committed: a database
    /// that does not answer is not "no complaints".
    failed: Mutex<Option<StoreError>>,
}

impl StoreFacts {
    /// Figures from a store, by way of the runtime that drives it.
    #[must_use]
    pub fn new(store: Store, runtime: Handle) -> Self {
        Self { store, runtime, known: Vec::new(), modes: None, failed: Mutex::new(None) }
    }

    /// Asks for all figures that these rules want of a ticket, in one statement, and for the modes with
    /// it: most walks need no others.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ask_ahead(
        &mut self,
        listeners: &[&Activation],
        ticket: &Ticket,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut questions: Vec<Question> = Vec::new();
        for actor in listeners.iter().map(|activation| &activation.actor) {
            for query in &actor.manifest.facts {
                let question = Question::new(query, &actor.territory, ticket, now);
                if !questions.contains(&question) {
                    questions.push(question);
                }
            }
        }
        let wants_modes = listeners.iter().any(|activation| !activation.actor.manifest.modes.is_empty());
        if questions.is_empty() && !wants_modes {
            return Ok(());
        }
        let (known, modes) = self.store.answers(questions, ticket).await?;
        self.known = known;
        self.modes = if wants_modes { Some(self.store.modes_up_to(modes).await?) } else { None };
        Ok(())
    }

    fn fail(&self, error: StoreError) {
        if let Ok(mut failed) = self.failed.lock() {
            failed.get_or_insert(error);
        }
    }

    /// What went wrong, if anything.
    #[must_use]
    pub fn failed(self) -> Option<StoreError> {
        self.failed.into_inner().unwrap_or(None)
    }
}

impl Facts for StoreFacts {
    fn count(&self, query: &FactQuery, territory: &TerritoryId, ticket: &Ticket, now: Timestamp) -> FactValue {
        let question = Question::new(query, territory, ticket, now);
        if let Some((_, answer)) = self.known.iter().find(|(known, _)| *known == question) {
            return answer.clone();
        }
        match self.runtime.block_on(self.store.answers(vec![question], ticket)) {
            Ok((answers, _)) => answers.into_iter().next().map(|(_, answer)| answer),
            Err(error) => {
                self.fail(error);
                None
            }
        }
        .unwrap_or_else(|| FactValue::Unavailable("数据库暂不可用".into()))
    }

    fn modes(&self, names: &BTreeSet<String>, territory: &TerritoryId, now: Timestamp) -> Vec<KnownMode> {
        if let Some(decided) = &self.modes {
            return told(decided, names, territory, now, SignedDuration::ZERO);
        }
        match self.runtime.block_on(self.store.decided_modes()) {
            Ok(decided) => told(&decided, names, territory, now, SignedDuration::ZERO),
            Err(error) => {
                self.fail(error);
                Vec::new()
            }
        }
    }
}

impl Store {
    /// Each question with its answer, and how many modes were ever decided.
    async fn answers(
        &self,
        questions: Vec<Question>,
        ticket: &Ticket,
    ) -> Result<(Vec<(Question, FactValue)>, i64), StoreError> {
        let asked = questions.iter().filter(|question| question.unavailable().is_none()).cloned().collect();
        let Counts { counts, modes } = self.counter.count(asked).await?;
        let mut counts = counts.into_iter();
        let answered = questions.into_iter().map(|question| {
            let answer = question.unavailable().unwrap_or_else(|| question.answer(counts.next().unwrap_or(0), ticket));
            (question, answer)
        });
        Ok((answered.collect(), modes))
    }
}
