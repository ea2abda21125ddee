//! Who the hotline works with outside the chain of handling: enforcement items, merged
//! lines, quick-response partners, receivers of referrals, and the legal bases.

use super::Catalogue;
use super::records::Unit;
use crate::grounds::Receiver;
use crate::ids::{CategoryCode, TerritoryId, UnitId};
use crate::message::office_of;
use crate::ticket::Ticket;
use jiff::civil::Date;
use serde::Serialize;

/// One of the enforcement items (涉行政执法类诉求事项, article row 46).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct EnforcementItem {
    /// Its code.
    pub code: String,
    /// 名称.
    pub name: String,
    /// 执法部门: the city department whose line enforces it.
    pub department: UnitId,
    /// The categories it belongs to. One of a group covers its leaves.
    pub categories: Vec<CategoryCode>,
    /// Where the record comes from: the list is not public, so shipped items are invented.
    pub source: String,
}

/// A line that was merged into this one (整合归并的热线, article row 64).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SourceLine {
    /// Its code.
    pub code: String,
    /// 名称.
    pub name: String,
    /// 原号码; empty when there is none that everybody knows.
    pub number: String,
    /// Where the record comes from.
    pub source: String,
}

/// A partner of quick response (快速响应联动单位, article row 50).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct QuickResponsePartner {
    /// The city department.
    pub department: UnitId,
    /// The urgent categories it answers.
    pub categories: Vec<CategoryCode>,
    /// 做什么.
    pub does: String,
}

/// A receiver of referrals (转介接收单位).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReferralReceiver {
    /// Its code.
    pub code: String,
    /// Which of the five.
    pub kind: Receiver,
    /// 名称.
    pub name: String,
    /// Whether the caller has to agree first (article row 61).
    pub needs_consent: bool,
    /// 接收哪些事项.
    pub takes: String,
}

/// How much is known of a legal basis (掌握程度). Nothing was read in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Knowledge {
    /// 读过一部分
    PartlyRead,
    /// 只见摘要
    Summary,
    /// 只见报道
    Press,
    /// 未核对原文
    Unchecked,
}

/// A law or norm that a rule of the core stands on (依据, article row 36).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct LegalBasis {
    /// Its id.
    pub id: String,
    /// 名称.
    pub name: String,
    /// 文号; empty when unknown.
    pub document: String,
    /// 施行日期, when known.
    #[schemars(with = "Option<String>")]
    pub in_force_since: Option<Date>,
    /// How much is known of it.
    pub knowledge: Knowledge,
    /// 已知内容.
    pub known: String,
    /// 未知内容.
    pub unknown: String,
}

impl Catalogue {
    /// All enforcement items, by code.
    pub fn enforcement_items(&self) -> impl Iterator<Item = &EnforcementItem> {
        self.enforcement_items.values()
    }

    /// The enforcement items that a category belongs to: those that name it, and those that
    /// name its group. A ticket written down by group alone has the group's own.
    pub fn enforcement_items_of<'a>(&'a self, category: &'a CategoryCode) -> impl Iterator<Item = &'a EnforcementItem> {
        self.enforcement_items.values().filter(|item| item.categories.iter().any(|code| code.covers(category)))
    }

    /// Whether a ticket is a matter of administrative enforcement (涉行政执法类诉求).
    #[must_use]
    pub fn is_enforcement_matter(&self, ticket: &Ticket) -> bool {
        self.enforcement_items_of(&ticket.intake.category).next().is_some()
    }

    /// The merged lines, by code.
    pub fn source_lines(&self) -> impl Iterator<Item = &SourceLine> {
        self.source_lines.values()
    }

    /// The merged line with this code, if there is one.
    #[must_use]
    pub fn source_line(&self, code: &str) -> Option<&SourceLine> {
        self.source_lines.get(code)
    }

    /// The quick-response partners, by department.
    pub fn quick_response_partners(&self) -> impl Iterator<Item = &QuickResponsePartner> {
        self.quick_response.values()
    }

    /// Who is called at once to an urgent matter: the partners' bureaus in its territory and
    /// the territory's government (城管、公安、住建、应急等部门和属地政府, article row 50). Nobody
    /// for other matters.
    #[must_use]
    pub fn quick_response_units(&self, category: &CategoryCode, territory: &TerritoryId) -> Vec<&Unit> {
        let answers = |partner: &&QuickResponsePartner| partner.categories.iter().any(|code| code.covers(category));
        let partners = self.quick_response.values().filter(answers);
        // `ZJ` of `WF-ZJ`.
        let sectors = partners.filter_map(|partner| partner.department.as_str().split_once('-'));
        let mut ids: Vec<UnitId> = sectors.map(|(_, sector)| UnitId(format!("{territory}-{sector}"))).collect();
        if !ids.is_empty() {
            ids.push(office_of(territory));
        }
        ids.iter().filter_map(|id| self.unit(id)).collect()
    }

    /// The unit of a category's trade in a territory: 奎文区城管局 for what 市城管局 answers for.
    #[must_use]
    pub fn unit_of_trade(&self, category: &CategoryCode, territory: &TerritoryId) -> Option<&Unit> {
        // `ZJ` of `WF-ZJ`.
        let (_, sector) = self.category(category)?.department.as_str().split_once('-')?;
        self.unit(&UnitId(format!("{territory}-{sector}")))
    }

    /// The receivers of referrals, by code.
    pub fn referral_receivers(&self) -> impl Iterator<Item = &ReferralReceiver> {
        self.referral_receivers.values()
    }

    /// The receiver of a kind, if there is one.
    #[must_use]
    pub fn referral_receiver(&self, kind: Receiver) -> Option<&ReferralReceiver> {
        self.referral_receivers.values().find(|receiver| receiver.kind == kind)
    }

    /// The legal bases, by id.
    pub fn legal_bases(&self) -> impl Iterator<Item = &LegalBasis> {
        self.legal_bases.values()
    }

    /// The legal basis with this id, if there is one.
    #[must_use]
    pub fn legal_basis(&self, id: &str) -> Option<&LegalBasis> {
        self.legal_bases.get(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deadline::Source;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_117_enforcement_items_and_each_says_that_it_is_invented() {
        let catalogue = Catalogue::weifang();
        assert_eq!(catalogue.enforcement_items().count(), 117);
        assert!(catalogue.enforcement_items().all(|item| item.source == "虚构示例"));
        let names: BTreeSet<&str> = catalogue.enforcement_items().map(|item| item.name.as_str()).collect();
        assert_eq!(names.len(), 117, "no name twice");
        assert!(include_str!("../../data/enforcement-items.csv").starts_with('#'), "the head says so too");
    }

    /// What a category says of itself and what the items say of it is the same.
    #[test]
    fn every_enforcement_category_has_its_items_and_no_other_has_any() {
        let catalogue = Catalogue::weifang();
        let mut with = 0;
        for category in catalogue.categories() {
            let items = catalogue.enforcement_items_of(&category.code).count();
            assert_eq!(category.enforcement, items > 0, "{}", category.name);
            with += usize::from(items > 0);
        }
        assert_eq!(with, 120);
        let codes = |code: &str| -> Vec<String> {
            catalogue.enforcement_items_of(&code.into()).map(|item| item.name.clone()).collect()
        };
        assert_eq!(codes("060201"), ["流动摊贩占道经营的查处", "占用城市道路的其他违法行为查处"]);
        assert_eq!(codes("0602"), ["占用城市道路的其他违法行为查处"]);
        assert_eq!(codes("0101"), Vec::<String>::new());
    }

    #[test]
    fn there_are_70_source_lines_and_this_one_is_among_them() {
        let catalogue = Catalogue::weifang();
        assert_eq!(catalogue.source_lines().count(), 70);
        assert_eq!(catalogue.source_line("L12345").map(|line| line.name.as_str()), Some("政务服务便民热线"));
        for line in catalogue.source_lines() {
            assert_eq!(line.number.is_empty(), line.source == "虚构示例", "{}", line.name);
        }
    }

    #[test]
    fn a_gas_leak_calls_the_partners_of_its_county() {
        let catalogue = Catalogue::weifang();
        let called = |code: &str| -> Vec<&str> {
            let units = catalogue.quick_response_units(&code.into(), &"370784".into());
            units.into_iter().map(|unit| unit.name.as_str()).collect()
        };
        assert_eq!(called("040302"), ["安丘市公安局", "安丘市应急局", "安丘市住建局", "安丘市政府办公室"]);
        assert_eq!(called("0201"), Vec::<&str>::new());
        let partners: Vec<&str> = catalogue.quick_response_partners().map(|one| one.department.as_str()).collect();
        assert_eq!(partners, ["WF-CG", "WF-GA", "WF-YJ", "WF-ZJ"]);
    }

    #[test]
    fn arbitration_alone_asks_the_caller_first() {
        let catalogue = Catalogue::weifang();
        assert_eq!(catalogue.referral_receivers().count(), 5);
        for receiver in catalogue.referral_receivers() {
            assert_eq!(receiver.needs_consent, receiver.kind == Receiver::Arbitration, "{}", receiver.name);
        }
    }

    #[test]
    fn what_is_not_known_of_a_norm_is_written_down() {
        let catalogue = Catalogue::weifang();
        assert!(catalogue.legal_bases().all(|basis| !basis.unknown.is_empty() && !basis.known.is_empty()));
        let regulation = catalogue.legal_basis("weifang-regulation").expect("it is there");
        assert_eq!(regulation.in_force_since, Some(jiff::civil::date(2021, 12, 15)));
        for source in [Source::ProvincialRules, Source::Extension] {
            let id = source.legal_basis().expect("it has one");
            assert!(catalogue.legal_basis(id).is_some_and(|basis| basis.name == Source::ProvincialRules.term()));
        }
        assert_eq!(catalogue.legal_basis("state-council-66").map(|b| b.knowledge), Some(Knowledge::PartlyRead));
    }
}
