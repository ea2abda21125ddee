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
use tokio::sync::{Semaphore, watch};

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

/// The runs of this server.
pub struct Runs {
    reader: Store,
    keeper: Store,
    begun: Mutex<BTreeMap<String, Begun>>,
    turn: Arc<Semaphore>,
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Runs {
    /// None yet. `reader` is a store that was opened to read and serves nobody else.
    #[must_use]
    pub fn new(reader: Store, keeper: Store) -> Self {
        Self { reader, keeper, begun: Mutex::default(), turn: Arc::new(Semaphore::new(1)) }
    }

    /// Begins a run, or goes on with it; its id. One that is under way goes on as it does.
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
        if begun.get(&id).is_some_and(lasts) {
            return Ok(id);
        }
        let (stop, stopped) = watch::channel(false);
        let standing = Arc::new(Mutex::new(Standing::Waiting));
        let hands = Hands { reader: self.reader.clone(), keeper: self.keeper.clone(), threads: THREADS, stop: stopped };
        tokio::spawn(carry_out(hands, trial, self.turn.clone(), standing.clone()));
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
            let _ = begun.stop.send(true);
        }
    }

    /// Stops all of them, because the server stops.
    pub fn stop_all(&self) {
        for begun in locked(&self.begun).values() {
            let _ = begun.stop.send(true);
        }
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

async fn carry_out(hands: Hands, trial: Trial, turn: Arc<Semaphore>, standing: Arc<Mutex<Standing>>) {
    let mut stop = hands.stop.clone();
    let turn = tokio::select! {
        turn = turn.acquire_owned() => turn.ok(),
        _ = stop.wait_for(|stop| *stop) => None,
    };
    if turn.is_none() {
        *locked(&standing) = Standing::Stopped;
        return;
    }
    let ended = run(&hands, &trial, |progress| *locked(&standing) = Standing::Running(progress)).await;
    *locked(&standing) = match ended {
        Ok(_) => Standing::Done,
        Err(ImpactError::Stopped) => Standing::Stopped,
        Err(error) => {
            tracing::error!(rule = trial.rule, error = %error, "an impact report failed");
            Standing::Failed { why: error.to_string() }
        }
    };
}
