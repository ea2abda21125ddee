//! Every guard of the list refuses what it is there for, with its own code.

use crate::support::*;
use chuishao_domain::calendar::TimeSpan;
use chuishao_domain::ids::TicketId;
use chuishao_domain::plain::{MOST_TITLE_CHARS, MOST_WORDS_CHARS};
use chuishao_domain::topic::actor::TopicBy;
use chuishao_domain::topic::case::{Draft, Mode, Origin, TopicState};
use chuishao_domain::topic::command::TopicCommand;
use chuishao_domain::topic::guard::{
    Guard, LONGEST_MODE_DAYS, LONGEST_TERM_DAYS, MOST_MEASURES, MOST_SUMMONSES, MOST_TICKETS, MOST_UNITS,
};
use chuishao_domain::topic::rung::Rung;
use chuishao_domain::topic::transitions::TRANSITIONS;
use std::collections::BTreeSet;

const STUDY: Rung = Rung::SpecialStudy;
const MONTHLY: Rung = Rung::MonthlyDiscussion;

fn none() -> Life {
    Life::new("2024-11-01T09:00:00+08:00")
}

fn state(state: TopicState) -> Life {
    Life::in_state(state, STUDY, false)
}

/// A candidate that nobody has worked on.
fn candidate(rung: Rung, change: impl FnOnce(&mut Draft)) -> Life {
    let mut draft = draft(rung);
    change(&mut draft);
    let mut life = none();
    life.does(&hotline(), TopicCommand::Propose(draft));
    life
}

fn proposal(change: impl FnOnce(&mut Draft)) -> TopicCommand {
    let mut draft = draft(Rung::DailyDiscussion);
    change(&mut draft);
    TopicCommand::Propose(draft)
}

type Case = (Guard, &'static str, Life, TopicBy, TopicCommand);

fn proposals() -> Vec<Case> {
    let case = |guard, code, by: TopicBy, command| (guard, code, none(), by, command);
    let nomination = |change: fn(&mut Draft)| {
        proposal(|draft| {
            draft.origin = Origin::Nomination;
            draft.subject.territory = "370725".into();
            (draft.ticket_count, draft.tickets) = (1, tickets(1..2));
            change(draft);
        })
    };
    let many: Vec<String> = WORLD.catalogue.units().map(|unit| unit.id.0.clone()).filter(|id| id != "WF-ZF").collect();
    let too_many: Vec<&str> = many.iter().take(MOST_UNITS + 1).map(String::as_str).collect();
    let too_many = units(&too_many);
    let bad = TicketId::from("WF20241101000001-9");
    vec![
        case(Guard::SubjectKnown, "unknown-category", hotline(), proposal(|d| d.subject.category = "9999".into())),
        case(Guard::SubjectKnown, "unknown-territory", hotline(), proposal(|d| d.subject.territory = "110101".into())),
        case(Guard::SubjectKnown, "unknown-unit", hotline(), proposal(|d| d.units = units(&["nowhere"]))),
        case(Guard::SubjectKnown, "convener-named", hotline(), proposal(|d| d.units = units(&["WF-ZF"]))),
        case(Guard::SubjectKnown, "too-many-units", hotline(), proposal(|d| d.units = too_many)),
        case(Guard::Words, "words-missing", hotline(), proposal(|d| d.title = " ".into())),
        case(Guard::Words, "words-missing", hotline(), proposal(|d| d.reasons.clear())),
        case(Guard::Words, "text-too-long", hotline(), proposal(|d| d.title = "热".repeat(MOST_TITLE_CHARS + 1))),
        case(
            Guard::Words,
            "text-too-long",
            hotline(),
            proposal(|d| d.subject.place = "热".repeat(MOST_TITLE_CHARS + 1)),
        ),
        case(Guard::Words, "text-too-long", hotline(), proposal(|d| d.reasons.push("热".repeat(MOST_WORDS_CHARS + 1)))),
        case(Guard::OriginFits, "origin-not-yours", hotline(), proposal(|d| d.origin = Origin::Nomination)),
        case(Guard::OriginFits, "origin-not-yours", hotline(), proposal(|d| d.origin = Origin::Review)),
        case(Guard::OriginFits, "origin-not-yours", clerk(ANQIU_ZJ), proposal(|d| d.origin = Origin::HotTopic)),
        case(Guard::OriginFits, "origin-not-yours", clock(), proposal(|_| {})),
        case(Guard::OriginFits, "origin-not-yours", rule(), proposal(|_| {})),
        case(Guard::OriginFits, "not-of-one-ticket", rule(), nomination(|d| d.subject.territory = "WF".into())),
        case(Guard::OriginFits, "not-of-one-ticket", rule(), nomination(|d| d.ticket_count = 2)),
        case(Guard::OriginFits, "not-of-one-ticket", rule(), nomination(|d| d.tickets.clear())),
        case(Guard::BeginsHere, "begins-lower", hotline(), proposal(|d| d.rung = Rung::LeadingGroup)),
        case(Guard::BeginsHere, "begins-lower", government(), proposal(|d| d.rung = Rung::ExecutiveMeeting)),
        case(Guard::TicketsFit, "bad-ticket-id", hotline(), proposal(|d| d.tickets = BTreeSet::from([bad]))),
        case(Guard::TicketsFit, "count-falls", hotline(), proposal(|d| d.ticket_count = 2)),
        case(
            Guard::TicketsFit,
            "too-many-tickets",
            hotline(),
            proposal(|d| (d.ticket_count, d.tickets) = (500, tickets(0..MOST_TICKETS as u64 + 1))),
        ),
    ]
}

fn meetings() -> Vec<Case> {
    use TopicState::{Candidate, MeasuresDone, OnAgenda};
    let relate = |count, range| TopicCommand::RelateTickets { count, tickets: tickets(range) };
    let name = |ids: &[&str]| TopicCommand::NameUnits { units: units(ids) };
    let agenda = |on| TopicCommand::PutOnAgenda { on };
    let held = |ids: &[&str]| TopicCommand::RecordDiscussion { attended: units(ids), words: words() };
    let today = none().today();
    let far = none().in_days(i64::from(LONGEST_TERM_DAYS) + 1);
    let mut not_yet = state(Candidate);
    not_yet.does(&hotline(), agenda(not_yet.in_days(3)));
    let alone = candidate(MONTHLY, |draft| draft.units.clear());
    let mut opinion_but_alone = alone.clone();
    opinion_but_alone.does(&department(CITY_CG), TopicCommand::WriteOpinion { words: words() });
    let city_only = candidate(STUDY, |draft| draft.units = units(&[CITY_ZJ]));
    let monthly = Life::in_state(OnAgenda, MONTHLY, true);
    let no_opinion = candidate(MONTHLY, |_| {});
    let escalate = |to| TopicCommand::Escalate { to, reason: words() };
    vec![
        (Guard::TicketsFit, "already-related", state(Candidate), hotline(), relate(40, 1..3)),
        (Guard::TicketsFit, "count-falls", state(Candidate), hotline(), relate(39, 7..8)),
        (Guard::UnitsKnown, "no-units", state(Candidate), hotline(), name(&[])),
        (Guard::UnitsKnown, "unknown-unit", state(Candidate), hotline(), name(&["nowhere"])),
        (Guard::UnitsKnown, "convener-named", state(Candidate), hotline(), name(&["WF-ZF"])),
        (Guard::UnitsKnown, "already-named", state(Candidate), hotline(), name(&[CITY_CG, CITY_ZJ])),
        (Guard::MeetingAhead, "date-not-ahead", state(Candidate), hotline(), agenda(none().in_days(-1))),
        (Guard::MeetingAhead, "date-not-ahead", state(Candidate), hotline(), agenda(far)),
        (Guard::BothLevels, "both-levels-needed", city_only, hotline(), agenda(today)),
        (Guard::OpinionWritten, "opinion-needed", no_opinion, government(), agenda(today)),
        (Guard::OpinionWritten, "opinion-needed", alone, government(), agenda(today)),
        (Guard::SeveralUnits, "several-units-needed", opinion_but_alone, government(), agenda(today)),
        (Guard::MeetingHeld, "meeting-not-held", not_yet, hotline(), held(&[CITY_CG])),
        (Guard::AttendedByConcerned, "not-concerned", state(OnAgenda), hotline(), held(&["WF-GA"])),
        (Guard::AttendedByConcerned, "too-few-attended", state(OnAgenda), hotline(), held(&[])),
        (Guard::AttendedByConcerned, "too-few-attended", monthly, government(), held(&[CITY_CG])),
        (Guard::HigherRung, "not-higher", state(MeasuresDone), hotline(), escalate(STUDY)),
        (Guard::HigherRung, "not-higher", state(MeasuresDone), hotline(), escalate(Rung::DailyDiscussion)),
    ]
}

fn work() -> Vec<Case> {
    use TopicState::{Candidate, Decided, Discussed, MeasuresDone};
    let soon = none().in_days(20);
    let past = none().in_days(-1);
    let decide = |measures, modes| TopicCommand::Decide { words: words(), measures, modes };
    let mode = |from, days| Mode { name: "供热模式".into(), from, to: none().in_days(days) };
    let one = || vec![measure(CITY_CG, soon)];
    let report = |number| TopicCommand::ReportMeasure { number, result: words() };
    let back = |number, due_on| TopicCommand::SendBackMeasure { number, missing: words(), due_on };
    let order = |ids: &[&str], due_on| TopicCommand::OrderSupervision { units: units(ids), words: words(), due_on };
    let whistle = |within| TopicCommand::Whistle { units: units(&[ANQIU_ZJ]), words: words(), within };
    let supervision = |number| TopicCommand::ReportSupervision { number, report: words() };
    let monthly = Life::in_state(Discussed, MONTHLY, true);
    let mut full = state(Candidate);
    while full.topic().summonses.len() < MOST_SUMMONSES {
        full.does(&government(), whistle(TimeSpan::ClockHours(2)));
    }
    let mut new_year = state(Candidate);
    new_year.now = "2026-12-31T09:00:00+08:00".parse().expect("a moment");
    let close = TopicCommand::Close { outcome: words() };
    let decline = TopicCommand::Decline { reason: words() };
    let long = i64::from(LONGEST_MODE_DAYS) + 1;
    let today = none().today();
    vec![
        (Guard::NothingOutstanding, "measure-open", state(Candidate), hotline(), decline),
        (Guard::NothingOutstanding, "summons-unanswered", state(MeasuresDone), hotline(), close),
        (Guard::MeasuresFit, "no-measures", state(Discussed), hotline(), decide(vec![], vec![])),
        (
            Guard::MeasuresFit,
            "not-concerned",
            state(Discussed),
            hotline(),
            decide(vec![measure("WF-GA", soon)], vec![]),
        ),
        (
            Guard::MeasuresFit,
            "date-not-ahead",
            state(Discussed),
            hotline(),
            decide(vec![measure(CITY_CG, past)], vec![]),
        ),
        (
            Guard::MeasuresFit,
            "too-many-measures",
            state(Discussed),
            hotline(),
            decide(vec![measure(CITY_CG, soon); MOST_MEASURES - 1], vec![]),
        ),
        (
            Guard::Words,
            "words-missing",
            monthly.clone(),
            government(),
            decide(one(), vec![Mode { name: String::new(), ..mode(today, 30) }]),
        ),
        (Guard::ModesFit, "mode-needs-monthly", state(Discussed), hotline(), decide(one(), vec![mode(today, 30)])),
        (Guard::ModesFit, "season-wrong", monthly.clone(), government(), decide(one(), vec![mode(soon, 19)])),
        (Guard::ModesFit, "season-wrong", monthly.clone(), government(), decide(one(), vec![mode(past, -1)])),
        (Guard::ModesFit, "season-wrong", monthly, government(), decide(one(), vec![mode(today, long)])),
        (Guard::OwnOpenMeasure, "no-such-measure", state(Decided), clerk(CITY_ZJ), report(9)),
        (Guard::OwnOpenMeasure, "not-responsible", state(Decided), clerk(CITY_CG), report(2)),
        (Guard::OwnOpenMeasure, "already-reported", state(Decided), clerk(CITY_CG), report(1)),
        (Guard::ReportedMeasure, "no-such-measure", state(Decided), hotline(), back(9, soon)),
        (Guard::ReportedMeasure, "not-reported", state(Decided), hotline(), back(2, soon)),
        (Guard::DueAhead, "date-not-ahead", state(Decided), hotline(), back(1, past)),
        (Guard::DueAhead, "date-not-ahead", state(Decided), hotline(), order(&[CITY_CG, CITY_ZJ], past)),
        (Guard::UnitsKnown, "unknown-unit", state(Decided), hotline(), order(&[CITY_CG, "nowhere"], soon)),
        (Guard::SeveralCityUnits, "city-units-needed", state(Decided), hotline(), order(&[CITY_CG], soon)),
        (
            Guard::SeveralCityUnits,
            "city-units-needed",
            state(Decided),
            hotline(),
            order(&[CITY_CG, CITY_ZJ, ANQIU_ZJ], soon),
        ),
        (Guard::SummonsFits, "too-many-summonses", full, government(), whistle(TimeSpan::ClockHours(2))),
        (Guard::WithinCountable, "span-out-of-range", state(Decided), hotline(), whistle(TimeSpan::ClockHours(0))),
        (Guard::WithinCountable, "no-holiday-notice", new_year, hotline(), whistle(TimeSpan::WorkingDays(1))),
        (Guard::OwnOpenSummons, "no-such-summons", state(Decided), clerk(CITY_ZJ), supervision(1)),
        (
            Guard::OwnOpenSummons,
            "no-such-summons",
            state(Decided),
            clerk(KUIWEN_CG),
            TopicCommand::CheckIn { number: 2 },
        ),
        (Guard::OwnOpenSummons, "not-called", state(Decided), clerk(ANQIU_ZJ), supervision(2)),
        (
            Guard::OwnOpenSummons,
            "already-answered",
            Life::in_state(Decided, STUDY, true),
            clerk(CITY_ZJ),
            supervision(2),
        ),
    ]
}

#[test]
fn every_guard_refuses_what_it_is_there_for() {
    let mut shown = BTreeSet::new();
    for (guard, code, mut life, by, command) in proposals().into_iter().chain(meetings()).chain(work()) {
        let of = life.topic.as_ref().map(|topic| topic.state);
        let line = chuishao_domain::topic::transitions::transition(of, command.kind()).expect("a listed cell");
        assert!(line.guards.contains(&guard), "{guard:?} does not stand before {command:?}");
        assert_eq!(life.refused(&by, &command), code, "{guard:?}: {command:?}");
        shown.insert(guard);
    }
    let listed: BTreeSet<Guard> = TRANSITIONS.iter().flat_map(|line| line.guards).copied().collect();
    assert_eq!(shown, listed, "a guard without a case proves nothing");
}

/// The executive meeting takes what stands on the yearly list.
#[test]
fn the_yearly_list_goes_to_the_executive_meeting() {
    let mut life = candidate(Rung::ExecutiveMeeting, |draft| draft.origin = Origin::YearlyList { year: 2024 });
    assert_eq!(life.topic().state, TopicState::Candidate);
    let agenda = TopicCommand::PutOnAgenda { on: life.today() };
    assert_eq!(life.refused(&hotline(), &agenda), "not-entitled");
    life.does(&government(), agenda);
}
