//! Versions of the interface as they should not be: newer than the host, never released, mixed,
//! two at once, with a manifest that says otherwise. And the same bad manners under each version
//! that is served, and in reviews.

use super::guest::{Core, ENDLESS, manifest, proposal};
use super::layout::{FIRST, INTERFACE};
use super::office::{ENGINE, Ends, KUIWEN, WORLD, check};
use super::packages::encoded;
use chuishao_domain::calendar::moment;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::rule::kinds::{EffectKind, EventKind, ReviewPart};
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::record::{Answer, CallFailure, Placement, Verdict};
use chuishao_domain::rule::review::{Counted, Figures, ReviewEvent, ReviewInput, ReviewKind, ReviewRecord};
use chuishao_domain::rule::settings::Settings;
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::interface::{SERVED_VERSIONS, unknown_effects};
use chuishao_sandbox::limits::MOST_PROPOSALS;
use chuishao_sandbox::package::{Package, with_manifest};
use chuishao_sandbox::review::Asked;
use chuishao_sandbox::rulebook::Activation;
use serde_json::{Value, json};

/// A manifest of the first version, which has no words for what came later.
fn first_manifest(name: &str, listens: &[EventKind]) -> Manifest {
    let mut manifest = manifest(name, listens);
    manifest.interface = semver(FIRST.version);
    manifest.effects.retain(|kind| !unknown_effects(&manifest.interface).contains(kind));
    manifest
}

fn semver(version: &str) -> semver::Version {
    version.parse().expect("a version")
}

/// Every problem of a component with these imports and exports, as code and Chinese.
fn problems(imports: &[&str], exports: &[&str], manifest: &Manifest) -> Vec<(String, String)> {
    let imports: String = imports.iter().map(|name| format!("(import \"{name}\" (instance))")).collect();
    let exports: String = exports.iter().map(|name| format!("(export \"{name}\" (instance $none))")).collect();
    let bytes = with_manifest(&encoded(&format!("{imports} (instance $none) {exports}")), manifest);
    match Package::read(&bytes) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.into_iter().map(|problem| (problem.code.to_owned(), problem.chinese)).collect(),
    }
}

/// The table of refused versions: what is exported and imported, and what people read.
#[test]
fn versions_that_are_not_served_are_refused_in_words() {
    let handler = |version: &str| format!("chuishao:rule/handler@{version}");
    let log = |version: &str| format!("chuishao:rule/log@{version}");
    let newest = manifest("sample-rule", &[EventKind::Accepted]);
    for (exports, imports, code, words) in [
        (vec![handler("3.0.0")], vec![], "package.interface-newer", "接口版本 3.0.0 比本主机新"),
        (vec![handler("2.2.0")], vec![], "package.interface-newer", "请升级主机"),
        (vec![handler("2.1.1")], vec![], "package.interface-newer", "本主机提供 1.0.0、2.0.0、2.1.0"),
        (vec![handler("2.0.1")], vec![], "package.interface-version", "没有发布过接口版本 2.0.1"),
        (vec![handler("1.0.1")], vec![], "package.interface-version", "没有发布过接口版本 1.0.1"),
        (vec![handler("1.1.0")], vec![], "package.interface-version", "本主机提供 1.0.0、2.0.0、2.1.0"),
        (vec![handler("0.9.0")], vec![], "package.interface-version", "没有发布过接口版本 0.9.0"),
        (vec![handler("2.0.0-rc.1")], vec![], "package.interface-version", "2.0.0-rc.1"),
        (vec![handler("1.0.0"), handler("2.0.0")], vec![], "package.interface-twice", "（1.0.0、2.0.0）"),
        (vec![handler("2.0.0"), handler("9.0.0")], vec![], "package.interface-twice", "请只按一个版本构建"),
        (vec![handler("2.0.0")], vec![log("1.0.0")], "package.interface-mixed", "按接口 2.0.0 导出，却按 1.0.0 写日志"),
        (vec![handler("1.0.0")], vec![log("2.0.0")], "package.interface-mixed", "请用同一个版本的 SDK"),
        (vec![handler("2.0.0")], vec![log("2.0.0"), log("1.0.0")], "package.interface-mixed", "1.0.0"),
        (vec![handler("2.1.0")], vec![log("3.0.0")], "package.import", "导入"),
        (vec![], vec![log("2.0.0")], "package.no-export", "没有导出 chuishao:rule/handler"),
        (vec!["chuishao:rule/handler".into()], vec![], "package.no-export", "没有导出"),
        (vec!["chuishao:rule/handler-too@2.0.0".into()], vec![], "package.no-export", "没有导出"),
        (vec!["kuiwen:rule/handler@2.0.0".into()], vec![], "package.no-export", "没有导出"),
        (vec!["on-event".into()], vec![], "package.no-export", "没有导出"),
    ] {
        let (exports, imports): (Vec<&str>, Vec<&str>) =
            (exports.iter().map(String::as_str).collect(), imports.iter().map(String::as_str).collect());
        let found = problems(&imports, &exports, &newest);
        let [(found_code, chinese)] = found.as_slice() else { panic!("{exports:?} {imports:?}: {found:?}") };
        assert_eq!(found_code, code, "{exports:?} {imports:?}");
        assert!(chinese.contains(words), "{exports:?} {imports:?}: {chinese}");
    }
    for version in SERVED_VERSIONS {
        let version = version.to_string();
        let mut fitting = first_manifest("sample-rule", &[EventKind::Accepted]);
        fitting.interface = semver(&version);
        assert_eq!(problems(&[&log(&version)], &[&handler(&version)], &fitting), [], "{version}");
    }
}

#[test]
fn a_manifest_that_its_version_does_not_bear_out_is_refused() {
    let exports = ["chuishao:rule/handler@1.0.0"];
    let codes = |manifest: &Manifest| -> Vec<String> {
        problems(&[], &exports, manifest).into_iter().map(|(code, _)| code).collect()
    };
    let mut told_otherwise = first_manifest("sample-rule", &[EventKind::Accepted]);
    assert!(codes(&told_otherwise).is_empty());
    told_otherwise.interface = semver("1.7.0");
    assert_eq!(codes(&told_otherwise), ["package.interface-mismatch"]);
    let mut asks_for_later = first_manifest("sample-rule", &[EventKind::Accepted]);
    asks_for_later.effects.insert(EffectKind::WriteSection);
    let found = problems(&[], &exports, &asks_for_later);
    assert_eq!(found[0].0, "package.interface-effect");
    assert!(found[0].1.contains("接口 1.0.0 没有「写入报告」（write-section）"), "{}", found[0].1);
    let mut reads_later = first_manifest("sample-rule", &[EventKind::MonthlyReview]);
    reads_later.modes.insert("供热模式".into());
    reads_later.review_reads.insert(ReviewPart::Units);
    let found = problems(&[], &exports, &reads_later);
    assert!(found.iter().all(|(code, _)| code == "package.interface-reads") && found.len() == 2, "{found:?}");
    assert!(found[0].1.contains("接口 1.0.0 不提供「各承办单位办结情况」"), "{}", found[0].1);
}

/// The limits are the host's, not a version's: the oldest is held to them as the newest is.
#[test]
fn bad_manners_are_met_alike_under_every_version() {
    // How many effects each has.
    for (interface, effects) in [(&*FIRST, 19), (&*INTERFACE, 25)] {
        let answer = |answer: &Value| Core::of(interface, interface.lay_out(answer));
        let silent = || answer(&json!({"ok": []}));
        let tags = |count: usize| json!({"ok": vec![proposal(json!({"add-tag": "停暖"})); count]});
        let endless = Core { on_event: ENDLESS.into(), ..silent() };
        let outside = Core { on_event: "(i32.const -8)".into(), ..silent() };
        let chatty = silent().after(
            "(local $n i32) (loop $again
                (call $log (i32.const 1) (i32.const 1024) (i32.const 8))
                (local.set $n (i32.add (local.get $n) (i32.const 1)))
                (br_if $again (i32.lt_u (local.get $n) (i32.const 2000))))",
        );
        for (what, core, ends) in [
            ("one tag", answer(&tags(1)), Ends::Served),
            ("too many proposals", answer(&tags(MOST_PROPOSALS + 1)), Ends::BadAnswer("最多")),
            (
                "an effect past the last",
                answer(&json!({"ok": [{"effect": {"#tag": effects}, "reason": "无"}]})),
                Ends::BadAnswer("discriminant"),
            ),
            ("a trap", silent().after("unreachable"), Ends::Trap("unreachable")),
            ("an endless loop", endless, Ends::OutOfFuel),
            ("an answer outside of memory", outside, Ends::BadAnswer("out of bounds")),
            ("a flood of lines", chatty, Ends::BadAnswer("日志")),
            (
                "a typed failure",
                answer(&json!({"err": {"bad-setting": "季节"}})),
                Ends::Declined("bad-setting", "季节"),
            ),
        ] {
            let listens = [EventKind::Accepted];
            let mut manifest = first_manifest("hostile-rule", &listens);
            manifest.interface = semver(interface.version);
            check(&ENGINE, &format!("{what} under {}", interface.version), &core.rule(&manifest), ends);
        }
    }
}

fn reviewed(core: &Core, territory: &str) -> ReviewRecord {
    let rule = core.rule(&manifest("hostile-rule", &[EventKind::DailyReview]));
    let guest = Guest::load(&ENGINE, Package::read(&rule).expect("it reads"), None).expect("it loads");
    let activation =
        Activation::new(guest, Placement::alone(territory.into()), 1, &Settings::new()).expect("it is set");
    let counted = Counted {
        territory: territory.into(),
        street: "大虞街道".into(),
        estate: "清河花园".into(),
        category: "0104".into(),
        figures: Figures { count: 9, previous: 3, still_open: 2, overdue: 1 },
    };
    let now = moment("2024-11-06T06:00".parse().expect("a civil time")).expect("a moment");
    let kind = ReviewKind::DailyReview;
    let input = ReviewInput::new(kind, kind.latest(now), &territory.into(), &[counted], now, &WORLD);
    Asked::ask(&activation, input).judged(&activation, |item| item.title == "已在台账", &WORLD)
}

/// What a review's answer is judged as: `accepted`, `so already`, or the refusal's code.
fn judged(effect: &Value, territory: &str) -> String {
    let answer = json!({"ok": [{"effect": effect, "reason": "本区集中反映"}]});
    let record = reviewed(&Core::answering_reviews(&answer), territory);
    let Answer::Proposals(judged) = &record.answer else { panic!("{:?}", record.answer) };
    match &judged[0].1 {
        Verdict::Accepted { events } if events.is_empty() => "so already".into(),
        Verdict::Accepted { .. } => "accepted".into(),
        Verdict::Refused(Refusal { code, rail, .. }) => match rail {
            Some(rail) => format!("{rail:?} {code}"),
            None => code.to_string(),
        },
    }
}

#[test]
fn what_a_review_asks_for_is_held_to_the_rails() {
    let section = |heading: &str, text: &str| json!({"write-section": {"heading": heading, "text": text}});
    let entry = |title: &str, unit: Option<&str>| json!({"enter-ledger": {"ledger": "督查台账", "title": title, "handling_unit": unit, "basis": null}});
    let nominate = |category: &str, place: Option<&str>| json!({"nominate": {"forum": "daily-discussion", "title": "集中供暖", "category": category, "place": place}});
    let notify = |unit: &str| json!({"notify": {"to_unit": unit, "text": "请核实"}});
    let long = "暖".repeat(2001);
    for (what, effect, expected) in [
        ("a section", section("热线议题", "第一段\n\n第二段"), "accepted"),
        ("a section without a word", section("热线议题", "\u{200b}\n"), "text-length"),
        ("a section too long", section("热线议题", &long), "text-length"),
        ("a section without a heading", section("", "正文"), "text-length"),
        ("an entry", entry("清河花园供暖", Some("370705-CG")), "accepted"),
        ("an entry that stands", entry("已在台账", None), "so already"),
        ("an entry for another county", entry("供暖", Some("370784-ZJ")), "G3 foreign-unit"),
        ("an entry for nobody", entry("供暖", Some("370705-XX")), "unknown-unit"),
        ("an entry without a title", entry(" ", None), "text-length"),
        ("a nomination of a category", nominate("0104", None), "accepted"),
        ("a nomination of an estate", nominate("0104", Some("清河花园")), "accepted"),
        ("a nomination of what was not counted", nominate("0301", None), "not-counted"),
        ("a nomination of another place", nominate("0104", Some("胜利新村")), "not-counted"),
        ("a notice", notify("370705-CG"), "accepted"),
        ("a notice to another county", notify("370784-ZJ"), "G3 foreign-unit"),
        ("a notice to the city", notify("WF-CG"), "G3 foreign-unit"),
    ] {
        assert_eq!(judged(&effect, KUIWEN), expected, "{what}");
    }
    assert_eq!(judged(&notify("370784-ZJ"), "WF"), "accepted", "the city's rule reaches every unit");
    assert_eq!(judged(&nominate("0104", Some("清河花园")), "WF"), "not-counted", "the city's rule is told no estates");
}

#[test]
fn a_review_that_fails_is_on_record_and_asks_for_nothing() {
    let answered = |body: &str| Core { on_review: body.into(), ..Core::answering_reviews(&json!({"ok": []})) };
    let of = |core: &Core| {
        let record = reviewed(core, KUIWEN);
        assert!(record.events.is_empty());
        record.answer
    };
    let failure = |core: &Core| match of(core) {
        Answer::Failed(failure) => failure,
        Answer::Proposals(_) => panic!("it fails"),
    };
    assert!(matches!(failure(&answered(ENDLESS)), CallFailure::OutOfFuel));
    assert!(matches!(failure(&answered("unreachable")), CallFailure::Trap { .. }));
    assert!(matches!(failure(&answered("(i32.const -8)")), CallFailure::BadAnswer { .. }));
    let unknown = json!({"ok": [{"effect": {"#tag": 7}, "reason": "无"}]});
    assert!(matches!(failure(&Core::answering_reviews(&unknown)), CallFailure::BadAnswer { .. }));
    let typed = failure(&Core::answering_reviews(&json!({"err": {"missing-data": "没有上月"}})));
    assert!(matches!(&typed, CallFailure::Declined { variant, .. } if variant == "missing-data"));
    let many = vec![
        json!({"effect": {"notify": {"to_unit": "370705-CG", "text": "请核实"}}, "reason": "无"});
        MOST_PROPOSALS + 1
    ];
    assert!(matches!(failure(&Core::answering_reviews(&json!({"ok": many}))), CallFailure::BadAnswer { .. }));
}

/// The same item twice in one answer is one line.
#[test]
fn an_item_is_entered_once() {
    let entry = json!({"effect": {"enter-ledger": {"ledger": "督查台账", "title": "清河花园供暖", "handling_unit": null, "basis": "市供热条例"}}, "reason": "集中反映"});
    let record = reviewed(&Core::answering_reviews(&json!({"ok": [entry, entry]})), KUIWEN);
    let [ReviewEvent::LedgerEntered(item)] = record.events.as_slice() else { panic!("{:?}", record.events) };
    assert_eq!((item.ledger.as_str(), item.basis.as_str()), ("hostile-rule/督查台账", "市供热条例"));
    let Answer::Proposals(judged) = &record.answer else { panic!("it answers") };
    let events: Vec<_> = judged.iter().map(|(_, verdict)| verdict.clone()).collect();
    assert_eq!(events, [Verdict::Accepted { events: vec![1] }, Verdict::Accepted { events: vec![] }]);
}
