//! What somebody types, as an expression that a database can search by.
//!
//! Nothing of the text reaches the expression but tokens, and a token has neither quotes nor
//! operators; so no input can break out, whatever it is. A property test holds this.

use super::tokens::{Run, pairs, runs};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Terms of a question: a sentence has no more, and each costs the index a look.
pub const MOST_TERMS: usize = 24;
/// Characters of a text that are looked at: more than anybody types into a search field.
pub const MOST_QUERY_CHARS: usize = 400;

/// What people say around their question (问句套语). It cuts the text: no pair of characters
/// goes across it. Longer ones first.
const PADDING: [&str; 26] = [
    "我想咨询",
    "我要咨询",
    "咨询一下",
    "请问一下",
    "可不可以",
    "为什么",
    "怎么样",
    "能不能",
    "是不是",
    "有没有",
    "你们",
    "我们",
    "你好",
    "您好",
    "请问",
    "想问",
    "怎么",
    "怎样",
    "如何",
    "什么",
    "哪里",
    "多少",
    "麻烦",
    "谢谢",
    "一下",
    "可以",
];
/// Function characters (虚字): a pair with one of them says little, and is left out while
/// something else is left.
const FUNCTION_CHARACTERS: [char; 9] = ['的', '了', '吗', '呢', '吧', '啊', '我', '是', '在'];

/// One thing that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    token: String,
    /// A single Han character: looked for as the beginning of a token.
    begins: bool,
}

/// A question to the index (检索式). It has at least one term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
}

/// How the terms are held together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Every term must be found: asked first.
    All,
    /// One term is enough, and the ranking decides: asked when `All` finds too little.
    Any,
}

impl Query {
    /// The question in a text. `None` when there is nothing in it that could be looked for.
    ///
    /// ```
    /// use chuishao_domain::search::query::{Hold, Query};
    /// let query = Query::of("请问供热费怎么交？").unwrap();
    /// assert_eq!(query.fts5(Hold::All), r#""供热" AND "热费" AND "交"*"#);
    /// assert_eq!(query.tsquery(Hold::Any), "'供热' | '热费' | '交':*");
    /// assert_eq!(Query::of("？！"), None);
    /// ```
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let text: String = text.chars().take(MOST_QUERY_CHARS).collect();
        let mut bare = super::normal::normal(&text);
        for padding in PADDING {
            bare = bare.replace(padding, " ");
        }
        let all = terms(&bare);
        let telling: Vec<Term> = all.iter().filter(|term| term.tells()).cloned().collect();
        // 「如何」 alone is a question too: better a poor answer than none.
        let found = [telling, all, terms(&text)].into_iter().find(|terms| !terms.is_empty())?;
        Some(Self { terms: found })
    }

    /// The tokens that are looked for whole: a beginning belongs to many.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().filter(|term| !term.begins).map(|term| term.token.as_str())
    }

    /// The question cut to the terms that tell most (择词): the rarest ones, as long as no more
    /// than `most` entries hold them together, so that an index with [`Hold::Any`] ranks a
    /// few hundred entries and not every one that says 申请. The rarest term stays, however
    /// common it is; what `entries_with` does not know is found nowhere. `None` when nothing would be.
    ///
    /// ```
    /// use chuishao_domain::search::query::{Hold, Query};
    /// use std::collections::BTreeMap;
    /// let entries_with = BTreeMap::from([("申请", 9000), ("公租", 40), ("租房", 60)].map(|(t, n)| (t.to_owned(), n)));
    /// let query = Query::of("公租房怎么申请").unwrap();
    /// assert_eq!(query.narrowed(&entries_with, 500).unwrap().tsquery(Hold::Any), "'公租' | '租房'");
    /// assert_eq!(query.narrowed(&entries_with, 50).unwrap().tsquery(Hold::Any), "'公租'");
    /// assert_eq!(query.narrowed(&BTreeMap::new(), 50), None);
    /// ```
    #[must_use]
    pub fn narrowed(&self, entries_with: &BTreeMap<String, u64>, most: u64) -> Option<Self> {
        let whole = self.terms.iter().filter(|term| !term.begins);
        let counted = whole.filter_map(|term| Some((*entries_with.get(&term.token)?, term)));
        let mut rare: Vec<(u64, &Term)> = counted.filter(|(entries, _)| *entries > 0).collect();
        rare.sort_by_key(|(entries, _)| *entries);
        let mut together: u64 = 0;
        let fits = |(place, (entries, term)): (usize, (u64, &Term))| {
            together = together.saturating_add(entries);
            (place == 0 || together <= most).then(|| term.clone())
        };
        let mut terms: Vec<Term> = rare.into_iter().enumerate().map_while(fits).collect();
        if terms.is_empty() {
            // Nothing but single characters, of which nobody counts how many entries they begin in.
            terms = self.terms.iter().filter(|term| term.begins).cloned().collect();
            terms.truncate(1);
        }
        (!terms.is_empty()).then_some(Self { terms })
    }

    /// As a `MATCH` expression of SQLite's FTS5.
    #[must_use]
    pub fn fts5(&self, hold: Hold) -> String {
        let operator = match hold {
            Hold::All => " AND ",
            Hold::Any => " OR ",
        };
        self.joined(operator, |shown, term| {
            let _ = write!(shown, "\"{}\"{}", term.token, if term.begins { "*" } else { "" });
        })
    }

    /// As the text of a PostgreSQL `tsquery`, for a cast (`$1::tsquery`): see
    /// [`super::tokens::tsvector`].
    #[must_use]
    pub fn tsquery(&self, hold: Hold) -> String {
        let operator = match hold {
            Hold::All => " & ",
            Hold::Any => " | ",
        };
        self.joined(operator, |shown, term| {
            let _ = write!(shown, "'{}'{}", term.token, if term.begins { ":*" } else { "" });
        })
    }

    fn joined(&self, operator: &str, show: impl Fn(&mut String, &Term)) -> String {
        let mut shown = String::new();
        for term in &self.terms {
            if !shown.is_empty() {
                shown.push_str(operator);
            }
            show(&mut shown, term);
        }
        shown
    }
}

impl Term {
    fn tells(&self) -> bool {
        !self.token.contains(FUNCTION_CHARACTERS)
    }
}

/// The terms of a text, each once, in the order in which they are said.
fn terms(text: &str) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    for run in runs(text) {
        let of_run: Vec<Term> = match run {
            Run::Word(token) => vec![Term { token, begins: false }],
            Run::Han(run) => {
                let begins = run.len() == 1;
                pairs(&run).map(|token| Term { token, begins }).collect()
            }
        };
        for term in of_run {
            if terms.len() < MOST_TERMS && !terms.contains(&term) {
                terms.push(term);
            }
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> String {
        Query::of(text).map(|query| query.tsquery(Hold::All)).unwrap_or_default()
    }

    #[test]
    fn padding_cuts_and_is_left_out() {
        assert_eq!(asked("您好，我想咨询一下公租房怎么申请"), "'公租' & '租房' & '申请'");
        assert_eq!(asked("房子的证"), "'房子'");
        assert_eq!(asked("ETC退费"), "'etc' & '退费'");
    }

    #[test]
    fn what_is_nothing_but_padding_is_still_asked() {
        assert_eq!(asked("如何"), "'如何'");
        assert_eq!(asked("目的地"), "'目的' & '的地'");
    }

    #[test]
    fn operators_are_text() {
        assert_eq!(asked("供热' | 'x"), "'供热' & 'x'");
        let query = Query::of("question:\"供热\" NEAR(a, 5) NOT b*").expect("terms");
        assert_eq!(query.fts5(Hold::Any), r#""question" OR "供热" OR "near" OR "a" OR "5" OR "not" OR "b""#);
    }

    #[test]
    fn a_question_is_bounded() {
        let long: String = ('\u{4e00}'..'\u{9fff}').take(5000).collect();
        let query = Query::of(&long).expect("terms");
        assert_eq!(query.terms.len(), MOST_TERMS);
    }
}
