//! The gate (门卫): every request comes through here. It finds out who asks, asks the table whether
//! that post may do what the door leads to, and writes into the audit log who did, or was refused.

use super::actor::Entrant;
use super::book::{Door, Doors, Found};
use super::own_page::{is_of_a_browser, is_own_page};
use super::problem::Problem;
use crate::accounts::access::{Access, NobodyError, Shown, asker};
use crate::accounts::provider::Provider;
use crate::accounts::{Attempt, Buckets, From, Passwords, Secret};
use crate::desk::Desk;
use crate::metrics::Metrics;
use crate::store::StoreError;
use crate::store::audit::OwedLine;
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chuishao_domain::account::AccountName;
use chuishao_domain::account::action::Action;
use chuishao_domain::account::audit::{Deed, Entry};
use chuishao_domain::account::limits::{ATTEMPT_SECONDS, DEVICE_FORGOTTEN};
use chuishao_domain::account::permission::{Target, admit};
use chuishao_domain::account::post::Acting;
use chuishao_domain::plain::escaped;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// In which of his posts somebody acts: `call-taker:0231`, or `reviewer` alone where there are accounts.
const POST: &str = "chuishao-actor";

/// The cookie of a session, and its name where a gateway speaks HTTPS: a browser then takes it from
/// this host alone, and never in clear.
const COOKIE: &str = "chuishao-session";
const COOKIE_BEHIND_GATEWAY: &str = "__Host-chuishao-session";

/// The cookie by which a browser is known that signed in before: it opens nothing, and has its own count
/// of wrong passwords.
const DEVICE: &str = "chuishao-device";
const DEVICE_BEHIND_GATEWAY: &str = "__Host-chuishao-device";

/// The cookie of a sign-in that goes on elsewhere. It comes along when the provider leads back here, which
/// `SameSite=Strict` would not, and opens nothing.
const ATTEMPT: &str = "chuishao-attempt";
const ATTEMPT_BEHIND_GATEWAY: &str = "__Host-chuishao-attempt";

/// Longest address that the audit log keeps, in characters.
const MOST_OBJECT_CHARS: usize = 200;

/// Addresses of which everything that is done is one commit of a ticket: the line of the audit log is
/// written in it, so that neither is there without the other. Elsewhere it is written before.
const WRITTEN_WITH_IT: [&str; 2] = ["/v1/tickets", "/v1/tickets/{id}/commands"];

/// What the gate works with.
#[derive(Clone)]
pub struct Gate {
    /// The desk.
    pub desk: Arc<Desk>,
    /// Where each address leads.
    pub doors: Arc<Doors>,
    /// How it knows who asks.
    pub access: Access,
    /// Whether a gateway in front speaks HTTPS and says from where a request came.
    pub behind_gateway: bool,
    /// How passwords are hashed.
    pub passwords: Passwords,
    /// Who else says who somebody is (单点登录), if anybody does.
    pub provider: Option<Arc<Provider>>,
    /// What is counted.
    pub metrics: Metrics,
    /// How often who asks.
    pub buckets: Buckets,
}

impl Gate {
    /// The cookie's name.
    fn cookie(&self) -> &'static str {
        if self.behind_gateway { COOKIE_BEHIND_GATEWAY } else { COOKIE }
    }

    /// The name of the cookie by which a browser is known.
    fn device_cookie(&self) -> &'static str {
        if self.behind_gateway { DEVICE_BEHIND_GATEWAY } else { DEVICE }
    }

    /// By what a browser shows that it signed in before.
    pub fn device(&self, headers: &HeaderMap) -> Option<Secret> {
        cookie(headers, self.device_cookie())
    }

    /// The header that lets it show that the next time.
    pub fn set_device(&self, word: &Secret) -> String {
        let (name, secure) = (self.device_cookie(), if self.behind_gateway { "; Secure" } else { "" });
        let seconds = DEVICE_FORGOTTEN.as_secs();
        format!("{name}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}", word.expose())
    }

    /// The name of the cookie of a sign-in that goes on elsewhere.
    fn attempt_cookie(&self) -> &'static str {
        if self.behind_gateway { ATTEMPT_BEHIND_GATEWAY } else { ATTEMPT }
    }

    /// The sign-in that a browser began elsewhere.
    pub fn attempt(&self, headers: &HeaderMap) -> Option<Attempt> {
        cookie(headers, self.attempt_cookie()).map(Attempt::of)
    }

    /// The header that lets a browser go on with it; without a word it is over.
    pub fn set_attempt(&self, word: Option<&Secret>) -> String {
        let (name, secure) = (self.attempt_cookie(), if self.behind_gateway { "; Secure" } else { "" });
        let seconds = if word.is_some() { ATTEMPT_SECONDS } else { 0 };
        let word = word.map(Secret::expose).unwrap_or_default();
        format!("{name}={word}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
    }

    /// The header that gives a browser its cookie.
    pub fn set_cookie(&self, word: &Secret) -> String {
        let secure = if self.behind_gateway { "; Secure" } else { "" };
        format!("{}={}; Path=/; HttpOnly; SameSite=Strict{secure}", self.cookie(), word.expose())
    }

    /// The header that takes it away.
    pub fn clear_cookie(&self) -> String {
        let secure = if self.behind_gateway { "; Secure" } else { "" };
        format!("{}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{secure}", self.cookie())
    }

    /// What a request shows.
    fn shown(&self, headers: &HeaderMap) -> Shown {
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = bearer.and_then(|text| {
            let (scheme, token) = text.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
        });
        if let Some(token) = token {
            return Shown::Token(Secret::new(token));
        }
        cookie(headers, self.cookie()).map_or(Shown::Nothing, Shown::Session)
    }

    /// Refuses what another page sends on behalf of who is signed in, beside the cookie's own `SameSite`.
    fn must_be_own_page(&self, headers: &HeaderMap) -> Result<(), Problem> {
        if is_own_page(headers, self.behind_gateway) { Ok(()) } else { Err(Problem::of_another_page()) }
    }

    /// Refuses who asks too often. Where posts are believed nobody tells one from another.
    fn not_too_often(&self, counted: impl FnOnce(&Buckets) -> Result<(), u64>) -> Result<(), Problem> {
        if self.access == Access::TrustPosts {
            return Ok(());
        }
        counted(&self.buckets).map_err(|seconds| {
            let chinese = format!("请求过于频繁，请 {seconds} 秒后再试");
            Problem::wait(seconds, chinese, "too many requests")
        })
    }

    /// Writes down that somebody was refused a page.
    ///
    /// # Errors
    /// The database failed.
    pub async fn refused(
        &self,
        (who, acting): (&str, Option<&Acting>),
        (object, words): (&str, &str),
        headers: &HeaderMap,
        peer: Option<SocketAddr>,
    ) -> Result<(), StoreError> {
        let object: String = escaped(object).chars().take(MOST_OBJECT_CHARS).collect();
        let from = self.from(headers, peer);
        write(self, (who.to_owned(), acting), Deed::Refused, (&object, words), &from).await
    }

    /// From where it comes.
    fn from(&self, headers: &HeaderMap, peer: Option<SocketAddr>) -> From {
        let said = of_gateway(headers, "x-forwarded-for").filter(|_| self.behind_gateway);
        let said = said.and_then(|text| text.parse().ok());
        let address: Option<IpAddr> = said.or(peer.map(|peer| peer.ip()));
        From(address.map(|address| address.to_string()).unwrap_or_default())
    }
}

/// What the gateway in front says: it adds it at the end, to the last line or as a line of its own. What
/// stands before that anybody may have written.
pub fn of_gateway<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let last = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next().map(str::trim)
}

/// The word of a cookie.
fn cookie(headers: &HeaderMap, wanted: &str) -> Option<Secret> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let named =
        |pair: &str| pair.trim().split_once('=').filter(|(name, _)| *name == wanted).map(|(_, word)| word.to_owned());
    cookies.flat_map(|cookies| cookies.split(';')).find_map(named).map(Secret::new)
}

/// From where it is asked.
pub struct RequestFrom(pub From);

impl<S: Sync> FromRequestParts<S> for RequestFrom {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<From>().cloned().map(Self).ok_or_else(Problem::internal)
    }
}

/// Lets a request in, or refuses it.
pub async fn gate(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let Some(path) = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()) else {
        return next.run(request).await;
    };
    if request.uri().path_and_query().is_some_and(|address| address.as_str().contains("%00")) {
        return Problem::bad_request("地址中不能有空字符", "the address must not contain U+0000").into_response();
    }
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let from = gate.from(request.headers(), peer);
    request.extensions_mut().insert(from.clone());
    let action = match gate.doors.find(request.method(), &path) {
        // Whether the server lives is asked by what starts it anew.
        Found::Door(Door::Open) if path == "/health" || path == "/ready" => return next.run(request).await,
        found @ (Found::Door(Door::Open) | Found::OtherMethod) => {
            let mut let_in = gate.not_too_often(|buckets| buckets.of_address(&from.0));
            // Nobody is signed in by another's page: what he does then would be done in a stranger's name.
            let is_open = matches!(found, Found::Door(_));
            if is_open && changes(request.method()) && is_of_a_browser(request.headers()) {
                let_in = let_in.and_then(|()| gate.must_be_own_page(request.headers()));
            }
            return match let_in {
                Ok(()) => next.run(request).await,
                Err(problem) => problem.into_response(),
            };
        }
        Found::Door(Door::To(action)) => action,
        Found::Nothing => {
            tracing::error!(path, "no door stands at this address");
            return Problem::internal().into_response();
        }
    };
    let (method, address) = (request.method().clone(), address_of(request.method(), request.uri()));
    let entered = entrant(&gate, (&method, &address, &path), request.headers(), action, &from).await;
    match entered {
        Ok(entrant) => {
            request.extensions_mut().insert(entrant.clone());
            let mut answer = next.run(request).await;
            if let Some(line) = entrant.line.as_ref().filter(|line| !line.is_written())
                && let Err(error) = gate.desk.store.audit(std::slice::from_ref(line.entry())).await
            {
                return Problem::from(error).into_response();
            }
            if answer.status() == StatusCode::FORBIDDEN {
                let words = format!("{}，被拒绝", action.term());
                if let Err(problem) = note(&gate, &entrant, Deed::Refused, (&address, &words), &from).await {
                    return problem.into_response();
                }
            }
            // What was made for one person is nobody else's, not even a cache's in between.
            answer.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
            answer
        }
        Err(problem) => problem.into_response(),
    }
}

/// Whether a request changes something.
fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}

/// Method and address, without its query, in which people may have typed anything.
pub(super) fn address_of(method: &Method, uri: &Uri) -> String {
    let text = format!("{method} {}", uri.path());
    escaped(&text).chars().take(MOST_OBJECT_CHARS).collect()
}

async fn entrant(
    gate: &Gate,
    (method, address, path): (&Method, &str, &str),
    headers: &HeaderMap,
    action: Action,
    from: &From,
) -> Result<Entrant, Problem> {
    let shown = gate.shown(headers);
    let post = headers.get(POST).map(|value| value.to_str().unwrap_or_default());
    let asker = match asker(&gate.desk, gate.access, &shown, (action, post)).await {
        Err(nobody @ (NobodyError::NotGood | NobodyError::Nothing)) => {
            // Guessing is counted by where it comes from.
            gate.not_too_often(|buckets| buckets.of_address(&from.0))?;
            return Err(nobody.into());
        }
        found => found?,
    };
    if let Some(account) = &asker.account {
        gate.not_too_often(|buckets| buckets.of_account(account.as_str(), asker.kind))?;
    }
    let changes = changes(method);
    if asker.session.is_some() && changes {
        gate.must_be_own_page(headers)?;
    }
    if asker.must_change && action != Action::OwnAccount {
        return Err(Problem::must_change_password());
    }
    let mut entrant = Entrant { acting: asker.acting.clone(), asker, line: None };
    // To the own account it does not matter in which of his posts somebody comes.
    let admitted = match &entrant.acting {
        Some(acting) => admit(acting, action, Target::Any, &gate.desk.world()),
        None if action == Action::OwnAccount => Ok(()),
        None => return Err(Problem::post_needed()),
    };
    if let Err(refusal) = admitted {
        note(gate, &entrant, Deed::Refused, (address, &refusal.chinese), from).await?;
        return Err(refusal.into());
    }
    // Accounts and sessions write their own lines, with what happened.
    let own = matches!(
        action,
        Action::OwnAccount | Action::ReadAccounts | Action::KeepAccounts | Action::GrantPosts | Action::IssueTokens
    );
    if changes && !own {
        // With what happens, or before it: nothing is done that does not stand in the log.
        if WRITTEN_WITH_IT.contains(&path) {
            let (acting, told) = (entrant.acting.as_ref(), (address, action.term()));
            let line = |who: &AccountName| entry(gate, (who.to_string(), acting), Deed::Request, told, from);
            entrant.line = entrant.asker.account.as_ref().map(line).map(OwedLine::new);
        } else {
            note(gate, &entrant, Deed::Request, (address, action.term()), from).await?;
        }
    }
    Ok(entrant)
}

/// Writes a line of the audit log, where there are accounts.
pub(super) async fn note(
    gate: &Gate,
    entrant: &Entrant,
    deed: Deed,
    (object, words): (&str, &str),
    from: &From,
) -> Result<(), Problem> {
    let Some(account) = &entrant.asker.account else { return Ok(()) };
    Ok(write(gate, (account.to_string(), entrant.acting.as_ref()), deed, (object, words), from).await?)
}

async fn write(
    gate: &Gate,
    who: (String, Option<&Acting>),
    deed: Deed,
    told: (&str, &str),
    from: &From,
) -> Result<(), StoreError> {
    gate.desk.store.audit(&[entry(gate, who, deed, told, from)]).await
}

fn entry(
    gate: &Gate,
    (who, acting): (String, Option<&Acting>),
    deed: Deed,
    (object, words): (&str, &str),
    from: &From,
) -> Entry {
    Entry {
        at: gate.desk.clock.now(),
        who,
        post: acting.map(ToString::to_string).unwrap_or_default(),
        deed,
        object: object.to_owned(),
        from: from.0.clone(),
        words: words.to_owned(),
    }
}

impl std::convert::From<NobodyError> for Problem {
    fn from(error: NobodyError) -> Self {
        match error {
            NobodyError::Nothing => Self::unauthenticated(
                "请先登录；系统对接请在 Authorization 中写 Bearer 和令牌；服务以信任岗位方式启动时，请在 Chuishao-Actor 中写明岗位",
                "nobody is signed in",
            ),
            NobodyError::NotGood => {
                Self::unauthenticated("登录或令牌已失效，请重新登录", "the session or token is not good")
            }
            NobodyError::Malformed => Self::bad_request(
                "请在 Chuishao-Actor 中写明岗位，例如 call-taker:0231、dispatcher:0007、unit-clerk:370784-ZJ、\
                 department-supervisor:WF-ZJ、county-ops:370705:0012、city-ops:0003",
                "the header Chuishao-Actor is malformed",
            ),
            NobodyError::Refused(refusal) => refusal.into(),
            NobodyError::Store(error) => error.into(),
        }
    }
}
