//! Errors as Problem Details (RFC 9457): `type`, `title` in English, `status`, `detail` in
//! Chinese, and a stable `code` for programs. No body, no name, no cause from the database
//! ever stands in one.

use crate::accounts::Crowded;
use crate::accounts::keep::KeepError;
use crate::accounts::sign_in::SignInError;
use crate::accounts::single_sign_on::SignOnError;
use crate::desk::DeskError;
use crate::import::ImportError;
use crate::reference::ReferenceError;
use crate::registry::packages::PackageError;
use crate::store::StoreError;
use crate::vault::VaultError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chuishao_domain::refusal::{GuardRail, Refusal};
use chuishao_domain::vault::envelope::EnvelopeError;
use serde::Serialize;

/// A Problem Details document.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: Box<str>,
    title: Box<str>,
    #[serde(serialize_with = "number")]
    #[schemars(with = "u16")]
    status: StatusCode,
    detail: String,
    code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    guard_rail: Option<GuardRail>,
    /// All that is wrong with an imported file, one by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    problems: Option<Box<[Refusal]>>,
    /// In how many seconds it may be tried again.
    #[serde(skip)]
    retry_after: Option<u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

impl Problem {
    fn new(status: StatusCode, code: &str, chinese: impl Into<String>, english: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:chuishao:problem:{code}").into(),
            title: english.into().into(),
            status,
            detail: chinese.into(),
            code: code.to_owned(),
            guard_rail: None,
            problems: None,
            retry_after: None,
        }
    }

    /// 400
    pub fn bad_request(chinese: impl Into<String>, english: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", chinese, english)
    }

    /// 404
    pub fn not_found(chinese: impl Into<String>, english: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", chinese, english)
    }

    /// 404: what stands in an address is written as a ticket's id, and none can have it.
    pub fn mistyped_ticket() -> Self {
        let chinese = "不会有这个编号的工单：末位校验码对不上，多半是有一位抄错，或相邻两位写颠倒了，请核对";
        let english = "no ticket can have this id: its check digit does not fit; probably one digit was mistyped or two \
                       were exchanged";
        Self::new(StatusCode::NOT_FOUND, "check-digit", chinese, english)
    }

    /// 400: where the fault in a body is. What was sent is never repeated.
    pub fn bad_body(error: &serde_json::Error) -> Self {
        let chinese = format!("请求体第 {} 行第 {} 列附近不合要求，请对照接口说明", error.line(), error.column());
        Self::new(StatusCode::BAD_REQUEST, "bad-body", chinese, "the request body cannot be used")
    }

    /// 400: a body with the character that no database keeps in a text.
    pub fn nul_in_body() -> Self {
        let chinese = "请求体不能含空字符（\\u0000），请去掉后再试";
        Self::new(StatusCode::BAD_REQUEST, "bad-body", chinese, "the body must not contain U+0000")
    }

    /// 415: a body that does not say that it is JSON.
    pub fn not_json() -> Self {
        let chinese = "请求体须为 JSON，并写明 Content-Type: application/json";
        let english = "the body has to be JSON, and to say so in Content-Type";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json", chinese, english)
    }

    /// A body that could not be read, or is too large.
    pub fn unread_body(status: StatusCode) -> Self {
        Self::new(status, "bad-body", "请求体读取失败或过大", "the request body cannot be read or is too large")
    }

    /// 405
    pub fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "这个地址不支持该方法", "method not allowed")
    }

    /// 500: a fault of this program. What it was stands in the log.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "内部错误，什么都没有写入", "internal error")
    }

    /// 422: what is wrong with an imported file, the first fault as its code.
    pub fn refused(problems: Vec<Refusal>) -> Self {
        let code = problems.first().map_or("refused", |first| first.code.as_ref()).to_owned();
        let chinese = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("；");
        let english = problems.first().map_or(String::new(), |first| first.english.clone());
        Self { problems: Some(problems.into()), ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, &code, chinese, english) }
    }

    /// 403
    pub fn forbidden(chinese: impl Into<String>, english: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "not-entitled", chinese, english)
    }

    /// 403: what carries a cookie, or signs in, comes from a page of ours.
    pub fn of_another_page() -> Self {
        let chinese = "请求不是从本系统的页面发出的，已拒绝。浏览器请从本系统的页面操作；程序请用令牌，不带 Cookie";
        let english = "the request does not come from a page of this server; programs show a token and no cookie";
        Self::new(StatusCode::FORBIDDEN, "not-own-page", chinese, english)
    }

    /// 401
    pub fn unauthenticated(chinese: impl Into<String>, english: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", chinese, english)
    }

    /// 403: nothing else is open until the own password is changed.
    pub fn must_change_password() -> Self {
        let chinese = "请先更改密码：密码由管理员设置，或已满 90 天";
        Self::new(StatusCode::FORBIDDEN, "must-change-password", chinese, "change the password first")
    }

    /// 403: who holds no post does nothing, and who holds several says in which.
    pub fn post_needed() -> Self {
        let chinese = "请在 Chuishao-Actor 中写明以哪个岗位办理；账号还没有岗位的，请联系安全管理员";
        Self::new(StatusCode::FORBIDDEN, "post-needed", chinese, "say in which of your posts you act")
    }

    /// 429
    pub fn wait(seconds: u64, chinese: impl Into<String>, english: impl Into<String>) -> Self {
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "wait", chinese, english);
        Self { retry_after: Some(seconds), ..problem }
    }

    /// 422: a package without a signature.
    pub fn unsigned() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "unsigned",
            "插件包没有签名：请用 chuishao plugin sign 签名，并在 Chuishao-Signature 中写明算法、密钥名称和签名",
            "the package is not signed: algorithm, key and signature stand in Chuishao-Signature",
        )
    }

    /// 409
    pub fn conflict(code: &str, chinese: impl Into<String>, english: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, chinese, english)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_string(&self).unwrap_or_default();
        let mut answer = (self.status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        answer
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        tracing::error!(error = %error, cause, "the store failed");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "store-unavailable",
            "数据库暂不可用，什么都没有写入，请稍后用同一个 Idempotency-Key 重试",
            "the database is not available; nothing was written",
        )
    }
}

impl From<PackageError> for Problem {
    fn from(error: PackageError) -> Self {
        match error {
            PackageError::Refused(problems) => Self::refused(problems),
            PackageError::Desk(error) => error.into(),
        }
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Refused(problems) => Self::refused(problems),
            ImportError::Desk(error) => error.into(),
            ImportError::Reference(ReferenceError::Store(error)) => error.into(),
            ImportError::Reference(error @ ReferenceError::Unreadable { .. }) => {
                Self::conflict("reference-unreadable", error.to_string(), "imported reference data cannot be read")
            }
        }
    }
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        let chinese = error.to_string();
        if let VaultError::Envelope(EnvelopeError::TooLong { .. }) = error {
            let english = "name and number are too long";
            return Self::new(StatusCode::UNPROCESSABLE_ENTITY, "caller-too-long", chinese, english);
        }
        tracing::error!(error = %error, "a caller could not be sealed or opened");
        let english = "the caller's record cannot be sealed or opened";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "vault-unavailable", chinese, english)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.code.as_ref() {
            "no-ticket" | "no-topic" | "no-knowledge" | "no-campaign" | "no-appeal" | "no-such-subject"
            | "no-caller" | "no-rollout" | "no-revision" | "no-account" | "no-token" => StatusCode::NOT_FOUND,
            "not-entitled" | "purpose-not-allowed" | "own-account" | "not-own-post" | "duty-account" => {
                StatusCode::FORBIDDEN
            }
            "another-version" => StatusCode::PRECONDITION_FAILED,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let chinese = refusal.to_string();
        Self { guard_rail: refusal.rail, ..Self::new(status, &refusal.code, chinese, refusal.english) }
    }
}

impl From<KeepError> for Problem {
    fn from(error: KeepError) -> Self {
        match error {
            KeepError::Refused(refusal) => refusal.into(),
            KeepError::Contended => Self::conflict("contended", error.to_string(), "others were quicker"),
            KeepError::Crowded(crowded) => crowded.into(),
            KeepError::Store(error) => error.into(),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        let chinese = error.to_string();
        match error {
            SignInError::Wrong => {
                Self::new(StatusCode::FORBIDDEN, "sign-in-failed", chinese, "name or password is wrong")
            }
            SignInError::Wait { seconds } => Self::wait(seconds, chinese, "too many wrong passwords"),
            SignInError::Crowded(crowded) => crowded.into(),
            SignInError::Store(error) => error.into(),
            SignInError::Refused(refusal) => refusal.into(),
        }
    }
}

impl From<SignOnError> for Problem {
    fn from(error: SignOnError) -> Self {
        let chinese = error.to_string();
        let (status, code, english) = match error {
            SignOnError::Off => (StatusCode::CONFLICT, "single-sign-on-off", "single sign-on is not configured here"),
            SignOnError::Unreachable => {
                let english = "the provider of single sign-on does not answer; sign in with name and password";
                (StatusCode::BAD_GATEWAY, "single-sign-on-unreachable", english)
            }
            SignOnError::Stale => {
                let english = "this single sign-on is over, was used before, or began in another browser; begin again";
                (StatusCode::FORBIDDEN, "single-sign-on-stale", english)
            }
            SignOnError::Declined => {
                (StatusCode::FORBIDDEN, "single-sign-on-declined", "the provider let nobody in, or it was cancelled")
            }
            SignOnError::NotProved => {
                (StatusCode::FORBIDDEN, "single-sign-on-not-proved", "what the provider answered proves nobody")
            }
            SignOnError::ClaimMissing(_) => {
                (StatusCode::FORBIDDEN, "single-sign-on-claim", "the provider does not say which account it is")
            }
            SignOnError::NoAccount => {
                let english = "no account here has that name; the system administrator makes accounts";
                (StatusCode::FORBIDDEN, "single-sign-on-no-account", english)
            }
            SignOnError::Disabled => (StatusCode::FORBIDDEN, "account-disabled", "the account is disabled"),
            SignOnError::Duty => {
                let english = "the three duties sign in with name and password alone";
                (StatusCode::FORBIDDEN, "duty-signs-in-here", english)
            }
            SignOnError::Overtaken => {
                let english = "the account was changed meanwhile; sign in again";
                (StatusCode::CONFLICT, "single-sign-on-overtaken", english)
            }
            SignOnError::Store(error) => return error.into(),
        };
        Self::new(status, code, chinese, english)
    }
}

impl From<Crowded> for Problem {
    fn from(crowded: Crowded) -> Self {
        Self::wait(1, crowded.to_string(), "too many sign in at the same time")
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        let chinese = error.to_string();
        match error {
            DeskError::Refused(refusal) => refusal.into(),
            DeskError::AnotherVersion { .. } => {
                Self::new(StatusCode::PRECONDITION_FAILED, "another-version", chinese, "it is at another version")
            }
            DeskError::Contended => Self::conflict("contended", chinese, "too many others act on it"),
            DeskError::KeyOfAnother => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "key-of-another",
                chinese,
                "the Idempotency-Key was used for another request",
            ),
            DeskError::Vault(error) => error.into(),
            DeskError::Store(error) => error.into(),
            DeskError::Broken(error) => {
                tracing::error!(error = %error, "a walk broke off");
                Self::internal()
            }
        }
    }
}
