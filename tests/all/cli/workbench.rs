//! The author's workbench as an author uses it: tables of cases, snapshots, coverage, reports,
//! measuring, random stories.

use super::chuishao;
use super::folder::{ACCEPTED, Folder};
use crate::hostile::guest::{Core, manifest, proposal};
use crate::server::components::components;
use chuishao_domain::rule::kinds::EventKind;
use serde_json::{Value, json};

/// 奎文区's rule on a table: the third complaint, with the figures of each row.
const TABLE: &str = r#"
title = "7 天内同类投诉 {count} 件"

[[case]]
name = "两件，沉默"
count = 2

[[case]]
name = "三件，启动"
count = 3
effects = [{ open-task = { kind = "on-site-mediation", within = { working-days = 1 } } }, { require-record = {} }]
"#;

const DISPATCHED: &str = r#"
[[step]]
at = "2024-09-02T09:10"
do = { command = "dispatch", lead_unit = "370705-GA" }
facts = { same-complaints = "{count}" }
expect = "{effects}"
"#;

#[test]
fn a_table_of_cases_is_played_row_by_row() {
    let story = format!("{TABLE}{ACCEPTED}{DISPATCHED}");
    let folder = Folder::copy_of(&components().mediation, &story);
    let (json, junit) = (folder.text("out.json"), folder.text("out.xml"));
    let (passed, said) = folder.plugin("test", &["--json", &json, "--junit", &junit]);
    assert!(passed, "{said}");
    for words in [
        "7 天内同类投诉 2 件〔两件，沉默〕",
        "7 天内同类投诉 3 件〔三件，启动〕",
        "2 个场景，0 步不符合预期",
        "事件 followed-up（回访）：没有场景让它发生",
        "设置 bad-follow-ups（几次回访未解决或不满意后启动）：没有场景改过它",
    ] {
        assert!(said.contains(words), "{words} in {said}");
    }
    let report: Value = serde_json::from_str(&folder.read("out.json")).expect("JSON");
    assert_eq!((report["failed"].clone(), report["stories"].as_array().map(Vec::len)), (json!(0), Some(2)));
    assert_eq!(report["stories"][1]["steps"][2]["calls"], 1);
    assert!(
        folder.read("out.xml").contains("<testsuites name=\"kuiwen-onsite-mediation\" tests=\"6\" failures=\"0\">")
    );

    let (passed, said) = folder.plugin("test", &["--strict"]);
    assert!(!passed && said.contains("[test.coverage]"), "{said}");
    let (passed, said) = folder.plugin("test", &["--filter", "三件"]);
    assert!(passed && said.contains("1 个场景") && !said.contains("两件"), "{said}");
    let (passed, said) = folder.plugin("test", &["--filter", "没有这样的"]);
    assert!(!passed && said.contains("[test.no-scenario]"), "{said}");
}

/// What was expected stands beside what came, with the place of the step.
#[test]
fn a_step_that_is_not_met_shows_both_sides() {
    let story = format!("{TABLE}{ACCEPTED}{DISPATCHED}").replace("working-days = 1", "working-days = 2");
    let folder = Folder::copy_of(&components().mediation, &story);
    let junit = folder.text("out.xml");
    let (passed, said) = folder.plugin("test", &["--junit", &junit]);
    assert!(!passed, "{said}");
    for words in [
        "✗ 2024-09-02 09:10 dispatch",
        "插件目录/scenarios/story.toml:21",
        "≠   within.working-days = 2",
        "│   within.working-days = 1",
        "即：开立任务「现场调处」",
        "1 步不符合预期",
    ] {
        assert!(said.contains(words), "{words} in {said}");
    }
    let xml = folder.read("out.xml");
    assert!(
        xml.contains("failures=\"1\"")
            && xml.contains("line=\"21\"")
            && xml.contains("<failure message=\"效果不符合预期\">"),
        "{xml}"
    );
}

#[test]
fn a_snapshot_is_accepted_by_a_person_and_held_against() {
    let step = "\n[[step]]\nat = \"2024-09-02T09:10\"\ndo = { command = \"dispatch\", lead_unit = \"370705-GA\" }\n\
                facts = { same-complaints = 3 }\nsnapshot = true\n";
    let folder = Folder::copy_of(&components().mediation, &format!("title = \"第三件\"\n{ACCEPTED}{step}"));
    let (passed, said) = folder.plugin("test", &[]);
    assert!(!passed && said.contains("还没有快照") && said.contains("+   采纳：开立任务"), "{said}");
    let (passed, said) = folder.plugin("test", &["--accept"]);
    assert!(passed && said.contains("快照已写入"), "{said}");
    let kept = folder.read("scenarios/story.snap");
    assert!(kept.contains("== 第 3 步 2024-09-02 09:10 dispatch\ndispatched（派单）\n  采纳：开立任务"), "{kept}");
    let (passed, said) = folder.plugin("test", &[]);
    assert!(passed, "{said}");

    folder.write("scenarios/story.snap", &kept.replace("理由：胜利新村", "理由：别的小区"));
    let (passed, said) = folder.plugin("test", &[]);
    assert!(!passed && said.contains("-     理由：别的小区") && said.contains("+     理由：胜利新村"), "{said}");
    folder.write("scenarios/story.snap", &format!("{kept}\n== 第 9 步 早已删去\n沉默\n"));
    let (passed, said) = folder.plugin("test", &[]);
    assert!(!passed && said.contains("快照里的「第 9 步 早已删去」没有步骤再用到"), "{said}");
    let (passed, _) = folder.plugin("test", &["--accept"]);
    assert!(passed && folder.read("scenarios/story.snap") == kept);
}

#[test]
fn what_a_rule_costs_is_kept_and_compared() {
    let story = format!("{TABLE}{ACCEPTED}{DISPATCHED}");
    let folder = Folder::copy_of(&components().mediation, &story);
    let (passed, said) = folder.plugin("bench", &[]);
    assert!(passed && said.contains("dispatched（派单，2 次）") && !said.contains("上一次"), "{said}");
    let kept: Value = serde_json::from_str(&folder.read("bench.json")).expect("JSON");
    let fuel = kept["events"]["dispatched"]["most-fuel"].as_u64().expect("fuel");
    assert!(fuel > 0 && kept["events"]["dispatched"]["reused-micros"].is_u64(), "{kept}");
    folder.write("bench.json", &folder.read("bench.json").replace(&fuel.to_string(), &(fuel * 2).to_string()));
    let (passed, said) = folder.plugin("bench", &["--no-save"]);
    assert!(passed && said.contains(&format!("；上一次 {}（-50.0%）", fuel * 2)), "{said}");
    // Of a file alone, on invented calls.
    let (passed, said) = chuishao(&["plugin", "bench", &folder.text("kuiwen-onsite-mediation.wasm"), "--no-save"]);
    assert!(passed && said.contains("followed-up（回访，1 次）"), "{said}");
}

#[test]
fn two_versions_are_compared_on_the_scenarios() {
    let story = format!("title = \"受理\"\n{ACCEPTED}expect = [{{ add-tag = \"旧\" }}]\n");
    let mut declared = manifest("a-rule", &[EventKind::Accepted]);
    let answering = |tag: &str| Core::answering(&json!({ "ok": [proposal(json!({ "add-tag": tag }))] }));
    let folder = Folder::new(&declared, &answering("旧").component(), &story);
    declared.version = "0.2.0".parse().expect("a version");
    let newer = answering("新").after("(drop (i32.const 1))").rule(&declared);
    std::fs::write(folder.path("new.wasm"), newer).expect("it is written");
    let [old, new] = ["a-rule.wasm", "new.wasm"].map(|name| folder.text(name));
    let (passed, said) = chuishao(&["plugin", "diff", &old, &new, "--scenarios", &folder.text("")]);
    assert!(
        passed && said.contains("受理（1 次）：") && said.contains("回答不同") && said.contains("add-tag\":\"新"),
        "{said}"
    );
}

/// The shortest story is found, written, and fails until the rule is mended.
#[test]
fn random_stories_find_what_no_author_wants() {
    let declared = manifest("a-rule", &[EventKind::Dispatched]);
    let traps = Core { on_event: "unreachable".into(), ..Core::silent() };
    let folder = Folder::new(&declared, &traps.component(), &format!("title = \"受理\"\n{ACCEPTED}"));
    let (passed, said) = folder.plugin("fuzz", &["--calls", "20", "--seed", "7"]);
    assert!(!passed && said.contains("[call.trap] dispatched（派单）") && said.contains("最短的经过有 3 步"), "{said}");
    assert!(said.contains("[fuzz.failed]"), "{said}");
    let written = folder.read("scenarios/fuzz-call-trap-dispatched.toml");
    assert!(written.contains("do = { command = \"dispatch\"") && written.contains("--seed 7"), "{written}");
    let (passed, said) = folder.plugin("test", &["--filter", "fuzz-"]);
    assert!(!passed && said.contains("规则失败 [call.trap]"), "{said}");
    let again = folder.plugin("fuzz", &["--calls", "20", "--seed", "7", "--no-write"]).1;
    assert!(written.lines().filter(|line| line.starts_with("do = ")).all(|line| again.contains(line)), "{again}");

    // A refusal is for the author to judge.
    let foreign = json!({ "ok": [proposal(json!({ "add-copy": "370784-ZJ" }))] });
    let folder =
        Folder::new(&declared, &Core::answering(&foreign).component(), &format!("title = \"受理\"\n{ACCEPTED}"));
    let (passed, said) = folder.plugin("fuzz", &["--calls", "20", "--no-write"]);
    assert!(passed && said.contains("被拒 [foreign-unit] dispatched（派单）"), "{said}");
}

#[test]
fn the_rules_of_the_articles_stand_random_stories() {
    for component in [&components().mediation, &components().heating] {
        let folder = component.parent().expect("a folder").to_string_lossy().into_owned();
        let (passed, said) = chuishao(&["plugin", "fuzz", &folder, "--calls", "300", "--no-write"]);
        assert!(passed, "{said}");
    }
}
