//! A decision record is proof: from it alone and the component, the same answer comes out
//! again, with the same fuel, in a process that never saw the ticket; and what does not is named.

use super::chain::with_cold_rooms;
use super::components::{components, rule};
use super::databases::{Raw, TestDatabase, on_both};
use super::harness::TestServer;
use super::lives::{fill, rulebook};
use super::process::{Said, chuishao};
use super::story::{CALL_TAKER, accept, cold_room, heating_fields};
use chuishao_domain::rule::record::{Answer, CallFailure};
use chuishao_sandbox::engine::{Budget, Engine};
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::limits::FUEL_PER_CALL;
use chuishao_sandbox::package::Package;
use chuishao_sandbox::replay::{Difference, On, Replayed, replay};
use chuishao_server::replay::{Components, Report, Which, run};
use chuishao_server::store::{Kind, Store};
use jiff::{Timestamp, civil::date};

on_both!(
    a_decision_replays_bit_for_bit,
    what_was_altered_does_not_come_out_again,
    another_component_is_found_out,
    invented_lives_replay_and_stand_the_check
);

/// Lives of the test, with over five thousand decisions: what a build without optimisation gets
/// through. `cargo bench --bench replay` takes a hundred thousand.
const LIVES: u64 = 2_000;

async fn replay_said(server: &TestServer, args: &[&str]) -> Said {
    chuishao(&[&["replay", "--database", &server.database().url], args].concat()).await
}

async fn a_decision_replays_bit_for_bit(on: Kind) {
    let files = [&components().heating, &components().endless_loop];
    let rules = files.map(|file| rule(file, "WF"));
    let server = TestServer::start(on, &rules, "2024-11-06T09:00").await;
    let id = server.register(&cold_room()).await.ticket;
    server.act(&id, CALL_TAKER, heating_fields("8号楼", "0536-88-1024", false)).await;
    server.act(&id, CALL_TAKER, accept()).await;
    let decisions = server.decisions(&id).await;
    assert_eq!(decisions.len(), 4, "heating three times, the endless loop once");

    let said = replay_said(&server, &["--all"]).await;
    assert!(said.success && said.text.contains("重放 4 条决定") && said.text.contains("4 条逐位相同"), "{said:?}");
    let said = replay_said(&server, &["--ticket", id.as_str()]).await;
    assert!(said.success && said.text.contains("重放 4 条决定"), "{said:?}");
    for (args, count) in [
        (&["--rule", "heating-mode"][..], 3),
        (&["--rule", "heating-mode", "--from", "2024-11-06", "--until", "2024-11-06"], 3),
        (&["--rule", "heating-mode", "--from", "2024-11-07"], 0),
        (&["--rule", "heating-mode", "--until", "2024-11-05"], 0),
        (&["--rule", "endless-loop"], 1),
    ] {
        let said = replay_said(&server, args).await;
        assert!(said.success && said.text.contains(&format!("重放 {count} 条决定")), "{args:?}: {said:?}");
    }
    let said = replay_said(&server, &["--ticket", "WF20240625000042-4"]).await;
    assert!(!said.success && said.text.contains("没有工单"), "{said:?}");

    // Another engine counts fuel otherwise; the answer is the same, but not for whom fuel stopped.
    let engine = Engine::new(Budget { fuel: FUEL_PER_CALL * 2, ..Budget::default() }).expect("an engine");
    for file in files {
        let package = Package::read(&std::fs::read(file).expect("a component")).expect("a package");
        let guest = Guest::load(&engine, package, None).expect("it loads");
        for decision in decisions.iter().filter(|d| d.edition.component_digest == guest.package().digest) {
            assert_eq!(replay(&guest, decision), Replayed::Equal(On::AnotherEngine));
        }
    }
    server.finish().await;
}

/// Each on a ticket of its own.
const ALTERED: [(&str, &str); 7] = [
    ("document = replace(document, '\"estate\":\"虞河花园\"', '\"estate\":\"\"') where number = 1", "算力不同"),
    ("document = replace(document, '供热模式：先', '供冷模式：先') where number = 1", "回答不同"),
    ("document = replace(document, '\"fuel\":', '\"fuel\":1') where number = 2", "算力不同"),
    ("document = replace(document, '\"memory_bytes\":', '\"memory_bytes\":1') where number = 3", "内存不同"),
    (
        "document = replace(document, '\"fuel\":', '\"log\":[{\"level\":\"info\",\"text\":\"x\"}],\"fuel\":') where number = 2",
        "日志不同",
    ),
    ("document = '{' where number = 3", "决定记录不能识别"),
    ("edition = 'none' where number = 1", "规则版次缺失"),
];

async fn what_was_altered_does_not_come_out_again(on: Kind) {
    let (server, ids) = with_cold_rooms(on, ALTERED.len() + 1).await;
    let mut raw = Raw::open(server.database()).await;
    for (id, (sql, _)) in ids.iter().zip(ALTERED) {
        let sql = format!("update decision set {sql} and ticket_id = '{id}'");
        assert_eq!(raw.execute(&sql).await, 1, "{sql}");
    }
    let said = replay_said(&server, &["--all"]).await;
    assert!(!said.success, "{said:?}");
    for (id, (sql, words)) in ids.iter().zip(ALTERED) {
        let named: Vec<&str> = said.text.lines().filter(|line| line.contains(id.as_str())).collect();
        assert!(matches!(named[..], [line] if line.contains(words)), "{sql}: {named:?} in {said:?}");
    }
    assert!(!said.text.contains(ids[ALTERED.len()].as_str()), "a sound one is not accused: {said:?}");
    server.finish_spoilt().await;
}

async fn another_component_is_found_out(on: Kind) {
    let (server, ids) = with_cold_rooms(on, 1).await;
    let (id, store) = (&ids[0], &server.desk().store);
    let decisions = store.decisions(id).await.expect("they read");
    let guest = |file| {
        let package = Package::read(&std::fs::read(file).expect("a component")).expect("a package");
        Guest::load(&Engine::new(Budget::default()).expect("an engine"), package, None).expect("it loads")
    };
    let replayed = replay(&guest(&components().mediation), &decisions[0]);
    assert!(matches!(&replayed, Replayed::Different(all) if matches!(all[..], [Difference::Component { .. }])));
    let mut guarded = decisions[0].clone();
    guarded.call.input = None;
    let heating = guest(&components().heating);
    assert_eq!(replay(&heating, &guarded), Replayed::Different(vec![Difference::NoInput]));
    guarded.call.answer = Answer::Failed(CallFailure::LoopGuard { message: "规则不再询问".into() });
    assert_eq!(replay(&heating, &guarded), Replayed::NotCalled);
    let mut late = decisions[0].clone();
    late.call.answer = Answer::Failed(CallFailure::TimedOut);
    assert_eq!(replay(&heating, &late), Replayed::BrokenOff);
    let mut reset = decisions[0].clone();
    let mut edition = (*reset.edition).clone();
    edition.version.patch += 1;
    reset.edition = edition.into();
    assert_eq!(replay(&heating, &reset), Replayed::Different(vec![Difference::Edition]));

    // One bit of the component in the database, and it is gone; the file that somebody kept serves.
    let mut raw = Raw::open(server.database()).await;
    let digest = &decisions[0].edition.component_digest;
    let flip = match on {
        Kind::Sqlite => "substr(component, 1, 999) || x'ff' || substr(component, 1001)",
        Kind::Postgres => "set_byte(component, 999, 255)",
    };
    assert_eq!(
        raw.execute(&format!("update plugin_package set component = {flip} where digest = '{digest}'")).await,
        1
    );
    let said = replay_said(&server, &["--all"]).await;
    assert!(!said.success && said.text.contains(digest.as_str()), "{said:?}");
    raw.execute(&format!("delete from plugin_package where digest = '{digest}'")).await;
    let said = replay_said(&server, &["--all"]).await;
    assert!(!said.success && said.text.contains("没有这个组件"), "{said:?}");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::copy(&components().heating, folder.path().join("any-name.wasm")).expect("copied");
    let said = replay_said(&server, &["--all", "--components", &folder.path().to_string_lossy()]).await;
    assert!(said.success && said.text.contains("3 条逐位相同"), "{said:?}");
    server.finish_spoilt().await;
}

/// Archived or not, all of them are chained, sealed and come out again.
async fn invented_lives_replay_and_stand_the_check(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut database = TestDatabase::new(on, folder.path()).await;
    let store = Store::open(&database.address).await.expect("it opens");
    let engine = Engine::new(Budget::default()).expect("an engine");
    let (heating, mediation) = (&components().heating, &components().mediation);
    let made = fill(&store, &rulebook(&engine, heating, mediation), LIVES).await.expect("they are written");
    assert!(made > 5_000, "most tickets are decided on more than once: {made}");

    let files = tempfile::tempdir().expect("a folder");
    for (name, file) in [("a.wasm", heating), ("b.wasm", mediation)] {
        std::fs::copy(file, files.path().join(name)).expect("copied");
    }
    let replay_all = async || -> Report {
        let components = Components::new(engine.clone()).with_folder(files.path()).expect("it reads");
        run(&store, components, &Which::All, |_| ()).await.expect("the database answers")
    };
    let report = replay_all().await;
    assert!(report.is_clean(), "{report:?}");
    assert_eq!((report.decisions, report.equal), (made, made), "{report:?}");

    let sealed = store.seal_day(date(2024, 12, 31), Timestamp::now()).await.expect("it is sealed");
    assert!(sealed.iter().map(|seal| seal.heads).sum::<u64>() > 0);
    let before = store.verify(|_| ()).await.expect("it reads");
    assert_eq!((before.faults, before.decisions), (vec![], made));
    let moved = store.archive(Timestamp::now(), Timestamp::now()).await.expect("it is archived");
    assert!(moved.moved > LIVES / 2 && moved.unequal.is_empty(), "{moved:?}");
    let after = store.verify(|_| ()).await.expect("it reads");
    assert_eq!((after.faults, after.decisions, after.archived), (vec![], made, moved.moved));
    let report = replay_all().await;
    assert_eq!((report.decisions, report.equal), (made, made), "archived ones too: {report:?}");
    store.close().await;
    database.remove().await;
}
