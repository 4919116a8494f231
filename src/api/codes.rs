//! Codes in photos that a phone could not read.

use super::json::{BodyProblems, media_type};
use super::limits::address::client;
use super::limits::body::{Room, read};
use super::limits::gate::Gate;
use super::limits::turn::OneAtATime;
use super::problem::{Problem, ProblemBody, ReadProblems};
use super::sight::Sight;
use crate::app::codes::{Code, PHOTO_BYTES_MAX, PhotoFault, decode as decode_photo};
use crate::app::node::Node;
use crate::core::access::Data as Shown;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Payload, block};
use actix_web::{HttpRequest, HttpResponse, post};
use serde::Serialize;
use utoipa::ToSchema;

/// Media types of a photo; what it is, its content says.
const KINDS: [&str; 4] = [
    "image/jpeg",
    "image/png",
    "image/webp",
    "application/octet-stream",
];

/// Photos are read one at a time, for it takes a processor for seconds.
static READING: OneAtATime = OneAtATime::new(
    "正在识读另一张照片,请稍后再试",
    "another photo is being read; try again in a moment",
);

/// The codes of a photo.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodesBody {
    /// What was read; empty if nothing was.
    pub codes: Vec<CodeBody>,
}

/// A code.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeBody {
    /// What stands in it; of codes of GS1 with the symbology identifier in front and FNC1 as its control character.
    #[schema(example = "https://shisu.example/01/09520002000033/10/Q0417-1")]
    pub text: String,
    /// `qr_code`, `data_matrix`, `code_128`, `ean_13`, `ean_8`, `upc_a` or `itf`.
    #[schema(example = "qr_code")]
    pub format: &'static str,
}

impl From<Code> for CodeBody {
    fn from(code: Code) -> Self {
        Self {
            text: code.text,
            format: code.format,
        }
    }
}

/// Reads the codes of a photo that the device itself could not read: QR, Data Matrix, Code 128, EAN, UPC and ITF,
/// also turned, dark or several at once. For whoever is signed in; one photo at a time. Nothing is kept.
///
/// 识读照片里的码:手机读不出时由服务器识读;不保存照片。
#[utoipa::path(tag = "lots", security(("token" = []), ("cookie" = [])),
    request_body(description = "A JPEG, PNG or WebP picture of at most 10 MiB and 12,000 pixels a side.",
        content = String, content_type = "application/octet-stream", example = json!("no picture")),
    responses(
        (status = 200, description = "What was read, perhaps nothing.", body = CodesBody),
        (status = 422, description = "The decoder fails at this picture.", body = ProblemBody, content_type = "application/problem+json"),
        ReadProblems,
        BodyProblems,
))]
#[post("/v1/codes/decode")]
pub async fn decode(
    request: HttpRequest,
    mut payload: Payload,
    sight: Sight,
    node: Data<Node>,
    room: Data<Room>,
    gate: Data<Gate>,
) -> Result<HttpResponse, Problem> {
    sight.expect_signed_in(Shown::Record)?;
    let kind = media_type(&request);
    if !KINDS.iter().any(|known| kind.eq_ignore_ascii_case(known)) {
        return Err(Problem::of(&PhotoFault::Kind));
    }
    if let Some(address) = client(&request, &node.config().trusted_proxies) {
        gate.photo(address).await?;
    }
    let limits = &node.config().limits;
    let body = read(&request, &mut payload, &room, limits, PHOTO_BYTES_MAX).await;
    let body = body.map_err(|problem| match problem.code() {
        // What to do about it is another thing than with records.
        "body_too_large" => Problem::of(&PhotoFault::TooLarge),
        _ => problem,
    })?;
    let turn = READING.begin()?;
    let work = block(move || {
        let _turn = turn;
        let (bytes, _room) = body.plain()?;
        decode_photo(&bytes).map_err(|fault| Problem::of(&fault))
    });
    let codes = work.await.map_err(|_gone| Problem::internal())??;
    let codes = codes.into_iter().map(CodeBody::from).collect();
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(CodesBody { codes }))
}
