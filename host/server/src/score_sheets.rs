//! Score sheets (评分表): gathers what a sheet is computed from, lets the domain compute it, and
//! shows the way back from each line to its tickets. Sheets stand beside their peers; there is
//! no list of all by score (国办函〔2025〕66号).

use crate::desk::{Desk, DeskError};
use crate::store::report::CountedBy;
use chuishao_domain::calendar::civil;
use chuishao_domain::catalogue::Catalogue;
use chuishao_domain::evaluation::Rate;
use chuishao_domain::evaluation::counts::Counts;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::gathered::Gathered;
use chuishao_domain::evaluation::growth::{Growth, base_period};
use chuishao_domain::evaluation::indicator::Indicator;
use chuishao_domain::evaluation::outcome::TicketOutcome;
use chuishao_domain::evaluation::peer_group::{PeerGroup, peer_groups};
use chuishao_domain::evaluation::period::Period;
use chuishao_domain::evaluation::rule_set::{RuleSet, RuleSets};
use chuishao_domain::evaluation::score_sheet::ScoreSheet;
use chuishao_domain::evaluation::subject::{Subject, SubjectKind};
use chuishao_domain::ids::{CategoryCode, TerritoryId, TicketId, UnitId};
use chuishao_domain::refusal::Refusal;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One ticket behind a line of a sheet.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct LineTicket {
    /// 工单
    pub ticket: TicketId,
    /// Its part of the line's numerator (分子).
    pub part: u64,
    /// Its part of the line's denominator (分母).
    pub whole: u64,
}

/// The period and the rules by which it is scored: a month, since the ledger is settled by
/// months and a score is counted once.
///
/// # Errors
/// It is no month, or no rules were in force.
pub fn month<'a>(desk: &'a Desk, period: &str) -> Result<(Period, &'a RuleSet), Refusal> {
    let period: Period = period.parse()?;
    if period.months() != 1 {
        return Err(Refusal::new(
            "not-a-month",
            "评分表按月计算，请写明月份，例如 2024-10",
            "sheets are computed by the month: write 2024-10",
        ));
    }
    let rules = desk.rule_sets.in_force(RuleSets::WEIFANG, period.first_day())?;
    Ok((period, rules))
}

/// The subject that an id names: a county, a zone or a city department.
///
/// # Errors
/// Nobody who is assessed has that id.
pub fn subject(desk: &Desk, id: &str) -> Result<Subject, Refusal> {
    let found = subjects(&desk.world().catalogue).into_iter().find(|subject| subject.to_string() == id);
    found.ok_or_else(|| {
        Refusal::new(
            "no-such-subject",
            "没有这个考核对象：请写县市区、市属开发区（例如 370784）或市直部门（例如 WF-ZJ）的编号",
            "no such subject: name a county, a zone or a city department",
        )
    })
}

/// All who are assessed: the territories below the city, and the city departments that answer
/// for a category.
#[must_use]
pub fn subjects(catalogue: &Catalogue) -> Vec<Subject> {
    let territories = catalogue.territories().map(|territory| Subject::Territory(territory.id.clone()));
    let departments: BTreeSet<&UnitId> = catalogue.categories().map(|category| &category.department).collect();
    let departments = departments.into_iter().cloned().map(Subject::Department);
    territories.chain(departments).filter(|subject| SubjectKind::of(subject).is_some()).collect()
}

/// How many matters of each group came from each territory in a period, and in those that it is
/// compared with: asked once for all subjects. Of a period that runs, what is over, beside as many days.
#[derive(Default)]
struct Volumes {
    /// Of the period, of a season's base and of any other base.
    now: Volume,
    last_year: Volume,
    previous: Volume,
}

/// By group and territory.
type Volume = BTreeMap<(CategoryCode, TerritoryId), u64>;

impl Volumes {
    async fn of(desk: &Desk, period: Period, now: Timestamp) -> Result<Self, DeskError> {
        let all = Days::from(period);
        let Some(over) = all.over_by(civil(now).date()) else { return Ok(Self::default()) };
        let volume = async |days: Days| -> Result<Volume, DeskError> {
            let sums = desk.store.figure_sums(days, CountedBy::TerritoryAndGroup, None).await?;
            Ok(sums.into_iter().map(|sum| ((sum.group, TerritoryId(sum.subject)), sum.tally.received)).collect())
        };
        let base = |seasonal| over.beside(all, base_period(period, seasonal).into());
        Ok(Self {
            now: volume(over).await?,
            last_year: volume(base(true)).await?,
            previous: volume(base(false)).await?,
        })
    }
}

/// Computes a subject's sheet as of now.
///
/// # Errors
/// The rules do not score it, a pair is broken, or the database failed.
pub async fn sheet(desk: &Desk, subject: &Subject, period: Period, rules: &RuleSet) -> Result<ScoreSheet, DeskError> {
    let now = desk.clock.now();
    let volumes = Volumes::of(desk, period, now).await?;
    let (gathered, sheet) = gathered(desk, subject, period, rules, &volumes, now).await?;
    drop(gathered);
    Ok(sheet)
}

/// All subjects of a period among their peers.
///
/// # Errors
/// As for one sheet.
pub async fn groups(desk: &Desk, period: Period, rules: &RuleSet) -> Result<Vec<PeerGroup>, DeskError> {
    let now = desk.clock.now();
    let volumes = Volumes::of(desk, period, now).await?;
    let mut sheets = Vec::new();
    for subject in subjects(&desk.world().catalogue) {
        sheets.push(gathered(desk, &subject, period, rules, &volumes, now).await?.1);
    }
    Ok(peer_groups(&sheets, rules)?)
}

/// The same of the sheets that were published, as they were published last.
///
/// # Errors
/// The database failed.
pub async fn published_groups(desk: &Desk, period: Period, rules: &RuleSet) -> Result<Vec<PeerGroup>, DeskError> {
    // In the order of their numbers: a later one corrects an earlier one.
    let published = desk.store.published(period, None).await?.into_iter();
    let last: BTreeMap<Subject, ScoreSheet> = published.map(|one| (one.sheet.subject.clone(), one.sheet)).collect();
    Ok(peer_groups(&last.into_values().collect::<Vec<_>>(), rules)?)
}

/// The sheets of all subjects, each with what it was computed from, one after the other.
///
/// # Errors
/// As for one sheet, or what `then` says.
pub async fn each(
    desk: &Desk,
    period: Period,
    rules: &RuleSet,
    now: Timestamp,
    mut then: impl FnMut(Gathered, ScoreSheet) -> Result<(), DeskError>,
) -> Result<(), DeskError> {
    let volumes = Volumes::of(desk, period, now).await?;
    for subject in subjects(&desk.world().catalogue) {
        let (gathered, sheet) = gathered(desk, &subject, period, rules, &volumes, now).await?;
        then(gathered, sheet)?;
    }
    Ok(())
}

/// The tickets behind a line: those that are in its denominator, with their part.
///
/// # Errors
/// The database failed.
pub async fn tickets_of_line(
    desk: &Desk,
    subject: &Subject,
    period: Period,
    indicator: Indicator,
) -> Result<Vec<LineTicket>, DeskError> {
    let now = desk.clock.now();
    let part_of = |outcome: TicketOutcome| {
        let mut counts = Counts::default();
        counts.count(&outcome, now);
        let figure = indicator.figure(&counts, 0);
        (figure.whole > 0).then_some(LineTicket { ticket: outcome.ticket, part: figure.part, whole: figure.whole })
    };
    Ok(desk.store.outcomes_of(subject, period).await?.into_iter().filter_map(part_of).collect())
}

async fn gathered(
    desk: &Desk,
    subject: &Subject,
    period: Period,
    rules: &RuleSet,
    volumes: &Volumes,
    now: Timestamp,
) -> Result<(Gathered, ScoreSheet), DeskError> {
    let knowledge_accepted = match subject {
        Subject::Department(department) => desk.store.knowledge_accepted(department, period).await?,
        Subject::Territory(_) => Rate::default(),
    };
    let gathered = Gathered {
        outcomes: desk.store.outcomes_of(subject, period).await?,
        like_matters: like_matters(desk, subject, rules, volumes),
        knowledge_accepted,
        events: desk.store.scores_of_subject(subject, period).await?,
        as_of: now,
    };
    let sheet = gathered.sheet(subject, period, rules)?;
    Ok((gathered, sheet))
}

/// 同类诉求: of a territory all groups, of a department those that it answers for, in all
/// territories; each beside its own base.
fn like_matters(desk: &Desk, subject: &Subject, rules: &RuleSet, volumes: &Volumes) -> BTreeMap<String, Growth> {
    let world = desk.world();
    let answers_for = |department: &UnitId| match subject {
        Subject::Territory(_) => true,
        Subject::Department(id) => id == department,
    };
    let categories = world.catalogue.categories().filter(|category| answers_for(&category.department));
    let groups: BTreeSet<&str> = categories.map(|category| category.code.group()).collect();
    let territories: Vec<&TerritoryId> = match subject {
        Subject::Territory(id) => vec![id],
        Subject::Department(_) => world.catalogue.territories().map(|territory| &territory.id).collect(),
    };
    let mut growths: BTreeMap<String, Growth> = BTreeMap::new();
    for group in groups.into_iter().map(CategoryCode::from) {
        let base = if rules.is_seasonal(&group) { &volumes.last_year } else { &volumes.previous };
        let of = |volume: &Volume, territory: &TerritoryId| {
            volume.get(&(group.clone(), territory.clone())).copied().unwrap_or_default()
        };
        let mut growth = Growth::default();
        for territory in &territories {
            growth += Growth { now: of(&volumes.now, territory), before: of(base, territory) };
        }
        if growth != Growth::default() {
            growths.insert(group.to_string(), growth);
        }
    }
    growths
}
