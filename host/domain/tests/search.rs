//! Whatever somebody types or writes, what reaches a database is tokens and operators of ours:
//! no text breaks out of an expression, and what is asked in a text's own words is found.

use chuishao_domain::search::query::{Hold, MOST_TERMS, Query};
use chuishao_domain::search::tokens::{MOST_WORD_CHARS, indexed, likeness_per_mille, shingles, tsvector};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Texts of every kind: any characters, the operators of both databases, ordinary Chinese.
fn text() -> impl Strategy<Value = String> {
    let attack = proptest::sample::select(
        [
            "\"",
            "'",
            "''",
            "\\",
            " OR ",
            " NOT ",
            "NEAR(",
            ")",
            "*",
            ":",
            "^",
            "-",
            "{question} :",
            "&",
            "|",
            "!",
            "<->",
            ":*",
            ";--",
            "\0",
        ]
        .as_slice(),
    );
    prop_oneof![
        any::<String>(),
        proptest::collection::vec(
            prop_oneof![attack.prop_map(str::to_owned), "[供热费停水电的了吗a-z0-9]{0,6}"],
            0..12
        )
        .prop_map(|parts| parts.concat()),
        "[请问怎么如何供热费公租房申请条件14度ＥＴＣ，。？ ]{0,40}",
        "[ϒΥİẞǅ𝔸ℂ\u{307}]{0,4}",
    ]
}

/// Whether a character may stand in a token: none that either database gives a meaning to, and
/// no capital but those that have no small letter (ϒ, 𝔸).
fn is_inert(c: char) -> bool {
    c.is_alphanumeric() && c.to_lowercase().eq([c]) && (!c.is_ascii() || c.is_ascii_lowercase() || c.is_ascii_digit())
}

/// The tokens of an expression, read by its grammar: quoted tokens, each perhaps with the mark
/// of a beginning, one kind of operator between them. `None` when it does not fit.
fn parsed(expression: &str, quote: char, begins: &str, operator: &str) -> Option<Vec<(String, bool)>> {
    let term = |text: &str| {
        let (text, begins) = text.strip_suffix(begins).map_or((text, false), |text| (text, true));
        let token = text.strip_prefix(quote)?.strip_suffix(quote)?;
        (!token.is_empty() && token.chars().all(is_inert)).then(|| (token.to_owned(), begins))
    };
    expression.split(operator).map(term).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_out(text in text()) {
        let Some(query) = Query::of(&text) else { return Ok(()) };
        let mut readings = BTreeSet::new();
        for (hold, fts5, tsquery) in [(Hold::All, " AND ", " & "), (Hold::Any, " OR ", " | ")] {
            for (expression, quote, begins, operator) in
                [(query.fts5(hold), '"', "*", fts5), (query.tsquery(hold), '\'', ":*", tsquery)]
            {
                let terms = parsed(&expression, quote, begins, operator);
                prop_assert!(terms.is_some(), "{}", expression);
                readings.insert(terms);
            }
        }
        prop_assert_eq!(readings.len(), 1, "both databases are asked the same, held together either way");
        let terms = readings.pop_first().flatten().unwrap_or_default();
        prop_assert!((1..=MOST_TERMS).contains(&terms.len()));
        prop_assert!(terms.iter().all(|(token, _)| token.chars().count() <= MOST_WORD_CHARS));
    }

    /// What is asked in a text's own words is found in it, by the databases' own rule: a term
    /// equals a token of the index, or begins one.
    #[test]
    fn a_text_is_found_by_its_own_words(before in text(), asked in text(), after in text()) {
        // A line break keeps words of one text from growing together with the next.
        let tokens = indexed(&format!("{before}\n{asked}\n{after}"));
        let tokens: BTreeSet<&str> = tokens.split(' ').collect();
        let Some(query) = Query::of(&asked) else { return Ok(()) };
        for (term, begins) in parsed(&query.tsquery(Hold::All), '\'', ":*", " & ").expect("it fits") {
            let found = if begins { tokens.iter().any(|token| token.starts_with(&term)) } else { tokens.contains(term.as_str()) };
            prop_assert!(found, "{term} of {asked:?} in {tokens:?}");
        }
    }

    #[test]
    fn what_is_indexed_is_inert(text in text()) {
        let tokens = indexed(&text);
        prop_assert!(tokens.is_empty() || tokens.split(' ').all(|token| !token.is_empty() && token.chars().all(is_inert)));
        // A token with its place and label has one form, and nothing stands between two.
        let placed = tsvector(&[(&tokens, 'A'), (&tokens, 'D')]);
        let fits = |word: &str| {
            let token = word.strip_prefix('\'').and_then(|word| word.strip_suffix(['A', 'D'])).and_then(|word| word.split_once("':"));
            token.is_some_and(|(token, place)| token.chars().all(is_inert) && place.bytes().all(|b| b.is_ascii_digit()))
        };
        prop_assert!(tokens.is_empty() && placed.is_empty() || placed.split(' ').all(fits), "{}", placed);
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<BTreeSet<_>>();
        prop_assert!(shingles(&text).is_subset(&words(&tokens)) || tokens.is_empty());
    }

    #[test]
    fn likeness_is_bounded_and_symmetric(one in text(), other in text()) {
        let (one, other) = (shingles(&one), shingles(&other));
        let likeness = likeness_per_mille(&one, &other);
        prop_assert!(likeness <= 1000);
        prop_assert_eq!(likeness, likeness_per_mille(&other, &one));
        prop_assert_eq!(likeness == 1000, !one.is_empty() && one == other);
    }
}
