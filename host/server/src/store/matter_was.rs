//! What a matter was before it changed (诉求曾为): written with the change, so that figures can be
//! counted as they were at any moment ([`super::figures_then`]).

use super::database::Value;
use super::many::Column::{Integer, Text};
use super::many::{ManyRows, RowValues};
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::ids::TicketId;
use chuishao_domain::ticket::{Intake, Ticket};
use jiff::Timestamp;

/// Of several changes in one millisecond, what held before the first of them.
pub(super) static MATTER_WAS: ManyRows = ManyRows {
    before: "insert into matter_was (ticket_id, until, category_group, street, estate, building) ",
    columns: &[Text, Integer, Text, Text, Text, Text],
    after: " on conflict (ticket_id, until) do nothing",
    returning: None,
};

/// What counts of a matter and can change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changing {
    group: String,
    street: String,
    estate: String,
    building: String,
}

impl Changing {
    pub(super) fn of(ticket: &Ticket) -> Self {
        Self::in_intake(&ticket.intake)
    }

    fn in_intake(intake: &Intake) -> Self {
        let place = &intake.place;
        Self {
            group: intake.category.group().to_owned(),
            street: place.street.clone(),
            estate: place.estate.clone(),
            building: place.building.clone(),
        }
    }

    /// The row that says that it was so until a moment.
    pub(super) fn row(&self, id: &TicketId, until: Timestamp) -> RowValues {
        vec![
            id.as_str().into(),
            until.as_millisecond().into(),
            self.group.as_str().into(),
            self.street.as_str().into(),
            self.estate.as_str().into(),
            self.building.as_str().into(),
        ]
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::PlaceFilled { name, text } => match name.as_str() {
                "place.street" => self.street.clone_from(text),
                "place.estate" => self.estate.clone_from(text),
                _ => self.building.clone_from(text),
            },
            Event::Reclassified { category } => category.group().clone_into(&mut self.group),
            _ => {}
        }
    }
}

/// Whether an event changes what counts of a matter.
pub(super) fn changes(recorded: &Recorded) -> bool {
    matches!(recorded.event, Event::PlaceFilled { .. } | Event::Reclassified { .. })
}

/// All rows of a ticket, from its whole history.
pub(super) fn rows(id: &TicketId, history: &[Recorded]) -> Vec<RowValues> {
    let Some(Event::Registered { intake, .. }) = history.first().map(|first| &first.event) else { return Vec::new() };
    let mut now = Changing::in_intake(intake);
    let mut rows: Vec<RowValues> = Vec::new();
    for recorded in history.iter().filter(|recorded| changes(recorded)) {
        let until = Value::from(recorded.at.as_millisecond());
        if rows.last().is_none_or(|last| last[1] != until) {
            rows.push(now.row(id, recorded.at));
        }
        now.apply(&recorded.event);
    }
    rows
}
