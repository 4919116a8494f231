//! Whether the file that is open is still the one whose name everybody knows. SQLite goes on
//! writing to a file that was deleted or moved, and what is written there is lost when the
//! process ends: a receipt for it would be a promise that nobody can keep.

use super::error::StoreError;
use super::url::DatabaseUrl;
use std::io;
use std::path::{Path, PathBuf};

/// The file of an SQLite ledger, as it was when it was opened.
pub(super) struct Place {
    path: PathBuf,
    log: PathBuf,
    file: FileName,
}

/// What tells one file from another, whatever they are called.
#[cfg(unix)]
type FileName = (u64, u64);

/// What tells one file from another, as far as this system says it.
#[cfg(not(unix))]
type FileName = ();

#[cfg(unix)]
fn name_of(path: &Path) -> io::Result<FileName> {
    use std::os::unix::fs::MetadataExt as _;
    let found = std::fs::metadata(path)?;
    Ok((found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn name_of(path: &Path) -> io::Result<FileName> {
    std::fs::metadata(path).map(drop)
}

impl Place {
    /// The file of a database, if it is one in a file.
    pub fn of(url: &DatabaseUrl) -> Result<Option<Self>, StoreError> {
        let DatabaseUrl::Sqlite(path) = url else {
            return Ok(None);
        };
        let file = name_of(path).map_err(|cause| gone(path, &cause))?;
        let mut log = path.clone().into_os_string();
        log.push("-wal");
        Ok(Some(Self {
            path: path.clone(),
            log: log.into(),
            file,
        }))
    }

    /// Before anything is done: the file is still there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] while it is not; it may come back.
    pub fn check(&self) -> Result<(), StoreError> {
        match name_of(&self.path) {
            Ok(found) if found == self.file => Ok(()),
            Ok(_) => Err(StoreError::Unavailable(format!(
                "another file was put in the place of {}",
                self.path.display()
            ))),
            Err(cause) => Err(gone(&self.path, &cause)),
        }
    }

    /// After a commit: it went to where it will be found again.
    ///
    /// # Errors
    /// [`StoreError::CommitUnknown`] if the file went away meanwhile, [`StoreError::Io`] if its
    /// write-ahead log, which holds the commit, did.
    pub fn check_committed(&self) -> Result<(), StoreError> {
        self.check().map_err(StoreError::in_commit)?;
        match std::fs::metadata(&self.log) {
            Ok(_) => Ok(()),
            Err(cause) => Err(StoreError::Io(format!("{}: {cause}", self.log.display()))),
        }
    }
}

fn gone(path: &Path, cause: &io::Error) -> StoreError {
    StoreError::Unavailable(format!("{}: {cause}", path.display()))
}
