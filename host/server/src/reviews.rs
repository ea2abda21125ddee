//! Periodic reviews (定期研判) as the server holds them: every morning each rule that is on and
//! listens is told its territory's figures of the day before, and on the first of a month those
//! of the month. What comes of a review is written with it, once, as long as the rule is still on;
//! what it nominates becomes a topic afterwards. A candidate holds its own beside: `tried`.

mod tried;

use crate::aggregate::{Submission, submit};
use crate::candidates::units_of_trade;
use crate::desk::{Desk, DeskError};
use crate::registry::{Live, guard};
use crate::store::StoreError;
use crate::store::reviews::ReviewCommit;
use crate::topic_desk::SUBJECT_OPEN;
use crate::turn::Turn;
use chuishao_domain::World;
use chuishao_domain::actor::By;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::message::{Message, office_of};
use chuishao_domain::plain::MOST_TITLE_CHARS;
use chuishao_domain::plugin::rollout::RolloutId;
use chuishao_domain::rule::kinds::ReviewPart;
use chuishao_domain::rule::ledger::LedgerItem;
use chuishao_domain::rule::record::CallFailure;
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

/// How often one look begins anew because the rules changed meanwhile: what is left is due at the next.
const MOST_ATTEMPTS: u32 = 8;

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

/// Who reviews for one plugin in one territory: what is on, and what is tried beside it.
struct Reviewers<'a> {
    rollout: &'a RolloutId,
    on: Option<&'a Arc<Activation>>,
    tried: Option<&'a Arc<Activation>>,
}

/// All of them, in the order in which rules are asked.
fn reviewers(live: &Live) -> Vec<Reviewers<'_>> {
    let mut all: Vec<Reviewers<'_>> = Vec::new();
    let candidates = live.shadows.iter().map(|shadow| &shadow.candidate);
    for activation in live.rulebook.activations().iter().chain(candidates) {
        let rollout = &activation.rollout;
        let place = all.iter().position(|one| one.rollout == rollout).unwrap_or_else(|| {
            all.push(Reviewers { rollout, on: None, tried: None });
            all.len() - 1
        });
        match activation.edition.placement.stage.holds_reviews() {
            true => all[place].on = Some(activation),
            false => all[place].tried = Some(activation),
        }
    }
    all
}

/// How far it came.
enum Came {
    /// All that was due.
    Through,
    /// The host could not run a rule: it is tried again, and what comes after it waits.
    NotYet,
    /// The rules changed in between: what is due is asked for again, by those of now.
    RulesChanged,
}

/// Holds what is due, and proposes what was nominated.
///
/// # Errors
/// The database failed; what was held stands.
pub async fn look(desk: &Desk) -> Result<(), DeskError> {
    for _ in 0..MOST_ATTEMPTS {
        if !matches!(hold_all(desk).await?, Came::RulesChanged) {
            break;
        }
        desk.registry.take_up(&desk.store, &desk.world().catalogue).await?;
    }
    Ok(work_off(desk).await?)
}

async fn hold_all(desk: &Desk) -> Result<Came, DeskError> {
    let live = desk.registry.live();
    for who in reviewers(&live) {
        for kind in ReviewKind::ALL {
            if let Came::RulesChanged = hold_due(desk, &live, &who, kind).await? {
                return Ok(Came::RulesChanged);
            }
        }
    }
    Ok(Came::Through)
}

/// Holds the reviews of one kind that are due, period by period: first with all that comes of it, then
/// what is tried, over the same facts. How far it came is how far what is on came.
async fn hold_due(desk: &Desk, live: &Live, who: &Reviewers<'_>, kind: ReviewKind) -> Result<Came, DeskError> {
    let now = desk.clock.now();
    let hears = |activation: &&Arc<Activation>| {
        activation.effective.covers(now) && activation.actor.manifest.listens.contains(&kind.event_kind())
    };
    let (mut due, mut due_to_try) = (Vec::new(), Vec::new());
    let (on, tried) = (who.on.filter(hears), who.tried.filter(hears));
    if let Some(on) = on {
        due = kind.due(desk.store.last_reviewed(on.actor.name(), &on.actor.territory, kind).await?, now);
    }
    if let Some(tried) = tried {
        due_to_try = tried::due(desk, who.rollout, tried, kind, now).await;
    }
    let mut periods = due.clone();
    periods.extend(due_to_try.iter().filter(|period| !due.contains(period)));
    periods.sort_by_key(|period| period.first());
    for period in periods {
        if let Some(on) = on.filter(|_| due.contains(&period)) {
            match hold(desk, on, kind, period, live.generation).await? {
                Came::Through => {}
                not_yet => return Ok(not_yet),
            }
        }
        if let Some(tried) = tried.filter(|_| due_to_try.contains(&period))
            && !tried::hold(desk, tried, kind, period).await
        {
            // The last that was tried tells what is due: what comes after this one waits with it, and what is
            // on waits for no candidate.
            due_to_try.clear();
        }
    }
    Ok(Came::Through)
}

/// Holds one review.
async fn hold(
    desk: &Desk,
    activation: &Arc<Activation>,
    kind: ReviewKind,
    period: Days,
    generation: i64,
) -> Result<Came, DeskError> {
    let input = told(desk, activation, kind, period, None).await?;
    let Some(record) = judged(desk, activation, input, None).await? else { return Ok(Came::NotYet) };
    let messages = messages(&record);
    match desk.store.commit_review(&record, &messages, generation).await? {
        ReviewCommit::Written => {
            tracing::info!(review = %record.id, events = record.events.len(), "a review was held");
            if !messages.is_empty() {
                desk.outbox_bell.notify_one();
            }
            guard::reviewed(desk, &record).await;
        }
        ReviewCommit::HeldBefore => {}
        ReviewCommit::RulesChanged => return Ok(Came::RulesChanged),
    }
    Ok(Came::Through)
}

/// What a rule is told. Where the period's review was held already, that is what its own was told, so
/// that two answers to it can be compared; what the other did not read of the ledgers is read as it stood
/// for that one. Only figures of units that it did not read are counted now: what became of a ticket is
/// kept as it is, and not as it was.
async fn told(
    desk: &Desk,
    activation: &Activation,
    kind: ReviewKind,
    period: Days,
    held: Option<&ReviewRecord>,
) -> Result<ReviewInput, StoreError> {
    let (actor, store) = (&activation.actor, &desk.store);
    let territory = &actor.territory;
    let now = held.map_or_else(|| desk.clock.now(), |held| held.at);
    let world = desk.reference.known().world_at(now);
    let mut input = match held {
        Some(held) => ReviewInput { units: Vec::new(), open_entries: Vec::new(), ..held.input.clone() },
        None => {
            let counted = store.counted(territory, period, kind.before(period)).await?;
            ReviewInput::new(kind, period, territory, &counted, now, &world)
        }
    };
    let before = held.map(|held| &held.input);
    if actor.manifest.review_reads.contains(&ReviewPart::Units) {
        input = match before.map(|before| &before.units).filter(|units| !units.is_empty()) {
            Some(units) => ReviewInput { units: units.clone(), ..input },
            None => input.with_units(store.closed_by_units(territory, period).await?, &world),
        };
    }
    if actor.manifest.review_reads.contains(&ReviewPart::Ledgers) {
        let open = match before.map(|before| &before.open_entries).filter(|entries| !entries.is_empty()) {
            Some(entries) => entries.clone(),
            None => store.open_entries(actor.name(), territory, held).await?,
        };
        input = input.with_open_entries(open);
    }
    Ok(input)
}

/// Asks a rule and judges what it answers, over what stood before the review that was `held`, if one was;
/// nothing when the host could not run the rule.
async fn judged(
    desk: &Desk,
    activation: &Arc<Activation>,
    input: ReviewInput,
    held: Option<&ReviewRecord>,
) -> Result<Option<ReviewRecord>, DeskError> {
    let (territory, world) = (&activation.actor.territory, desk.reference.known().world_at(input.now.at));
    let asking = activation.clone();
    let asked = tokio::task::spawn_blocking(move || Asked::ask(&asking, input)).await?;
    if let Err(CallFailure::Host { message }) = &asked.called().answer {
        tracing::error!(rule = activation.actor.name(), %territory, message, "a review could not be held; it is tried again");
        return Ok(None);
    }
    let items = asked.ledger_items(activation);
    let standing = desk.store.standing(territory, &items, held).await?;
    let stands = |item: &LedgerItem| standing.contains(&(item.ledger.clone(), item.title.clone()));
    Ok(Some(asked.judged(activation, stands, &world)))
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
