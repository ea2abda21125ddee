//! Thousands of random lives: whatever is wanted in whatever order, a topic is the fold of its
//! events, also after they were written and read, and the guards hold.

use crate::support::*;
use chuishao_domain::calendar::TimeSpan;
use chuishao_domain::topic::actor::{Convener, TopicBy};
use chuishao_domain::topic::case::{Mode, SummonsKind, Topic, TopicState};
use chuishao_domain::topic::command::TopicCommand;
use chuishao_domain::topic::narrate;
use chuishao_domain::topic::rung::Rung;
use chuishao_domain::topic::transitions::transition;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;
use std::collections::BTreeSet;

/// One thing that somebody wants, after so many hours; dates are days from then.
#[derive(Clone, Debug)]
struct Wish {
    hours: i64,
    days: i64,
    /// Whoever usually gives it, when it is nobody in particular.
    by: Option<TopicBy>,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Relate(u64),
    Name(BTreeSet<&'static str>),
    Opinion,
    Agenda,
    Decline,
    Record(BTreeSet<&'static str>),
    Decide(BTreeSet<&'static str>, bool),
    Report(u16),
    /// The first open measure.
    ReportOpen,
    /// The first summons that somebody has not answered.
    AnswerOpen,
    SendBack(u16),
    Escalate(Rung),
    Close,
    Order(BTreeSet<&'static str>),
    Supervision(u16),
    Whistle(BTreeSet<&'static str>, u16),
    CheckIn(u16),
    Tick,
    ProposeAgain,
}

const UNITS: [&str; 6] = [CITY_CG, CITY_ZJ, KUIWEN_CG, ANQIU_ZJ, "WF-JT", "nowhere"];

fn some_units() -> impl Strategy<Value = BTreeSet<&'static str>> {
    proptest::collection::btree_set(proptest::sample::select(UNITS[..5].to_vec()), 0..4)
}

/// Mostly units that are concerned from the beginning.
fn concerned() -> impl Strategy<Value = BTreeSet<&'static str>> {
    let from_the_beginning = proptest::sample::select(UNITS[..3].to_vec());
    prop_oneof![4 => proptest::collection::btree_set(from_the_beginning, 1..4), 1 => some_units()]
}

fn actor() -> impl Strategy<Value = TopicBy> {
    prop_oneof![
        4 => Just(hotline()),
        4 => Just(government()),
        4 => proptest::sample::select(UNITS.to_vec()).prop_map(clerk),
        2 => proptest::sample::select(UNITS.to_vec()).prop_map(department),
        1 => Just(clock()),
        1 => Just(rule()),
    ]
}

fn what() -> impl Strategy<Value = What> {
    let number = || 1_u16..5;
    prop_oneof![
        1 => (0_u64..60).prop_map(What::Relate),
        1 => some_units().prop_map(What::Name),
        2 => Just(What::Opinion),
        8 => Just(What::Agenda),
        1 => proptest::bool::weighted(0.3).prop_map(|so| if so { What::Decline } else { What::Opinion }),
        8 => concerned().prop_map(What::Record),
        8 => (concerned(), proptest::bool::weighted(0.4)).prop_map(|(units, mode)| What::Decide(units, mode)),
        1 => number().prop_map(What::Report),
        14 => Just(What::ReportOpen),
        4 => Just(What::AnswerOpen),
        1 => number().prop_map(What::SendBack),
        2 => proptest::sample::select(Rung::ALL.to_vec()).prop_map(What::Escalate),
        6 => Just(What::Close),
        1 => some_units().prop_map(What::Order),
        1 => number().prop_map(What::Supervision),
        1 => (some_units(), 0_u16..200).prop_map(|(units, hours)| What::Whistle(units, hours)),
        1 => number().prop_map(What::CheckIn),
        2 => Just(What::Tick),
        1 => Just(What::ProposeAgain),
    ]
}

fn wish() -> impl Strategy<Value = Wish> {
    let hours = prop_oneof![3 => Just(0_i64), 2 => 1_i64..300];
    let by = prop_oneof![4 => Just(None), 1 => actor().prop_map(Some)];
    (hours, -1_i64..12, by, what()).prop_map(|(hours, days, by, what)| Wish { hours, days, by, what })
}

/// Somebody who usually gives the command, so that lives get somewhere.
fn usual(what: &What, topic: &Topic) -> TopicBy {
    let called = |number: u16| topic.summons(number).and_then(|summons| summons.missing().next());
    match what {
        What::ReportOpen => clerk(topic.open_measures().next().map_or(CITY_CG, |measure| measure.unit.as_str())),
        What::AnswerOpen => {
            clerk(topic.summonses.iter().find_map(|of| of.missing().next()).map_or(CITY_CG, |unit| unit.as_str()))
        }
        What::Opinion => department(CITY_CG),
        What::Report(number) => clerk(topic.measure(*number).map_or(CITY_CG, |measure| measure.unit.as_str())),
        What::Supervision(number) | What::CheckIn(number) => clerk(called(*number).map_or(CITY_CG, |of| of.as_str())),
        What::Relate(_) => hotline(),
        What::Tick => clock(),
        _ => convener(topic.rung),
    }
}

fn command(what: &What, life: &Life, days: i64) -> TopicCommand {
    let day = life.in_days(days);
    let set = |ids: &BTreeSet<&'static str>| ids.iter().map(|id| (*id).into()).collect();
    match what {
        What::Relate(count) => TopicCommand::RelateTickets { count: *count, tickets: tickets(*count..count + 2) },
        What::Name(ids) => TopicCommand::NameUnits { units: set(ids) },
        What::Opinion => TopicCommand::WriteOpinion { words: words() },
        What::Agenda => TopicCommand::PutOnAgenda { on: life.in_days(days.min(1)) },
        What::Decline => TopicCommand::Decline { reason: words() },
        What::Record(ids) => TopicCommand::RecordDiscussion { attended: set(ids), words: words() },
        What::Decide(ids, mode) => TopicCommand::Decide {
            words: words(),
            measures: ids.iter().map(|id| measure(id, day)).collect(),
            modes: mode.then(|| Mode { name: "供热模式".into(), from: life.today(), to: day }).into_iter().collect(),
        },
        What::Report(number) => TopicCommand::ReportMeasure { number: *number, result: words() },
        What::ReportOpen => {
            let open = life.topic().open_measures().next();
            TopicCommand::ReportMeasure { number: open.map_or(1, |measure| measure.number), result: words() }
        }
        What::AnswerOpen => {
            let open = life.topic().summonses.iter().find(|summons| summons.missing().next().is_some());
            match open.map(|summons| (summons.kind, summons.number)) {
                Some((SummonsKind::JointSupervision, number)) => {
                    TopicCommand::ReportSupervision { number, report: words() }
                }
                open => TopicCommand::CheckIn { number: open.map_or(1, |(_, number)| number) },
            }
        }
        What::SendBack(number) => TopicCommand::SendBackMeasure { number: *number, missing: words(), due_on: day },
        What::Escalate(to) => TopicCommand::Escalate { to: *to, reason: words() },
        What::Close => TopicCommand::Close { outcome: words() },
        What::Order(ids) => TopicCommand::OrderSupervision { units: set(ids), words: words(), due_on: day },
        What::Supervision(number) => TopicCommand::ReportSupervision { number: *number, report: words() },
        What::Whistle(ids, hours) => {
            TopicCommand::Whistle { units: set(ids), words: words(), within: TimeSpan::ClockHours(*hours) }
        }
        What::CheckIn(number) => TopicCommand::CheckIn { number: *number },
        What::Tick => TopicCommand::Tick,
        What::ProposeAgain => TopicCommand::Propose(draft(Rung::DailyDiscussion)),
    }
}

/// What holds after every command of anybody.
fn check_invariants(topic: &Topic) {
    for meeting in topic.meetings.iter().filter(|meeting| meeting.rung == Rung::MonthlyDiscussion) {
        assert_eq!(meeting.convener, Convener::GovernmentOffice, "每月一议 without its convener");
        assert!(!topic.opinions.is_empty(), "每月一议 without a written opinion");
        assert!(topic.units.len() >= 2, "每月一议 about one unit");
        assert!(meeting.attended.is_empty() || meeting.attended.len() >= 2, "每月一议 with one unit");
    }
    let open = topic.open_measures().count();
    let missing = topic.summonses.iter().map(|summons| summons.missing().count()).sum::<usize>();
    match topic.state {
        TopicState::Decided => assert!(open > 0, "decided, and nothing to do"),
        TopicState::MeasuresDone => assert!(open == 0, "done, and measure {open} is open"),
        TopicState::Closed | TopicState::Declined => assert_eq!((open, missing), (0, 0), "ended with open work"),
        _ => {}
    }
    assert!(topic.modes.is_empty() || topic.rung >= Rung::MonthlyDiscussion, "a mode decided below 每月一议");
    let numbers = |numbers: Vec<u16>| numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]);
    assert!(numbers(topic.measures.iter().map(|measure| measure.number).collect()));
    assert!(numbers(topic.summonses.iter().map(|summons| summons.number).collect()));
}

/// What a command may do to a topic.
fn check_step(before: &Topic, after: &Topic, command: &TopicCommand) {
    assert!(!before.state.is_final(), "a topic that has ended changed by {command:?}");
    let line = transition(Some(before.state), command.kind()).expect("it is listed");
    assert!(line.to.contains(&after.state) || (line.to.is_empty() && before.state == after.state));
    assert!(after.rung >= before.rung, "a topic came down");
    assert!(after.ticket_count >= before.ticket_count && after.tickets.is_superset(&before.tickets));
    assert!(after.units.is_superset(&before.units));
    assert!(after.opinions.starts_with(&before.opinions));
}

fn live(rung: Rung, wishes: &[Wish]) -> Life {
    let mut life = Life::new("2024-11-01T09:00:00+08:00");
    life.does(&hotline(), TopicCommand::Propose(draft(rung)));
    for wish in wishes {
        life.now = life.now.checked_add(jiff::ToSpan::hours(wish.hours)).expect("in range");
        let before = life.topic().clone();
        let command = command(&wish.what, &life, wish.days);
        let by = wish.by.clone().unwrap_or_else(|| usual(&wish.what, &before));
        match life.act(&by, &command) {
            Ok(events) => {
                assert_eq!(life.topic().version, before.version + events.len() as u64);
                check_step(&before, life.topic(), &command);
                assert!(events.iter().all(|event| narrate::event(event, &WORLD).english.is_whole()));
            }
            Err(refusal) => {
                assert!(!refusal.chinese.is_empty() && !refusal.english.is_empty());
                assert_eq!(*life.topic(), before);
            }
        }
        if matches!(command, TopicCommand::Tick) && by == clock() {
            assert!(life.topic().wakes_at().is_none_or(|at| at > life.now), "the clock left something undone");
        }
        check_invariants(life.topic());
    }
    assert_eq!(life.fold_of_written().as_ref(), Some(life.topic()), "a topic is the fold of its events");
    life
}

#[test]
fn whatever_is_wanted_the_guards_hold() {
    let config = Config { cases: 3000, failure_persistence: None, ..Config::default() };
    let rungs = [Rung::DailyDiscussion, Rung::SpecialStudy, Rung::MonthlyDiscussion, Rung::MonthlyDiscussion];
    let lives = (proptest::sample::select(rungs.to_vec()), proptest::collection::vec(wish(), 1..120));
    let (monthly, closed, declined, lapsed, modes) =
        (Cell::new(0), Cell::new(0), Cell::new(0), Cell::new(0), Cell::new(0));
    let count = |cell: &Cell<u32>, so: bool| cell.set(cell.get() + u32::from(so));
    let outcome = TestRunner::new(config).run(&lives, |(rung, wishes)| {
        let life = live(rung, &wishes);
        let topic = life.topic();
        count(&monthly, topic.meetings.iter().any(|of| of.rung == Rung::MonthlyDiscussion && !of.attended.is_empty()));
        count(&closed, topic.state == TopicState::Closed);
        count(&declined, topic.state == TopicState::Declined);
        count(&lapsed, topic.summonses.iter().any(|summons| summons.lapsed));
        count(&modes, !topic.modes.is_empty());
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    // The lives would prove nothing if everything were refused.
    for (what, cell) in
        [("每月一议", monthly), ("closed", closed), ("declined", declined), ("lapsed", lapsed), ("modes", modes)]
    {
        assert!(cell.get() >= 50, "{what}: {} lives of 3000", cell.get());
    }
}
