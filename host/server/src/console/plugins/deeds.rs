//! What can be done with a rollout now (可办事项): the domain itself is asked about each command, by the
//! officer who is looking.

use crate::console::form::{Field, Takes};
use crate::console::visitor::Chrome;
use chuishao_domain::catalogue::Level;
use chuishao_domain::plugin::rollout::Rollout;
use chuishao_domain::plugin::rollout::canary::Canary;
use chuishao_domain::plugin::rollout::command::RolloutCommand;
use chuishao_domain::plugin::rollout::handle::handle;
use chuishao_domain::plugin::rollout::leaving::Leaving;

/// One thing that can be done.
pub struct Deed {
    /// As its address names it: the command, and of which revision.
    pub key: String,
    pub command: &'static str,
    pub revision: Option<u32>,
    pub title: String,
    pub fields: Vec<Field>,
    pub is_grave: bool,
}

/// All that this officer can do now.
pub fn deeds(chrome: &Chrome, rollout: &Rollout) -> Vec<Deed> {
    let Some(officer) = chrome.acting.as_ref().and_then(|acting| acting.officer()) else { return vec![] };
    let allowed = |command: &RolloutCommand| handle(rollout, command, &officer, None, chrome.now).is_ok();
    let reason = || Field { most_chars: 500, ..Field::new("reason", chrome.t("理由", "Reason"), Takes::Words) };
    let mut deeds = Vec::new();
    let mut offer = |sample: &RolloutCommand, command: &'static str, english: &str, fields: Vec<Field>| {
        if !allowed(sample) {
            return;
        }
        let revision = sample.revision();
        let key = revision.map_or_else(|| command.to_owned(), |number| format!("{command}-{number}"));
        let which = match revision {
            Some(number) => format!("{}{number}{}", chrome.t("（第 ", " (revision "), chrome.t(" 版次）", ")")),
            None => String::new(),
        };
        let title = format!("{}{which}", chrome.t(sample.term(), english));
        let is_grave = matches!(command, "switch-off" | "remove" | "refuse");
        deeds.push(Deed { key, command, revision, title, fields, is_grave });
    };
    let words = || "理由".to_owned();
    // The newest first: that is what one has come for.
    for revision in rollout.revisions.iter().rev().take(5).map(|revision| revision.number) {
        let opinion = Field { most_chars: 500, ..Field::new("opinion", chrome.t("意见", "Opinion"), Takes::Words) };
        offer(&RolloutCommand::Approve { revision, opinion: words() }, "approve", "Approve", vec![opinion.optional()]);
        offer(&RolloutCommand::Refuse { revision, reason: words() }, "refuse", "Refuse", vec![reason()]);
        offer(&RolloutCommand::Withdraw { revision }, "withdraw", "Withdraw", vec![]);
        offer(&RolloutCommand::Shadow { revision }, "shadow", "Run in the shadow", vec![]);
        offer(&RolloutCommand::Canary { revision, on: Canary::Share(50) }, "canary", "Canary", canary(chrome, rollout));
        offer(&RolloutCommand::SwitchOn { revision }, "switch-on", "Switch on", vec![]);
    }
    offer(&RolloutCommand::DropCandidate { reason: words() }, "drop-candidate", "Drop the candidate", vec![reason()]);
    offer(&RolloutCommand::RollBack { reason: words() }, "roll-back", "Roll back one step", vec![reason()]);
    offer(&RolloutCommand::Resume { reason: words() }, "resume", "Resume", vec![reason()]);
    offer(&RolloutCommand::SwitchOff { reason: words() }, "switch-off", "Switch off", vec![reason()]);
    let order =
        Field::new("priority", chrome.t("次序，小的先问", "Order, the smaller first"), Takes::Number(-1000, 1000));
    offer(
        &RolloutCommand::SetOrder { priority: rollout.priority },
        "set-order",
        "Set the order",
        vec![order.value(rollout.priority.to_string())],
    );
    offer(&RolloutCommand::SetLimits(rollout.limits), "set-limits", "Set limits", limits(chrome, rollout));
    let leaving = Leaving { keep_tasks: true, keep_required_fields: true };
    let keep = [
        Field::new("leaving.keep_tasks", chrome.t("保留它开立的任务", "Keep its tasks"), Takes::Tick).value("true"),
        Field::new(
            "leaving.keep_required_fields",
            chrome.t("保留它要求的必填项", "Keep its required fields"),
            Takes::Tick,
        ),
    ];
    let fields = [reason()].into_iter().chain(keep).collect();
    offer(&RolloutCommand::Remove { reason: words(), leaving }, "remove", "Remove", fields);
    deeds
}

/// A share of the tickets, or some streets.
fn canary(chrome: &Chrome, rollout: &Rollout) -> Vec<Field> {
    let streets = chrome
        .world
        .catalogue
        .units()
        .filter(|unit| unit.territory == rollout.id.territory && unit.level == Level::Street);
    let streets: Vec<(String, String)> = streets.map(|unit| (unit.name.clone(), unit.name.clone())).collect();
    let hint = chrome
        .t("千分之几的工单；选了街道则以街道为准", "So many of a thousand tickets; streets, if chosen, take its place");
    let share = Field::new("on.share", chrome.t("千分比", "Per mille"), Takes::Number(1, 999))
        .value("50")
        .hint(hint)
        .optional();
    let some = Field::new("on.streets", chrome.t("街道", "Streets"), Takes::Some(streets.clone())).optional();
    if streets.is_empty() { vec![share] } else { vec![share, some] }
}

fn limits(chrome: &Chrome, rollout: &Rollout) -> Vec<Field> {
    let limits = serde_json::to_value(rollout.limits).unwrap_or_default();
    let field = |(name, chinese, english): (&str, &str, &str)| {
        let now = limits[name].as_u64().unwrap_or_default().to_string();
        Field::new(name, chrome.t(chinese, english), Takes::Number(1, 1_000_000)).value(now)
    };
    [
        ("changed_per_hour", "每小时改动工单数", "Changed tickets an hour"),
        ("changed_permille", "改动工单的千分比", "Changed tickets per mille"),
        ("calls_per_minute", "每分钟调用次数", "Calls a minute"),
        ("fuel_per_minute", "每分钟算力（百万）", "Fuel a minute (millions)"),
        ("millis_per_minute", "每分钟用时（毫秒）", "Milliseconds a minute"),
        ("costly_calls_per_minute", "每分钟高耗调用次数", "Costly calls a minute"),
        ("failures_in_a_row", "连续失败次数", "Failures in a row"),
        ("refused_in_a_row", "连续全部被拒次数", "All refused in a row"),
    ]
    .into_iter()
    .map(field)
    .collect()
}
