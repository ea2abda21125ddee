//! Finding an answer (知识检索): the entry as it is indexed, and what is looked for while a
//! call is taken.

use super::entry::{Answer, Entry, Standing};
use crate::World;
use crate::ids::CategoryCode;
use crate::redact::redact;
use crate::search::query::Query;
use crate::search::tokens::{indexed, tsvector};
use std::collections::BTreeSet;

/// Characters of the body that are looked for: by then the caller has said what it is about.
pub const FIRST_WORDS_CHARS: usize = 40;

/// The columns of the index. What an entry is about tells more than what it mentions: a hit in
/// the question weighs ten times a hit in the answer (an assumption).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// 问题
    Question,
    /// 关键词, and the names of the categories.
    Keywords,
    /// 答复口径
    Answer,
}

impl Column {
    /// All of them, in the order of the index.
    pub const ALL: [Self; 3] = [Self::Question, Self::Keywords, Self::Answer];

    /// The weight for FTS5's `bm25(…)`.
    #[must_use]
    pub fn weight(self) -> u8 {
        match self {
            Self::Question => 10,
            Self::Keywords => 6,
            Self::Answer => 1,
        }
    }

    /// The label in PostgreSQL's `tsvector`, whose ranking knows four of them.
    #[must_use]
    pub fn label(self) -> char {
        match self {
            Self::Question => 'A',
            Self::Keywords => 'B',
            Self::Answer => 'D',
        }
    }

    /// The weights of the labels D, C, B, A as an array of PostgreSQL, which takes none above one:
    /// tenths.
    #[must_use]
    pub fn weights() -> String {
        let of = |label| {
            let weight = Self::ALL.into_iter().find(|column| column.label() == label).map_or(0, Self::weight);
            format!("{}.{}", weight / 10, weight % 10)
        };
        format!("{{{}}}", ['D', 'C', 'B', 'A'].map(of).join(","))
    }
}

/// An answer as it is indexed: tokens with spaces between, by column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// [`Column::Question`]
    pub question: String,
    /// [`Column::Keywords`]
    pub keywords: String,
    /// [`Column::Answer`]
    pub answer: String,
}

impl Document {
    /// The text of a column.
    #[must_use]
    pub fn column(&self, column: Column) -> &str {
        match column {
            Column::Question => &self.question,
            Column::Keywords => &self.keywords,
            Column::Answer => &self.answer,
        }
    }

    /// All columns as one weighted `tsvector`, for PostgreSQL.
    #[must_use]
    pub fn tsvector(&self) -> String {
        tsvector(&Column::ALL.map(|column| (self.column(column), column.label())))
    }

    /// The same of what the entry is about alone: short, and quickly ranked.
    #[must_use]
    pub fn title_tsvector(&self) -> String {
        tsvector(&[Column::Question, Column::Keywords].map(|column| (self.column(column), column.label())))
    }

    /// Every token, once.
    #[must_use]
    pub fn tokens(&self) -> BTreeSet<&str> {
        Column::ALL.into_iter().flat_map(|column| self.column(column).split_whitespace()).collect()
    }
}

impl Entry {
    /// What the index keeps of this entry, under these names of its categories. `None` takes it
    /// out: what is not published is not found. Dates and territories are the store's columns,
    /// asked with [`Entry::in_force`]'s meaning.
    #[must_use]
    pub fn document(&self, category_names: &str) -> Option<Document> {
        self.found().map(|answer| document(answer, category_names))
    }

    /// What its categories are called in a world, one after the other; nothing for what is not
    /// found. It is indexed with them, so a category that is renamed changes what finds it.
    #[must_use]
    pub fn category_names(&self, world: &World) -> String {
        let categories = self.found().into_iter().flat_map(|answer| &answer.content.categories);
        categories.map(|code| world.catalogue.category_name(code)).collect::<Vec<_>>().join(" ")
    }

    fn found(&self) -> Option<&Answer> {
        self.answer.as_ref().filter(|_| self.standing == Standing::Published)
    }
}

fn document(answer: &Answer, category_names: &str) -> Document {
    let content = &answer.content;
    let keywords = content.keywords.iter().map(String::as_str).chain([category_names]);
    Document {
        question: indexed(&content.question),
        keywords: indexed(&keywords.collect::<Vec<_>>().join(" ")),
        answer: indexed(&content.answer),
    }
}

/// What is looked for while a call is taken: the title, the last name of the category, and the
/// first words of what is written down. Names and numbers of people are masked before: a
/// question to the index may be logged. `None` while nothing tells what it is about.
///
/// Ask it with [`crate::search::query::Hold::Any`]: no entry says it all in these words.
#[must_use]
pub fn while_calling(world: &World, title: &str, category: Option<&CategoryCode>, body: &str) -> Option<Query> {
    let name = category.and_then(|code| world.catalogue.category(code)).map_or("", |category| &category.name);
    let leaf = name.rsplit('/').next().unwrap_or_default();
    let said: String = redact(body).chars().take(FIRST_WORDS_CHARS).collect();
    // The masks themselves are no words of the caller's.
    let text = format!("{} {leaf} {said}", redact(title));
    let text = ["【姓名】", "【号码】", "【车牌】", "【邮箱】"].iter().fold(text, |text, mask| text.replace(mask, " "));
    Query::of(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_in_the_order_of_the_labels() {
        assert_eq!(Column::weights(), "{0.1,0.0,0.6,1.0}");
    }
}
