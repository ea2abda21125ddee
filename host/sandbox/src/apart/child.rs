//! The child's side: takes its limits upon itself before it reads a byte of the component,
//! compiles, answers and ends.

use super::wire::{Answer, Call};
use crate::engine::compiling_engine;
use std::io::{self, Read, Write};

/// What the standard library says on standard error when there is no more memory.
pub(super) const OUT_OF_MEMORY: &str = "memory allocation of";

/// Address space beside the memory that is written to, in bytes: the program itself, its
/// libraries, what the allocator sets aside.
#[cfg(unix)]
const PROGRAM_BYTES: u64 = 2 << 30;

/// Open files: the three pipes, and what the start of the program needs.
#[cfg(unix)]
const MOST_FILES: u64 = 16;

/// The signal that ends a process whose processor time is used up (SIGXCPU), on Linux and on
/// the BSDs.
#[cfg(unix)]
pub(super) const TIME_IS_UP: i32 = 24;

/// Compiles the component on standard input and writes the answer to standard output.
///
/// # Errors
/// What came in is no call, the limits cannot be set, or the pipes broke: there is no answer.
pub fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut input = io::stdin().lock();
    let (call, length) = Call::receive(&mut input)?;
    limit(&call)?;
    let mut component = Vec::new();
    input.take(length as u64).read_to_end(&mut component)?;
    let engine = compiling_engine()?;
    let answer = match engine.precompile_component(&component) {
        Ok(code) => Answer::Code(code),
        Err(error) => Answer::Refused(format!("{error:#}")),
    };
    let mut output = io::stdout().lock();
    output.write_all(&call.answer(&engine, &component, &answer))?;
    output.flush()?;
    Ok(())
}

/// The limits of the operating system. Nobody can take them off again.
#[cfg(unix)]
fn limit(call: &Call) -> io::Result<()> {
    use rlimit::Resource;
    // Where the machine itself runs out of memory, this process goes and not the server. Linux
    // alone asks.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    let set = |resource: Resource, soft: u64, hard: u64| {
        // Somebody may have limited the server more tightly: that holds.
        let (_, already) = resource.get()?;
        resource.set(soft.min(already), hard.min(already))
    };
    let memory = call.memory_bytes;
    set(Resource::DATA, memory, memory)?;
    set(Resource::AS, memory + PROGRAM_BYTES, memory + PROGRAM_BYTES)?;
    set(Resource::CPU, call.processor_seconds, call.processor_seconds + 1)?;
    set(Resource::NOFILE, MOST_FILES, MOST_FILES)?;
    // It writes no files, and leaves none behind when it dies.
    set(Resource::FSIZE, 0, 0)?;
    set(Resource::CORE, 0, 0)
}

#[cfg(not(unix))]
fn limit(_: &Call) -> io::Result<()> {
    Ok(())
}
