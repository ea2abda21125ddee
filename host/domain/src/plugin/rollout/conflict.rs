//! What a plugin would meet (规则冲突), said before it is switched on: which others may act on the
//! same tickets, and who then prevails by guard rail G14. The order is fixed: priority, then name.

use super::RolloutId;
use crate::english;
use crate::rule::kinds::EffectKind;
use crate::rule::manifest::Manifest;
use crate::rule::scope::Scope;
use crate::sentence::{Sentence, Text, data, term};
use serde::{Deserialize, Serialize};

/// A plugin as others meet it.
#[derive(Clone, Copy, Debug)]
pub struct Party<'a> {
    /// Which.
    pub id: &'a RolloutId,
    /// Its place in the order.
    pub priority: i32,
    /// What it declares.
    pub manifest: &'a Manifest,
    /// The matters it is asked about.
    pub scope: &'a Scope,
}

/// One thing on which two plugins may both act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Conflict {
    /// The other.
    pub with: RolloutId,
    /// 中文名 of the other.
    pub title: String,
    /// What both may ask for.
    pub about: EffectKind,
    /// Who prevails, in words.
    pub chinese: String,
    /// The same in English; empty in a receipt of before there was any.
    #[serde(default)]
    pub english: Text,
}

/// What happens when two rules ask for the same; nothing where each is carried out for itself.
fn prevails(kind: EffectKind, first: &str) -> Option<Sentence> {
    let say = Sentence::new;
    Some(match kind {
        EffectKind::TightenDeadline => {
            say("都会提前时限：取较早者".into(), "both make a deadline earlier: the earlier one holds".into())
        }
        EffectKind::RaiseUrgency => {
            say("都会提高紧急程度：取较高者".into(), "both raise urgency: the higher one holds".into())
        }
        EffectKind::AddCopy => say("都会增加抄送：合并，不重复".into(), "both add copies: each goes out once".into()),
        EffectKind::RequireField => {
            say("都会要求填写：合并，各用各的字段".into(), "both require fields: all of them, each its own".into())
        }
        EffectKind::SuggestCategory | EffectKind::SuggestSeat | EffectKind::SuggestUnit => say(
            format!("都会{}：先提出并被采纳者有效，即「{first}」在先", kind.term()),
            english!("both {}: the first that is accepted holds, which is \"{}\"", term(&kind), data(first)),
        ),
        EffectKind::SendBack => say(
            format!("都会退回补充：每次反馈只退回一次，即「{first}」在先"),
            english!("both send back: once for each report, and \"{}\" comes first", data(first)),
        ),
        EffectKind::OpenTask => say(
            "都会开立任务：各开各的，可能重复".into(),
            "both open tasks: each its own, perhaps the same twice".into(),
        ),
        EffectKind::Nominate => {
            say("都会提名议题：同一内容合并为一个议题".into(), "both nominate: the same matter is one topic".into())
        }
        EffectKind::AskEvidence => say("都会要求举证：合并".into(), "both ask for evidence: all of it".into()),
        _ => return None,
    })
}

/// Everything on which a plugin may meet the others.
#[must_use]
pub fn conflicts(own: Party<'_>, others: &[Party<'_>]) -> Vec<Conflict> {
    let mut found = Vec::new();
    for other in others {
        if other.id == own.id || !other.id.meets(own.id) || !own.scope.overlaps(other.scope) {
            continue;
        }
        let order = |party: &Party<'_>| (party.priority, party.manifest.name.clone(), party.id.territory.clone());
        let first = if order(&own) < order(other) { &own.manifest.title } else { &other.manifest.title };
        for about in own.manifest.effects.intersection(&other.manifest.effects) {
            let title = &other.manifest.title;
            found.extend(prevails(*about, first).map(|Sentence { chinese, english }| Conflict {
                with: other.id.clone(),
                title: title.clone(),
                about: *about,
                chinese: format!("本插件与「{title}」{chinese}"),
                english: english!("this plugin and \"{}\" {}", data(title), english),
            }));
        }
    }
    found
}
