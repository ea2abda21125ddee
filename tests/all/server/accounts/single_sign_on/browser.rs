//! A browser of a test: it keeps cookies as one does, and leaves those that are strictly this site's at home
//! when another leads here. And the provider that it goes to, a real one in a process of its own.

use chuishao_server::console::{ROOT, SINGLE_SIGN_ON};
use chuishao_server::http;
use reqwest::{Client, Method, Url};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// Pages and forms between a click and the way back: to sign in, to agree, and what leads from one to the
/// other.
const MOST_STEPS: usize = 12;

/// A running provider.
pub struct Provider {
    /// Its address.
    pub issuer: String,
    child: Child,
    /// Held, so that it may go on to speak.
    _says: BufReader<ChildStdout>,
}

impl Provider {
    /// Starts one; 0 takes a free port.
    pub fn start(port: u16) -> Self {
        Self::of(Command::new("node").arg(script()).arg(port.to_string()))
    }

    /// Starts one that speaks HTTPS, with the files of a certificate and its key.
    pub fn start_with(certificate: &Path, key: &Path) -> Self {
        Self::of(Command::new("node").arg(script()).arg("0").arg(certificate).arg(key))
    }

    fn of(command: &mut Command) -> Self {
        // What it warns of is that it is for development.
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = spawned.expect("node is there");
        let mut says = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut issuer = String::new();
        says.read_line(&mut issuer).expect("text");
        assert!(issuer.starts_with("http"), "no provider: `node tests/oidc/tool.mjs` installs it");
        Self { issuer: issuer.trim().to_owned(), child, _says: says }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        Url::parse(&self.issuer).expect("an address").port().expect("a port")
    }

    /// Ends it.
    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.stop();
    }
}

fn script() -> PathBuf {
    chuishao_tests::root().join("tests/oidc/provider.mjs")
}

/// What a browser was answered.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    /// Where it is led, by `Location` or by `Refresh`.
    pub to: Option<String>,
    pub text: String,
    /// `Set-Cookie`, as they came.
    pub set: Vec<String>,
}

/// A browser.
pub struct Browser {
    client: Client,
    /// The address of our server.
    pub base: String,
    /// By name: the word, and whether it is strictly its site's.
    pub cookies: BTreeMap<String, (String, bool)>,
}

impl Browser {
    pub fn new(base: String) -> Self {
        let client = http::client().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { client, base, cookies: BTreeMap::new() }
    }

    async fn asks(&mut self, (method, address): (Method, &str), form: &[(&str, &str)], from_here: bool) -> Page {
        let sent = self.cookies.iter().filter(|(_, (_, strict))| from_here || !strict);
        let cookies: Vec<String> = sent.map(|(name, (word, _))| format!("{name}={word}")).collect();
        let mut request = self.client.request(method.clone(), address).header("cookie", cookies.join("; "));
        request = request.header("sec-fetch-site", if from_here { "same-origin" } else { "cross-site" });
        if method == Method::POST {
            let mut body = Url::parse("form:").expect("an address");
            body.query_pairs_mut().extend_pairs(form);
            request = request.header("content-type", "application/x-www-form-urlencoded");
            request = request.body(body.query().unwrap_or_default().to_owned());
        }
        let answer = request.send().await.expect("an answer");
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let refresh = header("refresh").and_then(|value| value.split_once("url=")).map(|(_, url)| url);
        let base = Url::parse(address).expect("an address");
        let to = header("location").or(refresh).map(|to| base.join(to).expect("an address").to_string());
        let set = answer.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        let set: Vec<String> = set.map(str::to_owned).collect();
        for cookie in &set {
            let (name, word) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).expect("a pair");
            if word.is_empty() {
                self.cookies.remove(name);
            } else {
                let strict = cookie.contains("SameSite=Strict");
                self.cookies.insert(name.to_owned(), (word.to_owned(), strict));
            }
        }
        Page { status: answer.status().as_u16(), to, text: answer.text().await.expect("text"), set }
    }

    /// Asks for a page of ours from one of ours.
    pub async fn looks(&mut self, path: &str) -> Page {
        let address = format!("{}{path}", self.base);
        self.asks((Method::GET, &address), &[], true).await
    }

    /// Sends a form of ours.
    pub async fn sends(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        let address = format!("{}{path}", self.base);
        self.asks((Method::POST, &address), form, true).await
    }

    /// Clicks on 单点登录; the address of the provider that it is led to.
    pub async fn begins(&mut self, wanted: &str) -> String {
        let page = self.sends(&format!("{ROOT}{SINGLE_SIGN_ON}"), &[("to", wanted)]).await;
        assert_eq!(page.status, 200, "{page:?}");
        page.to.expect("it leads on")
    }

    /// Signs in at the provider, and agrees; the address that leads back here.
    pub async fn signs_in_there(&mut self, address: &str, login: &str) -> String {
        let mut next = address.to_owned();
        for _ in 0..MOST_STEPS {
            if next.starts_with(&self.base) {
                return next;
            }
            let page = self.asks((Method::GET, &next), &[], false).await;
            next = match page.to {
                Some(to) => to,
                None => {
                    let action = between(&page.text, "action=\"");
                    let prompt = between(&page.text, "name=\"prompt\" value=\"");
                    let form = [("prompt", prompt), ("login", login), ("password", "whatever")];
                    let sent = self.asks((Method::POST, action), &form, true).await;
                    sent.to.unwrap_or_else(|| panic!("it leads nowhere: {}", sent.text))
                }
            };
        }
        panic!("the provider does not lead back: {next}");
    }

    /// Comes back here from elsewhere.
    pub async fn comes(&mut self, address: &str) -> Page {
        self.asks((Method::GET, address), &[], false).await
    }

    /// All of it.
    pub async fn signs_in(&mut self, login: &str) -> Page {
        let address = self.begins("").await;
        let back = self.signs_in_there(&address, login).await;
        self.comes(&back).await
    }

    /// What it shows our server when it works there.
    pub fn cookie(&self) -> String {
        let (word, _) = self.cookies.get("chuishao-session").expect("it is signed in");
        format!("chuishao-session={word}")
    }

    /// Whether it is signed in here.
    pub fn is_in(&self) -> bool {
        self.cookies.contains_key("chuishao-session")
    }
}

/// The text up to the next quotation mark.
fn between<'a>(text: &'a str, before: &str) -> &'a str {
    let from = text.find(before).unwrap_or_else(|| panic!("{before} is missing: {text}")) + before.len();
    let rest = &text[from..];
    &rest[..rest.find('"').expect("it ends")]
}

/// An address with one word of its query changed.
pub fn with(address: &str, name: &str, value: &str) -> String {
    let mut url = Url::parse(address).expect("an address");
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().filter(|(of, _)| of != name).collect();
    url.query_pairs_mut().clear().extend_pairs(pairs).append_pair(name, value);
    url.into()
}

/// A word of an address's query.
pub fn word(address: &str, name: &str) -> String {
    let url = Url::parse(address).expect("an address");
    let found = url.query_pairs().find(|(of, _)| of == name).map(|(_, value)| value.into_owned());
    found.unwrap_or_else(|| panic!("{address} has no {name}"))
}
