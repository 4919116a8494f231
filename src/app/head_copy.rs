//! The second copy of the signed head, on another path than the database. A node compares the
//! two when it starts: a database that is behind a head it signed is an old backup, and going on
//! from there would show the world two histories.

use super::error::AppError;
use crate::core::log::SignedCheckpoint;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often the copy is forced to disk. The database is durable before a head is signed; the
/// copy only has to survive what loses or replaces the database.
const SYNC_EVERY: Duration = Duration::from_millis(500);

/// Bytes of a checkpoint file at most.
const COPY_BYTES_MAX: u64 = 65_536;

/// The file that holds the last signed head.
#[derive(Debug)]
pub struct HeadCopy {
    path: PathBuf,
    synced: Option<Instant>,
}

impl HeadCopy {
    /// The copy at `path`; its folder is made if it is missing.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn at(path: PathBuf) -> Result<Self, AppError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|cause| AppError::file(folder, cause))?;
        }
        Ok(Self { path, synced: None })
    }

    /// Where the copy is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The head that was signed last, if any was.
    ///
    /// # Errors
    /// When there is a file that is no signed head: somebody has to look.
    pub fn read(&self) -> Result<Option<SignedCheckpoint>, AppError> {
        let size = match std::fs::metadata(&self.path) {
            Ok(metadata) => metadata.len(),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(AppError::file(&self.path, cause)),
        };
        let unreadable = || AppError::HeadCopy { path: self.path.clone() };
        if size > COPY_BYTES_MAX {
            return Err(unreadable());
        }
        let text = std::fs::read_to_string(&self.path).map_err(|cause| AppError::file(&self.path, cause))?;
        SignedCheckpoint::parse(&text).map(Some).map_err(|_malformed| unreadable())
    }

    /// Replaces the copy at once as a whole, so that a crash leaves the old one or the new one.
    ///
    /// # Errors
    /// When the file cannot be written; the node must then stop, since it could not prove
    /// afterwards what it signed.
    pub fn write(&mut self, head: &SignedCheckpoint) -> Result<(), AppError> {
        let failed = |cause| AppError::file(&self.path, cause);
        let fresh = self.path.with_extension(format!("{}.new", std::process::id()));
        let mut file = File::create(&fresh).map_err(failed)?;
        file.write_all(head.to_string().as_bytes()).map_err(failed)?;
        if self.synced.is_none_or(|at| at.elapsed() >= SYNC_EVERY) {
            file.sync_data().map_err(failed)?;
            self.synced = Some(Instant::now());
        }
        std::fs::rename(&fresh, &self.path).map_err(failed)
    }
}
