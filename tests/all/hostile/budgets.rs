//! Guests that never end: stopped by fuel, at the same instruction everywhere; and by the
//! clock, where fuel does not count.

use super::guest::{Core, ENDLESS, looping_rule, manifest};
use super::office::{ENGINE, Ends, FUEL_ALONE, NO_FUEL, check, hostile};
use chuishao_domain::rule::kinds::EventKind;
use chuishao_sandbox::limits::FUEL_PER_CALL;

/// The same loop in every place where a guest runs.
fn endless() -> Vec<(&'static str, Vec<u8>)> {
    let endless = || ENDLESS.to_owned();
    vec![
        ("in on-event", looping_rule(&manifest("hostile-rule", &[EventKind::Accepted]))),
        ("in the start function", hostile(&Core { start: endless(), ..Core::silent() })),
        ("in cabi_realloc", hostile(&Core { realloc: endless(), ..Core::silent() })),
        ("in post-return", hostile(&Core { post_return: endless(), ..Core::silent() })),
        (
            "by tail calls",
            hostile(&Core { on_event: "(return_call $on-event (local.get 0))".into(), ..Core::silent() }),
        ),
    ]
}

#[test]
fn fuel_stops_an_endless_loop() {
    for (what, rule) in endless() {
        let record = check(&FUEL_ALONE, what, &rule, Ends::OutOfFuel);
        assert_eq!(record.call.fuel, FUEL_PER_CALL, "{what}: all of it was spent");
    }
}

#[test]
fn the_clock_stops_an_endless_loop_when_fuel_is_off() {
    std::thread::scope(|scope| {
        for (what, rule) in endless() {
            scope.spawn(move || check(&NO_FUEL, what, &rule, Ends::TimedOut));
        }
    });
}

/// An instruction that works on all of memory at once costs what it works on.
#[test]
fn fuel_counts_the_bytes_of_bulk_instructions() {
    let all = "(i32.const 131072) (i32.const 65536) (i32.const 62914560)";
    for instruction in ["memory.fill", "memory.copy"] {
        let core = Core { pages: 1024, ..Core::silent() }.after(&format!("({instruction} {all})"));
        check(&FUEL_ALONE, instruction, &hostile(&core), Ends::OutOfFuel);
    }
}

/// Expensive is not forbidden: a rule that needs nearly all of its fuel gets its answer in.
#[test]
fn a_rule_just_under_the_budget_is_served() {
    let spinning = |turns: u64| {
        let spin = format!(
            "(local $left i64) (local.set $left (i64.const {turns}))
             (loop $again (br_if $again (i64.ne (i64.const 0)
                (local.tee $left (i64.sub (local.get $left) (i64.const 1))))))"
        );
        hostile(&Core::silent().after(&spin))
    };
    let cost = |turns| check(&FUEL_ALONE, "spinning", &spinning(turns), Ends::Served).call.fuel;
    let (one, two) = (cost(1), cost(2));
    let most = 1 + (FUEL_PER_CALL - one) / (two - one);
    assert!(FUEL_PER_CALL - cost(most) < two - one, "not a turn was left");
    // Fuel is looked at once a turn, so a call ends at most a turn late.
    check(&FUEL_ALONE, "two turns more", &spinning(most + 2), Ends::OutOfFuel);
}

#[test]
fn deep_recursion_ends_at_the_guests_own_stack() {
    let deep = "(func $deep (param i64) (call $deep (i64.add (local.get 0) (i64.const 1))) (drop (i32.const 0)))";
    let core = || Core { items: deep.into(), ..Core::silent() };
    let call = || "(call $deep (i64.const 0)) ".to_owned();
    let wide = format!("(func $deep (param i64) (local {}) {})", "i64 ".repeat(2_000), call());
    for (what, core) in [
        ("in on-event", core().after(&call())),
        ("in the start function", Core { start: call(), ..core() }),
        ("in cabi_realloc", Core { realloc: call() + &core().realloc, ..core() }),
        ("in post-return", Core { post_return: call(), ..core() }),
        ("with wide frames", Core { items: wide, ..Core::silent() }.after(&call())),
    ] {
        check(&ENGINE, what, &hostile(&core), Ends::Trap("call stack exhausted"));
    }
}
