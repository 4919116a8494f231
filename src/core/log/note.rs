//! Signed notes (C2SP `signed-note`): a text and, under a blank line, lines of signatures.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};

use super::key::is_key_name;
pub use super::key::{
    KeyError, ORIGIN_BYTES_MAX, Origin, SignatureKind, VerifierKey, torsion_free_key,
};
use crate::core::text::{Bilingual, Explain};

/// Longest note in bytes; sixteen post-quantum signatures fit.
pub const NOTE_BYTES_MAX: usize = 131_072;

/// Most signatures on a note; C2SP asks for at least 16.
pub const SIGNATURES_MAX: usize = 64;

/// Bytes of a key id before the signature itself.
const KEY_ID_BYTES: usize = 4;

/// What a signature line begins with: an em dash and a space.
const LINE_START: &str = "— ";

/// Why a note cannot be read or believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The note is longer than [`NOTE_BYTES_MAX`].
    #[error("the note is longer than 131072 bytes")]
    TooLong,
    /// The note holds a control character other than newline.
    #[error("the note holds a control character")]
    ControlCharacter,
    /// There is no text ending in a newline, a blank line, and lines of signatures.
    #[error("the note is not a text, a blank line, and signatures")]
    Format,
    /// A signature line does not read `— name base64`.
    #[error("signature line {0} does not read '— name base64'")]
    SignatureLine(usize),
    /// There are more signatures than [`SIGNATURES_MAX`].
    #[error("the note has more than 64 signatures")]
    TooManySignatures,
    /// The key that was asked for has not signed.
    #[error("{0} has not signed")]
    Unsigned(String),
    /// A signature in the name of a known key is not genuine; the note is not to be believed.
    #[error("the signature of {0} is not genuine")]
    BadSignature(String),
    /// The key makes another kind of signature than is asked for.
    #[error("the key of {0} is not for this kind of signature")]
    WrongKind(String),
}

impl Explain for NoteError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "note_too_long",
            Self::ControlCharacter => "note_control_character",
            Self::Format => "note_format",
            Self::SignatureLine(_) => "note_signature_line",
            Self::TooManySignatures => "note_too_many_signatures",
            Self::Unsigned(_) => "note_unsigned",
            Self::BadSignature(_) => "note_bad_signature",
            Self::WrongKind(_) => "note_wrong_kind",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::TooLong => "签名文本超过131072字节".to_owned(),
            Self::ControlCharacter => "签名文本含控制字符".to_owned(),
            Self::Format => "签名文本应为正文、空行和签名行".to_owned(),
            Self::SignatureLine(line) => format!("第{line}个签名行格式不对"),
            Self::TooManySignatures => "签名超过64个".to_owned(),
            Self::Unsigned(name) => format!("缺少{name}的签名"),
            Self::BadSignature(name) => format!("{name}的签名不真实"),
            Self::WrongKind(name) => format!("{name}的公钥不用于此类签名"),
        };
        Bilingual::new(zh, self.to_string())
    }
}

/// One signature line, of a key known or unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: String,
    key_id: u32,
    bytes: Vec<u8>,
}

impl NoteSignature {
    pub(super) fn by(key: &VerifierKey, bytes: Vec<u8>) -> Self {
        Self {
            name: key.name().as_str().to_owned(),
            key_id: key.id(),
            bytes,
        }
    }

    /// Reads one line `— name base64` without its newline.
    ///
    /// # Errors
    /// [`NoteError::SignatureLine`], counting this line as the first.
    pub fn parse(line: &str) -> Result<Self, NoteError> {
        Self::read(line).ok_or(NoteError::SignatureLine(1))
    }

    fn read(line: &str) -> Option<Self> {
        let (name, signature) = line.strip_prefix(LINE_START)?.split_once(' ')?;
        let bytes = STANDARD.decode(signature).ok()?;
        let (key_id, bytes) = bytes.split_first_chunk::<KEY_ID_BYTES>()?;
        (is_key_name(name) && !bytes.is_empty()).then(|| Self {
            name: name.to_owned(),
            key_id: u32::from_be_bytes(*key_id),
            bytes: bytes.to_vec(),
        })
    }

    /// The name that signed, not yet checked.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of the key that signed, not yet checked.
    #[must_use]
    pub const fn key_id(&self) -> u32 {
        self.key_id
    }

    /// The signature without the key id.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether the line claims to be by this key.
    #[must_use]
    pub fn is_by(&self, key: &VerifierKey) -> bool {
        self.key_id == key.id() && self.name == key.name().as_str()
    }
}

impl std::fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut typed = self.key_id.to_be_bytes().to_vec();
        typed.extend_from_slice(&self.bytes);
        write!(f, "{LINE_START}{} {}", self.name, STANDARD.encode(typed))
    }
}

/// A text and the signatures under it, of which none is checked by reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl Note {
    /// A note without signatures yet.
    ///
    /// # Errors
    /// If the text does not end in a newline, is too long or holds a control character.
    pub fn new(text: String) -> Result<Self, NoteError> {
        check_characters(&text)?;
        if !text.ends_with('\n') {
            return Err(NoteError::Format);
        }
        Ok(Self {
            text,
            signatures: Vec::new(),
        })
    }

    /// Reads a note with at least one signature; signatures of unknown keys and kinds are kept.
    ///
    /// # Errors
    /// Any [`NoteError`] of form.
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        check_characters(note)?;
        let (text, lines) = note.rsplit_once("\n\n").ok_or(NoteError::Format)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Format)?;
        let mut signatures = Vec::new();
        for (number, line) in lines.split('\n').enumerate() {
            if number == SIGNATURES_MAX {
                return Err(NoteError::TooManySignatures);
            }
            let signature = NoteSignature::read(line);
            signatures.push(signature.ok_or(NoteError::SignatureLine(number + 1))?);
        }
        Ok(Self {
            text: format!("{text}\n"),
            signatures,
        })
    }

    /// The text that is signed, with its last newline.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, in the order of the note, none of them checked.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Puts a signature under the others; an earlier one of the same key gives way.
    ///
    /// # Errors
    /// [`NoteError::TooManySignatures`] or [`NoteError::TooLong`] if it does not fit any more.
    pub fn add(&mut self, signature: NoteSignature) -> Result<(), NoteError> {
        let same = |s: &NoteSignature| s.key_id == signature.key_id && s.name == signature.name;
        let mut signatures: Vec<_> = self
            .signatures
            .iter()
            .filter(|s| !same(s))
            .cloned()
            .collect();
        signatures.push(signature);
        if signatures.len() > SIGNATURES_MAX {
            return Err(NoteError::TooManySignatures);
        }
        let longer = Self {
            text: self.text.clone(),
            signatures,
        };
        if longer.to_string().len() > NOTE_BYTES_MAX {
            return Err(NoteError::TooLong);
        }
        *self = longer;
        Ok(())
    }

    /// Checks that this key has signed the text (signature type 0x01).
    ///
    /// # Errors
    /// [`NoteError::Unsigned`]; [`NoteError::BadSignature`] if any line in the key's name is not
    /// genuine; [`NoteError::WrongKind`] for the key of a cosigner.
    pub fn verify(&self, key: &VerifierKey) -> Result<(), NoteError> {
        let name = || key.name().as_str().to_owned();
        if key.kind() != SignatureKind::Ed25519 {
            return Err(NoteError::WrongKind(name()));
        }
        let mut signed = false;
        for signature in self.signatures.iter().filter(|s| s.is_by(key)) {
            if !key.accepts(self.text.as_bytes(), signature.bytes()) {
                return Err(NoteError::BadSignature(name()));
            }
            signed = true;
        }
        if signed {
            Ok(())
        } else {
            Err(NoteError::Unsigned(name()))
        }
    }
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures
            .iter()
            .try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

fn check_characters(note: &str) -> Result<(), NoteError> {
    if note.len() > NOTE_BYTES_MAX {
        return Err(NoteError::TooLong);
    }
    if note.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
        return Err(NoteError::ControlCharacter);
    }
    Ok(())
}

/// The private key by which a log signs its checkpoints, with its name.
pub struct NoteSigner {
    verifier: VerifierKey,
    key: SigningKey,
}

impl NoteSigner {
    /// Names a private key.
    ///
    /// # Errors
    /// None for a key that was made properly.
    pub fn new(name: Origin, key: SigningKey) -> Result<Self, KeyError> {
        let verifier = VerifierKey::new(name, SignatureKind::Ed25519, &key.verifying_key())?;
        Ok(Self { verifier, key })
    }

    /// The public half.
    #[must_use]
    pub const fn verifier_key(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Signs a text that ends in a newline.
    #[must_use]
    pub fn sign(&self, text: &str) -> NoteSignature {
        let signature = self.key.sign(text.as_bytes());
        NoteSignature::by(&self.verifier, signature.to_bytes().to_vec())
    }
}

impl std::fmt::Debug for NoteSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NoteSigner({})", self.verifier)
    }
}

#[cfg(test)]
mod tests;
