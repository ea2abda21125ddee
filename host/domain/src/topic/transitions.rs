//! The one list of what may happen to a topic: in which state, which command, by whom, under
//! which guards, what comes of it, and where it is written. [`crate::topic::handle`] works from
//! this list; the table and the picture are made from it, so that neither can tell another story.

use crate::World;
use crate::catalogue::Level;
use crate::ids::TerritoryId;
use crate::message::office_of;
use crate::topic::actor::{Convener, TopicBy};
use crate::topic::case::{Topic, TopicState};
use crate::topic::command::CommandKind;
use crate::topic::guard::Guard;
use crate::topic::rung::Rung;
use TopicState::{Candidate, Closed, Decided, Declined, Discussed, MeasuresDone, OnAgenda};
use std::fmt::Write;

/// Who may (岗位), as the list names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// 市12345热线受理中心
    HotlineOffice,
    /// 市政府办公室
    GovernmentOffice,
    /// 召集单位: the office that convenes the topic's rung.
    Convener,
    /// 涉及的市级行业主管部门
    ConcernedDepartment,
    /// 单位: a department or unit; whether it is the right one is a guard.
    Unit,
    /// 本地规则
    Rule,
    /// 系统时钟
    Clock,
}

impl Role {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::HotlineOffice => Convener::HotlineOffice.term(),
            Self::GovernmentOffice => Convener::GovernmentOffice.term(),
            Self::Convener => "本层级的召集单位",
            Self::ConcernedDepartment => "议题涉及的市级行业主管部门",
            Self::Unit => "单位",
            Self::Rule => "本地规则",
            Self::Clock => "系统时钟",
        }
    }

    /// The term for a topic: says which office convenes.
    #[must_use]
    pub fn term_for(self, topic: Option<&Topic>) -> &'static str {
        match (self, topic) {
            (Self::Convener, Some(topic)) => topic.rung.convener().term(),
            _ => self.term(),
        }
    }

    /// Whether the actor has this role on the topic.
    #[must_use]
    pub fn is_of(self, by: &TopicBy, topic: Option<&Topic>, world: &World) -> bool {
        match self {
            Self::HotlineOffice => by.convener() == Some(Convener::HotlineOffice),
            Self::GovernmentOffice => by.convener() == Some(Convener::GovernmentOffice),
            Self::Convener => by.convener().is_some_and(|of| topic.is_some_and(|topic| topic.rung.convener() == of)),
            Self::ConcernedDepartment => by.department().is_some_and(|unit| {
                let city = world.catalogue.unit(unit).is_some_and(|unit| unit.level == Level::City);
                let convenes = *unit == office_of(&TerritoryId::from(TerritoryId::CITY));
                city && !convenes && topic.is_some_and(|topic| topic.units.contains(unit))
            }),
            Self::Unit => by.unit().is_some_and(|unit| world.catalogue.unit(unit).is_some()),
            Self::Rule => by.is_rule(),
            Self::Clock => by.is_clock(),
        }
    }
}

/// One line of the list.
#[derive(Clone, Copy, Debug)]
pub struct Transition {
    /// In which states; none: before the topic is there.
    pub from: &'static [TopicState],
    /// Which command.
    pub command: CommandKind,
    /// Who may.
    pub who: &'static [Role],
    /// What must hold, in the order of asking.
    pub guards: &'static [Guard],
    /// The states that can come of it; none: the state stays.
    pub to: &'static [TopicState],
    /// Where it is written.
    pub source: &'static str,
}

const OFFICES: &[Role] = &[Role::HotlineOffice, Role::GovernmentOffice];
const CONVENER: &[Role] = &[Role::Convener];
const BEFORE_DECISION: &[TopicState] = &[Candidate, OnAgenda, Discussed];
const OPEN: &[TopicState] = &TopicState::OPEN;

/// The list.
pub static TRANSITIONS: &[Transition] = &[
    Transition {
        from: &[],
        command: CommandKind::Propose,
        who: &[Role::HotlineOffice, Role::GovernmentOffice, Role::Unit, Role::Rule, Role::Clock],
        guards: &[Guard::SubjectKnown, Guard::Words, Guard::OriginFits, Guard::BeginsHere, Guard::TicketsFit],
        to: &[Candidate],
        source: "第6至10条：热点、难点、高频共性问题；由谁提出未写明（本市设定）",
    },
    Transition {
        from: OPEN,
        command: CommandKind::RelateTickets,
        who: &[Role::HotlineOffice, Role::Rule],
        guards: &[Guard::TicketsFit],
        to: &[],
        source: "第6条：诉求量大、涉及面广（关联方式为本市设定）",
    },
    Transition {
        from: BEFORE_DECISION,
        command: CommandKind::NameUnits,
        who: CONVENER,
        guards: &[Guard::UnitsKnown],
        to: &[],
        source: "第8条：组织有关部门、单位",
    },
    Transition {
        from: OPEN,
        command: CommandKind::WriteOpinion,
        who: &[Role::ConcernedDepartment],
        guards: &[Guard::Words],
        to: &[],
        source: "第8条：市级行业主管部门提出书面意见",
    },
    Transition {
        from: BEFORE_DECISION,
        command: CommandKind::PutOnAgenda,
        who: CONVENER,
        guards: &[Guard::MeetingAhead, Guard::BothLevels, Guard::OpinionWritten, Guard::SeveralUnits],
        to: &[OnAgenda],
        source: "第6、7、8、10、38条；每月一议由市政府办公室召集，其余召集单位为本市设定",
    },
    Transition {
        from: &[Candidate, Discussed],
        command: CommandKind::Decline,
        who: CONVENER,
        guards: &[Guard::Words, Guard::NothingOutstanding],
        to: &[Declined],
        source: "本市设定：不予采纳须说明理由",
    },
    Transition {
        from: &[OnAgenda],
        command: CommandKind::RecordDiscussion,
        who: CONVENER,
        guards: &[Guard::Words, Guard::MeetingHeld, Guard::AttendedByConcerned],
        to: &[Discussed],
        source: "第6、7、8条：组织部门和属地研究",
    },
    Transition {
        from: &[Discussed],
        command: CommandKind::Decide,
        who: CONVENER,
        guards: &[Guard::Words, Guard::MeasuresFit, Guard::ModesFit],
        to: &[Decided],
        source: "第8、24、25条：研究解决；供热模式由每月一议议定",
    },
    Transition {
        from: BEFORE_DECISION,
        command: CommandKind::ReportMeasure,
        who: &[Role::Unit],
        guards: &[Guard::OwnOpenMeasure, Guard::Words],
        to: &[],
        source: "本市设定：已议定的措施在提交上一级后继续办理",
    },
    Transition {
        from: &[Decided],
        command: CommandKind::ReportMeasure,
        who: &[Role::Unit],
        guards: &[Guard::OwnOpenMeasure, Guard::Words],
        to: &[Decided, MeasuresDone],
        source: "第8条：研究解决（责任单位报告完成为本市设定）",
    },
    Transition {
        from: BEFORE_DECISION,
        command: CommandKind::SendBackMeasure,
        who: CONVENER,
        guards: &[Guard::ReportedMeasure, Guard::Words, Guard::DueAhead],
        to: &[],
        source: "本市设定：验收不通过退回",
    },
    Transition {
        from: &[Decided, MeasuresDone],
        command: CommandKind::SendBackMeasure,
        who: CONVENER,
        guards: &[Guard::ReportedMeasure, Guard::Words, Guard::DueAhead],
        to: &[Decided],
        source: "本市设定：验收不通过退回",
    },
    Transition {
        from: &[Discussed, Decided, MeasuresDone],
        command: CommandKind::Escalate,
        who: CONVENER,
        guards: &[Guard::HigherRung, Guard::Words],
        to: &[Candidate],
        source: "第8、10、38条：短期内难以解决的事项逐级提交",
    },
    Transition {
        from: &[MeasuresDone],
        command: CommandKind::Close,
        who: CONVENER,
        guards: &[Guard::Words, Guard::NothingOutstanding],
        to: &[Closed],
        source: "本市设定：措施完成、召集事项全部答复后办结",
    },
    Transition {
        from: OPEN,
        command: CommandKind::OrderSupervision,
        who: OFFICES,
        guards: &[Guard::Words, Guard::UnitsKnown, Guard::SeveralCityUnits, Guard::DueAhead, Guard::SummonsFits],
        to: &[],
        source: "第59条：联合督办新模式",
    },
    Transition {
        from: OPEN,
        command: CommandKind::ReportSupervision,
        who: &[Role::Unit],
        guards: &[Guard::OwnOpenSummons, Guard::Words],
        to: &[],
        source: "第59条：联合督办新模式",
    },
    Transition {
        from: OPEN,
        command: CommandKind::Whistle,
        who: OFFICES,
        guards: &[Guard::Words, Guard::UnitsKnown, Guard::WithinCountable, Guard::SummonsFits],
        to: &[],
        source: "第34条：热线「吹哨」、部门报到",
    },
    Transition {
        from: OPEN,
        command: CommandKind::CheckIn,
        who: &[Role::Unit],
        guards: &[Guard::OwnOpenSummons],
        to: &[],
        source: "第34条：热线「吹哨」、部门报到",
    },
    Transition {
        from: OPEN,
        command: CommandKind::Tick,
        who: &[Role::Clock],
        guards: &[],
        to: &[],
        source: "本市设定：逾期、未报到由系统时钟记明",
    },
];

/// The line for a command in a state; `None` for a topic that is not there yet.
#[must_use]
pub fn transition(state: Option<TopicState>, command: CommandKind) -> Option<&'static Transition> {
    TRANSITIONS.iter().filter(|line| line.command == command).find(|line| match state {
        None => line.from.is_empty(),
        Some(state) => line.from.contains(&state),
    })
}

/// The list as a Markdown table (状态转换表).
#[must_use]
pub fn table() -> String {
    let mut text = String::from("| 状态 | 命令 | 岗位 | 条件 | 之后 | 依据 |\n|---|---|---|---|---|---|\n");
    let joined = |terms: Vec<&str>, none: &str| if terms.is_empty() { none.to_owned() } else { terms.join("、") };
    for line in TRANSITIONS {
        let from = joined(line.from.iter().map(|state| state.term()).collect(), "（尚无）");
        let who = joined(line.who.iter().map(|role| role.term()).collect(), "—");
        let guards = joined(line.guards.iter().map(|guard| guard.term()).collect(), "—");
        let to = joined(line.to.iter().map(|state| state.term()).collect(), "不变");
        let _ = writeln!(text, "| {from} | {} | {who} | {guards} | {to} | {} |", line.command.term(), line.source);
    }
    text.push_str("\n| 层级 | 召集单位 |\n|---|---|\n");
    for rung in Rung::ALL {
        let _ = writeln!(text, "| {} | {} |", rung.term(), rung.convener().term());
    }
    text
}

/// The changes of state as a Mermaid picture (状态图).
#[must_use]
pub fn picture() -> String {
    let mut text = String::from("stateDiagram-v2\n");
    for line in TRANSITIONS {
        for to in line.to {
            if line.from.is_empty() {
                let _ = writeln!(text, "    [*] --> {}: {}", to.term(), line.command.term());
            }
            for from in line.from.iter().filter(|from| *from != to) {
                let _ = writeln!(text, "    {} --> {}: {}", from.term(), to.term(), line.command.term());
            }
        }
    }
    for state in TopicState::ALL.into_iter().filter(|state| state.is_final()) {
        let _ = writeln!(text, "    {} --> [*]", state.term());
    }
    text
}
