//! Which rows of tables a site has recorded.

use super::json::{BodyProblems, read_json};
use super::limits::body::Room;
use super::problem::{Problem, ProblemBody, ReadProblems};
use super::registry::unknown_site;
use super::sight::Sight;
use crate::app::imports::{KEYS_MAX, Recorded, recorded};
use crate::app::node::Node;
use crate::core::access::Data as Shown;
use crate::core::ids::SiteId;
use crate::core::imports::RowKey;
use actix_web::web::{Data, Payload, block};
use actix_web::{HttpRequest, HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Rows that may have been recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordedAsk {
    /// The site. / 场所
    #[schema(value_type = String, example = "A32050901")]
    pub site: SiteId,
    /// Keys of drafts. / 草稿的键
    #[schema(value_type = Vec<String>, max_items = 256)]
    pub keys: Vec<RowKey>,
}

/// Which of them were.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordedBody {
    /// Those that were, in the order in which they were asked for.
    pub recorded: Vec<RecordedRow>,
}

/// Rows that need not be signed, since a record stands for them.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordedRow {
    /// The key of the draft.
    #[schema(example = "4f1d0c4be4d5a1b2c3d4e5f60718293a")]
    pub key: String,
    /// The id of the record.
    pub record: String,
}

impl From<&Recorded> for RecordedRow {
    fn from(one: &Recorded) -> Self {
        Self {
            key: one.key.to_string(),
            record: one.record.to_string(),
        }
    }
}

/// Which rows of tables a site has recorded, by the keys of their drafts, whichever of its devices signed them. For
/// whoever may list what the site has.
///
/// 表格中的哪些行已由本场所入账(不论哪台设备签名)。需登录。
#[utoipa::path(tag = "records", security(("token" = []), ("cookie" = [])),
    request_body(content = RecordedAsk,
        example = json!({"site": "A32050901", "keys": ["4f1d0c4be4d5a1b2c3d4e5f60718293a"]})),
    responses(
        (status = 200, description = "Those that are recorded.", body = RecordedBody),
        (status = 403, description = "Not your site.", body = ProblemBody, content_type = "application/problem+json"),
        ReadProblems,
        BodyProblems,
))]
#[post("/v1/imports/recorded")]
pub async fn of_keys(
    request: HttpRequest,
    mut payload: Payload,
    sight: Sight,
    node: Data<Node>,
    room: Data<Room>,
) -> Result<HttpResponse, Problem> {
    sight.expect_signed_in(Shown::Stock)?;
    let asked: RecordedAsk = read_json(&request, &mut payload, &node, &room).await?;
    if asked.keys.len() > KEYS_MAX {
        return Err(Problem::bad_request(
            format!("一次最多 {KEYS_MAX} 个键"),
            format!("at most {KEYS_MAX} keys at a time"),
        ));
    }
    let turn = node.turn().await?;
    let work = block(move || {
        let found = recorded(&node, sight.audience(), &asked.site, &asked.keys);
        drop(turn);
        found
    });
    let found = work.await.map_err(|_gone| Problem::internal())??;
    let found = found.ok_or_else(unknown_site)?;
    Ok(HttpResponse::Ok().json(RecordedBody {
        recorded: found.iter().map(RecordedRow::from).collect(),
    }))
}
