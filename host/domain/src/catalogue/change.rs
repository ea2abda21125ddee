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

/// A record that can be compared field by field.
trait Record {
    const KIND: &'static str;
    fn name(&self) -> &str;
    fn is_retired(&self) -> bool {
        false
    }
    /// Every other field, with its Chinese label.
    fn fields(&self) -> Vec<(&'static str, String)>;
}

fn yes(flag: bool) -> String {
    if flag { "是" } else { "否" }.to_owned()
}

fn joined(codes: &[CategoryCode]) -> String {
    codes.iter().map(CategoryCode::as_str).collect::<Vec<_>>().join("、")
}

impl Record for Territory {
    const KIND: &'static str = "区县";
    fn name(&self) -> &str {
        &self.name
    }
    fn is_retired(&self) -> bool {
        self.retired_on.is_some()
    }
    fn fields(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

impl Record for Unit {
    const KIND: &'static str = "单位";
    fn name(&self) -> &str {
        &self.name
    }
    fn is_retired(&self) -> bool {
        self.retired_on.is_some()
    }
    fn fields(&self) -> Vec<(&'static str, String)> {
        // The rest is part of the id.
        Vec::new()
    }
}

impl Record for Category {
    const KIND: &'static str = "分类";
    fn name(&self) -> &str {
        &self.name
    }
    fn is_retired(&self) -> bool {
        self.retired_on.is_some()
    }
    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("市级主管部门", self.department.to_string()),
            ("突发故障", yes(self.urgent)),
            ("街镇可办", yes(self.street_may_handle)),
            ("涉行政执法", yes(self.enforcement)),
        ]
    }
}

impl Record for Seat {
    const KIND: &'static str = "坐席";
    fn name(&self) -> &str {
        &self.name
    }
    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![("专席组", self.group.clone())]
    }
}

impl Record for EnforcementItem {
    const KIND: &'static str = "执法事项";
    fn name(&self) -> &str {
        &self.name
    }
    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("执法部门", self.department.to_string()),
            ("所属分类", joined(&self.categories)),
            ("来源", self.source.clone()),
        ]
    }
}

impl Record for SourceLine {
    const KIND: &'static str = "来源热线";
    fn name(&self) -> &str {
        &self.name
    }
    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![("号码", self.number.clone()), ("来源", self.source.clone())]
    }
}

impl Record for QuickResponsePartner {
    const KIND: &'static str = "快速响应单位";
    fn name(&self) -> &str {
        &self.does
    }
    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![("响应分类", joined(&self.categories))]
    }
}

impl Record for ReferralReceiver {
    const KIND: &'static str = "转介单位";
    fn name(&self) -> &str {
        &self.name
    }
    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("种类", format!("{:?}", self.kind)),
            ("须经同意", yes(self.needs_consent)),
            ("接收事项", self.takes.clone()),
        ]
    }
}

impl Record for LegalBasis {
    const KIND: &'static str = "依据";
    fn name(&self) -> &str {
        &self.name
    }
    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("文号", self.document.clone()),
            ("施行日期", self.in_force_since.as_ref().map(Date::to_string).unwrap_or_default()),
            ("掌握程度", format!("{:?}", self.knowledge)),
            ("已知", self.known.clone()),
            ("未知", self.unknown.clone()),
        ]
    }
}

impl Catalogue {
    /// What the newer catalogue changes, kind by kind and by id.
    #[must_use]
    pub fn changes_to(&self, newer: &Self) -> Vec<CatalogueChange> {
        let mut changes = compare(&self.territories, &newer.territories);
        changes.extend(compare(&self.units, &newer.units));
        changes.extend(compare(&self.categories, &newer.categories));
        changes.extend(compare(&self.seats, &newer.seats));
        changes.extend(compare(&self.enforcement_items, &newer.enforcement_items));
        changes.extend(compare(&self.source_lines, &newer.source_lines));
        changes.extend(compare(&self.quick_response, &newer.quick_response));
        changes.extend(compare(&self.referral_receivers, &newer.referral_receivers));
        changes.extend(compare(&self.legal_bases, &newer.legal_bases));
        changes
    }
}

fn compare<K: Ord + fmt::Display, R: Record>(old: &BTreeMap<K, R>, new: &BTreeMap<K, R>) -> Vec<CatalogueChange> {
    let said = |id: &K, record: &R, change| CatalogueChange {
        kind: R::KIND,
        id: id.to_string(),
        name: record.name().to_owned(),
        change,
    };
    let mut changes = Vec::new();
    for (id, was) in old.iter().filter(|(_, was)| !was.is_retired()) {
        match new.get(id).filter(|now| !now.is_retired()) {
            None => changes.push(said(id, was, Change::Retired)),
            Some(now) => {
                let renamed =
                    (was.name() != now.name()).then(|| ("名称", was.name().to_owned(), now.name().to_owned()));
                let fields = was.fields().into_iter().zip(now.fields());
                let fields = fields.filter(|(was, now)| was != now).map(|((label, from), (_, to))| (label, from, to));
                let changed = renamed.into_iter().chain(fields);
                changes.extend(changed.map(|(label, from, to)| said(id, now, Change::Field { label, from, to })));
            }
        }
    }
    let is_new = |(id, now): &(&K, &R)| !now.is_retired() && old.get(id).is_none_or(Record::is_retired);
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
