//! What comes in as a package and is none, or takes too much to compile: said in words, and the
//! server goes on.

use super::components::{components, rule};
use super::databases::on_both;
use super::harness::{Answer, TestServer, client, config};
use super::story::{cold_room, noise};
use crate::hostile::apart::{huge_function, many_functions};
use crate::hostile::packages::good;
use chuishao_server::server::{Config, start};
use chuishao_server::store::Kind;
use chuishao_tests::{CITY_OPS, city_key, handing_in, registration_of_key};
use serde_json::{Value, json};
use std::fs;

on_both!(
    what_does_not_compile_is_not_taken_in,
    a_server_starts_without_what_does_not_compile,
    compiling_blocks_nobody_else
);

const CLOCK: &str = "2024-11-06T09:00";

async fn what_does_not_compile_is_not_taken_in(on: Kind) {
    let server = TestServer::start(on, &[], CLOCK).await;
    let key = city_key();
    Answer::to(registration_of_key(&client(), &server.url(""), &key, "WF")).await.read::<Value>();
    for (bytes, code, words) in [
        (huge_function(), "compile.refused", "function body size"),
        (b"noise".to_vec(), "package.not-wasm", "不是 WebAssembly"),
        (good()[..500].to_vec(), "package.broken", "重新构建"),
    ] {
        let answer = Answer::to(handing_in(&client(), &server.url(""), &key, &bytes, "WF")).await;
        assert_eq!(answer.refusal(), (422, code.into()));
        assert!(answer.text.contains(words), "{words} in {}", answer.text);
    }
    let listed = client().get(server.url("/v1/packages")).header("chuishao-actor", CITY_OPS);
    assert_eq!(Answer::to(listed).await.read::<Value>(), json!([]));
    server.register(&cold_room()).await;
    server.finish().await;
}

/// The compiled file is gone and cannot be made again: what needs it is shown with its problem,
/// the rest runs, and when it can be made again everything does.
async fn a_server_starts_without_what_does_not_compile(on: Kind) {
    let rules = [rule(&components().heating, "WF"), rule(&components().mediation, "370705")];
    let mut server = TestServer::start(on, &rules, CLOCK).await;
    server.stop().await;
    let heating = fs::read(&components().heating).expect("a component");
    let kept = server.folder().join("compiled").join(format!("{}.code", chuishao_domain::digest::digest(&heating)));
    fs::remove_file(&kept).expect("it was kept");

    let program = "/nowhere/chuishao".into();
    let config = Config { program, ..config(server.folder(), &server.database().address, CLOCK) };
    let running = start(config).await.expect("it starts");
    let statuses: Vec<_> = running.desk.registry.live().statuses.clone();
    let problems: Vec<_> = statuses.iter().map(|status| (status.plugin.as_str(), status.problems.len())).collect();
    assert_eq!(problems, [("heating-mode", 1), ("kuiwen-onsite-mediation", 0)]);
    let problem = &statuses[0].problems[0];
    assert_eq!(problem.code, "compile.start");
    assert!(problem.chinese.contains("不能启动编译进程 /nowhere/chuishao"), "{}", problem.chinese);
    running.stop().await;

    server.resume(CLOCK).await;
    assert!(kept.is_file(), "it was made again");
    assert_eq!(server.register(&cold_room()).await.missing_fields.len(), 4, "the heating rule answers");
    server.register(&noise("370705", "胜利新村")).await;
    server.finish().await;
}

/// Tickets are taken while a file that is handed in takes the compiler's time.
async fn compiling_blocks_nobody_else(on: Kind) {
    let server = TestServer::start(on, &[], CLOCK).await;
    let key = city_key();
    Answer::to(registration_of_key(&client(), &server.url(""), &key, "WF")).await.read::<Value>();
    let handed_in = tokio::spawn(Answer::to(handing_in(&client(), &server.url(""), &key, &many_functions(), "WF")));
    let mut registered = 0;
    while !handed_in.is_finished() {
        server.register(&cold_room()).await;
        registered += 1;
    }
    // It compiles, and has no rule in it.
    assert_eq!(handed_in.await.expect("no panic").refusal(), (422, "compile.refused".into()));
    assert!(registered > 0, "tickets were taken meanwhile");
    server.finish().await;
}
