//! The desk under measure, on both databases, side by side in one run:
//! - `cargo bench --bench desk`: how many calls are taken in a second, each durable before it
//!   is answered, with two rules listening, with none, and by a bare handler that inserts as
//!   many bytes in one transaction; in turns, so that the machine's moods hit all alike;
//! - `cargo bench --bench desk -- --tickets=10000,100000,900000`: how long taking a call, reading
//!   the desk's lists, the figures of a month and the console's pages (ten people) take in generated years
//!   of these sizes, in turns; with `--in=FOLDER` the years of SQLite stay there for the next time;
//! - `cargo bench --bench desk -- --pages=FOLDER`: the console's pages alone, in a year that `chuishao
//!   generate --data FOLDER` made;
//! - `cargo bench --bench desk -- --impact=900000`: how long the impact report of a generated year
//!   of this size takes.
//! - `cargo bench --bench desk -- --counties=75000`: a generated month of so many tickets with all rules
//!   of the articles on: what each was asked and what came of it, its fuel and time; and taking a call
//!   with all of them and with none, in turns;
//! - `cargo bench --bench desk -- --hostile`: taking a call with hostile rules in every slot, and
//!   without.
//!
//! `--on=sqlite` and `--on=postgres` measure one database alone.

mod bare;
mod counties;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../all/hostile/guest.rs"]
mod guest;
mod hostile;
mod impact;
mod latency;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../all/hostile/layout.rs"]
mod layout;
mod load;
mod pages;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../all/server/postgres.rs"]
mod postgres;
mod spans;
mod throughput;

use chuishao_domain::account::rate::USUAL;
use chuishao_server::accounts::access::Access;
use chuishao_server::clock::Clock;
use chuishao_server::server::{Config, Running, start};
use chuishao_server::store::Kind;
use chuishao_server::store::address::DatabaseAddress;
use chuishao_tests::{CITY_OPS, Rule, chuishao, install, unlimited};
use reqwest::Client;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

// As the binary has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let sizes: Vec<u64> = std::env::args()
        .find_map(|arg| Some(arg.strip_prefix("--tickets=")?.split(',').filter_map(|size| size.parse().ok()).collect()))
        .unwrap_or_default();
    let year = std::env::args().find_map(|arg| arg.strip_prefix("--impact=")?.parse().ok());
    let chosen = std::env::args().find_map(|arg| Some(arg.strip_prefix("--on=")?.to_owned()));
    let folder = std::env::args().find_map(|arg| Some(arg.strip_prefix("--pages=")?.to_owned()));
    let kept_in: Option<PathBuf> = std::env::args().find_map(|arg| Some(PathBuf::from(arg.strip_prefix("--in=")?)));
    let month = std::env::args().find_map(|arg| arg.strip_prefix("--counties=")?.parse().ok());
    if let Some(tickets) = month {
        counties::walk_a_month(tickets);
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    if let Some(folder) = folder {
        return runtime.block_on(pages::measure(Path::new(&folder)));
    }
    let cluster = postgres::Cluster::start(true);
    runtime.block_on(async {
        for (on, name) in [(Kind::Sqlite, "sqlite"), (Kind::Postgres, "postgres")] {
            if chosen.as_deref().is_some_and(|chosen| chosen != name) {
                continue;
            }
            println!("\n== {on:?}");
            if std::env::args().any(|arg| arg == "--hostile") {
                hostile::measure(on, &cluster).await;
                continue;
            }
            if month.is_some() {
                counties::take_calls(on, &cluster).await;
                continue;
            }
            match year {
                Some(tickets) => impact::measure(on, &cluster, tickets).await,
                None if sizes.is_empty() => throughput::measure(on, &cluster).await,
                None => latency::measure(on, &cluster, &sizes, kept_in.as_deref()).await,
            }
        }
    });
}

/// A database of its own, in a folder or on the cluster.
pub async fn database(on: Kind, cluster: &postgres::Cluster, folder: &Path) -> (DatabaseAddress, String) {
    match on {
        Kind::Sqlite => {
            let path = folder.join("chuishao.db");
            (DatabaseAddress::Sqlite(path.clone()), format!("sqlite:{}", path.display()))
        }
        Kind::Postgres => {
            let name = cluster.new_database().await;
            (cluster.address(&name), cluster.url(&name))
        }
    }
}

/// A server in this process; at its clock it is winter, so that the heating rule speaks.
pub async fn server(folder: &Path, address: &DatabaseAddress, rules: &[Rule]) -> Running {
    let config = Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        access: Access::TrustPosts,
        behind_gateway: false,
        provider: None,
        rates: USUAL,
        data: folder.to_owned(),
        program: chuishao_tests::binary(),
        database: address.clone(),
        vault_keys: None,
        clock: Clock::movable("2024-12-31T01:00:00Z".parse().expect("a moment")),
        deliver_to: None,
        deliver_secrets: Vec::new(),
        receivers: None,
        archive_after_days: None,
    };
    let running = start(config).await.expect("it starts");
    let client = chuishao_server::http::client().build().expect("a client");
    for rule in rules {
        let base = format!("http://{}", running.address);
        if stands_there(&client, &base, rule).await {
            continue;
        }
        let rollout = install(&client, &base, rule).await;
        unlimited(&client, &base, &rollout).await;
    }
    running
}

/// Whether a year that was measured before has the rule already.
async fn stands_there(client: &Client, base: &str, rule: &Rule) -> bool {
    let name = rule.component.file_stem().map(|name| name.to_string_lossy()).unwrap_or_default();
    let rollout = format!("{base}/v1/rollouts/{}/{name}", rule.territory);
    let answer = client.get(rollout).header("chuishao-actor", CITY_OPS).send().await.expect("an answer");
    answer.status().is_success()
}

/// The two rules of the article, both of which hear of every call that the load makes.
pub fn two_rules() -> Vec<Rule> {
    let rule = |name: &str, territory: &str| Rule {
        component: chuishao_tests::root().join(format!("plugins/{name}/{name}.wasm")),
        territory: territory.into(),
        priority: 100,
        settings: [].into(),
    };
    for name in ["heating-mode", "kuiwen-onsite-mediation"] {
        chuishao(&["plugin", "build", &format!("plugins/{name}")]);
    }
    vec![rule("heating-mode", "WF"), rule("kuiwen-onsite-mediation", "370705")]
}

/// The value at a share of sorted values.
pub fn at(sorted: &[u128], share: f64) -> u128 {
    #[allow(clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "a place in a list")]
    let place = (sorted.len() as f64 * share) as usize;
    sorted.get(place.min(sorted.len().saturating_sub(1))).copied().unwrap_or(0)
}
