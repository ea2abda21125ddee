//! Every limit of a call in one place, each with its reason. A limit is applied where the
//! thing that enforces it is made: see `store` of [`crate::engine::Engine`].

use std::time::Duration;

/// Fuel of one call, instantiation included: about one WebAssembly instruction each, 10 to
/// 20 ms here. Deterministic, so the author's machine and the server stop at the same
/// instruction. A compiled rule needs some 20,000.
pub const FUEL_PER_CALL: u64 = 20_000_000;

/// The wall-clock net under the fuel, for what fuel does not count (host work, a stalled
/// machine). Wide, so that it never decides on a healthy machine.
pub const WALL_TIME_PER_CALL: Duration = Duration::from_secs(1);

/// How often the epoch moves; the net is as exact as this.
pub const EPOCH_TICK: Duration = Duration::from_millis(10);

/// Linear memory of one guest, all its memories together: a Python guest needs some 15 MiB, one in
/// JavaScript or a compiled one 1 to 2.
pub const MOST_GUEST_MEMORY_BYTES: usize = 64 << 20;

/// Linear memories of one guest. A rule in JavaScript comes with two components of stubs for what it
/// may not call, each with an empty memory.
pub const MOST_MEMORIES: u32 = 3;

/// Elements of one table: a Python guest's function table has some 10,000.
pub const MOST_TABLE_ELEMENTS: usize = 20_000;

/// Tables of one guest.
pub const MOST_TABLES: u32 = 16;

/// Core instances inside one component: linked languages have a few dozen.
pub const MOST_CORE_INSTANCES: u32 = 64;

/// Core instances that a guest has on average: three for a compiled one, more for linked
/// languages, of which few live at once.
pub const CORE_INSTANCES_PER_GUEST: u32 = 4;

/// What the engine keeps of one instance beside its memory: globals, tables of functions.
pub const MOST_INSTANCE_BYTES: usize = 1 << 20;

/// Memory that stays with a slot between guests, cleared: what a compiled rule touches.
pub const RESIDENT_MEMORY_BYTES: usize = 1 << 20;

/// The same for tables.
pub const RESIDENT_TABLE_BYTES: usize = 64 << 10;

/// Guest stack: deep enough for any rule, far from the host's own.
pub const MOST_STACK_BYTES: usize = 512 << 10;

/// Guests alive at the same moment, over all calls; each lives some microseconds.
pub const MOST_LIVE_GUESTS: u32 = 128;

/// Texts in one input, in bytes: half for the settings of an activation, half for a ticket.
pub const MOST_INPUT_BYTES: usize = 256 << 10;

/// What a guest may make the host copy in one step: a whole answer, or one log line. What
/// is over it is refused before it is copied.
pub const MOST_ANSWER_BYTES: usize = 256 << 10;

/// Proposals in one answer: what a person can still review on a ticket.
pub const MOST_PROPOSALS: usize = 32;

/// Log lines kept of one call.
pub const MOST_LOG_LINES: usize = 64;

/// Bytes kept of one log line.
pub const MOST_LOG_LINE_BYTES: usize = 512;

/// Log lines after which a call is stopped: past this it is a flood.
pub const MOST_LOG_CALLS: usize = 1_000;

/// Size of a component: a Python guest has 18 MiB.
pub const MOST_COMPONENT_BYTES: usize = 32 << 20;

/// Depth of components inside components: wit-component makes 2.
pub const MOST_NESTING: usize = 8;

/// Rules called for one command, over all its consequences: bounds how long a ticket waits.
pub const MOST_CALLS_PER_COMMAND: usize = 64;

/// How deep consequences of consequences go (guard rail G13).
pub const MOST_DEPTH: usize = 3;

/// Processor time for compiling one component, in a process of its own on one core: a Python
/// guest of 18 MiB needs some 20 s here, and a county's machine may be three times slower.
pub const COMPILE_PROCESSOR_TIME: Duration = Duration::from_secs(90);

/// The wall-clock net under it. Wide, for a machine that has ten other things to do: no ticket waits.
pub const COMPILE_WALL_TIME: Duration = Duration::from_secs(600);

/// Memory for compiling one component, in bytes: a Python guest needs some 360 MiB.
pub const COMPILE_MEMORY_BYTES: u64 = 1 << 30;

/// Compiled code of one component, in bytes: a Python guest has some 33 MiB. It stays in
/// memory as long as the rule is on.
pub const MOST_CODE_BYTES: usize = 96 << 20;
