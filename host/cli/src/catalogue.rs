//! `chuishao catalogue`: shows the editions of the catalogue (职责清单), writes out their tables
//! to begin from, and imports a new edition.

use crate::Outcome;
use crate::database::DatabaseArgs;
use crate::exports::note;
use crate::import::{ImportArgs, import, known, text_of};
use chuishao_domain::calendar::civil;
use chuishao_domain::catalogue::TableName;
use chuishao_domain::refusal::Refusal;
use chuishao_server::import::Draft;
use chuishao_server::store::StoreError;
use clap::Subcommand;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub enum CatalogueCommand {
    /// 各版职责清单，以及某日有效的一版 (the editions, and the one in force on a day)
    Show {
        #[command(flatten)]
        database: DatabaseArgs,
        /// 哪一天（不写则为今天）
        #[arg(long)]
        on: Option<Date>,
    },
    /// 把最新一版的各表写到一个文件夹，改好后再导入 (write out the newest tables)
    Export {
        #[command(flatten)]
        database: DatabaseArgs,
        /// 文件夹；已有的文件不覆盖
        folder: PathBuf,
    },
    /// 导入新版，自某日起有效；服务运行时也可以 (import an edition, beside a running server)
    Import {
        #[command(flatten)]
        import: ImportArgs,
        /// 生效日期，例如 2027-01-01
        #[arg(long)]
        from: Date,
        /// 依据文件，例如 潍政办字〔2025〕3号
        #[arg(long)]
        document: String,
        /// 有变化的表，文件名与 export 写出的相同
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

pub fn run(command: &CatalogueCommand) -> Outcome {
    match command {
        CatalogueCommand::Show { database, on } => show(database, *on),
        CatalogueCommand::Export { database, folder } => export(database, folder),
        CatalogueCommand::Import { import: args, from, document, files } => {
            let tables = files.iter().map(|path| Ok((name_of(path)?, text_of(path)?)));
            let tables: BTreeMap<String, String> = tables.collect::<Result<_, Box<dyn std::error::Error>>>()?;
            if tables.len() < files.len() {
                return Err("有两个文件同名，每张表只给一个文件".into());
            }
            let draft = Draft::Edition { from: *from, document: document.clone(), tables };
            import(args, &draft, |fault| place(fault, files))
        }
    }
}

fn name_of(path: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let name = path.file_name().and_then(|name| name.to_str());
    Ok(name.ok_or_else(|| format!("{} 没有可用的文件名", path.display()))?.to_owned())
}

/// In which file a fault stands: its words begin with the name of the table.
fn place(fault: &Refusal, files: &[PathBuf]) -> String {
    let table = TableName::ALL.into_iter().find(|table| fault.chinese.starts_with(table.term()));
    let of_table = |path: &&PathBuf| table.is_some_and(|table| path.ends_with(table.file_name()));
    files.iter().find(of_table).map_or_else(String::new, |path| format!("{}：", path.display()))
}

fn show(database: &DatabaseArgs, on: Option<Date>) -> Outcome {
    let known = tokio::runtime::Runtime::new()?.block_on(known(database))?;
    let day = on.unwrap_or_else(|| civil(Timestamp::now()).date());
    let in_force = known.editions.on(day);
    for edition in known.editions.all() {
        let here = if edition.effective_from == in_force.effective_from { "* " } else { "  " };
        println!("{here}{} 起 {}", edition.effective_from, edition.document);
    }
    let catalogue = &in_force.catalogue;
    println!(
        "{day} 有效：区县 {}，单位 {}（另有已撤销 {}），分类 {}",
        catalogue.territories().count(),
        catalogue.units().count(),
        catalogue.retired_units().count(),
        catalogue.categories().count()
    );
    Ok(())
}

fn export(database: &DatabaseArgs, folder: &Path) -> Outcome {
    let runtime = tokio::runtime::Runtime::new()?;
    let known = runtime.block_on(known(database))?;
    let newest = known.editions.newest();
    let rows: usize =
        TableName::ALL.iter().map(|name| newest.tables.text(*name).lines().count().saturating_sub(1)).sum();
    let words = format!("导出职责清单：{} 起的一版，{rows} 行", newest.effective_from);
    match runtime.block_on(note(&database.address()?, "chuishao catalogue export".to_owned(), words)) {
        // What ships with the program lies in no database.
        Err(StoreError::Missing(_)) if !database.is_named() => {}
        noted => noted?,
    }
    std::fs::create_dir_all(folder)?;
    for name in TableName::ALL {
        let path = folder.join(name.file_name());
        let written = std::fs::File::options().write(true).create_new(true).open(&path);
        let mut file = written.map_err(|error| format!("{} 不能写：{error}", path.display()))?;
        std::io::Write::write_all(&mut file, newest.tables.text(name).as_bytes())?;
    }
    println!("已写出 {} 起的一版（{}）到 {}", newest.effective_from, newest.document, folder.display());
    Ok(())
}
