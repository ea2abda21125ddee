//! What leaves as a file (导出): who took it, of which ticket or period, and how many rows it has, is a line
//! of the audit log before anything of it is sent. On pages it is the same, since they ask here.

use super::actor::Entrant;
use super::gate::{Gate, RequestFrom, address_of, note};
use super::problem::Problem;
use crate::accounts::From;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chuishao_domain::account::audit::Deed;

/// Whoever asks for something that may leave as a file.
pub struct Exporter {
    /// Who it is.
    pub entrant: Entrant,
    gate: Gate,
    from: From,
    address: String,
}

impl<S: Sync> FromRequestParts<S> for Exporter {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let entrant = Entrant::from_request_parts(parts, state).await?;
        let RequestFrom(from) = RequestFrom::from_request_parts(parts, state).await?;
        let gate = parts.extensions.get::<Gate>().cloned().ok_or_else(Problem::internal)?;
        Ok(Self { entrant, gate, from, address: address_of(&parts.method, &parts.uri) })
    }
}

impl Exporter {
    /// Writes down what leaves; without that nothing does.
    pub async fn leaves(&self, what: &str) -> Result<(), Problem> {
        note(&self.gate, &self.entrant, Deed::Export, (&self.address, what), &self.from).await
    }
}
