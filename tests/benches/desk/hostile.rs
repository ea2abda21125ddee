//! What a hostile neighbour costs everybody else: calls are taken in turns on two servers that have
//! the same two good rules, and on one of them also a rule that never comes back and one that asks
//! for everything it may not. The first is in quarantine after its fifth failure; the second goes on.

use super::load::{Load, client, take_call};
use super::{at, database, postgres, server, two_rules};
use chuishao_server::store::Kind;
use chuishao_tests::{Rule, chuishao};
use std::time::Instant;

/// Calls on each server: a hundredth of them are twenty.
const CALLS: usize = 2_000;

/// Calls before it is measured: the good rules' pages are warm, and nobody is in quarantine yet.
const WARM: usize = 4;

pub async fn measure(on: Kind, cluster: &postgres::Cluster) {
    let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    let mut bases = Vec::new();
    let mut running = Vec::new();
    for (folder, rules) in folders.iter().zip([two_rules(), [two_rules(), hostile()].concat()]) {
        let (address, _) = database(on, cluster, folder.path()).await;
        let one = server(folder, &address, &rules).await;
        bases.push(format!("http://{}", one.address));
        running.push(one);
    }
    let client = client();
    let mut taken = [Vec::new(), Vec::new()];
    for number in 0..CALLS + WARM {
        for (base, taken) in bases.iter().zip(&mut taken) {
            let started = Instant::now();
            take_call(&client, base, Load::Winter).await;
            if number >= WARM {
                taken.push(started.elapsed().as_micros());
            }
        }
    }
    for taken in &mut taken {
        taken.sort_unstable();
    }
    for (name, share) in [("median", 0.5), ("99th percentile", 0.99), ("worst", 1.0)] {
        let [without, with] = [at(&taken[0], share), at(&taken[1], share)];
        #[allow(clippy::cast_precision_loss, reason = "a ratio for people to read")]
        let ratio = with as f64 / without as f64;
        println!("a call, {name}: {without} us without hostile rules, {with} us with them, ratio {ratio:.2}");
    }
    for status in &running[1].desk.registry.live().statuses {
        println!("  {}/{}: {}", status.territory, status.plugin, status.state);
    }
    for one in running {
        one.stop().await;
    }
}

fn hostile() -> Vec<Rule> {
    let rule = |name: &str, priority| {
        chuishao(&["plugin", "build", &format!("examples/{name}")]);
        Rule {
            component: chuishao_tests::root().join(format!("examples/{name}/{name}.wasm")),
            territory: "370705".into(),
            priority,
            settings: [].into(),
        }
    };
    vec![rule("endless-loop", 1), rule("overreach", 2)]
}
