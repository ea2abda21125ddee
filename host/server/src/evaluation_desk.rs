//! The desk of the evaluation (考核受理): appeals, rulings, exclusions and publications. It loads
//! what the domain needs, lets it decide, and commits everything at once. It also sees to it
//! that a ticket with an open appeal stays out of the archive.

use crate::desk::{Desk, DeskError, Submission};
use crate::once::{Key, kept, once, written};
use crate::score_sheets;
use crate::store::StoreError;
use crate::store::appeals::Untold;
use crate::store::publications::{Publication, PublicationRow, Published};
use crate::store::scores::Scored;
use crate::store::tickets::CommitError;
use chuishao_domain::actor::By;
use chuishao_domain::calendar::civil;
use chuishao_domain::command::Command;
use chuishao_domain::evaluation::appeal::{Appeal, Docket, Lodging};
use chuishao_domain::evaluation::excluded::Excluded;
use chuishao_domain::evaluation::outcome::Exclusion;
use chuishao_domain::evaluation::score_ledger::ScoreLedger;
use chuishao_domain::evaluation::score_pair::PairId;
use chuishao_domain::ids::TicketId;
use chuishao_domain::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Appeals of which tickets are told in one go.
const AT_A_TIME: u32 = 100;

/// What is done.
#[derive(Clone, Debug)]
pub enum Act {
    /// 提出申诉
    Lodge {
        /// The score that is contested.
        pair: PairId,
        /// 理由
        reason: String,
    },
    /// 裁定
    Decide {
        /// 申诉编号
        appeal: String,
        /// 是否成立
        upheld: bool,
        /// 裁定意见
        opinion: String,
    },
    /// 剔除
    Exclude {
        /// 工单
        ticket: TicketId,
        /// From the closed list.
        ground: Exclusion,
        /// 理由
        reason: String,
    },
    /// 公布
    Publish {
        /// 考核周期
        period: String,
    },
}

/// What is done, by whom.
#[derive(Clone, Debug)]
pub struct EvaluationSubmission {
    /// What.
    pub act: Act,
    /// Who.
    pub by: By,
    /// The key, if the request carried one.
    pub key: Option<Key>,
}

/// What it came to (回执). Repeated for a repeated request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct EvaluationReceipt {
    /// The appeal, ticket or period.
    pub id: String,
    /// What happened, in words.
    pub happened: String,
}

/// Carries it out with all its consequences.
///
/// # Errors
/// See [`DeskError`]; when there is one, nothing was written.
pub async fn submit(desk: &Desk, submission: &EvaluationSubmission) -> Result<EvaluationReceipt, DeskError> {
    once(&desk.store, submission.key.as_ref(), || attempt(desk, submission)).await
}

/// One try; nothing when another was quicker.
async fn attempt(desk: &Desk, submission: &EvaluationSubmission) -> Result<Option<EvaluationReceipt>, DeskError> {
    let now = desk.clock.now();
    let (receipt, done) = match &submission.act {
        Act::Lodge { pair, reason } => lodge(desk, submission, pair, reason, now).await?,
        Act::Decide { appeal, upheld, opinion } => decide(desk, submission, (appeal, *upheld, opinion), now).await?,
        Act::Exclude { ticket, ground, reason } => exclude(desk, submission, (ticket, *ground, reason), now).await?,
        Act::Publish { period } => publish(desk, submission, period, now).await?,
    };
    if !written(done)? {
        return Ok(None);
    }
    if let Act::Lodge { .. } | Act::Decide { .. } = submission.act {
        // The clock sees to it if this does not: the answer stands.
        if let Err(error) = tell_tickets(desk).await {
            tracing::error!(error = %error, "a ticket was not told of an appeal; the clock tells it");
        }
    }
    Ok(Some(receipt))
}

type Attempted = Result<(EvaluationReceipt, Result<(), CommitError>), DeskError>;

fn ledger(scores: Vec<Scored>) -> Result<ScoreLedger, Refusal> {
    ScoreLedger::from_events(scores.into_iter().map(|scored| scored.event).collect())
        .map_err(|broken| Refusal::new("pair-broken", broken.to_string(), "a pair is not whole; run verify"))
}

async fn lodge(
    desk: &Desk,
    submission: &EvaluationSubmission,
    pair: &PairId,
    reason: &str,
    now: Timestamp,
) -> Attempted {
    let scores = desk.store.scores_of_pair(pair).await?;
    let published_at = made_known(desk, &scores, now).await?;
    let appeals = match scores.first() {
        Some(scored) => desk.store.appeals_of_ticket(&scored.event.ticket).await?,
        None => Vec::new(),
    };
    let (ledger, id) = (ledger(scores)?, desk.store.next_appeal_id().await?);
    let lodging = Lodging { id: &id, pair, reason, published_at };
    let docket =
        Docket { rules: &desk.rule_sets, ledger: &ledger, appeals: &appeals, calendar: &desk.world().calendar };
    let appeal = Appeal::lodge(&lodging, &submission.by, docket, now)?;
    let happened = format!("已受理对工单 {} 计分的申诉，裁定前该工单不归档", appeal.ticket);
    let receipt = EvaluationReceipt { id, happened };
    let done = desk.store.lodge_appeal(&appeal, kept(submission.key.as_ref(), &receipt)?.as_ref()).await;
    Ok((receipt, done))
}

/// When a score was made known: on the night on which it came into the ledger, where both
/// sides see it; by the first sheet that shows it, if that came later.
async fn made_known(desk: &Desk, scores: &[Scored], now: Timestamp) -> Result<Timestamp, DeskError> {
    let Some(first) = scores.first() else { return Ok(now) };
    let published = desk.store.published(first.event.period, Some(&first.event.subject)).await?;
    let shows = published.iter().map(|published| published.at).find(|at| *at >= first.at);
    Ok(shows.unwrap_or(first.at))
}

async fn decide(
    desk: &Desk,
    submission: &EvaluationSubmission,
    (id, upheld, opinion): (&str, bool, &str),
    now: Timestamp,
) -> Attempted {
    let appeal = desk
        .store
        .appeal(id)
        .await?
        .ok_or_else(|| Refusal::new("no-appeal", "没有这件申诉，请核对申诉编号", "there is no such appeal"))?;
    let mut ledger = ledger(desk.store.scores_of_pair(&appeal.pair).await?)?;
    let (appeal, events) = appeal.decide(upheld, opinion, &submission.by, &mut ledger, now)?;
    let happened = match (upheld, events.is_empty()) {
        (true, false) => "申诉成立，计分已对双方冲销",
        (true, true) => "申诉成立，计分此前已经冲销",
        (false, _) => "申诉不成立，计分不变",
    };
    let receipt = EvaluationReceipt { id: appeal.id.clone(), happened: happened.into() };
    let done = desk.store.settle_appeal(&appeal, &events, kept(submission.key.as_ref(), &receipt)?.as_ref(), now).await;
    Ok((receipt, done))
}

async fn exclude(
    desk: &Desk,
    submission: &EvaluationSubmission,
    (id, ground, reason): (&TicketId, Exclusion, &str),
    now: Timestamp,
) -> Attempted {
    if desk.store.ticket(id).await?.is_none() {
        return Err(Refusal::new("no-ticket", "工单不存在，请核对工单编号", "there is no such ticket").into());
    }
    let before = desk.store.exclusion(id).await?;
    let excluded = Excluded::new(id, ground, reason, &submission.by, before.as_ref(), now)?;
    let happened = format!("已以「{}」剔除，已有计分在下次结算时冲销", ground.term());
    let receipt = EvaluationReceipt { id: id.to_string(), happened };
    let done = desk.store.exclude(&excluded, kept(submission.key.as_ref(), &receipt)?.as_ref()).await;
    Ok((receipt, done))
}

/// Publishes the sheets of all subjects. A second publication corrects the first and leaves it
/// as it is.
async fn publish(desk: &Desk, submission: &EvaluationSubmission, period: &str, now: Timestamp) -> Attempted {
    let By::HotlineOffice { number: officer } = &submission.by else {
        let (chinese, english) = ("评分表由市热线办公布", "the hotline's office publishes the sheets");
        return Err(Refusal::new("not-entitled", chinese, english).into());
    };
    let (period, rules) = score_sheets::month(desk, period)?;
    if now < period.span().1 {
        let chinese = format!("{period} 尚未结束，请在期满后公布");
        return Err(Refusal::new("period-not-over", chinese, "the period is not over").into());
    }
    if !desk.store.is_settled(civil(now).date()).await? {
        let chinese = "今天的计分还没有结算完，请稍后再公布";
        return Err(Refusal::new("not-settled", chinese, "tonight's settlement is not done").into());
    }
    let mut numbers: BTreeMap<_, u32> = BTreeMap::new();
    for before in desk.store.published(period, None).await? {
        numbers.insert(before.sheet.subject, before.number);
    }
    let mut rows = Vec::new();
    score_sheets::each(desk, period, rules, now, |gathered, sheet| {
        let number = numbers.get(&sheet.subject).map_or(1, |before| before + 1);
        let published = Published { number, at: now, officer: officer.clone(), digest: sheet.digest(), sheet };
        rows.push(PublicationRow::of(&Publication { published, gathered })?);
        Ok(())
    })
    .await?;
    let happened = format!("已按考核规则 {} 公布 {} 个考核对象的评分表", rules.version, rows.len());
    let receipt = EvaluationReceipt { id: period.to_string(), happened };
    let done = desk.store.publish(rows, kept(submission.key.as_ref(), &receipt)?.as_ref(), now).await;
    Ok((receipt, done))
}

/// Tells tickets whether an appeal is open on them. Told twice it changes nothing, so that
/// neither a crash nor a second server can leave a ticket with the wrong word.
///
/// # Errors
/// The database failed; what was not told is told the next time.
pub async fn tell_tickets(desk: &Desk) -> Result<(), StoreError> {
    for untold in desk.store.untold_appeals(AT_A_TIME).await? {
        match tell(desk, &untold).await {
            Ok(()) => desk.store.appeal_was_told(&untold).await?,
            // It is in the archive already: its score can be contested none the less.
            Err(DeskError::Refused(refusal)) if refusal.code == "wrong-state" => {
                tracing::warn!(appeal = %untold.appeal, code = %refusal.code, "a ticket could not be held");
                desk.store.appeal_was_told(&untold).await?;
            }
            Err(DeskError::Store(error)) => return Err(error),
            Err(error) => tracing::warn!(appeal = %untold.appeal, error = %error, "a ticket is told again later"),
        }
    }
    Ok(())
}

async fn tell(desk: &Desk, untold: &Untold) -> Result<(), DeskError> {
    let Some(ticket) = desk.store.ticket(&untold.ticket).await? else { return Ok(()) };
    // Read after the ticket: if an appeal changes from here on, whoever tells of that moves the
    // ticket's version, and this word, which is old by then, is not written.
    let open = desk.store.appeals_of_ticket(&untold.ticket).await?.iter().any(Appeal::is_open);
    let submission = Submission {
        ticket: Some(untold.ticket.clone()),
        expected_version: Some(ticket.version),
        command: Command::MarkAppeal { open },
        by: By::Clock,
        caller: None,
        key: None,
        line: None,
    };
    desk.submit(submission).await.map(drop)
}
