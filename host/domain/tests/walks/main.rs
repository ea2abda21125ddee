//! Walks through a ticket's life off the plain way, each as the people concerned would tell
//! it, and the list of transitions held against what `handle` does.

mod acceptance;
mod endings;
mod merging;
mod office;
mod oversight;
mod responsibility;
mod retired;
mod sight;
mod transitions;
