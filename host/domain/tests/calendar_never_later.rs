//! Whatever notices come, in whatever order and with whatever corrections: a recomputed
//! deadline is never later than it was promised, nothing waits once its year is known, and a
//! notice makes nobody late.

use chuishao_domain::apply::begin;
use chuishao_domain::calendar::{Calendar, Notice, TimeSpan, moment};
use chuishao_domain::deadline::{Deadline, DeadlineKind, Due, Source};
use chuishao_domain::ids::TicketId;
use chuishao_domain::recompute::{Recomputed, recomputed};
use chuishao_domain::rule::effect::{Post, TaskKind};
use chuishao_domain::ticket::{CallerKind, Channel, Intake, MatterKind, Place, Task, Ticket, TicketState, Urgency};
use jiff::civil::{Date, Weekday, date};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A notice as somebody types it: fixed holidays, and days off and swap days by chance.
fn notice(year: i16, version: u8, chance: &BTreeSet<u16>) -> Notice {
    let fixed = [(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)].map(|(month, day)| date(year, month, day));
    let by_chance = chance.iter().map(|at| date(year, 1, 1).saturating_add(i64::from(*at).days()));
    let mut rows = String::new();
    let mut worked_more = 0_i32;
    for day in by_chance.filter(|day| day.year() == year && !fixed.contains(day)) {
        let weekend = is_weekend(day);
        worked_more += if weekend { 1 } else { -1 };
        rows += &format!("{day},{},春节\n", if weekend { "work" } else { "off" });
    }
    for day in fixed {
        worked_more -= i32::from(!is_weekend(day));
        rows += &format!("{day},off,国庆节\n");
    }
    let weekdays =
        date(year, 1, 1).series(1.day()).take_while(|day| day.year() == year).filter(|day| !is_weekend(*day));
    let count = i32::try_from(weekdays.count()).expect("small") + worked_more;
    let published = date(year - 1, 11, 4).saturating_add(i64::from(version).days());
    let text = format!(
        "year,{year}\ndocument,示例〔{year}〕{version}号\npublished_on,{published}\nworking_days,{count}\n\
         date,kind,holiday\n{rows}"
    );
    Notice::parse(&text).expect("what is typed adds up")
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn at(day: Date, minute: i16) -> Timestamp {
    let midnight = moment(day.at(0, 0, 0, 0)).expect("in range");
    midnight + i64::from(minute).minutes()
}

fn span() -> impl Strategy<Value = TimeSpan> {
    prop_oneof![
        (1_u16..200).prop_map(TimeSpan::ClockHours),
        (1_u16..60).prop_map(TimeSpan::WorkingHours),
        (1_u16..25).prop_map(TimeSpan::WorkingDays),
    ]
}

fn ticket(base: Timestamp, spans: &[TimeSpan], calendar: &Calendar) -> Ticket {
    let intake = Intake {
        caller: "caller-1".into(),
        caller_kind: CallerKind::Citizen,
        channel: Channel::Phone,
        matter_kind: MatterKind::Complaint,
        category: "0301".into(),
        title: "楼上装修".into(),
        body: "每天早上六点开始".into(),
        place: Place {
            territory: "370705".into(),
            street: String::new(),
            estate: String::new(),
            building: String::new(),
        },
        confidential: false,
        received_at: base,
    };
    let mut ticket = begin(&TicketId::new(date(2026, 12, 1), 1), &intake, Urgency::Ordinary);
    ticket.state = TicketState::Handling;
    let kinds = [DeadlineKind::Close, DeadlineKind::Contact];
    let deadline =
        |(kind, span): (DeadlineKind, &TimeSpan)| Deadline::new(kind, base, *span, Source::ProvincialRules, calendar);
    ticket.deadlines = kinds.into_iter().zip(spans).map(deadline).collect();
    ticket.tasks = spans.iter().skip(2).enumerate().map(|(at, span)| task(at, base, *span, calendar)).collect();
    ticket
}

fn task(at: usize, base: Timestamp, span: TimeSpan, calendar: &Calendar) -> Task {
    Task {
        number: u16::try_from(at).expect("few") + 1,
        kind: TaskKind::OnSiteMediation,
        post: Post::PrincipalLeader,
        handling_unit: "370705-ZF".into(),
        title: "现场调处".into(),
        opened_at: base,
        within: span,
        due: Due::of(base, span, calendar),
        rule: "core".into(),
        done: false,
        overdue: false,
        record: Vec::new(),
    }
}

/// What was promised, one after the other: with its base and limit.
fn promises(ticket: &Ticket) -> Vec<(Timestamp, TimeSpan, Due)> {
    let deadlines = ticket.deadlines.iter().map(|one| (one.base_at, one.limit, one.due));
    deadlines.chain(ticket.tasks.iter().map(|one| (one.opened_at, one.within, one.due))).collect()
}

/// As `apply` does with the events of a recomputation.
fn take(ticket: &mut Ticket, changes: Vec<Recomputed>) {
    for change in changes {
        match change {
            Recomputed::Deadline { deadline, .. } => {
                let old = ticket.deadlines.iter_mut().find(|old| old.kind == deadline.kind).expect("it is there");
                *old = deadline;
            }
            Recomputed::Task { number, due, .. } => {
                let task = ticket.tasks.iter_mut().find(|task| task.number == number).expect("it is there");
                task.due = due;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn never_later_than_promised(
        (day, minute) in (0_i64..420, 0_i16..1440),
        spans in proptest::collection::vec(span(), 4),
        // Which year, and which days by chance; the n-th of a year corrects the one before it.
        imports in proptest::collection::vec((2027_i16..2029, proptest::collection::btree_set(0_u16..366, 0..40), 0_i64..40), 1..7),
    ) {
        let base = at(date(2026, 12, 1).saturating_add(day.days()), minute);
        let mut calendar = Calendar::shipped();
        let mut ticket = ticket(base, &spans, &calendar);
        let mut now = base;
        for (version, (year, chance, later)) in imports.into_iter().enumerate() {
            calendar = calendar.with(notice(year, u8::try_from(version).expect("few"), &chance)).expect("newer");
            now += (later * 24).hours();
            let before = promises(&ticket);
            let changes = recomputed(&ticket, &calendar, now);
            take(&mut ticket, changes);
            for ((base, limit, before), (_, _, after)) in before.into_iter().zip(promises(&ticket)) {
                let fresh = Due::of(base, limit, &calendar);
                match (before, after) {
                    (Due::At(promised), Due::At(after)) => {
                        prop_assert!(after <= promised, "{} became {}", promised, after);
                        prop_assert!(after == promised || (after > now && fresh == Due::At(after)));
                        // What is earlier and still ahead is not kept back.
                        let ahead = fresh.at().filter(|fresh| *fresh > now).unwrap_or(promised);
                        prop_assert_eq!(after, promised.min(ahead));
                    }
                    (Due::At(_), Due::AwaitingCalendar(_)) => prop_assert!(false, "a promise was taken back"),
                    (Due::AwaitingCalendar(_), after) => prop_assert_eq!(after, fresh),
                }
            }
            prop_assert_eq!(recomputed(&ticket, &calendar, now), vec![], "asked twice, nothing changes");
        }
    }
}

#[test]
fn what_waited_for_a_year_is_told_in_words() {
    let shipped = Calendar::shipped();
    let mut ticket = ticket(at(date(2026, 12, 30), 600), &[TimeSpan::WorkingDays(5)], &shipped);
    assert!(ticket.awaits_calendar());
    let now = at(date(2026, 12, 31), 0);
    let calendar = shipped.with(notice(2027, 0, &BTreeSet::new())).expect("a new year");
    let changes = recomputed(&ticket, &calendar, now);
    let words: Vec<String> = changes.iter().map(ToString::to_string).collect();
    assert_eq!(words, ["「办结」时限：待定（缺 2027 年放假安排，录入后自动计算） → 2027-01-07 17:30"]);
    take(&mut ticket, changes);
    assert!(!ticket.awaits_calendar());
    ticket.state = TicketState::ClosedOut;
    assert_eq!(recomputed(&ticket, &Calendar::shipped(), now), []);
}

/// What happened stays: a correction does not reopen what is met or overdue.
#[test]
fn what_is_past_stays() {
    let calendar = Calendar::shipped().with(notice(2027, 0, &BTreeSet::new())).expect("a new year");
    let corrected = calendar.with(notice(2027, 1, &BTreeSet::from([8, 9]))).expect("a correction");
    let base = at(date(2027, 1, 7), 600);
    let mut ticket = ticket(base, &[TimeSpan::WorkingDays(2)], &calendar);
    assert_eq!(recomputed(&ticket, &corrected, base).len(), 1, "9 and 10 January are worked now");
    ticket.deadlines[0].met = true;
    assert_eq!(recomputed(&ticket, &corrected, base), []);
}
