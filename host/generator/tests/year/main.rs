//! An invented year, looked at from outside: is it the same each time, is it a year of legal
//! tickets, and does it come to the articles' figures?

mod desk;
mod tally;

use chuishao_domain::World;
use chuishao_domain::apply::fold;
use chuishao_domain::calendar::{civil, moment};
use chuishao_domain::event::Event;
use chuishao_domain::ticket::TicketState;
use chuishao_generator::{Brief, BriefError, Life, Plan, Plans, figures, live};
use desk::BareDesk;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tally::Tally;

fn brief(tickets: u64, seed: u64) -> Brief {
    Brief { tickets, ..Brief::usual(2024, seed) }
}

fn plans(brief: &Brief, world: &World) -> Vec<Plan> {
    Plans::new(brief, world).expect("a legal brief").collect()
}

fn lived(plan: &Plan, world: &World) -> Life {
    live(plan, world, &BareDesk(world)).unwrap_or_else(|refusal| panic!("{plan:?}: {refusal:?}"))
}

/// Lives a year, with what every life must hold to.
fn year(brief: &Brief, world: &World) -> Tally {
    let mut tally = Tally::default();
    for plan in Plans::new(brief, world).expect("a legal brief") {
        let life = lived(&plan, world);
        assert!(life.events.iter().all(|recorded| recorded.at < brief.cut()), "{plan:?}");
        assert!(life.events.is_sorted_by_key(|recorded| recorded.at), "{plan:?}");
        tally.add(&life);
    }
    tally
}

#[test]
fn the_same_seed_gives_the_same_year_in_any_order() {
    let world = World::weifang();
    let once = plans(&brief(800, 5), &world);
    assert_eq!(once, plans(&brief(800, 5), &world));
    let lives: Vec<Life> = once.iter().map(|plan| lived(plan, &world)).collect();
    let backwards: Vec<Life> = once.iter().rev().map(|plan| lived(plan, &world)).collect();
    assert!(lives.iter().eq(backwards.iter().rev()));
    let other = plans(&brief(800, 6), &world);
    let same = once.iter().zip(&other).filter(|(a, b)| a.received_at == b.received_at || a.caller == b.caller).count();
    assert!(same < 40, "{same} of 800 calls of another seed are the same");
}

#[test]
fn a_ticket_is_the_fold_of_its_events() {
    let world = World::weifang();
    for plan in plans(&brief(1500, 3), &world) {
        let life = lived(&plan, &world);
        assert_eq!(fold(&plan.id(), &life.events).as_ref(), Some(&life.ticket));
        assert_eq!(life.events.last().map(|recorded| recorded.sequence), Some(life.ticket.version));
        assert!(life.events.iter().zip(1..).all(|(recorded, number)| recorded.sequence == number));
    }
}

#[test]
fn the_year_comes_to_the_figures_and_walks_every_path() {
    let world = World::weifang();
    let tally = year(&brief(10_000, 11), &world);
    println!("{:.2} % solved at first, {:.2} % satisfied\n{tally:#?}", tally.first_rate(), tally.satisfaction());
    assert_eq!(tally.tickets, 10_000);
    assert!((tally.first_rate() - 71.83).abs() < 0.5, "{}", tally.first_rate());
    assert!((tally.satisfaction() - 89.04).abs() < 0.5, "{}", tally.satisfaction());
    assert_eq!(tally.copies_in_october, figures::october_copies(10_000));
    for (what, least, most) in [
        ("filled in", 1000, 2500),
        ("left waiting", 20, 150),
        ("hand-back asked", 200, 400),
        ("hand-back approved", 120, 300),
        ("hand-back refused", 40, 150),
        ("extension asked", 120, 300),
        ("extension granted", 100, 280),
        ("supervised", 100, 900),
        ("grasped", 400, 2000),
        ("sent back", 400, 800),
        ("unreached attempt", 500, 1500),
        ("reworked tickets", 1800, 2700),
        ("overdue: close", 300, 1500),
        ("overdue: contact", 100, 1000),
        ("overdue: grasp", 20, 200),
        ("closed: unreachable", 80, 250),
        ("closed: explained", 700, 2000),
    ] {
        let count = tally.what.get(what).copied().unwrap_or(0);
        assert!((least..=most).contains(&count), "{what}: {count}");
    }
}

/// The cut at the year's end must not pull the figures away, whatever the seed.
#[test]
fn other_seeds_and_sizes_come_to_the_figures_too() {
    let world = World::weifang();
    for (tickets, seed, off) in [(100, 1, 12.0), (3_000, 2, 1.0), (10_000, 3, 0.5), (10_000, 4, 0.5)] {
        let tally = year(&brief(tickets, seed), &world);
        println!("{tickets}: {:.2} {:.2}", tally.first_rate(), tally.satisfaction());
        assert!((tally.first_rate() - 71.83).abs() < off, "{}", tally.first_rate());
        assert!((tally.satisfaction() - 89.04).abs() < off, "{}", tally.satisfaction());
        assert_eq!(tally.copies_in_october, figures::october_copies(tickets));
    }
}

/// The mean is the articles'; what makes it up differs.
#[test]
fn heating_and_wages_are_harder_than_a_burst_pipe() {
    let world = World::weifang();
    let mut groups: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for plan in Plans::new(&brief(40_000, 12), &world).expect("a legal brief") {
        let (solved, all) = groups.entry(plan.category.as_str()[..2].to_owned()).or_default();
        *solved += f64::from(u8::from(plan.fate.solved_at_first));
        *all += 1.0;
    }
    let rate = |group: &str| groups[group].0 / groups[group].1;
    println!("{:?}", groups.iter().map(|(name, (solved, all))| (name, solved / all)).collect::<Vec<_>>());
    assert!(rate("01") + 0.1 < rate("04") && rate("05") + 0.1 < rate("06"));
}

#[test]
fn octobers_copies_are_those_of_the_articles() {
    assert_eq!(figures::october_copies(900_000), 96_137);
    let world = World::weifang();
    for (tickets, year) in [(100, 2024), (12_345, 2025), (60_000, 2024)] {
        let brief = Brief { tickets, ..Brief::usual(year, 9) };
        let october = Plans::new(&brief, &world).expect("a legal brief").filter(|plan| plan.day.month() == 10).count();
        assert_eq!(october as u64, figures::october_copies(tickets));
    }
}

#[test]
fn ids_ascend_with_time_and_everybody_calls() {
    let world = World::weifang();
    let plans = plans(&brief(30_000, 4), &world);
    assert_eq!(plans.len(), 30_000);
    assert!(plans.is_sorted_by_key(|plan| plan.received_at));
    assert!(plans.iter().zip(0..).all(|(plan, index)| plan.index == index));
    assert!(plans.iter().all(|plan| civil(plan.received_at).date() == plan.day));
    let ids: Vec<String> = plans.iter().map(|plan| plan.id().0).collect();
    assert!(ids.is_sorted_by(|a, b| a < b));
    let territories: BTreeSet<_> = plans.iter().map(|plan| &plan.territory).collect();
    assert_eq!(territories.len(), 17);
    let codes: Vec<&str> = world.catalogue.categories().map(|category| category.code.as_str()).collect();
    let leaves = codes.iter().filter(|code| !codes.iter().any(|other| other != *code && other.starts_with(**code)));
    let called: BTreeSet<&str> = plans.iter().map(|plan| plan.category.as_str()).collect();
    assert!(leaves.copied().eq(called.iter().copied()), "{called:?}");
}

#[test]
fn the_seasons_show() {
    let world = World::weifang();
    let mut heating: BTreeMap<i8, u32> = BTreeMap::new();
    let mut wages: BTreeMap<i8, u32> = BTreeMap::new();
    let mut hours: BTreeMap<i8, u32> = BTreeMap::new();
    for plan in Plans::new(&brief(40_000, 8), &world).expect("a legal brief") {
        *hours.entry(civil(plan.received_at).hour()).or_default() += 1;
        match &plan.category.as_str()[..2] {
            "01" => *heating.entry(plan.day.month()).or_default() += 1,
            "05" => *wages.entry(plan.day.month()).or_default() += 1,
            _ => {}
        }
    }
    assert!(heating[&11] > heating[&7] * 10, "{heating:?}");
    assert!(heating[&11] > heating[&9] * 4, "{heating:?}");
    assert!(wages[&1] > wages[&6] * 2, "{wages:?}");
    assert!(hours[&9] > hours[&3] * 8, "{hours:?}");
    assert!(hours.values().all(|&count| count > 0), "{hours:?}");
}

#[test]
fn neighbours_call_about_the_same_matter_and_some_call_often() {
    let world = World::weifang();
    let plans = plans(&brief(40_000, 2), &world);
    let repeats = plans.iter().filter(|plan| plan.repeats.is_some()).count();
    assert!((2_000..2_800).contains(&repeats), "{repeats}");
    let mut callers: HashMap<u64, u32> = HashMap::new();
    let mut buildings: HashMap<_, u32> = HashMap::new();
    for plan in &plans {
        *callers.entry(plan.caller).or_default() += 1;
        if let Some(first) = plan.repeats {
            let first = &plans[usize::try_from(first).expect("an index")];
            assert_eq!((&first.category, first.spot(&world)), (&plan.category, plan.spot(&world)));
            *buildings.entry((&plan.territory, &plan.category, plan.estate, plan.building)).or_default() += 1;
        }
    }
    let mean = plans.len() as f64 / callers.len() as f64;
    assert!((1.5..3.0).contains(&mean), "{mean}");
    let most = callers.values().max().copied().unwrap_or(0);
    assert!((24..400).contains(&most), "{most}");
    assert!(buildings.values().any(|&calls| calls >= 10), "no building without heating");
}

/// In the middle of a morning there are tickets in every state.
#[test]
fn a_cut_leaves_tickets_open_in_every_state() {
    let world = World::weifang();
    let until = moment(jiff::civil::date(2024, 1, 9).at(10, 30, 0, 0));
    let brief = Brief { until, ..brief(900_000, 1) };
    let made = plans(&brief, &world);
    let at_most = Plans::new(&brief, &world).expect("a legal brief").at_most();
    assert!(at_most > made.len() as u64 && at_most < made.len() as u64 + 3_000, "{at_most} {}", made.len());
    let mut states: BTreeMap<TicketState, u32> = BTreeMap::new();
    for plan in made.iter().rev().take(2_500) {
        let life = lived(plan, &world);
        assert!(life.events.iter().all(|recorded| recorded.at < brief.cut()));
        *states.entry(life.ticket.state).or_default() += 1;
    }
    println!("{states:?}");
    for state in [
        TicketState::Registered,
        TicketState::Accepted,
        TicketState::Handling,
        TicketState::InReview,
        TicketState::AwaitingFollowUp,
        TicketState::ClosedOut,
    ] {
        assert!(states.get(&state).is_some_and(|&count| count > 0), "{state:?}: {states:?}");
    }
}

/// What the planning relies on: who called long before the cut has been answered.
#[test]
fn no_life_is_longer_than_the_longest() {
    let world = World::weifang();
    for plan in plans(&Brief { tickets: 3_000, ..Brief::usual(2025, 21) }, &world) {
        let until = plan.until.saturating_add(jiff::SignedDuration::from_hours(24 * 31)).expect("in range");
        let life = lived(&Plan { until, ..plan.clone() }, &world);
        let closed = life.events.iter().find(|recorded| matches!(recorded.event, Event::ClosedOut { .. }));
        if let Some(closed) = closed {
            assert!(closed.at.duration_since(plan.received_at) < chuishao_generator::plans::LONGEST_LIFE);
        } else {
            assert!(until.duration_since(plan.received_at) < chuishao_generator::plans::LONGEST_LIFE, "{plan:?}");
        }
    }
}

#[test]
fn an_order_that_cannot_be_filled_says_why() {
    let world = World::weifang();
    let refused = |brief: Brief| Plans::new(&brief, &world).expect_err("refused");
    assert_eq!(refused(brief(99, 1)), BriefError::Tickets { tickets: 99 });
    assert!(refused(brief(20_000_001, 1)).to_string().contains("20000000"));
    let error = refused(Brief::usual(2026, 1)).to_string();
    assert!(error.contains("2024、2025") && error.contains("possible years"), "{error}");
    let until = moment(jiff::civil::date(2025, 3, 1).at(0, 0, 0, 0));
    let error = refused(Brief { until, ..brief(1_000, 1) });
    assert!(matches!(error, BriefError::Until { year: 2024, .. }), "{error}");
}
