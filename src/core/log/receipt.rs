//! Receipts (C2SP `tlog-proof`): index, inclusion proof and signed checkpoint in one text that
//! anyone can check without asking the log.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::checkpoint::{CheckpointError, SignedCheckpoint, parse_decimal};
use super::hash::Hash;
use super::key::VerifierKey;
use super::note::NOTE_BYTES_MAX;
use super::policy::{Endorsement, Policy, TrustError};
use super::proof::{PROOF_HASHES_MAX, ProofError, verify_inclusion};
use crate::core::text::{Bilingual, Explain};

/// First line of every receipt.
pub const RECEIPT_HEADER: &str = "c2sp.org/tlog-proof@v1";

/// Most extra bytes a receipt may carry; as many as an entry.
pub const EXTRA_BYTES_MAX: usize = 65_535;

/// Longest receipt in bytes: a checkpoint, a proof, and extra data in base64.
pub const RECEIPT_BYTES_MAX: usize = NOTE_BYTES_MAX + 98_304;

/// Bytes of a line of the proof: a hash in base64 and the end of the line.
const HASH_LINE_BYTES: usize = 45;

/// Bytes of the header and the index at most.
const HEAD_BYTES: usize = 64;

/// Why a receipt cannot be read or believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// The receipt is longer than [`RECEIPT_BYTES_MAX`].
    #[error("the receipt is too long")]
    TooLong,
    /// The first line is another, or the parts are not there.
    #[error("the text is not a receipt in the form c2sp.org/tlog-proof@v1")]
    Format,
    /// The extra line is not base64 of at most [`EXTRA_BYTES_MAX`] bytes.
    #[error("the extra line is not base64 of at most 65535 bytes")]
    Extra,
    /// The index line is not `index` and a plain decimal number.
    #[error("the index is not a plain decimal number")]
    Index,
    /// A line of the proof is not a hash in base64.
    #[error("proof line {0} is not a hash in base64")]
    ProofLine(usize),
    /// The proof is longer than any tree needs.
    #[error("the proof has more than 63 hashes")]
    ProofTooLong,
    /// The checkpoint is wrong.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The record is not what the proof proves.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The checkpoint is not signed by whom one believes.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

impl Explain for ReceiptError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "receipt_too_long",
            Self::Format => "receipt_format",
            Self::Extra => "receipt_extra",
            Self::Index => "receipt_index",
            Self::ProofLine(_) => "receipt_proof_line",
            Self::ProofTooLong => "receipt_proof_too_long",
            Self::Checkpoint(error) => error.code(),
            Self::Proof(error) => error.code(),
            Self::Trust(error) => error.code(),
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::TooLong => "回执过长".to_owned(),
            Self::Format => "文本不是c2sp.org/tlog-proof@v1格式的回执".to_owned(),
            Self::Extra => "回执的附加数据行格式不对".to_owned(),
            Self::Index => "回执的序号不是规范的十进制数".to_owned(),
            Self::ProofLine(line) => format!("证明第{line}行不是base64哈希"),
            Self::ProofTooLong => "证明超过63个哈希".to_owned(),
            Self::Checkpoint(error) => return error.explain(),
            Self::Proof(error) => return error.explain(),
            Self::Trust(error) => return error.explain(),
        };
        Bilingual::new(zh, self.to_string())
    }
}

/// The proof that a record is in a log; many receipts of one batch share a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    index: u64,
    proof: Vec<Hash>,
    checkpoint: Arc<SignedCheckpoint>,
    extra: Option<Vec<u8>>,
}

impl Receipt {
    /// Puts a receipt together; nothing is checked but the length of the proof.
    ///
    /// # Errors
    /// [`ReceiptError::ProofTooLong`].
    pub fn new(
        index: u64,
        proof: Vec<Hash>,
        checkpoint: Arc<SignedCheckpoint>,
    ) -> Result<Self, ReceiptError> {
        if proof.len() > PROOF_HASHES_MAX {
            return Err(ReceiptError::ProofTooLong);
        }
        Ok(Self {
            index,
            proof,
            checkpoint,
            extra: None,
        })
    }

    /// Reads a receipt.
    ///
    /// # Errors
    /// Any [`ReceiptError`] of form.
    pub fn parse(text: &str) -> Result<Self, ReceiptError> {
        if text.len() > RECEIPT_BYTES_MAX {
            return Err(ReceiptError::TooLong);
        }
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ReceiptError::Format)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(RECEIPT_HEADER) {
            return Err(ReceiptError::Format);
        }
        let extra = match lines.next_if(|line| line.starts_with("extra ")) {
            Some(line) => Some(parse_extra(line).ok_or(ReceiptError::Extra)?),
            None => None,
        };
        let index = lines
            .next()
            .ok_or(ReceiptError::Format)?
            .strip_prefix("index ");
        let index = index.and_then(parse_decimal).ok_or(ReceiptError::Index)?;
        let mut proof = Vec::new();
        for (number, line) in lines.enumerate() {
            if number == PROOF_HASHES_MAX {
                return Err(ReceiptError::ProofTooLong);
            }
            proof.push(Hash::from_base64(line).ok_or(ReceiptError::ProofLine(number + 1))?);
        }
        let checkpoint = Arc::new(SignedCheckpoint::parse(checkpoint)?);
        Ok(Self {
            index,
            proof,
            checkpoint,
            extra,
        })
    }

    /// The index of the record in its log.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The inclusion proof, from the leaf's sibling upwards.
    #[must_use]
    pub fn proof(&self) -> &[Hash] {
        &self.proof
    }

    /// The checkpoint the proof leads to.
    #[must_use]
    pub const fn checkpoint(&self) -> &Arc<SignedCheckpoint> {
        &self.checkpoint
    }

    /// Extra data that came with the receipt; nothing vouches for it.
    #[must_use]
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// The text of the receipt, given that of its checkpoint: the receipts of a batch share one, and
    /// writing it takes as long as the rest.
    #[must_use]
    pub fn text_under(&self, checkpoint: &str) -> String {
        let proof_bytes = self.proof.len().saturating_mul(HASH_LINE_BYTES);
        let mut text = String::with_capacity(
            proof_bytes
                .saturating_add(checkpoint.len())
                .saturating_add(HEAD_BYTES),
        );
        text.push_str(RECEIPT_HEADER);
        if let Some(extra) = &self.extra {
            text.push_str("\nextra ");
            STANDARD.encode_string(extra, &mut text);
        }
        text.push_str("\nindex ");
        text.push_str(&self.index.to_string());
        for hash in &self.proof {
            text.push('\n');
            STANDARD.encode_string(hash.as_bytes(), &mut text);
        }
        text.push_str("\n\n");
        text.push_str(checkpoint);
        text
    }

    /// Checks that the leaf is in the log and the checkpoint satisfies the policy, quorum and all.
    ///
    /// # Errors
    /// [`ReceiptError::Proof`] or [`ReceiptError::Trust`].
    pub fn verify<'a>(
        &'a self,
        leaf: &Hash,
        policy: &'a Policy,
    ) -> Result<Endorsement<'a>, ReceiptError> {
        let endorsement = policy.accept(&self.checkpoint)?;
        self.verify_leaf(leaf)?;
        Ok(endorsement)
    }

    /// Checks that the leaf is in the log and the log itself has signed; says nothing of
    /// witnesses, so the log could still be showing others another tree.
    ///
    /// # Errors
    /// [`ReceiptError::Proof`] or [`ReceiptError::Checkpoint`].
    pub fn verify_signed_by(&self, leaf: &Hash, log: &VerifierKey) -> Result<(), ReceiptError> {
        self.checkpoint.verify(log)?;
        self.verify_leaf(leaf)
    }

    fn verify_leaf(&self, leaf: &Hash) -> Result<(), ReceiptError> {
        let checkpoint = self.checkpoint.checkpoint();
        let (size, root) = (checkpoint.size(), checkpoint.root());
        Ok(verify_inclusion(leaf, self.index, size, &self.proof, root)?)
    }
}

impl std::fmt::Display for Receipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text_under(&self.checkpoint.to_string()))
    }
}

fn parse_extra(line: &str) -> Option<Vec<u8>> {
    let extra = STANDARD.decode(line.strip_prefix("extra ")?).ok()?;
    (!extra.is_empty() && extra.len() <= EXTRA_BYTES_MAX).then_some(extra)
}

#[cfg(test)]
mod tests;
