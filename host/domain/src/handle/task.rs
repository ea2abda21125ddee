//! Finishing a task (任务完成): by the unit that has it, with its result and all that it has to record.

use super::intake::{fits_field, shown};
use super::{Outcome, Scene};
use crate::event::Event;
use crate::ids::UnitId;
use crate::plain::must_say;
use crate::refusal::Refusal;
use crate::rule::remark::RecordedField;
use crate::rule::value::Value;
use crate::ticket::RequiredField;
use std::collections::BTreeMap;

pub(super) fn finish(
    scene: Scene<'_>,
    unit: &UnitId,
    number: u16,
    result: &str,
    record: &BTreeMap<String, Value>,
) -> Outcome {
    must_say(result, "任务结果")?;
    let task = scene.ticket.tasks.iter().find(|task| task.number == number && !task.done);
    let Some(task) = task else {
        return Err(Refusal::new("no-task", format!("没有未完成的任务 {number}"), "there is no such open task"));
    };
    if task.handling_unit != *unit {
        return Err(Refusal::new("not-assigned", "任务不属于本单位", "the task is another unit's"));
    }
    if let Some(name) = record.keys().find(|name| !task.record.iter().any(|field| field.name == **name)) {
        return Err(Refusal::new(
            "unknown-field",
            format!("任务 {number} 不要求记录「{}」", shown(name)),
            "the task does not ask for this field",
        ));
    }
    let missing: Vec<&str> =
        task.record.iter().filter(|field| !record.contains_key(&field.name)).map(|field| &*field.label).collect();
    if !missing.is_empty() {
        return Err(Refusal::new(
            "record-missing",
            format!("请在 record 中记录：{}", missing.join("、")),
            "the task asks for a record of these",
        ));
    }
    let recorded = |field: &RequiredField| {
        let value = &record[&field.name];
        fits_field(field, value)?;
        Ok(RecordedField {
            namespace: field.namespace.clone(),
            name: field.name.clone(),
            label: field.label.clone(),
            value: value.clone(),
            personal: field.personal,
        })
    };
    let record = task.record.iter().map(recorded).collect::<Result<_, Refusal>>()?;
    Ok(vec![Event::TaskDone { number, result: result.to_owned(), record }])
}
