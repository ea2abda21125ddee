//! The files of an author: packages, keys, signatures. Read within their limits, written whole or
//! not at all, and never over something else.

use super::Faults;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::rule::problem::Problem;
use chuishao_sandbox::limits::MOST_COMPONENT_BYTES;
use chuishao_sandbox::package::Package;
use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Longest key or signature file, in bytes: four short lines.
pub const MOST_LINES_BYTES: usize = 4096;

/// Longest text of an author (manifest, scenario, records of one call), in bytes.
pub const MOST_TEXT_BYTES: usize = 1 << 20;

/// One fault, as what ends a command.
pub fn fault(code: &'static str, place: &str, chinese: impl Into<String>, english: &str) -> Faults {
    Faults(vec![Problem::new(code, place, chinese, english)])
}

/// A refusal of the domain about a file.
pub fn refused(path: &Path, refusal: Refusal) -> Faults {
    let code = match refusal.code {
        Cow::Borrowed(code) => code,
        // One that was read from somewhere: none of those that are asked for here.
        Cow::Owned(_) => "refused",
    };
    fault(code, &path.display().to_string(), refusal.chinese, &refusal.english)
}

/// A component's file.
pub fn read_component(path: &Path) -> Result<Vec<u8>, Faults> {
    read_at_most(path, MOST_COMPONENT_BYTES)
}

/// A package's file, read as the server reads it.
pub fn read_package(path: &Path) -> Result<Package, Faults> {
    Package::read(&read_component(path)?).map_err(Faults)
}

/// A key's or a signature's file.
pub fn read_lines(path: &Path) -> Result<String, Faults> {
    text_of(path, MOST_LINES_BYTES)
}

/// A manifest or a scenario.
pub fn read_text(path: &Path) -> Result<String, Faults> {
    text_of(path, MOST_TEXT_BYTES)
}

fn text_of(path: &Path, most_bytes: usize) -> Result<String, Faults> {
    let bytes = read_at_most(path, most_bytes)?;
    String::from_utf8(bytes).map_err(|_| {
        fault("file.not-text", &path.display().to_string(), "文件不是文本（须为 UTF-8）", "the file is not text")
    })
}

fn read_at_most(path: &Path, most_bytes: usize) -> Result<Vec<u8>, Faults> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(most_bytes as u64 + 1).read_to_end(&mut bytes));
    let place = path.display().to_string();
    match read {
        Ok(_) if bytes.len() > most_bytes => {
            let words = format!("文件超过 {most_bytes} 字节，不像是所要的文件");
            Err(fault("file.size", &place, words, "the file is too large to be the one that is wanted"))
        }
        Ok(_) => Ok(bytes),
        Err(error) => Err(fault("file.unreadable", &place, format!("读不到文件：{error}"), "the file cannot be read")),
    }
}

/// Where the signature of a package lies: beside it, `rule.wasm.sig`.
pub fn signature_beside(package: &Path) -> PathBuf {
    let mut name = OsString::from(package);
    name.push(".sig");
    name.into()
}

/// Writes a new file, which nobody but its owner may read if it is a secret.
pub fn write_new(path: &Path, bytes: &[u8], secret: bool) -> Result<(), Faults> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if secret {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let place = path.display().to_string();
    let written = options.open(path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    match written {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(fault("file.exists", &place, "文件已存在，不覆盖；请换一个文件名", "the file is there already"))
        }
        Err(error) => Err(unwritable(path, &error)),
    }
}

/// Writes a file or puts it in the place of an older one, whole or not at all.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Faults> {
    let mut beside = OsString::from(path);
    beside.push(format!(".{}.new", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    written.map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> Faults {
    fault("file.unwritable", &path.display().to_string(), format!("写不进文件：{error}"), "the file cannot be written")
}

/// A secret key that others may read is no secret.
#[cfg(unix)]
pub fn must_be_private(path: &Path) -> Result<(), Faults> {
    use std::os::unix::fs::PermissionsExt;
    let place = path.display().to_string();
    let mode = fs::metadata(path).map(|found| found.permissions().mode());
    match mode {
        Ok(mode) if mode & 0o077 == 0 => Ok(()),
        Ok(_) => {
            let words = format!("私钥文件别人也能读，可能已经泄露：请运行 chmod 600 {place}，有疑问就换新密钥");
            Err(fault("key.exposed", &place, words, "others may read this secret key; chmod 600, or make another"))
        }
        Err(error) => Err(fault("file.unreadable", &place, format!("读不到文件：{error}"), "the file cannot be read")),
    }
}

/// Elsewhere the folder's rights decide.
#[cfg(not(unix))]
pub fn must_be_private(_: &Path) -> Result<(), Faults> {
    Ok(())
}
