//! One loaded rule. Each call gets a fresh instance in a fresh store: nothing a guest did in
//! one call is there in the next, and nothing of one ticket can reach another.

use crate::compiled::{self, CompileError, CompiledCode};
use crate::engine::{CallState, Engine};
use crate::limits::{MOST_LOG_CALLS, MOST_LOG_LINE_BYTES, MOST_LOG_LINES, MOST_PROPOSALS};
use crate::package::Package;
use crate::v1_0;
use chuishao_domain::plain::escaped;
use chuishao_domain::redact::redact;
use chuishao_domain::rule::effect::Proposal;
use chuishao_domain::rule::record::{CallFailure, LogLine};
use chuishao_domain::rule::settings::Settings;
use chuishao_domain::rule::view::RuleInput;
use std::time::Instant;
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Store, Trap};

/// A component that is ready to be called.
#[derive(Clone)]
pub struct Guest {
    engine: Engine,
    package: Package,
    ready: v1_0::Linked,
}

/// What came of a call.
#[derive(Clone, Debug)]
pub struct Called {
    /// Proposals, or why there are none.
    pub answer: Result<Vec<Proposal>, CallFailure>,
    /// What it logged, escaped and redacted.
    pub log: Vec<LogLine>,
    /// Fuel used.
    pub fuel: u64,
    /// Wall time in microseconds.
    pub micros: u64,
    /// Largest linear memory, in bytes.
    pub memory_bytes: u64,
}

impl Guest {
    /// Makes a package ready, from compiled code if this installation has it.
    ///
    /// # Errors
    /// The engine refuses the component.
    pub fn load(engine: &Engine, package: Package, code: Option<&CompiledCode>) -> Result<Self, CompileError> {
        let component = match code {
            Some(code) => code.component(engine, &package.bytes)?,
            None => compiled::compile(engine, &package.bytes)?,
        };
        let ready = link(engine, &component).map_err(CompileError::Refused)?;
        Ok(Self { engine: engine.clone(), package, ready })
    }

    /// What it was loaded from.
    #[must_use]
    pub fn package(&self) -> &Package {
        &self.package
    }

    /// The engine that runs it.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Calls the rule in a fresh instance. Never panics, never takes longer than the budget.
    #[must_use]
    pub fn call(&self, input: &RuleInput, settings: &Settings) -> Called {
        let started = Instant::now();
        let mut store = match self.engine.store() {
            Ok(store) => store,
            Err(error) => return host_failure(&error),
        };
        let answer = self.answer(&mut store, input, settings);
        let left = store.get_fuel().unwrap_or(0);
        let state = store.into_data();
        Called {
            answer,
            log: state.log,
            fuel: self.engine.fuel().saturating_sub(left),
            micros: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
            memory_bytes: state.memory_bytes as u64,
        }
    }

    fn answer(
        &self,
        store: &mut Store<CallState>,
        input: &RuleInput,
        settings: &Settings,
    ) -> Result<Vec<Proposal>, CallFailure> {
        let instance = self.ready.instantiate(store).map_err(|error| failure(&error, Phase::Instantiate))?;
        let answer = v1_0::with_lowered(input, settings, |event, context| instance.call(store, event, context))
            .map_err(|bytes| CallFailure::Host { message: format!("输入有 {bytes} 字节，超过上限") })?
            .map_err(|error| failure(&error, Phase::Call))?;
        let proposals = answer.map_err(|typed| {
            let (variant, words) = v1_0::lift_failure(typed);
            CallFailure::Declined { variant: variant.into(), message: clean(&words) }
        })?;
        if proposals.len() > MOST_PROPOSALS {
            let message = format!("提出了 {} 个效果，最多 {MOST_PROPOSALS} 个", proposals.len());
            return Err(CallFailure::BadAnswer { message });
        }
        Ok(v1_0::lift(proposals))
    }

    /// An instance that is kept and called again, without the isolation of a fresh one. For
    /// measuring what the fresh instance costs, and nothing else.
    ///
    /// # Errors
    /// The guest cannot be instantiated.
    pub fn reused(&self) -> Result<Reused, CallFailure> {
        let mut store = self.engine.store().map_err(|error| failure(&error, Phase::Instantiate))?;
        let rule = self.ready.instantiate(&mut store).map_err(|error| failure(&error, Phase::Instantiate))?;
        Ok(Reused { store, rule, fuel: self.engine.fuel() })
    }
}

/// See [`Guest::reused`].
pub struct Reused {
    store: Store<CallState>,
    rule: v1_0::Instance,
    fuel: u64,
}

impl Reused {
    /// Calls the same instance again.
    ///
    /// # Errors
    /// As a fresh call.
    pub fn call(&mut self, input: &RuleInput, settings: &Settings) -> Result<Vec<Proposal>, CallFailure> {
        self.store.set_fuel(self.fuel).map_err(|error| failure(&error, Phase::Call))?;
        let answer =
            v1_0::with_lowered(input, settings, |event, context| self.rule.call(&mut self.store, event, context))
                .map_err(|_| CallFailure::Host { message: String::new() })?;
        let proposals = answer.map_err(|error| failure(&error, Phase::Call))?;
        Ok(v1_0::lift(proposals.unwrap_or_default()))
    }
}

fn link(engine: &Engine, component: &Component) -> wasmtime::Result<v1_0::Linked> {
    let mut linker = Linker::new(engine.inner());
    v1_0::log::add_to_linker::<_, HasSelf<CallState>>(&mut linker, |state| state)?;
    v1_0::Linked::new(linker.instantiate_pre(component)?, engine.store()?)
}

impl v1_0::log::Host for CallState {
    fn line(&mut self, level: v1_0::log::Level, text: String) -> wasmtime::Result<()> {
        self.log_calls += 1;
        if self.log_calls > MOST_LOG_CALLS {
            wasmtime::bail!("日志超过 {MOST_LOG_CALLS} 行");
        }
        if self.log.len() < MOST_LOG_LINES {
            let level = match level {
                v1_0::log::Level::Debug => "debug",
                v1_0::log::Level::Info => "info",
                v1_0::log::Level::Warn => "warn",
                v1_0::log::Level::Error => "error",
            };
            self.log.push(LogLine { level: level.into(), text: clean(&text) });
        }
        Ok(())
    }
}

/// Bounded, with numbers and names masked and hidden characters written out; masked first,
/// so that what is written out cannot hide a number.
fn clean(text: &str) -> String {
    escaped(&redact(&text[..text.floor_char_boundary(MOST_LOG_LINE_BYTES)]))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Instantiate,
    Call,
}

fn failure(error: &wasmtime::Error, phase: Phase) -> CallFailure {
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => return CallFailure::OutOfFuel,
        Some(Trap::Interrupt) => return CallFailure::TimedOut,
        Some(trap) => return CallFailure::Trap { message: format!("{trap}{}", place(error)) },
        None => {}
    }
    let message = clean(&error.root_cause().to_string());
    if error.is::<wasmtime::PoolConcurrencyLimitError>() {
        CallFailure::Host { message }
    } else if phase == Phase::Instantiate {
        CallFailure::Trap { message }
    } else {
        CallFailure::BadAnswer { message }
    }
}

/// Where in the guest it trapped, as far as the component still carries names.
fn place(error: &wasmtime::Error) -> String {
    let backtrace = error.downcast_ref::<wasmtime::WasmBacktrace>();
    let name = backtrace.and_then(|b| b.frames().first().and_then(wasmtime::FrameInfo::func_name));
    name.map(|name| format!(" (in {})", clean(name))).unwrap_or_default()
}

fn host_failure(error: &wasmtime::Error) -> Called {
    Called {
        answer: Err(CallFailure::Host { message: error.to_string() }),
        log: Vec::new(),
        fuel: 0,
        micros: 0,
        memory_bytes: 0,
    }
}
