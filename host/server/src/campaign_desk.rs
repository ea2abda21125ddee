//! The desk of campaigns (攻坚行动受理) and of the thresholds of hot topics (门槛): load, let the domain
//! decide, write at once, and compute again when somebody else was quicker.

use crate::desk::{Desk, DeskError, Key, MOST_ATTEMPTS};
use crate::store::StoreError;
use crate::store::tickets::{CommitError, KeptAnswer};
use chuishao_domain::ids::CampaignId;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::topic::actor::TopicBy;
use chuishao_domain::topic::campaign::{self, Campaign, CampaignCommand, CampaignEvent, CampaignRecorded, fold};
use chuishao_domain::topic::domains::Domains;
use chuishao_domain::topic::settings::{self, ChangeSettings, SettingsRecorded};
use serde::{Deserialize, Serialize};

/// What is done to a campaign, by whom.
pub struct CampaignSubmission {
    /// The campaign; absent when one is launched.
    pub campaign: Option<CampaignId>,
    /// The version that the caller expects, if it cares.
    pub expected_version: Option<u64>,
    /// What.
    pub command: CampaignCommand,
    /// Who.
    pub by: TopicBy,
    /// The key, if the request carried one.
    pub key: Option<Key>,
}

/// What a command came to (回执). Repeated for a repeated request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignReceipt {
    /// 攻坚行动编号
    pub campaign: CampaignId,
    /// The version that it made.
    pub version: u64,
    /// What happened, in words.
    pub happened: String,
}

/// What a change of thresholds came to (回执).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsReceipt {
    /// How many changes there were.
    pub version: u64,
    /// What happened, in words.
    pub happened: String,
}

fn kept(key: Option<&Key>, receipt: &impl Serialize) -> Result<Option<KeptAnswer>, StoreError> {
    let Some(Key { key, digest }) = key else { return Ok(None) };
    let answer = serde_json::to_string(receipt)?;
    Ok(Some(KeptAnswer { key: key.clone(), digest: digest.clone(), answer }))
}

/// Nothing when somebody else was quicker.
fn unless_moved(committed: Result<(), CommitError>) -> Result<Option<()>, DeskError> {
    match committed {
        Ok(()) => Ok(Some(())),
        Err(CommitError::VersionMoved | CommitError::KeyUsed) => Ok(None),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}

/// Carries out a command on a campaign.
///
/// # Errors
/// See [`DeskError`]; when there is one, nothing was written.
pub async fn submit(desk: &Desk, submission: &CampaignSubmission) -> Result<CampaignReceipt, DeskError> {
    for _ in 0..MOST_ATTEMPTS {
        match attempt(desk, submission).await {
            Ok(Some(receipt)) => return Ok(receipt),
            Ok(None) => {}
            // What was done once is answered as it was then, not refused because it is done.
            Err(error) => return desk.answered(submission.key.as_ref()).await?.ok_or(error),
        }
        if let Some(receipt) = desk.answered(submission.key.as_ref()).await? {
            return Ok(receipt);
        }
    }
    Err(DeskError::Contended)
}

async fn attempt(desk: &Desk, submission: &CampaignSubmission) -> Result<Option<CampaignReceipt>, DeskError> {
    let now = desk.clock.now();
    let (mut launched, mut campaign) = (0, None);
    match &submission.campaign {
        // A launch finds its id itself; whatever comes with one is for a campaign that is there.
        Some(id) => campaign = Some(fold(id, &desk.store.campaign_history(id).await?).ok_or_else(no_campaign)?),
        None => launched = others(desk, &submission.command).await?,
    }
    let version = campaign.as_ref().map_or(0, |campaign| campaign.version);
    if campaign.is_some() && submission.expected_version.is_some_and(|wanted| wanted != version) {
        return Err(DeskError::AnotherVersion { now: version });
    }
    let event = campaign::handle(&desk.world(), campaign.as_ref(), &submission.command, &submission.by, now)?;
    let id = match (&event, &submission.campaign) {
        (CampaignEvent::Launched { starts_on, .. }, _) => CampaignId::new(*starts_on),
        (_, Some(id)) => id.clone(),
        (_, None) => return Err(no_campaign().into()),
    };
    let happened = campaign::narrate(&event, &desk.world(), &Domains::shipped());
    let receipt = CampaignReceipt { campaign: id.clone(), version: version + 1, happened };
    let answer = kept(submission.key.as_ref(), &receipt)?;
    let recorded = CampaignRecorded { sequence: version + 1, at: now, by: submission.by.clone(), event };
    let committed = desk.store.commit_campaign(&id, launched, &recorded, answer.as_ref()).await;
    Ok(unless_moved(committed)?.map(|()| receipt))
}

fn no_campaign() -> Refusal {
    Refusal::new("no-campaign", "攻坚行动不存在，请核对编号", "there is no such campaign")
}

/// How many campaigns there are, none of which may run on the same days: a matter would be counted
/// in two, and a department would lead against itself.
async fn others(desk: &Desk, command: &CampaignCommand) -> Result<usize, DeskError> {
    let campaigns = desk.store.campaigns().await?;
    if let CampaignCommand::Launch { title, starts_on } = command {
        let wanted = Campaign {
            id: CampaignId::new(*starts_on),
            version: 0,
            title: title.clone(),
            starts_on: *starts_on,
            leads: [].into(),
            progress: [].into(),
            wound_up: false,
        };
        let meets = |other: &&Campaign| other.covers(wanted.starts_on) || wanted.covers(other.starts_on);
        if let Some(other) = campaigns.iter().find(meets) {
            let chinese = format!(
                "{} 至 {} 已有「{}」（{}），请另选起始日期",
                other.starts_on,
                other.ends_on(),
                other.title,
                other.id
            );
            return Err(Refusal::new("campaign-overlaps", chinese, "another campaign runs on these days").into());
        }
    }
    Ok(campaigns.len())
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
    for _ in 0..MOST_ATTEMPTS {
        match attempt_settings(desk, command, by, key).await {
            Ok(Some(receipt)) => return Ok(receipt),
            Ok(None) => {}
            Err(error) => return desk.answered(key).await?.ok_or(error),
        }
        if let Some(receipt) = desk.answered(key).await? {
            return Ok(receipt);
        }
    }
    Err(DeskError::Contended)
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
    let receipt = SettingsReceipt { version, happened: settings::narrate(&event) };
    let answer = kept(key, &receipt)?;
    let recorded = SettingsRecorded { sequence: version, at: desk.clock.now(), by: by.clone(), event };
    let committed = desk.store.commit_settings(&recorded, answer.as_ref()).await;
    Ok(unless_moved(committed)?.map(|()| receipt))
}
