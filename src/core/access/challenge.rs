//! Signing in: what a server asks somebody to sign, and how it knows its own challenge again.
//!
//! A challenge is a text that names its purpose, the log, the key and its last moment. The server
//! keeps nothing: a MAC with a secret of the node says that the challenge is its own. The text
//! can be no record (a record's signing input is base64url and a dot), no checkpoint (whose
//! second line is a number) and no proof of possession (whose first line is another).

use crate::core::log::Origin;
use crate::core::record::{Jwk, Kid, RecordError};
use crate::core::text::{Bilingual, Explain};
use crate::core::time::UnixSeconds;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::Signature;
use sha2::{Digest as _, Sha256};

/// The first line of every challenge.
pub const SIGN_IN_DOMAIN: &str = "shisu-sign-in/v1";

/// Seconds for which a challenge may be answered.
pub const CHALLENGE_WAIT_S: u64 = 60;

/// Bytes of a challenge at most; an origin is the longest part.
const CHALLENGE_BYTES_MAX: usize = 1_024;

/// Bytes of the block of SHA-256, as HMAC needs it (RFC 2104).
const BLOCK_BYTES: usize = 64;

/// Why a challenge or its answer is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeError {
    /// It is not one of ours: another form, another log, or altered.
    #[error("not a challenge of this log")]
    Foreign,
    /// Its time is over.
    #[error("the challenge has expired")]
    Expired,
    /// The answer is not the signature of the key that the challenge names.
    #[error("the signature does not fit")]
    Signature,
}

impl Explain for ChallengeError {
    fn code(&self) -> &'static str {
        match self {
            Self::Foreign => "challenge_foreign",
            Self::Expired => "challenge_expired",
            Self::Signature => "sign_in_failed",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::Foreign => "不是本日志发出的挑战",
            Self::Expired => "挑战已过期",
            Self::Signature => "签名不符",
        };
        Bilingual::new(zh, self.to_string())
    }
}

/// What somebody signs to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// The log they sign in to.
    pub log: Origin,
    /// The key they sign in with.
    pub kid: Kid,
    /// The last moment.
    pub expires: UnixSeconds,
    /// Makes it unlike every other one.
    pub nonce: [u8; 32],
}

impl Challenge {
    /// A challenge that holds from `now` on.
    #[must_use]
    pub fn new(log: Origin, kid: Kid, now: UnixSeconds, nonce: [u8; 32]) -> Self {
        Self {
            log,
            kid,
            expires: now.plus(CHALLENGE_WAIT_S),
            nonce,
        }
    }

    /// The text to sign, every byte of it, with the MAC by which `secret` knows it again.
    #[must_use]
    pub fn text(&self, secret: &[u8; 32]) -> String {
        let said = self.said();
        let mac = URL_SAFE_NO_PAD.encode(hmac_sha256(secret, said.as_bytes()));
        format!("{said}mac: {mac}\n")
    }

    fn said(&self) -> String {
        let Self {
            log,
            kid,
            expires,
            nonce,
        } = self;
        let nonce = URL_SAFE_NO_PAD.encode(nonce);
        let expires = expires.get();
        format!("{SIGN_IN_DOMAIN}\nlog: {log}\nkey: {kid}\nexpires: {expires}\nnonce: {nonce}\n")
    }

    /// Reads a challenge that this node made for `log`.
    ///
    /// # Errors
    /// One that is not ours, or whose time is over.
    pub fn read(
        text: &str,
        log: &Origin,
        secret: &[u8; 32],
        now: UnixSeconds,
    ) -> Result<Self, ChallengeError> {
        let challenge = Self::parse(text, log).ok_or(ChallengeError::Foreign)?;
        // Written again it must be the same text, so that a challenge has one spelling.
        if !same(challenge.text(secret).as_bytes(), text.as_bytes()) {
            return Err(ChallengeError::Foreign);
        }
        if now > challenge.expires {
            return Err(ChallengeError::Expired);
        }
        Ok(challenge)
    }

    fn parse(text: &str, log: &Origin) -> Option<Self> {
        if text.len() > CHALLENGE_BYTES_MAX {
            return None;
        }
        let rest = text.strip_prefix(SIGN_IN_DOMAIN)?;
        let rest = rest.strip_prefix("\nlog: ")?;
        let rest = rest.strip_prefix(log.as_str())?;
        let (kid, rest) = rest.strip_prefix("\nkey: ")?.split_once("\nexpires: ")?;
        let (expires, rest) = rest.split_once("\nnonce: ")?;
        let (nonce, _mac) = rest.split_once("\nmac: ")?;
        Some(Self {
            log: log.clone(),
            kid: Kid::parse(kid)?,
            expires: UnixSeconds::new(expires.parse().ok()?)?,
            nonce: crate::core::record::decode_hash(nonce)?,
        })
    }

    /// Checks the answer: the signature of the key that the challenge names, over the whole text.
    ///
    /// # Errors
    /// Another key, a weak key, or a signature that does not fit.
    pub fn verify(
        &self,
        text: &str,
        jwk: &Jwk,
        signature: &[u8; 64],
    ) -> Result<(), ChallengeError> {
        let key = jwk.verifying_key();
        let key = key.map_err(|_weak: RecordError| ChallengeError::Signature)?;
        key.verify_strict(text.as_bytes(), &Signature::from_bytes(signature))
            .map_err(|_invalid| ChallengeError::Signature)?;
        match jwk.kid() == self.kid {
            true => Ok(()),
            false => Err(ChallengeError::Signature),
        }
    }
}

/// Whether two texts are the same, in a time that tells nothing about where they differ.
fn same(one: &[u8], other: &[u8]) -> bool {
    let differences = one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b));
    one.len() == other.len() && differences == 0
}

/// HMAC-SHA-256 (RFC 2104) with a key of 32 bytes.
fn hmac_sha256(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let pad = |with: u8| {
        let mut block = [with; BLOCK_BYTES];
        for (byte, key) in block.iter_mut().zip(key) {
            *byte ^= key;
        }
        block
    };
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message);
    let outer = Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner.finalize());
    outer.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signer as _, SigningKey};

    const SECRET: [u8; 32] = [7; 32];

    fn now() -> UnixSeconds {
        UnixSeconds::new(1_795_312_800).unwrap()
    }

    fn log(name: &str) -> Origin {
        Origin::new(name).unwrap()
    }

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    fn challenge() -> Challenge {
        let kid = Jwk::of(&key(1)).kid();
        Challenge::new(log("zhejiang.example/log"), kid, now(), [9; 32])
    }

    #[test]
    fn the_mac_is_that_of_rfc_4231() {
        // Test case 1 and 2 have short keys, which HMAC fills with zeros.
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        let hex: String = hmac_sha256(&key, b"Hi There")
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            hex,
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let hex: String = hmac_sha256(&key, b"what do ya want for nothing?")
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            hex,
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn whoever_signs_the_text_with_the_key_it_names_is_let_in() {
        let text = challenge().text(&SECRET);
        let read = Challenge::read(&text, &log("zhejiang.example/log"), &SECRET, now()).unwrap();
        assert_eq!(read, challenge());
        let signature = key(1).sign(text.as_bytes()).to_bytes();
        assert_eq!(read.verify(&text, &Jwk::of(&key(1)), &signature), Ok(()));
    }

    #[test]
    fn another_keys_signature_does_not_fit() {
        let text = challenge().text(&SECRET);
        let signature = key(2).sign(text.as_bytes()).to_bytes();
        for jwk in [Jwk::of(&key(1)), Jwk::of(&key(2))] {
            let refused = challenge().verify(&text, &jwk, &signature);
            assert_eq!(refused, Err(ChallengeError::Signature));
        }
    }

    #[test]
    fn a_challenge_is_for_one_log_one_node_and_one_minute() {
        let text = challenge().text(&SECRET);
        let read = |log_name: &str, secret: &[u8; 32], at: UnixSeconds| {
            Challenge::read(&text, &log(log_name), secret, at).map(drop)
        };
        let home = "zhejiang.example/log";
        assert_eq!(read(home, &SECRET, now().plus(60)), Ok(()));
        assert_eq!(
            read(home, &SECRET, now().plus(61)),
            Err(ChallengeError::Expired)
        );
        for (log_name, secret) in [
            ("jiangsu.example/log", SECRET),
            ("zhejiang.example/lo", SECRET),
            (home, [8; 32]),
        ] {
            assert_eq!(read(log_name, &secret, now()), Err(ChallengeError::Foreign));
        }
    }

    #[test]
    fn no_altered_byte_is_accepted() {
        let text = challenge().text(&SECRET);
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(altered) = String::from_utf8(bytes) else {
                continue;
            };
            let read = Challenge::read(&altered, &log("zhejiang.example/log"), &SECRET, now());
            assert_eq!(read, Err(ChallengeError::Foreign), "byte {at}");
        }
    }

    #[test]
    fn what_is_signed_to_sign_in_is_no_record_and_no_checkpoint() {
        let text = challenge().text(&SECRET);
        let signed = format!("{text}~");
        let read =
            crate::core::record::Record::parse(&signed, crate::core::record::Completeness::Partial);
        assert!(read.is_err());
        assert!(crate::core::log::Checkpoint::parse(&text).is_err());
        assert!(!text.starts_with("shisu-key-possession/"));
    }

    proptest::proptest! {
        #[test]
        fn no_input_makes_the_reader_panic(text in "\\PC*") {
            let _ = Challenge::read(&text, &log("zhejiang.example/log"), &SECRET, now());
        }
    }
}
