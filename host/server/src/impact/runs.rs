//! Runs that a server has under way (在算的评估): begun by a request, looked after while they last, one
//! at a time, so that the desk keeps its processors. What is asked twice is one run.

use super::run::{Hands, ImpactError, Progress, run};
use super::trial::Trial;
use crate::store::{Store, StoreError};
use chuishao_domain::impact::ImpactReport;
use chuishao_domain::impact::sums::Sums;
use chuishao_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{mpsc, watch};

/// Threads of a run beside a serving desk: the other processors stay free for it.
const THREADS: usize = 1;

/// How a run stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Standing {
    /// 排队: another is under way.
    Waiting,
    /// 在算
    Running(Progress),
    /// 已停止: by somebody, or because the server stopped; it goes on when it is asked for again.
    Stopped,
    /// 已完成
    Done,
    /// 失败
    Failed {
        /// Why, in words.
        why: String,
    },
}

struct Begun {
    standing: Arc<Mutex<Standing>>,
    stop: watch::Sender<bool>,
}

impl Begun {
    /// One that waits has stopped at once, one that is under way when it next looks.
    fn stop(&self) {
        let _ = self.stop.send(true);
        let mut standing = locked(&self.standing);
        if *standing == Standing::Waiting {
            *standing = Standing::Stopped;
        }
    }
}

/// A run in the queue.
struct Queued {
    hands: Hands,
    trial: Trial,
    standing: Arc<Mutex<Standing>>,
}

/// The runs of this server.
pub struct Runs {
    reader: Store,
    keeper: Store,
    begun: Mutex<BTreeMap<String, Begun>>,
    queue: mpsc::UnboundedSender<Queued>,
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Runs {
    /// None yet. `reader` is a store that was opened to read and serves nobody else.
    ///
    /// # Panics
    /// Outside a Tokio runtime, which carries the runs out.
    #[must_use]
    pub fn new(reader: Store, keeper: Store) -> Self {
        // People press a button for each: whatever fits into memory is few.
        let (queue, queued) = mpsc::unbounded_channel();
        tokio::spawn(in_turn(queued));
        Self { reader, keeper, begun: Mutex::default(), queue }
    }

    /// Begins a run, or goes on with it; its id. One that is under way goes on as it does; one that was
    /// told to stop is begun once more behind it.
    ///
    /// # Errors
    /// What is asked makes no sense.
    pub fn start(&self, trial: Trial) -> Result<String, Refusal> {
        trial.span()?;
        trial.shift()?;
        let id = trial.asked().id();
        let mut begun = locked(&self.begun);
        let lasts = |one: &Begun| matches!(*locked(&one.standing), Standing::Waiting | Standing::Running(_));
        // What has ended is remembered by the store.
        begun.retain(|of, one| lasts(one) || *of == id);
        if begun.get(&id).is_some_and(|one| lasts(one) && !*one.stop.borrow()) {
            return Ok(id);
        }
        let (stop, stopped) = watch::channel(false);
        let standing = Arc::new(Mutex::new(Standing::Waiting));
        let hands = Hands { reader: self.reader.clone(), keeper: self.keeper.clone(), threads: THREADS, stop: stopped };
        // Under the lock: who asked first is first in the queue.
        let _ = self.queue.send(Queued { hands, trial, standing: standing.clone() });
        begun.insert(id.clone(), Begun { standing, stop });
        Ok(id)
    }

    /// How a run stands; nothing, if there is none of this id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn standing(&self, id: &str) -> Result<Option<Standing>, StoreError> {
        let here = locked(&self.begun).get(id).map(|begun| locked(&begun.standing).clone());
        if here.is_some() {
            return Ok(here);
        }
        let stands = |done: bool| if done { Standing::Done } else { Standing::Stopped };
        Ok(self.keeper.impact_run(id).await?.map(|run| stands(run.done_at.is_some())))
    }

    /// Stops a run, if it is under way.
    pub fn stop(&self, id: &str) {
        if let Some(begun) = locked(&self.begun).get(id) {
            begun.stop();
        }
    }

    /// Stops all of them, because the server stops.
    pub fn stop_all(&self) {
        locked(&self.begun).values().for_each(Begun::stop);
    }

    /// The report of a run that is done.
    ///
    /// # Errors
    /// The database failed.
    pub async fn report(&self, id: &str) -> Result<Option<ImpactReport>, StoreError> {
        let Some(run) = self.keeper.impact_run(id).await?.filter(|run| run.done_at.is_some()) else { return Ok(None) };
        let mut sums = Sums::default();
        for (_, part) in self.keeper.impact_parts(id).await? {
            sums.add(&part);
        }
        Ok(Some(ImpactReport { asked: run.asked, sums }))
    }
}

/// Carries runs out, one at a time, as they were asked for. Each is a task of its own: one that breaks
/// keeps no other from its turn.
async fn in_turn(mut queue: mpsc::UnboundedReceiver<Queued>) {
    while let Some(Queued { hands, trial, standing }) = queue.recv().await {
        if *hands.stop.borrow() {
            continue;
        }
        let (rule, seen) = (trial.rule.clone(), standing.clone());
        let shown = move |progress| *locked(&seen) = Standing::Running(progress);
        let ended = tokio::spawn(async move { run(&hands, &trial, shown).await });
        *locked(&standing) = match ended.await.unwrap_or_else(|broken| Err(broken.into())) {
            Ok(_) => Standing::Done,
            Err(ImpactError::Stopped) => Standing::Stopped,
            Err(error) => {
                tracing::error!(rule, error = %error, "an impact report failed");
                Standing::Failed { why: error.to_string() }
            }
        };
    }
}
