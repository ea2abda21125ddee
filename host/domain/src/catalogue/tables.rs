//! The tables (表) that the catalogue is read from: those shipped with this version, or those
//! that somebody imports.

use super::Catalogue;
use super::linkage::{EnforcementItem, Knowledge, LegalBasis, QuickResponsePartner, ReferralReceiver, SourceLine};
use super::records::{Category, Level, Seat, Territory, Unit};
use super::successor::Successors;
use crate::grounds::Receiver;
use crate::ids::{CategoryCode, TerritoryId, UnitId};
use crate::message::office_of;
use crate::refusal::Refusal;
use crate::table::{self, Cell};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Which table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is explained by `term`")]
pub enum TableName {
    Divisions,
    Sectors,
    Streets,
    Categories,
    Seats,
    EnforcementItems,
    SourceLines,
    QuickResponse,
    ReferralReceivers,
    LegalBases,
    Successors,
}

impl TableName {
    /// All of them, in the order in which they are read.
    pub const ALL: [Self; 11] = [
        Self::Divisions,
        Self::Sectors,
        Self::Streets,
        Self::Categories,
        Self::Seats,
        Self::EnforcementItems,
        Self::SourceLines,
        Self::QuickResponse,
        Self::ReferralReceivers,
        Self::LegalBases,
        Self::Successors,
    ];

    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Divisions => "区划表",
            Self::Sectors => "条线表",
            Self::Streets => "街镇表",
            Self::Categories => "分类表",
            Self::Seats => "坐席表",
            Self::EnforcementItems => "执法事项表",
            Self::SourceLines => "来源热线表",
            Self::QuickResponse => "快速响应表",
            Self::ReferralReceivers => "转介单位表",
            Self::LegalBases => "依据表",
            Self::Successors => "去向表",
        }
    }

    /// The name of its file.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Divisions => "divisions.csv",
            Self::Sectors => "sectors.csv",
            Self::Streets => "streets.csv",
            Self::Categories => "categories.csv",
            Self::Seats => "seats.csv",
            Self::EnforcementItems => "enforcement-items.csv",
            Self::SourceLines => "source-lines.csv",
            Self::QuickResponse => "quick-response.csv",
            Self::ReferralReceivers => "referral-receivers.csv",
            Self::LegalBases => "legal-bases.csv",
            Self::Successors => "successors.csv",
        }
    }

    /// The table that a file of this name is.
    #[must_use]
    pub fn of_file(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.file_name() == name)
    }

    fn shipped(self) -> &'static str {
        match self {
            Self::Divisions => include_str!("../../data/divisions.csv"),
            Self::Sectors => include_str!("../../data/sectors.csv"),
            Self::Streets => include_str!("../../data/streets.csv"),
            Self::Categories => include_str!("../../data/categories.csv"),
            Self::Seats => include_str!("../../data/seats.csv"),
            Self::EnforcementItems => include_str!("../../data/enforcement-items.csv"),
            Self::SourceLines => include_str!("../../data/source-lines.csv"),
            Self::QuickResponse => include_str!("../../data/quick-response.csv"),
            Self::ReferralReceivers => include_str!("../../data/referral-receivers.csv"),
            Self::LegalBases => include_str!("../../data/legal-bases.csv"),
            Self::Successors => include_str!("../../data/successors.csv"),
        }
    }
}

/// The text of every table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tables(BTreeMap<TableName, Cow<'static, str>>);

impl Tables {
    /// The tables shipped with this version.
    #[must_use]
    pub fn shipped() -> Self {
        Self(TableName::ALL.into_iter().map(|name| (name, Cow::Borrowed(name.shipped()))).collect())
    }

    /// The same tables with one of them replaced, whole.
    #[must_use]
    pub fn replaced(mut self, name: TableName, text: impl Into<String>) -> Self {
        self.0.insert(name, Cow::Owned(text.into()));
        self
    }

    /// The text of a table.
    #[must_use]
    pub fn text(&self, name: TableName) -> &str {
        self.0.get(&name).map_or("", |text| text)
    }

    fn rows<const N: usize>(&self, name: TableName, columns: [&'static str; N]) -> Result<Vec<[Cell; N]>, Refusal> {
        table::read(name.term(), columns, self.text(name))
    }
}

/// Puts a record under its id; an id is given once.
pub(super) fn insert<K: Ord, V>(records: &mut BTreeMap<K, V>, id: K, record: V, cell: &Cell) -> Result<(), Refusal> {
    match records.insert(id, record) {
        None => Ok(()),
        Some(_) => Err(cell.wrong("与前面的行重复，请改正代码或删去一行", "given twice")),
    }
}

fn codes(cell: &Cell) -> Result<Vec<CategoryCode>, Refusal> {
    let codes: Vec<CategoryCode> = cell.list().into_iter().map(CategoryCode::from).collect();
    if codes.is_empty() { Err(cell.wrong("至少填一个分类代码", "at least one category")) } else { Ok(codes) }
}

fn department(sector: &Cell) -> Result<UnitId, Refusal> {
    Ok(UnitId(format!("{}-{}", TerritoryId::CITY, sector.id()?)))
}

/// Reads every table. What one record says of another is checked afterwards.
pub(super) fn read(tables: &Tables) -> Result<Catalogue, Refusal> {
    let mut catalogue = Catalogue::default();
    territories_and_units(&mut catalogue, tables)?;
    categories_and_seats(&mut catalogue, tables)?;
    enforcement_and_lines(&mut catalogue, tables)?;
    partners_and_bases(&mut catalogue, tables)?;
    catalogue.successors = Successors::read(&tables.rows(TableName::Successors, Successors::COLUMNS)?)?;
    Ok(catalogue)
}

/// Each territory has its government and its streets; each sector has a city department and a
/// bureau in every territory.
fn territories_and_units(catalogue: &mut Catalogue, tables: &Tables) -> Result<(), Refusal> {
    for [id, name, kind, gb2260] in tables.rows(TableName::Divisions, ["id", "name", "kind", "gb2260"])? {
        kind.required()?;
        if !gb2260.text().is_empty() && !gb2260.is_digits(6) {
            return Err(gb2260.wrong("应为六位代码，没有就留空", "six digits, or empty"));
        }
        let territory =
            Territory { id: id.id()?.into(), name: name.required()?.to_owned(), retired_on: None, successor: None };
        insert(&mut catalogue.territories, territory.id.clone(), territory, &id)?;
    }
    let territories: Vec<Territory> = catalogue.territories.values().cloned().collect();
    for territory in &territories {
        let (level, name) = if territory.id.is_city() {
            (Level::City, "市政府办公室".to_owned())
        } else {
            (Level::County, format!("{}政府办公室", territory.name))
        };
        let id = office_of(&territory.id);
        let unit =
            Unit { id: id.clone(), name, territory: territory.id.clone(), level, retired_on: None, successor: None };
        catalogue.units.insert(id, unit);
    }
    for [sector, city, county] in tables.rows(TableName::Sectors, ["sector", "department", "bureau"])? {
        for territory in &territories {
            let (level, name) = if territory.id.is_city() {
                (Level::City, city.required()?.to_owned())
            } else {
                (Level::County, format!("{}{}", territory.name, county.required()?))
            };
            add_unit(catalogue, format!("{}-{}", territory.id, sector.id()?), name, &territory.id, level, &sector)?;
        }
    }
    streets(catalogue, tables)
}

fn streets(catalogue: &mut Catalogue, tables: &Tables) -> Result<(), Refusal> {
    for [territory, number, name] in tables.rows(TableName::Streets, ["territory", "number", "name"])? {
        let id = TerritoryId::from(territory.id()?);
        if id.is_city() || !catalogue.territories.contains_key(&id) {
            return Err(territory.wrong("区划表中没有这个区县，请先补区划表", "an orphan street: no such territory"));
        }
        if !number.is_digits(2) {
            return Err(number.wrong("应为两位数字，例如 01", "two digits"));
        }
        let name = name.required()?.to_owned();
        add_unit(catalogue, format!("{id}-S{}", number.text()), name, &id, Level::Street, &number)?;
    }
    Ok(())
}

fn add_unit(
    catalogue: &mut Catalogue,
    id: String,
    name: String,
    territory: &TerritoryId,
    level: Level,
    cell: &Cell,
) -> Result<(), Refusal> {
    let unit = Unit { id: UnitId(id), name, territory: territory.clone(), level, retired_on: None, successor: None };
    insert(&mut catalogue.units, unit.id.clone(), unit, cell)
}

fn categories_and_seats(catalogue: &mut Catalogue, tables: &Tables) -> Result<(), Refusal> {
    let columns = ["code", "name", "sector", "urgent", "street_may_handle", "enforcement"];
    for [code, name, sector, urgent, street, enforcement] in tables.rows(TableName::Categories, columns)? {
        if !code.is_digits(4) && !code.is_digits(6) {
            return Err(code.wrong("应为四位或六位数字", "four or six digits"));
        }
        let category = Category {
            code: code.text().into(),
            name: name.required()?.to_owned(),
            department: department(&sector)?,
            urgent: urgent.flag()?,
            street_may_handle: street.flag()?,
            enforcement: enforcement.flag()?,
            retired_on: None,
            successor: None,
        };
        insert(&mut catalogue.categories, category.code.clone(), category, &code)?;
    }
    for [id, name, group] in tables.rows(TableName::Seats, ["id", "name", "group"])? {
        let (name, group) = (name.required()?.to_owned(), group.id()?.to_owned());
        let seat = Seat { id: id.id()?.into(), name, group };
        insert(&mut catalogue.seats, seat.id.clone(), seat, &id)?;
    }
    Ok(())
}

fn enforcement_and_lines(catalogue: &mut Catalogue, tables: &Tables) -> Result<(), Refusal> {
    let columns = ["code", "name", "sector", "categories", "source"];
    for [code, name, sector, categories, source] in tables.rows(TableName::EnforcementItems, columns)? {
        let item = EnforcementItem {
            code: code.id()?.to_owned(),
            name: name.required()?.to_owned(),
            department: department(&sector)?,
            categories: codes(&categories)?,
            source: source.required()?.to_owned(),
        };
        insert(&mut catalogue.enforcement_items, item.code.clone(), item, &code)?;
    }
    for [code, name, number, source] in tables.rows(TableName::SourceLines, ["code", "name", "number", "source"])? {
        if !number.text().bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(number.wrong("应为号码，没有就留空", "digits, or empty"));
        }
        let line = SourceLine {
            code: code.id()?.to_owned(),
            name: name.required()?.to_owned(),
            number: number.text().to_owned(),
            source: source.required()?.to_owned(),
        };
        insert(&mut catalogue.source_lines, line.code.clone(), line, &code)?;
    }
    Ok(())
}

fn partners_and_bases(catalogue: &mut Catalogue, tables: &Tables) -> Result<(), Refusal> {
    for [sector, categories, does] in tables.rows(TableName::QuickResponse, ["sector", "categories", "does"])? {
        let partner = QuickResponsePartner {
            department: department(&sector)?,
            categories: codes(&categories)?,
            does: does.required()?.to_owned(),
        };
        insert(&mut catalogue.quick_response, partner.department.clone(), partner, &sector)?;
    }
    let kinds = [
        ("court", Receiver::Court),
        ("arbitration", Receiver::Arbitration),
        ("public-security", Receiver::PublicSecurity),
        ("justice", Receiver::Justice),
        ("petitions", Receiver::Petitions),
    ];
    let columns = ["code", "kind", "name", "consent", "takes"];
    for [code, kind, name, consent, takes] in tables.rows(TableName::ReferralReceivers, columns)? {
        let receiver = ReferralReceiver {
            code: code.id()?.to_owned(),
            kind: kind.one_of(&kinds)?,
            name: name.required()?.to_owned(),
            needs_consent: consent.flag()?,
            takes: takes.required()?.to_owned(),
        };
        insert(&mut catalogue.referral_receivers, receiver.code.clone(), receiver, &code)?;
    }
    legal_bases(catalogue, tables)
}

fn legal_bases(catalogue: &mut Catalogue, tables: &Tables) -> Result<(), Refusal> {
    let levels = [
        ("partly-read", Knowledge::PartlyRead),
        ("summary", Knowledge::Summary),
        ("press", Knowledge::Press),
        ("unchecked", Knowledge::Unchecked),
    ];
    let columns = ["id", "name", "document", "in_force_since", "status", "known", "unknown"];
    for [id, name, document, since, status, known, unknown] in tables.rows(TableName::LegalBases, columns)? {
        let basis = LegalBasis {
            id: id.id()?.to_owned(),
            name: name.required()?.to_owned(),
            document: document.text().to_owned(),
            in_force_since: if since.text().is_empty() { None } else { Some(since.date()?) },
            knowledge: status.one_of(&levels)?,
            known: known.required()?.to_owned(),
            unknown: unknown.required()?.to_owned(),
        };
        insert(&mut catalogue.legal_bases, basis.id.clone(), basis, &id)?;
    }
    Ok(())
}
