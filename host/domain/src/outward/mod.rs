//! Documents that leave the hotline (外发文书): the enforcement feed, referrals, and a public
//! read-only view. Pure: they are built here and sent from the outbox.
//!
//! **No outward document carries free text.** What a caller said, what somebody typed, what a
//! rule remarked, an estate or a building never goes out, redacted or not: redaction is a net
//! and not a proof, a receiver counts and supervises by item, unit, time and result, and what
//! was sent cannot be called back. Whoever has to read the matter itself asks the hotline with
//! the ticket's number. So every text in a document is a name out of the catalogue, a number
//! or a moment; what the catalogue does not know is left out. A confidential ticket gives its
//! county and not its street, and is not in the public view at all.
//!
//! - `feed`: matters of administrative enforcement, for the enforcement supervision platform;
//! - `referral`: batches for the courts, arbitration, police, justice and petitions offices;
//! - `open311`: the Open311 GeoReport v2 view;
//! - `signature`: Standard Webhooks signatures of what is sent.

pub mod feed;
pub mod open311;
pub mod referral;
pub mod signature;

use crate::World;
use crate::ids::UnitId;
use crate::ticket::Ticket;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who sends (CloudEvents `source`): this hotline. With the id it names an event for ever.
pub const SOURCE: &str = "/weifang/12345";

/// The JSON Schemas of what the documents say, each under the address that a document's
/// `dataschema` names: they are handed to the receivers' developers.
pub const SCHEMAS: [(&str, &str); 3] = [
    (feed::MATTER.1, include_str!("../../data/schemas/enforcement-matter.json")),
    (feed::WITHDRAWN.1, include_str!("../../data/schemas/enforcement-matter-withdrawn.json")),
    (referral::BATCH.1, include_str!("../../data/schemas/referral-batch.json")),
];

/// An id and the name that the catalogue has for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Named {
    /// Its id or code.
    pub id: String,
    /// 名称.
    pub name: String,
}

impl Named {
    fn new(id: &impl ToString, name: &str) -> Self {
        Self { id: id.to_string(), name: name.to_owned() }
    }

    fn category(ticket: &Ticket, world: &World) -> Option<Self> {
        let category = world.catalogue.category(&ticket.intake.category)?;
        Some(Self::new(&category.code, &category.name))
    }

    fn territory(ticket: &Ticket, world: &World) -> Option<Self> {
        let territory = world.catalogue.territory(ticket.territory())?;
        Some(Self::new(&territory.id, &territory.name))
    }

    fn unit(id: &UnitId, world: &World) -> Option<Self> {
        world.catalogue.unit(id).map(|unit| Self::new(&unit.id, &unit.name))
    }

    /// The street, when what was written down is the name of one; never of a confidential
    /// ticket.
    fn street(ticket: &Ticket, world: &World) -> Option<Self> {
        if ticket.intake.confidential {
            return None;
        }
        let place = &ticket.intake.place;
        world.catalogue.street(&place.territory, &place.street).map(|unit| Self::new(&unit.id, &unit.name))
    }
}

/// A document in its envelope: CloudEvents 1.0, JSON format, in this order of fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct CloudEvent<Data> {
    /// `1.0`.
    pub specversion: &'static str,
    /// Unique for the source: the receiver's idempotency key.
    pub id: String,
    /// [`SOURCE`].
    pub source: &'static str,
    /// What kind of document, with its version.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What it is about: a ticket's number, or a receiver's code.
    pub subject: String,
    /// When it happened.
    #[schemars(with = "String")]
    pub time: Timestamp,
    /// `application/json`.
    pub datacontenttype: &'static str,
    /// Where the data is described.
    pub dataschema: &'static str,
    /// The document.
    pub data: Data,
}

impl<Data: Serialize> CloudEvent<Data> {
    /// The bytes that are sent and signed: the same document gives the same bytes.
    ///
    /// # Panics
    /// Never: the documents have texts, numbers and flags alone.
    #[must_use]
    #[expect(clippy::expect_used, reason = "records of texts, numbers and flags always become JSON")]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("an outward document is JSON")
    }
}

fn envelope<Data>(
    kind: (&'static str, &'static str),
    id: String,
    subject: String,
    at: Timestamp,
    data: Data,
) -> CloudEvent<Data> {
    let (kind, dataschema) = kind;
    CloudEvent {
        specversion: "1.0",
        id,
        source: SOURCE,
        kind,
        subject,
        time: at,
        datacontenttype: "application/json",
        dataschema,
        data,
    }
}
