//! Notes of a site 场所便笺: what the devices of one site share beside the ledger. They are no
//! evidence, no record rests on them, and they are not in the log. What a note may hold is said
//! here, kind by kind; who may read and write it is decided by `access` and the table of
//! [`crate::core::access`].

mod access;
mod error;
mod told;

pub use access::{may_delete, may_read, may_write};
pub use error::NoteError;
pub use told::{Consent, NoteKind, Sample, SelfCheck, Template, Told, Track, Vehicle};

use crate::core::record::Kid;
use crate::core::record::words::{Bounded, Name};
use crate::core::time::UnixSeconds;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Values of other devices that are kept beside a note's own at most.
pub const OTHERS_MAX: usize = 16;

/// Bytes of all notes of one party at most: 32 MiB. Tracks are the largest part of them.
pub const PARTY_BYTES_MAX: usize = 32 * 1024 * 1024;

/// What the hash of a name begins with.
const NAME_DOMAIN: &str = "shisu-note/v1";

/// What a device said of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// When it was said last, by the clock of the device.
    pub at: UnixSeconds,
    /// What it says.
    pub told: Told,
    /// What other devices said in contradiction, until somebody decides.
    #[serde(default, skip_serializing_if = "Bounded::is_empty")]
    pub others: Bounded<Other, OTHERS_MAX>,
}

/// What another device said of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Other {
    /// Which field.
    pub field: Name,
    /// What it said there.
    pub value: Name,
}

/// The name of a note: the hash of what it is about, so that two devices that note the same thing
/// give it one name, and no address of the interface shows a plate or a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoteName([u8; 32]);

impl NoteName {
    /// The name of the note of this kind about this thing.
    #[must_use]
    pub fn of(kind: NoteKind, about: &str) -> Self {
        let text = format!("{NAME_DOMAIN}\n{}\n{about}", kind.code());
        Self(Sha256::digest(text).into())
    }

    /// Reads its one spelling: 43 characters of base64url.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        crate::core::record::decode_hash(text).map(Self)
    }
}

impl std::fmt::Display for NoteName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl Note {
    /// Reads what a device said, and that it may be kept under this name.
    ///
    /// # Errors
    /// [`NoteError`] if it is nothing that is kept, too large, or about something else than its name says.
    pub fn read(text: &str, name: &NoteName) -> Result<Self, NoteError> {
        let note: Self =
            serde_json::from_str(text).map_err(|cause| NoteError::Form(cause.to_string()))?;
        let kind = note.told.kind();
        if text.len() > kind.bytes_max() {
            return Err(NoteError::TooLarge(kind));
        }
        if NoteName::of(kind, &note.told.about()) != *name {
            return Err(NoteError::OtherName);
        }
        Ok(note)
    }
}

/// What the server has of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptNote {
    /// Its name.
    pub name: NoteName,
    /// Its kind.
    pub kind: NoteKind,
    /// Which change of the site's notes it is: later ones have larger numbers.
    pub version: u64,
    /// The key that said it.
    pub by: Kid,
    /// When the server was told.
    pub kept_at: UnixSeconds,
    /// What it says; none if it was deleted.
    pub note: Option<Note>,
}

#[cfg(test)]
mod tests;
