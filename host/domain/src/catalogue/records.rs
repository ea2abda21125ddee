//! The records of the reference data: territories, units, categories, seats.

use crate::ids::{CategoryCode, SeatId, TerritoryId, UnitId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A county, a development zone, or the city.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Territory {
    /// Its id.
    pub id: TerritoryId,
    /// 名称.
    pub name: String,
    /// 撤销日期: from then on for the tickets that name it already.
    #[schemars(with = "Option<String>")]
    pub retired_on: Option<Date>,
    /// 去向: what stands in its place since, if the edition names it.
    pub successor: Option<TerritoryId>,
}

/// How high a unit stands (层级).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// 市级
    City,
    /// 县级
    County,
    /// 街镇
    Street,
}

/// A unit that can handle tickets or read copies (单位).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// 名称.
    pub name: String,
    /// The territory it belongs to; the city for city departments.
    pub territory: TerritoryId,
    /// How high it stands.
    pub level: Level,
    /// 撤销日期: from then on for the tickets that name it already.
    #[schemars(with = "Option<String>")]
    pub retired_on: Option<Date>,
    /// 去向: what stands in its place since, if the edition names it.
    pub successor: Option<UnitId>,
}

/// A category of matters (诉求分类).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Category {
    /// Its code.
    pub code: CategoryCode,
    /// 全称.
    pub name: String,
    /// The city department that answers for it: 管行业就要管投诉, so every category has one
    /// (article row 14).
    pub department: UnitId,
    /// 水电气暖突发故障等亟需解决的事项 (article row 51).
    pub urgent: bool,
    /// Whether a street may handle it; functional departments' matters may not be pushed
    /// down (guard rail G8, 国办函〔2025〕66号).
    pub street_may_handle: bool,
    /// 涉行政执法: whether it is a matter of administrative enforcement (article row 46). The
    /// items that it belongs to are [`super::Catalogue::enforcement_items_of`].
    pub enforcement: bool,
    /// 撤销日期: from then on for the tickets that name it already.
    #[schemars(with = "Option<String>")]
    pub retired_on: Option<Date>,
    /// 去向: what stands in its place since, if the edition names it.
    pub successor: Option<CategoryCode>,
}

/// A seat in the hotline centre (坐席).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Seat {
    /// Its id.
    pub id: SeatId,
    /// 名称.
    pub name: String,
    /// 专席组: general, enterprise, legal, heating.
    pub group: String,
}
