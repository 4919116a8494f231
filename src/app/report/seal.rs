//! How to reach whoever made a report, sealed on arrival: HPKE (RFC 9180) in base mode with
//! DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305. The server has only the public
//! half of the key; whoever steals its disk reads no contact. What is sealed is bound to the number
//! of its report.

use crate::app::AppError;
use crate::app::files::set_mode;
use crate::core::report::{ReportError, ReportNo};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use serde::Deserialize;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

type Kem = X25519HkdfSha256;

/// What binds a sealed contact to its use.
const INFO: &[u8] = b"shisu-report-contact/v1";

/// Bytes of a key, and of what precedes the sealed bytes.
const KEY_BYTES: usize = 32;

/// Who may read the private half: its owner.
const PRIVATE_MODE: u32 = 0o600;

/// The public half: what the server seals to. In the configuration it is written in base64url.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ContactKey([u8; KEY_BYTES]);

/// The private half, which is kept apart from the server.
pub struct ContactSecret([u8; KEY_BYTES]);

fn key_bytes(text: &str) -> Result<[u8; KEY_BYTES], ReportError> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim());
    let bytes = bytes.map_err(|_bad| ReportError::BadKey)?;
    <[u8; KEY_BYTES]>::try_from(bytes).map_err(|_length| ReportError::BadKey)
}

impl TryFrom<String> for ContactKey {
    type Error = ReportError;

    fn try_from(text: String) -> Result<Self, ReportError> {
        let bytes = key_bytes(&text)?;
        <Kem as hpke::Kem>::PublicKey::from_bytes(&bytes).map_err(|_bad| ReportError::BadKey)?;
        Ok(Self(bytes))
    }
}

impl std::fmt::Display for ContactKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl ContactKey {
    /// Seals how to reach somebody: 32 bytes of a key of the moment, then what is sealed.
    ///
    /// # Errors
    /// The key is none.
    pub fn seal(&self, number: &ReportNo, contact: &str) -> Result<Vec<u8>, ReportError> {
        let key = <Kem as hpke::Kem>::PublicKey::from_bytes(&self.0);
        let key = key.map_err(|_bad| ReportError::BadKey)?;
        let sealed = hpke::single_shot_seal::<ChaCha20Poly1305, HkdfSha256, Kem>(
            &OpModeS::Base,
            &key,
            INFO,
            contact.as_bytes(),
            number.as_str().as_bytes(),
        );
        let (moment, sealed) = sealed.map_err(|_bad| ReportError::BadKey)?;
        let mut bytes = moment.to_bytes().to_vec();
        bytes.extend(sealed);
        Ok(bytes)
    }
}

impl ContactSecret {
    /// Makes a new key.
    ///
    /// # Errors
    /// The system has no randomness.
    pub fn generate() -> Result<Self, AppError> {
        let mut seed = [0_u8; KEY_BYTES];
        getrandom::fill(&mut seed).map_err(|cause| AppError::Randomness(cause.to_string()))?;
        let (secret, _) = Kem::derive_keypair(&seed);
        Ok(Self(secret.to_bytes().into()))
    }

    /// Reads a key as [`text`](Self::text) writes it.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, ReportError> {
        Ok(Self(key_bytes(text)?))
    }

    /// The key as text, for a file that nobody else reads.
    #[must_use]
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Writes the key to a new file that nobody else reads.
    ///
    /// # Errors
    /// The file is there already, or cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), AppError> {
        let failed = |cause| AppError::file(path, cause);
        let mut file = File::create_new(path).map_err(failed)?;
        set_mode(path, PRIVATE_MODE)?;
        writeln!(file, "{}", self.text()).map_err(failed)?;
        file.sync_all().map_err(failed)
    }

    fn key(&self) -> Result<<Kem as hpke::Kem>::PrivateKey, ReportError> {
        let key = <Kem as hpke::Kem>::PrivateKey::from_bytes(&self.0);
        key.map_err(|_bad| ReportError::BadKey)
    }

    /// The public half.
    ///
    /// # Errors
    /// The key is none.
    pub fn public(&self) -> Result<ContactKey, ReportError> {
        Ok(ContactKey(Kem::sk_to_pk(&self.key()?).to_bytes().into()))
    }

    /// Opens what was sealed for this report.
    ///
    /// # Errors
    /// It was sealed to another key or for another report, or was altered.
    pub fn open(&self, number: &ReportNo, sealed: &[u8]) -> Result<String, ReportError> {
        let (moment, sealed) = sealed
            .split_at_checked(KEY_BYTES)
            .ok_or(ReportError::BadKey)?;
        let moment = <Kem as hpke::Kem>::EncappedKey::from_bytes(moment);
        let opened = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, Kem>(
            &OpModeR::Base,
            &self.key()?,
            &moment.map_err(|_bad| ReportError::BadKey)?,
            INFO,
            sealed,
            number.as_str().as_bytes(),
        );
        let opened = opened.map_err(|_bad| ReportError::BadKey)?;
        String::from_utf8(opened).map_err(|_bad| ReportError::BadKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_key_that_is_kept_apart_opens_a_contact_and_only_of_its_report() {
        let secret = ContactSecret::generate().unwrap();
        let key = ContactKey::try_from(secret.public().unwrap().to_string()).unwrap();
        let number = ReportNo::parse("JB20261122-7K3M9QXA0BCD").unwrap();
        let sealed = key.seal(&number, "130 0000 0000").unwrap();
        assert!(!String::from_utf8_lossy(&sealed).contains("130"));
        let again = ContactSecret::parse(&secret.text()).unwrap();
        assert_eq!(again.open(&number, &sealed).unwrap(), "130 0000 0000");
        let other = ReportNo::parse("JB20261122-7K3M9QXA0BCE").unwrap();
        assert_eq!(secret.open(&other, &sealed), Err(ReportError::BadKey));
        let stranger = ContactSecret::generate().unwrap();
        assert_eq!(stranger.open(&number, &sealed), Err(ReportError::BadKey));
        assert_eq!(
            secret.open(&number, &sealed[..20]),
            Err(ReportError::BadKey)
        );
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for bad in ["", "x", &"A".repeat(42)] {
            assert!(ContactKey::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
