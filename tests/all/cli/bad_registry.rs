//! A registry that means harm: what it gives is not written, and where it sends nobody goes.

use super::chuishao;
use super::signing::{Desk, refused};
use crate::certificate::Certificate;
use crate::hostile::packages::good;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chuishao_domain::digest::digest;
use chuishao_sandbox::limits::MOST_COMPONENT_BYTES;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Answers what it was told to, by the path of the request.
#[derive(Clone, Default)]
struct Answers {
    bodies: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    redirects: Arc<Mutex<BTreeMap<String, String>>>,
    /// What it wants to be shown by who shows nothing and asks for content.
    challenge: Arc<Mutex<Option<String>>>,
    /// Requests that told who asks, and what they showed.
    told: Arc<Mutex<Vec<(String, String)>>>,
}

/// A server of such answers, as long as this lives.
struct BadRegistry {
    answers: Answers,
    address: String,
    scheme: &'static str,
    _runtime: Runtime,
}

impl BadRegistry {
    fn start() -> Self {
        Self::speaking(None)
    }

    fn with_tls(certificate: &Certificate) -> Self {
        Self::speaking(Some(certificate))
    }

    fn speaking(certificate: Option<&Certificate>) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let answers = Answers::default();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let router = Router::new().fallback(answer).with_state(answers.clone());
        let scheme = match certificate {
            Some(certificate) => {
                let listener = certificate.listener(listener);
                runtime.spawn(async move { axum::serve(listener, router).await });
                "https"
            }
            None => {
                runtime.spawn(async move { axum::serve(listener, router).await });
                "http"
            }
        };
        Self { answers, address, scheme, _runtime: runtime }
    }

    fn wants(&self, challenge: &str) {
        *self.answers.challenge.lock().expect("no panic") = Some(challenge.to_owned());
    }

    fn told(&self) -> Vec<(String, String)> {
        self.answers.told.lock().expect("no panic").clone()
    }

    fn says(&self, path: &str, body: &[u8]) {
        self.answers.bodies.lock().expect("no panic").insert(path.to_owned(), body.to_vec());
    }

    fn sends(&self, path: &str, to: &str) {
        self.answers.redirects.lock().expect("no panic").insert(path.to_owned(), to.to_owned());
    }

    fn target(&self) -> String {
        format!("{}://{}/sample-rule:0.1.0", self.scheme, self.address)
    }
}

async fn answer(State(answers): State<Answers>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let challenge = answers.challenge.lock().expect("no panic").clone();
    match (request.headers().get(header::AUTHORIZATION), challenge) {
        (Some(shown), _) => {
            let shown = shown.to_str().expect("text").to_owned();
            answers.told.lock().expect("no panic").push((path.clone(), shown));
        }
        (None, Some(challenge)) if path.starts_with("/v2/") => {
            return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response();
        }
        (None, _) => {}
    }
    if let Some(to) = answers.redirects.lock().expect("no panic").get(&path) {
        // An upload that is begun is accepted at another place; a download is redirected there.
        let status = if request.method() == "POST" { StatusCode::ACCEPTED } else { StatusCode::TEMPORARY_REDIRECT };
        return (status, [(header::LOCATION, to.clone())]).into_response();
    }
    match answers.bodies.lock().expect("no panic").get(&path) {
        Some(body) => body.clone().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

const MANIFEST: &str = "/v2/sample-rule/manifests/0.1.0";

fn blob() -> String {
    format!("/v2/sample-rule/blobs/sha256:{}", digest(&good()))
}

/// The manifest of the package, as it should be.
fn manifest() -> Value {
    let wasm = json!({ "mediaType": "application/wasm", "digest": format!("sha256:{}", digest(&good())), "size": good().len() });
    let config = json!({ "mediaType": "application/vnd.wasm.config.v0+json", "digest": wasm["digest"], "size": 2 });
    json!({ "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": [wasm] })
}

#[test]
fn what_is_not_what_its_digest_says_is_not_written() {
    let (registry, desk) = (BadRegistry::start(), Desk::new());
    let got = desk.text("got.wasm");
    let pull = |source: &str| chuishao(&["plugin", "pull", source, "-o", &got]);
    let target = registry.target();
    refused(pull(&target), "oci.missing");
    registry.says(MANIFEST, b"{}");
    refused(pull(&target), "oci.malformed");
    registry.says(MANIFEST, &vec![b' '; 300 << 10]);
    refused(pull(&target), "oci.size");

    let change = |change: &dyn Fn(&mut Value)| {
        let mut changed = manifest();
        change(&mut changed);
        registry.says(MANIFEST, changed.to_string().as_bytes());
    };
    change(&|m| m["layers"] = json!([m["layers"][0], m["layers"][0]]));
    refused(pull(&target), "oci.not-a-package");
    change(&|m| m["config"]["mediaType"] = json!("application/vnd.oci.image.config.v1+json"));
    refused(pull(&target), "oci.not-a-package");
    change(&|m| m["layers"][0]["size"] = json!(MOST_COMPONENT_BYTES + 1));
    refused(pull(&target), "package.size");
    change(&|_| {});
    refused(pull(&target), "oci.missing");

    let mut other = good();
    let last = other.len() - 1;
    other[last] ^= 1;
    registry.says(&blob(), &other);
    refused(pull(&target), "oci.digest");
    registry.says(&blob(), &[good(), vec![0]].concat());
    refused(pull(&target), "oci.size");
    registry.says(&blob(), &good()[1..]);
    refused(pull(&target), "oci.digest");
    let asked = format!("sha256:{}", "0".repeat(64));
    registry.says(&format!("/v2/sample-rule/manifests/{asked}"), manifest().to_string().as_bytes());
    refused(pull(&format!("{}/sample-rule@{asked}", registry.address)), "oci.digest");

    // The bytes are what was promised, and no package.
    let noise = b"not a component";
    let promised =
        json!({ "mediaType": "application/wasm", "digest": format!("sha256:{}", digest(noise)), "size": noise.len() });
    change(&|m| m["layers"] = json!([promised]));
    registry.says(&format!("/v2/sample-rule/blobs/sha256:{}", digest(noise)), noise);
    refused(pull(&target), "package.not-wasm");
    assert!(!desk.path("got.wasm").exists(), "nothing was written");
}

#[test]
fn nobody_is_sent_to_another_host_unless_it_was_named() {
    let (registry, store, desk) = (BadRegistry::start(), BadRegistry::start(), Desk::new());
    registry.says(MANIFEST, manifest().to_string().as_bytes());
    registry.sends(&blob(), &format!("http://{}/store", store.address));
    store.says("/store", &good());
    registry.wants("Basic realm=\"weifang\"");
    let got = desk.text("got.wasm");
    let pull = ["plugin", "pull", &registry.target(), "-o", &got, "--user", "kuiwen"];
    refused(chuishao(&pull), "oci.another-host");
    let (passed, said) = chuishao(&[&pull[..], &["--follow", &store.address]].concat());
    assert!(passed, "{said}");
    let told = registry.told();
    assert!(!told.is_empty() && told.iter().all(|(_, shown)| shown.starts_with("Basic ")), "{told:?}");
    assert_eq!(store.told(), [], "another host is not told who asks");

    // Not even a named host is reached by something else than HTTP, and nobody goes round for ever.
    registry.sends(&blob(), "file:///etc/passwd");
    let to = desk.text("other.wasm");
    let pull = ["plugin", "pull", &registry.target(), "-o", &to, "--user", "kuiwen"];
    refused(chuishao(&pull), "oci.another-host");
    registry.sends(&blob(), &blob());
    refused(chuishao(&pull), "oci.redirects");
    assert!(!desk.path("other.wasm").exists());

    // A push is not led away either.
    let uploads = "/v2/other-rule/blobs/uploads/";
    registry.sends(uploads, &format!("http://{}/upload", store.address));
    let target = format!("{}/other-rule:0.1.0", registry.address);
    let push = ["plugin", "push", &desk.text("rule.wasm"), &target, "--user", "kuiwen"];
    refused(chuishao(&push), "oci.another-host");
}

/// Name and password go to the token service, a token to the registry, and nothing to anybody else, least of
/// all in clear.
#[test]
fn who_asks_is_told_to_nobody_who_was_not_named() {
    let city = Certificate::of_loopback();
    let (registry, store, desk) = (BadRegistry::with_tls(&city), BadRegistry::with_tls(&city), Desk::new());
    let in_clear = BadRegistry::start();
    registry.says(MANIFEST, manifest().to_string().as_bytes());
    registry.sends(&blob(), &format!("https://{}/store", store.address));
    store.says("/store", &good());
    let (target, got, authority) = (registry.target(), desk.text("got.wasm"), city.text());
    let asked = ["plugin", "pull", &target, "-o", &got, "--user", "kuiwen", "--ca-file", &authority];
    let named = ["--follow", &store.address, "--follow", &in_clear.address, "--token-host", &in_clear.address];
    let pull = || chuishao(&[&asked[..], &named].concat());
    let wants = |realm: &str| registry.wants(&format!("Bearer realm=\"{realm}\",service=\"weifang\""));

    for realm in ["", "token", "ftp://127.0.0.1/token", &format!("https://kuiwen:word@{}/token", registry.address)] {
        wants(realm);
        refused(pull(), "oci.realm");
    }
    wants(&format!("http://{}/token", in_clear.address));
    refused(pull(), "oci.realm");
    wants(&format!("https://{}/token", store.address));
    refused(pull(), "oci.token-host");
    wants(&format!("https://{}/elsewhere", registry.address));
    registry.sends("/elsewhere", &format!("https://{}/token", store.address));
    refused(pull(), "oci.token");
    wants(&format!("https://{}/token", registry.address));
    for no_token in [&b""[..], b"{}", b"[]", b"{\"token\":\"\"}", b"{\"token\":\"a\\nb\"}", &[b' '; 100 << 10]] {
        registry.says("/token", no_token);
        let code = if no_token.len() > 1000 { "oci.size" } else { "oci.token" };
        refused(pull(), code);
    }
    assert_eq!((in_clear.told(), store.told()), (vec![], vec![]), "nobody else was told who asks");
    let of_content = |(path, _): &(String, String)| path.starts_with("/v2/");
    assert!(!registry.told().iter().any(of_content), "without a token there is nothing to show");

    registry.says("/token", b"{\"access_token\":\"invented\"}");
    let (passed, said) = pull();
    assert!(passed, "{said}");
    let told = registry.told();
    let shown: Vec<&str> = told.iter().filter(|told| of_content(told)).map(|(_, shown)| shown.as_str()).collect();
    assert!(shown.len() >= 2 && shown.iter().all(|shown| *shown == "Bearer invented"), "{told:?}");
    assert_eq!(store.told(), [], "a token is not shown where a download is sent");

    // From HTTPS nobody is led into clear, not even to a host that was named.
    registry.sends(&blob(), &format!("http://{}/store", in_clear.address));
    in_clear.says("/store", &good());
    let to = desk.text("other.wasm");
    let pull = ["plugin", "pull", &target, "-o", &to, "--user", "kuiwen", "--ca-file", &authority];
    let (passed, said) = chuishao(&[&pull[..], &named].concat());
    assert!(said.contains("不从 https 转到明文"), "{said}");
    refused((passed, said), "oci.another-host");
    assert!(!desk.path("other.wasm").exists());
}
