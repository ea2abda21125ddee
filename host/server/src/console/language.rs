//! In which language the pages speak (语言): Chinese, or English where somebody chose so. All words of
//! a page are of one language; what people and rules wrote, the names of units, categories and places, and
//! records (a history, a line of the audit log) stay as they are, and are marked as Chinese for a screen reader.

pub use crate::language::{Language, in_words, key_of};
use axum::http::{HeaderMap, header};

/// The cookie that remembers the choice.
pub const COOKIE: &str = "chuishao-language";

impl Language {
    /// The one that a browser's cookie says; Chinese without one.
    pub fn of(headers: &HeaderMap) -> Self {
        if cookie(headers, COOKIE) == Some("en") { Self::English } else { Self::Chinese }
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
