//! Answers that are too large, or not of the interface's types: refused as a whole, without
//! a panic of the host, and without copying what is over the limit.

use super::guest::Core;
use super::layout::ANSWER;
use super::office::{ENGINE, Ends, check, hostile};
use chuishao_sandbox::limits::{MOST_ANSWER_BYTES, MOST_GUEST_MEMORY_BYTES, MOST_LOG_LINE_BYTES, MOST_PROPOSALS};
use serde_json::{Value, json};
use wit_component::StringEncoding;

const TOO_MUCH: Ends<'static> = Ends::BadAnswer("fuel allocated for hostcalls has been exhausted");
const REASON: &str = "小区连续三日报修，请优先处理";

/// A guest with more memory than its answer needs, all of it zero.
fn roomy(answer: &Value) -> Vec<u8> {
    hostile(&Core { pages: MOST_GUEST_MEMORY_BYTES / 65_536, ..Core::answering(answer) })
}

fn answer_of(effect: Value) -> Value {
    json!({"ok": [{"effect": effect, "reason": REASON}]})
}

/// Gives back a text or a list that lies in the zeros past the answer.
fn far(length: usize) -> Value {
    json!({"#at": [65_536, length]})
}

#[test]
fn the_number_of_proposals_is_bounded() {
    let tags = |count: usize| {
        let tag = |n| json!({"effect": {"add-tag": format!("标签{}", n % 8)}, "reason": REASON});
        json!({"ok": (0..count).map(tag).collect::<Vec<_>>()})
    };
    for (count, ends) in [
        (MOST_PROPOSALS, Ends::Served),
        (MOST_PROPOSALS + 1, Ends::BadAnswer("提出了 33 个效果，最多 32 个")),
        (10_000, TOO_MUCH),
    ] {
        let what = format!("{count} proposals");
        check(&ENGINE, &what, &roomy(&tags(count)), ends);
    }
}

#[test]
fn what_is_over_the_limit_is_not_copied() {
    let million = 1_000_000;
    let texts = |list: Value| answer_of(json!({"set-field": {"name": "room-note", "value": {"texts": list}}}));
    let shared = |length: usize| {
        let one = json!({"effect": {"add-tag": "标签"}, "reason": far(length)});
        json!({"ok": vec![one; MOST_PROPOSALS]})
    };
    let out = Ends::BadAnswer("out of bounds");
    for (what, answer, ends) in [
        ("a million proposals", json!({"ok": far(million)}), TOO_MUCH),
        ("a million empty texts", texts(far(million)), TOO_MUCH),
        (
            "a table of a million names",
            answer_of(json!({"set-field": {"name": "room-note", "value": {"table": far(million)}}})),
            TOO_MUCH,
        ),
        ("a tag of a million bytes", answer_of(json!({"add-tag": far(million)})), TOO_MUCH),
        ("a tag of 100 MB", answer_of(json!({"add-tag": far(100_000_000)})), out),
        ("a tag of 4 GiB", answer_of(json!({"add-tag": far(u32::MAX as usize)})), out),
        ("a list of 4 GiB", json!({"ok": far(u32::MAX as usize)}), out),
        ("a list whose bytes wrap round", json!({"ok": far((1 << 31) + 1)}), out),
        ("many reasons in one place", shared(MOST_ANSWER_BYTES / 16), TOO_MUCH),
    ] {
        check(&ENGINE, what, &roomy(&answer), ends);
    }
}

/// One text counts byte for byte, so the limit can be shown exactly.
#[test]
fn an_answer_at_the_limit_is_read_and_a_byte_over_is_not() {
    let words = |length: usize| json!({"err": {"bug": "x".repeat(length)}});
    let kept = "x".repeat(MOST_LOG_LINE_BYTES);
    check(&ENGINE, "at the limit", &roomy(&words(MOST_ANSWER_BYTES)), Ends::Declined("bug", &kept));
    check(&ENGINE, "a byte over", &roomy(&words(MOST_ANSWER_BYTES + 1)), TOO_MUCH);
}

#[test]
fn texts_must_be_utf_8() {
    for (what, bytes) in [
        ("a lone continuation", vec![0x80]),
        ("a text cut inside a character", "停".as_bytes()[..2].to_vec()),
        ("an overlong slash", vec![0xc0, 0xaf]),
        ("a surrogate", vec![0xed, 0xa0, 0x80]),
        ("past the last character", vec![0xf4, 0x90, 0x80, 0x80]),
        ("供暖 in GB 18030", vec![0xb9, 0xa9, 0xc5, 0xaf]),
    ] {
        let bad = json!({"#bytes": bytes});
        let ends = Ends::BadAnswer("utf-8");
        check(&ENGINE, what, &roomy(&answer_of(json!({"add-tag": bad}))), ends);
        check(&ENGINE, what, &roomy(&json!({"ok": [{"effect": {"add-tag": "标签"}, "reason": bad}]})), ends);
        check(&ENGINE, what, &roomy(&json!({"err": {"bad-setting": bad}})), ends);
    }
}

/// A component may say that its texts are written in another encoding.
#[test]
fn other_encodings_are_held_to_the_same() {
    use StringEncoding::{CompactUTF16, UTF16};
    let tagged = 1_usize << 31;
    for (what, encoding, bytes, (pointer, length), ends) in [
        ("UTF-16", UTF16, r"\96\66", (70_000, 1), Ends::Served),
        ("a lone surrogate", UTF16, r"\00\d8", (70_000, 1), Ends::BadAnswer("surrogate")),
        ("an odd place", UTF16, r"\96\66\96", (70_001, 1), Ends::BadAnswer("not aligned")),
        (
            "half of memory in characters",
            UTF16,
            "",
            (65_536, MOST_GUEST_MEMORY_BYTES / 2),
            Ends::BadAnswer("out of bounds"),
        ),
        ("more characters than addresses", UTF16, "", (65_536, tagged), Ends::BadAnswer("out of bounds")),
        ("a million characters", UTF16, "", (65_536, 1_000_000), TOO_MUCH),
        ("Latin-1", CompactUTF16, r"\b5", (70_000, 1), Ends::Served),
        ("UTF-16 that says so", CompactUTF16, r"\96\66", (70_000, tagged + 1), Ends::Served),
        ("a lone surrogate that says so", CompactUTF16, r"\00\dc", (70_000, tagged + 1), Ends::BadAnswer("surrogate")),
        ("a text of 2 GiB", CompactUTF16, "", (65_536, tagged - 1), Ends::BadAnswer("out of bounds")),
    ] {
        let text = json!({"#at": [pointer, length]});
        let answer = json!({"ok": [{"effect": {"add-tag": text}, "reason": text}]});
        let items = format!("(data (i32.const 70000) \"{bytes}\")");
        let pages = MOST_GUEST_MEMORY_BYTES / 65_536;
        check(&ENGINE, what, &hostile(&Core { encoding, items, pages, ..Core::answering(&answer) }), ends);
    }
}

#[test]
fn discriminants_must_be_of_the_interface() {
    let tag = |tag: u8| json!({"#tag": tag});
    let task = |kind: Value, post: Value, within: Value| {
        answer_of(json!({"open-task": {"kind": kind, "post": post, "within": within, "title": "现场调处"}}))
    };
    let days = || json!({"working-days": 3});
    let field = |value: Value| answer_of(json!({"set-field": {"name": "room-note", "value": value}}));
    for (what, answer) in [
        ("neither proposals nor a failure", tag(2)),
        ("a result of 255", tag(255)),
        ("an effect past the last", answer_of(tag(25))),
        ("an effect of 255", answer_of(tag(255))),
        ("a failure past the last", json!({"err": tag(3)})),
        ("an urgency past the last", answer_of(json!({"raise-urgency": tag(3)}))),
        ("a deadline past the last", answer_of(json!({"tighten-deadline": {"kind": tag(3), "within": days()}}))),
        ("a span past the last", answer_of(json!({"tighten-deadline": {"kind": "close", "within": tag(3)}}))),
        ("a task past the last", task(tag(3), json!("leader-in-charge"), days())),
        ("a post past the last", task(json!("survey"), tag(3), days())),
        ("a task's span past the last", task(json!("survey"), json!("leader-in-charge"), tag(3))),
        ("a forum past the last", answer_of(json!({"nominate": {"forum": tag(2), "title": "供暖"}}))),
        ("a value past the last", field(tag(7))),
    ] {
        check(&ENGINE, what, &roomy(&answer), Ends::BadAnswer("discriminant"));
    }
}

#[test]
fn pointers_must_lie_in_memory() {
    let end = MOST_GUEST_MEMORY_BYTES;
    let at = |pointer: usize, length: usize| json!({"#at": [pointer, length]});
    let out = Ends::BadAnswer("out of bounds");
    for (what, answer, ends) in [
        ("a text past the end", answer_of(json!({"add-tag": at(end, 1)})), out),
        ("a text that begins inside and ends outside", answer_of(json!({"add-tag": at(end - 1, 2)})), out),
        ("an empty text far outside", answer_of(json!({"add-tag": at(u32::MAX as usize, 0)})), out),
        ("a list past the end", json!({"ok": at(end, 1)}), out),
        ("a list that does not fit", json!({"ok": at(end - 8, 1)}), out),
        ("a list that is not aligned", json!({"ok": at(65_537, 1)}), Ends::BadAnswer("not aligned")),
        ("an empty list that is not aligned", json!({"ok": at(65_537, 0)}), Ends::BadAnswer("not aligned")),
    ] {
        check(&ENGINE, what, &roomy(&answer), ends);
    }
    for (what, body, words) in [
        ("an answer outside", format!("(i32.const {end})"), "out of bounds"),
        ("an answer half outside", format!("(i32.const {})", end - 8), "out of bounds"),
        ("an answer at the last address", "(i32.const -8)".into(), "out of bounds"),
        ("an answer that is not aligned", format!("(i32.const {})", ANSWER + 1), "not aligned"),
    ] {
        let core = Core { pages: end / 65_536, on_event: body, ..Core::silent() };
        check(&ENGINE, what, &hostile(&core), Ends::BadAnswer(words));
    }
}

/// Reading the same bytes twice is allowed; it harms nobody.
#[test]
fn what_overlaps_is_read_twice() {
    let words = json!({"#at": [70_000, 12]});
    let half = json!({"#at": [70_006, 6]});
    let one = |tag: &Value, reason: &Value| json!({"effect": {"add-tag": tag}, "reason": reason});
    let answer = json!({"ok": [one(&words, &words), one(&half, &words), one(&half, &half)]});
    let core = Core { items: "(data (i32.const 70000) \"停暖三日\")".into(), ..Core::answering(&answer) };
    check(&ENGINE, "texts in one place", &hostile(&core), Ends::Served);
    let inside_itself = json!({"ok": {"#at": [ANSWER, 1]}});
    check(&ENGINE, "a list over its own answer", &roomy(&inside_itself), Ends::Refused("text-length"));
}

#[test]
fn a_flag_that_is_neither_is_read_as_set() {
    let suggest = json!({"suggest-unit": {"handling_unit": "370705-CG", "lead": {"#tag": 170}}});
    check(&ENGINE, "a flag of 170", &roomy(&answer_of(suggest)), Ends::Served);
}
