//! Keys: the public key as a JWK (RFC 8037), its thumbprint (RFC 7638), and the proof that its
//! holder has the private half.

use super::error::RecordError;
use super::hashes::{Kid, decode_hash};
use crate::core::ids::PartyId;
use crate::core::log::{Origin, torsion_free_key};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Name of the only curve.
const CURVE: &str = "Ed25519";
/// Name of the only key type.
const KEY_TYPE: &str = "OKP";

/// A public Ed25519 key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Jwk([u8; 32]);

impl Jwk {
    /// The public half of `key`.
    #[must_use]
    pub fn of(key: &SigningKey) -> Self {
        Self(key.verifying_key().to_bytes())
    }

    /// Wraps the 32 bytes of the point; nothing is checked until [`Jwk::verifying_key`].
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes of the point.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The thumbprint by which records name this key.
    #[must_use]
    pub fn kid(&self) -> Kid {
        let x = URL_SAFE_NO_PAD.encode(self.0);
        let canonical = format!(r#"{{"crv":"{CURVE}","kty":"{KEY_TYPE}","x":"{x}"}}"#);
        Kid::from_bytes(Sha256::digest(canonical.as_bytes()).into())
    }

    /// The key, if it is canonical and free of torsion.
    ///
    /// # Errors
    /// Refuses points with which one signature could fit two messages.
    pub fn verifying_key(&self) -> Result<VerifyingKey, RecordError> {
        torsion_free_key(&self.0).map_err(|_weak| RecordError::WeakKey)
    }
}

impl std::fmt::Debug for Jwk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Jwk({})", URL_SAFE_NO_PAD.encode(self.0))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JwkMembers<'a> {
    #[serde(borrow)]
    crv: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    kty: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    x: std::borrow::Cow<'a, str>,
}

impl Serialize for Jwk {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        JwkMembers {
            crv: CURVE.into(),
            kty: KEY_TYPE.into(),
            x: URL_SAFE_NO_PAD.encode(self.0).into(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Jwk {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = JwkMembers::deserialize(deserializer)?;
        if members.crv != CURVE || members.kty != KEY_TYPE {
            return Err(serde::de::Error::custom("key is not Ed25519"));
        }
        decode_hash(&members.x)
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("x is not 32 bytes of canonical base64url"))
    }
}

/// Signature of a new key over the log, the party and its own thumbprint: whoever enrols a key
/// shows that they have it, so that nobody can claim another's records as theirs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PossessionProof([u8; 64]);

impl PossessionProof {
    /// Makes the proof with the private key.
    #[must_use]
    pub fn sign(key: &SigningKey, log: &Origin, party: &PartyId) -> Self {
        let message = possession_message(log, party, &Jwk::of(key).kid());
        Self(key.sign(message.as_bytes()).to_bytes())
    }

    /// Checks the proof.
    ///
    /// # Errors
    /// Refuses weak keys and proofs made by another key or for another log or party.
    pub fn verify(&self, jwk: &Jwk, log: &Origin, party: &PartyId) -> Result<(), RecordError> {
        let message = possession_message(log, party, &jwk.kid());
        jwk.verifying_key()?
            .verify_strict(message.as_bytes(), &Signature::from_bytes(&self.0))
            .map_err(|_invalid| RecordError::PossessionProof)
    }
}

fn possession_message(log: &Origin, party: &PartyId, kid: &Kid) -> String {
    format!("shisu-key-possession/v1\n{log}\n{party}\n{kid}\n")
}

impl std::fmt::Debug for PossessionProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PossessionProof({})", URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl Serialize for PossessionProof {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl<'de> Deserialize<'de> for PossessionProof {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        decode_signature(&text)
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("proof is not 64 bytes of canonical base64url"))
    }
}

/// Reads 64 bytes from their one base64url spelling.
#[must_use]
pub fn decode_signature(text: &str) -> Option<[u8; 64]> {
    let mut bytes = [0_u8; 64];
    if text.len() != 86 {
        return None;
    }
    let written = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
    (written == bytes.len()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_is_that_of_rfc_8037_appendix_a3() {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let jwk: Jwk =
            serde_json::from_str(&format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#)).unwrap();
        assert_eq!(
            jwk.kid().to_string(),
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
        );
    }

    #[test]
    fn a_key_is_ed25519_and_nothing_else() {
        for bad in [
            r#"{"kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp"}"#,
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"secret"}"#,
        ] {
            assert!(serde_json::from_str::<Jwk>(bad).is_err(), "{bad}");
        }
    }
}
