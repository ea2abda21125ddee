//! What an edition of the catalogue retires: nothing new is given to it, everything that it has
//! stays readable and goes on, and what it leads can be given to another.

use crate::office::{
    NOISE, Story, clerk, decide, dispatch, dispatcher, hand_back, panel, report, reviewer, rule_hand_back, taker,
};
use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::apply::apply;
use chuishao_domain::calendar::{Calendar, moment};
use chuishao_domain::catalogue::{Editions, TableName, Tables};
use chuishao_domain::command::Command;
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::handle::{Outcome, handle};
use chuishao_domain::narrate;
use chuishao_domain::ticket::Ticket;
use jiff::civil::{Date, date};
use std::sync::LazyLock;

/// The stories begin on 2024-06-25.
const FROM: Date = date(2024, 7, 1);

/// 大虞街道 becomes part of 东关街道, and 供热计费方式 of 供热费用 (invented).
static AFTER: LazyLock<World> = LazyLock::new(|| {
    let tables = Tables::shipped();
    let streets = tables.text(TableName::Streets).replace("370705,02,大虞街道\n", "");
    let categories = tables.text(TableName::Categories).lines().filter(|line| !line.starts_with("0101"));
    let categories = categories.collect::<Vec<_>>().join("\n");
    let successors = "kind,code,successor\nunit,370705-S02,370705-S01\ncategory,0101,0103\n";
    let tables = tables
        .replaced(TableName::Streets, streets)
        .replaced(TableName::Categories, categories)
        .replaced(TableName::Successors, successors);
    let editions = Editions::shipped().with(FROM, "示例〔2024〕1号", tables).expect("a good edition");
    World::on(FROM, &editions, &Calendar::shipped())
});

fn after(ticket: &Ticket, by: By, command: &Command) -> Outcome {
    let now = moment(FROM.at(9, 0, 0, 0)).expect("in range");
    handle(&AFTER, Some(ticket), command, &Actor::Known(by), now)
}

fn code(outcome: Outcome) -> String {
    outcome.map_or_else(|refusal| refusal.code.into_owned(), |_| "ok".to_owned())
}

#[test]
fn nothing_is_given_to_a_retired_unit() {
    let ticket = Story::accepted(NOISE).ticket.clone();
    let refused = after(&ticket, dispatcher(), &dispatch("370705-S02")).expect_err("refused");
    assert_eq!(refused.code, "retired-unit");
    assert!(refused.chinese.contains("请改用 370705-S01「东关街道」"), "{}", refused.chinese);
    assert_eq!(code(after(&ticket, dispatcher(), &dispatch("370705-S01"))), "ok");
}

#[test]
fn a_retired_category_is_changed_before_the_dispatch() {
    let ticket = Story::accepted("0101").ticket.clone();
    let refused = after(&ticket, dispatcher(), &dispatch("370705-CG")).expect_err("refused");
    assert_eq!(refused.code, "retired-category");
    assert!(refused.chinese.contains("请改用 0103"), "{}", refused.chinese);
    let reclassify = |category: &str| Command::Reclassify { category: category.into() };
    assert_eq!(code(after(&ticket, dispatcher(), &reclassify("0101"))), "retired-category");
    assert_eq!(code(after(&ticket, dispatcher(), &reclassify("0103"))), "ok");
    let again = Command::Register { id: ticket.id.clone(), intake: Box::new(ticket.intake.clone()) };
    let by = Actor::Known(taker());
    assert_eq!(code(handle(&AFTER, None, &again, &by, ticket.intake.received_at)), "retired-category");
}

/// It reads as before, its unit may still finish it, and a dispatcher gives it to another.
#[test]
fn what_a_retired_unit_leads_goes_on_or_to_another() {
    let mut story = Story::accepted(NOISE);
    story.done(dispatcher(), dispatch("370705-S02"));
    let words: Vec<String> = story.history.iter().map(|one| narrate::event(&one.event, &AFTER).chinese).collect();
    assert!(words.iter().any(|words| words.contains("主办 大虞街道")), "{words:?}");
    assert_eq!(code(after(&story.ticket, clerk("370705-S02"), &report())), "ok");

    let mut ticket = story.ticket.clone();
    let events = after(&ticket, dispatcher(), &dispatch("370705-S01")).expect("its unit is gone");
    assert!(matches!(events[..], [Event::Dispatched { .. }]), "{events:?}");
    for event in events {
        let sequence = ticket.version + 1;
        apply(&mut ticket, &Recorded { sequence, at: story.now, by: dispatcher(), event });
    }
    assert_eq!(ticket.lead_unit(), Some(&"370705-S01".into()));
    assert_eq!(ticket.deadlines, story.ticket.deadlines, "nobody promised more time");
    // Its unit is in force now: once is enough.
    assert_eq!(code(after(&ticket, dispatcher(), &dispatch("370705-GA"))), "lead-in-force");
}

#[test]
fn what_was_decided_goes_to_the_successor_alone() {
    let mut story = Story::accepted(NOISE);
    for _ in 0..2 {
        if story.ticket.lead_unit().is_none() {
            story.done(dispatcher(), dispatch("370705-S02"));
        }
        story.done(clerk("370705-S02"), hand_back());
        story.done(reviewer(), rule_hand_back(true));
    }
    story.done(panel(), decide("370705-S02"));
    assert_eq!(code(after(&story.ticket, dispatcher(), &dispatch("370705-GA"))), "decided-goes-to-successor");
    assert_eq!(code(after(&story.ticket, dispatcher(), &dispatch("370705-S01"))), "ok");
}
