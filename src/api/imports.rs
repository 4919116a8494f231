//! Imports: a file of lots, dispatches or sales is looked at here, and signed where the key is.

use super::json::{BodyProblems, expect_table};
use super::limits::body::{Room, read};
use super::limits::turn::OneAtATime;
use super::problem::{Problem, ProblemBody, ReadProblems, Words};
use super::registry::unknown_site;
use super::sight::Sight;
use crate::app::enrol::sheet::FILE_BYTES_MAX;
use crate::app::imports::{Report, Told, preview as look, template};
use crate::app::node::Node;
use crate::core::access::Data as Shown;
use crate::core::ids::SiteId;
use crate::core::imports::{Draft, File};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::{Data, Path, Payload, Query, block};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Tables are read one at a time, for it takes memory.
static READING: OneAtATime = OneAtATime::new(
    "正在预检另一份表格,请稍后再试",
    "another table is being looked at; try again in a moment",
);

/// For which site.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// Code of the site at which it happens. / 场所编码
    #[param(example = "A32050901")]
    pub site: String,
}

/// What a file would record, and what is wrong with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportBody {
    /// What the file is about: `lots`, `shipments` or `sales`.
    #[schema(example = "lots")]
    pub file: &'static str,
    /// Rows of goods that were read.
    pub rows: u32,
    /// How much is wrong, also beyond what is listed.
    pub wrong: u32,
    /// What is wrong and what is worth knowing, by row; the first thousand.
    pub faults: Vec<CellFaultBody>,
    /// Records to complete and sign where the key is; none if anything is wrong.
    pub drafts: Vec<DraftBody>,
}

/// A fault or a notice. The cell is not repeated: it may be personal.
#[derive(Debug, Serialize, ToSchema)]
pub struct CellFaultBody {
    /// Row of the file, from 1.
    #[schema(example = 7)]
    pub row: u32,
    /// The cell, as a spreadsheet names it; null if it is about the row.
    #[schema(example = "C7")]
    pub cell: Option<String>,
    /// Column, by its code.
    #[schema(example = "quantity")]
    pub column: Option<&'static str>,
    /// Column, by its headings.
    pub heading: Option<Words>,
    /// Stable code.
    #[schema(example = "bad_quantity")]
    pub code: &'static str,
    /// Whether the file can be imported all the same.
    pub notice: bool,
    /// What is wrong.
    pub why: Words,
}

/// A record without who, when and number: `log`, `iss`, `iat`, `seq` and `prev` are for whoever signs.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftBody {
    /// Names what is asked for: the same in every file that says the same. Whoever signs keeps it with the record,
    /// and signs it once.
    pub key: String,
    /// The rows that ask for it.
    pub rows: Vec<u32>,
    /// Type of the record.
    #[serde(rename = "type")]
    #[schema(example = "create")]
    pub kind: &'static str,
    /// The site.
    pub site: String,
    /// The body in the open form.
    #[schema(value_type = Object)]
    pub body: serde_json::Map<String, serde_json::Value>,
    /// The lines in the open form.
    #[schema(value_type = Vec<Object>)]
    pub moves: Vec<serde_json::Value>,
}

impl From<Told> for CellFaultBody {
    fn from(told: Told) -> Self {
        Self {
            row: told.row,
            cell: told.cell,
            column: told.column,
            heading: told.heading.map(Words::from),
            code: told.code,
            notice: told.notice,
            why: told.why.into(),
        }
    }
}

impl From<Draft> for DraftBody {
    fn from(draft: Draft) -> Self {
        Self {
            key: draft.key,
            rows: draft.rows,
            kind: draft.kind,
            site: draft.site.to_string(),
            body: draft.body,
            moves: draft.moves,
        }
    }
}

impl From<(Report, Vec<Draft>)> for ImportBody {
    fn from((report, drafts): (Report, Vec<Draft>)) -> Self {
        Self {
            file: report.file,
            rows: report.rows,
            wrong: report.wrong,
            faults: report.faults.into_iter().map(CellFaultBody::from).collect(),
            drafts: drafts.into_iter().map(DraftBody::from).collect(),
        }
    }
}

fn file(word: &str) -> Result<File, Problem> {
    File::from_code(word).ok_or_else(|| {
        Problem::not_found(
            "只能导入 lots、shipments、sales",
            "imports are lots, shipments and sales",
        )
    })
}

/// Looks at a file of lots, shipments or sales (Excel or CSV) for a site: says by cell what is wrong, and if nothing
/// is, what to sign. For whoever may list what the site has. Nothing is recorded and nothing kept: records are
/// signed where the key is.
///
/// 预检批次、发货或销售表格:逐个单元格列出错误;没有错误时给出待签名的记录。不入账、不保存。
#[utoipa::path(tag = "records", security(("token" = []), ("cookie" = [])),
    params(
        ("file" = String, Path, pattern = "^(lots|shipments|sales)$", description = "`lots`, `shipments` or `sales` / 批次、发货或销售", example = "lots"),
        ImportQuery,
    ),
    request_body(description = "An .xlsx or .csv file (UTF-8, UTF-16 or GB18030) of at most 8 MiB and 5,000 rows.",
        content = String, content_type = "text/csv",
        example = json!("批次码,食品类别,名称,数量,生产日期\nCQ-260105-01,叶菜,青菜,12.5公斤,2026年1月5日\n")),
    responses(
    (status = 200, description = "What is wrong, or what to sign.", body = ImportBody),
    (status = 403, description = "Not your site.", body = ProblemBody, content_type = "application/problem+json"),
    ReadProblems,
    BodyProblems,
))]
#[post("/v1/imports/{file}/preview")]
pub async fn preview(
    request: HttpRequest,
    mut payload: Payload,
    path: Path<String>,
    query: Query<ImportQuery>,
    sight: Sight,
    node: Data<Node>,
    room: Data<Room>,
) -> Result<HttpResponse, Problem> {
    sight.expect_signed_in(Shown::Stock)?;
    let file = file(&path)?;
    let site = SiteId::parse(&query.site)?;
    expect_table(&request)?;
    let limits = &node.config().limits;
    let body = read(&request, &mut payload, &room, limits, FILE_BYTES_MAX).await?;
    let turn = READING.begin()?;
    let work = block(move || {
        let _turn = turn;
        let (bytes, _room) = body.plain()?;
        let found = look(&node, sight.audience(), &site, (file, &bytes))?;
        let found = found.ok_or_else(unknown_site)?;
        Ok::<_, Problem>(ImportBody::from(found))
    });
    let body = work.await.map_err(|_gone| Problem::internal())??;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(body))
}

/// An empty table to fill in, which spreadsheets open as it is.
///
/// 空白模板(CSV),可用表格软件直接打开填写。
#[utoipa::path(tag = "records",
    params(("file" = String, Path, pattern = "^(lots|shipments|sales)$", description = "`lots`, `shipments` or `sales` / 批次、发货或销售", example = "shipments")),
    responses(
        (status = 200, description = "The table.", body = String, content_type = "text/csv"),
        ReadProblems,
))]
#[get("/v1/imports/{file}/template.csv")]
pub async fn template_of(path: Path<String>) -> Result<HttpResponse, Problem> {
    let file = file(&path)?;
    let name = format!("attachment; filename=\"{}.csv\"", file.code());
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header((CACHE_CONTROL, "public, max-age=3600"))
        .content_type("text/csv; charset=utf-8")
        .body(template(file)))
}
