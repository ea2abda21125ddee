//! The one door into a ticket: [`handle`] turns a command of an actor into events, or into
//! a refusal in words. People, the clock and rules all come through here; a rule is an actor
//! with few rights, and the guard rails hold everybody.
//!
//! One file per part of a ticket's life: `intake`, `dispatch`, `handling`, `follow_up`,
//! `clock`, and `rule`, where effects are judged.

mod clock;
mod dispatch;
mod follow_up;
mod handling;
mod intake;
pub mod rule;

use crate::World;
use crate::actor::{Actor, By};
use crate::command::Command;
use crate::event::Event;
use crate::ids::UnitId;
use crate::refusal::Refusal;
use crate::ticket::{Ticket, TicketState};
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
    let (ticket, command) = match (ticket, command) {
        (None, Command::Register { intake, .. }) => return intake::register(world, intake, actor),
        (None, _) => return Err(Refusal::new("no-ticket", "工单不存在", "there is no such ticket")),
        (Some(_), Command::Register { .. }) => {
            return Err(Refusal::new("already-registered", "工单已登记", "the ticket is registered already"));
        }
        (Some(ticket), command) => (ticket, command),
    };
    let scene = Scene { world, ticket, now };
    match actor {
        Actor::Rule(actor) => match command {
            Command::Propose(proposal) => rule::judge(scene, proposal, actor),
            _ => Err(not_entitled(command, "规则只能提出效果")),
        },
        Actor::Known(by) => by_known(scene, command, by),
    }
}

fn by_known(scene: Scene<'_>, command: &Command, by: &By) -> Outcome {
    match (command, by) {
        (Command::FillIn { place, fields }, By::CallTaker { .. }) => intake::fill_in(scene, place, fields),
        (Command::Accept { unanswered }, By::CallTaker { .. }) => intake::accept(scene, unanswered.as_deref()),
        (Command::Reclassify { category }, By::CallTaker { .. } | By::Dispatcher { .. }) => {
            intake::reclassify(scene, category)
        }
        (Command::Dispatch { lead_unit, assisting_units }, By::Dispatcher { .. }) => {
            dispatch::dispatch(scene, lead_unit, assisting_units)
        }
        (Command::TakeUp, By::UnitClerk { unit }) => dispatch::take_up(scene, unit),
        (Command::AskHandBack { reason }, By::UnitClerk { unit }) => dispatch::ask_hand_back(scene, unit, reason),
        (Command::RuleHandBack { approved, opinion }, By::Reviewer { .. }) => {
            dispatch::rule_hand_back(scene, *approved, opinion)
        }
        (Command::AskExtension { working_days, reason }, By::UnitClerk { unit }) => {
            handling::ask_extension(scene, unit, *working_days, reason)
        }
        (Command::RuleExtension { approved, opinion }, By::Reviewer { .. }) => {
            handling::rule_extension(scene, *approved, opinion)
        }
        (Command::Supervise { kind, target, words }, By::DepartmentSupervisor { unit }) => {
            dispatch::supervise(scene, unit, *kind, target, words)
        }
        (Command::RecordGrasp { words }, By::UnitClerk { unit }) => handling::record_grasp(scene, unit, words),
        (Command::RecordContact { words }, By::UnitClerk { unit }) => handling::record_contact(scene, unit, words),
        (Command::ReportBack { contacted, solved, result, evidence_count }, By::UnitClerk { unit }) => {
            handling::report_back(scene, unit, *contacted, *solved, result, *evidence_count)
        }
        (Command::Review { passed, opinion }, By::Reviewer { .. }) => handling::review(scene, *passed, opinion),
        (Command::FollowUp { reached, solved, satisfied, opinion, explained }, By::FollowUpStaff { .. }) => {
            let call = follow_up::Call { reached: *reached, solved: *solved, satisfied: *satisfied, opinion };
            follow_up::follow_up(scene, call, explained.as_deref())
        }
        (Command::FinishTask { number, result }, By::UnitClerk { unit }) => {
            handling::finish_task(scene, unit, *number, result)
        }
        (Command::Tick, By::Clock) => Ok(clock::tick(scene)),
        (command, _) => Err(not_entitled(command, "请由有权限的岗位办理")),
    }
}

fn not_entitled(command: &Command, advice: &str) -> Refusal {
    Refusal::new(
        "not-entitled",
        format!("该岗位无权执行「{}」，{advice}", command.name()),
        format!("this post may not {}", command.name()),
    )
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

/// Longest text that a person writes into a form, in characters: two pages.
const MOST_WORDS_CHARS: usize = 2000;

/// Refuses a text that is too long.
fn must_fit(text: &str, most: usize, what: &str) -> Result<(), Refusal> {
    let long = text.chars().count();
    if long > most {
        return Err(Refusal::new(
            "text-too-long",
            format!("{what}有 {long} 个字，最多 {most} 个字"),
            format!("{long} characters; at most {most}"),
        ));
    }
    Ok(())
}

/// Refuses an empty text, or one that is too long.
fn must_say(words: &str, what: &str) -> Result<(), Refusal> {
    must_fit(words, MOST_WORDS_CHARS, what)?;
    if words.trim().is_empty() {
        return Err(Refusal::new("words-missing", format!("请填写{what}"), "the text must not be empty"));
    }
    Ok(())
}
