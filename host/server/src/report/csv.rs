//! A report as CSV (RFC 4180): UTF-8 with a byte order mark, without which Excel and WPS read
//! Chinese as something else. The tables follow each other, the remarks come last.

use super::{Cell, Column, Report, ReportError};

/// Byte order mark.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection), also in
/// full width, as Chinese input methods write it.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Words that a spreadsheet would calculate are shown as words: a `'` before them. Numbers are
/// made here and not by anybody outside, so they stay numbers.
fn harmless(text: &str) -> String {
    let formula = text.trim_start().starts_with(FORMULA) || text.starts_with(['\t', '\r', '\n']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

fn cell(column: &Column, cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => harmless(text),
        Cell::Own(words) => harmless(&words.chinese),
        // An empty cell, so that a column of numbers can be added up.
        Cell::Number(None) => String::new(),
        number @ Cell::Number(Some(_)) => number.shown(column.measure),
    }
}

/// The file.
///
/// # Errors
/// Never: it is written into memory.
pub fn file(report: &Report) -> Result<Vec<u8>, ReportError> {
    let mut writer =
        ::csv::WriterBuilder::new().flexible(true).terminator(::csv::Terminator::CRLF).from_writer(MARK.to_vec());
    let mut write = |record: Vec<String>| writer.write_record(&record).map_err(|error| failed(&error));
    for (number, table) in report.tables.iter().enumerate() {
        if number > 0 {
            write(vec![String::new()])?;
        }
        write(vec![table.name.0.to_owned()])?;
        write(table.columns.iter().map(Column::with_unit).collect())?;
        for row in &table.rows {
            write(table.columns.iter().zip(row).map(|(column, of)| cell(column, of)).collect())?;
        }
    }
    write(vec![String::new()])?;
    for (what, text) in report.remarks() {
        write(vec![what.to_owned(), harmless(&text)])?;
    }
    writer.into_inner().map_err(|error| failed(error.error()))
}

fn failed(error: &impl std::fmt::Display) -> ReportError {
    ReportError::File(error.to_string())
}
