//! The labels of a form (字段名称), carried in the form itself and made of the very fields that draw it: what was
//! typed is shown in the form's own words also where its page is gone or nobody is known who may see it.

use super::form::{Field, Filled, Takes};
use super::language::{Language, language_of};
use super::stamp::is_typed;
use chuishao_domain::catalogue::Catalogue;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The field that carries them.
pub const LABELS: &str = "form-labels";

/// In the place of a row's number: every row has the same fields.
const ANY_ROW: &str = "*";

/// Longest list of choices whose words are carried as well: the counties and zones fit. The units and the
/// categories of a city are hundreds, which a form would send each time; the catalogue names what was chosen.
const MOST_CHOICES: usize = 20;

/// Names of fields with their labels, `name=value` with the words of a choice, and `name=` with nothing where
/// the choices are too many to be carried.
type Labels = BTreeMap<String, String>;

/// As a form carries them: a JSON object. What has no label the page itself knew.
pub fn carried(language: Language, fields: &[Field]) -> Markup {
    let labels: Labels = fields.iter().flat_map(|field| labels_of(language, field)).collect();
    html! { input type="hidden" name=(LABELS) value=(serde_json::json!(labels).to_string()); }
}

fn labels_of(language: Language, field: &Field) -> Vec<(String, String)> {
    let columns = match &field.takes {
        Takes::Rows(rows) => rows.columns.as_slice(),
        _ => &[],
    };
    let cells = columns.iter().map(|column| (format!("{}.{ANY_ROW}.{}", field.name, column.name), column));
    let all = [(field.name.clone(), field)].into_iter().chain(cells).filter(|(_, field)| !field.label.is_empty());
    let each = |(name, field): (String, &Field)| {
        let choices = choices_of(language, &field.takes);
        let mut labels: Vec<(String, String)> = if choices.len() > MOST_CHOICES {
            vec![(format!("{name}="), String::new())]
        } else {
            choices.into_iter().map(|(value, words)| (format!("{name}={value}"), words)).collect()
        };
        labels.push((name, field.label.clone()));
        labels
    };
    all.flat_map(each).collect()
}

fn choices_of(language: Language, takes: &Takes) -> Vec<(String, String)> {
    let yes_no = [("true", language.t("是", "Yes")), ("false", language.t("否", "No"))];
    match takes {
        Takes::One(groups) => groups.iter().flat_map(|group| &group.choices).cloned().collect(),
        Takes::Some(choices) => choices.clone(),
        Takes::YesNo | Takes::Tick => yes_no.map(|(value, words)| (value.to_owned(), words.to_owned())).to_vec(),
        _ => vec![],
    }
}

/// What a person typed, to be read under the labels of its form; what the page itself knew is left out.
pub fn typed(catalogue: &Catalogue, filled: &Filled) -> Markup {
    let labels: Option<Labels> = serde_json::from_str(filled.one(LABELS)).ok();
    let line = |(name, value): &(String, String)| match &labels {
        Some(labels) => {
            let (label, words) = line_of(catalogue, labels, name, value)?;
            Some((html! { span lang=[language_of(&label)] { (label) } }, words))
        }
        // No page of ours sent it, or one of a version before: nothing is held back for that.
        None => Some((html! { code { (name) } }, value.clone())),
    };
    html! {
        dl.facts {
            @for (label, words) in filled.0.iter().filter(is_typed).filter_map(line) {
                div { dt { (label) } dd.typed lang=[language_of(&words)] { (words) } }
            }
        }
    }
}

/// The label of a field, and what was typed there: of a choice its words.
fn line_of(catalogue: &Catalogue, labels: &Labels, name: &str, value: &str) -> Option<(String, String)> {
    let (of, label) = match labels.get(name) {
        Some(label) => (name.to_owned(), label.clone()),
        None => in_a_row(labels, name)?,
    };
    let chosen = labels.get(&format!("{of}={value}")).map(String::as_str);
    let is_of_many = labels.contains_key(&format!("{of}="));
    let words = chosen.or_else(|| if is_of_many { named(catalogue, value) } else { None }).unwrap_or(value);
    Some((label, words.to_owned()))
}

/// What the catalogue calls it: a unit, a category or a place.
fn named<'a>(catalogue: &'a Catalogue, id: &str) -> Option<&'a str> {
    let unit = || catalogue.unit(&id.into()).map(|unit| unit.name.as_str());
    let category = || catalogue.category(&id.into()).map(|category| category.name.as_str());
    unit().or_else(category).or_else(|| catalogue.territory(&id.into()).map(|territory| territory.name.as_str()))
}

/// As the labels name a cell, and its own label, which says of which row it is.
fn in_a_row(labels: &Labels, name: &str) -> Option<(String, String)> {
    let (before, column) = name.rsplit_once('.')?;
    let (rows, row) = before.rsplit_once('.')?;
    let row: usize = row.parse().ok()?;
    let of = format!("{rows}.{ANY_ROW}.{column}");
    let label = format!("{} {} {}", labels.get(rows)?, row.saturating_add(1), labels.get(&of)?);
    Some((of, label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::form::Group;
    use crate::console::rows::Rows;
    use chuishao_domain::World;
    use serde_json::json;

    /// What the page shows of a form with these labels.
    fn shown(labels: &str, pairs: &[(&str, &str)]) -> String {
        let pairs = [(LABELS, labels)].into_iter().chain(pairs.iter().copied());
        let catalogue = &World::weifang().catalogue;
        typed(catalogue, &Filled(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
            .into_string()
    }

    #[test]
    fn a_form_carries_the_labels_that_it_shows() {
        let unit = Takes::One(Group::plain(vec![("WF-CG".to_owned(), "市城管局".to_owned())]));
        let many = (0..=MOST_CHOICES).map(|at| (at.to_string(), format!("分类{at}"))).collect();
        let columns = vec![Field::new("unit", "责任单位", unit)];
        let fields = [
            Field::new("number", "", Takes::Number(1, 9)).hidden(),
            Field::new("place.street", "街道\"<>", Takes::Line),
            Field::new("measures", "措施", Takes::Rows(Rows::new(columns, 8))),
            Field::new("category", "分类", Takes::Some(many)),
            Field::new("confidential", "保密", Takes::Tick),
        ];
        let page = carried(Language::Chinese, &fields).into_string();
        let value = page.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a value");
        let text = value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let labels = json!({
            "place.street": "街道\"<>", "measures": "措施", "measures.*.unit": "责任单位",
            "measures.*.unit=WF-CG": "市城管局", "category": "分类", "category=": "", "confidential": "保密", "confidential=true": "是",
            "confidential=false": "否",
        });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("JSON"), labels);
    }

    #[test]
    fn what_was_typed_stands_under_its_label() {
        let labels =
            r#"{"title":"标题","measures":"措施","measures.*.unit":"责任单位","measures.*.unit=WF-CG":"市城管局"}"#;
        let cells = [("measures.1.unit", "WF-CG"), ("measures.2.unit", "WF-ZJ")];
        let page = shown(labels, &[&[("title", "路灯"), ("number", "2"), ("form-post", "x")][..], &cells].concat());
        for (label, words) in [("标题", "路灯"), ("措施 2 责任单位", "市城管局"), ("措施 3 责任单位", "WF-ZJ")]
        {
            let (_, rest) = page.split_once(&format!(">{label}</span></dt><dd class=\"typed\"")).expect(label);
            assert!(rest.split("</dd>").next().is_some_and(|dd| dd.ends_with(words)), "{label}: {page}");
        }
        assert!(!page.contains("number") && !page.contains("form-"), "what no person typed is not shown: {page}");
    }

    #[test]
    fn a_choice_of_too_many_to_be_carried_is_named_by_the_catalogue() {
        let labels = r#"{"lead_unit":"主办单位","lead_unit=":"","category":"分类","category=":"","note":"备注"}"#;
        let pairs = [("lead_unit", "WF-ZJ"), ("category", "010402"), ("note", "WF-ZJ")];
        let page = shown(labels, &pairs);
        let world = World::weifang();
        let (unit, category) = ("WF-ZJ".into(), "010402".into());
        for words in [world.catalogue.unit_name(&unit), world.catalogue.category_name(&category), "WF-ZJ"] {
            assert!(page.contains(&format!(">{words}</dd>")), "{words}: {page}");
        }
        assert_eq!(page.matches("WF-ZJ").count(), 1, "what was typed stays as it was typed: {page}");
        let unknown = shown(labels, &[("lead_unit", "WF-XX")]);
        assert!(unknown.contains(">WF-XX</dd>"), "nothing is lost that the catalogue does not know: {unknown}");
    }

    #[test]
    fn nothing_is_held_back_where_there_are_no_labels() {
        for labels in ["", "[", "[1]"] {
            let page = shown(labels, &[("title", "路灯")]);
            assert!(page.contains("<code>title</code>") && page.contains("路灯"), "{page}");
        }
    }
}
