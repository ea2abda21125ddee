//! Guests that want more memory than they may have, or look for what others left in it.

use super::guest::Core;
use super::office::{ENGINE, Ends, check, hostile};
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::limits::{MOST_GUEST_MEMORY_BYTES, MOST_TABLE_ELEMENTS};
use chuishao_sandbox::package::Package;

const PAGE: usize = 65_536;

#[test]
fn growth_ends_at_the_limit() {
    let until_refused = "(loop $again (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))";
    let trap_if_granted = |grow: String| format!("(if (i32.ne {grow} (i32.const -1)) (then unreachable))");
    let at_once = |pages: usize| trap_if_granted(format!("(memory.grow (i32.const {pages}))"));
    let table = format!("(table.grow $own (ref.null func) (i32.const {MOST_TABLE_ELEMENTS}))");
    let most_pages = MOST_GUEST_MEMORY_BYTES / PAGE;
    let (rest, last) = (most_pages - 2, MOST_GUEST_MEMORY_BYTES - 1);
    let written_to = format!("(drop (memory.grow (i32.const {rest}))) (i32.store8 (i32.const {last}) (i32.const 1))");
    for (what, body, reached) in [
        ("page by page until refused", until_refused.to_owned(), MOST_GUEST_MEMORY_BYTES),
        ("one page past the limit", at_once(most_pages - 1), 2 * PAGE),
        ("past the limit by far", at_once(65_534), 2 * PAGE),
        ("more than there are addresses", at_once(1 << 31), 2 * PAGE),
        ("to the limit and written to", written_to, MOST_GUEST_MEMORY_BYTES),
        ("a table past its limit", trap_if_granted(table), 2 * PAGE),
    ] {
        let core = Core { items: "(table $own 1 funcref)".into(), ..Core::silent() }.after(&body);
        let record = check(&ENGINE, what, &hostile(&core), Ends::Served);
        assert_eq!(record.call.memory_bytes, reached as u64, "{what}");
    }
}

#[test]
fn growing_for_ever_costs_fuel() {
    // Once nothing more is given it turns in a circle: millions of refusals by the host would take longer
    // than a call may, on a machine that has other work.
    let body = "(loop $again (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) \
        (loop $turn (br $turn)) unreachable";
    let rule = hostile(&Core { on_event: body.into(), ..Core::silent() });
    let record = check(&ENGINE, "growing for ever", &rule, Ends::OutOfFuel);
    assert_eq!(record.call.memory_bytes, MOST_GUEST_MEMORY_BYTES as u64);
}

#[test]
fn what_is_declared_too_large_is_not_loaded() {
    let items = |items: &str| Core { items: items.into(), ..Core::silent() };
    let tables = |count: usize| "(table 1 funcref)".repeat(count);
    for (what, core) in [
        ("a memory of the limit and a page", Core { pages: MOST_GUEST_MEMORY_BYTES / PAGE + 1, ..Core::silent() }),
        ("a memory of 4 GiB", Core { pages: 65_536, ..Core::silent() }),
        ("a table of the limit and one", items(&format!("(table {} funcref)", MOST_TABLE_ELEMENTS + 1))),
        ("a table of four thousand million", items("(table 4294967295 funcref)")),
        ("more tables than are granted", items(&tables(17))),
        ("a second memory in one module", items("(memory 0)")),
    ] {
        let package = Package::read(&hostile(&core)).expect("reading finds nothing");
        assert!(Guest::load(&ENGINE, package, None).is_err(), "{what}");
    }
}

/// One guest writes all over its memory; the next looks through all of its own.
#[test]
fn nothing_of_one_guest_is_left_for_the_next() {
    let every_page = |body: &str| {
        format!(
            "(local $at i32)
             (drop (memory.grow (i32.const 1000)))
             (local.set $at (i32.const 131072))
             (loop $again {body}
                (local.set $at (i32.add (local.get $at) (i32.const 1024)))
                (br_if $again (i32.lt_u (local.get $at) (i32.mul (memory.size) (i32.const {PAGE})))))"
        )
    };
    let writes = every_page("(i32.store (local.get $at) (i32.const 13805361))");
    let looks = every_page("(if (i32.load (local.get $at)) (then unreachable))");
    let [writer, looker] = [writes, looks].map(|body| hostile(&Core::silent().after(&body)));
    for _ in 0..20 {
        check(&ENGINE, "writing everywhere", &writer, Ends::Served);
        check(&ENGINE, "looking everywhere", &looker, Ends::Served);
    }
}
