//! Errors as Problem Details (RFC 9457): `type`, `title` in English, `status`, `detail` in
//! Chinese, and a stable `code` for programs. No body, no name, no cause from the database
//! ever stands in one.

use crate::desk::DeskError;
use crate::store::StoreError;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chuishao_domain::refusal::GuardRail;
use serde::Serialize;
use serde::de::DeserializeOwned;

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

    /// 405
    pub fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "这个地址不支持该方法", "method not allowed")
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

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        let chinese = error.to_string();
        match error {
            DeskError::Refused(refusal) => {
                let status = match refusal.code.as_ref() {
                    "no-ticket" => StatusCode::NOT_FOUND,
                    "not-entitled" => StatusCode::FORBIDDEN,
                    _ => StatusCode::UNPROCESSABLE_ENTITY,
                };
                let english = refusal.english.clone();
                Self { guard_rail: refusal.rail, ..Self::new(status, &refusal.code, chinese, english) }
            }
            DeskError::AnotherVersion { .. } => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "another-version",
                chinese,
                "the ticket is at another version",
            ),
            DeskError::Contended => Self::conflict("contended", chinese, "too many others act on this ticket"),
            DeskError::KeyOfAnother => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "key-of-another",
                chinese,
                "the Idempotency-Key was used for another request",
            ),
            DeskError::Store(error) => error.into(),
            DeskError::Broken(error) => {
                tracing::error!(error = %error, "a walk broke off");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "内部错误，什么都没有写入", "internal error")
            }
        }
    }
}

/// JSON in and out, with rejections as Problem Details.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(rejected(&rejection)),
        }
    }
}

/// Says where and what kind of fault, without repeating what was sent.
fn rejected(rejection: &JsonRejection) -> Problem {
    let status = rejection.status();
    let chinese = match rejection {
        JsonRejection::MissingJsonContentType(_) => "请以 Content-Type: application/json 发送",
        JsonRejection::JsonSyntaxError(_) => "请求不是合法的 JSON",
        JsonRejection::JsonDataError(_) => "请求缺少字段、多了字段或字段类型不对，请对照接口说明",
        _ => "请求体读取失败或过大",
    };
    let english = match std::error::Error::source(rejection).map(ToString::to_string) {
        Some(cause) if matches!(rejection, JsonRejection::JsonDataError(_)) => without_values(&cause),
        _ => "the request body cannot be used".into(),
    };
    Problem::new(status, "bad-body", chinese, english)
}

/// serde names the field and the expected type, and quotes the value in back quotes or
/// quotation marks; a value could be a citizen's words.
fn without_values(cause: &str) -> String {
    cause.split('"').step_by(2).collect::<Vec<_>>().join("…")
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}
