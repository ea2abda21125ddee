//! Effects are judged here: each is a command of the actor "rule" under the guard rails.
//! What is refused says by which rail and why; the record and the timeline show it.

use super::intake::first_deadlines;
use super::{Outcome, Scene};
use crate::calendar::TimeSpan;
use crate::catalogue::Level;
use crate::deadline::{DeadlineKind, Due};
use crate::event::Event;
use crate::ids::{CategoryCode, SeatId, UnitId};
use crate::refusal::{GuardRail, Refusal};
use crate::rule::RuleActor;
use crate::rule::effect::{Effect, Forum, Post, Proposal, TaskKind};
use crate::rule::kinds::EffectKind;
use crate::rule::manifest::is_name;
use crate::rule::value::Value;
use crate::ticket::{CopyTo, RequiredField, Task, TicketState, Timer, Urgency};

/// Longest reason, in characters: what a person reads in the timeline.
pub const MOST_REASON_CHARS: usize = 500;
/// Longest title, in characters.
const MOST_TITLE_CHARS: usize = 200;
/// Longest notice, in characters: one text message of the long kind.
const MOST_NOTICE_CHARS: usize = 500;
/// Longest tag, in characters: it stands in a list.
pub const MOST_TAG_CHARS: usize = 32;
/// Most tags on a ticket, over all rules: more cannot be read.
const MOST_TAGS: usize = 32;
/// Memory of a rule on a ticket, in bytes: enough for counters and dates.
pub const MOST_MEMORY_BYTES: usize = 1024;
/// Longest text in an extra field, in characters.
const MOST_FIELD_CHARS: usize = 200;
/// Timers of a rule on a ticket at a time: a rule that needs more wants a review.
pub const MOST_TIMERS: usize = 8;
/// Accepted effects of a rule over a ticket's life: a timer that sets itself again ends here.
pub const MOST_EFFECTS_PER_TICKET: u32 = 200;
/// Points of a local score, in hundredths.
const MOST_SCORE: i32 = 10_000;

/// Text for people as plain text: no control, direction or zero-width characters, which
/// could hide or turn round what is read.
#[must_use]
pub fn plain(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{061c}')
    };
    text.chars().map(|c| if c == '\n' { ' ' } else { c }).filter(|c| !hidden(*c)).collect::<String>().trim().to_owned()
}

/// Judges one proposal.
pub(super) fn judge(scene: Scene<'_>, proposal: &Proposal, actor: &RuleActor) -> Outcome {
    let kind = proposal.effect.kind();
    if !actor.manifest.effects.contains(&kind) {
        return Err(Refusal::new(
            "effect-not-declared",
            format!("清单没有声明「{}」这种效果，请在 plugin.toml 的 effects 中写明 {kind}", kind.term()),
            format!("the manifest does not ask for {kind}"),
        ));
    }
    if !actor.covers(scene.ticket.territory()) {
        return Err(Refusal::rail(
            GuardRail::G3,
            "foreign-ticket",
            "工单不属于本区县",
            "the ticket is of another territory",
        ));
    }
    text_of("理由", &proposal.reason, MOST_REASON_CHARS)?;
    let used = scene.ticket.rules.get(actor.name()).map_or(0, |rule| rule.accepted_effects);
    if used >= MOST_EFFECTS_PER_TICKET {
        return Err(Refusal::rail(
            GuardRail::G13,
            "too-many-effects",
            format!("本规则在这件工单上已采纳 {MOST_EFFECTS_PER_TICKET} 个效果，不再采纳"),
            "the rule has used up its effects on this ticket",
        ));
    }
    if scene.ticket.state == TicketState::ClosedOut && !is_for_closed_tickets(kind) {
        return Err(Refusal::rail(
            GuardRail::G5,
            "closed-out",
            "工单已办结，规则不能再改动",
            "the ticket is closed out",
        ));
    }
    Judge { scene, actor }.effect(&proposal.effect)
}

/// What may follow a closed ticket (hook H17): none of it reopens or changes it.
fn is_for_closed_tickets(kind: EffectKind) -> bool {
    use EffectKind::{AddTag, EnterLedger, Nominate, Notify, OpenTask, Remember, ScoreLocally};
    matches!(kind, AddTag | EnterLedger | Nominate | Notify | OpenTask | Remember | ScoreLocally)
}

/// A text that a rule gives, made plain, within its length.
fn text_of(what: &str, text: &str, most: usize) -> Result<String, Refusal> {
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

fn name_of(what: &str, name: &str) -> Result<String, Refusal> {
    if is_name(name) {
        return Ok(name.to_owned());
    }
    Err(Refusal::new(
        "name-form",
        format!("{what}「{}」须为 3 到 48 个小写字母、数字或连字符，以字母开头", plain(name)),
        "3 to 48 small letters, digits and hyphens, beginning with a letter",
    ))
}

/// Raises the urgency and sets the deadlines that belong to it. Used by people too, when
/// they correct a category.
pub(super) fn raise(scene: Scene<'_>, urgency: Urgency) -> Vec<Event> {
    let mut events = vec![Event::UrgencyRaised { urgency }];
    if scene.ticket.state != TicketState::Registered && scene.ticket.urgency == Urgency::Ordinary {
        for fresh in first_deadlines(scene.world, urgency, scene.now) {
            let old = scene.ticket.deadline(fresh.kind);
            let earlier = match old.map(|old| old.due) {
                Some(Due::At(old)) => fresh.due.at().is_some_and(|due| due < old),
                Some(Due::AwaitingCalendar(_)) => fresh.due.at().is_some(),
                None => true,
            };
            if earlier {
                events.push(Event::DeadlineSet { deadline: fresh });
            }
        }
    }
    if urgency == Urgency::Critical {
        events.push(Event::PostNotified {
            post: Post::LeaderInCharge, text: "工单升为特急，请分管领导关注".into()
        });
    }
    events
}

struct Judge<'a> {
    scene: Scene<'a>,
    actor: &'a RuleActor,
}

impl Judge<'_> {
    fn effect(&self, effect: &Effect) -> Outcome {
        let event = match effect {
            Effect::RaiseUrgency(urgency) => return self.raise_urgency(*urgency),
            Effect::RequireField(name) => self.require_field(name)?,
            Effect::SuggestCategory(category) => self.suggest_category(category)?,
            Effect::SuggestSeat(seat) => self.suggest_seat(seat)?,
            Effect::AddTag(tag) => self.add_tag(tag)?,
            Effect::TightenDeadline { kind, within } => self.tighten(*kind, *within)?,
            Effect::AddCopy(unit) => self.add_copy(unit)?,
            Effect::SuggestUnit { handling_unit, lead } => self.suggest_unit(handling_unit, *lead)?,
            Effect::AskEvidence(what) => {
                Event::EvidenceAsked { what: text_of("证据要求", what, MOST_TITLE_CHARS)? }
            }
            Effect::SendBack(missing) => self.send_back(missing)?,
            Effect::OpenTask { kind, post, within, title } => self.open_task(*kind, *post, *within, title)?,
            Effect::EnterLedger { ledger, title } => self.enter_ledger(ledger, title)?,
            Effect::Nominate { forum, title } => self.nominate(*forum, title)?,
            Effect::Notify { to_unit, text } => {
                self.must_reach(to_unit)?;
                Event::Notified { to_unit: to_unit.clone(), text: text_of("通知内容", text, MOST_NOTICE_CHARS)? }
            }
            Effect::SetTimer { name, after } => self.set_timer(name, *after)?,
            Effect::CancelTimer(name) => self.cancel_timer(name)?,
            Effect::SetField { name, value } => self.set_field(name, value)?,
            Effect::Remember(memory) => self.remember(memory)?,
            Effect::ScoreLocally { handling_unit, item, hundredths } => {
                self.score_locally(handling_unit, item, *hundredths)?
            }
        };
        Ok(vec![event])
    }

    fn namespace(&self) -> String {
        self.actor.name().to_owned()
    }

    /// A county's rule reaches its own units; the city's rule those of the ticket's county
    /// and the city's (guard rail G3).
    fn must_reach(&self, id: &UnitId) -> Result<Level, Refusal> {
        let Some(unit) = self.scene.world.catalogue.unit(id) else {
            return Err(Refusal::new("unknown-unit", format!("没有单位 {}", plain(&id.0)), "there is no such unit"));
        };
        let of_ticket = unit.territory == *self.scene.ticket.territory();
        let of_city = unit.territory.is_city() && self.actor.territory.is_city();
        if of_ticket || of_city {
            return Ok(unit.level);
        }
        Err(Refusal::rail(
            GuardRail::G3,
            "foreign-unit",
            format!("{} 不属于本区县", unit.name),
            "the unit is outside the rule's own territory",
        ))
    }

    fn require_field(&self, name: &str) -> Result<Event, Refusal> {
        self.scene.must_be_in(&[TicketState::Registered])?;
        let core = match name {
            "place.street" => Some("街道"),
            "place.estate" => Some("小区"),
            "place.building" => Some("楼栋"),
            _ => None,
        };
        let field = match (core, self.actor.manifest.fields.get(name)) {
            (Some(label), _) => RequiredField {
                name: name.into(),
                namespace: String::new(),
                label: label.into(),
                kind: None,
                personal: false,
            },
            (None, Some(spec)) => RequiredField {
                name: name.into(),
                namespace: self.namespace(),
                label: plain(&spec.title),
                kind: Some(spec.kind),
                personal: spec.personal,
            },
            (None, None) => return Err(undeclared_field(name)),
        };
        Ok(Event::FieldRequired { field })
    }

    fn suggest_category(&self, category: &CategoryCode) -> Result<Event, Refusal> {
        self.scene.must_be_in(&[TicketState::Registered, TicketState::Accepted])?;
        if self.scene.world.catalogue.category(category).is_none() {
            let code = plain(&category.0);
            return Err(Refusal::new("unknown-category", format!("没有分类 {code}"), "there is no such category"));
        }
        self.first_only(self.scene.ticket.suggestions.category.as_ref(), category, "分类")?;
        Ok(Event::CategorySuggested { category: category.clone() })
    }

    fn suggest_seat(&self, seat: &SeatId) -> Result<Event, Refusal> {
        self.scene.must_be_in(&[TicketState::Registered, TicketState::Accepted])?;
        if self.scene.world.catalogue.seat(seat).is_none() {
            let id = plain(&seat.0);
            return Err(Refusal::new("unknown-seat", format!("没有坐席 {id}"), "there is no such seat"));
        }
        self.first_only(self.scene.ticket.suggestions.seat.as_ref(), seat, "坐席")?;
        Ok(Event::SeatSuggested { seat: seat.clone() })
    }

    /// Of two rules that suggest, the first in the fixed order is heard (guard rail G14).
    fn first_only<T: PartialEq>(&self, first: Option<&T>, wanted: &T, what: &str) -> Result<(), Refusal> {
        if first.is_some_and(|first| first != wanted) {
            return Err(Refusal::rail(
                GuardRail::G14,
                "suggested-already",
                format!("次序在前的规则已建议{what}"),
                "a rule earlier in the order has suggested another",
            ));
        }
        Ok(())
    }

    fn add_tag(&self, tag: &str) -> Result<Event, Refusal> {
        let tag = format!("{}/{}", self.actor.name(), text_of("标签", tag, MOST_TAG_CHARS)?);
        if self.scene.ticket.tags.len() >= MOST_TAGS && !self.scene.ticket.tags.contains(&tag) {
            return Err(Refusal::rail(GuardRail::G13, "too-many-tags", "标签已达 32 个", "the ticket has 32 tags"));
        }
        Ok(Event::Tagged { tag })
    }

    fn raise_urgency(&self, urgency: Urgency) -> Outcome {
        if urgency <= self.scene.ticket.urgency {
            return Err(Refusal::rail(
                GuardRail::G9,
                "urgency-not-raised",
                format!("工单已是「{}」，不能改为「{}」", self.scene.ticket.urgency.term(), urgency.term()),
                "urgency only rises",
            ));
        }
        Ok(raise(self.scene, urgency))
    }

    fn tighten(&self, kind: DeadlineKind, within: TimeSpan) -> Result<Event, Refusal> {
        must_be_in_range(within)?;
        let Some(deadline) = self.scene.ticket.deadline(kind).filter(|d| d.is_running()) else {
            return Err(Refusal::new(
                "no-deadline",
                format!("没有进行中的「{}」时限；时限在受理（accepted）时才设定", kind.term()),
                "no such deadline is running; deadlines are set when a ticket is accepted",
            ));
        };
        if deadline.source.is_untouchable() {
            return Err(Refusal::rail(
                GuardRail::G1,
                "deadline-untouchable",
                "突发故障类的两小时和一个工作日不由规则改动",
                "the 2 hours and 1 working day of urgent matters are not a rule's to change",
            ));
        }
        let calendar = &self.scene.world.calendar;
        let tightened = deadline.tightened(within, self.actor.name(), calendar);
        let Due::At(due) = tightened.due else {
            let error = calendar.due(deadline.base_at, within).err();
            return Err(Refusal::new(
                "no-notice",
                error.map_or_else(String::new, |e| e.to_string()),
                "no holiday notice",
            ));
        };
        if deadline.due.at().is_some_and(|old| due >= old) {
            return Err(Refusal::rail(
                GuardRail::G1,
                "deadline-not-earlier",
                format!("{within}并不早于现有的「{}」时限", kind.term()),
                "a deadline only becomes earlier",
            ));
        }
        if due <= self.scene.now {
            return Err(Refusal::rail(
                GuardRail::G1,
                "deadline-in-the-past",
                "提前后的时限已经过去",
                "that moment has passed",
            ));
        }
        Ok(Event::DeadlineTightened { deadline: tightened })
    }

    fn add_copy(&self, reader: &UnitId) -> Result<Event, Refusal> {
        self.must_reach(reader)?;
        if self.scene.ticket.copies.iter().any(|copy| copy.reader == *reader) {
            return Err(Refusal::rail(
                GuardRail::G2,
                "copy-exists",
                "该单位已有抄送，抄送只增不改",
                "the unit has a copy; copies are only added",
            ));
        }
        Ok(Event::CopyAdded { copy: CopyTo { reader: reader.clone(), statutory: false } })
    }

    fn suggest_unit(&self, unit: &UnitId, lead: bool) -> Result<Event, Refusal> {
        self.scene.must_be_in(&[TicketState::Registered, TicketState::Accepted])?;
        let level = self.must_reach(unit)?;
        let category = self.scene.world.catalogue.category(&self.scene.ticket.intake.category);
        if level == Level::Street && category.is_some_and(|category| !category.street_may_handle) {
            return Err(Refusal::rail(
                GuardRail::G8,
                "street-may-not-handle",
                "本类诉求应由职能部门办理，不得派给街镇",
                "a department's matter may not be pushed down to a street",
            ));
        }
        if lead {
            self.first_only(self.scene.ticket.suggestions.lead_unit.as_ref(), unit, "主办单位")?;
        }
        Ok(Event::UnitSuggested { handling_unit: unit.clone(), lead })
    }

    /// At most once per submission (hook H9); it does not move a deadline.
    fn send_back(&self, missing: &str) -> Result<Event, Refusal> {
        self.scene.must_be_in(&[TicketState::InReview])?;
        if self.scene.ticket.sent_back_by_rule {
            return Err(Refusal::rail(
                GuardRail::G13,
                "sent-back-once",
                "同一轮办理只能由规则退回补充一次，请由审核员决定",
                "a rule sends a submission back once",
            ));
        }
        Ok(Event::SentBack { missing: text_of("缺少的内容", missing, MOST_TITLE_CHARS)? })
    }

    fn open_task(&self, kind: TaskKind, post: Post, within: TimeSpan, title: &str) -> Result<Event, Refusal> {
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
        let due = match self.scene.world.calendar.due(self.scene.now, within) {
            Ok(at) => Due::At(at),
            Err(missing) => Due::AwaitingCalendar(missing.year),
        };
        Ok(Event::TaskOpened {
            task: Task {
                number: u16::try_from(tasks.len() + 1).unwrap_or(u16::MAX),
                kind,
                post,
                handling_unit: self.scene.ticket.lead_unit().cloned(),
                title,
                due,
                rule: self.namespace(),
                done: false,
            },
        })
    }

    fn enter_ledger(&self, ledger: &str, title: &str) -> Result<Event, Refusal> {
        let ledger = format!("{}/{}", self.actor.name(), text_of("台账名称", ledger, MOST_TAG_CHARS)?);
        Ok(Event::LedgerEntered { ledger, title: text_of("台账事项", title, MOST_TITLE_CHARS)? })
    }

    fn nominate(&self, forum: Forum, title: &str) -> Result<Event, Refusal> {
        Ok(Event::Nominated { forum, title: text_of("议题", title, MOST_TITLE_CHARS)? })
    }

    fn set_timer(&self, name: &str, after: TimeSpan) -> Result<Event, Refusal> {
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

    fn cancel_timer(&self, name: &str) -> Result<Event, Refusal> {
        let name = name_of("定时器名称", name)?;
        if !self.scene.ticket.timers.iter().any(|t| t.rule == self.actor.name() && t.name == name) {
            return Err(Refusal::new("no-timer", format!("没有定时器 {name}"), "there is no such timer"));
        }
        Ok(Event::TimerCancelled { rule: self.namespace(), name })
    }

    fn set_field(&self, name: &str, value: &Value) -> Result<Event, Refusal> {
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

    fn remember(&self, memory: &str) -> Result<Event, Refusal> {
        if memory.len() > MOST_MEMORY_BYTES {
            return Err(Refusal::new(
                "memory-quota",
                format!("备忘最多 {MOST_MEMORY_BYTES} 字节，现有 {} 字节", memory.len()),
                "the rule's memory on a ticket is full",
            ));
        }
        Ok(Event::Remembered { rule: self.namespace(), memory: memory.to_owned() })
    }

    fn score_locally(&self, unit: &UnitId, item: &str, hundredths: i32) -> Result<Event, Refusal> {
        let level = self.must_reach(unit)?;
        if level == Level::City {
            return Err(Refusal::rail(
                GuardRail::G18,
                "city-score",
                "市直部门的评分由市级产生",
                "a city department is scored by the city",
            ));
        }
        if hundredths.abs() > MOST_SCORE {
            return Err(Refusal::new(
                "score-range",
                "分值须在 -100 到 100 分之间",
                "within -10000 and 10000 hundredths",
            ));
        }
        let item = text_of("评分项", item, MOST_TAG_CHARS)?;
        Ok(Event::ScoredLocally { rule: self.namespace(), handling_unit: unit.clone(), item, hundredths })
    }
}

fn must_be_in_range(span: TimeSpan) -> Result<(), Refusal> {
    if span.is_in_range() {
        return Ok(());
    }
    Err(Refusal::new(
        "span-range",
        format!("时长 {span} 超出范围：1～8760 小时、1～2000 个工作小时或 1～250 个工作日"),
        "the span is out of its unit's range",
    ))
}

fn undeclared_field(name: &str) -> Refusal {
    Refusal::new(
        "field-not-declared",
        format!("清单没有声明扩展字段「{}」；规则只能用自己命名空间里的字段", plain(name)),
        "the manifest declares no such field; a rule uses its own namespace only",
    )
}
