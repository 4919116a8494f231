//! Pictures and documents beside the ledger 附件: kept under the hash of their bytes, byte for byte,
//! and given out with a record that names them to whom the table shows its class.

mod error;
mod kind;

pub use error::AttachError;
pub use kind::{FileKind, kind_of};

use super::AppError;
use super::node::Node;
use super::read::records::{Seen, file_of};
use super::sight::Audience;
use crate::core::access::Viewer;
use crate::core::record::words::Name;
use crate::core::record::{BlobHash, RecordId};
use crate::store::{AttachedFile, AttachedQuota};
use sha2::{Digest as _, Sha256};

/// Bytes of a file at most.
pub const FILE_BYTES_MAX: usize = 10 * 1024 * 1024;

/// What one party may send within a day: 500 files and 250 MiB. A busy market takes some hundred
/// photos of papers a day, of half a megabyte each.
const PARTY_QUOTA: AttachedQuota = AttachedQuota {
    files: 500,
    bytes: 250 * 1024 * 1024,
};

/// Seconds of a day.
const DAY_S: u64 = 24 * 3_600;

/// Keeps a file that was announced as a kind, or as none; whether it is new, and what it is.
///
/// # Errors
/// [`AttachError`] for what is not kept, and what the database reports.
pub fn keep(
    node: &Node,
    viewer: &Viewer,
    hash: &BlobHash,
    bytes: Vec<u8>,
    announced: Option<FileKind>,
) -> Result<(bool, FileKind), AppError> {
    let party = viewer.party.ok_or(AttachError::NoParty)?;
    if bytes.len() > FILE_BYTES_MAX {
        return Err(AttachError::TooLarge.into());
    }
    if Sha256::digest(&bytes).as_slice() != hash.as_bytes() {
        return Err(AttachError::Hash.into());
    }
    let kind = kind_of(&bytes)?;
    if announced.is_some_and(|said| said != kind) {
        return Err(AttachError::Kind.into());
    }
    let now = node.clock().now();
    let file = AttachedFile {
        hash: *hash,
        media: kind.media().to_owned(),
        bytes,
    };
    let since = now.minus(DAY_S);
    let kept = node
        .store()
        .attach(&file, &party, now, (since, PARTY_QUOTA))?;
    Ok((kept.ok_or(AttachError::Quota)?, kind))
}

/// A file to give out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// What it is.
    pub kind: FileKind,
    /// Its bytes, as they were sent.
    pub bytes: Vec<u8>,
    /// Whether everybody may have it.
    pub is_public: bool,
}

/// The file that a record names, for whom the table shows it. What is shown of trade and personal
/// values is in the journal when this returns.
///
/// # Errors
/// The record names none, it may not be seen, it is not here, and what the database reports. None if
/// there is no such record.
pub fn give(
    node: &Node,
    record: &RecordId,
    hash: &BlobHash,
    audience: &Audience,
    purpose: Option<&Name>,
) -> Result<Option<Given>, AppError> {
    let Some(seen) = file_of(node, record, hash, audience, purpose)? else {
        return Ok(None);
    };
    let is_public = match seen {
        Seen::NotNamed => return Err(AttachError::NotNamed.into()),
        Seen::ByEverybody => true,
        Seen::ByThem => false,
    };
    let found = node.read(|reader| reader.attached(hash))?;
    let file = found.ok_or(AttachError::NotHere)?;
    let is_whole = Sha256::digest(&file.bytes).as_slice() == hash.as_bytes();
    let kind = FileKind::of_media(&file.media).filter(|_| is_whole);
    let kind = kind.ok_or_else(|| AppError::Contradicts {
        what: format!("file {hash}"),
    })?;
    Ok(Some(Given {
        kind,
        bytes: file.bytes,
        is_public,
    }))
}
