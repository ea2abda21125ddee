//! Appeals (考核申诉): an assessed unit contests a score, a reviewer decides, and what an upheld
//! appeal does is a reversal pair in the ledger. While an appeal is open its ticket is not
//! archived. That there are appeals comes from cities' published ticket forms; limit and
//! order are assumptions (the limit stands in the rule set).

use super::rule_set::RuleSets;
use super::score_ledger::{ScoreLedger, no_such_pair};
use super::score_pair::{PairId, Reversal, ScoreEvent};
use super::subject::Subject;
use crate::actor::By;
use crate::calendar::Calendar;
use crate::deadline::Due;
use crate::ids::TicketId;
use crate::message::office_of;
use crate::plain::{must_say, plain};
use crate::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// 申诉.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Appeal {
    /// Its id, given by the store.
    pub id: String,
    /// The score that is contested.
    pub pair: PairId,
    /// The ticket that it is about.
    pub ticket: TicketId,
    /// Who contests it.
    pub subject: Subject,
    /// 理由
    pub reason: String,
    /// 提出时刻
    #[schemars(with = "String")]
    pub lodged_at: Timestamp,
    /// 裁定; an appeal without is open.
    pub ruling: Option<Ruling>,
}

/// 裁定.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Ruling {
    /// 成立: the score is reversed, for both sides.
    pub upheld: bool,
    /// 裁定意见
    pub opinion: String,
    /// 审核员工号
    pub reviewer: String,
    /// 裁定时刻
    #[schemars(with = "String")]
    pub at: Timestamp,
}

/// What an assessed unit brings forward.
#[derive(Clone, Debug)]
pub struct Lodging<'a> {
    /// The id that the store gave.
    pub id: &'a str,
    /// The score that is contested.
    pub pair: &'a PairId,
    /// 理由
    pub reason: &'a str,
    /// When the score was made known to the subjects: the limit is counted from here.
    pub published_at: Timestamp,
}

/// What an appeal is judged by (卷宗).
#[derive(Clone, Copy, Debug)]
pub struct Docket<'a> {
    /// The rules: those by which the score was made set the limit.
    pub rules: &'a RuleSets,
    /// Every score event.
    pub ledger: &'a ScoreLedger,
    /// The appeals so far.
    pub appeals: &'a [Appeal],
    /// Working days.
    pub calendar: &'a Calendar,
}

impl Appeal {
    /// Lodges an appeal. A department appeals itself; a territory by its government's office,
    /// which answers for it (an assumption). A score is contested once.
    ///
    /// # Errors
    /// The score does not exist, is not the actor's, was reversed or contested before, or the
    /// limit has passed; or no reason is given.
    pub fn lodge(lodging: &Lodging<'_>, by: &By, docket: Docket<'_>, now: Timestamp) -> Result<Self, Refusal> {
        let pair = lodging.pair;
        let side = docket.ledger.sides(pair).first().ok_or_else(|| no_such_pair(pair))?;
        let subject = assessed(docket.ledger, pair, by)?;
        if docket.ledger.is_reversed(pair) {
            let chinese = format!("计分 {pair} 已经冲销，无须申诉");
            return Err(Refusal::new("already-reversed", chinese, "the score was reversed"));
        }
        if let Some(other) = docket.appeals.iter().find(|other| other.pair == *pair) {
            return Err(Refusal::new(
                "appealed-before",
                format!("计分 {pair} 已有申诉 {}：同一计分只申诉一次，请查看该申诉的裁定", other.id),
                format!("appeal {} contests this score already", other.id),
            ));
        }
        let limit = docket.rules.version(&side.rule_version)?.appeal_within;
        // While the year's holiday notice is missing nobody loses a right by it.
        if Due::of(lodging.published_at, limit, docket.calendar).at().is_some_and(|due_at| now > due_at) {
            return Err(Refusal::new(
                "appeal-too-late",
                format!("申诉期限是得分公布后 {limit}，已经过了：请向市热线办书面说明"),
                "the limit for appeals has passed",
            ));
        }
        let reason = words(lodging.reason, "申诉理由")?;
        let (id, ticket) = (lodging.id.to_owned(), side.ticket.clone());
        Ok(Self { id, pair: pair.clone(), ticket, subject, reason, lodged_at: now, ruling: None })
    }

    /// Decides an appeal: the appeal with its ruling, and the events that it adds to the
    /// ledger: the reversal of the pair when it is upheld, none when it is not.
    ///
    /// # Errors
    /// The actor is no reviewer, the appeal was decided before, or no opinion is given.
    pub fn decide(
        &self,
        upheld: bool,
        opinion: &str,
        by: &By,
        ledger: &mut ScoreLedger,
        now: Timestamp,
    ) -> Result<(Self, Vec<ScoreEvent>), Refusal> {
        let By::Reviewer { number } = by else {
            return Err(Refusal::new(
                "not-a-reviewer",
                "申诉由市热线办审核员裁定",
                "an appeal is decided by a reviewer",
            ));
        };
        if self.ruling.is_some() {
            return Err(Refusal::new(
                "appeal-decided",
                format!("申诉 {} 已经裁定，不能改判：裁定有误的请另行提请复核", self.id),
                "the appeal was decided before",
            ));
        }
        let opinion = words(opinion, "裁定意见")?;
        // A score that was reversed meanwhile, since its ticket was excluded, needs no second.
        let reverse = upheld && !ledger.is_reversed(&self.pair);
        let events = if reverse { ledger.reverse(&self.pair, &Reversal::Appeal(self.id.clone()))? } else { Vec::new() };
        let ruling = Some(Ruling { upheld, opinion, reviewer: number.clone(), at: now });
        Ok((Self { ruling, ..self.clone() }, events))
    }

    /// Whether nobody has decided it yet.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.ruling.is_none()
    }
}

/// Whether an open appeal keeps a ticket out of the archive (已归档 needs 无未决申诉).
#[must_use]
pub fn holds_archive(appeals: &[Appeal], ticket: &TicketId) -> bool {
    appeals.iter().any(|appeal| appeal.is_open() && appeal.ticket == *ticket)
}

/// Whether somebody may contest what this subject got.
#[must_use]
pub fn speaks_for(by: &By, subject: &Subject) -> bool {
    match (by, subject) {
        (By::UnitClerk { unit }, Subject::Territory(territory)) => *unit == office_of(territory),
        (By::UnitClerk { unit } | By::DepartmentSupervisor { unit }, Subject::Department(department)) => {
            unit == department
        }
        _ => false,
    }
}

/// The side of the pair that the actor speaks for.
fn assessed(ledger: &ScoreLedger, pair: &PairId, by: &By) -> Result<Subject, Refusal> {
    let mut subjects = ledger.sides(pair).iter().map(|side| &side.subject);
    subjects.find(|subject| speaks_for(by, subject)).cloned().ok_or_else(|| {
        Refusal::new(
            "not-the-assessed",
            "只有被考核单位能申诉：属地由其政府办公室提出，市直部门由本部门提出",
            "only an assessed unit may appeal: a territory by its government's office, a department itself",
        )
    })
}

fn words(text: &str, what: &str) -> Result<String, Refusal> {
    let text = plain(text);
    must_say(&text, what)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::super::outcome::tests::{at, road_repaired};
    use super::super::points::Points;
    use super::*;
    use crate::plain::MOST_WORDS_CHARS;

    const PUBLISHED: &str = "2024-09-27T09:00";

    struct Desk {
        rules: RuleSets,
        ledger: ScoreLedger,
        appeals: Vec<Appeal>,
        calendar: Calendar,
        pair: PairId,
    }

    impl Desk {
        fn new() -> Self {
            let (rules, mut ledger) = (RuleSets::shipped(), ScoreLedger::default());
            let (bad, period) = (road_repaired(), "2024-06".parse().expect("a period"));
            let bad = super::super::outcome::TicketOutcome { satisfied: Some(false), ..bad };
            let wf = rules.version("WF-2024").expect("shipped");
            let events = ledger.settle(wf, &[bad], period, at("2024-09-01T00:00")).expect("settled");
            let pair = events[0].pair.clone();
            Self { rules, ledger, appeals: Vec::new(), calendar: Calendar::shipped(), pair }
        }

        fn lodge(&self, by: &By, reason: &str, now: &str) -> Result<Appeal, Refusal> {
            let lodging = Lodging { id: "SS-0001", pair: &self.pair, reason, published_at: at(PUBLISHED) };
            let Self { rules, ledger, appeals, calendar, .. } = self;
            Appeal::lodge(&lodging, by, Docket { rules, ledger, appeals, calendar }, at(now))
        }

        fn balance(&self) -> [Points; 2] {
            let period = "2024-06".parse().expect("a period");
            [Subject::Territory("370784".into()), Subject::Department("WF-ZJ".into())]
                .map(|subject| self.ledger.balance(&subject, period, "WF-2024"))
        }
    }

    fn clerk(unit: &str) -> By {
        By::UnitClerk { unit: unit.into() }
    }

    fn reviewer() -> By {
        By::Reviewer { number: "0107".into() }
    }

    const REASON: &str = "来电人不满意的是小区停车收费，与本工单反映的路面破损无关";

    #[test]
    fn an_upheld_appeal_reverses_both_sides() {
        let mut desk = Desk::new();
        assert_eq!(desk.balance(), [Points(-3), Points(-2)]);
        let appeal = desk.lodge(&clerk("370784-ZF"), REASON, "2024-09-29T10:00").expect("lodged");
        assert_eq!(appeal.subject, Subject::Territory("370784".into()));
        assert!(holds_archive(std::slice::from_ref(&appeal), &appeal.ticket));
        let (decided, events) = appeal
            .decide(true, "回访录音与理由一致", &reviewer(), &mut desk.ledger, at("2024-10-08T09:00"))
            .expect("decided");
        assert_eq!((events.len(), desk.balance()), (2, [Points(0), Points(0)]));
        assert!(events.iter().all(|event| event.reversal == Some(Reversal::Appeal("SS-0001".into()))));
        assert!(!holds_archive(std::slice::from_ref(&decided), &decided.ticket));
        let again = decided.decide(false, "改判", &reviewer(), &mut desk.ledger, at("2024-10-09T09:00"));
        assert_eq!(again.expect_err("refused").code, "appeal-decided");
    }

    #[test]
    fn a_dismissed_appeal_changes_nothing_and_is_the_last() {
        let mut desk = Desk::new();
        let appeal = desk.lodge(&clerk("WF-ZJ"), REASON, "2024-09-29T10:00").expect("lodged");
        let now = at("2024-10-08T09:00");
        let (decided, events) =
            appeal.decide(false, "录音不支持", &reviewer(), &mut desk.ledger, now).expect("decided");
        assert_eq!((events, desk.balance()), (Vec::new(), [Points(-3), Points(-2)]));
        assert!(!decided.is_open());
        desk.appeals.push(decided);
        let again = desk.lodge(&clerk("370784-ZF"), REASON, "2024-09-30T10:00").expect_err("refused");
        assert_eq!(again.code, "appealed-before");
    }

    /// From Friday 27 September five working days run over the National Day holidays to
    /// Thursday 10 October: 29 and 30 September are worked, then 8, 9 and 10 October.
    #[test]
    fn the_limit_is_in_working_days() {
        let desk = Desk::new();
        assert!(desk.lodge(&clerk("WF-ZJ"), REASON, "2024-10-10T17:30").is_ok());
        let late = desk.lodge(&clerk("WF-ZJ"), REASON, "2024-10-10T17:31").expect_err("refused");
        assert_eq!(late.code, "appeal-too-late");
    }

    #[test]
    fn only_the_assessed_may_appeal_and_only_a_reviewer_decides() {
        let mut desk = Desk::new();
        let code = |by: &By, reason| desk.lodge(by, reason, "2024-09-29T10:00").expect_err("refused").code;
        for by in [clerk("370784-ZJ"), clerk("370705-ZF"), clerk("WF-CG"), reviewer(), By::Clock] {
            assert_eq!(code(&by, REASON), "not-the-assessed", "{by:?}");
        }
        assert_eq!(code(&clerk("WF-ZJ"), " \u{200b} "), "words-missing");
        assert_eq!(code(&clerk("WF-ZJ"), &"理".repeat(MOST_WORDS_CHARS + 1)), "text-too-long");
        let supervisor = By::DepartmentSupervisor { unit: "WF-ZJ".into() };
        let appeal = desk.lodge(&supervisor, REASON, "2024-09-29T10:00").expect("lodged");
        let (now, ledger) = (at("2024-10-08T09:00"), &mut desk.ledger);
        assert_eq!(
            appeal.decide(true, "成立", &clerk("WF-ZJ"), ledger, now).expect_err("refused").code,
            "not-a-reviewer"
        );
        assert_eq!(appeal.decide(true, "", &reviewer(), ledger, now).expect_err("refused").code, "words-missing");
    }

    #[test]
    fn what_is_not_there_or_reversed_is_not_contested() {
        let mut desk = Desk::new();
        desk.ledger.reverse(&desk.pair, &Reversal::NoLongerHolds).expect("reversed");
        let refused = |desk: &Desk| desk.lodge(&clerk("WF-ZJ"), REASON, "2024-09-29T10:00").expect_err("refused").code;
        assert_eq!(refused(&desk), "already-reversed");
        desk.ledger = ScoreLedger::default();
        assert_eq!(refused(&desk), "no-such-score");
    }
}
