//! A plugin that is ready to be called on the author's machine: built, read as the server would
//! read it, and the same as its manifest says.

use super::files::{fault, read_component};
use super::language::tools::folder as tools_folder;
use super::{Faults, read_manifest};
use chuishao_domain::World;
use chuishao_domain::rule::manifest::Manifest;
use chuishao_sandbox::apart::{CompileLimits, Compiler, own_program};
use chuishao_sandbox::compiled::CompiledCode;
use chuishao_sandbox::engine::{Budget, Engine};
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::package::Package;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

type Fault = Box<dyn std::error::Error>;

/// The plugin.
pub struct Ready {
    /// Where its scenarios are.
    pub folder: PathBuf,
    /// The component.
    pub guest: Guest,
    /// How long the engine took to make it ready.
    pub compiled_in: Duration,
    /// The city in which its stories happen.
    pub world: World,
}

impl Ready {
    /// From a plugin's folder: the component that was built last, if it still is what the manifest
    /// says.
    pub fn of_folder(folder: &Path) -> Result<Self, Fault> {
        let manifest = read_manifest(folder)?;
        let component = component_of(folder, &manifest);
        if !component.is_file() {
            let place = component.display().to_string();
            let words = "还没有构建出组件，请先运行 chuishao plugin build";
            return Err(fault("test.component", &place, words, "build the plugin first").into());
        }
        let ready = Self::of_file(&component)?;
        if *ready.guest.package().manifest != manifest {
            let words = "plugin.toml 在构建之后改过，请重新运行 chuishao plugin build";
            return Err(fault("test.stale", "plugin.toml", words, "build the plugin again").into());
        }
        Ok(Self { folder: folder.to_owned(), ..ready })
    }

    /// From a component's file alone.
    pub fn of_file(file: &Path) -> Result<Self, Fault> {
        let package = Package::read(&read_component(file)?).map_err(Faults)?;
        let started = Instant::now();
        let guest = load(package, file)?;
        let compiled_in = started.elapsed();
        let folder = file.parent().map(Path::to_owned).unwrap_or_default();
        Ok(Self { folder, guest, compiled_in, world: World::weifang() })
    }

    /// From either.
    pub fn of(path: &Path) -> Result<Self, Fault> {
        if path.is_dir() { Self::of_folder(path) } else { Self::of_file(path) }
    }

    /// What it declares.
    pub fn manifest(&self) -> &Manifest {
        &self.guest.package().manifest
    }
}

/// Compiles as the server does, in a process of its own, under its limits, and keeps the code for
/// the next command: a rule in Python takes half a minute.
///
/// # Errors
/// The engine refuses the component, or compiling it takes too much.
pub fn load(package: Package, file: &Path) -> Result<Guest, Fault> {
    let engine = Engine::new(Budget::default())?;
    let folder = tools_folder()?.join("code");
    let code = CompiledCode::open(&folder, Compiler::new(own_program()?, CompileLimits::default()))?;
    let place = file.display().to_string();
    let guest = Guest::load(&engine, package, Some(&code)).map_err(|error| Faults(vec![error.problem(&place)]))?;
    forget_old(&folder);
    Ok(guest)
}

/// Compiled components that are kept: those of the rules that an author has in hand. One in Python
/// takes 33 MiB.
const MOST_KEPT: usize = 16;

/// The oldest go. What cannot be removed now is removed another time.
fn forget_old(folder: &Path) {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut code: Vec<_> = files.filter(|path| path.extension().is_some_and(|ending| ending == "code")).collect();
    code.sort_by_cached_key(|path| fs::metadata(path).and_then(|file| file.modified()).ok());
    let old = code.len().saturating_sub(MOST_KEPT);
    for path in &code[..old] {
        let _ = fs::remove_file(path);
    }
}

/// Where `plugin build` puts the component of a folder.
pub fn component_of(folder: &Path, manifest: &Manifest) -> PathBuf {
    folder.join(format!("{}.wasm", manifest.name))
}
