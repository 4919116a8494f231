//! Where a log is read from: a server, or a folder of published files.

use super::fault::Fault;
use crate::app::AppError;
use crate::app::tiles::CHECKPOINT_PATH;
use crate::core::log::note::NOTE_BYTES_MAX;
use crate::core::log::tile::{ENTRY_BYTES_MAX, TILE_BYTES, TILE_WIDTH, TileKind};
use crate::core::log::{SignedCheckpoint, TilePath};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Longest wait for a checkpoint, which is short. A monitor looks every second and says within
/// five what is wrong.
const CHECKPOINT_MAX: Duration = Duration::from_secs(2);

/// Longest wait for a tile.
const TILE_MAX: Duration = Duration::from_secs(3);

/// Redirections that are followed at most.
const REDIRECTS_MAX: u32 = 3;

/// Bytes of a file of certificates at most.
const CERTIFICATES_BYTES_MAX: u64 = 1 << 20;

/// A place where a log can be read.
#[derive(Debug)]
pub(in crate::app) enum Source {
    /// A server, by the address below which the files are.
    Http {
        /// Keeps connections.
        agent: Box<ureq::Agent>,
        /// Address without a slash at the end.
        base: String,
    },
    /// A folder.
    Folder(PathBuf),
}

/// Why a file was not got.
enum Failed {
    Missing,
    Refused(u16),
    Gone(String),
}

impl Source {
    /// Reads `place` as an address (`http://`, `https://`) or else as a folder. Servers are
    /// believed if the system's certificates vouch for them, or those in the file `ca`.
    pub(in crate::app) fn open(place: &str, ca: Option<&Path>) -> Result<Self, AppError> {
        if !place.starts_with("http://") && !place.starts_with("https://") {
            let path = place.strip_prefix("file://").unwrap_or(place);
            return Ok(Self::Folder(PathBuf::from(path)));
        }
        if place.contains(['?', '#', '@', ' ']) {
            let why =
                "address of a log: no user, query or fragment / 日志地址不能含用户、查询或片段";
            return Err(AppError::Input(why.into()));
        }
        let roots = match ca {
            Some(path) => certificates(path)?,
            None if place.starts_with("https://") => of_the_system(),
            None => Vec::new(),
        };
        let crypto = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .unversioned_rustls_crypto_provider(crypto)
            .build();
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(TILE_MAX))
            .max_redirects(REDIRECTS_MAX)
            .http_status_as_error(false)
            .user_agent(concat!("shisu/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls)
            .build();
        Ok(Self::Http {
            agent: Box::new(config.into()),
            base: place.trim_end_matches('/').to_owned(),
        })
    }

    /// The checkpoint; nothing of it is checked but its form.
    pub(in crate::app) fn checkpoint(&self) -> Result<SignedCheckpoint, Fault> {
        let bytes = match self.get(CHECKPOINT_PATH, NOTE_BYTES_MAX) {
            Ok(bytes) => bytes,
            Err(Failed::Missing) => return Err(Fault::CheckpointMissing),
            Err(Failed::Refused(status)) => return Err(Fault::Gone(format!("status {status}"))),
            Err(Failed::Gone(reason)) => return Err(Fault::Gone(reason)),
        };
        // What is no text has no three lines either.
        let text = String::from_utf8(bytes).unwrap_or_default();
        SignedCheckpoint::parse(&text).map_err(Fault::CheckpointUnreadable)
    }

    /// The bytes of a tile; for a partial one that is gone, those of the full one, as C2SP says.
    pub(super) fn tile(&self, path: TilePath) -> Result<Vec<u8>, Fault> {
        let max = match path.kind() {
            TileKind::Hashes(_) => TILE_BYTES,
            TileKind::Entries => usize::from(TILE_WIDTH) * (ENTRY_BYTES_MAX + 2),
        };
        let found = match self.get(&path.to_string(), max) {
            Err(Failed::Missing) if !path.is_full() => self.get(&path.full().to_string(), max),
            found => found,
        };
        found.map_err(|failed| match failed {
            Failed::Missing => Fault::TileMissing(path),
            Failed::Refused(status) => Fault::TileRefused { path, status },
            Failed::Gone(reason) => Fault::Gone(reason),
        })
    }

    fn get(&self, path: &str, max: usize) -> Result<Vec<u8>, Failed> {
        let max = u64::try_from(max).unwrap_or(u64::MAX);
        match self {
            Self::Http { agent, base } => get_http(agent, &format!("{base}/{path}"), max),
            Self::Folder(folder) => get_file(&folder.join(path), max),
        }
    }
}

fn get_http(agent: &ureq::Agent, url: &str, max: u64) -> Result<Vec<u8>, Failed> {
    let gone = |cause: ureq::Error| Failed::Gone(cause.to_string());
    let mut request = agent.get(url).config();
    if url.ends_with(CHECKPOINT_PATH) {
        request = request.timeout_global(Some(CHECKPOINT_MAX));
    }
    let mut answer = request.build().call().map_err(gone)?;
    match answer.status().as_u16() {
        200 => answer
            .body_mut()
            .with_config()
            // Reading past the end is how the end is found.
            .limit(max.saturating_add(1))
            .read_to_vec()
            .map_err(gone),
        404 | 410 => Err(Failed::Missing),
        status @ (401 | 403) => Err(Failed::Refused(status)),
        status => Err(Failed::Gone(format!("status {status}"))),
    }
}

fn get_file(path: &Path, max: u64) -> Result<Vec<u8>, Failed> {
    let file = std::fs::File::open(path).map_err(|cause| match cause.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Failed::Missing,
        _ => Failed::Gone(cause.to_string()),
    })?;
    let mut bytes = Vec::new();
    // One byte more, so that what is too long does not look right.
    file.take(max.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|cause| Failed::Gone(cause.to_string()))?;
    Ok(bytes)
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
    let pem = crate::app::files::read_bounded(path, CERTIFICATES_BYTES_MAX)?.unwrap_or_default();
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
