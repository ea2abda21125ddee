//! Values of settings and extra fields.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A value as it is written in JSON or TOML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Value {
    /// 是/否
    Flag(bool),
    /// 整数
    Integer(i64),
    /// 文本
    Text(String),
    /// 文本列表; settings only
    Texts(Vec<String>),
    /// 对照表; settings only
    Table(BTreeMap<String, String>),
    /// 已填写但不提供: what a rule sees of a personal field. Never stored.
    Withheld,
}

/// What kind of value is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ValueKind {
    /// 文本
    Text,
    /// 整数
    Integer,
    /// 是/否
    Flag,
    /// 日期, `2024-11-05`; crosses to the rule as text
    Date,
    /// 文本列表; settings only
    Texts,
    /// 对照表; settings only
    Table,
}

impl ValueKind {
    /// The Chinese term, with the form in which it is written.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Text => "文本",
            Self::Integer => "整数",
            Self::Flag => "是否（true 或 false）",
            Self::Date => "日期（如 2024-11-05）",
            Self::Texts => "文本列表",
            Self::Table => "对照表（名称 = 文本）",
        }
    }

    /// Whether a value is of this kind.
    #[must_use]
    pub fn fits(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Date, Value::Text(text)) => text.parse::<jiff::civil::Date>().is_ok(),
            (Self::Text, Value::Text(_))
            | (Self::Integer, Value::Integer(_))
            | (Self::Flag, Value::Flag(_))
            | (Self::Texts, Value::Texts(_))
            | (Self::Table, Value::Table(_)) => true,
            // An empty list or table reads alike in JSON's untagged form.
            (Self::Table, Value::Texts(items)) => items.is_empty(),
            _ => false,
        }
    }
}
