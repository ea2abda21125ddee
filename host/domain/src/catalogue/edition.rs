//! Editions of the catalogue (版本): which reference data is in force when.
//!
//! A ticket keeps the code of its category and nothing else of it. The name that people read
//! is that of the edition in force on the day of the call ([`Editions::category_name`]), so a
//! renamed category renames no old ticket; who answers for it, and whether a street may
//! handle it, is what today's edition says, because the ticket is still to be handled.
//!
//! What an edition leaves out is not forgotten: it is retired and stays known, so that open
//! tickets keep a department and old ones a name. A retired code is never given to something
//! else.

use super::Catalogue;
use super::tables::Tables;
use crate::calendar::civil;
use crate::ids::CategoryCode;
use crate::plain::{MOST_DOCUMENT_CHARS, is_hidden};
use crate::refusal::Refusal;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use std::sync::Arc;

/// From when the shipped edition counts: the day the city's regulation came into force
/// (article row 36). Earlier tickets read it too.
const FIRST_DAY: Date = date(2021, 12, 15);

/// What stands in the place of a paper: that the edition came with the program.
pub const SHIPPED: &str = "随软件发布";

/// One edition.
#[derive(Clone, Debug)]
pub struct Edition {
    /// 生效日期.
    pub effective_from: Date,
    /// 依据文件: who decided it.
    pub document: String,
    /// The tables, as they were typed.
    pub tables: Tables,
    /// What they say, with what earlier editions said and this one leaves out.
    pub catalogue: Arc<Catalogue>,
}

/// All editions, the newest last.
#[derive(Clone, Debug)]
pub struct Editions(Vec<Edition>);

impl Editions {
    /// The edition shipped with this version alone.
    #[must_use]
    pub fn shipped() -> Self {
        Self(vec![Edition {
            effective_from: FIRST_DAY,
            document: SHIPPED.to_owned(),
            tables: Tables::shipped(),
            catalogue: Arc::new(Catalogue::weifang()),
        }])
    }

    /// These editions and a newer one. Take the tables of the newest ([`Self::newest`]) and
    /// replace those that change.
    ///
    /// # Errors
    /// All that is wrong with the tables; a day that is not later than the newest edition's;
    /// a retired code that is given to something else.
    pub fn with(&self, effective_from: Date, document: &str, tables: Tables) -> Result<Self, Vec<Refusal>> {
        let newest = self.newest();
        let mut catalogue = Catalogue::parse(&tables)?;
        let mut faults = Vec::new();
        if effective_from <= newest.effective_from {
            let last = newest.effective_from;
            let chinese = format!("生效日期 {effective_from} 须晚于现行版本的 {last}，已生效的版本不能改动");
            faults.push(Refusal::new("edition-not-newer", chinese, "an edition in force is never changed"));
        }
        let document = document.trim();
        if document.is_empty() || document.chars().count() > MOST_DOCUMENT_CHARS || document.chars().any(is_hidden) {
            let chinese = format!("请填写依据文件的文号，最多 {MOST_DOCUMENT_CHARS} 个字，不含看不见的字符");
            faults.push(Refusal::new("edition-document", chinese, "say which document decided it, in a few words"));
        }
        faults.extend(carry_over(&newest.catalogue, &mut catalogue, effective_from));
        if !faults.is_empty() {
            return Err(faults);
        }
        let document = document.to_owned();
        let mut editions = self.0.clone();
        editions.push(Edition { effective_from, document, tables, catalogue: Arc::new(catalogue) });
        Ok(Self(editions))
    }

    /// The newest edition once more, for its day, while that is still to come: the caller knows
    /// today. The shipped one is not corrected but followed by another.
    ///
    /// # Errors
    /// As for [`Self::with`].
    pub fn corrected(&self, document: &str, tables: Tables) -> Result<Self, Vec<Refusal>> {
        let day = self.newest().effective_from;
        let before = Self(self.0[..self.0.len() - 1].to_vec());
        if before.0.is_empty() { self.with(day, document, tables) } else { before.with(day, document, tables) }
    }

    /// The edition in force on a day; the first one before its time.
    #[must_use]
    pub fn on(&self, day: Date) -> &Edition {
        self.0.iter().rev().find(|edition| edition.effective_from <= day).unwrap_or(&self.0[0])
    }

    /// The newest edition, which may not be in force yet.
    #[must_use]
    pub fn newest(&self) -> &Edition {
        &self.0[self.0.len() - 1]
    }

    /// All editions, the newest last.
    pub fn all(&self) -> impl Iterator<Item = &Edition> {
        self.0.iter()
    }

    /// The name that a category had on the day of the call, or its code when nobody knew it.
    #[must_use]
    pub fn category_name<'a>(&'a self, code: &'a CategoryCode, received_at: Timestamp) -> &'a str {
        self.on(civil(received_at).date()).catalogue.category_name(code)
    }
}

/// A record that outlives the edition that leaves it out.
trait Retired {
    fn retired_on(&mut self) -> &mut Option<Date>;
    fn name(&self) -> &str;
}

macro_rules! retired {
    ($($record:ty),*) => {
        $(impl Retired for $record {
            fn retired_on(&mut self) -> &mut Option<Date> {
                &mut self.retired_on
            }
            fn name(&self) -> &str {
                &self.name
            }
        })*
    };
}

retired!(super::Territory, super::Unit, super::Category);

/// Keeps what the newer catalogue leaves out, retired from its first day on.
fn carry_over(old: &Catalogue, new: &mut Catalogue, from: Date) -> Vec<Refusal> {
    let mut faults = retire(&old.territories, &mut new.territories, from);
    faults.extend(retire(&old.units, &mut new.units, from));
    faults.extend(retire(&old.categories, &mut new.categories, from));
    faults.extend(new.name_successors());
    faults
}

fn retire<K: Ord + Clone + std::fmt::Display, R: Retired + Clone>(
    old: &BTreeMap<K, R>,
    new: &mut BTreeMap<K, R>,
    from: Date,
) -> Vec<Refusal> {
    let mut faults = Vec::new();
    for (id, was) in old {
        let mut was = was.clone();
        let retired = *was.retired_on();
        match new.get(id) {
            Some(now) if retired.is_some() && now.name() != was.name() => {
                let (before, after) = (was.name(), now.name());
                let chinese = format!("代码 {id} 曾用于「{before}」，不能再用于「{after}」，请换一个新代码");
                faults.push(Refusal::new("edition-code-reused", chinese, format!("{id} was something else")));
            }
            Some(_) => {}
            None => {
                *was.retired_on() = retired.or(Some(from));
                new.insert(id.clone(), was);
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::World;
    use crate::calendar::{Calendar, moment};
    use crate::catalogue::TableName;

    fn at(text: &str) -> Timestamp {
        moment(text.parse().expect("civil time")).expect("in range")
    }

    fn without_fitness_cards(tables: &Tables) -> Tables {
        let categories = tables.text(TableName::Categories).replace("080401,市场监管/预付卡/健身卡,SC,no,no,yes\n", "");
        let categories = categories.replace("0802,市场监管/食品安全,", "0802,市场监管/食品药品安全,");
        let categories = categories.replace(",市场监管/食品安全/", ",市场监管/食品药品安全/");
        let items = tables.text(TableName::EnforcementItems).replace("的查处,SC,080401,", "的查处,SC,0804,");
        tables.clone().replaced(TableName::Categories, categories).replaced(TableName::EnforcementItems, items)
    }

    #[test]
    fn a_ticket_keeps_the_name_of_its_time() {
        let shipped = Editions::shipped();
        let tables = without_fitness_cards(&shipped.newest().tables);
        let editions = shipped.with(date(2027, 1, 1), "潍热线办〔2026〕9号", tables).expect("it is newer");
        let food = CategoryCode::from("080201");
        assert_eq!(editions.category_name(&food, at("2026-12-31T23:59")), "市场监管/食品安全/过期变质食品");
        assert_eq!(editions.category_name(&food, at("2027-01-01T00:00")), "市场监管/食品药品安全/过期变质食品");
        assert_eq!(editions.category_name(&food, at("2019-01-01T00:00")), "市场监管/食品安全/过期变质食品");
    }

    #[test]
    fn what_is_left_out_stays_known_and_is_not_chosen_again() {
        let shipped = Editions::shipped();
        let tables = without_fitness_cards(&shipped.newest().tables);
        let editions = shipped.with(date(2027, 1, 1), "示例", tables.clone()).expect("it is newer");
        let card = CategoryCode::from("080401");
        let today = &editions.newest().catalogue;
        let retired = today.category(&card).expect("still known");
        assert_eq!(retired.retired_on, Some(date(2027, 1, 1)));
        assert!(today.unit(&retired.department).is_some());
        assert!(today.categories().all(|category| category.code != card));
        let words: Vec<String> = shipped.newest().catalogue.changes_to(today).iter().map(ToString::to_string).collect();
        assert!(words.contains(&"撤销分类 080401「市场监管/预付卡/健身卡」".to_owned()), "{words:?}");
        // A third edition leaves it out as well: it is retired since the second.
        let third = editions.with(date(2028, 1, 1), "示例", tables).expect("newer");
        assert_eq!(third.newest().catalogue.category(&card).and_then(|c| c.retired_on), Some(date(2027, 1, 1)));
        assert_eq!(third.on(date(2027, 6, 1)).effective_from, date(2027, 1, 1));
        assert_eq!(third.all().count(), 3);
        let world = |day| World::on(day, &third, &Calendar::shipped());
        assert_eq!(world(date(2026, 12, 31)).catalogue.digest(), Catalogue::weifang().digest());
        assert_eq!(world(date(2027, 1, 1)).catalogue, **today);
    }

    #[test]
    fn a_code_is_never_given_to_something_else() {
        let shipped = Editions::shipped();
        let tables = without_fitness_cards(&shipped.newest().tables);
        let editions = shipped.with(date(2027, 1, 1), "示例", tables.clone()).expect("it is newer");
        let line = "080402,市场监管/预付卡/美容美发卡";
        let with = |name: &str| {
            let added = format!("080401,市场监管/预付卡/{name},SC,no,no,yes\n{line}");
            let text = tables.text(TableName::Categories).replace(line, &added);
            editions.with(date(2028, 1, 1), "示例", tables.clone().replaced(TableName::Categories, text))
        };
        let refused = with("洗车卡").expect_err("refused");
        assert_eq!(refused[0].code, "edition-code-reused");
        let back = with("健身卡").expect("the same as it was");
        let card = CategoryCode::from("080401");
        assert_eq!(back.newest().catalogue.category(&card).and_then(|c| c.retired_on), None);
    }

    /// What the correction keeps was never retired.
    #[test]
    fn what_is_still_to_come_can_be_corrected() {
        let shipped = Editions::shipped();
        let slip = without_fitness_cards(&shipped.newest().tables);
        let editions = shipped.with(date(2027, 1, 1), "示例", slip).expect("it is newer");
        let corrected = editions.corrected("示例更正", Tables::shipped()).expect("as before");
        assert_eq!(corrected.all().count(), 2);
        assert_eq!((corrected.newest().effective_from, &*corrected.newest().document), (date(2027, 1, 1), "示例更正"));
        assert_eq!(corrected.newest().catalogue.digest(), Catalogue::weifang().digest());
        assert_eq!(shipped.corrected("示例", Tables::shipped()).expect_err("refused")[0].code, "edition-not-newer");
    }

    #[test]
    fn what_is_in_force_is_not_changed() {
        let shipped = Editions::shipped();
        let refused = shipped.with(FIRST_DAY, " ", Tables::shipped()).expect_err("refused");
        let codes: Vec<&str> = refused.iter().map(|one| one.code.as_ref()).collect();
        assert_eq!(codes, ["edition-not-newer", "edition-document"]);
        for document in ["长".repeat(61), "潍政办字\u{202e}3号".to_owned()] {
            let tables = without_fitness_cards(&shipped.newest().tables);
            let refused = shipped.with(date(2027, 1, 1), &document, tables).expect_err("refused");
            assert_eq!(refused[0].code, "edition-document");
        }
        let wrong = Tables::shipped().replaced(TableName::Seats, "");
        assert_eq!(shipped.with(date(2027, 1, 1), "示例", wrong).expect_err("refused")[0].code, "table-head");
    }
}
