//! A private Prometheus for a test: Debian's, on a free port, with the configuration that operators are
//! given, and gone with the tests also when they are killed: a watchman holds the other end of a pipe.

use super::{operators, promtool};
use crate::server::harness::{client, eventually};
use reqwest::{Client, Url};
use serde_json::Value;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

/// How long it may take to listen; another port when somebody was quicker.
const PATIENCE: Duration = Duration::from_secs(60);
const MOST_STARTS: u32 = 5;

/// Ends Prometheus when the test ends, however it ends.
const WATCH: &str = r#"trap "" INT TERM HUP QUIT
prometheus --config.file="$0/prometheus.yml" --storage.tsdb.path="$0/data" --web.listen-address="$1" --log.level=warn \
    > /dev/null 2> "$0/log" < /dev/null &
cat > /dev/null
kill $!
wait"#;

pub(super) struct Prometheus {
    url: String,
    client: Client,
    folder: tempfile::TempDir,
    watchman: (Child, Option<ChildStdin>),
}

impl Prometheus {
    /// One that scrapes this address, with this token.
    pub(super) async fn of(target: &str, token: &str) -> Self {
        for start in 1.. {
            let folder = tempfile::tempdir().expect("a folder");
            configure(folder.path(), target, token);
            promtool(&["check", "config", "prometheus.yml"], folder.path(), "");
            let free = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("an address");
            let mut watchman = Command::new("sh");
            watchman.arg("-c").arg(WATCH).arg(folder.path()).arg(free.to_string()).stdin(Stdio::piped());
            let mut watchman = watchman.spawn().expect("a shell");
            let end = watchman.stdin.take();
            let url = format!("http://{free}");
            let prometheus = Self { url, client: client(), folder, watchman: (watchman, end) };
            if prometheus.is_ready().await {
                return prometheus;
            }
            assert!(start < MOST_STARTS, "Prometheus does not start: {}", prometheus.log());
        }
        unreachable!("it starts, or the test has failed")
    }

    async fn is_ready(&self) -> bool {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            let answer = self.client.get(format!("{}/-/ready", self.url)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return true;
            }
            let log = self.log();
            if log.contains("address already in use") {
                return false;
            }
            assert!(
                !log.contains("prometheus: not found"),
                "prometheus is not on this machine; on Debian: apt install prometheus"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// From now on it shows another token.
    pub(super) fn shows(&self, token: &str) {
        fs::write(self.folder.path().join("chuishao.token"), token).expect("it is written");
    }

    async fn ask(&self, path: &str, words: &[(&str, &str)]) -> Value {
        let url = Url::parse_with_params(&format!("{}{path}", self.url), words).expect("an address");
        let answer = self.client.get(url).send().await.expect("it answers");
        let text = answer.text().await.expect("text");
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(answer["status"], "success", "{words:?}: {text}");
        answer["data"].clone()
    }

    /// What an expression comes to; nothing while it has no sample.
    pub(super) async fn value(&self, expression: &str) -> Option<f64> {
        let found = self.ask("/api/v1/query", &[("query", expression)]).await;
        let samples = found["result"].as_array().expect("samples");
        assert!(samples.len() < 2, "{expression} has several samples: {found}");
        let sample = samples.first()?["value"][1].as_str().expect("a number");
        Some(sample.parse().expect("a number"))
    }

    /// Waits until an expression comes to this.
    pub(super) async fn finds(&self, expression: &str, value: u32) {
        let wanted = Some(f64::from(value));
        eventually(&format!("{expression} is {value}"), async || self.value(expression).await == wanted).await;
    }

    /// Why the last scrape failed, once there was one; nothing when it went well.
    pub(super) async fn is_up(&self) -> Result<(), String> {
        let targets = self.ask("/api/v1/targets", &[("state", "active")]).await;
        let target = &targets["activeTargets"][0];
        if target["health"] == "up" { Ok(()) } else { Err(target["lastError"].to_string()) }
    }

    /// How each alerting rule that was evaluated fared.
    pub(super) async fn rules(&self) -> Vec<(String, String)> {
        let groups = self.ask("/api/v1/rules", &[("type", "alert")]).await;
        let rules = groups["groups"][0]["rules"].as_array().expect("rules");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        rules.iter().map(|rule| (text(&rule["name"]), text(&rule["health"]))).collect()
    }
}

/// What operators are given, with what they put in: where the server is, a token, and shorter pauses.
fn configure(folder: &Path, target: &str, token: &str) {
    let given = operators("prometheus.yml");
    assert!(given.contains("127.0.0.1:12345") && given.contains("15s"), "{given}");
    let config = given.replace("127.0.0.1:12345", target).replace("15s", "1s");
    for (name, text) in
        [("prometheus.yml", config.as_str()), ("alerts.yml", &operators("alerts.yml")), ("chuishao.token", token)]
    {
        fs::write(folder.join(name), text).expect("it is written");
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let (watchman, end) = &mut self.watchman;
        drop(end.take());
        let _ = watchman.wait();
    }
}
