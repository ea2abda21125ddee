//! What a topic has come to (议题进展): written opinions, meetings and who convened them, measures, calls
//! and who answered, modes of a season.

use crate::console::language::key_of;
use crate::console::parts::{Tone, at, badge, unit, written};
use crate::console::visitor::Chrome;
use chuishao_domain::topic::case::{Measure, Meeting, Mode, Opinion, Summons, Topic};
use maud::{Markup, html};

/// All of it; what there is none of is not spoken of.
pub fn drawn(chrome: &Chrome, topic: &Topic) -> Markup {
    html! {
        @if !topic.measures.is_empty() {
            section.card { h2 { (chrome.t("措施", "Measures")) } @for one in &topic.measures { (measure(chrome, one)) } }
        }
        @if !topic.summonses.is_empty() {
            section.card { h2 { (chrome.t("联合督办、吹哨报到", "Supervision and whistles")) } @for one in &topic.summonses { (summons(chrome, one)) } }
        }
        @if !topic.meetings.is_empty() {
            section.card { h2 { (chrome.t("会议", "Meetings")) } @for one in &topic.meetings { (meeting(chrome, one)) } }
        }
        @if !topic.opinions.is_empty() {
            section.card { h2 { (chrome.t("书面意见", "Written opinions")) } @for one in &topic.opinions { (opinion(chrome, one)) } }
        }
        @if !topic.modes.is_empty() {
            section.card { h2 { (chrome.t("季节模式", "Modes of a season")) } @for one in &topic.modes { (mode(one)) } }
        }
    }
}

fn measure(chrome: &Chrome, measure: &Measure) -> Markup {
    let (tone, words) = match &measure.result {
        Some(_) => (Tone::Good, chrome.t("已报告完成", "Reported done")),
        None if measure.overdue => (Tone::Bad, chrome.t("逾期", "Overdue")),
        None => (Tone::Busy, chrome.t("办理中", "Under way")),
    };
    html! {
        p {
            strong { (measure.number) } " " (badge(tone, words)) " " (unit(chrome, &measure.unit)) " "
            span.quiet { (chrome.t("期限", "Due")) " " (measure.due_on) }
            br;
            (written(&measure.what))
            @if let Some(result) = &measure.result { br; span.quiet { (chrome.t("完成情况", "Result")) " " (written(result)) } }
        }
    }
}

fn summons(chrome: &Chrome, summons: &Summons) -> Markup {
    html! {
        p {
            strong { (chrome.term(summons.kind.term(), &key_of(&summons.kind))) " " (summons.number) } " "
            span.quiet { (chrome.t("期限", "Due")) " " (at(summons.due_at)) }
            br;
            (written(&summons.words))
            @for part in &summons.parts {
                br;
                (unit(chrome, &part.unit)) " "
                @match part.answered_at {
                    Some(when) => { (badge(if part.late { Tone::Warn } else { Tone::Good }, if part.late { chrome.t("迟到", "Late") } else { chrome.t("已答复", "Answered") })) " " (at(when)) },
                    None => (badge(if summons.lapsed { Tone::Bad } else { Tone::Busy }, chrome.t("未答复", "Not answered"))),
                }
            }
        }
    }
}

fn meeting(chrome: &Chrome, meeting: &Meeting) -> Markup {
    html! {
        p {
            (meeting.on) " " strong { (chrome.term(meeting.rung.term(), &key_of(&meeting.rung))) }
            br;
            span.quiet { (chrome.t("召集单位", "Convened by")) " " (chrome.term(meeting.convener.term(), &key_of(&meeting.convener))) }
            br;
            span.quiet { (chrome.t("参会单位", "Attended")) " " }
            @if meeting.attended.is_empty() { span.quiet { (chrome.t("尚未记录", "not recorded yet")) } }
            @for (number, one) in meeting.attended.iter().enumerate() { @if number > 0 { (chrome.t("、", ", ")) } (unit(chrome, one)) }
        }
    }
}

fn opinion(chrome: &Chrome, opinion: &Opinion) -> Markup {
    html! { p { (unit(chrome, &opinion.department)) br; (written(&opinion.words)) } }
}

fn mode(mode: &Mode) -> Markup {
    html! { p { (written(&mode.name)) " " span.quiet { (mode.from) " — " (mode.to) } } }
}
