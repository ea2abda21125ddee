//! Replay (重放): decisions are run again from their records and the components alone, on all
//! processors, and whatever does not come out as it was recorded is named. Needs no rule to be on,
//! no ticket but its decisions, and no server.

use crate::store::decisions::{DecisionPage, StoredDecision};
use crate::store::{Store, StoreError};
use chuishao_domain::calendar::civil;
use chuishao_domain::digest::digest;
use chuishao_domain::ids::TicketId;
use chuishao_sandbox::engine::Engine;
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::package::Package;
use chuishao_sandbox::replay::{On, Replayed, replay};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::task::JoinSet;

/// Tickets read and replayed in one piece: some hundred decisions.
const AT_A_TIME: u32 = 100;

/// Differences that are kept one by one; of the rest it is said how many.
const MOST_KEPT: usize = 1000;

/// Which decisions are replayed.
#[derive(Clone, Debug)]
pub enum Which {
    /// 一件工单的
    Ticket(TicketId),
    /// 一条规则的, within these days, both included.
    Rule {
        /// Its name.
        rule: String,
        /// The first day.
        from: Date,
        /// The last day.
        until: Date,
    },
    /// 全部
    All,
}

/// A decision that does not come out as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Different {
    /// 工单
    pub ticket: TicketId,
    /// Its number on the ticket; absent when the ticket's whole archived record does not read.
    pub number: Option<u64>,
    /// The rule, if that can be read.
    pub rule: String,
    /// What is different, in words.
    pub what: Vec<String>,
}

/// What a replay came to.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Decisions that were looked at.
    pub decisions: u64,
    /// Equal, on the engine that decided: everything was compared.
    pub equal: u64,
    /// Equal, on another engine: the answer was compared.
    pub equal_on_another_engine: u64,
    /// The rule was not called, so there is nothing to run.
    pub not_called: u64,
    /// Recorded as broken off by the machine: cannot be repeated.
    pub broken_off: u64,
    /// Decisions whose component is not at hand or does not load, by its digest: how many, and why.
    pub without_component: BTreeMap<String, (u64, String)>,
    /// Those that came out otherwise, up to a thousand.
    pub different: Vec<Different>,
    /// How many came out otherwise.
    pub different_count: u64,
}

impl Report {
    /// Whether every decision that can be run came out as it was recorded.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.different_count == 0 && self.without_component.is_empty()
    }

    fn add(&mut self, other: Self) {
        self.decisions += other.decisions;
        self.equal += other.equal;
        self.equal_on_another_engine += other.equal_on_another_engine;
        self.not_called += other.not_called;
        self.broken_off += other.broken_off;
        for (digest, (count, why)) in other.without_component {
            self.without_component.entry(digest).or_insert((0, why)).0 += count;
        }
        self.different_count += other.different_count;
        let room = MOST_KEPT.saturating_sub(self.different.len());
        self.different.extend(other.different.into_iter().take(room));
    }

    fn differs(&mut self, ticket: &TicketId, number: Option<u64>, rule: &str, what: Vec<String>) {
        self.different_count += 1;
        if self.different.len() < MOST_KEPT {
            let (ticket, rule) = (ticket.clone(), rule.to_owned());
            self.different.push(Different { ticket, number, rule, what });
        }
    }
}

/// A component that is ready, or why it is not.
type Ready = Result<Guest, String>;

/// Where components come from: a folder that somebody brought, then the registry. Each is made
/// ready once.
pub struct Components {
    engine: Engine,
    folder: BTreeMap<String, PathBuf>,
    ready: BTreeMap<String, Ready>,
}

impl Components {
    /// Components of the registry alone.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self { engine, folder: BTreeMap::new(), ready: BTreeMap::new() }
    }

    /// Takes every `.wasm` file of a folder in, by what is in it and not by its name.
    ///
    /// # Errors
    /// The folder or a file cannot be read.
    pub fn with_folder(mut self, folder: &Path) -> std::io::Result<Self> {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "wasm") {
                self.folder.insert(digest(&std::fs::read(&path)?), path);
            }
        }
        Ok(self)
    }

    async fn ready(&mut self, store: &Store, wanted: &str) -> Result<(), StoreError> {
        if self.ready.contains_key(wanted) {
            return Ok(());
        }
        let bytes = match self.folder.get(wanted) {
            Some(path) => Some(std::fs::read(path).map_err(|cause| StoreError::File { path: path.clone(), cause })?),
            None => store.component(wanted).await?,
        };
        let engine = self.engine.clone();
        // Compiling takes a processor for a while.
        let loaded = tokio::task::spawn_blocking(move || match bytes {
            Some(bytes) => load(&engine, &bytes),
            None => Err("没有这个组件：插件登记里没有，--components 目录里也没有".to_owned()),
        });
        let loaded = loaded.await.map_err(|error| StoreError::Tool(error.to_string()))?;
        self.ready.insert(wanted.to_owned(), loaded);
        Ok(())
    }
}

fn load(engine: &Engine, bytes: &[u8]) -> Ready {
    let package = Package::read(bytes).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        format!("组件在本版本不能载入：{}", problems.join("；"))
    })?;
    Guest::load(engine, package, None).map_err(|error| format!("组件在本版本不能载入：{error}"))
}

/// Replays decisions; `progress` is told how many tickets were passed.
///
/// # Errors
/// The database failed. What does not come out as recorded stands in the report.
pub async fn run(
    store: &Store,
    mut components: Components,
    which: &Which,
    mut progress: impl FnMut(u64),
) -> Result<Report, StoreError> {
    let at_once = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let which = Arc::new(which.clone());
    let (mut report, mut passed) = (Report::default(), 0);
    let mut running = JoinSet::new();
    let mut next = match &*which {
        Which::Ticket(id) => store.decision_page_of(id).await?,
        Which::Rule { .. } | Which::All => store.decision_page(&TicketId(String::new()), AT_A_TIME).await?,
    };
    while let Some(page) = next {
        let last = page.last.clone();
        for one in page.tickets.iter().flat_map(|(_, decisions)| decisions).filter(|one| may_be_of(&which, one)) {
            components.ready(store, &one.edition.component_digest).await?;
        }
        let (ready, of) = (components.ready.clone(), which.clone());
        running.spawn_blocking(move || (page.passed, replay_page(&page, &ready, &of)));
        while running.len() >= at_once {
            take(running.join_next().await, &mut report, &mut passed)?;
            progress(passed);
        }
        next = match &*which {
            Which::Ticket(_) => None,
            Which::Rule { .. } | Which::All => store.decision_page(&last, AT_A_TIME).await?,
        };
    }
    while !running.is_empty() {
        take(running.join_next().await, &mut report, &mut passed)?;
        progress(passed);
    }
    report.different.sort();
    Ok(report)
}

type Joined = Option<Result<(u64, Report), tokio::task::JoinError>>;

fn take(joined: Joined, report: &mut Report, passed: &mut u64) -> Result<(), StoreError> {
    if let Some(joined) = joined {
        let (more, page) = joined.map_err(|error| StoreError::Tool(error.to_string()))?;
        *passed += more;
        report.add(page);
    }
    Ok(())
}

/// As far as can be told before the call is read.
fn may_be_of(which: &Which, decision: &StoredDecision) -> bool {
    match which {
        Which::Rule { rule, .. } => decision.edition.rule == *rule,
        Which::Ticket(_) | Which::All => true,
    }
}

fn replay_page(page: &DecisionPage, ready: &BTreeMap<String, Ready>, which: &Which) -> Report {
    let mut report = Report::default();
    for (ticket, number) in &page.unreadable {
        let what = match number {
            Some(_) => "所指的规则版次缺失或不能识别",
            None => "归档记录不能识别",
        };
        report.decisions += 1;
        report.differs(ticket, *number, "", vec![what.to_owned()]);
    }
    for (ticket, decisions) in &page.tickets {
        for one in decisions.iter().filter(|one| may_be_of(which, one)) {
            replay_one(ticket, one, ready, which, &mut report);
        }
    }
    report
}

fn replay_one(
    ticket: &TicketId,
    one: &StoredDecision,
    ready: &BTreeMap<String, Ready>,
    which: &Which,
    report: &mut Report,
) {
    let (number, rule) = (Some(one.number), &one.edition.rule);
    let Ok(record) = one.record() else {
        report.decisions += 1;
        return report.differs(ticket, number, rule, vec!["决定记录不能识别".to_owned()]);
    };
    if let Which::Rule { from, until, .. } = which
        && !(*from..=*until).contains(&civil(record.call.at).date())
    {
        return;
    }
    report.decisions += 1;
    let digest = &one.edition.component_digest;
    let guest = match ready.get(digest) {
        Some(Ok(guest)) => guest,
        Some(Err(why)) => {
            report.without_component.entry(digest.clone()).or_insert((0, why.clone())).0 += 1;
            return;
        }
        None => return report.differs(ticket, number, rule, vec!["组件未准备好".to_owned()]),
    };
    match replay(guest, &record) {
        Replayed::Equal(On::TheSameEngine) => report.equal += 1,
        Replayed::Equal(On::AnotherEngine) => report.equal_on_another_engine += 1,
        Replayed::NotCalled => report.not_called += 1,
        Replayed::BrokenOff => report.broken_off += 1,
        Replayed::Different(differences) => {
            let what = differences.iter().map(ToString::to_string).collect();
            report.differs(ticket, number, rule, what);
        }
    }
}
