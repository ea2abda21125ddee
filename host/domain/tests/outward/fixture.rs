//! A ticket with something in every field, so that there is something to leak.

use chuishao_domain::World;
use chuishao_domain::apply::begin;
use chuishao_domain::calendar::{TimeSpan, moment};
use chuishao_domain::deadline::{Deadline, DeadlineKind, Due, Source};
use chuishao_domain::duty::{Duty, DutyKind};
use chuishao_domain::grounds::HandBackGround;
use chuishao_domain::ids::{TicketId, UnitId};
use chuishao_domain::oversight::{
    JointSupervision, OrderGround, Oversight, Summoned, Supervision, SupervisionOrder, Whistle,
};
use chuishao_domain::responsibility::{HandBack, LiabilityCase};
use chuishao_domain::rule::effect::{Forum, OpinionStage, Post, TaskKind};
use chuishao_domain::rule::ledger::{LedgerNote, NoteKind};
use chuishao_domain::rule::state::{Opinion, RuleState, Suggested, Timer};
use chuishao_domain::rule::value::{Value, ValueKind};
use chuishao_domain::side::Side;
use chuishao_domain::ticket::{
    Assignment, CallerKind, Channel, CopyTo, FollowUp, Intake, MatterKind, Pending, Place, RequiredField, Task, Ticket,
    TicketState, Urgency,
};
use jiff::Timestamp;
use jiff::civil::date;
use std::sync::LazyLock;

pub static WORLD: LazyLock<World> = LazyLock::new(World::weifang);

pub fn at(text: &str) -> Timestamp {
    moment(text.parse().expect("civil time")).expect("in range")
}

pub fn intake() -> Intake {
    Intake {
        caller: "caller-0042".into(),
        caller_kind: CallerKind::Citizen,
        channel: Channel::Phone,
        matter_kind: MatterKind::Complaint,
        category: "060201".into(),
        title: "校门口流动摊贩".into(),
        body: "放学时占满人行道".into(),
        place: Place {
            territory: "370705".into(),
            street: "大虞街道".into(),
            estate: "东方花园".into(),
            building: "8号楼".into(),
        },
        confidential: false,
        received_at: at("2024-11-06T10:20"),
    }
}

/// The ticket.
pub fn rich() -> Ticket {
    let mut ticket = begin(&TicketId::new(date(2024, 11, 6), 42), &intake(), Urgency::Urgent);
    let received_at = ticket.intake.received_at;
    ticket.version = 9;
    ticket.state = TicketState::Handling;
    ticket.required_fields = vec![RequiredField {
        name: "stall".into(),
        namespace: "stalls".into(),
        label: "摊位".into(),
        kind: Some(ValueKind::Text),
        personal: true,
    }];
    ticket.suggestions.category = Some("0602".into());
    ticket.suggestions.seat = Some("seat-legal".into());
    ticket.suggestions.by.insert(Suggested::Seat, "stalls".into());
    ticket.suggestions.lead_unit = Some("370705-CG".into());
    ticket.suggestions.assisting_units = vec!["370705-S02".into()];
    ticket.tags.insert("stalls/高频".into());
    ticket.assignments = vec![Assignment {
        handling_unit: "370705-CG".into(),
        lead: true,
        taken_up: true,
        reported_back: false,
        dispatched_at: at("2024-11-06T10:40"),
    }];
    ticket.copies = vec![CopyTo { reader: "WF-CG".into(), statutory: true }];
    let deadline = Deadline::new(
        DeadlineKind::Close,
        received_at,
        TimeSpan::WorkingDays(5),
        Source::ProvincialRules,
        &WORLD.calendar,
    );
    ticket.deadlines = vec![Deadline { tightened_by: vec!["stalls".into()], ..deadline }];
    ticket.pending = Some(Pending::HandBack);
    ticket.evidence_asked = vec!["现场照片".into()];
    ticket.follow_ups = vec![FollowUp {
        attempt: 1,
        at: at("2024-11-12T09:30"),
        reached: true,
        solved: Some(false),
        satisfied: Some(false),
    }];
    ticket.rework_count = 1;
    ticket.tasks = vec![Task {
        number: 1,
        kind: TaskKind::OnSiteMediation,
        post: Post::PrincipalLeader,
        handling_unit: "370705-CG".into(),
        title: "现场调处".into(),
        opened_at: received_at,
        within: TimeSpan::WorkingDays(3),
        due: Due::At(at("2024-11-11T17:30")),
        rule: "stalls".into(),
        done: false,
        overdue: false,
        record: vec![RequiredField {
            name: "stall".into(),
            namespace: "stalls".into(),
            label: "摊主约定".into(),
            kind: Some(ValueKind::Text),
            personal: true,
        }],
    }];
    ticket.timers = vec![Timer { rule: "stalls".into(), name: "again".into(), fires_at: at("2024-11-20T09:00") }];
    let mut state = RuleState { memory: "上次劝离".into(), ..RuleState::default() };
    state.fields.insert("stall".into(), Value::Text("烤地瓜".into()));
    state.personal_fields.insert("stall".into());
    ticket.rules.insert("stalls".into(), state);
    ticket.ledger_entries = vec![("stalls/督查台账".into(), "校门口".into())];
    ticket.ledger_notes = vec![LedgerNote {
        ledger: "stalls/督查台账".into(),
        title: "校门口".into(),
        kind: NoteKind::Settled,
        text: "已清理".into(),
    }];
    ticket.opinions =
        vec![Opinion { rule: "stalls".into(), stage: OpinionStage::HandBack, words: "摊主曾被劝离".into() }];
    ticket.nominations = vec![(Forum::DailyDiscussion, "校园周边".into())];
    off_the_plain_way(&mut ticket);
    ticket
}

/// What hangs on a ticket beside its own way.
fn off_the_plain_way(ticket: &mut Ticket) {
    let asked_at = at("2024-11-07T09:10");
    let unit = || UnitId::from("370705-CG");
    ticket.responsibility.hand_backs =
        vec![HandBack { unit: unit(), ground: HandBackGround::NotOurDuty, asked_at, approved: Some(false) }];
    ticket.responsibility.case = Some(LiabilityCase {
        opened_at: asked_at,
        named_unit: Some(unit()),
        refused_at: Some(asked_at),
        signed_unit: Some(unit()),
    });
    ticket.oversight = Oversight {
        supervisions: vec![Supervision {
            department: "WF-CG".into(),
            copied_at: asked_at,
            taken_up: true,
            action_count: 1,
            opinion_count: 1,
        }],
        orders: vec![SupervisionOrder {
            number: 1,
            ground: OrderGround::Office,
            unit: unit(),
            ordered_at: asked_at,
            answered: false,
        }],
        joint: Some(JointSupervision { units: vec!["WF-GA".into()], opened_at: asked_at }),
        whistles: vec![Whistle {
            number: 1,
            blown_at: asked_at,
            summoned: vec![Summoned { unit: "WF-GA".into(), checked_in_at: None }],
        }],
        reminder_count: 1,
    };
    let due = Due::At(at("2024-11-08T17:30"));
    ticket.duties = vec![Duty::new(DutyKind::CheckIn, &"WF-GA".into(), asked_at, due)];
    ticket.side = Some(Side::Merged(TicketId::new(date(2024, 11, 5), 7)));
    ticket.merged = vec![TicketId::new(date(2024, 11, 6), 43)];
    ticket.three_way_calls.insert(unit());
}
