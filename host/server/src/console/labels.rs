//! The labels of a form (字段名称), carried in the form itself and made of the very fields that draw it: what was
//! typed is shown in the form's own words also where its page is gone or nobody is known who may see it.

use super::form::{Field, Filled, Takes};
use super::language::language_of;
use super::stamp::is_typed;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The field that carries them.
pub const LABELS: &str = "form-labels";

/// In the place of a row's number: every row has the same fields.
const ANY_ROW: &str = "*";

/// As a form carries them: names and labels as a JSON object. What has no label the page itself knew.
pub fn carried(fields: &[Field]) -> Markup {
    let labels: BTreeMap<String, &str> = fields.iter().flat_map(labels_of).collect();
    html! { input type="hidden" name=(LABELS) value=(serde_json::json!(labels).to_string()); }
}

fn labels_of(field: &Field) -> Vec<(String, &str)> {
    let columns = match &field.takes {
        Takes::Rows(rows) => rows.columns.as_slice(),
        _ => &[],
    };
    let cell = |column: &Field| format!("{}.{ANY_ROW}.{}", field.name, column.name);
    let cells = columns.iter().map(|column| (cell(column), column.label.as_str()));
    let all = [(field.name.clone(), field.label.as_str())].into_iter().chain(cells);
    all.filter(|(_, label)| !label.is_empty()).collect()
}

/// What a person typed, to be read under the labels of its form; what the page itself knew is left out.
pub fn typed(filled: &Filled) -> Markup {
    let labels: Option<BTreeMap<String, String>> = serde_json::from_str(filled.one(LABELS)).ok();
    let label = |name: &str| match &labels {
        Some(labels) => label_of(labels, name).map(|label| html! { span lang=[language_of(&label)] { (label) } }),
        // No page of ours sent it, or one of a version before: nothing is held back for that.
        None => Some(html! { code { (name) } }),
    };
    html! {
        dl.facts {
            @for (name, value) in filled.0.iter().filter(is_typed) {
                @if let Some(label) = label(name) { div { dt { (label) } dd.typed lang=[language_of(value)] { (value) } } }
            }
        }
    }
}

/// The label of a field; that of a cell says of which row.
fn label_of(labels: &BTreeMap<String, String>, name: &str) -> Option<String> {
    if let Some(label) = labels.get(name) {
        return Some(label.clone());
    }
    let (before, column) = name.rsplit_once('.')?;
    let (rows, row) = before.rsplit_once('.')?;
    let row: usize = row.parse().ok()?;
    let column = labels.get(&format!("{rows}.{ANY_ROW}.{column}"))?;
    Some(format!("{} {} {column}", labels.get(rows)?, row.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::rows::Rows;
    use serde_json::json;

    /// What the page shows of a form with these labels.
    fn shown(labels: &str, pairs: &[(&str, &str)]) -> String {
        let pairs = [(LABELS, labels)].into_iter().chain(pairs.iter().copied());
        typed(&Filled(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())).into_string()
    }

    #[test]
    fn a_form_carries_the_labels_that_it_shows() {
        let columns = vec![Field::new("unit", "责任单位", Takes::Line)];
        let fields = [
            Field::new("number", "", Takes::Number(1, 9)).hidden(),
            Field::new("place.street", "街道\"<>", Takes::Line),
            Field::new("measures", "措施", Takes::Rows(Rows::new(columns, 8))),
        ];
        let page = carried(&fields).into_string();
        let value = page.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a value");
        let text = value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let labels = json!({ "place.street": "街道\"<>", "measures": "措施", "measures.*.unit": "责任单位" });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("JSON"), labels);
    }

    #[test]
    fn what_was_typed_stands_under_its_label() {
        let labels = r#"{"title":"标题","measures":"措施","measures.*.unit":"责任单位"}"#;
        let page = shown(labels, &[("title", "路灯"), ("measures.1.unit", "WF-CG"), ("number", "2"), ("form-post", "x")]);
        for (label, value) in [("标题", "路灯"), ("措施 2 责任单位", "WF-CG")] {
            assert!(page.contains(&format!(">{label}</span></dt><dd class=\"typed\"")), "{label}: {page}");
            assert!(page.contains(value), "{page}");
        }
        assert!(!page.contains("number") && !page.contains("form-"), "what no person typed is not shown: {page}");
    }

    #[test]
    fn nothing_is_held_back_where_there_are_no_labels() {
        for labels in ["", "[", "[1]"] {
            let page = shown(labels, &[("title", "路灯")]);
            assert!(page.contains("<code>title</code>") && page.contains("路灯"), "{page}");
        }
    }
}
