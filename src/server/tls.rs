//! TLS: certificate and key from PEM files, by rustls.

use crate::app::AppError;
use crate::app::config::Tls;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::Arc;

/// How the server speaks TLS (1.2 and 1.3).
///
/// # Errors
/// Files that cannot be read, or that hold no certificate and key that belong together.
pub fn config(files: &Tls) -> Result<ServerConfig, AppError> {
    let certificates = CertificateDer::pem_file_iter(&files.certificates)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|cause| unfit(&files.certificates, &cause))?;
    let key =
        PrivateKeyDer::from_pem_file(&files.key).map_err(|cause| unfit(&files.key, &cause))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_no_client_auth()
                .with_single_cert(certificates, key)
        })
        .map_err(|cause| unfit(&files.certificates, &cause))
}

fn unfit(path: &Path, cause: &dyn std::fmt::Display) -> AppError {
    AppError::Input(format!("{}: {cause}", path.display()))
}
