//! What happens around every request: it gets a name, its problems are written out with that
//! name, and a line goes to the log. Neither bodies nor queries nor headers are logged.

use super::problem::Problem;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// The header that names a request, in both directions.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Characters of a name that a client gives.
const REQUEST_ID_CHARS_MAX: usize = 64;

/// Characters of a path in the log.
const LOGGED_PATH_CHARS: usize = 200;

/// The name of a request.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

impl RequestId {
    /// The client's name for it, if it is a plain word, or a new one.
    fn of(request: &ServiceRequest) -> Self {
        static PROCESS: LazyLock<String> = LazyLock::new(|| {
            let random = uuid::Uuid::new_v4().simple().to_string();
            random.chars().take(8).collect()
        });
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let given = request.headers().get(REQUEST_ID);
        let given = given.and_then(|name| name.to_str().ok());
        let is_plain = |name: &&str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            (1..=REQUEST_ID_CHARS_MAX).contains(&name.len()) && name.chars().all(plain)
        };
        let name = given.filter(is_plain).map_or_else(
            || format!("{}-{:06}", *PROCESS, NEXT.fetch_add(1, Ordering::Relaxed)),
            str::to_owned,
        );
        Self(name)
    }
}

/// Goes around every request.
///
/// # Errors
/// None that reaches the client as anything but a problem.
pub async fn around<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let id = RequestId::of(&request);
    request.extensions_mut().insert(id.clone());
    let method = request.method().clone();
    let path: String = request.path().chars().take(LOGGED_PATH_CHARS).collect();
    let response = next.call(request).await?.map_into_boxed_body();
    let mut response = write_problem(response, &id);
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let status = response.status().as_u16();
    let took_us = started.elapsed().as_micros();
    tracing::info!(target: "shisu::http", %method, path, status, took_us, id = id.0, "answered");
    Ok(response)
}

/// Writes the problem of a response out, whoever found it.
fn write_problem(response: ServiceResponse, id: &RequestId) -> ServiceResponse {
    let Some(error) = response.response().error() else {
        return response;
    };
    let problem = match error.as_error::<Problem>() {
        Some(problem) => problem.clone(),
        None => foreign(error),
    };
    let request = response.request().clone();
    ServiceResponse::new(request, problem.respond(&id.0))
}

/// A problem that the framework found.
fn foreign(error: &Error) -> Problem {
    let said = error.to_string();
    match error.as_response_error().status_code() {
        StatusCode::NOT_FOUND => Problem::not_found("没有这个地址", "there is nothing here"),
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new("body_too_large", "内容过大", "the body is too large")
        }
        StatusCode::URI_TOO_LONG => {
            Problem::new("uri_too_long", "地址过长", "the address is too long")
        }
        StatusCode::NOT_ACCEPTABLE => Problem::new("not_acceptable", "无法以所要的编码回答", said),
        status if status.is_client_error() => Problem::bad_request("请求无法理解", said),
        status => {
            tracing::error!(%status, cause = said, "a request failed");
            Problem::internal()
        }
    }
}
