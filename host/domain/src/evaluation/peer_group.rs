//! Peers (分档分类评价): 国办函〔2025〕66号 asks for evaluation by classes and bands and warns of
//! chasing ranks. So subjects stand beside peers only: their own kind, of like volume. What
//! is given is a grade and the group's median; a group is listed by id, never by score, and
//! there is no list of all.

use super::points::Points;
use super::rule_set::RuleSet;
use super::score_sheet::ScoreSheet;
use super::subject::{Subject, SubjectKind};
use crate::refusal::Refusal;
use serde::Serialize;
use std::collections::BTreeMap;

/// Subjects that may be compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct PeerGroup {
    /// 类别
    pub kind: SubjectKind,
    /// 诉求量档; none when the rules have no bands for the kind.
    pub band: Option<String>,
    /// The middle score of the group (of an even number the lower), in percent of full marks
    /// (hundredths).
    pub median_percent: Option<i64>,
    /// Its subjects, by id.
    pub peers: Vec<Peer>,
}

/// One subject in its group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Peer {
    /// Who it is.
    pub subject: Subject,
    /// 总分
    pub total: Option<Points>,
    /// 档次; none without a score or without grades in the rules.
    pub grade: Option<String>,
}

/// Groups the sheets of one period under one rule set.
///
/// # Errors
/// The sheets are of different periods or of other rules than these, or a subject is there
/// twice: they cannot be compared.
pub fn peer_groups(sheets: &[ScoreSheet], rules: &RuleSet) -> Result<Vec<PeerGroup>, Refusal> {
    let mut groups: BTreeMap<(SubjectKind, usize), BTreeMap<&Subject, &ScoreSheet>> = BTreeMap::new();
    for sheet in sheets {
        if sheet.rule_version != rules.version || sheet.period != sheets[0].period {
            return Err(Refusal::new(
                "sheets-not-alike",
                "不同周期或不同考核规则的评分表不能放在一起比较：请按同一周期、同一版本重新计算",
                "sheets of different periods or rules are not compared: compute them again alike",
            ));
        }
        if groups.entry((sheet.kind, band_of(sheet, rules))).or_default().insert(&sheet.subject, sheet).is_some() {
            return Err(Refusal::new(
                "subject-twice",
                format!("{} 有两张评分表：请每个考核对象只给一张", sheet.subject),
                "a subject has two sheets",
            ));
        }
    }
    let group = |((kind, band), sheets): ((SubjectKind, usize), BTreeMap<&Subject, &ScoreSheet>)| {
        let mut percents: Vec<i64> = sheets.values().filter_map(|sheet| sheet.percent()).collect();
        percents.sort_unstable();
        PeerGroup {
            kind,
            band: rules.bands.get(&kind).and_then(|bands| bands.get(band)).map(|(_, name)| name.clone()),
            median_percent: percents.get(percents.len().saturating_sub(1) / 2).copied(),
            peers: sheets.into_values().map(|sheet| peer(sheet, rules)).collect(),
        }
    };
    Ok(groups.into_iter().map(group).collect())
}

/// The band's place among those of its kind, largest first: what it received in a month on
/// average decides.
fn band_of(sheet: &ScoreSheet, rules: &RuleSet) -> usize {
    let a_month = sheet.counts.tally.received / u64::from(sheet.period.months());
    let bands = rules.bands.get(&sheet.kind).map_or(&[][..], Vec::as_slice);
    bands.iter().position(|(least, _)| a_month >= *least).unwrap_or(bands.len())
}

fn peer(sheet: &ScoreSheet, rules: &RuleSet) -> Peer {
    let reached = |percent: i64| rules.grades.iter().find(|(least, _)| percent >= *least);
    let grade = sheet.percent().and_then(reached).map(|(_, name)| name.clone());
    Peer { subject: sheet.subject.clone(), total: sheet.total, grade }
}

#[cfg(test)]
mod tests {
    use super::super::outcome::tests::at;
    use super::super::rate::Rate;
    use super::super::rule_set::RuleSets;
    use super::super::score_ledger::ScoreLedger;
    use super::super::score_sheet::Evidence;
    use super::*;

    fn sheet(subject: Subject, period: &str, received: u64, total: i64) -> ScoreSheet {
        let (sets, ledger) = (RuleSets::shipped(), ScoreLedger::default());
        let evidence = Evidence {
            outcomes: &[],
            like_matters: &BTreeMap::new(),
            knowledge_accepted: Rate::default(),
            ledger: &ledger,
            as_of: at("2024-11-30T00:00"),
        };
        let rules = sets.version("WF-2024").expect("shipped");
        let empty = ScoreSheet::compute(&subject, period.parse().expect("a period"), rules, &evidence);
        let mut sheet = ScoreSheet { total: Some(Points(total)), ..empty.expect("a sheet") };
        sheet.counts.tally.received = received;
        sheet
    }

    fn territory(id: &str, received: u64, total: i64) -> ScoreSheet {
        sheet(Subject::Territory(id.into()), "2024-10", received, total)
    }

    fn grouped(sheets: &[ScoreSheet]) -> Result<Vec<PeerGroup>, Refusal> {
        peer_groups(sheets, RuleSets::shipped().version("WF-2024").expect("shipped"))
    }

    #[test]
    fn peers_are_of_one_kind_and_like_volume_and_not_ranked() {
        let sheets = [
            territory("370786", 3000, 9100),
            territory("370783", 9000, 8800),
            territory("370724", 2500, 6900),
            territory("370705", 9000, 8000),
            territory("WF-XS", 400, 8600),
            territory("370725", 4999, 7000),
        ];
        let groups = grouped(&sheets).expect("groups");
        let named: Vec<_> = groups.iter().map(|group| (group.kind, group.band.as_deref(), group.peers.len())).collect();
        let expected = [
            (SubjectKind::County, Some("诉求量较大"), 1),
            (SubjectKind::County, Some("诉求量较小"), 3),
            (SubjectKind::District, Some("诉求量较大"), 1),
            (SubjectKind::Zone, Some("诉求量较小"), 1),
        ];
        assert_eq!(named, expected);
        let small = &groups[1];
        let listed: Vec<_> = small.peers.iter().map(|peer| (peer.subject.to_string(), peer.grade.as_deref())).collect();
        let by_id = [("370724", Some("三档")), ("370725", Some("二档")), ("370786", Some("一档"))];
        assert_eq!(listed, by_id.map(|(id, grade)| (id.to_owned(), grade)), "by id, not by score");
        assert_eq!(small.median_percent, Some(7000));
    }

    #[test]
    fn a_band_is_of_a_month_whatever_the_period() {
        let year = sheet(Subject::Territory("370783".into()), "2024", 59_999, 8000);
        assert_eq!(grouped(&[year]).expect("groups")[0].band.as_deref(), Some("诉求量较小"));
    }

    #[test]
    fn what_is_not_alike_is_not_compared() {
        let (october, november) =
            (territory("370705", 1, 1), sheet(Subject::Territory("370704".into()), "2024-11", 1, 1));
        assert_eq!(grouped(&[october.clone(), november]).expect_err("refused").code, "sheets-not-alike");
        let other = ScoreSheet { rule_version: "LYG-2022-08".into(), ..october.clone() };
        assert_eq!(grouped(&[other]).expect_err("refused").code, "sheets-not-alike");
        assert_eq!(grouped(&[october.clone(), october]).expect_err("refused").code, "subject-twice");
        assert_eq!(grouped(&[]), Ok(Vec::new()));
    }
}
