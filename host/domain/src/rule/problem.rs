//! A fault that an author or an operator has to mend: where, what, and what to do.

use crate::plain::escaped;
use serde::Serialize;
use std::fmt;

/// One fault, with a stable code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Problem {
    /// Stable, for looking it up: `manifest.name`, `setting.range`, …
    pub code: &'static str,
    /// Where: a key of the manifest, a setting's name, an import.
    pub place: String,
    /// What is wrong and what to do, in Chinese.
    pub chinese: String,
    /// The same in English.
    pub english: String,
}

impl Problem {
    /// Makes one.
    #[must_use]
    pub fn new(
        code: &'static str,
        place: impl Into<String>,
        chinese: impl Into<String>,
        english: impl Into<String>,
    ) -> Self {
        // Names of imports and keys come from the author: they are written out, not obeyed.
        let said = |text: String| text.split('\n').map(escaped).collect::<Vec<_>>().join("\n");
        Self { code, place: said(place.into()), chinese: said(chinese.into()), english: said(english.into()) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}：{}\n    {}", self.code, self.place, self.chinese, self.english)
    }
}
