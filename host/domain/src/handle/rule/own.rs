//! Effects in the rule's own namespace: tags, tasks, ledgers, nominations, timers, extra
//! fields, memory, local scores.

use super::Judge;
use super::limits::{
    MOST_FIELD_CHARS, MOST_RULE_MEMORY_BYTES, MOST_SCORE, MOST_TAG_CHARS, MOST_TAGS, MOST_TIMERS, MOST_TITLE_CHARS,
    must_be_in_range, name_of, text_of, undeclared_field,
};
use crate::World;
use crate::calendar::TimeSpan;
use crate::catalogue::Level;
use crate::deadline::Due;
use crate::event::Event;
use crate::ids::UnitId;
use crate::message::office_of;
use crate::plain::plain;
use crate::refusal::{GuardRail, Refusal};
use crate::rule::effect::{Forum, Post, TaskKind};
use crate::rule::ledger::LedgerItem;
use crate::rule::state::Timer;
use crate::rule::value::Value;
use crate::ticket::Task;

/// A ledger's entry in the rule's own namespace, its texts plain and within their lengths.
pub(super) fn ledger_item(
    rule: &str,
    ledger: &str,
    title: &str,
    handling_unit: Option<&UnitId>,
    basis: &str,
) -> Result<LedgerItem, Refusal> {
    Ok(LedgerItem {
        ledger: format!("{rule}/{}", text_of("台账名称", ledger, MOST_TAG_CHARS)?),
        title: text_of("台账事项", title, MOST_TITLE_CHARS)?,
        handling_unit: handling_unit.cloned(),
        basis: if basis.is_empty() { String::new() } else { text_of("依据", basis, MOST_TITLE_CHARS)? },
    })
}

/// A county's figures are of its own units (guard rail G18).
pub(super) fn must_not_be_citys(world: &World, unit: &UnitId) -> Result<(), Refusal> {
    if world.catalogue.unit(unit).is_some_and(|unit| unit.level == Level::City) {
        return Err(Refusal::rail(
            GuardRail::G18,
            "city-score",
            "市直部门的评分由市级产生",
            "a city department is scored by the city",
        ));
    }
    Ok(())
}

/// What is scored, plain and within its length, by points within their range.
pub(super) fn score_item(item: &str, hundredths: i32) -> Result<String, Refusal> {
    if hundredths.unsigned_abs() > MOST_SCORE {
        return Err(Refusal::new("score-range", "分值须在 -100 到 100 分之间", "within -10000 and 10000 hundredths"));
    }
    text_of("评分项", item, MOST_TAG_CHARS)
}

impl Judge<'_> {
    pub(super) fn add_tag(&self, tag: &str) -> Result<Event, Refusal> {
        let namespace = format!("{}/", self.actor.name());
        let tag = format!("{namespace}{}", text_of("标签", tag, MOST_TAG_CHARS)?);
        let tags = &self.scene.ticket.tags;
        if tags.iter().filter(|tag| tag.starts_with(&namespace)).count() >= MOST_TAGS && !tags.contains(&tag) {
            return Err(Refusal::rail(
                GuardRail::G13,
                "too-many-tags",
                format!("本规则在这件工单上已有 {MOST_TAGS} 个标签"),
                "the rule has used up its tags on this ticket",
            ));
        }
        Ok(Event::Tagged { tag })
    }

    pub(super) fn open_task(
        &self,
        kind: TaskKind,
        post: Post,
        within: TimeSpan,
        title: &str,
    ) -> Result<Event, Refusal> {
        must_be_in_range(within)?;
        let title = text_of("任务名称", title, MOST_TITLE_CHARS)?;
        let tasks = &self.scene.ticket.tasks;
        if tasks.iter().any(|task| task.kind == kind && task.rule == self.actor.name() && !task.done) {
            return Err(Refusal::rail(
                GuardRail::G13,
                "task-open-already",
                format!("本规则的「{}」任务尚未完成，不重复开立", kind.term()),
                "the rule's task of this kind is still open",
            ));
        }
        let handling_unit = match post {
            Post::CountyHotlineOffice => office_of(self.scene.ticket.territory()),
            Post::PrincipalLeader | Post::LeaderInCharge => match self.scene.ticket.lead_unit() {
                Some(lead) => lead.clone(),
                None => {
                    return Err(Refusal::new(
                        "no-lead-unit",
                        "还没有主办单位，不知道是谁的领导；请在派单（dispatched）之后开立，或交区县热线机构",
                        "there is no lead unit yet; open the task once the ticket is dispatched",
                    ));
                }
            },
        };
        let due = Due::of(self.scene.now, within, &self.scene.world.calendar);
        Ok(Event::TaskOpened {
            task: Task {
                number: u16::try_from(tasks.len() + 1).unwrap_or(u16::MAX),
                kind,
                post,
                handling_unit,
                title,
                opened_at: self.scene.now,
                within,
                due,
                rule: self.namespace(),
                done: false,
                overdue: false,
                record: Vec::new(),
            },
        })
    }

    pub(super) fn enter_ledger(
        &self,
        ledger: &str,
        title: &str,
        handling_unit: Option<&UnitId>,
        basis: &str,
    ) -> Result<Event, Refusal> {
        if let Some(unit) = handling_unit {
            self.must_reach(unit)?;
        }
        Ok(Event::LedgerEntered(ledger_item(self.actor.name(), ledger, title, handling_unit, basis)?))
    }

    pub(super) fn nominate(&self, forum: Forum, title: &str) -> Result<Event, Refusal> {
        Ok(Event::Nominated { forum, title: text_of("议题", title, MOST_TITLE_CHARS)? })
    }

    pub(super) fn set_timer(&self, name: &str, after: TimeSpan) -> Result<Event, Refusal> {
        must_be_in_range(after)?;
        let name = name_of("定时器名称", name)?;
        let mine = self.scene.ticket.timers.iter().filter(|t| t.rule == self.actor.name() && t.name != name).count();
        if mine >= MOST_TIMERS {
            return Err(Refusal::rail(
                GuardRail::G13,
                "too-many-timers",
                format!("每条规则在一件工单上最多 {MOST_TIMERS} 个定时器"),
                "too many timers on this ticket",
            ));
        }
        let fires_at = self.scene.world.calendar.due(self.scene.now, after).map_err(|missing| {
            Refusal::new("no-notice", missing.to_string(), "no holiday notice of that year is loaded")
        })?;
        Ok(Event::TimerSet { timer: Timer { rule: self.namespace(), name, fires_at } })
    }

    pub(super) fn cancel_timer(&self, name: &str) -> Result<Event, Refusal> {
        let name = name_of("定时器名称", name)?;
        if !self.scene.ticket.timers.iter().any(|t| t.rule == self.actor.name() && t.name == name) {
            return Err(Refusal::new("no-timer", format!("没有定时器 {name}"), "there is no such timer"));
        }
        Ok(Event::TimerCancelled { rule: self.namespace(), name })
    }

    pub(super) fn set_field(&self, name: &str, value: &Value) -> Result<Event, Refusal> {
        let Some(spec) = self.actor.manifest.fields.get(name) else { return Err(undeclared_field(name)) };
        if !spec.kind.fits(value) {
            return Err(Refusal::new(
                "field-type",
                format!("「{}」应为{}", spec.title, spec.kind.term()),
                format!("field {name} has another type"),
            ));
        }
        let value = match value {
            Value::Text(text) => Value::Text(text_of(&spec.title, text, MOST_FIELD_CHARS)?),
            other => other.clone(),
        };
        Ok(Event::FieldFilled {
            namespace: self.namespace(),
            name: name.to_owned(),
            label: plain(&spec.title),
            value,
            personal: spec.personal,
        })
    }

    pub(super) fn remember(&self, memory: &str) -> Result<Event, Refusal> {
        if memory.len() > MOST_RULE_MEMORY_BYTES {
            return Err(Refusal::new(
                "memory-quota",
                format!("备忘最多 {MOST_RULE_MEMORY_BYTES} 字节，现有 {} 字节", memory.len()),
                "the rule's memory on a ticket is full",
            ));
        }
        Ok(Event::Remembered { rule: self.namespace(), memory: memory.to_owned() })
    }

    pub(super) fn score_locally(&self, unit: &UnitId, item: &str, hundredths: i32) -> Result<Event, Refusal> {
        must_not_be_citys(self.scene.world, unit)?;
        self.must_reach(unit)?;
        let item = score_item(item, hundredths)?;
        Ok(Event::ScoredLocally { rule: self.namespace(), handling_unit: unit.clone(), item, hundredths })
    }
}
