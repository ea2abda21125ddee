//! The one engine. A limit and what enforces it are made in the same function: the ticker
//! with the engine in [`Engine::new`], everything of a call in `Engine::store`.

use crate::limits::{
    CORE_INSTANCES_PER_GUEST, EPOCH_TICK, FUEL_PER_CALL, MOST_ANSWER_BYTES, MOST_CORE_INSTANCES,
    MOST_GUEST_MEMORY_BYTES, MOST_INSTANCE_BYTES, MOST_LIVE_GUESTS, MOST_MEMORIES, MOST_STACK_BYTES,
    MOST_TABLE_ELEMENTS, MOST_TABLES, RESIDENT_MEMORY_BYTES, RESIDENT_TABLE_BYTES, WALL_TIME_PER_CALL,
};
use chuishao_domain::rule::record::LogLine;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;
use wasmtime::{
    Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig, ResourceLimiter, Store, StoreLimits,
    StoreLimitsBuilder,
};

/// What a call costs at most. One budget serves everybody; tests of the wall-clock net turn
/// the fuel off, and tests of fuel widen the net, which a busy machine would reach first.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Fuel of one call.
    pub fuel: u64,
    /// The wall-clock net under it.
    pub wall_time: Duration,
}

impl Default for Budget {
    fn default() -> Self {
        Self { fuel: FUEL_PER_CALL, wall_time: WALL_TIME_PER_CALL }
    }
}

/// The engine, its configuration's digest, and the budget of a call.
#[derive(Clone)]
pub struct Engine {
    inner: wasmtime::Engine,
    budget: Budget,
    digest: Arc<str>,
}

/// An engine that cannot be made: the machine lacks what the sandbox needs.
#[derive(Debug, thiserror::Error)]
#[error("无法建立沙箱 (cannot make the sandbox)")]
pub struct EngineError(#[source] pub wasmtime::Error);

/// What a store carries during one call.
pub(crate) struct CallState {
    limits: StoreLimits,
    /// All linear memories together, at their largest.
    pub(crate) memory_bytes: usize,
    /// Lines that were kept.
    pub(crate) log: Vec<LogLine>,
    /// Lines that were written.
    pub(crate) log_calls: usize,
}

impl ResourceLimiter for CallState {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        // Memories never become smaller. Several have no more than one may have.
        let together = self.memory_bytes.saturating_add(desired.saturating_sub(current));
        let granted = together <= MOST_GUEST_MEMORY_BYTES && self.limits.memory_growing(current, desired, maximum)?;
        if granted {
            self.memory_bytes = together;
        }
        Ok(granted)
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        self.limits.table_growing(current, desired, maximum)
    }

    fn instances(&self) -> usize {
        self.limits.instances()
    }

    fn tables(&self) -> usize {
        self.limits.tables()
    }

    fn memories(&self) -> usize {
        self.limits.memories()
    }
}

impl Engine {
    /// Makes the engine and starts its ticker, which ends when the last engine is dropped.
    ///
    /// # Errors
    /// The machine cannot reserve the address space, or no thread can be started.
    pub fn new(budget: Budget) -> Result<Self, EngineError> {
        let inner = wasmtime::Engine::new(&config()).map_err(EngineError)?;
        let weak = inner.weak();
        std::thread::Builder::new()
            .name("epoch".into())
            .spawn(move || {
                while let Some(engine) = weak.upgrade() {
                    engine.increment_epoch();
                    drop(engine);
                    std::thread::sleep(EPOCH_TICK);
                }
            })
            .map_err(|error| EngineError(error.into()))?;
        let digest = configuration_digest(&inner, budget).into();
        Ok(Self { inner, budget, digest })
    }

    /// Version and configuration of the engine, as SHA-256 in hex.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Fuel of one call.
    #[must_use]
    pub fn fuel(&self) -> u64 {
        self.budget.fuel
    }

    pub(crate) fn inner(&self) -> &wasmtime::Engine {
        &self.inner
    }

    /// A store for one call, with every limit on it.
    pub(crate) fn store(&self) -> wasmtime::Result<Store<CallState>> {
        let limits = StoreLimitsBuilder::new()
            .memory_size(MOST_GUEST_MEMORY_BYTES)
            .memories(MOST_MEMORIES as usize)
            .table_elements(MOST_TABLE_ELEMENTS)
            .tables(MOST_TABLES as usize)
            .instances(MOST_CORE_INSTANCES as usize)
            .build();
        let state = CallState { limits, memory_bytes: 0, log: Vec::new(), log_calls: 0 };
        let mut store = Store::new(&self.inner, state);
        store.limiter(|state| state);
        store.set_fuel(self.budget.fuel)?;
        store.set_hostcall_fuel(MOST_ANSWER_BYTES);
        let ticks = self.budget.wall_time.as_millis() / EPOCH_TICK.as_millis();
        store.set_epoch_deadline(u64::try_from(ticks).unwrap_or(u64::MAX));
        store.epoch_deadline_trap();
        Ok(store)
    }
}

/// An engine that compiles as [`Engine`] does and runs nothing: it sets no memory aside for
/// guests, so that its process can be held to little.
pub(crate) fn compiling_engine() -> wasmtime::Result<wasmtime::Engine> {
    wasmtime::Engine::new(&compiling())
}

/// What compiled code depends on: two engines of one digest load each other's.
pub(crate) fn code_digest(engine: &wasmtime::Engine) -> String {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    format!("wasmtime 48; {:016x}", hasher.finish())
}

fn config() -> Config {
    let mut config = compiling();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
    config
}

fn compiling() -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .consume_fuel(true)
        .epoch_interruption(true)
        // A rule answers and is gone: no asynchronous guests.
        .concurrency_support(false)
        .max_wasm_stack(MOST_STACK_BYTES)
        // The same input gives the same answer, bit for bit, on every machine.
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true)
        // Nothing that no supported language needs. What the engine puts between two components inside
        // a rule, as between JavaScript's and the stubs of what it may not call, has both memories.
        .wasm_memory64(false)
        .wasm_multi_memory(true)
        // A guest's own backtrace tells the author where it trapped.
        .wasm_backtrace_max_frames(std::num::NonZeroUsize::new(16));
    config
}

fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(MOST_LIVE_GUESTS)
        .total_core_instances(MOST_LIVE_GUESTS * CORE_INSTANCES_PER_GUEST)
        .total_memories(MOST_LIVE_GUESTS * MOST_MEMORIES)
        .total_tables(MOST_LIVE_GUESTS * CORE_INSTANCES_PER_GUEST)
        .max_core_instances_per_component(MOST_CORE_INSTANCES)
        .max_memories_per_component(MOST_MEMORIES)
        .max_tables_per_component(MOST_TABLES)
        .max_tables_per_module(MOST_TABLES)
        .max_memory_size(MOST_GUEST_MEMORY_BYTES)
        .table_elements(MOST_TABLE_ELEMENTS)
        .max_component_instance_size(MOST_INSTANCE_BYTES)
        .max_core_instance_size(MOST_INSTANCE_BYTES)
        // Resetting a guest costs less when the pages it touched stay resident.
        .linear_memory_keep_resident(RESIDENT_MEMORY_BYTES)
        .table_keep_resident(RESIDENT_TABLE_BYTES)
        .pagemap_scan(pagemap_scan());
    pool
}

/// Scanning the page map finds a guest's dirty pages quickly, but pages that were swapped
/// out can be missed (wasmtime pull request 14357) and leak into the next guest. Isolation
/// is our promise: it is used only where nothing can be swapped.
fn pagemap_scan() -> Enabled {
    let swap_is_off = std::fs::read_to_string("/proc/swaps").is_ok_and(|swaps| swaps.lines().count() <= 1);
    tracing::info!(pagemap_scan = swap_is_off, "how guests' memory is reset was decided from whether swap is off");
    if swap_is_off { Enabled::Auto } else { Enabled::No }
}

fn configuration_digest(engine: &wasmtime::Engine, budget: Budget) -> String {
    let text = format!("{}; fuel {}", code_digest(engine), budget.fuel);
    chuishao_domain::digest::digest(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Several memories have together what one may have, in whatever order they grow.
    #[test]
    fn memories_are_counted_together() {
        let engine = Engine::new(Budget::default()).expect("an engine");
        let mut store = engine.store().expect("a store");
        let state = store.data_mut();
        let half = MOST_GUEST_MEMORY_BYTES / 2;
        for (current, desired, granted) in [
            (0, half, true),
            (0, half + 1, false),
            (0, half - 1, true),
            (half, half + 2, false),
            (half, half + 1, true),
            (half + 1, half + 2, false),
        ] {
            let grows = state.memory_growing(current, desired, None).expect("an answer");
            assert_eq!(grows, granted, "from {current} to {desired}");
        }
        assert_eq!(state.memory_bytes, MOST_GUEST_MEMORY_BYTES);
    }
}
