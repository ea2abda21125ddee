//! The one door to a caller record: a command of an actor becomes an event, or a refusal in
//! words. The event is written before anything is shown or deleted, in one transaction with it.

use super::keys::KeyId;
use super::record::{CallerRecord, Event, Ground, Hold, HoldKind};
use super::retention::{Retention, Standing};
use super::unmask::{Field, Purpose};
use crate::actor::{Actor, By};
use crate::ids::TicketId;
use crate::narrate::moment;
use crate::plain::must_say_within;
use crate::redact::redact;
use crate::refusal::{GuardRail, Refusal};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Longest reason, in characters: one sentence of an audit list.
pub const MOST_REASON_CHARS: usize = 200;
/// Holds that stand on one record: more is one lawsuit written down twice.
pub const MOST_HOLDS: usize = 16;

/// What is wanted of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// 查看明文
    Unmask {
        /// For which ticket of this caller.
        ticket: TicketId,
        /// For what.
        purpose: Purpose,
        /// What is needed.
        fields: BTreeSet<Field>,
        /// In which words.
        words: String,
    },
    /// 更正, as the caller asks. Made by the desk, which has sealed what is right.
    #[serde(skip)]
    Correct {
        /// What was wrong.
        fields: BTreeSet<Field>,
        /// The current key.
        key: KeyId,
        /// In which words.
        words: String,
    },
    /// 保留
    PlaceHold {
        /// Why.
        kind: HoldKind,
        /// 案号 or words.
        words: String,
    },
    /// 解除保留
    LiftHold {
        /// Which.
        number: u16,
        /// In which words.
        words: String,
    },
    /// 删除
    Erase {
        /// Why.
        ground: Ground,
    },
    /// 更换密钥: the store has sealed the row again, under this key.
    #[serde(skip)]
    Reseal {
        /// The current key.
        key: KeyId,
    },
}

/// Turns a command into an event, or refuses it in words. `tickets` are *all* tickets of this
/// caller.
///
/// # Errors
/// A [`Refusal`] with a stable code, saying what is wrong and what to do.
pub fn handle(
    record: &CallerRecord,
    tickets: &[Standing],
    command: &Command,
    actor: &Actor,
    now: Timestamp,
) -> Result<Event, Refusal> {
    let by = match actor {
        Actor::Known(By::Rule { .. }) | Actor::Rule(_) => {
            return Err(Refusal::rail(
                GuardRail::G4,
                "caller-closed",
                "规则不得接触来电人信息",
                "no rule sees a caller",
            ));
        }
        Actor::Known(by) => by,
    };
    if record.erased_at.is_some() {
        return Err(Refusal::new("caller-erased", "来电人信息已删除，不能再查看或变更", "the record was erased"));
    }
    match (command, by) {
        (Command::Unmask { ticket, purpose, fields, words }, by) => {
            unmask(tickets, ticket, *purpose, fields, words, by)
        }
        (Command::Correct { fields, key, words }, By::CallTaker { .. } | By::Reviewer { .. }) => {
            must_name(fields, "更正")?;
            Ok(Event::Corrected { fields: fields.clone(), key: key.clone(), words: said(words, "更正事由")? })
        }
        (Command::PlaceHold { kind, words }, By::Reviewer { .. }) => place_hold(record, *kind, words),
        (Command::LiftHold { number, words }, By::Reviewer { .. }) => lift_hold(record, *number, words),
        (Command::Erase { ground: Ground::TimeOver }, By::Clock) => erase(record, tickets, Ground::TimeOver, now),
        (Command::Erase { ground: Ground::SubjectAsked }, By::Reviewer { .. }) => {
            erase(record, tickets, Ground::SubjectAsked, now)
        }
        (Command::Reseal { key }, By::Clock) => reseal(record, key),
        _ => Err(Refusal::new(
            "not-entitled",
            "该岗位无权办理；更正由话务员或审核员办理，保留和应本人请求的删除由审核员办理，到期删除由系统办理",
            "this post may not do this to a caller record",
        )),
    }
}

fn unmask(
    tickets: &[Standing],
    ticket: &TicketId,
    purpose: Purpose,
    fields: &BTreeSet<Field>,
    words: &str,
    by: &By,
) -> Result<Event, Refusal> {
    let Some(standing) = tickets.iter().find(|standing| standing.ticket == *ticket) else {
        return Err(Refusal::new(
            "not-his-ticket",
            "该工单不是此来电人的工单，请核对工单编号",
            "not this caller's ticket",
        ));
    };
    if !purpose.is_for(by, standing) {
        return Err(Refusal::new(
            "purpose-not-allowed",
            format!("不能以「{}」为目的查看：{}", purpose.term(), purpose.condition()),
            format!("{purpose:?} is not for this post and ticket"),
        ));
    }
    must_name(fields, "查看")?;
    let words = said(words, "查看事由")?;
    Ok(Event::Unmasked { ticket: ticket.clone(), purpose, fields: fields.clone(), words })
}

fn must_name(fields: &BTreeSet<Field>, what: &str) -> Result<(), Refusal> {
    if fields.is_empty() {
        return Err(Refusal::new(
            "fields-missing",
            format!("请选择要{what}的内容：姓名、联系电话"),
            "say which fields: name, phone",
        ));
    }
    Ok(())
}

fn place_hold(record: &CallerRecord, kind: HoldKind, words: &str) -> Result<Event, Refusal> {
    if record.holds.len() >= MOST_HOLDS {
        return Err(Refusal::new(
            "too-many-holds",
            format!("已有 {MOST_HOLDS} 项保留，请先解除已结束的"),
            "lift the holds that are over first",
        ));
    }
    let number = record.holds_placed.checked_add(1).ok_or_else(|| {
        Refusal::new("too-many-holds", "此记录的保留次数已用尽，请联系系统管理员", "no more holds on this record")
    })?;
    Ok(Event::HoldPlaced { hold: Hold { number, kind, words: said(words, "保留事由")? } })
}

fn lift_hold(record: &CallerRecord, number: u16, words: &str) -> Result<Event, Refusal> {
    if !record.holds.iter().any(|hold| hold.number == number) {
        return Err(Refusal::new("no-such-hold", format!("没有第 {number} 项保留，或已解除"), "there is no such hold"));
    }
    Ok(Event::HoldLifted { number, words: said(words, "解除事由")? })
}

/// A caller may ask to be erased as soon as nothing is open; the clock erases when time is over.
fn erase(record: &CallerRecord, tickets: &[Standing], ground: Ground, now: Timestamp) -> Result<Event, Refusal> {
    let kept = |chinese: String| Err(Refusal::new("caller-kept", chinese, "the record must still be kept"));
    let retention = Retention::of(record, tickets);
    match (&retention, ground) {
        (Retention::WhileOpen(ticket), _) => kept(format!("工单 {ticket} 尚未办结，办结后再删除")),
        (Retention::WhileHeld(kind), _) => kept(format!("因{}保留，解除保留后再删除", kind.term())),
        (Retention::Until(end), Ground::TimeOver) if !retention.is_over(now) => {
            kept(format!("保存期限至 {}，到期后再删除", moment(*end)))
        }
        (Retention::Until(_) | Retention::Erased, ground) => Ok(Event::Erased { ground }),
    }
}

fn reseal(record: &CallerRecord, key: &KeyId) -> Result<Event, Refusal> {
    if record.key == *key {
        return Err(Refusal::new("already-resealed", "记录已使用现用密钥", "it is sealed under this key already"));
    }
    Ok(Event::Resealed { key: key.clone() })
}

/// Words that are kept for the audit. What would tell who somebody is stays out of them.
fn said(words: &str, what: &str) -> Result<String, Refusal> {
    must_say_within(words, MOST_REASON_CHARS, what)?;
    Ok(redact(words))
}
