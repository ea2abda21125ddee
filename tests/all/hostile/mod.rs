//! Guests that mean harm or are badly made, each written as text. Whatever a guest does: the
//! ticket goes on, the failure is on record, and the next call is as it was before.

mod allocators;
mod answers;
mod budgets;
pub(crate) mod guest;
mod layout;
mod loading;
mod logs;
mod loops;
mod memory;
pub(crate) mod office;
mod packages;
mod rails;
mod repeats;
mod versions;
