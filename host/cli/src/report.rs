//! `chuishao report`: the reports of the server, read beside it, on the screen or as a file.

use crate::database::DatabaseArgs;
use crate::exports::note;
use crate::{Outcome, start_logging};
use chuishao_domain::World;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::period::Period;
use chuishao_domain::ids::{CampaignId, TerritoryId};
use chuishao_domain::topic::campaign::fold;
use chuishao_domain::topic::settings;
use chuishao_server::reference::Known;
use chuishao_server::report::frequency::Compared;
use chuishao_server::report::{Report, ageing, campaign, csv, frequency, lists, period, response, xlsx};
use chuishao_server::store::Store;
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum ReportCommand {
    /// 综合报表：诉求量、一次办理解决率、满意率、按时办结率等 (the table of a period)
    Period {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        days: DaysArgs,
        /// 分属地或分市级行业主管部门
        #[arg(long, value_enum, default_value_t = By::Territory)]
        by: By,
    },
    /// 高频事项及同比 (what comes up most, year on year)
    HighFrequency {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        days: DaysArgs,
        /// 只看一个属地，例如 370705
        #[arg(long)]
        territory: Option<String>,
    },
    /// 在办工单滞留在哪里 (where open tickets are stuck)
    Ageing {
        #[command(flatten)]
        common: Common,
        /// 只看一个属地，例如 370705
        #[arg(long)]
        territory: Option<String>,
    },
    /// 首次响应时间 (first-response time)
    FirstResponse {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        days: DaysArgs,
        /// 多少分钟以内的比率
        #[arg(long, default_value_t = response::USUAL_MINUTES, value_parser = clap::value_parser!(u32).range(1..=10_080))]
        minutes: u32,
    },
    /// 月度高频清单 (the monthly list)
    MonthlyList {
        #[command(flatten)]
        common: Common,
        /// 例如 2024-10
        #[arg(long)]
        period: String,
    },
    /// 年度高频难点共性问题清单 (the yearly list)
    YearlyList {
        #[command(flatten)]
        common: Common,
        /// 例如 2024
        #[arg(long)]
        period: String,
    },
    /// 攻坚行动各领域同比 (the domains of a campaign, year on year)
    Campaign {
        #[command(flatten)]
        common: Common,
        /// 攻坚行动编号，例如 GJ20240901
        id: String,
    },
}

/// Where it is read from, and where it goes.
#[derive(Args)]
pub struct Common {
    #[command(flatten)]
    database: DatabaseArgs,
    /// 写成 CSV 文件，不再显示
    #[arg(long, value_name = "FILE", conflicts_with = "xlsx")]
    csv: Option<PathBuf>,
    /// 写成 XLSX 文件，不再显示
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
}

/// Either a period, or from a day to a day.
#[derive(Args)]
pub struct DaysArgs {
    /// 期间：2024-10（月）、2024-Q4（季）或 2024（年）
    #[arg(long, conflicts_with_all = ["from", "to"], required_unless_present = "from")]
    period: Option<String>,
    /// 从这一天起（北京时间，含）
    #[arg(long, requires = "to")]
    from: Option<Date>,
    /// 到这一天止（北京时间，含）
    #[arg(long, requires = "from")]
    to: Option<Date>,
}

impl DaysArgs {
    fn read(&self) -> Result<Days, Box<dyn std::error::Error>> {
        Ok(match (&self.period, self.from, self.to) {
            (Some(period), ..) => read_period(period)?.into(),
            (None, Some(from), Some(to)) => Days::new(from, to).map_err(|refusal| refusal.chinese)?,
            _ => return Err("请写明 --period，或 --from 和 --to".into()),
        })
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum By {
    /// 县市区、市属开发区
    Territory,
    /// 市级行业主管部门
    Department,
}

impl From<By> for period::By {
    fn from(by: By) -> Self {
        match by {
            By::Territory => Self::Territory,
            By::Department => Self::Department,
        }
    }
}

fn read_period(text: &str) -> Result<Period, Box<dyn std::error::Error>> {
    Ok(text.parse::<Period>().map_err(|refusal| refusal.chinese)?)
}

fn of_months(text: &str, months: u8, example: &str) -> Result<Period, Box<dyn std::error::Error>> {
    let period = read_period(text)?;
    if period.months() == months { Ok(period) } else { Err(format!("--period 请写成 {example}").into()) }
}

/// `None` for the whole city.
fn place(world: &World, territory: Option<&String>) -> Result<Option<TerritoryId>, Box<dyn std::error::Error>> {
    let Some(id) = territory.map(|text| TerritoryId::from(text.as_str())) else { return Ok(None) };
    if world.catalogue.territory(&id).is_none() {
        return Err(format!("没有属地 {id}，请核对编号").into());
    }
    Ok((!id.is_city()).then_some(id))
}

impl ReportCommand {
    fn common(&self) -> &Common {
        match self {
            Self::Period { common, .. }
            | Self::HighFrequency { common, .. }
            | Self::Ageing { common, .. }
            | Self::FirstResponse { common, .. }
            | Self::MonthlyList { common, .. }
            | Self::YearlyList { common, .. }
            | Self::Campaign { common, .. } => common,
        }
    }

    async fn report(&self, store: &Store) -> Result<Report, Box<dyn std::error::Error>> {
        let now = Timestamp::now();
        // The names of today, imported ones included, as the server shows them.
        let world = Known::read(store).await?.world_at(now);
        let settings = settings::current(&store.settings_history().await?);
        let frequent = settings.frequent;
        Ok(match self {
            Self::Period { days, by, .. } => period::report(store, &world, days.read()?, (*by).into(), now).await?,
            Self::HighFrequency { days, territory, .. } => {
                let place = place(&world, territory.as_ref())?;
                let compared = Compared::of(days.read()?, now).map_err(|refusal| refusal.chinese)?;
                frequency::report(store, &world, compared, place.as_ref(), frequent.least_base, now).await?
            }
            Self::Ageing { territory, .. } => {
                let place = place(&world, territory.as_ref())?;
                ageing::report(store, &world, place.as_ref(), now).await?
            }
            Self::FirstResponse { days, minutes, .. } => {
                response::report(store, &world, days.read()?, *minutes, now).await?
            }
            Self::MonthlyList { period, .. } => {
                lists::monthly(store, &world, of_months(period, 1, "2024-10")?, &settings, now).await?
            }
            Self::YearlyList { period, .. } => {
                lists::yearly(store, &world, of_months(period, 12, "2024")?, &settings, now).await?
            }
            Self::Campaign { id, .. } => {
                let id = CampaignId::from(id.as_str());
                let campaign = fold(&id, &store.campaign_history(&id).await?);
                let campaign = campaign.ok_or_else(|| format!("没有攻坚行动 {id}，请核对编号"))?;
                campaign::report(store, &world, &campaign, now).await?
            }
        })
    }
}

pub fn run(command: &ReportCommand) -> Outcome {
    start_logging("warn");
    tokio::runtime::Runtime::new()?.block_on(async {
        let common = command.common();
        let address = common.database.address()?;
        let store = Store::open_to_read(&address).await?;
        let report = command.report(&store).await;
        store.close().await;
        let report = report?;
        let (file, kind, bytes) = match (&common.csv, &common.xlsx) {
            (Some(file), _) => (file, "csv", csv::file(&report)?),
            (None, Some(file)) => (file, "xlsx", xlsx::file(&report)?),
            (None, None) => {
                println!("{}", report.printed());
                return Ok(());
            }
        };
        note(&address, "chuishao report".to_owned(), report.as_exported(kind)).await?;
        write(file, &bytes)
    })
}

fn write(file: &PathBuf, bytes: &[u8]) -> Outcome {
    std::fs::write(file, bytes).map_err(|error| format!("文件 {} 无法写入：{error}", file.display()))?;
    println!("已写入 {}", file.display());
    Ok(())
}
