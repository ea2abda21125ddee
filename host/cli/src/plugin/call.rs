//! A call of the rule as a step of a scenario sees it: what it answered, what it cost, and in words what
//! it asked for and what became of that.

use super::table;
use chuishao_domain::World;
use chuishao_domain::event::Recorded;
use chuishao_domain::narrate;
use chuishao_domain::rule::effect::Proposal;
use chuishao_domain::rule::record::{Answer, CallExample, CallRecord, DecisionRecord, LogLine, Verdict};
use chuishao_domain::rule::review::ReviewRecord;

/// A call as a step sees it.
pub struct Call {
    pub example: Option<CallExample>,
    pub answer: Answer,
    pub log: Vec<LogLine>,
    pub fuel: u64,
    pub micros: u64,
    /// What was asked for and what became of it, in words.
    told: Vec<(String, String)>,
}

/// Each proposal with its events, which are found by their numbers.
fn told(answer: &Answer, event: impl Fn(u64) -> Option<String>, world: &World) -> Vec<(String, String)> {
    let Answer::Proposals(judged) = answer else { return Vec::new() };
    let line = |(proposal, verdict): &(Proposal, Verdict)| {
        let events = match verdict {
            Verdict::Accepted { events } => events.iter().filter_map(|number| event(*number)).collect(),
            Verdict::Refused(_) => Vec::new(),
        };
        table::asked(proposal, verdict, &events, world)
    };
    judged.iter().map(line).collect()
}

impl Call {
    pub fn of(decision: DecisionRecord, events: &[Recorded], world: &World) -> Self {
        let CallRecord { answer, log, fuel, micros, .. } = decision.call.clone();
        let event = |number| {
            let recorded = events.iter().find(|recorded| recorded.sequence == number)?;
            Some(narrate::event(&recorded.event, world))
        };
        let told = told(&answer, event, world);
        Self { example: CallExample::of(decision), answer, log, fuel, micros, told }
    }

    pub fn of_review(review: ReviewRecord, world: &World) -> Self {
        let ReviewRecord { answer, log, fuel, micros, .. } = review.clone();
        let event = |place: u64| {
            let event = review.events.get(usize::try_from(place).ok()?.checked_sub(1)?)?;
            Some(narrate::review_event(event, world))
        };
        let told = told(&answer, event, world);
        Self { example: Some(CallExample::of_review(review)), answer, log, fuel, micros, told }
    }

    /// What was asked for and what became of it; a failure in its words.
    pub fn in_words(&self) -> Vec<(String, String)> {
        match &self.answer {
            Answer::Failed(failure) => vec![("（没有回答）".into(), failure.chinese())],
            Answer::Proposals(_) => self.told.clone(),
        }
    }
}
