//! The report against a slow, plain computation of the same: every ticket is loaded by itself and
//! folded from the beginning to each command, and figures are counted over all tickets, folded to the
//! same moment.

use super::super::components::components;
use super::super::databases::{Raw, TestDatabase, on_both};
use super::super::harness::at;
use super::{YEAR, on, report, trial, year};
use chuishao_domain::World;
use chuishao_domain::actor::By;
use chuishao_domain::apply::fold;
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::ids::{TerritoryId, TicketId};
use chuishao_domain::impact::ImpactReport;
use chuishao_domain::rule::manifest::{FactQuery, SameField};
use chuishao_domain::rule::record::{Answer, Verdict};
use chuishao_domain::rule::settings::Settings;
use chuishao_domain::rule::value::Value;
use chuishao_domain::rule::view::FactValue;
use chuishao_domain::ticket::{Intake, Ticket};
use chuishao_sandbox::rulebook::Rulebook;
use chuishao_sandbox::walk::{Facts, Opened, Walk};
use chuishao_server::impact::trial::Trial;
use chuishao_server::store::{Kind, Store};
use jiff::{Timestamp, ToSpan};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

on_both!(the_report_equals_a_plain_computation);

/// Tickets of the year: each is folded again and again, in an unoptimised build.
const TICKETS: u32 = 600;

static WORLD: LazyLock<World> = LazyLock::new(World::weifang);

/// All histories.
struct Everything(BTreeMap<TicketId, Vec<Recorded>>);

impl Everything {
    async fn read(database: &TestDatabase) -> Self {
        let ids = Raw::open(database).await.texts("select id from ticket").await;
        let store = Store::open_to_read(&database.address).await.expect("it is there");
        let mut all = BTreeMap::new();
        for id in ids.into_iter().map(TicketId) {
            let history = store.history(&id).await.expect("it reads");
            all.insert(id, history);
        }
        store.close().await;
        Self(all)
    }

    /// What a matter was at a moment, if it had come in.
    fn intake(history: &[Recorded], now: Timestamp) -> Option<Intake> {
        let mut intake = None;
        for recorded in history.iter().filter(|recorded| recorded.at <= now) {
            match (&recorded.event, &mut intake) {
                (Event::Registered { intake: first, .. }, intake) => *intake = Some(first.clone()),
                (Event::Reclassified { category }, Some(intake)) => intake.category = category.clone(),
                (Event::PlaceFilled { name, text }, Some(Intake { place, .. })) => match name.as_str() {
                    "place.street" => place.street.clone_from(text),
                    "place.estate" => place.estate.clone_from(text),
                    _ => place.building.clone_from(text),
                },
                _ => {}
            }
        }
        intake
    }
}

impl Facts for Everything {
    fn count(&self, query: &FactQuery, territory: &TerritoryId, ticket: &Ticket, now: Timestamp) -> FactValue {
        let since = now.checked_sub((i64::from(query.days) * 24).hours()).expect("in range");
        let own = &ticket.intake;
        let text = |field, intake: &Intake| match field {
            SameField::Category => intake.category.group().to_owned(),
            SameField::Street => intake.place.street.clone(),
            SameField::Estate => intake.place.estate.clone(),
            SameField::Building => intake.place.building.clone(),
        };
        let labels = [(SameField::Street, "街道"), (SameField::Estate, "小区"), (SameField::Building, "楼栋")];
        for (field, label) in labels {
            if query.same.contains(&field) && text(field, own).is_empty() {
                return FactValue::Unavailable(format!("工单没有填写{label}"));
            }
        }
        let by_place = query.same.iter().any(|field| *field != SameField::Category);
        let where_ = if by_place { &own.place.territory } else { territory };
        let alike = |intake: &Intake| {
            intake.received_at > since
                && (where_.is_city() || intake.place.territory == *where_)
                && query.matter_kind.is_none_or(|kind| kind == intake.matter_kind)
                && query.same.iter().all(|field| text(*field, intake) == text(*field, own))
        };
        let others = self.0.iter().filter(|(id, _)| **id != ticket.id);
        let others = others.filter_map(|(_, history)| Self::intake(history, now)).filter(|intake| alike(intake));
        let itself = u32::from(alike(own));
        FactValue::Count((u32::try_from(others.count()).expect("few") + itself).min(u32::from(query.at_most)))
    }
}

/// What comes out, in plain counts.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plain {
    asked: u64,
    moments: u64,
    differ_from_now: u64,
    differ_from_happened: u64,
    /// Rule, effect, and how often: with the candidate, with what is on, as it happened.
    done: BTreeMap<(String, String), [u64; 3]>,
    refused: BTreeMap<String, u64>,
    failed: u64,
    fuel: Vec<u64>,
    by_territory: BTreeMap<String, u64>,
}

/// What rules did, without their reasons.
fn done(events: &[Recorded]) -> Vec<(String, String)> {
    let done = events.iter().filter_map(|recorded| match &recorded.by {
        By::Rule { rule, .. } => Some((rule.clone(), serde_json::to_string(&recorded.event).expect("it writes"))),
        _ => None,
    });
    let mut done: Vec<_> = done.filter(|(_, event)| effect(event).is_some()).collect();
    done.sort();
    done
}

/// The effect that made an event, of those that these rules ask for.
fn effect(event: &str) -> Option<&'static str> {
    let made = [
        ("\"field-required\"", "require-field"),
        ("\"seat-suggested\"", "suggest-seat"),
        ("\"deadline-tightened\"", "tighten-deadline"),
        ("\"urgency-raised\"", "raise-urgency"),
        ("\"task-opened\"", "open-task"),
        ("\"record-required\"", "require-record"),
        ("\"opinion-attached\"", "attach-opinion"),
        ("\"ledger-entered\"", "enter-ledger"),
        ("\"notified\"", "notify"),
        ("\"remembered\"", "remember"),
    ];
    made.into_iter().find(|(word, _)| event.starts_with(&format!("{{\"event\":{word}"))).map(|(_, effect)| effect)
}

impl Plain {
    fn compute(everything: &Everything, trial: &Trial) -> Self {
        let mut plain = Self::default();
        for (id, history) in &everything.0 {
            plain.add(everything, trial, id, history);
        }
        plain.fuel.sort_unstable();
        plain
    }

    fn add(&mut self, everything: &Everything, trial: &Trial, id: &TicketId, history: &[Recorded]) {
        let (mut asked, mut from_now, mut from_happened) = (false, false, false);
        let starts = (0..history.len()).filter(|place| {
            *place == 0 || {
                let (before, here) = (&history[place - 1], &history[*place]);
                before.at != here.at || (before.by != here.by && before.by != By::Clock)
            }
        });
        for start in starts.collect::<Vec<_>>() {
            let first = &history[start];
            let end = (start + 1..history.len()).find(|place| {
                let (before, here) = (&history[place - 1], &history[*place]);
                before.at != here.at || (before.by != here.by && before.by != By::Clock)
            });
            let own = &history[start..end.unwrap_or(history.len())];
            let before = fold(id, &history[..start]);
            let opened = Opened::again(id, before.as_ref(), own).expect("a command");
            let walked =
                |rulebook: &Rulebook| Walk { world: &WORLD, rulebook, now: first.at }.run(opened.clone(), everything);
            let (now, candidate) = (walked(&trial.now), walked(&trial.candidate));
            let is_tried = |walked: &chuishao_sandbox::walk::Walked| {
                walked.decisions.iter().any(|decision| decision.edition.rule == trial.rule)
            };
            if !is_tried(&now) && !is_tried(&candidate) {
                continue;
            }
            asked = true;
            self.moments += 1;
            let (was, would) = (done(&now.events), done(&candidate.events));
            from_now |= was != would;
            // The generated year knows no rules.
            from_happened |= !would.is_empty();
            for (place, all) in [(0, &would), (1, &was)] {
                for (rule, event) in all {
                    let effect = effect(event).expect("known").to_owned();
                    self.done.entry((rule.clone(), effect)).or_default()[place] += 1;
                }
            }
            for decision in &candidate.decisions {
                if decision.edition.rule == trial.rule {
                    self.fuel.push(decision.call.fuel);
                }
                match &decision.call.answer {
                    Answer::Failed(_) => self.failed += 1,
                    Answer::Proposals(judged) => {
                        for (_, verdict) in judged {
                            if let Verdict::Refused(refusal) = verdict {
                                *self.refused.entry(refusal.code.to_string()).or_default() += 1;
                            }
                        }
                    }
                }
            }
        }
        self.asked += u64::from(asked);
        self.differ_from_now += u64::from(from_now);
        self.differ_from_happened += u64::from(from_happened);
        if from_now {
            let registered = Everything::intake(history, Timestamp::MAX).expect("it was registered");
            *self.by_territory.entry(registered.place.territory.to_string()).or_default() += 1;
        }
    }

    /// The same of a report.
    fn of(report: &ImpactReport, fuel: &[u64]) -> Self {
        let sums = &report.sums;
        let mut plain = Self {
            asked: sums.asked,
            moments: sums.moments,
            differ_from_now: sums.now.tickets,
            differ_from_happened: sums.happened.tickets,
            failed: sums.failed.values().flat_map(BTreeMap::values).map(|both| both.candidate).sum(),
            ..Self::default()
        };
        for (rule, by_effect) in &sums.now.by_effect {
            for (effect, change) in by_effect {
                let counts = [change.more + change.other + change.same, change.fewer + change.other + change.same, 0];
                plain.done.insert((rule.clone(), effect.to_string()), counts);
            }
        }
        for (by, both) in sums.refused.values().flat_map(BTreeMap::values).flatten() {
            let code = by.split(' ').next_back().expect("a code").to_owned();
            if both.candidate > 0 {
                *plain.refused.entry(code).or_default() += both.candidate;
            }
        }
        for (territory, groups) in &sums.places {
            let differ = groups.values().flat_map(BTreeMap::values).map(|cell| cell.differ_from_now).sum();
            if differ > 0 {
                plain.by_territory.insert(territory.to_string(), differ);
            }
        }
        assert_eq!(sums.fuel.len(), fuel.len() as u64);
        assert_eq!(sums.fuel.most, *fuel.last().expect("it was called"));
        for per_mille in [500, 990] {
            let exact = fuel[(fuel.len() * per_mille).div_ceil(1000) - 1];
            let shown = sums.fuel.at(per_mille as u64);
            assert!(shown <= exact && exact - shown <= exact / 128, "{per_mille}: {shown}, not {exact}");
        }
        plain.fuel = fuel.to_vec();
        plain
    }
}

async fn the_report_equals_a_plain_computation(kind: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut database = TestDatabase::new(kind, folder.path()).await;
    year(&database, folder.path(), TICKETS).await;
    // Half of the year lies in the archive.
    let store = Store::open(&database.address).await.expect("it is there");
    let archived = store.archive(at("2024-07-01T00:00"), at("2025-08-01T09:00")).await.expect("it is moved");
    assert!(archived.moved > 100 && archived.unequal.is_empty(), "{archived:?}");
    store.close().await;

    let heating = on(&components().heating, "WF", &Settings::new());
    let sooner = Settings::from([
        ("season-start".to_owned(), Value::Text("2024-02-01".into())),
        ("whole-building-calls".to_owned(), Value::Integer(2)),
        ("close-working-hours".to_owned(), Value::Integer(4)),
    ]);
    let candidate = on(&components().heating, "WF", &sooner);
    let mediation = on(&components().mediation, "370705", &Settings::new());
    let bolder = Settings::from([
        ("bad-follow-ups".to_owned(), Value::Integer(1)),
        ("same-complaints".to_owned(), Value::Integer(2)),
    ]);
    let bolder = on(&components().mediation, "370705", &bolder);
    let everything = Everything::read(&database).await;
    let mut touched = BTreeSet::new();
    for (candidate, now) in [(&candidate, vec![&heating, &mediation]), (&bolder, vec![&mediation]), (&heating, vec![])]
    {
        let trial = trial(candidate, &now, YEAR);
        let plain = Plain::compute(&everything, &trial);
        let report = report(&database, &trial).await;
        assert_eq!(report.sums.unreadable, 0);
        assert_eq!(Plain::of(&report, &plain.fuel), plain);
        assert!(plain.asked > 0 && plain.differ_from_now > 0, "the year shows something: {plain:?}");
        touched.extend(report.sums.examples.all().iter().map(|example| example.ticket.clone()));
        if now.is_empty() {
            assert_eq!(report.sums.now.by_effect, report.sums.happened.by_effect, "nothing was on, nothing happened");
        }
    }
    assert!(touched.len() > 5, "there is something to open: {touched:?}");
    database.remove().await;
}
