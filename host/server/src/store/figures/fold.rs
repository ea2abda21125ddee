//! Folding (汇总): changes become sums, some hundred at a time, each time in one transaction: what is
//! deleted from the changes is in the sums, whenever the power goes. No reader waits for it.

use super::super::database::{Kind, Statement, Transaction, Value};
use super::super::many::Column::{Bytes, Integer, Text};
use super::super::many::{ManyRows, RowValues};
use super::super::{Store, StoreError};
use super::version::FOLDED;
use super::{CHANGE_COLUMNS, COPIES, Counts, RECEIVED, Share};
use chuishao_domain::evaluation::first_response::FirstResponses;
use chuishao_domain::evaluation::packed::{pack, unpack};
use chuishao_domain::topic::spread::{PlaceCount, Spread};
use std::collections::BTreeMap;

/// Changes of one transaction: on SQLite calls that come in wait for it, for some milliseconds.
pub const AT_A_TIME: u32 = 500;

/// Sums that are looked up with one statement: 2 values each, far below what SQLite takes.
const LOOKED_UP: usize = 500;

/// The lock of a fold on PostgreSQL: sums that are read and written back are changed by one server at
/// a time. Any number that nothing else locks.
const LOCK: i64 = 0x6669_6775_7265;

/// Sums by territory and category group.
pub(in crate::store) const BY_TERRITORY: &str = "territory";
/// Sums by department.
pub(in crate::store) const BY_DEPARTMENT: &str = "department";

static SUM: ManyRows = ManyRows {
    before: "insert into figure_sum (face, span, subject, category_group, received, followed_up, solved_at_first, \
             solved, rated, satisfied, closed, in_time, reworked, handed_back, extended, copies) ",
    columns: &[
        Text, Text, Text, Text, Integer, Integer, Integer, Integer, Integer, Integer, Integer, Integer, Integer,
        Integer, Integer, Integer,
    ],
    after: " on conflict (face, span, subject, category_group) do update set \
            received = figure_sum.received + excluded.received, \
            followed_up = figure_sum.followed_up + excluded.followed_up, \
            solved_at_first = figure_sum.solved_at_first + excluded.solved_at_first, \
            solved = figure_sum.solved + excluded.solved, rated = figure_sum.rated + excluded.rated, \
            satisfied = figure_sum.satisfied + excluded.satisfied, closed = figure_sum.closed + excluded.closed, \
            in_time = figure_sum.in_time + excluded.in_time, reworked = figure_sum.reworked + excluded.reworked, \
            handed_back = figure_sum.handed_back + excluded.handed_back, \
            extended = figure_sum.extended + excluded.extended, copies = figure_sum.copies + excluded.copies",
    returning: None,
};

static RESPONSES: ManyRows = ManyRows {
    before: "insert into response_sum (span, territory, counts) ",
    columns: &[Text, Text, Bytes],
    after: " on conflict (span, territory) do update set counts = excluded.counts",
    returning: None,
};

static PLACES: ManyRows = ManyRows {
    before: "insert into place_sum (day, category_group, spread, places) ",
    columns: &[Text, Text, Text, Text],
    after: " on conflict (day, category_group) do update set spread = excluded.spread, places = excluded.places",
    returning: None,
};

/// Face, span, subject, category group.
pub(super) type SumKey = (&'static str, String, String, String);

/// Territory, street, estate.
pub(in crate::store) type Place = (String, String, String);

/// How many more or fewer came from each place.
pub(in crate::store) type Places = BTreeMap<Place, i64>;

/// Changes, added up.
#[derive(Default)]
pub(in crate::store) struct Folded {
    pub(super) sums: BTreeMap<SumKey, Counts>,
    /// By span and territory: how many more or fewer waited how many minutes, or still wait.
    pub(super) responses: BTreeMap<(String, String), BTreeMap<Option<u32>, i64>>,
    /// By day and category group.
    pub(super) places: BTreeMap<(String, String), Places>,
    /// By month: how many changes.
    pub(super) changes: BTreeMap<String, i64>,
}

impl Folded {
    pub(in crate::store) fn add(&mut self, Share { under, counts }: &Share) {
        let month = under.day.get(..7).unwrap_or(&under.day);
        *self.changes.entry(month.to_owned()).or_default() += 1;
        for span in [month, &under.day] {
            self.add_to_sum((BY_DEPARTMENT, span.into(), under.department.clone(), String::new()), counts);
            if counts.iter().take(COPIES).any(|count| *count != 0) {
                self.add_to_sum((BY_TERRITORY, span.into(), under.territory.clone(), under.group.clone()), counts);
            }
            if counts[RECEIVED] != 0 {
                let minutes = under.response_minutes.map(|minutes| u32::try_from(minutes).unwrap_or(u32::MAX));
                let responses = self.responses.entry((span.into(), under.territory.clone())).or_default();
                *responses.entry(minutes).or_default() += counts[RECEIVED];
            }
        }
        if counts[RECEIVED] != 0 {
            let places = self.places.entry((under.day.clone(), under.group.clone())).or_default();
            let place = (under.territory.clone(), under.street.clone(), under.estate.clone());
            *places.entry(place).or_default() += counts[RECEIVED];
        }
    }

    fn add_to_sum(&mut self, key: SumKey, counts: &Counts) {
        self.sums.entry(key).or_default().iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }

    /// Adds them to the sums that are there.
    pub(in crate::store) async fn write(self, open: &mut Transaction) -> Result<(), StoreError> {
        if open.kind() == Kind::Postgres {
            open.execute(Statement::new("select pg_advisory_xact_lock($1)").bind(LOCK)).await?;
        }
        let changed = |counts: &Counts| counts.iter().any(|count| *count != 0);
        let sum = |((face, span, subject, group), counts): (SumKey, Counts)| {
            let mut row: RowValues = vec![face.into(), span.into(), subject.into(), group.into()];
            row.extend(counts.map(Value::from));
            row
        };
        let sums = self.sums.into_iter().filter(|(_, counts)| changed(counts)).map(sum).collect();
        let responses = responses(open, self.responses).await?;
        let places = places(open, self.places).await?;
        let changes = self.changes.into_iter().map(|(month, folded)| vec![month.into(), folded.into()]).collect();
        open.write(vec![(&SUM, sums), (&RESPONSES, responses), (&PLACES, places), (&FOLDED, changes)]).await?;
        Ok(())
    }
}

/// The rows of first responses, with what was there before.
async fn responses(
    open: &mut Transaction,
    changes: BTreeMap<(String, String), BTreeMap<Option<u32>, i64>>,
) -> Result<Vec<RowValues>, StoreError> {
    let keys: Vec<_> = changes.keys().cloned().collect();
    let mut there = BTreeMap::new();
    for keys in keys.chunks(LOOKED_UP) {
        let asked = looked_up("select span, territory, counts from response_sum where (span, territory)", keys);
        for row in open.all(asked).await? {
            there.insert((row.text(0)?, row.text(1)?), unpacked(&row.bytes(2)?)?);
        }
    }
    let row = |((span, territory), changes): ((String, String), BTreeMap<Option<u32>, i64>)| {
        let key = (span, territory);
        let mut responses = there.remove(&key).unwrap_or_default();
        changes.into_iter().for_each(|(minutes, by)| responses.change(minutes, by));
        vec![key.0.into(), key.1.into(), pack(&responses).into()]
    };
    Ok(changes.into_iter().map(row).collect())
}

/// First responses from their bytes.
pub(in crate::store) fn unpacked(bytes: &[u8]) -> Result<FirstResponses, StoreError> {
    unpack(bytes).ok_or_else(|| sqlx::Error::Decode("the sums of first responses are unreadable".into()).into())
}

/// The rows of places, with what was there before.
async fn places(
    open: &mut Transaction,
    changes: BTreeMap<(String, String), Places>,
) -> Result<Vec<RowValues>, StoreError> {
    let keys: Vec<_> = changes.keys().cloned().collect();
    let mut there = BTreeMap::new();
    for keys in keys.chunks(LOOKED_UP) {
        let asked = looked_up("select day, category_group, places from place_sum where (day, category_group)", keys);
        for row in open.all(asked).await? {
            there.insert((row.text(0)?, row.text(1)?), read_places(&row.text(2)?)?);
        }
    }
    let mut rows = Vec::with_capacity(changes.len());
    for (key, changes) in changes {
        let places = added(there.remove(&key).unwrap_or_default(), changes);
        let spread = serde_json::to_string(&spread(&places))?;
        let places = serde_json::to_string(&places.into_iter().collect::<Vec<_>>())?;
        rows.push(vec![key.0.into(), key.1.into(), spread.into(), places.into()]);
    }
    Ok(rows)
}

/// `text in (…)` with these keys.
pub(in crate::store) fn looked_up(text: &'static str, keys: &[(String, String)]) -> Statement {
    let mut asked = Statement::new(text);
    let rows = keys.iter().map(|(one, other)| vec![one.into(), other.into()]).collect();
    asked.push(" in (values ").push_rows(rows).push(")");
    asked
}

/// Places from their document.
pub(in crate::store) fn read_places(document: &str) -> Result<Places, StoreError> {
    Ok(serde_json::from_str::<Vec<(Place, i64)>>(document)?.into_iter().collect())
}

/// Places with more or fewer from some; where nothing is left there is none.
pub(in crate::store) fn added(mut places: Places, changes: Places) -> Places {
    for (place, by) in changes {
        *places.entry(place).or_default() += by;
    }
    places.retain(|_, count| *count != 0);
    places
}

/// What the candidates for topics look at.
pub(in crate::store) fn spread(places: &Places) -> Spread {
    let counts: Vec<PlaceCount> = places
        .iter()
        .map(|((territory, street, estate), count)| PlaceCount {
            territory: territory.as_str().into(),
            street: street.clone(),
            estate: estate.clone(),
            count: u64::try_from(*count).unwrap_or_default(),
        })
        .collect();
    Spread::of(&counts)
}

impl Store {
    /// Folds some of what is not yet folded, the oldest first; how many changes that were.
    ///
    /// # Errors
    /// The database failed; nothing was folded.
    pub async fn fold_figures(&self, at_most: u32) -> Result<u64, StoreError> {
        let mut open = self.pool.begin().await?;
        match fold(&mut open, at_most).await {
            Ok(folded) => {
                open.commit().await?;
                Ok(folded)
            }
            Err(error) => {
                // It is rolled back in any case: at the latest by the end of its connection.
                let _ = open.rollback().await;
                Err(error)
            }
        }
    }
}

/// What two servers fold at once is deleted by one of them, and counted by that one.
async fn fold(open: &mut Transaction, at_most: u32) -> Result<u64, StoreError> {
    let mut taken =
        Statement::new("delete from figure_change where id in (select id from figure_change order by id limit ");
    taken.push_value(i64::from(at_most)).push(") returning ").push(CHANGE_COLUMNS);
    let taken = open.all(taken).await?;
    let mut folded = Folded::default();
    for row in &taken {
        folded.add(&Share::read(row)?);
    }
    if !taken.is_empty() {
        folded.write(open).await?;
    }
    Ok(taken.len() as u64)
}
