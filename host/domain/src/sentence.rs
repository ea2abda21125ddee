//! A sentence in both languages (双语句子). What people, rules and the catalogue wrote is in it as it is, which in
//! the English one is a part of its own: a page has to mark it as Chinese, and nobody has to guess where it is.

use crate::ids::{TicketId, TopicId};
use crate::language::{Language, in_words, is_chinese, key_of};
use jiff::civil::Date;
use semver::Version;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is said, in Chinese and in English.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentence {
    /// 中文
    pub chinese: String,
    /// English
    pub english: Text,
}

impl Sentence {
    /// Both.
    #[must_use]
    pub fn new(chinese: impl Into<String>, english: impl Into<Text>) -> Self {
        Self { chinese: chinese.into(), english: english.into() }
    }

    /// It in one of the two; a Chinese sentence is all of one language.
    #[must_use]
    pub fn said_in(&self, language: Language) -> Text {
        match language {
            Language::Chinese => self.chinese.as_str().into(),
            Language::English => self.english.clone(),
        }
    }

    /// A name or words of somebody, which are the same in both.
    #[must_use]
    pub fn data(text: &str) -> Self {
        Self::new(text, data(text))
    }
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Part {
    /// The system's own words.
    Own(String),
    /// What somebody wrote, as it is.
    Data {
        /// His words.
        data: String,
    },
}

impl Part {
    fn text(&self) -> &str {
        match self {
            Self::Own(text) | Self::Data { data: text } => text,
        }
    }
}

/// A text whose parts are told apart; as a rule an English one, where what is data is Chinese.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Text(Vec<Part>);

impl Text {
    /// Its parts, in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// Whether it says something, and none of its own words is Chinese.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let is_english = |part: &Part| match part {
            Part::Own(text) => !is_chinese(text),
            Part::Data { .. } => true,
        };
        !self.0.is_empty() && self.0.iter().all(is_english)
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same with each part's text changed.
    #[must_use]
    pub fn each(&self, change: impl Fn(&str) -> String) -> Self {
        let changed = |part: &Part| match part {
            Part::Own(text) => Part::Own(change(text)),
            Part::Data { data } => Part::Data { data: change(data) },
        };
        Self(self.0.iter().map(changed).collect())
    }

    /// Several, with something between them.
    #[must_use]
    pub fn joined(all: impl IntoIterator<Item = impl Into<Self>>, between: &str) -> Self {
        let mut joined = Self::default();
        for (place, one) in all.into_iter().enumerate() {
            if place > 0 {
                joined.say(between);
            }
            joined.add(one.into());
        }
        joined
    }

    /// A text with a part in each `{}`.
    #[must_use]
    pub fn filled<const COUNT: usize>(text: &str, parts: [Self; COUNT]) -> Self {
        let (mut filled, mut parts) = (Self::default(), parts.into_iter());
        for (place, own) in text.split("{}").enumerate() {
            if place > 0 {
                filled.add(parts.next().unwrap_or_default());
            }
            filled.say(own);
        }
        filled
    }

    fn say(&mut self, own: &str) {
        match self.0.last_mut() {
            _ if own.is_empty() => {}
            Some(Part::Own(text)) => text.push_str(own),
            _ => self.0.push(Part::Own(own.to_owned())),
        }
    }

    fn add(&mut self, other: Self) {
        for part in other.0 {
            match part {
                Part::Own(own) => self.say(&own),
                Part::Data { .. } => self.0.push(part),
            }
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| f.write_str(part.text()))
    }
}

/// What somebody wrote, as a part of a sentence.
#[must_use]
pub fn data(text: &str) -> Text {
    let part = Part::Data { data: text.to_owned() };
    Text(if text.is_empty() { Vec::new() } else { vec![part] })
}

/// A term of the domain within a sentence: `longest extension`.
#[must_use]
pub fn term(value: &impl Serialize) -> String {
    key_of(value).replace('-', " ")
}

/// The same where a sentence begins: `Longest extension`.
#[must_use]
pub fn first_term(value: &impl Serialize) -> String {
    in_words(&key_of(value))
}

/// How many parts a text takes.
#[must_use]
pub const fn places(text: &str) -> usize {
    let (bytes, mut at, mut count) = (text.as_bytes(), 1, 0);
    while at < bytes.len() {
        if bytes[at - 1] == b'{' && bytes[at] == b'}' {
            count += 1;
        }
        at += 1;
    }
    count
}

/// An English sentence: a [`Text`] with a part in each `{}`, own words or [`data`]. That there are as many parts as
/// places is seen when it is compiled.
///
/// ```
/// use chuishao_domain::english;
/// use chuishao_domain::sentence::data;
/// let said = english!("Open task {}: {}", 1, data("普查"));
/// assert_eq!(said.to_string(), "Open task 1: 普查");
/// assert_eq!(said.parts().len(), 2);
/// ```
#[macro_export]
macro_rules! english {
    ($text:literal $(, $part:expr)* $(,)?) => {{
        const {
            let parts: &[&str] = &[$(stringify!($part)),*];
            assert!($crate::sentence::places($text) == parts.len(), "as many parts as places");
        }
        $crate::sentence::Text::filled($text, [$($crate::sentence::Text::from($part)),*])
    }};
}

/// Things that are said in the same way in any language.
macro_rules! own {
    ($($kind:ty),*) => {
        $(
            impl From<$kind> for Text {
                fn from(own: $kind) -> Self {
                    Self::from(own.to_string())
                }
            }
        )*
    };
}

own!(u16, &u16, u32, &u32, u64, &u64, usize, i32, &i32, &String, &Date, &Version, &TicketId, &TopicId);

impl From<String> for Text {
    fn from(own: String) -> Self {
        Self(if own.is_empty() { Vec::new() } else { vec![Part::Own(own)] })
    }
}

impl From<&str> for Text {
    fn from(own: &str) -> Self {
        Self::from(own.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_words_and_data_stay_apart() {
        let who = english!("{}, {}", data("奎文区"), "which is far");
        let said = english!("Copied to {} ({}){}", who, 2_u16, "");
        assert_eq!(said.to_string(), "Copied to 奎文区, which is far (2)");
        let parts: Vec<&str> = said.parts().iter().map(Part::text).collect();
        assert_eq!(parts, ["Copied to ", "奎文区", ", which is far (2)"]);
        let masked = said.each(|text| text.replace('奎', "＊"));
        assert_eq!(masked.to_string(), "Copied to ＊文区, which is far (2)");
    }

    #[test]
    fn in_json_data_has_a_name_and_own_words_have_none() {
        let said = english!("Tagged {}", data("高频"));
        let json = serde_json::json!(["Tagged ", { "data": "高频" }]);
        assert_eq!(serde_json::to_value(&said).expect("JSON"), json);
        assert_eq!(serde_json::from_value::<Text>(json).expect("a sentence"), said);
    }
}
