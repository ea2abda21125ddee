//! 百日攻坚 (集中投诉事项十大领域百日攻坚行动, article row 31): a campaign of a hundred days in ten
//! domains, as an aggregate of its own: [`handle`] makes events, [`fold`] makes the campaign. Who
//! launches it, that each domain has a lead department and records its progress are assumptions.

use crate::World;
use crate::catalogue::Level;
use crate::ids::{CampaignId, TerritoryId, UnitId};
use crate::message::office_of;
use crate::refusal::Refusal;
use crate::topic::actor::TopicBy;
use crate::topic::case::day_of;
use crate::topic::domains::DOMAINS;
use crate::topic::guard::{MOST_TITLE_CHARS, MOST_WORDS_CHARS, must_be_text};
use jiff::{Timestamp, ToSpan, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 百日.
pub const DAYS: i32 = 100;

/// A campaign (攻坚行动).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// 编号
    pub id: CampaignId,
    /// How many events made it.
    pub version: u64,
    /// 名称
    pub title: String,
    /// 起
    pub starts_on: Date,
    /// 牵头部门 by domain
    pub leads: BTreeMap<u8, UnitId>,
    /// 进展: how many records each domain has.
    pub progress: BTreeMap<u8, u64>,
    /// Whether it is wound up (已总结).
    pub wound_up: bool,
}

impl Campaign {
    /// The last of the hundred days.
    #[must_use]
    pub fn ends_on(&self) -> Date {
        self.starts_on.saturating_add((DAYS - 1).days())
    }

    /// Whether the day is one of the hundred.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        (self.starts_on..=self.ends_on()).contains(&day)
    }

    /// The hundred days of the year before, for the comparison year on year: the same first day,
    /// as many days.
    #[must_use]
    pub fn year_before(&self) -> (Date, Date) {
        let first = self.starts_on.saturating_sub(1.year());
        (first, first.saturating_add((DAYS - 1).days()))
    }

    /// Domains that nobody leads yet.
    pub fn without_lead(&self) -> impl Iterator<Item = u8> + '_ {
        (1..=DOMAINS).filter(|domain| !self.leads.contains_key(domain))
    }
}

/// What is wanted.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub enum CampaignCommand {
    /// 启动
    Launch {
        /// 名称
        title: String,
        /// 起
        starts_on: Date,
    },
    /// 明确牵头部门
    NameLead {
        /// 领域
        domain: u8,
        /// 市直部门
        department: UnitId,
    },
    /// 记录进展
    RecordProgress {
        /// 领域
        domain: u8,
        /// 进展
        words: String,
    },
    /// 总结
    WindUp {
        /// 总结
        summary: String,
    },
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum CampaignEvent {
    /// 启动
    Launched {
        /// 名称
        title: String,
        /// 起
        starts_on: Date,
    },
    /// 明确牵头部门
    LeadNamed {
        /// 领域
        domain: u8,
        /// 市直部门
        department: UnitId,
    },
    /// 记录进展
    ProgressRecorded {
        /// 领域
        domain: u8,
        /// 市直部门
        department: UnitId,
        /// 进展
        words: String,
    },
    /// 总结
    WoundUp {
        /// 总结
        summary: String,
    },
}

/// Turns a command into an event, or refuses it in words.
///
/// # Errors
/// A [`Refusal`] with a stable code, saying what is wrong and what to do.
pub fn handle(
    world: &World,
    campaign: Option<&Campaign>,
    command: &CampaignCommand,
    by: &TopicBy,
    now: Timestamp,
) -> Result<CampaignEvent, Refusal> {
    match (campaign, command) {
        (None, CampaignCommand::Launch { title, starts_on }) => {
            must_be_office(by)?;
            must_be_text("名称", title, MOST_TITLE_CHARS)?;
            if *starts_on < day_of(now) {
                return Err(Refusal::new("date-not-ahead", "起始日期已过，请填今天或以后", "it begins today or later"));
            }
            Ok(CampaignEvent::Launched { title: title.clone(), starts_on: *starts_on })
        }
        (None, _) => Err(Refusal::new("no-campaign", "攻坚行动不存在，请核对编号", "there is no such campaign")),
        (Some(campaign), _) if campaign.wound_up => {
            Err(Refusal::new("wrong-state", "攻坚行动已总结，不再变更", "the campaign is wound up"))
        }
        (Some(_), CampaignCommand::Launch { .. }) => {
            Err(Refusal::new("wrong-state", "攻坚行动已启动，无需重复", "the campaign is launched already"))
        }
        (Some(_), CampaignCommand::NameLead { domain, department }) => {
            must_be_office(by)?;
            must_be_domain(*domain)?;
            let city = world.catalogue.unit(department).is_some_and(|unit| unit.level == Level::City);
            if !city || *department == office_of(&TerritoryId::from(TerritoryId::CITY)) {
                return Err(Refusal::new("city-unit-needed", "牵头部门须为市直部门", "a city department leads"));
            }
            Ok(CampaignEvent::LeadNamed { domain: *domain, department: department.clone() })
        }
        (Some(campaign), CampaignCommand::RecordProgress { domain, words }) => {
            must_be_domain(*domain)?;
            let lead = campaign.leads.get(domain);
            let Some(department) = by.unit().filter(|unit| lead == Some(*unit)) else {
                return Err(Refusal::new("not-entitled", "进展由该领域的牵头部门记录", "the domain's lead records it"));
            };
            if day_of(now) < campaign.starts_on {
                return Err(Refusal::new(
                    "not-begun",
                    format!("攻坚行动 {} 开始，请到时再记录", campaign.starts_on),
                    "the campaign has not begun",
                ));
            }
            must_be_text("进展", words, MOST_WORDS_CHARS)?;
            Ok(CampaignEvent::ProgressRecorded {
                domain: *domain,
                department: department.clone(),
                words: words.clone(),
            })
        }
        (Some(campaign), CampaignCommand::WindUp { summary }) => {
            must_be_office(by)?;
            if day_of(now) <= campaign.ends_on() {
                return Err(Refusal::new(
                    "not-over",
                    format!("攻坚行动至 {} 结束，请在其后总结", campaign.ends_on()),
                    "the hundred days are not over",
                ));
            }
            must_be_text("总结", summary, MOST_WORDS_CHARS)?;
            Ok(CampaignEvent::WoundUp { summary: summary.clone() })
        }
    }
}

fn must_be_office(by: &TopicBy) -> Result<(), Refusal> {
    by.convener().map(drop).ok_or_else(|| {
        Refusal::new(
            "not-entitled",
            "请由市12345热线受理中心或市政府办公室办理",
            "the hotline centre or the government office may do this",
        )
    })
}

fn must_be_domain(domain: u8) -> Result<(), Refusal> {
    if (1..=DOMAINS).contains(&domain) {
        return Ok(());
    }
    Err(Refusal::new("unknown-domain", format!("领域为 1 至 {DOMAINS}，请改选"), "there is no such domain"))
}

/// Makes the campaign from its whole history. `None` when it does not begin with the launch.
#[must_use]
pub fn fold(id: &CampaignId, history: &[CampaignEvent]) -> Option<Campaign> {
    let (first, rest) = history.split_first()?;
    let CampaignEvent::Launched { title, starts_on } = first else { return None };
    let mut campaign = Campaign {
        id: id.clone(),
        version: 1,
        title: title.clone(),
        starts_on: *starts_on,
        leads: BTreeMap::new(),
        progress: BTreeMap::new(),
        wound_up: false,
    };
    rest.iter().for_each(|event| apply(&mut campaign, event));
    Some(campaign)
}

/// Applies one event.
pub fn apply(campaign: &mut Campaign, event: &CampaignEvent) {
    campaign.version += 1;
    match event {
        // A second launch cannot come out of `handle`; it changes nothing.
        CampaignEvent::Launched { .. } => {}
        CampaignEvent::LeadNamed { domain, department } => {
            campaign.leads.insert(*domain, department.clone());
        }
        CampaignEvent::ProgressRecorded { domain, .. } => *campaign.progress.entry(*domain).or_default() += 1,
        CampaignEvent::WoundUp { .. } => campaign.wound_up = true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::By;
    use crate::topic::actor::Office;
    use jiff::civil::date;

    fn office() -> TopicBy {
        TopicBy::Office(Office::HotlineOffice { number: "0101".into() })
    }

    fn department(unit: &str) -> TopicBy {
        TopicBy::Known(By::DepartmentSupervisor { unit: unit.into() })
    }

    fn at(day: &str) -> Timestamp {
        format!("{day}T09:00:00+08:00").parse().expect("a moment")
    }

    fn launch() -> CampaignCommand {
        let title = "集中投诉事项十大领域百日攻坚行动".into();
        CampaignCommand::Launch { title, starts_on: date(2024, 9, 1) }
    }

    /// A campaign and its history, grown by the one door.
    struct Life {
        world: World,
        history: Vec<CampaignEvent>,
    }

    impl Life {
        fn now(&self) -> Option<Campaign> {
            fold(&CampaignId::new(date(2024, 9, 1)), &self.history)
        }

        fn act(&mut self, by: &TopicBy, command: &CampaignCommand, day: &str) -> Result<(), String> {
            let event = handle(&self.world, self.now().as_ref(), command, by, at(day));
            self.history.push(event.map_err(|refusal| refusal.code.into_owned())?);
            Ok(())
        }
    }

    #[test]
    fn a_hundred_days_and_the_same_a_year_before() {
        let mut life = Life { world: World::weifang(), history: vec![] };
        life.act(&office(), &launch(), "2024-08-20").expect("it may");
        let campaign = life.now().expect("it is launched");
        assert_eq!(campaign.id.as_str(), "GJ20240901");
        assert_eq!(campaign.ends_on(), date(2024, 12, 9));
        assert!(campaign.covers(date(2024, 9, 1)) && campaign.covers(date(2024, 12, 9)));
        assert!(!campaign.covers(date(2024, 8, 31)) && !campaign.covers(date(2024, 12, 10)));
        assert_eq!(campaign.year_before(), (date(2023, 9, 1), date(2023, 12, 9)));
        let leap = Campaign { starts_on: date(2024, 2, 29), ..campaign };
        assert_eq!(leap.year_before(), (date(2023, 2, 28), date(2023, 6, 7)));
    }

    #[test]
    fn a_campaign_from_launch_to_end() {
        let mut life = Life { world: World::weifang(), history: vec![] };
        let lead = |domain, unit: &str| CampaignCommand::NameLead { domain, department: unit.into() };
        let progress =
            |domain| CampaignCommand::RecordProgress { domain, words: "清欠工资三百一十二万元".into() };
        let wind_up = CampaignCommand::WindUp { summary: "诉求同比下降".into() };
        let refused = |outcome: Result<(), String>| outcome.expect_err("it is refused");

        assert_eq!(refused(life.act(&office(), &wind_up, "2024-08-20")), "no-campaign");
        assert_eq!(refused(life.act(&department("WF-RS"), &launch(), "2024-08-20")), "not-entitled");
        assert_eq!(refused(life.act(&office(), &launch(), "2024-09-02")), "date-not-ahead");
        life.act(&office(), &launch(), "2024-09-01").expect("the first day is not over");
        assert_eq!(refused(life.act(&office(), &launch(), "2024-09-01")), "wrong-state");

        assert_eq!(refused(life.act(&office(), &lead(11, "WF-RS"), "2024-09-01")), "unknown-domain");
        assert_eq!(refused(life.act(&office(), &lead(1, "370705-RS"), "2024-09-01")), "city-unit-needed");
        assert_eq!(refused(life.act(&office(), &lead(1, "WF-ZF"), "2024-09-01")), "city-unit-needed");
        assert_eq!(refused(life.act(&department("WF-RS"), &lead(1, "WF-RS"), "2024-09-01")), "not-entitled");
        life.act(&office(), &lead(1, "WF-RS"), "2024-09-01").expect("it may");
        assert_eq!(life.now().expect("it runs").without_lead().collect::<Vec<_>>(), (2..=10).collect::<Vec<_>>());

        assert_eq!(refused(life.act(&department("WF-GA"), &progress(1), "2024-10-01")), "not-entitled");
        assert_eq!(refused(life.act(&department("WF-RS"), &progress(2), "2024-10-01")), "not-entitled");
        assert_eq!(refused(life.act(&department("WF-RS"), &progress(0), "2024-10-01")), "unknown-domain");
        assert_eq!(refused(life.act(&department("WF-RS"), &progress(1), "2024-08-31")), "not-begun");
        life.act(&department("WF-RS"), &progress(1), "2024-10-01").expect("it may");
        assert_eq!(life.now().expect("it runs").progress, BTreeMap::from([(1, 1)]));

        assert_eq!(refused(life.act(&office(), &wind_up, "2024-12-09")), "not-over");
        let silent = CampaignCommand::WindUp { summary: " ".into() };
        assert_eq!(refused(life.act(&office(), &silent, "2024-12-10")), "words-missing");
        life.act(&office(), &wind_up, "2024-12-10").expect("it may");
        let before = life.now().expect("it is there");
        assert!(before.wound_up);
        assert_eq!(before.version, 4);
        for command in [launch(), lead(2, "WF-GA"), progress(1), wind_up] {
            assert_eq!(refused(life.act(&office(), &command, "2024-12-11")), "wrong-state");
        }

        let written = serde_json::to_string(&life.history).expect("it writes");
        let read: Vec<CampaignEvent> = serde_json::from_str(&written).expect("it reads");
        assert_eq!(fold(&before.id, &read), Some(before));
        assert_eq!(fold(&CampaignId::from("GJ20240901"), &read[1..]), None);
    }
}
