//! What runs until somebody ends it: `plugin test --watch` and `plugin dev`.

use super::folder::{ACCEPTED, Folder};
use crate::server::components::{binary, components};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A process that is ended with the test.
struct Running(Child);

impl Running {
    fn start(args: &[&str]) -> (Self, BufReader<ChildStdout>) {
        let child = Command::new(binary()).args(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut running = Self(child.expect("it can be started"));
        let said = BufReader::new(running.0.stdout.take().expect("its output"));
        (running, said)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has then seen.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The next line with these words.
fn line_with(said: &mut BufReader<ChildStdout>, words: &str) -> String {
    let mut line = String::new();
    while !line.contains(words) {
        line.clear();
        assert!(said.read_line(&mut line).expect("UTF-8") > 0, "it ended without saying {words}");
    }
    line
}

#[test]
fn a_change_runs_the_scenarios_again() {
    let story = format!("title = \"受理\"\n{ACCEPTED}");
    let folder = Folder::copy_of(&components().mediation, &story);
    let (_running, mut said) = Running::start(&["plugin", "test", &folder.text(""), "--watch"]);
    line_with(&mut said, "1 个场景，0 步不符合预期");
    line_with(&mut said, "Ctrl-C 结束");
    folder.write("scenarios/story.toml", &format!("{story}expect = [{{ add-tag = \"没有的\" }}]\n"));
    line_with(&mut said, "1 个场景，1 步不符合预期");
    line_with(&mut said, "Ctrl-C 结束");
    folder.write("scenarios/story.toml", &story);
    line_with(&mut said, "1 个场景，0 步不符合预期");
}

#[tokio::test]
async fn the_page_plays_a_story_and_keeps_it_for_this_machine_alone() {
    let folder = Folder::copy_of(&components().mediation, &format!("title = \"受理\"\n{ACCEPTED}"));
    let (_running, mut said) = Running::start(&["plugin", "dev", &folder.text(""), "--port", "0"]);
    let line = line_with(&mut said, "http://127.0.0.1:");
    let base = line.split_whitespace().find_map(|word| Some(&word[word.find("http://")?..])).expect("an address");
    let base = base.split('（').next().expect("an address").to_owned();
    line_with(&mut said, "1 个场景");
    let client = chuishao_server::http::client().build().expect("a client");

    let page = client.get(&base).send().await.expect("an answer");
    let policy = page.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    let html = page.text().await.expect("text");
    assert!(
        !html.contains("http://") && !html.contains("https://") && !html.contains("style="),
        "nothing from elsewhere"
    );
    let foreign = client.get(&base).header("host", "evil.example").send().await.expect("an answer");
    assert_eq!(foreign.status(), 403);

    let state: Value =
        client.get(format!("{base}/api/state")).send().await.expect("an answer").json().await.expect("JSON");
    let mut story = state["stories"][0]["scenario"].clone();
    let dispatch = json!({
        "at": "2024-09-02T09:10:00", "do": { "command": "dispatch", "lead_unit": "370705-GA" },
        "facts": { "same-complaints": 3 },
    });
    story["step"].as_array_mut().expect("steps").push(dispatch);
    let play = |story: &Value| client.post(format!("{base}/api/play")).json(story).send();
    let came: Value = play(&story).await.expect("an answer").json().await.expect("JSON");
    let call = &came["steps"][2]["calls"][0];
    assert!(call["proposals"][0]["effect"].as_str().is_some_and(|effect| effect.contains("现场调处")), "{came}");
    assert!(call["fuel"].as_u64().is_some_and(|fuel| fuel > 0), "{came}");
    // A page of somebody else may send a form, and no JSON.
    let form = client.post(format!("{base}/api/play")).header("content-type", "text/plain").body(story.to_string());
    assert_eq!(form.send().await.expect("an answer").status(), 415);

    let keep = |name: &str| {
        client.post(format!("{base}/api/scenarios")).json(&json!({ "name": name, "scenario": story })).send()
    };
    assert_eq!(keep("../outside").await.expect("an answer").status(), 422);
    assert_eq!(keep("kept").await.expect("an answer").status(), 200);
    assert_eq!(keep("kept").await.expect("an answer").status(), 422, "nothing is overwritten");
    let kept = folder.read("scenarios/kept.toml");
    assert!(kept.contains("expect = [{ open-task = "), "{kept}");
    let (passed, said) = folder.plugin("test", &["--filter", "kept"]);
    assert!(passed, "{said}");
}
