//! Counting for rules (计数). On PostgreSQL each question is a way there and back, and on a busy
//! morning many walks ask at the same moment: what has gathered while the last questions were
//! under way goes as one statement. Nobody waits for a timer, and nobody for somebody else's
//! failure. SQLite is no way off, and is asked directly.

use super::StoreError;
use super::database::{Kind, Pool, Statement};
use super::facts::Question;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc, oneshot};

/// Statements under way at a time: while one is computed, the next gathers.
const LANES: usize = 2;

/// Walks whose questions go together, and counts of one statement: it should take no longer than
/// the walk that waits for it. A power of two.
const MOST_TOGETHER: usize = 16;

/// Walks that may wait: each is a request that somebody waits for.
const MOST_WAITING: usize = 1024;

/// What there is of each question, and of modes.
pub(super) struct Counts {
    pub(super) counts: Vec<i64>,
    /// How many modes were ever decided.
    pub(super) modes: i64,
}

struct Asked {
    questions: Vec<Question>,
    reply: oneshot::Sender<Result<Counts, StoreError>>,
}

/// Where questions are handed in.
#[derive(Clone)]
pub(super) struct Counter {
    readers: Pool,
    /// None where each is asked directly.
    queue: Option<mpsc::Sender<Asked>>,
}

impl Counter {
    pub(super) fn start(readers: &Pool) -> Self {
        let readers = readers.clone();
        if readers.kind() == Kind::Sqlite {
            return Self { readers, queue: None };
        }
        let (queue, asked) = mpsc::channel(MOST_WAITING);
        let asked = Arc::new(Mutex::new(asked));
        for _ in 0..LANES {
            tokio::spawn(lane(readers.clone(), asked.clone()));
        }
        Self { readers, queue: Some(queue) }
    }

    /// The counts, in the order of the questions.
    pub(super) async fn count(&self, questions: Vec<Question>) -> Result<Counts, StoreError> {
        let Some(queue) = &self.queue else { return count(&self.readers, questions.iter()).await };
        let (reply, counts) = oneshot::channel();
        queue.send(Asked { questions, reply }).await.map_err(|_| StoreError::Closed)?;
        counts.await.map_err(|_| StoreError::Closed)?
    }
}

async fn lane(readers: Pool, queue: Arc<Mutex<mpsc::Receiver<Asked>>>) {
    while let Some(asked) = gather(&queue).await {
        answer(&readers, asked).await;
    }
}

/// What has come in by now; waits for the first. `None` when nobody can ask any more.
async fn gather(queue: &Mutex<mpsc::Receiver<Asked>>) -> Option<Vec<Asked>> {
    let mut queue = queue.lock().await;
    let mut asked = vec![queue.recv().await?];
    while asked.len() < MOST_TOGETHER
        && let Ok(next) = queue.try_recv()
    {
        asked.push(next);
    }
    Some(asked)
}

async fn answer(readers: &Pool, asked: Vec<Asked>) {
    let together = if asked.len() > 1 { count_together(readers, &asked).await.ok() } else { None };
    let mut together = together.map(Vec::into_iter);
    for Asked { questions, reply } in asked {
        let counts = match together.as_mut().and_then(Iterator::next) {
            Some(counts) => Ok(counts),
            // Alone, or what went wrong is not to be everybody's.
            None => count(readers, questions.iter()).await,
        };
        // Who hung up does not wait for a reply.
        let _ = reply.send(counts);
    }
}

/// Questions of one form make one statement, however many walks they come from.
async fn count_together(readers: &Pool, asked: &[Asked]) -> Result<Vec<Counts>, StoreError> {
    let mut forms: BTreeMap<String, Vec<(usize, usize, &Question)>> = BTreeMap::new();
    for (walk, asked) in asked.iter().enumerate() {
        for (place, question) in asked.questions.iter().enumerate() {
            forms.entry(question.form()?).or_default().push((walk, place, question));
        }
    }
    let mut all: Vec<Vec<i64>> = asked.iter().map(|asked| vec![0; asked.questions.len()]).collect();
    // Of walks that ask for nothing but modes, this is all.
    let mut modes = if forms.is_empty() { count(readers, std::iter::empty()).await?.modes } else { 0 };
    for part in forms.values().flat_map(|form| form.chunks(MOST_TOGETHER)) {
        // Filled up to a power of two, so that there are few texts to plan.
        let last = part.iter().skip(part.len() - 1).cycle();
        let filled = part.iter().chain(last).take(part.len().next_power_of_two());
        let answers = count(readers, filled.map(|(_, _, question)| *question)).await?;
        for ((walk, place, _), answer) in part.iter().zip(answers.counts) {
            all[*walk][*place] = answer;
        }
        modes = answers.modes;
    }
    Ok(all.into_iter().map(|counts| Counts { counts, modes }).collect())
}

/// All of them in one statement.
async fn count(readers: &Pool, questions: impl Iterator<Item = &Question>) -> Result<Counts, StoreError> {
    let mut sql = Statement::new("select (select count(*) from topic_mode)");
    let mut asked = 0;
    for question in questions {
        sql.push(", ");
        question.push_count(&mut sql)?;
        asked += 1;
    }
    let row = readers.one(sql).await?;
    let counts = (1..=asked).map(|place| Ok(row.integer(place)?)).collect::<Result<_, StoreError>>()?;
    Ok(Counts { counts, modes: row.integer(0)? })
}
