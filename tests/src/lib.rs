//! What the tests and the benchmarks share: the way of a plugin into a running server, through the
//! public interface, with every key that it takes. The tests themselves live in `all/`.

use chuishao_domain::plugin::key::{Algorithm, SecretKey};
use chuishao_domain::rule::settings::Settings;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The workspace.
///
/// # Panics
/// Never: this crate lies in it.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

/// The real, optimised binary beside this program, which is a benchmark.
///
/// # Panics
/// When it cannot be built.
#[must_use]
pub fn binary() -> PathBuf {
    let binary = std::env::current_exe().expect("this program");
    let binary = binary.ancestors().nth(2).expect("the folder of the build").join("chuishao");
    if !binary.is_file() {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        // As the benchmarks were built, or wasmtime would be built once more.
        let selected = ["build", "--release", "--workspace", "--bins", "--benches"];
        let built = Command::new(cargo).args(selected).current_dir(root()).status();
        assert!(built.is_ok_and(|status| status.success()), "the binary is built");
    }
    binary
}

/// Runs it to its end.
///
/// # Panics
/// When it fails.
pub fn chuishao(args: &[&str]) {
    let status = Command::new(binary()).args(args).current_dir(root()).status().expect("it can be started");
    assert!(status.success(), "chuishao {args:?}");
}

/// Who submits for the city, and who approves.
pub const CITY_OPS: &str = "city-ops:0003";
/// The second key.
pub const CITY_APPROVER: &str = "city-ops:0004";

/// A plugin that is to act on a server.
#[derive(Clone)]
pub struct Rule {
    /// The component's file.
    pub component: PathBuf,
    /// Where it acts.
    pub territory: String,
    /// Its place in the order.
    pub priority: i32,
    /// Its settings.
    pub settings: Settings,
}

impl Rule {
    /// Who submits it.
    #[must_use]
    pub fn submitter(&self) -> String {
        submitter(&self.territory)
    }
}

/// The rules of the source articles, by their folders in `plugins/`, with where each acts.
pub const ARTICLE_RULES: [(&str, &str); 10] = [
    ("anqiu-survey", "370784"),
    ("changle-rectification", "370725"),
    ("enforcement-feed", "WF"),
    ("gaoxin-ledger", "WF-GX"),
    ("heating-mode", "WF"),
    ("kuiwen-onsite-mediation", "370705"),
    ("legal-referral", "WF"),
    ("legal-seat", "WF"),
    ("source-governance", "WF"),
    ("utilities-emergency", "WF"),
];

/// Who submits for a territory.
#[must_use]
pub fn submitter(territory: &str) -> String {
    if territory == "WF" { CITY_OPS.to_owned() } else { format!("county-ops:{territory}:0012") }
}

/// The city's key, the same in every test.
#[must_use]
pub fn city_key() -> SecretKey {
    secret_key("city-2024", 7)
}

/// A key of the tests.
///
/// # Panics
/// When the bytes are no key, which they are.
#[must_use]
pub fn secret_key(id: &str, byte: u8) -> SecretKey {
    SecretKey::new(Algorithm::Ed25519, id, [byte; 32]).expect("a key")
}

/// The header that carries a package's signature.
///
/// # Panics
/// When the key does not sign.
#[must_use]
pub fn signature_header(key: &SecretKey, component: &[u8]) -> String {
    let file = key.sign(component).expect("a signature").to_string();
    file.lines().skip(1).filter_map(|line| line.split_once(' ')).map(|(_, word)| word).collect::<Vec<_>>().join(" ")
}

/// Registers a key for a territory.
pub fn registration_of_key(client: &Client, base: &str, key: &SecretKey, owner: &str) -> RequestBuilder {
    let public = key.public().map(|public| public.to_string()).unwrap_or_default();
    let id = public.split(' ').nth(2).unwrap_or_default().to_owned();
    client.post(format!("{base}/v1/signer-keys/{id}/commands")).header("chuishao-actor", CITY_OPS).json(&json!({
        "command": "register", "public": public, "owner": owner,
        "valid_from": "2023-12-31T16:00:00Z", "valid_until": "2028-12-29T16:00:00Z",
    }))
}

/// How long a server may take over a component: one in Python compiles for half a minute, and for
/// minutes beside other tests.
const TIME_TO_TAKE_IN: Duration = Duration::from_secs(600);

/// Hands a component in for a territory.
pub fn handing_in(client: &Client, base: &str, key: &SecretKey, component: &[u8], territory: &str) -> RequestBuilder {
    client
        .post(format!("{base}/v1/packages?territory={territory}"))
        .header("chuishao-actor", submitter(territory))
        .header("chuishao-signature", signature_header(key, component))
        .timeout(TIME_TO_TAKE_IN)
        .body(component.to_vec())
}

/// A command on a rollout.
pub fn rollout_command(client: &Client, base: &str, rollout: &str, actor: &str, command: &Value) -> RequestBuilder {
    client.post(format!("{base}/v1/rollouts/{rollout}/commands")).header("chuishao-actor", actor).json(command)
}

async fn must(request: RequestBuilder) -> Value {
    let answer = request.send().await.expect("an answer");
    let (status, text) = (answer.status(), answer.text().await.expect("text"));
    assert!(status.is_success(), "{status}: {text}");
    serde_json::from_str(&text).expect("JSON")
}

/// Brings a plugin onto a server: key, package, submission, approval, on. Each must go well. The
/// rollout's address.
///
/// # Panics
/// When something does not.
pub async fn install(client: &Client, base: &str, rule: &Rule) -> String {
    let component = std::fs::read(&rule.component).expect("a component");
    // The key may be there from another plugin.
    let registered = registration_of_key(client, base, &city_key(), "WF").send().await.expect("an answer");
    assert!([200, 422].contains(&registered.status().as_u16()), "{registered:?}");
    let package = must(handing_in(client, base, &city_key(), &component, &rule.territory)).await;
    let rollout = format!("{}/{}", rule.territory, package["plugin"].as_str().unwrap_or_default());
    let submit = json!({
        "command": "submit", "package": package["digest"], "settings": rule.settings, "note": "测试",
    });
    let revision = must(rollout_command(client, base, &rollout, &rule.submitter(), &submit)).await["revision"].clone();
    let approve = json!({ "command": "approve", "revision": revision });
    let order = json!({ "command": "set-order", "priority": rule.priority });
    let on = json!({ "command": "switch-on", "revision": revision });
    for (actor, command) in [(CITY_APPROVER, &approve), (CITY_OPS, &order), (&rule.submitter(), &on)] {
        must(rollout_command(client, base, &rollout, actor, command)).await;
    }
    rollout
}

/// Lets a rollout cost and change as much as the limits can say: a load makes an hour of a city's
/// calls in seconds, while its clock stands still.
///
/// # Panics
/// When it is refused.
pub async fn unlimited(client: &Client, base: &str, rollout: &str) {
    let limits = json!({
        "command": "set-limits", "changed_per_hour": 100_000, "calls_per_minute": 1_000_000,
        "fuel_per_minute": 1_000_000, "millis_per_minute": 60_000, "costly_calls_per_minute": 1_000_000,
    });
    must(rollout_command(client, base, rollout, CITY_OPS, &limits)).await;
}
