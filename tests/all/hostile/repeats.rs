//! The same input gives the same answer at the same cost: a guest finds nothing of its
//! earlier calls, and no instruction tells one machine from another.

use super::guest::{Core, manifest};
use super::office::{Case, ENGINE, HEATING, KUIWEN, intake, switched_on};
use chuishao_domain::rule::effect::Effect;
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::record::{Answer, DecisionRecord};
use chuishao_sandbox::engine::{Budget, Engine};
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::package::Package;
use chuishao_sandbox::rulebook::Rulebook;
use serde_json::json;

const RULE: &str = "repeating-rule";
/// Where a guest writes the tag that it answers with.
const TAG: usize = 70_000;
/// A bit pattern has so many letters.
const LETTERS: usize = 16;

/// A guest that computes 64 bits and answers with them as a tag, a letter from `a` for each
/// half byte.
fn telling(items: &str, bits: &str) -> Vec<u8> {
    let tag = json!({"#at": [TAG, LETTERS]});
    let answer = json!({"ok": [{"effect": {"add-tag": tag}, "reason": "所见的位"}]});
    let spell = format!(
        "(func $spell (param $bits i64) (local $at i32)
            (local.set $at (i32.const {}))
            (loop $again
                (i64.store8 (local.get $at) (i64.add (i64.const 97) (i64.and (local.get $bits) (i64.const 15))))
                (local.set $bits (i64.shr_u (local.get $bits) (i64.const 4)))
                (br_if $again (i32.ge_u (local.tee $at (i32.sub (local.get $at) (i32.const 1))) (i32.const {TAG})))))",
        TAG + LETTERS - 1
    );
    let core = Core { items: format!("{spell} {items}"), ..Core::answering(&answer) };
    core.after(&format!("(call $spell {bits})")).rule(&manifest(RULE, EventKind::ALL))
}

fn spelled(bits: u64) -> String {
    format!("{bits:016x}").bytes().map(|digit| char::from(b'a' + hex_value(digit))).collect()
}

fn hex_value(digit: u8) -> u8 {
    if digit.is_ascii_digit() { digit - b'0' } else { digit - b'a' + 10 }
}

/// The records of a ticket's way to the dispatch.
fn records(rule: &[u8]) -> Vec<DecisionRecord> {
    let rulebook = Rulebook::new(vec![switched_on(&ENGINE, rule, KUIWEN, 10)]);
    let mut case = Case::new(&rulebook, intake(HEATING));
    case.run_to_dispatch();
    case.decisions
}

fn tag_of(record: &DecisionRecord) -> &str {
    match &record.call.answer {
        Answer::Proposals(judged) => match &judged[0].0.effect {
            Effect::AddTag(tag) => tag,
            other => panic!("a tag, not {other:?}"),
        },
        Answer::Failed(failure) => panic!("an answer, not {failure:?}"),
    }
}

#[test]
fn nothing_is_kept_between_calls() {
    let load = "(i32.load (i32.const 80000))";
    let one_more = format!("(i32.store (i32.const 80000) (i32.add (i32.const 1) {load}))");
    let global = "(global $calls (mut i32) (i32.const 0))";
    let table = "(table $own 1 funcref) (elem declare func $spell)";
    let trap_unless_null = "(if (i32.eqz (ref.is_null (table.get $own (i32.const 0)))) (then unreachable))";
    let then_set = "(table.set $own (i32.const 0) (ref.func $spell))";
    let once = "(data $once \"\\01\\00\\00\\00\")";
    let take = "(memory.init $once (i32.const 80000) (i32.const 0) (i32.const 4)) (data.drop $once)";
    for (what, items, body, count) in [
        ("in memory", "", one_more.as_str(), load),
        (
            "in a global",
            global,
            "(global.set $calls (i32.add (i32.const 1) (global.get $calls)))",
            "(global.get $calls)",
        ),
        ("in the size of memory", "", "", "(i32.sub (memory.grow (i32.const 7)) (i32.const 1))"),
        ("in the size of a table", table, "", "(table.grow $own (ref.null func) (i32.const 7))"),
        ("in a table", table, &format!("{trap_unless_null} {then_set}"), "(i32.const 1)"),
        ("in a segment that is dropped", once, take, load),
    ] {
        let rule = telling(items, &format!("(block (result i64) {body} (i64.extend_i32_u {count}))"));
        let records = records(&rule);
        assert_eq!(records.len(), 3, "{what}");
        for record in &records {
            assert_eq!(tag_of(record), spelled(1), "{what}: it is always the first call");
        }
    }
}

/// Where WebAssembly leaves the machine a choice, the engine makes it.
#[test]
fn every_machine_computes_the_same_bits() {
    const NAN_32: u64 = 0x7fc0_0000;
    const NAN_64: u64 = 0x7ff8_0000_0000_0000;
    let wide = |number: &str| format!("(i64.reinterpret_f64 {number})");
    let narrow = |number: &str| format!("(i64.extend_i32_u (i32.reinterpret_f32 {number}))");
    let lane = |vector: &str| format!("(i64x2.extract_lane 0 {vector})");
    let relaxed = |name: &str, one: &str, two: &str| lane(&format!("({name} (v128.const {one}) (v128.const {two}))"));
    let sixteens = "i64x2 0x1010101010101010 0";
    let least = "i64x2 0x8000 0";
    for (what, bits, expected) in [
        ("zero by zero", wide("(f64.div (f64.const 0) (f64.const 0))"), NAN_64),
        ("zero by zero, narrow", narrow("(f32.div (f32.const 0) (f32.const 0))"), NAN_32),
        ("the root of less than nothing", wide("(f64.sqrt (f64.const -1))"), NAN_64),
        ("infinity less infinity", wide("(f64.sub (f64.const inf) (f64.const inf))"), NAN_64),
        ("a number that is none, with a payload", wide("(f64.add (f64.const -nan:0x4321) (f64.const 1))"), NAN_64),
        ("the least of one and none", wide("(f64.min (f64.const -nan:0x4321) (f64.const 1))"), NAN_64),
        ("made wider", wide("(f64.promote_f32 (f32.const -nan:0x4321))"), NAN_64),
        ("made narrower", narrow("(f32.demote_f64 (f64.const -nan:0x4321))"), NAN_32),
        ("a vector's zero by zero", lane("(f64x2.div (v128.const f64x2 0 0) (v128.const f64x2 0 0))"), NAN_64),
        (
            "a relaxed conversion",
            lane("(i32x4.relaxed_trunc_f32x4_s (v128.const f32x4 nan inf 0 0))"),
            0x7fff_ffff << 32,
        ),
        ("a relaxed look past the end", relaxed("i8x16.relaxed_swizzle", "i64x2 -1 -1", sixteens), 0),
        ("a relaxed product out of range", relaxed("i16x8.relaxed_q15mulr_s", least, least), 0x7fff),
        (
            "fresh memory",
            "(block (result i64) (drop (memory.grow (i32.const 3))) (i64.load (i32.const 196608)))".into(),
            0,
        ),
        ("growing past the limit", "(i64.extend_i32_u (memory.grow (i32.const 1023)))".into(), 0xffff_ffff),
    ] {
        let rule = telling("", &bits);
        for record in records(&rule) {
            assert_eq!(tag_of(&record), spelled(expected), "{what}");
        }
    }
}

/// The input of a record, given again, gives the record again: here, and on another engine.
#[test]
fn a_recorded_call_can_be_made_again() {
    let rule = telling("", "(i64.load (i32.add (local.get $input) (i32.const 16)))");
    let load =
        |engine: &Engine| Guest::load(engine, Package::read(&rule).expect("it reads"), None).expect("it compiles");
    let other = Engine::new(Budget::default()).expect("it starts");
    for record in records(&rule) {
        let input = record.call.input.as_ref().expect("it was called");
        for guest in [load(&ENGINE), load(&other)] {
            let again = guest.call(input, &record.edition.settings);
            let Answer::Proposals(judged) = &record.call.answer else { panic!("it answered") };
            let proposals: Vec<_> = judged.iter().map(|(proposal, _)| proposal.clone()).collect();
            assert_eq!(again.answer.as_ref(), Ok(&proposals));
            assert_eq!(
                (again.fuel, again.memory_bytes, &again.log),
                (record.call.fuel, record.call.memory_bytes, &record.call.log)
            );
            assert_eq!(guest.engine().digest(), record.edition.engine_digest);
        }
    }
}
