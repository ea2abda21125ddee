//! What the call taker writes down (登记内容): who called in which manner, about what, and where.

use crate::ids::{CallerRef, CategoryCode, TerritoryId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// 诉求类型.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MatterKind {
    /// 咨询
    Inquiry,
    /// 求助
    Help,
    /// 投诉
    Complaint,
    /// 举报
    Report,
    /// 建议
    Suggestion,
    /// 表扬
    Praise,
}

impl MatterKind {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Inquiry => "咨询",
            Self::Help => "求助",
            Self::Complaint => "投诉",
            Self::Report => "举报",
            Self::Suggestion => "建议",
            Self::Praise => "表扬",
        }
    }
}

/// 诉求渠道.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// 电话
    Phone,
    /// 微信
    Wechat,
    /// 手机应用
    App,
    /// 网站
    Web,
    /// 企业服务专线
    EnterpriseLine,
}

impl Channel {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Phone => "电话",
            Self::Wechat => "微信",
            Self::App => "手机应用",
            Self::Web => "网站",
            Self::EnterpriseLine => "企业服务专线",
        }
    }
}

/// 来电主体.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CallerKind {
    /// 群众
    Citizen,
    /// 企业
    Enterprise,
}

impl CallerKind {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Citizen => "群众",
            Self::Enterprise => "企业",
        }
    }
}

/// 诉求发生地.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// 区县、开发区.
    pub territory: TerritoryId,
    /// 街道、乡镇.
    #[serde(default)]
    pub street: String,
    /// 小区、村.
    #[serde(default)]
    pub estate: String,
    /// 楼栋.
    #[serde(default)]
    pub building: String,
}

/// What the call taker writes down (登记内容). The caller is a reference into the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Intake {
    /// Who called; the vault knows.
    pub caller: CallerRef,
    /// 来电主体.
    pub caller_kind: CallerKind,
    /// 渠道.
    pub channel: Channel,
    /// 诉求类型.
    pub matter_kind: MatterKind,
    /// 分类代码.
    pub category: CategoryCode,
    /// 标题.
    pub title: String,
    /// 诉求内容.
    pub body: String,
    /// 发生地.
    pub place: Place,
    /// 是否保密.
    pub confidential: bool,
    /// 来电时刻.
    #[schemars(with = "String")]
    pub received_at: Timestamp,
}
