//! What an entry says (条目内容), and whether it may be said.

use crate::World;
use crate::ids::{CategoryCode, TerritoryId, UnitId};
use crate::plain::{is_hidden, must_fit};
use crate::redact::redact;
use crate::refusal::Refusal;
use crate::told::Day;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Longest question, in characters: one that is read at a glance.
pub const MOST_QUESTION_CHARS: usize = 100;
/// Longest answer, in characters: three pages; what is longer is several entries.
pub const MOST_ANSWER_CHARS: usize = 4000;
/// Keywords of an entry: more would make it found for everything.
pub const MOST_KEYWORDS: usize = 20;
/// Longest keyword, in characters.
pub const MOST_KEYWORD_CHARS: usize = 20;
/// Categories of an entry: more is no answer to one question.
pub const MOST_CATEGORIES: usize = 10;
/// Documents that an answer stands on.
pub const MOST_BASES: usize = 10;
/// Longest title or article of a document, in characters.
pub const MOST_BASIS_CHARS: usize = 100;

/// What an answer stands on (政策依据).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// 文件名称
    pub title: String,
    /// 文号、条款
    #[serde(default)]
    pub article: String,
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// 问题
    pub question: String,
    /// 答复口径; may be empty in a draft.
    #[serde(default)]
    pub answer: String,
    /// 关键词: words that callers use and the text does not.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// 诉求分类
    #[serde(default)]
    pub categories: Vec<CategoryCode>,
    /// 适用区域: counties and zones; none of them means the whole city.
    #[serde(default)]
    pub territories: Vec<TerritoryId>,
    /// 政策依据
    #[serde(default)]
    pub bases: Vec<Basis>,
    /// 生效日期: the first day.
    #[serde(default)]
    #[schemars(with = "Option<Day>")]
    pub valid_from: Option<Date>,
    /// 失效日期: the last day.
    #[serde(default)]
    #[schemars(with = "Option<Day>")]
    pub valid_until: Option<Date>,
}

impl Content {
    /// Whether it holds on a day.
    #[must_use]
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_until.is_none_or(|until| day <= until)
    }

    /// Whether it holds in a territory. The city itself asks for what holds everywhere.
    #[must_use]
    pub fn holds_in(&self, territory: &TerritoryId) -> bool {
        self.territories.is_empty() || self.territories.contains(territory)
    }

    /// The content without what could tell who somebody is: for what a rule wrote.
    #[must_use]
    pub(super) fn redacted(&self) -> Self {
        Self {
            question: redact(&self.question),
            answer: redact(&self.answer),
            keywords: self.keywords.iter().map(|word| redact(word)).collect(),
            ..self.clone()
        }
    }

    /// Refuses what may not even be a draft.
    pub(super) fn must_be_writable(&self, world: &World) -> Result<(), Refusal> {
        self.must_be_plain()?;
        self.must_be_short()?;
        if self.question.trim().is_empty() {
            return Err(incomplete("请填写问题"));
        }
        for code in &self.categories {
            if world.catalogue.category(code).is_none() {
                return Err(unknown("分类", "请从分类目录中选择"));
            }
        }
        for id in &self.territories {
            if id.is_city() || world.catalogue.territory(id).is_none() {
                return Err(unknown("适用区域", "请填写区县或开发区代码；全市适用的留空"));
            }
        }
        if let (Some(from), Some(until)) = (self.valid_from, self.valid_until)
            && until < from
        {
            return Err(Refusal::new(
                "validity-range",
                format!("失效日期 {until} 早于生效日期 {from}，请更正"),
                "the last day lies before the first",
            ));
        }
        Ok(())
    }

    /// Refuses what is not complete enough to be reviewed and published.
    pub(super) fn must_be_complete(&self, world: &World, owner: &UnitId, today: Date) -> Result<(), Refusal> {
        if self.answer.trim().is_empty() {
            return Err(incomplete("请填写答复口径"));
        }
        // 管行业就要管投诉 (article row 14): who answers for the matter answers for the text.
        let own = |code| world.catalogue.category(code).is_some_and(|category| category.department == *owner);
        if !self.categories.iter().any(own) {
            return Err(incomplete("请至少选择一个由本部门负责的诉求分类"));
        }
        if let Some(until) = self.valid_until.filter(|until| *until < today) {
            return Err(Refusal::new(
                "validity-over",
                format!("失效日期 {until} 已过，请更正后再提交"),
                "the last day has passed",
            ));
        }
        Ok(())
    }

    fn texts(&self) -> impl Iterator<Item = (&str, usize, &'static str)> {
        let bases = self.bases.iter().flat_map(|basis| [&basis.title, &basis.article]);
        let bases = bases.map(|text| (text.as_str(), MOST_BASIS_CHARS, "政策依据"));
        let keywords = self.keywords.iter().map(|word| (word.as_str(), MOST_KEYWORD_CHARS, "关键词"));
        [(self.question.as_str(), MOST_QUESTION_CHARS, "问题"), (self.answer.as_str(), MOST_ANSWER_CHARS, "答复口径")]
            .into_iter()
            .chain(keywords)
            .chain(bases)
    }

    fn must_be_plain(&self) -> Result<(), Refusal> {
        for (text, _, what) in self.texts() {
            let line_break = what == "答复口径";
            if text.chars().any(|c| is_hidden(c) && !(line_break && c == '\n')) {
                return Err(Refusal::new(
                    "hidden-characters",
                    format!("{what}含有不可见字符，请以纯文本重新粘贴"),
                    "the text has hidden characters; paste it as plain text",
                ));
            }
        }
        Ok(())
    }

    fn must_be_short(&self) -> Result<(), Refusal> {
        for (text, most, what) in self.texts() {
            must_fit(text, most, what)?;
        }
        for (count, most, what) in [
            (self.keywords.len(), MOST_KEYWORDS, "关键词"),
            (self.categories.len(), MOST_CATEGORIES, "诉求分类"),
            (self.bases.len(), MOST_BASES, "政策依据"),
        ] {
            if count > most {
                return Err(Refusal::new(
                    "too-many",
                    format!("{what}有 {count} 项，最多 {most} 项"),
                    format!("{count} items; at most {most}"),
                ));
            }
        }
        Ok(())
    }
}

fn incomplete(chinese: &str) -> Refusal {
    Refusal::new("knowledge-incomplete", chinese, "the entry is not complete")
}

fn unknown(what: &str, advice: &str) -> Refusal {
    Refusal::new("knowledge-unknown", format!("{what}不在目录中，{advice}"), "not in the catalogue")
}
