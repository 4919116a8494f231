//! Names and keys of those who sign notes: logs and cosigners (C2SP `signed-note`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::core::text::{Bilingual, Explain};

/// Longest name of a log or cosigner in bytes; ML-DSA cosignatures could carry no longer one.
pub const ORIGIN_BYTES_MAX: usize = 255;

/// Length of an Ed25519 public key in bytes.
const PUBLIC_KEY_BYTES: usize = 32;

/// Length of a printed key id: four bytes in hexadecimal.
const KEY_ID_DIGITS: usize = 8;

/// Why a name or key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The name is empty, too long, or holds a space, a plus, or an invisible character.
    #[error("a name has 1 to 255 bytes without spaces, plus signs or invisible characters")]
    Name,
    /// The text is not `name+hash+base64`.
    #[error("a verifier key reads name+hash+base64")]
    Format,
    /// The key id does not belong to this name and key.
    #[error("the key id does not belong to this name and key")]
    Id,
    /// The signature type is neither Ed25519 (0x01) nor Ed25519 cosignature (0x04).
    #[error("signature type {0:#04x} is not supported")]
    Algorithm(u8),
    /// The 32 bytes are not a point of the curve.
    #[error("the public key is not a point of Ed25519")]
    NotAPoint,
    /// The 32 bytes are a second spelling of a point.
    #[error("the public key is not in its canonical encoding")]
    NotCanonical,
    /// The point has small order: one signature would fit many messages.
    #[error("the public key has small order")]
    SmallOrder,
    /// The point has a torsion component: verifiers could disagree about its signatures.
    #[error("the public key has a torsion component")]
    Torsion,
}

impl Explain for KeyError {
    fn code(&self) -> &'static str {
        match self {
            Self::Name => "key_name",
            Self::Format => "key_format",
            Self::Id => "key_id_mismatch",
            Self::Algorithm(_) => "key_algorithm",
            Self::NotAPoint => "key_not_a_point",
            Self::NotCanonical => "key_not_canonical",
            Self::SmallOrder => "key_small_order",
            Self::Torsion => "key_torsion",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::Name => "名称须为1至255字节,不含空格、加号或不可见字符",
            Self::Format => "验签公钥的格式应为“名称+标识+base64”",
            Self::Id => "公钥标识与名称、公钥不符",
            Self::Algorithm(_) => "不支持该签名类型",
            Self::NotAPoint => "该公钥不是有效的Ed25519公钥",
            Self::NotCanonical => "该公钥不是规范编码",
            Self::SmallOrder => "该公钥为弱公钥(小阶点),不能使用",
            Self::Torsion => "该公钥含有扭分量,不能使用",
        };
        Bilingual::new(zh, self.to_string())
    }
}

/// The name under which a log or a cosigner signs, such as `zhejiang.shisu.example/log`; for a log
/// it is the first line of every checkpoint (C2SP `tlog-checkpoint`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Origin(String);

impl Origin {
    /// Accepts a name of 1 to 255 bytes without Unicode spaces, plus signs, control characters or
    /// characters that cannot be seen (two names that look the same must be the same).
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn new(name: &str) -> Result<Self, KeyError> {
        let fits = name.len() <= ORIGIN_BYTES_MAX;
        if fits && is_key_name(name) && !name.chars().any(is_hidden) {
            Ok(Self(name.to_owned()))
        } else {
            Err(KeyError::Name)
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Origin {
    type Err = KeyError;

    fn from_str(name: &str) -> Result<Self, KeyError> {
        Self::new(name)
    }
}

impl<'de> serde::Deserialize<'de> for Origin {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::new(&name).map_err(serde::de::Error::custom)
    }
}

/// What `signed-note` asks of any key name, also of one we do not know.
pub(super) fn is_key_name(name: &str) -> bool {
    !name.is_empty()
        && !name
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

/// Characters that change nothing or only the direction of what is seen.
const fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Reads an Ed25519 public key that every correct verifier judges alike: canonically encoded, not
/// of small order, and in the prime-order group. Use it for every key that is registered.
///
/// # Errors
/// [`KeyError::NotAPoint`], [`KeyError::NotCanonical`], [`KeyError::SmallOrder`] or
/// [`KeyError::Torsion`].
pub fn torsion_free_key(bytes: &[u8; PUBLIC_KEY_BYTES]) -> Result<VerifyingKey, KeyError> {
    let key = VerifyingKey::from_bytes(bytes)
        .ok()
        .ok_or(KeyError::NotAPoint)?;
    let point = key.to_edwards();
    if point.compress().to_bytes() != *bytes {
        return Err(KeyError::NotCanonical);
    }
    if point.is_small_order() {
        return Err(KeyError::SmallOrder);
    }
    if !point.is_torsion_free() {
        return Err(KeyError::Torsion);
    }
    Ok(key)
}

/// The kinds of note signature this ledger makes and checks (C2SP `signed-note`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignatureKind {
    /// Type 0x01: Ed25519 over the text of the note; how a log signs its checkpoints.
    Ed25519,
    /// Type 0x04: Ed25519 over a time and the text; how a cosigner signs what it has witnessed.
    CosignatureV1,
}

impl SignatureKind {
    /// The type byte that C2SP assigns to this kind.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::CosignatureV1 => 0x04,
        }
    }

    const fn from_byte(byte: u8) -> Result<Self, KeyError> {
        match byte {
            0x01 => Ok(Self::Ed25519),
            0x04 => Ok(Self::CosignatureV1),
            other => Err(KeyError::Algorithm(other)),
        }
    }
}

/// The key id of C2SP `signed-note`: the first four bytes of SHA-256(name || LF || type || key).
#[must_use]
pub fn key_id(name: &Origin, kind: SignatureKind, key: &VerifyingKey) -> u32 {
    let mut hasher = Sha256::new();
    hasher.update(name.as_str().as_bytes());
    hasher.update([b'\n', kind.byte()]);
    hasher.update(key.as_bytes());
    let hash: [u8; 32] = hasher.finalize().into();
    hash.first_chunk()
        .map_or(0, |first| u32::from_be_bytes(*first))
}

/// The public key of a log or a cosigner with its name, written `name+hash+base64` (a vkey).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: Origin,
    kind: SignatureKind,
    key: VerifyingKey,
    id: u32,
}

impl VerifierKey {
    /// Names a key; the key must be one that [`torsion_free_key`] accepts.
    ///
    /// # Errors
    /// The errors of [`torsion_free_key`].
    pub fn new(name: Origin, kind: SignatureKind, key: &VerifyingKey) -> Result<Self, KeyError> {
        let key = torsion_free_key(key.as_bytes())?;
        let id = key_id(&name, kind, &key);
        Ok(Self {
            name,
            kind,
            key,
            id,
        })
    }

    /// Reads `name+hash+base64`, in its one canonical form.
    ///
    /// # Errors
    /// Any [`KeyError`].
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (name, rest) = text.split_once('+').ok_or(KeyError::Format)?;
        let (digits, key64) = rest.split_once('+').ok_or(KeyError::Format)?;
        let name = Origin::new(name)?;
        let hex = |c: char| matches!(c, '0'..='9' | 'a'..='f');
        if digits.len() != KEY_ID_DIGITS || !digits.chars().all(hex) || key64.len() > 4096 {
            return Err(KeyError::Format);
        }
        let id = u32::from_str_radix(digits, 16)
            .ok()
            .ok_or(KeyError::Format)?;
        let typed = STANDARD.decode(key64).ok().ok_or(KeyError::Format)?;
        let (byte, key) = typed.split_first().ok_or(KeyError::Format)?;
        let kind = SignatureKind::from_byte(*byte)?;
        let bytes: &[u8; PUBLIC_KEY_BYTES] = key.try_into().ok().ok_or(KeyError::Format)?;
        let key = torsion_free_key(bytes)?;
        if key_id(&name, kind, &key) != id {
            return Err(KeyError::Id);
        }
        Ok(Self {
            name,
            kind,
            key,
            id,
        })
    }

    /// The name that signs.
    #[must_use]
    pub const fn name(&self) -> &Origin {
        &self.name
    }

    /// What kind of signature the key makes.
    #[must_use]
    pub const fn kind(&self) -> SignatureKind {
        self.kind
    }

    /// The key id that signature lines carry.
    #[must_use]
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// The public key itself.
    #[must_use]
    pub const fn public_key(&self) -> &VerifyingKey {
        &self.key
    }

    /// Whether `signature` is this key's over `message`, by the strict rule that every node
    /// follows (`verify_strict`: no small-order key or R, no second spelling of R or S).
    #[must_use]
    pub(super) fn accepts(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
    }
}

impl std::fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut typed = vec![self.kind.byte()];
        typed.extend_from_slice(self.key.as_bytes());
        write!(
            f,
            "{}+{:08x}+{}",
            self.name,
            self.id,
            STANDARD.encode(typed)
        )
    }
}

impl std::str::FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests;
