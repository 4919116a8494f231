//! Private keys on disk: one JWK (RFC 8037) a file, readable by its owner alone.

use super::error::AppError;
use crate::core::record::{Jwk, decode_hash};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;

/// Makes a key from the operating system's randomness.
///
/// # Errors
/// When the operating system has none to give.
pub fn generate() -> Result<SigningKey, AppError> {
    let mut seed = [0_u8; 32];
    getrandom::fill(&mut seed).map_err(|cause| AppError::Randomness(cause.to_string()))?;
    Ok(SigningKey::from_bytes(&seed))
}

/// Sixteen random bytes for one sealed field.
///
/// # Errors
/// When the operating system has none to give.
pub fn salt() -> Result<[u8; 16], AppError> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|cause| AppError::Randomness(cause.to_string()))?;
    Ok(salt)
}

/// Random bytes for a secret.
///
/// # Errors
/// When the operating system has none to give.
pub fn random<const N: usize>() -> Result<[u8; N], AppError> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|cause| AppError::Randomness(cause.to_string()))?;
    Ok(bytes)
}

/// A random number, for what is no secret.
///
/// # Errors
/// When the operating system has none to give.
pub fn random_u64() -> Result<u64, AppError> {
    getrandom::u64().map_err(|cause| AppError::Randomness(cause.to_string()))
}

/// Writes a private key to a new file that only its owner can read.
///
/// # Errors
/// When the file exists already or cannot be written.
pub fn write(path: &Path, key: &SigningKey) -> Result<(), AppError> {
    let jwk = serde_json::to_value(Jwk::of(key)).unwrap_or_default();
    let mut members = json!({ "d": URL_SAFE_NO_PAD.encode(key.to_bytes()) });
    if let (Value::Object(members), Value::Object(public)) = (&mut members, jwk) {
        members.extend(public);
    }
    let failed = |cause| AppError::file(path, cause);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path).map_err(failed)?;
    file.write_all(format!("{members}\n").as_bytes())
        .map_err(failed)?;
    file.sync_all().map_err(failed)
}

/// Reads a private key.
///
/// # Errors
/// When the file cannot be read or holds no Ed25519 key, or one whose halves do not fit.
pub fn read(path: &Path) -> Result<SigningKey, AppError> {
    let text = std::fs::read_to_string(path).map_err(|cause| AppError::file(path, cause))?;
    parse(&text).ok_or_else(|| AppError::KeyFile {
        path: path.to_path_buf(),
    })
}

fn parse(text: &str) -> Option<SigningKey> {
    let Value::Object(mut members) = serde_json::from_str(text).ok()? else {
        return None;
    };
    let secret = decode_hash(members.remove("d")?.as_str()?)?;
    let public: Jwk = serde_json::from_value(Value::Object(members)).ok()?;
    let key = SigningKey::from_bytes(&secret);
    (Jwk::of(&key) == public).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_private_and_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.jwk");
        let key = generate().unwrap();
        write(&path, &key).unwrap();
        assert_eq!(read(&path).unwrap().to_bytes(), key.to_bytes());
        assert!(write(&path, &key).is_err(), "exists");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(
                std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
    }

    #[test]
    fn a_key_file_with_halves_that_do_not_fit_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.jwk");
        write(&path, &generate().unwrap()).unwrap();
        let mine: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let other = Jwk::of(&generate().unwrap());
        let mut forged = serde_json::to_value(other).unwrap();
        forged["d"] = mine["d"].clone();
        std::fs::write(&path, forged.to_string()).unwrap();
        assert!(matches!(read(&path), Err(AppError::KeyFile { .. })));
    }
}
