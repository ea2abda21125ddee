//! Traces as a collector gets them from the real binary: one from the request through its command into
//! each plugin that was asked; without a word of the caller's; and nobody waits for a collector.

use super::components::rule;
use super::databases::{TestDatabase, on_both};
use super::harness::{Answer, client, eventually, nobody_listens};
use super::process::{ServerProcess, serve_command};
use super::story::{CALLER_NAME, CALLER_PHONE, DISPATCHER, noise};
use crate::hostile::guest::{constant_rule, looping_rule, manifest, proposal};
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use chuishao_domain::rule::kinds::EventKind;
use chuishao_server::store::Kind;
use chuishao_tests::install;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

on_both!(a_call_is_followed_into_each_plugin, nobody_waits_for_a_collector);

/// A collector's door.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Value>>>);

impl Collector {
    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().route("/v1/traces", post(collect)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    fn batches(&self) -> Vec<Value> {
        self.0.lock().expect("not poisoned").clone()
    }

    fn spans(&self) -> Vec<Value> {
        let list = |of: &Value, name: &str| of[name].as_array().cloned().unwrap_or_default();
        let resources = self.batches().into_iter().flat_map(move |batch| list(&batch, "resourceSpans"));
        resources.flat_map(|of| list(&of, "scopeSpans")).flat_map(|of| list(&of, "spans")).collect()
    }

    /// The spans of a name, with those that they are part of, outermost last.
    fn lineages(&self, name: &str) -> Vec<Vec<Value>> {
        let spans = self.spans();
        let above = |span: &Value| {
            let parent = span["parentSpanId"].as_str().filter(|parent| !parent.is_empty())?;
            spans.iter().find(|of| of["spanId"] == parent && of["traceId"] == span["traceId"]).cloned()
        };
        let named = spans.iter().filter(|span| span["name"] == name).cloned();
        named.map(|span| std::iter::successors(Some(span), above).collect()).collect()
    }
}

async fn collect(State(collector): State<Collector>, Json(batch): Json<Value>) -> Json<Value> {
    collector.0.lock().expect("not poisoned").push(batch);
    Json(json!({}))
}

/// What a span says under a name, as text.
fn said(span: &Value, name: &str) -> String {
    let all = span["attributes"].as_array().cloned().unwrap_or_default();
    let value = all.into_iter().find(|of| of["key"] == name).map(|of| of["value"].clone()).unwrap_or_default();
    let value = value.as_object().and_then(|value| value.values().next()).cloned().unwrap_or_default();
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn names(lineage: &[Value]) -> Vec<&str> {
    lineage.iter().filter_map(|span| span["name"].as_str()).collect()
}

fn serve(folder: &Path, database: &TestDatabase, collector: &str) -> ServerProcess {
    let mut command = serve_command(folder, &database.url);
    ServerProcess::run(command.args(["--traces-to", collector]).env("OTEL_BSP_SCHEDULE_DELAY", "100"), folder)
}

async fn a_call_is_followed_into_each_plugin(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut database = TestDatabase::new(on, folder.path()).await;
    let collector = Collector::default();
    let mut server = serve(folder.path(), &database, &collector.start().await);
    for (name, fails) in [("neighbour", false), ("street-watch", true)] {
        let mut manifest = manifest(name, &[EventKind::Registered]);
        manifest.version = "1.0.0".parse().expect("a version");
        let tags = [proposal(json!({ "add-tag": "邻居" }))];
        let component = if fails { looping_rule(&manifest) } else { constant_rule(&manifest, &tags) };
        let file = folder.path().join(format!("{name}.wasm"));
        std::fs::write(&file, component).expect("it is written");
        install(&client(), &server.base, &rule(&file, "WF")).await;
    }
    let taken = Answer::to(server.registration(&noise("370705", "胜利新村"))).await;
    assert_eq!(taken.status, 201, "{taken:?}");
    let ticket = taken.read::<Value>()["ticket"].as_str().expect("an id").to_owned();

    let way = ["register", "POST /v1/tickets"];
    for (name, outcome) in [("neighbour", Some("1")), ("street-watch", None)] {
        let whole = async || collector.lineages(name).iter().any(|lineage| lineage.len() == way.len() + 1);
        eventually("the trace is whole", whole).await;
        let lineages = collector.lineages(name);
        let [lineage] = &lineages[..] else { panic!("it was asked once: {lineages:?}") };
        assert_eq!(names(lineage), [&[name][..], &way[..]].concat());
        let [plugin, command, request] = &lineage[..] else { unreachable!("three, as was just seen") };
        assert_eq!(said(plugin, "rollout"), format!("WF/{name}"));
        assert_eq!((said(plugin, "version"), said(plugin, "event")), ("1.0.0".into(), "Registered".into()));
        assert!(said(plugin, "fuel").parse::<u64>().is_ok_and(|fuel| fuel > 0), "{plugin}");
        match outcome {
            Some(proposals) => assert_eq!(said(plugin, "proposals"), proposals),
            None => assert_eq!(plugin["status"]["code"], 2, "an error: {plugin}"),
        }
        assert_eq!(said(command, "ticket"), ticket);
        assert_eq!(said(request, "http.response.status_code"), "201");
        assert_eq!(request["kind"], 2, "a server's: {request}");
    }
    let commits = collector.lineages("commit");
    assert!(commits.iter().any(|lineage| names(lineage) == ["commit", "register", "POST /v1/tickets"]), "{commits:?}");
    // What is refused is found by its ticket as well, and is no error of ours.
    let unit = json!({ "command": "dispatch", "lead_unit": "370705-GA" });
    let refused = Answer::to(server.command(&ticket.as_str().into(), DISPATCHER, &unit)).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    eventually("the refusal is traced", async || !collector.lineages("dispatch").is_empty()).await;
    let [lineage] = &collector.lineages("dispatch")[..] else { panic!("one refusal") };
    assert_eq!(said(&lineage[0], "ticket"), ticket);
    assert_ne!(lineage[0]["status"]["code"], 2, "{}", lineage[0]);

    let told = serde_json::to_string(&collector.batches()).expect("JSON");
    for planted in [CALLER_NAME, CALLER_PHONE, "来电反映的问题", "胜利新村", "邻居"] {
        assert!(!told.contains(planted), "{planted} stands in a trace");
    }
    assert!(told.contains("service.name"), "{told}");
    server.kill();
    database.remove().await;
}

/// The collector is away: calls are taken as ever. What is no address is said at the start.
async fn nobody_waits_for_a_collector(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut database = TestDatabase::new(on, folder.path()).await;
    let (_held, gone) = nobody_listens();
    let mut server = serve(folder.path(), &database, &format!("http://{gone}"));
    for _ in 0..3 {
        let taken = Answer::to(server.registration(&noise("370705", ""))).await;
        assert_eq!(taken.status, 201, "{taken:?}");
    }
    server.kill();
    let mut refused = serve_command(folder.path(), &database.url);
    let refused = refused.args(["--trust-posts", "--traces-to", "collector:4318"]).stderr(std::process::Stdio::piped());
    let refused = refused.output().expect("it ends");
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("链路收集器的地址"), "{refused:?}");
    database.remove().await;
}
