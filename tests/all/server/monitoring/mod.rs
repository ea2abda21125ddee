//! Monitoring with the real thing: what operators are given (`host/server/docs/monitoring`) runs in a
//! Prometheus of its own, which finds by itself what the server did; and promtool finds no fault in it.

mod prometheus;

use super::accounts::{machine, read_with};
use super::components::rule;
use super::databases::{Raw, on_both};
use super::harness::{Answer, TestServer, at, client, eventually};
use super::story::{accept, dispatch, dispatched, noise};
use crate::hostile::guest::{constant_rule, looping_rule, manifest, proposal};
use crate::tidy::root;
use chuishao_domain::rule::kinds::EventKind;
use chuishao_server::store::Kind;
use chuishao_tests::{Rule, install};
use prometheus::Prometheus;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

on_both!(a_prometheus_finds_what_the_server_did, what_a_collector_is_told_is_well_formed);

const CLOCK: &str = "2024-06-25T09:10";

/// Calls that fail in a row until a plugin is quarantined.
const FAILURES: usize = 5;

/// A file that operators are given.
fn operators(name: &str) -> String {
    let path = root().join("host/server/docs/monitoring").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// promtool, which must find no fault in what it reads.
fn promtool(args: &[&str], folder: &Path, input: &str) {
    let mut tool = Command::new("promtool");
    tool.args(args).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut tool = tool.spawn().expect("promtool is on this machine; on Debian: apt install prometheus");
    // One that reads nothing may have ended.
    let _ = tool.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = tool.wait_with_output().expect("it ends");
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "promtool {args:?}: {}\n{input}", String::from_utf8_lossy(&said));
}

/// A plugin that is told of every registration.
fn plugin(folder: &Path, name: &str, territory: &str, fails: bool) -> Rule {
    let mut manifest = manifest(name, &[EventKind::Registered]);
    manifest.version = "1.0.0".parse().expect("a version");
    let tags = [proposal(json!({ "add-tag": "邻居" }))];
    let component = if fails { looping_rule(&manifest) } else { constant_rule(&manifest, &tags) };
    let file = folder.join(format!("{name}.wasm"));
    fs::write(&file, component).expect("it is written");
    rule(&file, territory)
}

/// With one plugin that acts and one in quarantine, where one has to sign in from now on.
async fn server_with_a_quarantine(on: Kind) -> TestServer {
    let mut server = TestServer::start(on, &[], CLOCK).await;
    for (name, territory, fails) in [("neighbour", "WF", false), ("street-watch", "370705", true)] {
        install(&server.http(), &server.url(""), &plugin(server.folder(), name, territory, fails)).await;
    }
    for _ in 0..FAILURES {
        server.register(&noise("370705", "胜利新村")).await;
    }
    server.stop().await;
    server.believe_nobody();
    server.resume(CLOCK).await;
    server
}

async fn a_prometheus_finds_what_the_server_did(on: Kind) {
    let server = server_with_a_quarantine(on).await;
    let url = server.url("");
    let target = url.strip_prefix("http://").expect("an address");
    let prometheus = Prometheus::of(target, "chuishao_no-such-token").await;
    let refused = async || prometheus.is_up().await.is_err_and(|why| why.contains("401"));
    eventually("nothing is told without a token", refused).await;
    prometheus.finds("up{job=\"chuishao\"}", 0).await;

    let monitor = machine(&server, "prometheus", &["monitor"]).await;
    prometheus.shows(&monitor.word);
    eventually("the target is up", async || prometheus.is_up().await.is_ok()).await;
    prometheus.finds("up{job=\"chuishao\"}", 1).await;

    let taker = machine(&server, "channel", &["call-taker"]).await;
    let dispatcher = machine(&server, "dispatch", &["dispatcher"]).await;
    let post = async |path: &str, token: &str, body: &Value| {
        Answer::to(client().post(server.url(path)).bearer_auth(token).json(body)).await
    };
    let mut ids = Vec::new();
    for _ in 0..3 {
        let taken = post("/v1/tickets", &taker.word, &noise("370705", "胜利新村")).await;
        assert_eq!(taken.status, 201, "{taken:?}");
        ids.push(taken.read::<Value>()["ticket"].as_str().expect("an id").to_owned());
    }
    let (refused, _) = post("/v1/tickets", &taker.word, &noise("999999", "")).await.refusal();
    let commands = format!("/v1/tickets/{}/commands", ids[0]);
    for (token, command) in [(&taker.word, accept()), (&dispatcher.word, dispatch("370705-GA"))] {
        let done = post(&commands, token, &command).await;
        assert_eq!(done.status, 200, "{done:?}");
    }
    let outbox: Value = read_with(&server, "/v1/outbox", &monitor.word).await.read();
    let waiting = outbox["waiting"].as_u64().and_then(|count| u32::try_from(count).ok()).expect("a count");
    assert!(waiting > 0, "nobody delivers here: {outbox}");

    let requests = |labels: &str| format!("sum(chuishao_requests_total{{method=\"POST\",{labels}}})");
    let times = |labels: &str| format!("sum(chuishao_request_seconds_count{{{labels}}})");
    for (expression, value) in [
        (requests("route=\"/v1/tickets\",status=\"201\""), 3),
        (requests(&format!("route=\"/v1/tickets\",status=\"{refused}\"")), 1),
        (requests("route=\"/v1/tickets/{id}/commands\",status=\"200\""), 2),
        (times("route=\"/v1/tickets\",class=\"Done\""), 3),
        (times("route=\"/v1/tickets\",class=\"Refused\""), 1),
        ("chuishao_outbox_waiting".into(), waiting),
        ("chuishao_outbox_delivered".into(), 0),
        ("chuishao_outbox_oldest_seconds".into(), 0),
        ("chuishao_dead_letters".into(), 0),
        ("chuishao_clock_late_seconds".into(), 0),
        ("chuishao_figures_unfolded".into(), 0),
        ("chuishao_seal_late_seconds".into(), 0),
        ("chuishao_plugins_acting".into(), 1),
        ("chuishao_plugins_not_acting".into(), 1),
        ("chuishao_plugins_quarantined".into(), 1),
        ("chuishao_plugins_tripped".into(), 0),
        ("chuishao_plugins_with_problems".into(), 0),
    ] {
        prometheus.finds(&expression, value).await;
    }
    let median = "histogram_quantile(0.5, sum by (le) (chuishao_request_seconds_bucket{route=\"/v1/tickets\"}))";
    let is_a_time = async || prometheus.value(median).await.is_some_and(|median| median > 0.0 && median <= 5.0);
    eventually("the median is a time", is_a_time).await;

    let alert = "ALERTS{alertname=\"ChuishaoPluginQuarantined\",alertstate=\"firing\",severity=\"ticket\"}";
    prometheus.finds(alert, 1).await;
    let rules = prometheus.rules().await;
    assert!(rules.len() > 9 && rules.iter().all(|(_, health)| health == "ok"), "{rules:?}");

    // It is tried again by itself, and the alert is over.
    server.desk().clock.move_to(at("2024-06-25T09:21"));
    prometheus.finds("chuishao_plugins_quarantined", 0).await;
    prometheus.finds("chuishao_plugins_acting", 2).await;
    prometheus.finds(&format!("absent({alert})"), 1).await;
    prometheus.finds("chuishao_outbox_oldest_seconds", 11 * 60).await;
    drop(prometheus);
    server.finish().await;
}

/// The names that a text in either form tells, as Prometheus knows them.
fn names(told: &str, counter_ends: &str) -> BTreeSet<String> {
    let types = told.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    types.map(|(name, kind)| if kind == "counter" { format!("{name}{counter_ends}") } else { name.into() }).collect()
}

async fn what_a_collector_is_told_is_well_formed(on: Kind) {
    let server = TestServer::start(on, &[], CLOCK).await;
    server.register(&noise("370705", "胜利新村")).await;
    let told = async |accept: &str| Answer::to(server.get("/metrics").header("accept", accept)).await;
    let newest = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    for accept in ["*/*", newest] {
        let answer = told(accept).await;
        assert_eq!(answer.content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8", "{accept}");
        assert!(answer.text.ends_with("# EOF\n"), "{answer:?}");
    }
    let older = told("text/plain").await;
    assert_eq!(older.content_type, "text/plain; version=0.0.4; charset=utf-8");
    promtool(&["check", "metrics"], server.folder(), &older.text);
    let (older, newer) = (names(&older.text, ""), names(&told("*/*").await.text, "_total"));
    assert_eq!(older, newer, "both tell the same");
    let page = operators("README.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `chuishao_")?.split_once('`'));
    let explained: BTreeSet<String> = rows.map(|(name, _)| format!("chuishao_{name}")).collect();
    assert_eq!(explained, newer, "the page explains each");
    let ends = ["", "_bucket", "_count", "_sum"];
    let there: Vec<String> = newer.iter().flat_map(|name| ends.map(|end| format!("{name}{end}"))).collect();
    let alerts = operators("alerts.yml");
    let words = alerts.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let asked: BTreeSet<&str> = words.filter(|word| word.starts_with("chuishao_")).collect();
    assert!(asked.len() > 9, "{asked:?}");
    assert!(asked.iter().all(|name| there.iter().any(|of| of == name)), "an alert asks what nobody tells: {asked:?}");
    server.finish().await;
}

/// Each alert is heard when it must be, and none when all is well.
#[test]
fn the_alerts_are_what_they_say() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["alerts.yml", "alerts.test.yml", "prometheus.yml"] {
        fs::write(folder.path().join(name), operators(name)).expect("it is written");
    }
    fs::write(folder.path().join("chuishao.token"), "chuishao_token").expect("it is written");
    promtool(&["check", "config", "prometheus.yml"], folder.path(), "");
    promtool(&["check", "rules", "alerts.yml"], folder.path(), "");
    promtool(&["test", "rules", "alerts.test.yml"], folder.path(), "");
    let (alerts, tried) = (operators("alerts.yml"), operators("alerts.test.yml"));
    for alert in alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")) {
        assert!(tried.contains(&format!("alertname=\"{alert}\"")), "{alert} is not tried");
        let (_, of_it) = alerts.split_once(&format!("- alert: {alert}\n")).expect("it is there");
        let of_it = of_it.split("- alert:").next().unwrap_or_default();
        for part in ["severity:", "summary:", "reason:", "action:"] {
            assert!(of_it.contains(part), "{alert} has no {part}");
        }
    }
}

/// The figure of a name, in what a collector is told.
async fn figure(server: &TestServer, name: &str) -> i64 {
    let told = Answer::to(server.get("/metrics")).await.text;
    let figure = told.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
    figure.unwrap_or_else(|| panic!("{name} in {told}"))
}

/// As if a server that died had left its turns for ever: nobody plays the clock, folds or seals. What is
/// late is told to the second; when somebody takes over, nothing is late any more. Turns are taken where
/// several servers share a database.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_late_is_told_to_the_second() {
    let mut server = TestServer::start(Kind::Postgres, &[], CLOCK).await;
    eventually("yesterday is sealed", async || {
        server.desk().store.sealed_until().await.expect("it can be read").is_some()
    })
    .await;
    server.stop().await;
    let mut raw = Raw::open(server.database()).await;
    for turn in ["clock", "figures"] {
        let taken = format!("insert into lease (name, holder, until) values ('{turn}', 'gone', {})", i64::MAX);
        assert_eq!(raw.execute(&taken).await, 1);
    }
    server.resume(CLOCK).await;
    let id = dispatched(&server, &noise("370705", "胜利新村"), "370705-GA").await;
    let look = raw.number("select wakes_at from ticket where wakes_at is not null order by wakes_at limit 1").await;
    let unfolded = raw.number("select count(*) from figure_change").await;
    let letter = "insert into dead_letter (receiver, sequence, id, died_at, attempts, problem, state, settled_by, \
                  reason, document) values ('platform', 1, 'a', 0, 5, '422', 'dead', '', '', '{}')";
    assert_eq!((raw.execute(letter).await, unfolded > 0), (1, true));
    assert_eq!(figure(&server, "chuishao_clock_late_seconds").await, 0, "it is still to come");
    assert_eq!(figure(&server, "chuishao_seal_late_seconds").await, 0, "today has not ended");

    let now = at("2024-07-03T00:30");
    server.desk().clock.move_to(now);
    let late = now.as_second() - look.div_euclid(1000);
    assert!(late > 0, "{id} has a deadline before that");
    // The 25th, which ended with the first second of the 26th.
    let unsealed = 7 * 24 * 3600 + 1800;
    for (name, value) in [
        ("chuishao_clock_late_seconds", late),
        ("chuishao_figures_unfolded", unfolded),
        ("chuishao_seal_late_seconds", unsealed),
        ("chuishao_outbox_oldest_seconds", now.as_second() - at(CLOCK).as_second()),
        ("chuishao_dead_letters", 1),
    ] {
        assert_eq!(figure(&server, name).await, value, "{name}");
    }

    assert_eq!(raw.execute("delete from lease where holder = 'gone'").await, 2);
    for name in ["chuishao_clock_late_seconds", "chuishao_figures_unfolded", "chuishao_seal_late_seconds"] {
        eventually(name, async || figure(&server, name).await == 0).await;
    }
    server.finish().await;
}
