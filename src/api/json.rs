//! Small JSON bodies of requests.

use super::limits::body::{Room, read};
use super::problem::{Problem, ProblemBody};
use crate::app::node::Node;
use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Data, Payload};
use serde::de::DeserializeOwned;
use utoipa::IntoResponses;

/// Bytes of a small body.
const BODY_BYTES_MAX: usize = 16 * 1024;

/// What can be wrong with a body, for the document.
#[derive(IntoResponses)]
pub enum BodyProblems {
    /// The body did not arrive in time.
    #[response(status = 408, content_type = "application/problem+json")]
    TooSlow(ProblemBody),
    /// Too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemBody),
    /// Another media type.
    #[response(status = 415, content_type = "application/problem+json")]
    MediaType(ProblemBody),
}

/// The media type of a request, without its parameters.
#[must_use]
pub fn media_type(request: &HttpRequest) -> &str {
    let kind = request.headers().get(CONTENT_TYPE);
    let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or("");
    kind.split(';').next().unwrap_or("").trim()
}

/// Media types of a table; what it is, its content says.
const TABLES: [&str; 3] = [
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/octet-stream",
];

/// Whether a request says that its body is a table.
///
/// # Errors
/// Another media type.
pub fn expect_table(request: &HttpRequest) -> Result<(), Problem> {
    let kind = media_type(request);
    match TABLES.iter().any(|known| kind.eq_ignore_ascii_case(known)) {
        true => Ok(()),
        false => Err(Problem::new(
            "unsupported_media_type",
            "Content-Type 应为 text/csv 或 xlsx 的类型",
            "Content-Type is text/csv or that of xlsx",
        )),
    }
}

/// Reads a small JSON body.
///
/// # Errors
/// Another media type, too large, too slow, or not what is asked for.
pub async fn read_json<T: DeserializeOwned>(
    request: &HttpRequest,
    payload: &mut Payload,
    node: &Node,
    room: &Data<Room>,
) -> Result<T, Problem> {
    if !media_type(request).eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(
            "unsupported_media_type",
            "Content-Type 应为 application/json",
            "Content-Type is application/json",
        ));
    }
    let limits = &node.config().limits;
    let body = read(request, payload, room, limits, BODY_BYTES_MAX).await?;
    let (text, _room) = body.text()?;
    serde_json::from_str(&text)
        .map_err(|error| Problem::new("bad_json", "JSON 内容有误", error.to_string()))
}
