//! The journal: who saw trade and personal values.

use super::answer::{Ask, answer};
use super::page::limit;
use super::problem::{Problem, ReadProblems};
use crate::app::journal::{Seen, accesses, whose};
use crate::core::access::Data;
use actix_web::web::Query;
use actix_web::{HttpResponse, get};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which page.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JournalQuery {
    /// The cursor that the page before gave. / 上一页给出的游标
    pub after: Option<String>,
    /// Accesses of a page, 1 to 500; 50 unless said. / 每页条数
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
}

/// A page of the journal.
#[derive(Debug, Serialize, ToSchema)]
pub struct JournalBody {
    /// Accesses, the newest first.
    pub accesses: Vec<AccessBody>,
    /// Accesses before this moment (seconds since 1970) may have been deleted, because their time was
    /// over; 0 if none were.
    pub kept_from: u64,
    /// Where the next page is, if there is one.
    pub next: Option<String>,
}

/// One access to the trade or personal values of one record.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessBody {
    /// When, in seconds since 1970.
    pub at: u64,
    /// Who: the key.
    pub kid: String,
    /// For which party.
    pub party: Option<String>,
    /// As whom.
    #[schema(example = "county_officer")]
    pub role: &'static str,
    /// What the record has to do with them.
    #[schema(example = "same_county")]
    pub relation: &'static str,
    /// Which record.
    pub record: String,
    /// Whose values.
    pub owner: String,
    /// Which values.
    #[schema(example = "trade")]
    pub class: &'static str,
    /// What for, as they said.
    pub purpose: Option<String>,
}

impl From<Seen> for AccessBody {
    fn from(seen: Seen) -> Self {
        let note = seen.note.note;
        Self {
            at: note.at.get(),
            kid: note.kid.to_string(),
            party: note.party.map(|party| party.to_string()),
            role: note.ground.role.code(),
            relation: note.ground.relation.code(),
            record: seen.record.to_string(),
            owner: note.owner.to_string(),
            class: Data::from(note.class).code(),
            purpose: note.purpose,
        }
    }
}

/// A cursor behind an access.
fn cursor(number: i64) -> String {
    URL_SAFE_NO_PAD.encode(number.to_be_bytes())
}

fn before(cursor: Option<&str>) -> Result<Option<i64>, Problem> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let mut bytes = [0_u8; 8];
    match URL_SAFE_NO_PAD.decode_slice(cursor, &mut bytes) {
        Ok(8) => Ok(Some(i64::from_be_bytes(bytes))),
        _ => Err(Problem::new(
            "bad_cursor",
            "游标无效,请从第一页重新开始",
            "not a cursor of ours; begin at the first page",
        )),
    }
}

/// Who saw trade and personal values: a party sees who saw its own, the operator sees all.
///
/// 查看留痕:谁在何时以何身份看了哪条记录的交易或个人信息。
#[utoipa::path(tag = "session", security(("token" = []), ("cookie" = [])), params(JournalQuery), responses(
    (status = 200, description = "A page of the journal.", body = JournalBody),
    ReadProblems,
))]
#[get("/v1/access-journal")]
pub async fn journal(ask: Ask, query: Query<JournalQuery>) -> Result<HttpResponse, Problem> {
    ask.sight().expect_signed_in(Data::Journal)?;
    let whose = whose(ask.sight().audience())?;
    let (before, limit) = (before(query.after.as_deref())?, limit(query.limit)?);
    // The journal grows without the log, so no tag of the log's size fits it.
    answer(ask.unstored(), move |node| {
        // One more than asked for tells whether there is another page.
        let (mut found, kept_from) = accesses(node, whose, before, limit.saturating_add(1))?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = found.len() > wanted;
        found.truncate(wanted);
        let next = found.last().filter(|_| more).map(|last| {
            let cursor = cursor(last.note.number);
            format!("/v1/access-journal?limit={limit}&after={cursor}")
        });
        Ok(JournalBody {
            accesses: found.into_iter().map(AccessBody::from).collect(),
            kept_from: kept_from.get(),
            next,
        })
    })
    .await
}
