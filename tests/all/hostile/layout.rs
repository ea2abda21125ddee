//! Lays an answer out in a guest's memory, as the canonical ABI has it. Sizes and offsets
//! come from the interface itself, so that no number here is counted by hand.
//!
//! An answer is written as JSON: a record is an object, a case with a payload an object of
//! one key, a case without one a text. What no honest guest would answer is written with
//! three marks: `{"#tag": 7}` for a discriminant, `{"#at": [pointer, length]}` for a text or
//! list that lies anywhere, `{"#bytes": [255]}` for a text that is not UTF-8.

use serde_json::Value;
use std::path::Path;
use std::sync::LazyLock;
use wit_parser::{Int, Resolve, SizeAlign, Type, TypeDefKind, WorldId};

/// Where the answer stands in the memory of every guest here.
pub(crate) const ANSWER: usize = 1024;

/// The newest interface as text says it: what hostile guests are written for.
pub(crate) static INTERFACE: LazyLock<Interface> = LazyLock::new(|| Interface::read("2.1.0"));

/// The first one, which is served as well.
pub(crate) static FIRST: LazyLock<Interface> = LazyLock::new(|| Interface::read("1.0.0"));

pub(crate) struct Interface {
    pub(crate) version: &'static str,
    pub(crate) resolve: Resolve,
    pub(crate) world: WorldId,
    sizes: SizeAlign,
    answer: Type,
    /// What `on-review` answers, where there is one.
    review_answer: Option<Type>,
}

impl Interface {
    fn read(version: &'static str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit").join(version);
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_dir(folder).expect("the interface reads");
        let world = resolve.select_world(&[package], Some("rule")).expect("it has the world");
        let handler = resolve.packages[package].interfaces["handler"];
        let functions = &resolve.interfaces[handler].functions;
        let answer = functions["on-event"].result.expect("it answers");
        let review_answer = functions.get("on-review").and_then(|function| function.result);
        let mut sizes = SizeAlign::default();
        sizes.fill(&resolve);
        Self { version, resolve, world, sizes, answer, review_answer }
    }

    /// The bytes that a guest holds at [`ANSWER`] when this is its answer.
    pub(crate) fn lay_out(&self, answer: &Value) -> Vec<u8> {
        let mut image = vec![0; self.size(&self.answer)];
        self.write(&mut image, 0, &self.answer, answer);
        image
    }

    /// The same for the answer to a review.
    pub(crate) fn lay_out_review(&self, answer: &Value) -> Vec<u8> {
        let of = self.review_answer.expect("this version has reviews");
        let mut image = vec![0; self.size(&of)];
        self.write(&mut image, 0, &of, answer);
        image
    }

    /// A function's name in a core module.
    pub(crate) fn function(&self, name: &str) -> String {
        format!("chuishao:rule/handler@{}#{name}", self.version)
    }

    /// Whether rules of this version have a function for reviews.
    pub(crate) fn has_reviews(&self) -> bool {
        self.review_answer.is_some()
    }

    fn size(&self, ty: &Type) -> usize {
        self.sizes.size(ty).size_wasm32()
    }

    fn write(&self, image: &mut Vec<u8>, at: usize, ty: &Type, data: &Value) {
        if let Some(tag) = data.get("#tag") {
            return put(image, at, 1, tag);
        }
        if let Some(place) = data.get("#at") {
            put(image, at, 4, &place[0]);
            return put(image, at + 4, 4, &place[1]);
        }
        match ty {
            Type::String => write_text(image, at, data),
            Type::Bool => put(image, at, 1, &Value::from(data.as_bool().map(u8::from))),
            Type::Id(id) => self.write_made(image, at, *id, data),
            number => put(image, at, self.size(number), data),
        }
    }

    fn write_made(&self, image: &mut Vec<u8>, at: usize, id: wit_parser::TypeId, data: &Value) {
        let made = &self.resolve.types[id];
        match &made.kind {
            TypeDefKind::Type(ty) => self.write(image, at, ty, data),
            TypeDefKind::List(element) => self.write_list(image, at, element, data),
            TypeDefKind::Record(record) => {
                let offsets = self.sizes.field_offsets(record.fields.iter().map(|field| &field.ty));
                for (field, (offset, ty)) in record.fields.iter().zip(offsets) {
                    self.write(image, at + offset.size_wasm32(), ty, &data[field.name.replace('-', "_")]);
                }
            }
            TypeDefKind::Tuple(tuple) => {
                for (index, (offset, ty)) in self.sizes.field_offsets(&tuple.types).into_iter().enumerate() {
                    self.write(image, at + offset.size_wasm32(), ty, &data[index]);
                }
            }
            TypeDefKind::Enum(named) => {
                let index = named.cases.iter().position(|case| Some(case.name.as_str()) == data.as_str());
                put(image, at, 1, &index.expect("a case of the enum").into());
            }
            TypeDefKind::Option(_) if data.is_null() => {}
            TypeDefKind::Option(some) => {
                let cases = [("none", None), ("some", Some(some))];
                let payload = Value::Object([("some".to_owned(), data.clone())].into_iter().collect());
                self.write_case(image, at, &cases, &payload);
            }
            TypeDefKind::Result(result) => {
                let cases = [("ok", result.ok.as_ref()), ("err", result.err.as_ref())];
                self.write_case(image, at, &cases, data);
            }
            TypeDefKind::Variant(variant) => {
                let cases: Vec<_> = variant.cases.iter().map(|case| (case.name.as_str(), case.ty.as_ref())).collect();
                match made.name.as_deref() {
                    Some("value") => self.write_case(image, at, &cases, &tagged(data)),
                    _ => self.write_case(image, at, &cases, data),
                }
            }
            other => panic!("no answer holds {other:?}"),
        }
    }

    fn write_case(&self, image: &mut Vec<u8>, at: usize, cases: &[(&str, Option<&Type>)], data: &Value) {
        let (name, payload) = match data {
            Value::String(name) => (name.as_str(), &Value::Null),
            _ => {
                data.as_object().and_then(|object| object.iter().next()).map(|(n, p)| (n.as_str(), p)).expect("a case")
            }
        };
        let index = cases.iter().position(|(case, _)| *case == name).unwrap_or_else(|| panic!("no case {name}"));
        put(image, at, 1, &index.into());
        if let Some(ty) = cases[index].1 {
            let offset = self.sizes.payload_offset(Int::U8, cases.iter().map(|(_, ty)| *ty));
            self.write(image, at + offset.size_wasm32(), ty, payload);
        }
    }

    fn write_list(&self, image: &mut Vec<u8>, at: usize, element: &Type, data: &Value) {
        let items = data.as_array().expect("a list");
        let align = self.sizes.align(element).align_wasm32();
        let start = image.len().next_multiple_of(align);
        let size = self.size(element);
        image.resize(start + size * items.len(), 0);
        put(image, at, 4, &(ANSWER + start).into());
        put(image, at + 4, 4, &items.len().into());
        for (index, item) in items.iter().enumerate() {
            self.write(image, start + size * index, element, item);
        }
    }
}

fn write_text(image: &mut Vec<u8>, at: usize, data: &Value) {
    let bytes: Vec<u8> = match data.get("#bytes") {
        Some(bytes) => serde_json::from_value(bytes.clone()).expect("bytes"),
        None => data.as_str().unwrap_or_else(|| panic!("a text, not {data}")).as_bytes().to_vec(),
    };
    let start = ANSWER + image.len();
    put(image, at, 4, &start.into());
    put(image, at + 4, 4, &bytes.len().into());
    image.extend(bytes);
}

fn put(image: &mut [u8], at: usize, bytes: usize, number: &Value) {
    let number = number.as_i64().unwrap_or_else(|| panic!("a number, not {number}"));
    image[at..at + bytes].copy_from_slice(&number.to_le_bytes()[..bytes]);
}

/// The domain writes the value of a field without its case; the interface names it.
fn tagged(value: &Value) -> Value {
    let case = match value {
        Value::Null => return "withheld".into(),
        Value::Bool(_) => "flag",
        Value::Number(_) => "integer",
        Value::String(_) => "text",
        Value::Array(_) => "texts",
        Value::Object(_) => return value.clone(),
    };
    Value::Object([(case.to_owned(), value.clone())].into_iter().collect())
}
