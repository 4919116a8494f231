//! Notes of a site: what its devices share beside the ledger.

use super::answer::{Ask, answer};
use super::around::RequestId;
use super::json::{BodyProblems, media_type};
use super::limits::body::{Room, read};
use super::noted::SaidBody;
use super::problem::{PROBLEM_JSON, Problem, ProblemBody, ReadProblems};
use super::registry::unknown_site;
use super::sight::Sight;
use crate::app::AppError;
use crate::app::node::Node;
use crate::app::notes::{self, SAID_BYTES_MAX, Said, changes};
use crate::core::access::Data as Shown;
use crate::core::ids::SiteId;
use crate::core::note::{KeptNote, Note, NoteName};
use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Path, Payload, Query, block};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, delete, get, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Since when.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SinceQuery {
    /// The last change that you know: `until` of the last answer; nothing or 0 for all. / 已知的最后一次改动
    #[param(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    #[serde(default)]
    pub since: u64,
}

/// Which note.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct NotePath {
    /// Code of the site / 场所编码
    #[param(min_length = 8, max_length = 40, example = "A32050901")]
    pub id: String,
    /// SHA-256 of what it is about, base64url / 所指之物的哈希
    #[param(
        pattern = r"^[0-9A-Za-z_-]{42}[048AEIMQUYcgkosw]$",
        example = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
    )]
    pub name: String,
}

impl NotePath {
    fn parse(&self) -> Result<(SiteId, NoteName), Problem> {
        Ok((SiteId::parse(&self.id)?, note_name(&self.name)?))
    }
}

/// In the place of what.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OverQuery {
    /// The version that you replace; 0 if you know of none. / 所替换的版本
    #[param(minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 0)]
    pub over: u64,
}

/// What changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotesBody {
    /// The last state of each note that changed, in the order of their changes.
    pub notes: Vec<NoteBody>,
    /// Ask for what came after this the next time.
    #[schema(example = 17)]
    pub until: u64,
    /// Whether there are more: ask again at once.
    pub has_more: bool,
}

/// A note.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteBody {
    /// Its name.
    pub name: String,
    /// `vehicle`, `sample`, `self_check`, `template`, `track` or `consent`.
    #[schema(example = "vehicle")]
    pub kind: &'static str,
    /// Its version: say it when you replace it.
    #[schema(example = 17)]
    pub version: u64,
    /// The key that said it.
    pub by: String,
    /// When the server was told, in seconds since 1970.
    pub kept_at: u64,
    /// What it says, as it was sent; null if it was deleted.
    #[schema(value_type = Option<SaidBody>)]
    pub note: Option<Note>,
}

/// A note that is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptBody {
    /// Its version from now on.
    #[schema(example = 18)]
    pub version: u64,
}

/// Nothing was changed, since somebody else said something before.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewerBody {
    /// The problem.
    #[serde(flatten)]
    pub problem: ProblemBody,
    /// What is there now.
    pub newer: NoteBody,
}

impl From<&KeptNote> for NoteBody {
    fn from(kept: &KeptNote) -> Self {
        Self {
            name: kept.name.to_string(),
            kind: kept.kind.code(),
            version: kept.version,
            by: kept.by.to_string(),
            kept_at: kept.kept_at.get(),
            note: kept.note.clone(),
        }
    }
}

/// What changed of the notes of a site since you asked last: files of vehicles, samples, the days between
/// self-checks, templates, tracks, consents. For keys of the party whose site it is; drivers see vehicles
/// and their own tracks. Looks are written into the journal.
///
/// 场所便笺:本场所各设备共享的车辆档案、留样、自查周期、模板、轨迹、委托,自上次以来的改动。
#[utoipa::path(tag = "notes", security(("token" = []), ("cookie" = [])),
    params(("id" = String, Path, min_length = 8, max_length = 40, description = "Code of the site / 场所编码", example = "A32050901"), SinceQuery),
    responses(
        (status = 200, description = "What changed.", body = NotesBody),
        ReadProblems,
))]
#[get("/v1/sites/{id}/notes")]
pub async fn list(
    ask: Ask,
    path: Path<String>,
    query: Query<SinceQuery>,
) -> Result<HttpResponse, Problem> {
    let sight = ask.sight().clone();
    sight.expect_signed_in(Shown::Notes)?;
    let site = SiteId::parse(&path)?;
    // Notes change without the log, and what is personal lies in no cache.
    answer(ask.unstored(), move |node| {
        let found = changes(node, &site, sight.audience(), query.since)?;
        let found = found.ok_or_else(unknown_site)?;
        Ok(NotesBody {
            notes: found.notes.iter().map(NoteBody::from).collect(),
            until: found.until,
            has_more: found.has_more,
        })
    })
    .await
}

/// Keeps a note in the place of the version that you know. If there is another version by now, nothing is
/// changed and you are told what it says: bring both together and say it again.
///
/// 写入一条便笺,须写明所替换的版本;已有更新的版本时不改动并返回它,由设备合并后再写。
#[utoipa::path(tag = "notes", security(("token" = []), ("cookie" = [])),
    params(NotePath, OverQuery),
    request_body(content = SaidBody, content_type = "application/json",
        example = json!({"at": 1_795_312_800, "told": {"kind": "vehicle", "plate": "浙F12345", "road_permit_valid_to": "2027-03-31"}})),
    responses(
        (status = 200, description = "It is kept.", body = KeptBody),
        (status = 412, description = "There is a newer version.", body = NewerBody, content_type = "application/problem+json"),
        ReadProblems,
        BodyProblems,
))]
#[put("/v1/sites/{id}/notes/{name}")]
pub async fn put_one(
    request: HttpRequest,
    mut payload: Payload,
    path: Path<NotePath>,
    query: Query<OverQuery>,
    sight: Sight,
    node: Data<Node>,
    room: Data<Room>,
) -> Result<HttpResponse, Problem> {
    sight.expect_signed_in(Shown::Notes)?;
    let (site, name) = path.parse()?;
    if !media_type(&request).eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(
            "unsupported_media_type",
            "Content-Type 应为 application/json",
            "Content-Type is application/json",
        ));
    }
    let limits = &node.config().limits;
    let body = read(&request, &mut payload, &room, limits, SAID_BYTES_MAX).await?;
    let work = block(move || {
        let (text, _room) = body.text()?;
        let note = Note::read(&text, &name).map_err(AppError::from)?;
        let audience = sight.audience();
        let said = notes::say(&node, &site, audience, &name, (&note, query.over))?;
        said.ok_or_else(unknown_site)
    });
    let said = work.await.map_err(|_gone| Problem::internal())??;
    Ok(answered(&request, said))
}

/// Deletes a note: what it said is gone, and that it was deleted is told to the other devices.
///
/// 删除一条便笺:内容不再保存,其他设备得知它已删除。
#[utoipa::path(tag = "notes", security(("token" = []), ("cookie" = [])),
    params(NotePath, OverQuery),
    responses(
        (status = 200, description = "It is deleted.", body = KeptBody),
        (status = 412, description = "There is a newer version.", body = NewerBody, content_type = "application/problem+json"),
        ReadProblems,
))]
#[delete("/v1/sites/{id}/notes/{name}")]
pub async fn delete_one(
    request: HttpRequest,
    path: Path<NotePath>,
    query: Query<OverQuery>,
    sight: Sight,
    node: Data<Node>,
) -> Result<HttpResponse, Problem> {
    sight.expect_signed_in(Shown::Notes)?;
    let (site, name) = path.parse()?;
    let work = block(move || {
        let said = notes::delete(&node, &site, sight.audience(), &name, query.over)?;
        said.ok_or_else(unknown_site)
    });
    let said = work.await.map_err(|_gone| Problem::internal())??;
    Ok(answered(&request, said))
}

fn answered(request: &HttpRequest, said: Said) -> HttpResponse {
    let newer = match said {
        Said::Kept(version) => return HttpResponse::Ok().json(KeptBody { version }),
        Said::Newer(newer) => newer,
    };
    let problem = Problem::new(
        "note_newer",
        "另一台设备已先写了别的内容",
        "another device has said something else before",
    );
    let extensions = request.extensions();
    let id = extensions.get::<RequestId>().map_or("", |id| id.0.as_str());
    let body = NewerBody {
        problem: problem.body(id),
        newer: NoteBody::from(&*newer),
    };
    HttpResponse::build(StatusCode::PRECONDITION_FAILED)
        .insert_header((CACHE_CONTROL, "no-store"))
        .content_type(PROBLEM_JSON)
        .body(serde_json::to_vec(&body).unwrap_or_default())
}

fn note_name(text: &str) -> Result<NoteName, Problem> {
    NoteName::parse(text).ok_or_else(|| {
        Problem::new(
            "bad_identifier",
            "便笺以其所指之物的 SHA-256 为名,应为 43 个 base64url 字符",
            "a note is named by the SHA-256 of what it is about: 43 characters of base64url",
        )
    })
}
