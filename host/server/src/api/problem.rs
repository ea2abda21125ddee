//! Errors as Problem Details (RFC 9457): `type`, `title` in English, `status`, `detail` in
//! Chinese, and a stable `code` for programs. No body, no name, no cause from the database
//! ever stands in one.

use crate::desk::DeskError;
use crate::import::ImportError;
use crate::reference::ReferenceError;
use crate::registry::packages::PackageError;
use crate::store::StoreError;
use crate::vault::VaultError;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chuishao_domain::refusal::{GuardRail, Refusal};
use chuishao_domain::vault::envelope::EnvelopeError;
use serde::Serialize;

/// A Problem Details document.
#[derive(Debug, Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    #[serde(serialize_with = "number")]
    status: StatusCode,
    detail: String,
    code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    guard_rail: Option<GuardRail>,
    /// All that is wrong with an imported file, one by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    problems: Option<Box<[Refusal]>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

impl Problem {
    fn new(status: StatusCode, code: &str, chinese: impl Into<String>, english: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:chuishao:problem:{code}"),
            title: english.into(),
            status,
            detail: chinese.into(),
            code: code.to_owned(),
            guard_rail: None,
            problems: None,
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

    /// 400: where the fault in a body is. What was sent is never repeated.
    pub fn bad_body(error: &serde_json::Error) -> Self {
        let chinese = format!("请求体第 {} 行第 {} 列附近不合要求，请对照接口说明", error.line(), error.column());
        Self::new(StatusCode::BAD_REQUEST, "bad-body", chinese, "the request body cannot be used")
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
        (self.status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
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

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        let chinese = error.to_string();
        match error {
            DeskError::Refused(refusal) => {
                let status = match refusal.code.as_ref() {
                    "no-ticket" | "no-topic" | "no-knowledge" | "no-campaign" | "no-appeal" | "no-such-subject"
                    | "no-caller" | "no-rollout" | "no-revision" => StatusCode::NOT_FOUND,
                    "not-entitled" | "purpose-not-allowed" => StatusCode::FORBIDDEN,
                    _ => StatusCode::UNPROCESSABLE_ENTITY,
                };
                let english = refusal.english.clone();
                Self { guard_rail: refusal.rail, ..Self::new(status, &refusal.code, chinese, english) }
            }
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
