//! What is suggested, what is not, and in which words.

use super::*;
use crate::ticket::{CallerKind, Channel, MatterKind};
use proptest::prelude::*;

fn trace(number: u64, category: &str, place: [&str; 3], minutes: i64, title: &str) -> Trace {
    let intake = intake(category, place, minutes, title);
    Trace::of_intake(&TicketId::new(jiff::civil::date(2024, 11, 6), number), &intake).expect("it is not confidential")
}

fn intake(category: &str, [street, estate, building]: [&str; 3], minutes: i64, title: &str) -> Intake {
    let morning: Timestamp = "2024-11-06T08:00:00+08:00".parse().expect("a moment");
    Intake {
        caller: "c-1".into(),
        caller_kind: CallerKind::Citizen,
        channel: Channel::Phone,
        matter_kind: MatterKind::Help,
        category: category.into(),
        title: title.into(),
        body: String::new(),
        place: Place {
            territory: "370705".into(),
            street: street.into(),
            estate: estate.into(),
            building: building.into(),
        },
        confidential: false,
        received_at: morning.saturating_add(SignedDuration::from_mins(minutes)).expect("a moment"),
    }
}

const HERE: [&str; 3] = ["大虞街道", "东方花园小区", "8号楼"];

#[test]
fn one_burst_pipe_and_two_callers() {
    let first = trace(1, "010402", HERE, 0, "东方花园暖气管道爆裂漏水");
    let second = trace(2, "010402", ["大虞街道", "东方花园", "8#楼"], 40, "东方花园8号楼暖气管道漏水");
    let likeness = first.compare(&second).expect("comparable");
    assert_eq!(likeness.nearness, Nearness::SameBuilding);
    // Seven of fifteen words and pairs: 东方, 方花, 花园, 暖气, 气管, 管道, 漏水.
    assert_eq!(likeness.text_per_mille, 466);
    assert_eq!(likeness.explanation(), "同一楼栋、同类、2 小时内、描述相近 46 %");
    assert_eq!(likeness.per_mille(), 200 + 350 + 150 + 139);
    assert_eq!(suggest(&first, [&second]), [likeness]);
}

#[test]
fn another_matter_nearby_is_not_suggested() {
    let first = trace(1, "010402", HERE, 0, "暖气管道爆裂漏水");
    let street_only = trace(2, "010402", ["大虞街道", "", ""], 30, "家里暖气片漏水无人维修");
    assert!(suggest(&first, [&street_only]).is_empty());
    let other_estate = trace(3, "010402", ["大虞街道", "阳光城", "8号楼"], 30, "暖气管道漏水");
    assert_eq!(first.compare(&other_estate).expect("comparable").nearness, Nearness::SameStreet);
    let same_name = trace(4, "010402", ["东关街道", "东方花园", "8号楼"], 30, "暖气管道漏水");
    assert_eq!(first.compare(&same_name).expect("comparable").nearness, Nearness::SameTerritory);
}

#[test]
fn what_cannot_be_one_matter_is_not_compared() {
    let first = trace(1, "010402", HERE, 0, "暖气管道漏水");
    assert!(first.compare(&first).is_none());
    assert!(first.compare(&trace(2, "020101", HERE, 0, "暖气管道漏水")).is_none());
    assert!(first.compare(&trace(2, "010402", HERE, 72 * 60, "暖气管道漏水")).is_some());
    assert!(first.compare(&trace(2, "010402", HERE, 72 * 60 + 1, "暖气管道漏水")).is_none());
    let confidential = Intake { confidential: true, ..intake("010402", HERE, 0, "暖气管道漏水") };
    assert!(Trace::of_intake(&"WF-9".into(), &confidential).is_none());
}

#[test]
fn the_likest_come_first_and_few() {
    let first = trace(1, "010402", HERE, 0, "暖气管道爆裂漏水");
    let others: Vec<Trace> = (2..12)
        .map(|n| trace(n, "010402", HERE, 600 - 50 * i64::try_from(n).expect("small"), "暖气管道爆裂漏水"))
        .collect();
    let found = suggest(&first, &others);
    assert_eq!(found.len(), MOST_SUGGESTIONS);
    assert!(found.windows(2).all(|two| two[0].per_mille() >= two[1].per_mille()));
    assert_eq!(found[0].minutes_apart, 50);
}

fn outline(trace: &Trace) -> Outline {
    let (id, place) = (trace.id.clone(), trace.place.clone());
    Outline { id, place, received_at: trace.received_at, shingles: trace.shingles() }
}

/// What cannot be suggested is not read.
#[test]
fn a_few_words_are_no_long_text() {
    let told =
        trace(2, "010402", ["大虞街道", "阳光城", "8号楼"], 30, "暖气管道爆裂漏水，楼道里都是水，请尽快派人维修");
    let typed = |words: &str| trace(1, "010402", HERE, 0, words).at_most(&outline(&told)).is_some();
    assert!(!typed("暖气漏水"), "3 of 18 words and pairs at most");
    assert!(typed("暖气管道爆裂漏水，楼道里都是水"), "as far as the size of its text tells");
    let same_estate = trace(2, "010402", HERE, 30, "暖气管道爆裂漏水，楼道里都是水，请尽快派人维修");
    assert!(trace(1, "010402", HERE, 0, "").at_most(&outline(&same_estate)).is_some(), "the place alone is enough");
    assert_eq!(same_estate.at_most(&outline(&same_estate)), None, "nothing is like itself");
}

#[test]
fn a_store_finds_by_group_territory_and_time() {
    let candidates = trace(1, "010402", HERE, 0, "x").candidates();
    assert_eq!((candidates.group.as_str(), candidates.territory.as_str()), ("0104", "370705"));
    assert_eq!(candidates.until.duration_since(candidates.from), WINDOW * 2);
}

fn any_trace(number: u64) -> impl Strategy<Value = Trace> {
    let word = |words: &'static [&'static str]| proptest::sample::select(words);
    (
        word(&["0104", "010401", "010402", "0201"]),
        word(&["", "大虞街道", "东关街道"]),
        word(&["", "东方花园", "东方花园小区"]),
        word(&["", "8号楼", "8#", "12栋", "八号"]),
        0_i64..6000,
        "[暖气管道爆裂漏水停电abc0-9 ]{0,24}",
    )
        .prop_map(move |(category, street, estate, building, minutes, title)| {
            trace(number, category, [street, estate, building], minutes, &title)
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_score_is_bounded_and_the_same_from_both_sides(one in any_trace(1), other in any_trace(2)) {
        let (there, back) = (one.compare(&other), other.compare(&one));
        prop_assert_eq!(there.is_some(), back.is_some());
        if let (Some(there), Some(back)) = (there, back) {
            prop_assert!(there.per_mille() <= 1000);
            prop_assert_eq!(there.per_mille(), back.per_mille());
            prop_assert_eq!(there.explanation(), back.explanation());
            let (candidates, others) = (one.candidates(), other.candidates());
            prop_assert_eq!((&candidates.group, &candidates.territory), (&others.group, &others.territory));
            prop_assert!((candidates.from..=candidates.until).contains(&other.received_at));
        }
    }

    #[test]
    fn nothing_scores_more_than_its_outline_says(one in any_trace(1), other in any_trace(2)) {
        if let [likeness] = suggest(&one, [&other]).as_slice() {
            prop_assert!(one.at_most(&outline(&other)) >= Some(likeness.per_mille()));
            prop_assert!(other.at_most(&outline(&one)) >= Some(likeness.per_mille()));
        }
    }

    #[test]
    fn later_is_never_liker(one in any_trace(1), minutes in 0_i64..4320, more in 0_i64..4320) {
        let score = |minutes_apart| {
            let likeness = Likeness {
                other: one.id.clone(), same_category: true, nearness: Nearness::SameEstate, minutes_apart, text_per_mille: 500,
            };
            likeness.per_mille()
        };
        prop_assert!(score(minutes + more) <= score(minutes));
    }
}
