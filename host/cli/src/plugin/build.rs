//! `plugin build`: runs the language's own tool chain and puts the manifest into the component.

use super::files::replace;
use super::language::Language;
use super::{Faults, read_manifest};
use chuishao_sandbox::package::{Package, add_revision, with_manifest};
use std::path::{Path, PathBuf};

/// What a build gives.
pub struct Built {
    /// The component.
    pub path: PathBuf,
    /// Its size.
    pub bytes: usize,
}

/// Builds a plugin's folder; the state of its source text is written into the file if it is told.
///
/// # Errors
/// A tool is missing, the code does not compile, or the component is refused.
pub fn build(folder: &Path, revision: Option<&str>) -> Result<Built, Box<dyn std::error::Error>> {
    let manifest = read_manifest(folder)?;
    let (language, main) = Language::of(folder)?;
    let mut component = language.component(folder, main)?;
    if let Some(revision) = revision {
        add_revision(&mut component, revision);
    }
    let bytes = with_manifest(&component, &manifest);
    Package::read(&bytes).map_err(Faults)?;
    let path = folder.join(format!("{}.wasm", manifest.name));
    replace(&path, &bytes)?;
    Ok(Built { path, bytes: bytes.len() })
}
