//! The header. The profile fixes its bytes, so that a record has one header.

use super::error::RecordError;
use super::hashes::{HASH_CHARS, Kid};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The `typ` of every record.
pub const SIGNED_TYPE: &str = "shisu-record+sd-jwt";

/// The header up to the thumbprint.
const HEADER_HEAD: &str = r#"{"alg":"EdDSA","typ":"shisu-record+sd-jwt","kid":""#;
/// The header after the thumbprint.
const HEADER_TAIL: &str = r#""}"#;

/// Reads the key that a header names; a record has one header.
pub(super) fn read_header(header: &str) -> Result<Kid, RecordError> {
    let json = URL_SAFE_NO_PAD
        .decode(header)
        .map_err(|_loose| RecordError::NotCanonicalBase64 { part: "header" })?;
    let text =
        std::str::from_utf8(&json).map_err(|_bytes| RecordError::InvalidUtf8 { part: "header" })?;
    text.strip_prefix(HEADER_HEAD)
        .and_then(|rest| rest.strip_suffix(HEADER_TAIL))
        .and_then(Kid::parse)
        .ok_or_else(|| why_header(text))
}

/// The key that a record (`jwt~disclosure~…~`) says it is signed with. Nothing is verified: anybody
/// can name any key.
#[must_use]
pub fn signer_of(text: &str) -> Option<Kid> {
    let (header, _) = text.split_once('.')?;
    // The length of the one header there is; nothing longer is worth decoding.
    let chars = (HEADER_HEAD.len() + HASH_CHARS + HEADER_TAIL.len()) * 4;
    (header.len() == chars.div_ceil(3)).then(|| read_header(header).ok())?
}

/// Names what is wrong with a header that is not the one the profile fixes.
fn why_header(text: &str) -> RecordError {
    #[derive(serde::Deserialize)]
    struct Algorithm<'a> {
        #[serde(borrow)]
        alg: std::borrow::Cow<'a, str>,
    }
    match serde_json::from_str::<Algorithm<'_>>(text) {
        Ok(header) if header.alg != "EdDSA" => RecordError::Algorithm,
        Ok(_) => RecordError::HeaderMembers,
        Err(cause) => match RecordError::of_json(text.as_bytes(), "header", &cause) {
            RecordError::Malformed { .. } => RecordError::HeaderMembers,
            irregular => irregular,
        },
    }
}

/// The bytes of the header for `kid`.
pub(super) fn header_json(kid: &Kid) -> String {
    format!("{HEADER_HEAD}{kid}{HEADER_TAIL}")
}
