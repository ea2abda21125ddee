//! Charts (图): drawn on the server as SVG, so that they stand in print and need no script. Every bar
//! and point carries its figure in words; colour says nothing alone.

use maud::{Markup, html};

/// One bar.
pub struct Bar {
    pub label: String,
    pub value: f64,
    /// The figure as it is read: `92.5 %`.
    pub words: String,
    /// Where it leads.
    pub link: Option<String>,
}

const ROW: usize = 26;
const LABEL: usize = 190;
const WIDTH: usize = 720;
const FIGURE: usize = 110;

/// Horizontal bars, one below the other; the longest fills the width.
#[expect(clippy::cast_precision_loss, reason = "lengths on a screen")]
pub fn bars(title: &str, bars: &[Bar]) -> Markup {
    let most = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
    let room = (WIDTH - LABEL - FIGURE) as f64;
    let length = |value: f64| if most > 0.0 { (value / most * room).max(0.0) } else { 0.0 };
    let height = bars.len() * ROW + 8;
    html! {
        figure.chart {
            figcaption { (title) }
            svg viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label=(spoken(title, bars)) xmlns="http://www.w3.org/2000/svg" {
                @for (at, bar) in bars.iter().enumerate() {
                    @let y = at * ROW + 4;
                    text.label x=(LABEL - 8) y=(y + 16) text-anchor="end" { (bar.label) }
                    rect.bar x=(LABEL) y=(y + 3) width=(format!("{:.1}", length(bar.value))) height="16" rx="2" {}
                    text.figure x=(format!("{:.1}", LABEL as f64 + length(bar.value) + 6.0)) y=(y + 16) { (bar.words) }
                }
            }
            @if bars.iter().any(|bar| bar.link.is_some()) {
                p.quiet.links {
                    @for bar in bars { @if let Some(link) = &bar.link { a href=(link) { (bar.label) } " " } }
                }
            }
        }
    }
}

fn spoken(title: &str, bars: &[Bar]) -> String {
    let lines: Vec<String> = bars.iter().map(|bar| format!("{} {}", bar.label, bar.words)).collect();
    format!("{title}：{}", lines.join("；"))
}

/// A line of a trend.
pub struct Line {
    pub label: String,
    pub values: Vec<f64>,
}

const PLOT: (usize, usize) = (620, 180);
const MARGIN: (usize, usize) = (52, 28);

/// Lines over the same steps. Each line has a dash of its own beside its colour, and its name at its end.
#[expect(clippy::cast_precision_loss, reason = "lengths on a screen")]
pub fn trend(title: &str, steps: &[String], lines: &[Line]) -> Markup {
    let most = lines.iter().flat_map(|line| line.values.iter().copied()).fold(1.0, f64::max);
    let (width, height) = (PLOT.0 as f64, PLOT.1 as f64);
    let (left, top) = (MARGIN.0 as f64, MARGIN.1 as f64 / 2.0);
    let x = |at: usize| left + width * at as f64 / steps.len().saturating_sub(1).max(1) as f64;
    let y = |value: f64| top + height - value / most * height;
    let every = steps.len().div_ceil(8).max(1);
    html! {
        figure.chart {
            figcaption { (title) }
            svg viewBox=(format!("0 0 {} {}", PLOT.0 + MARGIN.0 + 130, PLOT.1 + MARGIN.1 + 14)) role="img"
                aria-label=(title) xmlns="http://www.w3.org/2000/svg" {
                @for part in 0..=4 {
                    @let value = most * f64::from(part) / 4.0;
                    line.grid x1=(left) x2=(format!("{:.0}", left + width)) y1=(format!("{:.1}", y(value))) y2=(format!("{:.1}", y(value))) {}
                    text.axis x=(format!("{:.0}", left - 6.0)) y=(format!("{:.1}", y(value) + 4.0)) text-anchor="end" { (format!("{value:.0}")) }
                }
                @for (at, step) in steps.iter().enumerate().step_by(every) {
                    text.axis x=(format!("{:.1}", x(at))) y=(format!("{:.0}", top + height + 18.0)) text-anchor="middle" { (step) }
                }
                @for (number, line) in lines.iter().enumerate() {
                    @let points = line.values.iter().enumerate().map(|(at, value)| format!("{:.1},{:.1}", x(at), y(*value)));
                    polyline class=(format!("line line-{}", number % 4)) points=(points.collect::<Vec<_>>().join(" ")) {}
                    @if let Some(last) = line.values.last() {
                        text.figure x=(format!("{:.1}", x(line.values.len() - 1) + 6.0)) y=(format!("{:.1}", y(*last) + 4.0)) { (line.label) }
                    }
                }
            }
        }
    }
}
