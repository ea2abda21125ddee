//! The two languages of what people see (双语): Chinese, and English beside it. A term of the domain is its
//! Chinese name, or its key in words; what is no term says both where it stands. What people, rules and the
//! catalogue wrote is nobody's to translate, and stays as it is.

use serde::{Serialize, Serializer};

/// The language of what somebody reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// 中文
    Chinese,
    /// English
    English,
}

impl Language {
    /// As HTML and the console's cookie name it.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// One of two texts.
    #[must_use]
    pub fn t<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    /// A term of the domain: its Chinese name, or its English key in words.
    #[must_use]
    pub fn term(self, chinese: &str, key: &str) -> String {
        match self {
            Self::Chinese => chinese.to_owned(),
            Self::English => in_words(key),
        }
    }
}

/// `awaiting-follow-up` as a person writes it: `Awaiting follow up`.
#[must_use]
pub fn in_words(key: &str) -> String {
    let text = key.replace(['-', '_'], " ");
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Whether Chinese stands in a text.
#[must_use]
pub fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c))
}

/// The key of a value that is written as one: `in-review`.
#[must_use]
pub fn key_of(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(key)) => key,
        _ => String::new(),
    }
}

/// The system's own words in both languages; in JSON the Chinese ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// 中文
    pub chinese: String,
    /// English
    pub english: String,
}

impl Words {
    /// Both.
    #[must_use]
    pub fn new(chinese: impl Into<String>, english: impl Into<String>) -> Self {
        Self { chinese: chinese.into(), english: english.into() }
    }

    /// A term of the domain.
    #[must_use]
    pub fn term(chinese: &str, value: &impl Serialize) -> Self {
        Self::new(chinese, in_words(&key_of(value)))
    }
}

impl From<(&str, &str)> for Words {
    fn from((chinese, english): (&str, &str)) -> Self {
        Self::new(chinese, english)
    }
}

impl Serialize for Words {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.chinese)
    }
}
