//! All rules of the articles on at once. A generated November is lived through the same walk as on the
//! desk, with figures as they were at every moment; then calls are taken in turns on two servers, with
//! all the rules and with none.

use super::load::{Load, client, take_call};
use super::spans::Spans;
use super::{at, database, postgres, server};
use chuishao_domain::World;
use chuishao_domain::actor::Actor;
use chuishao_domain::calendar::{civil, moment};
use chuishao_domain::command::Command;
use chuishao_domain::event::Recorded;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::rule::record::{Answer, DecisionRecord, Placement, Verdict};
use chuishao_domain::rule::settings::Settings;
use chuishao_domain::ticket::Ticket;
use chuishao_generator::{Brief, Desk, Plan, Plans, live};
use chuishao_sandbox::engine::{Budget, Engine};
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::package::Package;
use chuishao_sandbox::rulebook::{Activation, Rulebook};
use chuishao_sandbox::walk::Walk;
use chuishao_server::store::Kind;
use chuishao_server::store::figures_then::{FiguresThen, MatterState, MatterThen};
use chuishao_tests::{ARTICLE_RULES, Rule, chuishao, root};
use jiff::SignedDuration;
use jiff::Timestamp;
use jiff::civil::date;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The share of a year's calls that November has, about: so many are generated for a month.
const MONTHS: u64 = 12;

/// Calls on each server: a hundredth of them are twenty.
const CALLS: usize = 2_000;

/// Calls before it is measured.
const WARM: usize = 20;

fn built(name: &str) -> PathBuf {
    chuishao(&["plugin", "build", &format!("plugins/{name}")]);
    root().join(format!("plugins/{name}/{name}.wasm"))
}

fn rulebook() -> Rulebook {
    let engine = Engine::new(Budget::default()).expect("an engine");
    let activation = |(name, territory): &(&str, &str)| {
        let package = Package::read(&std::fs::read(built(name)).expect("a component")).expect("a package");
        let guest = Guest::load(&engine, package, None).expect("it loads");
        Activation::new(guest, Placement::alone((*territory).into()), 100, &Settings::new()).expect("it is set")
    };
    Rulebook::new(ARTICLE_RULES.iter().map(activation))
}

/// The desk of the generator, with these rules.
struct Ruled<'a> {
    world: &'a World,
    rulebook: &'a Rulebook,
    facts: &'a FiguresThen,
    decisions: RefCell<Vec<DecisionRecord>>,
}

impl Desk for Ruled<'_> {
    fn command(
        &self,
        ticket: Option<Ticket>,
        command: &Command,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(Ticket, Vec<Recorded>), Refusal> {
        let walk = Walk { world: self.world, rulebook: self.rulebook, now };
        let walked = walk.command(ticket, command, actor, self.facts)?;
        self.decisions.borrow_mut().extend(walked.decisions);
        Ok((walked.ticket, walked.events))
    }
}

/// What a rule was asked and what came of it.
#[derive(Default)]
struct Sums {
    calls: u64,
    accepted: u64,
    refused: u64,
    failed: u64,
    fuel: Vec<u128>,
    micros: Vec<u128>,
}

impl Sums {
    fn add(&mut self, decision: &DecisionRecord) {
        self.calls += 1;
        self.fuel.push(decision.call.fuel.into());
        self.micros.push(decision.call.micros.into());
        match &decision.call.answer {
            Answer::Failed(failure) => {
                self.failed += 1;
                eprintln!("{}: {}", decision.edition.rule, failure.words().chinese);
            }
            Answer::Proposals(judged) => {
                let refused =
                    judged.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Refused(_))).count() as u64;
                self.refused += refused;
                self.accepted += judged.len() as u64 - refused;
            }
        }
    }

    fn line(&mut self, name: &str) {
        self.fuel.sort_unstable();
        self.micros.sort_unstable();
        let Self { calls, accepted, refused, failed, fuel, micros } = self;
        println!(
            "| {name} | {calls} | {accepted} | {refused} | {failed} | {} | {} | {} | {} |",
            at(fuel, 0.5),
            at(fuel, 0.99),
            at(micros, 0.5),
            at(micros, 0.99)
        );
    }
}

/// Lives a November of about so many tickets.
pub fn walk_a_month(tickets: u64) {
    let world = World::weifang();
    let until = moment(date(2024, 12, 1).at(0, 0, 0, 0)).expect("a moment");
    let brief = Brief { tickets: tickets * MONTHS, seed: 7, year: 2024, until: Some(until) };
    let alone = Rulebook::default();
    let none = FiguresThen::new([].into_iter(), SignedDuration::ZERO);
    let rulebook = rulebook();
    let queries = rulebook.activations().iter();
    let queries: Vec<_> =
        queries.flat_map(|rule| rule.actor.manifest.facts.iter().map(|query| (query, &rule.actor.territory))).collect();
    let mut facts = FiguresThen::new(queries.into_iter(), SignedDuration::ZERO);
    // Figures look back sixty days and more: the months before are lived without rules.
    let mut november: Vec<Plan> = Vec::new();
    let desk = |rulebook, facts| Ruled { world: &world, rulebook, facts, decisions: RefCell::default() };
    let started = Instant::now();
    for plan in Plans::new(&brief, &world).expect("a year that can be") {
        let life = live(&plan, &world, &desk(&alone, &none)).expect("legal commands");
        facts.take_in(&matter(&life.ticket));
        if civil(life.ticket.intake.received_at).month() == 11 {
            november.push(plan);
        }
    }
    facts.finish();
    let core = started.elapsed();
    let (mut all, mut by_rule) = (Sums::default(), BTreeMap::<String, Sums>::new());
    let started = Instant::now();
    for plan in &november {
        let desk = desk(&rulebook, &facts);
        live(plan, &world, &desk).expect("legal commands");
        for decision in desk.decisions.into_inner() {
            all.add(&decision);
            by_rule.entry(decision.edition.rule.clone()).or_default().add(&decision);
        }
    }
    println!(
        "a generated November: {} tickets with {} rules in {:.1} s; the months before without rules {:.1} s",
        november.len(),
        ARTICLE_RULES.len(),
        started.elapsed().as_secs_f64(),
        core.as_secs_f64()
    );
    println!("| rule | calls | accepted | refused | failures | fuel median | fuel p99 | us median | us p99 |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for (name, sums) in &mut by_rule {
        sums.line(name);
    }
    all.line("all");
}

fn matter(ticket: &Ticket) -> MatterThen {
    let intake = &ticket.intake;
    let place = &intake.place;
    let kind = serde_json::to_value(intake.matter_kind).expect("JSON").as_str().unwrap_or_default().to_owned();
    MatterThen {
        ticket: ticket.id.clone(),
        territory: place.territory.clone(),
        kind,
        received_at: intake.received_at.as_millisecond(),
        states: vec![MatterState {
            until: i64::MAX,
            group: intake.category.group().to_owned(),
            street: place.street.clone(),
            estate: place.estate.clone(),
            building: place.building.clone(),
        }],
    }
}

/// Taking a call with all rules on and with none.
pub async fn take_calls(on: Kind, cluster: &postgres::Cluster) {
    let all: Vec<Rule> = ARTICLE_RULES
        .iter()
        .map(|(name, territory)| Rule {
            component: built(name),
            territory: (*territory).into(),
            priority: 100,
            settings: [].into(),
        })
        .collect();
    let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    let (mut bases, mut running) = (Vec::new(), Vec::new());
    for (folder, rules) in folders.iter().zip([&[], all.as_slice()]) {
        let (address, _) = database(on, cluster, folder.path()).await;
        let one = server(folder.path(), &address, rules).await;
        bases.push(format!("http://{}", one.address));
        running.push(one);
    }
    let client = client();
    let spans = Spans::of_this_process();
    for load in [Load::Quiet, Load::Winter] {
        let mut taken = [Vec::new(), Vec::new()];
        let mut parts = [BTreeMap::new(), BTreeMap::new()];
        for number in 0..CALLS + WARM {
            for (base, (taken, parts)) in bases.iter().zip(taken.iter_mut().zip(&mut parts)) {
                spans.take();
                let started = Instant::now();
                take_call(&client, base, load).await;
                if number >= WARM {
                    taken.push(started.elapsed().as_micros());
                    for (name, took) in spans.take() {
                        *parts.entry(name).or_insert(Duration::ZERO) += took;
                    }
                }
            }
        }
        for taken in &mut taken {
            taken.sort_unstable();
        }
        for (name, share) in [("median", 0.5), ("99th percentile", 0.99)] {
            let [without, with] = [at(&taken[0], share), at(&taken[1], share)];
            #[allow(clippy::cast_precision_loss, reason = "a ratio for people to read")]
            let slower = (with as f64 / without as f64 - 1.0) * 100.0;
            println!(
                "{load:?}, a call, {name}: {without} us with no rule, {with} us with {} rules, {slower:+.1} %",
                ARTICLE_RULES.len()
            );
        }
        let calls = u32::try_from(CALLS).expect("so many calls");
        for (parts, rules) in parts.iter().zip(["no rule", "all rules"]) {
            let told: Vec<String> =
                parts.iter().map(|(name, took)| format!("{name} {} us", (*took / calls).as_micros())).collect();
            println!("{load:?}, of a call on average, {rules}: {}", told.join(", "));
        }
    }
    for one in running {
        one.stop().await;
    }
}
