//! What the tests of topics share: a life that acts and keeps its history, the actors, and a
//! topic in any state.

use chuishao_domain::World;
use chuishao_domain::actor::By;
use chuishao_domain::calendar::TimeSpan;
use chuishao_domain::ids::{TicketId, TopicId, UnitId};
use chuishao_domain::refusal::Refusal;
use chuishao_domain::topic::actor::{Office, TopicBy};
use chuishao_domain::topic::apply::{apply, begin, fold};
use chuishao_domain::topic::case::{Draft, Origin, Subject, Topic, TopicState};
use chuishao_domain::topic::command::{MeasureDraft, TopicCommand};
use chuishao_domain::topic::event::{TopicEvent, TopicRecorded};
use chuishao_domain::topic::handle::handle;
use chuishao_domain::topic::rung::Rung;
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeSet;
use std::sync::LazyLock;

pub static WORLD: LazyLock<World> = LazyLock::new(World::weifang);

/// 市城管局, which answers for heating (0104); 市住建局; two units of counties.
pub const CITY_CG: &str = "WF-CG";
pub const CITY_ZJ: &str = "WF-ZJ";
pub const KUIWEN_CG: &str = "370705-CG";
pub const ANQIU_ZJ: &str = "370784-ZJ";

pub fn hotline() -> TopicBy {
    TopicBy::Office(Office::HotlineOffice { number: "0101".into() })
}

pub fn government() -> TopicBy {
    TopicBy::Office(Office::GovernmentOffice { number: "0007".into() })
}

pub fn convener(rung: Rung) -> TopicBy {
    if rung < Rung::MonthlyDiscussion { hotline() } else { government() }
}

pub fn clerk(unit: &str) -> TopicBy {
    TopicBy::Known(By::UnitClerk { unit: unit.into() })
}

pub fn department(unit: &str) -> TopicBy {
    TopicBy::Known(By::DepartmentSupervisor { unit: unit.into() })
}

pub fn clock() -> TopicBy {
    TopicBy::Known(By::Clock)
}

pub fn rule() -> TopicBy {
    TopicBy::Known(By::Rule {
        rule: "changle-rectification".into(),
        title: "昌乐整治任务".into(),
        version: semver::Version::new(1, 0, 0),
        reason: "同一小区七日内同类诉求十二件".into(),
    })
}

pub fn units(ids: &[&str]) -> BTreeSet<UnitId> {
    ids.iter().map(|id| UnitId::from(*id)).collect()
}

pub fn tickets(numbers: std::ops::Range<u64>) -> BTreeSet<TicketId> {
    numbers.map(|number| TicketId::new(date(2024, 11, 1), number)).collect()
}

pub fn words() -> String {
    "部分小区换热站设备老化，室温不达标".into()
}

pub fn draft(rung: Rung) -> Draft {
    Draft {
        title: "冬季供热室温不达标问题".into(),
        subject: Subject { category: "0104".into(), territory: "WF".into(), place: String::new() },
        rung,
        origin: Origin::Suggested,
        units: units(&[CITY_ZJ, KUIWEN_CG]),
        ticket_count: 40,
        tickets: tickets(1..4),
        reasons: vec!["诉求量大、涉及面广：本期 412 件，涉及 12 个属地、58 个街道".into()],
    }
}

pub fn measure(unit: &str, due_on: Date) -> MeasureDraft {
    MeasureDraft { unit: unit.into(), what: "更换老化换热站设备".into(), due_on }
}

/// A topic with the moments and events that made it.
#[derive(Clone, Debug)]
pub struct Life {
    pub topic: Option<Topic>,
    pub history: Vec<TopicRecorded>,
    pub now: Timestamp,
}

impl Life {
    pub fn new(now: &str) -> Self {
        Self { topic: None, history: Vec::new(), now: now.parse().expect("a moment") }
    }

    pub fn topic(&self) -> &Topic {
        self.topic.as_ref().expect("it is proposed")
    }

    pub fn today(&self) -> Date {
        chuishao_domain::calendar::civil(self.now).date()
    }

    pub fn in_days(&self, days: i64) -> Date {
        self.today().saturating_add(days.days())
    }

    pub fn pass(&mut self, days: i64) {
        self.now = self.now.checked_add((days * 24).hours()).expect("in range");
    }

    pub fn id() -> TopicId {
        TopicId::new(date(2024, 11, 1), 3)
    }

    /// Acts; what is refused changes nothing.
    pub fn act(&mut self, by: &TopicBy, command: &TopicCommand) -> Result<Vec<TopicEvent>, Refusal> {
        let events = handle(&WORLD, self.topic.as_ref(), command, by, self.now)?;
        for event in &events {
            let sequence = self.topic.as_ref().map_or(0, |topic| topic.version) + 1;
            let recorded = TopicRecorded { sequence, at: self.now, by: by.clone(), event: event.clone() };
            match (&mut self.topic, event) {
                (Some(topic), _) => apply(topic, &recorded),
                (None, TopicEvent::Proposed { draft }) => self.topic = Some(begin(&Self::id(), draft)),
                (None, other) => panic!("{other:?} begins no topic"),
            }
            self.history.push(recorded);
        }
        Ok(events)
    }

    /// Acts, and must not be refused.
    pub fn does(&mut self, by: &TopicBy, command: TopicCommand) {
        if let Err(refusal) = self.act(by, &command) {
            panic!("{command:?} was refused: {refusal} ({})", refusal.code);
        }
    }

    /// The code of the refusal that must come.
    pub fn refused(&mut self, by: &TopicBy, command: &TopicCommand) -> String {
        let before = self.topic.clone();
        let refusal = self.act(by, command).expect_err("it is refused");
        assert_eq!(before, self.topic);
        assert!(!refusal.chinese.is_empty() && !refusal.english.is_empty());
        refusal.code.into_owned()
    }

    /// As it is written and read again.
    pub fn fold_of_written(&self) -> Option<Topic> {
        let written = serde_json::to_string(&self.history).expect("it writes");
        let read: Vec<TopicRecorded> = serde_json::from_str(&written).expect("it reads");
        assert_eq!(read, self.history);
        fold(&Self::id(), &read)
    }

    /// One meeting of the topic's rung, from the agenda to the discussion.
    pub fn meets(&mut self) {
        let by = convener(self.topic().rung);
        self.does(&by, TopicCommand::PutOnAgenda { on: self.today() });
        let attended = units(&[CITY_CG, CITY_ZJ]);
        self.does(&by, TopicCommand::RecordDiscussion { attended, words: words() });
    }

    pub fn decides(&mut self, on: &[&str]) {
        let due_on = self.in_days(30);
        let measures = on.iter().map(|unit| measure(unit, due_on)).collect();
        let by = convener(self.topic().rung);
        self.does(&by, TopicCommand::Decide { words: words(), measures, modes: vec![] });
    }

    fn reports_what_is_open(&mut self) {
        let open: Vec<_> = self.topic().open_measures().map(|of| (of.number, of.unit.clone())).collect();
        for (number, unit) in open {
            self.does(&clerk(unit.as_str()), TopicCommand::ReportMeasure { number, result: "已完成更换".into() });
        }
    }

    /// A topic of the 每日一议 that was escalated to `rung`, in `state`. It has measure 1 done,
    /// measure 2 (市住建局), whistle 1 (奎文区城管局) and joint supervision 2 (both city
    /// departments), which are open unless it is `clean`.
    pub fn in_state(state: TopicState, rung: Rung, clean: bool) -> Self {
        let mut life = Self::new("2024-11-01T09:00:00+08:00");
        life.does(&hotline(), TopicCommand::Propose(draft(Rung::DailyDiscussion)));
        let within = TimeSpan::ClockHours(2);
        life.does(&hotline(), TopicCommand::Whistle { units: units(&[KUIWEN_CG]), words: words(), within });
        let due_on = life.in_days(10);
        let both = units(&[CITY_CG, CITY_ZJ]);
        life.does(&hotline(), TopicCommand::OrderSupervision { units: both, words: words(), due_on });
        life.does(&department(CITY_CG), TopicCommand::WriteOpinion { words: words() });
        life.meets();
        life.decides(&[CITY_CG, CITY_ZJ]);
        life.does(&clerk(CITY_CG), TopicCommand::ReportMeasure { number: 1, result: "已排查".into() });
        life.does(&hotline(), TopicCommand::Escalate { to: rung, reason: "短期内难以解决".into() });
        if clean {
            life.reports_what_is_open();
            life.does(&clerk(KUIWEN_CG), TopicCommand::CheckIn { number: 1 });
            for unit in [CITY_CG, CITY_ZJ] {
                life.does(&clerk(unit), TopicCommand::ReportSupervision { number: 2, report: words() });
            }
        }
        let by = convener(rung);
        match state {
            TopicState::Candidate => {}
            TopicState::OnAgenda => life.does(&by, TopicCommand::PutOnAgenda { on: life.today() }),
            TopicState::Declined => life.does(&by, TopicCommand::Decline { reason: "已有专项方案".into() }),
            _ => life.meets(),
        }
        if matches!(state, TopicState::Decided | TopicState::MeasuresDone | TopicState::Closed) {
            life.decides(&[CITY_ZJ]);
        }
        if matches!(state, TopicState::MeasuresDone | TopicState::Closed) {
            life.reports_what_is_open();
        }
        if state == TopicState::Closed {
            life.does(&by, TopicCommand::Close { outcome: "措施全部完成".into() });
        }
        assert_eq!(life.topic().state, state);
        life
    }
}
