//! Rows about a ticket: what its event says of each condition, and measures as effects.

use crate::{reason, told};
use chuishao_sdk::{
    CallerAnswer, Context, DayKind, DeadlineKind, Effect, Event, Failure, FollowUp, Forum, LedgerEntry, MatterKind,
    Nomination, Notice, Opinion, OpinionStage, Post, Proposal, Settlement, Task, TaskKind, TaskRecord, Ticket,
    TicketState, Tightening, TimeSpan, Timer, UnitSuggestion, Urgency, Value, log,
};
use chuishao_table::cell::{Given, LEAD_UNIT, Span};
use chuishao_table::fill::filled;
use chuishao_table::measure::Measure;
use chuishao_table::row::Row;
use chuishao_table::situation::Situation;
use chuishao_table::words::{self, Condition};

/// Columns that are figures of the host, and the facts of the manifest that they are.
const FACTS: [(Condition, &str); 8] = [
    (Condition::EstateWeek, "estate-week"),
    (Condition::EstateComplaints, "estate-complaints"),
    (Condition::EstateMonth, "estate-month"),
    (Condition::BuildingDay, "building-day"),
    (Condition::StreetDay, "street-day"),
    (Condition::StreetWeek, "street-week"),
    (Condition::StreetMonth, "street-month"),
    (Condition::CountyDay, "county-day"),
];

/// How much of a recorded text a placeholder takes, in characters.
const MOST_FIELD_CHARS: usize = 100;

/// The timer of 再看.
const LOOK_AGAIN: &str = "look-back";

/// The table's word for an event. Tasks are those that this table opened.
pub fn word(event: &Event) -> Option<words::Event> {
    Some(match event {
        Event::Registered => words::Event::Registered,
        Event::Reclassified => words::Event::Reclassified,
        Event::Accepted => words::Event::Accepted,
        Event::Dispatched => words::Event::Dispatched,
        Event::HandBackAsked(_) => words::Event::HandBackAsked,
        Event::ReportedBack(_) => words::Event::ReportedBack,
        Event::FollowedUp(_) => words::Event::FollowedUp,
        Event::Reopened => words::Event::Reopened,
        Event::ClosedOut(_) => words::Event::ClosedOut,
        Event::EarlyWarning(_) => words::Event::EarlyWarning,
        Event::Overdue(_) => words::Event::Overdue,
        Event::TaskDone(done) if done.task.by_this_rule => words::Event::TaskDone,
        Event::TaskOverdue(task) if task.by_this_rule => words::Event::TaskOverdue,
        Event::TimerFired(name) if name == LOOK_AGAIN => words::Event::LookedAgain,
        _ => return None,
    })
}

/// What rows are held against.
pub fn situation(
    happened: words::Event,
    event: &Event,
    ticket: &Ticket,
    context: &Context,
) -> Result<Situation, Failure> {
    let text = |text: &str| Given::Text(text.to_owned());
    let number = |number: usize| Given::Number(i64::try_from(number).unwrap_or(i64::MAX));
    let bad = ticket.follow_ups.iter().filter(|follow_up| follow_up.is_bad()).count();
    let day = context.now.date;
    let mut given = vec![
        (Condition::Matter, text(matter(ticket.matter_kind))),
        (Condition::Category, text(&ticket.category)),
        (Condition::Street, text(&ticket.place.street)),
        (Condition::Estate, text(&ticket.place.estate)),
        (Condition::Days, Given::Day((day.year, day.month, day.day))),
        (Condition::Urgency, text(urgency(ticket.urgency))),
        (Condition::Rework, number(ticket.rework_count.into())),
        (Condition::HandBacks, number(ticket.hand_back_count.into())),
        (Condition::BadAnswers, number(bad)),
        (Condition::Noted, text(yes_no(!context.memory.is_empty()))),
    ];
    match context.now.day_kind {
        DayKind::WorkingDay if context.now.in_working_hours => given.push((Condition::Hours, text("工作时间"))),
        DayKind::WorkingDay => given.push((Condition::Hours, text("工作日下班后"))),
        DayKind::DayOff => given.push((Condition::Hours, text("休息日"))),
        // No notice of that year: nothing is assumed, and no row that asks applies.
        DayKind::Unknown => {}
    }
    match event {
        Event::FollowedUp(follow_up) => given.push((Condition::Answer, text(answer(follow_up)))),
        Event::ReportedBack(report) => given.extend([
            (Condition::Contacted, text(yes_no(report.contacted))),
            (Condition::Solved, text(yes_no(report.solved))),
            (Condition::Evidence, number(report.evidence_count.into())),
        ]),
        Event::TaskDone(done) => {
            let passed = ticket.field("acceptance-passed") == Some(&Value::Flag(true));
            given.extend([
                (Condition::TaskOf, text(task_word(done.task.kind))),
                (Condition::Passed, text(yes_no(passed))),
            ]);
        }
        Event::TaskOverdue(task) => given.push((Condition::TaskOf, text(task_word(task.kind)))),
        _ => {}
    }
    for (condition, fact) in FACTS {
        given.push((condition, Given::Number(context.count_or_zero(fact)?.into())));
    }
    Ok(Situation { event: happened, given })
}

/// What a row asks for on this ticket. What already is so, or cannot be, is left out: it would be
/// refused each time.
pub fn proposals(row: &Row, situation: &Situation, ticket: &Ticket, context: &Context) -> Vec<Proposal> {
    let is_open = |measure: &Measure| match measure {
        Measure::Task { kind, .. } => ticket.open_tasks.iter().any(|task| task.kind == task_kind(kind)),
        _ => false,
    };
    if row.measures.iter().any(is_open) {
        log::info(&format!("第 {} 行要开的任务已经开着，这一行不起作用", row.number));
        return vec![];
    }
    let look_up = |name: &str| look_up(name, situation, ticket, context);
    let because = reason(row, look_up);
    let fill = |text: &str| filled(text, look_up);
    let mut proposals = Vec::new();
    for measure in &row.measures {
        let effects = effects(measure, situation.event, ticket, &fill);
        if effects.is_empty() {
            log::info(&format!("第 {} 行的「{}」已是如此或此时不能，不再提出", row.number, measure.column()));
        }
        proposals.extend(effects.into_iter().map(|effect| effect.because(because.clone())));
    }
    proposals
}

/// What stands for a placeholder.
fn look_up(name: &str, situation: &Situation, ticket: &Ticket, context: &Context) -> Option<String> {
    let field = |name: &str| match ticket.field(name) {
        // A placeholder may stand beside others in 200 characters.
        Some(Value::Text(text)) => Some(text.chars().take(MOST_FIELD_CHARS).collect()),
        _ => None,
    };
    match name {
        "分类" => Some(ticket.category_name.clone()),
        "分类代码" => Some(ticket.category.clone()),
        "楼栋" => Some(ticket.place.building.clone()),
        "记下" => Some(context.memory.clone()),
        "主办单位" => Some(ticket.lead().map_or("责任单位", |lead| lead.name.as_str()).to_owned()),
        "验收单位" => field("acceptance-by"),
        "现场约定" => field("mediation-outcome"),
        heading => told(situation, heading),
    }
}

fn effects(measure: &Measure, event: words::Event, ticket: &Ticket, fill: &impl Fn(&str) -> String) -> Vec<Effect> {
    if let Measure::Task { kind, post, within, title, record } = measure {
        let kind = task_kind(kind);
        let fields = record_of(kind);
        let task = Task { kind, post: self::post(post), within: span(*within), title: fill(title) };
        let record = record.then(|| Effect::RequireRecord(TaskRecord { kind, fields }));
        return [Effect::OpenTask(task)].into_iter().chain(record).collect();
    }
    effect(measure, event, ticket, fill).into_iter().collect()
}

fn effect(measure: &Measure, event: words::Event, ticket: &Ticket, fill: &impl Fn(&str) -> String) -> Option<Effect> {
    let unit = |code: &str| match code {
        LEAD_UNIT => ticket.lead().map(|lead| lead.handling_unit.clone()),
        code => Some(code.to_owned()),
    };
    Some(match measure {
        Measure::Tag(tag) => Effect::AddTag(fill(tag)),
        Measure::Raise(word) => {
            let raised = if word == "特急" { Urgency::Critical } else { Urgency::Urgent };
            (raised > ticket.urgency).then_some(Effect::RaiseUrgency(raised))?
        }
        Measure::ContactWithin(within) => tighten(ticket, DeadlineKind::Contact, *within)?,
        Measure::CloseWithin(within) => tighten(ticket, DeadlineKind::Close, *within)?,
        Measure::Copy(unit) => {
            let there = ticket.copies.iter().any(|copy| copy.reader == *unit);
            (!there).then(|| Effect::AddCopy(unit.clone()))?
        }
        Measure::Lead(unit) => Effect::SuggestUnit(UnitSuggestion { handling_unit: unit.clone(), lead: true }),
        Measure::Require(place) => Effect::RequireField(
            match place.as_str() {
                "街道" => "place.street",
                "小区" => "place.estate",
                _ => "place.building",
            }
            .into(),
        ),
        Measure::AskEvidence(what) => Effect::AskEvidence(fill(what)),
        Measure::SendBack(missing) => (!ticket.sent_back).then(|| Effect::SendBack(fill(missing)))?,
        Measure::Opinion(text) => Effect::AttachOpinion(Opinion { stage: stage(event, ticket)?, text: fill(text) }),
        Measure::Note(text) => Effect::Remember(fill(text)),
        Measure::LookAgain(after) => {
            let timer = || Timer { name: LOOK_AGAIN.into(), after: span(*after) };
            (ticket.state != TicketState::ClosedOut).then(|| Effect::SetTimer(timer()))?
        }
        Measure::Ledger { ledger, title, unit: named, basis } => Effect::EnterLedger(LedgerEntry {
            ledger: ledger.clone(),
            title: fill(title),
            handling_unit: named.as_deref().and_then(unit),
            basis: basis.clone(),
        }),
        Measure::Settle { ledger, title, text } => {
            Effect::SettleEntry(Settlement { ledger: ledger.clone(), title: fill(title), text: fill(text) })
        }
        Measure::Nominate { forum, topic } => {
            Effect::Nominate(Nomination { forum: self::forum(forum), title: fill(topic) })
        }
        Measure::Notify { unit: named, text } => Effect::Notify(Notice { to_unit: unit(named)?, text: fill(text) }),
        // A task makes two effects, a report is of reviews alone.
        Measure::Task { .. } | Measure::Section { .. } => return None,
    })
}

/// Who decides next.
fn stage(event: words::Event, ticket: &Ticket) -> Option<OpinionStage> {
    match event {
        words::Event::HandBackAsked => Some(OpinionStage::HandBack),
        words::Event::ReportedBack => Some(OpinionStage::Review),
        _ if ticket.state == TicketState::Registered => Some(OpinionStage::Intake),
        _ if ticket.state == TicketState::Accepted => Some(OpinionStage::Dispatch),
        _ => None,
    }
}

/// What is recorded when a task is finished.
fn record_of(kind: TaskKind) -> Vec<String> {
    let fields: &[&str] = match kind {
        TaskKind::OnSiteMediation => {
            &["mediation-participants", "mediation-place", "mediation-course", "mediation-outcome"]
        }
        TaskKind::Rectification => &["rectification-measures", "acceptance-by", "acceptance-passed"],
        TaskKind::Survey => &["estates-checked", "problems-found", "survey-summary"],
    };
    fields.iter().map(|field| (*field).to_owned()).collect()
}

fn tighten(ticket: &Ticket, kind: DeadlineKind, within: Span) -> Option<Effect> {
    let can = ticket.deadlines.iter().any(|deadline| deadline.kind == kind && deadline.tightenable && !deadline.met);
    can.then(|| Effect::TightenDeadline(Tightening { kind, within: span(within) }))
}

/// 议题去向
pub fn forum(word: &str) -> Forum {
    if word == "每日一议" { Forum::DailyDiscussion } else { Forum::MonthlyDiscussion }
}

fn span(span: Span) -> TimeSpan {
    match span {
        Span::ClockHours(hours) => TimeSpan::ClockHours(hours),
        Span::WorkingHours(hours) => TimeSpan::WorkingHours(hours),
        Span::WorkingDays(days) => TimeSpan::WorkingDays(days),
    }
}

fn task_kind(word: &str) -> TaskKind {
    match word {
        "现场调处" => TaskKind::OnSiteMediation,
        "整治任务" => TaskKind::Rectification,
        _ => TaskKind::Survey,
    }
}

fn task_word(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::OnSiteMediation => "现场调处",
        TaskKind::Rectification => "整治任务",
        TaskKind::Survey => "普查",
    }
}

fn post(word: &str) -> Post {
    match word {
        "主要负责人" => Post::PrincipalLeader,
        "分管领导" => Post::LeaderInCharge,
        _ => Post::CountyHotlineOffice,
    }
}

fn matter(kind: MatterKind) -> &'static str {
    match kind {
        MatterKind::Inquiry => "咨询",
        MatterKind::Help => "求助",
        MatterKind::Complaint => "投诉",
        MatterKind::Report => "举报",
        MatterKind::Suggestion => "建议",
        MatterKind::Praise => "表扬",
    }
}

fn urgency(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Ordinary => "一般",
        Urgency::Urgent => "紧急",
        Urgency::Critical => "特急",
    }
}

fn answer(follow_up: &FollowUp) -> &'static str {
    match &follow_up.answer {
        None => "未接通",
        Some(CallerAnswer { bad: true, .. }) => "未解决或不满意",
        Some(_) => "认可",
    }
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "是" } else { "否" }
}
