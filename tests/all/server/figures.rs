//! The city's figures are those of its tickets, whatever was folded when: lives of an invented city
//! are lived again, some steps at a time, in any order, while changes are folded into sums at any
//! moment, also by two at once; and what is wrong with a sum is named.

use super::databases::{Raw, TestDatabase, on_both};
use super::harness::TestServer;
use super::process::chuishao;
use super::reports::{Life, city};
use super::story::{dispatched, road_in_anqiu};
use chuishao_domain::apply::fold;
use chuishao_domain::calendar::civil;
use chuishao_domain::evaluation::Tally;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::first_response::FirstResponses;
use chuishao_domain::evaluation::handling::Handling;
use chuishao_domain::evaluation::outcome::TicketOutcome;
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::rule::chain::Chain;
use chuishao_domain::ticket::Ticket;
use chuishao_server::store::outward::Drafts;
use chuishao_server::store::report::CountedBy;
use chuishao_server::store::tickets::{Before, Commit, Current};
use chuishao_server::store::{Kind, Store};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tokio::task::JoinSet;

on_both!(
    figures_are_those_of_the_tickets_whatever_was_folded_when,
    what_is_wrong_with_a_sum_is_named,
    what_was_cut_off_while_folding_is_folded_later,
    a_report_is_shown_again_until_its_figures_change
);

/// Commands that are written at the same moment, of as many tickets.
const TOGETHER: usize = 64;

/// Chance that repeats (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("below it")
    }
}

/// A life that is lived again, up to some step.
struct Again {
    life: Life,
    lived: usize,
    ticket: Option<Ticket>,
}

impl Again {
    fn is_over(&self) -> bool {
        self.lived == self.life.1.len()
    }

    /// Lives some more steps, and writes them as one command.
    async fn step(&mut self, store: &Store, steps: usize) {
        let until = (self.lived + steps).min(self.life.1.len());
        let ticket = fold(&self.life.0.id, &self.life.1[..until]).expect("it folds");
        let events = &self.life.1[self.lived..until];
        let current = self.ticket.clone().map(|ticket| Current { ticket, chain: Chain::default() });
        let commit = Commit {
            ticket: &ticket,
            computed_from: self.ticket.as_ref().map_or(0, |ticket| ticket.version),
            generation: store.registry_generation().await.expect("it answers"),
            before: &Before::of(current.as_ref()),
            events,
            decisions: &[],
            messages: &[],
            outward: &Drafts::default(),
            caller: None,
            answer: None,
            line: None,
            now: events[0].at,
        };
        store.commit(&commit).await.expect("nobody else has this ticket");
        (self.lived, self.ticket) = (until, Some(ticket));
    }
}

/// What figures say of a group of tickets.
type Figures = (Tally, Handling);

/// Counted one by one.
fn counted(
    tickets: &[&Ticket],
    of: impl Fn(&TicketOutcome) -> (String, String),
) -> BTreeMap<(String, String), Figures> {
    let mut counted: BTreeMap<_, Figures> = BTreeMap::new();
    for outcome in tickets.iter().map(|ticket| TicketOutcome::of(ticket)) {
        let figures = counted.entry(of(&outcome)).or_default();
        figures.0 += outcome.tally();
        figures.1 += outcome.handling();
    }
    counted
}

fn received_on(ticket: &Ticket) -> Date {
    civil(ticket.intake.received_at).date()
}

/// Compares everything that reports read with what the tickets say.
async fn compare<'a>(store: &Store, lives: impl Iterator<Item = &'a Again>, days: Days) {
    let within = |ticket: &&Ticket| (days.first()..=days.last()).contains(&received_on(ticket));
    let tickets: Vec<&Ticket> = lives.filter_map(|life| life.ticket.as_ref()).filter(within).collect();
    let group = |outcome: &TicketOutcome| outcome.category.group().to_owned();
    let department = |outcome: &TicketOutcome| outcome.department.as_ref().map(ToString::to_string).unwrap_or_default();
    let wanted = [
        (CountedBy::Territory, counted(&tickets, |outcome| (outcome.territory.to_string(), String::new()))),
        (CountedBy::Department, counted(&tickets, |outcome| (department(outcome), String::new()))),
        (CountedBy::Group, counted(&tickets, |outcome| (String::new(), group(outcome)))),
        (CountedBy::TerritoryAndGroup, counted(&tickets, |outcome| (outcome.territory.to_string(), group(outcome)))),
    ];
    for (by, wanted) in wanted {
        let sums = store.figure_sums(days, by, None).await.expect("it can be read");
        let sums = sums.into_iter().filter(|sum| sum.tally.received > 0);
        let found: BTreeMap<_, _> =
            sums.map(|sum| ((sum.subject, sum.group.to_string()), (sum.tally, sum.handling))).collect();
        assert_eq!(found, wanted, "{days} {by:?}");
    }
    let mut responses: BTreeMap<TerritoryId, FirstResponses> = BTreeMap::new();
    for outcome in tickets.iter().map(|ticket| TicketOutcome::of(ticket)) {
        responses.entry(outcome.territory.clone()).or_default().change(outcome.response_minutes(), 1);
    }
    assert_eq!(store.first_responses(days).await.expect("it can be read"), responses, "{days}");

    let of_day = |day: Date| tickets.iter().filter(move |ticket| received_on(ticket) == day);
    let (before, day) = (days.last().yesterday().expect("a day"), days.last());
    let spreads = store.group_counts(day, before).await.expect("it can be read");
    let received: u64 = spreads.iter().map(|spread| spread.now.count).sum();
    assert_eq!(received, of_day(day).count() as u64, "{day}");
    for spread in spreads {
        let of_group = || of_day(day).filter(|ticket| ticket.intake.category.group() == spread.group.as_str());
        let streets: BTreeSet<_> =
            of_group().map(|one| (one.territory(), &one.intake.place.street)).filter(|one| !one.1.is_empty()).collect();
        let territories: BTreeSet<_> = of_group().map(|ticket| ticket.territory().clone()).collect();
        assert_eq!((spread.now.streets, &spread.now.territories), (streets.len() as u64, &territories), "{day}");
    }
}

async fn figures_are_those_of_the_tickets_whatever_was_folded_when(on: Kind) {
    let (made, lives) = city(on).await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut database = TestDatabase::new(on, folder.path()).await;
    let store = Store::open(&database.address).await.expect("it is made");
    let mut dice = Dice(20_241_120);
    let mut lives: Vec<Again> = lives.into_iter().map(|life| Again { life, lived: 0, ticket: None }).collect();
    let mut ended = Vec::new();
    let mut round = 0;
    while !lives.is_empty() {
        let mut steps = JoinSet::new();
        for _ in 0..TOGETHER.min(lives.len()) {
            let mut life = lives.swap_remove(dice.below(lives.len()));
            let (store, more) = (store.clone(), 1 + dice.below(4));
            steps.spawn(async move {
                life.step(&store, more).await;
                life
            });
        }
        // Nobody folds, one, or two at once; some of it, or all.
        for _ in 0..dice.below(3) {
            let at_most = 1 + u32::try_from(dice.below(400)).expect("small");
            let store = store.clone();
            tokio::spawn(async move { store.fold_figures(at_most).await.expect("it folds") });
        }
        let (over, on_the_way): (Vec<_>, Vec<_>) = steps.join_all().await.into_iter().partition(Again::is_over);
        ended.extend(over);
        lives.extend(on_the_way);
        lives.sort_by(|one, other| one.life.0.id.cmp(&other.life.0.id));
        if round % 25 == 0 {
            let day = |after: usize| date(2024, 1, 1).saturating_add(i64::try_from(after).expect("small").days());
            let first = dice.below(200);
            let days = Days::new(day(first), day(first + dice.below(120))).expect("days");
            compare(&store, lives.iter().chain(&ended), days).await;
            assert_eq!(store.verify_figures().await.expect("it can be read"), []);
        }
        round += 1;
    }
    assert!(round > 20, "{round}");
    let year = Days::new(date(2024, 1, 1), date(2024, 11, 19)).expect("days");
    compare(&store, ended.iter(), year).await;
    while store.fold_figures(1000).await.expect("it folds") > 0 {}
    compare(&store, ended.iter(), year).await;
    assert_eq!(store.verify_figures().await.expect("it can be read"), []);
    assert_eq!(Raw::open(&database).await.number("select count(*) from figure_change").await, 0);
    // A city that was made at once has the same sums as one that was lived.
    for by in [CountedBy::Department, CountedBy::TerritoryAndGroup] {
        let one = made.desk().store.figure_sums(year, by, None).await.expect("it can be read");
        assert!(one.len() >= 10 && one.iter().any(|sum| sum.tally.solved_at_first > 0), "{one:?}");
        assert_eq!(one, store.figure_sums(year, by, None).await.expect("it can be read"));
    }
    store.close().await;
    database.remove().await;
    made.finish().await;
}

async fn what_is_wrong_with_a_sum_is_named(on: Kind) {
    let (server, _) = city(on).await;
    for (sql, words) in [
        (
            "update figure_sum set solved = solved + 1 where span = '2024-10' and subject = '370705' and face = 'territory'",
            "2024-10 370705",
        ),
        ("delete from figure_sum where span = '2024-10-08' and face = 'department'", "2024-10-08 WF-"),
        (
            "update response_sum set counts = $ where span = '2024-09' and territory = '370784'",
            "2024-09 370784 的首次响应统计",
        ),
        ("update place_sum set places = '[]' where day = '2024-08-20'", "2024-08-20"),
        ("update place_sum set spread = replace(spread, 'count', 'number') where day = '2024-08-21'", "2024-08-21"),
        (
            "insert into figure_change (day, territory, department, category_group, street, estate, received, followed_up, \
          solved_at_first, solved, rated, satisfied, closed, in_time, reworked, handed_back, extended, copies) \
          values ('2031-05-06', '370705', '', '0601', '', '', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
            "2031-05-06 370705 0601",
        ),
    ] {
        // The server folds nothing between what is copied here and what is put back.
        while server.desk().store.fold_figures(1000).await.expect("it folds") > 0 {}
        let mut raw = Raw::open(server.database()).await;
        raw.execute("create table kept as select * from figure_sum").await;
        for table in ["response_sum", "place_sum"] {
            raw.execute(&format!("create table kept_{table} as select * from {table}")).await;
        }
        let spoilt = sql.replace('$', if on == Kind::Sqlite { "x'80'" } else { "'\\x80'::bytea" });
        assert!(raw.execute(&spoilt).await > 0, "{sql}");
        let said = chuishao(&["verify", "--database", &server.database().url]).await;
        assert!(!said.success && said.text.lines().any(|line| line.contains(words)), "{sql}: {said:?}");
        assert!(!said.text.contains("不一致：WF"), "no ticket is accused: {said:?}");
        raw.execute("delete from figure_change").await;
        for (table, kept) in
            [("figure_sum", "kept"), ("response_sum", "kept_response_sum"), ("place_sum", "kept_place_sum")]
        {
            raw.execute(&format!("delete from {table}")).await;
            raw.execute(&format!("insert into {table} select * from {kept}")).await;
            raw.execute(&format!("drop table {kept}")).await;
        }
    }
    server.finish().await;
}

/// The connection of a fold is cut before it is committed: nothing is counted twice or lost.
async fn what_was_cut_off_while_folding_is_folded_later(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let store = server.desk().store.clone();
    let days = Days::new(date(2024, 6, 25), date(2024, 6, 25)).expect("days");
    let before = store.figure_sums(days, CountedBy::Department, None).await.expect("it can be read");
    for _ in 0..5 {
        let folding = tokio::spawn({
            let store = store.clone();
            async move { store.fold_figures(1).await }
        });
        tokio::task::yield_now().await;
        folding.abort();
        let _ = folding.await;
        let now = store.figure_sums(days, CountedBy::Department, None).await.expect("it can be read");
        assert_eq!(now, before);
        assert_eq!(store.verify_figures().await.expect("it can be read"), []);
    }
    while store.fold_figures(1).await.expect("it folds") > 0 {}
    assert_eq!(store.figure_sums(days, CountedBy::Department, None).await.expect("it can be read"), before);
    server.finish().await;
}

async fn a_report_is_shown_again_until_its_figures_change(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let november = Days::new(date(2024, 11, 1), date(2024, 11, 30)).expect("days");
    let store = &server.desk().store;
    let version = async || store.figures_versions(&[november]).await.expect("a version")[0];
    let received = async || {
        let report: Value = server.read("/v1/reports/period?period=2024-11").await;
        let rows = report["tables"][0]["rows"].as_array().cloned().unwrap_or_default();
        rows.last().expect("the city's line")["received"].clone()
    };
    let (before, first) = (version().await, received().await);
    assert_eq!(first, 1);
    // Folding is no change.
    while store.fold_figures(500).await.expect("folded") > 0 {}
    assert_eq!(version().await, before);
    // It is not made again: a sum that somebody altered by hand does not show.
    let mut raw = Raw::open(server.database()).await;
    let alter = |by: i64| format!("update figure_sum set received = received + {by} where span = '2024-11'");
    assert!(raw.execute(&alter(7)).await > 0);
    assert_eq!(received().await, 1);
    raw.execute(&alter(-7)).await;
    // What is written shows at once; another month does not touch it.
    dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    assert!(version().await > before);
    assert_eq!(received().await, 2);
    let october = Days::new(date(2024, 10, 1), date(2024, 10, 31)).expect("days");
    let both = store.figures_versions(&[october, november]).await.expect("versions");
    assert_eq!(both, [0, version().await], "each of its own months");
    server.finish().await;
}
