//! `--watch`: at every change of a plugin's folder the component is built again, if what was changed
//! goes into it, and the work is done again.

use super::build::build;
use super::files::read_package;
use super::ready::component_of;
use super::{Faults, read_manifest};
use crate::Outcome;
use notify::{Event, EventKind, RecursiveMode, Watcher};
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long the folder is quiet before the work begins: an editor writes a file in several steps.
const QUIET: Duration = Duration::from_millis(80);

/// Folders whose files nobody writes by hand.
const NOT_WATCHED: [&str; 6] = ["target", "node_modules", ".git", ".venv", "__pycache__", "dist"];

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// The code or the manifest: to be built.
    Source,
    /// Scenarios alone.
    Scenarios,
}

/// The changes of a folder.
pub struct Changes {
    events: Receiver<notify::Result<Event>>,
    folder: PathBuf,
    /// Dropped, it looks no more.
    _watcher: notify::RecommendedWatcher,
}

impl Changes {
    /// Begins to look.
    pub fn of(folder: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let folder = folder.canonicalize().map_err(|error| format!("读不到目录 {}：{error}", folder.display()))?;
        let (sender, events) = channel();
        let mut watcher = notify::recommended_watcher(sender)?;
        watcher.watch(&folder, RecursiveMode::Recursive)?;
        Ok(Self { events, folder, _watcher: watcher })
    }

    /// Waits for the next change, and until the folder is quiet again. Nothing after `most`.
    pub fn next(&self, most: Option<Duration>) -> Option<Changed> {
        let until = most.map(|most| Instant::now() + most);
        let mut changed = None;
        loop {
            let waited = match (changed, until) {
                (Some(_), _) => self.events.recv_timeout(QUIET),
                (None, Some(until)) => self.events.recv_timeout(until.saturating_duration_since(Instant::now())),
                (None, None) => self.events.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match waited {
                Ok(Ok(event)) => changed = wider(changed, self.kind_of(&event)),
                Ok(Err(_)) => {}
                Err(_) => return changed,
            }
        }
    }

    fn kind_of(&self, event: &Event) -> Option<Changed> {
        if matches!(event.kind, EventKind::Access(_)) {
            return None;
        }
        let inside = event.paths.iter().filter_map(|path| path.strip_prefix(&self.folder).ok());
        inside.map(what_changed).fold(None, wider)
    }
}

fn wider(one: Option<Changed>, other: Option<Changed>) -> Option<Changed> {
    match (one, other) {
        (Some(Changed::Source), _) | (_, Some(Changed::Source)) => Some(Changed::Source),
        (one, other) => one.or(other),
    }
}

/// What a change of this file, named from the folder, means; nothing for what we or tools write.
fn what_changed(path: &Path) -> Option<Changed> {
    let first = path.components().next()?;
    let written_by_tools = |part: Component<'_>| NOT_WATCHED.iter().any(|name| part.as_os_str() == *name);
    let name = path.file_name()?.to_string_lossy();
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if path.components().any(written_by_tools) || name.starts_with('.') || name.ends_with('~') {
        return None;
    }
    match extension {
        "wasm" | "sig" | "snap" | "new" | "lock" | "swp" | "tmp" => None,
        _ if name == "bench.json" => None,
        _ if first.as_os_str() == "scenarios" => Some(Changed::Scenarios),
        _ => Some(Changed::Source),
    }
}

/// Whether the component is missing, or its manifest is not that of the folder.
pub fn must_build(folder: &Path) -> bool {
    read_manifest(folder).is_ok_and(|manifest| {
        let component = component_of(folder, &manifest);
        !read_package(&component).is_ok_and(|package| *package.manifest == manifest)
    })
}

/// Does the work at once and at every change; ends with the process.
pub fn watch(folder: &Path, mut work: impl FnMut() -> Outcome) -> Outcome {
    let changes = Changes::of(folder)?;
    let mut build_first = must_build(folder);
    loop {
        if build_first {
            report(built(folder));
        }
        let started = Instant::now();
        report(work());
        println!(
            "—— {} 毫秒；改动 {} 里的文件会再次运行，Ctrl-C 结束",
            started.elapsed().as_millis(),
            folder.display()
        );
        let Some(changed) = changes.next(None) else { return Ok(()) };
        build_first = changed == Changed::Source;
        println!();
    }
}

fn built(folder: &Path) -> Outcome {
    let started = Instant::now();
    let built = build(folder, None)?;
    println!("已构建 {}（{} 字节，{} 毫秒）", built.path.display(), built.bytes, started.elapsed().as_millis());
    Ok(())
}

/// A fault ends the round and not the watching.
fn report(outcome: Outcome) {
    if let Err(error) = outcome {
        let what = if error.is::<Faults>() { "" } else { "错误：" };
        eprintln!("{what}{error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tools_write_is_no_change() {
        for (path, expected) in [
            ("src/lib.rs", Some(Changed::Source)),
            ("plugin.toml", Some(Changed::Source)),
            ("scenarios/a.toml", Some(Changed::Scenarios)),
            ("scenarios/a.snap", None),
            ("target/release/x.d", None),
            ("a-rule.wasm", None),
            ("a-rule.wasm.123.new", None),
            (".lib.rs.swp", None),
        ] {
            assert_eq!(what_changed(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn a_change_is_seen() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("scenarios")).expect("a folder");
        let changes = Changes::of(folder.path()).expect("it looks");
        std::fs::write(folder.path().join("scenarios/a.toml"), "").expect("it is written");
        assert_eq!(changes.next(Some(Duration::from_secs(30))), Some(Changed::Scenarios));
        std::fs::write(folder.path().join("lib.rs"), "").expect("it is written");
        assert_eq!(changes.next(Some(Duration::from_secs(30))), Some(Changed::Source));
    }
}
