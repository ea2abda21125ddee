//! What a county sees of plugins, packages and keys: its own and the city's, and nothing of a neighbour's,
//! by the API and on the pages alike.

use super::{KUIWEN, ROLLOUT, kuiwen_key, tagging, watch};
use crate::hostile::guest::looping_rule;
use crate::server::databases::on_both;
use crate::server::harness::{Answer, TestServer, eventually};
use crate::server::story::noise;
use chuishao_domain::plugin::key::SecretKey;
use chuishao_domain::rule::manifest::Manifest;
use chuishao_server::console::ROOT;
use chuishao_server::store::Kind;
use chuishao_tests::{CITY_APPROVER, CITY_OPS, city_key, secret_key};
use serde_json::{Value, json};

on_both!(
    a_county_sees_its_own_and_the_citys,
    whose_tickets_the_citys_plugin_met_is_not_a_countys_to_know,
    an_impact_report_names_no_neighbours_plugin
);

/// 潍城区's people, and their key.
const WEICHENG: &str = "county-ops:370702:0009";

fn weicheng_key() -> SecretKey {
    secret_key("weicheng-2024", 6)
}

/// The same rule under another name.
fn called(name: &str, title: &str) -> Manifest {
    let mut manifest = watch("1.0.0");
    name.clone_into(&mut manifest.name);
    title.clone_into(&mut manifest.title);
    manifest
}

/// A plugin of each: 奎文区's, 潍城区's and the city's.
async fn three(server: &TestServer) {
    for (key, owner) in [(city_key(), "WF"), (kuiwen_key(), "370705"), (weicheng_key(), "370702")] {
        assert_eq!(server.key(&key, owner).await.status, 200);
    }
    let own = tagging(&watch("1.0.0"), "街面");
    server.submitted_under(&kuiwen_key(), ROLLOUT, &own, json!({})).await;
    let other = tagging(&called("river-watch", "河道巡查"), "河道");
    server.submitted_under(&weicheng_key(), "370702/river-watch", &other, json!({})).await;
    let city = tagging(&called("city-watch", "全市巡查"), "全市");
    server.submitted("WF/city-watch", &city, json!({})).await;
}

async fn read(server: &TestServer, actor: &str, path: &str) -> Answer {
    Answer::to(server.get(path).header("chuishao-actor", actor)).await
}

/// What a list names, in its order.
async fn listed(server: &TestServer, actor: &str, path: &str, name: &str) -> Vec<String> {
    let rows: Vec<Value> = read(server, actor, path).await.read();
    let name = |row: &Value| row.pointer(name).and_then(Value::as_str).expect("a name").to_owned();
    let mut names: Vec<String> = rows.iter().map(name).collect();
    names.sort();
    names
}

async fn a_county_sees_its_own_and_the_citys(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    three(&server).await;
    let all = ["city-watch", "river-watch", "street-watch"];
    for (actor, names, keys) in [
        (CITY_OPS, &all[..], &["city-2024", "kuiwen-2024", "weicheng-2024"][..]),
        (KUIWEN, &["city-watch", "street-watch"], &["city-2024", "kuiwen-2024"]),
        (WEICHENG, &["city-watch", "river-watch"], &["city-2024", "weicheng-2024"]),
    ] {
        assert_eq!(listed(&server, actor, "/v1/rollouts", "/plugin").await, names, "{actor}");
        assert_eq!(listed(&server, actor, "/v1/packages", "/manifest/name").await, names, "{actor}");
        assert_eq!(listed(&server, actor, "/v1/packages", "/signers/0").await, keys, "{actor}");
        assert_eq!(listed(&server, actor, "/v1/signer-keys", "/public").await.len(), keys.len(), "{actor}");
    }
    for (path, at_own, at_citys) in
        [("", 200, 200), ("/timeline", 200, 200), ("/hanging", 200, 403), ("/health", 200, 403), ("/reviews", 200, 403)]
    {
        for (rollout, status) in [("370702/river-watch", at_own), ("WF/city-watch", at_citys), (ROLLOUT, 403)] {
            let answer = read(&server, WEICHENG, &format!("/v1/rollouts/{rollout}{path}")).await;
            assert_eq!(answer.status, status, "{rollout}{path}: {answer:?}");
        }
    }
    // To see is not to command, and a neighbour's package is nobody else's to submit.
    for rollout in [ROLLOUT, "WF/city-watch"] {
        let stopped = json!({ "command": "switch-off", "reason": "试试" });
        assert_eq!(server.rollout(rollout, WEICHENG, stopped).await.refusal(), (403, "not-entitled".into()));
    }
    let packages: Vec<Value> = read(&server, CITY_OPS, "/v1/packages").await.read();
    let streets = packages.iter().find(|one| one["manifest"]["name"] == "street-watch").expect("a package");
    let submit = json!({ "command": "submit", "package": streets["digest"], "note": "试试" });
    let foreign = server.rollout("370702/street-watch", WEICHENG, submit).await;
    assert_eq!(foreign.refusal(), (422, "key-of-another-territory".into()));
    // Of another's ticket not even that it is there.
    let ticket = server.register(&noise("370705", "胜利新村")).await.ticket;
    for rollout in ["370702/river-watch", "WF/city-watch"] {
        let why = read(&server, WEICHENG, &format!("/v1/tickets/{ticket}/why?rollout={rollout}")).await;
        assert_eq!(why.refusal(), (404, "not-found".into()), "{rollout}");
    }
    let why = read(&server, KUIWEN, &format!("/v1/tickets/{ticket}/why?rollout=WF/city-watch")).await;
    assert_eq!(why.status, 200, "{why:?}");

    // The pages ask the same doors.
    let page = async |path: &str| {
        let request = server.get(&format!("{ROOT}{path}")).header("cookie", format!("chuishao-post={WEICHENG}"));
        Answer::to(request).await
    };
    for path in ["", "/plugins", "/packages", "/signer-keys"] {
        let shown = page(path).await;
        assert_eq!(shown.status, 200, "{path}: {shown:?}");
        for foreign in ["街面巡查", "street-watch", "kuiwen-2024"] {
            assert!(!shown.text.contains(foreign), "{foreign} at {path}: {shown:?}");
        }
    }
    assert!(page("/packages").await.text.contains("全市巡查"));
    let own = page("/plugins/370702/river-watch").await;
    assert!(own.status == 200 && own.text.contains("影响评估"), "{own:?}");
    let citys = page("/plugins/WF/city-watch").await;
    assert!(citys.status == 200 && !citys.text.contains("影响评估"), "{citys:?}");
    for path in ["/plugins/WF/city-watch/impact", "/plugins/WF/city-watch/shadow/1", "/plugins/370705/street-watch"] {
        assert_eq!(page(path).await.status, 403, "{path}");
    }
    server.finish().await;
}

async fn whose_tickets_the_citys_plugin_met_is_not_a_countys_to_know(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    let rollout = "WF/city-watch";
    let revision = server.approved(rollout, &looping_rule(&called("city-watch", "全市巡查")), json!({})).await;
    server.done(rollout, CITY_OPS, json!({ "command": "switch-on", "revision": revision })).await;
    let mut last = None;
    for _ in 0..5 {
        last = Some(server.register(&noise("370705", "胜利新村")).await.ticket);
    }
    let last = last.expect("a ticket");
    assert_eq!(server.state(rollout).await, "隔离中");
    let path = format!("/v1/rollouts/{rollout}");
    let city = read(&server, CITY_APPROVER, &path).await;
    assert!(city.text.contains(last.as_str()), "{city:?}");
    for part in ["", "/timeline"] {
        let county = read(&server, WEICHENG, &format!("{path}{part}")).await;
        assert!(county.status == 200 && county.text.contains("连续"), "why it was stopped: {county:?}");
        assert!(!county.text.contains(last.as_str()), "{county:?}");
    }
    server.finish().await;
}

async fn an_impact_report_names_no_neighbours_plugin(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    for (rollout, name, by) in
        [("370702/river-watch", "river-watch", WEICHENG), ("WF/city-watch", "city-watch", CITY_OPS)]
    {
        let component = tagging(&called(name, "巡查"), "巡查");
        let revision = server.approved(rollout, &component, json!({})).await;
        server.done(rollout, by, json!({ "command": "switch-on", "revision": revision })).await;
    }
    server.register(&noise("370705", "胜利新村")).await;
    let revision = server.submitted(ROLLOUT, &tagging(&watch("1.0.0"), "一版"), json!({})).await;
    let path = format!("/v1/rollouts/{ROLLOUT}/impact");
    let wanted = json!({ "revision": revision, "from": "2024-11-01", "until": "2024-12-01" });
    let begun = Answer::to(server.post(&path).header("chuishao-actor", KUIWEN).json(&wanted)).await;
    let run = begun.read::<Value>()["run"].as_str().expect("a run").to_owned();
    let report = async |actor: &str| read(&server, actor, &format!("{path}?run={run}")).await.read::<Value>();
    eventually("it is done", async || report(CITY_OPS).await["standing"]["state"] == "done").await;
    let names = async |actor: &str, which: &str| -> Vec<String> {
        let report = report(actor).await;
        let rules = report["report"]["asked"][which].as_array().expect("rules").clone();
        let mut names: Vec<String> = rules.iter().map(|rule| rule["name"].as_str().expect("a name").into()).collect();
        names.sort();
        names
    };
    assert_eq!(names(CITY_OPS, "now").await, ["city-watch", "river-watch"]);
    assert_eq!(names(KUIWEN, "now").await, ["city-watch"]);
    assert_eq!(names(KUIWEN, "candidate").await, ["city-watch", "street-watch"]);
    // Nor is it read at another's address.
    let elsewhere = read(&server, WEICHENG, &format!("/v1/rollouts/370702/river-watch/impact?run={run}")).await;
    assert_eq!(elsewhere.refusal(), (404, "not-found".into()));
    server.finish().await;
}
