//! What a package says of itself in the standard sections: what other tools read there is what
//! the manifest says, and a package in which the two differ is refused.

use super::guest::Core;
use super::packages::{custom, encoded, good, problems, sample};
use chuishao_domain::rule::manifest::Manifest;
use chuishao_sandbox::package::{Package, add_revision, with_manifest};
use wasm_metadata::Payload;

fn telling() -> Manifest {
    let mut manifest = sample();
    manifest.version = "1.2.3".parse().expect("a version");
    manifest.license = "Apache-2.0 OR MulanPSL-2.0".into();
    manifest.authors = vec!["奎文区大数据局".into(), "王工".into()];
    manifest.description = "同一小区多次投诉时提醒。\n第二行。".into();
    manifest.homepage = Some("https://example.com/规则".into());
    manifest.source = Some("https://example.com/rules.git".into());
    manifest
}

/// Read by the crate that `wasm-tools metadata show` and the registries' tools use.
#[test]
fn other_tools_read_what_the_manifest_says() {
    let mut component = Core::silent().component();
    add_revision(&mut component, "1f2e3d4c");
    let package = with_manifest(&component, &telling());
    let read = Payload::from_binary(&package).expect("it reads");
    let metadata = read.metadata();
    let text = |value: &dyn std::fmt::Display| value.to_string();
    assert_eq!(metadata.name.as_deref(), Some("sample-rule"));
    assert_eq!(metadata.version.as_ref().map(|v| text(v)).as_deref(), Some("1.2.3"));
    assert_eq!(metadata.licenses.as_ref().map(|v| text(v)).as_deref(), Some("Apache-2.0 OR MulanPSL-2.0"));
    assert_eq!(metadata.authors.as_ref().map(|v| text(v)).as_deref(), Some("奎文区大数据局, 王工"));
    assert_eq!(metadata.description.as_ref().map(|v| text(v)).as_deref(), Some("同一小区多次投诉时提醒。\n第二行。"));
    assert_eq!(metadata.source.as_ref().map(|v| text(v)).as_deref(), Some("https://example.com/rules.git"));
    assert_eq!(metadata.revision.as_ref().map(|v| text(v)).as_deref(), Some("1f2e3d4c"));
    let by = metadata.producers.as_ref().and_then(|all| all.get("processed-by")).expect("who made it");
    assert!(by.get("chuishao").is_some() && by.get("wit-component").is_some());

    let own = Package::read(&package).expect("it reads").metadata;
    assert_eq!(own.revision.as_deref(), Some("1f2e3d4c"));
    assert_eq!(own.producers["processed-by"]["chuishao"], env!("CARGO_PKG_VERSION"));
}

/// The same component and manifest give the same bytes; packed once more they stay as they are.
#[test]
fn packing_is_reproducible() {
    let component = Core::silent().component();
    let once = with_manifest(&component, &telling());
    assert_eq!(with_manifest(&component, &telling()), once);
    assert_eq!(with_manifest(&once, &telling()), once);
    let other = with_manifest(&once, &sample());
    assert_eq!(other, with_manifest(&component, &sample()), "nothing of the other manifest is left");
}

#[test]
fn what_the_sections_say_is_what_the_manifest_says() {
    let with = |name: &str, data: &str| problems(&[bare(), custom(name, data.as_bytes())].concat());
    for (section, same, other) in [
        ("version", "1.2.3", "1.2.4"),
        ("licenses", "Apache-2.0 OR MulanPSL-2.0", "MIT"),
        ("authors", "奎文区大数据局, 王工", "别人"),
        ("description", "同一小区多次投诉时提醒。\n第二行。", "什么也不做"),
        ("homepage", "https://example.com/规则", "https://example.com/"),
        ("source", "https://example.com/rules.git", ""),
        ("component-name", "\u{0}\u{c}\u{b}sample-rule", "\u{0}\u{c}\u{b}sample-role"),
    ] {
        assert!(Package::read(&[bare(), custom(section, same.as_bytes())].concat()).is_ok(), "{section}");
        let place = format!("自定义段 {section}");
        assert_eq!(with(section, other), [format!("package.metadata-mismatch: {place}")]);
        let twice = [bare(), custom(section, same.as_bytes()), custom(section, same.as_bytes())].concat();
        assert_eq!(problems(&twice), [format!("package.metadata-twice: {place}")]);
    }
    let found = Package::read(&[bare(), custom("version", b"9.9.9\x1b[2J")].concat()).expect_err("another version");
    assert!(
        found[0].chinese.contains("写的是「9.9.9\\u{1b}[2J」，清单 version 写的是「1.2.3」"),
        "{}",
        found[0].chinese
    );
}

/// A component with its manifest, in which no tool has named itself or anything else yet.
fn bare() -> Vec<u8> {
    let component = encoded("(instance) (export \"chuishao:rule/handler@2.1.0\" (instance 0))");
    let manifest = serde_json::to_vec(&telling()).expect("it writes");
    [component, custom("chuishao:manifest", &manifest)].concat()
}

#[test]
fn sections_that_cannot_be_read_are_refused() {
    let many: Vec<u8> = [b"\x01\x03sdk\x21".as_slice(), &b"\x01x\x011".repeat(33)].concat();
    for (section, data) in [
        ("version", b"\xff".as_slice()),
        ("component-name", b"\x00\x7f"),
        ("producers", b"\x01\x03sdk\x7f"),
        ("producers", &many),
        ("revision", b"\xc3\x28"),
        ("revision", b"two\nlines"),
        ("revision", &[b'a'; 201]),
    ] {
        let bytes = [bare(), custom(section, data)].concat();
        assert_eq!(problems(&bytes), [format!("package.metadata-unreadable: 自定义段 {section}")], "{data:?}");
    }
    assert!(Package::read(&good()).is_ok());
}
