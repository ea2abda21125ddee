//! `chuishao table`: an empty sheet, its check in a clerk's words, and the settings it becomes.

use super::chuishao;
use calamine::{Reader, open_workbook_auto};
use chuishao_domain::rule::settings::Settings;
use chuishao_domain::rule::value::Value as Setting;
use rust_xlsxwriter::Workbook;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

/// What `chuishao table settings` makes of a sheet in `plugins/decision-table/tables`.
pub(crate) fn settings_of_table(name: &str) -> Settings {
    let folder = tempfile::tempdir().expect("a folder");
    let output = folder.path().join("settings.toml");
    let sheet = root().join("plugins/decision-table/tables").join(name).with_extension("csv");
    let (made, said) = chuishao(&["table", "settings", &sheet.to_string_lossy(), "-o", &output.to_string_lossy()]);
    assert!(made, "{said}");
    toml::from_str(&std::fs::read_to_string(output).expect("written")).expect("settings")
}

/// A workbook as a clerk saves it: cells of a line are separated by `|`.
fn workbook(folder: &Path, lines: &[&str]) -> PathBuf {
    let file = folder.join("物业.xlsx");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, line) in (0..).zip(lines) {
        for (column, cell) in (0..).zip(line.split('|')).filter(|(_, cell)| !cell.is_empty()) {
            // A number in a cell is a number, as in a spreadsheet.
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).expect("written"),
                Err(_) => sheet.write_string(row, column, cell).expect("written"),
            };
        }
    }
    workbook.save(&file).expect("saved");
    file
}

fn checked(file: &Path) -> (bool, String) {
    chuishao(&["table", "check", "--territory", "370705", &file.to_string_lossy()])
}

/// The example of the plugin's README, step by step.
#[test]
fn a_clerk_s_sheet_is_mended_until_it_passes() {
    let folder = tempfile::tempdir().expect("a folder");
    let headings = "事件|诉求类型|分类|小区|同小区同类7天|标签|抄送|不处理|理由";
    let takeover = "派单||0202 城乡建设/物业管理|世纪泰华||||是";
    let some = "派单|投诉|0202 城乡建设/物业管理||5至9|物业投诉较多|370705-ZJ||{小区}7 天内物业诉求 {同小区同类7天} 件";
    let many =
        "派单|投诉|0202 城乡建设/物业管理||20以上|物业投诉集中|370705-ZJ||{小区}7 天内物业诉求 {同小区同类7天} 件";
    let file = workbook(folder.path(), &["命中方式|首行", headings, takeover, some, many]);
    let (passed, said) = checked(&file);
    assert!(!passed, "{said}");
    for words in [
        "没有一行适用于：事件「派单」，诉求类型是投诉，分类是0202，小区不是世纪泰华，同小区同类7天为0至4、10至19",
        "事件填「派单」，条件都不填，「不处理」填「是」",
    ] {
        assert!(said.contains(words), "{words} in {said}");
    }
    let many = many.replace("20以上", "10以上");
    let file = workbook(folder.path(), &["命中方式|首行", headings, takeover, some, &many, "派单|||||||是"]);
    let (passed, said) = checked(&file);
    assert!(passed && said.contains("检查通过：共 4 行，按「首行」；派单 4 行；没有空档"), "{said}");
}

#[test]
fn what_is_not_in_the_catalogue_is_named_with_what_was_meant() {
    let folder = tempfile::tempdir().expect("a folder");
    let headings = "事件|分类|街道|抄送|通知单位|通知内容|不处理|理由";
    let lines = [
        "命中方式|首行",
        headings,
        "派单|0199 没有这一类||370705-YJ||||多",
        "派单|0104 供暖/设施损坏|大虞街|370784-ZJ||||多",
        "派单|0104 供暖/设施损坏||370705-QQ||||多",
        "派单||||||是|",
    ];
    let (passed, said) = checked(&workbook(folder.path(), &lines));
    assert!(!passed, "{said}");
    for words in [
        "第 3 行「分类」：职责清单里没有分类 0199；是不是「010",
        "第 4 行「街道」：本区县没有街道或乡镇「大虞街」；是不是「大虞街道」？",
        "第 4 行「抄送」：370784-ZJ 安丘市住建局 不是本区县的单位，核心会拒绝（护栏 G3）",
        "第 5 行「抄送」：职责清单里没有单位 370705-QQ；是不是「370705-",
    ] {
        assert!(said.contains(words), "{words} in {said}");
    }
    // 0104 that the spreadsheet took for a number.
    let lines = ["命中方式|首行", headings, "派单|0104||370705-YJ||||多", "派单||||||是|"];
    let file = workbook(folder.path(), &lines);
    let (_, said) = checked(&file);
    assert!(said.contains("第 3 行「分类」：分类代码「104」不是 2、4 或 6 位"), "{said}");
    let (passed, said) = chuishao(&["table", "check", "--territory", "370799", &file.to_string_lossy()]);
    assert!(!passed && said.contains("没有 370799 这个区县"), "{said}");
    let (passed, said) = chuishao(&["table", "check", "README.md"]);
    assert!(!passed && said.contains("不是表格文件"), "{said}");
}

/// The empty sheet has every column, explains it, and is read back.
#[test]
fn an_empty_sheet_can_be_filled_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("空表.xlsx");
    let new = || chuishao(&["table", "new", "--territory", "370705", &file.to_string_lossy()]);
    let (made, said) = new();
    assert!(made && said.contains("填写说明"), "{said}");
    let (made, said) = new();
    assert!(!made && said.contains("文件已存在，不覆盖"), "{said}");
    let (passed, said) = checked(&file);
    assert!(!passed && said.contains("表里没有一行规则"), "{said}");
    let mut workbook = open_workbook_auto(&file).expect("it opens");
    assert_eq!(workbook.sheet_names(), ["决策表", "填写说明", "选项"]);
    let lists = workbook.worksheet_range("选项").expect("a sheet");
    let listed: BTreeSet<String> = lists.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
    for item in ["派单", "0104 供暖/设施损坏", "370705-CG 奎文区城管局", "大虞街道", "主要负责人", "首行"]
    {
        assert!(listed.contains(item), "{item} can be chosen");
    }
    let explained = workbook.worksheet_range("填写说明").expect("a sheet");
    let words: Vec<String> = explained.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
    for (heading, help) in chuishao_table::words::headings() {
        assert!(words.iter().any(|word| word == heading) && words.iter().any(|word| word == help), "{heading}");
    }
}

/// The rules of the articles once more as tables: the same scenarios, step for step, but for the
/// settings and the names of the figures; and the settings are what their sheets become.
#[test]
fn tables_play_the_scenarios_of_the_rules_they_stand_for() {
    let folder = root().join("plugins/decision-table/scenarios");
    let mut plugins = BTreeSet::new();
    for file in std::fs::read_dir(folder).expect("a folder").flatten() {
        let text = std::fs::read_to_string(file.path()).expect("text");
        let named = |before: &str, after: &str| {
            let rest = text.lines().next().and_then(|line| line.split_once(before)).map(|(_, rest)| rest);
            rest.and_then(|rest| rest.split_once(after)).map(|(name, _)| name.to_owned())
        };
        // One is of a table that was changed by hand.
        let Some(sheet) = named("设置出自 tables/", ".csv") else { continue };
        let mut own: toml::Table = toml::from_str(&text).expect("TOML");
        let settings = own.remove("settings").expect("settings");
        let made: toml::Value = toml::Value::try_from(settings_of_table(&sheet)).expect("TOML");
        assert_eq!(settings, made, "{file:?}: chuishao table settings {sheet}.csv");
        let Some(other) = named("同一场景见 ", "；") else { continue };
        let original = std::fs::read_to_string(root().join(&other)).expect("text");
        let mut original: toml::Table = toml::from_str(&original).expect("TOML");
        original.remove("settings");
        assert_eq!(without_names_of_facts(&own), without_names_of_facts(&original), "{other}");
        plugins.insert(other.split('/').nth(1).unwrap_or_default().to_owned());
    }
    assert!(plugins.len() >= 3, "at least three rules stand as tables: {plugins:?}");
}

/// The figures of each step without their names, which each manifest chooses.
fn without_names_of_facts(scenario: &toml::Table) -> toml::Table {
    let mut scenario = scenario.clone();
    for step in scenario.get_mut("step").and_then(toml::Value::as_array_mut).into_iter().flatten() {
        let Some(facts) = step.get_mut("facts") else { continue };
        let figures = facts.as_table().into_iter().flat_map(|facts| facts.values().cloned()).collect();
        *facts = toml::Value::Array(figures);
    }
    scenario
}

/// The example of several matters in one sheet passes, so that it can be copied.
#[test]
fn the_sheets_that_ship_are_whole() {
    for sheet in ["changle", "example", "fangzi", "gaoxin", "kuiwen", "utilities"] {
        let settings = settings_of_table(sheet);
        assert!(matches!(&settings["rows"], Setting::Texts(rows) if rows.len() >= 3), "{sheet}");
        assert!(matches!(&settings["check-mark"], Setting::Text(mark) if mark.len() == 16), "{sheet}");
    }
}
