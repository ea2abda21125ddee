//! One row (一行): when it applies and what it asks for.

use crate::cell::{Test, items};
use crate::fault::Fault;
use crate::fill;
use crate::measure::{self, Measure};
use crate::words::{self, Condition, Event};

/// Longest reason, in characters: what a timeline takes, less the row's number behind it.
const MOST_REASON_CHARS: usize = 450;

/// The cells of a row as texts, by heading. Empty ones are not there.
#[derive(Clone, Debug, Default)]
pub struct Cells<'a> {
    /// The row as the spreadsheet numbers it.
    pub row: u32,
    /// Heading and text.
    pub cells: Vec<(&'a str, &'a str)>,
}

impl<'a> Cells<'a> {
    /// What stands under a heading, if something does.
    #[must_use]
    pub fn get(&self, heading: &str) -> Option<&'a str> {
        self.cells.iter().find(|(known, _)| *known == heading).map(|(_, text)| *text)
    }
}

/// A row that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The row as the spreadsheet numbers it: what people are told.
    pub number: u32,
    /// When it is looked at.
    pub events: Vec<Event>,
    /// What must be so: all of it.
    pub tests: Vec<(Condition, Test)>,
    /// What it asks for; nothing when it says that nothing is to be done.
    pub measures: Vec<Measure>,
    /// Why, for people.
    pub reason: String,
}

impl Row {
    /// Reads a row.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(cells: &Cells<'_>) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut fault = |column: &str, words: String| faults.push(Fault::new(cells.row, column, words));
        let mut events = Vec::new();
        for word in cells.get(words::EVENT).map(items).into_iter().flatten() {
            match Event::read(word) {
                Ok(event) => events.push(event),
                Err(words) => fault(words::EVENT, words),
            }
        }
        if cells.get(words::EVENT).is_none() {
            fault(words::EVENT, "没有填写：什么时候看这一行？例如 派单".into());
        }
        let mut tests = Vec::new();
        for condition in Condition::ALL {
            let Some(text) = cells.get(condition.heading()) else { continue };
            match Test::read(text, condition.kind()) {
                Ok(test) => tests.push((*condition, test)),
                Err(words) => fault(condition.heading(), words),
            }
            if let Some(event) = events.iter().find(|event| !condition.on().takes(**event)) {
                fault(condition.heading(), format!("事件「{}」没有这一项：{}", event.word(), condition.help()));
            }
        }
        let measures = measure::read(cells, &mut faults);
        let row =
            Self { number: cells.row, events, tests, measures, reason: cells.get(words::REASON).unwrap_or("").into() };
        row.check(cells, &mut faults);
        if faults.is_empty() { Ok(row) } else { Err(faults) }
    }

    /// What no cell alone can show.
    fn check(&self, cells: &Cells<'_>, faults: &mut Vec<Fault>) {
        let before = faults.len();
        let mut fault = |column: &str, words: String| faults.push(Fault::new(self.number, column, words));
        for measure in &self.measures {
            for event in &self.events {
                if let Some(why) = measure.hindered(*event) {
                    fault(measure.column(), format!("事件「{}」时不能：{why}", event.word()));
                }
            }
        }
        let reports = self.measures.iter().any(|measure| matches!(measure, Measure::Section { .. }));
        let texts = self.measures.iter().flat_map(Measure::texts).chain([(words::REASON, self.reason.as_str())]);
        for (column, text) in texts {
            let of_report = column == words::SECTION || (reports && column == words::REASON);
            if let Err(words) = fill::check(text, &self.events, of_report) {
                fault(column, words);
            }
        }
        if self.reason.chars().count() > MOST_REASON_CHARS {
            fault(words::REASON, format!("最多 {MOST_REASON_CHARS} 个字"));
        }
        let nothing = match cells.get(words::NOTHING) {
            Some("是") => true,
            None | Some("否") => false,
            Some(other) => {
                fault(words::NOTHING, format!("不能填「{other}」；填「是」，或者不填"));
                false
            }
        };
        // A measure that could not be read is a fault already.
        match (nothing, self.measures.is_empty()) {
            (true, false) => {
                fault(words::NOTHING, format!("填了「是」，又填了「{}」：只能留一样", self.measures[0].column()))
            }
            (false, true) if before == 0 => {
                fault("", "没有填写任何措施；本意是什么都不做的，请在「不处理」填「是」".into());
            }
            (false, false) if self.reason.is_empty() => {
                fault(words::REASON, "没有填写：理由会显示给工作人员，写清楚为什么".into());
            }
            _ => {}
        }
    }
}
