//! Every cell of the list: state × command × actor. What the list says is what `handle` does,
//! and what the list does not say is refused.

use crate::support::*;
use chuishao_domain::actor::By;
use chuishao_domain::calendar::TimeSpan;
use chuishao_domain::topic::actor::TopicBy;
use chuishao_domain::topic::case::{Origin, Topic, TopicState};
use chuishao_domain::topic::command::{CommandKind, TopicCommand};
use chuishao_domain::topic::rung::Rung;
use chuishao_domain::topic::transitions::{Role, TRANSITIONS, picture, table, transition};
use std::collections::{BTreeMap, BTreeSet};

/// The actors of the cells, with the roles that each has, written down by hand.
fn actors(rung: Rung) -> Vec<(TopicBy, Vec<Role>)> {
    let hotline_convenes = rung < Rung::MonthlyDiscussion;
    let with = |role, convenes: bool| if convenes { vec![role, Role::Convener] } else { vec![role] };
    vec![
        (hotline(), with(Role::HotlineOffice, hotline_convenes)),
        (government(), with(Role::GovernmentOffice, !hotline_convenes)),
        (department(CITY_CG), vec![Role::Unit, Role::ConcernedDepartment]),
        (department("WF-RS"), vec![Role::Unit]),
        (department("WF-ZF"), vec![Role::Unit]),
        (department(KUIWEN_CG), vec![Role::Unit]),
        (clerk(CITY_ZJ), vec![Role::Unit]),
        (clerk(KUIWEN_CG), vec![Role::Unit]),
        (clerk("nowhere"), vec![]),
        (TopicBy::Known(By::CallTaker { number: "0231".into() }), vec![]),
        (rule(), vec![Role::Rule]),
        (clock(), vec![Role::Clock]),
    ]
}

fn command(kind: CommandKind, by: &TopicBy, life: &Life) -> TopicCommand {
    let due_on = life.in_days(20);
    match kind {
        CommandKind::Propose => {
            let mut draft = draft(Rung::DailyDiscussion);
            if by.is_rule() {
                draft.origin = Origin::Nomination;
                draft.subject.territory = "370725".into();
                (draft.ticket_count, draft.tickets) = (1, tickets(1..2));
            } else if by.is_clock() {
                draft.origin = Origin::HotTopic;
            }
            TopicCommand::Propose(draft)
        }
        CommandKind::RelateTickets => TopicCommand::RelateTickets { count: 41, tickets: tickets(7..8) },
        CommandKind::NameUnits => TopicCommand::NameUnits { units: units(&[ANQIU_ZJ]) },
        CommandKind::WriteOpinion => TopicCommand::WriteOpinion { words: words() },
        CommandKind::PutOnAgenda => TopicCommand::PutOnAgenda { on: due_on },
        CommandKind::Decline => TopicCommand::Decline { reason: words() },
        CommandKind::RecordDiscussion => {
            TopicCommand::RecordDiscussion { attended: units(&[CITY_CG, CITY_ZJ]), words: words() }
        }
        CommandKind::Decide => {
            TopicCommand::Decide { words: words(), measures: vec![measure(CITY_CG, due_on)], modes: vec![] }
        }
        CommandKind::ReportMeasure => {
            let open = life.topic.as_ref().and_then(|topic| topic.open_measures().next());
            TopicCommand::ReportMeasure { number: open.map_or(2, |measure| measure.number), result: words() }
        }
        CommandKind::SendBackMeasure => TopicCommand::SendBackMeasure { number: 1, missing: words(), due_on },
        CommandKind::Escalate => TopicCommand::Escalate { to: Rung::LeadingGroup, reason: words() },
        CommandKind::Close => TopicCommand::Close { outcome: words() },
        CommandKind::OrderSupervision => {
            TopicCommand::OrderSupervision { units: units(&[CITY_CG, CITY_ZJ]), words: words(), due_on }
        }
        CommandKind::ReportSupervision => TopicCommand::ReportSupervision { number: 2, report: words() },
        CommandKind::Whistle => {
            TopicCommand::Whistle { units: units(&[ANQIU_ZJ]), words: words(), within: TimeSpan::WorkingDays(1) }
        }
        CommandKind::CheckIn => TopicCommand::CheckIn { number: 1 },
        CommandKind::Tick => TopicCommand::Tick,
    }
}

/// What a guard says to an entitled actor of these cells; `None`: nothing stands in the way.
fn guard_says(kind: CommandKind, by: &TopicBy, topic: Option<&Topic>, clean: bool) -> Option<&'static str> {
    let unit = by.unit().map_or("", |unit| unit.as_str());
    match kind {
        CommandKind::ReportMeasure if unit != CITY_ZJ => Some("not-responsible"),
        CommandKind::ReportMeasure => {
            topic.is_some_and(|topic| topic.open_measures().next().is_none()).then_some("already-reported")
        }
        CommandKind::ReportSupervision if unit != CITY_CG && unit != CITY_ZJ => Some("not-called"),
        CommandKind::CheckIn if unit != KUIWEN_CG => Some("not-called"),
        CommandKind::ReportSupervision | CommandKind::CheckIn => clean.then_some("already-answered"),
        CommandKind::Close if !clean => Some("summons-unanswered"),
        CommandKind::Decline if !clean => Some("measure-open"),
        _ => None,
    }
}

#[test]
fn handle_agrees_with_the_list_in_every_cell() {
    let mut lives = vec![(None, Rung::DailyDiscussion, true, Life::new("2024-11-01T09:00:00+08:00"))];
    for rung in [Rung::SpecialStudy, Rung::MonthlyDiscussion] {
        for state in TopicState::ALL {
            for clean in [true, false] {
                // A final topic is always clean: the guards see to that.
                if clean || !state.is_final() {
                    lives.push((Some(state), rung, clean, Life::in_state(state, rung, clean)));
                }
            }
        }
    }
    let mut reached = BTreeMap::<usize, BTreeSet<TopicState>>::new();
    let mut cells = 0;
    for (state, rung, clean, life) in lives {
        for kind in CommandKind::ALL {
            for (by, roles) in actors(rung) {
                cells += 1;
                let command = command(kind, &by, &life);
                let before = life.topic.clone();
                let mut life = life.clone();
                let outcome = life.act(&by, &command).map_err(|refusal| refusal.code.into_owned());
                let cell = format!("{state:?} × {kind:?} × {by:?}, clean: {clean}");
                let at = TRANSITIONS.iter().position(|line| {
                    line.command == kind && state.map_or(line.from.is_empty(), |state| line.from.contains(&state))
                });
                let Some(at) = at else {
                    let code = if state.is_none() { "no-topic" } else { "wrong-state" };
                    assert_eq!(outcome, Err(code.to_owned()), "{cell}");
                    continue;
                };
                let line = &TRANSITIONS[at];
                if !line.who.iter().any(|role| roles.contains(role)) {
                    assert_eq!(outcome, Err("not-entitled".to_owned()), "{cell}");
                    continue;
                }
                if let Some(code) = guard_says(kind, &by, before.as_ref(), clean) {
                    assert_eq!(outcome, Err(code.to_owned()), "{cell}");
                    continue;
                }
                assert!(outcome.is_ok(), "{cell}: {outcome:?}");
                let after = life.topic().state;
                match state {
                    Some(state) if line.to.is_empty() => assert_eq!(after, state, "{cell}"),
                    _ => assert!(line.to.contains(&after), "{cell} became {after:?}"),
                }
                reached.entry(at).or_default().insert(after);
            }
        }
    }
    assert_eq!(cells, (1 + 2 * (5 * 2 + 2)) * 17 * 12);
    for (at, line) in TRANSITIONS.iter().enumerate() {
        let reached = reached.get(&at).unwrap_or_else(|| panic!("nothing ever happened by {line:?}"));
        let all = if line.to.is_empty() { line.from } else { line.to };
        assert_eq!(*reached, all.iter().copied().collect(), "{line:?}");
    }
}

/// One line for each state and command: else the second would never be asked.
#[test]
fn no_two_lines_say_the_same_cell() {
    let mut seen = BTreeSet::new();
    for line in TRANSITIONS {
        assert!(!line.who.is_empty() && !line.source.is_empty(), "{line:?}");
        let from: Vec<Option<TopicState>> =
            if line.from.is_empty() { vec![None] } else { line.from.iter().copied().map(Some).collect() };
        for state in from {
            assert!(seen.insert((state, line.command)), "{state:?} × {:?} stands twice", line.command);
            assert!(transition(state, line.command).is_some_and(|found| std::ptr::eq(found, line)));
        }
    }
    let named: BTreeSet<CommandKind> = TRANSITIONS.iter().map(|line| line.command).collect();
    assert_eq!(named, CommandKind::ALL.into());
    assert!(seen.iter().all(|(state, _)| state.is_none_or(|state| !state.is_final())), "what is final stays");
}

#[test]
fn table_and_picture_are_made_from_the_list() {
    let table = table();
    assert!(table.contains(
        "| 候选、已列入议程、已研究 | 列入议程 | 本层级的召集单位 | 会议日期未过、专题研究：市、县两级部门均涉及、\
         每月一议：已有市级行业主管部门书面意见、每月一议：涉及两个以上单位 | 已列入议程 |"
    ));
    assert!(table.contains("| 每月一议 | 市政府办公室 |"));
    assert_eq!(table.lines().count(), TRANSITIONS.len() + 2 + 3 + Rung::ALL.len());
    let picture = picture();
    let drawn: Vec<&str> = picture.lines().map(str::trim).collect();
    assert_eq!(
        drawn,
        [
            "stateDiagram-v2",
            "[*] --> 候选: 提出议题",
            "候选 --> 已列入议程: 列入议程",
            "已研究 --> 已列入议程: 列入议程",
            "候选 --> 未采纳: 不予采纳",
            "已研究 --> 未采纳: 不予采纳",
            "已列入议程 --> 已研究: 记录研究情况",
            "已研究 --> 已议定: 议定",
            "已议定 --> 待验收: 报告措施完成",
            "待验收 --> 已议定: 退回措施",
            "已研究 --> 候选: 提交上一级研究",
            "已议定 --> 候选: 提交上一级研究",
            "待验收 --> 候选: 提交上一级研究",
            "待验收 --> 已办结: 办结",
            "已办结 --> [*]",
            "未采纳 --> [*]",
        ]
    );
}
