//! Accounts over HTTP, the real way: people sign in, machines show a token, nobody is believed.

mod administration;
mod audit;
mod changes;
mod console;
mod exports;
mod matrix;
mod pages;
mod passwords;
mod rates;
mod secrets;
mod sessions;
pub mod single_sign_on;
mod tokens;

use super::harness::{Answer, TestServer, client};
use chuishao_domain::account::handle::{Command, Hand};
use chuishao_domain::account::post::Post;
use chuishao_domain::account::{AccountName, Kind as AccountKind};
use chuishao_server::accounts::keep::{Done, Keeper};
use chuishao_server::accounts::{Passwords, Secret};
use chuishao_server::http;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::net::IpAddr;

/// When these tests happen.
pub const CLOCK: &str = "2024-06-25T09:10";

/// What people choose themselves in these tests.
pub const CHOSEN: &str = "Tf7-kqv0-Wm-zurück";

/// An account that the console made, with its first password or token.
pub struct Made {
    pub name: String,
    /// The first password; for a machine its token.
    pub word: String,
}

/// Carries out what the console carries out.
async fn by_console<T>(server: &TestServer, work: impl AsyncFnOnce(Keeper<'_>) -> T) -> T {
    let desk = server.desk();
    let (hand, world) = (Hand::Console { user: "test".into() }, desk.world());
    let (store, passwords, now) = (&desk.store, &Passwords::default(), desk.clock.now());
    work(Keeper { store, passwords, world: &world, hand: &hand, from: "console", now }).await
}

fn named(name: &str) -> AccountName {
    AccountName::parse(name).expect("a name")
}

/// 王芳's number is known; everybody else's is made of the name, since no two have the same.
fn number_of(name: &str) -> String {
    if name == "wang.fang" { "0231".to_owned() } else { name.replace('.', "-") }
}

async fn make(server: &TestServer, name: &str, kind: AccountKind, posts: &[&str]) -> Done {
    by_console(server, async |keeper| {
        let create = Command::Create { kind, number: number_of(name), title: "测试账号".into() };
        let made = keeper.command(&named(name), &create, None).await.expect("it is made");
        for post in posts {
            let post = Post::parse(post).expect("a post");
            keeper.command(&named(name), &Command::Grant { post }, None).await.expect("it is granted");
        }
        made
    })
    .await
}

/// A person with a password to begin with.
pub async fn person(server: &TestServer, name: &str, posts: &[&str]) -> Made {
    let made = make(server, name, AccountKind::Person, posts).await;
    let word = made.password.as_ref().map(Secret::expose).expect("a first password").to_owned();
    Made { name: name.to_owned(), word }
}

/// A machine with a token.
pub async fn machine(server: &TestServer, name: &str, posts: &[&str]) -> Made {
    make(server, name, AccountKind::Machine, posts).await;
    let issued = by_console(server, async |keeper| keeper.issue_token(&named(name), "测试", 30).await).await;
    let (_, word) = issued.expect("a token");
    Made { name: name.to_owned(), word: word.expose().to_owned() }
}

/// An answer with what a browser keeps of it.
pub struct Signed {
    pub answer: Answer,
    /// `Set-Cookie` of the session, as it came.
    pub set_cookie: Option<String>,
    /// `Set-Cookie` by which the browser is known the next time.
    pub set_device: Option<String>,
}

impl Signed {
    /// What a browser sends back.
    pub fn cookie(&self) -> String {
        let set = self.set_cookie.as_deref().expect("a cookie");
        set.split(';').next().expect("a pair").to_owned()
    }
}

async fn sent(request: RequestBuilder) -> Signed {
    let (client, request) = request.build_split();
    let answer = client.execute(request.expect("a request")).await.expect("an answer");
    let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let cookies = answer.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let (devices, others): (Vec<&str>, Vec<&str>) = cookies.partition(|cookie| cookie.contains("chuishao-device="));
    let first = |cookies: Vec<&str>| cookies.first().map(|cookie| (*cookie).to_owned());
    let (set_cookie, set_device, etag) = (first(others), first(devices), header("etag"));
    let (status, content_type) = (answer.status().as_u16(), header("content-type").unwrap_or_default());
    let answer = Answer { status, content_type, etag, text: answer.text().await.expect("text") };
    Signed { answer, set_cookie, set_device }
}

/// Tries to sign in.
pub async fn sign_in(server: &TestServer, name: &str, password: &str) -> Signed {
    let body = json!({ "name": name, "password": password });
    sent(client().post(server.url("/v1/session")).json(&body)).await
}

/// Tries to sign in from an address of this machine, with what a browser kept.
pub async fn sign_in_from(server: &TestServer, host: u8, name: &str, password: &str, cookie: &str) -> Signed {
    let client = http::client().local_address(IpAddr::from([127, 0, 0, host])).build();
    let request = client.expect("a client").post(server.url("/v1/session"));
    let request = request.header("cookie", cookie).header("sec-fetch-site", "same-origin");
    sent(request.json(&json!({ "name": name, "password": password }))).await
}

/// Signs in, which must go well, and says what a browser sends from then on.
pub async fn cookie(server: &TestServer, name: &str, password: &str) -> String {
    let signed = sign_in(server, name, password).await;
    assert_eq!(signed.answer.status, 201, "{:?}", signed.answer);
    signed.cookie()
}

/// A person who has chosen a password, signed in: the cookie.
pub async fn at_work(server: &TestServer, name: &str, posts: &[&str]) -> String {
    let made = person(server, name, posts).await;
    let first = cookie(server, name, &made.word).await;
    let change = json!({ "old": made.word, "new": CHOSEN });
    let changed = Answer::to(asked(server, Method::POST, "/v1/session/password", &first).json(&change)).await;
    assert_eq!(changed.status, 204, "{changed:?}");
    cookie(server, name, CHOSEN).await
}

/// A request with a cookie, as a page of ours sends it.
pub fn asked(server: &TestServer, method: Method, path: &str, cookie: &str) -> RequestBuilder {
    client().request(method, server.url(path)).header("cookie", cookie).header("sec-fetch-site", "same-origin")
}

/// The answer to a `GET` with a cookie.
pub async fn read(server: &TestServer, path: &str, cookie: &str) -> Answer {
    Answer::to(asked(server, Method::GET, path, cookie)).await
}

/// The answer to a `POST` with a cookie.
pub async fn post(server: &TestServer, path: &str, cookie: &str, body: &Value) -> Answer {
    Answer::to(asked(server, Method::POST, path, cookie).json(body)).await
}

/// The answer to a `GET` with a token.
pub async fn read_with(server: &TestServer, path: &str, token: &str) -> Answer {
    Answer::to(client().get(server.url(path)).bearer_auth(token)).await
}
