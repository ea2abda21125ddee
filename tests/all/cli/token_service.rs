//! A token service as registries have one (Harbor's, GitLab's): who shows [`USER`] and [`PASSWORD`] gets a
//! token for what he asks, signed so that the real registry takes it (the CNCF distribution's token
//! authentication: a JWT with its certificate in the head).

use super::docker_registry::{PASSWORD, USER};
use crate::certificate::Certificate;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Which registry its tokens are for, and in whose name they are given.
pub(super) const SERVICE: &str = "weifang-registry";
pub(super) const ISSUER: &str = "weifang-tokens";

/// How long a token is good, in seconds.
const GOOD_FOR_SECONDS: i64 = 300;

/// It listens as long as this lives.
pub(super) struct TokenService {
    /// Host and port.
    pub(super) address: String,
    asked: Arc<Mutex<Vec<String>>>,
    _runtime: Runtime,
}

#[derive(Clone)]
struct Service {
    asked: Arc<Mutex<Vec<String>>>,
    /// The certificate as a token tells it, and where its key is.
    certificate: Arc<str>,
    key: Arc<Path>,
}

impl TokenService {
    /// One that speaks HTTPS and signs with the same certificate.
    pub(super) fn start(certificate: &Certificate) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let pem = std::fs::read_to_string(certificate.file()).expect("it reads");
        let told: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let service = Service { asked: asked.clone(), certificate: told.into(), key: certificate.key().into() };
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let listener = certificate.listener(listener);
        let router = Router::new().route("/token", get(give)).with_state(service);
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { address, asked, _runtime: runtime }
    }

    /// Where a registry sends for tokens.
    pub(super) fn realm(&self) -> String {
        format!("https://{}/token", self.address)
    }

    /// For what it was asked, by whomever.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

async fn give(
    State(service): State<Service>,
    headers: HeaderMap,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Response {
    let said = |word: &str| asked.get(word).cloned().unwrap_or_default();
    let scope = said("scope");
    service.asked.lock().expect("no panic").push(scope.clone());
    let account = format!("Basic {}", STANDARD.encode(format!("{USER}:{PASSWORD}")));
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match &scope.split(':').collect::<Vec<_>>()[..] {
        [kind, name, actions] if shown == Some(&account) && said("service") == SERVICE => {
            let actions: Vec<&str> = actions.split(',').collect();
            let access = json!({ "type": kind, "name": name, "actions": actions });
            Json(json!({ "token": service.token(&access) })).into_response()
        }
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}

impl Service {
    fn token(&self, access: &serde_json::Value) -> String {
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let now = Timestamp::now().as_second();
        let head = json!({ "typ": "JWT", "alg": "RS256", "x5c": [&*self.certificate] });
        let claims = json!({
            "iss": ISSUER, "sub": USER, "aud": SERVICE, "iat": now, "nbf": now - 1, "exp": now + GOOD_FOR_SECONDS,
            "jti": "1", "access": [access],
        });
        let said = format!("{}.{}", part(head.to_string().as_bytes()), part(claims.to_string().as_bytes()));
        format!("{said}.{}", part(&signed(&self.key, said.as_bytes())))
    }
}

/// RSA over SHA-256, which a token calls RS256.
fn signed(key: &Path, text: &[u8]) -> Vec<u8> {
    let mut openssl = Command::new("openssl");
    openssl.args(["dgst", "-sha256", "-sign"]).arg(key).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut openssl = openssl.spawn().expect("openssl is there");
    openssl.stdin.take().expect("it was asked for").write_all(text).expect("it reads");
    let made = openssl.wait_with_output().expect("it ends");
    assert!(made.status.success(), "it signs");
    made.stdout
}
