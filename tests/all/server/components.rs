//! The rules that the tests switch on, built once for all tests by the real binary.

use chuishao_domain::ids::TerritoryId;
use chuishao_domain::plugin::rollout::actor::Officer;
use chuishao_domain::plugin::rollout::command::RolloutCommand;
use chuishao_domain::plugin::rollout::{self, RolloutId};
use chuishao_domain::plugin::signer::SignerCommand;
use chuishao_domain::rule::kinds::{EffectKind, EventKind, TicketField};
use chuishao_domain::rule::settings::Settings;
use chuishao_sandbox::apart::{CompileLimits, Compiler};
use chuishao_sandbox::package::{Package, with_manifest};
use chuishao_server::desk::Desk;
use chuishao_server::registry::packages::{HandedIn, take_in};
use chuishao_server::registry::rollouts::{self, RolloutSubmission};
use chuishao_server::registry::signers;
use chuishao_tests::{Rule, city_key};
use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};

/// The components, as files.
pub struct Components {
    pub heating: PathBuf,
    pub mediation: PathBuf,
    pub endless_loop: PathBuf,
    pub overreach: PathBuf,
}

/// Builds the rules, the first time that it is asked.
pub fn components() -> &'static Components {
    static BUILT: OnceLock<Components> = OnceLock::new();
    BUILT.get_or_init(|| Components {
        heating: plugin("heating-mode"),
        mediation: plugin("kuiwen-onsite-mediation"),
        endless_loop: built("examples/endless-loop"),
        overreach: built("examples/overreach"),
    })
}

/// A rule of the articles, by its folder's name; each is built the first time that it is asked for.
pub fn plugin(name: &str) -> PathBuf {
    static BUILT: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    built.entry(name.to_owned()).or_insert_with(|| self::built(&format!("plugins/{name}"))).clone()
}

/// The real binary, built from these sources.
pub fn binary() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        // As the tests were built: for the one package alone, cargo picks other features of some crates
        // far below, and wasmtime would be built once more.
        cargo.args(["build", "--quiet", "--workspace", "--bins", "--tests"]).current_dir(root());
        if !cfg!(debug_assertions) {
            cargo.arg("--release");
        }
        must_succeed(&mut cargo);
        let tests = env::current_exe().expect("the tests' own file");
        let folder = tests.ancestors().nth(2).expect("the folder of the build");
        folder.join(format!("chuishao{}", env::consts::EXE_SUFFIX))
    })
}

/// What the server compiles with.
pub fn compiler() -> Compiler {
    Compiler::new(binary().to_owned(), CompileLimits::default())
}

/// A rule switched on for a territory, with nothing set.
pub fn rule(component: &Path, territory: &str) -> Rule {
    let settings = Settings::new();
    Rule { component: component.to_owned(), territory: territory.into(), priority: 100, settings }
}

/// Brings a plugin onto a desk that no HTTP leads to.
pub async fn install_at_desk(desk: &Desk, rule: &Rule) {
    let component = std::fs::read(&rule.component).expect("a component");
    let (city, second) = (Officer::City { number: "0003".into() }, Officer::City { number: "0004".into() });
    let key = city_key();
    let register = SignerCommand::Register {
        public: key.public().expect("a key"),
        owner: "WF".into(),
        valid_from: "2023-12-31T16:00:00Z".parse().expect("a moment"),
        valid_until: "2028-12-29T16:00:00Z".parse().expect("a moment"),
    };
    signers::submit(desk, "city-2024", &register, &city, None).await.expect("a key");
    let signature = key.sign(&component).expect("a signature").to_string();
    let territory: TerritoryId = rule.territory.as_str().into();
    let handed = HandedIn { component, signature, territory: territory.clone(), downgrade_to: None };
    let package = take_in(desk, &handed, &city, None).await.expect("it is taken in");
    let county = match territory.is_city() {
        true => city.clone(),
        false => Officer::County { territory: territory.clone(), number: "0012".into() },
    };
    let submission = rollout::command::Submission {
        package: package.digest,
        settings: rule.settings.clone(),
        effective: rollout::revision::Effective::default(),
        note: "测试".into(),
    };
    let id = RolloutId { territory, plugin: package.plugin };
    for (by, command) in [
        (county.clone(), RolloutCommand::Submit(submission)),
        (second, RolloutCommand::Approve { revision: 1, opinion: String::new() }),
        (county, RolloutCommand::SwitchOn { revision: 1 }),
    ] {
        let submission = RolloutSubmission { id: id.clone(), expected_version: None, command, by, key: None };
        rollouts::submit(desk, &submission).await.expect("it goes well");
    }
}

/// The code of the overreaching rule under a manifest that asks to be told of everything:
/// what it is told stands in its decision records.
pub fn curious_rule() -> Vec<u8> {
    let bytes = std::fs::read(&components().overreach).expect("a component");
    let mut manifest = (*Package::read(&bytes).expect("a package").manifest).clone();
    manifest.name = "curious".into();
    manifest.title = "好奇示例".into();
    manifest.listens = EventKind::ALL.iter().copied().filter(|kind| !kind.is_review()).collect();
    manifest.effects = EffectKind::ALL.iter().copied().collect();
    manifest.reads = TicketField::ALL.iter().copied().collect();
    with_manifest(&bytes, &manifest)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

fn built(folder: &str) -> PathBuf {
    must_succeed(Command::new(binary()).args(["plugin", "build", folder]).current_dir(root()));
    let folder = root().join(folder);
    folder.join(folder.file_name().expect("a name")).with_extension("wasm")
}

fn must_succeed(command: &mut Command) {
    let output = command.output().expect("it can be started");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
