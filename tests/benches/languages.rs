//! The same small rule in four languages: what it weighs, what it imports, how long it compiles
//! when a server takes it in, what a fresh call costs. `cargo bench --bench languages` prints the
//! table of `examples/README.md`.

use chuishao_domain::rule::sample;
use chuishao_sandbox::apart::{CompileLimits, Compiler};
use chuishao_sandbox::compiled::CompiledCode;
use chuishao_sandbox::engine::{Budget, Engine};
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::package::Package;
use chuishao_tests::{binary, chuishao, root};
use std::time::{Duration, Instant};

const LANGUAGES: [&str; 4] = ["rust", "c", "javascript", "python"];

/// Rounds in turns, so that the machine's moods hit all alike, and calls in each.
const ROUNDS: usize = 20;
const CALLS: usize = 25;

/// A rule that is ready to be called.
struct Ready {
    language: &'static str,
    bytes: usize,
    imports: String,
    compiling: Duration,
    guest: Guest,
    times: Vec<Duration>,
    fuel: u64,
    memory_bytes: u64,
}

fn main() {
    let engine = Engine::new(Budget::default()).expect("an engine");
    let mut all: Vec<Ready> = LANGUAGES.map(|language| ready(&engine, language)).into();
    for _ in 0..ROUNDS {
        for rule in &mut all {
            call(rule);
        }
    }
    println!(
        "| language | size | imports | compile at install | fresh call, median | 99 % | fuel of a call | memory |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for rule in &mut all {
        rule.times.sort_unstable();
        let micros = |part: usize| rule.times[rule.times.len() * part / 100].as_nanos() as f64 / 1000.0;
        println!(
            "| {} | {} | {} | {:.2} s | {:.0} µs | {:.0} µs | {} | {} KiB |",
            rule.language,
            size(rule.bytes),
            rule.imports,
            rule.compiling.as_secs_f64(),
            micros(50),
            micros(99),
            rule.fuel,
            rule.memory_bytes >> 10,
        );
    }
}

/// Built by the real binary, compiled as a server compiles.
fn ready(engine: &Engine, language: &'static str) -> Ready {
    let folder = root().join("examples").join(format!("first-rule-{language}"));
    chuishao(&["plugin", "build", &folder.to_string_lossy()]);
    let bytes = std::fs::read(folder.join("first-rule.wasm")).expect("it was built");
    let package = Package::read(&bytes).expect("a package");
    let imports = package.imports.join(", ");
    let code = tempfile::tempdir().expect("a folder");
    let code = CompiledCode::open(code.path(), Compiler::new(binary(), CompileLimits::default())).expect("a folder");
    let started = Instant::now();
    let guest = Guest::load(engine, package, Some(&code)).expect("it loads");
    let compiling = started.elapsed();
    Ready { language, bytes: bytes.len(), imports, compiling, guest, times: Vec::new(), fuel: 0, memory_bytes: 0 }
}

fn call(rule: &mut Ready) {
    let manifest = rule.guest.package().manifest.clone();
    let (settings, inputs) = (sample::settings(&manifest), sample::inputs(&manifest));
    let (_, input) = inputs.first().expect("an event");
    for _ in 0..CALLS {
        let started = Instant::now();
        let called = rule.guest.call(input, &settings);
        rule.times.push(started.elapsed());
        assert!(called.answer.as_ref().is_ok_and(|proposals| proposals.len() == 1), "the rule speaks: {called:?}");
        (rule.fuel, rule.memory_bytes) = (called.fuel, called.memory_bytes);
    }
}

fn size(bytes: usize) -> String {
    if bytes < 1 << 20 {
        format!("{} KiB", bytes.div_ceil(1 << 10))
    } else {
        format!("{:.1} MiB", bytes as f64 / 1_048_576.0)
    }
}
