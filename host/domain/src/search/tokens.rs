//! Tokens (词元): what is indexed, and what texts are compared by.

use super::normal::normal;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Longest word of letters and digits, in characters: what is longer is no word, and
/// PostgreSQL takes no lexeme beyond 2 KB.
pub const MOST_WORD_CHARS: usize = 64;

/// The last position of a `tsvector`: PostgreSQL counts no further.
const MOST_POSITION: usize = 16_383;

/// A run of characters that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// 汉字
    Han(Vec<char>),
    /// A word of letters, or a number.
    Word(String),
}

/// What a character is to a tokenizer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Han,
    Letter,
    Digit,
    /// Separates: spaces, punctuation, symbols, and scripts that nobody calls this hotline in.
    Other,
}

/// Only what SQLite's `unicode61` and PostgreSQL's parser agree on being part of a word: no
/// combining mark, no exotic numeral.
fn class(c: char) -> Class {
    match c {
        '0'..='9' => Class::Digit,
        'a'..='z' => Class::Letter,
        '々' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}' => Class::Han,
        // Latin with accents, Greek and Cyrillic, kana, hangul.
        '\u{00c0}'..='\u{024f}' | '\u{0370}'..='\u{052f}' | '\u{3041}'..='\u{30fa}' | '\u{ac00}'..='\u{d7a3}'
            if c.is_alphabetic() =>
        {
            Class::Letter
        }
        _ => Class::Other,
    }
}

/// The runs of a text. Letters and digits part: `14度` is 14 and 度, `g20` is g and 20.
#[must_use]
pub fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut last = Class::Other;
    for c in normal(text).chars() {
        let class = class(c);
        match (class, runs.last_mut()) {
            (Class::Other, _) => {}
            (Class::Han, Some(Run::Han(run))) if last == Class::Han => run.push(c),
            (Class::Han, _) => runs.push(Run::Han(vec![c])),
            (_, Some(Run::Word(word))) if last == class => word.push(c),
            (_, _) => runs.push(Run::Word(c.into())),
        }
        last = class;
    }
    for run in &mut runs {
        if let Run::Word(word) = run
            && let Some((end, _)) = word.char_indices().nth(MOST_WORD_CHARS)
        {
            word.truncate(end);
        }
    }
    runs
}

/// The pairs of a run of Han characters; a single character stands for itself.
pub fn pairs(run: &[char]) -> impl Iterator<Item = String> + '_ {
    run.windows(run.len().min(2)).map(|pair| pair.iter().collect())
}

/// The text as it is indexed: its tokens, with spaces between.
///
/// The last character of each run stands there once more, alone. So each character of a text
/// begins some token, and a question of one character (`热`) can be asked as a beginning.
///
/// ```
/// use chuishao_domain::search::tokens::indexed;
/// assert_eq!(indexed("供热费14元/㎡，ETC"), "供热 热费 费 14 元 etc");
/// ```
#[must_use]
pub fn indexed(text: &str) -> String {
    let mut tokens: Vec<String> = Vec::new();
    for run in runs(text) {
        match run {
            Run::Word(word) => tokens.push(word),
            Run::Han(run) => {
                tokens.extend(pairs(&run));
                tokens.extend(run.last().filter(|_| run.len() > 1).map(ToString::to_string));
            }
        }
    }
    tokens.join(" ")
}

/// Indexed texts ([`indexed`]) as the text of a PostgreSQL `tsvector`, each with the label of
/// its weight (A to D): `'供热':1A '热费':2A`. It is for a cast, `$1::tsvector`. The parser of
/// `to_tsvector` goes by the database's locale, and does not know rare characters of names as
/// letters; a cast takes every token as it is.
///
/// ```
/// use chuishao_domain::search::tokens::tsvector;
/// assert_eq!(tsvector(&[("供热 热", 'A'), ("14 元", 'D')]), "'供热':1A '热':2A '14':3D '元':4D");
/// ```
#[must_use]
pub fn tsvector(columns: &[(&str, char)]) -> String {
    let tokens = columns.iter().flat_map(|(text, label)| text.split_whitespace().map(move |token| (token, label)));
    let mut text = String::new();
    for (at, (token, label)) in tokens.enumerate() {
        let gap = if at == 0 { "" } else { " " };
        let _ = write!(text, "{gap}'{token}':{}{label}", (at + 1).min(MOST_POSITION));
    }
    text
}

/// The set of a text's words and pairs: what two texts are compared by.
#[must_use]
pub fn shingles(text: &str) -> BTreeSet<String> {
    let mut set = BTreeSet::new();
    for run in runs(text) {
        match run {
            Run::Word(word) => {
                set.insert(word);
            }
            Run::Han(run) => set.extend(pairs(&run)),
        }
    }
    set
}

/// How alike two sets are, per mille: what they share of what they have (Jaccard). Two empty
/// sets have nothing in common.
#[must_use]
pub fn likeness_per_mille(one: &BTreeSet<String>, other: &BTreeSet<String>) -> u16 {
    let shared = one.intersection(other).count();
    let all = one.len() + other.len() - shared;
    u16::try_from((shared * 1000).checked_div(all).unwrap_or(0)).unwrap_or(1000)
}

/// How alike two sets of these sizes are at most, per mille: when the smaller is part of the larger.
#[must_use]
pub fn most_alike_per_mille(one: u64, other: u64) -> u16 {
    let most = (one.min(other).saturating_mul(1000)).checked_div(one.max(other)).unwrap_or(0);
    u16::try_from(most).unwrap_or(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_the_same_whatever_its_spelling() {
        assert_eq!(indexed("供热费"), indexed("供热\u{200b}费"));
        assert_eq!(indexed("ＥＴＣ通行费"), "etc 通行 行费 费");
        assert_eq!(indexed("热"), "热");
        assert_eq!(indexed("g20 3#楼"), "g 20 3 楼");
        assert_eq!(indexed("\"'():*&|!<->^"), "");
        assert_eq!(indexed(&"a".repeat(200)).len(), MOST_WORD_CHARS);
    }

    #[test]
    fn every_character_begins_a_token() {
        let tokens = indexed("老旧小区改造");
        for c in "老旧小区改造".chars() {
            assert!(tokens.split(' ').any(|token| token.starts_with(c)), "{c} in {tokens}");
        }
    }

    #[test]
    fn likeness_is_the_share_of_what_they_have() {
        let of = |one, other| likeness_per_mille(&shingles(one), &shingles(other));
        assert_eq!(of("水管爆裂", "水管爆裂"), 1000);
        assert_eq!(of("水管爆裂", "路灯不亮"), 0);
        // 水管, 管爆, 爆裂 and 水管, 管爆, 爆了: two of four.
        assert_eq!(of("水管爆裂", "水管爆了"), 500);
        assert_eq!(of("", ""), 0);
        assert_eq!((most_alike_per_mille(3, 4), most_alike_per_mille(4, 3), most_alike_per_mille(0, 0)), (750, 750, 0));
    }
}
