//! What hostile neighbours cost everybody else: calls are taken in turns on two servers that have
//! the same two good rules, and on one of them a hostile rule of each kind in every slot: at each of
//! the three moments of a call, before the good rules and after them, of the county and of the city.
//! They run under the limits that every plugin gets. First from the moment on at which they are
//! switched on, then with all that went into quarantine still there and the others switched off.

use super::guest::{Core, ENDLESS, constant_rule, manifest, proposal};
use super::load::{Load, client, take_call};
use super::{at, database, install, postgres, server, two_rules};
use chuishao_domain::rule::kinds::EventKind;
use chuishao_server::server::Running;
use chuishao_server::store::Kind;
use chuishao_tests::{Rule, rollout_command};
use reqwest::Client;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;

/// Calls on each server: a hundredth of them are twenty.
const CALLS: usize = 2_000;

/// Calls before it is measured: the good rules' pages are warm, and no hostile one is there yet.
const WARM: usize = 50;

pub async fn measure(on: Kind, cluster: &postgres::Cluster) {
    let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    let mut running = Vec::new();
    for folder in &folders {
        let (address, _) = database(on, cluster, folder.path()).await;
        running.push(server(folder.path(), &address, &two_rules()).await);
    }
    let bases = [0, 1].map(|place: usize| format!("http://{}", running[place].address));
    let client = client();
    in_turns(&client, &bases, WARM).await;
    let mut there = Vec::new();
    for rule in hostile(folders[1].path()) {
        there.push(install(&client, &bases[1], &rule).await);
    }
    println!("{} hostile rules", there.len());
    print("while they are on", in_turns(&client, &bases, CALLS).await);
    still_on(&running[1], &client, &bases[1]).await;
    print("with those in quarantine", in_turns(&client, &bases, CALLS).await);
    for one in running {
        one.stop().await;
    }
}

/// How long each call took on each server.
async fn in_turns(client: &Client, bases: &[String; 2], calls: usize) -> [Vec<u128>; 2] {
    let mut taken = [Vec::new(), Vec::new()];
    for _ in 0..calls {
        for (base, taken) in bases.iter().zip(&mut taken) {
            let started = Instant::now();
            take_call(client, base, Load::Winter).await;
            taken.push(started.elapsed().as_micros());
        }
    }
    taken
}

fn print(when: &str, mut taken: [Vec<u128>; 2]) {
    taken.iter_mut().for_each(|taken| taken.sort_unstable());
    println!("a call {when}, microseconds without them, with them, ratio:");
    for (name, share) in [("median", 0.5), ("95th percentile", 0.95), ("99th percentile", 0.99), ("worst", 1.0)] {
        let [without, with] = [at(&taken[0], share), at(&taken[1], share)];
        #[allow(clippy::cast_precision_loss, reason = "a ratio for people to read")]
        let ratio = with as f64 / without as f64;
        println!("  {name:<16}{without:>8}{with:>8}  {ratio:.2}");
    }
}

/// Says what became of each, and switches off what no guard stopped.
async fn still_on(running: &Running, client: &Client, base: &str) {
    for status in &running.desk.registry.live().statuses {
        let id = format!("{}/{}", status.territory, status.plugin);
        println!("  {id}: {}", status.state);
        if status.plugin.starts_with("hostile") && status.state == "启用" {
            let off = json!({ "command": "switch-off", "reason": "测量结束" });
            let sent = rollout_command(client, base, &id, chuishao_tests::CITY_OPS, &off).send().await;
            assert!(sent.expect("an answer").status().is_success(), "{id} is switched off");
        }
    }
}

/// Does this many turns of nothing: each has seven instructions.
fn spinning(turns: u64) -> String {
    format!(
        "(local $left i64) (local.set $left (i64.const {turns}))
         (loop $again (br_if $again (i64.ne (i64.const 0)
            (local.tee $left (i64.sub (local.get $left) (i64.const 1))))))"
    )
}

/// Logs so many lines of this many bytes.
fn logging(lines: u32, bytes: u32) -> String {
    format!(
        "(local $left i32) (local.set $left (i32.const {lines}))
         (loop $again (call $log (i32.const 1) (i32.const 1024) (i32.const {bytes}))
            (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))"
    )
}

/// All that no rule gets, in one answer.
fn overreaching() -> Vec<Value> {
    let later = json!({ "tighten-deadline": { "kind": "close", "within": { "working-days": 200 } } });
    let foreign = json!({ "suggest-unit": { "handling_unit": "370784-ZJ", "lead": true } });
    let lower = json!({ "raise-urgency": "ordinary" });
    let copy = json!({ "add-copy": "370784-ZJ" });
    [later, foreign, lower, copy].into_iter().cycle().take(32).collect()
}

/// One of each kind for the county, before the good rules, and for the city, after them.
fn hostile(folder: &Path) -> Vec<Rule> {
    let grow = "(drop (memory.grow (i32.const 1000)))
        (memory.fill (i32.const 131072) (i32.const 1) (i32.const 16000000))";
    let kinds: [(&str, Core); 7] = [
        ("endless", Core { on_event: ENDLESS.into(), ..Core::silent() }),
        ("burning", Core::silent().after(&spinning(2_600_000))),
        ("memory", Core::silent().after(grow)),
        ("trap", Core { on_event: "unreachable".into(), ..Core::silent() }),
        ("flood", Core::silent().after(&logging(5_000, 8))),
        ("loud", Core::silent().after(&logging(64, 512))),
        ("answer", Core::answering(&json!({ "ok": vec![proposal(json!({ "add-tag": "需关注" })); 1_000] }))),
    ];
    let listens = [EventKind::Registered, EventKind::Accepted, EventKind::Dispatched];
    let named = |name: &str| {
        let mut manifest = manifest(name, &listens);
        manifest.version = "1.0.0".parse().expect("a version");
        manifest
    };
    let proposals: Vec<_> = overreaching().into_iter().map(proposal).collect();
    let mut rules = Vec::new();
    // No two of one name are on at one ticket.
    for (territory, whose, priority) in [("370705", "county", 1), ("WF", "city", 1_000)] {
        let built = kinds.iter().map(|(kind, core)| {
            let name = format!("{kind}-{whose}");
            let component = core.rule(&named(&name));
            (name, component)
        });
        let overreach = format!("overreach-{whose}");
        let overreaching = constant_rule(&named(&overreach), &proposals);
        for (name, component) in built.chain([(overreach, overreaching)]) {
            let file = folder.join(format!("{name}.wasm"));
            std::fs::write(&file, component).expect("a file");
            rules.push(Rule { component: file, territory: territory.into(), priority, settings: [].into() });
        }
    }
    rules
}
