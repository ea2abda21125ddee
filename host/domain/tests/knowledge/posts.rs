//! Who may do what when, and what a rule may.

use super::*;

/// Every command, by every post, in every state: allowed exactly where the list says so.
#[test]
fn what_happens_is_what_the_list_says() {
    let commands = commands();
    assert_eq!(commands.len(), TRANSITIONS.len());
    let mut allowed = 0;
    for command in &commands[1..] {
        let row = transition(command.kind());
        for post in Post::ALL {
            for stage in Stage::ALL {
                for standing in Standing::ALL {
                    let listed =
                        row.posts.contains(&post) && row.stages.contains(&stage) && row.standings.contains(&standing);
                    let outcome = handle(&WORLD, Some(&entry(stage, standing)), command, &actor(post), noon(TODAY));
                    assert_eq!(
                        outcome.is_ok(),
                        listed,
                        "{command:?} by {post:?} in {stage:?}, {standing:?}: {outcome:?}"
                    );
                    allowed += usize::from(listed);
                    let code = outcome.err().map(|refusal| refusal.code.into_owned());
                    let expected = if row.posts.contains(&post) { "wrong-state" } else { "not-entitled" };
                    assert!(listed || code.as_deref() == Some(expected), "{code:?}");
                }
            }
        }
    }
    assert_eq!(allowed, 79, "the list did not change by accident");
    for post in Post::ALL {
        let outcome = handle(&WORLD, None, &commands[0], &actor(post), noon(TODAY));
        assert_eq!(outcome.is_ok(), transition(commands[0].kind()).posts.contains(&post), "{post:?}");
    }
}

#[test]
fn other_departments_and_other_posts_have_no_part() {
    for by in [
        By::UnitClerk { unit: "WF-ZJ".into() },
        By::UnitClerk { unit: "370705-CG".into() },
        By::CallTaker { number: "0231".into() },
        By::Reviewer { number: "0102".into() },
    ] {
        for command in commands().iter().skip(1) {
            let entry = entry(Stage::Submitted, Standing::Published);
            let refusal =
                handle(&WORLD, Some(&entry), command, &Actor::Known(by.clone()), noon(TODAY)).expect_err("no part");
            assert_eq!(refusal.code, "not-entitled", "{command:?} by {by:?}");
        }
    }
    let department = Actor::Known(By::DepartmentSupervisor { unit: OWNER.into() });
    assert!(handle(&WORLD, None, &draft_of(heating()), &department, noon(TODAY)).is_ok());
}

/// What a rule writes is a draft, for its own territory, without anybody's name or number; and
/// that a rule wrote it is known until a person has been over it.
#[test]
fn a_rule_drafts_and_no_more() {
    let asked = |territory: &str, territories: &[&str]| {
        let content = Content {
            question: "李先生13805361234问供热费".into(),
            answer: String::new(),
            territories: territories.iter().map(|id| (*id).into()).collect(),
            ..heating()
        };
        handle(&WORLD, None, &draft_of(content), &rule_of(territory), noon(TODAY))
    };
    for (territory, territories) in [("370705", &["370784"][..]), ("370705", &["370705", "370784"]), ("370705", &[])] {
        assert_eq!(asked(territory, territories).expect_err("not its own").code, "other-territory");
    }
    assert!(asked("WF", &[]).is_ok());
    let events = asked("370705", &["370705"]).expect("its own");
    let drafted = Recorded { sequence: 1, at: noon(TODAY), by: person(Post::Rule), event: events[0].clone() };
    let mut entry = begin(&id(), &drafted).expect("an entry");
    let draft = entry.draft.clone().expect("a draft");
    assert_eq!(
        (draft.content.question.as_str(), draft.by_rule.as_deref()),
        ("【姓名】【号码】问供热费", Some("heating-mode"))
    );
    let edited = Event::Edited { content: heating() };
    apply(&mut entry, &Recorded { sequence: 2, at: noon(TODAY), by: person(Post::OwnerClerk), event: edited });
    assert_eq!(entry.draft.expect("a draft").by_rule, None);
}
