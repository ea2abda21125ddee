//! The same proposal in four languages, written from the interface's types: a name that the interface
//! does not have cannot come out.

use super::wit::Wit;
use crate::plugin::Faults;
use crate::plugin::files::fault;
use crate::plugin::language::Language;
use crate::plugin::language::interface_types::{camel, pascal};
use chuishao_domain::rule::effect::Effect;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use wit_bindgen_core::wit_parser::{Type, TypeDefKind, TypeId};

/// Why the examples ask for what they ask for.
pub const REASON: &str = "近期同类诉求较多";

/// What a block of code is marked with in the document.
pub fn fence(language: Language) -> &'static str {
    match language {
        Language::Rust => "rust",
        Language::JavaScript => "js",
        Language::Python => "python",
        Language::C => "c",
    }
}

/// `hand_back`, as three of the four languages write `hand-back`.
pub fn snake(name: &str) -> String {
    name.replace('-', "_")
}

/// `HAND_BACK`.
pub fn upper(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

/// The call by which a rule asks for an effect.
///
/// # Errors
/// The effect is not as the interface has it.
pub fn proposal(wit: &Wit, language: Language, effect: &Effect, in_review: bool) -> Result<String, Faults> {
    let kind = effect.kind().as_str();
    let (of, class) = if in_review { ("review-effect", "ReviewProposal") } else { ("effect", "Proposal") };
    let unfit = || fault("build.kit", kind, "范例与接口不符", "the example is not as the interface has it");
    let written = serde_json::to_value(effect).unwrap_or_default();
    let payload = written.as_object().and_then(|table| table.values().next()).unwrap_or(&written);
    let ty = wit.item(of, kind)?.and_then(|item| item.ty).ok_or_else(unfit)?;
    let mut writer = Writer { language, wit, names: BTreeSet::new(), lists: Vec::new() };
    let inner = writer.value(ty, payload).ok_or_else(unfit)?;
    Ok(match language {
        Language::Rust => {
            let whole = writer.variant(of, kind, Some(inner));
            let names: Vec<String> = writer.names.into_iter().collect();
            let names = if let [one] = &names[..] { one.clone() } else { format!("{{{}}}", names.join(", ")) };
            format!("use chuishao_sdk::{names};\n\nlet proposal = {whole}.because(\"{REASON}\");\n")
        }
        Language::JavaScript => format!("propose(\"{kind}\", {inner}, \"{REASON}\");\n"),
        Language::Python => {
            let whole = writer.variant(of, kind, Some(inner));
            writer.names.insert(class.to_owned());
            let names: Vec<String> = writer.names.into_iter().collect();
            format!("from chuishao import {}\n\n{class}({whole}, \"{REASON}\")\n", names.join(", "))
        }
        Language::C => {
            let whole = writer.variant(of, kind, Some(inner));
            let (of, call) = (snake(of), if in_review { "chuishao_propose_review" } else { "chuishao_propose" });
            let lists = writer.lists.concat();
            format!("{lists}rule_{of}_t effect = {whole};\n{call}(answer, effect, chuishao_string(\"{REASON}\"));\n")
        }
    })
}

/// Writes values in a language, and remembers which names have to be imported.
struct Writer<'a> {
    language: Language,
    wit: &'a Wit,
    names: BTreeSet<String>,
    /// In C, the lists that are made before.
    lists: Vec<String>,
}

impl<'a> Writer<'a> {
    /// A value as the domain keeps it; nothing when it is not of the type.
    fn value(&mut self, ty: &Type, value: &Json) -> Option<String> {
        match ty {
            Type::Bool => {
                let flag = value.as_bool()?.to_string();
                Some(if self.language == Language::Python { pascal(&flag) } else { flag })
            }
            Type::String | Type::Char => Some(self.text(value.as_str()?)),
            Type::Id(id) => self.defined(*id, value),
            _ => Some(value.as_i64()?.to_string()),
        }
    }

    fn text(&self, text: &str) -> String {
        // The quotation marks and escapes of JSON are those of all four.
        let quoted = Json::from(text).to_string();
        match self.language {
            Language::Rust => format!("{quoted}.into()"),
            Language::C => format!("chuishao_string({quoted})"),
            Language::JavaScript | Language::Python => quoted,
        }
    }

    fn defined(&mut self, id: TypeId, value: &Json) -> Option<String> {
        let wit: &'a Wit = self.wit;
        let definition = &wit.resolve.types[id];
        let name = definition.name.as_deref().unwrap_or_default();
        match &definition.kind {
            TypeDefKind::Type(of) => self.value(of, value),
            TypeDefKind::Option(of) => self.option(of, value),
            TypeDefKind::List(of) => self.list(of, value),
            TypeDefKind::Record(record) => {
                let mut fields = Vec::with_capacity(record.fields.len());
                for field in &record.fields {
                    let given = &value[snake(&field.name).as_str()];
                    fields.push((field.name.as_str(), self.value(&field.ty, given)?));
                }
                Some(self.record(name, &fields))
            }
            TypeDefKind::Enum(cases) => {
                let case = cases.cases.iter().find(|case| value.as_str() == Some(case.name.as_str()))?;
                Some(self.one_of(name, &case.name))
            }
            TypeDefKind::Variant(variant) => {
                let (tag, inner) = tagged(name, value)?;
                let case = variant.cases.iter().find(|case| case.name == tag)?;
                let inner = match &case.ty {
                    Some(ty) => Some(self.value(ty, inner)?),
                    None => None,
                };
                Some(self.variant(name, tag, inner))
            }
            _ => None,
        }
    }

    /// What is not there is left out of what the domain keeps.
    fn option(&mut self, of: &Type, value: &Json) -> Option<String> {
        let inner = if value.is_null() { None } else { Some(self.value(of, value)?) };
        Some(match (self.language, inner) {
            (Language::Rust, Some(inner)) => format!("Some({inner})"),
            (Language::C, Some(inner)) => format!("{{.is_some = true, .val = {inner}}}"),
            (Language::JavaScript | Language::Python, Some(inner)) => inner,
            (Language::Rust | Language::Python, None) => "None".into(),
            (Language::JavaScript, None) => "null".into(),
            (Language::C, None) => "{.is_some = false}".into(),
        })
    }

    fn list(&mut self, of: &Type, value: &Json) -> Option<String> {
        let mut items = Vec::new();
        for item in value.as_array()? {
            items.push(self.value(of, item)?);
        }
        let (many, all) = (items.len(), items.join(", "));
        Some(match self.language {
            Language::Rust => format!("vec![{all}]"),
            Language::JavaScript | Language::Python => format!("[{all}]"),
            Language::C => {
                // What an answer points to has to outlive the function.
                let (of, list) = (snake(&self.wit.title(of)), format!("list_{}", self.lists.len() + 1));
                let places = items.iter().enumerate().map(|(place, item)| format!("{list}[{place}] = {item};\n"));
                let filled: String = places.collect();
                self.lists.push(format!("static rule_{of}_t {list}[{many}];\n{filled}"));
                format!("{{.ptr = {list}, .len = {many}}}")
            }
        })
    }

    fn record(&mut self, name: &str, fields: &[(&str, String)]) -> String {
        match self.language {
            Language::Rust => {
                let fields = joined(fields, |name, value| format!("{}: {value}", snake(name)));
                format!("{} {{ {fields} }}", self.import(&pascal(name)))
            }
            Language::JavaScript => {
                format!("{{ {} }}", joined(fields, |name, value| format!("{}: {value}", camel(name))))
            }
            Language::Python => {
                let fields = joined(fields, |name, value| format!("{}={value}", snake(name)));
                format!("{}({fields})", self.import(&pascal(name)))
            }
            Language::C => format!("{{{}}}", joined(fields, |name, value| format!(".{} = {value}", snake(name)))),
        }
    }

    fn one_of(&mut self, name: &str, case: &str) -> String {
        match self.language {
            Language::Rust => format!("{}::{}", self.import(&pascal(name)), pascal(case)),
            Language::JavaScript => format!("\"{case}\""),
            Language::Python => format!("{}.{}", self.import(&pascal(name)), upper(case)),
            Language::C => format!("RULE_{}_{}", upper(name), upper(case)),
        }
    }

    fn variant(&mut self, name: &str, case: &str, inner: Option<String>) -> String {
        let braced = inner.as_ref().map(|inner| format!("({inner})"));
        match self.language {
            Language::Rust => {
                format!("{}::{}{}", self.import(&pascal(name)), pascal(case), braced.unwrap_or_default())
            }
            Language::JavaScript => {
                let value = inner.map(|inner| format!(", val: {inner}")).unwrap_or_default();
                format!("{{ tag: \"{case}\"{value} }}")
            }
            Language::Python => {
                let class = self.import(&format!("{}_{}", pascal(name), pascal(case)));
                format!("{class}{}", braced.unwrap_or_else(|| "()".into()))
            }
            Language::C => {
                let value = inner.map(|inner| format!(", .val.{} = {inner}", snake(case))).unwrap_or_default();
                format!("{{.tag = RULE_{}_{}{value}}}", upper(name), upper(case))
            }
        }
    }

    fn import(&mut self, name: &str) -> String {
        self.names.insert(name.to_owned());
        name.to_owned()
    }
}

fn joined(fields: &[(&str, String)], one: impl Fn(&str, &str) -> String) -> String {
    let all: Vec<String> = fields.iter().map(|(name, value)| one(name, value)).collect();
    all.join(", ")
}

/// The case of a variant, and what it holds.
fn tagged<'v>(name: &str, value: &'v Json) -> Option<(&'v str, &'v Json)> {
    match value {
        // What stands in a setting or a field is written without its case.
        Json::String(_) if name == "value" => Some(("text", value)),
        Json::Number(_) if name == "value" => Some(("integer", value)),
        Json::Bool(_) if name == "value" => Some(("flag", value)),
        Json::String(tag) => Some((tag.as_str(), value)),
        Json::Object(table) => table.iter().next().map(|(tag, inner)| (tag.as_str(), inner)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(language: Language, effect: Json, in_review: bool) -> String {
        let effect: Effect = serde_json::from_value(effect).expect("an effect");
        proposal(&Wit::read().expect("the interface"), language, &effect, in_review).expect("it fits")
    }

    /// As the examples and the rules of this repository write it by hand.
    #[test]
    fn calls_are_written_as_people_write_them() {
        let timer = json!({ "set-timer": { "name": "contact", "after": { "working-hours": 4 } } });
        assert_eq!(
            written(Language::JavaScript, timer.clone(), false),
            format!(
                "propose(\"set-timer\", {{ name: \"contact\", after: {{ tag: \"working-hours\", val: 4 }} }}, \"{REASON}\");\n"
            )
        );
        let python = written(Language::Python, timer.clone(), false);
        assert!(
            python.starts_with("from chuishao import Effect_SetTimer, Proposal, TimeSpan_WorkingHours, Timer\n"),
            "{python}"
        );
        assert!(
            python.contains("Effect_SetTimer(Timer(name=\"contact\", after=TimeSpan_WorkingHours(4)))"),
            "{python}"
        );
        let rust = written(Language::Rust, timer.clone(), false);
        assert!(
            rust.contains(
                "Effect::SetTimer(Timer { name: \"contact\".into(), after: TimeSpan::WorkingHours(4) }).because("
            ),
            "{rust}"
        );
        let c = written(Language::C, timer, false);
        assert!(
            c.contains("{.tag = RULE_EFFECT_SET_TIMER, .val.set_timer = {.name = chuishao_string(\"contact\")"),
            "{c}"
        );
        let entry = json!({ "enter-ledger": { "ledger": "甲", "title": "乙", "handling_unit": "370705-CG" } });
        let entry = written(Language::JavaScript, entry, true);
        assert!(
            entry.contains("{ ledger: \"甲\", title: \"乙\", handlingUnit: \"370705-CG\", basis: null }"),
            "{entry}"
        );
    }

    /// An effect goes out in the form in which the interface has it, or not at all.
    #[test]
    fn what_the_interface_does_not_have_is_a_fault() {
        let effect: Effect = serde_json::from_value(json!({ "raise-urgency": "urgent" })).expect("an effect");
        let wit = Wit::read().expect("the interface");
        assert!(proposal(&wit, Language::C, &effect, true).is_err(), "a review has no urgency to raise");
    }
}
