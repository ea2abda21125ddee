//! The timeline of a ticket, as a test looks through it.

use chuishao_server::timeline::Line;

/// A ticket's timeline.
#[derive(Debug, PartialEq)]
pub struct Timeline(pub Vec<Line>);

impl Timeline {
    /// The lines that contain a text.
    pub fn lines(&self, text: &str) -> Vec<&Line> {
        self.0.iter().filter(|line| line.what.contains(text)).collect()
    }

    /// Whether a line contains a text.
    pub fn shows(&self, text: &str) -> bool {
        !self.lines(text).is_empty()
    }

    /// The one line that contains a text.
    pub fn line(&self, text: &str) -> &Line {
        let [line] = self.lines(text)[..] else { panic!("one line with {text}: {self:#?}") };
        line
    }
}
