//! Plays the people of one ticket: caller, call taker, dispatcher, units, reviewers and
//! follow-up staff, each with the commands that they would give.

use crate::course::{Course, HandBack, Round};
use crate::dice::Dice;
use crate::habits::{CLAIMED, CONFIDENTIAL, ENTERPRISE_LINE, SOLVED_LATER};
use crate::mix;
use crate::plan::{NEVER, Plan};
use crate::story::{Desk, Stop, Story};
use crate::units;
use crate::words::{self, Person, Spot};
use chuishao_domain::World;
use chuishao_domain::actor::By;
use chuishao_domain::calendar::civil;
use chuishao_domain::catalogue::Category;
use chuishao_domain::command::Command;
use chuishao_domain::deadline::DeadlineKind;
use chuishao_domain::event::Recorded;
use chuishao_domain::grounds::HandBackGround;
use chuishao_domain::ids::{CallerRef, UnitId};
use chuishao_domain::oversight::SupervisionKind;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::rule::value::{Value, ValueKind};
use chuishao_domain::ticket::{CallerKind, Channel, Intake, Place, Ticket, TicketState, Urgency};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// A ticket that was lived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// The ticket at the cut.
    pub ticket: Ticket,
    /// Its whole history.
    pub events: Vec<Recorded>,
    /// Who called; belongs into the vault.
    pub caller: Person,
}

/// Lives a plan up to the cut.
///
/// # Errors
/// The desk's refusal: the people of this crate give legal commands only, so it is a defect.
pub fn live(plan: &Plan, world: &World, desk: &impl Desk) -> Result<Life, Refusal> {
    let Some(category) = world.catalogue.category(&plan.category) else {
        return Err(Refusal::new("unknown-category", "计划的分类不在目录中", "the plan is of another catalogue"));
    };
    let (spot, caller, mut dice) = (plan.spot(world), plan.person(), plan.says());
    let course = Course::of(plan, &world.calendar);
    let intake = intake(plan, &course, &spot, &caller, &mut dice);
    let register = Command::Register { id: plan.id(), intake: Box::new(intake) };
    let taker = By::CallTaker { number: number(Staff::CallTakers, &mut dice) };
    let story = Story::begin(desk, &register, taker.clone(), plan.received_at, plan.until)?;
    let mut lived = Living { plan, world, category, course, spot, dice, story };
    match lived.play(taker) {
        Ok(()) | Err(Stop::Cut) => {}
        Err(Stop::Refused(refusal)) => return Err(refusal),
    }
    let (ticket, events) = lived.story.end()?;
    Ok(Life { ticket, events, caller })
}

/// What the call taker writes down.
fn intake(plan: &Plan, course: &Course, spot: &Spot, caller: &Person, dice: &mut Dice) -> Intake {
    let matter = words::matter(&plan.category, spot, caller, dice);
    let caller_kind = if caller.enterprise { CallerKind::Enterprise } else { CallerKind::Citizen };
    let own_line = caller.enterprise && dice.chance(ENTERPRISE_LINE);
    let channel = if own_line { Channel::EnterpriseLine } else { mix::channel(dice) };
    let building = if course.filled_in_at.is_some() { String::new() } else { spot.building.clone() };
    Intake {
        caller: CallerRef::of(&plan.id()),
        caller_kind,
        channel,
        matter_kind: matter.kind,
        category: plan.category.clone(),
        title: matter.title,
        body: matter.body,
        place: Place {
            territory: plan.territory.clone(),
            street: spot.street.clone(),
            estate: spot.estate.clone(),
            building,
        },
        confidential: dice.chance(CONFIDENTIAL),
        received_at: plan.received_at,
    }
}

/// The hotline's own staff.
#[derive(Clone, Copy)]
enum Staff {
    CallTakers,
    Dispatchers,
    Reviewers,
    FollowUps,
}

/// A personnel number (工号). How many there are is an assumption, by what one person does in
/// a day.
fn number(staff: Staff, dice: &mut Dice) -> String {
    let (first, last) = match staff {
        Staff::CallTakers => (1001, 1120),
        Staff::Dispatchers => (2001, 2016),
        Staff::Reviewers => (3001, 3020),
        Staff::FollowUps => (4001, 4040),
    };
    dice.between(first, last).to_string()
}

/// What callers say of a matter that is then handled again: solved, satisfied, and how often
/// (assumption).
const AGAIN: [((bool, Option<bool>), f64); 3] =
    [((false, Some(false)), 0.72), ((false, None), 0.14), ((true, Some(false)), 0.14)];

/// Nobody answers.
fn unreached() -> Command {
    Command::FollowUp { reached: false, solved: None, satisfied: None, opinion: String::new(), explained: None }
}

/// A ticket while it is being lived.
struct Living<'a, D> {
    plan: &'a Plan,
    world: &'a World,
    category: &'a Category,
    course: Course,
    spot: Spot,
    dice: Dice,
    story: Story<'a, D>,
}

impl<D: Desk> Living<'_, D> {
    fn play(&mut self, taker: By) -> Result<(), Stop> {
        self.take_call(taker)?;
        let lead = units::lead(self.world, self.category, &self.plan.territory, &self.spot.street, &mut self.dice);
        self.dispatch(self.course.dispatched_at, lead)?;
        self.take_up(self.course.taken_up_at)?;
        if let Some(hand_back) = self.course.hand_back {
            self.hand_back(hand_back)?;
        }
        self.go_there()?;
        if let Some((asked_at, ruled_at)) = self.course.extension {
            self.extend(asked_at, ruled_at)?;
        }
        if let Some(at) = self.course.supervised_at {
            self.supervise(at)?;
        }
        for (done, round) in std::mem::take(&mut self.course.rounds).into_iter().enumerate() {
            self.handle(done, &round)?;
            self.follow_up(done, &round)?;
        }
        self.finish_tasks()
    }

    /// While the call goes on: what was left open, and what a local rule asks for.
    fn take_call(&mut self, taker: By) -> Result<(), Stop> {
        let mut place = BTreeMap::new();
        let asked = |name: &str| self.story.ticket().missing_fields().any(|field| field.name == name);
        let later = self.course.filled_in_at.is_some();
        for (name, full_name, known) in [
            ("street", "place.street", &self.spot.street),
            ("estate", "place.estate", &self.spot.estate),
            ("building", "place.building", &self.spot.building),
        ] {
            if !known.is_empty() && (asked(full_name) || later && name == "building") {
                place.insert(name.to_owned(), known.clone());
            }
        }
        if !place.is_empty() {
            let at = self.course.filled_in_at.unwrap_or_else(|| self.story.now());
            self.story.act(at, &Command::FillIn { place, fields: BTreeMap::new() }, taker.clone())?;
        }
        let open = self.story.ticket().missing_fields().next().is_some();
        let unanswered = open.then(|| words::unanswered(&mut self.dice));
        self.story.act(self.course.accepted_at, &Command::Accept { unanswered }, taker)
    }

    fn dispatch(&mut self, at: Timestamp, lead_unit: UnitId) -> Result<(), Stop> {
        let assisting_units = units::assisting(self.world, &self.plan.territory, &lead_unit, &mut self.dice);
        let by = By::Dispatcher { number: number(Staff::Dispatchers, &mut self.dice) };
        self.story.act(at, &Command::Dispatch { lead_unit, assisting_units }, by)
    }

    /// The units sign in, and the city department its copy, unless it has done so before.
    fn take_up(&mut self, at: Timestamp) -> Result<(), Stop> {
        let ticket = self.story.ticket();
        let units: Vec<UnitId> = ticket.assignments.iter().map(|part| part.handling_unit.clone()).collect();
        let copies: Vec<UnitId> = ticket
            .oversight
            .supervisions
            .iter()
            .filter(|copy| !copy.taken_up)
            .map(|copy| copy.department.clone())
            .collect();
        for unit in units {
            self.story.act(at, &Command::TakeUp, By::UnitClerk { unit })?;
        }
        for unit in copies {
            self.story.act(at, &Command::TakeUpCopy, By::DepartmentSupervisor { unit })?;
        }
        Ok(())
    }

    fn hand_back(&mut self, times: HandBack) -> Result<(), Stop> {
        let by = self.lead();
        let reason = words::hand_back_reason(&mut self.dice);
        self.story.act(times.asked_at, &Command::AskHandBack { ground: HandBackGround::NotOurDuty, reason }, by)?;
        let approved = self.plan.fate.hand_back == Some(true);
        let not = self.lead_unit();
        let opinion = words::hand_back_opinion(approved, &mut self.dice);
        self.review(times.ruled_at, &Command::RuleHandBack { approved, opinion })?;
        if approved {
            let other = units::other(self.world, self.category, &self.plan.territory, &not, &mut self.dice);
            self.dispatch(times.dispatched_at, other)?;
            self.take_up(times.taken_up_at)?;
        }
        Ok(())
    }

    fn go_there(&mut self) -> Result<(), Stop> {
        if let Some(at) = self.course.grasped_at {
            let (words, by) = (words::grasp(&self.plan.category, &mut self.dice), self.lead());
            self.story.act(at, &Command::RecordGrasp { words }, by)?;
        }
        if let Some(at) = self.course.contacted_at {
            let (words, by) = (words::contact(&mut self.dice), self.lead());
            self.story.act(at, &Command::RecordContact { words }, by)?;
        }
        Ok(())
    }

    /// Asks for more time, unless a local rule has made that impossible meanwhile.
    fn extend(&mut self, asked_at: Timestamp, ruled_at: Timestamp) -> Result<(), Stop> {
        let Some((working_days, approved)) = self.plan.fate.extension else { return Ok(()) };
        let ticket = self.story.ticket();
        let due = ticket.deadline(DeadlineKind::Close).and_then(|deadline| deadline.due.at());
        if ticket.urgency != Urgency::Ordinary || due.is_none_or(|due| due <= asked_at) {
            return Ok(());
        }
        let (reason, by) = (words::extension_reason(&self.plan.category, &mut self.dice), self.lead());
        self.story.act(asked_at, &Command::AskExtension { working_days, reason }, by)?;
        let opinion = words::extension_opinion(&mut self.dice);
        self.review(ruled_at, &Command::RuleExtension { approved, opinion })
    }

    fn supervise(&mut self, at: Timestamp) -> Result<(), Stop> {
        let by = By::DepartmentSupervisor { unit: self.category.department.clone() };
        let kind = match self.plan.fate.late {
            true => SupervisionKind::Urge,
            false => *self.dice.pick(&[SupervisionKind::Guide, SupervisionKind::Oversee]),
        };
        let (words, target) = (words::supervision(&mut self.dice), self.lead_unit());
        self.story.act(at, &Command::Supervise { kind, target, words }, by)
    }

    /// From the report to the review that passes it.
    fn handle(&mut self, done: usize, round: &Round) -> Result<(), Stop> {
        self.report(round.reported_at, done)?;
        if let Some((at, again_at)) = round.sent_back {
            let opinion = words::supplement(&mut self.dice);
            self.review(at, &Command::Review { passed: false, opinion })?;
            self.report(again_at, done)?;
        }
        self.review(round.passed_at, &Command::Review { passed: true, opinion: String::new() })
    }

    fn report(&mut self, at: Timestamp, done: usize) -> Result<(), Stop> {
        let fate = self.plan.fate;
        let last = done + 1 == usize::from(fate.rounds);
        let solved = match (last, done) {
            (true, 0) => fate.solved_at_first || fate.unreached >= NEVER,
            (true, _) => true,
            (false, _) => self.dice.chance(CLAIMED),
        };
        let mut at = at;
        // A local rule sends a report back once a round at most.
        for _ in 0..2 {
            let command = Command::ReportBack {
                contacted: self.course.contacted_at.is_some() || self.dice.chance(0.5),
                solved,
                result: words::result(&self.plan.category, solved, done > 0, &mut self.dice),
                evidence_count: self.dice.between(0, 4) as u16,
            };
            let by = self.lead();
            self.story.act(at, &command, by)?;
            if self.story.ticket().state != TicketState::Handling {
                break;
            }
            at = self.story.now().saturating_add(SignedDuration::from_mins(50)).unwrap_or(Timestamp::MAX);
        }
        Ok(())
    }

    fn follow_up(&mut self, done: usize, round: &Round) -> Result<(), Stop> {
        let in_vain = self.plan.fate.unreached >= NEVER;
        for (attempt, &at) in round.calls.iter().enumerate() {
            let reached = attempt + 1 == round.calls.len() && !in_vain;
            let command = if reached { self.answer(done) } else { unreached() };
            let by = By::FollowUpStaff { number: number(Staff::FollowUps, &mut self.dice) };
            self.story.act(at, &command, by)?;
        }
        Ok(())
    }

    /// What the caller says, and whether the matter is closed with an explanation.
    fn answer(&mut self, done: usize) -> Command {
        let fate = self.plan.fate;
        let last = done + 1 == usize::from(fate.rounds);
        let (solved, satisfied) = match (last, done) {
            (true, 0) => (fate.solved_at_first, fate.rating),
            (true, _) => (self.dice.chance(SOLVED_LATER), fate.rating),
            // Who does not rate the end did not rate the beginning.
            (false, _) if fate.rating.is_none() => (false, None),
            // Handled again: not solved, or solved in a way that the caller does not like.
            (false, _) => self.dice.weighted(&AGAIN, |choice| choice.1).0,
        };
        let explained = (last && (!solved || satisfied == Some(false)))
            .then(|| words::explanation(&self.plan.category, &mut self.dice));
        let opinion = satisfied.map(|satisfied| words::opinion(solved, satisfied, &mut self.dice)).unwrap_or_default();
        Command::FollowUp { reached: true, solved: Some(solved), satisfied, opinion, explained }
    }

    /// What local rules opened is done in the days after.
    fn finish_tasks(&mut self) -> Result<(), Stop> {
        let open = |task: &&chuishao_domain::ticket::Task| !task.done;
        let tasks: Vec<_> = self.story.ticket().tasks.iter().filter(open).cloned().collect();
        for task in tasks {
            let hours = self.dice.between(2, 30);
            let at = self.story.now().saturating_add(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MAX);
            let result = words::result(&self.plan.category, true, true, &mut self.dice);
            let by = By::UnitClerk { unit: task.handling_unit };
            let record = task.record.iter().map(|field| (field.name.clone(), recorded(field.kind, at))).collect();
            self.story.act(at, &Command::FinishTask { number: task.number, result, record }, by)?;
        }
        Ok(())
    }

    fn review(&mut self, at: Timestamp, command: &Command) -> Result<(), Stop> {
        let by = By::Reviewer { number: number(Staff::Reviewers, &mut self.dice) };
        self.story.act(at, command, by)
    }

    fn lead_unit(&self) -> UnitId {
        self.story.ticket().lead_unit().cloned().unwrap_or_else(|| self.category.department.clone())
    }

    fn lead(&self) -> By {
        By::UnitClerk { unit: self.lead_unit() }
    }
}

/// What a unit writes into the record of a task.
fn recorded(kind: Option<ValueKind>, at: Timestamp) -> Value {
    match kind {
        Some(ValueKind::Integer) => Value::Integer(1),
        Some(ValueKind::Flag) => Value::Flag(true),
        Some(ValueKind::Date) => Value::Text(civil(at).date().to_string()),
        _ => Value::Text("已按要求办理并记录在案".into()),
    }
}
