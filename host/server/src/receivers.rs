//! Receivers of outward documents (接收方): who they are, and one lane for each that sends what is
//! behind the number up to which the receiver has everything. In order, at least once, signed;
//! a receiver that is slow, dead or wrong slows no ticket and no other receiver.

use crate::desk::Desk;
use crate::http::{self, Authorities};
use crate::outward::stream_of;
use crate::store::outward::{ENFORCEMENT, Numbered};
use crate::store::receivers::{DeadState, ReceiverState};
use crate::store::{Store, StoreError};
use crate::turn::Turn;
use chuishao_domain::catalogue::Catalogue;
use chuishao_domain::outward::signature::{Secret, SignedHeaders, sign};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How long one delivery may take, the answer's body included.
const PATIENCE_SECONDS: u64 = 10;
/// How long a lane's turn lasts. A delivery that has begun ends before another server may
/// begin one to the same receiver, so the turn is asked for before each.
const TURN_SECONDS: i64 = 30;
const _: () = assert!(PATIENCE_SECONDS.cast_signed() < TURN_SECONDS / 2);
/// How often a lane looks for what is new or due.
const EVERY: Duration = Duration::from_millis(500);
/// Documents read at a time.
const AT_A_TIME: u32 = 50;
/// The longest pause between two attempts: a receiver that is back hears of it soon.
const LONGEST_PAUSE_SECONDS: i64 = 600;
/// A receiver that refuses a document this often never will take it.
const MOST_REFUSALS: i64 = 5;
/// A receiver that fails over one document (no answer, 5xx, a wrong address) this often, for some three hours, may be
/// well but for this document; if it is down, a person sends it again later.
const MOST_FAILURES: i64 = 25;
/// Longest answer that is looked at for the reason, in bytes.
const MOST_ANSWER_BYTES: usize = 200;

/// One entry of `receivers.toml`.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Its name, under which it is kept how far it is.
    id: String,
    /// `enforcement`, or the code of a referral receiver of the catalogue.
    stream: String,
    /// Where it listens: a loopback or intranet address, `http://10.37.7.20:8080/hook`, or `https:`. Without
    /// one it fetches its documents and says up to which number it has them.
    url: Option<String>,
    /// Who vouches for its certificate (PEM), and nobody else then does; otherwise whom the machine trusts.
    ca_file: Option<PathBuf>,
    /// Whether anything is sent; when it is active again it gets what it missed.
    #[serde(default = "active")]
    active: bool,
    /// Files with one secret each (`whsec_…`), two while a secret is being changed.
    secret_files: Vec<PathBuf>,
}

fn active() -> bool {
    true
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReceiversFile {
    #[serde(default)]
    receiver: Vec<Entry>,
}

/// A receiver that documents are sent to.
#[derive(Clone, Debug)]
pub struct Receiver {
    id: String,
    stream: String,
    url: Option<String>,
    authorities: Option<Authorities>,
    active: bool,
    secrets: Vec<Secret>,
}

/// Why `receivers.toml` cannot be used. No secret stands in a message.
#[derive(Debug, thiserror::Error)]
pub enum ReceiversError {
    /// A file cannot be read.
    #[error("读不到 {path:?} (cannot be read)")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// It is no such file.
    #[error("{path:?} 写法有误 (is malformed)")]
    Malformed {
        /// Which.
        path: PathBuf,
        /// Where and why.
        #[source]
        cause: Box<toml::de::Error>,
    },
    /// An entry cannot be used.
    #[error("接收方 {id:?} 不可用：{why}")]
    Entry {
        /// Which.
        id: String,
        /// Why.
        why: String,
    },
    /// How far it is cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Receiver {
    /// Reads `receivers.toml`; paths in it are relative to its folder.
    ///
    /// # Errors
    /// The file or a secret cannot be read, or an entry is not usable.
    pub fn read_all(path: &Path, catalogue: &Catalogue) -> Result<Vec<Self>, ReceiversError> {
        let text = std::fs::read_to_string(path).map_err(|cause| ReceiversError::Read { path: path.into(), cause })?;
        let file: ReceiversFile = toml::from_str(&text)
            .map_err(|cause| ReceiversError::Malformed { path: path.into(), cause: Box::new(cause) })?;
        let mut ids = BTreeSet::new();
        let folder = path.parent().unwrap_or(Path::new("."));
        let read = |entry: Entry| {
            let faulty = |why: &str| ReceiversError::Entry { id: entry.id.clone(), why: why.to_owned() };
            if !chuishao_domain::rule::manifest::is_name(&entry.id) || !ids.insert(entry.id.clone()) {
                return Err(faulty("id 须唯一，只含小写字母、数字和连字符，3 到 48 个字符"));
            }
            let certified = entry.ca_file.is_some();
            if entry.url.as_deref().is_some_and(|url| !is_inside(url, certified)) {
                return Err(faulty(
                    "url 须为 http:// 或 https:// 加本机或内网的 IP 地址（可带端口和路径，不带账号），例如 \
                     http://10.37.7.20:8080/hook；用 https 并以 ca_file 写明市里自己的 CA 证书的，也可以写主机名；\
                     出内网的，写本机或内网的网关地址，由它转发",
                ));
            }
            if certified && entry.url.as_deref().is_none_or(|url| !is_over_tls(url)) {
                return Err(faulty("ca_file 只用于 https:// 开头的 url"));
            }
            let read_authorities = |file: &PathBuf| {
                Authorities::read(&folder.join(file)).map_err(|error| faulty(&format!("ca_file：{error}")))
            };
            let authorities = entry.ca_file.as_ref().map(read_authorities).transpose()?;
            let referred = catalogue.referral_receivers().find(|receiver| receiver.code == entry.stream);
            let stream = match referred.map(stream_of) {
                Some(stream) => stream,
                None if entry.stream == ENFORCEMENT => ENFORCEMENT.to_owned(),
                None => return Err(faulty("stream 须为 enforcement，或目录中转介接收单位的代码")),
            };
            if !(1..=2).contains(&entry.secret_files.len()) {
                return Err(faulty("secret_files 须为一个密钥文件，更换密钥期间为两个"));
            }
            let mut secrets = Vec::new();
            for file in &entry.secret_files {
                let path = folder.join(file);
                let text = std::fs::read_to_string(&path)
                    .map_err(|cause| ReceiversError::Read { path: path.clone(), cause })?;
                secrets.push(Secret::parse(&text).map_err(|refusal| faulty(&refusal.chinese))?);
            }
            Ok(Self { id: entry.id, stream, url: entry.url, authorities, active: entry.active, secrets })
        };
        file.receiver.into_iter().map(read).collect()
    }

    /// Its name in the configuration.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where its documents are sent to; nowhere while it is not active, or when it fetches them.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref().filter(|_| self.active)
    }

    /// Whether the numbers that are kept under its name are those of its stream. Those of another
    /// stream would make it miss documents, and nobody would notice.
    ///
    /// # Errors
    /// The name was another stream's before, or the database failed.
    pub async fn check(&self, store: &Store) -> Result<(), ReceiversError> {
        let before = store.receiver(&self.id, &self.stream).await?.stream;
        if before == self.stream {
            store.are_configured(std::slice::from_ref(&self.id), Timestamp::now()).await?;
            tracing::info!(receiver = self.id, stream = self.stream, active = self.active, "a receiver is configured");
            return Ok(());
        }
        let why = format!("这个 id 此前接收的是 {before}，换接 {} 须另起一个 id", self.stream);
        Err(ReceiversError::Entry { id: self.id.clone(), why })
    }
}

/// Whether an address is this machine's or the intranet's, written as a number: a name could lead
/// elsewhere tomorrow, except where the city's own authority, and no other, is believed when it
/// certifies it. What leaves the intranet goes through a gateway.
fn is_inside(url: &str, certified: bool) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let (in_clear, over_tls) = (url.scheme() == "http", url.scheme() == "https");
    let inside = match host.parse() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private(),
        Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
        Err(_) => over_tls && certified && !host.is_empty(),
    };
    inside && (in_clear || over_tls) && url.username().is_empty() && url.password().is_none()
}

fn is_over_tls(url: &str) -> bool {
    reqwest::Url::parse(url).is_ok_and(|url| url.scheme() == "https")
}

/// Why a document was not taken.
struct Failure {
    /// Whether the receiver said no to this document, rather than being unwell.
    refused: bool,
    words: String,
}

/// Sends to one receiver until the server stops.
pub async fn run(desk: Arc<Desk>, receiver: Receiver, url: String, mut stop: watch::Receiver<bool>) {
    let patience = Duration::from_secs(PATIENCE_SECONDS);
    let client = http::client_trusting(receiver.authorities.as_ref()).timeout(patience);
    let client = match client.redirect(reqwest::redirect::Policy::none()).build() {
        Ok(client) => client,
        Err(error) => {
            tracing::error!(receiver = receiver.id, error = %error, "nothing can be sent");
            return;
        }
    };
    let lasts = SignedDuration::from_secs(TURN_SECONDS);
    let mut lane =
        Lane { turn: Turn::lasting(format!("receiver-{}", receiver.id), lasts), desk, receiver, url, client };
    while !*stop.borrow() {
        // A stop breaks a delivery off: it is sent again after the next start.
        let more = tokio::select! {
            more = lane.send_due() => more,
            _ = stop.changed() => break,
        };
        match more {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(receiver = lane.receiver.id, error = %error, "it is tried again"),
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => break,
        }
    }
    lane.turn.give_back(&lane.desk.store).await;
}

struct Lane {
    turn: Turn,
    desk: Arc<Desk>,
    receiver: Receiver,
    url: String,
    client: reqwest::Client,
}

impl Lane {
    /// Sends what is new, in order, until something fails; says whether there is more.
    async fn send_due(&mut self) -> Result<bool, StoreError> {
        if !self.turn.is_mine(&self.desk.store).await? {
            return Ok(false);
        }
        self.send_again().await?;
        let Receiver { id, stream, .. } = &self.receiver;
        let state = self.desk.store.receiver(id, stream).await?;
        if state.next_attempt_at > Timestamp::now() {
            return Ok(false);
        }
        let page = self.desk.store.outward(stream, state.delivered_through, AT_A_TIME).await?;
        let count = page.events.len();
        let mut state = state;
        for document in &page.events {
            if !self.turn.is_mine(&self.desk.store).await? || !self.send_next(&state, document).await? {
                return Ok(false);
            }
            state.attempts = 0;
        }
        Ok(count == AT_A_TIME as usize)
    }

    /// Sends one document and notes what came of it; says whether to go on.
    async fn send_next(&self, state: &ReceiverState, document: &Numbered) -> Result<bool, StoreError> {
        let Err(failure) = self.send(&document.id, document.event.get()).await else {
            self.desk.store.received(&state.id, document.sequence, Timestamp::now()).await?;
            return Ok(true);
        };
        let attempts = state.attempts + 1;
        let most = if failure.refused { MOST_REFUSALS } else { MOST_FAILURES };
        if attempts >= most {
            tracing::error!(receiver = state.id, document = document.id, reason = failure.words, "a dead letter");
            let letter = (document.sequence, document.id.as_str(), document.event.get());
            self.desk.store.give_up(state, letter, &failure.words, Timestamp::now()).await?;
            return Ok(true);
        }
        tracing::warn!(receiver = state.id, document = document.id, attempts, reason = failure.words, "not delivered");
        let next = Timestamp::now().saturating_add(pause(attempts)).unwrap_or(Timestamp::MAX);
        self.desk.store.not_received(&state.id, attempts, next, &failure.words).await?;
        Ok(false)
    }

    /// Sends the dead letters that a person wants sent again: once each.
    async fn send_again(&mut self) -> Result<(), StoreError> {
        for letter in self.desk.store.dead_letters(DeadState::Again, Some(&self.receiver.id)).await? {
            if !self.turn.is_mine(&self.desk.store).await? {
                return Ok(());
            }
            let sent = self.send(&letter.id, letter.event.get()).await;
            let problem = sent.err().map(|failure| failure.words);
            self.desk.store.tried_again(&letter.receiver, letter.sequence, problem.as_deref()).await?;
        }
        Ok(())
    }

    async fn send(&self, id: &str, document: &str) -> Result<(), Failure> {
        let unwell = |words: String| Failure { refused: false, words };
        let SignedHeaders(headers) = sign(&self.receiver.secrets, id, Timestamp::now(), document);
        let mut request = self.client.post(&self.url).body(document.to_owned());
        request = request.header("content-type", "application/cloudevents+json; charset=utf-8");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = request.send().await.map_err(|error| unwell(http::no_answer(&error.without_url())))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let words = format!("{status} {}", beginning(answer).await);
        // These say no to this document. Any other, a redirect too, is about the address, the
        // secret or the receiver: the next document would fare no better.
        let refused = matches!(status.as_u16(), 400 | 406 | 409 | 413 | 415 | 422);
        Err(Failure { refused, words: words.trim_end().to_owned() })
    }
}

/// The first bytes of an answer, as plain text in one line.
async fn beginning(mut answer: reqwest::Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < MOST_ANSWER_BYTES
        && let Ok(Some(chunk)) = answer.chunk().await
    {
        bytes.extend_from_slice(&chunk);
    }
    bytes.truncate(MOST_ANSWER_BYTES);
    chuishao_domain::plain::escaped(&String::from_utf8_lossy(&bytes))
}

/// Doubles with each attempt, from a second to ten minutes.
fn pause(attempts: i64) -> SignedDuration {
    let doubled = 1_i64 << (attempts - 1).clamp(0, 12);
    SignedDuration::from_secs(doubled.min(LONGEST_PAUSE_SECONDS))
}
