//! One loaded rule. Each call gets a fresh instance in a fresh store: nothing a guest did in
//! one call is there in the next, and nothing of one ticket can reach another.

use crate::compiled::{self, CompileError, CompiledCode};
use crate::engine::{CallState, Engine};
use crate::interface::{Call, Linked, Unanswered};
use crate::limits::{MOST_LOG_CALLS, MOST_LOG_LINE_BYTES, MOST_LOG_LINES, MOST_PROPOSALS};
use crate::package::Package;
use chuishao_domain::plain::escaped;
use chuishao_domain::redact::redact;
use chuishao_domain::rule::effect::Proposal;
use chuishao_domain::rule::record::{CallFailure, LogLine};
use chuishao_domain::rule::review::ReviewInput;
use chuishao_domain::rule::settings::Settings;
use chuishao_domain::rule::view::RuleInput;
use std::time::Instant;
use wasmtime::component::Instance;
use wasmtime::{Store, Trap};

/// A component that is ready to be called.
#[derive(Clone)]
pub struct Guest {
    engine: Engine,
    package: Package,
    ready: Linked,
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
        let ready = Linked::new(engine, &package.interface, &component).map_err(CompileError::Refused)?;
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
        self.called(settings, |ready, call| ready.on_event(call, input))
    }

    /// Calls the rule for a periodic review; otherwise as [`Guest::call`].
    #[must_use]
    pub fn review(&self, input: &ReviewInput, settings: &Settings) -> Called {
        self.called(settings, |ready, call| ready.on_review(call, input))
    }

    fn called(
        &self,
        settings: &Settings,
        ask: impl FnOnce(&Linked, &mut Call<'_>) -> Result<Vec<Proposal>, Unanswered>,
    ) -> Called {
        let started = Instant::now();
        let mut store = match self.engine.store() {
            Ok(store) => store,
            Err(error) => return host_failure(&error),
        };
        let answer = self.answer(&mut store, settings, ask);
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
        settings: &Settings,
        ask: impl FnOnce(&Linked, &mut Call<'_>) -> Result<Vec<Proposal>, Unanswered>,
    ) -> Result<Vec<Proposal>, CallFailure> {
        let instance = self.ready.instantiate(store).map_err(|error| failure(&error, Phase::Instantiate))?;
        let mut call = Call { store, instance, settings, manifest: &self.package.manifest };
        let proposals = ask(&self.ready, &mut call).map_err(unanswered)?;
        if proposals.len() > MOST_PROPOSALS {
            let message = format!("提出了 {} 个效果，最多 {MOST_PROPOSALS} 个", proposals.len());
            return Err(CallFailure::BadAnswer { message });
        }
        Ok(proposals)
    }

    /// An instance that is kept and called again, without the isolation of a fresh one. For
    /// measuring what the fresh instance costs, and nothing else.
    ///
    /// # Errors
    /// The guest cannot be instantiated.
    pub fn reused(&self) -> Result<Reused, CallFailure> {
        let mut store = self.engine.store().map_err(|error| failure(&error, Phase::Instantiate))?;
        let instance = self.ready.instantiate(&mut store).map_err(|error| failure(&error, Phase::Instantiate))?;
        Ok(Reused { guest: self.clone(), store, instance })
    }
}

/// See [`Guest::reused`].
pub struct Reused {
    guest: Guest,
    store: Store<CallState>,
    instance: Instance,
}

impl Reused {
    /// Calls the same instance again.
    ///
    /// # Errors
    /// As a fresh call.
    pub fn call(&mut self, input: &RuleInput, settings: &Settings) -> Result<Vec<Proposal>, CallFailure> {
        self.store.set_fuel(self.guest.engine.fuel()).map_err(|error| failure(&error, Phase::Call))?;
        let manifest = &self.guest.package.manifest;
        let mut call = Call { store: &mut self.store, instance: self.instance, settings, manifest };
        self.guest.ready.on_event(&mut call, input).map_err(unanswered)
    }
}

impl CallState {
    /// Keeps a line of the log.
    pub(crate) fn keep_line(&mut self, level: &str, text: &str) -> wasmtime::Result<()> {
        self.log_calls += 1;
        if self.log_calls > MOST_LOG_CALLS {
            wasmtime::bail!("日志超过 {MOST_LOG_CALLS} 行");
        }
        if self.log.len() < MOST_LOG_LINES {
            self.log.push(LogLine { level: level.into(), text: clean(text) });
        }
        Ok(())
    }
}

fn unanswered(why: Unanswered) -> CallFailure {
    match why {
        Unanswered::TooLarge(bytes) => {
            CallFailure::Host { message: format!("输入有 {bytes} 字节，超过上限") }
        }
        Unanswered::Engine(error) => failure(&error, Phase::Call),
        Unanswered::Declined(variant, words) => {
            CallFailure::Declined { variant: variant.into(), message: clean(&words) }
        }
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
    // A rule in Python or JavaScript that asks for what is not there traps in a stub without a name.
    let name = backtrace.and_then(|b| b.frames().iter().find_map(wasmtime::FrameInfo::func_name));
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
