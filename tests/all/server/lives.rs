//! Invented lives with the real rules on: the generator's people and commands, the same walk as
//! on the desk, figures that are invented but the same every time. Written by the bulk writer.

use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::command::Command;
use chuishao_domain::event::Recorded;
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::rule::manifest::FactQuery;
use chuishao_domain::rule::record::{DecisionRecord, Placement};
use chuishao_domain::rule::settings::Settings;
use chuishao_domain::rule::value::Value;
use chuishao_domain::rule::view::FactValue;
use chuishao_domain::ticket::{Intake, Ticket};
use chuishao_domain::vault::Caller;
use chuishao_domain::vault::keys::KeyRing;
use chuishao_generator::{Brief, Desk, Plans, live};
use chuishao_sandbox::engine::Engine;
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::package::Package;
use chuishao_sandbox::rulebook::{Activation, Rulebook};
use chuishao_sandbox::walk::{Facts, Walk};
use chuishao_server::store::bulk::{Made, Rows};
use chuishao_server::store::{Store, StoreError};
use chuishao_server::vault::new_caller;
use jiff::Timestamp;
use std::cell::RefCell;
use std::path::Path;

/// Tickets of one transaction.
const AT_A_TIME: usize = 500;

/// The heating rule all year, and 一把手现场调处 in the whole city, so that most tickets are
/// decided on several times.
pub fn rulebook(engine: &Engine, heating: &Path, mediation: &Path) -> Rulebook {
    let season = [("season-start", "2024-01-01"), ("season-end", "2024-12-31")];
    let season: Settings = season.map(|(name, day)| (name.to_owned(), Value::Text(day.to_owned()))).into();
    let activation = |file: &Path, settings: &Settings| {
        let package = Package::read(&std::fs::read(file).expect("a component")).expect("a package");
        let guest = Guest::load(engine, package, None).expect("it loads");
        Activation::new(guest, Placement::alone("WF".into()), 100, settings).expect("it is set")
    };
    Rulebook::new([activation(heating, &season), activation(mediation, &Settings::new())])
}

/// Fills an empty store with tickets; how many decisions were made on them.
pub async fn fill(store: &Store, rulebook: &Rulebook, tickets: u64) -> Result<u64, StoreError> {
    let world = World::weifang();
    let brief = Brief { tickets, ..Brief::usual(2024, 7) };
    let mut plans = Plans::new(&brief, &world).expect("a year that can be");
    let ring = KeyRing::parse("2024-06 0f1e2d3c4b5a69788796a5b4c3d2e1f000112233445566778899aabbccddeeff");
    let ring = ring.expect("a key");
    store.begin_loading().await?;
    let mut decisions = 0;
    loop {
        let mut made = Vec::with_capacity(AT_A_TIME);
        for plan in plans.by_ref().take(AT_A_TIME) {
            let person = plan.person();
            let caller = Caller { name: person.name, phone: person.phone };
            let desk = RuledDesk { world: &world, rulebook, caller: &caller, decisions: RefCell::default() };
            let life = live(&plan, &world, &desk).expect("legal commands");
            let intake = &life.ticket.intake;
            let sealed = new_caller(&ring, &life.ticket.id, &intake.caller, &caller, By::Clock, intake.received_at);
            let sealed = sealed.expect("it is sealed");
            let decided = desk.decisions.into_inner();
            decisions += decided.len() as u64;
            made.push(Made { ticket: life.ticket, events: life.events, decisions: decided, caller: sealed });
        }
        if made.is_empty() {
            break;
        }
        store.load(Rows::of(&made)?).await?;
    }
    store.finish_loading().await?;
    Ok(decisions)
}

/// The walk with rules, and the desk's care for the caller.
struct RuledDesk<'a> {
    world: &'a World,
    rulebook: &'a Rulebook,
    caller: &'a Caller,
    decisions: RefCell<Vec<DecisionRecord>>,
}

impl Desk for RuledDesk<'_> {
    fn command(
        &self,
        ticket: Option<Ticket>,
        command: &Command,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(Ticket, Vec<Recorded>), Refusal> {
        let walk = Walk { world: self.world, rulebook: self.rulebook, now };
        let walked = match command {
            Command::Register { id, intake } => {
                let intake = Box::new(self.caller.masked_intake(Intake::clone(intake)));
                walk.command(ticket, &Command::Register { id: id.clone(), intake }, actor, &InventedFigures)
            }
            command => walk.command(ticket, command, actor, &InventedFigures),
        }?;
        self.decisions.borrow_mut().extend(walked.decisions);
        Ok((walked.ticket, walked.events))
    }
}

/// One to five, by the ticket's number.
struct InventedFigures;

impl Facts for InventedFigures {
    fn count(&self, _: &FactQuery, _: &TerritoryId, ticket: &Ticket, _: Timestamp) -> FactValue {
        let (_, number) = ticket.id.day_and_number().unwrap_or_default();
        FactValue::Count(1 + u32::try_from(number % 5).unwrap_or_default())
    }
}
