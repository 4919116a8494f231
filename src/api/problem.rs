//! Errors as other programs read them: RFC 9457 `application/problem+json`, with a stable code,
//! a text in Chinese and English, and what to do. Which status a code has is said here and
//! nowhere else.

use crate::app::AppError;
use crate::core::custody::Refusal;
use crate::core::ids::IdError;
use crate::core::text::{Bilingual, Explain};
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// Media type of a problem (RFC 9457).
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Seconds after which somebody who was turned away may come back.
const RETRY_AFTER_S: u64 = 1;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Words {
    /// Simplified Chinese.
    #[schema(example = "查无此码")]
    pub zh: String,
    /// English.
    #[schema(example = "no record of this code")]
    pub en: String,
}

impl From<Bilingual> for Words {
    fn from(text: Bilingual) -> Self {
        Self {
            zh: text.zh,
            en: text.en,
        }
    }
}

impl From<&Bilingual> for Words {
    fn from(text: &Bilingual) -> Self {
        text.clone().into()
    }
}

/// The body of an error.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// Names the kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "/problems/unknown_lot")]
    pub kind: String,
    /// The kind in Chinese.
    #[schema(example = "没有找到")]
    pub title: String,
    /// The kind in English.
    #[schema(example = "Not found")]
    pub title_en: String,
    /// The HTTP status.
    #[schema(example = 404)]
    pub status: u16,
    /// The stable code of what is wrong.
    #[schema(example = "unknown_lot")]
    pub code: String,
    /// What is wrong.
    pub detail: Words,
    /// What to do about it.
    pub what_to_do: Words,
    /// Names this request in the log of the server.
    #[schema(example = "5f1c9a4e-000001")]
    pub request_id: String,
}

/// Why a question is not answered, for the document.
#[derive(IntoResponses)]
pub enum ReadProblems {
    /// Not understood.
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(ProblemBody),
    /// You have to sign in for this.
    #[response(status = 401, content_type = "application/problem+json")]
    SignIn(ProblemBody),
    /// It is not shown to you.
    #[response(status = 403, content_type = "application/problem+json")]
    NotAllowed(ProblemBody),
    /// There is no such thing.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemBody),
    /// You have asked too often.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(ProblemBody),
    /// The database cannot be read for the moment.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemBody),
}

/// Why a request is not answered as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: Bilingual,
    retry_after_s: Option<u64>,
    allow: Option<String>,
}

impl Problem {
    /// A problem with this code; the code says the status.
    #[must_use]
    pub fn new(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        let status = status_of(code);
        let busy =
            status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::TOO_MANY_REQUESTS;
        Self {
            status,
            code,
            detail: Bilingual::new(zh, en),
            retry_after_s: busy.then_some(RETRY_AFTER_S),
            allow: None,
        }
    }

    /// The problem an explained error is.
    #[must_use]
    pub fn of(error: &impl Explain) -> Self {
        let Bilingual { zh, en } = error.explain();
        Self::new(error.code(), zh, en)
    }

    /// A record that was refused.
    #[must_use]
    pub fn refused(refusal: &Refusal) -> Self {
        let mut problem = Self::of(refusal);
        // Whoever wrote the record reads this; whatever its code, the request was understood.
        problem.status = StatusCode::UNPROCESSABLE_ENTITY;
        problem.retry_after_s = None;
        problem
    }

    /// Something that is not here.
    #[must_use]
    pub fn not_found(zh: &str, en: &str) -> Self {
        Self::new("not_found", zh, en)
    }

    /// A request that cannot be understood.
    #[must_use]
    pub fn bad_request(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new("bad_request", zh, en)
    }

    /// A fault of the server; what it is stands in its log.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            "internal",
            "服务器内部出错,详情见服务器日志",
            "a fault of the server; its log says more",
        )
    }

    /// Says when to come back.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// Says which methods there are.
    #[must_use]
    pub fn allowing(mut self, methods: String) -> Self {
        self.allow = Some(methods);
        self
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The response, which names the request.
    #[must_use]
    pub fn respond(&self, request_id: &str) -> HttpResponse {
        let (zh, en) = title_of(self.status);
        let body = ProblemBody {
            kind: format!("/problems/{}", self.code),
            title: zh.to_owned(),
            title_en: en.to_owned(),
            status: self.status.as_u16(),
            code: self.code.to_owned(),
            detail: Words::from(&self.detail),
            what_to_do: what_to_do(self.code, self.status).into(),
            request_id: request_id.to_owned(),
        };
        let mut response = HttpResponse::build(self.status);
        if let Some(seconds) = self.retry_after_s {
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        if let Some(methods) = &self.allow {
            response.insert_header((ALLOW, methods.as_str()));
        }
        response.content_type(PROBLEM_JSON);
        response.body(serde_json::to_vec(&body).unwrap_or_default())
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.detail.en)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        self.respond("")
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        if let AppError::Refused(refusal) = &error {
            return Self::refused(refusal);
        }
        let problem = Self::of(&error);
        if !problem.status.is_server_error() {
            return problem;
        }
        match error {
            // No fault, and there may be tens of thousands a second: counted, not told one by one.
            AppError::Overloaded => tracing::debug!(code = problem.code, "turned away"),
            _ => tracing::error!(code = problem.code, cause = %error, "a request failed"),
        }
        // Paths, addresses and what a database says are for the operator, not for whoever asks.
        let shown = match problem.status {
            StatusCode::SERVICE_UNAVAILABLE => Bilingual::new(
                "服务器暂时无法处理",
                "the server cannot do this for the moment",
            ),
            _ => Self::internal().detail,
        };
        Self {
            detail: shown,
            ..problem
        }
    }
}

impl From<IdError> for Problem {
    fn from(error: IdError) -> Self {
        let Bilingual { zh, en } = error.explain();
        Self::new("bad_identifier", zh, en)
    }
}

/// The status of a code: the one table.
fn status_of(code: &str) -> StatusCode {
    match code {
        "bad_request" | "purpose_required" | "bad_identifier" | "bad_cursor" | "bad_encoding"
        | "bad_json" | "bad_content_length" | "bad_path" | "input" | "incomplete_body" => {
            StatusCode::BAD_REQUEST
        }
        "possession_proof" | "weak_key" | "invitation_duration" | "node_only" | "bad_register" => {
            StatusCode::BAD_REQUEST
        }
        "sign_in_required" | "sign_in_failed" | "session_ended" | "challenge_foreign"
        | "challenge_expired" | "challenge_used" => StatusCode::UNAUTHORIZED,
        "not_allowed" | "cross_site" => StatusCode::FORBIDDEN,
        "not_found" | "unknown_lot" | "unknown_record" | "unknown_invitation" | "unknown_party"
        | "unknown_site" => StatusCode::NOT_FOUND,
        "invitation_used" | "key_known" => StatusCode::CONFLICT,
        "invitation_expired" | "invitation_revoked" => StatusCode::GONE,
        "method_not_allowed" => StatusCode::METHOD_NOT_ALLOWED,
        "not_acceptable" => StatusCode::NOT_ACCEPTABLE,
        "body_timeout" => StatusCode::REQUEST_TIMEOUT,
        "body_too_large" | "too_many_records" => StatusCode::PAYLOAD_TOO_LARGE,
        "uri_too_long" => StatusCode::URI_TOO_LONG,
        "unsupported_media_type" | "unsupported_encoding" => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "too_many_requests" | "too_many_invitations" => StatusCode::TOO_MANY_REQUESTS,
        "overloaded" | "stopped" | "store_stopped" | "unavailable" | "database_locked"
        | "database_full" | "commit_unknown" | "head_moved" | "io_error" | "stopping"
        | "not_ready" | "clock_backwards" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A status in words, Chinese and English.
fn title_of(status: StatusCode) -> (&'static str, &'static str) {
    match status.as_u16() {
        400 => ("请求有误", "Bad request"),
        401 => ("需要登录", "Sign-in required"),
        403 => ("无权查看", "Not allowed"),
        404 => ("没有找到", "Not found"),
        405 => ("不支持的方法", "Method not allowed"),
        406 => ("无法以此格式回答", "Not acceptable"),
        408 => ("请求超时", "Request timed out"),
        409 => ("与现状冲突", "Conflict"),
        410 => ("已经失效", "Gone"),
        413 => ("内容过大", "Too large"),
        414 => ("地址过长", "Address too long"),
        415 => ("不支持的格式", "Unsupported media type"),
        422 => ("记录被拒收", "The record was refused"),
        429 => ("请求过于频繁", "Too many requests"),
        503 => ("暂时无法服务", "Service unavailable"),
        _ => ("服务器出错", "Server error"),
    }
}

/// What to do about a problem.
fn what_to_do(code: &str, status: StatusCode) -> Bilingual {
    let (zh, en) = match (code, status.as_u16()) {
        ("overloaded" | "too_many_requests", _) => (
            "稍候按 Retry-After 重试;重复提交同一记录不会重复入账",
            "wait for Retry-After and try again; submitting a record again never records it twice",
        ),
        ("commit_unknown", _) => (
            "重新提交同一记录:已入账的会得到原来的索引",
            "submit the same record again: if it is in the log you get its index",
        ),
        ("unknown_lot" | "unknown_record", _) => (
            "核对编码;记录可能在另一省的节点上",
            "check the code; the record may be at the node of another province",
        ),
        ("challenge_foreign" | "challenge_expired" | "challenge_used", _) => (
            "重新取一个挑战(POST /v1/session/challenge),一分钟内签名提交",
            "ask for another challenge (POST /v1/session/challenge) and answer it within a minute",
        ),
        ("cross_site", _) => (
            "从本站的页面操作;软件请用令牌(Authorization: Bearer)",
            "ask from a page of this site; programs use a token (Authorization: Bearer)",
        ),
        ("purpose_required", _) => (
            "在 purpose 参数中写明查看目的",
            "say what for in the parameter purpose",
        ),
        (_, 401) => (
            "用已登记的密钥登录后重试",
            "sign in with a registered key and try again",
        ),
        (_, 403) => (
            "换用有权查看的主体登录",
            "sign in as somebody who may see this",
        ),
        (_, 404) => (
            "核对地址和编码;见 /docs",
            "check address and code; see /docs",
        ),
        (_, 405) => ("改用 Allow 中的方法", "use a method named in Allow"),
        (_, 409 | 410) => (
            "向邀请人索取新的邀请;设备换用新密钥",
            "ask whoever invited you for another invitation, and use a new key",
        ),
        (_, 413) => ("分成更小的几次提交", "send less at a time"),
        (_, 415) => (
            "提交记录用 application/sd-jwt 或 application/x-ndjson,可用 gzip 压缩",
            "records are application/sd-jwt or application/x-ndjson, plain or gzip",
        ),
        (_, 422) => (
            "改正记录后重新签名提交;原样重试没有用",
            "correct the record, sign it anew and submit it; the same bytes will be refused again",
        ),
        (_, 400 | 406 | 408 | 414) => ("按 /docs 的说明改正请求", "correct the request; see /docs"),
        (_, 503) => ("稍后重试", "try again later"),
        _ => (
            "重试;仍不行请把 request_id 告诉运行者",
            "try again; if it persists tell the operator the request_id",
        ),
    };
    Bilingual::new(zh, en)
}

#[cfg(test)]
mod tests;
