//! Rows of a form (多行): the same few fields again and again, as the measures of a decision or the papers
//! of an answer. What stays empty is left out; a button asks the page itself for more rows, so that no
//! script is needed.

use super::form::{Field, Filled, control};
use super::language::{Language, language_of};
use maud::{Markup, html};
use serde_json::{Map, Value, json};

/// Rows that a form has at least, and how many more come at once.
const STEP: usize = 3;

/// Which fields, and how often.
#[derive(Clone, Debug)]
pub struct Rows {
    /// The fields of one row; a row of which one is filled in needs all that are required.
    pub columns: Vec<Field>,
    /// What stands there before anybody typed, row by row in the order of the columns.
    pub given: Vec<Vec<String>>,
    pub most: usize,
}

impl Rows {
    /// Rows with nothing in them yet.
    pub fn new(columns: Vec<Field>, most: usize) -> Self {
        Self { columns, given: vec![], most }
    }

    fn count(&self, name: &str, filled: &Filled) -> usize {
        let asked = filled.one(&counter(name)).parse().unwrap_or(STEP);
        asked.max(self.given.len()).min(self.most)
    }

    /// Draws them.
    pub fn draw(&self, language: Language, field: &Field, filled: &Filled, prefix: &str) -> Markup {
        let count = self.count(&field.name, filled);
        let is_typed = !filled.one(&counter(&field.name)).is_empty();
        html! {
            fieldset.field.rows {
                legend { span lang=[language_of(&field.label)] { (field.label) } }
                @if !field.hint.is_empty() { span.hint lang=[language_of(&field.hint)] { (field.hint) } }
                input type="hidden" name=(counter(&field.name)) value=(count);
                @for row in 0..count {
                    div.pair role="group" aria-label={ (field.label) " " (row + 1) } {
                        @for (column, at) in self.columns.iter().zip(0..) {
                            @let cell = Field { name: cell(&field.name, row, column), required: false, ..column.clone() };
                            @let given = self.given.get(row).and_then(|row| row.get(at)).map_or("", String::as_str);
                            @let typed = if is_typed { filled.one(&cell.name) } else { given };
                            @let id = format!("{prefix}{}", cell.name).replace('.', "-");
                            div.field {
                                label for=(id) lang=[language_of(&column.label)] {
                                    (column.label)
                                    @if !column.required { span.quiet { (language.t("（可不填）", " (optional)")) } }
                                }
                                (control(&column.takes, &cell, &id, typed, None))
                            }
                        }
                    }
                }
            }
        }
    }

    /// The button for more; it stands behind the form's own, which the Enter key means.
    pub fn more(&self, language: Language, field: &Field, filled: &Filled) -> Markup {
        html! {
            @if self.count(&field.name, filled) < self.most {
                button.plain type="submit" formnovalidate name="more" value=(field.name) {
                    (language.t("再加几行：", "More rows: ")) span lang=[language_of(&field.label)] { (field.label) }
                }
            }
        }
    }

    /// What was filled in, as a command takes it.
    pub fn read(&self, name: &str, filled: &Filled) -> Value {
        let text = |row: usize, column: &Field| filled.one(&cell(name, row, column)).trim().replace("\r\n", "\n");
        let read = |row: usize| {
            let texts: Vec<(&Field, String)> = self.columns.iter().map(|column| (column, text(row, column))).collect();
            if texts.iter().all(|(_, text)| text.is_empty()) {
                return None;
            }
            let kept = texts.into_iter().filter(|(column, text)| column.required || !text.is_empty());
            Some(Value::Object(kept.map(|(column, text)| (column.name.clone(), json!(text))).collect::<Map<_, _>>()))
        };
        (0..self.count(name, filled)).filter_map(read).collect()
    }
}

fn counter(name: &str) -> String {
    format!("{name}.rows")
}

/// The name of one field in one row, counted from 0.
pub fn cell(name: &str, row: usize, column: &Field) -> String {
    format!("{name}.{row}.{}", column.name)
}

impl Filled {
    /// Whether more rows are asked for and nothing is to be done yet; then there are more.
    pub fn wants_rows(&mut self) -> bool {
        let name = self.one("more").to_owned();
        if name.is_empty() {
            return false;
        }
        let counter = counter(&name);
        let now = self.one(&counter).parse().unwrap_or(STEP);
        self.0.retain(|(of, _)| *of != counter && of != "more");
        self.0.push((counter, now.saturating_add(STEP).to_string()));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::form::{Takes, body, sample};
    use jiff::civil::date;

    fn measures() -> Field {
        let columns = vec![
            Field::new("unit", "责任单位", Takes::Line),
            Field::new("what", "措施", Takes::Words),
            Field::new("remark", "备注", Takes::Line).optional(),
        ];
        Field::new("measures", "措施", Takes::Rows(Rows::new(columns, 8)))
    }

    fn filled(pairs: &[(&str, &str)]) -> Filled {
        Filled(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn rows_that_stay_empty_are_left_out() {
        let typed = [("measures.rows", "3"), ("measures.1.unit", " WF-CG "), ("measures.1.what", "一\r\n二")];
        let body = body(&[measures()], &filled(&typed));
        assert_eq!(Value::Object(body), json!({ "measures": [{ "unit": "WF-CG", "what": "一\n二" }] }));
    }

    #[test]
    fn more_rows_are_asked_of_the_page_until_there_are_enough() {
        let mut typed = filled(&[("measures.rows", "3"), ("more", "measures"), ("measures.0.unit", "WF-CG")]);
        assert!(typed.wants_rows());
        assert_eq!((typed.one("measures.rows"), typed.one("measures.0.unit")), ("6", "WF-CG"));
        assert!(!typed.wants_rows(), "asked once");
        typed.0.push(("more".to_owned(), "measures".to_owned()));
        assert!(typed.wants_rows());
        let Takes::Rows(rows) = measures().takes else { return };
        assert_eq!(rows.count("measures", &typed), 8, "no more than may be");
    }

    #[test]
    fn a_form_of_rows_can_be_tried_before_anybody_typed() {
        let fields = [measures(), Field::new("tickets", "工单", Takes::Lines)];
        let body = body(&fields, &sample(&fields, date(2024, 11, 6)));
        assert_eq!(
            Value::Object(body),
            json!({ "measures": [{ "unit": "已办", "what": "已办" }], "tickets": ["已办"] })
        );
    }
}
