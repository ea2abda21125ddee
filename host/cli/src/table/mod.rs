//! `chuishao table`: a county's rule as a spreadsheet (决策表). An empty sheet to fill in, its check,
//! and the settings of the plugin `decision-table` that it becomes. What the cells mean is read by
//! the same code as in the rule itself.

mod against;
mod blank;
mod grid;

use crate::Outcome;
use crate::database::DatabaseArgs;
use crate::import::known;
use chuishao_domain::catalogue::Catalogue;
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::rule::settings::Settings;
use chuishao_domain::rule::value::Value;
use chuishao_table::check::{Findings, check};
use chuishao_table::fault::Fault;
use chuishao_table::sheet::{self, Sheet};
use chuishao_table::table::{categories_of, mark_of};
use chuishao_table::words::Event;
use clap::{Args, Subcommand};
use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Subcommand)]
pub enum TableCommand {
    /// 生成空表：标题、说明、下拉列表都在里面 (an empty sheet to fill in)
    New {
        #[command(flatten)]
        place: PlaceArgs,
        /// 表格文件（.xlsx），不覆盖已有的文件
        file: PathBuf,
    },
    /// 检查：写法、分类、单位，有没有空档、重叠和永远不会命中的行 (check a sheet for gaps and overlaps)
    Check {
        #[command(flatten)]
        place: PlaceArgs,
        /// 表格文件（.xlsx、.xls、.ods 或 UTF-8 的 .csv）
        file: PathBuf,
    },
    /// 检查通过后变成插件「决策表」的设置，供 chuishao rollout submit 使用 (a checked sheet as settings)
    Settings {
        #[command(flatten)]
        place: PlaceArgs,
        /// 表格文件
        file: PathBuf,
        /// 设置文件（.toml）
        #[arg(short, long)]
        output: PathBuf,
    },
}

#[derive(Args)]
pub struct PlaceArgs {
    /// 区县代码，例如 370705；写了就核对街道和单位是不是本区县的
    #[arg(long)]
    territory: Option<TerritoryId>,
    #[command(flatten)]
    database: DatabaseArgs,
}

impl PlaceArgs {
    /// The newest catalogue of the database, or the one that ships.
    fn catalogue(&self) -> Result<Arc<Catalogue>, Box<dyn std::error::Error>> {
        let known = tokio::runtime::Runtime::new()?.block_on(known(&self.database))?;
        let catalogue = known.editions.newest().catalogue.clone();
        match &self.territory {
            Some(id) if catalogue.territory(id).is_none() => {
                Err(format!("没有 {id} 这个区县；请填写区县或开发区代码，例如 370705，全市填 WF").into())
            }
            _ => Ok(catalogue),
        }
    }
}

pub fn run(command: &TableCommand) -> Outcome {
    match command {
        TableCommand::New { place, file } => {
            let catalogue = place.catalogue()?;
            blank::write(file, &catalogue, place.territory.as_ref())?;
            println!("已生成 {}：先看第二页「填写说明」，填好后运行 chuishao table check {0}", file.display());
            Ok(())
        }
        TableCommand::Check { place, file } => checked(place, file).map(|_| ()),
        TableCommand::Settings { place, file, output } => {
            let (sheet, catalogue) = checked(place, file)?;
            std::fs::write(output, settings_file(&sheet, &catalogue, file)?)?;
            println!("已写出 {}，可用 chuishao rollout submit … --settings {0} 提交", output.display());
            Ok(())
        }
    }
}

/// What ends a command: everything that has to be mended.
#[derive(Debug)]
struct Faults {
    file: PathBuf,
    faults: Vec<Fault>,
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} 有 {} 处要改 (faults found)", self.file.display(), self.faults.len())?;
        self.faults.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl std::error::Error for Faults {}

/// Reads a file and checks it; prints what should be known.
fn checked(place: &PlaceArgs, file: &Path) -> Result<(Sheet, Arc<Catalogue>), Box<dyn std::error::Error>> {
    let faults = |faults| Faults { file: file.to_owned(), faults };
    let catalogue = place.catalogue()?;
    let sheet = sheet::read(&grid::read(file)?).map_err(faults)?;
    let mut findings = against::check(&sheet.rows, &catalogue, place.territory.as_ref());
    let codes: Vec<String> = catalogue.categories().map(|category| category.code.0.clone()).collect();
    let Findings { faults: of_rows, notes } = check(sheet.policy, &sheet.rows, &codes);
    findings.extend(of_rows);
    if !notes.is_empty() {
        println!("提示：");
        notes.iter().for_each(|note| println!("  {note}"));
    }
    if !findings.is_empty() {
        return Err(faults(findings).into());
    }
    println!("检查通过：{}", summary(&sheet));
    Ok((sheet, catalogue))
}

fn summary(sheet: &Sheet) -> String {
    let events = Event::ALL.iter().filter_map(|(event, word)| {
        let rows = sheet.rows.iter().filter(|row| row.events.contains(event)).count();
        (rows > 0).then(|| format!("{word} {rows} 行"))
    });
    let events = events.collect::<Vec<_>>().join("、");
    format!("共 {} 行，按「{}」；{events}；没有空档", sheet.rows.len(), sheet.policy.word())
}

/// The settings of the plugin, as its manifest names them.
fn settings_file(sheet: &Sheet, catalogue: &Catalogue, from: &Path) -> Result<String, toml::ser::Error> {
    let groups: BTreeSet<String> =
        catalogue.categories().filter_map(|category| category.code.0.get(..2).map(str::to_owned)).collect();
    let groups: Vec<String> = groups.into_iter().collect();
    let policy = sheet.policy.word();
    let settings = Settings::from([
        ("hit-policy".to_owned(), Value::Text(policy.to_owned())),
        ("rows".to_owned(), Value::Texts(sheet.lines.clone())),
        ("categories".to_owned(), Value::Texts(categories_of(&sheet.rows, &groups))),
        ("check-mark".to_owned(), Value::Text(mark_of(policy, &sheet.lines))),
    ]);
    let name = from.file_name().unwrap_or_default().to_string_lossy();
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    Ok(format!(
        "# 由 chuishao table settings 从 {name} 生成，请改表格，不要改这里\n{}",
        toml::to_string_pretty(&settings)?
    ))
}
