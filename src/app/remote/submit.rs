//! Submitting over HTTP. A record may be submitted as often as one likes and gets the same index
//! each time, so whatever is in doubt, an answer that was lost or a server that could not tell,
//! is submitted again until it is not.

use super::backoff::Backoff;
use super::state::{Kept, State};
use super::{Remote, Reply, Sent};
use crate::app::error::AppError;
use crate::app::ledger::RowKeys;
use crate::core::log::hash::leaf_hash;
use crate::core::log::proof::verify_inclusion;
use crate::core::log::{Receipt, VerifierKey};
use crate::core::record::id_of;
use crate::core::text::{Bilingual, Explain as _};
use serde::Deserialize;
use std::time::Duration;

/// Records in one request at most.
const TOGETHER: usize = 1_000;

/// Bytes of records in one request, unless one record alone is larger.
const TOGETHER_BYTES: usize = 4 * 1024 * 1024;

/// Media type of many records.
const NDJSON: &str = "application/x-ndjson";

/// What became of a record, as whoever submitted it reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// `accepted`, `duplicate`, `parked`, `refused`, `withheld`; `known` if an earlier run has its
    /// receipt.
    pub outcome: String,
    /// Its index.
    pub index: Option<u64>,
    /// Size of the log under the receipt's checkpoint.
    pub size: Option<u64>,
    /// The receipt's text.
    pub receipt: Option<String>,
    /// Whether the receipt's signature was checked against the log's key.
    pub is_verified: bool,
    /// What a parked record waits for.
    pub awaits: Option<String>,
    /// Stable code of a refusal.
    pub code: Option<String>,
    /// Why it was refused.
    pub why: Option<Bilingual>,
}

impl Answer {
    /// An answer with nothing but its word.
    #[must_use]
    pub fn of(outcome: &str) -> Self {
        Self {
            outcome: outcome.to_owned(),
            index: None,
            size: None,
            receipt: None,
            is_verified: false,
            awaits: None,
            code: None,
            why: None,
        }
    }
}

/// A line of the server's answer.
#[derive(Deserialize)]
struct Line {
    outcome: String,
    receipt: Option<String>,
    awaits: Option<String>,
    code: Option<String>,
    why: Option<Bilingual>,
}

/// What a server's answer to some records means.
enum Meaning {
    /// A line for each; one that is none is still in doubt.
    Lines(Vec<Option<Answer>>),
    /// Fewer must be sent at a time.
    TooMuch,
    /// Later, perhaps.
    Again(Option<Duration>, String),
}

/// A submission to a server.
#[derive(Debug)]
pub struct Submission {
    remote: Remote,
    log_key: Option<VerifierKey>,
    state: Option<State>,
    wants_receipts: bool,
    is_whole: bool,
    rows: RowKeys,
    together: usize,
}

impl Submission {
    /// Submits to `remote`. Receipts are checked against `log_key`, if it is known; what has one
    /// is noted in `state`, and not submitted again unless its text is wanted.
    #[must_use]
    pub fn new(remote: Remote, log_key: Option<VerifierKey>, state: Option<State>) -> Self {
        Self {
            remote,
            log_key,
            state,
            wants_receipts: false,
            is_whole: false,
            rows: RowKeys::default(),
            together: TOGETHER,
        }
    }

    /// Asks for every receipt's text anew, also of what is known.
    #[must_use]
    pub const fn with_receipts(mut self) -> Self {
        self.wants_receipts = true;
        self
    }

    /// Submits all records together, to be admitted all or none.
    #[must_use]
    pub const fn as_whole(mut self) -> Self {
        self.is_whole = true;
        self
    }

    /// Says for which rows of a table records stand.
    #[must_use]
    pub fn for_rows(mut self, rows: RowKeys) -> Self {
        self.rows = rows;
        self
    }

    /// Submits records; an answer for each, in order, when none is in doubt any more.
    ///
    /// # Errors
    /// [`AppError::Unreachable`] when patience ends, [`AppError::Answered`] if the server refuses
    /// the request as a whole, [`AppError::Receipt`] if a receipt does not hold. What was answered
    /// until then is in the state.
    pub fn submit(&mut self, texts: &[String]) -> Result<Vec<Answer>, AppError> {
        let mut answers: Vec<Option<Answer>> = texts.iter().map(|text| self.known(text)).collect();
        let mut backoff = Backoff::new(self.remote.patience());
        loop {
            let open: Vec<usize> = (0_usize..)
                .zip(&answers)
                .filter_map(|(at, answer)| answer.is_none().then_some(at))
                .collect();
            let group = self.group(texts, &open);
            if group.is_empty() {
                return Ok(answers.into_iter().flatten().collect());
            }
            match self.send(&group)? {
                Meaning::TooMuch => self.together = (group.len() / 2).max(1),
                Meaning::Again(asked, cause) => self.remote.wait(&mut backoff, (asked, cause))?,
                Meaning::Lines(lines) => {
                    self.save()?;
                    let in_doubt = lines.iter().all(Option::is_none);
                    for (at, line) in open.iter().zip(lines) {
                        if let Some(place) = answers.get_mut(*at) {
                            *place = line;
                        }
                    }
                    if in_doubt {
                        let cause = "the server cannot tell what became of it".to_owned();
                        self.remote.wait(&mut backoff, (None, cause))?;
                    } else {
                        backoff.progress();
                    }
                }
            }
        }
    }

    /// The first records that are open, as many as go together.
    fn group<'a>(&self, texts: &'a [String], open: &[usize]) -> Vec<&'a str> {
        let mut bytes = 0_usize;
        let mut group = Vec::new();
        for text in open.iter().filter_map(|at| texts.get(*at)) {
            bytes = bytes.saturating_add(text.len());
            if self.is_whole {
                group.push(text.as_str());
                continue;
            }
            if group.len() >= self.together || (bytes > TOGETHER_BYTES && !group.is_empty()) {
                break;
            }
            group.push(text.as_str());
        }
        group
    }

    fn send(&mut self, group: &[&str]) -> Result<Meaning, AppError> {
        let mut body = String::new();
        for text in group {
            let line = match self.rows.get(&id_of(text)) {
                Some(key) => serde_json::json!({ "record": text, "import": key }),
                None => serde_json::json!({ "record": text }),
            };
            body.push_str(&line.to_string());
            body.push('\n');
        }
        let sent = Sent::Post(NDJSON, body.as_bytes());
        let path = match self.is_whole {
            true => "/v1/records?atomic=true",
            false => "/v1/records",
        };
        let reply = match self.remote.once(path, sent) {
            Ok(reply) => reply,
            Err(cause) => return Ok(Meaning::Again(None, cause)),
        };
        if reply.status == 200 {
            return self.lines(group, &reply);
        }
        let problem = reply.problem(self.remote.base());
        match (reply.status, group.len()) {
            (413, _) if self.is_whole => Err(problem),
            (413, 1) => Ok(Meaning::Lines(vec![Some(refused(&problem))])),
            (413, _) => Ok(Meaning::TooMuch),
            _ if reply.may_pass() => Ok(Meaning::Again(reply.retry_after(), problem.to_string())),
            _ => Err(problem),
        }
    }

    fn lines(&mut self, group: &[&str], reply: &Reply) -> Result<Meaning, AppError> {
        let lines = serde_json::Deserializer::from_slice(&reply.body).into_iter::<Line>();
        let lines: Result<Vec<Line>, _> = lines.collect();
        let lines = match lines {
            Ok(lines) if lines.len() == group.len() => lines,
            // Somebody between cut or changed it; the next answer says the same.
            Ok(_) | Err(_) => {
                let cause = "the answer does not have a line for each record".to_owned();
                return Ok(Meaning::Again(None, cause));
            }
        };
        let mut answers = Vec::with_capacity(lines.len());
        for (text, line) in group.iter().zip(lines) {
            answers.push(self.answer(text, line)?);
        }
        Ok(Meaning::Lines(answers))
    }

    fn answer(&mut self, text: &str, line: Line) -> Result<Option<Answer>, AppError> {
        if line.outcome == "unknown" {
            return Ok(None);
        }
        let mut answer = Answer {
            awaits: line.awaits,
            code: line.code,
            why: line.why,
            ..Answer::of(&line.outcome)
        };
        if let Some(receipt) = line.receipt {
            let read = self.check(text, &receipt)?;
            let index = read.index();
            let is_verified = self.log_key.is_some();
            answer.index = Some(index);
            answer.size = Some(read.checkpoint().checkpoint().size());
            answer.is_verified = is_verified;
            answer.receipt = Some(receipt);
            if let Some(state) = &mut self.state {
                state.keep(id_of(text), Kept { index, is_verified });
            }
        } else if matches!(line.outcome.as_str(), "accepted" | "duplicate") {
            return Err(AppError::Receipt(Bilingual::new(
                "服务器没有给出回执",
                "the server gave no receipt",
            )));
        }
        Ok(Some(answer))
    }

    /// Checks that a receipt is of these bytes and, if the key is known, signed by the log.
    fn check(&self, text: &str, receipt: &str) -> Result<Receipt, AppError> {
        let wrong =
            |cause: crate::core::log::receipt::ReceiptError| AppError::Receipt(cause.explain());
        let receipt = Receipt::parse(receipt).map_err(wrong)?;
        let leaf = leaf_hash(jwt_of(text).as_bytes());
        match &self.log_key {
            Some(key) => receipt.verify_signed_by(&leaf, key).map_err(wrong)?,
            None => {
                let checkpoint = receipt.checkpoint().checkpoint();
                let (size, root) = (checkpoint.size(), checkpoint.root());
                verify_inclusion(&leaf, receipt.index(), size, receipt.proof(), root)
                    .map_err(|cause| AppError::Receipt(cause.explain()))?;
            }
        }
        Ok(receipt)
    }

    /// The answer an earlier run has, if it is as good as a new one.
    fn known(&self, text: &str) -> Option<Answer> {
        let kept = self.state.as_ref()?.get(&id_of(text))?;
        let is_enough = kept.is_verified || self.log_key.is_none();
        // A part of a whole is not a whole.
        (is_enough && !self.wants_receipts && !self.is_whole).then(|| Answer {
            index: Some(kept.index),
            is_verified: kept.is_verified,
            ..Answer::of("known")
        })
    }

    fn save(&mut self) -> Result<(), AppError> {
        self.state.as_mut().map_or(Ok(()), State::save)
    }
}

fn refused(problem: &AppError) -> Answer {
    let code = match problem {
        AppError::Answered { code, .. } => code.clone(),
        other => other.code().to_owned(),
    };
    Answer {
        code: Some(code),
        why: Some(problem.explain()),
        ..Answer::of("refused")
    }
}

fn jwt_of(text: &str) -> &str {
    text.split_once('~').map_or(text, |(jwt, _)| jwt)
}
