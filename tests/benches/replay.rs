//! Decision records under measure: `cargo bench --bench replay`. Invented lives with the two
//! rules of the articles on, until there are a hundred thousand decisions (`--tickets=` for
//! another number of lives): how large a record is, raw and archived; how long checking all of
//! them takes; and how many are replayed in a second, every one of which must be equal.

#[path = "../all/server/lives.rs"]
mod lives;

use chuishao_sandbox::engine::{Budget, Engine};
use chuishao_sandbox::rulebook::Rulebook;
use chuishao_server::replay::{Components, Which, run};
use chuishao_server::store::Store;
use chuishao_server::store::address::DatabaseAddress;
use jiff::Timestamp;
use jiff::civil::date;
use std::path::Path;
use std::time::Instant;

/// Lives that come to something over a hundred thousand decisions.
const LIVES: u64 = 40_000;

/// Tickets of a city's year (潍坊, article row 1).
const TICKETS_OF_A_YEAR: f64 = 900_000.0;

fn main() {
    let tickets = std::env::args().find_map(|arg| arg.strip_prefix("--tickets=")?.parse().ok()).unwrap_or(LIVES);
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let files = tempfile::tempdir().expect("a folder");
        let rules = ["heating-mode", "kuiwen-onsite-mediation"].map(|name| {
            chuishao_tests::chuishao(&["plugin", "build", &format!("plugins/{name}")]);
            let copy = files.path().join(name).with_extension("wasm");
            std::fs::copy(chuishao_tests::root().join(format!("plugins/{name}/{name}.wasm")), &copy).expect("copied");
            copy
        });
        let engine = Engine::new(Budget::default()).expect("an engine");
        let with_rules = lives::rulebook(&engine, &rules[0], &rules[1]);

        let alone = open(folder.path(), "alone.db").await;
        lives::fill(&alone, &Rulebook::default(), tickets).await.expect("written");
        let archived_alone = archive(&alone).await;
        alone.close().await;

        let store = open(folder.path(), "ruled.db").await;
        let started = Instant::now();
        let decisions = lives::fill(&store, &with_rules, tickets).await.expect("written");
        println!("{tickets} 件工单、{decisions} 条决定，{:.0} 秒写入", started.elapsed().as_secs_f64());
        let raw = bytes_of(&store, "decision").await;
        let started = Instant::now();
        let seals = store.seal_day(date(2024, 12, 31), Timestamp::now()).await.expect("sealed");
        println!("封存 {} 号，{:.1} 秒", seals.len(), started.elapsed().as_secs_f64());
        check(&store, decisions).await;
        replay_all(&store, &engine, files.path(), decisions, "原样").await;
        let archived = archive(&store).await;
        check(&store, decisions).await;
        replay_all(&store, &engine, files.path(), decisions, "归档后").await;

        let each = |bytes: f64| bytes / as_number(decisions);
        let of_a_year = as_number(decisions) / as_number(tickets) * TICKETS_OF_A_YEAR;
        let gigabytes = |bytes: f64| each(bytes) * of_a_year / f64::from(1 << 30);
        let archived = archived - archived_alone;
        println!("每条决定：原样 {:.0} 字节，归档后 {:.0} 字节", each(raw), each(archived));
        println!("封存：每条决定 {:.1} 字节", each(bytes_of(&store, "seal").await));
        println!(
            "90 万件工单的一年：{of_a_year:.0} 条决定，原样 {:.2} GB，归档后 {:.2} GB",
            gigabytes(raw),
            gigabytes(archived)
        );
        store.close().await;
    });
}

async fn open(folder: &Path, name: &str) -> Store {
    Store::open(&DatabaseAddress::Sqlite(folder.join(name))).await.expect("it opens")
}

/// Archives everything; how large the archive then is.
async fn archive(store: &Store) -> f64 {
    let far = "2030-01-01T00:00:00Z".parse().expect("a moment");
    let done = store.archive(far, far).await.expect("archived");
    assert!(done.unequal.is_empty(), "{done:?}");
    bytes_of(store, "archive").await
}

async fn bytes_of(store: &Store, table: &str) -> f64 {
    let size = store.size().await.expect("it is measured");
    let bytes = size.tables.iter().find(|one| one.table == table).map_or(0, |one| one.bytes);
    as_number(bytes.unsigned_abs())
}

async fn check(store: &Store, decisions: u64) {
    let started = Instant::now();
    let verified = store.verify(|_| ()).await.expect("it reads");
    assert_eq!((verified.faults, verified.decisions), (vec![], decisions));
    println!("核对全部，{:.1} 秒", started.elapsed().as_secs_f64());
}

async fn replay_all(store: &Store, engine: &Engine, files: &Path, decisions: u64, how: &str) {
    let components = Components::new(engine.clone()).with_folder(files).expect("it reads");
    let started = Instant::now();
    let report = run(store, components, &Which::All, |_| ()).await.expect("it reads");
    let seconds = started.elapsed().as_secs_f64();
    assert_eq!((report.decisions, report.equal), (decisions, decisions), "{report:?}");
    println!(
        "重放（{how}）{decisions} 条，全部逐位相同，{seconds:.1} 秒，每秒 {:.0} 条",
        as_number(decisions) / seconds
    );
}

#[allow(clippy::cast_precision_loss, reason = "figures for people to read")]
fn as_number(count: u64) -> f64 {
    count as f64
}
