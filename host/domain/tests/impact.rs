//! The impact report adds up: however its moments are cut into parts, and in whatever order the parts
//! come, the whole is the same; and what differs is what is counted.

use chuishao_domain::event::Event;
use chuishao_domain::ids::TicketId;
use chuishao_domain::impact::examples::{Against, Finding, MOST_EXAMPLES, Place};
use chuishao_domain::impact::heard::{Done, Failed, Heard, NotDone, Way};
use chuishao_domain::impact::sums::{CellOf, Change, Moment, Sums};
use chuishao_domain::refusal::{GuardRail, Refusal};
use chuishao_domain::rule::kinds::EffectKind;
use chuishao_domain::rule::record::CallFailure;
use chuishao_domain::sentence::Sentence;
use jiff::Timestamp;
use jiff::civil::date;
use proptest::collection::vec;
use proptest::prelude::*;

const RULE: &str = "tried";

/// One ticket with one moment.
#[derive(Clone, Debug)]
struct Seen {
    ticket: u64,
    happened: Vec<Done>,
    now: Heard,
    candidate: Heard,
}

fn done() -> impl Strategy<Value = Done> {
    (prop::sample::select(vec![RULE, "other"]), 0..3_u8, any::<bool>()).prop_map(|(rule, what, tags)| {
        let (kind, event) = if tags {
            (EffectKind::AddTag, Event::Tagged { tag: format!("{rule}/{what}") })
        } else {
            (EffectKind::Remember, Event::Remembered { rule: rule.into(), memory: what.to_string() })
        };
        Done { rule: rule.into(), kind, event, reason: format!("因为{what}") }
    })
}

fn heard() -> impl Strategy<Value = Heard> {
    let refused = any::<bool>().prop_map(|by_rail| {
        let refusal = if by_rail {
            Refusal::rail(GuardRail::G9, "urgency-not-raised", "不能降低", "it only rises")
        } else {
            Refusal::new("no-deadline", "没有时限", "there is none")
        };
        NotDone { rule: RULE.into(), kind: EffectKind::RaiseUrgency, refusal, reason: "请提高".into() }
    });
    let failed = any::<bool>().prop_map(|spent| {
        let failure = if spent { CallFailure::OutOfFuel } else { CallFailure::TimedOut };
        Failed { rule: RULE.into(), failure }
    });
    (vec(done(), 0..4), vec(refused, 0..2), vec(failed, 0..2), vec(0..5_000_000_u64, 0..3))
        .prop_map(|(done, not_done, failed, fuel)| Heard { done, not_done, failed, fuel })
}

fn seen() -> impl Strategy<Value = Seen> {
    (1..1000_u64, vec(done(), 0..4), heard(), heard()).prop_map(|(ticket, happened, now, candidate)| Seen {
        ticket,
        happened,
        now,
        candidate,
    })
}

fn sums(all: &[Seen]) -> Sums {
    let mut sums = Sums::default();
    for one in all {
        let ticket = TicketId::new(date(2024, 6, 25), one.ticket);
        let place = Place { ticket: &ticket, sequence: one.ticket % 7, at: Timestamp::UNIX_EPOCH };
        let moment = Moment {
            rule: RULE,
            place,
            happened: Some(&one.happened),
            now: &one.now,
            candidate: &one.candidate,
            event: &|| Sentence::new("受理", "Accepted"),
            tell: &|done| Sentence::data(&format!("{:?}", done.event)),
        };
        let found = sums.count(&moment);
        let month = format!("2024-{:02}", one.ticket % 12 + 1);
        let cell = CellOf { territory: "370705".into(), group: format!("01{:02}", one.ticket % 3), month };
        sums.count_ticket(found, found.asked.then_some(cell));
    }
    sums
}

fn added(parts: &[&Sums]) -> Sums {
    let mut whole = Sums::default();
    parts.iter().for_each(|part| whole.add(part));
    whole
}

proptest! {
    #[test]
    fn parts_add_up_to_the_whole(a in vec(seen(), 0..40), b in vec(seen(), 0..40), c in vec(seen(), 0..40)) {
        let whole = sums(&[a.clone(), b.clone(), c.clone()].concat());
        let (a, b, c) = (sums(&a), sums(&b), sums(&c));
        prop_assert_eq!(&added(&[&a, &b, &c]), &whole);
        prop_assert_eq!(&added(&[&c, &a, &b]), &whole, "in any order");
        prop_assert_eq!(&added(&[&a, &added(&[&b, &c])]), &whole, "in any grouping");
        prop_assert_eq!(&added(&[&Sums::default(), &whole]), &whole);
    }

    #[test]
    fn what_is_written_reads_again(all in vec(seen(), 0..20)) {
        let whole = sums(&all);
        let text = serde_json::to_string(&whole).expect("it writes");
        prop_assert_eq!(serde_json::from_str::<Sums>(&text).expect("it reads"), whole);
    }

    #[test]
    fn a_candidate_that_does_the_same_differs_in_nothing(all in vec(seen(), 0..20)) {
        let all: Vec<Seen> = all.into_iter().map(|one| Seen {
            happened: one.candidate.done.clone(), now: one.candidate.clone(), ..one
        }).collect();
        let whole = sums(&all);
        for differences in [&whole.now, &whole.happened] {
            prop_assert_eq!((differences.tickets, differences.moments), (0, 0));
            for change in differences.by_effect.values().flat_map(|by_effect| by_effect.values()) {
                prop_assert_eq!((change.more, change.fewer, change.other), (0, 0, 0));
                prop_assert!(change.same > 0);
            }
        }
        prop_assert_eq!(whole.fuel, whole.fuel_now);
    }

    #[test]
    fn every_effect_is_counted_once(all in vec(seen(), 0..30)) {
        let whole = sums(&all);
        let count = |of: &dyn Fn(&Seen) -> usize| all.iter().map(of).sum::<usize>() as u64;
        let changes = |pick: &dyn Fn(&Change) -> u64| {
            whole.now.by_effect.values().flat_map(|by| by.values()).map(pick).sum::<u64>()
        };
        let would = changes(&|change| change.more + change.other + change.same);
        let was = changes(&|change| change.fewer + change.other + change.same);
        prop_assert_eq!(would, count(&|one| one.candidate.done.len()));
        prop_assert_eq!(was, count(&|one| one.now.done.len()));
        prop_assert_eq!(whole.fuel.len(), count(&|one| one.candidate.fuel.len()));
        let cells: u64 = whole.places.values().flat_map(|groups| groups.values()).flat_map(|months| months.values())
            .map(|cell| cell.differ_from_now).sum();
        prop_assert!(cells <= whole.now.tickets);
    }
}

fn tagged(tag: &str) -> Done {
    let event = Event::Tagged { tag: tag.into() };
    Done { rule: RULE.into(), kind: EffectKind::AddTag, event, reason: format!("见{tag}") }
}

#[test]
fn ways_are_told_apart_and_few_examples_are_kept() {
    let with = |tags: &[&str]| Heard { done: tags.iter().map(|tag| tagged(tag)).collect(), ..Heard::default() };
    let all: Vec<Seen> = (1..=50)
        .map(|ticket| Seen {
            ticket,
            happened: Vec::new(),
            now: with(&["旧", "同"]),
            candidate: with(&["同", "新", "又新"]),
        })
        .collect();
    let whole = sums(&all);
    let change = whole.now.by_effect[RULE][&EffectKind::AddTag];
    assert_eq!(change, Change { more: 50, fewer: 0, other: 50, same: 50 });
    let of = |way| {
        let finding = Finding::Differs { against: Against::Now, way, effect: EffectKind::AddTag };
        whole.examples.all().iter().filter(|example| example.finding == finding).count()
    };
    assert_eq!((of(Way::More), of(Way::Other), of(Way::Fewer)), (MOST_EXAMPLES, MOST_EXAMPLES, 0));
    let example = &whole.examples.all()[0];
    assert!(example.reason.starts_with('见') && example.event == "受理", "{example:?}");
}
