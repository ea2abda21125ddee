//! What is shown of a package, and of the step from one version to the next.

use super::chuishao;
use super::signing::refused;
use crate::hostile::guest::constant_rule;
use crate::hostile::packages::sample;
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::value::Value;
use serde_json::json;
use std::path::Path;

fn written(folder: &Path, name: &str, change: impl FnOnce(&mut Manifest)) -> String {
    let mut manifest = sample();
    manifest.settings = serde_json::from_value(json!({
        "same-calls": { "type": "integer", "title": "几件", "default": 3, "minimum": 2, "maximum": 50 },
    }))
    .expect("settings");
    change(&mut manifest);
    let path = folder.join(name);
    std::fs::write(&path, constant_rule(&manifest, &[])).expect("it is written");
    path.to_string_lossy().into_owned()
}

#[test]
fn a_package_is_shown_in_plain_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = written(folder.path(), "rule.wasm", |manifest| {
        manifest.authors = vec!["奎文区大数据局".into()];
        manifest.description = "第一行\n第二行".into();
        manifest.homepage = Some("https://example.com/".into());
    });
    let (passed, said) = chuishao(&["plugin", "show", &file]);
    assert!(passed, "{said}");
    for words in [
        "「示例规则」sample-rule 0.1.0（18 KiB）\n  第一行\n  第二行\n",
        "监听：受理",
        "扩展字段：停暖日期，日期",
        "设置 same-calls：几件（整数，最小 2，最大 50，默认 3）",
        "许可证：Apache-2.0",
        "作者：奎文区大数据局",
        "主页：https://example.com/",
        "构建工具：chuishao ",
        "签名：没有",
    ] {
        assert!(said.contains(words), "{words} in {said}");
    }
}

#[test]
fn a_step_says_what_is_wider_and_who_is_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = written(folder.path(), "old.wasm", |_| {});
    let diff = |name: &str, change: fn(&mut Manifest)| {
        let new = written(folder.path(), name, change);
        let (passed, said) = chuishao(&["plugin", "diff", &old, &new]);
        assert!(passed, "{said}");
        said
    };
    let mended = diff("mended.wasm", |manifest| manifest.version.patch = 1);
    assert!(mended.starts_with("「示例规则」sample-rule 0.1.0 至 0.1.1：修订\n"), "{mended}");
    assert!(mended.contains("不需要市热线重新审批") && !mended.contains("扩大"), "{mended}");

    let wider = diff("wider.wasm", |manifest| {
        manifest.version.minor = 2;
        manifest.listens =
            ["followed-up"].into_iter().map(|kind| serde_json::from_value(json!(kind)).unwrap()).collect();
        manifest.settings.get_mut("same-calls").expect("a setting").default = Some(Value::Integer(2));
    });
    for words in [
        "0.1.0 至 0.2.0：主版本升级",
        "扩大的事项：\n    监听：回访",
        "收回的事项：\n    监听：受理",
        "设置变更：\n    设置换了默认值：几件 3改为2",
        "须市热线重新审批，原因：\n    监听：回访\n    设置换了默认值：几件 3改为2\n    主版本升级：0.1.0 至 0.2.0",
    ] {
        assert!(wider.contains(words), "{words} in {wider}");
    }
    assert!(!wider.contains("不需要"), "{wider}");

    let same_number = diff("same.wasm", |manifest| manifest.title = "改了标题".into());
    assert!(same_number.contains("同一版本") && same_number.contains("[version-taken]"), "{same_number}");
    let lower = diff("lower.wasm", |manifest| manifest.version = "0.0.9".parse().expect("a version"));
    assert!(lower.contains("降级：0.1.0 至 0.0.9") && !lower.contains("[version"), "{lower}");
    let (_, itself) = chuishao(&["plugin", "diff", &old, &old]);
    assert!(itself.contains("同一个文件") && !itself.contains("[version"), "{itself}");
    let other = written(folder.path(), "other.wasm", |manifest| manifest.name = "other-rule".into());
    refused(chuishao(&["plugin", "diff", &old, &other]), "diff.another-plugin");
}
