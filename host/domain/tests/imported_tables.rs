//! Files that people import may be anything: every one is either read whole or refused with
//! words that say what to do, and none breaks the program.

use chuishao_domain::calendar::{Calendar, Notice};
use chuishao_domain::catalogue::{Catalogue, TableName, Tables};
use chuishao_domain::refusal::Refusal;
use proptest::prelude::*;

const NOTICE: &str = include_str!("../data/notices/2026.csv");

/// A good file after a slip of the hand: a line lost, doubled or moved, a piece overwritten.
#[derive(Clone, Debug)]
enum Slip {
    Drop(prop::sample::Index),
    Double(prop::sample::Index),
    Swap(prop::sample::Index, prop::sample::Index),
    Overwrite(prop::sample::Index, String),
}

fn slip() -> impl Strategy<Value = Slip> {
    let index = any::<prop::sample::Index>;
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "",
            ",",
            "\"",
            "\n",
            "#",
            "9999-12-31",
            "-1",
            "65536",
            "yes",
            "张三丰",
            "\u{202e}",
            "=1+1"
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    prop_oneof![
        index().prop_map(Slip::Drop),
        index().prop_map(Slip::Double),
        (index(), index()).prop_map(|(a, b)| Slip::Swap(a, b)),
        (index(), piece).prop_map(|(at, piece)| Slip::Overwrite(at, piece)),
    ]
}

fn slipped(text: &str, slips: &[Slip]) -> String {
    let mut text = text.to_owned();
    for slip in slips {
        let mut lines: Vec<&str> = text.lines().collect();
        if lines.is_empty() {
            break;
        }
        let length = lines.len();
        match slip {
            Slip::Drop(at) => drop(lines.remove(at.index(length))),
            Slip::Double(at) => lines.insert(at.index(length), lines[at.index(length)]),
            Slip::Swap(a, b) => lines.swap(a.index(length), b.index(length)),
            Slip::Overwrite(at, piece) => {
                let from = text.char_indices().nth(at.index(text.chars().count())).map_or(0, |(from, _)| from);
                let to = text[from..].chars().next().map_or(from, |c| from + c.len_utf8());
                text = format!("{}{piece}{}", &text[..from], &text[to..]);
                continue;
            }
        }
        text = lines.join("\n");
    }
    text
}

fn says_what_to_do(refusals: &[Refusal]) -> bool {
    let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    !refusals.is_empty()
        && refusals.iter().all(|one| chinese(&one.chinese) && !one.english.is_empty() && !one.code.is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_notice_is_read_or_refused(slips in proptest::collection::vec(slip(), 0..4)) {
        let text = slipped(NOTICE, &slips);
        match Notice::parse(&text) {
            // What was read is consistent in itself: its count of working days is the calendar's.
            Ok(notice) => {
                let (year, told) = (notice.year, notice.working_days);
                let calendar = Calendar::default().with(notice).expect("the first of its year");
                let days = jiff::civil::date(year, 1, 1).series(jiff::Span::new().days(1));
                let days = days.take_while(|day| day.year() == year);
                let worked = days.filter(|day| calendar.is_working_day(*day) == Ok(true)).count();
                prop_assert_eq!(worked, usize::from(told));
            }
            Err(refusals) => prop_assert!(says_what_to_do(&refusals), "{:?}", refusals),
        }
    }

    #[test]
    fn any_text_at_all_is_refused_as_a_notice(text in any::<String>()) {
        prop_assert!(Notice::parse(&text).is_err_and(|refusals| says_what_to_do(&refusals)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_table_is_read_or_refused(
        name in proptest::sample::select(TableName::ALL.to_vec()),
        slips in proptest::collection::vec(slip(), 1..4),
    ) {
        let shipped = Tables::shipped();
        let text = slipped(shipped.text(name), &slips);
        match Catalogue::parse(&shipped.replaced(name, text)) {
            // Total: whatever was read, no ticket can get a category without a department.
            Ok(catalogue) => for category in catalogue.categories() {
                prop_assert!(catalogue.unit(&category.department).is_some());
                prop_assert_eq!(category.enforcement, catalogue.enforcement_items_of(&category.code).next().is_some());
            },
            Err(refusals) => prop_assert!(says_what_to_do(&refusals), "{:?}", refusals),
        }
    }
}

/// The slips would prove little if nothing they leave could be read.
#[test]
fn without_a_slip_all_is_read() {
    assert!(Notice::parse(&slipped(NOTICE, &[])).is_ok());
    let shipped = Tables::shipped();
    for name in TableName::ALL {
        let again = shipped.clone().replaced(name, slipped(shipped.text(name), &[]));
        assert_eq!(Catalogue::parse(&again).map(|read| read.digest()), Ok(Catalogue::weifang().digest()), "{name:?}");
    }
}
