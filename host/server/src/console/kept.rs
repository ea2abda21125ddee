//! What was typed when nobody was known any more (留存): the session had ended, or its password was too old.
//! The pages to sign in and to change the password carry it along, and it is given back to the same account
//! alone. Passwords are never carried, and files cannot be.

use super::form::Filled;
use super::labels::typed;
use super::language::Language;
use super::layout::bare;
use super::pages::page_behind;
use super::stamp;
use super::{MOST_FORM_BYTES, ROOT};
use axum::extract::{Form as Posted, FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chuishao_domain::catalogue::Catalogue;
use maud::{Markup, html};

/// The field that says where it goes.
pub const TO: &str = "to";
const HOW: &str = "kept-how";
const PARTIAL: &str = "kept-partial";
/// Before the name of each field that is carried.
const FIELD: &str = "kept.";

/// Largest form that carries another one: its text is as long as that, each of its letters written as three.
pub const MOST_CARRIED_BYTES: usize = 4 * MOST_FORM_BYTES;

/// Fields that are never carried.
const SECRET: [&str; 4] = ["password", "old", "new", "again"];

/// How a form is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// As words alone.
    Words,
    /// In parts, of which some may be files.
    Parts,
}

impl How {
    fn enctype(self) -> &'static str {
        match self {
            Self::Words => "application/x-www-form-urlencoded",
            Self::Parts => "multipart/form-data",
        }
    }
}

/// A page that was wanted, or a form that was sent.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Where the page stands, or where the form goes; empty where nothing was wanted.
    pub to: String,
    /// How the form is sent; nothing for a page.
    pub how: Option<How>,
    /// What was typed.
    pub filled: Filled,
    /// Whether something of it could not be kept.
    pub is_partial: bool,
}

/// An address of our own pages, if it is one: nobody is led away by what somebody else wrote there.
pub fn own_page(address: &str) -> Option<&str> {
    let below = address.strip_prefix(ROOT)?;
    let path = below.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase().replace("%2e", ".");
    let begins = below.is_empty() || below.starts_with('/') || below.starts_with('?');
    let is_plain = below.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let leaves = path.contains("//") || path.split('/').any(|part| part == "." || part == "..");
    (begins && is_plain && !leaves).then_some(address)
}

impl Kept {
    /// A page that was wanted.
    pub fn page(to: &str) -> Self {
        let to = own_page(to).filter(|to| *to != ROOT).unwrap_or_default();
        Self { to: to.to_owned(), ..Self::default() }
    }

    /// A form that came in, as far as it can be carried.
    pub async fn read(request: Request) -> Self {
        let below = request.uri().path_and_query().map_or("", |path| path.as_str());
        let (to, is_password) = (format!("{ROOT}{below}"), request.uri().path() == "/password");
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let how = if kind.starts_with("multipart/") { How::Parts } else { How::Words };
        let (pairs, mut is_partial) = match how {
            How::Parts => parts(request).await,
            How::Words => match Posted::<Vec<(String, String)>>::from_request(request, &()).await {
                Ok(Posted(pairs)) => (pairs, false),
                Err(_) => (vec![], true),
            },
        };
        // A password is asked for again; what was carried beside it goes on.
        if is_password {
            return Self::of(&Filled(pairs));
        }
        let (mut filled, mut bytes) = (Filled::default(), 0);
        for (name, value) in pairs.into_iter().filter(|(name, _)| !SECRET.contains(&name.as_str())) {
            bytes += name.len() + value.len();
            if bytes > MOST_FORM_BYTES {
                is_partial = true;
                break;
            }
            filled.0.push((name, value));
        }
        Self { to, how: Some(how), filled, is_partial }
    }

    /// What a page carried.
    pub fn of(carrier: &Filled) -> Self {
        let to = own_page(carrier.one(TO)).unwrap_or_default().to_owned();
        let how = match carrier.one(HOW) {
            "words" => Some(How::Words),
            "parts" => Some(How::Parts),
            _ => None,
        };
        let field = |(name, value): &(String, String)| Some((name.strip_prefix(FIELD)?.to_owned(), value.clone()));
        let filled = Filled(carrier.0.iter().filter_map(field).collect());
        Self { how: how.filter(|_| !to.is_empty()), to, filled, is_partial: carrier.one(PARTIAL) == "true" }
    }

    /// Whether it is this account's form.
    pub fn is_of(&self, account: &str) -> bool {
        self.how.is_some() && !account.is_empty() && self.filled.one(stamp::ACCOUNT) == account
    }

    /// Where one goes on from here.
    pub fn onward(&self) -> Redirect {
        Redirect::to(if self.how.is_none() && !self.to.is_empty() { self.to.as_str() } else { ROOT })
    }

    /// As a page carries it.
    pub fn hidden(&self) -> Markup {
        html! {
            @if !self.to.is_empty() { input type="hidden" name=(TO) value=(self.to); }
            @if let Some(how) = self.how {
                input type="hidden" name=(HOW) value=(if how == How::Parts { "parts" } else { "words" });
                @if self.is_partial { input type="hidden" name=(PARTIAL) value="true"; }
                @for (name, value) in &self.filled.0 { input type="hidden" name={ (FIELD) (name) } value=(value); }
            }
        }
    }

    /// That something is kept, on the page that carries it.
    pub fn told(&self, language: Language) -> Markup {
        html! {
            @if self.how.is_some() {
                div.note.warn role="status" {
                    (language.t(
                        "登录已过期，刚才填写的内容还没有提交，已经保留：用同一账号登录后可以接着提交。",
                        "The session ended before the form was taken. What you typed is kept: sign in with the same account to send it.",
                    ))
                    (self.missing(language))
                }
            }
        }
    }

    fn missing(&self, language: Language) -> Markup {
        html! {
            @if self.is_partial {
                p { (language.t("选择的文件或过长的内容不能保留，请重新选择、填写。", "Files and what is too long cannot be kept; choose or type them again.")) }
            }
        }
    }

    /// What was typed, for whom it belongs to, with the button that sends it.
    pub fn given_back(&self, language: Language, catalogue: &Catalogue) -> Response {
        let title = language.t("刚才填写的内容还没有提交", "What you typed is not sent yet");
        let body = html! {
            h1 { (title) }
            p { (language.t("已重新登录。核对下面的内容，然后提交；提交之前什么都没有写入。", "You are signed in again. Look it over and send it; nothing is written before that.")) }
            (self.shown(language, catalogue))
            (self.form(&[], &html! { (language.t("提交", "Send it")) }))
            (self.not_at_all(language))
        };
        let page = bare(language, title, &body).into_string();
        (StatusCode::OK, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
    }

    /// What was typed, to be read.
    pub fn shown(&self, language: Language, catalogue: &Catalogue) -> Markup {
        html! {
            (self.missing(language))
            (typed(catalogue, &self.filled))
        }
    }

    /// The same form again, with a button that sends it as it was typed. What is not whole is not sent.
    pub fn form(&self, beside: &[(&str, &str)], button: &Markup) -> Markup {
        html! {
            @if let Some(how) = self.how.filter(|_| !self.is_partial) {
                form method="post" action=(self.to) enctype=(how.enctype()) {
                    @for (name, value) in &self.filled.0 { input type="hidden" name=(name) value=(value); }
                    @for (name, value) in beside { input type="hidden" name=(name) value=(value); }
                    p.actions { button type="submit" { (button) } }
                }
            }
        }
    }

    /// The way out.
    pub fn not_at_all(&self, language: Language) -> Markup {
        let path = self.to.strip_prefix(ROOT).unwrap_or_default().split('?').next().unwrap_or_default();
        html! {
            p {
                a href={ (ROOT) (page_behind(path)) } { (language.t("不提交，回到原来的页面", "Do not send it: back to the page")) } " · "
                a href=(ROOT) { (language.t("首页", "Home")) }
            }
        }
    }
}

/// The words of a form in parts, and whether there was more.
async fn parts(request: Request) -> (Vec<(String, String)>, bool) {
    let (mut pairs, mut is_partial) = (Vec::new(), false);
    let Ok(mut form) = Multipart::from_request(request, &()).await else { return (pairs, true) };
    loop {
        match form.next_field().await {
            Ok(Some(field)) => {
                let name = field.name().unwrap_or_default().to_owned();
                match field.file_name().map(str::is_empty) {
                    // Where no file was chosen none is missing.
                    Some(is_empty) => is_partial |= !is_empty,
                    None => match field.text().await {
                        Ok(text) => pairs.push((name, text)),
                        Err(_) => return (pairs, true),
                    },
                }
            }
            Ok(None) => return (pairs, is_partial),
            Err(_) => return (pairs, true),
        }
    }
}
