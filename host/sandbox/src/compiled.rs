//! Compiled code, kept between starts. Loading it is running it: so only a file that this
//! installation wrote is loaded, shown by an authentication code over the component's
//! digest, the engine's configuration and the code itself. What does not fit is thrown away
//! and made again, in a process of its own.

use crate::apart::{ApartError, Compiler};
use crate::engine::Engine;
use chuishao_domain::rule::problem::Problem;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use wasmtime::component::Component;

const KEY_BYTES: usize = 32;
const CODE_BYTES: usize = 32;

/// Most components remembered as not compiling: more than a city has plugins.
const MOST_GIVEN_UP: usize = 256;

/// The folder of compiled code, with the installation's own key, and what makes new code.
pub struct CompiledCode {
    folder: PathBuf,
    compiler: Compiler,
    /// Components that did not compile since the start, and why: each is asked for again whenever
    /// what is switched on changes, and a minute of compiling must not come each time.
    given_up: Mutex<BTreeMap<String, ApartError>>,
    key: [u8; KEY_BYTES],
}

/// Why a component could not be made ready.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The engine or the linker refuses the component.
    #[error("组件无法编译 (the component does not compile)")]
    Refused(#[source] wasmtime::Error),
    /// The process that compiles gave no code.
    #[error("组件无法编译 (the component does not compile)")]
    Apart(#[from] ApartError),
    /// The folder cannot be used.
    #[error("编译缓存 {folder:?} 不可用，请检查目录权限 (the folder of compiled code cannot be used)")]
    Folder {
        /// Which.
        folder: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

impl CompileError {
    /// The same as a problem of a file, for people.
    #[must_use]
    pub fn problem(&self, place: &str) -> Problem {
        match self {
            Self::Apart(error) => error.problem(place),
            Self::Refused(error) => ApartError::Refused(format!("{error:#}")).problem(place),
            Self::Folder { cause, .. } => {
                Problem::new("compile.folder", place, format!("{self}：{cause}"), "the folder cannot be used")
            }
        }
    }
}

impl CompiledCode {
    /// Opens the folder, making it and the key if need be.
    ///
    /// # Errors
    /// The folder cannot be made, read or written.
    pub fn open(folder: &Path, compiler: Compiler) -> Result<Self, CompileError> {
        let failed = |cause| CompileError::Folder { folder: folder.to_owned(), cause };
        fs::create_dir_all(folder).map_err(failed)?;
        let path = folder.join("installation.key");
        let key = match fs::read(&path).map(<[u8; KEY_BYTES]>::try_from) {
            Ok(Ok(key)) => key,
            _ => {
                let mut key = [0; KEY_BYTES];
                getrandom::fill(&mut key).map_err(|error| failed(io::Error::other(error.to_string())))?;
                write_private(&path, &key).map_err(failed)?;
                key
            }
        };
        Ok(Self { folder: folder.to_owned(), compiler, given_up: Mutex::default(), key })
    }

    /// The component as code: from the folder if this installation wrote it, else compiled.
    /// Compiling blocks for as long as its limits allow, see [`Compiler::compile`].
    ///
    /// # Errors
    /// The engine refuses the component, or compiling it takes too much.
    pub fn component(&self, engine: &Engine, bytes: &[u8]) -> Result<Component, CompileError> {
        let name = chuishao_domain::digest::digest(bytes);
        let path = self.folder.join(format!("{name}.code"));
        if let Some(component) = self.load(engine, &name, &path) {
            return Ok(component);
        }
        let code = self.compile(engine, &name, bytes)?;
        let mut file = self.mac(engine, &name, &code).finalize().into_bytes().to_vec();
        file.extend_from_slice(&code);
        // A full disk costs the next start some seconds, not the county its rule.
        if let Err(error) = write_private(&path, &file) {
            tracing::warn!(component = name, error = %error, "compiled code could not be kept");
        }
        deserialize(engine, &code).map_err(CompileError::Refused)
    }

    fn compile(&self, engine: &Engine, name: &str, bytes: &[u8]) -> Result<Vec<u8>, ApartError> {
        let given_up = || self.given_up.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = given_up().get(name).and_then(ApartError::lasting) {
            return Err(error);
        }
        let code = self.compiler.compile(engine, bytes);
        if let Some(error) = code.as_ref().err().and_then(ApartError::lasting) {
            let mut given_up = given_up();
            if given_up.len() >= MOST_GIVEN_UP {
                given_up.clear();
            }
            given_up.insert(name.to_owned(), error);
        }
        code
    }

    fn load(&self, engine: &Engine, name: &str, path: &Path) -> Option<Component> {
        let file = fs::read(path).ok()?;
        let (code_of_authentication, code) = file.split_at_checked(CODE_BYTES)?;
        if self.mac(engine, name, code).verify_slice(code_of_authentication).is_err() {
            tracing::warn!(component = name, "compiled code was not written by this installation; made again");
            return None;
        }
        deserialize(engine, code).ok()
    }

    fn mac(&self, engine: &Engine, name: &str, code: &[u8]) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("any length");
        for part in [engine.digest().as_bytes(), name.as_bytes(), code] {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac
    }
}

/// Compiles without keeping: for the author's test and the check.
///
/// # Errors
/// The engine refuses the component.
pub fn compile(engine: &Engine, bytes: &[u8]) -> Result<Component, CompileError> {
    Component::from_binary(engine.inner(), bytes).map_err(CompileError::Refused)
}

#[expect(unsafe_code, reason = "the only callers pass code whose authentication code they checked")]
fn deserialize(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: `code` came out of `precompile_component` of this engine configuration, in a
    // child of this process or of an earlier one of this installation, as the authentication
    // code over it shows.
    unsafe { Component::deserialize(engine.inner(), code) }
}

/// Writes beside and renames, so that a crash leaves the old file or the new one; only the
/// service's own user may read it.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write;
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = fs::File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}
