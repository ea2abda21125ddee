//! Bodies vary, keep their length, and speak of their own category.

use super::super::{person, spot, spots};
use super::*;
use chuishao_domain::World;
use chuishao_domain::redact::redact;
use std::collections::BTreeSet;

/// The matter with this number, of any category and anywhere.
fn made(world: &World, number: u64) -> (CategoryCode, Matter) {
    let mut dice = Dice::new(11, number);
    let leaves: Vec<_> = world.catalogue.categories().filter(|category| category.code.as_str().len() == 6).collect();
    let places: Vec<_> = world.catalogue.territories().filter(|territory| !territory.id.is_city()).collect();
    let category = dice.pick(&leaves).code.clone();
    let territory = &dice.pick(&places).id;
    let at = dice.below(spots(world, territory));
    let spot = spot(world, territory, at, &mut dice);
    let matter = matter(&category, &spot, &person(11, number), &mut dice);
    (category, matter)
}

#[test]
fn bodies_vary_and_keep_their_length() {
    let world = World::weifang();
    let mut bodies = BTreeSet::new();
    let mut with_number = 0;
    for number in 0..10_000 {
        let (category, matter) = made(&world, number);
        let long = matter.body.chars().count();
        assert!((40..=160).contains(&long), "{category} {long}: {}", matter.body);
        assert!((4..=60).contains(&matter.title.chars().count()), "{category}: {}", matter.title);
        for text in [&matter.title, &matter.body] {
            assert!(
                !text.contains(['{', '}']) && !text.contains("，，") && !text.contains("。。"),
                "{category}: {text}"
            );
        }
        with_number += u32::from(redact(&matter.body).contains("【号码】"));
        bodies.insert(matter.body);
    }
    assert!(bodies.len() >= 9_500, "{} of 10000", bodies.len());
    assert!((180..330).contains(&with_number), "{with_number}");
}

/// A phrase without its slots: the longest piece.
fn piece(phrase: &str) -> &str {
    let pieces = phrase.split(['{', '}']).filter(|piece| !piece.is_ascii());
    pieces.max_by_key(|piece| piece.len()).unwrap_or(phrase)
}

#[test]
fn every_leaf_speaks_of_itself() {
    let world = World::weifang();
    let person = person(1, 1);
    let mut all = BTreeSet::new();
    for category in world.catalogue.categories().filter(|category| category.code.as_str().len() == 6) {
        let (group, leaf) = words_of(&category.code, &mut Dice::new(1, 1));
        assert_eq!(leaf.code, category.code.as_str(), "it has words of its own");
        let asks = group.kinds.iter().any(|(kind, _)| *kind == MatterKind::Inquiry);
        let lists: [Of; 5] = [
            |words| words.details,
            |words| words.wants,
            |words| words.done,
            |words| words.explained,
            |words| words.slow,
        ];
        for of in lists.into_iter().chain(asks.then_some((|words| words.questions) as Of)) {
            assert!(!of(&group.words).is_empty() || !of(&leaf.words).is_empty(), "{}", category.name);
        }
        assert!(category.name.ends_with(&format!("/{}", leaf.topic)), "{}", category.name);
        for say in leaf.says {
            assert!(all.insert(*say), "{say} stands twice");
        }
        for number in 0..40 {
            let mut dice = Dice::new(2, number);
            let spot = spot(&world, &"370705".into(), number, &mut dice);
            let matter = matter(&category.code, &spot, &person, &mut dice);
            let own = matter.body.contains(leaf.topic) || leaf.says.iter().any(|say| matter.body.contains(piece(say)));
            assert!(own && matter.title.contains(leaf.topic), "{}: {}", category.name, matter.body);
        }
    }
    let leaves = TABLES.into_iter().flatten().map(|group| group.leaves.len()).sum::<usize>();
    assert_eq!(all.len(), leaves * 4, "no words without a category");
}

#[test]
fn a_group_or_an_unknown_category_has_words_as_well() {
    let world = World::weifang();
    let mut dice = Dice::new(2, 2);
    let spot = spot(&world, &"370784".into(), 5, &mut dice);
    for code in ["0103", "010399", "9999", "", "供暖"] {
        let matter = matter(&code.into(), &spot, &person(1, 1), &mut dice);
        assert!(matter.body.chars().count() >= 40, "{}", matter.body);
    }
    for group in TABLES.into_iter().flatten() {
        assert!(world.catalogue.category(&group.code.into()).is_some(), "{}", group.code);
    }
}

#[test]
fn the_same_dice_say_the_same() {
    let world = World::weifang();
    for number in 0..100 {
        assert_eq!(made(&world, number), made(&world, number));
    }
}
