//! The figures of the source articles (潍坊日报, 2024), from counts built to them: whoever changes
//! a formula sees it here. The counts are invented; the figures are not.

use chuishao_domain::evaluation::counts::Counts;
use chuishao_domain::evaluation::growth::Growth;
use chuishao_domain::evaluation::indicator::{Indicator, Reading};
use chuishao_domain::evaluation::outcome::{Promise, TicketOutcome};
use chuishao_domain::evaluation::subject::Subject;
use chuishao_domain::evaluation::{Rate, Tally};
use chuishao_domain::ids::TicketId;
use jiff::{Timestamp, ToSpan};

/// 「"双向联办"为企业群众解决诉求75.04万件，一次办理问题解决率和服务满意率分别为71.83%和89.04%」.
#[test]
fn the_year_of_dual_track_handling() {
    let year = Tally {
        received: 901_220,
        followed_up: 812_350,
        solved_at_first: 583_511,
        solved: 750_400,
        rated: 790_000,
        satisfied: 703_416,
    };
    assert_eq!(year.first_handling_rate().to_string(), "71.83%");
    assert_eq!(year.satisfaction_rate().to_string(), "89.04%");
    assert_eq!(year.resolution_rate().to_string(), "92.37%");
    // The other denominators that one might think of give other figures.
    assert_ne!(Rate { part: year.solved_at_first, whole: year.received }.to_string(), "71.83%");
    assert_ne!(Rate { part: year.satisfied, whole: year.followed_up }.to_string(), "89.04%");
}

/// 「受理行政执法类诉求事项同比下降了3.06%」, with 57.4万余条 pushed in the later year.
#[test]
fn the_year_of_enforcement_matters() {
    let enforcement = Growth { now: 574_216, before: 592_342 };
    assert_eq!(enforcement.to_string(), "-3.06%");
    assert_ne!(Growth { now: enforcement.before, before: enforcement.now }.to_string(), "+3.06%");
    let counts = Counts { like_matters: enforcement, ..Counts::default() };
    assert_eq!(Indicator::LikeMatterGrowth.figure(&counts, 30).reading, Reading::Hundredths(-306));
}

/// The same two figures from 10,000 tickets that were followed up, among 800 that nobody
/// reached, as a store would give them.
#[test]
fn the_same_from_tickets() {
    let tickets: Vec<TicketOutcome> = (0..10_800).map(ticket).collect();
    let october = "2024-10".parse().expect("a period");
    let as_of = "2024-12-01T00:00:00Z".parse().expect("a moment");
    let of = |subject: Subject| Counts::over(&tickets, &subject, october, as_of);
    let counts = of(Subject::Department("WF-ZJ".into()));
    let shown = |indicator: Indicator| indicator.figure(&counts, 30).shown(indicator.definition().measure);
    assert_eq!(shown(Indicator::FirstHandlingRate), "71.83%");
    assert_eq!(shown(Indicator::SatisfactionRate), "89.04%");
    assert_eq!((counts.tally.followed_up, counts.unreached), (10_000, 800));
    // The two territories' counts are the department's.
    let mut both = of(Subject::Territory("370784".into()));
    both += &of(Subject::Territory("370705".into()));
    assert_eq!(both, counts);
}

/// 7,183 solved at the first handling, and of 10,000 ratings 8,904 satisfied.
fn ticket(number: u64) -> TicketOutcome {
    let received_at: Timestamp = "2024-10-08T01:00:00Z".parse().expect("a moment");
    let reached = number < 10_000;
    let at_first = number < 7_183;
    let kept = Promise { due_at: Some(received_at + 96.hours()), done_at: Some(received_at + 30.hours()) };
    TicketOutcome {
        ticket: TicketId::new(jiff::civil::date(2024, 10, 8), number),
        territory: if number.is_multiple_of(3) { "370784" } else { "370705" }.into(),
        department: Some("WF-ZJ".into()),
        city_direct: false,
        category: "020101".into(),
        received_at,
        dispatched_at: Some(received_at),
        first_response_at: kept.done_at,
        take_up: kept,
        contact: kept,
        close: kept,
        closed_at: Some(received_at + 72.hours()),
        ran_late: false,
        copy_signed: kept,
        opinion: Promise::default(),
        supervisions: 0,
        hand_backs: 0,
        hand_backs_approved: 0,
        extensions: 0,
        reworks: u32::from(reached && !at_first),
        repeated: false,
        first_solved: reached.then_some(at_first),
        solved: reached.then_some(true),
        satisfied: reached.then_some(number >= 1_096),
        exclusion: None,
    }
}
