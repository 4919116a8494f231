//! The format `shisu-bundle/v1`: reading, writing and making bundles.

use super::error::ReportError;
use super::replay::replay;
use crate::core::custody::FindingCode;
use crate::core::log::proof::PROOF_HASHES_MAX;
use crate::core::log::{Hash, SignedCheckpoint};
use crate::core::record::sealed::Class;
use crate::core::record::{Completeness, Record};
use crate::core::rules;
use crate::core::time::UnixSeconds;
use crate::core::trace::{Cut, Direction, Graph, Limits, Subject, TraceEntry, trace};
use crate::core::verdict::{Scope, Verdict, judge};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The name of the format, with its version.
pub const BUNDLE_FORMAT: &str = "shisu-bundle/v1";

/// Most bytes of a bundle.
pub const BUNDLE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Most records of a bundle.
pub const BUNDLE_RECORDS_MAX: usize = 20_000;

/// Most findings that a node records about one record.
const FINDINGS_MAX: usize = 2_000;

/// A record with the proof that it is in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleRecord {
    /// Its index in the log.
    pub index: u64,
    /// Its signed bytes, with those disclosures that the reader may see.
    pub sd_jwt: String,
    /// Hashes from its leaf up to the root of the checkpoint (RFC 6962 audit path), base64url.
    pub proof: Vec<Hash>,
    /// What the node found when it admitted the record; quantities are zero where the record's
    /// own are withheld. The node's word: nobody signed it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<FindingCode>,
}

impl BundleRecord {
    /// Takes an entry into a bundle, with the disclosures of the classes that `may_see` allows.
    #[must_use]
    pub fn new(entry: &TraceEntry, proof: Vec<Hash>, may_see: impl Fn(Class) -> bool) -> Self {
        let open = may_see(Class::Balance);
        let findings = entry.findings.iter().cloned();
        Self {
            index: entry.key.index(),
            sd_jwt: entry.record.to_sd_jwt(may_see),
            proof,
            findings: findings
                .map(|code| if open { code } else { code.withheld() })
                .collect(),
        }
    }
}

/// An evidence bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    format: String,
    /// What was traced.
    pub subject: Subject,
    /// When the claimed verdict was made.
    pub made_at: UnixSeconds,
    /// Version of the rule tables it was made under.
    pub rules: String,
    /// Name of the log.
    pub log: String,
    /// The log's head with its signatures (C2SP signed note).
    pub checkpoint: String,
    /// Why whoever collected the records stopped early, if they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<Cut>,
    /// The records, in the order of the log.
    pub records: Vec<BundleRecord>,
    /// The verdict that the node claims; recomputed by whoever checks the bundle.
    pub verdict: serde_json::Value,
    /// SHA-256, base64url, over the compact JSON of all other members: it tells damage, not
    /// forgery.
    digest: String,
}

/// What a bundle is made of.
#[derive(Debug, Clone)]
pub struct Parts {
    /// What is traced.
    pub subject: Subject,
    /// The head that the proofs lead to.
    pub checkpoint: SignedCheckpoint,
    /// The records, in the order of the log.
    pub records: Vec<BundleRecord>,
    /// Why there are no more, if whoever collected them stopped early.
    pub cut: Option<Cut>,
}

impl Bundle {
    /// Makes a bundle: the verdict it claims is computed from exactly what it holds.
    ///
    /// # Errors
    /// Whatever [`super::verify`] would find wrong with the form of the records.
    pub fn assemble(parts: Parts, scope: Scope, now: UnixSeconds) -> Result<Self, ReportError> {
        let mut bundle = Self {
            format: BUNDLE_FORMAT.to_owned(),
            subject: parts.subject,
            made_at: now,
            rules: rules::version().to_owned(),
            log: parts.checkpoint.checkpoint().origin().to_string(),
            checkpoint: parts.checkpoint.to_string(),
            cut: parts.cut,
            records: parts.records,
            verdict: serde_json::Value::Null,
            digest: String::new(),
        };
        let records = bundle.read_records().map_err(|(_, error)| error)?;
        let replayed = replay(&bundle, records, false).map_err(|(_, error)| error)?;
        let verdict = bundle.judge(&replayed.input, scope, now);
        bundle.verdict = as_value(&verdict);
        bundle.digest = bundle.compute_digest();
        Ok(bundle)
    }

    /// Reads a bundle; nothing is verified yet but its form and that it is undamaged.
    ///
    /// # Errors
    /// Too large, no bundle, another format, too many records, or damaged.
    pub fn parse(text: &str) -> Result<Self, ReportError> {
        if text.len() > BUNDLE_BYTES_MAX {
            return Err(ReportError::TooLarge);
        }
        let bundle: Self = serde_json::from_str(text).map_err(|error| ReportError::Malformed {
            cause: error.to_string(),
        })?;
        if bundle.format != BUNDLE_FORMAT {
            return Err(ReportError::Format);
        }
        bundle.check_limits()?;
        if bundle.digest != bundle.compute_digest() {
            return Err(ReportError::Damaged);
        }
        Ok(bundle)
    }

    fn check_limits(&self) -> Result<(), ReportError> {
        let what = if self.records.len() > BUNDLE_RECORDS_MAX {
            "records"
        } else if self
            .records
            .iter()
            .any(|record| record.proof.len() > PROOF_HASHES_MAX)
        {
            "proof hashes"
        } else if self
            .records
            .iter()
            .any(|record| record.findings.len() > FINDINGS_MAX)
        {
            "findings"
        } else {
            return Ok(());
        };
        Err(ReportError::TooMany { what })
    }

    /// The bundle as compact JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn compute_digest(&self) -> String {
        let mut bare = self.clone();
        bare.digest = String::new();
        let digest: [u8; 32] = Sha256::digest(bare.to_json().as_bytes()).into();
        Hash(digest).to_base64url()
    }

    /// Reads every record; the index of the first that is malformed with what is wrong with it.
    pub(super) fn read_records(&self) -> Result<Vec<Record>, (Option<u64>, ReportError)> {
        let mut last = None;
        let mut records = Vec::with_capacity(self.records.len());
        for entry in &self.records {
            let wrong = |error| (Some(entry.index), error);
            if last.is_some_and(|last| entry.index <= last) {
                return Err(wrong(ReportError::Order));
            }
            last = Some(entry.index);
            let record = Record::parse(&entry.sd_jwt, Completeness::Partial)
                .map_err(|error| wrong(ReportError::Record(error)))?;
            if record.claims.log.as_str() != self.log {
                return Err(wrong(ReportError::OtherLog));
            }
            records.push(record);
        }
        Ok(records)
    }

    /// What the records say at the time `now`.
    pub(super) fn judge(
        &self,
        input: &crate::core::trace::TraceInput,
        scope: Scope,
        now: UnixSeconds,
    ) -> Verdict {
        let graph = Graph::build(input);
        let trace = trace(&graph, &self.subject, Direction::Back, &Limits::default());
        judge(&trace, &graph, now, scope)
    }
}

/// A verdict as JSON.
pub(super) fn as_value(verdict: &Verdict) -> serde_json::Value {
    serde_json::to_value(verdict).unwrap_or_default()
}
