//! What rules add without touching how a ticket is handled: opinions for whoever decides next, a
//! referral that they suggest, what a task has to record, notes in their ledgers, and what the
//! enforcement feed may do without.

use super::Judge;
use super::limits::{
    MOST_DOCUMENTS, MOST_NOTICE_CHARS, MOST_OPINIONS, MOST_RECORD_FIELDS, MOST_TAG_CHARS, MOST_TITLE_CHARS, text_of,
    undeclared_field,
};
use crate::event::Event;
use crate::grounds::Receiver;
use crate::handle::Outcome;
use crate::plain::plain;
use crate::refusal::{GuardRail, Refusal};
use crate::responsibility::LiabilityCase;
use crate::rule::effect::{Effect, OpinionStage, TaskKind};
use crate::rule::ledger::{LedgerNote, NoteKind};
use crate::rule::remark::RemarkEvent;
use crate::rule::state::Suggested;
use crate::ticket::{Pending, RequiredField, TicketState};

/// A note on an entry of the rule's own ledger, its texts plain and within their lengths.
pub(super) fn ledger_note(
    rule: &str,
    ledger: &str,
    title: &str,
    (kind, what, text): (NoteKind, &str, &str),
) -> Result<LedgerNote, Refusal> {
    Ok(LedgerNote {
        ledger: format!("{rule}/{}", text_of("台账名称", ledger, MOST_TAG_CHARS)?),
        title: text_of("台账事项", title, MOST_TITLE_CHARS)?,
        kind,
        text: text_of(what, text, MOST_TITLE_CHARS)?,
    })
}

/// Whether a note adds something to those that an entry has: what is said already is no event.
pub(super) fn adds<'a>(
    note: &LedgerNote,
    notes: impl Iterator<Item = &'a LedgerNote> + Clone,
) -> Result<bool, Refusal> {
    let mut of_entry = notes.filter(|other| other.ledger == note.ledger && other.title == note.title);
    let documents = of_entry.clone().filter(|other| other.kind == NoteKind::Document).count();
    let said = of_entry.any(|other| other.kind == note.kind && (note.kind == NoteKind::Settled || other == note));
    if said {
        return Ok(false);
    }
    if note.kind == NoteKind::Document && documents >= MOST_DOCUMENTS {
        return Err(Refusal::rail(
            GuardRail::G13,
            "too-many-documents",
            format!("一条台账最多挂接 {MOST_DOCUMENTS} 份文件"),
            "the entry has its most documents",
        ));
    }
    Ok(true)
}

pub(super) fn no_entry(note: &LedgerNote) -> Refusal {
    Refusal::new(
        "no-entry",
        format!("本规则的台账「{}」中没有未销号的「{}」", note.ledger, note.title),
        "there is no such open entry in the rule's own ledger",
    )
}

/// The note that an effect wants.
pub(super) fn wanted_note(rule: &str, effect: &Effect) -> Option<Result<LedgerNote, Refusal>> {
    match effect {
        Effect::LinkDocument { ledger, title, document } => {
            Some(ledger_note(rule, ledger, title, (NoteKind::Document, "文件", document)))
        }
        Effect::SettleEntry { ledger, title, text } => {
            Some(ledger_note(rule, ledger, title, (NoteKind::Settled, "销号说明", text)))
        }
        _ => None,
    }
}

impl Judge<'_> {
    pub(super) fn remark(&self, effect: &Effect) -> Outcome {
        let event = match effect {
            Effect::AttachOpinion { stage, text } => self.attach_opinion(*stage, text)?,
            Effect::SuggestReferral(receiver) => self.suggest_referral(*receiver)?,
            Effect::RequireRecord { kind, fields } => return self.require_record(*kind, fields),
            Effect::OmitFromFeed(field) => RemarkEvent::OmittedFromFeed { field: *field },
            _ => match wanted_note(self.actor.name(), effect) {
                Some(note) => return self.note(note?),
                None => return Ok(Vec::new()),
            },
        };
        Ok(vec![Event::Remark(event)])
    }

    /// It is for whoever decides next, and decides nothing (hooks H1, H8, H14; guard rails G6, G7).
    fn attach_opinion(&self, stage: OpinionStage, text: &str) -> Result<RemarkEvent, Refusal> {
        let ticket = self.scene.ticket;
        let at_panel = ticket.responsibility.case.as_ref().is_some_and(LiabilityCase::is_open);
        let is_now = match stage {
            OpinionStage::Intake => ticket.state == TicketState::Registered,
            OpinionStage::Dispatch => ticket.state == TicketState::Accepted && !at_panel,
            OpinionStage::HandBack => ticket.pending == Some(Pending::HandBack),
            OpinionStage::Liability => at_panel,
            OpinionStage::Review => ticket.state == TicketState::InReview,
        };
        if !is_now {
            return Err(Refusal::new(
                "stage-not-now",
                format!("工单不在「{}」环节，没有人等这份意见", stage.term()),
                "nobody decides on that now",
            ));
        }
        if ticket.opinions.iter().filter(|opinion| opinion.rule == self.actor.name()).count() >= MOST_OPINIONS {
            return Err(Refusal::rail(
                GuardRail::G13,
                "too-many-opinions",
                format!("本规则在这件工单上已附 {MOST_OPINIONS} 条意见"),
                "the rule has used up its opinions on this ticket",
            ));
        }
        Ok(RemarkEvent::OpinionAttached { stage, words: text_of("意见", text, MOST_NOTICE_CHARS)? })
    }

    /// A person refers; before some receivers the caller is asked first (article rows 60, 61).
    fn suggest_referral(&self, receiver: Receiver) -> Result<RemarkEvent, Refusal> {
        self.scene.must_be_in(&[TicketState::Registered, TicketState::Accepted])?;
        self.first_only(Suggested::Referral, "转介")?;
        Ok(RemarkEvent::ReferralSuggested { receiver })
    }

    fn require_record(&self, kind: TaskKind, names: &[String]) -> Outcome {
        let own = |task: &&crate::ticket::Task| task.kind == kind && task.rule == self.actor.name() && !task.done;
        let Some(task) = self.scene.ticket.tasks.iter().find(own) else {
            return Err(Refusal::new(
                "no-own-task",
                format!("本规则没有未完成的「{}」任务；请先开立任务，再要求记录", kind.term()),
                "the rule has no open task of this kind",
            ));
        };
        let mut fields: Vec<RequiredField> = Vec::new();
        for name in names {
            let Some(spec) = self.actor.manifest.fields.get(name) else { return Err(undeclared_field(name)) };
            let field = RequiredField {
                name: name.clone(),
                namespace: self.namespace(),
                label: plain(&spec.title),
                kind: Some(spec.kind),
                personal: spec.personal,
            };
            if !task.record.contains(&field) && !fields.contains(&field) {
                fields.push(field);
            }
        }
        if task.record.len() + fields.len() > MOST_RECORD_FIELDS {
            return Err(Refusal::new(
                "record-length",
                format!("一项任务最多要求记录 {MOST_RECORD_FIELDS} 项"),
                "a task records so many fields at most",
            ));
        }
        if fields.is_empty() {
            // What is asked for already makes no event.
            return Ok(Vec::new());
        }
        Ok(vec![Event::Remark(RemarkEvent::RecordRequired { number: task.number, fields })])
    }

    /// A note on an entry that was made on this ticket.
    fn note(&self, note: LedgerNote) -> Outcome {
        let ticket = self.scene.ticket;
        if !ticket.ledger_entries.iter().any(|(ledger, title)| *ledger == note.ledger && *title == note.title) {
            return Err(no_entry(&note));
        }
        let fresh = adds(&note, ticket.ledger_notes.iter())?;
        Ok(fresh.then_some(Event::Remark(RemarkEvent::LedgerNoted(note))).into_iter().collect())
    }
}
