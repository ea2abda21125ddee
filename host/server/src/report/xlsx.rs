//! A report as XLSX: a sheet for each table with numbers as numbers, and the remarks on a last
//! sheet. Words are written as words, which no spreadsheet calculates.

use super::{Cell, Measure, Report, ReportError, Table};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

/// Widest column: a reason of a few sentences, wrapped.
const WIDEST_PIXELS: u32 = 420;

/// Two digits behind the point, as in print.
const TWO_DECIMALS: &str = "0.00";

/// The file.
///
/// # Errors
/// A table does not fit a sheet.
pub fn file(report: &Report) -> Result<Vec<u8>, ReportError> {
    let mut workbook = Workbook::new();
    let made = (|| {
        for table in &report.tables {
            write_table(workbook.add_worksheet(), table)?;
        }
        write_remarks(workbook.add_worksheet(), report)?;
        workbook.save_to_buffer()
    })();
    made.map_err(|error: XlsxError| ReportError::File(error.to_string()))
}

fn place(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn write_table(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    sheet.set_name(table.name.0)?;
    let heading = Format::new().set_bold();
    for (column, at) in table.columns.iter().zip(0_u16..) {
        sheet.write_string_with_format(0, at, column.with_unit(), &heading)?;
        for (row, number) in table.rows.iter().zip(1..) {
            match &row[usize::from(at)] {
                Cell::Text(text) => sheet.write_string(number, at, text)?,
                Cell::Own(words) => sheet.write_string(number, at, &words.chinese)?,
                Cell::Number(None) => sheet,
                Cell::Number(Some(amount)) => write_number(sheet, number, at, *amount, column.measure)?,
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_autofit_max_width(WIDEST_PIXELS);
    sheet.autofit();
    Ok(())
}

/// The one place where a figure becomes a floating number: the file knows no other. It has 53
/// bits, far more than any count here.
#[expect(clippy::cast_precision_loss, reason = "the format's numbers are floating")]
fn write_number(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    amount: i64,
    measure: Measure,
) -> Result<&mut Worksheet, XlsxError> {
    if measure.decimals() == 2 {
        let format = Format::new().set_num_format(TWO_DECIMALS);
        return sheet.write_number_with_format(row, column, amount as f64 / 100.0, &format);
    }
    sheet.write_number(row, column, amount as f64)
}

fn write_remarks(sheet: &mut Worksheet, report: &Report) -> Result<(), XlsxError> {
    sheet.set_name("说明")?;
    for (number, (what, text)) in report.remarks().into_iter().enumerate() {
        sheet.write_string(place(number), 0, what)?;
        sheet.write_string(place(number), 1, text)?;
    }
    sheet.set_autofit_max_width(WIDEST_PIXELS);
    sheet.autofit();
    Ok(())
}
