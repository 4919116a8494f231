//! Submit: records go in, receipts come out.

pub mod ndjson;
pub mod outcome;

use super::limits::body::{Body, Room, Taken, read};
use super::limits::gate::Gate;
use super::problem::{Problem, ProblemBody};
use crate::app::ledger::{Extent, Handed, Outcome};
use crate::app::node::Node;
use crate::core::custody::Refusal;
use crate::core::record::limits::SUBMISSION_BYTES_MAX;
use crate::core::record::{RecordError, id_of};
use crate::core::text::Explain as _;
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use actix_web::rt::spawn;
use actix_web::rt::time::sleep;
use actix_web::web::{Data, Payload, Query, block};
use actix_web::{HttpRequest, HttpResponse, post};
use ndjson::{Lines, SubmitLine};
use outcome::OutcomeBody;
use serde::Deserialize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use utoipa::IntoParams;

/// Media type of one record.
pub const SD_JWT: &str = "application/sd-jwt";

/// Media type of many records.
pub const NDJSON: &str = "application/x-ndjson";

/// Media type of a receipt.
pub const RECEIPT: &str = "text/plain; charset=utf-8";

/// How long somebody waits at least for the answer that there is no room: whoever comes again at
/// once all the same shall not keep the server busy with turning them away, because readers wait
/// meanwhile.
const TURNED_AWAY_AFTER: Duration = Duration::from_millis(256);

/// How much longer at most. Those who were turned away together would otherwise come back together,
/// over and over, and whoever reads at that moment would wait behind all of them.
const TURNED_AWAY_SPREAD_MS: u64 = 512;

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

/// Where records are handed in.
struct Desk {
    node: Data<Node>,
    gate: Data<Gate>,
    extent: Extent,
}

/// Submits one record or many, and answers when they are durable.
///
/// 提交记录:持久保存之后才答复,答复即回执。重复提交同一记录得到同一索引。
#[utoipa::path(
    tag = "submit",
    params(SubmitQuery),
    request_body(description = "One record (`application/sd-jwt`) or one a line (`application/x-ndjson`); may be gzip.",
        content(
            (String = "application/sd-jwt", example = json!("{text}")),
            (SubmitLine = "application/x-ndjson", example = json!("{\"record\": \"{text}\"}\n")))),
    responses(
        (status = 200, description = "One record: it was there already, at the same index as ever. NDJSON: an outcome a line, in order.",
            content((String = "text/plain"), (OutcomeBody = "application/json"), (OutcomeBody = "application/x-ndjson"))),
        (status = 201, description = "Accepted: the receipt (C2SP tlog-proof).",
            content((String = "text/plain"), (OutcomeBody = "application/json"))),
        (status = 202, description = "Parked until the dispatch it answers comes.", body = OutcomeBody),
        (status = 400, description = "Not understood.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 408, description = "The body did not arrive in time.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "Neither kind of records.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The record was refused.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "You have asked too often.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too much is waiting, or appends do not work; submit again later.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[post("/v1/records")]
pub async fn submit(
    request: HttpRequest,
    mut payload: Payload,
    query: Query<SubmitQuery>,
    node: Data<Node>,
    room: Data<Room>,
    gate: Data<Gate>,
) -> Result<HttpResponse, Problem> {
    let extent = if query.atomic {
        Extent::Whole
    } else {
        Extent::Each
    };
    let desk = Desk { node, gate, extent };
    // When it has ended, nothing of the body is kept any more.
    let answer = take_in(&request, &mut payload, &room, desk).await;
    if answer
        .as_ref()
        .is_err_and(|problem| problem.code() == "overloaded")
    {
        sleep(turned_away_after()).await;
    }
    answer
}

/// Another time for everybody: multiples of the golden ratio fill an interval evenly, however many of
/// them there are.
fn turned_away_after() -> Duration {
    const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
    static TURN: AtomicU64 = AtomicU64::new(0);
    let turn = TURN.fetch_add(GOLDEN, Ordering::Relaxed);
    // The upper half counts: it is the even one.
    let longer_ms = (turn >> 32).saturating_mul(TURNED_AWAY_SPREAD_MS) >> 32;
    TURNED_AWAY_AFTER.saturating_add(Duration::from_millis(longer_ms))
}

async fn take_in(
    request: &HttpRequest,
    payload: &mut Payload,
    room: &Room,
    desk: Desk,
) -> Result<HttpResponse, Problem> {
    let limits = &desk.node.config().limits;
    let many = is_many(request)?;
    let max = if many {
        limits.ndjson_bytes_max
    } else {
        SUBMISSION_BYTES_MAX
    };
    let body = read(request, payload, room, limits, max).await?;
    // Before anything is made of it: whoever is turned away shall cost little.
    desk.gate.has_room()?;
    // Apart from this task, which is also kept for whoever is turned away and waits to hear so.
    if many {
        Box::pin(submit_many(&desk, body)).await
    } else {
        Box::pin(submit_one(request, &desk, body)).await
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

/// Hands records to the ledger when it is their turn. Everything that is submitted over the
/// network goes through here. It is a task of its own: should whoever asks go away meanwhile, what
/// was queued keeps its place in the counts until it is done.
async fn hand_in(desk: &Desk, handed: Handed, taken: Taken) -> Result<Vec<Outcome>, Problem> {
    let signers = desk.gate.submit(&handed.texts).await?;
    let (node, gate, extent) = (desk.node.clone(), desk.gate.clone(), desk.extent);
    let done = spawn(async move {
        let outcomes = node.submit(handed, extent).await;
        drop(taken);
        if let Ok(outcomes) = &outcomes {
            gate.submitted(&signers, outcomes);
        }
        outcomes
    });
    let outcomes = done.await.map_err(|_ended| Problem::internal())?;
    Ok(outcomes?)
}

async fn submit_one(
    request: &HttpRequest,
    desk: &Desk,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (mut text, taken) = body.text()?;
    text.truncate(text.trim_ascii_end().len());
    let blank = text.len().saturating_sub(text.trim_ascii_start().len());
    drop(text.drain(..blank));
    let id = id_of(&text);
    let outcomes = hand_in(desk, vec![text].into(), taken).await?;
    let outcome = outcomes.first().ok_or_else(Problem::internal)?;
    let status = match outcome {
        Outcome::Accepted(_) => StatusCode::CREATED,
        _ => StatusCode::OK,
    };
    match outcome {
        Outcome::Accepted(receipt) | Outcome::Duplicate(receipt) => {
            let mut response = HttpResponse::build(status);
            response.insert_header((LOCATION, format!("/v1/records/{id}")));
            if wants_json(request) {
                return Ok(response.json(OutcomeBody::of(outcome)));
            }
            Ok(response.content_type(RECEIPT).body(receipt.to_string()))
        }
        Outcome::Parked { .. } => Ok(HttpResponse::Accepted().json(OutcomeBody::of(outcome))),
        Outcome::Refused(refusal) => Err(refusal_problem(refusal)),
        // A whole of one record has nobody to blame but that record.
        Outcome::Withheld => Err(Problem::internal()),
    }
}

fn wants_json(request: &HttpRequest) -> bool {
    let accept = request.headers().get(ACCEPT);
    let accept = accept.and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("application/json"))
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

/// If the ledger cannot say what became of the records, nor can the answer: whoever submits them
/// again hears "duplicate" of those that are in.
async fn submit_many(desk: &Desk, body: Body) -> Result<HttpResponse, Problem> {
    let max = desk.node.config().limits.ndjson_records_max;
    let lines = block(move || Lines::read(body, max)).await;
    let (numbered, handed, taken) = lines.map_err(|_gone| Problem::internal())??.split();
    let outcomes = hand_in(desk, handed, taken).await?;
    let text = ndjson::answer(&numbered, &outcomes)?;
    Ok(HttpResponse::Ok().content_type(NDJSON).body(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_turned_away_together_does_not_come_back_together() {
        let mut parts = [0_u32; 8];
        for _ in 0..800 {
            let longer = turned_away_after().saturating_sub(TURNED_AWAY_AFTER);
            let part = u64::try_from(longer.as_millis()).unwrap() * 8 / TURNED_AWAY_SPREAD_MS;
            parts[usize::try_from(part).unwrap()] += 1;
        }
        assert!(
            parts.iter().all(|count| (90..=110).contains(count)),
            "{parts:?}"
        );
    }
}
