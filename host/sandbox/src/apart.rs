//! Compiles a component in a child process of the same program, under limits of time and
//! memory: what a stranger's file makes of the compiler, the server goes on. A child's answer is
//! believed only if it authenticates itself with the key that this one call gave to this one
//! child, over the engine's configuration, the component and the code: what else comes out of
//! the pipe is never loaded.
//!
//! What this does not promise: a compiler that its input took over could still answer as it likes,
//! for the child knows the key. Against that stands that the compiler is written in safe Rust;
//! the process of its own bounds what a file costs.
//!
//! The limits of memory and processor time are the operating system's, and are there on Unix;
//! the wall-clock net and the size of the answer hold everywhere.
//!
//! - `child`: the child's side;
//! - `wire`: what goes through the pipes.

mod child;
mod wire;

pub use child::run as run_child;

use crate::engine::Engine;
use crate::limits::{COMPILE_MEMORY_BYTES, COMPILE_PROCESSOR_TIME, COMPILE_WALL_TIME, MOST_CODE_BYTES};
use chuishao_domain::rule::problem::Problem;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};
use wire::{Answer, Call};

/// The hidden subcommand of `chuishao` that calls [`run_child`].
pub const SUBCOMMAND: &str = "compile-apart";

/// What a child may say on standard error before it is not listened to any more, in bytes.
const MOST_WORDS_BYTES: u64 = 4096;

/// How long a child that has answered may take to end.
const TIME_TO_END: Duration = Duration::from_secs(5);

/// How often it is looked whether a child has ended.
const LOOK: Duration = Duration::from_millis(5);

/// What one compilation may cost.
#[derive(Clone, Copy, Debug)]
pub struct CompileLimits {
    /// Processor time, whole seconds.
    pub processor_time: Duration,
    /// Time on the wall.
    pub wall_time: Duration,
    /// Memory that the child may write to, in bytes.
    pub memory_bytes: u64,
    /// Compiled code, in bytes.
    pub code_bytes: usize,
}

impl Default for CompileLimits {
    fn default() -> Self {
        Self {
            processor_time: COMPILE_PROCESSOR_TIME,
            wall_time: COMPILE_WALL_TIME,
            memory_bytes: COMPILE_MEMORY_BYTES,
            code_bytes: MOST_CODE_BYTES,
        }
    }
}

/// Compiles in children, one at a time: two hostile files must not have twice the memory.
#[derive(Clone, Debug)]
pub struct Compiler {
    program: PathBuf,
    limits: CompileLimits,
    turn: Arc<Mutex<()>>,
}

/// Why there is no compiled code.
#[derive(Debug, thiserror::Error)]
pub enum ApartError {
    /// The engine refuses the component.
    #[error("{0}")]
    Refused(String),
    /// It took too long.
    #[error("编译用时超过上限，已中止；请缩小组件，或拆分过大的函数 (compiling took too long)")]
    Time,
    /// It took too much memory.
    #[error("编译超出内存上限（{0} MiB），已中止；请缩小组件 (compiling took too much memory)")]
    Memory(u64),
    /// More code came out than a rule may have.
    #[error("编译后的代码超过上限（{0} MiB）；请缩小组件 (too much code came out)")]
    Size(usize),
    /// The child was stopped by somebody else, or its answer is none.
    #[error("编译进程异常结束，结果不予采用（{0}）；请重试，仍不行的请报告 (the compiling process failed)")]
    Failed(String),
    /// The child could not be started.
    #[error("不能启动编译进程 {program:?} (the compiling process cannot be started)")]
    Start {
        /// Which program.
        program: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

impl ApartError {
    /// The same, if trying again on this machine would end the same way.
    pub(crate) fn lasting(&self) -> Option<Self> {
        match self {
            Self::Refused(why) => Some(Self::Refused(why.clone())),
            Self::Time => Some(Self::Time),
            Self::Memory(mebibytes) => Some(Self::Memory(*mebibytes)),
            Self::Size(mebibytes) => Some(Self::Size(*mebibytes)),
            Self::Failed(_) | Self::Start { .. } => None,
        }
    }

    /// The same as a problem of a file, for people.
    #[must_use]
    pub fn problem(&self, place: &str) -> Problem {
        let (code, english) = match self {
            Self::Refused(_) => ("compile.refused", "the engine refuses the component"),
            Self::Time => ("compile.time", "compiling took too long and was stopped"),
            Self::Memory(_) => ("compile.memory", "compiling took too much memory and was stopped"),
            Self::Size(_) => ("compile.size", "more code came out than a rule may have"),
            Self::Failed(_) => ("compile.failed", "the compiling process failed; nothing of it is used"),
            Self::Start { .. } => ("compile.start", "the compiling process cannot be started"),
        };
        let words = match self {
            Self::Refused(why) => format!("引擎不接受这个组件：{why}"),
            Self::Start { program, cause } => format!("不能启动编译进程 {}：{cause}", program.display()),
            other => other.to_string(),
        };
        Problem::new(code, place, words, english)
    }
}

/// The program that is running, to start again as a child. On Linux the very file that was
/// started, also when an upgrade has put another one in its place meanwhile.
///
/// # Errors
/// The operating system does not say.
pub fn own_program() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") { Ok(PathBuf::from("/proc/self/exe")) } else { std::env::current_exe() }
}

impl Compiler {
    /// A compiler whose children are this program, which must be `chuishao` of this version.
    #[must_use]
    pub fn new(program: PathBuf, limits: CompileLimits) -> Self {
        Self { program, limits, turn: Arc::default() }
    }

    /// Compiles a component for an engine. Blocks until the child has ended, some
    /// [`CompileLimits::wall_time`] at most, and while another one runs: call it where blocking
    /// is allowed.
    ///
    /// # Errors
    /// See [`ApartError`]. Nothing of a child that failed is used.
    pub fn compile(&self, engine: &Engine, component: &[u8]) -> Result<Vec<u8>, ApartError> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let started = Instant::now();
        let call = Call::new(self.limits).map_err(|error| ApartError::Failed(error.to_string()))?;
        let mut child = self.start().map_err(|cause| ApartError::Start { program: self.program.clone(), cause })?;
        let (Some(to_child), Some(from_child), Some(words)) = child.pipes() else {
            return Err(ApartError::Failed("no pipes".into()));
        };
        let request = call.request(component);
        // A child that is dead does not read: that is not what is reported.
        let writing = thread::spawn(move || drop(write_all(to_child, &request)));
        let said = thread::spawn(move || listen(words));
        let most = wire::most_answer_bytes(self.limits.code_bytes) as u64;
        let (sender, answers) = mpsc::channel();
        thread::spawn(move || sender.send(read_at_most(from_child, most)));
        let answer = answers.recv_timeout(self.limits.wall_time);
        let status = match &answer {
            Ok(Ok(answer)) if (answer.len() as u64) <= most => child.end(TIME_TO_END),
            _ => child.end(Duration::ZERO),
        };
        // With the child dead, both pipes are closed.
        let _ = writing.join();
        let said = said.join().unwrap_or_default();
        let answer = match answer {
            Err(_) => return Err(ApartError::Time),
            Ok(Err(error)) => return Err(ApartError::Failed(error.to_string())),
            Ok(Ok(answer)) if answer.len() as u64 > most => return Err(ApartError::Size(self.limits.code_bytes >> 20)),
            Ok(Ok(answer)) => answer,
        };
        match call.authenticated(engine, component, &answer) {
            Some(Answer::Code(code)) => {
                let (code_bytes, millis) = (code.len(), started.elapsed().as_millis());
                tracing::info!(code_bytes, millis = u64::try_from(millis).unwrap_or(u64::MAX), "a component compiled");
                Ok(code)
            }
            Some(Answer::Refused(why)) => Err(ApartError::Refused(why)),
            None => Err(self.ended(status, &said)),
        }
    }

    fn start(&self) -> io::Result<Running> {
        let mut command = Command::new(&self.program);
        // Nothing of the server's environment, which may hold a password, and one core.
        command.arg(SUBCOMMAND).env_clear().env("RAYON_NUM_THREADS", "1");
        // The limit of memory counts what may be written to. Our allocator is not to ask for a gigabyte of
        // that ahead, but for what is used.
        command.env("MIMALLOC_ARENA_EAGER_COMMIT", "0");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().map(Running)
    }

    /// Why a child gave no answer.
    fn ended(&self, status: Option<ExitStatus>, said: &str) -> ApartError {
        if said.contains(child::OUT_OF_MEMORY) {
            return ApartError::Memory(self.limits.memory_bytes >> 20);
        }
        #[cfg(unix)]
        if status.as_ref().and_then(std::os::unix::process::ExitStatusExt::signal) == Some(child::TIME_IS_UP) {
            return ApartError::Time;
        }
        tracing::warn!(said, "the compiling process failed");
        ApartError::Failed(status.map_or_else(String::new, |status| status.to_string()))
    }
}

/// A child, which is not left behind whatever happens.
struct Running(Child);

impl Running {
    fn pipes(&mut self) -> (Option<ChildStdin>, Option<ChildStdout>, Option<ChildStderr>) {
        (self.0.stdin.take(), self.0.stdout.take(), self.0.stderr.take())
    }

    /// Waits so long for it to end by itself, then ends it.
    fn end(&mut self, patience: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + patience;
        loop {
            match self.0.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < until => thread::sleep(LOOK),
                _ => break,
            }
        }
        let _ = self.0.kill();
        self.0.wait().ok()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end(Duration::ZERO);
    }
}

fn write_all(mut pipe: ChildStdin, bytes: &[u8]) -> io::Result<()> {
    pipe.write_all(bytes)
}

/// One byte more than the most tells that there is more.
fn read_at_most(pipe: ChildStdout, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    pipe.take(most + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn listen(pipe: ChildStderr) -> String {
    let mut bytes = Vec::new();
    let _ = pipe.take(MOST_WORDS_BYTES).read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}
