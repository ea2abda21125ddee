//! Progress of long work (进度): a bar with the time left on a terminal, now and then a line
//! elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// How often a line is printed where there is no terminal.
const EVERY: Duration = Duration::from_secs(10);

/// Shows how far something is.
pub struct Progress {
    bar: ProgressBar,
    lines: bool,
    last: Instant,
}

impl Progress {
    /// Begins; `of` is how many there are.
    pub fn begin(what: &'static str, of: u64) -> Self {
        let lines = !std::io::stderr().is_terminal();
        let bar = ProgressBar::new(of).with_message(what);
        if lines {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let template = "{msg} {wide_bar} {human_pos}/{human_len}，{per_sec}，还需 {eta}";
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, lines, last: Instant::now() }
    }

    /// So many are done.
    pub fn at(&mut self, done: u64) {
        self.bar.set_position(done);
        if self.lines && self.last.elapsed() >= EVERY {
            self.last = Instant::now();
            let (what, of) = (self.bar.message(), self.bar.length().unwrap_or(0));
            eprintln!("{what} {done}/{of}，还需约 {} 秒", self.bar.eta().as_secs());
        }
    }

    /// All are done.
    pub fn end(self) {
        self.bar.finish_and_clear();
    }
}
