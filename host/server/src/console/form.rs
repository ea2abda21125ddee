//! Forms (表单): each is described once, and the same description draws it and reads what was sent into
//! the body of a command. What was typed is kept when a command is refused.

use super::ROOT;
use super::language::{Language, language_of};
use super::rows::{Rows, cell};
use super::stamp::stamp;
use super::visitor::Chrome;
use jiff::civil::Date;
use maud::{Markup, html};
use serde_json::{Map, Value, json};

/// What a field takes.
#[derive(Clone, Debug)]
pub enum Takes {
    /// A line of text.
    Line,
    /// Several lines of text.
    Words,
    /// Several things, each on a line of its own.
    Lines,
    /// Several rows of the same fields.
    Rows(Rows),
    /// A password.
    Secret,
    /// A whole number.
    Number(i64, i64),
    /// A day.
    Day,
    /// One of these.
    One(Vec<Group>),
    /// Some of these.
    Some(Vec<(String, String)>),
    /// Yes or no, and nothing before somebody chose.
    YesNo,
    /// A tick.
    Tick,
}

/// Choices under a heading; without one they stand alone.
#[derive(Clone, Debug)]
pub struct Group {
    pub heading: String,
    pub choices: Vec<(String, String)>,
}

impl Group {
    /// Choices without a heading.
    pub fn plain(choices: Vec<(String, String)>) -> Vec<Self> {
        vec![Self { heading: String::new(), choices }]
    }
}

/// One field. A dot in its name leads into an object: `place.street`.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub label: String,
    pub hint: String,
    pub takes: Takes,
    pub required: bool,
    /// What stands there before anybody typed.
    pub value: String,
    pub most_chars: usize,
    /// What a browser may fill in by itself.
    pub autocomplete: &'static str,
    /// Whether the page itself knows it, whatever a form says.
    pub is_hidden: bool,
}

impl Field {
    /// A field that must be filled in.
    pub fn new(name: &str, label: &str, takes: Takes) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            hint: String::new(),
            takes,
            required: true,
            value: String::new(),
            most_chars: 2000,
            autocomplete: "off",
            is_hidden: false,
        }
    }

    /// It may stay empty.
    pub fn optional(self) -> Self {
        Self { required: false, ..self }
    }

    /// What to know before filling it in.
    pub fn hint(self, hint: &str) -> Self {
        Self { hint: hint.to_owned(), ..self }
    }

    /// What stands there before anybody typed.
    pub fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    /// The page itself knows it.
    pub fn hidden(self) -> Self {
        Self { is_hidden: true, ..self }
    }

    /// What a browser may fill in by itself.
    pub fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }
}

/// What was sent.
#[derive(Clone, Debug, Default)]
pub struct Filled(pub Vec<(String, String)>);

impl Filled {
    /// A value by its name; empty without one.
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(of, _)| of == name).map_or("", |(_, value)| value.as_str())
    }

    /// All values of a name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    /// Whether it says something of this field: a browser leaves out what is not ticked.
    fn says(&self, field: &Field) -> bool {
        let was_sent = !self.one("key").is_empty() && matches!(field.takes, Takes::Some(_) | Takes::Tick);
        was_sent || self.0.iter().any(|(of, _)| *of == field.name)
    }
}

/// A key under which a form is carried out once, however often it is sent.
///
/// # Panics
/// When the system has no randomness to give.
#[expect(clippy::expect_used, reason = "without randomness no form can be told from another")]
pub fn fresh_key() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system gives randomness");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A form.
pub struct Form<'a> {
    /// Where it is sent, below the console.
    pub action: String,
    pub fields: &'a [Field],
    pub button: &'a str,
    /// At which version of its thing it was drawn; empty where that does not matter.
    pub version: String,
    /// What cannot be taken back looks so.
    pub is_grave: bool,
    /// Where there are several on a page: what tells their labels apart.
    pub prefix: &'a str,
}

impl Form<'_> {
    /// Draws it on somebody's page, with what was typed.
    pub fn draw(&self, chrome: &Chrome, filled: &Filled) -> Markup {
        self.draw_with(chrome, filled, &html! {})
    }

    /// The same with what else it carries.
    pub fn draw_with(&self, chrome: &Chrome, filled: &Filled, carried: &Markup) -> Markup {
        let marks = html! {
            input type="hidden" name="key" value=(key(chrome, filled));
            (stamp(chrome, self.fields)) (carried)
        };
        self.marked(chrome.language, filled, &marks)
    }

    /// Draws it where nobody is known yet, with what it carries beside its fields.
    pub fn marked(&self, language: Language, filled: &Filled, marks: &Markup) -> Markup {
        html! {
            form.fields method="post" action={ (ROOT) (self.action) } {
                (marks)
                @if !self.version.is_empty() { input type="hidden" name="version" value=(self.version); }
                @for field in self.fields { (draw(language, field, filled, self.prefix)) }
                p.actions {
                    button.grave[self.is_grave] type="submit" { (self.button) }
                    @for field in self.fields {
                        @if let Takes::Rows(rows) = &field.takes { (rows.more(language, field, filled)) }
                    }
                }
            }
        }
    }
}

/// The key of a form: the one that it was sent under, as long as nothing else was done under it.
pub fn key(chrome: &Chrome, filled: &Filled) -> String {
    let sent = Some(filled.one("key")).filter(|key| !key.is_empty() && chrome.key_is_spent.get().is_none());
    sent.map_or_else(fresh_key, str::to_owned)
}

/// Draws one field.
pub fn draw(language: Language, field: &Field, filled: &Filled, prefix: &str) -> Markup {
    let id = format!("{prefix}{}", field.name).replace('.', "-");
    let typed = if filled.says(field) { filled.one(&field.name) } else { &field.value };
    let hint_id = format!("{id}-hint");
    let described = (!field.hint.is_empty()).then_some(&hint_id);
    let label = html! {
        span lang=[language_of(&field.label)] { (field.label) }
        @if !field.required && !matches!(field.takes, Takes::Tick) { span.quiet { (language.t("（可不填）", " (optional)")) } }
    };
    let hint =
        html! { @if !field.hint.is_empty() { span.hint #(hint_id) lang=[language_of(&field.hint)] { (field.hint) } } };
    if field.is_hidden {
        return html! { input type="hidden" name=(field.name) value=(field.value); };
    }
    match &field.takes {
        Takes::Tick => html! {
            div.field.tick {
                input #(id) type="checkbox" name=(field.name) value="true" checked[typed == "true"];
                label for=(id) { (label) }
                (hint)
            }
        },
        Takes::YesNo => html! {
            fieldset.field.yes-no {
                legend { (label) }
                @for (value, words) in [("true", language.t("是", "Yes")), ("false", language.t("否", "No"))] {
                    label { input type="radio" name=(field.name) value=(value) required[field.required] checked[typed == value]; (words) }
                }
                (hint)
            }
        },
        Takes::Some(choices) => {
            let chosen: Vec<&str> =
                if filled.says(field) { filled.all(&field.name).collect() } else { field.value.split(',').collect() };
            html! {
                fieldset.field.some {
                    legend { (label) }
                    (hint)
                    div.choices tabindex="0" role="group" aria-label=(field.label) {
                        @for (value, words) in choices {
                            label lang=[language_of(words)] { input type="checkbox" name=(field.name) value=(value) checked[chosen.contains(&value.as_str())]; (words) }
                        }
                    }
                }
            }
        }
        Takes::Rows(rows) => rows.draw(language, field, filled, prefix),
        takes => html! {
            div.field {
                label for=(id) { (label) }
                (hint)
                (control(takes, field, &id, typed, described))
            }
        },
    }
}

/// What one types or chooses into.
pub fn control(takes: &Takes, field: &Field, id: &str, typed: &str, described: Option<&String>) -> Markup {
    let (name, required) = (&field.name, field.required);
    match takes {
        Takes::Words | Takes::Lines => html! {
            textarea #(id) name=(name) lang=[language_of(typed)] rows="3" required[required] maxlength=(field.most_chars) aria-describedby=[described] { (typed) }
        },
        Takes::One(groups) => html! {
            select #(id) name=(name) required[required] aria-describedby=[described] {
                @if !required || typed.is_empty() { option value="" {} }
                @for group in groups {
                    @if group.heading.is_empty() { (options(&group.choices, typed)) }
                    @else { optgroup label=(group.heading) lang=[language_of(&group.heading)] { (options(&group.choices, typed)) } }
                }
            }
        },
        Takes::Number(least, most) => html! {
            input #(id) name=(name) type="number" min=(least) max=(most) value=(typed) required[required] aria-describedby=[described];
        },
        Takes::Day => {
            html! { input #(id) name=(name) type="date" value=(typed) required[required] aria-describedby=[described]; }
        }
        Takes::Secret => html! {
            input #(id) name=(name) type="password" required[required] autocomplete=(field.autocomplete) aria-describedby=[described];
        },
        Takes::Line | Takes::Some(_) | Takes::Rows(_) | Takes::YesNo | Takes::Tick => html! {
            input #(id) name=(name) type="text" value=(typed) required[required] maxlength=(field.most_chars)
                autocomplete=(field.autocomplete) aria-describedby=[described];
        },
    }
}

fn options(choices: &[(String, String)], typed: &str) -> Markup {
    html! { @for (value, words) in choices { option value=(value) selected[value == typed] lang=[language_of(words)] { (words) } } }
}

/// The body of a command from what was sent: what is empty and may be so is left out.
pub fn body(fields: &[Field], filled: &Filled) -> Map<String, Value> {
    let mut body = Map::new();
    for field in fields {
        // Browsers send a line break as two characters.
        let said = if field.is_hidden { field.value.as_str() } else { filled.one(&field.name) };
        let text = said.trim().replace("\r\n", "\n");
        let value = match &field.takes {
            Takes::Rows(rows) => rows.read(&field.name, filled),
            Takes::Lines => text.lines().map(str::trim).filter(|line| !line.is_empty()).collect(),
            Takes::Some(_) => json!(filled.all(&field.name).collect::<Vec<_>>()),
            Takes::Tick => json!(text == "true"),
            _ if text.is_empty() && !field.required => continue,
            Takes::YesNo => match text.as_str() {
                "true" => json!(true),
                "false" => json!(false),
                _ => Value::Null,
            },
            Takes::Number(..) => text.parse::<i64>().map_or(Value::Null, |number| json!(number)),
            _ => json!(text),
        };
        put(&mut body, &field.name, value);
    }
    body
}

fn put(body: &mut Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        Some((first, rest)) => {
            let inner = body.entry(first).or_insert_with(|| json!({}));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
        None => {
            body.insert(name.to_owned(), value);
        }
    }
}

/// The same body with the name of the command that it is.
pub fn command(name: &str, fields: &[Field], filled: &Filled) -> Value {
    let mut body = body(fields, filled);
    body.insert("command".to_owned(), json!(name));
    Value::Object(body)
}

/// Choices of a closed list whose values are written as keys: `not-our-duty`.
pub fn keyed<T: serde::Serialize + Copy>(
    language: Language,
    of: &[T],
    term: impl Fn(T) -> &'static str,
) -> Vec<(String, String)> {
    let choice = |value: &T| {
        let key = super::language::key_of(value);
        let words = language.term(term(*value), &key);
        (key, words)
    };
    of.iter().map(choice).collect()
}

/// A form as somebody might fill it in on this day: to ask the domain about a command before anybody did.
pub fn sample(fields: &[Field], today: Date) -> Filled {
    let wanted = fields.iter().filter(|field| field.required || !field.value.is_empty());
    Filled(wanted.flat_map(|field| samples(field, today)).collect())
}

fn samples(field: &Field, today: Date) -> Vec<(String, String)> {
    let one = |value: String| vec![(field.name.clone(), value)];
    match &field.takes {
        Takes::Rows(rows) => {
            let cells = rows.columns.iter().filter(|column| column.required);
            let named = cells.map(|column| Field { name: cell(&field.name, 0, column), ..column.clone() });
            named.flat_map(|cell| samples(&cell, today)).collect()
        }
        Takes::Some(_) if !field.value.is_empty() => {
            field.value.split(',').map(|one| (field.name.clone(), one.to_owned())).collect()
        }
        // What is for several is not refused for being for one.
        Takes::Some(choices) => choices.iter().take(2).map(|(value, _)| (field.name.clone(), value.clone())).collect(),
        _ if !field.value.is_empty() => one(field.value.clone()),
        Takes::One(groups) => {
            let first = groups.iter().flat_map(|group| &group.choices).next();
            one(first.map(|(value, _)| value.clone()).unwrap_or_default())
        }
        Takes::Number(least, _) => one(least.to_string()),
        Takes::YesNo | Takes::Tick => one("true".to_owned()),
        Takes::Day => one(today.to_string()),
        Takes::Line | Takes::Words | Takes::Lines | Takes::Secret => one("已办".to_owned()),
    }
}
