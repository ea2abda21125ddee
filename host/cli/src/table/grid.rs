//! A file as a grid of texts: XLSX, XLS or ODS as Excel and WPS write them, or CSV.

use crate::import::text_of;
use calamine::{Data, Range, Reader, open_workbook_auto};
use chuishao_table::words::EVENT;
use std::path::Path;

type Grid = Vec<Vec<String>>;

/// Most cells that are read: a table of 300 rows has some 15,000.
const MOST_CELLS: usize = 200_000;

/// Reads the sheet that has the headings, or the first one.
pub fn read(file: &Path) -> Result<Grid, Box<dyn std::error::Error>> {
    let extension = file.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("csv") => csv_grid(&text_of(file)?),
        Some("xlsx" | "xlsm" | "xls" | "ods") => workbook_grid(file),
        _ => Err(format!("{} 不是表格文件：请用 .xlsx、.xls、.ods 或 .csv", file.display()).into()),
    }
}

fn csv_grid(text: &str) -> Result<Grid, Box<dyn std::error::Error>> {
    let mut grid = Grid::new();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    for record in reader.records() {
        let record = record?;
        // Lines that are empty are skipped by the reader, and counted by people.
        let line = record.position().map_or(0, csv::Position::line);
        while u64::try_from(grid.len() + 1)? < line {
            grid.push(Vec::new());
        }
        grid.push(record.iter().map(str::to_owned).collect());
    }
    Ok(grid)
}

fn workbook_grid(file: &Path) -> Result<Grid, Box<dyn std::error::Error>> {
    let unreadable =
        |error| format!("读不到 {}：{error}；请确认是 Excel 或 WPS 保存的表格，且没有加密", file.display());
    let mut workbook = open_workbook_auto(file).map_err(unreadable)?;
    let mut first = None;
    for (_, range) in workbook.worksheets() {
        let grid = grid_of(&range)?;
        if grid.iter().flatten().any(|cell| cell.trim() == EVENT) && has_several(&grid) {
            return Ok(grid);
        }
        first.get_or_insert(grid);
    }
    first.ok_or_else(|| format!("{} 里没有工作表", file.display()).into())
}

/// Whether the row of the headings has more than one: the page of explanations names each alone.
fn has_several(grid: &Grid) -> bool {
    let row = grid.iter().find(|row| row.iter().any(|cell| cell.trim() == EVENT));
    row.is_some_and(|row| row.iter().any(|cell| cell.trim() == chuishao_table::words::REASON))
}

/// From the sheet's own first row, so that rows are numbered as people see them.
fn grid_of(range: &Range<Data>) -> Result<Grid, String> {
    let Some((rows, columns)) = range.end() else { return Ok(Grid::new()) };
    let (rows, columns) = (rows as usize + 1, columns as usize + 1);
    if rows.saturating_mul(columns) > MOST_CELLS {
        return Err(format!("工作表有 {rows} 行 {columns} 列，太大了；请删去表格以外的内容和格式"));
    }
    let row = |row: usize| (0..columns).map(|column| text(range, row, column)).collect::<Result<Vec<_>, _>>();
    (0..rows).map(row).collect()
}

fn text(range: &Range<Data>, row: usize, column: usize) -> Result<String, String> {
    let at = (u32::try_from(row).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX));
    Ok(match range.get_value(at) {
        None | Some(Data::Empty) => String::new(),
        Some(Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text)) => text.clone(),
        Some(Data::Bool(yes)) => if *yes { "是" } else { "否" }.to_owned(),
        Some(Data::Int(number)) => number.to_string(),
        // A whole number is written without a point.
        Some(Data::Float(number)) => number.to_string(),
        Some(Data::DateTime(_)) => {
            return Err(format!(
                "第 {} 行第 {} 列被表格软件当成了日期；请把单元格设为文本再写，例如 11-05至03-31",
                row + 1,
                column + 1
            ));
        }
        Some(Data::Error(error)) => return Err(format!("第 {} 行第 {} 列是公式错误 {error}", row + 1, column + 1)),
    })
}
