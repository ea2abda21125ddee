//! The one door into a ticket: [`handle`] turns a command of an actor into events, or into
//! a refusal in words. People, the clock and rules all come through here; a rule is an actor
//! with few rights, and the guard rails hold everybody.
//!
//! Whether a post may give a command where the ticket stands says [`crate::transitions`];
//! what else must hold says one file per part of a ticket's life: `intake`, `dispatch`,
//! `handling`, `follow_up`, `task`; off the plain way `decline`, `direct`, `side`, `responsibility`,
//! `oversight`, `whistle`; `clock`, and `rule`, where effects are judged. [`others`] says what
//! follows on other tickets.

mod clock;
mod decline;
mod direct;
mod dispatch;
mod follow_up;
mod handling;
mod intake;
pub mod others;
mod oversight;
mod responsibility;
pub mod rule;
mod side;
mod task;
mod whistle;

pub(crate) use direct::is_heating;

use crate::World;
use crate::actor::{Actor, By};
use crate::catalogue::Unit;
use crate::command::Command;
use crate::deadline::Due;
use crate::duty::DutyKind;
use crate::event::Event;
use crate::ids::UnitId;
use crate::refusal::Refusal;
use crate::ticket::{Ticket, TicketState};
use crate::transitions::{admit, not_entitled};
use jiff::Timestamp;

/// What a judgement is made from.
#[derive(Clone, Copy)]
struct Scene<'a> {
    world: &'a World,
    ticket: &'a Ticket,
    now: Timestamp,
}

/// What comes of a command.
pub type Outcome = Result<Vec<Event>, Refusal>;

/// Turns a command into events, or refuses it in words. `ticket` is absent for
/// [`Command::Register`] alone. Nothing is changed here: [`crate::apply`] does that.
///
/// # Errors
/// A [`Refusal`] with a stable code, saying what is wrong and what to do.
pub fn handle(world: &World, ticket: Option<&Ticket>, command: &Command, actor: &Actor, now: Timestamp) -> Outcome {
    let post = actor.post();
    let ticket = match (ticket, command) {
        (None, Command::Register { intake, .. }) => {
            admit(command, post, None)?;
            return intake::register(world, intake);
        }
        (None, _) => return Err(Refusal::new("no-ticket", "工单不存在", "there is no such ticket")),
        (Some(_), Command::Register { .. }) => {
            return Err(Refusal::new("already-registered", "工单已登记", "the ticket is registered already"));
        }
        (Some(ticket), _) => ticket,
    };
    admit(command, post, Some(ticket.status()))?;
    let scene = Scene { world, ticket, now };
    match (actor, command) {
        (Actor::Rule(actor), Command::Propose(proposal)) => rule::judge(scene, proposal, actor),
        (Actor::Known(by), _) => by_known(scene, command, by),
        (Actor::Rule(_), _) => Err(not_entitled(command, post)),
    }
}

/// What [`admit`] let through. The plain way of a ticket stands here, in its order.
fn by_known(scene: Scene<'_>, command: &Command, by: &By) -> Outcome {
    match (command, by) {
        (Command::FillIn { place, fields }, _) => intake::fill_in(scene, place, fields),
        (Command::Accept { unanswered }, _) => intake::accept(scene, unanswered.as_deref()),
        (Command::Reclassify { category }, _) => intake::reclassify(scene, category),
        (Command::Dispatch { lead_unit, assisting_units }, _) => dispatch::dispatch(scene, lead_unit, assisting_units),
        (Command::TakeUp, By::UnitClerk { unit }) => dispatch::take_up(scene, unit),
        (Command::AskExtension { working_days, reason }, By::UnitClerk { unit }) => {
            handling::ask_extension(scene, unit, *working_days, reason)
        }
        (Command::RuleExtension { approved, opinion }, _) => handling::rule_extension(scene, *approved, opinion),
        (Command::RecordGrasp { words }, By::UnitClerk { unit }) => handling::record_grasp(scene, unit, words),
        (Command::RecordContact { words }, By::UnitClerk { unit }) => handling::record_contact(scene, unit, words),
        (Command::ReportBack { contacted, solved, result, evidence_count }, By::UnitClerk { unit }) => {
            handling::report_back(scene, unit, *contacted, *solved, result, *evidence_count)
        }
        (Command::Review { passed, opinion }, _) => handling::review(scene, *passed, opinion),
        (Command::FollowUp { reached, solved, satisfied, opinion, explained }, _) => {
            let call = follow_up::Call { reached: *reached, solved: *solved, satisfied: *satisfied, opinion };
            follow_up::follow_up(scene, call, explained.as_deref())
        }
        (Command::FinishTask { number, result, record }, By::UnitClerk { unit }) => {
            task::finish(scene, unit, *number, result, record)
        }
        (Command::Tick, _) => Ok(clock::tick(scene)),
        (Command::LeaveRule { rule, leaving }, _) => Ok(clock::leave(scene, rule, *leaving)),
        _ => side_way(scene, command, by),
    }
}

/// Refusal, direct answers, referral, merging, responsibility.
fn side_way(scene: Scene<'_>, command: &Command, by: &By) -> Outcome {
    match (command, by) {
        (Command::AskDecline { ground, reason }, _) => decline::ask(scene, *ground, reason),
        (Command::RuleDecline { approved, opinion }, _) => decline::rule(scene, *approved, opinion),
        (Command::PassOnEmergency { line, words }, _) => decline::pass_on(*line, words),
        (Command::ThreeWayCall { partner_unit, words }, _) => direct::three_way_call(scene, by, partner_unit, words),
        (Command::AnswerDirectly { basis, answer }, _) => direct::answer(scene, by, *basis, answer),
        (Command::Refer { receiver, consent, words }, _) => side::refer(scene, *receiver, *consent, words),
        (Command::RecordReferralResult { result }, _) => side::record_result(scene, result),
        (Command::Merge { main, reason }, _) => side::merge(scene, main, reason),
        (Command::Absorb { ticket }, _) => side::absorb(scene, ticket),
        (Command::AnswerMerged { main }, _) => side::answer_merged(scene, main),
        (Command::MarkAppeal { open }, _) => side::mark_appeal(scene, *open),
        (Command::AskHandBack { ground, reason }, By::UnitClerk { unit }) => {
            responsibility::ask_hand_back(scene, unit, *ground, reason)
        }
        (Command::RuleHandBack { approved, opinion }, _) => responsibility::rule_hand_back(scene, *approved, opinion),
        (Command::DecideLiability { lead_unit, assisting_units, panel, opinion }, _) => {
            responsibility::decide(scene, lead_unit, assisting_units, panel, opinion)
        }
        (Command::EscalateRefusal { words }, _) => responsibility::escalate(scene, words),
        (Command::SignResponsibility { lead_unit, words }, _) => responsibility::sign(scene, lead_unit, words),
        _ => oversee(scene, command, by),
    }
}

/// Copies, supervision, reminders, whistles.
fn oversee(scene: Scene<'_>, command: &Command, by: &By) -> Outcome {
    match (command, by) {
        (Command::TakeUpCopy, By::DepartmentSupervisor { unit }) => oversight::take_up_copy(scene, unit),
        (Command::Supervise { kind, target, words }, By::DepartmentSupervisor { unit }) => {
            oversight::supervise(scene, unit, *kind, target, words)
        }
        (Command::GiveOpinion { words }, By::DepartmentSupervisor { unit }) => {
            oversight::give_opinion(scene, unit, words)
        }
        (Command::Remind { words }, _) => oversight::remind(words),
        (Command::OrderSupervision { words }, _) => oversight::order(scene, words),
        (Command::AnswerSupervision { number, words }, By::UnitClerk { unit }) => {
            oversight::answer(scene, unit, *number, words)
        }
        (Command::OpenJointSupervision { units, words }, _) => whistle::open_joint(scene, units, words),
        (Command::EndJointSupervision { result }, _) => whistle::end_joint(scene, result),
        (Command::BlowWhistle { units, words }, _) => whistle::blow(scene, units, words),
        (Command::CheckIn { number, words }, By::UnitClerk { unit } | By::DepartmentSupervisor { unit }) => {
            whistle::check_in(scene, unit, *number, words)
        }
        _ => Err(not_entitled(command, by.post())),
    }
}

impl Scene<'_> {
    /// Refuses unless the ticket is in the state that the command belongs to.
    fn must_be_in(&self, states: &[TicketState]) -> Result<(), Refusal> {
        if states.contains(&self.ticket.state) {
            return Ok(());
        }
        let wanted: Vec<&str> = states.iter().map(|state| state.term()).collect();
        Err(Refusal::new(
            "wrong-state",
            format!("工单处于「{}」，须在「{}」时办理", self.ticket.state.term(), wanted.join("、")),
            format!("the ticket is {:?}, not {states:?}", self.ticket.state),
        ))
    }

    /// Refuses while a request waits for a person.
    fn must_have_nothing_pending(&self) -> Result<(), Refusal> {
        if self.ticket.pending.is_some() {
            return Err(Refusal::new("already-pending", "已有申请待审定，请先审定", "a request is pending already"));
        }
        Ok(())
    }

    /// The unit, which must be known, in force, and of the ticket's territory or the city.
    fn must_be_near(&self, id: &UnitId) -> Result<&Unit, Refusal> {
        let Some(unit) = self.world.catalogue.unit(id) else {
            let shown = intake::shown(id.as_str());
            return Err(Refusal::new(
                "unknown-unit",
                format!("没有单位 {shown}，请从单位目录中选择"),
                "there is no such unit",
            ));
        };
        if !unit.territory.is_city() && unit.territory != *self.ticket.territory() {
            return Err(Refusal::new(
                "foreign-unit",
                format!("{} 不在诉求发生地，请选择属地单位或市直部门", unit.name),
                "the unit is of another territory",
            ));
        }
        self.world.catalogue.must_be_unit_in_force(unit)?;
        Ok(unit)
    }

    /// When a duty that begins now is due.
    fn due(&self, kind: DutyKind) -> Due {
        kind.due(self.now, &self.world.calendar)
    }

    /// Refuses unless the unit has a part in the ticket.
    fn must_be_assigned(&self, unit: &UnitId) -> Result<(), Refusal> {
        if self.ticket.assignments.iter().any(|a| a.handling_unit == *unit) {
            return Ok(());
        }
        let name = self.world.catalogue.unit_name(unit);
        Err(Refusal::new("not-assigned", format!("{name} 不是本工单的承办单位"), "the unit has no part in this ticket"))
    }

    /// Refuses unless the unit leads.
    fn must_lead(&self, unit: &UnitId) -> Result<(), Refusal> {
        if self.ticket.lead_unit() == Some(unit) {
            return Ok(());
        }
        let name = self.world.catalogue.unit_name(unit);
        Err(Refusal::new("not-lead", format!("{name} 不是主办单位"), "only the lead unit may do this"))
    }
}
