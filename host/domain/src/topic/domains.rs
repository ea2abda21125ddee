//! The ten domains (十大领域) of 百日攻坚 and which categories belong to them. The articles name
//! six domains (row 32); the other four are assumptions and say so in the data, and so is the
//! mapping of categories. Every category is mapped, or is said to be outside.

use crate::ids::CategoryCode;
use crate::refusal::Refusal;
use crate::table::{self, Cell};
use serde::Serialize;
use std::collections::BTreeMap;

/// How many domains there are (article row 31).
pub const DOMAINS: u8 = 10;

/// One domain (领域).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Domain {
    /// 1 to 10.
    pub number: u8,
    /// 名称
    pub name: String,
    /// Whether the articles name it; the others are assumptions.
    pub named_in_articles: bool,
}

/// Where a category belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// To this domain.
    Domain(u8),
    /// To none: the campaign does not cover it.
    Outside,
}

/// The domains and the mapping.
#[derive(Clone, Debug)]
pub struct Domains {
    domains: BTreeMap<u8, Domain>,
    prefixes: BTreeMap<String, Coverage>,
}

impl Domains {
    /// The domains as they are shipped with this version.
    ///
    /// # Panics
    /// Never: a test reads the tables that are shipped.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the tables are compiled in, and read by a test")]
    pub fn shipped() -> Self {
        let domains = include_str!("../../data/campaign-domains.csv");
        let categories = include_str!("../../data/campaign-categories.csv");
        Self::parse(domains, categories).expect("the tables that are shipped can be read")
    }

    fn parse(domains: &str, categories: &str) -> Result<Self, Refusal> {
        let number = |cell: &Cell| {
            let number = cell.text().parse().ok().filter(|number| (1..=DOMAINS).contains(number));
            number.ok_or_else(|| cell.wrong("应为 1 到 10", "1 to 10"))
        };
        let mut read = Self { domains: BTreeMap::new(), prefixes: BTreeMap::new() };
        for [cell, name, source] in table::read("campaign-domains.csv", ["number", "name", "source"], domains)? {
            let number = number(&cell)?;
            let named_in_articles = source.one_of(&[("article", true), ("assumption", false)])?;
            read.domains.insert(number, Domain { number, name: name.required()?.into(), named_in_articles });
        }
        for [prefix, domain] in table::read("campaign-categories.csv", ["prefix", "domain"], categories)? {
            let coverage = match domain.text() {
                "outside" => Coverage::Outside,
                _ => Coverage::Domain(number(&domain)?),
            };
            read.prefixes.insert(prefix.id()?.to_owned(), coverage);
        }
        Ok(read)
    }

    /// All domains, by number.
    pub fn iter(&self) -> impl Iterator<Item = &Domain> {
        self.domains.values()
    }

    /// The domain of that number.
    #[must_use]
    pub fn domain(&self, number: u8) -> Option<&Domain> {
        self.domains.get(&number)
    }

    /// Where a category belongs: the longest prefix decides. `None` when nobody mapped it.
    #[must_use]
    pub fn coverage(&self, category: &CategoryCode) -> Option<Coverage> {
        let code = category.as_str();
        (1..=code.len()).rev().find_map(|length| self.prefixes.get(code.get(..length)?).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_ten_domains_and_six_are_named() {
        let domains = Domains::shipped();
        let numbers: Vec<u8> = domains.iter().map(|domain| domain.number).collect();
        assert_eq!(numbers, (1..=DOMAINS).collect::<Vec<_>>());
        let named: Vec<&str> =
            domains.iter().filter(|domain| domain.named_in_articles).map(|domain| domain.name.as_str()).collect();
        let articles =
            ["工资支付", "治安管理和案件处理", "电力", "物业管理和商品房开发与销售", "市容环境", "交通秩序和设施"];
        assert_eq!(named, articles);
    }

    /// Total over the catalogue: a new category has to be put into a domain, or outside. No row
    /// of the data is skipped or for nothing, and every domain has categories.
    #[test]
    fn every_category_is_mapped() {
        let (domains, catalogue) = (Domains::shipped(), Catalogue::weifang());
        let mut used = BTreeSet::new();
        for category in catalogue.categories() {
            match domains.coverage(&category.code) {
                Some(Coverage::Domain(number)) => assert!(domains.domain(number).is_some(), "{}", category.name),
                Some(Coverage::Outside) => {}
                None => panic!("{} {} is not mapped: add it to campaign-categories.csv", category.code, category.name),
            }
            let code = category.code.as_str();
            used.extend(
                (1..=code.len()).rev().map(|length| &code[..length]).find(|p| domains.prefixes.contains_key(*p)),
            );
        }
        let lines = include_str!("../../data/campaign-categories.csv").lines().count() - 1;
        assert_eq!((used.len(), domains.prefixes.len()), (lines, lines), "a row maps nothing, or stands twice");
        let reached: BTreeSet<u8> = catalogue
            .categories()
            .filter_map(|category| match domains.coverage(&category.code) {
                Some(Coverage::Domain(number)) => Some(number),
                _ => None,
            })
            .collect();
        assert_eq!(reached.len(), usize::from(DOMAINS));
    }

    #[test]
    fn names_of_the_articles_get_their_own_categories() {
        let domains = Domains::shipped();
        for (code, number) in [
            ("050101", 1),
            ("1402", 2),
            ("0402", 3),
            ("120101", 3),
            ("0202", 4),
            ("020301", 4),
            ("0601", 5),
            ("0702", 6),
        ] {
            assert_eq!(domains.coverage(&code.into()), Some(Coverage::Domain(number)), "{code}");
        }
        assert_eq!(domains.coverage(&"0201".into()), Some(Coverage::Domain(10)));
        assert_eq!(domains.coverage(&"0901".into()), Some(Coverage::Outside));
        assert_eq!(domains.coverage(&"9901".into()), None);
    }
}
