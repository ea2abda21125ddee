//! The forms of a ticket's commands (办理表单): what each asks for, with what is known already.

use crate::console::choices::categories;
use crate::console::form::{Field, Group, Takes, keyed};
use crate::console::language::key_of;
use crate::console::visitor::Chrome;
use chuishao_domain::actor::By;
use chuishao_domain::catalogue::Level;
use chuishao_domain::grounds::{AnswerBasis, DeclineGround, EmergencyLine, HandBackGround, PanelSeat, Receiver};
use chuishao_domain::ids::UnitId;
use chuishao_domain::oversight::SupervisionKind;
use chuishao_domain::rule::value::ValueKind;
use chuishao_domain::ticket::{RequiredField, Task, Ticket};

const GROUNDS: [HandBackGround; 4] =
    [HandBackGround::NotOurDuty, HandBackGround::NotOurArea, HandBackGround::OutOfScope, HandBackGround::Unclear];
const LINES: [EmergencyLine; 4] =
    [EmergencyLine::Police, EmergencyLine::Fire, EmergencyLine::Ambulance, EmergencyLine::Traffic];
const BASES: [AnswerBasis; 3] = [AnswerBasis::KnowledgeBase, AnswerBasis::ThreeWayCall, AnswerBasis::Expert];
const PANEL: [PanelSeat; 4] =
    [PanelSeat::DisciplineInspection, PanelSeat::Department, PanelSeat::LegalAdviser, PanelSeat::PublicLawyer];
const KINDS: [SupervisionKind; 3] = [SupervisionKind::Urge, SupervisionKind::Guide, SupervisionKind::Oversee];

/// The forms of a command: one, or one for each task or order that it may mean.
pub fn forms(chrome: &Chrome, ticket: &Ticket, name: &str, by: &By) -> Vec<(String, Vec<Field>)> {
    let own = match by {
        By::UnitClerk { unit } | By::DepartmentSupervisor { unit } => Some(unit),
        _ => None,
    };
    match name {
        "finish-task" => {
            let open = ticket.tasks.iter().filter(|task| !task.done && Some(&task.handling_unit) == own);
            open.map(|task| (task.number.to_string(), task_fields(chrome, task))).collect()
        }
        "answer-supervision" => {
            let open = ticket.oversight.orders.iter().filter(|order| !order.answered);
            let fields = |number: u16| vec![number_field(number), words(chrome, "words", "回复内容", "Answer")];
            open.map(|order| (order.number.to_string(), fields(order.number))).collect()
        }
        "check-in" => {
            let called = ticket
                .oversight
                .whistles
                .iter()
                .filter(|whistle| own.is_some_and(|own| whistle.absent().any(|unit| unit == own)));
            let fields = |number: u16| vec![number_field(number), words(chrome, "words", "报到情况", "What you bring")];
            called.map(|whistle| (whistle.number.to_string(), fields(whistle.number))).collect()
        }
        "fill-in" if ticket.missing_fields().next().is_none() => vec![],
        _ => vec![(String::new(), fields(chrome, ticket, name))],
    }
}

fn number_field(number: u16) -> Field {
    Field::new("number", "", Takes::Number(1, i64::from(u16::MAX))).value(number.to_string()).hidden()
}

fn task_fields(chrome: &Chrome, task: &Task) -> Vec<Field> {
    let kind = chrome.term(task.kind.term(), &key_of(&task.kind));
    let title = format!("{kind}{}{}", chrome.t("：", ": "), task.title);
    let mut fields = vec![number_field(task.number), words(chrome, "result", "完成情况", "Result").hint(&title)];
    fields.extend(task.record.iter().map(|field| asked_for(field, &format!("record.{}", field.name))));
    fields
}

/// A field that a rule asks for.
fn asked_for(field: &RequiredField, name: &str) -> Field {
    let takes = match field.kind {
        Some(ValueKind::Integer) => Takes::Number(i64::MIN, i64::MAX),
        Some(ValueKind::Flag) => Takes::YesNo,
        Some(ValueKind::Date) => Takes::Day,
        _ => Takes::Line,
    };
    Field::new(name, &field.label, takes)
}

fn words(chrome: &Chrome, name: &str, chinese: &str, english: &str) -> Field {
    Field::new(name, chrome.t(chinese, english), Takes::Words)
}

fn yes_no(chrome: &Chrome, name: &str, chinese: &str, english: &str) -> Field {
    Field::new(name, chrome.t(chinese, english), Takes::YesNo)
}

fn choice(chrome: &Chrome, name: &str, (chinese, english): (&str, &str), choices: Vec<(String, String)>) -> Field {
    Field::new(name, chrome.t(chinese, english), Takes::One(Group::plain(choices)))
}

/// Units that a ticket of this territory may go to: its own, then the city's.
fn near(chrome: &Chrome, ticket: &Ticket) -> Vec<Group> {
    let of = |level: &[Level], own: bool| -> Vec<(String, String)> {
        let units = chrome.world.catalogue.units().filter(|unit| level.contains(&unit.level));
        let units =
            units.filter(|unit| if own { unit.territory == *ticket.territory() } else { unit.territory.is_city() });
        units.map(|unit| (unit.id.to_string(), unit.name.clone())).collect()
    };
    vec![
        Group { heading: chrome.t("属地部门", "Territory").to_owned(), choices: of(&[Level::County], true) },
        Group { heading: chrome.t("街道、乡镇", "Streets").to_owned(), choices: of(&[Level::Street], true) },
        Group { heading: chrome.t("市直部门", "City departments").to_owned(), choices: of(&[Level::City], false) },
    ]
}

fn flat(groups: Vec<Group>) -> Vec<(String, String)> {
    groups.into_iter().flat_map(|group| group.choices).collect()
}

fn lead(chrome: &Chrome, ticket: &Ticket, (chinese, english): (&str, &str)) -> Field {
    let suggested = ticket.suggestions.lead_unit.as_ref().map_or("", UnitId::as_str);
    Field::new("lead_unit", chrome.t(chinese, english), Takes::One(near(chrome, ticket))).value(suggested)
}

fn assisting(chrome: &Chrome, ticket: &Ticket) -> Field {
    let suggested: Vec<&str> = ticket.suggestions.assisting_units.iter().map(UnitId::as_str).collect();
    let label = chrome.t("协办单位", "Assisting units");
    Field::new("assisting_units", label, Takes::Some(flat(near(chrome, ticket)))).optional().value(suggested.join(","))
}

fn fields(chrome: &Chrome, ticket: &Ticket, name: &str) -> Vec<Field> {
    let language = chrome.language;
    let opinion = || words(chrome, "opinion", "意见", "Opinion");
    let reason = || words(chrome, "reason", "理由", "Reason");
    let said = || words(chrome, "words", "内容", "In which words");
    match name {
        "fill-in" => {
            let field = |field: &RequiredField| match field.namespace.as_str() {
                "" => asked_for(field, &field.name),
                namespace => asked_for(field, &format!("fields.{namespace}.{}", field.name)),
            };
            ticket.missing_fields().map(field).map(Field::optional).collect()
        }
        "accept" if ticket.missing_fields().next().is_some() => {
            let hint = chrome.t("必填项未填齐时说明原因：来电人不清楚、电话中断等", "Why required fields stay empty");
            vec![words(chrome, "unanswered", "未填说明", "Why unanswered").optional().hint(hint)]
        }
        "reclassify" => {
            let suggested = ticket.suggestions.category.as_ref().map_or("", |code| code.as_str());
            vec![
                Field::new("category", chrome.t("正确分类", "The right category"), Takes::One(categories(chrome)))
                    .value(suggested),
            ]
        }
        "dispatch" => vec![lead(chrome, ticket, ("主办单位", "Lead unit")), assisting(chrome, ticket)],
        "ask-hand-back" => {
            vec![
                choice(chrome, "ground", ("退回情形", "Ground"), keyed(language, &GROUNDS, HandBackGround::term)),
                reason(),
            ]
        }
        "ask-decline" => {
            let grounds = keyed(language, &DeclineGround::ALL, DeclineGround::term);
            vec![choice(chrome, "ground", ("不予受理情形", "Ground"), grounds), reason()]
        }
        "rule-hand-back" | "rule-extension" | "rule-decline" => {
            vec![yes_no(chrome, "approved", "是否同意", "Approved"), opinion()]
        }
        "ask-extension" => {
            let days = chrome.t("延长几个工作日", "Working days");
            vec![Field::new("working_days", days, Takes::Number(1, 10)).value("3"), reason()]
        }
        "supervise" => {
            let targets = ticket.assignments.iter().map(|part| &part.handling_unit);
            let targets = targets.map(|id| (id.to_string(), chrome.world.catalogue.unit_name(id).to_owned())).collect();
            vec![
                choice(chrome, "kind", ("方式", "How"), keyed(language, &KINDS, SupervisionKind::term)),
                choice(chrome, "target", ("对象", "Whom"), targets),
                said(),
            ]
        }
        "report-back" => vec![
            yes_no(chrome, "contacted", "是否联系来电人", "Was the caller contacted"),
            yes_no(chrome, "solved", "是否解决", "Is it solved"),
            words(chrome, "result", "办理情况", "What was done"),
            Field::new("evidence_count", chrome.t("附件数", "Attachments"), Takes::Number(0, 99)).optional(),
        ],
        "review" => vec![
            yes_no(chrome, "passed", "是否通过", "Passed"),
            opinion().optional().hint(chrome.t("退回补充须说明缺什么", "Sending back needs words")),
        ],
        "follow-up" => vec![
            yes_no(chrome, "reached", "是否接通", "Reached"),
            yes_no(chrome, "solved", "是否解决", "Solved").optional(),
            yes_no(chrome, "satisfied", "是否满意", "Satisfied").optional(),
            words(chrome, "opinion", "来电人意见", "The caller's words").optional(),
            words(chrome, "explained", "解释办结", "Explained").optional().hint(chrome.t(
                "未解决或不满意而仍要办结的，写明向来电人作了什么解释；不写则重办",
                "Closes an unsolved matter, saying what the caller was told; otherwise it is handled again",
            )),
        ],
        "pass-on-emergency" => {
            vec![choice(chrome, "line", ("转到", "Line"), keyed(language, &LINES, EmergencyLine::term)), said()]
        }
        "three-way-call" => {
            let label = chrome.t("连线单位", "Whom to call in");
            vec![Field::new("partner_unit", label, Takes::One(near(chrome, ticket))), said()]
        }
        "answer-directly" => vec![
            choice(chrome, "basis", ("依据", "Basis"), keyed(language, &BASES, AnswerBasis::term)),
            words(chrome, "answer", "答复", "Answer"),
        ],
        "refer" => vec![
            choice(chrome, "receiver", ("转介到", "To whom"), keyed(language, &Receiver::ALL, Receiver::term)),
            yes_no(chrome, "consent", "来电人是否同意", "Does the caller agree").optional(),
            said(),
        ],
        "record-referral-result" | "end-joint-supervision" => vec![words(chrome, "result", "结果", "Result")],
        "merge" => {
            let label = chrome.t("并入哪件工单", "Into which ticket");
            let field = Field { most_chars: 32, ..Field::new("into", label, Takes::Line) };
            vec![field.hint(chrome.t("主单编号", "The main ticket's number")), reason()]
        }
        "decide-liability" => vec![
            lead(chrome, ticket, ("责任单位", "Responsible unit")),
            assisting(chrome, ticket),
            Field::new(
                "panel",
                chrome.t("参加认定的", "Who sat"),
                Takes::Some(keyed(language, &PANEL, PanelSeat::term)),
            ),
            opinion(),
        ],
        "sign-responsibility" => {
            vec![lead(chrome, ticket, ("责任单位", "Responsible unit")), words(chrome, "words", "批示", "Instruction")]
        }
        "open-joint-supervision" | "blow-whistle" => {
            let units = if name == "blow-whistle" {
                flat(near(chrome, ticket))
            } else {
                near(chrome, ticket).pop().map(|city| city.choices).unwrap_or_default()
            };
            vec![Field::new("units", chrome.t("单位", "Units"), Takes::Some(units)), said()]
        }
        "take-up" | "take-up-copy" | "accept" => vec![],
        _ => vec![said()],
    }
}
