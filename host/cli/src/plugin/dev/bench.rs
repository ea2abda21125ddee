//! What there is to be shown (工作台): the plugin as it was built last, what came of its scenarios,
//! and what is wrong with either. A number says how often it changed.

use super::super::build::build;
use super::super::ready::Ready;
use super::super::test::{Run, StoryRun, explained, run, title};
use super::super::watch::Changed;
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::watch;

/// See the module.
pub struct Workbench {
    folder: PathBuf,
    shown: Mutex<Shown>,
    changed: watch::Sender<u64>,
}

/// What the page shows.
#[derive(Clone, Default)]
pub struct Shown {
    /// The plugin; absent until it was built once.
    pub ready: Option<Arc<Ready>>,
    /// What is wrong, in words.
    pub fault: Option<String>,
    /// Whether it is being built just now.
    pub busy: bool,
    /// How long build and scenarios took, in milliseconds.
    pub took_millis: [u64; 2],
    /// The scenarios.
    pub stories: Vec<ShownStory>,
}

/// One scenario in the list.
#[derive(Clone, Serialize)]
pub struct ShownStory {
    file: String,
    title: String,
    passed: bool,
    /// The story itself, to begin from.
    scenario: Json,
    /// What is wrong with each step.
    complaints: Vec<Vec<String>>,
}

impl Workbench {
    /// Nothing is shown yet.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), shown: Mutex::default(), changed: watch::Sender::new(0) }
    }

    /// The plugin's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is shown now.
    pub fn shown(&self) -> Shown {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tells when it changes.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    fn show(&self, change: impl FnOnce(&mut Shown)) {
        change(&mut self.shown.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.send_modify(|number| *number += 1);
    }

    /// Builds, if the code changed, and plays the scenarios.
    pub fn work(&self, changed: Changed) {
        let started = Instant::now();
        self.show(|shown| shown.busy = true);
        let ready = match (changed, self.shown().ready) {
            (Changed::Scenarios, Some(ready)) => Ok(ready),
            (Changed::Scenarios, None) => Ready::of_folder(&self.folder).map(Arc::new),
            (Changed::Source, _) => {
                build(&self.folder, None).and_then(|_| Ready::of_folder(&self.folder)).map(Arc::new)
            }
        };
        let built = millis(started);
        match ready.and_then(|ready| Ok((stories(&ready)?, ready))) {
            Ok((stories, ready)) => {
                let took_millis = [built, millis(started).saturating_sub(built)];
                self.show(|shown| {
                    *shown = Shown { ready: Some(ready), fault: None, busy: false, took_millis, stories };
                });
            }
            // What worked before stays there, with what is wrong now.
            Err(error) => self.show(|shown| {
                shown.fault = Some(error.to_string());
                shown.busy = false;
            }),
        }
    }

    /// What came of it, in a line.
    pub fn summary(&self) -> String {
        let shown = self.shown();
        if let Some(fault) = shown.fault {
            return fault;
        }
        let [build, play] = shown.took_millis;
        let failed = shown.stories.iter().filter(|story| !story.passed).count();
        format!("构建 {build} 毫秒，{} 个场景 {play} 毫秒，{failed} 个不符合预期", shown.stories.len())
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn stories(ready: &Ready) -> Result<Vec<ShownStory>, Box<dyn std::error::Error>> {
    let Run { stories, .. } = run(ready, None, false)?;
    stories.into_iter().map(|story| Ok(shown_story(&story)?)).collect()
}

fn shown_story(story: &StoryRun) -> Result<ShownStory, serde_json::Error> {
    Ok(ShownStory {
        file: story.file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        title: title(story),
        passed: story.steps.iter().all(|step| step.complaints.is_empty()),
        scenario: serde_json::to_value(&story.scenario)?,
        complaints: story.steps.iter().map(explained).collect(),
    })
}

/// What the page needs of the manifest and of the city, to offer what can be chosen.
pub fn choices(ready: &Ready) -> Json {
    let (manifest, catalogue) = (ready.manifest(), &ready.world.catalogue);
    let territories = catalogue.territories().filter(|one| !one.id.is_city() && one.retired_on.is_none());
    let categories = catalogue.categories().filter(|one| one.retired_on.is_none());
    let units = catalogue.units().filter(|one| one.retired_on.is_none());
    let named = |id: &str, name: &str| json!([id, name]);
    json!({
        "name": manifest.name, "title": manifest.title, "version": manifest.version,
        "listens": manifest.listens.iter().map(|kind| named(kind.as_str(), kind.term())).collect::<Vec<_>>(),
        "settings": manifest.settings, "facts": manifest.facts,
        "territories": territories.map(|one| named(one.id.as_str(), &one.name)).collect::<Vec<_>>(),
        "categories": categories.map(|one| named(one.code.as_str(), &one.name)).collect::<Vec<_>>(),
        "units": units.map(|one| named(one.id.as_str(), &one.name)).collect::<Vec<_>>(),
    })
}
