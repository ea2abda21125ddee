//! 百日攻坚 (集中投诉事项十大领域百日攻坚行动, article row 31): a campaign of a hundred days in ten
//! domains, as an aggregate of its own: [`handle()`] makes events, [`fold`] makes the campaign. Who
//! launches it, that each domain has a lead department and records its progress are assumptions.

use crate::World;
use crate::english;
use crate::ids::{CampaignId, UnitId};
use crate::sentence::{Sentence, data};
use crate::topic::actor::TopicBy;
use crate::topic::domains::{DOMAINS, Domains};
use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

mod handle;

pub use handle::handle;

/// 百日.
pub const DAYS: i32 = 100;

/// A campaign (攻坚行动).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Campaign {
    /// 编号
    pub id: CampaignId,
    /// How many events made it.
    pub version: u64,
    /// 名称
    pub title: String,
    /// 起
    #[schemars(with = "String")]
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
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub enum CampaignCommand {
    /// 启动
    Launch {
        /// 名称
        title: String,
        /// 起
        #[schemars(with = "String")]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum CampaignEvent {
    /// 启动
    Launched {
        /// 名称
        title: String,
        /// 起
        #[schemars(with = "String")]
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

/// An event with its place in the campaign's history.
pub type CampaignRecorded = crate::recorded::Recorded<CampaignEvent, TopicBy>;

/// Makes the campaign from its whole history. `None` when it does not begin with the launch.
#[must_use]
pub fn fold(id: &CampaignId, history: &[CampaignRecorded]) -> Option<Campaign> {
    let (first, rest) = history.split_first()?;
    let CampaignEvent::Launched { title, starts_on } = &first.event else { return None };
    let mut campaign = Campaign {
        id: id.clone(),
        version: 1,
        title: title.clone(),
        starts_on: *starts_on,
        leads: BTreeMap::new(),
        progress: BTreeMap::new(),
        wound_up: false,
    };
    rest.iter().for_each(|recorded| apply(&mut campaign, &recorded.event));
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

/// What happened, as one sentence (时间线).
#[must_use]
pub fn narrate(event: &CampaignEvent, world: &World, domains: &Domains) -> Sentence {
    let unit = |id| world.catalogue.unit_name(id);
    let domain = |number: &u8| match domains.domain(*number) {
        Some(domain) => Sentence::data(&domain.name),
        None => Sentence::new("未知领域", "unknown"),
    };
    match event {
        CampaignEvent::Launched { title, starts_on } => Sentence::new(
            format!("启动「{title}」：自 {starts_on} 起 {DAYS} 天"),
            english!("Launched \"{}\": from {} for {} days", data(title), starts_on, DAYS.to_string()),
        ),
        CampaignEvent::LeadNamed { domain: of, department } => {
            let (domain, department) = (domain(of), unit(department));
            Sentence::new(
                format!("明确领域「{}」由 {department} 牵头", domain.chinese),
                english!("Named {} to lead the domain \"{}\"", data(department), domain.english),
            )
        }
        CampaignEvent::ProgressRecorded { domain: of, department, words } => {
            let (domain, department) = (domain(of), unit(department));
            Sentence::new(
                format!("{department} 记录领域「{}」进展：{words}", domain.chinese),
                english!("Progress in the domain \"{}\", by {}: {}", domain.english, data(department), data(words)),
            )
        }
        CampaignEvent::WoundUp { summary } => {
            Sentence::new(format!("总结：{summary}"), english!("Wound up: {}", data(summary)))
        }
    }
}
