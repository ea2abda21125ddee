//! What a revision asks for, when it acts and who submitted it (申请的权限、有效期、提交人), in the page's
//! language.

use crate::console::parts::{Tone, badge, facts, said};
use crate::console::visitor::Chrome;
use chuishao_domain::plugin::request::lines;
use chuishao_domain::plugin::rollout::actor::Officer;
use chuishao_domain::plugin::rollout::revision::{Effective, Revision, Standing};
use chuishao_domain::rule::manifest::Manifest;
use maud::{Markup, html};

/// The days on which a revision acts.
pub fn in_force(chrome: &Chrome, effective: &Effective) -> Markup {
    said(chrome, &effective.words())
}

/// Who submitted it.
pub fn officer(chrome: &Chrome, officer: &Officer) -> Markup {
    said(chrome, &officer.words(&chrome.world.catalogue))
}

/// What a manifest asks for, line by line.
pub fn asked(chrome: &Chrome, manifest: &Manifest) -> Markup {
    let asks = lines(manifest);
    let asked: Vec<(&str, Markup)> =
        asks.iter().map(|ask| (chrome.t(&ask.about.chinese, &ask.about.english), said(chrome, &ask.asked))).collect();
    facts(&asked)
}

/// What a revision asks for, and whether some of it is new.
pub fn permissions(chrome: &Chrome, revision: &Revision) -> Markup {
    html! {
        section.card {
            h2 { (chrome.t("申请的权限", "What it asks for")) }
            @if !revision.asks.is_empty() && revision.standing == Standing::Submitted { p { (badge(Tone::Warn, chrome.t("其中有新的申请", "some of it is new"))) } }
            (asked(chrome, &revision.package.manifest))
        }
    }
}
