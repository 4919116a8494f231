//! What all vectors share: keys, salts, spellings, and the files themselves.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use shisu::core::record::Jwk;
use std::path::PathBuf;

/// The log the vectors are written for.
pub const LOG: &str = "zhejiang.shisu.example/log";

/// Largest file of vectors in bytes.
const FILE_BYTES_MAX: usize = 1_000_000;

/// The private key whose seed is SHA-256 of `name`.
pub fn key(name: &str) -> SigningKey {
    SigningKey::from_bytes(&Sha256::digest(name.as_bytes()).into())
}

/// The salts of a record: the first 16 bytes of SHA-256 of `salt <record> <number>`.
pub fn salts(record: &str) -> impl FnMut() -> [u8; 16] {
    let (record, mut number) = (record.to_owned(), 0);
    move || {
        number += 1;
        let digest: [u8; 32] = Sha256::digest(format!("salt {record} {number}")).into();
        *digest.first_chunk().unwrap()
    }
}

/// Bytes in base64url without padding, as records spell them.
pub fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Bytes in base64 with padding, as notes spell them.
pub fn base64(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

/// The bytes of base64 with padding.
pub fn of_base64(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap()
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|b| format!("{b:02x}")).collect()
}

/// The bytes that hexadecimal spells.
pub fn of_hex(text: &str) -> Vec<u8> {
    let digits = |at: usize| u8::from_str_radix(part(text, at..at + 2), 16).unwrap();
    (0..text.len()).step_by(2).map(digits).collect()
}

/// The public half of `key` as vectors give it.
pub fn jwk(key: &SigningKey) -> Value {
    json!(Jwk::of(key))
}

/// The header that the profile fixes for `kid`.
pub fn header(kid: &str) -> String {
    format!(r#"{{"alg":"EdDSA","typ":"shisu-record+sd-jwt","kid":"{kid}"}}"#)
}

/// Signs any bytes as header and payload and joins the disclosures, without judging anything.
pub fn sign_raw(header: &[u8], payload: &[u8], key: &SigningKey, disclosures: &[String]) -> String {
    let input = format!("{}.{}", base64url(header), base64url(payload));
    let signature = base64url(key.sign(input.as_bytes()).to_bytes());
    join(&format!("{input}.{signature}"), disclosures)
}

/// An issuer-signed JWT and its disclosures as they travel.
pub fn join(jwt: &str, disclosures: &[String]) -> String {
    let mut text = format!("{jwt}~");
    for disclosure in disclosures {
        text.push_str(disclosure);
        text.push('~');
    }
    text
}

/// `text` with `from`, which must stand in it once, replaced.
pub fn replaced(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "{from} in {text}");
    text.replacen(from, to, 1)
}

/// Part of an ASCII text.
pub fn part(text: &str, range: impl std::slice::SliceIndex<str, Output = str>) -> &str {
    text.get(range).unwrap()
}

/// A file of the repository.
pub fn repository_file(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares `vectors` with the file of this name byte for byte, or writes the file if asked to.
pub fn settle(file: &str, vectors: &Value) {
    let path = repository_file("fixtures/vectors").join(file);
    let text = format!("{}\n", serde_json::to_string_pretty(vectors).unwrap());
    assert!(text.len() <= FILE_BYTES_MAX, "{file}: {} bytes", text.len());
    if std::env::var_os("SHISU_UPDATE_VECTORS").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &text).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let same = text.lines().zip(kept.lines()).take_while(|(a, b)| a == b);
    assert!(
        text == kept,
        "{file} differs from what is made now, first at line {}; \
         SHISU_UPDATE_VECTORS=1 writes it anew",
        same.count() + 1
    );
}

/// Asserts that no two vectors of one list have one name.
pub fn assert_names_are_unique(lists: &[&[Value]]) {
    for list in lists {
        let mut names: Vec<&str> = list.iter().map(|v| v["name"].as_str().unwrap()).collect();
        names.sort_unstable();
        let twice: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}

/// A signature with the order of the group added to its S: the same number, a second spelling.
pub fn raised(signature: &[u8]) -> Vec<u8> {
    let order = of_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let mut out = signature.to_vec();
    let mut carry = 0;
    for (byte, add) in out[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = u8::try_from(sum & 0xff).unwrap();
        carry = sum >> 8;
    }
    out
}
