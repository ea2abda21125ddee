//! A form as it comes in (收表), before its page reads it: from somebody who is not known any more it is kept
//! and not thrown away.

use super::Console;
use super::kept::Kept;
use super::pages::For;
use super::session::{old_password_shown, sign_in_again};
use super::visitor::{Stranger, Unknown, known};
use axum::Extension;
use axum::extract::{FromRequestParts, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Lets a form through to its page, or answers in its place.
pub async fn received(
    Extension(console): Extension<Console>,
    Extension(whom): Extension<For>,
    request: Request,
    next: Next,
) -> Response {
    if whom == For::Anybody {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(stranger) = Stranger::from_request_parts(&mut parts, &console).await;
    let found = known(&mut parts, &stranger).await;
    let request = Request::from_parts(parts, body);
    match found {
        Ok(_) => next.run(request).await,
        Err(Unknown::Nobody) => sign_in_again(&stranger, &Kept::read(request).await),
        Err(Unknown::OldPassword) => old_password_shown(stranger.language, &Kept::read(request).await),
        Err(Unknown::Problem(problem)) => stranger.fault(problem).into_response(),
    }
}
