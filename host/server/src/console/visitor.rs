//! Who is looking (访客): whoever the API knows by the cookie, in one of the own posts.

use super::fault::{Fault, Problem};
use super::inside::{Extra, Inside, Reply, with_query};
use super::kept::{Kept, TO, own_page};
use super::language::{self, Language, cookie};
use super::pages::{For, page_behind};
use super::{Console, ROOT};
use crate::accounts::access::Access;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chuishao_domain::World;
use chuishao_domain::account::action::Action;
use chuishao_domain::account::permission::{Target, admit, scope};
use chuishao_domain::account::post::{Acting, Post};
use chuishao_domain::actor::By;
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::refusal::Refusal;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// The cookie that remembers in which post somebody works.
pub const POST_COOKIE: &str = "chuishao-post";
/// The cookie that carries what was done to the next page, once.
pub const NOTICE_COOKIE: &str = "chuishao-notice";

/// A post of the own account.
#[derive(Clone, Debug, Deserialize)]
pub struct OwnPost {
    pub post: Post,
    pub words: String,
}

/// The own account, as the API tells it.
#[derive(Clone, Debug, Deserialize)]
pub struct Own {
    pub name: String,
    pub number: String,
    pub title: String,
    pub posts: Vec<OwnPost>,
    pub must_change_password: bool,
}

/// What every page knows.
pub struct Chrome {
    pub language: Language,
    /// Absent where posts are believed.
    pub own: Option<Own>,
    /// In which post he works.
    pub acting: Option<Acting>,
    /// The post in words.
    pub post_words: String,
    pub world: Arc<World>,
    pub now: Timestamp,
    /// What was just done.
    pub notice: Option<String>,
    /// Where the page stands, for the menu and to come back to.
    pub path: String,
    /// Set when the key of the form that was sent stands for something else already.
    pub key_is_spent: OnceLock<()>,
}

impl Deref for Chrome {
    type Target = Language;

    fn deref(&self) -> &Language {
        &self.language
    }
}

impl Chrome {
    /// Whether the table lets this post do it anywhere. It decides what is offered; what happens is
    /// decided where the API is asked.
    pub fn may(&self, action: Action) -> bool {
        self.acting.as_ref().is_some_and(|acting| scope(acting.post.role, action).is_some())
    }

    /// Whether a page is for this post.
    pub fn is_for(&self, whom: For) -> bool {
        whom.admits(self.acting.as_ref(), &self.world).is_ok()
    }

    /// Whether the table lets this post do it in the whole city.
    pub fn may_in_city(&self, action: Action) -> bool {
        self.is_for(For::WhoMayInCity(action))
    }

    /// Whether the table lets this post do it in that territory.
    pub fn may_in(&self, action: Action, territory: &TerritoryId) -> bool {
        let at = Target::Territory(territory);
        self.acting.as_ref().is_some_and(|acting| admit(acting, action, at, &self.world).is_ok())
    }

    /// The post as the API and the forms name it.
    pub fn post_named(&self) -> Option<String> {
        let is_believed = self.own.is_none();
        self.acting.as_ref().map(|acting| if is_believed { acting.to_string() } else { acting.post.to_string() })
    }

    /// As tickets know who is looking.
    pub fn by(&self) -> Option<By> {
        self.acting.as_ref()?.by()
    }
}

/// Who is looking, with the API to be asked.
#[derive(Clone)]
pub struct Visitor {
    pub chrome: Arc<Chrome>,
    inside: Inside,
}

impl Deref for Visitor {
    type Target = Chrome;

    fn deref(&self) -> &Chrome {
        &self.chrome
    }
}

impl Visitor {
    /// A refusal as a page.
    pub fn fault(&self, problem: Problem) -> Fault {
        Fault { chrome: Some(self.chrome.clone()), language: self.language, problem }
    }

    /// Reads something.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Fault> {
        self.try_get(path).await.map_err(|problem| self.fault(problem))
    }

    /// Reads something, or has the refusal to show beside other things.
    pub async fn try_get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Problem> {
        let reply = self.inside.send(Method::GET, path, &[], "").await;
        if !reply.status.is_success() {
            return Err(Problem::of(&reply));
        }
        read(&reply)
    }

    /// Reads something that this post may read, and nothing otherwise.
    pub async fn get_if<T: DeserializeOwned>(&self, action: Action, path: &str) -> Result<Option<T>, Fault> {
        if self.may(action) { self.get(path).await.map(Some) } else { Ok(None) }
    }

    /// Sends a command, with what it depends on.
    pub async fn send(&self, path: &str, sent: &Sent<'_>) -> Result<Reply, Problem> {
        let mut extra: Vec<Extra> = vec![(header::CONTENT_TYPE, "application/json".to_owned())];
        if !sent.key.is_empty() {
            extra.push((HeaderName::from_static("idempotency-key"), sent.key.to_owned()));
        }
        if !sent.version.is_empty() {
            extra.push((header::IF_MATCH, format!("\"{}\"", sent.version)));
        }
        self.raw(sent.method.clone(), path, &extra, sent.body.to_string()).await
    }

    /// Sends something that is no JSON.
    pub async fn raw(
        &self,
        method: Method,
        path: &str,
        extra: &[Extra],
        body: impl Into<axum::body::Body>,
    ) -> Result<Reply, Problem> {
        let reply = self.inside.send(method, path, extra, body).await;
        if reply.status.is_success() {
            return Ok(reply);
        }
        let problem = Problem::of(&reply);
        if problem.code == "key-of-another" {
            self.chrome.key_is_spent.get_or_init(|| ());
        }
        Err(problem)
    }
}

/// A command for the API.
pub struct Sent<'a> {
    pub method: Method,
    pub body: Value,
    /// Done once under this.
    pub key: &'a str,
    /// Only at this version.
    pub version: &'a str,
}

impl<'a> Sent<'a> {
    /// Posts a body under the key of its form.
    pub fn post(body: Value, key: &'a str) -> Self {
        Self { method: Method::POST, body, key, version: "" }
    }
}

/// What an answer says.
pub fn read<T: DeserializeOwned>(reply: &Reply) -> Result<T, Problem> {
    serde_json::from_slice(&reply.body).map_err(|error| {
        tracing::error!(%error, "a page does not understand the API");
        Problem::internal()
    })
}

/// Somebody at the door, before it is known who.
pub struct Stranger {
    pub language: Language,
    pub inside: Inside,
    pub trusts_posts: bool,
    /// Whether one may sign in by the city's own provider.
    pub has_provider: bool,
    pub world: Arc<World>,
}

impl FromRequestParts<Console> for Stranger {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().copied();
        Ok(Self {
            language: language::chosen(&parts.headers),
            inside: Inside::new(console.api.clone(), &parts.headers, peer),
            trusts_posts: console.gate.access == Access::TrustPosts,
            has_provider: console.gate.provider.is_some(),
            world: console.gate.desk.world(),
        })
    }
}

impl Stranger {
    /// A refusal as a page.
    pub fn fault(&self, problem: Problem) -> Fault {
        Fault::without_visitor(self.language, problem)
    }
}

/// Why nobody is known.
pub enum Unknown {
    /// Nobody is signed in, or not any more.
    Nobody,
    /// The password has to be changed first.
    OldPassword,
    /// It could not be found out.
    Problem(Problem),
}

/// The post that a form is carried out in: the one that it was opened in, and no other.
#[derive(Clone)]
pub struct InPost(pub String);

/// The post that somebody chose to work in.
pub fn chosen_post(headers: &HeaderMap) -> Option<String> {
    cookie(headers, POST_COOKIE).map(decoded)
}

/// Whose account it is; none where posts are believed. It is asked once for a request.
pub async fn known(parts: &mut Parts, stranger: &Stranger) -> Result<Option<Own>, Unknown> {
    if stranger.trusts_posts {
        return chosen_post(&parts.headers).as_deref().and_then(Acting::parse).map(|_| None).ok_or(Unknown::Nobody);
    }
    let own = match parts.extensions.get::<Own>() {
        Some(own) => own.clone(),
        None => own(&stranger.inside).await?,
    };
    if own.must_change_password && parts.uri.path() != "/password" {
        return Err(Unknown::OldPassword);
    }
    parts.extensions.insert(own.clone());
    Ok(Some(own))
}

/// To the page where one signs in, or changes the password, and from there to where one wanted to go.
pub fn first_to(page: &str, wanted: &str) -> Response {
    let Kept { to, .. } = Kept::page(wanted);
    Redirect::to(&with_query(&format!("{ROOT}{page}"), &[(TO, &to)])).into_response()
}

/// Where a page stands; after a form, where one comes back to: no page stands where a form alone goes.
fn path_of(parts: &Parts) -> String {
    let below = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let shown = matches!(parts.method, Method::GET | Method::HEAD);
    let below = if shown { below } else { page_behind(parts.uri.path()) };
    if !shown && below.is_empty() {
        return from_page(parts).unwrap_or_else(|| ROOT.to_owned());
    }
    format!("{ROOT}{}", below.strip_suffix('/').unwrap_or(below))
}

/// The page that a form says it comes from.
fn from_page(parts: &Parts) -> Option<String> {
    let (_, rest) = parts.headers.get(header::REFERER)?.to_str().ok()?.split_once("://")?;
    let page = own_page(rest.get(rest.find('/')?..)?)?;
    let below = page.split(['?', '#']).next()?.strip_prefix(ROOT)?;
    (page_behind(below) == below).then(|| page.to_owned())
}

impl FromRequestParts<Console> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Response> {
        let Ok(stranger) = Stranger::from_request_parts(parts, console).await;
        let of_form = parts.extensions.get::<InPost>().map(|post| post.0.clone());
        let chosen = of_form.or_else(|| chosen_post(&parts.headers));
        let path = path_of(parts);
        let own = known(parts, &stranger).await.map_err(|unknown| match unknown {
            Unknown::Nobody => first_to("/sign-in", &path),
            Unknown::OldPassword => first_to("/password", &path),
            Unknown::Problem(problem) => stranger.fault(problem).into_response(),
        })?;
        let Stranger { language, inside, world, .. } = stranger;
        let now = console.gate.desk.clock.now();
        let acting = match &own {
            Some(own) => {
                let held = |post: &&OwnPost| chosen.as_deref() == Some(&post.post.to_string());
                let post = own.posts.iter().find(held).or(own.posts.first()).map(|own| own.post.clone());
                post.map(|post| {
                    let number = if post.unit().is_some() { String::new() } else { own.number.clone() };
                    Acting { post, number }
                })
            }
            None => chosen.as_deref().and_then(Acting::parse),
        };
        let post_words = acting.as_ref().map(|acting| acting.post.words(&world.catalogue)).unwrap_or_default();
        let notice = cookie(&parts.headers, NOTICE_COOKIE).map(decoded).filter(|text| !text.is_empty());
        let key_is_spent = OnceLock::new();
        let chrome = Arc::new(Chrome { language, own, acting, post_words, world, now, notice, path, key_is_spent });
        let Some(whom) = parts.extensions.get::<For>().copied() else {
            tracing::error!(path = parts.uri.path(), "a page says not whom it is for");
            return Err(Fault { chrome: Some(chrome), language, problem: Problem::internal() }.into_response());
        };
        if let Err(refusal) = whom.admits(chrome.acting.as_ref(), &chrome.world) {
            let problem = refused(console, parts, &chrome, &refusal).await;
            return Err(Fault { chrome: Some(chrome), language, problem }.into_response());
        }
        let named = chrome.post_named();
        Ok(Self { chrome, inside: inside.in_post(named) })
    }
}

/// A page that is not for whoever asks for it, which is written down as the API's refusals are.
async fn refused(console: &Console, parts: &Parts, chrome: &Chrome, refusal: &Refusal) -> Problem {
    let Some(own) = &chrome.own else { return Problem::not_entitled(refusal) };
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let object = format!("{} {ROOT}{}", parts.method, parts.uri.path());
    let (who, words) = ((own.name.as_str(), chrome.acting.as_ref()), refusal.chinese.as_str());
    match console.gate.refused(who, (&object, words), &parts.headers, peer).await {
        Ok(()) => Problem::not_entitled(refusal),
        Err(error) => {
            tracing::error!(%error, "a refusal could not be written down");
            Problem::internal()
        }
    }
}

/// The own account.
async fn own(inside: &Inside) -> Result<Own, Unknown> {
    let reply = inside.send(Method::GET, "/v1/session", &[], "").await;
    match reply.status {
        StatusCode::UNAUTHORIZED => Err(Unknown::Nobody),
        status if !status.is_success() => Err(Unknown::Problem(Problem::of(&reply))),
        _ => read(&reply).map_err(Unknown::Problem),
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
