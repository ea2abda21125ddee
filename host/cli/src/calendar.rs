//! `chuishao calendar`: asks the working-day calendar.

use crate::Outcome;
use chuishao_domain::calendar::Calendar;
use clap::Subcommand;
use jiff::civil::Date;

#[derive(Subcommand)]
pub enum CalendarCommand {
    /// 从某日起若干个工作日后是哪天（当日不计） (the date so many working days after)
    Due {
        /// 起算日，例如 2024-09-30
        from: Date,
        /// 工作日数，1 到 250
        #[arg(value_parser = clap::value_parser!(u16).range(1..=250))]
        working_days: u16,
    },
}

pub fn run(command: &CalendarCommand) -> Outcome {
    let CalendarCommand::Due { from, working_days } = command;
    println!("{}", Calendar::shipped().add_working_days(*from, *working_days)?);
    Ok(())
}
