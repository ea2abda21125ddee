//! The shortest story that still shows a finding: whatever can be left out or made plain is.

use super::{Finding, findings, play};
use crate::plugin::Faults;
use crate::plugin::ready::Ready;
use crate::plugin::scenario::Scenario;

/// Stories that are tried for one finding: enough for a long one, and no more than some seconds.
const MOST_TRIES: usize = 600;

/// Leaves out what is not needed, until nothing more can be left out.
pub fn shrink(ready: &Ready, story: &Scenario, finding: &Finding) -> Result<Scenario, Faults> {
    let mut best = story.clone();
    cut(ready, &mut best, finding);
    let mut tries = 0;
    loop {
        let before = tries;
        let mut smaller = false;
        for candidate in candidates(&best) {
            tries += 1;
            if tries > MOST_TRIES {
                return Ok(best);
            }
            if let Some(at) = shows(ready, &candidate, finding) {
                best = candidate;
                best.step.truncate(at + 1);
                smaller = true;
                break;
            }
        }
        if !smaller || tries == before {
            return Ok(best);
        }
    }
}

/// What comes after the finding is not needed.
fn cut(ready: &Ready, story: &mut Scenario, finding: &Finding) {
    if let Some(at) = shows(ready, story, finding) {
        story.step.truncate(at + 1);
    }
}

/// The step in which a story shows a finding, if it does.
fn shows(ready: &Ready, story: &Scenario, finding: &Finding) -> Option<usize> {
    let played = play(ready, story)?;
    let found = |calls: &[crate::plugin::story::Call]| {
        calls.iter().any(|call| findings(ready, call).iter().any(|(found, _)| found == finding))
    };
    played.iter().position(|played| found(&played.calls))
}

/// Every story that is a little smaller, the boldest first.
fn candidates(story: &Scenario) -> Vec<Scenario> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Scenario)| {
        let mut smaller = story.clone();
        change(&mut smaller);
        all.push(smaller);
    };
    // The first step stays: without a ticket there is no story; a review needs no other.
    for number in (0..story.step.len()).rev() {
        if number > 0 || story.step[0].review.is_some() && story.step.len() > 1 {
            with(&|story| {
                story.step.remove(number);
            });
        }
    }
    for name in story.settings.keys() {
        with(&|story| {
            story.settings.remove(name);
        });
    }
    for (number, step) in story.step.iter().enumerate() {
        for (name, value) in &step.facts {
            with(&|story| {
                story.step[number].facts.remove(name);
            });
            if *value > 1 {
                with(&|story| {
                    story.step[number].facts.insert(name.clone(), value / 2);
                });
                with(&|story| {
                    story.step[number].facts.insert(name.clone(), value - 1);
                });
            }
        }
        for matters in (0..step.counted.len()).rev() {
            with(&|story| {
                story.step[number].counted.remove(matters);
            });
        }
        let Some(written) = &step.register else { continue };
        let texts = [&written.body, &written.place.street, &written.place.estate, &written.place.building];
        for (which, _) in texts.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            with(&|story| {
                if let Some(written) = &mut story.step[number].register {
                    let place = &mut written.place;
                    [&mut written.body, &mut place.street, &mut place.estate, &mut place.building][which].clear();
                }
            });
        }
        if written.title != "诉求" {
            with(&|story| {
                if let Some(written) = &mut story.step[number].register {
                    written.title = "诉求".into();
                }
            });
        }
        if written.confidential {
            with(&|story| {
                if let Some(written) = &mut story.step[number].register {
                    written.confidential = false;
                }
            });
        }
    }
    all
}
