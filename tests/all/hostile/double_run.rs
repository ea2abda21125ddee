//! The double run finds a rule whose answer does not follow from its input.

use super::guest::{Core, ENDLESS, manifest};
use super::office::{ENGINE, NO_FUEL, hostile};
use crate::server::components::components;
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::problem::Problem;
use chuishao_domain::rule::record::CallFailure;
use chuishao_domain::rule::sample;
use chuishao_sandbox::double_run::{Repeated, double_run};
use chuishao_sandbox::engine::Engine;
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::package::Package;

fn loaded(engine: &Engine, rule: &[u8]) -> Guest {
    Guest::load(engine, Package::read(rule).expect("it reads"), None).expect("it compiles")
}

fn tried(guest: &Guest) -> Result<Repeated, Problem> {
    double_run(guest, &sample::settings(&guest.package().manifest))
}

#[test]
fn rules_that_repeat_pass() {
    let every_event = Core::silent().rule(&manifest("hostile-rule", EventKind::ALL));
    let repeated = tried(&loaded(&ENGINE, &every_event)).expect("it repeats");
    assert_eq!((repeated.calls, repeated.failures), (EventKind::ALL.len(), Vec::new()));
    let endless = hostile(&Core { on_event: ENDLESS.into(), ..Core::silent() });
    let repeated = tried(&loaded(&ENGINE, &endless)).expect("fuel ends at the same instruction");
    assert_eq!(repeated.failures, [CallFailure::OutOfFuel]);
    for file in [&components().heating, &components().mediation] {
        let rule = std::fs::read(file).expect("a component");
        assert_eq!(tried(&loaded(&ENGINE, &rule)).expect("it repeats").failures, []);
    }
}

/// Without fuel the clock stops a loop, at another instruction each time.
#[test]
fn a_rule_that_the_clock_decides_is_found() {
    // Fuel is written down at each call.
    let on_event = "(loop $again (call $nothing) (br $again)) unreachable".into();
    let endless = hostile(&Core { items: "(func $nothing)".into(), on_event, ..Core::silent() });
    let problem = tried(&loaded(&NO_FUEL, &endless)).expect_err("it differs");
    assert_eq!((problem.code, problem.place.as_str()), ("package.not-repeatable", "事件 accepted"));
    assert!(problem.chinese.contains("算力不同"), "{}", problem.chinese);
}
