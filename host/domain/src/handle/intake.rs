//! Intake (登记、受理): writing down, filling in, accepting.

use super::rule::limits::MOST_FIELD_CHARS;
use super::{Outcome, Scene};
use crate::World;
use crate::calendar::TimeSpan;
use crate::plain::{MOST_TITLE_CHARS, must_fit, must_say};

use crate::deadline::{Deadline, DeadlineKind, Source};
use crate::event::Event;
use crate::ids::CategoryCode;
use crate::plain::plain;
use crate::redact::redact;
use crate::refusal::Refusal;
use crate::rule::value::Value;
use crate::ticket::{Intake, RequiredField, Urgency};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Longest body, in characters: several pages; what is longer is an attachment.
const MOST_BODY_CHARS: usize = 4000;
/// Longest code that a refusal repeats, in characters.
const MOST_CODE_CHARS: usize = 24;

pub(super) fn register(world: &World, intake: &Intake) -> Outcome {
    let Some(category) = world.catalogue.category(&intake.category) else {
        return Err(Refusal::new(
            "unknown-category",
            format!("没有分类 {}，请从分类目录中选择", shown(intake.category.as_str())),
            "choose a category of the catalogue",
        ));
    };
    world.catalogue.must_be_category_in_force(category)?;
    let territory = &intake.place.territory;
    let Some(known) = world.catalogue.territory(territory).filter(|_| !territory.is_city()) else {
        return Err(Refusal::new(
            "unknown-territory",
            format!("没有区县 {}，请填写区县或开发区代码，例如 370705", shown(territory.as_str())),
            "give a county's or zone's id",
        ));
    };
    world.catalogue.must_be_territory_in_force(known)?;
    for (text, most, what) in [
        (&intake.title, MOST_TITLE_CHARS, "标题"),
        (&intake.body, MOST_BODY_CHARS, "诉求内容"),
        (&intake.place.street, MOST_FIELD_CHARS, "街道"),
        (&intake.place.estate, MOST_FIELD_CHARS, "小区"),
        (&intake.place.building, MOST_FIELD_CHARS, "楼栋"),
    ] {
        must_fit(text, most, what)?;
    }
    must_say(&intake.title, "标题")?;
    let urgency = if category.urgent { Urgency::Urgent } else { Urgency::Ordinary };
    Ok(vec![Event::Registered { intake: intake.clone(), urgency }])
}

/// A code as it was sent, as far as it may be repeated: a telephone number in the wrong
/// field does not come back in a refusal.
pub(super) fn shown(code: &str) -> String {
    redact(&plain(code)).chars().take(MOST_CODE_CHARS).collect()
}

pub(super) fn fill_in(
    scene: Scene<'_>,
    place: &BTreeMap<String, String>,
    fields: &BTreeMap<String, BTreeMap<String, Value>>,
) -> Outcome {
    let mut events = Vec::new();
    for (name, text) in place {
        if !["street", "estate", "building"].contains(&name.as_str()) {
            return Err(unknown_field(name));
        }
        must_fit(text, MOST_FIELD_CHARS, "地点")?;
        must_say(text, "地点")?;
        events.push(Event::PlaceFilled { name: format!("place.{name}"), text: text.clone() });
    }
    for (namespace, named) in fields {
        for (name, value) in named {
            let asked = scene.ticket.required_fields.iter().find(|f| f.namespace == *namespace && f.name == *name);
            let Some(field) = asked else { return Err(unknown_field(name)) };
            fits_field(field, value)?;
            events.push(Event::FieldFilled {
                namespace: namespace.clone(),
                name: name.clone(),
                label: field.label.clone(),
                value: value.clone(),
                personal: field.personal,
            });
        }
    }
    if events.is_empty() {
        return Err(Refusal::new("nothing-filled", "没有填写任何内容", "nothing was filled in"));
    }
    Ok(events)
}

/// Whether a value can stand in an extra field.
pub(super) fn fits_field(field: &RequiredField, value: &Value) -> Result<(), Refusal> {
    if let Value::Text(text) = value {
        must_fit(text, MOST_FIELD_CHARS, &field.label)?;
        must_say(text, &field.label)?;
    }
    if field.kind.is_some_and(|kind| kind.fits(value)) {
        return Ok(());
    }
    let wanted = field.kind.map_or("文本", crate::rule::value::ValueKind::term);
    Err(Refusal::new(
        "field-type",
        format!("「{}」应为{wanted}", field.label),
        format!("field {} has another type", field.name),
    ))
}

fn unknown_field(name: &str) -> Refusal {
    Refusal::new("unknown-field", format!("没有要求填写「{}」", shown(name)), "no such field was asked for")
}

/// Accepting needs the required fields, except for an urgent ticket, which nothing blocks
/// (hook H1). Nobody is turned away because of an answer that he does not have: the call
/// taker says why it is missing (guard rail G6).
pub(super) fn accept(scene: Scene<'_>, unanswered: Option<&str>) -> Outcome {
    scene.must_have_nothing_pending()?;
    let missing: Vec<&str> = scene.ticket.missing_fields().map(|field| field.label.as_str()).collect();
    let mut events = Vec::new();
    match unanswered {
        Some(reason) if !missing.is_empty() => {
            must_say(reason, "未能问清的原因")?;
            events.push(Event::LeftUnanswered { reason: reason.to_owned() });
        }
        None if !missing.is_empty() && scene.ticket.urgency == Urgency::Ordinary => {
            return Err(Refusal::new(
                "fields-missing",
                format!("请先填写：{}；来电人确实不知道的，请在 unanswered 中说明原因", missing.join("、")),
                "required fields are missing; say in `unanswered` why, if the caller does not know",
            ));
        }
        _ => {}
    }
    events.push(Event::Accepted);
    let deadlines = first_deadlines(scene.world, scene.ticket.urgency, scene.ticket.intake.received_at);
    events.extend(deadlines.map(|deadline| Event::DeadlineSet { deadline }));
    Ok(events)
}

/// The deadlines of a ticket of this urgency, counted from receipt.
pub(super) fn first_deadlines(world: &World, urgency: Urgency, base: Timestamp) -> impl Iterator<Item = Deadline> {
    use DeadlineKind::{Close, Contact, Grasp};
    let table: &[(DeadlineKind, TimeSpan, Source)] = match urgency {
        Urgency::Ordinary => &[
            (Contact, TimeSpan::WorkingDays(1), Source::FirstContact),
            (Close, TimeSpan::WorkingDays(5), Source::ProvincialRules),
        ],
        Urgency::Urgent | Urgency::Critical => &[
            (Grasp, TimeSpan::ClockHours(2), Source::UrgentMatters),
            (Close, TimeSpan::WorkingDays(1), Source::UrgentMatters),
        ],
    };
    table.iter().map(move |(kind, limit, source)| Deadline::new(*kind, base, *limit, *source, &world.calendar))
}

pub(super) fn reclassify(scene: Scene<'_>, category: &CategoryCode) -> Outcome {
    let Some(known) = scene.world.catalogue.category(category) else {
        return Err(Refusal::new(
            "unknown-category",
            format!("没有分类 {}", shown(category.as_str())),
            "choose a category of the catalogue",
        ));
    };
    scene.world.catalogue.must_be_category_in_force(known)?;
    let mut events = vec![Event::Reclassified { category: category.clone() }];
    if known.urgent && scene.ticket.urgency == Urgency::Ordinary {
        events.extend(super::rule::raise(scene, Urgency::Urgent));
    }
    Ok(events)
}
