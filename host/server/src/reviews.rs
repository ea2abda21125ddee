//! Periodic reviews (定期研判) as the server holds them: every morning each rule that is on and
//! listens is told its territory's figures of the day before, and on the first of a month those
//! of the month. What comes of a review is written with it, once; what it nominates becomes a
//! topic afterwards.

use crate::aggregate::{Submission, submit};
use crate::candidates::units_of_trade;
use crate::desk::{Desk, DeskError};
use crate::store::StoreError;
use crate::topic_desk::SUBJECT_OPEN;
use crate::turn::Turn;
use chuishao_domain::World;
use chuishao_domain::actor::By;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::message::{Message, office_of};
use chuishao_domain::plain::MOST_TITLE_CHARS;
use chuishao_domain::rule::kinds::ReviewPart;
use chuishao_domain::rule::ledger::LedgerItem;
use chuishao_domain::rule::record::{CallFailure, Stage};
use chuishao_domain::rule::review::{ReviewEvent, ReviewInput, ReviewKind, ReviewRecord};
use chuishao_domain::topic::actor::TopicBy;
use chuishao_domain::topic::case::{Draft, Origin, Subject, Topic};
use chuishao_domain::topic::command::TopicCommand;
use chuishao_domain::topic::guard::MOST_TICKETS;
use chuishao_sandbox::review::Asked;
use chuishao_sandbox::rulebook::Activation;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often it is asked whether a review is due.
const EVERY: Duration = Duration::from_secs(30);

/// Tickets of a nomination's sample: a screen of a list.
const SAMPLE: u32 = 20;

/// Reviews whose nominations are looked at in one go.
const AT_A_TIME: u32 = 100;

/// Holds what is due until the server stops.
pub async fn run(desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    let mut turn = Turn::new("reviews");
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => break,
        }
        match turn.is_mine(&desk.store).await {
            Ok(true) => {
                if let Err(error) = look(&desk).await {
                    tracing::error!(error = %error, "a review broke off; it is held again");
                }
            }
            Ok(false) => {}
            Err(error) => tracing::error!(error = %error, "reviews could not begin; they are tried again"),
        }
    }
    turn.give_back(&desk.store).await;
}

/// Holds what is due, and proposes what was nominated.
///
/// # Errors
/// The database failed; what was held stands.
pub async fn look(desk: &Desk) -> Result<(), DeskError> {
    let live = desk.registry.live();
    for activation in live.rulebook.activations() {
        // A review is of the whole territory: what is tried on some tickets holds none.
        let is_on = activation.edition.placement.stage == Stage::On && activation.effective.covers(desk.clock.now());
        for kind in ReviewKind::ALL {
            if is_on && activation.actor.manifest.listens.contains(&kind.event_kind()) {
                hold_due(desk, activation, kind).await?;
            }
        }
    }
    Ok(work_off(desk).await?)
}

async fn hold_due(desk: &Desk, activation: &Arc<Activation>, kind: ReviewKind) -> Result<(), DeskError> {
    let (rule, territory) = (activation.actor.name(), &activation.actor.territory);
    let last = desk.store.last_reviewed(rule, territory, kind).await?;
    for period in kind.due(last, desk.clock.now()) {
        if !hold(desk, activation, kind, period).await? {
            break;
        }
    }
    Ok(())
}

/// Holds one review; `false` when the host could not run the rule, and it has to be tried again.
async fn hold(desk: &Desk, activation: &Arc<Activation>, kind: ReviewKind, period: Days) -> Result<bool, DeskError> {
    let (territory, now) = (activation.actor.territory.clone(), desk.clock.now());
    let world = desk.reference.known().world_at(now);
    let counted = desk.store.counted(&territory, period, kind.before(period)).await?;
    let mut input = ReviewInput::new(kind, period, &territory, &counted, now, &world);
    let reads = |part| activation.actor.manifest.review_reads.contains(&part);
    if reads(ReviewPart::Units) {
        input = input.with_units(desk.store.closed_by_units(&territory, period).await?, &world);
    }
    if reads(ReviewPart::Ledgers) {
        input = input.with_open_entries(desk.store.open_entries(activation.actor.name(), &territory).await?);
    }
    let asking = activation.clone();
    let asked = tokio::task::spawn_blocking(move || Asked::ask(&asking, input)).await?;
    if let Err(CallFailure::Host { message }) = &asked.called().answer {
        tracing::error!(rule = activation.actor.name(), %territory, message, "a review could not be held; it is tried again");
        return Ok(false);
    }
    let standing = desk.store.standing(&territory, &asked.ledger_items(activation)).await?;
    let stands = |item: &LedgerItem| standing.contains(&(item.ledger.clone(), item.title.clone()));
    let record = asked.judged(activation, stands, &world);
    let messages = messages(&record);
    if desk.store.commit_review(&record, &messages).await? {
        tracing::info!(review = %record.id, events = record.events.len(), "a review was held");
        if !messages.is_empty() {
            desk.outbox_bell.notify_one();
        }
    }
    Ok(true)
}

/// What goes out because of a review: its notices, and word of its report to the territory's
/// own office.
fn messages(record: &ReviewRecord) -> Vec<Message> {
    let notice = |event: &ReviewEvent| match event {
        ReviewEvent::Notified { to_unit, text } => {
            Some(Message { topic: "notice".into(), to_unit: to_unit.clone(), text: text.clone() })
        }
        _ => None,
    };
    let mut messages: Vec<Message> = record.events.iter().filter_map(notice).collect();
    let sections = record.events.iter().filter(|event| matches!(event, ReviewEvent::SectionWritten { .. })).count();
    if sections > 0 {
        let (title, kind) = (&record.edition.title, record.input.kind.event_kind().term());
        let text = format!("「{title}」{kind}写出报告 {sections} 节，见研判 {}", record.id);
        messages.push(Message { topic: "review".into(), to_unit: office_of(&record.input.territory), text });
    }
    messages
}

/// Proposes what reviews nominated. What is proposed twice, after a crash, finds its topic open
/// and tells it the same figures.
///
/// # Errors
/// The database failed.
pub async fn work_off(desk: &Desk) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let waiting = desk.store.nominating_reviews(after.as_ref(), AT_A_TIME).await?;
        for record in &waiting {
            match propose(desk, record).await {
                Ok(()) => desk.store.settle_review(&record.id).await?,
                Err(error) => {
                    tracing::error!(review = %record.id, error = %error, "a nomination waits; it is tried again");
                }
            }
        }
        let Some(last) = waiting.last() else { return Ok(()) };
        after = Some(last.id.clone());
    }
}

async fn propose(desk: &Desk, record: &ReviewRecord) -> Result<(), DeskError> {
    for event in &record.events {
        let Some((draft, by)) = draft(event, record, &desk.world()) else { continue };
        let subjects = std::slice::from_ref(&draft.subject);
        let tickets = desk.store.samples(subjects, record.input.period(), SAMPLE).await?.pop().unwrap_or_default();
        let open = desk.store.open_topic(&draft.subject).await?;
        let command = match &open {
            Some(topic) => {
                let room = MOST_TICKETS.saturating_sub(topic.tickets.len());
                let tickets: BTreeSet<_> = tickets.difference(&topic.tickets).take(room).cloned().collect();
                let count = topic.ticket_count.max(draft.ticket_count);
                if tickets.is_empty() && count == topic.ticket_count {
                    continue;
                }
                TopicCommand::RelateTickets { count, tickets }
            }
            None => TopicCommand::Propose(Draft { tickets, ..draft }),
        };
        let submission = Submission::<Topic> {
            id: open.as_ref().map(|topic| topic.id.clone()),
            expected_version: open.as_ref().map(|topic| topic.version),
            command: command.into(),
            by,
            key: None,
        };
        match submit(desk, &submission).await {
            Ok(_) => {}
            // Opened meanwhile: the next time it is found.
            Err(DeskError::Refused(refusal)) if refusal.code == SUBJECT_OPEN => {
                return Err(DeskError::Refused(refusal));
            }
            Err(DeskError::Refused(refusal)) => {
                tracing::warn!(review = %record.id, code = %refusal.code, "a nomination was refused");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The topic that an event of a review proposes, and by whom.
fn draft(event: &ReviewEvent, record: &ReviewRecord, world: &World) -> Option<(Draft, TopicBy)> {
    let ReviewEvent::Nominated { forum, title, category, place, count, reason } = event else { return None };
    let (edition, territory) = (&record.edition, record.input.territory.clone());
    let by = By::Rule {
        rule: edition.rule.clone(),
        title: edition.title.clone(),
        version: edition.version.clone(),
        reason: reason.clone(),
    };
    let draft = Draft {
        title: title.chars().take(MOST_TITLE_CHARS).collect(),
        units: units_of_trade(world, category, &territory),
        subject: Subject { category: category.clone(), territory, place: place.clone() },
        rung: (*forum).into(),
        origin: Origin::Review,
        ticket_count: u64::from(*count),
        tickets: BTreeSet::new(),
        reasons: vec![reason.clone()],
    };
    Some((draft, TopicBy::Known(by)))
}
