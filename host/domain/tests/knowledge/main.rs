//! The knowledge base: the list of transitions is what happens, an entry is the fold of its
//! events, and whatever people, the clock and rules want in whatever order, call takers see
//! nothing that was not reviewed.

mod life;
mod posts;
mod words;

use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::calendar::civil;
use chuishao_domain::ids::KnowledgeId;
use chuishao_domain::knowledge::apply::{apply, begin, fold};
use chuishao_domain::knowledge::command::Command;
use chuishao_domain::knowledge::content::{Basis, Content};
use chuishao_domain::knowledge::entry::{Answer, Draft, Entry, Stage, Standing};
use chuishao_domain::knowledge::event::{Event, Recorded};
use chuishao_domain::knowledge::find::{Column, while_calling};
use chuishao_domain::knowledge::transition::{Post, TRANSITIONS, transition};
use chuishao_domain::knowledge::{handle, narrate};
use chuishao_domain::rule::RuleActor;
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::search::query::Hold;
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};

static WORLD: LazyLock<World> = LazyLock::new(World::weifang);

const OWNER: &str = "WF-CG";

fn content(question: &str) -> Content {
    Content {
        question: question.into(),
        answer: "按房屋建筑面积计收，居民每平方米23元；热计量用户按基本热费加计量热费结算。".into(),
        keywords: vec!["暖气费".into(), "取暖费".into()],
        categories: vec!["0101".into()],
        territories: Vec::new(),
        bases: vec![Basis { title: "潍坊市供热条例".into(), article: "第三十一条".into() }],
        valid_from: None,
        valid_until: None,
    }
}

fn heating() -> Content {
    content("居民供热费怎么收")
}

fn noon(day: Date) -> Timestamp {
    chuishao_domain::calendar::moment(day.at(12, 0, 0, 0)).expect("a moment")
}

const TODAY: Date = date(2024, 11, 6);

fn id() -> KnowledgeId {
    KnowledgeId::new(42)
}

fn person(post: Post) -> By {
    match post {
        Post::OwnerClerk => By::UnitClerk { unit: OWNER.into() },
        Post::Reviewer => By::KnowledgeReviewer { number: "0108".into() },
        Post::Clock => By::Clock,
        Post::Rule => By::Rule {
            rule: "heating-mode".into(),
            title: "供热模式".into(),
            version: semver::Version::new(1, 0, 0),
            reason: "同一问题七日内问了三十次".into(),
        },
    }
}

fn rule_of(territory: &str) -> Actor {
    let manifest: Manifest = serde_json::from_value(serde_json::json!({
        "name": "heating-mode", "title": "供热模式", "version": "1.0.0", "interface": "1.0.0", "authors": ["潍坊"],
        "license": "Apache-2.0", "listens": [], "effects": []
    }))
    .expect("a manifest");
    Actor::Rule(Arc::new(RuleActor { manifest: Arc::new(manifest), territory: territory.into() }))
}

fn actor(post: Post) -> Actor {
    if post == Post::Rule { rule_of("WF") } else { Actor::Known(person(post)) }
}

fn draft_of(content: Content) -> Command {
    Command::Draft { id: id(), owner: OWNER.into(), content: Box::new(content) }
}

/// One command of each kind, in words that nothing is wrong with.
fn commands() -> Vec<Command> {
    let words = || "表述不清".to_owned();
    let content = || Box::new(heating());
    vec![
        draft_of(heating()),
        Command::Edit { content: content() },
        Command::Submit,
        Command::Return { opinion: words() },
        Command::Approve { opinion: String::new() },
        Command::Publish,
        Command::Revise { content: content() },
        Command::Discard { reason: words() },
        Command::Withdraw { reason: words() },
        Command::Confirm,
        Command::Tick,
    ]
}

fn entry(stage: Stage, standing: Standing) -> Entry {
    let draft = Draft { stage, content: heating(), by_rule: None, opinion: String::new() };
    let answer = Answer {
        content: heating(),
        revision: 1,
        published_at: noon(TODAY),
        review_due: date(2025, 11, 6),
        review_called: false,
    };
    Entry {
        id: id(),
        version: 1,
        owner: OWNER.into(),
        answer: (standing != Standing::Unpublished).then_some(answer),
        standing,
        draft: (stage != Stage::None).then_some(draft),
    }
}

/// A story: commands with who gives them and on which day. Refused ones change nothing.
fn played(story: &[(Post, Command, Date)]) -> Vec<Recorded> {
    let mut history: Vec<Recorded> = Vec::new();
    for (post, command, day) in story {
        let entry = fold(&id(), &history);
        for event in handle(&WORLD, entry.as_ref(), command, &actor(*post), noon(*day)).unwrap_or_default() {
            let sequence = history.len() as u64 + 1;
            history.push(Recorded { sequence, at: noon(*day), by: person(*post), event });
        }
    }
    history
}

fn through(day: Date, content: Command) -> Vec<(Post, Command, Date)> {
    vec![
        (Post::OwnerClerk, content, day),
        (Post::OwnerClerk, Command::Submit, day),
        (Post::Reviewer, Command::Approve { opinion: String::new() }, day),
        (Post::Reviewer, Command::Publish, day),
    ]
}
