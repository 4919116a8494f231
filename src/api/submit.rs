//! Submit: records go in, receipts come out.

use super::limits::body::{Body, Room, Taken, read};
use super::problem::{Problem, ProblemBody, Words};
use crate::app::AppError;
use crate::app::ledger::Outcome;
use crate::app::node::Node;
use crate::core::custody::Refusal;
use crate::core::log::Receipt;
use crate::core::record::limits::SUBMISSION_BYTES_MAX;
use crate::core::record::{RecordError, RecordId};
use crate::core::text::Explain as _;
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use actix_web::web::{Data, Payload, Query, block};
use actix_web::{HttpRequest, HttpResponse, post};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::{IntoParams, ToSchema};

/// Media type of one record.
pub const SD_JWT: &str = "application/sd-jwt";

/// Media type of many records.
pub const NDJSON: &str = "application/x-ndjson";

/// Media type of a receipt.
const RECEIPT: &str = "text/plain; charset=utf-8";

/// How to submit.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SubmitQuery {
    /// All records of the body or none. / 全部入账或全部不入账
    #[serde(default)]
    #[param(example = false)]
    pub atomic: bool,
}

/// A line of an NDJSON body; a bare JSON string is understood, too.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum SubmitLine {
    /// An object, so that members can be added.
    Object {
        /// The record: `jwt~disclosure~…~`.
        record: String,
    },
    /// The record itself.
    Bare(String),
}

/// What became of one record.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeBody {
    /// Line of the body it stood in, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1)]
    pub line: Option<usize>,
    /// `accepted`, `duplicate`, `parked` or `refused`; `unknown` if the server cannot tell, and
    /// submitting again will.
    #[schema(example = "accepted")]
    pub outcome: &'static str,
    /// Its index in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 42)]
    pub index: Option<u64>,
    /// Entries of the log under the signed checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 43)]
    pub size: Option<u64>,
    /// The receipt (C2SP `tlog-proof`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// The dispatch a parked record waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awaits: Option<String>,
    /// Stable code of a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "unknown_key")]
    pub code: Option<&'static str>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Words>,
}

impl OutcomeBody {
    const fn empty(outcome: &'static str) -> Self {
        Self {
            line: None,
            outcome,
            index: None,
            size: None,
            receipt: None,
            awaits: None,
            code: None,
            why: None,
        }
    }

    fn of(outcome: &Outcome) -> Self {
        let mut body = Self::empty(outcome.code());
        match outcome {
            Outcome::Accepted(receipt) | Outcome::Duplicate(receipt) => {
                body.index = Some(receipt.index());
                body.size = Some(receipt.checkpoint().checkpoint().size());
                body.receipt = Some(receipt.to_string());
            }
            Outcome::Parked { awaits } => body.awaits = Some(awaits.to_string()),
            Outcome::Refused(refusal) => {
                body.code = Some(refusal.code());
                body.why = Some(refusal.explain().into());
            }
            Outcome::Withheld => {}
        }
        body
    }

    fn refused(problem: &Line) -> Self {
        let (code, zh, en) = match problem {
            Line::NotJson => (
                "bad_json",
                "该行不是 {\"record\": \"…\"} 或 JSON 字符串",
                "the line is neither {\"record\": \"…\"} nor a JSON string",
            ),
            Line::Record(_) => ("internal", "服务器内部出错", "a fault of the server"),
        };
        Self {
            code: Some(code),
            why: Some(Words {
                zh: zh.to_owned(),
                en: en.to_owned(),
            }),
            ..Self::empty("refused")
        }
    }

    fn unknown(error: &AppError) -> Self {
        Self {
            code: Some(error.code()),
            why: Some(Words {
                zh: "不知道是否入账,请重新提交".to_owned(),
                en: "it is not known whether this was recorded; submit it again".to_owned(),
            }),
            ..Self::empty("unknown")
        }
    }
}

/// Records that were read from a body.
enum Line {
    Record(String),
    NotJson,
}

/// Submits one record or many, and answers when they are durable.
///
/// 提交记录:持久保存之后才答复,答复即回执。重复提交同一记录得到同一索引。
#[utoipa::path(
    tag = "submit",
    params(SubmitQuery),
    request_body(description = "One record (`application/sd-jwt`) or one a line (`application/x-ndjson`); may be gzip.",
        content((String = "application/sd-jwt"), (SubmitLine = "application/x-ndjson"))),
    responses(
        (status = 200, description = "One record: it was there already, at the same index as ever. NDJSON: an outcome a line, in order.",
            content((String = "text/plain"), (OutcomeBody = "application/json"), (OutcomeBody = "application/x-ndjson"))),
        (status = 201, description = "Accepted: the receipt (C2SP tlog-proof).",
            content((String = "text/plain"), (OutcomeBody = "application/json"))),
        (status = 202, description = "Parked until the dispatch it answers comes.", body = OutcomeBody),
        (status = 400, description = "Not understood.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "Neither kind of records.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The record was refused.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too much is waiting, or appends have stopped; come back later.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[post("/v1/records")]
pub async fn submit(
    request: HttpRequest,
    mut payload: Payload,
    query: Query<SubmitQuery>,
    node: Data<Node>,
    room: Data<Room>,
) -> Result<HttpResponse, Problem> {
    let limits = &node.config().limits;
    let many = is_many(&request)?;
    let max = if many {
        limits.ndjson_bytes_max
    } else {
        SUBMISSION_BYTES_MAX
    };
    if query.atomic {
        return Err(Problem::new(
            "not_implemented",
            "整批提交尚未支持",
            "all or nothing is not there yet",
        ));
    }
    let body = read(&request, &mut payload, &room, limits, max).await?;
    if many {
        submit_many(node.clone(), body).await
    } else {
        submit_one(&request, node.clone(), body).await
    }
}

fn is_many(request: &HttpRequest) -> Result<bool, Problem> {
    let kind = request.headers().get(CONTENT_TYPE);
    let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    if kind.eq_ignore_ascii_case(SD_JWT) {
        Ok(false)
    } else if kind.eq_ignore_ascii_case(NDJSON) {
        Ok(true)
    } else {
        Err(Problem::new(
            "unsupported_media_type",
            "Content-Type 应为 application/sd-jwt 或 application/x-ndjson",
            "Content-Type is application/sd-jwt or application/x-ndjson",
        ))
    }
}

/// Hands records to the ledger. Everything that is submitted over the network goes through here.
async fn hand_in(
    node: Data<Node>,
    texts: Vec<String>,
    taken: Taken,
) -> Result<Vec<Outcome>, AppError> {
    let done = block(move || {
        let outcomes = node.submit(&texts);
        drop(taken);
        outcomes
    });
    done.await.unwrap_or_else(|_gone| {
        Err(AppError::Stopped {
            reason: "the thread that submitted ended".into(),
        })
    })
}

async fn submit_one(
    request: &HttpRequest,
    node: Data<Node>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (text, taken) = body.text()?;
    let text = text.trim_ascii().to_owned();
    let id = id_of(&text);
    let outcomes = hand_in(node, vec![text], taken).await?;
    let outcome = outcomes.first().ok_or_else(Problem::internal)?;
    match outcome {
        Outcome::Accepted(receipt) => Ok(receipt_answer(request, outcome, receipt, &id)),
        Outcome::Duplicate(receipt) => Ok(receipt_answer(request, outcome, receipt, &id)),
        Outcome::Parked { .. } => Ok(HttpResponse::Accepted().json(OutcomeBody::of(outcome))),
        Outcome::Refused(refusal) => Err(refusal_problem(refusal)),
        Outcome::Withheld => Err(Problem::internal()),
    }
}

fn receipt_answer(
    request: &HttpRequest,
    outcome: &Outcome,
    receipt: &Receipt,
    id: &RecordId,
) -> HttpResponse {
    let status = match outcome {
        Outcome::Accepted(_) => StatusCode::CREATED,
        _ => StatusCode::OK,
    };
    let mut response = HttpResponse::build(status);
    response.insert_header((LOCATION, format!("/v1/records/{id}")));
    let wants = request.headers().get(ACCEPT);
    let wants_json = wants.is_some_and(|accept| {
        accept
            .to_str()
            .is_ok_and(|accept| accept.contains("application/json"))
    });
    if wants_json {
        response.json(OutcomeBody::of(outcome))
    } else {
        response.content_type(RECEIPT).body(receipt.to_string())
    }
}

fn refusal_problem(refusal: &Refusal) -> Problem {
    match refusal {
        Refusal::Record(RecordError::TooLarge { .. }) => {
            let text = refusal.explain();
            Problem::new("body_too_large", text.zh, text.en)
        }
        _ => Problem::refused(refusal),
    }
}

async fn submit_many(node: Data<Node>, body: Body) -> Result<HttpResponse, Problem> {
    let max = node.config().limits.ndjson_records_max;
    let parsed = block(move || parse(body, max)).await;
    let (lines, texts, taken) = parsed.map_err(|_gone| Problem::internal())??;
    let outcomes = hand_in(node, texts, taken).await;
    let bodies = match outcomes {
        Ok(outcomes) => answer_lines(&lines, Some(outcomes), None),
        // Nothing was taken in, so the whole may simply come again.
        Err(error @ AppError::Overloaded) => return Err(error.into()),
        Err(error) => answer_lines(&lines, None, Some(&error)),
    };
    let mut text = Vec::new();
    for body in &bodies {
        serde_json::to_writer(&mut text, body).map_err(|_impossible| Problem::internal())?;
        text.push(b'\n');
    }
    Ok(HttpResponse::Ok().content_type(NDJSON).body(text))
}

/// Numbers of the lines that are not blank, whether each holds a record; and the records.
type Parsed = (Vec<(usize, bool)>, Vec<String>, Taken);

fn parse(body: Body, records_max: usize) -> Result<Parsed, Problem> {
    let (text, taken) = body.text()?;
    let (mut lines, mut texts) = (Vec::new(), Vec::new());
    for (number, line) in (1_usize..).zip(text.lines()) {
        if line.trim_ascii().is_empty() {
            continue;
        }
        if lines.len() == records_max {
            return Err(Problem::new(
                "too_many_records",
                format!("一次最多 {records_max} 条记录"),
                format!("at most {records_max} records at a time"),
            ));
        }
        match parse_line(line) {
            Line::Record(text) => {
                texts.push(text);
                lines.push((number, true));
            }
            Line::NotJson => lines.push((number, false)),
        }
    }
    Ok((lines, texts, taken))
}

fn parse_line(line: &str) -> Line {
    match serde_json::from_str(line) {
        Ok(SubmitLine::Object { record } | SubmitLine::Bare(record)) => Line::Record(record),
        Err(_not_json) => Line::NotJson,
    }
}

/// An outcome for each line, in order: of the ledger, or that the line is none, or that nobody
/// knows.
fn answer_lines(
    lines: &[(usize, bool)],
    outcomes: Option<Vec<Outcome>>,
    error: Option<&AppError>,
) -> Vec<OutcomeBody> {
    let mut outcomes = outcomes.unwrap_or_default().into_iter();
    let answers = lines.iter().map(|(number, is_record)| {
        let mut body = match (is_record, error) {
            (false, _) => OutcomeBody::refused(&Line::NotJson),
            (true, Some(error)) => OutcomeBody::unknown(error),
            (true, None) => match outcomes.next() {
                Some(outcome) => OutcomeBody::of(&outcome),
                None => OutcomeBody::refused(&Line::Record(String::new())),
            },
        };
        body.line = Some(*number);
        body
    });
    answers.collect()
}

/// The id of a record: the hash of its signed bytes.
fn id_of(text: &str) -> RecordId {
    let jwt = text.split_once('~').map_or(text, |(jwt, _)| jwt);
    RecordId::from_bytes(Sha256::digest(jwt.as_bytes()).into())
}
