//! Signing in by the city's own provider (单点登录): the way there, and the way back. The browser goes on from
//! a page of ours both times (`Refresh`): a form of ours leads nobody elsewhere, which the pages' own policy
//! says, and who comes from elsewhere would not bring the cookie of the session along to the next page.

use super::fault::Problem;
use super::form::Filled;
use super::inside::Extra;
use super::kept::{Kept, MOST_CARRIED_BYTES};
use super::language::Language;
use super::layout::{bare, set_cookie};
use super::pages::For::Anybody;
use super::pages::Pages;
use super::session::{SignedIn, let_in, sign_in_shown};
use super::visitor::{Stranger, read};
use super::{ROOT, SINGLE_SIGN_ON};
use axum::extract::{Form as Posted, Query};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

const REFRESH: HeaderName = HeaderName::from_static("refresh");

/// Where somebody goes on who signed in in another window.
const AGAIN: &str = "/sign-in/again";

pub fn write(pages: Pages) -> Pages {
    pages.post(SINGLE_SIGN_ON, Anybody, go_there).get(SINGLE_SIGN_ON, Anybody, come_back).large_post(
        AGAIN,
        Anybody,
        (go_on, MOST_CARRIED_BYTES),
    )
}

/// The way there, on the page where one signs in. What was typed stays on that page, in its own window.
pub fn button(language: Language, kept: &Kept) -> Markup {
    let is_kept = kept.how.is_some();
    html! {
        form method="post" action={ (ROOT) (SINGLE_SIGN_ON) } target=[is_kept.then_some("_blank")] {
            input type="hidden" name="to" value=(if is_kept { "" } else { kept.to.as_str() });
            p.actions { button type="submit" { (language.t("单点登录", "Single sign-on")) } }
        }
        @if is_kept {
            p { (language.t(
                "单点登录在新窗口中进行，本页不要关闭；登录后回到本页，点击下面的按钮。",
                "Single sign-on opens another window. Keep this page, come back to it when you are signed in, and go on.",
            )) }
            form method="post" action={ (ROOT) (AGAIN) } {
                (kept.hidden())
                p.actions { button type="submit" { (language.t("已在新窗口登录，继续", "I am signed in: go on")) } }
            }
        }
    }
}

/// A page from which the browser goes on by itself.
fn onward(language: Language, (title, address): (&str, &str)) -> Response {
    let body = html! {
        h1 { (title) }
        p.actions { a.button href=(address) { (language.t("没有自动跳转时请点这里", "Go on, if the page does not")) } }
    };
    let page = bare(language, title, &body).into_string();
    let mut answer = (StatusCode::OK, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response();
    if let Ok(value) = HeaderValue::try_from(format!("0; url={address}")) {
        answer.headers_mut().insert(REFRESH, value);
    }
    answer
}

fn refused(stranger: &Stranger, to: &str, problem: &Problem) -> Response {
    sign_in_shown(stranger, &Filled::default(), &Kept::page(to), (problem.status, Some(problem)))
}

/// The page that somebody wanted.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    to: String,
}

/// Where it goes on.
#[derive(Deserialize)]
struct Onward {
    address: String,
}

fn json_kind() -> Extra {
    (header::CONTENT_TYPE, "application/json".to_owned())
}

async fn go_there(stranger: Stranger, Posted(Wanted { to }): Posted<Wanted>) -> Response {
    let body = json!({ "to": Kept::page(&to).to }).to_string();
    let reply = stranger.inside.send(Method::POST, "/v1/session/single-sign-on", &[json_kind()], body).await;
    if !reply.status.is_success() {
        return refused(&stranger, &to, &Problem::of(&reply));
    }
    let Onward { address } = match read(&reply) {
        Ok(onward) => onward,
        Err(problem) => return refused(&stranger, &to, &problem),
    };
    let title = stranger.language.t("正在前往单点登录", "On the way to sign in");
    let mut answer = onward(stranger.language, (title, &address));
    for value in reply.headers.get_all(header::SET_COOKIE) {
        answer.headers_mut().append(header::SET_COOKIE, value.clone());
    }
    answer
}

/// What the provider sends back. It adds more, which nobody asks about.
#[derive(Deserialize)]
struct Returned {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// Who came back, and where he wanted to go.
#[derive(Deserialize)]
struct Arrived {
    to: String,
}

async fn come_back(stranger: Stranger, Query(Returned { code, state, error }): Query<Returned>) -> Response {
    let body = json!({ "code": code, "state": state, "error": error }).to_string();
    // This page is asked for from elsewhere, as it has to be, and asks in its own name: that this browser
    // began the sign-in its cookie and the state prove.
    let own = (HeaderName::from_static("sec-fetch-site"), "same-origin".to_owned());
    let path = "/v1/session/single-sign-on/answer";
    let reply = stranger.inside.send(Method::POST, path, &[json_kind(), own], body).await;
    if !reply.status.is_success() {
        return refused(&stranger, "", &Problem::of(&reply));
    }
    let Arrived { to } = match read(&reply) {
        Ok(arrived) => arrived,
        Err(problem) => return refused(&stranger, "", &problem),
    };
    let Kept { to, .. } = Kept::page(&to);
    let to = if to.is_empty() { ROOT } else { to.as_str() };
    let mut answer = onward(stranger.language, (stranger.language.t("已登录", "Signed in"), to));
    for cookie in reply.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
        set_cookie(&mut answer, cookie);
    }
    answer
}

/// Gives back what was typed to whoever signed in in another window.
async fn go_on(stranger: Stranger, Posted(pairs): Posted<Vec<(String, String)>>) -> Response {
    let kept = Kept::of(&Filled(pairs));
    let reply = stranger.inside.send(Method::GET, "/v1/session", &[], "").await;
    let signed: Result<SignedIn, Problem> = match reply.status {
        StatusCode::UNAUTHORIZED => Err(Problem::not_signed_in_yet()),
        status if status.is_success() => read(&reply),
        _ => Err(Problem::of(&reply)),
    };
    match signed {
        Ok(signed) => let_in(&stranger, &kept, &signed),
        Err(problem) => sign_in_shown(&stranger, &Filled::default(), &kept, (problem.status, Some(&problem))),
    }
}
