//! What people, the clock and rules may want, at random.

use chuishao_domain::actor::By;
use chuishao_domain::calendar::TimeSpan;
use chuishao_domain::command::Command;
use chuishao_domain::deadline::DeadlineKind;
use chuishao_domain::grounds::{AnswerBasis, DeclineGround, EmergencyLine, HandBackGround, PanelSeat, Receiver};
use chuishao_domain::ids::UnitId;
use chuishao_domain::oversight::SupervisionKind;
use chuishao_domain::rule::effect::{Effect, FeedField, Forum, OpinionStage, Post, Proposal, TaskKind};
use chuishao_domain::rule::value::Value;
use chuishao_domain::side::MainTicket;
use chuishao_domain::ticket::Urgency;
use proptest::prelude::*;

/// The main ticket that duplicates are merged into.
pub const MAIN: &str = "WF20240625000042-4";
pub const UNITS: [&str; 7] = ["370705-GA", "370705-S02", "370705-CG", "370784-ZJ", "WF-GA", "WF-ZJ", "nowhere"];
pub const CATEGORIES: [&str; 5] = ["0301", "0104", "0401", "0201", "9999"];

const STAGES: [OpinionStage; 5] = [
    OpinionStage::Intake,
    OpinionStage::Dispatch,
    OpinionStage::HandBack,
    OpinionStage::Liability,
    OpinionStage::Review,
];

/// One thing that somebody wants, after so many minutes.
#[derive(Clone, Debug)]
pub struct Wish {
    pub minutes: i64,
    pub command: Command,
    pub actor: Who,
}

#[derive(Clone, Debug)]
pub enum Who {
    Known(By),
    /// Whoever leads, or the police bureau while nobody does.
    Lead,
    /// A rule of 奎文区, or of the city.
    Rule(bool),
}

pub fn one_of<T: Clone + std::fmt::Debug + 'static>(values: &[T]) -> impl Strategy<Value = T> + use<T> {
    proptest::sample::select(values.to_vec())
}

fn unit() -> impl Strategy<Value = UnitId> {
    one_of(&UNITS).prop_map(UnitId::from)
}

fn span() -> impl Strategy<Value = TimeSpan> {
    prop_oneof![
        (0_u16..300).prop_map(TimeSpan::ClockHours),
        (0_u16..60).prop_map(TimeSpan::WorkingHours),
        (0_u16..12).prop_map(TimeSpan::WorkingDays),
        Just(TimeSpan::WorkingDays(u16::MAX)),
    ]
}

fn deadline_kind() -> impl Strategy<Value = DeadlineKind> {
    one_of(&[DeadlineKind::Grasp, DeadlineKind::Contact, DeadlineKind::Close])
}

fn effect() -> impl Strategy<Value = Effect> {
    let words = || one_of(&["", "补充照片", "\u{202e}<b>=cmd"]).prop_map(str::to_owned);
    let name = || one_of(&["again", "x", "place.estate", "own-field", "other-field"]).prop_map(str::to_owned);
    prop_oneof![
        name().prop_map(Effect::RequireField),
        one_of(&CATEGORIES).prop_map(|code| Effect::SuggestCategory(code.into())),
        one_of(&["seat-legal", "no-seat"]).prop_map(|seat| Effect::SuggestSeat(seat.into())),
        words().prop_map(Effect::AddTag),
        one_of(&[Urgency::Ordinary, Urgency::Urgent, Urgency::Critical]).prop_map(Effect::RaiseUrgency),
        (deadline_kind(), span()).prop_map(|(kind, within)| Effect::TightenDeadline { kind, within }),
        unit().prop_map(Effect::AddCopy),
        (unit(), any::<bool>()).prop_map(|(handling_unit, lead)| Effect::SuggestUnit { handling_unit, lead }),
        words().prop_map(Effect::AskEvidence),
        words().prop_map(Effect::SendBack),
        (span(), words()).prop_map(|(within, title)| Effect::OpenTask {
            kind: TaskKind::OnSiteMediation,
            post: Post::PrincipalLeader,
            within,
            title
        }),
        (words(), unit(), any::<bool>()).prop_map(|(title, unit, named)| Effect::EnterLedger {
            ledger: "督查台账".into(),
            basis: title.clone(),
            title,
            handling_unit: named.then_some(unit)
        }),
        (one_of(&STAGES), words()).prop_map(|(stage, text)| Effect::AttachOpinion { stage, text }),
        one_of(&Receiver::ALL).prop_map(Effect::SuggestReferral),
        name().prop_map(|name| Effect::RequireRecord { kind: TaskKind::OnSiteMediation, fields: vec![name] }),
        one_of(&[FeedField::Street, FeedField::Satisfied]).prop_map(Effect::OmitFromFeed),
        (words(), words()).prop_map(|(title, document)| Effect::LinkDocument {
            ledger: "督查台账".into(),
            title,
            document
        }),
        (words(), words()).prop_map(|(title, text)| Effect::SettleEntry { ledger: "督查台账".into(), title, text }),
        words().prop_map(|text| Effect::WriteSection { heading: "热线议题".into(), text }),
        words().prop_map(|title| Effect::Nominate { forum: Forum::DailyDiscussion, title }),
        (unit(), words()).prop_map(|(to_unit, text)| Effect::Notify { to_unit, text }),
        (name(), span()).prop_map(|(name, after)| Effect::SetTimer { name, after }),
        name().prop_map(Effect::CancelTimer),
        (name(), any::<i64>()).prop_map(|(name, number)| Effect::SetField { name, value: Value::Integer(number) }),
        (0_usize..2000).prop_map(|long| Effect::Remember("x".repeat(long))),
        (unit(), any::<i32>()).prop_map(|(handling_unit, hundredths)| Effect::ScoreLocally {
            handling_unit,
            item: "及时".into(),
            hundredths
        }),
    ]
}

fn by(by: By) -> Who {
    Who::Known(by)
}

fn number() -> String {
    "0001".into()
}

fn words() -> String {
    "情况说明".into()
}

fn of_either(command: fn(bool) -> Command, by: By) -> impl Strategy<Value = (Command, Who)> {
    any::<bool>().prop_map(move |yes| (command(yes), Who::Known(by.clone())))
}

/// The plain way: commands with the actor that usually gives them.
fn by_people() -> impl Strategy<Value = (Command, Who)> {
    let reviewer = || By::Reviewer { number: number() };
    let taker = by(By::CallTaker { number: number() });
    let dispatcher = by(By::Dispatcher { number: number() });
    let clerk = || one_of(&["370705-GA", "370705-CG"]).prop_map(|unit| by(By::UnitClerk { unit: unit.into() }));
    prop_oneof![
        3 => Just((Command::Accept { unanswered: Some("来电人不知道".into()) }, taker)),
        4 => unit().prop_map(move |lead_unit| (Command::Dispatch { lead_unit, assisting_units: vec![] }, dispatcher.clone())),
        1 => clerk().prop_map(|who| (Command::TakeUp, who)),
        5 => Just((Command::AskHandBack { ground: HandBackGround::NotOurDuty, reason: words() }, Who::Lead)),
        1 => (0_u16..14).prop_map(|working_days| (Command::AskExtension { working_days, reason: words() }, Who::Lead)),
        4 => of_either(|approved| Command::RuleHandBack { approved, opinion: words() }, reviewer()),
        1 => of_either(|approved| Command::RuleExtension { approved, opinion: words() }, reviewer()),
        1 => clerk().prop_map(|who| (Command::RecordGrasp { words: words() }, who)),
        3 => any::<bool>().prop_map(|solved| {
            (Command::ReportBack { contacted: true, solved, result: words(), evidence_count: 0 }, Who::Lead)
        }),
        3 => of_either(|passed| Command::Review { passed, opinion: words() }, reviewer()),
        3 => (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(reached, solved, satisfied, close)| {
            let command = Command::FollowUp {
                reached,
                solved: reached.then_some(solved),
                satisfied: Some(satisfied),
                opinion: String::new(),
                explained: close.then(words),
            };
            (command, by(By::FollowUpStaff { number: number() }))
        }),
    ]
}

/// Off the plain way.
fn by_others() -> impl Strategy<Value = (Command, Who)> {
    let taker = || by(By::CallTaker { number: number() });
    let dispatcher = || by(By::Dispatcher { number: number() });
    let panel = vec![PanelSeat::DisciplineInspection, PanelSeat::Department, PanelSeat::LegalAdviser];
    let main = MainTicket {
        id: MAIN.into(),
        territory: "370705".into(),
        category_group: "0301".into(),
        open: true,
        merged: false,
    };
    prop_oneof![
        1 => Just((Command::AskDecline { ground: DeclineGround::Petition, reason: words() }, taker())),
        1 => of_either(|approved| Command::RuleDecline { approved, opinion: words() }, By::Reviewer { number: number() }),
        1 => of_either(|fire| {
            let line = if fire { EmergencyLine::Fire } else { EmergencyLine::Police };
            Command::PassOnEmergency { line, words: if fire { words() } else { String::new() } }
        }, By::CallTaker { number: number() }),
        1 => unit().prop_map(|partner_unit| {
            (Command::ThreeWayCall { partner_unit, words: words() }, by(By::LegalSeat { number: number() }))
        }),
        1 => one_of(&[AnswerBasis::Expert, AnswerBasis::ThreeWayCall]).prop_map(|basis| {
            (Command::AnswerDirectly { basis, answer: words() }, by(By::LegalSeat { number: number() }))
        }),
        1 => (one_of(&[Receiver::Court, Receiver::Arbitration]), one_of(&[None, Some(true), Some(false)])).prop_map(
            move |(receiver, consent)| (Command::Refer { receiver, consent, words: words() }, dispatcher())
        ),
        1 => Just((Command::RecordReferralResult { result: words() }, by(By::LegalSeat { number: number() }))),
        1 => Just((Command::Merge { main: Box::new(main), reason: words() }, by(By::Dispatcher { number: number() }))),
        2 => one_of(&[MAIN, "WF20240625000007-1"]).prop_map(|main| (Command::AnswerMerged { main: main.into() }, by(By::Clock))),
        4 => unit().prop_map(move |lead_unit| {
            let panel = panel.clone();
            let decide = Command::DecideLiability { lead_unit, assisting_units: vec![], panel, opinion: words() };
            (decide, by(By::LiabilityPanel { number: number() }))
        }),
        2 => Just((Command::EscalateRefusal { words: words() }, by(By::HotlineOffice { number: number() }))),
        2 => unit().prop_map(|lead_unit| {
            (Command::SignResponsibility { lead_unit, words: words() }, by(By::CityLeader { number: number() }))
        }),
        1 => of_either(|open| Command::MarkAppeal { open }, By::Clock),
    ]
}

/// Beside the ticket's own life.
fn by_watchers() -> impl Strategy<Value = (Command, Who)> {
    let office = || by(By::HotlineOffice { number: number() });
    let department = || by(By::DepartmentSupervisor { unit: "WF-GA".into() });
    prop_oneof![
        Just((Command::TakeUpCopy, department())),
        unit().prop_map(move |target| {
            (Command::Supervise { kind: SupervisionKind::Urge, target, words: words() }, department())
        }),
        Just((Command::GiveOpinion { words: words() }, by(By::DepartmentSupervisor { unit: "WF-GA".into() }))),
        Just((Command::Remind { words: words() }, by(By::CallTaker { number: number() }))),
        Just((Command::OrderSupervision { words: words() }, office())),
        (1_u16..4).prop_map(|number| (Command::AnswerSupervision { number, words: words() }, Who::Lead)),
        (unit(), unit()).prop_map(move |(one, other)| {
            (Command::OpenJointSupervision { units: vec![one, other], words: words() }, office())
        }),
        Just((Command::EndJointSupervision { result: words() }, by(By::HotlineOffice { number: number() }))),
        (unit(), unit()).prop_map(|(one, other)| {
            (
                Command::BlowWhistle { units: vec![one, other], words: words() },
                by(By::HotlineOffice { number: number() }),
            )
        }),
        (1_u16..3).prop_map(|number| (Command::CheckIn { number, words: words() }, Who::Lead)),
    ]
}

pub fn wish() -> impl Strategy<Value = Wish> {
    let asked = (effect(), any::<bool>()).prop_map(|(effect, of_city)| {
        let proposal = Proposal { effect, reason: "规则的理由".into() };
        (Command::Propose(Box::new(proposal)), Who::Rule(of_city))
    });
    let clock = Just((Command::Tick, Who::Known(By::Clock)));
    let what = prop_oneof![6 => by_people(), 3 => by_others(), 2 => by_watchers(), 4 => asked, 2 => clock];
    (prop_oneof![3 => Just(0_i64), 1 => 1_i64..2000], what).prop_map(|(minutes, (command, actor))| Wish {
        minutes,
        command,
        actor,
    })
}
