//! What another catalogue changes (目录变化), in words: an edition is confirmed by a person who
//! has read this.

use super::Catalogue;
use super::linkage::{EnforcementItem, LegalBasis, QuickResponsePartner, ReferralReceiver, SourceLine};
use super::records::{Category, Seat, Territory, Unit};
use crate::ids::CategoryCode;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::fmt;

/// What became of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone, or kept for the tickets that name it already.
    Retired,
    /// One of its fields is another.
    Field {
        /// Which, in Chinese.
        label: &'static str,
        /// What it was.
        from: String,
        /// What it is.
        to: String,
    },
}

/// One difference between two catalogues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueChange {
    /// What kind of record, in Chinese.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its name; the newer one, if it has both.
    pub name: String,
    /// What became of it.
    pub change: Change,
}

impl fmt::Display for CatalogueChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, id, name, change } = self;
        match change {
            Change::Added => write!(f, "新增{kind} {id}「{name}」"),
            Change::Retired => write!(f, "撤销{kind} {id}「{name}」"),
            Change::Field { label, from, to } => write!(f, "{kind} {id}「{name}」的{label}：{from} → {to}"),
        }
    }
}

/// What a field is called, and what stands in it.
type Field<R> = (&'static str, fn(&R) -> String);

/// A kind of record, and what of it is compared.
struct Kind<R: 'static> {
    /// In Chinese.
    term: &'static str,
    name: fn(&R) -> &str,
    /// Whether it is kept only for what names it already.
    is_retired: fn(&R) -> bool,
    /// Every other field that is no part of the id, with its Chinese label.
    fields: &'static [Field<R>],
}

fn yes(flag: bool) -> String {
    if flag { "是" } else { "否" }.to_owned()
}

fn joined(codes: &[CategoryCode]) -> String {
    codes.iter().map(CategoryCode::as_str).collect::<Vec<_>>().join("、")
}

const TERRITORY: Kind<Territory> =
    Kind { term: "区县", name: |one| &one.name, is_retired: |one| one.retired_on.is_some(), fields: &[] };

const UNIT: Kind<Unit> =
    Kind { term: "单位", name: |one| &one.name, is_retired: |one| one.retired_on.is_some(), fields: &[] };

const CATEGORY: Kind<Category> = Kind {
    term: "分类",
    name: |one| &one.name,
    is_retired: |one| one.retired_on.is_some(),
    fields: &[
        ("市级主管部门", |one| one.department.to_string()),
        ("突发故障", |one| yes(one.urgent)),
        ("街镇可办", |one| yes(one.street_may_handle)),
        ("涉行政执法", |one| yes(one.enforcement)),
    ],
};

const SEAT: Kind<Seat> =
    Kind {
        term: "坐席", name: |one| &one.name, is_retired: |_| false, fields: &[("专席组", |one| one.group.clone())]
    };

const ENFORCEMENT_ITEM: Kind<EnforcementItem> = Kind {
    term: "执法事项",
    name: |one| &one.name,
    is_retired: |_| false,
    fields: &[
        ("执法部门", |one| one.department.to_string()),
        ("所属分类", |one| joined(&one.categories)),
        ("来源", |one| one.source.clone()),
    ],
};

const SOURCE_LINE: Kind<SourceLine> = Kind {
    term: "来源热线",
    name: |one| &one.name,
    is_retired: |_| false,
    fields: &[("号码", |one| one.number.clone()), ("来源", |one| one.source.clone())],
};

const QUICK_RESPONSE: Kind<QuickResponsePartner> = Kind {
    term: "快速响应单位",
    name: |one| &one.does,
    is_retired: |_| false,
    fields: &[("响应分类", |one| joined(&one.categories))],
};

const REFERRAL_RECEIVER: Kind<ReferralReceiver> = Kind {
    term: "转介单位",
    name: |one| &one.name,
    is_retired: |_| false,
    fields: &[
        ("种类", |one| format!("{:?}", one.kind)),
        ("须经同意", |one| yes(one.needs_consent)),
        ("接收事项", |one| one.takes.clone()),
    ],
};

const LEGAL_BASIS: Kind<LegalBasis> = Kind {
    term: "依据",
    name: |one| &one.name,
    is_retired: |_| false,
    fields: &[
        ("文号", |one| one.document.clone()),
        ("施行日期", |one| one.in_force_since.as_ref().map(Date::to_string).unwrap_or_default()),
        ("掌握程度", |one| format!("{:?}", one.knowledge)),
        ("已知", |one| one.known.clone()),
        ("未知", |one| one.unknown.clone()),
    ],
};

impl Catalogue {
    /// What the newer catalogue changes, kind by kind and by id.
    #[must_use]
    pub fn changes_to(&self, newer: &Self) -> Vec<CatalogueChange> {
        let mut changes = compare(&TERRITORY, &self.territories, &newer.territories);
        changes.extend(compare(&UNIT, &self.units, &newer.units));
        changes.extend(compare(&CATEGORY, &self.categories, &newer.categories));
        changes.extend(compare(&SEAT, &self.seats, &newer.seats));
        changes.extend(compare(&ENFORCEMENT_ITEM, &self.enforcement_items, &newer.enforcement_items));
        changes.extend(compare(&SOURCE_LINE, &self.source_lines, &newer.source_lines));
        changes.extend(compare(&QUICK_RESPONSE, &self.quick_response, &newer.quick_response));
        changes.extend(compare(&REFERRAL_RECEIVER, &self.referral_receivers, &newer.referral_receivers));
        changes.extend(compare(&LEGAL_BASIS, &self.legal_bases, &newer.legal_bases));
        changes
    }
}

fn compare<K: Ord + fmt::Display, R: 'static>(
    kind: &Kind<R>,
    old: &BTreeMap<K, R>,
    new: &BTreeMap<K, R>,
) -> Vec<CatalogueChange> {
    let said = |id: &K, record: &R, change| CatalogueChange {
        kind: kind.term,
        id: id.to_string(),
        name: (kind.name)(record).to_owned(),
        change,
    };
    let mut changes = Vec::new();
    for (id, was) in old.iter().filter(|(_, was)| !(kind.is_retired)(was)) {
        let Some(now) = new.get(id).filter(|now| !(kind.is_retired)(now)) else {
            changes.push(said(id, was, Change::Retired));
            continue;
        };
        let name = ("名称", (kind.name)(was).to_owned(), (kind.name)(now).to_owned());
        let fields = kind.fields.iter().map(|(label, of)| (*label, of(was), of(now)));
        let changed = std::iter::once(name).chain(fields).filter(|(_, from, to)| from != to);
        changes.extend(changed.map(|(label, from, to)| said(id, now, Change::Field { label, from, to })));
    }
    let is_new = |(id, now): &(&K, &R)| !(kind.is_retired)(now) && old.get(id).is_none_or(kind.is_retired);
    changes.extend(new.iter().filter(is_new).map(|(id, now)| said(id, now, Change::Added)));
    changes
}

#[cfg(test)]
mod tests {
    use crate::catalogue::{Catalogue, TableName, Tables};

    #[test]
    fn every_change_is_told() {
        let shipped = Tables::shipped();
        let streets = shipped.text(TableName::Streets).replace("WF-JJ,03,双杨街道", "WF-JJ,03,双杨店街道");
        let categories = shipped
            .text(TableName::Categories)
            .replace("150103,燃气/用气服务/燃气安检,ZJ,no,no,yes", "150104,燃气/用气服务/燃气改管,ZJ,no,no,yes")
            .replace("0603,市容环境/园林绿化,CG,no,no", "0603,市容环境/园林绿化,CG,no,yes")
            .replace(",CG,no,no,yes\n0604", ",CG,no,yes,yes\n0604");
        let categories = categories
            .lines()
            .map(|line| if line.starts_with("0603") { line.replace("CG,no,no", "CG,no,yes") } else { line.to_owned() })
            .collect::<Vec<_>>()
            .join("\n");
        let items = shipped.text(TableName::EnforcementItems).replace("安检的查处,ZJ,150103", "安检的查处,ZJ,150104");
        let newer = shipped
            .clone()
            .replaced(TableName::Streets, streets)
            .replaced(TableName::Categories, categories)
            .replaced(TableName::EnforcementItems, items);
        let (old, new) = (Catalogue::weifang(), Catalogue::parse(&newer).expect("it reads"));
        let words: Vec<String> = old.changes_to(&new).iter().map(ToString::to_string).collect();
        assert_eq!(
            words,
            [
                "单位 WF-JJ-S03「双杨店街道」的名称：双杨街道 → 双杨店街道",
                "分类 0603「市容环境/园林绿化」的街镇可办：否 → 是",
                "分类 060301「市容环境/园林绿化/树木遮挡」的街镇可办：否 → 是",
                "分类 060302「市容环境/园林绿化/枯树倒伏」的街镇可办：否 → 是",
                "分类 060303「市容环境/园林绿化/绿化缺损」的街镇可办：否 → 是",
                "撤销分类 150103「燃气/用气服务/燃气安检」",
                "新增分类 150104「燃气/用气服务/燃气改管」",
                "执法事项 ZF116「燃气经营企业不履行入户安检的查处」的所属分类：150103 → 150104",
            ]
        );
        assert_eq!(old.changes_to(&old), []);
    }
}
