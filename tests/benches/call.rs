//! What a call of a rule costs, side by side in one run: natively, in a reused instance, in
//! a fresh instance as the host does it, and as an HTTP webhook on loopback with a kept
//! connection. The same rule, the same full ticket, in turns, so that the machine's moods
//! hit all alike. `cargo bench`.

use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::command::Command;
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::ids::{TerritoryId, TicketId};
use chuishao_domain::rule::RuleActor;
use chuishao_domain::rule::effect::Proposal;
use chuishao_domain::rule::kinds::TicketField;
use chuishao_domain::rule::settings::{self, Settings};
use chuishao_domain::rule::view::{self, FactValue, RuleInput};
use chuishao_domain::ticket::Ticket;
use chuishao_sandbox::engine::{Budget, Engine};
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::package::Package;
use chuishao_sandbox::rulebook::Rulebook;
use chuishao_sandbox::walk::{Facts, Walk};
use chuishao_sdk as sdk;
use chuishao_sdk::Rule;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Rounds in turns, and calls in each.
const ROUNDS: usize = 40;
const CALLS: usize = 250;

struct NoFacts;

impl Facts for NoFacts {
    fn count(
        &self,
        _: &chuishao_domain::rule::manifest::FactQuery,
        _: &TerritoryId,
        _: &Ticket,
        _: Timestamp,
    ) -> FactValue {
        FactValue::Count(1)
    }
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let bytes = component(root);
    let package = Package::read(&bytes).expect("a package");
    let (input, settings) = full_input(&package);
    let guest = Guest::load(&Engine::new(Budget::default()).expect("an engine"), package, None).expect("it loads");
    let called = guest.call(&input, &settings);
    assert!(called.answer.as_ref().is_ok_and(|proposals| proposals.len() == 1), "the rule speaks: {called:?}");

    let (event, ticket, context) = native_input(&input);
    let webhook = Webhook::start(called.answer.expect("checked"));

    let names = ["native 原生", "reused instance 复用实例", "fresh instance 全新实例", "webhook 本机 HTTP"];
    let mut times: [Vec<Duration>; 4] = std::array::from_fn(|_| Vec::with_capacity(ROUNDS * CALLS));
    for _ in 0..ROUNDS {
        let mut reused = guest.reused().expect("it instantiates");
        measure(&mut times[0], || {
            black_box(kuiwen_onsite_mediation::OnSiteMediation::on_event(event.clone(), &ticket, &context)).is_ok()
        });
        measure(&mut times[1], || black_box(reused.call(&input, &settings)).is_ok());
        measure(&mut times[2], || black_box(guest.call(&input, &settings)).answer.is_ok());
        measure(&mut times[3], || webhook.call(&input));
    }
    print(&names, &mut times, called.fuel);
}

fn measure(times: &mut Vec<Duration>, mut call: impl FnMut() -> bool) {
    for _ in 0..CALLS {
        let started = Instant::now();
        let answered = call();
        times.push(started.elapsed());
        assert!(answered);
    }
}

fn print(names: &[&str; 4], times: &mut [Vec<Duration>; 4], fuel: u64) {
    let micros = |time: Duration| time.as_nanos() as f64 / 1000.0;
    let mut medians = [0.0; 4];
    println!("一次规则调用（完整工单，算力 {fuel}），各 {} 次", ROUNDS * CALLS);
    for (index, of_one) in times.iter_mut().enumerate() {
        of_one.sort_unstable();
        medians[index] = micros(of_one[of_one.len() / 2]);
        let p99 = micros(of_one[of_one.len() * 99 / 100]);
        println!("  中位 {:>8.2} µs   99% {p99:>8.2} µs   {}", medians[index], names[index]);
    }
    println!("  fresh / native  {:>7.1} 倍", medians[2] / medians[0]);
    println!("  fresh / reused  {:>7.1} 倍", medians[2] / medians[1]);
    println!("  webhook / fresh {:>7.1} 倍", medians[3] / medians[2]);
}

/// Built by the project's own binary.
fn component(root: &Path) -> Vec<u8> {
    let folder = root.join("plugins/kuiwen-onsite-mediation");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = std::process::Command::new(cargo)
        .args(["run", "--quiet", "--package", "chuishao", "--", "plugin", "build"])
        .arg(&folder)
        .current_dir(root)
        .status();
    assert!(status.is_ok_and(|status| status.success()), "the plugin builds");
    std::fs::read(folder.join("kuiwen-onsite-mediation.wasm")).expect("it was built")
}

/// A ticket that has been through two rounds, with everything that a rule can read.
fn full_input(package: &Package) -> (RuleInput, Settings) {
    let world = World::weifang();
    let rulebook = Rulebook::default();
    let mut now: Timestamp = "2024-09-02T09:00:00+08:00".parse().expect("a moment");
    let intake = serde_json::json!({
        "caller": "C-1", "caller_kind": "citizen", "channel": "phone", "matter_kind": "complaint", "category": "0301",
        "title": "楼上夜间噪声", "body": "楼上每晚十一点后拖动家具、放音响，多次沟通无效，家里有高考学生，希望尽快处理。",
        "confidential": false, "received_at": now,
        "place": { "territory": "370705", "street": "东关街道", "estate": "胜利新村", "building": "3号楼" },
    });
    let taker = || By::CallTaker { number: "0231".into() };
    let clerk = || By::UnitClerk { unit: "370705-GA".into() };
    let number = || "0102".to_owned();
    let report = || Command::ReportBack {
        contacted: true,
        solved: true,
        result: "已上门劝导，双方表示理解".into(),
        evidence_count: 2,
    };
    let review = || (Command::Review { passed: true, opinion: String::new() }, By::Reviewer { number: number() });
    let unsolved = || {
        let command = Command::FollowUp {
            reached: true,
            solved: Some(false),
            satisfied: Some(false),
            opinion: "仍然很吵".into(),
            explained: None,
        };
        (command, By::FollowUpStaff { number: number() })
    };
    let id = TicketId::new(jiff::civil::date(2024, 9, 2), 1);
    let register = Command::Register { id, intake: Box::new(serde_json::from_value(intake).expect("it reads")) };
    let dispatch = Command::Dispatch { lead_unit: "370705-GA".into(), assisting_units: vec!["370705-S01".into()] };
    let mut ticket = None;
    let mut last: Option<Recorded> = None;
    for (command, by) in [
        (register, taker()),
        (Command::Accept { unanswered: None }, taker()),
        (dispatch, By::Dispatcher { number: number() }),
        (report(), clerk()),
        review(),
        unsolved(),
        (report(), clerk()),
        review(),
        unsolved(),
    ] {
        now += jiff::SignedDuration::from_hours(1);
        let walk = Walk { world: &world, rulebook: &rulebook, now };
        let walked = walk.command(ticket.take(), &command, &Actor::Known(by), &NoFacts).expect("accepted");
        last = walked.events.into_iter().find(|e| matches!(e.event, Event::FollowedUp { .. })).or(last);
        ticket = Some(walked.ticket);
    }
    let mut manifest = (*package.manifest).clone();
    manifest.reads = TicketField::ALL.iter().copied().collect();
    let settings = settings::resolve(&manifest.settings, &Settings::new()).expect("defaults");
    let actor = RuleActor { manifest: Arc::new(manifest), territory: "370705".into() };
    let facts = BTreeMap::from([("same-complaints".to_owned(), FactValue::Count(1))]);
    let event = last.expect("followed up").event;
    let input = view::input(&event, &ticket.expect("a ticket"), &actor, (facts, Vec::new()), now, &world)
        .expect("rules listen");
    (input, settings)
}

/// The same input in the SDK's types; those parts that the rule reads.
fn native_input(input: &RuleInput) -> (sdk::Event, sdk::Ticket, sdk::Context) {
    let ticket = &input.ticket;
    let follow_up = |f: &chuishao_domain::ticket::FollowUp| sdk::FollowUp {
        attempt: f.attempt,
        at: f.at.as_second(),
        answer: f.solved.map(|solved| sdk::CallerAnswer { solved, satisfied: f.satisfied, bad: f.is_bad() }),
    };
    let event = sdk::Event::FollowedUp(follow_up(ticket.follow_ups.last().expect("followed up")));
    let integer = |name: &str, number| sdk::NamedValue { name: name.into(), value: sdk::Value::Integer(number) };
    let told = sdk::Ticket {
        id: ticket.id.clone(),
        channel: sdk::Channel::Phone,
        caller_kind: sdk::CallerKind::Citizen,
        matter_kind: sdk::MatterKind::Complaint,
        category: ticket.category.clone(),
        category_name: ticket.category_name.clone(),
        title: ticket.title.clone(),
        body: ticket.body.clone(),
        place: sdk::Place {
            territory: ticket.place.territory.0.clone(),
            street: ticket.place.street.clone(),
            estate: ticket.place.estate.clone(),
            building: ticket.place.building.clone(),
        },
        urgency: sdk::Urgency::Ordinary,
        state: sdk::TicketState::Handling,
        confidential: false,
        received_at: ticket.received_at.as_second(),
        rework_count: ticket.rework_count,
        hand_back_count: 0,
        merged_count: 0,
        extended: false,
        missing_fields: vec![],
        tags: vec![],
        fields: vec![],
        assignments: vec![],
        copies: vec![],
        deadlines: vec![],
        follow_ups: ticket.follow_ups.iter().map(follow_up).collect(),
        open_tasks: vec![],
        evidence_asked: vec![],
        sent_back: ticket.sent_back,
    };
    let context = sdk::Context {
        now: sdk::Moment {
            unix_seconds: input.now.at.as_second(),
            date: sdk::Date::new(2024, 9, 2),
            hour: 9,
            minute: 0,
            weekday: 1,
            day_kind: sdk::DayKind::WorkingDay,
            in_working_hours: true,
        },
        settings: vec![integer("bad-follow-ups", 2), integer("same-complaints", 3), integer("working-days", 1)],
        facts: vec![sdk::Fact { name: "same-complaints".into(), value: sdk::FactValue::Count(1) }],
        modes: vec![],
        memory: String::new(),
    };
    (event, told, context)
}

/// A receiver in a thread of its own that reads the input and answers at once, and a client
/// that keeps its connection: the least that a webhook costs, with writing and reading JSON
/// on both sides, as a call of a guest has its lowering and lifting.
struct Webhook {
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
    url: String,
}

impl Webhook {
    fn start(answer: Vec<Proposal>) -> Self {
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
                tell.send(listener.local_addr().expect("an address")).expect("the client waits");
                let handler = move |axum::Json(_): axum::Json<RuleInput>| {
                    let answer = axum::Json(answer.clone());
                    async move { answer }
                };
                let router = axum::Router::new().route("/", axum::routing::post(handler));
                axum::serve(listener, router).await.expect("it serves");
            });
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let client = chuishao_server::http::client().build().expect("a client");
        Self { runtime, client, url: format!("http://{}/", told.recv().expect("an address")) }
    }

    fn call(&self, input: &RuleInput) -> bool {
        self.runtime.block_on(async {
            let answer = self.client.post(&self.url).json(input).send().await.expect("an answer");
            !answer.json::<Vec<Proposal>>().await.expect("proposals").is_empty()
        })
    }
}
