//! The desk of campaigns (攻坚行动受理) and of the thresholds of hot topics (门槛): what is asked of the
//! store besides, and what a command came to. The walk itself is [`crate::aggregate`]'s.

use crate::aggregate::{Aggregate, Change};
use crate::desk::{Desk, DeskError};
use crate::once::{Key, kept, once, written};
use crate::store::StoreError;
use crate::store::tickets::{CommitError, KeptAnswer};
use chuishao_domain::World;
use chuishao_domain::ids::CampaignId;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::topic::actor::TopicBy;
use chuishao_domain::topic::campaign::{self, Campaign, CampaignCommand, CampaignEvent, CampaignRecorded, fold};
use chuishao_domain::topic::domains::Domains;
use chuishao_domain::topic::settings::{self, ChangeSettings, SettingsRecorded};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A campaign with its place in the order of launches, by which two launches at the same moment
/// are told from each other.
#[derive(Clone)]
pub struct PlacedCampaign {
    campaign: Campaign,
    /// How many were launched before; of one that stands in the store already it is not asked.
    launched_before: usize,
}

/// What a command came to (回执). Repeated for a repeated request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CampaignReceipt {
    /// 攻坚行动编号
    pub campaign: CampaignId,
    /// The version that it made.
    pub version: u64,
    /// What happened, in words.
    pub happened: String,
}

/// What a change of thresholds came to (回执).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SettingsReceipt {
    /// How many changes there were.
    pub version: u64,
    /// What happened, in words.
    pub happened: String,
}

impl Aggregate for PlacedCampaign {
    type Id = CampaignId;
    type Command = CampaignCommand;
    type By = TopicBy;
    type Event = CampaignEvent;
    type Receipt = CampaignReceipt;

    fn absent() -> Refusal {
        Refusal::new("no-campaign", "攻坚行动不存在，请核对编号", "there is no such campaign")
    }

    async fn load(desk: &Desk, id: &CampaignId) -> Result<Option<Self>, StoreError> {
        let campaign = fold(id, &desk.store.campaign_history(id).await?);
        Ok(campaign.map(|campaign| Self { campaign, launched_before: 0 }))
    }

    fn version(&self) -> u64 {
        self.campaign.version
    }

    fn handle(
        world: &World,
        before: Option<&Self>,
        command: &CampaignCommand,
        by: &TopicBy,
        now: Timestamp,
    ) -> Result<Vec<CampaignEvent>, Refusal> {
        let before = before.map(|placed| &placed.campaign);
        Ok(vec![campaign::handle(world, before, command, by, now)?])
    }

    /// None of them may run on the same days: a matter would be counted in two, and a department
    /// would lead against itself.
    async fn begin(desk: &Desk, _: &CampaignCommand, first: &CampaignRecorded) -> Result<Self, DeskError> {
        let CampaignEvent::Launched { starts_on, .. } = &first.event else { return Err(Self::absent().into()) };
        let id = CampaignId::new(*starts_on);
        let campaign = fold(&id, std::slice::from_ref(first)).ok_or_else(Self::absent)?;
        let others = desk.store.campaigns().await?;
        let meets = |other: &&Campaign| other.covers(campaign.starts_on) || campaign.covers(other.starts_on);
        if let Some(other) = others.iter().find(meets) {
            let chinese = format!(
                "{} 至 {} 已有「{}」（{}），请另选起始日期",
                other.starts_on,
                other.ends_on(),
                other.title,
                other.id
            );
            return Err(Refusal::new("campaign-overlaps", chinese, "another campaign runs on these days").into());
        }
        Ok(Self { campaign, launched_before: others.len() })
    }

    fn apply(&mut self, recorded: &CampaignRecorded) {
        campaign::apply(&mut self.campaign, &recorded.event);
    }

    fn receipt(&self, events: &[CampaignRecorded], world: &World) -> CampaignReceipt {
        let told = |recorded: &CampaignRecorded| campaign::narrate(&recorded.event, world, &Domains::shipped()).chinese;
        let happened = events.iter().map(told).collect::<Vec<_>>().join("；");
        CampaignReceipt { campaign: self.campaign.id.clone(), version: self.campaign.version, happened }
    }

    async fn commit(desk: &Desk, change: &Change<'_, Self>, answer: Option<&KeptAnswer>) -> Result<(), CommitError> {
        let PlacedCampaign { campaign, launched_before } = &change.after;
        desk.store.commit_campaign(&campaign.id, *launched_before, &change.events, answer).await
    }
}

/// Changes the thresholds of hot topics and lists.
///
/// # Errors
/// See [`DeskError`]; when there is one, nothing was written.
pub async fn change_settings(
    desk: &Desk,
    command: &ChangeSettings,
    by: &TopicBy,
    key: Option<&Key>,
) -> Result<SettingsReceipt, DeskError> {
    once(&desk.store, key, || attempt_settings(desk, command, by, key)).await
}

async fn attempt_settings(
    desk: &Desk,
    command: &ChangeSettings,
    by: &TopicBy,
    key: Option<&Key>,
) -> Result<Option<SettingsReceipt>, DeskError> {
    let history = desk.store.settings_history().await?;
    let event = settings::handle(&settings::current(&history), command, by)?;
    let version = history.len() as u64 + 1;
    let receipt = SettingsReceipt { version, happened: settings::narrate(&event).chinese };
    let answer = kept(key, &receipt)?;
    let recorded = SettingsRecorded { sequence: version, at: desk.clock.now(), by: by.clone(), event };
    let committed = desk.store.commit_settings(&recorded, answer.as_ref()).await;
    Ok(written(committed)?.then_some(receipt))
}
