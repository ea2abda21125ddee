//! The empty sheet: headings with explanations, drop-down lists from the catalogue, and a page that
//! explains every column.

use chuishao_domain::catalogue::Catalogue;
use chuishao_domain::ids::TerritoryId;
use chuishao_table::words::{self, Condition, Event, Kind, POLICY, Policy, headings};
use rust_xlsxwriter::{Color, DataValidation, Format, Formula, Note, Workbook, Worksheet, XlsxError};
use std::path::Path;

/// Rows that have drop-down lists: what a table may have, with some to spare.
const ROWS: u32 = 320;
/// The row of the headings, counted from 0.
const HEADINGS: u32 = 2;
/// Widths, in characters of the usual font.
const WIDE: f64 = 36.0;
const USUAL: f64 = 14.0;
/// What a spreadsheet shows of a hint, in characters.
const MOST_HINT_CHARS: usize = 255;

/// Choices of one column, on the page of lists.
struct Choices {
    heading: &'static str,
    items: Vec<String>,
}

/// Writes the file; one that is there is not overwritten.
pub fn write(
    file: &Path,
    catalogue: &Catalogue,
    territory: Option<&TerritoryId>,
) -> Result<(), Box<dyn std::error::Error>> {
    if file.extension().is_none_or(|extension| extension != "xlsx") {
        return Err(format!("{}：空表是 .xlsx 文件，请用这个扩展名", file.display()).into());
    }
    let bytes = workbook(&choices(catalogue, territory))?;
    let mut made = std::fs::File::options().write(true).create_new(true).open(file).map_err(|error| {
        let there = error.kind() == std::io::ErrorKind::AlreadyExists;
        let why =
            if there { "文件已存在，不覆盖；请换一个文件名".to_owned() } else { error.to_string() };
        format!("{} 不能写：{why}", file.display())
    })?;
    std::io::Write::write_all(&mut made, &bytes)?;
    Ok(())
}

/// What can be chosen, for every column that has a closed list or codes.
fn choices(catalogue: &Catalogue, territory: Option<&TerritoryId>) -> Vec<Choices> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let categories = || catalogue.categories().map(|category| format!("{} {}", category.code, category.name)).collect();
    let own = catalogue.units().filter(|unit| territory.is_none_or(|own| unit.territory == *own));
    let units: Vec<String> = own.map(|unit| format!("{} {}", unit.id, unit.name)).collect();
    let streets = |own: &TerritoryId| {
        let in_own = catalogue.units().filter(|unit| unit.territory == *own);
        in_own.map(|unit| unit.name.clone()).filter(|name| catalogue.street(own, name).is_some()).collect()
    };
    let mut all = vec![Choices { heading: words::EVENT, items: words(&Event::ALL.map(|(_, word)| word)) }];
    for condition in Condition::ALL {
        let items = match (condition, condition.kind()) {
            (Condition::Category, _) => categories(),
            (Condition::Street, _) => territory.map(streets).unwrap_or_default(),
            (_, Kind::OneOf(known)) => words(known),
            _ => Vec::new(),
        };
        all.push(Choices { heading: condition.heading(), items });
    }
    let closed: [(&'static str, &[&str]); 8] = [
        (words::RAISE, &["紧急", "特急"]),
        (words::REQUIRE, &["街道", "小区", "楼栋"]),
        (words::TASK, &["现场调处", "整治任务", "普查"]),
        (words::TASK_POST, &["主要负责人", "分管领导", "区县热线机构"]),
        (words::TASK_RECORD, &["是"]),
        (words::FORUM, &["每日一议", "每月一议"]),
        (words::NOTHING, &["是"]),
        (POLICY, &Policy::WORDS),
    ];
    all.extend(closed.map(|(heading, known)| Choices { heading, items: words(known) }));
    // Without a county the list of units would be the whole city's.
    let units = if territory.is_some() { units } else { Vec::new() };
    for heading in [words::COPY, words::LEAD, words::LEDGER_UNIT, words::NOTIFY] {
        all.push(Choices { heading, items: units.clone() });
    }
    all.retain(|choices| !choices.items.is_empty());
    all
}

fn workbook(choices: &[Choices]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    table(workbook.add_worksheet(), choices)?;
    explanations(workbook.add_worksheet(), choices)?;
    lists(workbook.add_worksheet(), choices)?;
    workbook.save_to_buffer()
}

fn lists(sheet: &mut Worksheet, choices: &[Choices]) -> Result<(), XlsxError> {
    sheet.set_name("选项")?;
    for (column, choices) in (0_u16..).zip(choices) {
        sheet.write_string(0, column, choices.heading)?;
        for (row, item) in (1_u32..).zip(&choices.items) {
            sheet.write_string(row, column, item)?;
        }
    }
    Ok(())
}

/// Where the choices of a column stand.
fn list_of(heading: &str, choices: &[Choices]) -> Option<String> {
    let at = choices.iter().position(|choices| choices.heading == heading)?;
    let column = column_name(at);
    Some(format!("选项!${column}$2:${column}${}", choices[at].items.len() + 1))
}

/// A, B, … Z, AA, …
fn column_name(at: usize) -> String {
    let letter = |number: usize| char::from(b'A' + u8::try_from(number % 26).unwrap_or_default());
    match at / 26 {
        0 => letter(at).to_string(),
        above => format!("{}{}", letter(above - 1), letter(at)),
    }
}

fn table(sheet: &mut Worksheet, choices: &[Choices]) -> Result<(), XlsxError> {
    sheet.set_name("决策表")?;
    let bold = Format::new().set_bold();
    sheet.write_string_with_format(0, 0, POLICY, &bold)?;
    sheet.write_string(0, 1, Policy::First.word())?;
    sheet.write_string(0, 2, "首行：从上往下，第一条符合的算数；全部：符合的都算数")?;
    if let Some(list) = list_of(POLICY, choices) {
        let choice = DataValidation::new().allow_list_formula(Formula::new(list));
        sheet.add_data_validation(0, 1, 0, 1, &choice)?;
    }
    let text = Format::new().set_num_format("@").set_text_wrap();
    for (column, (heading, help)) in (0_u16..).zip(headings()) {
        let format = heading_format(heading);
        // A column of text: 0104 stays 0104, and 11-05 is no date.
        sheet.set_column_format(column, &text)?;
        let long =
            [words::REASON, words::NOTICE, words::TASK_TITLE, words::LEDGER_TITLE, words::REMARK].contains(&heading);
        sheet.set_column_width(column, if long { WIDE } else { USUAL })?;
        sheet.write_string_with_format(HEADINGS, column, heading, &format)?;
        sheet.insert_note(HEADINGS, column, &Note::new(help).set_author("吹哨"))?;
        let hint: String = help.chars().take(MOST_HINT_CHARS).collect();
        let mut choice = DataValidation::new().set_input_title(heading)?.set_input_message(hint)?;
        if let Some(list) = list_of(heading, choices) {
            // Several may be written, so what is not in the list is not refused here.
            choice = choice.allow_list_formula(Formula::new(list));
        }
        let choice = choice.show_error_message(false);
        sheet.add_data_validation(HEADINGS + 1, column, HEADINGS + ROWS, column, &choice)?;
    }
    sheet.set_freeze_panes(HEADINGS + 1, 1)?;
    Ok(())
}

/// Conditions and measures are told apart by their colour.
fn heading_format(heading: &str) -> Format {
    let of_conditions = heading == words::EVENT || Condition::ALL.iter().any(|known| known.heading() == heading);
    let of_people = [words::REASON, words::NOTHING, words::REMARK].contains(&heading);
    let colour = match (of_conditions, of_people) {
        (true, _) => 0x00DD_EBF7,
        (_, true) => 0x00ED_EDED,
        _ => 0x00E2_EFDA,
    };
    Format::new().set_bold().set_background_color(Color::RGB(colour)).set_text_wrap()
}

fn explanations(sheet: &mut Worksheet, choices: &[Choices]) -> Result<(), XlsxError> {
    sheet.set_name("填写说明")?;
    let (bold, wrapped) = (Format::new().set_bold(), Format::new().set_text_wrap());
    let introduction = [
        "一行是一条规则：蓝色的列是条件，都符合才算；绿色的列是措施，可以填几样；理由会显示给工作人员。",
        "空着的条件不限。不用的列可以删掉，列的次序可以换，标题不能改。",
        "文字里可以写 {小区}、{分类}、{街道}、{不满意次数}、{同小区同类7天} 等，系统填上工单的实际内容；研判的行可以写 {地点}、{件数}、{增幅}、{年月} 等。",
        "每种用到的事件，都要让所有情形有一行适用；其余照常办理的，在最后加一行：条件不填，「不处理」填「是」。",
        "填好后运行 chuishao table check，按提示改到「检查通过」。",
    ];
    let mut row = 0;
    for line in introduction {
        sheet.write_string_with_format(row, 1, line, &wrapped)?;
        row += 1;
    }
    row += 1;
    for (column, heading) in [(0, "列"), (1, "怎么填"), (2, "可以填")] {
        sheet.write_string_with_format(row, column, heading, &bold)?;
    }
    for (heading, help) in headings() {
        row += 1;
        let known = choices.iter().find(|choices| choices.heading == heading && choices.items.len() <= 20);
        sheet.write_string_with_format(row, 0, heading, &heading_format(heading))?;
        sheet.write_string_with_format(row, 1, help, &wrapped)?;
        sheet.write_string_with_format(
            row,
            2,
            known.map_or_else(String::new, |known| known.items.join("、")),
            &wrapped,
        )?;
    }
    sheet.set_column_width(0, USUAL + 4.0)?;
    sheet.set_column_width(1, 80)?;
    sheet.set_column_width(2, 60)?;
    Ok(())
}
