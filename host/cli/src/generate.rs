//! `chuishao generate`: an invented year, made by the same walk as real calls and written in
//! the order in which the calls came. Lives are lived on every processor while earlier ones
//! are being written; what comes out does not depend on how many there are.

use crate::database::{DatabaseArgs, print_size};
use crate::progress::Progress;
use crate::vault::VaultKeysArgs;
use crate::{Outcome, start_logging};
use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::calendar::moment;
use chuishao_domain::command::Command;
use chuishao_domain::event::Recorded;
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::rule::manifest::FactQuery;
use chuishao_domain::rule::view::FactValue;
use chuishao_domain::ticket::{Intake, Ticket};
use chuishao_domain::vault::Caller;
use chuishao_domain::vault::keys::KeyRing;
use chuishao_generator::{Brief, Desk, Plan, Plans, live};
use chuishao_sandbox::rulebook::Rulebook;
use chuishao_sandbox::walk::{Facts, Walk};
use chuishao_server::store::address::DatabaseAddress;
use chuishao_server::store::bulk::{Made, Rows};
use chuishao_server::store::recomputation::Recomputation;
use chuishao_server::store::{Store, StoreError};
use chuishao_server::vault::keys::Keys;
use chuishao_server::vault::{VaultError, new_caller};
use clap::Args;
use jiff::Timestamp;
use jiff::civil::DateTime;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tokio::task::JoinHandle;

/// Tickets of one transaction: enough that a disk sync does not count.
const AT_A_TIME: usize = 500;

#[derive(Args)]
pub struct GenerateArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    keys: VaultKeysArgs,
    /// 工单数，100 到 20000000
    #[arg(long, default_value_t = 900_000)]
    tickets: u64,
    /// 随机种子：相同的种子生成相同的一年
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// 哪一年（须有该年和次年的放假安排）
    #[arg(long, default_value_t = 2024)]
    year: i16,
    /// 截止时刻（北京时间），其后的事尚未发生，例如 2024-12-06T09:00；不写则到年底
    #[arg(long)]
    until: Option<DateTime>,
}

pub fn generate(args: &GenerateArgs) -> Outcome {
    start_logging("warn");
    let until = args.until.map(|until| moment(until).ok_or("截止时刻超出范围")).transpose()?;
    let brief = Brief { tickets: args.tickets, seed: args.seed, year: args.year, until };
    let address = args.database.address()?;
    let world = Arc::new(World::weifang());
    let plans = Plans::new(&brief, &world)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let store = Store::open(&address).await?;
        let started = Instant::now();
        // What is refused leaves no key behind.
        store.begin_loading().await?;
        let keys = Keys::open(&store, args.keys.vault_keys.as_deref(), &args.database.data).await?;
        let made = fill(&store, &keys.ring().await, plans, &world).await?;
        let seconds = started.elapsed().as_secs_f64();
        #[allow(clippy::cast_precision_loss, reason = "a speed for people to read")]
        let speed = made as f64 / seconds;
        println!(
            "已生成 {} 年的 {made} 件工单到 {address}：{seconds:.0} 秒，每秒 {speed:.0} 件；来电人和内容均为虚构",
            brief.year
        );
        print_size(&store).await?;
        store.close().await;
        Ok(())
    })
}

/// An invented city in an empty database: everything that was until a moment.
pub async fn city(address: &DatabaseAddress, data: &Path, brief: &Brief) -> Result<u64, Box<dyn std::error::Error>> {
    let world = Arc::new(World::weifang());
    let plans = Plans::new(brief, &world)?;
    let store = Store::open(address).await?;
    store.begin_loading().await?;
    let keys = Keys::open(&store, None, data).await?;
    let made = fill(&store, &keys.ring().await, plans, &world).await?;
    store.close().await;
    Ok(made)
}

/// Fills an empty store; how many tickets it made.
async fn fill(
    store: &Store,
    ring: &Arc<KeyRing>,
    mut plans: Plans<'_>,
    world: &Arc<World>,
) -> Result<u64, Box<dyn std::error::Error>> {
    let mut progress = Progress::begin("生成", plans.at_most());
    let ahead = 2 * std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let mut lived: VecDeque<JoinHandle<Result<Rows, Fault>>> = VecDeque::new();
    let mut done = 0;
    loop {
        while lived.len() < ahead {
            let some: Vec<Plan> = plans.by_ref().take(AT_A_TIME).collect();
            if some.is_empty() {
                break;
            }
            let (world, ring) = (world.clone(), ring.clone());
            lived.push_back(tokio::task::spawn_blocking(move || rows(&some, &world, &ring)));
        }
        let Some(next) = lived.pop_front() else { break };
        let rows = next.await??;
        done += rows.tickets();
        store.load(rows).await?;
        progress.at(done);
    }
    store.keep_recomputation(&Recomputation::done(world.calendar.digest(), Timestamp::now())).await?;
    store.finish_loading().await?;
    progress.end();
    Ok(done)
}

#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("生成的操作被拒绝（程序缺陷）：{0}")]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn rows(plans: &[Plan], world: &World, ring: &KeyRing) -> Result<Rows, Fault> {
    let rulebook = Rulebook::default();
    let mut made = Vec::with_capacity(plans.len());
    for plan in plans {
        let person = plan.person();
        let caller = Caller { name: person.name, phone: person.phone };
        let life = live(plan, world, &CoreAlone { world, rulebook: &rulebook, caller: &caller })?;
        let intake = &life.ticket.intake;
        let by = life.events.first().map_or(By::Clock, |registered| registered.by.clone());
        let caller = new_caller(ring, &life.ticket.id, &intake.caller, &caller, by, intake.received_at)?;
        made.push(Made { ticket: life.ticket, events: life.events, decisions: Vec::new(), caller });
    }
    Ok(Rows::of(&made)?)
}

/// The core without local rules, with the desk's care for the caller.
struct CoreAlone<'a> {
    world: &'a World,
    rulebook: &'a Rulebook,
    caller: &'a Caller,
}

impl Desk for CoreAlone<'_> {
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
                let intake = self.caller.masked_intake(Intake::clone(intake));
                let masked = Command::Register { id: id.clone(), intake: Box::new(intake) };
                walk.command(ticket, &masked, actor, &NoFacts)
            }
            command => walk.command(ticket, command, actor, &NoFacts),
        }?;
        Ok((walked.ticket, walked.events))
    }
}

/// Nobody asks for figures where there are no rules.
struct NoFacts;

impl Facts for NoFacts {
    fn count(&self, _: &FactQuery, _: &TerritoryId, _: &Ticket, _: Timestamp) -> FactValue {
        FactValue::Unavailable("生成时没有规则".into())
    }
}
