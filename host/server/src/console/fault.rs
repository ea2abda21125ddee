//! Refusals and faults as pages (出错页): what the API says, in words, with what to do next.

use super::inside::Reply;
use super::language::{self, Language};
use super::visitor::{Chrome, first_to};
use super::{ROOT, layout};
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chuishao_domain::refusal::Refusal;
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;

/// A Problem Details document, as the API wrote it.
#[derive(Clone, Debug)]
pub struct Problem {
    pub status: StatusCode,
    /// In Chinese.
    pub detail: String,
    /// In English.
    pub title: String,
    pub code: String,
    /// All that is wrong with an imported file, one by one, in both languages.
    pub each: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Written {
    title: String,
    detail: String,
    code: String,
    #[serde(default)]
    problems: Vec<Each>,
}

#[derive(Deserialize)]
struct Each {
    chinese: String,
    english: String,
}

impl Problem {
    fn new(status: StatusCode, code: &str, detail: &str, title: &str) -> Self {
        Self { status, code: code.to_owned(), detail: detail.to_owned(), title: title.to_owned(), each: vec![] }
    }

    /// What an answer of the API says.
    pub fn of(reply: &Reply) -> Self {
        match serde_json::from_slice::<Written>(&reply.body) {
            Ok(Written { title, detail, code, problems }) => Self {
                status: reply.status,
                detail,
                title: super::language::in_words(&title),
                code,
                each: problems.into_iter().map(|each| (each.chinese, each.english)).collect(),
            },
            Err(_) => Self { status: reply.status, ..Self::internal() },
        }
    }

    /// 422: what the domain says of something before the API is asked.
    pub fn of_refusal(refusal: &Refusal) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, &refusal.code, &refusal.chinese, &refusal.english)
    }

    /// 403: what the table says.
    pub fn not_entitled(refusal: &Refusal) -> Self {
        Self { status: StatusCode::FORBIDDEN, ..Self::of_refusal(refusal) }
    }

    /// 404: no page stands there.
    pub fn no_page() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "没有这个页面，请核对地址，或从首页进入", "There is no such page")
    }

    /// 400: a query that no page of ours has.
    pub fn bad_address() -> Self {
        let chinese = "地址有误，请核对，或从首页进入";
        Self::new(StatusCode::BAD_REQUEST, "bad-address", chinese, "The address is malformed")
    }

    /// 405: an address that forms are sent to.
    pub fn form_alone() -> Self {
        let chinese = "这个地址只接收表单，没有可以打开的页面，请从首页或菜单进入";
        let english = "The address takes forms and has no page to open; use the menu";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "form-alone", chinese, english)
    }

    /// 413: more than a form may be.
    pub fn too_large() -> Self {
        let chinese = "提交的内容过大，什么都没有写入。请缩短文字或选择小一些的文件，再提交一次";
        let english = "The form is too large and nothing was written; shorten it or choose a smaller file";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", chinese, english)
    }

    /// 403: a form of another page.
    pub fn of_another_page() -> Self {
        let chinese = "这个表单不是从本系统的页面提交的，已拒绝。请从本系统的页面重新操作";
        Self::new(StatusCode::FORBIDDEN, "not-own-page", chinese, "The form was not sent from a page of this system")
    }

    /// 409: the other window is not done yet.
    pub fn not_signed_in_yet() -> Self {
        let chinese = "还没有登录。请在新窗口完成单点登录，再回到本页继续";
        let english = "Nobody is signed in yet: finish in the other window, then go on here";
        Self::new(StatusCode::CONFLICT, "not-signed-in-yet", chinese, english)
    }

    /// 400: a form that no page of ours sends.
    pub fn bad_form() -> Self {
        let chinese = "表单不完整或已过期，请返回刷新页面后重新填写";
        Self::new(StatusCode::BAD_REQUEST, "bad-form", chinese, "The form is incomplete or out of date")
    }

    /// 400: a file that is to go within a JSON.
    pub fn not_utf8() -> Self {
        let chinese = "请另存为 UTF-8 编码的 CSV 文件";
        Self::new(StatusCode::BAD_REQUEST, "not-utf8", chinese, "A file is not UTF-8")
    }

    /// 400: two new passwords.
    pub fn not_the_same() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "not-the-same", "两次输入的新密码不一样", "The two new passwords differ")
    }

    /// 403: before the API says the same.
    pub fn not_this_post() -> Self {
        let chinese = "当前岗位没有这项工作；有多个岗位的，请在右上角切换";
        Self::new(
            StatusCode::FORBIDDEN,
            "not-entitled",
            chinese,
            "This post has no such work; switch posts at the top right",
        )
    }

    /// 409: what the form was for is not there any more.
    pub fn done_meanwhile() -> Self {
        let chinese = "这一项已经办过，或状态已经变化；请看现在可以办理的事项";
        Self::new(StatusCode::CONFLICT, "done-meanwhile", chinese, "It was done meanwhile, or things have moved on")
    }

    /// 500
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "内部错误，什么都没有写入",
            "Internal error; nothing was written",
        )
    }

    /// In the language of the page.
    pub fn words(&self, language: Language) -> &str {
        language.t(&self.detail, &self.title)
    }

    /// A note at the head of a form that was refused.
    pub fn note(&self, language: Language) -> Markup {
        html! {
            div.note.bad role="alert" tabindex="-1" data-focus {
                strong { (language.t("没有办成：", "Not done: ")) }
                (self.words(language))
                @if self.each.len() > 1 {
                    ul { @for (chinese, english) in &self.each { li { (language.t(chinese, english)) } } }
                }
            }
        }
    }
}

/// A problem as a page, with the frame of whoever is looking, if that is known.
pub struct Fault {
    pub chrome: Option<Arc<Chrome>>,
    pub language: Language,
    pub problem: Problem,
}

impl Fault {
    /// For somebody who is not known.
    pub fn without_visitor(language: Language, problem: Problem) -> Self {
        Self { chrome: None, language, problem }
    }
}

/// What it is about, by its status.
fn heading(status: StatusCode, language: Language) -> &'static str {
    match status.as_u16() {
        400 => language.t("请求有误", "The request is malformed"),
        403 => language.t("无权查看或办理", "Not permitted"),
        404 => language.t("没有这一项", "Not found"),
        405 => language.t("这里没有页面", "No page stands here"),
        409 | 412 => language.t("内容已被更新", "It has changed meanwhile"),
        413 => language.t("内容过大", "Too large"),
        422 => language.t("不符合规则", "Against the rules"),
        429 => language.t("操作过于频繁", "Too many requests"),
        502 => language.t("外部服务暂不可用", "Another service is not available"),
        503 => language.t("数据库暂不可用", "The database is not available"),
        _ => language.t("系统内部错误", "Internal error"),
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let Self { chrome, language, problem } = self;
        if problem.status == StatusCode::UNAUTHORIZED {
            return first_to("/sign-in", chrome.as_ref().map_or("", |chrome| chrome.path.as_str()));
        }
        let title = heading(problem.status, language);
        let body = html! {
            div.narrow {
                h1 { (title) }
                p.lead { (problem.words(language)) }
                @if problem.each.len() > 1 {
                    ul { @for (chinese, english) in &problem.each { li { (language.t(chinese, english)) } } }
                }
                p.actions {
                    a.button href=(ROOT) { (language.t("回到首页", "Home")) }
                }
                p.quiet { (language.t("代码", "Code")) " " code { (problem.code) } " · " (problem.status.as_u16()) }
            }
        };
        let page = match chrome {
            Some(chrome) => layout::page(&chrome, title, &body),
            None => layout::bare(language, title, &body),
        };
        (problem.status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page.into_string()).into_response()
    }
}

/// What was not taken before any page had its say (a wrong method, a form or a query that cannot be read), as a
/// page in words.
pub async fn in_words(request: Request, next: Next) -> Response {
    let (language, reads) =
        (language::chosen(request.headers()), matches!(*request.method(), Method::GET | Method::HEAD));
    let mut answer = next.run(request).await;
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_none_or(|kind| kind.starts_with("text/plain")) {
        return answer;
    }
    let problem = match answer.status() {
        StatusCode::METHOD_NOT_ALLOWED => Problem::form_alone(),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(),
        StatusCode::BAD_REQUEST if reads => Problem::bad_address(),
        StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY => {
            Problem::bad_form()
        }
        _ => return answer,
    };
    let allowed = answer.headers_mut().remove(header::ALLOW);
    let mut page = Fault::without_visitor(language, problem).into_response();
    page.headers_mut().extend(allowed.map(|allowed| (header::ALLOW, allowed)));
    page
}
