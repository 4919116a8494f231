//! Checkpoints (C2SP `tlog-checkpoint`): a log's origin, size and root in three signed lines.

use super::hash::{Hash, empty_root};
use super::key::{KeyError, Origin, VerifierKey};
use super::note::{Note, NoteError, NoteSignature, NoteSigner};
use super::proof::SIZE_MAX;
use crate::core::text::{Bilingual, Explain};

/// Why a checkpoint cannot be read or believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text is not three lines.
    #[error("a checkpoint has three lines: origin, size, root")]
    Format,
    /// The origin is no name.
    #[error(transparent)]
    Origin(KeyError),
    /// The size is not a decimal number without leading zeros, or beyond 2^63 - 1.
    #[error("the size is not a plain decimal number up to 2^63 - 1")]
    Size,
    /// The root is not 44 characters of canonical base64.
    #[error("the root is not 32 bytes in base64")]
    Root,
    /// The empty tree has one root only.
    #[error("the tree is empty but the root is not that of the empty tree")]
    EmptyRoot,
    /// There are extension lines; they are not auditable and this ledger has none.
    #[error("the checkpoint has extension lines")]
    Extension,
    /// The key is that of another log.
    #[error("the key of {key} cannot sign for {origin}")]
    WrongOrigin {
        /// The name of the key.
        key: Origin,
        /// The origin of the checkpoint.
        origin: Origin,
    },
    /// The note itself is wrong.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl Explain for CheckpointError {
    fn code(&self) -> &'static str {
        match self {
            Self::Format => "checkpoint_format",
            Self::Origin(_) => "checkpoint_origin",
            Self::Size => "checkpoint_size",
            Self::Root => "checkpoint_root",
            Self::EmptyRoot => "checkpoint_empty_root",
            Self::Extension => "checkpoint_extension",
            Self::WrongOrigin { .. } => "checkpoint_wrong_origin",
            Self::Note(error) => error.code(),
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::Format => "检查点应为三行:日志名称、条数、根哈希".to_owned(),
            Self::Origin(_) => "检查点中的日志名称无效".to_owned(),
            Self::Size => "检查点中的条数不是规范的十进制数".to_owned(),
            Self::Root => "检查点中的根哈希不是规范的base64".to_owned(),
            Self::EmptyRoot => "日志为空,但根哈希不是空日志的根哈希".to_owned(),
            Self::Extension => "检查点含有扩展行".to_owned(),
            Self::WrongOrigin { key, origin } => format!("{key}的公钥不能为{origin}签名"),
            Self::Note(error) => return error.explain(),
        };
        Bilingual::new(zh, self.to_string())
    }
}

/// What a log says about itself: so many leaves, with this root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: Origin,
    size: u64,
    root: Hash,
}

impl Checkpoint {
    /// States the size and root of a log.
    ///
    /// # Errors
    /// [`CheckpointError::Size`] or [`CheckpointError::EmptyRoot`].
    pub fn new(origin: Origin, size: u64, root: Hash) -> Result<Self, CheckpointError> {
        if size > SIZE_MAX {
            return Err(CheckpointError::Size);
        }
        if size == 0 && root != empty_root() {
            return Err(CheckpointError::EmptyRoot);
        }
        Ok(Self { origin, size, root })
    }

    /// Reads the three lines, each ended by a newline.
    ///
    /// # Errors
    /// Any [`CheckpointError`] of form.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let body = text.strip_suffix('\n').ok_or(CheckpointError::Format)?;
        let mut lines = body.split('\n');
        let (Some(origin), Some(size_text), Some(root)) =
            (lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Format);
        };
        if lines.next().is_some() {
            return Err(CheckpointError::Extension);
        }
        let origin = Origin::new(origin).map_err(CheckpointError::Origin)?;
        let size = parse_decimal(size_text).ok_or(CheckpointError::Size)?;
        let root = Hash::from_base64(root).ok_or(CheckpointError::Root)?;
        Self::new(origin, size, root)
    }

    /// Which log.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Leaves in the tree.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Root of the tree.
    #[must_use]
    pub const fn root(&self) -> &Hash {
        &self.root
    }
}

impl std::fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "{}\n{}\n{}",
            self.origin,
            self.size,
            self.root.to_base64()
        )
    }
}

/// Reads a decimal number that has one spelling only: digits without leading zeros.
pub(super) fn parse_decimal(text: &str) -> Option<u64> {
    text.parse()
        .ok()
        .filter(|number: &u64| number.to_string() == text)
}

/// A checkpoint with the signatures under it; reading one checks none of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: Note,
}

impl SignedCheckpoint {
    /// Signs a checkpoint as its log.
    ///
    /// # Errors
    /// [`CheckpointError::WrongOrigin`] if the signer is another log.
    pub fn sign(checkpoint: Checkpoint, signer: &NoteSigner) -> Result<Self, CheckpointError> {
        require_origin(&checkpoint, signer.verifier_key())?;
        let mut note = Note::new(checkpoint.to_string())?;
        note.add(signer.sign(note.text()))?;
        Ok(Self { checkpoint, note })
    }

    /// Reads a signed checkpoint and keeps every signature on it, known or not.
    ///
    /// # Errors
    /// Any [`CheckpointError`] of form.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let note = Note::parse(text)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        Ok(Self { checkpoint, note })
    }

    /// Checks the signature of the log itself.
    ///
    /// # Errors
    /// [`CheckpointError::WrongOrigin`] or [`CheckpointError::Note`].
    pub fn verify(&self, key: &VerifierKey) -> Result<(), CheckpointError> {
        require_origin(&self.checkpoint, key)?;
        Ok(self.note.verify(key)?)
    }

    /// Puts a signature or cosignature under the others, in place of an earlier one of the same
    /// key; the caller has checked it.
    ///
    /// # Errors
    /// If it does not fit any more.
    pub fn add(&mut self, signature: NoteSignature) -> Result<(), CheckpointError> {
        Ok(self.note.add(signature)?)
    }

    /// What is signed.
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note with the signatures.
    #[must_use]
    pub const fn note(&self) -> &Note {
        &self.note
    }
}

impl std::fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.note.fmt(f)
    }
}

fn require_origin(checkpoint: &Checkpoint, key: &VerifierKey) -> Result<(), CheckpointError> {
    if key.name() == checkpoint.origin() {
        Ok(())
    } else {
        Err(CheckpointError::WrongOrigin {
            key: key.name().clone(),
            origin: checkpoint.origin().clone(),
        })
    }
}

#[cfg(test)]
mod tests;
