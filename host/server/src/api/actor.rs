//! Who acts (操作人), as each room knows it: made of whoever the gate let in.

use super::problem::Problem;
use crate::accounts::access::Asker;
use crate::desk::Desk;
use crate::store::audit::OwedLine;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chuishao_domain::account::action::Action;
use chuishao_domain::account::permission::{Target, admit};
use chuishao_domain::account::post::Acting;
use chuishao_domain::actor::By;
use chuishao_domain::plugin::rollout::actor::Officer;
use chuishao_domain::topic::actor::TopicBy;

/// Whom the gate let in.
#[derive(Clone, Debug)]
pub struct Entrant {
    /// Who it is.
    pub asker: Asker,
    /// In which post; nothing where only the own account matters and he holds several.
    pub acting: Option<Acting>,
    /// The line of the audit log that is to be written with what he does.
    pub line: Option<OwedLine>,
}

impl Entrant {
    /// In which post he acts.
    pub fn acting(&self) -> Result<&Acting, Problem> {
        self.acting.as_ref().ok_or_else(Problem::post_needed)
    }

    /// Refuses what is beyond this post's place.
    pub fn must_reach(&self, desk: &Desk, action: Action, target: Target<'_>) -> Result<(), Problem> {
        admit(self.acting()?, action, target, &desk.world()).map_err(Problem::from)
    }

    /// Whether it is within this post's place.
    pub fn reaches(&self, desk: &Desk, action: Action, target: Target<'_>) -> bool {
        self.must_reach(desk, action, target).is_ok()
    }
}

impl<S: Sync> FromRequestParts<S> for Entrant {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // A door that is open to everybody has no business with who it is.
        parts.extensions.get::<Self>().cloned().ok_or_else(Problem::internal)
    }
}

/// An actor of one room.
pub trait RoomActor: Sized + Send {
    /// As that room knows whoever acts; nothing when the post has no work there.
    fn of(acting: &Acting) -> Option<Self>;
}

impl RoomActor for By {
    fn of(acting: &Acting) -> Option<Self> {
        acting.by()
    }
}

impl RoomActor for TopicBy {
    fn of(acting: &Acting) -> Option<Self> {
        acting.topic_by()
    }
}

impl RoomActor for Officer {
    fn of(acting: &Acting) -> Option<Self> {
        acting.officer()
    }
}

/// Who acts, as a room knows it.
pub fn actor<Who: RoomActor>(entrant: &Entrant) -> Result<Who, Problem> {
    let acting = entrant.acting()?;
    Who::of(acting).ok_or_else(|| {
        let chinese = format!("{}在这里没有工作", acting.post.role.term());
        Problem::forbidden(chinese, "this post has no work here")
    })
}

/// Who reads something of tickets.
pub struct RequestActor(pub By);

impl<S: Sync> FromRequestParts<S> for RequestActor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        actor(&Entrant::from_request_parts(parts, state).await?).map(Self)
    }
}
