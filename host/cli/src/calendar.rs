//! `chuishao calendar`: asks the working-day calendar, shows it, and imports holiday notices.

use crate::Outcome;
use crate::database::DatabaseArgs;
use crate::import::{ImportArgs, import, known, text_of};
use chuishao_domain::calendar::{Calendar, NoNotice, Notice};
use chuishao_server::import::Draft;
use clap::Subcommand;
use jiff::civil::Date;
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum CalendarCommand {
    /// 从某日起若干个工作日后是哪天（当日不计） (the date so many working days after)
    Due {
        #[command(flatten)]
        database: DatabaseArgs,
        /// 起算日，例如 2024-09-30
        from: Date,
        /// 工作日数，1 到 250
        #[arg(value_parser = clap::value_parser!(u16).range(1..=250))]
        working_days: u16,
    },
    /// 一年的放假安排，格式与导入的文件相同 (a year's notice, as it can be imported)
    Show {
        #[command(flatten)]
        database: DatabaseArgs,
        /// 年份
        year: i16,
    },
    /// 导入放假通知，服务运行时也可以 (import a holiday notice, beside a running server)
    Import {
        #[command(flatten)]
        import: ImportArgs,
        /// CSV 文件：表头 year、document、published_on、working_days，其后逐日 date,kind,holiday
        file: PathBuf,
    },
}

pub fn run(command: &CalendarCommand) -> Outcome {
    match command {
        CalendarCommand::Due { database, from, working_days } => {
            println!("{}", calendar(database)?.add_working_days(*from, *working_days)?);
            Ok(())
        }
        CalendarCommand::Show { database, year } => {
            let calendar = calendar(database)?;
            let notice = calendar.notice(*year).ok_or(NoNotice { year: *year })?;
            print!("{}", as_file(notice));
            Ok(())
        }
        CalendarCommand::Import { import: args, file } => {
            let draft = Draft::Notice { text: text_of(file)? };
            import(args, &draft, |_| format!("{}：", file.display()))
        }
    }
}

fn calendar(database: &DatabaseArgs) -> Result<Calendar, Box<dyn std::error::Error>> {
    Ok(tokio::runtime::Runtime::new()?.block_on(known(database))?.calendar)
}

fn as_file(notice: &Notice) -> String {
    let Notice { year, document, published_on, working_days, .. } = notice;
    let mut text = format!(
        "year,{year}\ndocument,{document}\npublished_on,{published_on}\nworking_days,{working_days}\ndate,kind,holiday\n"
    );
    for (date, day) in notice.days() {
        let kind = if day.worked { "work" } else { "off" };
        text.push_str(&format!("{date},{kind},{}\n", day.holiday));
    }
    text
}
