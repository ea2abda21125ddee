//! In which language the pages speak (语言): Chinese, or English where somebody chose so. All words of
//! a page are of one language; what people and rules wrote, and the names of units, categories and
//! places, stay as they are, and are marked as Chinese for a screen reader.

use axum::http::{HeaderMap, header};

/// The cookie that remembers the choice.
pub const COOKIE: &str = "chuishao-language";

/// The language of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// 中文
    Chinese,
    /// English
    English,
}

impl Language {
    /// The one that a browser's cookie says; Chinese without one.
    pub fn of(headers: &HeaderMap) -> Self {
        if cookie(headers, COOKIE) == Some("en") { Self::English } else { Self::Chinese }
    }

    /// As HTML and the cookie name it.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// One of two texts.
    pub fn t<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    /// A term of the domain: its Chinese name, or its English key in words.
    pub fn term(self, chinese: &str, key: &str) -> String {
        match self {
            Self::Chinese => chinese.to_owned(),
            Self::English => in_words(key),
        }
    }
}

/// `awaiting-follow-up` as a person writes it: `Awaiting follow up`.
pub fn in_words(key: &str) -> String {
    let text = key.replace(['-', '_'], " ");
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The key of a value that is written as one: `in-review`.
pub fn key_of(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(key)) => key,
        _ => String::new(),
    }
}

/// The language of a text that may be either: names and words of the city are Chinese on any page.
pub fn language_of(text: &str) -> Option<&'static str> {
    text.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c)).then_some("zh-CN")
}

/// A cookie by its name.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(of, _)| *of == name).map(|(_, value)| value)
}
