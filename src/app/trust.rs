//! Which servers are believed by those who ask one: the certificates of the system, or those of a
//! file in their place.

use super::error::AppError;
use super::files::read_bounded;
use std::path::Path;
use std::sync::Arc;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Bytes of a file of certificates at most.
const CERTIFICATES_BYTES_MAX: u64 = 1 << 20;

/// TLS for a client; without it nothing is read that only it needs.
pub(super) fn in_servers(ca: Option<&Path>, is_secure: bool) -> Result<TlsConfig, AppError> {
    let roots = match ca {
        Some(path) => certificates(path)?,
        None if is_secure => of_the_system(),
        None => Vec::new(),
    };
    let crypto = Arc::new(rustls::crypto::ring::default_provider());
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(roots)))
        .unversioned_rustls_crypto_provider(crypto)
        .build())
}

/// The certificates that the system believes; if it has none, no server is believed.
fn of_the_system() -> Vec<Certificate<'static>> {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "a certificate of the system cannot be read");
    }
    let owned = |certificate: &[u8]| Certificate::from_der(certificate).to_owned();
    found
        .certs
        .iter()
        .map(|certificate| owned(certificate))
        .collect()
}

fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>, AppError> {
    let pem = read_bounded(path, CERTIFICATES_BYTES_MAX)?.unwrap_or_default();
    let found: Vec<Certificate<'static>> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if found.is_empty() {
        let why = format!("{}: 没有证书 / no certificates", path.display());
        return Err(AppError::Input(why));
    }
    Ok(found)
}
