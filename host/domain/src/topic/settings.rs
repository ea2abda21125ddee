//! The thresholds of hot topics and lists (门槛): when a topic is hot, what the monthly and the
//! yearly list take in. They are data: each has a default with its reason where it stands, and
//! the hotline's office changes them by a command that is kept with its reason, so that a list
//! can be explained years later.

use crate::english;
use crate::plain::must_say;
use crate::refusal::Refusal;
use crate::sentence::{Sentence, data};
use crate::topic::actor::TopicBy;
use crate::topic::hot::Thresholds;
use crate::topic::lists::{Frequent, Hard};
use serde::{Deserialize, Serialize};

/// Longest list and most candidates: what can be read through and what one index page holds.
pub const MOST_LISTED: usize = 200;

/// All thresholds that hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TopicSettings {
    /// 热点门槛
    pub hot: Thresholds,
    /// 月度高频清单门槛
    pub frequent: Frequent,
    /// 年度清单门槛
    pub hard: Hard,
}

/// What is wanted: all thresholds as they shall be; what is left out is as by default.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeSettings {
    /// 门槛
    pub settings: TopicSettings,
    /// 调整理由
    pub reason: String,
}

/// 门槛已调整: the only thing that happens to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SettingsChanged {
    /// 门槛
    pub settings: TopicSettings,
    /// 调整理由
    pub reason: String,
}

/// A change with its place in the history.
pub type SettingsRecorded = crate::recorded::Recorded<SettingsChanged, TopicBy>;

/// The thresholds that hold after these changes.
#[must_use]
pub fn current(history: &[SettingsRecorded]) -> TopicSettings {
    history.last().map(|recorded| recorded.event.settings).unwrap_or_default()
}

/// Changes the thresholds, or refuses it in words.
///
/// # Errors
/// A [`Refusal`] with a stable code, saying what is wrong and what to do.
pub fn handle(now: &TopicSettings, command: &ChangeSettings, by: &TopicBy) -> Result<SettingsChanged, Refusal> {
    if by.convener().is_none() {
        return Err(Refusal::new(
            "not-entitled",
            "请由市12345热线受理中心或市政府办公室调整门槛",
            "the hotline centre or the government office may do this",
        ));
    }
    must_say(&command.reason, "调整理由")?;
    check(&command.settings)?;
    if command.settings == *now {
        return Err(Refusal::new("nothing-changes", "门槛与现行相同，无需调整", "nothing would change"));
    }
    Ok(SettingsChanged { settings: command.settings, reason: command.reason.clone() })
}

/// A threshold of nothing lets everything in, and a list without an end is none.
fn check(settings: &TopicSettings) -> Result<(), Refusal> {
    let TopicSettings { hot, frequent, hard } = settings;
    let wrong = |what: &str, range: &str| {
        let chinese = format!("{what}须为{range}，请修改");
        Err(Refusal::new("threshold-out-of-range", chinese, "a threshold is out of range"))
    };
    for (what, value) in [
        ("热点诉求量", hot.volume),
        ("热点涉及属地数", hot.territories),
        ("热点涉及街道数", hot.streets),
        ("热点最小基数", hot.least_base),
        ("热点单一地点件数", hot.one_place),
        ("月度清单件数", frequent.volume),
        ("月度清单最小基数", frequent.least_base),
        ("年度清单最少回访数", hard.least_followed_up),
        ("年度清单涉及属地数", hard.territories),
    ] {
        if !(1..=1_000_000).contains(&value) {
            return wrong(what, " 1 至 1000000");
        }
    }
    for (what, value) in [("热点候选数", hot.most), ("月度清单长度", frequent.most)] {
        if !(1..=MOST_LISTED).contains(&value) {
            return wrong(what, " 1 至 200");
        }
    }
    if !(1..=1_000_000).contains(&hot.growth) {
        return wrong("热点增长率", "大于 0 的万分数，至多 1000000");
    }
    if !(1..=12).contains(&hard.months) {
        return wrong("年度清单上榜月数", " 1 至 12");
    }
    if !(1..=10_000).contains(&hard.resolution_below) {
        return wrong("年度清单解决率", " 1 至 10000 的万分数");
    }
    Ok(())
}

/// What happened, as one sentence (时间线).
#[must_use]
pub fn narrate(event: &SettingsChanged) -> Sentence {
    let TopicSettings { hot, frequent, hard } = &event.settings;
    Sentence::new(
        format!(
            "调整门槛：热点 {} 件且涉及 {} 个属地或 {} 个街道、单一地点 {} 件；月度清单 {} 件；年度清单上榜 {} 个月。理由：{}",
            hot.volume, hot.territories, hot.streets, hot.one_place, frequent.volume, hard.months, event.reason
        ),
        english!(
            "Changed the thresholds: a hot topic has {} tickets in {} territories or {} streets, or {} in one place; the monthly list {} tickets; the yearly list {} months. Because: {}",
            hot.volume.to_string(),
            hot.territories.to_string(),
            hot.streets.to_string(),
            hot.one_place.to_string(),
            frequent.volume.to_string(),
            hard.months.to_string(),
            data(&event.reason)
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topic::actor::Office;

    fn office() -> TopicBy {
        TopicBy::Office(Office::HotlineOffice { number: "0002".into() })
    }

    fn change(change: impl FnOnce(&mut TopicSettings)) -> ChangeSettings {
        let mut settings = TopicSettings::default();
        change(&mut settings);
        ChangeSettings { settings, reason: "迎峰度冬期间从严".into() }
    }

    fn refused(command: &ChangeSettings, by: &TopicBy) -> String {
        let outcome = handle(&TopicSettings::default(), command, by);
        outcome.expect_err("it is refused").code.into_owned()
    }

    #[test]
    fn the_office_changes_them_with_a_reason() {
        let lower = change(|settings| settings.hot.volume = 80);
        let event = handle(&TopicSettings::default(), &lower, &office()).expect("it may");
        assert_eq!(event.settings.hot.volume, 80);
        let told = narrate(&event);
        assert!(told.chinese.contains("热点 80 件") && told.chinese.contains("迎峰度冬"), "{told:?}");
        assert!(told.english.to_string().contains("a hot topic has 80 tickets"), "{told:?}");
        assert_eq!(refused(&lower, &TopicBy::Known(crate::actor::By::Clock)), "not-entitled");
        assert_eq!(refused(&ChangeSettings { reason: " ".into(), ..lower }, &office()), "words-missing");
        assert_eq!(refused(&change(|_| ()), &office()), "nothing-changes");
    }

    #[test]
    fn every_threshold_has_its_range() {
        let spoil: [fn(&mut TopicSettings); 8] = [
            |of| of.hot.volume = 0,
            |of| of.hot.most = 0,
            |of| of.hot.growth = 0,
            |of| of.hot.one_place = 1_000_001,
            |of| of.frequent.most = 201,
            |of| of.frequent.least_base = 0,
            |of| of.hard.months = 13,
            |of| of.hard.resolution_below = 10_001,
        ];
        for one in spoil {
            assert_eq!(refused(&change(one), &office()), "threshold-out-of-range");
        }
        assert!(check(&TopicSettings::default()).is_ok(), "the defaults are in range");
    }
}
