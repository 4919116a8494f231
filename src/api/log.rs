//! The log itself (C2SP `tlog-tiles`): checkpoint, tiles of hashes, bundles of entries.

use super::answer::{Ask, answer};
use super::problem::{Problem, ProblemBody, ReadProblems};
use super::sight::Sight;
use crate::app::node::Node;
use crate::app::tiles::{self, LogPath};
use crate::core::access::Data as Shown;
use crate::core::log::SignedCheckpoint;
use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use actix_web::web::{Data, Path, block};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

/// A full tile never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A partial tile never changes either, but soon nobody asks for it any more.
const FOR_A_WHILE: &str = "public, max-age=60";

/// What is for some only lies in no cache that others share.
const FOR_THEM: &str = "private, max-age=60";

/// The checkpoint is asked for anew each time; the tag says whether it moved.
const NEVER: &str = "no-cache";

/// Which log this is.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogBody {
    /// Its name, the first line of its checkpoints.
    #[schema(example = "zhejiang.shisu.example/demo")]
    pub origin: String,
    /// The key of its checkpoints (C2SP signed-note, `name+hash+base64`).
    pub key: String,
}

/// Which log this is, and the key with which its checkpoints and receipts are verified. Whoever relies on
/// it keeps the one that they were told first: a server that names another later is not believed.
///
/// 日志的名称和验证公钥;设备入网时记下,以后以记下的为准。
#[utoipa::path(tag = "log", responses(
    (status = 200, description = "Its name and key.", body = LogBody),
    (status = 304, description = "As it was."),
    ReadProblems,
))]
#[get("/v1/log")]
pub async fn which(ask: Ask) -> Result<HttpResponse, Problem> {
    answer(ask, |node| {
        Ok(LogBody {
            origin: node.origin().to_string(),
            key: tiles::key(node)?.to_string(),
        })
    })
    .await
}

/// The checkpoint: size and root of the log, signed.
///
/// 检查点:日志的条数和根哈希,已签名(C2SP tlog-checkpoint)。
#[utoipa::path(tag = "log", responses(
    (status = 200, description = "A signed note (C2SP tlog-checkpoint).", body = String, content_type = "text/plain"),
    (status = 304, description = "It has not moved."),
    (status = 503, description = "The database cannot be read.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/log/checkpoint")]
pub async fn checkpoint(node: Data<Node>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let head = block(move || tiles::checkpoint(&node)).await;
    let head = head.map_err(|_gone| Problem::internal())??;
    let tag = tag_of(&head);
    let have = request.headers().get(IF_NONE_MATCH);
    let have = have.and_then(|have| have.to_str().ok()).unwrap_or("");
    let has_it = have.split(',').any(|one| one.trim() == tag);
    let headers = [(ETAG, tag), (CACHE_CONTROL, NEVER.to_owned())];
    let mut response = match has_it {
        true => HttpResponse::NotModified(),
        false => HttpResponse::Ok(),
    };
    for header in headers {
        response.insert_header(header);
    }
    if has_it {
        return Ok(response.finish());
    }
    Ok(response
        .content_type("text/plain; charset=utf-8")
        .body(head.to_string()))
}

/// A weak tag, since compression changes the bytes and not what they mean.
fn tag_of(head: &SignedCheckpoint) -> String {
    let (size, root) = (head.checkpoint().size(), head.checkpoint().root());
    format!("W/\"{size}-{}\"", root.to_base64url())
}

/// A tile of hashes `{L}/{N}[.p/{W}]`, or a bundle of entries `entries/{N}[.p/{W}]`.
///
/// 哈希块或条目块;条目块仅供有权者读取,除非配置公开。
#[utoipa::path(tag = "log",
    params(("rest", description = "Level and index, as C2SP tlog-tiles writes them; `x001/234` is 1234. / 层与序号", example = "0/000.p/1")),
    responses(
    (status = 200, description = "The hashes or entries. A full tile never changes.", body = String, content_type = "application/octet-stream"),
    (status = 400, description = "Not the path of a tile in its one form.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 401, description = "Sign in first: entries are not for everybody here.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "Entries are not for you here.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "The log has no such tile yet.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/log/tile/{rest:.+}")]
pub async fn tile(
    node: Data<Node>,
    sight: Sight,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let file = LogPath::parse(&format!("tile/{path}"))
        .map_err(|error| Problem::new("bad_path", "不是哈希块或条目块的地址", error.to_string()))?;
    let LogPath::Tile(wanted) = file else {
        return Err(missing());
    };
    let is_for_some = file.has_entries() && !node.config().log.entries_public;
    if is_for_some {
        sight.expect_all(Shown::Tiles)?;
    }
    let bytes = block(move || tiles::served_tile(&node, wanted)).await;
    let bytes = bytes.map_err(|_gone| Problem::internal())??;
    let bytes = bytes.ok_or_else(missing)?;
    let lasts = match (is_for_some, file.is_immutable()) {
        (true, _) => FOR_THEM,
        (false, true) => FOR_EVER,
        (false, false) => FOR_A_WHILE,
    };
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, lasts))
        .content_type("application/octet-stream")
        .body(bytes))
}

fn missing() -> Problem {
    Problem::not_found("日志还没有这一块", "the log has no such tile yet")
}
