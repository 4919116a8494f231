//! The 32-byte names of the record format: ids of records, thumbprints of keys, digests of
//! sealed fields. Each is its own type, and each has exactly one spelling: base64url, unpadded.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Characters of 32 bytes in unpadded base64url.
pub const HASH_CHARS: usize = 43;

/// Reads 32 bytes from their one base64url spelling: no padding, no loose bits.
#[must_use]
pub fn decode_hash(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0_u8; 32];
    if text.len() != HASH_CHARS {
        return None;
    }
    let written = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
    (written == bytes.len()).then_some(bytes)
}

macro_rules! hash_type {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 32]);

        impl $name {
            /// Wraps the 32 bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// Reads the one base64url spelling.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                decode_hash(text).map(Self)
            }

            /// Reads the 32 bytes as a database keeps them.
            #[must_use]
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                <[u8; 32]>::try_from(bytes).ok().map(Self)
            }

            /// The 32 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// The first eight bytes as an integer, for a small database index. Not unique:
            /// whoever looks up by it compares the whole afterwards.
            #[must_use]
            pub fn prefix(&self) -> i64 {
                let [a, b, c, d, e, f, g, h, ..] = self.0;
                i64::from_be_bytes([a, b, c, d, e, f, g, h])
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&URL_SAFE_NO_PAD.encode(self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($what, ":{}"), self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl serde::de::Visitor<'_> for Visitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("a ", $what, ", 43 characters of canonical base64url"))
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        $name::parse(text).ok_or_else(|| {
                            E::invalid_value(serde::de::Unexpected::Str(text), &self)
                        })
                    }
                }
                deserializer.deserialize_str(Visitor)
            }
        }
    };
}

hash_type!(
    /// The id of a record: SHA-256 over the ASCII bytes of the issuer-signed JWT.
    RecordId,
    "record id"
);
hash_type!(
    /// The name of a key: its RFC 7638 thumbprint (SHA-256 over the canonical JWK).
    Kid,
    "key thumbprint"
);
hash_type!(
    /// The digest of a sealed field: SHA-256 over the ASCII bytes of its disclosure (RFC 9901).
    Digest,
    "digest"
);
hash_type!(
    /// The SHA-256 of a picture or document kept beside the ledger.
    BlobHash,
    "blob hash"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = RecordId::from_bytes([0xA5; 32]);
        let text = id.to_string();
        assert_eq!(text.len(), HASH_CHARS);
        assert_eq!(RecordId::parse(&text), Some(id));
        assert_eq!(RecordId::parse(&format!("{text}=")), None, "padding");
        assert_eq!(
            RecordId::parse(&text.replace('p', "+")),
            None,
            "other alphabet"
        );
        // The last character carries four bits; the two loose ones must be zero.
        let mut loose = text.clone();
        let last = loose.pop().unwrap();
        assert_eq!(last, 'U');
        loose.push('V');
        assert_eq!(RecordId::parse(&loose), None, "loose bits");
    }
}
