//! When each step of a ticket's life is taken, from the call to the last follow-up: office
//! hours for units, day and night for call takers and for sudden faults.

use crate::dice::Dice;
use crate::habits::{
    CONTACT_LATE, FILLED_IN_LATER, GRASP_LATE, LEFT_WAITING, NIGHT_WAITS, NO_CONTACT, SUPERVISED, SUPERVISED_WHEN_LATE,
    TAKEN_UP_LATE,
};
use crate::plan::{NEVER, Plan};
use crate::season::desk_is_cleared_on;
use chuishao_domain::calendar::{Calendar, TimeSpan, WORKING_HOURS, civil, moment};
use jiff::{Timestamp, ToSpan};

/// A working day, in minutes of work.
const WORKING_DAY: i64 = 450;
/// Before the desk is cleared at the end of the day, acceptances end so many minutes before.
const CLEARING_MINUTES: i64 = 10;

/// The moments of a life. Those of one kind are in the order in which they come.
#[derive(Clone, Debug)]
pub struct Course {
    /// 补充填写, when the building is asked for later.
    pub filled_in_at: Option<Timestamp>,
    /// 受理.
    pub accepted_at: Timestamp,
    /// 派单.
    pub dispatched_at: Timestamp,
    /// 签收.
    pub taken_up_at: Timestamp,
    /// 退单.
    pub hand_back: Option<HandBack>,
    /// 掌握情况, for sudden faults.
    pub grasped_at: Option<Timestamp>,
    /// 联系来电人.
    pub contacted_at: Option<Timestamp>,
    /// 延期: asked and ruled.
    pub extension: Option<(Timestamp, Timestamp)>,
    /// 督促、指导、监督.
    pub supervised_at: Option<Timestamp>,
    /// 办理 and 重办.
    pub rounds: Vec<Round>,
}

/// The moments of a hand-back.
#[derive(Clone, Copy, Debug)]
pub struct HandBack {
    /// 申请退回.
    pub asked_at: Timestamp,
    /// 审定.
    pub ruled_at: Timestamp,
    /// To another unit, and taken up there, when it was approved.
    pub dispatched_at: Timestamp,
    /// 签收 by the other unit.
    pub taken_up_at: Timestamp,
}

/// The moments of one handling.
#[derive(Clone, Debug)]
pub struct Round {
    /// 反馈办理结果.
    pub reported_at: Timestamp,
    /// 退回补充, and reported again.
    pub sent_back: Option<(Timestamp, Timestamp)>,
    /// 审核通过.
    pub passed_at: Timestamp,
    /// 回访, each attempt.
    pub calls: Vec<Timestamp>,
}

impl Round {
    /// When the last attempt was made.
    #[must_use]
    pub fn ended_at(&self) -> Timestamp {
        self.calls.last().copied().unwrap_or(self.passed_at)
    }
}

impl Course {
    /// The moments of a plan's life. Those of the first rounds do not depend on how many
    /// rounds there are.
    #[must_use]
    pub fn of(plan: &Plan, calendar: &Calendar) -> Self {
        let mut walk = Walk { calendar, dice: plan.times(), at: plan.received_at, urgent: plan.urgent };
        let filled_in = walk.dice.chance(FILLED_IN_LATER);
        let filled_in_at = filled_in.then(|| walk.clock_seconds(20, 110));
        let accepted_at = walk.accept(plan);
        let dispatched_at = walk.dispatch(plan);
        let taken_up_at = walk.take_up(plan);
        let hand_back = plan.fate.hand_back.map(|approved| walk.hand_back(approved));
        let grasped_at = plan.urgent.then(|| walk.grasp(plan));
        let contacted_at = walk.contact();
        let mut due = calendar.due(plan.received_at, close_within(plan)).unwrap_or(walk.at);
        let extension = plan.fate.extension.and_then(|days| walk.extension(days, &mut due));
        let supervised_at = walk.supervise(plan, due);
        let rounds = (1..=plan.fate.rounds).map(|number| walk.round(plan, number, due)).collect();
        Self {
            filled_in_at,
            accepted_at,
            dispatched_at,
            taken_up_at,
            hand_back,
            grasped_at,
            contacted_at,
            extension,
            supervised_at,
            rounds,
        }
    }
}

/// The first limit of 办结, as the core sets it.
fn close_within(plan: &Plan) -> TimeSpan {
    TimeSpan::WorkingDays(if plan.urgent { 1 } else { 5 })
}

/// Somebody who goes from step to step.
struct Walk<'a> {
    calendar: &'a Calendar,
    dice: Dice,
    at: Timestamp,
    urgent: bool,
}

impl Walk<'_> {
    fn clock_seconds(&mut self, least: i64, most: i64) -> Timestamp {
        let millis = self.dice.between(least * 1000, most * 1000 + 999);
        self.at = later(self.at, millis);
        self.at
    }

    fn clock_minutes(&mut self, least: i64, most: i64) -> Timestamp {
        self.clock_seconds(least * 60, most * 60)
    }

    /// So many minutes of work later; most steps are taken early in their time.
    fn work_minutes(&mut self, least: i64, most: i64) -> Timestamp {
        let chance = self.dice.share();
        let minutes = least as f64 + (most - least) as f64 * chance * chance.sqrt();
        let seconds = (minutes * 60.0) as i64;
        // Every moment of this year and of the next has its notice: the brief was checked.
        let at = self.calendar.add_working_seconds(self.at, seconds).unwrap_or_else(|_| later(self.at, seconds * 1000));
        // Working time ends at whole seconds; people do not.
        self.at = later(at, self.dice.between(1, 999));
        self.at
    }

    /// Units repair faults at any hour; everything else waits for the office.
    fn unit_minutes(&mut self, least: i64, most: i64) -> Timestamp {
        if self.urgent { self.clock_minutes(least, most) } else { self.work_minutes(least, most) }
    }

    /// Nobody is called between 21:00 and 8:30.
    fn by_daylight(&mut self) {
        let local = civil(self.at);
        let opens = local.date().to_datetime(WORKING_HOURS[0].0);
        let morning = match local.hour() {
            21.. => Some(opens.saturating_add(1.day())),
            _ if local < opens => Some(opens),
            _ => None,
        };
        if let Some(at) = morning.and_then(moment) {
            self.at = later(at, self.dice.between(1, 45 * 60_000));
        }
    }

    fn accept(&mut self, plan: &Plan) -> Timestamp {
        let cleared = desk_is_cleared_on(plan.day);
        if self.dice.chance(LEFT_WAITING) && !cleared {
            return self.clock_minutes(62, 400);
        }
        self.clock_seconds(50, 420);
        if let Some(midnight) = midnight(plan).filter(|_| cleared) {
            self.at = self.at.min(later(midnight, -CLEARING_MINUTES * 60_000)).max(later(plan.received_at, 1000));
        }
        self.at
    }

    fn dispatch(&mut self, plan: &Plan) -> Timestamp {
        let from = self.at;
        let night = !(6..22).contains(&civil(self.at).hour());
        if self.urgent {
            self.clock_minutes(1, 7);
        } else {
            self.clock_minutes(4, 75);
            if night && self.dice.chance(NIGHT_WAITS) {
                self.by_daylight();
            }
        }
        // Where October's copies are counted, nothing is left for the next day.
        let midnight = midnight(plan).filter(|&midnight| desk_is_cleared_on(plan.day) && self.at >= midnight);
        if let Some(midnight) = midnight {
            let left = midnight.as_millisecond() - from.as_millisecond();
            self.at = later(from, self.dice.between(1, (left - 1).max(1)));
        }
        self.at
    }

    fn take_up(&mut self, plan: &Plan) -> Timestamp {
        if self.urgent {
            return self.clock_minutes(4, 35);
        }
        let late = self.dice.chance(TAKEN_UP_LATE) && plan.fate.hand_back.is_none();
        if late { self.work_minutes(WORKING_DAY, WORKING_DAY * 2) } else { self.work_minutes(5, 130) }
    }

    fn hand_back(&mut self, approved: bool) -> HandBack {
        let asked_at = self.unit_minutes(15, 200);
        let ruled_at = self.unit_minutes(20, 240);
        let dispatched_at = if approved { self.clock_minutes(3, 40) } else { ruled_at };
        let taken_up_at = if approved { self.unit_minutes(6, 180) } else { ruled_at };
        HandBack { asked_at, ruled_at, dispatched_at, taken_up_at }
    }

    fn grasp(&mut self, plan: &Plan) -> Timestamp {
        let (least, most) = if self.dice.chance(GRASP_LATE) { (122, 300) } else { (35, 112) };
        let wanted = later(plan.received_at, self.dice.between(least * 60_000, most * 60_000));
        self.at = wanted.max(later(self.at, 60_000));
        self.at
    }

    fn contact(&mut self) -> Option<Timestamp> {
        if self.dice.chance(NO_CONTACT) {
            return None;
        }
        if self.urgent {
            return Some(self.clock_minutes(5, 45));
        }
        let late = self.dice.chance(CONTACT_LATE);
        Some(if late { self.work_minutes(WORKING_DAY, WORKING_DAY * 2) } else { self.work_minutes(5, 120) })
    }

    /// Asked for before the due time; granted days move it.
    fn extension(&mut self, (days, granted): (u16, bool), due: &mut Timestamp) -> Option<(Timestamp, Timestamp)> {
        let asked_at = self.work_minutes(WORKING_DAY / 2, WORKING_DAY * 2);
        let ruled_at = self.work_minutes(20, 240);
        if ruled_at >= *due {
            return None;
        }
        if granted {
            *due = self.calendar.due(*due, TimeSpan::WorkingDays(days)).unwrap_or(*due);
        }
        Some((asked_at, ruled_at))
    }

    /// The city department looks at it: before the report, and mostly when it is overdue.
    fn supervise(&mut self, plan: &Plan, due: Timestamp) -> Option<Timestamp> {
        if plan.fate.late {
            self.at = self.at.max(later(due, 60_000));
            return self.dice.chance(SUPERVISED_WHEN_LATE).then(|| self.work_minutes(10, 240));
        }
        self.dice.chance(SUPERVISED).then(|| self.work_minutes(20, 150))
    }

    fn round(&mut self, plan: &Plan, number: u8, due: Timestamp) -> Round {
        let reported_at = match (number, self.urgent) {
            (1, _) if plan.fate.late => self.work_minutes(60, WORKING_DAY * 3),
            (1, true) => self.clock_minutes(20, 420),
            (1, false) if plan.fate.extension.is_some() => self.toward(due),
            (1, false) => self.work_minutes(45, WORKING_DAY * 2),
            (_, true) => self.clock_minutes(40, 300),
            (_, false) => self.work_minutes(60, WORKING_DAY * 3 / 2),
        };
        let sent_back = (number == 1 && plan.fate.sent_back).then(|| {
            let at = self.unit_minutes(8, 90);
            (at, self.unit_minutes(30, 300))
        });
        let passed_at = if self.urgent { self.clock_minutes(4, 40) } else { self.work_minutes(8, 120) };
        let attempts = if number == 1 { (plan.fate.unreached + 1).min(NEVER) } else { 1 };
        let calls = (1..=attempts).map(|attempt| self.call(attempt)).collect();
        Round { reported_at, sent_back, passed_at, calls }
    }

    /// Somewhere between now and the due time, as who asked for more time uses it.
    fn toward(&mut self, due: Timestamp) -> Timestamp {
        let left = due.as_millisecond() - self.at.as_millisecond();
        let used = (left as f64 * (0.35 + 0.4 * self.dice.share())) as i64;
        self.at = later(self.at, used.max(60_000));
        self.work_minutes(10, 120)
    }

    fn call(&mut self, attempt: u8) -> Timestamp {
        match (self.urgent, attempt) {
            (true, 1) => {
                self.clock_minutes(8, 70);
                self.by_daylight();
                self.at
            }
            (_, 1) => self.work_minutes(15, 260),
            _ => self.work_minutes(150, WORKING_DAY),
        }
    }
}

/// The end of the day of receipt.
fn midnight(plan: &Plan) -> Option<Timestamp> {
    moment(plan.day.saturating_add(1.day()).at(0, 0, 0, 0))
}

fn later(at: Timestamp, millis: i64) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond().saturating_add(millis)).unwrap_or(Timestamp::MAX)
}
