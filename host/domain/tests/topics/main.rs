//! Topics from proposal to decision: every cell of the list of transitions, every guard, the
//! meeting that switched on 供热模式, and thousands of random lives.

mod cells;
mod guards;
mod lives;
mod random;
mod support;
