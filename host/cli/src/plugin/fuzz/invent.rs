//! Random stories, step by step: whatever the core lets people do next, with settings, figures and
//! texts that can be given.

use crate::plugin::Faults;
use crate::plugin::ready::Ready;
use crate::plugin::scenario::{CountedMatters, Registration, Scenario, Step};
use crate::plugin::story::{Played, Story};
use chuishao_domain::command::Command;
use chuishao_domain::grounds::{AnswerBasis, DeclineGround, HandBackGround};
use chuishao_domain::ids::{CategoryCode, TerritoryId, UnitId};
use chuishao_domain::oversight::SupervisionKind;
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::review::ReviewKind;
use chuishao_domain::rule::settings::{SettingSpec, Settings};
use chuishao_domain::rule::value::{Value, ValueKind};
use chuishao_domain::ticket::{CallerKind, Channel, MatterKind, Place, Ticket};
use chuishao_generator::dice::Dice;
use jiff::ToSpan;
use jiff::civil::{DateTime, date};
use std::collections::BTreeMap;

/// Steps of one story: a ticket's whole life, with a second handling.
const MOST_STEPS: usize = 16;

/// Commands that are tried for one step before nothing is done in it.
const MOST_TRIES: usize = 12;

/// What people write, and what they should not.
const TEXTS: [&str; 8] = [
    "",
    "楼上夜间噪声",
    "8号楼自昨日起室温14度，已报修三次",
    "请联系 13800000000，我叫王小明",
    "a",
    "🙂🙂🙂",
    "\"引号\"与\\反斜杠",
    "很长的诉求。很长的诉求。很长的诉求。很长的诉求。很长的诉求。很长的诉求。很长的诉求。",
];

/// How long people wait before the next step, in minutes: at once, an hour, days, a month.
const MINUTES: [i64; 9] = [0, 0, 5, 60, 300, 1440, 4320, 14_400, 43_200];

/// What the stories are made of.
pub struct Inventor<'a> {
    ready: &'a Ready,
    territories: Vec<TerritoryId>,
    categories: Vec<CategoryCode>,
    units: Vec<UnitId>,
}

impl<'a> Inventor<'a> {
    /// Of the city's own tables.
    pub fn new(ready: &'a Ready) -> Self {
        let catalogue = &ready.world.catalogue;
        let territories = catalogue.territories().filter(|one| !one.id.is_city() && one.retired_on.is_none());
        let categories = catalogue.categories().filter(|one| one.retired_on.is_none());
        Self {
            ready,
            territories: territories.map(|one| one.id.clone()).collect(),
            categories: categories.map(|one| one.code.clone()).collect(),
            units: catalogue.units().filter(|one| one.retired_on.is_none()).map(|one| one.id.clone()).collect(),
        }
    }

    /// The story of a number under a seed, with what it came to.
    pub fn story(&self, seed: u64, number: u64) -> Result<(Scenario, Vec<Played>), Faults> {
        let mut dice = Dice::new(seed, number);
        let manifest = self.ready.manifest();
        let reviews: Vec<ReviewKind> =
            ReviewKind::ALL.into_iter().filter(|kind| manifest.listens.contains(&kind.event_kind())).collect();
        let only_reviews = manifest.listens.iter().all(|kind| kind.is_review());
        let settings = self.settings(&mut dice);
        let scenario =
            Scenario {
                title: "随机的经过".into(), territory: None, settings, modes: Vec::new(), step: Vec::new()
            };
        if !reviews.is_empty() && (only_reviews || dice.chance(0.3)) {
            return self.reviews(scenario, &reviews, &mut dice);
        }
        self.life(scenario, &mut dice)
    }

    fn settings(&self, dice: &mut Dice) -> Settings {
        let manifest = self.ready.manifest();
        let given = manifest.settings.iter().filter_map(|(name, spec)| {
            // A default is what most activations have.
            if spec.default.is_some() && dice.chance(0.5) {
                return None;
            }
            let of_scope = manifest.scope.categories_setting.as_ref() == Some(name);
            Some((name.clone(), self.setting(spec, of_scope, dice)))
        });
        given.collect()
    }

    fn setting(&self, spec: &SettingSpec, of_scope: bool, dice: &mut Dice) -> Value {
        match spec.kind {
            ValueKind::Integer => {
                let (least, most) = (spec.minimum.unwrap_or(-1_000_000), spec.maximum.unwrap_or(1_000_000));
                let within = dice.between(least, most);
                Value::Integer(*dice.pick(&[least, most, within]))
            }
            ValueKind::Flag => Value::Flag(dice.chance(0.5)),
            ValueKind::Date => Value::Text(day(dice).date().to_string()),
            ValueKind::Text => Value::Text((*dice.pick(&TEXTS)).to_owned()),
            ValueKind::Texts if of_scope => {
                let code = dice.pick(&self.categories).group().to_owned();
                Value::Texts(vec![code])
            }
            ValueKind::Texts => Value::Texts((0..dice.below(4)).map(|_| (*dice.pick(&TEXTS)).to_owned()).collect()),
            ValueKind::Table => {
                let row = |dice: &mut Dice| ((*dice.pick(&TEXTS)).to_owned(), (*dice.pick(&TEXTS)).to_owned());
                Value::Table((0..=dice.below(3)).map(|_| row(dice)).collect())
            }
        }
    }

    fn reviews(
        &self,
        mut scenario: Scenario,
        kinds: &[ReviewKind],
        dice: &mut Dice,
    ) -> Result<(Scenario, Vec<Played>), Faults> {
        let territory = dice.pick(&self.territories).clone();
        scenario.territory = Some(territory.clone());
        let mut story = Story::begin(&self.ready.world, &self.ready.guest, &scenario)?;
        let (mut at, mut all) = (day(dice), Vec::new());
        for _ in 0..=dice.below(3) {
            let counted: Vec<CountedMatters> = (0..dice.below(12))
                .map(|_| CountedMatters {
                    territory: None,
                    street: self.street(&territory, dice),
                    estate: (*dice.pick(&["", "清河花园", "胜利新村"])).to_owned(),
                    category: dice.pick(&self.categories).group().into(),
                    count: figure(dice),
                    previous: figure(dice),
                    still_open: figure(dice),
                    overdue: figure(dice),
                })
                .collect();
            let step = Step { at, review: Some(*dice.pick(kinds)), counted, ..Step::default() };
            all.push(story.play(&scenario, &step)?);
            scenario.step.push(step);
            at = later(at, 43_200);
        }
        Ok((scenario, all))
    }

    fn life(&self, mut scenario: Scenario, dice: &mut Dice) -> Result<(Scenario, Vec<Played>), Faults> {
        let mut at = day(dice);
        let first = Step {
            at,
            register: Some(self.registration(&scenario.settings, dice)),
            facts: self.facts(dice),
            ..Step::default()
        };
        scenario.step.push(first.clone());
        let mut story = Story::begin(&self.ready.world, &self.ready.guest, &scenario)?;
        let mut all = vec![story.play(&scenario, &first)?];
        while scenario.step.len() < MOST_STEPS && !dice.chance(0.05) {
            at = later(at, *dice.pick(&MINUTES));
            // Time goes on first and alone: what the core then refuses has left no trace.
            let wait = Step { at, facts: self.facts(dice), ..Step::default() };
            let waited = story.play(&scenario, &wait)?;
            if !waited.events.is_empty() {
                scenario.step.push(wait);
                all.push(waited);
            }
            for _ in 0..MOST_TRIES {
                let Some(command) = story.ticket().map(|ticket| self.command(ticket, dice)) else { break };
                let step = Step { at, command: Some(command), facts: self.facts(dice), ..Step::default() };
                let played = story.play(&scenario, &step)?;
                if played.rejected.is_none() {
                    scenario.step.push(step);
                    all.push(played);
                    break;
                }
            }
        }
        Ok((scenario, all))
    }

    fn registration(&self, settings: &Settings, dice: &mut Dice) -> Registration {
        let territory = dice.pick(&self.territories).clone();
        let kinds = [
            MatterKind::Inquiry,
            MatterKind::Help,
            MatterKind::Complaint,
            MatterKind::Report,
            MatterKind::Suggestion,
            MatterKind::Praise,
        ];
        let scope = &self.ready.manifest().scope;
        let kinds: Vec<MatterKind> = match scope.matter_kinds.is_empty() || dice.chance(0.1) {
            true => kinds.to_vec(),
            false => scope.matter_kinds.iter().copied().collect(),
        };
        let title = match *dice.pick(&TEXTS) {
            "" => "诉求",
            text => text,
        };
        let place = Place {
            street: self.street(&territory, dice),
            estate: (*dice.pick(&["", "胜利新村", "清河花园", "🙂"])).to_owned(),
            building: (*dice.pick(&["", "8号楼"])).to_owned(),
            territory,
        };
        Registration {
            matter_kind: *dice.pick(&kinds),
            category: self.category(self.ready.manifest(), settings, dice),
            title: title.to_owned(),
            body: (*dice.pick(&TEXTS)).to_owned(),
            place,
            confidential: dice.chance(0.1),
            channel: Channel::Phone,
            caller_kind: CallerKind::Citizen,
        }
    }

    /// One that the rule is asked about, mostly.
    fn category(&self, manifest: &Manifest, settings: &Settings, dice: &mut Dice) -> CategoryCode {
        let mut wanted: Vec<String> = manifest.scope.categories.iter().cloned().collect();
        if let Some(name) = &manifest.scope.categories_setting {
            let given = settings.get(name).or_else(|| manifest.settings.get(name)?.default.as_ref());
            if let Some(Value::Texts(codes)) = given {
                wanted.extend(codes.iter().cloned());
            }
        }
        let within: Vec<&CategoryCode> = self
            .categories
            .iter()
            .filter(|code| wanted.iter().any(|prefix| code.as_str().starts_with(prefix.as_str())))
            .collect();
        match within.is_empty() || dice.chance(0.1) {
            true => dice.pick(&self.categories).clone(),
            false => (*dice.pick(&within)).clone(),
        }
    }

    fn street(&self, territory: &TerritoryId, dice: &mut Dice) -> String {
        let units = self.ready.world.catalogue.units();
        let streets: Vec<&str> = units
            .filter(|unit| unit.territory == *territory && unit.level == chuishao_domain::catalogue::Level::Street)
            .map(|unit| unit.name.as_str())
            .collect();
        if streets.is_empty() || dice.chance(0.3) { String::new() } else { (*dice.pick(&streets)).to_owned() }
    }

    fn facts(&self, dice: &mut Dice) -> BTreeMap<String, u32> {
        let facts = &self.ready.manifest().facts;
        facts.iter().map(|fact| (fact.name.clone(), figure(dice).min(u32::from(fact.at_most)))).collect()
    }

    /// Something that somebody may want of a ticket in this state; the core says whether he may.
    fn command(&self, ticket: &Ticket, dice: &mut Dice) -> Command {
        let words = |dice: &mut Dice| match *dice.pick(&TEXTS) {
            "" => "情况说明".to_owned(),
            text => text.to_owned(),
        };
        let own: Vec<&UnitId> =
            self.units.iter().filter(|unit| unit.as_str().starts_with(ticket.territory().as_str())).collect();
        let unit = |dice: &mut Dice| match own.is_empty() || dice.chance(0.1) {
            true => dice.pick(&self.units).clone(),
            false => (*dice.pick(&own)).clone(),
        };
        let (solved, satisfied, passed) = (dice.chance(0.5), dice.chance(0.5), dice.chance(0.8));
        match dice.below(24) {
            0..=2 => Command::Accept { unanswered: Some("来电人不清楚".into()) },
            3..=5 => Command::Dispatch { lead_unit: unit(dice), assisting_units: vec![] },
            6 => Command::TakeUp,
            7 | 8 => Command::ReportBack {
                contacted: dice.chance(0.8),
                solved,
                result: words(dice),
                evidence_count: u16::try_from(dice.below(4)).unwrap_or(0),
            },
            9 | 10 => Command::Review { passed, opinion: if passed { String::new() } else { words(dice) } },
            11..=13 => {
                let reached = dice.chance(0.8);
                let explained = (reached && dice.chance(0.1)).then(|| "已向来电人解释".to_owned());
                let answers = reached.then_some((solved, satisfied));
                Command::FollowUp {
                    reached,
                    solved: answers.map(|(solved, _)| solved),
                    satisfied: answers.map(|(_, satisfied)| satisfied),
                    opinion: String::new(),
                    explained,
                }
            }
            14 => Command::Reclassify { category: dice.pick(&self.categories).clone() },
            15 => Command::AskHandBack { ground: HandBackGround::NotOurDuty, reason: words(dice) },
            16 => Command::RuleHandBack { approved: passed, opinion: words(dice) },
            17 if dice.chance(0.5) => {
                Command::AskExtension { working_days: u16::try_from(dice.below(11)).unwrap_or(1), reason: words(dice) }
            }
            17 => Command::RuleExtension { approved: passed, opinion: words(dice) },
            18 => Command::RecordGrasp { words: words(dice) },
            19 => Command::RecordContact { words: words(dice) },
            20 => Command::Supervise { kind: SupervisionKind::Urge, target: unit(dice), words: words(dice) },
            21 => self.filled_in(ticket, dice),
            22 => Command::FinishTask {
                number: u16::try_from(1 + dice.below(3)).unwrap_or(1),
                result: words(dice),
                record: BTreeMap::new(),
            },
            _ => match dice.below(4) {
                0 => Command::AskDecline { ground: DeclineGround::Petition, reason: words(dice) },
                1 => Command::Remind { words: words(dice) },
                2 => Command::AnswerDirectly { basis: AnswerBasis::KnowledgeBase, answer: words(dice) },
                _ => Command::OrderSupervision { words: words(dice) },
            },
        }
    }

    /// What is missing, as a call taker would fill it in.
    fn filled_in(&self, ticket: &Ticket, dice: &mut Dice) -> Command {
        let (mut place, mut fields) = (BTreeMap::new(), BTreeMap::<String, BTreeMap<String, Value>>::new());
        for field in ticket.missing_fields() {
            match field.name.strip_prefix("place.") {
                Some(name) => {
                    place.insert(name.to_owned(), "胜利新村".to_owned());
                }
                None => {
                    let value = match field.kind {
                        Some(ValueKind::Integer) => Value::Integer(dice.between(-5, 1_000_000)),
                        Some(ValueKind::Flag) => Value::Flag(dice.chance(0.5)),
                        Some(ValueKind::Date) => Value::Text(day(dice).date().to_string()),
                        _ => Value::Text((*dice.pick(&TEXTS)).to_owned()),
                    };
                    fields.entry(field.namespace.clone()).or_default().insert(field.name.clone(), value);
                }
            }
        }
        Command::FillIn { place, fields }
    }
}

/// A figure as it is counted: mostly small, at times large.
fn figure(dice: &mut Dice) -> u32 {
    let most = *dice.pick(&[2, 6, 30, 1000]);
    u32::try_from(dice.below(most)).unwrap_or(0)
}

/// A moment in the years whose holidays are known.
fn day(dice: &mut Dice) -> DateTime {
    let first = date(2024, 1, 2).at(0, 0, 0, 0);
    later(first, dice.between(0, 950) * 1440 + dice.between(0, 1439))
}

fn later(at: DateTime, minutes: i64) -> DateTime {
    at.saturating_add(minutes.minutes())
}
