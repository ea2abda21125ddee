//! Lives that the articles tell, from beginning to end.

use crate::support::*;
use chuishao_domain::actor::By;
use chuishao_domain::apply::begin as begin_ticket;
use chuishao_domain::calendar::TimeSpan;
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::ids::TicketId;
use chuishao_domain::rule::effect::Forum;
use chuishao_domain::ticket::{Ticket, Urgency};
use chuishao_domain::topic::actor::TopicBy;
use chuishao_domain::topic::case::{Mode, TopicState};
use chuishao_domain::topic::command::TopicCommand;
use chuishao_domain::topic::event::TopicEvent;
use chuishao_domain::topic::guard::MOST_TICKETS;
use chuishao_domain::topic::message::messages;
use chuishao_domain::topic::narrate;
use chuishao_domain::topic::nomination;
use chuishao_domain::topic::rung::Rung;
use jiff::civil::date;

/// Article row 24: 「11月5日,潍坊市政府办公室召开"每月一议"专题会议」, and 「市12345热线也随之进入
/// "供热模式"」.
#[test]
fn the_monthly_discussion_of_5_november_switches_heating_mode_on() {
    let mut life = Life::new("2024-10-30T09:00:00+08:00");
    life.does(&department(CITY_CG), TopicCommand::Propose(draft(Rung::MonthlyDiscussion)));
    let agenda = TopicCommand::PutOnAgenda { on: date(2024, 11, 5) };
    assert_eq!(life.refused(&government(), &agenda), "opinion-needed");
    life.does(&department(CITY_CG), TopicCommand::WriteOpinion { words: "供热诉求集中，建议多部门会商".into() });
    assert_eq!(life.refused(&hotline(), &agenda), "not-entitled");
    life.does(&government(), agenda);
    let told = messages(life.history.last().expect("an event"), life.topic(), &WORLD);
    let to: Vec<&str> = told.iter().map(|message| message.to_unit.as_str()).collect();
    assert_eq!(to, [KUIWEN_CG, CITY_CG, CITY_ZJ], "all that are concerned are invited");

    let attended = units(&[CITY_CG, CITY_ZJ]);
    let record = TopicCommand::RecordDiscussion { attended, words: "听取供热企业情况汇报".into() };
    assert_eq!(life.refused(&government(), &record), "meeting-not-held");
    life.now = "2024-11-05T17:00:00+08:00".parse().expect("a moment");
    life.does(&government(), record);
    let season = Mode { name: "供热模式".into(), from: date(2024, 11, 5), to: date(2025, 3, 31) };
    let measures = vec![measure(CITY_CG, date(2024, 11, 15)), measure(KUIWEN_CG, date(2024, 11, 30))];
    life.does(
        &government(),
        TopicCommand::Decide {
            words: "优化供暖类诉求受理、转办、督办流程".into(), measures, modes: vec![season]
        },
    );
    let on = |life: &Life, day| life.topic().mode_on("供热模式", day);
    assert!(on(&life, date(2024, 11, 5)) && on(&life, date(2025, 3, 31)));
    assert!(!on(&life, date(2024, 11, 4)) && !on(&life, date(2025, 4, 1)));
    assert!(!life.topic().mode_on("防汛模式", date(2024, 12, 1)));
    let words = narrate::event(&life.history.last().expect("an event").event, &WORLD).chinese;
    assert_eq!(
        words,
        "议定：优化供暖类诉求受理、转办、督办流程；措施 1：更换老化换热站设备，市城管局，2024-11-15 前完成；\
         措施 2：更换老化换热站设备，奎文区城管局，2024-11-30 前完成；启用「供热模式」：2024-11-05 至 2025-03-31"
    );

    // Measure 1 falls due: the clock says so, once, and the unit hears of it.
    assert_eq!(life.topic().wakes_at(), Some("2024-11-15T17:30:00+08:00".parse().expect("a moment")));
    life.now = "2024-11-15T17:30:00+08:00".parse().expect("a moment");
    let said = life.act(&clock(), &TopicCommand::Tick).expect("the clock may");
    assert_eq!(said, [TopicEvent::MeasureOverdue { number: 1 }]);
    let told = messages(life.history.last().expect("an event"), life.topic(), &WORLD);
    let to: Vec<&str> = told.iter().map(|message| message.to_unit.as_str()).collect();
    assert_eq!(to, [CITY_CG, "WF-ZF"], "the principal leader, and one step above");
    assert_eq!(life.act(&clock(), &TopicCommand::Tick), Ok(vec![]));
    life.pass(1);
    life.does(&department(CITY_CG), TopicCommand::ReportMeasure { number: 1, result: "已完成".into() });
    life.does(&clerk(KUIWEN_CG), TopicCommand::ReportMeasure { number: 2, result: "已完成".into() });
    assert_eq!(life.topic().state, TopicState::MeasuresDone);
    assert!(life.topic().measures[0].overdue && !life.topic().measures[1].overdue);

    // What is not good enough goes back, with a new date, and comes again.
    let due_on = date(2024, 12, 10);
    life.does(&government(), TopicCommand::SendBackMeasure { number: 2, missing: "缺验收记录".into(), due_on });
    assert_eq!(life.topic().state, TopicState::Decided);
    life.does(&clerk(KUIWEN_CG), TopicCommand::ReportMeasure { number: 2, result: "已补验收记录".into() });
    life.does(&government(), TopicCommand::Close { outcome: "供热诉求平稳".into() });
    assert!(on(&life, date(2025, 1, 1)), "what was decided holds after the topic is closed");
    assert_eq!((life.topic().state, life.topic().wakes_at()), (TopicState::Closed, None));
    assert_eq!(life.fold_of_written().as_ref(), Some(life.topic()));
}

/// Article rows 34 and 59: who has not come is listed, who came late is marked.
#[test]
fn who_does_not_answer_is_listed_and_who_is_late_is_marked() {
    let mut life = Life::new("2024-11-08T16:00:00+08:00");
    life.does(&hotline(), TopicCommand::Propose(draft(Rung::DailyDiscussion)));
    let called = units(&[KUIWEN_CG, ANQIU_ZJ]);
    let within = TimeSpan::WorkingDays(1);
    life.does(&hotline(), TopicCommand::Whistle { units: called, words: "现场会商".into(), within });
    let due_on = date(2024, 11, 20);
    let both = units(&[CITY_CG, "WF-JT"]);
    life.does(&government(), TopicCommand::OrderSupervision { units: both, words: "道路开挖恢复".into(), due_on });
    assert!(life.topic().units.is_superset(&units(&[ANQIU_ZJ, "WF-JT"])), "who is called is concerned");

    life.does(&clerk(KUIWEN_CG), TopicCommand::CheckIn { number: 1 });
    // Friday and one working day: Monday's end.
    life.now = "2024-11-11T17:30:00+08:00".parse().expect("a moment");
    assert_eq!(life.topic().wakes_at(), Some(life.now));
    let said = life.act(&clock(), &TopicCommand::Tick).expect("the clock may");
    assert_eq!(said, [TopicEvent::SummonsLapsed { number: 1, missing: vec![ANQIU_ZJ.into()] }]);
    assert_eq!(narrate::event(&said[0], &WORLD).chinese, "到期：召集 1 尚未答复的单位 安丘市住建局");
    let told = messages(life.history.last().expect("an event"), life.topic(), &WORLD);
    let told: Vec<(&str, &str)> = told.iter().map(|of| (of.to_unit.as_str(), of.text.as_str())).collect();
    let expected = [
        (ANQIU_ZJ, "主要负责人（一把手）：召集 1 已到期，尚未答复，请督促办理"),
        ("370784-ZF", "安丘市住建局：召集 1 已到期，尚未答复"),
    ];
    let about = "议题 YT20241101-003「冬季供热室温不达标问题」：";
    assert_eq!(
        told,
        expected.map(|(to, text)| (to, format!("{about}{text}"))).each_ref().map(|(to, text)| (*to, text.as_str()))
    );
    life.pass(1);
    life.does(&clerk(ANQIU_ZJ), TopicCommand::CheckIn { number: 1 });
    let whistle = life.topic().summons(1).expect("it is there");
    assert_eq!(whistle.late().map(|unit| unit.as_str()).collect::<Vec<_>>(), [ANQIU_ZJ]);
    assert_eq!(whistle.missing().count(), 0);

    // Reported in time by one, late by the other; all answered before the clock came is no lapse.
    life.does(&department("WF-JT"), TopicCommand::ReportSupervision { number: 2, report: "已恢复路面".into() });
    life.now = "2024-11-21T08:00:00+08:00".parse().expect("a moment");
    life.does(&clerk(CITY_CG), TopicCommand::ReportSupervision { number: 2, report: "已督促企业".into() });
    let order = life.topic().summons(2).expect("it is there");
    assert_eq!(order.late().map(|unit| unit.as_str()).collect::<Vec<_>>(), [CITY_CG]);
    assert_eq!(life.act(&clock(), &TopicCommand::Tick), Ok(vec![]));
}

/// Another day replaces a meeting that was not held; one that was held stays, and a second is
/// added.
#[test]
fn a_meeting_is_put_off_or_held_again() {
    let mut life = Life::new("2024-11-01T09:00:00+08:00");
    life.does(&hotline(), TopicCommand::Propose(draft(Rung::DailyDiscussion)));
    life.does(&hotline(), TopicCommand::PutOnAgenda { on: date(2024, 11, 4) });
    life.does(&hotline(), TopicCommand::PutOnAgenda { on: date(2024, 11, 1) });
    let days = |life: &Life| life.topic().meetings.iter().map(|meeting| meeting.on).collect::<Vec<_>>();
    assert_eq!(days(&life), [date(2024, 11, 1)]);
    let attended = units(&[KUIWEN_CG]);
    life.does(&hotline(), TopicCommand::RecordDiscussion { attended: attended.clone(), words: words() });
    life.does(&hotline(), TopicCommand::PutOnAgenda { on: date(2024, 11, 8) });
    assert_eq!(days(&life), [date(2024, 11, 1), date(2024, 11, 8)]);
    assert_eq!(life.topic().meetings[0].attended, attended);
    assert!(life.topic().meetings[1].attended.is_empty());
}

/// A measure reported late is late, whether or not the clock came by before.
#[test]
fn a_late_report_is_marked_without_the_clock() {
    let mut life = Life::in_state(TopicState::Decided, Rung::SpecialStudy, true);
    life.pass(31);
    let number = life.topic().open_measures().next().expect("one is open").number;
    life.does(&clerk(CITY_ZJ), TopicCommand::ReportMeasure { number, result: "已完成".into() });
    assert!(life.topic().measure(number).expect("it is there").overdue);
    let words = narrate::event(&life.history.last().expect("an event").event, &WORLD).chinese;
    assert_eq!(words, format!("措施 {number} 报告完成（逾期）：已完成"));

    // Sent back, it has a new date, which the clock watches as the first.
    let due_on = life.in_days(2);
    life.does(&hotline(), TopicCommand::SendBackMeasure { number, missing: "缺照片".into(), due_on });
    assert!(!life.topic().measure(number).expect("it is there").overdue);
    life.pass(3);
    let said = life.act(&clock(), &TopicCommand::Tick);
    assert_eq!(said, Ok(vec![TopicEvent::MeasureOverdue { number }]));
}

fn ticket(number: u64) -> Ticket {
    let intake = serde_json::from_value(serde_json::json!({
        "caller": "C-1", "caller_kind": "citizen", "channel": "phone", "matter_kind": "complaint",
        "category": "010401", "title": "家中不热", "body": "室温十四度", "confidential": false,
        "place": { "territory": "370725", "estate": "永康小区" }, "received_at": "2024-11-20T08:00:00+08:00",
    }));
    let id = TicketId::new(date(2024, 11, 20), number);
    begin_ticket(&id, &intake.expect("it reads"), Urgency::Ordinary)
}

/// What a local rule nominates becomes a candidate; the next ticket joins the open topic.
#[test]
fn nominations_become_one_candidate() {
    let mut life = Life::new("2024-11-20T09:00:00+08:00");
    let TopicBy::Known(by) = rule() else { panic!("a rule") };
    let event = Event::Nominated { forum: Forum::MonthlyDiscussion, title: "永康小区供热".into() };
    let recorded = Recorded { sequence: 9, at: life.now, by, event };
    let (command, by) = nomination::command(None, &ticket(1), &recorded).expect("a nomination");
    life.does(&by, command);
    let topic = life.topic();
    assert_eq!((topic.rung, topic.state), (Rung::MonthlyDiscussion, TopicState::Candidate));
    assert_eq!(topic.subject, nomination::subject(&ticket(2)), "the next ticket finds it");
    assert_eq!(topic.subject.category.as_str(), "0104");
    assert_eq!(topic.units, units(&[CITY_CG]), "the department answers for its trade");

    assert!(nomination::command(life.topic.as_ref(), &ticket(1), &recorded).is_none(), "it is related already");
    for number in 2..=MOST_TICKETS as u64 + 5 {
        let (command, by) = nomination::command(life.topic.as_ref(), &ticket(number), &recorded).expect("one more");
        life.does(&by, command);
    }
    assert_eq!((life.topic().ticket_count, life.topic().tickets.len()), (MOST_TICKETS as u64 + 5, MOST_TICKETS));

    let by_person = Recorded { by: By::Dispatcher { number: "0001".into() }, ..recorded.clone() };
    assert!(nomination::command(None, &ticket(1), &by_person).is_none());
    let other = Recorded { event: Event::Accepted, ..recorded };
    assert!(nomination::command(None, &ticket(1), &other).is_none());
}

/// What a unit reads of a refusal says what stands in the way and who may.
#[test]
fn refusals_say_what_to_do() {
    let mut life = Life::in_state(TopicState::Candidate, Rung::MonthlyDiscussion, false);
    let agenda = TopicCommand::PutOnAgenda { on: life.today() };
    let refusal = life.act(&hotline(), &agenda).expect_err("refused");
    assert_eq!(refusal.chinese, "该岗位无权「列入议程」，请由 市政府办公室 办理");
    let refusal = life.act(&government(), &TopicCommand::Close { outcome: words() }).expect_err("refused");
    assert_eq!(refusal.chinese, "议题处于「候选」，不能「办结」：须在「待验收」时办理");
    let refusal = life.act(&government(), &TopicCommand::Decline { reason: words() }).expect_err("refused");
    assert_eq!(refusal.chinese, "措施 2 未完成，请 市住建局 报告");
}

/// Commands as they come over the wire; what nobody knows is refused, and the clock's command
/// cannot come that way.
#[test]
fn commands_are_read_strictly() {
    let read = serde_json::from_value::<TopicCommand>;
    let whistle = serde_json::json!({ "command": "whistle", "units": [ANQIU_ZJ], "words": "现场会商" });
    let Ok(TopicCommand::Whistle { within, .. }) = read(whistle) else { panic!("it reads") };
    assert_eq!(within, TimeSpan::WorkingDays(1), "as long as nothing else is said");
    let mut propose = serde_json::to_value(TopicCommand::Propose(draft(Rung::SpecialStudy))).expect("it writes");
    let Ok(TopicCommand::Propose(again)) = read(propose.clone()) else { panic!("it reads") };
    assert_eq!(again, draft(Rung::SpecialStudy));
    propose["caller"] = "C-1".into();
    assert!(read(propose).is_err());
    assert!(read(serde_json::json!({ "command": "check-in", "number": 1, "unit": CITY_CG })).is_err());
    assert!(read(serde_json::json!({ "command": "tick" })).is_err());
    for by in [hotline(), government(), clerk(CITY_CG), department(CITY_CG), clock(), rule()] {
        let written = serde_json::to_string(&by).expect("it writes");
        assert_eq!(serde_json::from_str::<TopicBy>(&written).expect("it reads"), by);
    }
}
