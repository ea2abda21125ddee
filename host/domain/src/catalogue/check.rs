//! What must hold between the records of a catalogue (核对). Every fault is said, so that a
//! table is mended once.

use super::Catalogue;
use super::records::{Category, Level};
use crate::grounds::Receiver;
use crate::ids::{CategoryCode, UnitId};
use crate::refusal::Refusal;

impl Catalogue {
    /// All that is wrong between the records; nothing when they fit.
    pub(super) fn faults(&self) -> Vec<Refusal> {
        let mut faults = self.territory_faults();
        faults.extend(self.categories.values().flat_map(|category| self.category_faults(category)));
        faults.extend(self.enforcement_faults());
        faults.extend(self.quick_response_faults());
        faults.extend(Receiver::ALL.into_iter().filter_map(|kind| self.receiver_fault(kind)));
        faults
    }

    /// One of each of the five; and without the caller's consent nothing goes to arbitration,
    /// whatever a table says: it rests on agreement (article row 61).
    fn receiver_fault(&self, kind: Receiver) -> Option<Refusal> {
        let term = kind.term();
        let found: Vec<_> = self.referral_receivers.values().filter(|receiver| receiver.kind == kind).collect();
        let [receiver] = found[..] else {
            let found = found.len();
            let chinese = format!("转介单位表中「{term}」有 {found} 个，应恰好一个，请补上或删去");
            return Some(Refusal::new("catalogue-receiver", chinese, format!("{kind:?}: {found}, not one")));
        };
        (kind == Receiver::Arbitration && !receiver.needs_consent).then(|| {
            let chinese = format!("转介单位表中「{term}」须经来电人同意，consent 栏请填 yes");
            Refusal::new("catalogue-receiver-consent", chinese, "arbitration needs the caller's consent")
        })
    }

    fn territory_faults(&self) -> Vec<Refusal> {
        let mut faults = Vec::new();
        if !self.territories.keys().any(crate::ids::TerritoryId::is_city) {
            faults.push(Refusal::new("catalogue-city", "区划表中没有 WF（市本级），请补上", "the city is missing"));
        }
        for territory in self.territories.values().filter(|territory| !territory.id.is_city()) {
            let is_street = |unit: &super::Unit| unit.territory == territory.id && unit.level == Level::Street;
            if !self.units.values().any(is_street) {
                let chinese = format!("{} 没有街镇，请在街镇表中补上", territory.name);
                faults.push(Refusal::new("catalogue-streets", chinese, format!("{} has no street", territory.id)));
            }
        }
        faults
    }

    /// Whether a unit is a city department that tickets can be copied to.
    fn is_department(&self, id: &UnitId) -> bool {
        self.units.get(id).is_some_and(|unit| unit.level == Level::City)
    }

    fn category_faults(&self, category: &Category) -> Vec<Refusal> {
        let mut faults = Vec::new();
        let name = &category.name;
        if !self.is_department(&category.department) {
            let department = &category.department;
            let chinese = format!("分类「{name}」的主管部门 {department} 不在条线表中，请改正 sector 或补条线表");
            faults.push(Refusal::new("catalogue-department", chinese, format!("no city department {department}")));
        }
        if category.code.as_str() == category.code.group() {
            return faults;
        }
        let Some(parent) = self.categories.get(&CategoryCode::from(category.code.group())) else {
            let chinese = format!("分类「{name}」没有上级分类 {}，请补上", category.code.group());
            faults.push(Refusal::new("catalogue-parent", chinese, format!("{} has no parent", category.code)));
            return faults;
        };
        let same = category.department == parent.department
            && category.urgent == parent.urgent
            && category.street_may_handle == parent.street_may_handle
            && name.starts_with(&format!("{}/", parent.name));
        if !same {
            let chinese = format!(
                "分类「{name}」须与上级「{}」同主管部门、同紧急、同可否派街镇，全称以上级开头，请改正",
                parent.name
            );
            faults.push(Refusal::new("catalogue-leaf", chinese, format!("{} is not as its parent", category.code)));
        }
        faults
    }

    fn enforcement_faults(&self) -> Vec<Refusal> {
        let mut faults = Vec::new();
        for item in self.enforcement_items.values() {
            if !self.is_department(&item.department) {
                let chinese = format!("执法事项 {} 的部门 {} 不在条线表中，请改正 sector", item.code, item.department);
                faults.push(Refusal::new("catalogue-enforcement-department", chinese, "no such city department"));
            }
            for code in &item.categories {
                if self.categories.get(code).is_none_or(|category| !category.enforcement) {
                    let chinese = format!(
                        "执法事项 {} 所列分类 {code} 不存在或者没有标为涉执法，请改正代码，或把分类表的 enforcement 改为 yes",
                        item.code
                    );
                    faults.push(Refusal::new("catalogue-enforcement-category", chinese, format!("category {code}")));
                }
            }
        }
        let unmapped =
            |category: &&Category| category.enforcement && self.enforcement_items_of(&category.code).next().is_none();
        for category in self.categories.values().filter(unmapped) {
            let chinese = format!("分类「{}」涉执法，却不属于任何执法事项，请在执法事项表中列入", category.name);
            faults.push(Refusal::new(
                "catalogue-enforcement-missing",
                chinese,
                format!("{} has no item", category.code),
            ));
        }
        faults
    }

    fn quick_response_faults(&self) -> Vec<Refusal> {
        let mut faults = Vec::new();
        for partner in self.quick_response.values() {
            let wrong = |code: &&CategoryCode| self.categories.get(*code).is_none_or(|category| !category.urgent);
            let unknown = (!self.is_department(&partner.department)).then(|| partner.department.to_string());
            let wrong = partner.categories.iter().filter(wrong).map(ToString::to_string);
            for what in unknown.into_iter().chain(wrong) {
                let chinese = format!("快速响应表中的 {what} 不是市级部门或突发故障类分类，请改正");
                faults.push(Refusal::new("catalogue-quick-response", chinese, format!("{what} is not known here")));
            }
        }
        let answered = |category: &Category| {
            self.quick_response
                .values()
                .any(|partner| partner.categories.iter().any(|code| code.covers(&category.code)))
        };
        for category in self.categories.values().filter(|category| category.urgent && !answered(category)) {
            let chinese = format!("突发故障「{}」没有快速响应单位，请在快速响应表中列入", category.name);
            faults.push(Refusal::new(
                "catalogue-quick-response-missing",
                chinese,
                "an urgent category without partner",
            ));
        }
        faults
    }
}
