//! The shipped rule sets, the curves that other cities published, and what is said of tables
//! that are wrong.

use chuishao_domain::evaluation::indicator::Indicator;
use chuishao_domain::evaluation::points::Points;
use chuishao_domain::evaluation::rule_set::{RuleSet, RuleSets};
use chuishao_domain::evaluation::subject::SubjectKind;
use chuishao_domain::evaluation::{Rate, RuleFiles};
use chuishao_domain::ids::CategoryCode;
use jiff::civil::date;

fn rules(version: &str) -> RuleSet {
    RuleSets::shipped().version(version).expect("shipped").clone()
}

/// What 连云港 published: rates as shares of small counts, and the points given for them.
#[test]
fn published_pairs_are_met() {
    let august_2022 = [((7, 8), "19.75"), ((5, 6), "17.67"), ((3, 4), "13.50"), ((5, 7), "12.50"), ((1, 2), "12.50")];
    let february_2022 = [((12, 17), "12.80")];
    for (version, pairs) in [("LYG-2022-08", &august_2022[..]), ("LYG-2022-02", &february_2022)] {
        let rules = rules(version);
        let line = &rules.weights_of(SubjectKind::District).expect("scored")[0];
        for ((part, whole), points) in pairs {
            let rate = Rate { part: *part, whole: *whole };
            let hundredths = i64::try_from(rate.hundredths().expect("a rate")).expect("small");
            assert_eq!(line.curve.weighted(hundredths, line.weight).to_string(), *points, "{version}: {rate}");
        }
    }
}

/// `max(12.5, 25 − 0.5 · (target − r))` at every hundredth of a percent, full marks from the
/// target on.
#[test]
fn the_curve_is_its_formula() {
    for (version, target) in [("LYG-2022-08", 9800), ("LYG-2022-02", 9500)] {
        let curve = rules(version).weights_of(SubjectKind::County).expect("scored")[0].curve.clone();
        for rate in 0..=10_000 {
            let short = (target - rate).max(0);
            // Half up: half of an odd number of hundredths lost is rounded in the subject's favour.
            let expected = (2500 - short / 2).max(1250);
            assert_eq!(curve.at(rate), Points(expected), "{version} at {rate}");
        }
    }
}

#[test]
fn versions_hold_in_their_time() {
    let sets = RuleSets::shipped();
    let in_force = |authority, day| sets.in_force(authority, day).map(|set| set.version.as_str());
    assert_eq!(in_force("连云港", date(2022, 7, 31)), Ok("LYG-2022-02"));
    assert_eq!(in_force("连云港", date(2022, 8, 1)), Ok("LYG-2022-08"));
    assert_eq!(in_force("连云港", date(2022, 1, 31)).expect_err("refused").code, "no-rules-in-force");
    assert_eq!(in_force(RuleSets::WEIFANG, date(2024, 11, 5)), Ok("WF-2024"));
    assert_eq!(sets.version("WF-1999").expect_err("refused").code, "no-such-rule-set");
}

#[test]
fn the_citys_weights_make_a_hundred() {
    let weifang = rules("WF-2024");
    for kind in SubjectKind::ALL {
        let weights = weifang.weights_of(kind).expect("scored");
        assert_eq!(weights.iter().map(|line| line.weight).sum::<Points>(), Points(10_000), "{kind:?}");
        // What the articles name is in it: article rows 12 and 58.
        for named in [Indicator::ResolutionRate, Indicator::SatisfactionRate, Indicator::LikeMatterGrowth] {
            assert!(weights.iter().any(|line| line.indicator == named), "{kind:?} {named:?}");
        }
        let duties =
            Indicator::DEPARTMENT_DUTIES.iter().filter(|duty| weights.iter().any(|line| line.indicator == **duty));
        assert_eq!(duties.count(), if kind == SubjectKind::Department { 4 } else { 0 });
    }
    let three = rules("ZGR-2024");
    let weights = three.weights_of(SubjectKind::County).expect("scored").iter().map(|line| line.weight.0 / 100);
    assert_eq!(weights.collect::<Vec<_>>(), [30, 35, 35]);
    assert!(weifang.is_seasonal(&CategoryCode::from("010101")) && !weifang.is_seasonal(&CategoryCode::from("020101")));
    assert!(three.bands.is_empty() && three.grades.is_empty());
}

/// One fault each: the table, what stands there, what is put in its place, what is said.
const FAULTS: [[&str; 4]; 27] = [
    ["curves.csv", "curve,figure,points", "curve,rate,points", "表头应为「curve,figure,points」"],
    ["curves.csv", "98,25\n", "98,25,1\n", "第 4 行有 4 栏，应为 3 栏"],
    ["curves.csv", "73,12.5", "73,12.555", "第 3 行 points 栏"],
    ["curves.csv", "target-98-floor-half,98,25", "target-98-floor-half,72,25", "第 4 行 figure 栏"],
    ["curves.csv", "target-98-floor-half,100,25", "target-98-floor-half,100,24", "第 5 行 points 栏"],
    ["curves.csv", "once-each,1,100\n", "", " curve 栏"],
    ["curves.csv", "once-each,1,100", "once-each,1,0", " points 栏"],
    ["weights.csv", "WF-2024,county,resolution-rate", "WF-2023,county,resolution-rate", "第 2 行 version 栏"],
    ["weights.csv", "WF-2024,county,resolution-rate", "WF-2024,village,resolution-rate", "第 2 行 subject 栏"],
    ["weights.csv", "WF-2024,county,resolution-rate", "WF-2024,county,happiness", "第 2 行 indicator 栏"],
    ["weights.csv", "resolution-rate,proportional,25", "resolution-rate,steep,25", "第 2 行 curve 栏"],
    ["weights.csv", "resolution-rate,proportional,25", "resolution-rate,few,25", "方向"],
    ["weights.csv", "resolution-rate,proportional,25", "resolution-rate,once-each,25", "覆盖"],
    ["weights.csv", "like-matter-growth,falling-growth", "like-matter-growth,few", "覆盖"],
    ["weights.csv", "resolution-rate,proportional,25", "resolution-rate,proportional,0", "第 2 行 weight 栏"],
    ["weights.csv", "county,satisfaction-rate", "county,resolution-rate", "第 3 行 indicator 栏"],
    ["items.csv", "unsolved,-0.05,-0.03", "unsolved,-0.05,0.03", "第 4 行 department 栏"],
    ["items.csv", "unsolved,-0.05,-0.03", "unsolved,-0.05,0", "第 4 行 department 栏"],
    ["items.csv", "unsolved,-0.05,-0.03", "unhappy,-0.05,-0.03", "第 4 行 trigger 栏"],
    ["items.csv", "minus-dissatisfied", "minus-unsolved", "第 5 行 item 栏"],
    ["items.csv", "minus-dissatisfied", "minus|dissatisfied", "第 5 行 item 栏"],
    ["rule-sets.csv", "LYG-2022-08,", "LYG-2022-02,", "第 4 行 version 栏"],
    ["rule-sets.csv", "2022-08-01,,30", "2022-07-31,,30", "第 4 行 effective_from 栏"],
    ["rule-sets.csv", "2024-01-01,,30,10,5", "2024-01-01,2024-01-01,30,10,5", "第 2 行 effective_until 栏"],
    ["rule-sets.csv", "2024-01-01,,30,10,5", "2024-01-01,,30,10,0", "第 2 行 appeal_working_days 栏"],
    ["bands.csv", "county,诉求量较小,0", "county,诉求量较小,5000", "第 3 行 least_received_a_month 栏"],
    ["grades.csv", "三档,0", "三档,70", "第 4 行 least_score 栏"],
];

/// The refusal names table, line and column, and says what to do.
#[test]
fn a_fault_is_named_by_table_line_and_column() {
    for [file, right, wrong, said] in FAULTS {
        let mut files: RuleFiles<'_> = RuleFiles::shipped();
        let text = match file {
            "curves.csv" => &mut files.curves,
            "weights.csv" => &mut files.weights,
            "items.csv" => &mut files.items,
            "rule-sets.csv" => &mut files.rule_sets,
            "bands.csv" => &mut files.bands,
            _ => &mut files.grades,
        };
        assert!(text.contains(right), "{file} has no {right:?}");
        let broken = text.replacen(right, wrong, 1);
        *text = &broken;
        let error = RuleSets::parse(files).expect_err(wrong).chinese;
        assert!(error.starts_with(file) && error.contains(said), "{wrong}: {error}");
    }
}

#[test]
fn lines_may_end_as_on_windows_and_be_empty() {
    let curves = RuleFiles::shipped().curves.replace('\n', "\r\n\r\n");
    let files = RuleFiles { curves: &curves, ..RuleFiles::shipped() };
    assert_eq!(RuleSets::parse(files), Ok(RuleSets::shipped()));
}
