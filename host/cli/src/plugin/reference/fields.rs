//! The readable fields of the reference: what of a ticket and of a review comes only when the manifest
//! asks for it, and what is always there.

use super::wit::Wit;
use super::{Entry, Room};
use crate::plugin::Faults;
use crate::plugin::files::fault;
use crate::plugin::language::interface_types::camel;
use chuishao_domain::rule::kinds::{EventKind, ReviewPart, TicketField};
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::sample;
use std::collections::{BTreeMap, BTreeSet};

const TABLE: &str =
    "| 写在清单里 in the manifest | 中文 | 在接口里 in the interface | JavaScript | 说明 |\n|---|---|---|---|---|\n";

/// All of them, in the interface's order.
///
/// # Errors
/// One stands for something that the interface does not have.
pub fn room(wit: &Wit, manifest: &Manifest) -> Result<Room, Faults> {
    let spoken = spoken(manifest);
    let mut entries: Vec<Entry> =
        TicketField::ALL.iter().map(|field| entry(*field, wit, &spoken)).collect::<Result<_, _>>()?;
    entries.extend(ReviewPart::ALL.iter().map(|part| of_review(*part, wit)).collect::<Result<Vec<_>, _>>()?);
    Ok(Room { title: "可读取的字段 Readable fields", intro: intro(wit)?, table: Some(TABLE), entries })
}

fn intro(wit: &Wit) -> Result<String, Faults> {
    let granted: BTreeSet<&str> = TicketField::ALL.iter().flat_map(|field| grants(*field)).copied().collect();
    let always = wit.items("ticket")?.into_iter().filter(|item| !granted.contains(item.name));
    let always: Vec<String> = always.map(|item| format!("`{}`", item.name)).collect();
    Ok(format!(
        "清单的 `reads`（研判是 `review_reads`）写了的才有；没有写的，文字是空的，列表没有内容。保密工单不提供任何文字，来电人永远\
         不在其中（护栏 G4）。不写也有的 always there without asking：{}；其中 `place` 只有 `territory`。\n\n\
         What is not asked for comes empty: a text without a character, a list without an entry. {}",
        always.join("、"),
        wit.words("ticket")?
    ))
}

/// What asking for a field fills, in the interface: fields of the ticket, or of its place.
fn grants(field: TicketField) -> &'static [&'static str] {
    match field {
        TicketField::Title => &["title"],
        TicketField::Body => &["body"],
        TicketField::Street => &["place.street"],
        TicketField::Estate => &["place.estate"],
        TicketField::Building => &["place.building"],
        TicketField::Tags => &["tags"],
        TicketField::Fields => &["fields", "missing-fields"],
        TicketField::Assignments => &["assignments"],
        TicketField::Copies => &["copies"],
        TicketField::Deadlines => &["deadlines"],
        TicketField::FollowUps => &["follow-ups"],
        TicketField::Tasks => &["open-tasks"],
        // And what people write in events.
        TicketField::Words => &["evidence-asked"],
    }
}

/// The events in which people's words stand: what differs when they are asked for.
fn spoken(manifest: &Manifest) -> Vec<EventKind> {
    let told = |reads: &[TicketField]| -> BTreeMap<EventKind, String> {
        let manifest = Manifest { reads: reads.iter().copied().collect(), ..manifest.clone() };
        let written = |(kind, input): (EventKind, chuishao_domain::rule::view::RuleInput)| {
            (kind, serde_json::to_string(&input.event).unwrap_or_default())
        };
        sample::inputs(&manifest).into_iter().map(written).collect()
    };
    let (silent, speaking) = (told(&[]), told(&[TicketField::Words]));
    silent.into_iter().filter(|(kind, event)| speaking.get(kind) != Some(event)).map(|(kind, _)| kind).collect()
}

fn entry(field: TicketField, wit: &Wit, spoken: &[EventKind]) -> Result<Entry, Faults> {
    let (mut places, mut scripts, mut words) = (Vec::new(), Vec::new(), Vec::new());
    for path in grants(field).iter().copied() {
        let (of, name) = path.split_once('.').unwrap_or(("ticket", path));
        let item = wit
            .item(of, name)?
            .ok_or_else(|| fault("build.kit", path, "接口里没有这个字段", "the interface does not have this field"))?;
        places.push(format!("`ticket.{path}`"));
        let script: Vec<String> = path.split('.').map(camel).collect();
        scripts.push(format!("`ticket.{}`", script.join(".")));
        words.push(item.words);
    }
    if field == TicketField::Words {
        let events: Vec<String> = spoken.iter().map(|kind| format!("`{kind}`")).collect();
        words.push(format!("以及这些事件里的文字 and the words in {}", events.join("、")));
    }
    let row = [
        format!("`reads = [\"{field}\"]`"),
        field.term().into(),
        places.join("、"),
        scripts.join("、"),
        words.join(" "),
    ];
    Ok(Entry { name: field.as_str().into(), text: super::row(&row) })
}

fn of_review(part: ReviewPart, wit: &Wit) -> Result<Entry, Faults> {
    let name = match part {
        ReviewPart::Units => "units",
        ReviewPart::Ledgers => "open-entries",
    };
    let item = wit
        .item("review", name)?
        .ok_or_else(|| fault("build.kit", name, "接口里没有这个字段", "the interface does not have this field"))?;
    let (place, script) = (format!("`review.{name}`"), format!("`review.{}`", camel(name)));
    let row = [format!("`review_reads = [\"{part}\"]`"), part.term().into(), place, script, item.words];
    Ok(Entry { name: part.as_str().into(), text: super::row(&row) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugin::reference::stories;
    use serde_json::Value as Json;

    fn ticket(reads: &[TicketField]) -> Json {
        let manifest = stories::manifest().expect("it reads");
        let manifest = Manifest { reads: reads.iter().copied().collect(), ..manifest };
        let (_, input) = sample::inputs(&manifest).swap_remove(0);
        serde_json::to_value(input.ticket).expect("it writes")
    }

    fn is_empty(ticket: &Json, path: &str) -> bool {
        let found = path.split('.').fold(ticket, |within, name| &within[name.replace('-', "_").as_str()]);
        match found {
            Json::String(text) => text.is_empty(),
            Json::Array(items) => items.is_empty(),
            Json::Object(table) => table.is_empty(),
            other => panic!("{path}: {other}"),
        }
    }

    /// Held against what a rule is told: nothing without asking, and what is asked for where the
    /// sample has it.
    #[test]
    fn asking_fills_what_the_reference_says() {
        let (none, all) = (ticket(&[]), ticket(TicketField::ALL));
        for field in TicketField::ALL {
            let alone = ticket(&[*field]);
            for path in TicketField::ALL.iter().flat_map(|other| grants(*other)) {
                assert!(is_empty(&none, path), "{path} comes unasked");
                let asked = grants(*field).contains(path);
                assert_eq!(is_empty(&alone, path), !asked || is_empty(&all, path), "{field}: {path}");
            }
        }
        assert!(!is_empty(&all, "place.estate") && !is_empty(&all, "deadlines"));
    }

    #[test]
    fn the_events_with_words_are_found() {
        let spoken = spoken(&stories::manifest().expect("it reads"));
        assert!(spoken.contains(&EventKind::HandBackAsked) && spoken.contains(&EventKind::TaskDone));
        assert!(!spoken.contains(&EventKind::Accepted));
    }
}
