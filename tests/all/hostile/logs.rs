//! Guests that misuse the one thing they can import.

use super::guest::Core;
use super::office::{ENGINE, Ends, check, hostile};
use chuishao_domain::rule::record::LogLine;
use chuishao_sandbox::limits::{MOST_ANSWER_BYTES, MOST_LOG_CALLS, MOST_LOG_LINE_BYTES, MOST_LOG_LINES};

/// Past the input and the answer, in the second page of the guest's own.
const WORDS: usize = 131_072;

/// A guest that holds this text and does this before its answer.
fn holding(text: &str, body: &str) -> Core {
    let data: String = text.bytes().map(|byte| format!("\\{byte:02x}")).collect();
    let items = format!("(data (i32.const {WORDS}) \"{data}\")");
    Core { pages: 16, items, ..Core::silent() }.after(body)
}

fn line(level: u8, length: usize) -> String {
    format!("(call $log (i32.const {level}) (i32.const {WORDS}) (i32.const {length}))")
}

fn kept(what: &str, core: &Core, ends: Ends<'_>) -> Vec<LogLine> {
    check(&ENGINE, what, &hostile(core), ends).call.log
}

#[test]
fn a_flood_is_bounded() {
    let repeated = |lines: usize| {
        let body = format!(
            "(local $left i32) (local.set $left (i32.const {lines}))
             (loop $again {} (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))",
            line(1, 6)
        );
        holding("停暖", &body)
    };
    for (lines, ends, expected) in [
        (MOST_LOG_LINES, Ends::Served, MOST_LOG_LINES),
        (MOST_LOG_CALLS, Ends::Served, MOST_LOG_LINES),
        (MOST_LOG_CALLS + 1, Ends::BadAnswer("日志超过 1000 行"), MOST_LOG_LINES),
        (i32::MAX as usize, Ends::BadAnswer("日志超过 1000 行"), MOST_LOG_LINES),
    ] {
        let what = format!("{lines} lines");
        assert_eq!(kept(&what, &repeated(lines), ends).len(), expected, "{what}");
    }
}

#[test]
fn a_line_is_bounded() {
    for (length, ends, lines) in [
        (MOST_LOG_LINE_BYTES + 1, Ends::Served, 1),
        (MOST_ANSWER_BYTES, Ends::Served, 1),
        (MOST_ANSWER_BYTES + 1, Ends::BadAnswer("fuel allocated for hostcalls"), 0),
        (100 << 20, Ends::BadAnswer("out of bounds"), 0),
    ] {
        let what = format!("a line of {length} bytes");
        let log = kept(&what, &holding(&"x".repeat(600), &line(0, length)), ends);
        assert_eq!(log.len(), lines, "{what}");
        assert!(log.iter().all(|line| line.text.len() == MOST_LOG_LINE_BYTES), "{what}");
    }
    let cut = kept("a line cut inside a character", &holding(&"暖".repeat(300), &line(0, 900)), Ends::Served);
    assert_eq!(cut[0].text, "暖".repeat(MOST_LOG_LINE_BYTES / 3));
}

#[test]
fn lines_are_escaped_and_masked() {
    for (text, shown) in [
        ("\u{1b}[2J\u{1b}]0;已办结\u{7}", "\\u{1b}[2J\\u{1b}]0;已办结\\u{7}"),
        ("一行\n又一行\r盖住", "一行\\n又一行\\r盖住"),
        ("零\0八位\u{9b}31m", "零\\u{0}八位\\u{9b}31m"),
        ("来电13805361234要求回电", "来电【号码】要求回电"),
        ("李先生 138 0536 1234", "【姓名】 【号码】"),
        ("37070219900101123X", "【号码】"),
        ("138\t0536\t1234", "【号码】"),
        ("\u{202e}结办已\u{200b}", "\\u{202e}结办已\\u{200b}"),
    ] {
        let log = kept(text, &holding(text, &line(2, text.len())), Ends::Served);
        assert_eq!(log, [LogLine { level: "warn".into(), text: shown.into() }], "{text:?}");
    }
}

#[test]
fn lines_before_a_failure_are_kept() {
    let text = "到了第三步";
    let logged = line(3, text.len());
    for (what, after, ends) in [
        ("unreachable", "(unreachable)", Ends::Trap("unreachable")),
        ("divide by zero", "(drop (i32.div_u (i32.const 1) (i32.const 0)))", Ends::Trap("divide by zero")),
        ("out of bounds", "(i32.store (i32.const -1) (i32.const 1))", Ends::Trap("out of bounds memory access")),
        ("endless", "(loop $again (br $again))", Ends::OutOfFuel),
        ("a level past the last", &line(5, 1), Ends::BadAnswer("discriminant")),
        ("a level of 255", &line(255, 1), Ends::BadAnswer("discriminant")),
        ("not UTF-8", "(call $log (i32.const 0) (i32.const 131073) (i32.const 1))", Ends::BadAnswer("utf-8")),
        ("a line outside", "(call $log (i32.const 0) (i32.const -8) (i32.const 4))", Ends::BadAnswer("out of bounds")),
    ] {
        let log = kept(what, &holding(text, &format!("{logged} {after}")), ends);
        assert_eq!(log, [LogLine { level: "error".into(), text: text.into() }], "{what}");
    }
}

/// A rule may speak while it answers, and at no other time.
#[test]
fn log_is_refused_where_a_guest_may_not_call_out() {
    let core = || holding("停暖", "");
    let call = line(1, 6);
    for (what, core, words) in [
        ("in cabi_realloc", Core { realloc: format!("{call} {}", core().realloc), ..core() }, "cannot leave component"),
        ("in post-return", Core { post_return: call.clone(), ..core() }, "cannot leave component"),
        ("in the start function", Core { start: call.clone(), ..core() }, "uninitialized element"),
    ] {
        assert_eq!(kept(what, &core, Ends::Trap(words)), [], "{what}");
    }
    let initialize = format!("(func (export \"_initialize\") {call}) {}", core().items);
    let log = kept("in _initialize", &Core { items: initialize, ..core() }, Ends::Served);
    assert_eq!(log.len(), 1);
}
