//! TLS: certificate and key from PEM files, by rustls. New files are taken up while the server runs:
//! connections that are open go on with the old ones, and files that are unfit change nothing.

use crate::app::AppError;
use crate::app::config::Tls;
use crate::app::node::Node;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sha2::{Digest as _, Sha256};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

/// Bytes of a file of certificates or of a key at most.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// How long a signal waits to be seen at most.
const GLANCE: Duration = Duration::from_millis(200);

/// What tells the bytes of both files from others.
type Print = [u8; 32];

/// The certificates that connections are given from now on, and where they come from.
#[derive(Debug)]
pub struct Certificates {
    files: Tls,
    current: RwLock<Arc<CertifiedKey>>,
    /// The bytes that were looked at last, fit or not: of each it is said once what they are.
    seen: Mutex<Print>,
}

/// What came of looking at the files again.
#[derive(Debug)]
pub enum Renewal {
    /// They are what they were.
    Same,
    /// New connections are given the new ones.
    Taken,
    /// They are unfit; new connections are given the old ones.
    Refused(AppError),
}

impl Certificates {
    /// Reads the files.
    ///
    /// # Errors
    /// Files that cannot be read, or that hold no certificate and key that belong together.
    pub fn read(files: &Tls) -> Result<Arc<Self>, AppError> {
        let bytes = Bytes::read(files)?;
        Ok(Arc::new(Self {
            current: RwLock::new(Arc::new(bytes.certified(files)?)),
            seen: Mutex::new(bytes.print()),
            files: files.clone(),
        }))
    }

    /// Looks at the files again.
    pub fn renew(&self) -> Renewal {
        let bytes = Bytes::read(&self.files);
        // A file that is not there, between the removal of the old and the coming of the new one,
        // is looked at as if it were empty.
        let print = bytes.as_ref().map_or([0; 32], Bytes::print);
        {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if *seen == print {
                return Renewal::Same;
            }
            *seen = print;
        }
        match bytes.and_then(|bytes| bytes.certified(&self.files)) {
            Ok(fresh) => {
                let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
                *current = Arc::new(fresh);
                Renewal::Taken
            }
            Err(cause) => Renewal::Refused(cause),
        }
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // The value is whole between any two statements, so a panic elsewhere is no harm.
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&current))
    }
}

/// The bytes of both files.
struct Bytes {
    certificates: Vec<u8>,
    key: Vec<u8>,
}

impl Bytes {
    fn read(files: &Tls) -> Result<Self, AppError> {
        Ok(Self {
            certificates: bounded(&files.certificates)?,
            key: bounded(&files.key)?,
        })
    }

    fn print(&self) -> Print {
        let mut hasher = Sha256::new();
        hasher.update(Sha256::digest(&self.certificates));
        hasher.update(Sha256::digest(&self.key));
        hasher.finalize().into()
    }

    fn certified(&self, files: &Tls) -> Result<CertifiedKey, AppError> {
        let certificates = CertificateDer::pem_slice_iter(&self.certificates)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|cause| unfit(&files.certificates, &cause))?;
        if certificates.is_empty() {
            return Err(unfit(&files.certificates, &"no certificate"));
        }
        let key =
            PrivateKeyDer::from_pem_slice(&self.key).map_err(|cause| unfit(&files.key, &cause))?;
        let provider = rustls::crypto::ring::default_provider();
        CertifiedKey::from_der(certificates, key, &provider)
            .map_err(|cause| unfit(&files.certificates, &cause))
    }
}

fn bounded(path: &Path) -> Result<Vec<u8>, AppError> {
    let failed = |cause| AppError::file(path, cause);
    let about = std::fs::metadata(path).map_err(failed)?;
    if about.len() > FILE_BYTES_MAX {
        return Err(unfit(path, &"too long"));
    }
    std::fs::read(path).map_err(failed)
}

fn unfit(path: &Path, cause: &dyn std::fmt::Display) -> AppError {
    AppError::Input(format!("{}: {cause}", path.display()))
}

/// How the server speaks TLS (1.2 and 1.3), with the certificates at hand when somebody connects.
///
/// # Errors
/// When the library cannot.
pub fn config(certificates: &Arc<Certificates>) -> Result<ServerConfig, AppError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|cause| AppError::Input(cause.to_string()))?;
    let certificates: Arc<dyn ResolvesServerCert> = Arc::<Certificates>::clone(certificates);
    Ok(builder
        .with_no_client_auth()
        .with_cert_resolver(certificates))
}

/// Looks at the files from time to time, and whenever the process is told SIGHUP, from a thread of
/// its own. It ends with the node.
///
/// # Errors
/// When the signal cannot be listened to.
pub fn watch(certificates: Arc<Certificates>, node: &Arc<Node>) -> Result<(), AppError> {
    let told = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    signal_hook::flag::register(signal_hook::consts::SIGHUP, Arc::clone(&told))
        .map_err(|cause| AppError::Input(cause.to_string()))?;
    let every = match certificates.files.reload_every_ms {
        0 => None,
        some => Some(Duration::from_millis(some)),
    };
    let node: Weak<Node> = Arc::downgrade(node);
    std::thread::spawn(move || {
        let mut looked_at = Instant::now();
        loop {
            let pause = every.map_or(GLANCE, |every| every.min(GLANCE));
            std::thread::sleep(pause);
            let is_told = told.swap(false, Ordering::SeqCst);
            let is_due = every.is_some_and(|every| looked_at.elapsed() >= every);
            let Some(node) = node.upgrade() else {
                return;
            };
            if is_told || is_due {
                looked_at = Instant::now();
                note(&node, &certificates.renew());
            }
        }
    });
    Ok(())
}

/// Says what came of it, to the log and to whoever counts.
fn note(node: &Node, renewal: &Renewal) {
    match renewal {
        Renewal::Same => {}
        Renewal::Taken => {
            tracing::info!("new certificates are in use");
            node.metrics().certificates_renewed("taken");
        }
        Renewal::Refused(cause) => {
            tracing::error!(%cause, "new certificates are unfit; the old ones stay in use");
            node.metrics().certificates_renewed("refused");
        }
    }
}
