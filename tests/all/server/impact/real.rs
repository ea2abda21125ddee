//! The report on what a server really did: the rules that were on, tried as candidates, would have
//! done what they did.

use super::super::components::{components, rule};
use super::super::databases::on_both;
use super::super::harness::TestServer;
use super::super::process::chuishao;
use super::super::story::{CALL_TAKER, DISPATCHER, accept, cold_room, dispatch, heating_fields, matter};
use super::{on, report, trial};
use chuishao_domain::ids::TicketId;
use chuishao_domain::impact::examples::Finding;
use chuishao_domain::impact::sums::Change;
use chuishao_domain::language::{Language, is_chinese};
use chuishao_domain::rule::kinds::EffectKind;
use chuishao_domain::rule::settings::Settings;
use chuishao_domain::rule::value::Value as Setting;
use chuishao_domain::sentence::{Part, Text};
use chuishao_server::impact::{html, words};
use chuishao_server::store::Kind;
use jiff::civil::date;
use serde_json::{Value, json};

on_both!(
    what_is_on_would_do_what_it_did,
    a_failing_candidate_is_counted_and_shown,
    a_winter_is_tried_in_june,
    the_binary_says_it_in_words,
);

const NOVEMBER: (jiff::civil::Date, jiff::civil::Date) = (date(2024, 11, 1), date(2024, 12, 1));

/// What the heating rule asks for.
fn asked_for() -> Value {
    heating_fields("8号楼", "0536-88-1024", false)
}

/// What anybody can fill in.
fn place_alone() -> Value {
    json!({ "command": "fill-in", "place": { "building": "8号楼" } })
}

/// Cold rooms of one building on one morning, step by step, each at its own moment.
async fn cold_morning(server: &TestServer, day: &str, calls: u8, fill_in: &Value) -> Vec<TicketId> {
    let mut ids = Vec::new();
    for call in 0..calls {
        let clock = async |minute: u8| server.move_clock(&format!("{day}T{:02}:{minute:02}", 9 + call)).await;
        clock(1).await;
        let id = server.register(&cold_room()).await.ticket;
        clock(3).await;
        server.act(&id, CALL_TAKER, fill_in.clone()).await;
        clock(5).await;
        server.act(&id, CALL_TAKER, accept()).await;
        clock(7).await;
        server.act(&id, DISPATCHER, dispatch("370705-ZJ")).await;
        ids.push(id);
    }
    ids
}

async fn what_is_on_would_do_what_it_did(kind: Kind) {
    let rules = [rule(&components().heating, "WF"), rule(&components().mediation, "370705")];
    let server = TestServer::start(kind, &rules, "2024-11-06T09:00").await;
    let ids = cold_morning(&server, "2024-11-06", 4, &asked_for()).await;
    let decisions = server.decisions(&ids[3]).await;
    assert!(decisions.len() >= 3, "the rules were asked: {decisions:?}");

    let heating = on(&components().heating, "WF", &Settings::new());
    let mediation = on(&components().mediation, "370705", &Settings::new());
    for candidate in [&heating, &mediation] {
        let found = report(server.database(), &trial(candidate, &[&heating, &mediation], NOVEMBER)).await;
        assert!(found.asked.changes_nothing());
        for differences in [&found.sums.now, &found.sums.happened] {
            assert_eq!((differences.tickets, differences.moments), (0, 0), "{:?}", found.sums.examples);
        }
        assert_eq!((found.sums.asked, found.sums.unreadable), (4, 0));
        assert!(found.sums.fuel == found.sums.fuel_now && !found.sums.fuel.is_empty());
    }
    // The fourth call makes the building cold as a whole for a candidate that waits for four.
    let later = Settings::from([("whole-building-calls".to_owned(), Setting::Integer(4))]);
    let later = on(&components().heating, "WF", &later);
    let found = report(server.database(), &trial(&later, &[&heating, &mediation], NOVEMBER)).await;
    let change = found.sums.happened.by_effect["heating-mode"][&EffectKind::RaiseUrgency];
    assert_eq!(change, Change { more: 0, fewer: 1, other: 0, same: 1 }, "the third call, not the fourth");
    assert_eq!(found.sums.happened.tickets, 1);
    let examples = found.sums.examples.all();
    assert!(
        examples.iter().any(|example| example.ticket == ids[2] && example.would.is_empty() && !example.was.is_empty())
    );
    assert_eq!(found.sums.now, found.sums.happened, "what is on is what was on");
    server.finish().await;
}

async fn a_failing_candidate_is_counted_and_shown(kind: Kind) {
    let server = TestServer::start(kind, &[], "2024-11-06T09:00").await;
    cold_morning(&server, "2024-11-06", 2, &place_alone()).await;
    let looping = on(&components().endless_loop, "WF", &Settings::new());
    let found = report(server.database(), &trial(&looping, &[], NOVEMBER)).await;
    let failed = &found.sums.failed[&found.asked.rule]["out-of-fuel"];
    assert_eq!((failed.now, failed.candidate), (0, found.sums.moments));
    assert_eq!(failed.candidate, 2, "it listens to one event of each");
    assert_eq!((found.sums.now.tickets, found.sums.happened.tickets), (0, 0), "and no ticket is the worse for it");
    let shown = found.sums.examples.all().iter().filter(|example| matches!(example.finding, Finding::Failed { .. }));
    assert!(shown.clone().count() == 2 && shown.clone().all(|example| example.reason.contains("算力")));
    server.finish().await;
}

async fn a_winter_is_tried_in_june(kind: Kind) {
    let server = TestServer::start(kind, &[], "2024-06-04T09:00").await;
    cold_morning(&server, "2024-06-04", 3, &place_alone()).await;
    let heating = on(&components().heating, "WF", &Settings::new());
    let june = (date(2024, 6, 1), date(2024, 7, 1));
    let summer = report(server.database(), &trial(&heating, &[], june)).await;
    assert_eq!((summer.sums.asked, summer.sums.now.tickets), (3, 0), "out of season it is silent");

    // The fourth of June, a Tuesday, is told as the third of December, a Tuesday.
    let winter = {
        let mut trial = trial(&heating, &[], june);
        trial.as_if = Some(date(2024, 11, 30));
        trial
    };
    let winter = report(server.database(), &winter).await;
    assert_eq!((winter.sums.asked, winter.sums.now.tickets), (3, 3));
    let by_effect = &winter.sums.now.by_effect["heating-mode"];
    assert_eq!(by_effect[&EffectKind::TightenDeadline].more, 2, "the third is urgent at once: {by_effect:?}");
    assert_eq!(by_effect[&EffectKind::RaiseUrgency].more, 1, "figures are counted as they really were");
    assert_eq!(winter.sums.happened.by_effect, [].into(), "what happened, happened in June");
    let months: Vec<&String> =
        winter.sums.places.values().flat_map(|groups| groups.values().flat_map(|m| m.keys())).collect();
    assert_eq!(months, ["2024-06"]);
    server.finish().await;
}

async fn the_binary_says_it_in_words(kind: Kind) {
    let server = TestServer::start(kind, &[rule(&components().heating, "WF")], "2024-11-06T09:00").await;
    cold_morning(&server, "2024-11-06", 3, &asked_for()).await;
    server.register(&matter("help", "0201", "370784", "汶水小区")).await;
    let folder = server.folder();
    std::fs::write(folder.join("s.toml"), "whole-building-calls = 2\n").expect("written");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (data, settings, json, page) = (path("data"), path("s.toml"), path("r.json"), path("r.html"));
    let (component, url) = (components().heating.to_string_lossy(), server.database().url.clone());
    let common = [
        "impact",
        "--database",
        &url,
        "--data",
        &data,
        "--candidate",
        &component,
        "--territory",
        "WF",
        "--settings",
        &settings,
    ];
    let run = async |more: &[&str]| chuishao(&[&common, more].concat()).await;
    let said = run(&["--from", "2024-11-01", "--until", "2024-12-01"]).await;
    assert!(said.success, "{said:?}");
    let said_before = said.text.clone();
    for words in [
        "与现行规则相比：1 件工单（被询问工单的 33.33%）",
        "提高紧急程度\t1\t0\t0\t1",
        "奎文区\t3\t1\t1",
        "样例",
        "说明",
    ] {
        assert!(said.text.contains(words), "{words}: {}", said.text);
    }
    assert!(!said.text.contains("周桂兰") && !said.text.contains("13900001234"));
    let said = run(&["--from", "2024-11-01", "--until", "2024-12-01", "--json", &json, "--html", &page]).await;
    assert!(said.success, "{said:?}");
    let report: chuishao_domain::impact::ImpactReport =
        serde_json::from_str(&std::fs::read_to_string(&json).expect("written")).expect("a report");
    assert_eq!((report.sums.asked, report.sums.now.tickets), (3, 1));
    let world = chuishao_domain::World::weifang();
    assert!(said_before.contains(words::printed(&report, &world).trim()), "the screen and the file say the same");
    for section in words::sections(&report, &world, Language::English) {
        let said = [&section.title].into_iter().chain(&section.notes).map(String::as_str).chain(section.head);
        for text in said {
            assert!(!is_chinese(text), "what it says itself is English: {text}");
        }
        for part in section.rows.iter().flatten().flat_map(Text::parts) {
            let Part::Own(own) = part else { continue };
            assert!(!is_chinese(own), "and so in its tables: {own}");
        }
    }
    let written = std::fs::read_to_string(&page).expect("written");
    assert_eq!(written, html::page(&report, &world));
    assert!(!written.contains("<script") && written.contains("供热模式"));

    for (args, words) in [
        (["--from", "2024-12-01", "--until", "2024-12-01"], "期间须至少一天"),
        (["--from", "2024-11-01", "--until", "nonsense"], "--until"),
    ] {
        let said = run(&args).await;
        assert!(!said.success && said.text.contains(words), "{said:?}");
    }
    server.finish().await;
}
