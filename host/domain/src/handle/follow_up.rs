//! Follow-up calls (回访), second handling (重办) and closing out (办结). Closing belongs to
//! the follow-up staff, never to the handling unit and never to a rule (guard rail G5).

use super::{Outcome, Scene};
use crate::calendar::TimeSpan;
use crate::deadline::{Deadline, DeadlineKind, Source};
use crate::event::{ClosedBy, Event};
use crate::oversight::OrderGround;
use crate::plain::{MOST_WORDS_CHARS, must_fit, must_say};
use crate::refusal::Refusal;
use crate::rule::effect::Post;
use crate::ticket::{FollowUp, Urgency};

/// 回访 attempts before a ticket is closed as unreachable (an assumption).
const MOST_UNREACHED: usize = 3;
/// 重办 within 3 working days (an assumption).
const REWORK_WITHIN: TimeSpan = TimeSpan::WorkingDays(3);
/// From this rework on the leader in charge is told (重办后仍不满意的，督办).
const REWORKS_BEFORE_SUPERVISION: u16 = 2;

/// What the staff heard.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) reached: bool,
    pub(super) solved: Option<bool>,
    pub(super) satisfied: Option<bool>,
    pub(super) opinion: &'a str,
}

pub(super) fn follow_up(scene: Scene<'_>, call: Call<'_>, explained: Option<&str>) -> Outcome {
    let Call { reached, solved, satisfied, opinion } = call;
    if reached != solved.is_some() {
        return Err(Refusal::new(
            "follow-up-incomplete",
            "接通后须填写是否解决；未接通则不填",
            "say whether it is solved if, and only if, the caller was reached",
        ));
    }
    must_fit(opinion, MOST_WORDS_CHARS, "来电人意见")?;
    let attempt = u16::try_from(scene.ticket.follow_ups.len() + 1).unwrap_or(u16::MAX);
    let satisfied = satisfied.filter(|_| reached);
    let follow_up = FollowUp { attempt, at: scene.now, reached, solved, satisfied };
    let bad = follow_up.is_bad();
    let mut events = vec![Event::FollowedUp { follow_up, opinion: opinion.to_owned() }];
    match explained {
        Some(words) if bad => {
            must_say(words, "解释")?;
            events.push(Event::ClosedOut { how: ClosedBy::Explained, explanation: words.to_owned() });
        }
        Some(_) => {
            return Err(Refusal::new(
                "nothing-to-explain",
                "接通且未解决或不满意的，才能解释办结",
                "only an unsolved or unsatisfactory matter is closed with an explanation",
            ));
        }
        None if bad => events.extend(reopen(scene)),
        None if reached => events.push(closed(ClosedBy::Solved)),
        None => {
            let unreached = scene.ticket.follow_ups.iter().rev().take_while(|f| !f.reached).count();
            if unreached + 1 >= MOST_UNREACHED {
                events.push(closed(ClosedBy::Unreachable));
            }
        }
    }
    Ok(events)
}

fn closed(how: ClosedBy) -> Event {
    Event::ClosedOut { how, explanation: String::new() }
}

/// Rework is a main path: 28 % of tickets need more than one round (article figures).
fn reopen(scene: Scene<'_>) -> Vec<Event> {
    let rework_count = scene.ticket.rework_count.saturating_add(1);
    let (limit, source) = match scene.ticket.urgency {
        Urgency::Ordinary => (REWORK_WITHIN, Source::Rework),
        Urgency::Urgent | Urgency::Critical => (TimeSpan::WorkingDays(1), Source::UrgentMatters),
    };
    let fresh = Deadline::new(DeadlineKind::Close, scene.now, limit, source, &scene.world.calendar);
    let mut events = vec![Event::Reopened { rework_count }];
    // A promise that still runs is not made later by a bad follow-up.
    let promised = scene.ticket.deadline(DeadlineKind::Close).filter(|old| old.is_running());
    if promised.is_none_or(|old| fresh.soonest() < old.soonest()) {
        events.push(Event::DeadlineSet { deadline: fresh });
    }
    if rework_count > REWORKS_BEFORE_SUPERVISION {
        events.push(Event::PostNotified {
            post: Post::LeaderInCharge,
            text: format!("第 {rework_count} 次重办，来电人仍未满意，请督办"),
        });
        let words = format!("第 {rework_count} 次重办，来电人仍未满意，请主要负责人过问");
        events.push(super::oversight::ordered(scene, OrderGround::UnsatisfiedAfterRework, words));
    }
    events
}
