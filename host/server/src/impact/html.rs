//! The report as one self-contained page (评估报告网页): no script, nothing from elsewhere, everything
//! escaped, to print and to hand round.

use super::words::{Section, sections};
use chuishao_domain::World;
use chuishao_domain::impact::ImpactReport;
use chuishao_domain::language::Language;
use chuishao_domain::plain::in_markup;
use chuishao_domain::sentence::Text;

const STYLE: &str = "body{font-family:sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;line-height:1.5}\
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}td,th{border:1px solid #999;padding:.25rem .5rem;\
text-align:left;vertical-align:top}th{background:#eee}tr{break-inside:avoid}h2{font-size:1.1rem;margin-top:1.5rem}";

/// The page.
#[must_use]
pub fn page(report: &ImpactReport, world: &World) -> String {
    let body: String = sections(report, world, Language::Chinese).iter().map(section).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>影响评估 {}</title>\
         <style>{STYLE}</style></head><body>{body}</body></html>\n",
        in_markup(&report.asked.rule)
    )
}

fn section(section: &Section) -> String {
    let mut html = format!("<h2>{}</h2>", in_markup(&section.title));
    for note in &section.notes {
        html.push_str(&format!("<p>{}</p>", in_markup(note)));
    }
    if section.rows.is_empty() {
        if !section.head.is_empty() {
            html.push_str("<p>（无）</p>");
        }
        return html;
    }
    html.push_str("<table>");
    if !section.head.is_empty() {
        html.push_str(&row("th", section.head.iter().map(|head| (*head).to_owned())));
    }
    for cells in &section.rows {
        html.push_str(&row("td", cells.iter().map(Text::to_string)));
    }
    html.push_str("</table>");
    html
}

fn row(tag: &str, cells: impl Iterator<Item = String>) -> String {
    let cells: String = cells.map(|cell| format!("<{tag}>{}</{tag}>", in_markup(&cell))).collect();
    format!("<tr>{cells}</tr>")
}
