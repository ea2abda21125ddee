//! What a package says of itself in the standard sections: name, version, licence, authors,
//! description, homepage, source, revision, producers. They stand where `wasm-tools metadata
//! show`, registries and other hosts look for them; the manifest is what this host goes by.
//! Both are written from the manifest, and a package in which they differ is refused: whoever
//! approved what one of them says must not get what the other says.

use super::contents::{Walked, walk};
use super::{MANIFEST_SECTION, MOST_PROBLEMS};
use chuishao_domain::plain::is_hidden;
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::problem::Problem;
use std::collections::BTreeMap;
use wasm_encoder::{
    ComponentNameSection, ComponentSection, CustomSection, ProducersField, ProducersSection, RawSection,
};
use wasmparser::{BinaryReader, ComponentName, ComponentNameSectionReader, ProducersSectionReader};

/// The section that names a component, and what is in it.
const NAME_SECTION: &str = "component-name";

/// The section that says which tools made a component.
const PRODUCERS_SECTION: &str = "producers";

/// The section with the state of the source text that was built, if the build was told.
const REVISION_SECTION: &str = "revision";

/// Sections that this host writes from the manifest, each one text, with the manifest's key.
const FROM_MANIFEST: [(&str, &str); 6] = [
    ("version", "version"),
    ("licenses", "license"),
    ("authors", "authors"),
    ("description", "description"),
    ("homepage", "homepage"),
    ("source", "source"),
];

/// Longest revision or name of a tool, in characters: a commit's hash has 64.
const MOST_WORD_CHARS: usize = 200;

/// Most tools named: language, compiler, linker, bindings, encoder, each once or twice.
const MOST_PRODUCERS: usize = 32;

/// What the standard sections say that the manifest does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The state of the source text that was built, as its author's tool names it.
    pub revision: Option<String>,
    /// Tools and their versions, by what they did: `language`, `processed-by`, `sdk`.
    pub producers: BTreeMap<String, BTreeMap<String, String>>,
}

/// The standard sections as they were found, in the file's order.
#[derive(Default)]
pub(super) struct Sections(Vec<(String, Vec<u8>)>);

impl Sections {
    /// Keeps a section if it is one of those that say what a package is.
    pub(super) fn keep(&mut self, name: &str, data: &[u8]) {
        // More than twice of one says no more than twice.
        if is_standard(name) && self.all(name).count() < 2 {
            self.0.push((name.to_owned(), data.to_vec()));
        }
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.0.iter().filter(move |(of, _)| of == name).map(|(_, data)| data.as_slice())
    }

    /// What they say beyond the manifest.
    ///
    /// # Errors
    /// A section that stands twice, cannot be read, or says something else than the manifest.
    pub(super) fn read(&self, manifest: Option<&Manifest>) -> Result<Metadata, Vec<Problem>> {
        let mut problems = Vec::new();
        let names = FROM_MANIFEST.iter().map(|(section, _)| *section);
        for section in names.chain([NAME_SECTION, PRODUCERS_SECTION, REVISION_SECTION]) {
            if self.all(section).count() > 1 {
                problems.push(Problem::new(
                    "package.metadata-twice",
                    format!("自定义段 {section}"),
                    "同一自定义段出现两次，不知以哪一段为准；请用 chuishao plugin build 重新构建",
                    "a standard section stands twice; build it again",
                ));
            }
        }
        if let Some(manifest) = manifest {
            problems.extend(self.contradictions(manifest));
        }
        let revision = self
            .all(REVISION_SECTION)
            .next()
            .map(|data| word(data).ok_or_else(|| problems.push(unreadable(REVISION_SECTION))).unwrap_or_default());
        let producers = self.all(PRODUCERS_SECTION).next().map(|data| {
            producers(data).ok_or_else(|| problems.push(unreadable(PRODUCERS_SECTION))).unwrap_or_default()
        });
        problems.truncate(MOST_PROBLEMS);
        if problems.is_empty() {
            Ok(Metadata { revision, producers: producers.unwrap_or_default() })
        } else {
            Err(problems)
        }
    }

    fn contradictions(&self, manifest: &Manifest) -> Vec<Problem> {
        let mut found = Vec::new();
        let name = self.all(NAME_SECTION).next().map(component_name);
        match name {
            Some(None) => found.push(unreadable(NAME_SECTION)),
            // Names of what is inside, and none for the component itself.
            None | Some(Some(None)) => {}
            Some(Some(Some(name))) if name == manifest.name => {}
            Some(Some(Some(name))) => found.push(mismatch(NAME_SECTION, "name", &name, &manifest.name)),
        }
        for (section, key) in FROM_MANIFEST {
            let Some(data) = self.all(section).next() else { continue };
            let wanted = said_by(manifest, section);
            match std::str::from_utf8(data) {
                Err(_) => found.push(unreadable(section)),
                Ok(text) if text == wanted => {}
                Ok(text) => found.push(mismatch(section, key, text, &wanted)),
            }
        }
        found
    }
}

fn is_standard(name: &str) -> bool {
    FROM_MANIFEST.iter().any(|(section, _)| *section == name)
        || [NAME_SECTION, PRODUCERS_SECTION, REVISION_SECTION].contains(&name)
}

/// What a section has to say. Empty when the manifest says nothing of it.
fn said_by(manifest: &Manifest, section: &str) -> String {
    match section {
        "version" => manifest.version.to_string(),
        "licenses" => manifest.license.clone(),
        "authors" => manifest.authors.join(", "),
        "description" => manifest.description.clone(),
        "homepage" => manifest.homepage.clone().unwrap_or_default(),
        "source" => manifest.source.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

fn unreadable(section: &str) -> Problem {
    Problem::new(
        "package.metadata-unreadable",
        format!("自定义段 {section}"),
        "自定义段不能读取：须为纯文本或标准写法，不含控制字符，长度适当；请用 chuishao plugin build 重新构建",
        "a standard section cannot be read; build it again",
    )
}

fn mismatch(section: &str, key: &str, found: &str, wanted: &str) -> Problem {
    let short = |text: &str| text.chars().take(MOST_WORD_CHARS).collect::<String>();
    let wanted = if wanted.is_empty() { "没有写".to_owned() } else { format!("写的是「{}」", short(wanted)) };
    Problem::new(
        "package.metadata-mismatch",
        format!("自定义段 {section}"),
        format!("写的是「{}」，清单 {key} {wanted}；请改成一致后用 chuishao plugin build 重新构建", short(found)),
        format!("the section says something else than the manifest's {key}"),
    )
}

/// A text that may be shown in one line.
fn word(data: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(data).ok()?;
    (text.chars().count() <= MOST_WORD_CHARS && !text.chars().any(is_hidden)).then(|| text.to_owned())
}

/// The component's name; `None` when the section cannot be read.
fn component_name(data: &[u8]) -> Option<Option<String>> {
    for part in ComponentNameSectionReader::new(BinaryReader::new(data, 0)) {
        if let ComponentName::Component { name, .. } = part.ok()? {
            return Some(Some(name.to_owned()));
        }
    }
    Some(None)
}

fn producers(data: &[u8]) -> Option<BTreeMap<String, BTreeMap<String, String>>> {
    let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut count = 0;
    for field in ProducersSectionReader::new(BinaryReader::new(data, 0)).ok()? {
        let field = field.ok()?;
        let tools = found.entry(word(field.name.as_bytes())?).or_default();
        for tool in field.values {
            let tool = tool.ok()?;
            count += 1;
            if count > MOST_PRODUCERS {
                return None;
            }
            tools.insert(word(tool.name.as_bytes())?, word(tool.version.as_bytes())?);
        }
    }
    Some(found)
}

/// Makes a component a package: takes out what stands in the sections of a package, and writes
/// them anew from the manifest, the manifest last. A revision and the names of tools are kept,
/// with this one added. The same component and manifest give the same bytes.
#[must_use]
pub fn with_manifest(component: &[u8], manifest: &Manifest) -> Vec<u8> {
    let mut package = Vec::with_capacity(component.len() + 4096);
    let mut made_by = BTreeMap::new();
    // What cannot be read is left as it is: reading the package will say what is wrong with it.
    let copied = walk(component, |found| match found {
        Walked::Header(bytes) => package.extend_from_slice(bytes),
        Walked::Custom(PRODUCERS_SECTION, data) => made_by = producers(data).unwrap_or_default(),
        Walked::Custom(name, _) if name != REVISION_SECTION && (is_standard(name) || name == MANIFEST_SECTION) => {}
        Walked::Custom(name, data) => custom(&mut package, name, data),
        Walked::Section(id, data) => RawSection { id, data }.append_to_component(&mut package),
    });
    if copied.is_err() {
        package = component.to_vec();
    }
    let mut name = ComponentNameSection::new();
    name.component(&manifest.name);
    name.append_to_component(&mut package);
    let this: BTreeMap<_, _> = [("chuishao".to_owned(), env!("CARGO_PKG_VERSION").to_owned())].into();
    made_by.entry("processed-by".to_owned()).or_default().extend(this);
    write_producers(&mut package, &made_by);
    for (section, _) in FROM_MANIFEST {
        let text = said_by(manifest, section);
        if !text.is_empty() {
            custom(&mut package, section, text.as_bytes());
        }
    }
    let json = serde_json::to_vec(manifest).unwrap_or_default();
    custom(&mut package, MANIFEST_SECTION, &json);
    package
}

/// Says in a component which state of the source text it was built from.
pub fn add_revision(component: &mut Vec<u8>, revision: &str) {
    custom(component, REVISION_SECTION, revision.as_bytes());
}

fn write_producers(package: &mut Vec<u8>, producers: &BTreeMap<String, BTreeMap<String, String>>) {
    let mut section = ProducersSection::new();
    for (what, tools) in producers {
        let mut field = ProducersField::new();
        for (name, version) in tools {
            field.value(name, version);
        }
        section.field(what, &field);
    }
    section.append_to_component(package);
}

fn custom(package: &mut Vec<u8>, name: &str, data: &[u8]) {
    CustomSection { name: name.into(), data: data.into() }.append_to_component(package);
}
