//! Bulk enrolment: a register is looked at here, and signed where the registrar's key is.

use super::inviter::Inviter;
use super::json::{BodyProblems, expect_table};
use super::limits::body::{Room, read};
use super::limits::turn::OneAtATime;
use super::problem::{Problem, ProblemBody, ReadProblems, Words};
use crate::app::AppError;
use crate::app::enrol::{Report, Told, plan, report, sheet::FILE_BYTES_MAX};
use crate::app::node::Node;
use crate::core::joining::JoinError;
use actix_web::web::{Data, Payload, block};
use actix_web::{HttpRequest, HttpResponse, post};
use serde::Serialize;
use utoipa::ToSchema;

/// Registers are read one at a time, for it takes memory.
static READING: OneAtATime = OneAtATime::new(
    "正在预检另一份登记表",
    "another register is being looked at",
);

/// What a register would enrol, and what is wrong with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewBody {
    /// Rows that were read.
    pub rows: u32,
    /// Parties that remain to be enrolled.
    pub parties: usize,
    /// Sites that remain to be enrolled.
    pub sites: usize,
    /// How much is wrong, also beyond what is listed.
    pub wrong: u32,
    /// What is wrong and what is worth knowing, by row; the first thousand.
    pub faults: Vec<FaultBody>,
}

/// A fault or a notice. The cell is not repeated: it may be personal.
#[derive(Debug, Serialize, ToSchema)]
pub struct FaultBody {
    /// Row of the file, from 1.
    #[schema(example = 3)]
    pub row: u32,
    /// Column, by its code.
    #[schema(example = "party")]
    pub column: Option<&'static str>,
    /// Column in Chinese.
    #[schema(example = "统一社会信用代码")]
    pub column_zh: Option<&'static str>,
    /// Stable code.
    #[schema(example = "id_check_digit")]
    pub code: &'static str,
    /// Whether the row is enrolled all the same.
    pub notice: bool,
    /// What is wrong.
    pub why: Words,
}

impl From<Told> for FaultBody {
    fn from(told: Told) -> Self {
        Self {
            row: told.row,
            column: told.column,
            column_zh: told.column_zh,
            code: told.code,
            notice: told.notice,
            why: told.why.into(),
        }
    }
}

impl From<Report> for PreviewBody {
    fn from(report: Report) -> Self {
        Self {
            rows: report.rows,
            parties: report.parties,
            sites: report.sites,
            wrong: report.wrong,
            faults: report.faults.into_iter().map(FaultBody::from).collect(),
        }
    }
}

/// Says by row and column what is wrong with a licence register (Excel or CSV), for the registrar.
/// Nothing is enrolled and nothing kept: the records are signed elsewhere.
///
/// 预检许可证登记表:逐行逐列列出错误;不登记、不保存。
#[utoipa::path(tag = "joining", security(("token" = []), ("cookie" = [])),
    request_body(description = "An .xlsx or .csv file (UTF-8, UTF-16 or GB18030).",
        content = String, content_type = "text/csv",
        example = json!("统一社会信用代码,名称,类型,县区\n91320509MA1M00033P,示例食品有限公司,食品生产企业,320509\n")),
    responses(
    (status = 200, description = "What it would enrol and what is wrong.", body = PreviewBody),
    (status = 403, description = "Not the registrar.", body = ProblemBody, content_type = "application/problem+json"),
    ReadProblems,
    BodyProblems,
))]
#[post("/v1/enrolment/preview")]
pub async fn preview(
    request: HttpRequest,
    mut payload: Payload,
    inviter: Inviter,
    node: Data<Node>,
    room: Data<Room>,
) -> Result<HttpResponse, Problem> {
    let asker = node.clone();
    super::invitations::aside(asker, move |gate| {
        match gate.manager(&inviter.0)?.is_registrar {
            true => Ok(()),
            false => Err(AppError::from(JoinError::NotEntitled)),
        }
    })
    .await?;
    expect_table(&request)?;
    let limits = &node.config().limits;
    let body = read(&request, &mut payload, &room, limits, FILE_BYTES_MAX).await?;
    let turn = READING.begin()?;
    let done = block(move || {
        let _turn = turn;
        let (bytes, _room) = body.plain()?;
        let mut plan = plan(&bytes)?;
        plan.compare(&**node)?;
        Ok::<_, Problem>(PreviewBody::from(report(&plan)))
    });
    let body = done.await.map_err(|_gone| Problem::internal())??;
    Ok(HttpResponse::Ok().json(body))
}
