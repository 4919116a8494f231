//! Making records. An author writes claims in the open form (what a holder of every disclosure
//! sees); this seals the fields that their type seals, and signs. Salts come from outside, since
//! the core knows no randomness.

use super::body::RecordType;
use super::error::RecordError;
use super::header::header_json;
use super::keys::Jwk;
use super::payload::{FORMAT_VERSION, SD_ALG};
use super::reader::{Completeness, Record};
use super::sealed::{MOVE_FIELDS, SealedField, disclosure_digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Map, Value, json};

/// A salt for one sealed field: 128 random bits.
pub type Salt = [u8; 16];

/// Seals and signs `claims` (the open form: every sealed field in its place by name, without
/// `v`, `_sd` and `_sd_alg`), and reads the result back as strictly as any node will.
///
/// # Errors
/// Whatever a node would refuse in the result.
pub fn sign(
    claims: Value,
    key: &SigningKey,
    salt: &mut dyn FnMut() -> Salt,
) -> Result<Record, RecordError> {
    let (payload, disclosures) = seal(claims, salt)?;
    let header = URL_SAFE_NO_PAD.encode(header_json(&Jwk::of(key).kid()));
    let body = URL_SAFE_NO_PAD.encode(payload.to_string());
    let input = format!("{header}.{body}");
    let signature = URL_SAFE_NO_PAD.encode(key.sign(input.as_bytes()).to_bytes());
    let jwt = format!("{input}.{signature}");
    let parts: Vec<&str> = disclosures.iter().map(String::as_str).collect();
    Record::from_parts(&jwt, &parts, Completeness::Complete)
}

/// Seals the fields that the type of `claims` seals: the payload to sign, and the disclosures.
///
/// # Errors
/// Refuses what is not an object with a known type.
pub fn seal(
    claims: Value,
    salt: &mut dyn FnMut() -> Salt,
) -> Result<(Value, Vec<String>), RecordError> {
    let Value::Object(mut members) = claims else {
        return Err(malformed("claims must be an object"));
    };
    let kind = members
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let kind = RecordType::from_code(kind).ok_or_else(|| RecordError::UnknownType(kind.into()))?;
    let mut disclosures = Vec::new();
    if let Some(Value::Array(lines)) = members.get_mut("moves") {
        for line in lines {
            let Value::Object(line) = line else {
                return Err(malformed("a line must be an object"));
            };
            seal_members(line, MOVE_FIELDS.iter(), salt, &mut disclosures);
        }
    }
    let Some(Value::Object(body)) = members.get_mut("body") else {
        return Err(malformed("body must be an object"));
    };
    seal_members(
        body,
        kind.sealed_fields().iter().copied(),
        salt,
        &mut disclosures,
    );
    members.insert("v".into(), json!(FORMAT_VERSION));
    members.insert("_sd_alg".into(), json!(SD_ALG));
    Ok((Value::Object(members), disclosures))
}

fn seal_members(
    members: &mut Map<String, Value>,
    fields: impl Iterator<Item = &'static SealedField>,
    salt: &mut dyn FnMut() -> Salt,
    disclosures: &mut Vec<String>,
) {
    let mut digests = Vec::new();
    for field in fields {
        let value = members.remove(field.name).unwrap_or(Value::Null);
        let salted = json!([URL_SAFE_NO_PAD.encode(salt()), field.name, value]);
        let disclosure = URL_SAFE_NO_PAD.encode(salted.to_string());
        digests.push(Value::String(disclosure_digest(&disclosure).to_string()));
        disclosures.push(disclosure);
    }
    if !digests.is_empty() {
        members.insert("_sd".into(), Value::Array(digests));
    }
}

fn malformed(cause: &str) -> RecordError {
    RecordError::Malformed {
        part: "payload",
        cause: cause.into(),
    }
}
