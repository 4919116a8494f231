//! Imports: a file of lots, goods entered, dispatches, sales or readings is looked at here, and signed where the
//! key is.

use super::imported::RecordedRow;
use super::json::{BodyProblems, expect_table, media_type};
use super::limits::body::{Body, Room, Taken, read};
use super::limits::turn::OneAtATime;
use super::problem::{Problem, ProblemBody, ReadProblems, Words};
use super::registry::unknown_site;
use super::sight::Sight;
use crate::app::enrol::sheet::FILE_BYTES_MAX;
use crate::app::imports::{
    Asked, Looked, READINGS, Told, preview as look, template, template_of_readings,
};
use crate::app::node::Node;
use crate::core::access::Data as Shown;
use crate::core::ids::SiteId;
use crate::core::imports::{Draft, File, Observed, ROWS_MAX};
use crate::core::record::words::Name;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::{Data, Path, Payload, Query, block};
use actix_web::{HttpRequest, HttpResponse, get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
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
    /// Of readings: number of the logger. / 记录仪编号
    #[param(min_length = 1, max_length = 120)]
    pub sensor: Option<String>,
    /// Of readings: the zone of the site that was measured. / 温区
    #[param(min_length = 1, max_length = 120)]
    pub zone: Option<String>,
    /// Of readings: the record that dispatched the goods whose leg was measured, or the link on its waybill, instead of a
    /// zone. / 发货记录或运单链接
    #[param(min_length = 43, max_length = 500)]
    pub leg: Option<String>,
}

/// A file that may have been signed before, in whole or in part.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportAgain {
    /// Keys of what was signed before, of those that the first look named; it is left out.
    #[schema(max_items = 5000)]
    pub done: Vec<String>,
    /// The file, in base64.
    #[schema(max_length = 11_184_812)]
    pub file: String,
}

/// What a file would record, and what is wrong with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportBody {
    /// What the file is about: `lots`, `enter`, `shipments`, `sales` or `readings`.
    #[schema(example = "lots")]
    pub file: &'static str,
    /// Rows of goods that were read.
    pub rows: u32,
    /// How much is wrong, also beyond what is listed.
    pub wrong: u32,
    /// What is wrong and what is worth knowing, by row; the first thousand.
    pub faults: Vec<CellFaultBody>,
    /// Names of all that the file asks for, in its order: whoever signed one of them before looks again and says so.
    pub keys: Vec<String>,
    /// What of it the ledger has already, whichever device of the site signed it; it is left out.
    pub recorded: Vec<RecordedRow>,
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
    /// Whether the file can be imported all the same, as with goods that something stops (`goods_stopped`), papers that
    /// are missing or wrong (`paper_wrong`), and where more lots leave than are looked at for that (`not_looked_at`).
    pub notice: bool,
    /// What is wrong.
    pub why: Words,
}

/// A record without who, when and number: `log`, `iss`, `iat`, `seq` and `prev` are for whoever signs.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftBody {
    /// Names what is asked for: the same in every file that says the same. Whoever signs keeps it with the record,
    /// and submits it as `import` beside the record: then no second record is admitted for the same rows.
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

impl From<Looked> for ImportBody {
    fn from(looked: Looked) -> Self {
        let report = looked.report;
        Self {
            file: report.file,
            rows: report.rows,
            wrong: report.wrong,
            faults: report.faults.into_iter().map(CellFaultBody::from).collect(),
            keys: looked.keys,
            recorded: report.recorded.iter().map(RecordedRow::from).collect(),
            drafts: looked.drafts.into_iter().map(DraftBody::from).collect(),
        }
    }
}

fn unknown_file() -> Problem {
    Problem::not_found(
        "只能导入 lots、enter、shipments、sales、readings",
        "imports are lots, enter, shipments, sales and readings",
    )
}

/// What a file is, by the address.
fn asked(word: &str, query: &ImportQuery) -> Result<Asked, Problem> {
    let of_readings = [&query.sensor, &query.zone, &query.leg];
    if let Some(file) = File::from_code(word) {
        return match of_readings.iter().all(|said| said.is_none()) {
            true => Ok(Asked::Table(file)),
            false => Err(Problem::bad_request(
                "sensor、zone、leg 只用于温度读数",
                "sensor, zone and leg are of readings alone",
            )),
        };
    }
    if word != READINGS {
        return Err(unknown_file());
    }
    let wrong = || {
        Problem::bad_request(
            "温度读数要写明记录仪 sensor,以及温区 zone 或发货记录 leg 之一",
            "readings take sensor, and either zone or leg",
        )
    };
    let name = |text: &str| Name::new(text).ok_or_else(wrong);
    let about = match (&query.zone, &query.leg) {
        (Some(zone), None) => Observed::Zone(name(zone)?),
        (None, Some(leg)) => Observed::leg(leg).ok_or_else(wrong)?,
        _ => return Err(wrong()),
    };
    let sensor = query.sensor.as_deref().ok_or_else(wrong)?;
    Ok(Asked::Readings(about, name(sensor)?))
}

/// Bytes of a file in JSON, with the keys of what was signed before.
const JSON_BYTES_MAX: usize = FILE_BYTES_MAX / 3 * 4 + 512 * 1024;

/// The file, and what of it was signed before.
fn opened(body: Body, is_json: bool) -> Result<(Vec<u8>, BTreeSet<String>, Taken), Problem> {
    if !is_json {
        let (bytes, room) = body.plain()?;
        return Ok((bytes, BTreeSet::new(), room));
    }
    let (text, room) = body.text()?;
    let wrong = |why: String| Problem::new("bad_json", "JSON 内容有误", why);
    let again: ImportAgain =
        serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let rows = usize::try_from(ROWS_MAX).unwrap_or(usize::MAX);
    if again.done.len() > rows {
        return Err(wrong(format!("done has more than {ROWS_MAX} keys")));
    }
    let file = STANDARD.decode(again.file.as_bytes());
    let file = file.map_err(|error| wrong(format!("file: {error}")))?;
    match file.len() <= FILE_BYTES_MAX {
        true => Ok((file, again.done.into_iter().collect(), room)),
        false => Err(wrong(format!("file has more than {FILE_BYTES_MAX} bytes"))),
    }
}

/// Looks at a file of lots, goods entered, shipments, sales or readings (Excel or CSV) for a site: says by cell what is
/// wrong, and if nothing is, what to sign. For whoever may list what the site has. Nothing is recorded and nothing
/// kept: records are signed where the key is. Whoever signed some of it before sends it as JSON, with their keys.
///
/// 预检批次、进货、发货、销售或温度读数表格:逐个单元格列出错误;没有错误时给出待签名的记录。不入账、不保存。
#[utoipa::path(tag = "records", security(("token" = []), ("cookie" = [])),
    params(
        ("file" = String, Path, pattern = "^(lots|enter|shipments|sales|readings)$", description = "`lots`, `enter`, `shipments`, `sales` or `readings` / 批次、进货、发货、销售或读数", example = "lots"),
        ImportQuery,
    ),
    request_body(description = "An .xlsx or .csv file (UTF-8, UTF-16 or GB18030) of at most 8 MiB and 5,000 rows.",
        content(
            (String = "text/csv", example = json!("批次码,食品类别,名称,数量,生产日期\nCQ-260105-01,叶菜,青菜,12.5公斤,2026年1月5日\n")),
            (ImportAgain = "application/json", example = json!({"done": ["4f1d0c4be4d5a1b2c3d4e5f60718293a"], "file": "5om55qyh56CBLOaVsOmHjyzplIDllK7ml6XmnJ8K"})),
        )),
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
    let asked = asked(&path, &query)?;
    let site = SiteId::parse(&query.site)?;
    let is_json = media_type(&request).eq_ignore_ascii_case("application/json");
    let bytes_max = if is_json {
        JSON_BYTES_MAX
    } else {
        expect_table(&request)?;
        FILE_BYTES_MAX
    };
    let limits = &node.config().limits;
    let body = read(&request, &mut payload, &room, limits, bytes_max).await?;
    let turn = READING.begin()?;
    let work = block(move || {
        let _turn = turn;
        let (bytes, done, _room) = opened(body, is_json)?;
        let found = look(&node, sight.audience(), &site, (&asked, &bytes), &done)?;
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
    params(("file" = String, Path, pattern = "^(lots|enter|shipments|sales|readings)$", description = "`lots`, `enter`, `shipments`, `sales` or `readings` / 批次、进货、发货、销售或读数", example = "shipments")),
    responses(
        (status = 200, description = "The table.", body = String, content_type = "text/csv"),
        ReadProblems,
))]
#[get("/v1/imports/{file}/template.csv")]
pub async fn template_of(path: Path<String>) -> Result<HttpResponse, Problem> {
    let (code, empty) = match (File::from_code(&path), path.as_str()) {
        (Some(file), _) => (file.code(), template(file)),
        (None, READINGS) => (READINGS, template_of_readings().to_owned()),
        (None, _) => return Err(unknown_file()),
    };
    let name = format!("attachment; filename=\"{code}.csv\"");
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header((CACHE_CONTROL, "public, max-age=3600"))
        .content_type("text/csv; charset=utf-8")
        .body(empty))
}
