//! The life of an entry: in use, revised, reviewed, over.

use super::*;

#[test]
fn a_published_answer_stays_in_use_while_it_is_revised() {
    let next = date(2025, 3, 1);
    let revise = Command::Revise { content: Box::new(content("居民供热费收费标准是多少")) };
    let mut story = through(TODAY, draft_of(heating()));
    story.push((Post::OwnerClerk, revise, next));
    let entry = fold(&id(), &played(&story)).expect("an entry");
    let answer = entry.in_force(next, &"370705".into()).expect("in use");
    assert_eq!((answer.revision, answer.content.question.as_str()), (1, "居民供热费怎么收"));
    story.extend(through(next, Command::Tick).into_iter().skip(1));
    let entry = fold(&id(), &played(&story)).expect("an entry");
    let answer = entry.in_force(next, &"370705".into()).expect("in use");
    assert_eq!((answer.revision, answer.content.question.as_str()), (2, "居民供热费收费标准是多少"));
    assert_eq!((answer.review_due, entry.stage()), (date(2026, 3, 1), Stage::None));
}

#[test]
fn an_answer_ends_with_its_last_day() {
    let season = Content {
        valid_from: Some(date(2024, 11, 15)),
        valid_until: Some(date(2025, 3, 31)),
        territories: vec!["370705".into()],
        ..heating()
    };
    let mut story = through(TODAY, draft_of(season));
    let entry = fold(&id(), &played(&story)).expect("an entry");
    let on = |day, territory: &str| entry.in_force(day, &territory.into()).is_some();
    assert!(!on(date(2024, 11, 14), "370705") && on(date(2024, 11, 15), "370705") && on(date(2025, 3, 31), "370705"));
    assert!(!on(date(2025, 4, 1), "370705") && !on(date(2025, 1, 1), "370784") && !on(date(2025, 1, 1), "WF"));
    assert_eq!(entry.wakes_on(), Some(date(2025, 4, 1)));
    story.push((Post::Clock, Command::Tick, date(2025, 3, 31)));
    story.push((Post::Clock, Command::Tick, date(2025, 4, 1)));
    story.push((Post::Clock, Command::Tick, date(2025, 4, 2)));
    let history = played(&story);
    assert_eq!(
        history.last().map(|recorded| &recorded.event),
        Some(&Event::Expired { valid_until: date(2025, 3, 31) })
    );
    assert_eq!(history.iter().filter(|recorded| matches!(recorded.event, Event::Expired { .. })).count(), 1);
    let entry = fold(&id(), &history).expect("an entry");
    assert_eq!(
        (entry.standing, entry.wakes_on(), entry.document(&entry.category_names(&WORLD))),
        (Standing::Expired, None, None)
    );
}

#[test]
fn a_review_falls_due_once_and_is_confirmed() {
    let mut story = through(TODAY, draft_of(heating()));
    for day in [date(2025, 11, 5), date(2025, 11, 6), date(2025, 11, 7)] {
        story.push((Post::Clock, Command::Tick, day));
    }
    let due = |history: &[Recorded]| history.iter().filter(|r| r.event == Event::ReviewFellDue).count();
    let history = played(&story);
    assert_eq!((due(&history), history.last().map(|r| civil(r.at).date())), (1, Some(date(2025, 11, 6))));
    story.push((Post::OwnerClerk, Command::Confirm, date(2025, 11, 8)));
    let entry = fold(&id(), &played(&story)).expect("an entry");
    assert_eq!(entry.wakes_on(), Some(date(2026, 11, 8)));
}

/// Days may pass between review and publishing; what ran out meanwhile is not published.
#[test]
fn what_ran_out_is_not_published() {
    let short = Content { valid_until: Some(TODAY), ..heating() };
    let mut story = through(TODAY, draft_of(short));
    story.pop();
    let entry = fold(&id(), &played(&story)).expect("an entry");
    let publish = |day| handle(&WORLD, Some(&entry), &Command::Publish, &actor(Post::Reviewer), noon(day));
    assert!(publish(TODAY).is_ok());
    assert_eq!(publish(date(2024, 11, 7)).expect_err("over").code, "validity-over");
}

fn wish() -> impl Strategy<Value = (Post, Command, i64)> {
    let post = proptest::sample::select(Post::ALL.as_slice());
    (post, proptest::sample::select(commands()), 0_i64..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_entry_is_the_fold_of_its_events_and_shows_only_what_was_reviewed(wishes in proptest::collection::vec(wish(), 1..60)) {
        let mut day = TODAY;
        let mut story = vec![(Post::OwnerClerk, draft_of(Content { valid_until: Some(date(2026, 1, 1)), ..heating() }), day)];
        for (post, command, days) in wishes {
            day = day.saturating_add(days.days());
            story.push((post, command, day));
        }
        let history = played(&story);
        let mut entry = begin(&id(), &history[0]).expect("an entry");
        let mut reviewed = false;
        for recorded in &history[1..] {
            match recorded.event {
                Event::Approved { .. } => reviewed = true,
                Event::Returned { .. } | Event::RevisionBegun { .. } | Event::Edited { .. } => reviewed = false,
                Event::Published { .. } => prop_assert!(reviewed, "published without review"),
                _ => {}
            }
            prop_assert!(narrate::event(&recorded.event, &WORLD).english.is_whole());
            let before = entry.answer.clone();
            apply(&mut entry, recorded);
            let same_text = before.as_ref().map(|a| &a.content) == entry.answer.as_ref().map(|a| &a.content);
            prop_assert!(same_text || matches!(recorded.event, Event::Published { .. }), "{:?}", recorded.event);
            prop_assert_eq!(entry.stage() == Stage::None, entry.draft.is_none());
            prop_assert_eq!(entry.version, recorded.sequence);
            let kept: Recorded = serde_json::from_str(&serde_json::to_string(recorded).expect("JSON")).expect("JSON");
            prop_assert_eq!(&kept, recorded);
        }
        prop_assert_eq!(fold(&id(), &history), Some(entry));
    }
}
