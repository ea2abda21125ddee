//! Files that are made to exhaust the compiler: it runs in a child under limits, and what the
//! child says is believed only in the call that it was started for.

use super::guest::{Core, manifest};
use super::office::{ENGINE, HEATING, KUIWEN, intake};
use super::packages::{component, component_with_module, good, section};
use crate::server::components::{binary, compiler};
use chuishao_domain::rule::kinds::EventKind;
use chuishao_sandbox::apart::{ApartError, CompileLimits, Compiler};
use chuishao_sandbox::compiled::{CompileError, CompiledCode};
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::limits::{MOST_CODE_BYTES, MOST_COMPONENT_BYTES};
use chuishao_sandbox::package::Package;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

/// A core module of one type `() -> ()` and of functions with these bodies.
fn module(bodies: &[Vec<u8>]) -> Vec<u8> {
    let count = leb(bodies.len());
    let functions = [count.as_slice(), &vec![0; bodies.len()]].concat();
    let mut code = count;
    for body in bodies {
        // No locals before it, `end` after it.
        code.extend(leb(body.len() + 2));
        code.push(0);
        code.extend(body);
        code.push(0x0b);
    }
    let types = [1, 0x60, 0, 0];
    [b"\0asm\x01\0\0\0".as_slice(), &section(1, &types), &section(3, &functions), &section(10, &code)].concat()
}

/// An unsigned number as WebAssembly writes it.
fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 128 {
        bytes.push((number % 128) as u8 | 128);
        number /= 128;
    }
    bytes.push(number as u8);
    bytes
}

#[test]
fn probe() {
    let nop = 0x01;
    let call = [0x10, 0];
    for (what, bytes) in [
        ("good", good()),
        ("100000 functions", component_with_module(&module(&vec![vec![nop]; 100_000]))),
        ("10MB nop", component_with_module(&module(&[vec![nop; 10_000_000]]))),
        ("7MB nop", component_with_module(&module(&[vec![nop; 7_000_000]]))),
        ("1MB call", component_with_module(&module(&[call.repeat(500_000)]))),
        ("7MB call", component_with_module(&module(&[call.repeat(3_500_000)]))),
        ("30x1MB call", component_with_module(&module(&vec![call.repeat(500_000); 30]))),
        ("100000 types", component(&"(type (func (param \"a\" u32)))".repeat(100_000))),
        ("100000 core types", component(&format!("(core module {})", "(type (func (param i32)))".repeat(100_000)))),
        ("300000 instances types", component(&"(type (record (field \"a\" u8)))".repeat(300_000))),
    ] {
        let started = Instant::now();
        let read = Package::read(&bytes).map(|_| ()).map_err(|p| p[0].code);
        let reading = started.elapsed();
        let started = Instant::now();
        let outcome = compiler().compile(&ENGINE, &bytes).map(|code| code.len());
        println!("{what}: {} bytes {read:?} in {reading:?}; {outcome:?} in {:?}", bytes.len(), started.elapsed());
    }
}
