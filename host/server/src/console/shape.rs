//! What a deed's form asked for (表单形状), carried in the form itself: when the answer to it was lost and the deed is
//! gone meanwhile, the very same command can be made of it again.

use super::form::{Field, Filled, Takes};
use super::rows::Rows;
use maud::{Markup, html};

/// The field that carries it.
pub const SHAPE: &str = "form-shape";

/// As a form carries it: `words|t;passed|y?`, rows with how many there are at most and what each has.
pub fn carried(fields: &[Field]) -> Markup {
    html! { input type="hidden" name=(SHAPE) value=(fields.iter().map(written).collect::<Vec<_>>().join(";")); }
}

fn optional(field: &Field) -> &'static str {
    if field.required { "" } else { "?" }
}

fn written(field: &Field) -> String {
    let letter = match &field.takes {
        Takes::Line | Takes::Words | Takes::Secret | Takes::Day | Takes::One(_) => 't',
        Takes::Lines => 'l',
        Takes::Rows(_) => 'r',
        Takes::Number(..) => 'n',
        Takes::Some(_) => 's',
        Takes::YesNo => 'y',
        Takes::Tick => 'k',
    };
    let rows = match &field.takes {
        Takes::Rows(rows) => {
            let columns = rows.columns.iter().map(|column| format!("{}{}", column.name, optional(column)));
            format!("|{}|{}", rows.most, columns.collect::<Vec<_>>().join(","))
        }
        _ => String::new(),
    };
    format!("{}|{letter}{}{rows}", field.name, optional(field))
}

/// The fields that a form asked for, as far as a command is made of them.
pub fn asked_for(filled: &Filled) -> Option<Vec<Field>> {
    if !filled.0.iter().any(|(name, _)| name == SHAPE) {
        return None;
    }
    filled.one(SHAPE).split(';').filter(|text| !text.is_empty()).map(read).collect()
}

fn read(text: &str) -> Option<Field> {
    let mut parts = text.split('|');
    let (name, kind) = (parts.next()?, parts.next()?);
    let takes = match kind.trim_end_matches('?') {
        "t" => Takes::Line,
        "l" => Takes::Lines,
        "n" => Takes::Number(i64::MIN, i64::MAX),
        "s" => Takes::Some(vec![]),
        "y" => Takes::YesNo,
        "k" => Takes::Tick,
        "r" => {
            let most = parts.next()?.parse().ok()?;
            let columns = parts.next()?.split(',').map(|name| field(name, Takes::Line)).collect();
            Takes::Rows(Rows::new(columns, most))
        }
        _ => return None,
    };
    Some(Field { required: !kind.ends_with('?'), ..field(name, takes) })
}

fn field(name: &str, takes: Takes) -> Field {
    Field { required: !name.ends_with('?'), ..Field::new(name.trim_end_matches('?'), "", takes) }
}
