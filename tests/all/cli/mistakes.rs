//! Ten mistakes that beginners make, and the whole of what each is told: kept word for word, so
//! that a change of the words is read by somebody. `CHUISHAO_ACCEPT=1` writes them anew.

use super::folder::{ACCEPTED, Folder};
use crate::hostile::guest::{Core, constant_rule, looping_rule, manifest, proposal};
use crate::hostile::layout::INTERFACE;
use crate::hostile::packages::{encoded, good, sample};
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::manifest::Manifest;
use serde_json::json;
use std::fs;
use std::path::Path;

/// What an author does, and what he is told.
fn told() -> Vec<(&'static str, (bool, String))> {
    let story = format!("title = \"受理\"\n{ACCEPTED}");
    let accepting = || manifest("a-rule", &[EventKind::Accepted]);
    let with = |component: Vec<u8>, manifest: &Manifest| Folder::new(manifest, &component, &story);

    let event = with(good(), &sample());
    event.write("plugin.toml", &event.read("plugin.toml").replace("\"accepted\"", "\"acepted\""));

    let silent = Manifest { effects: Default::default(), ..accepting() };
    let permission = with(constant_rule(&silent, &[proposal(json!({ "add-tag": "噪声" }))]), &silent);

    let mut set = accepting();
    set.settings = serde_json::from_value(json!({
        "least-count": { "type": "integer", "title": "几件后启动", "default": 3, "minimum": 2, "maximum": 50 },
    }))
    .expect("settings");
    let setting = with(Core::silent().component(), &set);
    setting.write("scenarios/story.toml", &format!("title = \"受理\"\n[settings]\nleast-count = 99\n{ACCEPTED}"));

    let clock = with(encoded("(import \"wasi:clocks/wall-clock@0.2.0\" (instance))"), &accepting());
    let endless = with(looping_rule(&accepting()), &accepting());
    let panics = Core {
        items: "(data (i32.const 64) \"panicked at src/lib.rs:12: index out of bounds\")".into(),
        on_event: "(call $log (i32.const 3) (i32.const 64) (i32.const 46)) unreachable".into(),
        ..Core::silent()
    };
    let exception = with(panics.component(), &accepting());
    let foreign = proposal(json!({ "suggest-unit": { "handling_unit": "370784-ZJ", "lead": true } }));
    let county = with(constant_rule(&accepting(), &[foreign]), &accepting());
    let export = with(encoded(""), &accepting());
    let typo = with(good(), &sample());
    typo.write("plugin.toml", &typo.read("plugin.toml").replace("license", "licence"));
    let old = Manifest { interface: "1.0.0".parse().expect("a version"), ..accepting() };
    let version = with(Core::silent().component(), &old);
    vec![
        ("事件名写错 a wrong event name", event.plugin("check", &[])),
        ("没有声明的效果 a missing permission", permission.plugin("test", &[])),
        ("设置超出范围 a setting out of range", setting.plugin("test", &[])),
        ("调用时钟 a call of the clock", clock.plugin("check", &[])),
        ("死循环 an endless loop", endless.plugin("test", &[])),
        ("异常 an exception", exception.plugin("test", &[])),
        ("对外区县提出效果 an effect in another county", county.plugin("test", &[])),
        ("忘了导出 a forgotten export", export.plugin("check", &[])),
        ("清单拼写有误 a slip in the manifest", typo.plugin("check", &[])),
        ("接口版本不对 a wrong interface version", version.plugin("check", &[])),
    ]
}

/// Without what differs from run to run, or from one released version to the next.
fn steady(said: &str) -> String {
    let line = |line: &str| {
        let line = match (line.find("（算力 "), line.find("微秒）")) {
            (Some(from), Some(to)) => format!("{}{}", &line[..from], &line[to + "微秒）".len()..]),
            _ => line.to_owned(),
        };
        let line = line.find("（共 ").map_or(line.as_str(), |from| &line[..from]).replace(INTERFACE.version, "最新版");
        format!("{}\n", line.trim_end())
    };
    said.lines().filter(|line| !line.starts_with("覆盖") && !line.starts_with("  字段")).map(line).collect()
}

#[test]
fn ten_mistakes_of_a_beginner_are_explained() {
    let mut text = String::new();
    for (mistake, (passed, said)) in told() {
        assert!(!passed, "{mistake} passes: {said}");
        text += &format!("## {mistake}\n\n{}\n", steady(&said));
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/mistakes.txt");
    if std::env::var_os("CHUISHAO_ACCEPT").is_some() {
        fs::write(&file, &text).expect("it is written");
    }
    let kept = fs::read_to_string(&file).expect("text").replace('\r', "");
    for (kept, now) in kept.split("## ").zip(text.split("## ")) {
        assert_eq!(kept, now, "read what changed, then run again with CHUISHAO_ACCEPT=1");
    }
    assert_eq!(kept, text);
    // Every one leads to its explanation.
    for code in [
        "manifest.unknown-value",
        "effect-not-declared",
        "setting.range",
        "package.import",
        "call.out-of-fuel",
        "call.trap",
        "foreign-unit",
        "package.no-export",
        "manifest.unknown-key",
        "package.interface-mismatch",
    ] {
        assert!(text.contains(code), "{code}");
        let (known, said) = super::chuishao(&["explain", code]);
        assert!(known && said.contains("怎么办"), "{said}");
    }
}
