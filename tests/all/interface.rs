//! Versions of the interface side by side (接口版本): what was built for a version answers for ever
//! what it answered when it was built. For each served version `tests/fixtures` has components in
//! the bytes of that day, with every call of their scenarios.

use super::hostile::office::ENGINE;
use chuishao_domain::rule::effect::Proposal;
use chuishao_domain::rule::kinds::{EffectKind, EventKind, TicketField};
use chuishao_domain::rule::record::{CallExample, Told};
use chuishao_domain::rule::review::ReviewKind;
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::interface::{SERVED_VERSIONS, unknown_effects};
use chuishao_sandbox::package::Package;
use semver::Version;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

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
