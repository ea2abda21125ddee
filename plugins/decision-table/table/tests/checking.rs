//! Gaps, overlaps and rows that never speak; and that the check is exact.

use chuishao_table::cell::Given;
use chuishao_table::check::check;
use chuishao_table::fault::Fault;
use chuishao_table::sheet::{Sheet, read};
use chuishao_table::situation::Situation;
use chuishao_table::words::{Condition, Event};

fn sheet(policy: &str, rows: &str) -> Sheet {
    let headings = "事件|诉求类型|分类|期间|时段|小区|同小区同类7天|标签|办结时限|不处理|理由";
    let text = format!("命中方式|{policy}\n{headings}\n{rows}");
    let grid: Vec<Vec<String>> = text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect();
    read(&grid).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn codes() -> Vec<String> {
    ["0101", "010101", "0104", "010401", "0202", "0301"].map(str::to_owned).to_vec()
}

/// Faults and notes.
fn found(policy: &str, rows: &str) -> (Vec<String>, Vec<String>) {
    let sheet = sheet(policy, rows);
    let findings = check(sheet.policy, &sheet.rows, &codes());
    let told = |faults: &[Fault]| faults.iter().map(Fault::to_string).collect();
    (told(&findings.faults), told(&findings.notes))
}

#[test]
fn gaps_are_told_in_the_table_s_own_words() {
    let (faults, notes) = found("首行", "派单|投诉|0301||||≥3|高频|||多");
    assert_eq!(
        faults,
        [
            "没有一行适用于：事件「派单」，诉求类型是咨询、求助、举报、建议、表扬",
            "没有一行适用于：事件「派单」，诉求类型是投诉，分类不是0301",
            "没有一行适用于：事件「派单」，诉求类型是投诉，分类是0301，同小区同类7天为0至2"
        ]
    );
    assert!(notes[0].contains("事件填「派单」，条件都不填，「不处理」填「是」"), "{notes:?}");
    let (faults, notes) = found("首行", "派单|投诉|0301||||≥3|高频|||多\n派单|||||||||是|");
    assert_eq!((faults, notes), (vec![], vec![]));
}

#[test]
fn a_gap_between_two_ranges_and_between_two_seasons_is_found() {
    let (faults, _) = found("首行", "派单||||||≤2|少|||少\n派单||||||4至9|中|||中\n派单||||||≥10|多|||多");
    assert_eq!(faults, ["没有一行适用于：事件「派单」，同小区同类7天为3"]);
    let (faults, _) = found("首行", "受理|||11-05至03-31||||供暖季|||冬\n受理|||04-01至10-31||||非供暖季|||夏");
    assert_eq!(faults, ["没有一行适用于：事件「受理」，期间为11-01至11-04"]);
    let (faults, _) = found("首行", "受理|||2024-11-05至2025-03-31||||供暖季|||冬");
    assert_eq!(faults[0], "没有一行适用于：事件「受理」，期间为最早至2024-11-04、2025-04-01至以后");
}

/// No gap where no matter can be: all codes under 01 are named.
#[test]
fn the_catalogue_says_where_matters_can_be() {
    let (faults, _) = found("首行", "派单||0101、0104、0202、0301|||||全|||全");
    assert!(faults.is_empty(), "{faults:?}");
    let (faults, _) = found("首行", "派单||010101、0104、0202、0301|||||全|||全");
    assert_eq!(faults, ["没有一行适用于：事件「派单」，分类不是010101、0104、0202、0301"], "0101 itself");
}

#[test]
fn rows_that_the_rows_above_leave_nothing_to_never_speak() {
    let rows = "派单|投诉|||||≥3|甲|||多\n派单|投诉|||||≤2|乙|||少\n派单|投诉|0301|||||丙|||噪声\n派单|||||||||是|";
    let (faults, _) = found("首行", rows);
    assert_eq!(faults, ["第 5 行：事件「派单」时永远不会命中：符合它的都先符合第 3 行、第 4 行；请调整次序或条件"]);
    assert!(found("全部", rows).0.is_empty(), "when all count, it speaks");
}

#[test]
fn an_overlap_in_part_is_told_and_the_general_below_the_special_is_not() {
    let rows = "派单|投诉|||||≥3|甲|||多\n派单|||||世纪家园|≥1|乙|||该小区\n派单|||||||||是|";
    let (faults, notes) = found("首行", rows);
    assert!(faults.is_empty(), "{faults:?}");
    let told = "第 3 行：与第 4 行重叠：事件「派单」，诉求类型是投诉，小区是世纪家园，同小区同类7天为3至100，\
                两行都符合，按「首行」只取第 3 行";
    assert_eq!(notes, [told]);
    let (_, notes) = found("首行", "派单||||||≥10|甲|||多\n派单||||||≥3|乙|||少\n派单|||||||||是|");
    assert!(notes.is_empty(), "{notes:?}");
}

#[test]
fn when_all_count_two_rows_must_not_set_one_thing_twice() {
    let rows = "受理|投诉|||||||8工作小时||快\n受理||0104||||||4工作小时||更快\n受理|||||||||是|";
    let (faults, _) = found("全部", rows);
    assert_eq!(
        faults,
        ["第 3 行：与第 4 行重叠：事件「受理」，诉求类型是投诉，分类是0104，两行的「办结时限」不同，不知道听哪一行的"]
    );
    let (faults, notes) = found("全部", "受理|投诉||||||甲|||多\n受理||0104|||||甲|||冷\n受理|||||||||是|");
    assert!(faults.is_empty() && notes[0].contains("相同，会提出两次"), "{faults:?} {notes:?}");
}

#[test]
fn days_of_every_year_and_days_of_one_year_are_not_mixed() {
    let (faults, _) = found("首行", "受理|||11-05至03-31||||甲|||冬\n受理|||2024-11-05至2025-03-31||||乙|||冬");
    assert!(faults[0].starts_with("「期间」：不要混用"), "{faults:?}");
}

/// Every situation that the table can tell apart is tried: the check finds a gap exactly where no
/// row applies, and a row that never speaks exactly where none is chosen.
#[test]
fn the_check_says_what_trying_everything_says() {
    const MATTERS: [&str; 6] = ["咨询", "求助", "投诉", "举报", "建议", "表扬"];
    const COUNTS: [&str; 5] = ["", "≥3", "≤2", "2至4", "=3"];
    const CODES: [&str; 5] = ["", "01", "0104", "0104、0202", "0301"];
    // A small generator of its own: the same tables on every machine.
    let mut seed: u32 = 7;
    let mut draw = |most: usize| {
        seed = seed.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        (seed >> 16) as usize % most
    };
    let (mut with_gaps, mut without, mut unreachable) = (0, 0, 0);
    for _ in 0..400 {
        let mut rows = String::new();
        for row in 0..3 + draw(4) {
            let kinds: Vec<&str> = MATTERS.iter().copied().filter(|_| draw(3) > 0).collect();
            let kinds = if draw(2) == 0 { String::new() } else { kinds.join("、") };
            let (code, count) = (CODES[draw(5)], COUNTS[draw(5)]);
            rows += &format!("派单|{kinds}|{code}||||{count}|标签{row}|||多\n");
        }
        let sheet = sheet("首行", rows.trim_end());
        let findings = check(sheet.policy, &sheet.rows, &codes());
        let (mut gap, mut chosen) = (false, Vec::new());
        for matter in MATTERS {
            for code in codes() {
                for count in 0..=6 {
                    let given = vec![
                        (Condition::Matter, Given::Text(matter.into())),
                        (Condition::Category, Given::Text(code.clone())),
                        (Condition::EstateWeek, Given::Number(count)),
                    ];
                    let situation = Situation { event: Event::Dispatched, given };
                    match situation.chosen(&sheet.rows, sheet.policy).next() {
                        Some(row) => chosen.push(row.number),
                        None => gap = true,
                    }
                }
            }
        }
        let told = |words: &str| -> Vec<u32> {
            findings.faults.iter().filter(|fault| fault.words.contains(words)).map(|fault| fault.row).collect()
        };
        assert_eq!(!told("没有一行适用于").is_empty(), gap, "{rows}");
        let never = told("永远不会命中");
        let silent: Vec<u32> = sheet.rows.iter().map(|row| row.number).filter(|row| !chosen.contains(row)).collect();
        assert_eq!(never, silent, "{rows}");
        with_gaps += usize::from(gap);
        without += usize::from(!gap);
        unreachable += never.len();
    }
    assert!(with_gaps > 20 && without > 20 && unreachable > 20, "{with_gaps} {without} {unreachable}");
}
