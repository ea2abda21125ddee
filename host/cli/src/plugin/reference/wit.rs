//! The newest interface, read for the reference: its cases and fields with the interface's own words.

use crate::plugin::Faults;
use crate::plugin::files::fault;
use crate::plugin::language::interface_types::resolved;
use std::fmt::Write as _;
use wit_bindgen_core::wit_parser::{Docs, InterfaceId, Resolve, Type, TypeDefKind, TypeId};

/// The interface.
pub struct Wit {
    pub resolve: Resolve,
    handler: InterfaceId,
}

/// A field of a record, a case of a variant or of an enum.
pub struct Item<'a> {
    pub name: &'a str,
    /// What it holds; a case may hold nothing.
    pub ty: Option<&'a Type>,
    /// The interface's own words.
    pub words: String,
}

impl Wit {
    /// Reads it.
    ///
    /// # Errors
    /// Never for what this program was built with.
    pub fn read() -> Result<Self, Faults> {
        let (resolve, package, _) = resolved()?;
        let handler = resolve.packages[package].interfaces.get("handler").copied();
        Ok(Self { handler: handler.ok_or_else(|| absent("handler"))?, resolve })
    }

    /// A type by its name.
    ///
    /// # Errors
    /// There is none: the reference asks for what the interface does not have.
    pub fn named(&self, name: &str) -> Result<TypeId, Faults> {
        self.resolve.interfaces[self.handler].types.get(name).copied().ok_or_else(|| absent(name))
    }

    /// What a type consists of: fields or cases.
    ///
    /// # Errors
    /// As [`Wit::named`].
    pub fn items(&self, name: &str) -> Result<Vec<Item<'_>>, Faults> {
        Ok(self.items_of(self.named(name)?))
    }

    /// One of them, if it is there.
    ///
    /// # Errors
    /// As [`Wit::named`].
    pub fn item(&self, of: &str, name: &str) -> Result<Option<Item<'_>>, Faults> {
        Ok(self.items(of)?.into_iter().find(|item| item.name == name))
    }

    /// What the interface says of a type.
    ///
    /// # Errors
    /// As [`Wit::named`].
    pub fn words(&self, name: &str) -> Result<String, Faults> {
        Ok(words(&self.resolve.types[self.named(name)?].docs))
    }

    fn items_of(&self, id: TypeId) -> Vec<Item<'_>> {
        let field = |name, ty, docs: &Docs| Item { name, ty, words: words(docs) };
        match &self.resolve.types[id].kind {
            TypeDefKind::Record(record) => {
                record.fields.iter().map(|of| field(of.name.as_str(), Some(&of.ty), &of.docs)).collect()
            }
            TypeDefKind::Variant(variant) => {
                variant.cases.iter().map(|of| field(of.name.as_str(), of.ty.as_ref(), &of.docs)).collect()
            }
            TypeDefKind::Enum(cases) => cases.cases.iter().map(|of| field(of.name.as_str(), None, &of.docs)).collect(),
            _ => Vec::new(),
        }
    }

    /// A type as the interface writes it.
    pub fn title(&self, ty: &Type) -> String {
        match ty {
            Type::Id(id) => {
                let definition = &self.resolve.types[*id];
                match (&definition.name, &definition.kind) {
                    (Some(name), _) => name.clone(),
                    (None, TypeDefKind::List(of)) => format!("list<{}>", self.title(of)),
                    (None, TypeDefKind::Option(of)) => format!("option<{}>", self.title(of)),
                    (None, TypeDefKind::Tuple(tuple)) => {
                        let parts: Vec<String> = tuple.types.iter().map(|of| self.title(of)).collect();
                        format!("tuple<{}>", parts.join(", "))
                    }
                    (None, _) => "…".into(),
                }
            }
            plain => format!("{plain:?}").to_lowercase(),
        }
    }

    /// What a type holds, as a list; what is within stands a step further in. Nothing for a plain one.
    pub fn list(&self, ty: &Type, depth: usize) -> String {
        let Type::Id(id) = ty else { return String::new() };
        if let TypeDefKind::Option(of) | TypeDefKind::List(of) | TypeDefKind::Type(of) = &self.resolve.types[*id].kind {
            return self.list(of, depth);
        }
        let mut text = String::new();
        for Item { name, ty, words } in self.items_of(*id) {
            let title = ty.map(|ty| format!(" `{}`", self.title(ty))).unwrap_or_default();
            // Writing to a text cannot fail.
            let _ = writeln!(text, "{}- `{name}`{title}：{words}", "  ".repeat(depth));
            text.extend(ty.map(|ty| self.list(ty, depth + 1)));
        }
        text
    }
}

/// The words of a piece of documentation in one line, without the lines that divide the interface.
fn words(docs: &Docs) -> String {
    let lines = docs.contents.as_deref().unwrap_or_default().lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with("---")).collect::<Vec<_>>().join(" ")
}

fn absent(name: &str) -> Faults {
    fault("build.kit", "rule.wit", format!("接口里没有 {name}"), "the interface does not have it")
}
