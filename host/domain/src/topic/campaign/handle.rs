//! The one door into a campaign: who may do what, and when.

use super::{Campaign, CampaignCommand, CampaignEvent};
use crate::World;
use crate::catalogue::Level;
use crate::ids::{TerritoryId, UnitId};
use crate::message::office_of;
use crate::plain::{MOST_TITLE_CHARS, must_say, must_say_within};
use crate::refusal::Refusal;
use crate::topic::actor::TopicBy;
use crate::topic::case::day_of;
use crate::topic::domains::DOMAINS;
use jiff::Timestamp;

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
            must_say_within(title, MOST_TITLE_CHARS, "名称")?;
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
        (Some(_), CampaignCommand::NameLead { domain, department }) => name_lead(world, *domain, department, by),
        (Some(campaign), CampaignCommand::RecordProgress { domain, words }) => {
            record_progress(campaign, *domain, words, by, now)
        }
        (Some(campaign), CampaignCommand::WindUp { summary }) => wind_up(campaign, summary, by, now),
    }
}

fn name_lead(world: &World, domain: u8, department: &UnitId, by: &TopicBy) -> Result<CampaignEvent, Refusal> {
    must_be_office(by)?;
    must_be_domain(domain)?;
    let city = world.catalogue.unit(department).is_some_and(|unit| unit.level == Level::City);
    if !city || *department == office_of(&TerritoryId::from(TerritoryId::CITY)) {
        return Err(Refusal::new(
            "city-unit-needed",
            "牵头部门须为市直部门，请从目录中选择",
            "a city department leads",
        ));
    }
    Ok(CampaignEvent::LeadNamed { domain, department: department.clone() })
}

fn record_progress(
    campaign: &Campaign,
    domain: u8,
    words: &str,
    by: &TopicBy,
    now: Timestamp,
) -> Result<CampaignEvent, Refusal> {
    must_be_domain(domain)?;
    let lead = campaign.leads.get(&domain);
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
    must_say(words, "进展")?;
    Ok(CampaignEvent::ProgressRecorded { domain, department: department.clone(), words: words.to_owned() })
}

fn wind_up(campaign: &Campaign, summary: &str, by: &TopicBy, now: Timestamp) -> Result<CampaignEvent, Refusal> {
    must_be_office(by)?;
    if day_of(now) <= campaign.ends_on() {
        return Err(Refusal::new(
            "not-over",
            format!("攻坚行动至 {} 结束，请在其后总结", campaign.ends_on()),
            "the hundred days are not over",
        ));
    }
    must_say(summary, "总结")?;
    Ok(CampaignEvent::WoundUp { summary: summary.to_owned() })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::By;
    use crate::ids::CampaignId;
    use crate::topic::actor::Office;
    use crate::topic::campaign::{CampaignRecorded, fold, narrate};
    use crate::topic::domains::Domains;
    use jiff::civil::date;
    use std::collections::BTreeMap;

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
        history: Vec<CampaignRecorded>,
    }

    impl Life {
        fn now(&self) -> Option<Campaign> {
            fold(&CampaignId::new(date(2024, 9, 1)), &self.history)
        }

        fn act(&mut self, by: &TopicBy, command: &CampaignCommand, day: &str) -> Result<(), String> {
            let event = handle(&self.world, self.now().as_ref(), command, by, at(day));
            let event = event.map_err(|refusal| refusal.code.into_owned())?;
            let sequence = self.history.len() as u64 + 1;
            self.history.push(CampaignRecorded { sequence, at: at(day), by: by.clone(), event });
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
        let read: Vec<CampaignRecorded> = serde_json::from_str(&written).expect("it reads");
        assert_eq!(fold(&before.id, &read), Some(before));
        assert_eq!(fold(&CampaignId::from("GJ20240901"), &read[1..]), None);
        let domains = Domains::shipped();
        let said: Vec<String> = read.iter().map(|of| narrate(&of.event, &life.world, &domains).chinese).collect();
        assert_eq!(
            said,
            [
                "启动「集中投诉事项十大领域百日攻坚行动」：自 2024-09-01 起 100 天",
                "明确领域「工资支付」由 市人社局 牵头",
                "市人社局 记录领域「工资支付」进展：清欠工资三百一十二万元",
                "总结：诉求同比下降",
            ]
        );
    }
}
