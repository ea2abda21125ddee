//! How much a rule may say and ask for, and the functions that hold it to that.

use crate::calendar::TimeSpan;
use crate::plain::plain;
use crate::refusal::Refusal;
use crate::rule::manifest::is_name;

/// Longest reason, in characters: what a person reads in the timeline.
pub const MOST_REASON_CHARS: usize = 500;
/// Longest title, in characters.
pub const MOST_TITLE_CHARS: usize = 200;
/// Longest notice, in characters: one text message of the long kind.
pub const MOST_NOTICE_CHARS: usize = 500;
/// Longest tag, in characters: it stands in a list.
pub const MOST_TAG_CHARS: usize = 32;
/// Tags of one rule on a ticket: more cannot be read, and no rule may use up another's.
pub const MOST_TAGS: usize = 8;
/// Memory of a rule on a ticket, in bytes: enough for counters and dates.
pub const MOST_RULE_MEMORY_BYTES: usize = 1024;
/// Longest text of a place or an extra field, in characters, whoever fills it in.
pub const MOST_FIELD_CHARS: usize = 200;
/// Timers of a rule on a ticket at a time: a rule that needs more wants a review.
pub const MOST_TIMERS: usize = 8;
/// Opinions of a rule on a ticket: whoever decides reads them all.
pub const MOST_OPINIONS: usize = 8;
/// What a task has to record at most: a form that a unit fills in without groaning.
pub const MOST_RECORD_FIELDS: usize = 8;
/// Documents of one entry of a ledger: 高新区 has four on housing and construction.
pub const MOST_DOCUMENTS: usize = 8;
/// Events that a rule's effects may make over a ticket's life: a timer that sets itself again
/// ends here.
pub const MOST_EFFECTS_PER_TICKET: u32 = 200;
/// Points of a local score, in hundredths.
pub const MOST_SCORE: u32 = 10_000;

/// A text that a rule gives, made plain, within its length.
pub(super) fn text_of(what: &str, text: &str, most: usize) -> Result<String, Refusal> {
    let text = plain(text);
    let long = text.chars().count();
    if long == 0 || long > most {
        return Err(Refusal::new(
            "text-length",
            format!("{what}须有 1 到 {most} 个字，现有 {long} 个字"),
            format!("1 to {most} characters, not {long}"),
        ));
    }
    Ok(text)
}

pub(super) fn name_of(what: &str, name: &str) -> Result<String, Refusal> {
    if is_name(name) {
        return Ok(name.to_owned());
    }
    Err(Refusal::new(
        "name-form",
        format!("{what}「{}」须为 3 到 48 个小写字母、数字或连字符，以字母开头", plain(name)),
        "3 to 48 small letters, digits and hyphens, beginning with a letter",
    ))
}

pub(super) fn must_be_in_range(span: TimeSpan) -> Result<(), Refusal> {
    if span.is_in_range() {
        return Ok(());
    }
    Err(Refusal::new(
        "span-range",
        format!("时长 {span} 超出范围：1～8760 小时、1～2000 个工作小时或 1～250 个工作日"),
        "the span is out of its unit's range",
    ))
}

pub(super) fn undeclared_field(name: &str) -> Refusal {
    Refusal::new(
        "field-not-declared",
        format!("清单没有声明扩展字段「{}」；规则只能用自己命名空间里的字段", plain(name)),
        "the manifest declares no such field; a rule uses its own namespace only",
    )
}
