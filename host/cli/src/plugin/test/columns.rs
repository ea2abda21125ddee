//! What was expected and what came, side by side (对照): two columns for a terminal.

use unicode_width::UnicodeWidthStr;

/// Widest left column, in cells: with the right one it fits a usual window.
const MOST_LEFT: usize = 56;

/// A line of both columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Whether both say the same.
    pub same: bool,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub actual: String,
}

/// The lines of both columns, with their heads.
pub fn side_by_side(pairs: &[Pair]) -> Vec<String> {
    let head = Pair { same: true, expected: "预期 expected".into(), actual: "实际 actual".into() };
    let widest = pairs.iter().chain([&head]).map(|pair| pair.expected.width()).max().unwrap_or(0);
    let width = widest.min(MOST_LEFT);
    let line = |pair: &Pair, sign: &str| {
        let pad = " ".repeat(width.saturating_sub(pair.expected.width()));
        let line = format!("{sign} {}{pad} │ {}", pair.expected, pair.actual);
        line.trim_end().to_owned()
    };
    let body = pairs.iter().map(|pair| line(pair, if pair.same { " " } else { "≠" }));
    std::iter::once(line(&head, " ")).chain(body).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_cells() {
        let pair = |same, expected: &str, actual: &str| Pair { same, expected: expected.into(), actual: actual.into() };
        let lines = side_by_side(&[pair(true, "加标签", "加标签"), pair(false, "  = \"多\"", "  = \"少\"")]);
        assert_eq!(
            lines,
            ["  预期 expected │ 实际 actual", "  加标签        │ 加标签", "≠   = \"多\"      │   = \"少\""]
        );
    }
}
