//! Records and their receipts, by id.

use super::answer::{Ask, answer, answer_text};
use super::problem::{Problem, ReadProblems};
use super::sight::{class_codes, classes};
use super::submit::{RECEIPT, SD_JWT};
use crate::app::read::receipt::receipt;
use crate::app::read::records::{Entry, Wish, record};
use crate::app::sight::closed_in;
use crate::core::record::RecordId;
use crate::core::record::words::Name;
use actix_web::http::header::ACCEPT;
use actix_web::web::{Path, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which sealed values are to be opened.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OpenQuery {
    /// Classes of sealed values to open, joined by commas: `balance`, `trade`, `personal`. Looks
    /// at trade and personal values are written into a journal. / 要打开的密封类别
    #[param(pattern = r"^(balance|trade|personal)(,(balance|trade|personal))*$")]
    pub open: Option<String>,
    /// What for; authorities must say so. The party can read it. / 查看目的
    #[param(
        min_length = 1,
        max_length = 120,
        pattern = r"^[!-~一-龥]([ -~一-龥]*[!-~一-龥])?$"
    )]
    pub purpose: Option<String>,
}

impl OpenQuery {
    fn wish(&self) -> Result<Wish, Problem> {
        let open = self.open.as_deref().map(classes).transpose()?;
        Ok(Wish {
            open: open.unwrap_or_default(),
            purpose: purpose(self.purpose.as_deref())?,
        })
    }
}

/// Reads what somebody says that a look is for.
///
/// # Errors
/// It is empty or too long.
pub(super) fn purpose(text: Option<&str>) -> Result<Option<Name>, Problem> {
    let read = text.map(|text| {
        Name::new(text).ok_or_else(|| {
            Problem::bad_request("查看目的长度有误", "the purpose is empty or too long")
        })
    });
    read.transpose()
}

/// A record at its place in the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordBody {
    /// Its id: the SHA-256 of its signed bytes, base64url.
    pub id: String,
    /// Its index in the log.
    #[schema(example = 42)]
    pub index: u64,
    /// Its type.
    #[schema(example = "dispatch")]
    pub kind: &'static str,
    /// Party that signed it.
    pub party: String,
    /// Site where it happened.
    pub site: Option<String>,
    /// When its author says so, in seconds since 1970.
    pub said_at: u64,
    /// When it was admitted, in seconds since 1970.
    pub admitted_at: u64,
    /// The signed bytes, with those disclosures that you may see (`jwt~disclosure~…~`).
    pub sd_jwt: String,
    /// Classes of its sealed values that are closed here.
    #[schema(example = json!(["balance", "trade", "personal"]))]
    pub sealed: Vec<&'static str>,
    /// Those of them that you may see if you ask with `open`.
    #[schema(example = json!([]))]
    pub on_request: Vec<&'static str>,
    /// What was found when it was admitted.
    #[schema(value_type = Vec<Object>)]
    pub findings: Vec<serde_json::Value>,
}

impl RecordBody {
    fn of(entry: &Entry) -> Self {
        let claims = &entry.record.claims;
        let findings = entry.findings.iter();
        let sealed = closed_in(&entry.record);
        let mut on_request = sealed.clone();
        on_request.retain(|class| entry.sights.may_see(*class));
        Self {
            sealed: class_codes(&sealed),
            on_request: class_codes(&on_request),
            id: entry.record.id.to_string(),
            index: entry.key.index(),
            kind: claims.kind.code(),
            party: claims.iss.to_string(),
            site: claims.site.map(|site| site.to_string()),
            said_at: claims.iat.get(),
            admitted_at: entry.admitted_at.get(),
            // What may not be seen was never opened.
            sd_jwt: entry.record.to_sd_jwt(|_| true),
            findings: findings
                .filter_map(|finding| serde_json::to_value(finding).ok())
                .collect(),
        }
    }
}

/// Reads the id of a record.
///
/// # Errors
/// Another spelling than 43 characters of base64url.
pub(super) fn record_id(text: &str) -> Result<RecordId, Problem> {
    RecordId::parse(text).ok_or_else(|| {
        Problem::new(
            "bad_identifier",
            "记录编号应为 43 个 base64url 字符",
            "the id of a record is 43 characters of base64url",
        )
    })
}

pub(super) fn unknown_record() -> Problem {
    Problem::new("unknown_record", "没有这条记录", "no such record")
}

/// A record, with those sealed values that you may see.
///
/// 按编号取记录。
#[utoipa::path(tag = "records",
    params(("id" = String, Path, pattern = r"^[0-9A-Za-z_-]{42}[048AEIMQUYcgkosw]$", description = "Id of the record / 记录编号", example = "{record}"), OpenQuery),
    responses(
        (status = 200, description = "The record; as bytes with `Accept: application/sd-jwt`.",
            content((RecordBody = "application/json"), (String = "application/sd-jwt"))),
        (status = 304, description = "As it was."),
        ReadProblems,
))]
#[get("/v1/records/{id}")]
pub async fn by_id(
    ask: Ask,
    request: HttpRequest,
    path: Path<String>,
    query: Query<OpenQuery>,
) -> Result<HttpResponse, Problem> {
    let id = record_id(&path)?;
    let (sight, wish) = (ask.sight().clone(), query.wish()?);
    // What was written down to be seen once shall not lie in a cache.
    let ask = match wish.is_noted() {
        true => ask.unstored(),
        false => ask,
    };
    let find = move |node: &crate::app::node::Node| {
        let entry = record(node, &id, sight.audience(), &wish)?;
        entry.ok_or_else(unknown_record)
    };
    let wants = request.headers().get(ACCEPT);
    if wants.is_some_and(|accept| accept.as_bytes() == SD_JWT.as_bytes()) {
        let text = move |node: &crate::app::node::Node| Ok(find(node)?.record.to_sd_jwt(|_| true));
        return answer_text(ask, SD_JWT, text).await;
    }
    answer(ask, move |node| Ok(RecordBody::of(&find(node)?))).await
}

/// A fresh receipt of a record that is in the log.
///
/// 重新取得回执(C2SP tlog-proof)。
#[utoipa::path(tag = "records",
    params(("id" = String, Path, pattern = r"^[0-9A-Za-z_-]{42}[048AEIMQUYcgkosw]$", description = "Id of the record / 记录编号", example = "{record}")),
    responses(
        (status = 200, description = "The receipt, under the newest signed head.", body = String, content_type = "text/plain"),
        (status = 304, description = "As it was."),
        ReadProblems,
))]
#[get("/v1/records/{id}/receipt")]
pub async fn receipt_of(ask: Ask, path: Path<String>) -> Result<HttpResponse, Problem> {
    let id = record_id(&path)?;
    answer_text(ask, RECEIPT, move |node| {
        let receipt = receipt(node, &id)?.ok_or_else(unknown_record)?;
        Ok(receipt.to_string())
    })
    .await
}
