//! A form as it comes in (收表), before its page reads it: from somebody who is not known any more it is kept
//! and not thrown away, and it is carried out in the post that it was opened in or not at all.

use super::Console;
use super::kept::Kept;
use super::language::language_of;
use super::layout::{bare, set_cookie};
use super::pages::For;
use super::session::{old_password_shown, post_cookie, sign_in_again};
use super::stamp::{POST, SEND_AS};
use super::visitor::{InPost, Own, Stranger, Unknown, chosen_post, known};
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chuishao_domain::account::action::Action;
use chuishao_domain::account::post::Acting;
use maud::html;

/// Lets a form through to its page, or answers in its place.
pub async fn received(
    Extension(console): Extension<Console>,
    Extension(whom): Extension<For>,
    request: Request,
    next: Next,
) -> Response {
    if whom == For::Anybody || *request.method() != Method::POST {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(stranger) = Stranger::from_request_parts(&mut parts, &console).await;
    let found = known(&mut parts, &stranger).await;
    let request = Request::from_parts(parts, body);
    match found {
        // To the own account it does not matter in which post somebody comes.
        Ok(_) if whom == For::WhoMay(Action::OwnAccount) => next.run(request).await,
        Ok(own) => in_its_post(&stranger, own.as_ref(), request, next).await,
        Err(Unknown::Nobody) => sign_in_again(&stranger, &Kept::read(request).await),
        Err(Unknown::OldPassword) => old_password_shown(stranger.language, &Kept::read(request).await),
        Err(Unknown::Problem(problem)) => stranger.fault(problem).into_response(),
    }
}

/// Nothing is done in a post that somebody did not mean: not in the first of several, and not in the one that he
/// changed to elsewhere while the form stood open.
async fn in_its_post(stranger: &Stranger, own: Option<&Own>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let bytes = match Bytes::from_request(Request::from_parts(parts.clone(), body), &()).await {
        Ok(bytes) => bytes,
        Err(rejection) => return rejection.into_response(),
    };
    let kept = Kept::read(Request::from_parts(parts.clone(), Body::from(bytes.clone()))).await;
    let (wanted, sent_as) = (kept.filled.one(POST).to_owned(), kept.filled.one(SEND_AS));
    let present = present(own, &parts.headers);
    let is_meant = sent_as == wanted && words_of(own, &wanted).is_some();
    if present.as_deref() != Some(wanted.as_str()) && !is_meant {
        return of_another_post(stranger, own, &kept, present.as_deref());
    }
    parts.extensions.insert(InPost(wanted.clone()));
    let mut answer = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    if is_meant {
        set_cookie(&mut answer, &post_cookie(&wanted));
    }
    answer
}

/// The post that somebody works in now, if it is clear which.
fn present(own: Option<&Own>, headers: &HeaderMap) -> Option<String> {
    let chosen = chosen_post(headers);
    let Some(own) = own else { return chosen };
    let is_held = |post: &String| own.posts.iter().any(|own| own.post.to_string() == *post);
    match own.posts.as_slice() {
        [] => Some(String::new()),
        [only] => Some(only.post.to_string()),
        _ => chosen.filter(is_held),
    }
}

/// A post in words, if it is one that may be worked in.
fn words_of(own: Option<&Own>, post: &str) -> Option<String> {
    match own {
        Some(own) => own.posts.iter().find(|own| own.post.to_string() == post).map(|own| own.words.clone()),
        None => Acting::parse(post).map(|acting| acting.to_string()),
    }
}

/// The form with what was typed, and the button that sends it in its own post.
fn of_another_post(stranger: &Stranger, own: Option<&Own>, kept: &Kept, present: Option<&str>) -> Response {
    let language = stranger.language;
    let title = language.t("请确认以哪个岗位提交", "In which post is it sent?");
    let (wanted, now) = (words_of(own, kept.filled.one(POST)), present.and_then(|post| words_of(own, post)));
    let words = |words: &str| html! { strong lang=[language_of(words)] { (words) } };
    let body = html! {
        h1 { (title) }
        div.note.bad role="alert" tabindex="-1" data-focus {
            (language.t("没有提交，什么都没有写入。", "It was not sent; nothing was written. "))
            @match &wanted {
                Some(post) => { (language.t("打开这张表单时的岗位：", "The form was opened as ")) (words(post)) (language.t("。", ". ")) },
                None => { (language.t("打开这张表单时的岗位已经不是您的岗位。", "The post that the form was opened in is not yours any more. ")) },
            }
            @match &now {
                Some(post) => { (language.t("现在的岗位：", "You now work as ")) (words(post)) (language.t("。", ".")) },
                None => { (language.t("现在还没有选定岗位。", "No post is chosen now.")) },
            }
        }
        (kept.shown(language, &stranger.world.catalogue))
        @if let Some(post) = &wanted {
            @let sent_as = [(SEND_AS, kept.filled.one(POST))];
            @let button = html! { (language.t("以此岗位提交：", "Send it as ")) span lang=[language_of(post)] { (post) } };
            (kept.form(&sent_as, &button))
        }
        (kept.not_at_all(language))
    };
    let page = bare(language, title, &body).into_string();
    (StatusCode::CONFLICT, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}
