//! Lines for the author. In a guest they go to the host and stand in the decision record; in
//! a native unit test they go to standard error.

pub use crate::bindings::chuishao::rule::log::Level;

/// Writes one line.
pub fn line(level: Level, text: &str) {
    #[cfg(target_family = "wasm")]
    crate::bindings::chuishao::rule::log::line(level, text);
    #[cfg(not(target_family = "wasm"))]
    eprintln!("{level:?}: {text}");
}

/// What the rule saw or decided.
pub fn info(text: &str) {
    line(Level::Info, text);
}

/// Sends a panic's message, file and line to the log before the trap, which says no more
/// than "unreachable".
#[doc(hidden)]
pub fn report_panics() {
    #[cfg(target_family = "wasm")]
    std::panic::set_hook(Box::new(|panic| line(Level::Error, &panic.to_string())));
}
