//! Guests that cheat where the host asks them for memory, or after the answer was read.

use super::guest::Core;
use super::layout::ANSWER;
use super::office::{ENGINE, Ends, check, hostile};
use chuishao_sandbox::limits::MOST_GUEST_MEMORY_BYTES;
use serde_json::json;

const PAGES: usize = MOST_GUEST_MEMORY_BYTES / 65_536;

fn tagging() -> Core {
    Core::answering(&json!({"ok": [{"effect": {"add-tag": "停暖"}, "reason": "小区连续三日报修"}]}))
}

/// The host writes where it is told to, within the guest's own memory: a guest that gives
/// the same place twice harms itself alone.
#[test]
fn cabi_realloc_may_lie_about_places_only_to_its_own_harm() {
    let inside = MOST_GUEST_MEMORY_BYTES - 4096;
    for (what, realloc, ends) in [
        ("always the same place", format!("(i32.const {inside})"), Ends::Served),
        ("always zero", "(i32.const 0)".into(), Ends::Served),
        ("always where the answer lies", format!("(i32.const {ANSWER})"), Ends::BadAnswer("discriminant")),
        ("an odd place", format!("(i32.const {})", inside + 1), Ends::BadAnswer("not aligned")),
        (
            "the end of memory",
            format!("(i32.const {MOST_GUEST_MEMORY_BYTES})"),
            Ends::BadAnswer("beyond end of memory"),
        ),
        (
            "the last bytes",
            format!("(i32.const {})", MOST_GUEST_MEMORY_BYTES - 8),
            Ends::BadAnswer("beyond end of memory"),
        ),
        ("the last address", "(i32.const -8)".into(), Ends::BadAnswer("beyond end of memory")),
    ] {
        let core = Core { pages: PAGES, realloc, ..tagging() };
        check(&ENGINE, what, &hostile(&core), ends);
    }
}

#[test]
fn traps_are_failures_wherever_they_happen() {
    let no_place = "(unreachable)".to_owned();
    let divide = "(drop (i32.div_s (i32.const 1) (i32.const 0)))";
    let overflow = "(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))";
    let nan = "(drop (i32.trunc_f32_s (f32.const nan)))";
    let outside = "(drop (i32.load (i32.const -4)))";
    let empty_table = "(call_indirect $own (param) (i32.const 0))";
    let wrong_type = "(call_indirect $own (param) (i32.const 1))";
    let table = || Core {
        items: "(table $own 2 funcref) (elem (table $own) (i32.const 1) func $on-event)".into(),
        ..tagging()
    };
    for (what, core, words) in [
        ("in cabi_realloc", Core { realloc: no_place.clone(), ..tagging() }, "unreachable"),
        ("in the start function", Core { start: no_place.clone(), ..tagging() }, "unreachable"),
        ("in post-return", Core { post_return: no_place.clone(), ..tagging() }, "unreachable"),
        ("in on-event", Core { on_event: no_place, ..tagging() }, "unreachable"),
        ("dividing by zero", tagging().after(divide), "divide by zero"),
        ("overflowing", tagging().after(overflow), "integer overflow"),
        ("making a number of no number", tagging().after(nan), "invalid conversion"),
        ("reading outside", tagging().after(outside), "out of bounds memory access"),
        ("calling what is not there", table().after(empty_table), "uninitialized"),
        ("calling what is of another type", table().after(wrong_type), "indirect call type mismatch"),
        ("data past the memory", Core { items: "(data (i32.const -1) \"停暖\")".into(), ..tagging() }, "out of bounds"),
    ] {
        check(&ENGINE, what, &hostile(&core), Ends::Trap(words));
    }
}

/// What a guest calls its own functions is shown with the failure.
#[test]
fn the_place_of_a_trap_is_cleaned() {
    let items = "(func $fails (@name \"\\1b[2J13805361234\") unreachable)";
    let rule = hostile(&Core { items: items.into(), ..tagging() }.after("(call $fails)"));
    check(&ENGINE, "a name for the terminal", &rule, Ends::Trap("(in \\u{1b}[2J【号码】)"));
}

#[test]
fn the_typed_failure_is_told_apart_from_a_trap() {
    for case in ["bad-setting", "missing-data", "bug"] {
        let words = "设置「停暖天数」是零\u{1b}[31m，请致电13805361234";
        let core = Core::answering(&json!({"err": {case: words}}));
        let kept = "设置「停暖天数」是零\\u{1b}[31m，请致电【号码】";
        check(&ENGINE, case, &hostile(&core), Ends::Declined(case, kept));
    }
}
