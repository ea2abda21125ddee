//! Versions of the interface side by side (接口版本): what was built for a version answers for ever
//! what it answered when it was built. For each served version `tests/fixtures` has components in
//! the bytes of that day, with every call of their scenarios. Their texts are kept by hash, and
//! documented item by item.

use super::hostile::office::ENGINE;
use chuishao_domain::rule::effect::Proposal;
use chuishao_domain::rule::kinds::{EffectKind, EventKind, TicketField};
use chuishao_domain::rule::record::{CallExample, Told};
use chuishao_domain::rule::review::ReviewKind;
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::interface::{SERVED_VERSIONS, unknown_effects};
use chuishao_sandbox::package::Package;
use semver::Version;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use wit_parser::{Resolve, TypeDefKind};

/// SHA-256 of each released interface version. A released version is never edited.
const RELEASED: [(&str, &str); 3] = [
    ("1.0.0", "ae5aa1f114f2811554ca88bfa7ddc9526a7eb07979a006a083f0bb3df73c4235"),
    ("2.0.0", "a4e0ea1eaabf71decb3fb78895defc5b813d111d371010accfbc2b276b14fa3e"),
    ("2.1.0", "879c9ee374a9fcf7363bc43723716645be2662486ae2ac8c7ada41dd92bb99b7"),
];

/// SHA-256 of each component that is kept.
const KEPT: &[(&str, &str)] = &[
    ("1.0.0/endless-loop", "48a837599212fc8d3ec7992a3a4f452974b814fd4d19df33615090c8604fd345"),
    ("1.0.0/heating-mode", "cfee0b2949b033bac044b0d2470b2be793a820e5e0316a8d752337cdb5725a92"),
    ("1.0.0/kuiwen-onsite-mediation", "1bf6eeeea791f15f258cadacd00b11ebd17da372ac7c929efd002f2b1dedcd5e"),
    ("1.0.0/mirror-1", "84c1dab9f1a68bf5e4c275570aae1d52d31575778942dbffa235ff66e1875c12"),
    ("1.0.0/overreach", "d68985f579a6de5066bc0b929076f45a9a2e5a030737b6e0f929682ad4ece741"),
    ("2.0.0/endless-loop", "666abdc143bc561d6d808d105b94cedefa9cbf092bb373ba35e750808d67368f"),
    ("2.0.0/gaoxin-ledger", "2f04d72feb6bbafcab9db284db9e3e0fc3ade11a31c4dfd16b844c53e1185032"),
    ("2.0.0/heating-mode", "aa2c49ca35a9d7ce3ab4e2a1f257e2d5740298eda1a8dea130950ad9a9c98ac0"),
    ("2.0.0/kuiwen-onsite-mediation", "b1abfeff2b8908502c08d24e6f4d1e0297b2f382b2683ef5f4395b9503253784"),
    ("2.0.0/mirror-2", "ecb7743f19daec59d90ba0ad5a4f3ae84ccd635646477d71b7f4465f06aeac6b"),
    ("2.0.0/overreach", "bfdcdac68fd8c9b8c1f447befbd2d417159e4a91c5271605cab3feba89221e09"),
    ("2.1.0/anqiu-survey", "9c8f52a4787ee82b770a300166df3819f4b9732cb75afc39b6b15b00f4a633b6"),
    ("2.1.0/endless-loop", "3a797ccdfc1da58e2c5a3653e988750f35c6fe1586147ebf1b829c7a958b802c"),
    ("2.1.0/enforcement-feed", "fcdb3445e67d0da4ae39830477e8527cc923e09ac8483f800d13a61de2c9dd96"),
    ("2.1.0/gaoxin-ledger", "73ba3024bbc7e90129ad972240ca927371dbad495cef17fa43e1a7e4e71de769"),
    ("2.1.0/heating-mode", "e3aa791a845e54125664029b359eb4fb6fd2864de4473bbd16387afb9dffc4c9"),
    ("2.1.0/kuiwen-onsite-mediation", "4f79a9f4f9ef114396c284293a277f9005b610d03f42420716264ba57519fad2"),
    ("2.1.0/legal-referral", "8254a35a3c15a6bf0cf7586c897a72be7b4e7a879fdfee5439992364c6d59069"),
    ("2.1.0/mirror-2-1", "d60c5684da821a06024b2c6d3810c7957517da6c07ffb17a309049509e19ab15"),
    ("2.1.0/overreach", "0a10679d58b92ba3aa1c75eb617e71f42807bb94c6762d6b0bcb9d5e3f3eeb66"),
    ("2.1.0/utilities-emergency", "572567ee9c59e5b3a83241e02c2f309ac98689b0f347e5586e3f921cb02cbbc5"),
];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// The components of a version, by name, with their calls.
fn kept(version: &Version) -> Vec<(String, Vec<u8>, Vec<CallExample>)> {
    let folder = fixtures().join(version.to_string());
    let mut names: Vec<PathBuf> =
        fs::read_dir(&folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    names.retain(|path| path.extension().is_some_and(|extension| extension == "wasm"));
    names.sort();
    let read = |path: PathBuf| {
        let calls = fs::read_to_string(path.with_extension("json")).expect("its calls");
        let calls = serde_json::from_str(&calls).expect("they read");
        let name = format!("{version}/{}", path.file_stem().expect("a name").to_string_lossy());
        (name, fs::read(&path).expect("a component"), calls)
    };
    names.into_iter().map(read).collect()
}

#[test]
fn kept_components_are_the_bytes_of_their_day() {
    let mut found = Vec::new();
    for version in SERVED_VERSIONS {
        for (name, bytes, _) in kept(version) {
            found.push((name, chuishao_domain::digest::digest(&bytes)));
        }
    }
    let kept: Vec<_> = KEPT.iter().map(|(name, digest)| ((*name).to_owned(), (*digest).to_owned())).collect();
    assert_eq!(found, kept, "what was built for a released version is never built again");
}

#[test]
fn what_was_built_for_a_version_answers_as_it_did() {
    let mut calls = 0;
    for version in SERVED_VERSIONS {
        for (name, bytes, examples) in kept(version) {
            let package = Package::read(&bytes).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
            assert_eq!(package.interface, *version, "{name}");
            let guest = Guest::load(&ENGINE, package, None).unwrap_or_else(|error| panic!("{name}: {error}"));
            for (place, example) in examples.iter().enumerate() {
                let called = match &example.input {
                    Told::Event(input) => guest.call(input, &example.settings),
                    Told::Review(input) => guest.review(input, &example.settings),
                };
                assert_eq!(called.answer, example.answer, "{name}: call {place}");
                assert_eq!(called.log, example.log, "{name}: the log of call {place}");
                calls += 1;
            }
        }
    }
    assert!(calls > 50, "{calls} calls");
}

/// The recordings leave out no event, no field and no effect of their version: the mirrors among
/// them log all that they are told.
#[test]
fn the_kept_calls_cover_their_version() {
    for version in SERVED_VERSIONS {
        let (mut events, mut effects, mut reads) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for (_, bytes, examples) in kept(version) {
            reads.extend(Package::read(&bytes).expect("a package").manifest.reads.iter().copied());
            for CallExample { input, answer, .. } in examples {
                events.insert(match input {
                    Told::Event(input) => name_of(&serde_json::to_value(&input.event).expect("it writes")),
                    Told::Review(input) => input.kind.event_kind().to_string(),
                });
                effects.extend(answer.into_iter().flatten().map(|Proposal { effect, .. }| effect.kind()));
            }
        }
        assert_eq!(events, EventKind::ALL.iter().map(ToString::to_string).collect(), "events of {version}");
        let known = EffectKind::ALL.iter().filter(|kind| !unknown_effects(version).contains(kind));
        assert_eq!(effects, known.copied().collect(), "effects of {version}");
        assert_eq!(reads, TicketField::ALL.iter().copied().collect(), "fields of {version}");
    }
    assert!(ReviewKind::ALL.iter().all(|kind| kind.event_kind().is_review()));
}

/// `"accepted"`, or `{"task-opened": …}`.
fn name_of(event: &serde_json::Value) -> String {
    let case = event.as_object().and_then(|object| object.keys().next().cloned());
    case.unwrap_or_else(|| event.as_str().expect("an event").to_owned())
}

#[test]
fn a_released_interface_is_never_edited() {
    let mut folders = BTreeSet::new();
    for entry in fs::read_dir(chuishao_tests::root().join("wit")).expect("a folder").flatten() {
        if entry.path().is_dir() {
            folders.insert(entry.file_name().to_string_lossy().into_owned());
        }
    }
    assert_eq!(folders, SERVED_VERSIONS.iter().map(ToString::to_string).collect(), "every version is served");
    assert_eq!(folders, RELEASED.iter().map(|(version, _)| (*version).to_owned()).collect());
    for (version, expected) in RELEASED {
        let text = fs::read_to_string(chuishao_tests::root().join("wit").join(version).join("rule.wit")).expect("text");
        let digest = chuishao_domain::digest::digest(text.replace('\r', "").as_bytes());
        assert_eq!(digest, expected, "wit/{version} changed: a change is a new version in a folder of its own");
    }
}

/// Every item of every version is documented, down to the field, and the domain knows its events
/// and effects by the same names.
#[test]
fn the_interface_is_documented_and_complete() {
    for version in SERVED_VERSIONS {
        let mut resolve = Resolve::default();
        let (package, _) =
            resolve.push_dir(chuishao_tests::root().join("wit").join(version.to_string())).expect("it parses");
        let handler = resolve.packages[package].interfaces["handler"];
        let mut cases: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, id) in &resolve.interfaces[handler].types {
            let definition = &resolve.types[*id];
            assert!(documented(&definition.docs), "{version}: {name} is not documented");
            let items: Vec<(&str, &wit_parser::Docs)> = match &definition.kind {
                TypeDefKind::Record(record) => record.fields.iter().map(|f| (f.name.as_str(), &f.docs)).collect(),
                TypeDefKind::Enum(cases) => cases.cases.iter().map(|c| (c.name.as_str(), &c.docs)).collect(),
                TypeDefKind::Variant(cases) => cases.cases.iter().map(|c| (c.name.as_str(), &c.docs)).collect(),
                other => panic!("{version}: {name} is of a kind that no rule needs: {other:?}"),
            };
            for (item, docs) in &items {
                assert!(documented(docs), "{version}: {name}.{item} is not documented");
            }
            cases.insert(name.clone(), items.into_iter().map(|(item, _)| item.to_owned()).collect());
        }
        for (name, function) in &resolve.interfaces[handler].functions {
            assert!(documented(&function.docs), "{version}: {name} is not documented");
        }
        let named = |wanted: [&str; 2]| -> BTreeSet<String> {
            wanted.into_iter().filter_map(|name| cases.get(name)).flatten().cloned().collect()
        };
        assert_eq!(named(["event", "review-kind"]), EventKind::ALL.iter().map(ToString::to_string).collect());
        let known = EffectKind::ALL.iter().filter(|kind| !unknown_effects(version).contains(kind));
        assert_eq!(named(["effect", "review-effect"]), known.map(ToString::to_string).collect(), "{version}");
        let world = &resolve.worlds[resolve.packages[package].worlds["rule"]];
        assert_eq!((world.imports.len(), world.exports.len()), (1, 1), "one import, one export");
    }
}

fn documented(docs: &wit_parser::Docs) -> bool {
    docs.contents.as_ref().is_some_and(|text| !text.trim().is_empty())
}
