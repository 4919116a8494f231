//! What happens around every request: it gets a name, its problems are written out with that
//! name, and a line goes to the log. Neither bodies nor queries nor headers are logged.

use super::limits::address::client;
use super::limits::gate::Gate;
use super::limits::unread::{hold, release_after};
use super::problem::Problem;
use crate::app::caller::Caller;
use crate::app::metrics::Request;
use crate::app::node::Node;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
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
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let id = RequestId::of(&request);
    request.extensions_mut().insert(id.clone());
    let asked = request.method().clone();
    if asked == Method::HEAD {
        // Whatever can be had can be asked about; the protocol leaves out the body by itself.
        request.head_mut().method = Method::GET;
    }
    let held = hold(&mut request);
    let response = match enter(&request).await {
        Ok(()) => next.call(request).await?.map_into_boxed_body(),
        Err(problem) => request.error_response(problem),
    };
    let (mut response, problem) = write_problem(response, &id);
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        headers.insert(REQUEST_ID, value);
    }
    // What is answered is what it says it is, not what a browser makes of it.
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    note(&response, &id, problem, (&asked, began));
    Ok(release_after(response, held))
}

/// Waits for the turn of whoever asks. Whoever looks after the server asks without a turn.
async fn enter(request: &ServiceRequest) -> Result<(), Problem> {
    if matches!(request.path(), "/healthz" | "/readyz" | "/metrics") {
        return Ok(());
    }
    let gate = request.app_data::<Data<Gate>>().cloned();
    let node = request.app_data::<Data<Node>>().cloned();
    let (Some(gate), Some(node)) = (gate, node) else {
        return Ok(());
    };
    match client(request.request(), &node.config().trusted_proxies) {
        Some(address) => {
            request.extensions_mut().insert(Caller(address));
            gate.enter(address).await
        }
        None => Ok(()),
    }
}

/// Writes the problem of a response out, whoever found it.
fn write_problem(
    response: ServiceResponse,
    id: &RequestId,
) -> (ServiceResponse, Option<&'static str>) {
    let status = response.status();
    let problem = match response.response().error() {
        Some(error) => match error.as_error::<Problem>() {
            Some(problem) => problem.clone(),
            None => foreign(status, error.to_string()),
        },
        // An error that nobody explained.
        None if is_error(status) && is_empty(&response) => foreign(status, status.to_string()),
        None => return (response, None),
    };
    let request = response.request().clone();
    let code = problem.code();
    let response = ServiceResponse::new(request, problem.respond(&id.0));
    (response, Some(code))
}

fn is_error(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

fn is_empty(response: &ServiceResponse) -> bool {
    matches!(
        response.response().body().size(),
        BodySize::None | BodySize::Sized(0)
    )
}

/// Counts an answer and writes a line to the log.
fn note(
    response: &ServiceResponse,
    id: &RequestId,
    problem: Option<&'static str>,
    (asked, began): (&Method, Instant),
) {
    let request = response.request();
    let route = request.match_pattern().unwrap_or_else(|| "none".to_owned());
    let method = match asked.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    };
    let status = response.status().as_u16();
    let took = began.elapsed();
    let path: String = request.path().chars().take(LOGGED_PATH_CHARS).collect();
    let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(target: "shisu::http", method, path, status, took_us, problem, id = id.0, "answered");
    if let Some(node) = request.app_data::<Data<Node>>() {
        let counted = Request {
            route,
            method,
            status,
        };
        node.metrics().answered(counted, took);
        if let Some(code) = problem {
            node.metrics().problem(code);
        }
    }
}

/// A problem that the framework found.
fn foreign(status: StatusCode, said: String) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::not_found("没有这个地址", "there is nothing here"),
        StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new("method_not_allowed", "不支持这个方法", "not this method")
        }
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
