//! In which language the pages speak (语言): Chinese, or English where somebody chose so. All words of
//! a page are of one language; what people and rules wrote, the names of units, categories and places, and what
//! was recorded in words (a line of the audit log) stay as they are, and are marked as Chinese for a screen reader.

pub use chuishao_domain::language::{Language, in_words, key_of};

use axum::http::{HeaderMap, header};
use chuishao_domain::language::is_chinese;

/// The cookie that remembers the choice.
pub const COOKIE: &str = "chuishao-language";

/// The one that a browser's cookie says; Chinese without one.
pub fn chosen(headers: &HeaderMap) -> Language {
    if cookie(headers, COOKIE) == Some("en") { Language::English } else { Language::Chinese }
}

/// The language of a text that may be either: names and words of the city are Chinese on any page.
pub fn language_of(text: &str) -> Option<&'static str> {
    is_chinese(text).then_some("zh-CN")
}

/// A cookie by its name.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(of, _)| *of == name).map(|(_, value)| value)
}
