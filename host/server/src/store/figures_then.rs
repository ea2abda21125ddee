//! Figures for rules as they were at any moment of the past (当时的事实): every state in which a
//! matter ever counted, in memory, so that millions of questions about the past ask the database
//! nothing. Counted exactly as the desk counts ([`super::facts`]): over the matters received up to
//! the moment, in the rule's own territory, up to `at_most`, as they then were.

use super::database::Statement;
use super::facts::Question;
use super::{Store, StoreError};
use chuishao_domain::ids::{TerritoryId, TicketId};
use chuishao_domain::rule::manifest::{FactQuery, SameField};
use chuishao_domain::rule::view::{FactValue, KnownMode};
use chuishao_domain::ticket::Ticket;
use chuishao_domain::topic::decided_mode::{DecidedMode, told};
use chuishao_sandbox::walk::Facts;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap};

/// Matters of one page: some milliseconds of reading, then others have their turn.
const AT_A_TIME: u32 = 5_000;

/// A matter as it stands in the database, with what it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatterThen {
    /// 工单
    pub ticket: TicketId,
    /// 属地
    pub territory: TerritoryId,
    /// 诉求类型, as it is written.
    pub kind: String,
    /// 受理时刻, in milliseconds since 1970.
    pub received_at: i64,
    /// Its states, the present one last, each with the moment until which it held.
    pub states: Vec<MatterState>,
}

/// What can change of a matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatterState {
    /// In milliseconds since 1970; `i64::MAX` for the present one.
    pub until: i64,
    /// 二级分类
    pub group: String,
    /// 街道
    pub street: String,
    /// 小区
    pub estate: String,
    /// 楼栋
    pub building: String,
}

impl Store {
    /// A page of the matters behind `after`, in the order of their tickets' ids: of one territory, if
    /// given, received from a moment on and before another, in milliseconds since 1970. Empty at the
    /// end.
    ///
    /// # Errors
    /// The database failed.
    pub async fn matters_then(
        &self,
        after: &TicketId,
        territory: Option<&TerritoryId>,
        (from, until): (i64, i64),
    ) -> Result<Vec<MatterThen>, StoreError> {
        let mut asked = Statement::new(
            "select ticket_id, territory, kind, received_at, category_group, street, estate, building from matter \
             where ticket_id > ",
        );
        asked.push_value(after.as_str());
        // As expressions, so that no index is tempting but the one of the tickets: from another, all
        // matters of the period would be sorted anew for each page.
        asked.push(" and received_at + 0 >= ").push_value(from).push(" and received_at + 0 < ").push_value(until);
        if let Some(territory) = territory {
            asked.push(" and territory || '' = ").push_value(territory.as_str());
        }
        asked.push(" order by ticket_id limit ").push_value(i64::from(AT_A_TIME));
        // One moment for both tables: a change between them would be lost.
        let mut open = self.readers.snapshot().await?;
        let rows = open.all(asked).await?;
        let Some(last) = rows.last() else { return Ok(Vec::new()) };
        let asked = "select ticket_id, until, category_group, street, estate, building from matter_was \
                     where ticket_id > $1 and ticket_id <= $2 order by ticket_id, until";
        let were = open.all(Statement::new(asked).bind(after.as_str()).bind(last.text(0)?)).await?;
        open.rollback().await?;
        let mut were = were.iter().peekable();
        let mut matters = Vec::with_capacity(rows.len());
        for row in &rows {
            let ticket = row.text(0)?;
            let mut states = Vec::new();
            while let Some(earlier) = were.peek() {
                let of = earlier.text(0)?;
                if of > ticket {
                    break;
                }
                if of == ticket {
                    states.push(state(earlier, earlier.integer(1)?, 2)?);
                }
                were.next();
            }
            states.push(state(row, i64::MAX, 4)?);
            matters.push(MatterThen {
                ticket: TicketId(ticket),
                territory: TerritoryId(row.text(1)?),
                kind: row.text(2)?,
                received_at: row.integer(3)?,
                states,
            });
        }
        Ok(matters)
    }
}

fn state(row: &super::database::Row, until: i64, first: usize) -> Result<MatterState, sqlx::Error> {
    Ok(MatterState {
        until,
        group: row.text(first)?,
        street: row.text(first + 1)?,
        estate: row.text(first + 2)?,
        building: row.text(first + 3)?,
    })
}

/// Names of tickets in eight bytes each.
#[derive(Debug, Default)]
pub struct TicketNumbers {
    /// Those whose id is not of the usual form; none, as long as this program gives them out.
    others: Vec<TicketId>,
    known: HashMap<TicketId, u64>,
}

/// The numbers of ids of another form; a day and a number of it stay below.
const OTHERS: u64 = 1 << 63;

impl TicketNumbers {
    /// The number of a ticket.
    pub fn number(&mut self, id: &TicketId) -> u64 {
        if let Some(number) = usual(id) {
            return number;
        }
        let next = OTHERS + self.others.len() as u64;
        let number = *self.known.entry(id.clone()).or_insert(next);
        if number == next {
            self.others.push(id.clone());
        }
        number
    }

    fn known(&self, id: &TicketId) -> Option<u64> {
        usual(id).or_else(|| self.known.get(id).copied())
    }

    /// The ticket of a number that was given out.
    #[must_use]
    pub fn id(&self, number: u64) -> Option<TicketId> {
        if number >= OTHERS {
            return self.others.get(usize::try_from(number - OTHERS).ok()?).cloned();
        }
        let digits = number.to_string();
        let day = Date::strptime("%Y%m%d", digits.get(..8)?).ok()?;
        Some(TicketId::new(day, digits.get(8..)?.parse().ok()?))
    }
}

/// The digits of an id of the usual form, if it comes out of them again.
fn usual(id: &TicketId) -> Option<u64> {
    let (day, of_day) = id.day_and_number()?;
    let number: u64 = id.as_str().strip_prefix("WF")?.split_once('-')?.0.parse().ok()?;
    (number < OTHERS && day.year() >= 1000 && TicketId::new(day, of_day) == *id).then_some(number)
}

/// A state of a matter, with names as numbers.
struct State {
    ticket: u64,
    received_at: i64,
    from: i64,
    until: i64,
    territory: u32,
    kind: u32,
    group: u32,
    street: u32,
    estate: u32,
    building: u32,
}

/// By what a list is found: the field that fewest matters share, its value, and the territory;
/// `None` for the whole city.
type List = (SameField, u32, Option<u32>);

/// Every state of every matter, as lists that the figures are counted from.
pub struct FiguresThen {
    /// How much later the rules are told that it is.
    shift: SignedDuration,
    /// The fields by which lists are found, each for the whole city or by territory.
    wanted: BTreeSet<(SameField, bool)>,
    names: HashMap<String, u32>,
    tickets: TicketNumbers,
    states: Vec<State>,
    lists: HashMap<List, Vec<u32>>,
    /// 议定模式, whenever they were decided.
    modes: Vec<DecidedMode>,
}

/// The field of a query that the fewest matters share.
fn leading(query: &FactQuery) -> Option<SameField> {
    let order = [SameField::Estate, SameField::Building, SameField::Street, SameField::Category];
    order.into_iter().find(|field| query.same.contains(field))
}

impl FiguresThen {
    /// Nothing yet; `queries` says what will be asked, each by a rule of a territory, and `shift` how
    /// much later than it was the rules are told that it is.
    #[must_use]
    pub fn new<'a>(queries: impl Iterator<Item = (&'a FactQuery, &'a TerritoryId)>, shift: SignedDuration) -> Self {
        let by = |(query, territory): (&FactQuery, &TerritoryId)| {
            let field = leading(query)?;
            Some((field, field == SameField::Category && territory.is_city()))
        };
        Self {
            shift,
            wanted: queries.filter_map(by).collect(),
            names: HashMap::new(),
            tickets: TicketNumbers::default(),
            states: Vec::new(),
            lists: HashMap::new(),
            modes: Vec::new(),
        }
    }

    /// Takes in the modes that meetings decided.
    #[must_use]
    pub fn with_modes(self, modes: Vec<DecidedMode>) -> Self {
        Self { modes, ..self }
    }

    /// Whether nobody asks for anything.
    #[must_use]
    pub fn is_unwanted(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Whether somebody asks for matters of the whole city.
    #[must_use]
    pub fn is_of_whole_city(&self) -> bool {
        self.wanted.iter().any(|(_, whole_city)| *whole_city)
    }

    fn name(&mut self, text: &str) -> u32 {
        if let Some(number) = self.names.get(text) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.insert(text.to_owned(), number);
        number
    }

    /// Takes in a matter.
    pub fn take_in(&mut self, matter: &MatterThen) {
        if self.is_unwanted() {
            return;
        }
        let ticket = self.tickets.number(&matter.ticket);
        let (territory, kind) = (self.name(matter.territory.as_str()), self.name(&matter.kind));
        let mut from = i64::MIN;
        for state in &matter.states {
            let [group, street, estate, building] =
                [&state.group, &state.street, &state.estate, &state.building].map(|text| self.name(text));
            let place = u32::try_from(self.states.len()).unwrap_or(u32::MAX);
            for (field, whole_city) in &self.wanted {
                let value = match field {
                    SameField::Category => group,
                    SameField::Street => street,
                    SameField::Estate => estate,
                    SameField::Building => building,
                };
                self.lists.entry((*field, value, (!whole_city).then_some(territory))).or_default().push(place);
            }
            let (received_at, until) = (matter.received_at, state.until);
            self.states.push(State {
                ticket,
                received_at,
                from,
                until,
                territory,
                kind,
                group,
                street,
                estate,
                building,
            });
            from = state.until;
        }
    }

    /// Puts everything in the order of receipt; before that, nothing is counted right.
    pub fn finish(&mut self) {
        self.states.shrink_to_fit();
        for list in self.lists.values_mut() {
            list.shrink_to_fit();
            list.sort_by_key(|place| self.states[*place as usize].received_at);
        }
    }

    /// How much memory it takes, in bytes, without the texts of names, of which there are few.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let listed: usize = self.lists.values().map(|list| list.capacity() * size_of::<u32>()).sum();
        self.states.capacity() * size_of::<State>() + listed + self.lists.len() * size_of::<(List, Vec<u32>)>()
    }

    /// How many others there are, up to `at_most`.
    fn others(&self, question: &Question) -> usize {
        let Some(field) = leading(&question.query) else { return 0 };
        let known = |text: &str| self.names.get(text).copied();
        let place = &question.place;
        let by_category = field == SameField::Category;
        // The same name in another county is another place.
        let of = if by_category { &question.territory } else { &place.territory };
        let territory = if by_category && of.is_city() { None } else { Some(known(of.as_str())) };
        let same = |field| match field {
            SameField::Category => known(&question.group),
            SameField::Street => known(&place.street),
            SameField::Estate => known(&place.estate),
            SameField::Building => known(&place.building),
        };
        let wanted = |field| question.query.same.contains(&field).then(|| same(field));
        let kind =
            question.query.matter_kind.map(|kind| super::rows::name_of(&kind).ok().and_then(|name| known(&name)));
        let [group, street, estate, building] =
            [SameField::Category, SameField::Street, SameField::Estate, SameField::Building].map(wanted);
        // A name that no matter has: nobody is alike.
        if [territory, kind, group, street, estate, building].contains(&Some(None)) {
            return 0;
        }
        let list = same(field).and_then(|value| self.lists.get(&(field, value, territory.flatten())));
        let Some(list) = list else { return 0 };
        let (now, since) = (self.moment(question.now), self.moment(question.since()));
        let itself = self.tickets.known(&question.ticket);
        let fits = |wanted: Option<Option<u32>>, has: u32| wanted.flatten().is_none_or(|wanted| wanted == has);
        let is_alike = |state: &&State| {
            state.from <= now
                && now < state.until
                && Some(state.ticket) != itself
                && fits(territory, state.territory)
                && fits(kind, state.kind)
                && fits(group, state.group)
                && fits(street, state.street)
                && fits(estate, state.estate)
                && fits(building, state.building)
        };
        let first = list.partition_point(|place| self.states[*place as usize].received_at <= since);
        let states = list[first..].iter().map(|place| &self.states[*place as usize]);
        let received = states.take_while(|state| state.received_at <= now);
        received.filter(is_alike).take(usize::from(question.query.at_most)).count()
    }

    /// When it really was, in milliseconds since 1970.
    fn moment(&self, told: Timestamp) -> i64 {
        told.saturating_sub(self.shift).unwrap_or(told).as_millisecond()
    }
}

impl Facts for FiguresThen {
    fn count(&self, query: &FactQuery, territory: &TerritoryId, ticket: &Ticket, now: Timestamp) -> FactValue {
        let question = Question::new(query, territory, ticket, now);
        question.unavailable().unwrap_or_else(|| {
            let others = i64::try_from(self.others(&question)).unwrap_or(i64::MAX);
            question.answer(others, ticket)
        })
    }

    fn modes(&self, names: &BTreeSet<String>, territory: &TerritoryId, now: Timestamp) -> Vec<KnownMode> {
        told(&self.modes, names, territory, now, self.shift)
    }
}
