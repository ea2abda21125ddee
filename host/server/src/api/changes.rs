//! What changes, as it changes (变动): server-sent events. Each says which thing came to which version,
//! and nothing of what stands there: whoever may read it reads it. A stream begins now, or goes on
//! behind `Last-Event-ID`, which a browser sends by itself. It ends after a minute and the browser
//! comes again, so that nobody listens longer than he may.

use super::actor::Entrant;
use super::problem::Problem;
use crate::changes::{Batch, Feed, Subject, read};
use crate::desk::Desk;
use crate::store::StoreError;
use crate::store::changes::Change;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use chuishao_domain::account::action::Action;
use chuishao_domain::account::permission::Target;
use futures_core::Stream;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::{Instant, sleep_until};

/// How long one stream goes on: whose token was revoked meanwhile does not come in again.
const LONGEST: Duration = Duration::from_secs(60);

/// How soon a browser comes again.
const COME_AGAIN: Duration = Duration::from_secs(1);

/// How often something is said when nothing happens, so that gateways keep the line open.
const STILL_HERE: Duration = Duration::from_secs(15);

/// Events on their way to one listener.
const MOST_UNDER_WAY: usize = 16;

/// How long a busy server asks to wait, in seconds.
const WAIT_SECONDS: u64 = 10;

/// Events as a stream.
struct Lines(mpsc::Receiver<Event>);

impl Stream for Lines {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|event| event.map(Ok))
    }
}

/// `GET /v1/changes`
pub async fn follow(
    State(desk): State<Arc<Desk>>,
    Extension(feed): Extension<Feed>,
    entrant: Entrant,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let last = last_event_id(&headers)?;
    let Some((batches, place)) = feed.listen() else {
        return Err(Problem::wait(WAIT_SECONDS, "同时跟随变动的人太多，请稍后再试", "too many listen"));
    };
    let at = match last {
        Some(last) => last,
        None => desk.store.latest_change().await?,
    };
    let (lines, stream) = mpsc::channel(MOST_UNDER_WAY);
    let listener = Listener { desk, entrant, lines, at, _place: place };
    tokio::spawn(async move {
        let mut stop = feed.stop();
        tokio::select! {
            told = listener.tell(batches) => {
                if let Err(error) = told {
                    tracing::error!(error = %error, "a listener was left; it comes again");
                }
            }
            () = tokio::time::sleep(LONGEST) => {}
            _ = stop.changed() => {}
        }
    });
    let mut answer = Sse::new(Lines(stream)).into_response();
    answer.headers_mut().remove(header::CACHE_CONTROL);
    Ok(answer)
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(said) = headers.get("last-event-id") else { return Ok(None) };
    let number = said.to_str().ok().and_then(|text| text.parse().ok()).filter(|number| i64::try_from(*number).is_ok());
    let malformed = || Problem::bad_request("Last-Event-ID 须为上一条变动的序号", "Last-Event-ID is no number");
    number.map(Some).ok_or_else(malformed)
}

/// One who listens.
struct Listener {
    desk: Arc<Desk>,
    entrant: Entrant,
    lines: mpsc::Sender<Event>,
    /// The last number that was told, or passed over as nothing for this one.
    at: u64,
    _place: OwnedSemaphorePermit,
}

impl Listener {
    /// Tells what happens until the other side hangs up or may not listen any more.
    async fn tell(mut self, mut batches: Receiver<Arc<Batch>>) -> Result<(), StoreError> {
        let mut goes_on = self.say(self.mark().retry(COME_AGAIN)).await;
        while goes_on {
            // What happened before it listened, or while it was too slow.
            match read(&self.desk, self.at).await? {
                Some(batch) if batch.changes.is_empty() => goes_on = self.hear(&mut batches).await?,
                Some(batch) => goes_on = self.pass_on(&batch).await?,
                None => {
                    self.at = self.desk.store.latest_change().await?;
                    goes_on = self.say(self.mark().event("reset").data("{}")).await;
                }
            }
        }
        Ok(())
    }

    /// Tells what is handed round, as long as it follows what was told.
    async fn hear(&mut self, batches: &mut Receiver<Arc<Batch>>) -> Result<bool, StoreError> {
        let mut quiet_until = Instant::now() + STILL_HERE;
        loop {
            let heard = tokio::select! {
                heard = batches.recv() => heard,
                () = self.lines.closed() => return Ok(false),
                () = sleep_until(quiet_until) => {
                    if !self.say(self.mark()).await {
                        return Ok(false);
                    }
                    quiet_until = Instant::now() + STILL_HERE;
                    continue;
                }
            };
            match heard {
                Ok(batch) if batch.through <= self.at => {}
                Ok(batch) if batch.after <= self.at => {
                    if !self.pass_on(&batch).await? {
                        return Ok(false);
                    }
                }
                Ok(_) | Err(RecvError::Lagged(_)) => return Ok(true),
                Err(RecvError::Closed) => return Ok(false),
            }
        }
    }

    /// Tells of a batch what this one may know.
    async fn pass_on(&mut self, batch: &Batch) -> Result<bool, StoreError> {
        let new = batch.changes.iter().filter(|(change, _)| change.number > self.at);
        let seen: Vec<&Change> = new.filter(|(_, of)| self.sees(of)).map(|(change, _)| change).collect();
        if !seen.is_empty() && !self.may_still().await? {
            return Ok(false);
        }
        for change in seen {
            let event = Event::default().id(change.number.to_string()).event("change");
            if !self.say(event.data(serde_json::to_string(change)?)).await {
                return Ok(false);
            }
        }
        self.at = batch.through;
        Ok(true)
    }

    /// Whether the table lets this one read what changed.
    fn sees(&self, of: &Subject) -> bool {
        let (action, target) = match of {
            Subject::Ticket(ticket) => (Action::ReadTickets, Target::Ticket(ticket)),
            Subject::Topic(topic) => (Action::ReadTopics, Target::Units(&topic.units)),
            Subject::Rollout(territory) => (Action::ReadPlugins, Target::ActsIn(territory)),
            Subject::Campaign => (Action::ReadCampaigns, Target::Any),
            Subject::Knowledge => (Action::ReadKnowledge, Target::Any),
            Subject::Gone => return false,
        };
        self.entrant.reaches(&self.desk, action, target)
    }

    /// Whether who came in still holds the post, and the session has not ended.
    async fn may_still(&self) -> Result<bool, StoreError> {
        let Entrant { asker, acting, .. } = &self.entrant;
        let (Some(name), Some(acting)) = (&asker.account, acting) else { return Ok(true) };
        let kept = self.desk.store.account(name).await?;
        let holds =
            kept.is_some_and(|kept| kept.account.disabled.is_none() && kept.account.acting(&acting.post).is_some());
        let goes_on = match &asker.session {
            Some(session) => self.desk.store.session(session).await?.is_some(),
            None => true,
        };
        Ok(holds && goes_on)
    }

    /// An event that says nothing but how far it came.
    fn mark(&self) -> Event {
        Event::default().id(self.at.to_string())
    }

    /// Whether it could be said.
    async fn say(&self, event: Event) -> bool {
        self.lines.send(event).await.is_ok()
    }
}
