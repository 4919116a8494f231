//! Cosignatures (C2SP `tlog-cosignature`, type 0x04): a witness says that at a time this was the
//! largest tree of the log it had seen, and that it only ever grew.

use ed25519_dalek::{Signer as _, SigningKey};

use super::checkpoint::Checkpoint;
use super::key::{KeyError, Origin, SignatureKind, VerifierKey};
use super::note::{Note, NoteError, NoteSignature};
use crate::core::time::UnixSeconds;

/// Bytes of the time before the signature itself.
const TIME_BYTES: usize = 8;

/// What is signed: a header that no checkpoint can begin with, the time, and the checkpoint.
fn message(time: UnixSeconds, text: &str) -> String {
    format!("cosignature/v1\ntime {}\n{text}", time.get())
}

/// The private key by which a witness cosigns checkpoints, with its name. One key serves one
/// witness: the signed message does not hold the name.
pub struct Cosigner {
    verifier: VerifierKey,
    key: SigningKey,
}

impl Cosigner {
    /// Names a private key.
    ///
    /// # Errors
    /// None for a key that was made properly.
    pub fn new(name: Origin, key: SigningKey) -> Result<Self, KeyError> {
        let verifier = VerifierKey::new(name, SignatureKind::CosignatureV1, &key.verifying_key())?;
        Ok(Self { verifier, key })
    }

    /// The public half.
    #[must_use]
    pub const fn verifier_key(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Cosigns a checkpoint whose signature and consistency the caller has checked, and which it
    /// has durably stored as the latest it will ever cosign for this log.
    #[must_use]
    pub fn cosign(&self, checkpoint: &Checkpoint, time: UnixSeconds) -> NoteSignature {
        let signature = self
            .key
            .sign(message(time, &checkpoint.to_string()).as_bytes());
        let mut bytes = time.get().to_be_bytes().to_vec();
        bytes.extend_from_slice(&signature.to_bytes());
        NoteSignature::by(&self.verifier, bytes)
    }
}

impl std::fmt::Debug for Cosigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cosigner({})", self.verifier)
    }
}

/// When this witness cosigned the note, at the latest; `None` if it did not.
///
/// # Errors
/// [`NoteError::BadSignature`] if any line in the witness's name is not genuine;
/// [`NoteError::WrongKind`] for a key that does not cosign.
pub fn cosigned_at(note: &Note, key: &VerifierKey) -> Result<Option<UnixSeconds>, NoteError> {
    if key.kind() != SignatureKind::CosignatureV1 {
        return Err(NoteError::WrongKind(key.name().as_str().to_owned()));
    }
    let mut latest = None;
    for line in note.signatures().iter().filter(|line| line.is_by(key)) {
        let bad = || NoteError::BadSignature(key.name().as_str().to_owned());
        let (time, signature) = line
            .bytes()
            .split_first_chunk::<TIME_BYTES>()
            .ok_or_else(bad)?;
        let time = UnixSeconds::new(u64::from_be_bytes(*time)).ok_or_else(bad)?;
        if !key.accepts(message(time, note.text()).as_bytes(), signature) {
            return Err(bad());
        }
        latest = latest.max(Some(time));
    }
    Ok(latest)
}

#[cfg(test)]
mod tests;
