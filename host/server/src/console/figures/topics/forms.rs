//! The forms of a topic's commands (办理表单): what each asks for, with what is known already.

use crate::console::choices::{concerned, departments, named};
use crate::console::form::{Field, Filled, Group, Takes, command, keyed};
use crate::console::language::key_of;
use crate::console::rows::Rows;
use crate::console::visitor::Chrome;
use chuishao_domain::message::city_office;
use chuishao_domain::plain::MOST_TITLE_CHARS;
use chuishao_domain::topic::actor::TopicBy;
use chuishao_domain::topic::case::{SummonsKind, Topic};
use chuishao_domain::topic::command::{CHECK_IN_WITHIN, CommandKind};
use chuishao_domain::topic::guard::{MOST_MEASURES, MOST_TICKETS};
use chuishao_domain::topic::rung::Rung;
use serde_json::{Value, json};

/// Seasons that one decision switches on: winter and a flood are two.
const MOST_MODES: usize = 3;

/// A command as the API names it.
pub fn key(kind: CommandKind) -> &'static str {
    match kind {
        CommandKind::Propose => "propose",
        CommandKind::RelateTickets => "relate-tickets",
        CommandKind::NameUnits => "name-units",
        CommandKind::WriteOpinion => "write-opinion",
        CommandKind::PutOnAgenda => "put-on-agenda",
        CommandKind::Decline => "decline",
        CommandKind::RecordDiscussion => "record-discussion",
        CommandKind::Decide => "decide",
        CommandKind::ReportMeasure => "report-measure",
        CommandKind::SendBackMeasure => "send-back-measure",
        CommandKind::Escalate => "escalate",
        CommandKind::Close => "close",
        CommandKind::OrderSupervision => "order-supervision",
        CommandKind::ReportSupervision => "report-supervision",
        CommandKind::Whistle => "whistle",
        CommandKind::CheckIn => "check-in",
        CommandKind::Tick => "tick",
    }
}

/// The forms of a command: one, or one for each measure or call that it may mean.
pub fn forms(chrome: &Chrome, topic: &Topic, kind: CommandKind, by: &TopicBy) -> Vec<(String, Vec<Field>)> {
    let numbered = |number: u16, fields: Vec<Field>| {
        (number.to_string(), [number_field(number)].into_iter().chain(fields).collect::<Vec<Field>>())
    };
    match kind {
        CommandKind::ReportMeasure => {
            let own = topic.open_measures().filter(|measure| by.unit() == Some(&measure.unit));
            let fields = |what: &str| vec![words(chrome, "result", "完成情况", "What was done").hint(what)];
            own.map(|measure| numbered(measure.number, fields(&measure.what))).collect()
        }
        CommandKind::SendBackMeasure => {
            let reported = topic.measures.iter().filter(|measure| measure.result.is_some());
            let fields = |what: &str| {
                vec![
                    words(chrome, "missing", "退回意见", "What is missing").hint(what),
                    day(chrome, "due_on", "新的完成期限", "New due date"),
                ]
            };
            reported.map(|measure| numbered(measure.number, fields(&measure.what))).collect()
        }
        CommandKind::ReportSupervision => {
            let fields = |what: &str| vec![words(chrome, "report", "督办报告", "Report").hint(what)];
            called(topic, by, SummonsKind::JointSupervision)
                .map(|(number, what)| numbered(number, fields(what)))
                .collect()
        }
        CommandKind::CheckIn => {
            called(topic, by, SummonsKind::Whistle).map(|(number, _)| numbered(number, vec![])).collect()
        }
        CommandKind::Escalate if Rung::ALL.into_iter().all(|rung| rung <= topic.rung) => vec![],
        _ => vec![(String::new(), fields(chrome, topic, kind))],
    }
}

/// Calls that this unit has not answered: their numbers, and what for.
fn called<'a>(topic: &'a Topic, by: &'a TopicBy, kind: SummonsKind) -> impl Iterator<Item = (u16, &'a str)> {
    let of_kind = topic.summonses.iter().filter(move |summons| summons.kind == kind);
    let waits = of_kind.filter(move |summons| by.unit().is_some_and(|own| summons.missing().any(|unit| unit == own)));
    waits.map(|summons| (summons.number, summons.words.as_str()))
}

fn number_field(number: u16) -> Field {
    Field::new("number", "", Takes::Number(1, i64::from(u16::MAX))).value(number.to_string()).hidden()
}

fn words(chrome: &Chrome, name: &str, chinese: &str, english: &str) -> Field {
    Field::new(name, chrome.t(chinese, english), Takes::Words)
}

fn day(chrome: &Chrome, name: &str, chinese: &str, english: &str) -> Field {
    Field::new(name, chrome.t(chinese, english), Takes::Day)
}

fn some(chrome: &Chrome, name: &str, (chinese, english): (&str, &str), choices: Vec<(String, String)>) -> Field {
    Field::new(name, chrome.t(chinese, english), Takes::Some(choices))
}

/// Whom one may call or name; the office that convenes is not among them.
fn callable(chrome: &Chrome, topic: &Topic) -> Vec<(String, String)> {
    let mut units = concerned(chrome, &topic.subject.territory);
    units.retain(|(id, _)| *id != city_office().as_str());
    units.sort_by_key(|(id, _)| !topic.units.iter().any(|unit| unit.as_str() == id));
    units
}

fn fields(chrome: &Chrome, topic: &Topic, kind: CommandKind) -> Vec<Field> {
    let is_new = |(id, _): &(String, String)| !topic.units.iter().any(|unit| unit.as_str() == id);
    match kind {
        CommandKind::RelateTickets => {
            let known = i64::try_from(topic.ticket_count).unwrap_or(i64::MAX);
            let count = Field::new("count", chrome.t("共涉及多少件", "Tickets in all"), Takes::Number(known, i64::MAX));
            vec![count.value(known.to_string()), tickets(chrome)]
        }
        CommandKind::NameUnits => {
            let units = callable(chrome, topic).into_iter().filter(is_new).collect();
            vec![some(chrome, "units", ("增加的涉及单位", "Units concerned besides"), units)]
        }
        CommandKind::WriteOpinion => vec![words(chrome, "words", "书面意见", "Written opinion")],
        CommandKind::PutOnAgenda => {
            vec![day(chrome, "on", "会议日期", "Day of the meeting").hint(&convener(chrome, topic))]
        }
        CommandKind::Decline => vec![words(chrome, "reason", "不予采纳的理由", "Why it is not taken up")],
        CommandKind::RecordDiscussion => {
            let units = named(chrome, &topic.units);
            vec![
                some(chrome, "attended", ("参会单位", "Who attended"), units),
                words(chrome, "words", "研究情况", "What was said"),
            ]
        }
        CommandKind::Decide => {
            let mut fields = vec![words(chrome, "words", "议定事项", "What was decided"), measures(chrome, topic)];
            fields.extend((topic.rung >= Rung::MonthlyDiscussion).then(|| modes(chrome)));
            fields
        }
        CommandKind::Escalate => {
            let higher: Vec<Rung> = Rung::ALL.into_iter().filter(|rung| *rung > topic.rung).collect();
            let rungs = keyed(chrome.language, &higher, Rung::term);
            let to = Field::new("to", chrome.t("提交到", "To which rung"), Takes::One(Group::plain(rungs)));
            vec![to, words(chrome, "reason", "提交理由", "Why")]
        }
        CommandKind::Close => vec![words(chrome, "outcome", "办结情况", "Outcome")],
        CommandKind::OrderSupervision => {
            let units = departments(chrome).into_iter().filter(|(id, _)| *id != city_office().as_str()).collect();
            vec![
                some(chrome, "units", ("市直单位", "City departments"), units),
                words(chrome, "words", "督办要求", "What is asked"),
                day(chrome, "due_on", "报告期限", "Report due"),
            ]
        }
        CommandKind::Whistle => {
            let within = chrome.t("报到时限", "Check in within");
            let usual = chrome.t("不填则为", "Without one: ").to_owned()
                + chrome.t(&CHECK_IN_WITHIN.to_string(), &CHECK_IN_WITHIN.english());
            let unit = Takes::One(Group::plain(spans(chrome)));
            vec![
                some(chrome, "units", ("被召集单位", "Whom to call"), callable(chrome, topic)),
                words(chrome, "words", "吹哨事由", "Why"),
                Field::new("span", within, Takes::Number(1, 8760)).optional().hint(&usual),
                Field::new("span_unit", chrome.t("时限单位", "Unit of the limit"), unit).value("working-days"),
            ]
        }
        CommandKind::Propose
        | CommandKind::ReportMeasure
        | CommandKind::SendBackMeasure
        | CommandKind::ReportSupervision
        | CommandKind::CheckIn
        | CommandKind::Tick => vec![],
    }
}

/// Who convenes this rung, in words.
fn convener(chrome: &Chrome, topic: &Topic) -> String {
    let convener = topic.rung.convener();
    format!("{}{}", chrome.t("召集单位：", "Convened by: "), chrome.term(convener.term(), &key_of(&convener)))
}

/// Ids of tickets, each on its line.
pub fn tickets(chrome: &Chrome) -> Field {
    let (chinese, english) =
        ("每行一个工单编号；其余只计数，样本最多", "A number on each line; the others only count. At most");
    let hint = format!("{} {MOST_TICKETS}", chrome.t(chinese, english));
    Field::new("tickets", chrome.t("工单样本", "Sample of tickets"), Takes::Lines).optional().hint(&hint)
}

fn measures(chrome: &Chrome, topic: &Topic) -> Field {
    let units = Takes::One(Group::plain(named(chrome, &topic.units)));
    let columns = vec![
        Field::new("unit", chrome.t("责任单位", "Unit"), units),
        Field::new("what", chrome.t("措施内容", "What it does"), Takes::Words),
        Field::new("due_on", chrome.t("完成期限", "Due on"), Takes::Day),
    ];
    let room = MOST_MEASURES.saturating_sub(topic.measures.len());
    Field::new("measures", chrome.t("措施", "Measures"), Takes::Rows(Rows::new(columns, room)))
}

fn modes(chrome: &Chrome) -> Field {
    let name = Field { most_chars: MOST_TITLE_CHARS, ..Field::new("name", chrome.t("名称", "Name"), Takes::Line) };
    let columns = vec![name, day(chrome, "from", "起", "First day"), day(chrome, "to", "止", "Last day")];
    Field::new("modes", chrome.t("季节模式", "Modes of a season"), Takes::Rows(Rows::new(columns, MOST_MODES)))
        .optional()
}

/// Units of a limit, as the API names them.
fn spans(chrome: &Chrome) -> Vec<(String, String)> {
    [
        ("working-days", "个工作日", "working days"),
        ("working-hours", "个工作小时", "working hours"),
        ("clock-hours", "小时", "hours by the clock"),
    ]
    .into_iter()
    .map(|(key, chinese, english)| (key.to_owned(), chrome.t(chinese, english).to_owned()))
    .collect()
}

/// The body of a command: a limit is one thing for the API and two fields for a person.
pub fn body(name: &str, fields: &[Field], filled: &Filled) -> Value {
    let mut body = command(name, fields, filled);
    if let Value::Object(map) = &mut body
        && let Some(Value::String(unit)) = map.remove("span_unit")
        && let Some(length) = map.remove("span")
    {
        map.insert("within".to_owned(), json!({ unit: length }));
    }
    body
}
