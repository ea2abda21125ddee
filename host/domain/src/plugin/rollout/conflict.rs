//! What a plugin would meet (规则冲突), said before it is switched on: which others may act on the
//! same tickets, and who then prevails by guard rail G14. The order is fixed: priority, then name.

use super::RolloutId;
use crate::rule::kinds::EffectKind;
use crate::rule::manifest::Manifest;
use crate::rule::scope::Scope;
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
}

/// What happens when two rules ask for the same; nothing where each is carried out for itself.
fn prevails(kind: EffectKind, first: &str) -> Option<String> {
    Some(match kind {
        EffectKind::TightenDeadline => "都会提前时限：取较早者".to_owned(),
        EffectKind::RaiseUrgency => "都会提高紧急程度：取较高者".to_owned(),
        EffectKind::AddCopy => "都会增加抄送：合并，不重复".to_owned(),
        EffectKind::RequireField => "都会要求填写：合并，各用各的字段".to_owned(),
        EffectKind::SuggestCategory | EffectKind::SuggestSeat | EffectKind::SuggestUnit => {
            format!("都会{}：先提出并被采纳者有效，即「{first}」在先", kind.term())
        }
        EffectKind::SendBack => format!("都会退回补充：每次反馈只退回一次，即「{first}」在先"),
        EffectKind::OpenTask => "都会开立任务：各开各的，可能重复".to_owned(),
        EffectKind::Nominate => "都会提名议题：同一内容合并为一个议题".to_owned(),
        EffectKind::AskEvidence => "都会要求举证：合并".to_owned(),
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
            found.extend(prevails(*about, first).map(|chinese| Conflict {
                with: other.id.clone(),
                title: other.manifest.title.clone(),
                about: *about,
                chinese: format!("本插件与「{}」{chinese}", other.manifest.title),
            }));
        }
    }
    found
}
