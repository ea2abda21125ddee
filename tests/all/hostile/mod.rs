//! Guests that mean harm or are badly made, each written as text. Whatever a guest does: the
//! ticket goes on, the failure is on record, and the next call is as it was before.

mod allocators;
mod answers;
pub(crate) mod apart;
mod budgets;
mod double_run;
pub(crate) mod guest;
pub(crate) mod layout;
mod loading;
mod logs;
mod loops;
mod memory;
mod metadata;
pub(crate) mod office;
pub(crate) mod packages;
mod rails;
mod remarks;
mod repeats;
mod versions;
