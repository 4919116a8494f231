//! Why bytes are no record. Each reason has a stable code and a text in both languages.

use super::limits::JSON_DEPTH_MAX;
use super::strict_json::{Irregular, irregularity};
use super::words::TOO_MANY;
use crate::core::text::{Bilingual, Explain};

/// Why bytes are no record of this ledger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// More than a limit allows.
    #[error("{what} is larger than {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit, in the unit of what is limited.
        limit: usize,
    },
    /// A list with more elements than it may have.
    #[error("{part}: {cause}")]
    TooMany {
        /// Which part.
        part: &'static str,
        /// How many it may have.
        cause: String,
    },
    /// Not three parts separated by dots, followed by disclosures that each end in `~`.
    #[error("not an SD-JWT: {reason}")]
    NotSdJwt {
        /// What is wrong.
        reason: &'static str,
    },
    /// Padding, another alphabet, or loose bits: the same bytes must have one spelling.
    #[error("{part} is not canonical base64url")]
    NotCanonicalBase64 {
        /// Which part.
        part: &'static str,
    },
    /// The header has more, fewer or other members than the profile fixes.
    #[error("header is not exactly alg, typ, kid")]
    HeaderMembers,
    /// The algorithm is not EdDSA with Ed25519.
    #[error("algorithm is not EdDSA")]
    Algorithm,
    /// Bytes that are not UTF-8.
    #[error("{part} is not UTF-8")]
    InvalidUtf8 {
        /// Which part.
        part: &'static str,
    },
    /// An object names a member twice.
    #[error("{part} has a duplicate member")]
    DuplicateMember {
        /// Which part.
        part: &'static str,
    },
    /// A number with a fraction, an exponent, or beyond 2^53.
    #[error("{part} has a number that is not an exact integer")]
    InexactNumber {
        /// Which part.
        part: &'static str,
    },
    /// Nested deeper than the limit.
    #[error("{part} is nested too deep")]
    TooDeep {
        /// Which part.
        part: &'static str,
    },
    /// Members missing, unknown or malformed.
    #[error("{part}: {cause}")]
    Malformed {
        /// Which part.
        part: &'static str,
        /// What the reader says.
        cause: String,
    },
    /// A version of the format this reader does not know.
    #[error("format version {0} is not known")]
    Version(u64),
    /// A type this reader does not know.
    #[error("record type {0:?} is not known")]
    UnknownType(String),
    /// A field that its type seals is said in the clear.
    #[error("field {0:?} must be sealed")]
    SealedInClear(&'static str),
    /// Line numbers repeat, or one of them or of those cited is out of range.
    #[error("line numbers must be unique and between 1 and 999")]
    LineNumbers,
    /// Number of digests differs from the number of sealed fields of the type.
    #[error("{place} must have {expected} sealed fields and has {found}")]
    DigestCount {
        /// `moves` or `body`.
        place: &'static str,
        /// How many the type has.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// One digest stands twice, or one disclosure was sent twice.
    #[error("a digest or disclosure is doubled")]
    DisclosureDoubled,
    /// A sealed field came without its disclosure.
    #[error("the disclosure of {0:?} is missing")]
    DisclosureMissing(&'static str),
    /// A disclosure fits no digest of the record.
    #[error("a disclosure fits no digest")]
    DisclosureUnknown,
    /// A disclosure names another field than the one its place is for.
    #[error("disclosure names {name:?} where {expected:?} belongs")]
    DisclosureMismatch {
        /// The name it has.
        name: String,
        /// The name that belongs there.
        expected: &'static str,
    },
    /// The salt is too short, too long, or no salt.
    #[error("salt is weak: 16 to 64 random bytes in base64url are needed")]
    WeakSalt,
    /// The signature is not by the key the header names.
    #[error("signature does not verify")]
    Signature,
    /// The public key is weak or malformed.
    #[error("public key is not acceptable")]
    WeakKey,
    /// The new key did not sign the proof of possession.
    #[error("proof of possession does not verify")]
    PossessionProof,
}

impl RecordError {
    /// Finds the most telling reason why `json` was refused by a typed reader.
    #[must_use]
    pub fn of_json(json: &[u8], part: &'static str, cause: &serde_json::Error) -> Self {
        match irregularity(json) {
            Some(Irregular::InvalidUtf8) => Self::InvalidUtf8 { part },
            Some(Irregular::TooDeep) => Self::TooDeep { part },
            Some(Irregular::DuplicateMember) => Self::DuplicateMember { part },
            Some(Irregular::InexactNumber) => Self::InexactNumber { part },
            Some(Irregular::Syntax) | None => {
                let cause = cause.to_string();
                if cause.starts_with(TOO_MANY) {
                    Self::TooMany { part, cause }
                } else {
                    Self::Malformed { part, cause }
                }
            }
        }
    }
}

impl Explain for RecordError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::TooMany { .. } => "too_many",
            Self::NotSdJwt { .. } => "not_sd_jwt",
            Self::NotCanonicalBase64 { .. } => "not_canonical_base64",
            Self::HeaderMembers => "header_members",
            Self::Algorithm => "algorithm",
            Self::InvalidUtf8 { .. } => "invalid_utf8",
            Self::DuplicateMember { .. } => "duplicate_member",
            Self::InexactNumber { .. } => "inexact_number",
            Self::TooDeep { .. } => "too_deep",
            Self::Malformed { .. } => "malformed",
            Self::Version(_) => "version",
            Self::UnknownType(_) => "unknown_type",
            Self::SealedInClear(_) => "sealed_in_clear",
            Self::LineNumbers => "line_numbers",
            Self::DigestCount { .. } => "digest_count",
            Self::DisclosureDoubled => "disclosure_doubled",
            Self::DisclosureMissing(_) => "disclosure_missing",
            Self::DisclosureUnknown => "disclosure_unknown",
            Self::DisclosureMismatch { .. } => "disclosure_mismatch",
            Self::WeakSalt => "weak_salt",
            Self::Signature => "signature",
            Self::WeakKey => "weak_key",
            Self::PossessionProof => "possession_proof",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::TooLarge { what, limit } => format!("{what} 超过上限 {limit}"),
            Self::TooMany { part, cause } => format!("{part} 中的列表过长:{cause}"),
            Self::NotSdJwt { .. } => "不是 SD-JWT 格式的记录".into(),
            Self::NotCanonicalBase64 { part } => format!("{part} 的 base64url 写法不唯一"),
            Self::HeaderMembers => "头部必须恰好是 alg、typ、kid 三项".into(),
            Self::Algorithm => "签名算法必须是 EdDSA".into(),
            Self::InvalidUtf8 { part } => format!("{part} 不是有效的 UTF-8"),
            Self::DuplicateMember { part } => format!("{part} 中有重复的成员"),
            Self::InexactNumber { part } => format!("{part} 中有小数或过大的数字,应写成字符串"),
            Self::TooDeep { part } => format!("{part} 嵌套超过 {JSON_DEPTH_MAX} 层"),
            Self::Malformed { part, cause } => format!("{part} 内容不合规:{cause}"),
            Self::Version(version) => format!("不认识的格式版本 {version}"),
            Self::UnknownType(kind) => format!("不认识的记录类型 {kind}"),
            Self::SealedInClear(name) => format!("字段 {name} 必须密封,不得明文"),
            Self::LineNumbers => "行号必须在 1 到 999 之间且不重复".into(),
            Self::DigestCount {
                place,
                expected,
                found,
            } => {
                format!("{place} 应有 {expected} 个密封字段,实际 {found} 个")
            }
            Self::DisclosureDoubled => "密封字段的摘要或披露重复".into(),
            Self::DisclosureMissing(name) => format!("缺少密封字段 {name} 的披露"),
            Self::DisclosureUnknown => "有一份披露与任何摘要都不符".into(),
            Self::DisclosureMismatch { expected, .. } => {
                format!("披露的字段名不符,此处应为 {expected}")
            }
            Self::WeakSalt => "盐值太弱,应为 16 至 64 字节随机数".into(),
            Self::Signature => "签名与所称密钥不符".into(),
            Self::WeakKey => "公钥不合格".into(),
            Self::PossessionProof => "新密钥的持有证明无效".into(),
        };
        Bilingual::new(zh, self.to_string())
    }
}
