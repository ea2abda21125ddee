//! Charts (图): drawn on the server as SVG, so that they stand in print and need no script. Every bar
//! carries its figure in words; colour says nothing alone.

use super::language::{Language, language_of};
use maud::{Markup, html};

/// One bar.
pub struct Bar {
    pub label: String,
    pub value: f64,
    /// The figure as it is read: `92.5 %`.
    pub words: String,
    /// What it is held against, as a narrow bar below, with its figure.
    pub before: Option<(f64, String)>,
}

const ROW: usize = 26;
const ROW_WITH_BEFORE: usize = 36;
const LABEL: usize = 180;
const WIDTH: usize = 900;
/// The widest letter of a figure.
const LETTER: usize = 10;

/// Horizontal bars, one below the other; the longest fills the width.
#[expect(clippy::cast_precision_loss, reason = "lengths on a screen")]
pub fn bars(language: Language, title: &str, bars: &[Bar]) -> Markup {
    let all = bars.iter().flat_map(|bar| [bar.value, bar.before.as_ref().map_or(0.0, |before| before.0)]);
    let most = all.fold(0.0, f64::max);
    let words = bars.iter().flat_map(|bar| [Some(&bar.words), bar.before.as_ref().map(|before| &before.1)]).flatten();
    let figure = words.map(|words| words.chars().count()).max().unwrap_or_default() * LETTER + 16;
    let room = WIDTH.saturating_sub(LABEL + figure).max(WIDTH / 4) as f64;
    let length = |value: f64| if most > 0.0 { (value / most * room).max(0.0) } else { 0.0 };
    let row = if bars.iter().any(|bar| bar.before.is_some()) { ROW_WITH_BEFORE } else { ROW };
    let height = bars.len() * row + 8;
    html! {
        figure.chart {
            figcaption lang=[language_of(title)] { (title) }
            svg viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label=(spoken(language, title, bars)) xmlns="http://www.w3.org/2000/svg" {
                @for (at, bar) in bars.iter().enumerate() {
                    @let y = at * row + 4;
                    text.label x=(LABEL - 8) y=(y + 16) text-anchor="end" lang=[language_of(&bar.label)] { (bar.label) }
                    (one(LABEL, y + 3, 16, length(bar.value), "bar", &bar.words))
                    @if let Some((value, words)) = &bar.before { (one(LABEL, y + 22, 8, length(*value), "bar before", words)) }
                }
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "lengths on a screen")]
fn one(x: usize, y: usize, height: usize, length: f64, class: &str, words: &str) -> Markup {
    html! {
        rect class=(class) x=(x) y=(y) width=(format!("{length:.1}")) height=(height) rx="2" {}
        text.figure x=(format!("{:.1}", x as f64 + length + 6.0)) y=(y + height / 2 + 5) lang=[language_of(words)] { (words) }
    }
}

fn spoken(language: Language, title: &str, bars: &[Bar]) -> String {
    let before = |bar: &Bar| match (&bar.before, language) {
        (None, _) => String::new(),
        (Some((_, words)), Language::Chinese) => format!("（{words}）"),
        (Some((_, words)), Language::English) => format!(" ({words})"),
    };
    let lines: Vec<String> = bars.iter().map(|bar| format!("{} {}{}", bar.label, bar.words, before(bar))).collect();
    format!("{title}{}{}", language.t("：", ": "), lines.join(language.t("；", "; ")))
}
