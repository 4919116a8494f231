//! Pictures and documents beside the ledger: sent under the hash of their bytes before a record names
//! them, and given out with the record.

use super::json::{BodyProblems, media_type};
use super::limits::body::{Room, read};
use super::problem::{Problem, ProblemBody, ReadProblems};
use super::records::{purpose, record_id, unknown_record};
use super::sight::Sight;
use crate::app::AppError;
use crate::app::attached::{AttachError, FILE_BYTES_MAX, FileKind, Given, give, keep};
use crate::app::node::Node;
use crate::core::access::Data as Shown;
use crate::core::record::BlobHash;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, ETAG, HeaderName, IF_NONE_MATCH,
};
use actix_web::web::{Data, Path, Payload, Query, block};
use actix_web::{HttpRequest, HttpResponse, get, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What a browser may do with a file: show it, and nothing that stands in it.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

/// Other sites may not put it into their pages.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// A file that is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct FileBody {
    /// SHA-256 of its bytes, base64url.
    pub hash: String,
    /// Its bytes.
    #[schema(example = 184_320)]
    pub bytes: usize,
    /// Its media type, found from its content.
    #[schema(example = "image/jpeg")]
    pub media: &'static str,
}

/// What for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FileQuery {
    /// What for; authorities must say so. The party can read it. / 查看目的
    #[param(
        min_length = 1,
        max_length = 120,
        pattern = r"^[!-~一-龥]([ -~一-龥]*[!-~一-龥])?$"
    )]
    pub purpose: Option<String>,
}

fn hash(text: &str) -> Result<BlobHash, Problem> {
    BlobHash::parse(text).ok_or_else(|| {
        Problem::new(
            "bad_identifier",
            "文件以其 SHA-256 为名,应为 43 个 base64url 字符",
            "a file is named by its SHA-256: 43 characters of base64url",
        )
    })
}

/// Keeps a picture or document under the hash of its bytes, for a record to name. Sending it again is no
/// harm. JPEG, PNG, WebP or PDF, at most 10 MiB; the bytes stay as they are.
///
/// 上传证明的照片或文件,以内容的 SHA-256 为名,逐字节保存;先上传,再在记录的 blobs 中写明。
#[utoipa::path(tag = "records", security(("token" = []), ("cookie" = [])),
    params(("hash" = String, Path, pattern = r"^[0-9A-Za-z_-]{42}[048AEIMQUYcgkosw]$", description = "SHA-256 of the bytes, base64url / 内容的 SHA-256",
        example = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")),
    request_body(description = "The bytes; `Content-Type` may also be `image/jpeg`, `image/png`, `image/webp` or `application/pdf`, and then has to be right.", content = String, content_type = "application/octet-stream", example = json!("%PDF-1.7\n%%EOF\n")),
    responses(
        (status = 200, description = "It was here already.", body = FileBody),
        (status = 201, description = "It is kept.", body = FileBody),
        (status = 403, description = "You sign in for no party.", body = ProblemBody, content_type = "application/problem+json"),
        ReadProblems,
        BodyProblems,
))]
#[put("/v1/files/{hash}")]
pub async fn send(
    request: HttpRequest,
    mut payload: Payload,
    path: Path<String>,
    sight: Sight,
    node: Data<Node>,
    room: Data<Room>,
) -> Result<HttpResponse, Problem> {
    let viewer = sight.expect_signed_in(Shown::Record)?.clone();
    if viewer.party.is_none() {
        return Err(AppError::from(AttachError::NoParty).into());
    }
    let hash = hash(&path)?;
    let media = media_type(&request).to_ascii_lowercase();
    let announced = FileKind::of_media(&media);
    if announced.is_none() && media != "application/octet-stream" {
        return Err(AppError::from(AttachError::Kind).into());
    }
    let limits = &node.config().limits;
    let body = read(&request, &mut payload, &room, limits, FILE_BYTES_MAX).await?;
    let work = block(move || {
        let (bytes, _room) = body.plain()?;
        let told = bytes.len();
        let (is_new, kind) = keep(&node, &viewer, &hash, bytes, announced)?;
        let body = FileBody {
            hash: hash.to_string(),
            bytes: told,
            media: kind.media(),
        };
        Ok::<_, Problem>((is_new, body))
    });
    let (is_new, body) = work.await.map_err(|_gone| Problem::internal())??;
    Ok(match is_new {
        true => HttpResponse::Created().json(body),
        false => HttpResponse::Ok().json(body),
    })
}

/// A picture or document that a record names, to whom its class is shown; looks at files of the classes
/// trade and personal are written into a journal.
///
/// 取记录所附的照片或文件。
#[utoipa::path(tag = "records",
    params(
        ("id" = String, Path, pattern = r"^[0-9A-Za-z_-]{42}[048AEIMQUYcgkosw]$", description = "Id of the record / 记录编号", example = "{record}"),
        ("hash" = String, Path, pattern = r"^[0-9A-Za-z_-]{42}[048AEIMQUYcgkosw]$", description = "SHA-256 of the bytes, base64url / 内容的 SHA-256",
            example = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"),
        FileQuery,
    ),
    responses(
        (status = 200, description = "The bytes.", content((String = "image/jpeg"), (String = "image/png"), (String = "image/webp"), (String = "application/pdf"))),
        (status = 304, description = "As it was."),
        ReadProblems,
))]
#[get("/v1/records/{id}/files/{hash}")]
pub async fn get_file(
    request: HttpRequest,
    path: Path<(String, String)>,
    query: Query<FileQuery>,
    sight: Sight,
    node: Data<Node>,
) -> Result<HttpResponse, Problem> {
    let (id, hash) = (record_id(&path.0)?, hash(&path.1)?);
    let purpose = purpose(query.purpose.as_deref())?;
    let turn = node.turn().await?;
    let work = block(move || {
        let given = give(&node, &id, &hash, sight.audience(), purpose.as_ref());
        drop(turn);
        given
    });
    let given = work.await.map_err(|_gone| Problem::internal())??;
    let given = given.ok_or_else(unknown_record)?;
    Ok(served(&request, &hash, given))
}

fn served(request: &HttpRequest, hash: &BlobHash, given: Given) -> HttpResponse {
    let tag = format!("\"{hash}\"");
    let have = request.headers().get(IF_NONE_MATCH);
    let is_had = given.is_public && have.is_some_and(|have| have.as_bytes() == tag.as_bytes());
    let mut response = match is_had {
        true => HttpResponse::NotModified(),
        false => HttpResponse::Ok(),
    };
    // Whoever may see it is asked anew each time, unless that is everybody.
    let kept = match given.is_public {
        true => "public, max-age=600",
        false => "no-store",
    };
    response.insert_header((CACHE_CONTROL, kept));
    if given.is_public {
        response.insert_header((ETAG, tag));
    }
    if is_had {
        return response.finish();
    }
    let how = match given.kind.is_picture() {
        true => "inline",
        false => "attachment",
    };
    let name = format!("{how}; filename=\"{hash}.{}\"", given.kind.extension());
    response
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((RESOURCE_POLICY, "same-origin"))
        .content_type(given.kind.media())
        .body(given.bytes)
}
