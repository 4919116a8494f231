//! What checking a bundle shows.

use super::error::ReportError;
use crate::core::ids::PartyId;
use crate::core::record::body::KeyRole;
use crate::core::record::{Kid, RecordId};
use crate::core::text::{Bilingual, Explain};
use crate::core::verdict::Verdict;
use serde::Serialize;

/// How much was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Checked {
    /// Records whose form and id were checked.
    pub records: usize,
    /// Proofs that a record is in the log.
    pub inclusions: usize,
    /// Signatures.
    pub signatures: usize,
    /// Records that went through admission in full, balances included.
    pub admitted_in_full: usize,
    /// Records that are cited but not in the bundle.
    pub citations_not_included: usize,
    /// Cosignatures of witnesses that the policy knows.
    pub cosignatures: usize,
}

/// A key whose signatures were believed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrustedKey {
    /// Thumbprint.
    pub kid: Kid,
    /// For whom it signs.
    pub party: PartyId,
    /// As what.
    pub role: KeyRole,
    /// Index of the record that registered it; 0 is the beginning of the log.
    pub registered_at: u64,
    /// The key that signed that record.
    pub granted_by: Option<Kid>,
    /// Whether a revocation is in the bundle.
    pub revoked: bool,
}

/// The first thing wrong with a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Stable code.
    pub code: &'static str,
    /// What it is.
    pub text: Bilingual,
    /// Index of the record it is about, if it is about one.
    pub index: Option<u64>,
    /// The error itself.
    #[serde(skip)]
    pub error: ReportError,
}

impl Fault {
    pub(super) fn new(index: Option<u64>, error: ReportError) -> Self {
        Self {
            code: error.code(),
            text: error.explain(),
            index,
            error,
        }
    }
}

/// The result of checking a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether nothing is wrong.
    pub ok: bool,
    /// How much was checked.
    pub checked: Checked,
    /// The keys that were believed.
    pub trusted_keys: Vec<TrustedKey>,
    /// The verdict at the time of checking, recomputed from the records; none if they cannot be
    /// believed.
    pub verdict: Option<Verdict>,
    /// Records that are cited but not in the bundle, at most a thousand of them.
    pub not_included: Vec<RecordId>,
    /// What was not checked.
    pub not_checked: Vec<Bilingual>,
    /// The first thing wrong.
    pub first_error: Option<Fault>,
}
