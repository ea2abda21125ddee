//! Made once (一次): what is shown this once and kept nowhere is made once for its form. A form that is sent twice in
//! a moment, as by a double click, has the same answer twice: a browser shows the last one alone.

use super::Console;
use super::fault::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

/// How long an answer is held: longer than anybody clicks twice, or than a browser asks again.
const HELD_FOR: Duration = Duration::from_secs(60);

/// A word as it is held, wiped when it is let go.
pub type Word = Zeroizing<String>;

struct Held {
    form: String,
    since: Instant,
    word: Arc<OnceCell<Word>>,
}

/// The words of this moment, by their forms.
#[derive(Clone, Default)]
pub struct Once {
    held: Arc<Mutex<Vec<Held>>>,
}

impl Once {
    /// Makes a word for a form, or says the one that was made for it. It is made to its end also when the
    /// browser that asked has gone.
    pub async fn word<F>(&self, form: String, make: F) -> Result<Word, Problem>
    where
        F: Future<Output = Result<Word, Problem>> + Send + 'static,
    {
        let cell = self.cell(form);
        let made = tokio::spawn(async move { cell.get_or_try_init(|| make).await.cloned() });
        made.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a word was not made to its end");
            Err(Problem::internal())
        })
    }

    fn cell(&self, form: String) -> Arc<OnceCell<Word>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|one| one.since.elapsed() < HELD_FOR);
        if let Some(one) = held.iter().find(|one| one.form == form) {
            return one.word.clone();
        }
        let word = Arc::new(OnceCell::new());
        held.push(Held { form, since: Instant::now(), word: word.clone() });
        word
    }
}

impl FromRequestParts<Console> for Once {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, console: &Console) -> Result<Self, Infallible> {
        Ok(console.once.clone())
    }
}
