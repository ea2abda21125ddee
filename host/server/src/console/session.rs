//! Signing in and out (登录、退出), the own password, and what a person chooses for himself: the post
//! and the language.

use super::fault::Problem;
use super::form::{Field, Filled, Form, Takes};
use super::inside::{Inside, with_query};
use super::kept::{Kept, MOST_CARRIED_BYTES, own_page};
use super::language::{COOKIE as LANGUAGE_COOKIE, Language};
use super::layout::{bare, set_cookie, show_after};
use super::pages::For::{Anybody, WhoMay};
use super::pages::Pages;
use super::visitor::{POST_COOKIE, Sent, Stranger, Visitor, first_to, read};
use super::{ROOT, single_sign_on};
use axum::extract::{Form as Posted, Query};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chuishao_domain::account::action::Action;
use chuishao_domain::account::password::{LEAST_CHARS, PHRASE_CHARS};
use chuishao_domain::account::post::{Acting, Post};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

/// A year: how long the choice of a language is remembered.
const YEAR_SECONDS: u32 = 366 * 24 * 3600;

pub fn write(pages: Pages) -> Pages {
    pages
        .get("/sign-in", Anybody, sign_in_page)
        .large_post("/sign-in", Anybody, (sign_in, MOST_CARRIED_BYTES))
        .post("/sign-out", Anybody, sign_out)
        .get("/password", WhoMay(Action::OwnAccount), password_page)
        .large_post("/password", WhoMay(Action::OwnAccount), (change_password, MOST_CARRIED_BYTES))
        .post("/post", WhoMay(Action::OwnAccount), choose_post)
        .post("/language", Anybody, choose_language)
}

fn sign_in_fields(language: Language) -> [Field; 2] {
    [
        Field::new("name", language.t("登录名", "Account"), Takes::Line).autocomplete("username"),
        Field::new("password", language.t("密码", "Password"), Takes::Secret).autocomplete("current-password"),
    ]
}

/// Where posts are believed there is no password; one says who one wants to be.
fn trusted_fields(language: Language) -> [Field; 1] {
    let hint = language
        .t("例如 call-taker:0231、dispatcher:0007、unit-clerk:370705-CG、city-ops:0003", "For example call-taker:0231");
    [Field::new("post", language.t("岗位", "Post"), Takes::Line).hint(hint)]
}

/// What a sign-in carries through to the page behind it.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    to: String,
}

fn sign_in_body(stranger: &Stranger, filled: &Filled, kept: &Kept, problem: Option<&Problem>) -> Markup {
    let language = stranger.language;
    let form = |fields: &[Field]| {
        let button = language.t("登录", "Sign in");
        let action = "/sign-in".to_owned();
        let form = Form { action, fields, button, version: String::new(), is_grave: false, prefix: "" };
        form.marked(language, filled, &kept.hidden())
    };
    html! {
        h1 { (language.t("登录 12345 工单系统", "Sign in to the 12345 ticket system")) }
        @if let Some(problem) = problem { (problem.note(language)) }
        (kept.told(language))
        @if stranger.trusts_posts {
            p { (language.t("本服务以信任岗位的方式启动，不用密码，仅供演示和编写插件。", "Posts are trusted on this server: no password. For demonstrations only.")) }
            (form(&trusted_fields(language)))
        } @else {
            (form(&sign_in_fields(language)))
            @if stranger.has_provider { (single_sign_on::button(language, kept)) }
            p.quiet { (language.t("忘记密码或账号被停用，请联系系统管理员。", "Forgot the password? Ask the system administrator.")) }
        }
        // What leads away from here would leave behind what is kept.
        @if kept.how.is_none() {
            p { a href={ (ROOT) "/tour" } { (language.t("第一次来？先看导览", "New here? Take the tour")) } }
            form method="post" action={ (ROOT) "/language" } {
                input type="hidden" name="back" value=(with_query(&format!("{ROOT}/sign-in"), &[("to", &kept.to)]));
                @if language == Language::Chinese { button.link type="submit" name="language" value="en" lang="en" { "English" } }
                @else { button.link type="submit" name="language" value="zh" lang="zh-CN" { "中文" } }
            }
        }
    }
}

pub fn sign_in_shown(
    stranger: &Stranger,
    filled: &Filled,
    kept: &Kept,
    (status, problem): (StatusCode, Option<&Problem>),
) -> Response {
    let title = stranger.language.t("登录", "Sign in");
    let page = bare(stranger.language, title, &sign_in_body(stranger, filled, kept, problem)).into_string();
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

/// In the place of the page that a form was for.
pub fn sign_in_again(stranger: &Stranger, kept: &Kept) -> Response {
    sign_in_shown(stranger, &Filled::default(), kept, (StatusCode::UNAUTHORIZED, None))
}

async fn sign_in_page(stranger: Stranger, Query(Wanted { to }): Query<Wanted>) -> Response {
    sign_in_shown(&stranger, &Filled::default(), &Kept::page(&to), (StatusCode::OK, None))
}

/// Whom the API let in.
#[derive(Deserialize)]
pub struct SignedIn {
    name: String,
    must_change_password: bool,
}

async fn sign_in(stranger: Stranger, Posted(pairs): Posted<Vec<(String, String)>>) -> Response {
    let filled = Filled(pairs);
    let kept = Kept::of(&filled);
    let refused = |problem: &Problem| {
        let typed = |name: &str| matches!(name, "name" | "post");
        let typed = Filled(filled.0.iter().filter(|(name, _)| typed(name)).cloned().collect());
        sign_in_shown(&stranger, &typed, &kept, (problem.status, Some(problem)))
    };
    if stranger.trusts_posts {
        let post = filled.one("post");
        if Acting::parse(post).is_none() {
            return refused(&Problem::bad_form());
        }
        let mut answer = gone_on(&stranger, &kept, post);
        set_cookie(&mut answer, &format!("{POST_COOKIE}={post}; Path={ROOT}; HttpOnly; SameSite=Strict"));
        return answer;
    }
    let body = json!({ "name": filled.one("name").trim(), "password": filled.one("password") }).to_string();
    let kind = [(header::CONTENT_TYPE, "application/json".to_owned())];
    let reply = stranger.inside.send(Method::POST, "/v1/session", &kind, body).await;
    if !reply.status.is_success() {
        return refused(&Problem::of(&reply));
    }
    let signed: SignedIn = match read(&reply) {
        Ok(signed) => signed,
        Err(problem) => return refused(&problem),
    };
    let mut answer = let_in(&stranger, &kept, &signed);
    for value in reply.headers.get_all(header::SET_COOKIE) {
        answer.headers_mut().append(header::SET_COOKIE, value.clone());
    }
    answer
}

/// To where whoever was let in goes on. A password that is too old is told of before that.
pub fn let_in(stranger: &Stranger, kept: &Kept, signed: &SignedIn) -> Response {
    if signed.must_change_password && kept.is_of(&signed.name) {
        old_password_shown(stranger.language, kept)
    } else {
        gone_on(stranger, kept, &signed.name)
    }
}

/// To the page that was wanted, or to what this account had typed.
fn gone_on(stranger: &Stranger, kept: &Kept, account: &str) -> Response {
    let given_back = || kept.given_back(stranger.language, &stranger.world.catalogue);
    if kept.is_of(account) { given_back() } else { kept.onward().into_response() }
}

async fn sign_out(stranger: Stranger) -> Response {
    let Stranger { inside, .. } = stranger;
    let mut answer = Redirect::to(&format!("{ROOT}/sign-in")).into_response();
    take_session(&inside, &mut answer).await;
    set_cookie(&mut answer, &format!("{POST_COOKIE}=; Path={ROOT}; HttpOnly; SameSite=Strict; Max-Age=0"));
    answer
}

async fn take_session(inside: &Inside, answer: &mut Response) {
    let reply = inside.send(Method::DELETE, "/v1/session", &[], "").await;
    for value in reply.headers.get_all(header::SET_COOKIE) {
        answer.headers_mut().append(header::SET_COOKIE, value.clone());
    }
}

fn password_fields(language: Language) -> [Field; 3] {
    let hint = match language {
        Language::Chinese => format!(
            "至少 {LEAST_CHARS} 个字符，不足 {PHRASE_CHARS} 个的含大写字母、小写字母、数字、其他字符中的三种；\
             不用姓名、工号和常见密码；可用一句只有自己知道的话"
        ),
        Language::English => format!(
            "At least {LEAST_CHARS} characters, below {PHRASE_CHARS} with three of capitals, small letters, digits \
             and others; not your name or number, and no common password"
        ),
    };
    [
        Field::new("old", language.t("现在的密码", "Current password"), Takes::Secret).autocomplete("current-password"),
        Field::new("new", language.t("新密码", "New password"), Takes::Secret).autocomplete("new-password").hint(&hint),
        Field::new("again", language.t("再输入一次新密码", "New password again"), Takes::Secret)
            .autocomplete("new-password"),
    ]
}

fn password_form(language: Language, kept: &Kept) -> Markup {
    let (fields, button) = (password_fields(language), language.t("更改密码", "Change password"));
    let action = "/password".to_owned();
    let form = Form { action, fields: &fields, button, version: String::new(), is_grave: false, prefix: "" };
    html! {
        p { (language.t("更改后全部登录随即结束，请用新密码重新登录。", "All sessions end; sign in again with the new password.")) }
        (form.marked(language, &Filled::default(), &kept.hidden()))
    }
}

fn must_change(language: Language) -> Markup {
    html! {
        div.note.warn role="status" {
            (language.t("密码由管理员设置，或已满 90 天：更改之后才能继续。", "The password was set by an administrator or is 90 days old: change it to go on."))
        }
    }
}

/// In the place of the page that a form was for: the password comes first, and what was typed goes along.
pub fn old_password_shown(language: Language, kept: &Kept) -> Response {
    let title = language.t("更改密码", "Change password");
    let body = html! {
        h1 { (title) }
        (must_change(language))
        @if kept.how.is_some() { p { (language.t("刚才填写的内容已经保留，更改密码并重新登录后可以接着提交。", "What you typed is kept; change the password, sign in again and send it.")) } }
        (password_form(language, kept))
    };
    let page = bare(language, title, &body).into_string();
    (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

fn password_shown(visitor: &Visitor, kept: &Kept, problem: Option<&Problem>) -> Response {
    let (language, title) = (visitor.language, visitor.t("更改密码", "Change password"));
    let must = visitor.own.as_ref().is_some_and(|own| own.must_change_password);
    let body = html! {
        div.narrow {
            h1 { (title) }
            @if must { (must_change(language)) }
            @if let Some(problem) = problem { (problem.note(language)) }
            (password_form(language, kept))
        }
    };
    show_after(visitor, title, &body, problem)
}

async fn password_page(visitor: Visitor, Query(Wanted { to }): Query<Wanted>) -> Response {
    password_shown(&visitor, &Kept::page(&to), None)
}

async fn change_password(
    stranger: Stranger,
    visitor: Visitor,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Response {
    let filled = Filled(pairs);
    let kept = Kept::of(&filled);
    if filled.one("new") != filled.one("again") {
        let problem = Problem::not_the_same();
        return password_shown(&visitor, &kept, Some(&problem));
    }
    let body = json!({ "old": filled.one("old"), "new": filled.one("new") });
    match visitor.send("/v1/session/password", &Sent::post(body, "")).await {
        Ok(_) if kept.how.is_some() => sign_in_shown(&stranger, &Filled::default(), &kept, (StatusCode::OK, None)),
        Ok(_) => first_to("/sign-in", &kept.to),
        Err(problem) => password_shown(&visitor, &kept, Some(&problem)),
    }
}

/// Which post somebody works in. That it is one of the own posts the gate says at every request.
#[derive(Deserialize)]
struct Chosen {
    #[serde(default)]
    post: String,
}

/// Remembers in which post somebody works.
pub fn post_cookie(post: &str) -> String {
    format!("{POST_COOKIE}={post}; Path={ROOT}; HttpOnly; SameSite=Strict; Max-Age={YEAR_SECONDS}")
}

async fn choose_post(_: Visitor, Posted(Chosen { post }): Posted<Chosen>) -> Response {
    let mut answer = Redirect::to(ROOT).into_response();
    if let Some(post) = Post::parse(&post) {
        set_cookie(&mut answer, &post_cookie(&post.to_string()));
    }
    answer
}

/// Which language, and from which page.
#[derive(Deserialize)]
struct Spoken {
    #[serde(default)]
    language: String,
    #[serde(default)]
    back: String,
}

async fn choose_language(Posted(Spoken { language, back }): Posted<Spoken>) -> Response {
    // Back to a page of ours alone.
    let back = own_page(&back).unwrap_or(ROOT);
    let tag = if language == "en" { "en" } else { "zh" };
    let mut answer = Redirect::to(back).into_response();
    set_cookie(
        &mut answer,
        &format!("{LANGUAGE_COOKIE}={tag}; Path={ROOT}; HttpOnly; SameSite=Strict; Max-Age={YEAR_SECONDS}"),
    );
    answer
}
