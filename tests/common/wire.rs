//! A record taken apart, so that each of its parts can be made wrong before it is signed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::Value;
use shisu::core::record::Jwk;
use shisu::core::record::sealed::disclosure_digest;

/// The parts of a record before they are encoded and signed.
#[derive(Debug, Clone)]
pub struct Wire {
    /// JSON of the header.
    pub header: String,
    /// Bytes of the payload.
    pub payload: Vec<u8>,
    /// Disclosures as they travel.
    pub disclosures: Vec<String>,
    /// The key that signs.
    pub key: SigningKey,
}

impl Wire {
    /// The parts as an honest author writes them.
    pub fn new(key: &SigningKey, payload: &Value, disclosures: Vec<String>) -> Self {
        Self {
            header: header(key),
            payload: payload.to_string().into_bytes(),
            disclosures,
            key: key.clone(),
        }
    }

    /// The whole, signed.
    pub fn sign(&self) -> String {
        let header = URL_SAFE_NO_PAD.encode(&self.header);
        let payload = URL_SAFE_NO_PAD.encode(&self.payload);
        self.sign_input(&format!("{header}.{payload}"))
    }

    /// The whole with this text in place of header and payload.
    pub fn sign_input(&self, input: &str) -> String {
        let signature = self.key.sign(input.as_bytes()).to_bytes();
        let mut text = format!("{input}.{}~", URL_SAFE_NO_PAD.encode(signature));
        for disclosure in &self.disclosures {
            text.push_str(disclosure);
            text.push('~');
        }
        text
    }

    /// Replaces `from`, which must be there, in the JSON of the payload.
    pub fn replace(mut self, from: &str, to: &str) -> Self {
        let payload = String::from_utf8(self.payload).unwrap();
        assert!(payload.contains(from), "{from} is not in {payload}");
        self.payload = payload.replacen(from, to, 1).into_bytes();
        self
    }

    /// The JSON of disclosure `i`.
    pub fn disclosure(&self, i: usize) -> String {
        String::from_utf8(URL_SAFE_NO_PAD.decode(&self.disclosures[i]).unwrap()).unwrap()
    }

    /// Writes other JSON into disclosure `i`, and its digest into the payload.
    pub fn disclose(self, i: usize, json: &str) -> Self {
        self.disclose_as(i, &URL_SAFE_NO_PAD.encode(json))
    }

    /// Puts `text` in place of disclosure `i`, and its digest into the payload.
    pub fn disclose_as(mut self, i: usize, text: &str) -> Self {
        let old = std::mem::replace(&mut self.disclosures[i], text.to_owned());
        let new = disclosure_digest(text).to_string();
        self.replace(&disclosure_digest(&old).to_string(), &new)
    }
}

/// The header that the profile fixes for `key`.
pub fn header(key: &SigningKey) -> String {
    let kid = Jwk::of(key).kid();
    format!(r#"{{"alg":"EdDSA","typ":"shisu-record+sd-jwt","kid":"{kid}"}}"#)
}
