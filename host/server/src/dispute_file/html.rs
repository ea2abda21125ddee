//! The little HTML that the page needs: everything that comes from outside is escaped, and hidden
//! characters are written out.

use chuishao_domain::plain::in_markup;
use std::fmt::{Display, Write as _};

/// How it looks: on a screen and on A4 paper, without anything from elsewhere.
const STYLE: &str = "\
body{font-family:'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif;\
font-size:15px;line-height:1.65;color:#1a1a1a;max-width:60em;margin:2em auto;padding:0 1.2em}\
h1{font-size:1.6em;border-bottom:3px solid #9c1c1c;padding-bottom:.3em}\
h2{font-size:1.25em;margin-top:2em;border-left:6px solid #9c1c1c;padding-left:.5em}\
h3{font-size:1.08em;margin-top:1.6em}\
table{border-collapse:collapse;width:100%;margin:.5em 0}\
th,td{border:1px solid #bbb;padding:.3em .6em;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
th{background:#f3f1ee;font-weight:600;white-space:nowrap}\
code{font-family:'DejaVu Sans Mono',Consolas,monospace;font-size:.86em;overflow-wrap:anywhere}\
.note{color:#555}.good{color:#0b6b2e}.bad{color:#a61b1b;font-weight:600}\
.decision{border:1px solid #ddd;padding:0 1em .6em;margin:1.2em 0}\
@media print{body{font-size:10.5pt;margin:0;max-width:none}.decision{border:none;padding:0}\
h2,h3{break-after:avoid}tr{break-inside:avoid}@page{size:A4;margin:18mm 16mm}}";

/// A page that is being written.
pub(super) struct Html(String);

impl Html {
    pub(super) fn begin(title: &str) -> Self {
        let title = in_markup(title);
        Self(format!(
            "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<style>{STYLE}</style>\n</head>\n<body>\n\
             <h1>{title}</h1>\n"
        ))
    }

    pub(super) fn end(mut self) -> String {
        self.0.push_str("</body>\n</html>\n");
        self.0
    }

    /// A heading, of the second or third level.
    pub(super) fn heading(&mut self, level: u8, text: &str) {
        self.element(format_args!("h{level}"), "", text);
    }

    pub(super) fn paragraph(&mut self, class: &str, text: &str) {
        self.element("p", class, text);
    }

    pub(super) fn begin_part(&mut self, class: &str) {
        self.raw(format_args!("<section class=\"{class}\">\n"));
    }

    pub(super) fn end_part(&mut self) {
        self.0.push_str("</section>\n");
    }

    /// Labels and what belongs to them.
    pub(super) fn pairs(&mut self, pairs: &[(String, String)]) {
        self.0.push_str("<table>\n");
        for (label, text) in pairs {
            self.raw(format_args!(
                "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
                in_markup(label),
                in_markup(text)
            ));
        }
        self.0.push_str("</table>\n");
    }

    /// A table with a head.
    pub(super) fn table<const COLUMNS: usize>(&mut self, head: [&str; COLUMNS], rows: &[[String; COLUMNS]]) {
        let cells = |cells: &[String], tag: &str| -> String {
            cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", in_markup(cell))).collect()
        };
        let head = cells(&head.map(str::to_owned), "th");
        self.raw(format_args!("<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n"));
        for row in rows {
            self.raw(format_args!("<tr>{}</tr>\n", cells(row, "td")));
        }
        self.0.push_str("</tbody>\n</table>\n");
    }

    /// What is typed into a computer.
    pub(super) fn command(&mut self, text: &str) {
        self.raw(format_args!("<p><code>{}</code></p>\n", in_markup(text)));
    }

    fn element(&mut self, tag: impl Display, class: &str, text: &str) {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        self.raw(format_args!("<{tag}{class}>{}</{tag}>\n", in_markup(text)));
    }

    fn raw(&mut self, html: std::fmt::Arguments<'_>) {
        // Writing into a text cannot fail.
        let _ = self.0.write_fmt(html);
    }
}
