//! What an entry says (条目内容): as it is read, and as a department writes it.

use crate::console::choices::{categories, territories};
use crate::console::form::{Field, Takes};
use crate::console::parts::{facts, territory_name, written};
use crate::console::rows::Rows;
use crate::console::visitor::Chrome;
use chuishao_domain::ids::UnitId;
use chuishao_domain::knowledge::content::{
    Content, MOST_ANSWER_CHARS, MOST_BASES, MOST_BASIS_CHARS, MOST_KEYWORD_CHARS, MOST_KEYWORDS, MOST_QUESTION_CHARS,
};
use jiff::civil::Date;
use maud::{Markup, html};

/// To be read.
pub fn drawn(chrome: &Chrome, label: &str, content: &Content) -> Markup {
    let names = |words: Vec<String>| html! { (written(&words.join("、"))) };
    let category = |code| chrome.world.catalogue.category_name(code).to_owned();
    let day = |day: Option<Date>| html! { @match day { Some(day) => (day), None => "—" } };
    let territories: Vec<String> = content.territories.iter().map(|id| territory_name(chrome, id).to_owned()).collect();
    let everywhere = chrome.t("全市", "The whole city");
    let holds_in = html! { @if territories.is_empty() { (everywhere) } @else { (written(&territories.join("、"))) } };
    let bases = content.bases.iter().map(|basis| format!("{} {}", basis.title, basis.article).trim().to_owned());
    html! {
        section.card {
            h2 { (label) }
            p.matter lang="zh-CN" { (content.answer) }
            (facts(&[
                (chrome.t("分类", "Categories"), names(content.categories.iter().map(category).collect())),
                (chrome.t("适用区域", "Holds in"), holds_in),
                (chrome.t("关键词", "Keywords"), names(content.keywords.clone())),
                (chrome.t("依据", "Bases"), names(bases.collect())),
                (chrome.t("生效日期", "From"), day(content.valid_from)),
                (chrome.t("失效日期", "Until"), day(content.valid_until)),
            ]))
        }
    }
}

/// To be written, with what it says already. The owner's own categories come first.
pub fn fields(chrome: &Chrome, owner: &UnitId, content: Option<&Content>) -> Vec<Field> {
    let said = |read: fn(&Content) -> String| content.map(read).unwrap_or_default();
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let question = chrome.t("问题", "Question");
    let answer = chrome.t("答复口径", "Answer");
    let keywords = chrome.t("关键词", "Keywords");
    let hint = chrome
        .t("每行一个；来电人会用而正文里没有的词", "One on each line: words that callers use and the text does not");
    vec![
        Field { most_chars: MOST_QUESTION_CHARS, ..Field::new("content.question", question, Takes::Line) }
            .value(said(|content| content.question.clone())),
        Field { most_chars: MOST_ANSWER_CHARS, ..Field::new("content.answer", answer, Takes::Words) }
            .optional()
            .hint(chrome.t("起草时可以先空着，提报前须写好", "May be empty in a draft"))
            .value(said(|content| content.answer.clone())),
        Field::new("content.categories", chrome.t("诉求分类", "Categories"), Takes::Some(own_first(chrome, owner)))
            .optional()
            .hint(chrome.t("本部门负责的在前，至少选一个", "The department's own come first; at least one of them"))
            .value(said(|content| joined(content.categories.iter()))),
        Field::new("content.territories", chrome.t("适用区域", "Holds in"), Takes::Some(territories(chrome)))
            .optional()
            .hint(chrome.t("全市适用的不选", "None of them means the whole city"))
            .value(said(|content| joined(content.territories.iter()))),
        Field {
            most_chars: MOST_KEYWORDS * (MOST_KEYWORD_CHARS + 1),
            ..Field::new("content.keywords", keywords, Takes::Lines)
        }
        .optional()
        .hint(hint)
        .value(said(|content| content.keywords.join("\n"))),
        bases(chrome, content),
        Field::new("content.valid_from", chrome.t("生效日期", "First day"), Takes::Day)
            .optional()
            .value(day(content.and_then(|content| content.valid_from))),
        Field::new("content.valid_until", chrome.t("失效日期", "Last day"), Takes::Day)
            .optional()
            .value(day(content.and_then(|content| content.valid_until))),
    ]
}

fn joined(ids: impl Iterator<Item: ToString>) -> String {
    ids.map(|id| id.to_string()).collect::<Vec<_>>().join(",")
}

fn bases(chrome: &Chrome, content: Option<&Content>) -> Field {
    let line = |name: &str, label: &str| Field { most_chars: MOST_BASIS_CHARS, ..Field::new(name, label, Takes::Line) };
    let columns = vec![
        line("title", chrome.t("文件名称", "Document")),
        line("article", chrome.t("文号、条款", "Number, article")).optional(),
    ];
    let given = content.into_iter().flat_map(|content| &content.bases);
    let given = given.map(|basis| vec![basis.title.clone(), basis.article.clone()]).collect();
    let rows = Rows { given, ..Rows::new(columns, MOST_BASES) };
    Field::new("content.bases", chrome.t("政策依据", "Bases"), Takes::Rows(rows)).optional()
}

fn own_first(chrome: &Chrome, owner: &UnitId) -> Vec<(String, String)> {
    let catalogue = &chrome.world.catalogue;
    let own: Vec<String> = catalogue
        .categories()
        .filter(|category| category.department == *owner)
        .map(|category| category.code.to_string())
        .collect();
    let mut all: Vec<(String, String)> = categories(chrome).into_iter().flat_map(|group| group.choices).collect();
    all.sort_by_key(|(code, _)| !own.contains(code));
    all
}
