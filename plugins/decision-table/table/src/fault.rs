//! What is wrong with a sheet (问题): the row, the column, what is wrong and what to write instead.

use std::fmt;

/// One fault, in words for whoever filled in the sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The row as the spreadsheet numbers it, from 1; 0 for the sheet as a whole.
    pub row: u32,
    /// The column's heading; empty for the row as a whole.
    pub column: String,
    /// What is wrong and what to do.
    pub words: String,
}

impl Fault {
    /// Makes one.
    pub fn new(row: u32, column: &str, words: impl Into<String>) -> Self {
        Self { row, column: column.to_owned(), words: words.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.row > 0 {
            write!(f, "第 {} 行", self.row)?;
        }
        if !self.column.is_empty() {
            write!(f, "「{}」", self.column)?;
        }
        let told = self.row > 0 || !self.column.is_empty();
        write!(f, "{}{}", if told { "：" } else { "" }, self.words)
    }
}

/// `；是不是「投诉」？` when one of the words that may stand there is near enough, else nothing.
#[must_use]
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let long = word.chars().count();
    let distance = |one: &str| {
        // Who writes a part of the word, or more than the word, meant it.
        if long >= 2 && (one.contains(word) || word.contains(one)) { 1 } else { strsim::osa_distance(word, one) }
    };
    let nearest = known.into_iter().map(|one| (distance(one), one)).min();
    match nearest {
        Some((distance, one)) if distance <= (long / 2).max(1) && distance < one.chars().count().max(long) => {
            format!("；是不是「{one}」？")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn near_words_are_named_and_others_are_not() {
        let known = ["咨询", "求助", "投诉", "诉求类型", "同小区同类7天"];
        for (word, meant) in
            [("投诉类", "投诉"), ("诉求类别", "诉求类型"), ("同小区7天", "同小区同类7天"), ("咨訽", "咨询")]
        {
            assert_eq!(did_you_mean(word, known), format!("；是不是「{meant}」？"));
        }
        assert_eq!(did_you_mean("天气", known), "");
        assert_eq!(did_you_mean("钱", known), "");
    }
}
