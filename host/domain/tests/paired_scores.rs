//! 双加双减 over thousands of random histories: tickets are settled, seen again, excluded and
//! appealed in whatever order, and these hold: (a) each pair has both sides or a recorded
//! exemption; (b) nothing is scored twice; (c) nothing is ever taken away; (d) the same
//! input gives the same score, bit for bit.

use chuishao_domain::actor::By;
use chuishao_domain::calendar::Calendar;
use chuishao_domain::evaluation::Rate;
use chuishao_domain::evaluation::appeal::{Appeal, Docket, Lodging};
use chuishao_domain::evaluation::counts::Counts;
use chuishao_domain::evaluation::growth::Growth;
use chuishao_domain::evaluation::outcome::{Exclusion, Promise, TicketOutcome};
use chuishao_domain::evaluation::period::Period;
use chuishao_domain::evaluation::points::Points;
use chuishao_domain::evaluation::rule_set::{RuleSet, RuleSets};
use chuishao_domain::evaluation::score_ledger::ScoreLedger;
use chuishao_domain::evaluation::score_pair::{PairId, ScoreEvent};
use chuishao_domain::evaluation::score_sheet::{Evidence, ScoreSheet};
use chuishao_domain::evaluation::subject::Subject;
use chuishao_domain::ids::TicketId;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static SETS: LazyLock<RuleSets> = LazyLock::new(RuleSets::shipped);

const TERRITORIES: [&str; 4] = ["370705", "370784", "WF-GX", "370724"];
const DEPARTMENTS: [&str; 3] = ["WF-ZJ", "WF-CG", "WF-GA"];

fn rules() -> &'static RuleSet {
    SETS.version("WF-2024").expect("shipped")
}

fn october() -> Period {
    "2024-10".parse().expect("a period")
}

fn start() -> Timestamp {
    october().span().0
}

/// Long after: whatever was late is late.
fn later() -> Timestamp {
    start() + (24 * 120).hours()
}

fn promise(from: i64) -> impl Strategy<Value = Promise> {
    (proptest::option::of(1_i64..200), proptest::option::of(0_i64..300)).prop_map(move |(due, done)| Promise {
        due_at: due.map(|hours| start() + (from + hours).hours()),
        done_at: done.map(|hours| start() + (from + hours).hours()),
    })
}

/// What became of the ticket of a number; also of another month now and then.
fn outcome(number: u64) -> impl Strategy<Value = TicketOutcome> {
    let heard = || proptest::option::of(any::<bool>());
    let from = -100_i64..800;
    (from, 0..TERRITORIES.len(), 0..DEPARTMENTS.len(), prop::bool::weighted(0.2)).prop_flat_map(
        move |(from, territory, department, city_direct)| {
            let promises = (promise(from), promise(from), promise(from), promise(from), promise(from));
            let counts = (0_u32..3, 0_u32..2, 0_u32..2, 0_u32..3, any::<bool>());
            let follow_up = (proptest::option::of(0_i64..400), heard(), heard(), heard());
            let excluded = prop::option::weighted(0.1, Just(Exclusion::BeyondDuty));
            (promises, counts, follow_up, excluded).prop_map(move |(promises, counts, follow_up, exclusion)| {
                let (take_up, contact, close, copy_signed, opinion) = promises;
                let (supervisions, hand_backs, extensions, reworks, repeated) = counts;
                let (closed, first_solved, solved, satisfied) = follow_up;
                TicketOutcome {
                    ticket: TicketId::new(jiff::civil::date(2024, 10, 8), number),
                    territory: TERRITORIES[territory].into(),
                    department: Some(DEPARTMENTS[department].into()),
                    city_direct,
                    category: "020101".into(),
                    received_at: start() + from.hours(),
                    dispatched_at: Some(start() + from.hours()),
                    first_response_at: contact.done_at,
                    take_up,
                    contact,
                    close,
                    closed_at: closed.map(|hours| start() + (from + hours).hours()),
                    ran_late: close.kept(start() + 800.hours()) == Some(false),
                    copy_signed,
                    opinion,
                    supervisions,
                    hand_backs,
                    hand_backs_approved: hand_backs,
                    extensions,
                    reworks,
                    repeated,
                    first_solved,
                    solved: first_solved.and(solved),
                    satisfied: first_solved.and(satisfied),
                    exclusion,
                }
            })
        },
    )
}

fn outcomes() -> impl Strategy<Value = Vec<TicketOutcome>> {
    (0..24_u64).map(outcome).collect::<Vec<_>>()
}

/// What may happen to scores.
#[derive(Clone, Debug)]
enum Step {
    /// The night's computation, over some of the tickets.
    Settle(Vec<usize>),
    /// Somebody takes a ticket out of the evaluation.
    Exclude(usize),
    /// An appeal on some pair, by one of its sides; upheld or not.
    Appeal(prop::sample::Index, bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => prop::collection::vec(0..24_usize, 0..30).prop_map(Step::Settle),
        1 => (0..24_usize).prop_map(Step::Exclude),
        2 => (any::<prop::sample::Index>(), any::<bool>()).prop_map(|(at, upheld)| Step::Appeal(at, upheld)),
    ]
}

fn appeal(ledger: &mut ScoreLedger, appeals: &mut Vec<Appeal>, at: prop::sample::Index, upheld: bool) {
    if ledger.events().is_empty() {
        return;
    }
    let event = at.get(ledger.events()).clone();
    let unit = match &event.subject {
        Subject::Territory(territory) => format!("{territory}-ZF"),
        Subject::Department(department) => department.to_string(),
    };
    let id = format!("SS-{:04}", appeals.len() + 1);
    let lodging = Lodging { id: &id, pair: &event.pair, reason: "录音与认定不符", published_at: later() };
    let calendar = Calendar::shipped();
    let docket = Docket { rules: &SETS, ledger, appeals, calendar: &calendar };
    let Ok(lodged) = Appeal::lodge(&lodging, &By::UnitClerk { unit: unit.as_str().into() }, docket, later()) else {
        return;
    };
    let reviewer = By::Reviewer { number: "0107".into() };
    let (decided, events) = lodged.decide(upheld, "已核", &reviewer, ledger, later()).expect("decided");
    assert_eq!(!events.is_empty(), upheld);
    appeals.push(decided);
}

/// (a), seen from the outside: the events of a pair, by subject kind, with their sums.
fn check_pairs(events: &[ScoreEvent]) {
    let mut pairs: BTreeMap<&PairId, Vec<&ScoreEvent>> = BTreeMap::new();
    events.iter().for_each(|event| pairs.entry(&event.pair).or_default().push(event));
    for (pair, events) in pairs {
        let (given, countered): (Vec<&ScoreEvent>, Vec<&ScoreEvent>) =
            events.into_iter().partition(|event| event.reversal.is_none());
        let territories = given.iter().filter(|event| matches!(event.subject, Subject::Territory(_))).count();
        let expected = if given[0].exemption.is_some() { (0, 1) } else { (1, 2) };
        assert_eq!((territories, given.len()), expected, "{pair}");
        if !countered.is_empty() {
            assert_eq!(countered.len(), given.len(), "{pair}");
            assert_eq!(given.iter().chain(&countered).map(|event| event.points).sum::<Points>(), Points(0), "{pair}");
        }
    }
}

/// What the ledger should say of a subject, computed without it.
fn expected_balance(tickets: &[TicketOutcome], ledger: &ScoreLedger, subject: &Subject) -> Points {
    let mut sum = Points(0);
    for ticket in tickets.iter().filter(|ticket| october().contains(ticket.received_at)) {
        for item in &rules().items {
            let pair = PairId::new(&item.code, &ticket.ticket, october(), "WF-2024");
            if item.trigger.holds(ticket, later()) && ticket.concerns(subject) && !ledger.is_reversed(&pair) {
                sum += if matches!(subject, Subject::Territory(_)) { item.territory } else { item.department };
            }
        }
    }
    sum
}

fn subjects() -> impl Iterator<Item = Subject> {
    let territories = TERRITORIES.iter().map(|id| Subject::Territory((*id).into()));
    territories.chain(DEPARTMENTS.iter().map(|id| Subject::Department((*id).into())))
}

fn sheets(tickets: &[TicketOutcome], ledger: &ScoreLedger) -> String {
    let like_matters = BTreeMap::from([("0201".to_owned(), Growth { now: 41, before: 52 })]);
    let knowledge_accepted = Rate { part: 3, whole: 7 };
    let evidence =
        Evidence { outcomes: tickets, like_matters: &like_matters, knowledge_accepted, ledger, as_of: later() };
    let sheet = |subject| ScoreSheet::compute(&subject, october(), rules(), &evidence).expect("a sheet");
    serde_json::to_string(&subjects().map(sheet).collect::<Vec<_>>()).expect("JSON")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn scores_stay_paired_counted_once_and_never_vanish(
        mut tickets in outcomes(),
        steps in prop::collection::vec(step(), 1..14),
    ) {
        let (mut ledger, mut appeals) = (ScoreLedger::default(), Vec::new());
        for step in steps {
            let before = ledger.events().to_vec();
            match step {
                Step::Settle(chosen) => {
                    let chosen: BTreeSet<usize> = chosen.into_iter().collect();
                    let some: Vec<_> = chosen.iter().map(|at| tickets[*at].clone()).collect();
                    let new = ledger.settle(rules(), &some, october(), later()).expect("settled");
                    prop_assert_eq!(&ledger.events()[before.len()..], &new[..]);
                    // (b) the same again is nothing new.
                    prop_assert_eq!(ledger.settle(rules(), &some, october(), later()).expect("settled"), Vec::new());
                }
                Step::Exclude(at) => tickets[at].exclusion = Some(Exclusion::Unreasonable),
                Step::Appeal(at, upheld) => appeal(&mut ledger, &mut appeals, at, upheld),
            }
            // (c) what was written stands.
            prop_assert_eq!(&ledger.events()[..before.len()], &before[..]);
            check_pairs(ledger.events());
            // A store that gives the events back gives the ledger back.
            let read = ScoreLedger::from_events(ledger.events().to_vec()).expect("pairs");
            prop_assert_eq!(&read, &ledger);
        }
        // (b) seen from the other side: after the last night every subject has what its
        // tickets earn, once, but for what was reversed.
        ledger.settle(rules(), &tickets, october(), later()).expect("settled");
        for subject in subjects() {
            let expected = expected_balance(&tickets, &ledger, &subject);
            prop_assert_eq!(ledger.balance(&subject, october(), "WF-2024"), expected, "{}", subject);
        }
        let keys: BTreeSet<_> =
            ledger.events().iter().map(|event| (&event.pair, &event.subject, event.reversal.is_some())).collect();
        prop_assert_eq!(keys.len(), ledger.events().len(), "each row has a key of its own");
    }

    /// (d) whatever the order in which a store gives the tickets, and from the start or from
    /// events that were written down and read back.
    #[test]
    fn the_same_input_gives_the_same_score_bit_for_bit(
        (tickets, shuffled) in outcomes().prop_flat_map(|tickets| (Just(tickets.clone()), Just(tickets).prop_shuffle())),
    ) {
        let mut first = ScoreLedger::default();
        first.settle(rules(), &tickets, october(), later()).expect("settled");
        let mut second = ScoreLedger::default();
        second.settle(rules(), &shuffled, october(), later()).expect("settled");
        let [one, two] = [&first, &second].map(|ledger| serde_json::to_string(ledger.events()).expect("JSON"));
        prop_assert_eq!(&one, &two);
        let read = ScoreLedger::from_events(serde_json::from_str(&one).expect("events")).expect("pairs");
        let said = sheets(&tickets, &first);
        prop_assert_eq!(&said, &sheets(&shuffled, &read));
        let back: Vec<ScoreSheet> = serde_json::from_str(&said).expect("sheets");
        prop_assert_eq!(serde_json::to_string(&back).expect("JSON"), said);
    }

    /// The counts of two halves are the counts of the whole.
    #[test]
    fn counts_add_up(tickets in outcomes(), cut in 0..24_usize) {
        for subject in subjects() {
            let over = |tickets: &[TicketOutcome]| Counts::over(tickets, &subject, october(), later());
            let mut sum = over(&tickets[..cut]);
            sum += &over(&tickets[cut..]);
            prop_assert_eq!(sum, over(&tickets));
        }
    }

    /// Every curve of the shipped rules stays within its marks and never rewards the worse.
    #[test]
    fn curves_never_turn_round(lower in -20_000_i64..40_000, step in 0_i64..30_000) {
        for line in SETS.iter().flat_map(|set| set.weights.values().flatten()) {
            let [worse, better] = match line.curve.better() {
                Some(chuishao_domain::evaluation::curve::Better::Lower) => [lower + step, lower],
                _ => [lower, lower + step],
            };
            let [little, much] = [worse, better].map(|figure| line.curve.weighted(figure, line.weight));
            prop_assert!(Points(0) <= little && little <= much && much <= line.weight, "{:?}", line);
        }
    }
}
