//! Files that are made to exhaust the compiler: it runs in a child under limits, and what the
//! child says is believed only in the call that it was started for.

use super::guest::Core;
use super::office::{ENGINE, hostile};
use super::packages::{component, component_with_module, good, section};
use crate::server::components::{binary, compiler};
use chuishao_domain::rule::sample::inputs;
use chuishao_domain::rule::settings::Settings;
use chuishao_sandbox::apart::{ApartError, CompileLimits, Compiler};
use chuishao_sandbox::compiled::CompiledCode;
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::limits::MOST_COMPONENT_BYTES;
use chuishao_sandbox::package::Package;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

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

/// One function of ten million bytes, in a component that reads well.
pub(crate) fn huge_function() -> Vec<u8> {
    component_with_module(&module(&[vec![NOP; 10_000_000]]))
}

/// So many functions that compiling them takes some seconds.
pub(crate) fn many_functions() -> Vec<u8> {
    component_with_module(&module(&vec![vec![NOP]; 5_000]))
}

const NOP: u8 = 1;
/// Calls function 0: two bytes that become fifty of machine code, and more on the way there.
const CALL: [u8; 2] = [0x10, 0];

/// The limits of the server, but for one.
fn limited(change: impl FnOnce(&mut CompileLimits)) -> Compiler {
    let mut limits = CompileLimits::default();
    change(&mut limits);
    Compiler::new(binary().to_owned(), limits)
}

/// Code and words of a refusal; the words are those that a person is shown.
fn refusal(compiler: &Compiler, bytes: &[u8]) -> (&'static str, String) {
    assert!(Package::read(bytes).is_ok(), "reading finds nothing");
    let problem = compiler.compile(&ENGINE, bytes).expect_err("there is no code").problem("组件");
    (problem.code, problem.chinese)
}

/// What a child compiled for an engine that sets no memory aside runs in the server's.
#[test]
fn what_a_child_compiled_is_kept_and_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let rule = hostile(&Core::silent());
    let package = Package::read(&rule).expect("it reads");
    let code = CompiledCode::open(folder.path(), compiler()).expect("a folder");
    let guest = Guest::load(&ENGINE, package.clone(), Some(&code)).expect("it compiles");
    let [input] = &inputs(&package.manifest)[..] else { panic!("it listens to one event") };
    assert_eq!(guest.call(&input.1, &Settings::new()).answer, Ok(Vec::new()));
    // From here on there is no program to compile with.
    let nobody = Compiler::new("/nowhere/chuishao".into(), CompileLimits::default());
    let code = CompiledCode::open(folder.path(), nobody).expect("a folder");
    assert!(Guest::load(&ENGINE, package, Some(&code)).is_ok(), "it was kept");
    let other = Package::read(&good()).expect("it reads");
    let error = Guest::load(&ENGINE, other, Some(&code)).err().expect("it was not compiled yet");
    assert_eq!(error.problem("组件").code, "compile.start");
    let error = CompiledCode::open(&folder.path().join("installation.key"), compiler()).err().expect("it is a file");
    assert_eq!(error.problem("组件").code, "compile.folder");
}

#[test]
fn one_function_of_ten_megabytes_is_refused() {
    let (code, words) = refusal(&compiler(), &huge_function());
    assert_eq!(code, "compile.refused");
    assert!(words.contains("function body size"), "{words}");
}

#[test]
fn a_hundred_thousand_types_are_compiled_and_a_hundred_thousand_functions_take_their_time() {
    let types = component(&"(type (func (param \"a\" u32)))".repeat(100_000));
    let core_types = component(&format!("(core module {})", "(type (func (param i32)))".repeat(100_000)));
    for bytes in [types, core_types] {
        assert!(compiler().compile(&ENGINE, &bytes).is_ok());
    }
    let functions = component_with_module(&module(&vec![vec![NOP]; 100_000]));
    let processor = limited(|limits| limits.processor_time = Duration::from_secs(1));
    assert_eq!(refusal(&processor, &functions).0, "compile.time");
    let wall = limited(|limits| limits.wall_time = Duration::from_millis(500));
    assert_eq!(refusal(&wall, &functions), ("compile.time", ApartError::Time.to_string()));
}

/// Thirty megabytes of calls are gigabytes of code: the child runs out of memory and nobody else.
#[test]
fn megabytes_that_unpack_to_gigabytes_end_at_the_limit_of_memory() {
    let bytes = component_with_module(&module(&vec![CALL.repeat(500_000); 30]));
    assert!(bytes.len() > 30_000_000 && bytes.len() < MOST_COMPONENT_BYTES);
    let compiler = limited(|limits| limits.memory_bytes = 256 << 20);
    let (code, words) = refusal(&compiler, &bytes);
    assert_eq!(code, "compile.memory");
    assert!(words.contains("256 MiB"), "{words}");
}

#[test]
fn more_code_than_a_rule_may_have_is_not_taken() {
    let compiler = limited(|limits| limits.code_bytes = 10_000);
    assert_eq!(refusal(&compiler, &good()).0, "compile.size");
}

/// A program that stands in for the compiler. A child writes it: what is open here for writing would be
/// open, too, in whatever another test starts at that moment, and nobody could run it ("text file busy").
fn script(folder: &Path, lines: &str) -> Compiler {
    let path = folder.join("compiler");
    let mut install = Command::new("install");
    let mut install =
        install.args(["-m", "700", "/dev/stdin"]).arg(&path).stdin(Stdio::piped()).spawn().expect("a child");
    let text = format!("#!/bin/sh\n{lines}\n");
    install.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
    assert!(install.wait().expect("it ends").success());
    Compiler::new(path, CompileLimits { wall_time: Duration::from_secs(20), ..CompileLimits::default() })
}

/// Code that another call made, that somebody made up, or that was made for another component,
/// is never loaded: loading it would be running it.
#[test]
fn nothing_but_the_answer_to_this_call_is_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let recorded = folder.path().join("recorded");
    let (program, kept) = (binary().display(), recorded.display());
    let recording = script(folder.path(), &format!("exec {program} $1 | tee {kept}"));
    let code = recording.compile(&ENGINE, &good()).expect("a true child");
    let answer = fs::read(&recorded).expect("it was recorded");
    assert!(answer.ends_with(&code), "the code is the end of the answer");
    for (what, lines) in [
        ("an earlier answer", format!("cat > /dev/null; cat {kept}")),
        ("an answer that is cut short", format!("{program} $1 | head -c 5000")),
        ("an answer with something behind it", format!("{program} $1; echo")),
        ("nothing", "cat > /dev/null".into()),
        ("the component itself", "cat".into()),
        ("an end before the component is read", "exit 0".into()),
        ("a murder", "kill -9 $$".into()),
    ] {
        let error = script(folder.path(), &lines).compile(&ENGINE, &good()).expect_err(what);
        assert_eq!(error.problem("组件").code, "compile.failed", "{what}: {error}");
    }
}

/// What did not compile is not compiled once more whenever it is asked for; what somebody else
/// stopped is.
#[test]
fn a_minute_of_compiling_does_not_come_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let started = folder.path().join("started");
    let (program, count) = (binary().display(), started.display());
    let times = || fs::read_to_string(&started).map_or(0, |lines| lines.lines().count());
    let asked = |compiler: Compiler, bytes: &[u8]| {
        let code = CompiledCode::open(folder.path(), compiler).expect("a folder");
        let before = times();
        for _ in 0..3 {
            assert!(Guest::load(&ENGINE, Package::read(bytes).expect("it reads"), Some(&code)).is_err());
        }
        times() - before
    };
    assert_eq!(asked(script(folder.path(), &format!("echo >> {count}; exec {program} $1")), &huge_function()), 1);
    assert_eq!(asked(script(folder.path(), &format!("echo >> {count}; kill -9 $$")), &good()), 3);
}

/// The child gets nothing of the server's environment, where a password may stand.
#[test]
fn the_child_inherits_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = folder.path().join("seen");
    let looking = script(folder.path(), &format!("env > {}", seen.display()));
    assert!(looking.compile(&ENGINE, &good()).is_err());
    let seen = fs::read_to_string(seen).expect("it looked");
    let names: Vec<&str> = seen.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    assert!(std::env::vars().count() > 3, "there is something to inherit");
    // What it is told, and the shell's own, which are there in any case.
    let known = ["RAYON_NUM_THREADS", "MIMALLOC_ARENA_EAGER_COMMIT", "PWD", "SHLVL", "_", "OLDPWD"];
    assert!(names.iter().all(|name| known.contains(name)), "{names:?}");
}
