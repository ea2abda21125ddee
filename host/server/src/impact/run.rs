//! A run (试算的执行): reads the store in small pages beside the running server, looks at each ticket
//! on a bounded number of threads, and keeps the sums of each part, so that a run that is stopped or
//! killed goes on where it was.

use super::look::Looking;
use super::reach::Reach;
use super::trial::Trial;
use crate::reference::{Known, ReferenceError};
use crate::store::figures_then::{FiguresThen, TicketNumbers};
use crate::store::histories::HISTORIES_AT_A_TIME;
use crate::store::{Store, StoreError};
use chuishao_domain::calendar::civil;
use chuishao_domain::ids::{TerritoryId, TicketId};
use chuishao_domain::impact::ImpactReport;
use chuishao_domain::impact::sums::Sums;
use chuishao_domain::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// Parts of a run: after a crash at most the last of them is done again, and a year's part is some
/// seconds.
pub const MOST_PARTS: u32 = 64;

/// A day of milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// How far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Progress {
    /// Matters that were looked over, to find the tickets that can be touched.
    pub matters: u64,
    /// Tickets that can be touched; 0 while they are being looked for.
    pub tickets: u64,
    /// Of these, those that are done.
    pub tickets_done: u64,
    /// Memory of the figures as they were, in bytes, without names.
    pub figures_bytes: u64,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ImpactError {
    /// What is asked makes no sense.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The calendar or the catalogue cannot be read.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// It was stopped; it goes on when the same is asked again.
    #[error("影响评估已停止；用同样的条件再次运行时从停下的地方继续 (stopped; it goes on when it is asked for again)")]
    Stopped,
    /// A thread broke off.
    #[error("内部错误 (a thread broke off)")]
    Broken(#[from] tokio::task::JoinError),
}

/// What a run works with.
pub struct Hands {
    /// What is read, apart from the server's own readers.
    pub reader: Store,
    /// Where the sums of parts are kept.
    pub keeper: Store,
    /// How many threads look at tickets.
    pub threads: usize,
    /// True stops it.
    pub stop: watch::Receiver<bool>,
}

/// A ticket that can be touched.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Touched {
    received_at: i64,
    ticket: u64,
}

/// Runs a trial, or goes on with one that was not done.
///
/// # Errors
/// See [`ImpactError`]. What is done stays done.
pub async fn run(
    hands: &Hands,
    trial: &Trial,
    mut progress: impl FnMut(Progress),
) -> Result<ImpactReport, ImpactError> {
    let (asked, bounds) = (trial.asked(), trial.parts(MOST_PARTS)?);
    let (id, parts) = (asked.id(), u32::try_from(bounds.len() - 1).unwrap_or(MOST_PARTS));
    hands.keeper.begin_impact(&asked, parts, Timestamp::now()).await?;
    let mut done: BTreeMap<u32, Sums> = hands.keeper.impact_parts(&id).await?.into_iter().collect();

    let mut at = Progress::default();
    let (looking, touched, numbers) = look_over(hands, trial, &mut at, &mut progress).await?;
    let looking = Arc::new(looking);
    at.tickets = touched.len() as u64;
    at.figures_bytes = looking.figures.bytes() as u64;
    for (part, span) in (0..parts).zip(bounds.windows(2)) {
        let first = touched.partition_point(|one| one.received_at < span[0]);
        let end = touched.partition_point(|one| one.received_at < span[1]);
        let before = at.tickets_done;
        if let std::collections::btree_map::Entry::Vacant(fresh) = done.entry(part) {
            let of_part: Vec<TicketId> = touched[first..end].iter().filter_map(|one| numbers.id(one.ticket)).collect();
            let sums = look_at_part(hands, &looking, &of_part, |tickets| {
                at.tickets_done = before + tickets;
                progress(at);
            });
            let sums = sums.await?;
            hands.keeper.keep_impact_part(&id, part, &sums).await?;
            fresh.insert(sums);
        }
        at.tickets_done = before + (end - first) as u64;
        progress(at);
    }
    hands.keeper.end_impact(&id, Timestamp::now()).await?;
    let mut sums = Sums::default();
    done.values().for_each(|part| sums.add(part));
    Ok(ImpactReport { asked, sums })
}

impl Hands {
    fn must_go_on(&self) -> Result<(), ImpactError> {
        if *self.stop.borrow() { Err(ImpactError::Stopped) } else { Ok(()) }
    }
}

/// Looks over all matters once: those that can be touched, and the figures as they were.
async fn look_over(
    hands: &Hands,
    trial: &Trial,
    at: &mut Progress,
    progress: &mut impl FnMut(Progress),
) -> Result<(Looking, Vec<Touched>, TicketNumbers), ImpactError> {
    let ((from, until), shift) = (trial.span()?, trial.shift()?);
    let known = Arc::new(Known::read(&hands.reader).await?);
    let reach = Reach::of(trial, &hands.reader.editions_of(&trial.rule).await?);
    let rules = trial.now.activations().iter().chain(trial.candidate.activations());
    let queries: Vec<_> =
        rules.flat_map(|rule| rule.actor.manifest.facts.iter().map(|query| (query, &rule.actor.territory))).collect();
    let days = queries.iter().map(|(query, _)| i64::from(query.days)).max().unwrap_or(0);
    let mut figures = FiguresThen::new(queries.into_iter(), shift).with_modes(hands.reader.decided_modes().await?);
    let only = only_territory(trial, &figures);
    // Later matters count at later moments of earlier tickets.
    let received = (from - days * DAY, if figures.is_unwanted() { until } else { i64::MAX });
    let (mut touched, mut numbers) = (Vec::new(), TicketNumbers::default());
    let mut after = before_the_first(received.0);
    loop {
        hands.must_go_on()?;
        let matters = hands.reader.matters_then(&after, only.as_ref(), received).await?;
        let Some(last) = matters.last() else { break };
        after = last.ticket.clone();
        for matter in &matters {
            figures.take_in(matter);
            let wanted = trial.territory.as_ref().is_none_or(|territory| *territory == matter.territory);
            if (from..until).contains(&matter.received_at) && wanted && reach.may_touch(matter) {
                let ticket = numbers.number(&matter.ticket);
                touched.push(Touched { received_at: matter.received_at, ticket });
            }
        }
        at.matters += matters.len() as u64;
        progress(*at);
    }
    figures.finish();
    touched.sort_unstable();
    let changes_nothing = trial.asked().changes_nothing();
    let looking = Looking { trial: trial.clone(), reach, known, figures, shift, changes_nothing };
    Ok((looking, touched, numbers))
}

/// An id before those of all tickets that were received from a moment on: ids carry the day, and one that
/// was given out before midnight may be received after it.
fn before_the_first(received_from: i64) -> TicketId {
    let moment = Timestamp::from_millisecond(received_from.saturating_sub(DAY)).unwrap_or(Timestamp::MIN);
    TicketId::new(civil(moment).date(), 0)
}

/// The one territory whose matters are enough, if there is one.
fn only_territory(trial: &Trial, figures: &FiguresThen) -> Option<TerritoryId> {
    let mut territories = trial.versions().map(|version| &version.actor.territory);
    let first = trial.territory.as_ref().or_else(|| territories.next())?;
    let one = trial.territory.is_some() || territories.all(|territory| territory == first);
    (one && !first.is_city() && !figures.is_of_whole_city()).then(|| first.clone())
}

/// Looks at the tickets of a part, many at a time.
async fn look_at_part(
    hands: &Hands,
    looking: &Arc<Looking>,
    tickets: &[TicketId],
    mut done: impl FnMut(u64),
) -> Result<Sums, ImpactError> {
    let (mut sums, mut count) = (Sums::default(), 0);
    let mut under_way = JoinSet::new();
    let mut left = tickets.chunks(HISTORIES_AT_A_TIME);
    let turns = Arc::new(Semaphore::new(hands.threads));
    loop {
        // One more than there are threads: some are read while others are looked at.
        while under_way.len() <= hands.threads
            && let Some(some) = left.next()
        {
            let (reader, looking, turns, some) = (hands.reader.clone(), looking.clone(), turns.clone(), some.to_vec());
            under_way.spawn(async move { look_at_some(&reader, looking, turns, &some).await });
        }
        let Some(some) = under_way.join_next().await else { return Ok(sums) };
        let some = some??;
        count += some.tickets;
        sums.add(&some);
        done(count);
        hands.must_go_on()?;
    }
}

async fn look_at_some(
    reader: &Store,
    looking: Arc<Looking>,
    turns: Arc<Semaphore>,
    tickets: &[TicketId],
) -> Result<Sums, ImpactError> {
    let histories = reader.histories(tickets).await?;
    let missing = tickets.len().saturating_sub(histories.len()) as u64;
    // The turn goes with the thread: a run that is dropped leaves no more behind than it may have.
    let turn = turns.acquire_owned().await.map_err(|_| ImpactError::Stopped)?;
    let looked = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        looking.at(&histories)
    });
    let mut sums = looked.await?;
    sums.tickets += missing;
    sums.unreadable += missing;
    Ok(sums)
}
