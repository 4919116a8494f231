//! Errors as other programs read them: RFC 9457 `application/problem+json`, with a stable code,
//! a text in Chinese and English, and what to do. Which status a code has is said in one table
//! ([`codes`]) and nowhere else.

pub mod codes;

use crate::app::AppError;
use crate::core::custody::Refusal;
use crate::core::ids::IdError;
use crate::core::text::{Bilingual, Explain};
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use codes::{status_of, what_to_do};
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

    /// What is said of it, with the name of the request.
    #[must_use]
    pub fn body(&self, request_id: &str) -> ProblemBody {
        let (zh, en) = title_of(self.status);
        ProblemBody {
            kind: format!("/problems/{}", self.code),
            title: zh.to_owned(),
            title_en: en.to_owned(),
            status: self.status.as_u16(),
            code: self.code.to_owned(),
            detail: Words::from(&self.detail),
            what_to_do: what_to_do(self.code, self.status).into(),
            request_id: request_id.to_owned(),
        }
    }

    /// The response, which names the request.
    #[must_use]
    pub fn respond(&self, request_id: &str) -> HttpResponse {
        let body = self.body(request_id);
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
        412 => ("已有更新的版本", "Newer version"),
        413 => ("内容过大", "Too large"),
        414 => ("地址过长", "Address too long"),
        415 => ("不支持的格式", "Unsupported media type"),
        422 => ("记录被拒收", "The record was refused"),
        429 => ("请求过于频繁", "Too many requests"),
        503 => ("暂时无法服务", "Service unavailable"),
        _ => ("服务器出错", "Server error"),
    }
}

#[cfg(test)]
mod tests;
