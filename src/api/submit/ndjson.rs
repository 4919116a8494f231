//! Many records: one a line. A line that is none harms no other.

use super::outcome::OutcomeBody;
use crate::api::limits::body::{Body, Taken};
use crate::api::problem::Problem;
use crate::app::ledger::Outcome;
use serde::Deserialize;
use utoipa::ToSchema;

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

/// A body that was taken apart.
#[derive(Debug)]
pub struct Lines {
    /// Number of each line that is not blank, and whether it holds a record.
    numbered: Vec<(usize, bool)>,
    /// The records, in order.
    texts: Vec<String>,
    /// The room they take.
    taken: Taken,
}

impl Lines {
    /// Takes a body apart: at most `records_max` lines.
    ///
    /// # Errors
    /// A body that is no text, or has too many lines.
    pub fn read(body: Body, records_max: usize) -> Result<Self, Problem> {
        let (text, taken) = body.text()?;
        let (mut numbered, mut texts) = (Vec::new(), Vec::new());
        for (number, line) in (1_usize..).zip(text.lines()) {
            if line.trim_ascii().is_empty() {
                continue;
            }
            if numbered.len() == records_max {
                return Err(Problem::new(
                    "too_many_records",
                    format!("一次最多 {records_max} 条记录"),
                    format!("at most {records_max} records at a time"),
                ));
            }
            let record = match serde_json::from_str(line) {
                Ok(SubmitLine::Object { record } | SubmitLine::Bare(record)) => Some(record),
                Err(_not_json) => None,
            };
            numbered.push((number, record.is_some()));
            texts.extend(record);
        }
        Ok(Self {
            numbered,
            texts,
            taken,
        })
    }

    /// Takes the records out, and leaves what the answer needs.
    #[must_use]
    pub fn split(self) -> (Vec<(usize, bool)>, Vec<String>, Taken) {
        (self.numbered, self.texts, self.taken)
    }
}

/// An outcome for each line, in order.
///
/// # Errors
/// If there are fewer outcomes than records, which is a fault of ours.
pub fn answer(numbered: &[(usize, bool)], outcomes: &[Outcome]) -> Result<Vec<u8>, Problem> {
    let mut outcomes = outcomes.iter();
    let mut text = Vec::new();
    for (number, is_record) in numbered {
        let mut body = match is_record {
            true => OutcomeBody::of(outcomes.next().ok_or_else(Problem::internal)?),
            false => OutcomeBody::not_json(),
        };
        body.line = Some(*number);
        serde_json::to_writer(&mut text, &body).map_err(|_impossible| Problem::internal())?;
        text.push(b'\n');
    }
    Ok(text)
}
