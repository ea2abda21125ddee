//! The impact report: what a candidate would have done, held against a slow, plain computation and
//! against what a server really did.

mod figures;
mod going_on;
mod plain;
mod real;

use super::databases::TestDatabase;
use super::process::chuishao;
use chuishao_domain::impact::ImpactReport;
use chuishao_domain::rule::record::Placement;
use chuishao_domain::rule::settings::Settings;
use chuishao_sandbox::engine::{Budget, Engine};
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::package::Package;
use chuishao_sandbox::rulebook::{Activation, Rulebook};
use chuishao_server::impact::run::{Hands, ImpactError, Progress, run};
use chuishao_server::impact::trial::Trial;
use chuishao_server::store::Store;
use jiff::civil::{Date, date};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use tokio::sync::watch;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Budget::default()).expect("an engine"));

/// The year that is generated.
const YEAR: (Date, Date) = (date(2024, 1, 1), date(2025, 1, 1));

/// A component switched on.
fn on(component: &Path, territory: &str, settings: &Settings) -> Arc<Activation> {
    let package = Package::read(&std::fs::read(component).expect("a component")).expect("a package");
    let guest = Guest::load(&ENGINE, package, None).expect("it loads");
    Arc::new(Activation::new(guest, Placement::alone(territory.into()), 100, settings).expect("the settings fit"))
}

/// A rule tried among others.
fn trial(candidate: &Arc<Activation>, now: &[&Arc<Activation>], (from, until): (Date, Date)) -> Trial {
    Trial::of(candidate, &Rulebook::new(now.iter().map(|rule| Arc::clone(rule))), from, until)
}

/// Runs a trial on two threads; `progress` may stop it.
async fn run_until(
    database: &TestDatabase,
    trial: &Trial,
    is_enough: impl Fn(Progress) -> bool,
) -> Result<ImpactReport, ImpactError> {
    let reader = Store::open_to_read(&database.address).await.expect("it is there");
    let keeper = Store::open_beside(&database.address).await.expect("it is there");
    let (stop, stopped) = watch::channel(false);
    let hands = Hands { reader: reader.clone(), keeper: keeper.clone(), threads: 2, stop: stopped };
    let report = run(&hands, trial, |at| {
        if is_enough(at) {
            stop.send(true).expect("it listens");
        }
    })
    .await;
    keeper.close().await;
    reader.close().await;
    report
}

/// Runs a trial to its end.
async fn report(database: &TestDatabase, trial: &Trial) -> ImpactReport {
    run_until(database, trial, |_| false).await.expect("a report")
}

/// An invented year.
async fn year(database: &TestDatabase, folder: &Path, tickets: u32) {
    let (data, tickets) = (folder.to_string_lossy().into_owned(), tickets.to_string());
    let args = ["generate", "--database", &database.url, "--data", &data, "--tickets", &tickets, "--seed", "5"];
    let said = chuishao(&args).await;
    assert!(said.success, "{said:?}");
}
