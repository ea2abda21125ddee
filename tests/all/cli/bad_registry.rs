//! A registry that means harm: what it gives is not written, and where it sends nobody goes.

use super::chuishao;
use super::signing::{Desk, refused};
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
    /// Requests that told who asks.
    told: Arc<Mutex<Vec<String>>>,
}

/// A server of such answers, as long as this lives.
struct BadRegistry {
    answers: Answers,
    address: String,
    _runtime: Runtime,
}

impl BadRegistry {
    fn start() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let answers = Answers::default();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let router = Router::new().fallback(answer).with_state(answers.clone());
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { answers, address, _runtime: runtime }
    }

    fn says(&self, path: &str, body: &[u8]) {
        self.answers.bodies.lock().expect("no panic").insert(path.to_owned(), body.to_vec());
    }

    fn sends(&self, path: &str, to: &str) {
        self.answers.redirects.lock().expect("no panic").insert(path.to_owned(), to.to_owned());
    }

    fn target(&self) -> String {
        format!("{}/sample-rule:0.1.0", self.address)
    }
}

async fn answer(State(answers): State<Answers>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if request.headers().contains_key(header::AUTHORIZATION) {
        answers.told.lock().expect("no panic").push(path.clone());
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
    let got = desk.text("got.wasm");
    let pull = ["plugin", "pull", &registry.target(), "-o", &got, "--user", "kuiwen"];
    refused(chuishao(&pull), "oci.another-host");
    let (passed, said) = chuishao(&[&pull[..], &["--follow", &store.address]].concat());
    assert!(passed, "{said}");
    assert!(!registry.answers.told.lock().expect("no panic").is_empty(), "the registry is told who asks");
    assert!(store.answers.told.lock().expect("no panic").is_empty(), "another host is not");

    // Not even a named host is reached by something else than http, and nobody goes round for ever.
    registry.sends(&blob(), "file:///etc/passwd");
    let to = desk.text("other.wasm");
    refused(chuishao(&["plugin", "pull", &registry.target(), "-o", &to]), "oci.another-host");
    registry.sends(&blob(), &blob());
    refused(chuishao(&["plugin", "pull", &registry.target(), "-o", &to]), "oci.redirects");
    assert!(!desk.path("other.wasm").exists());

    // A push is not led away either.
    let uploads = "/v2/other-rule/blobs/uploads/";
    registry.sends(uploads, &format!("http://{}/upload", store.address));
    let push = ["plugin", "push", &desk.text("rule.wasm"), &format!("{}/other-rule:0.1.0", registry.address)];
    refused(chuishao(&push), "oci.another-host");
}
