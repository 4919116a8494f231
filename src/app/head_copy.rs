//! The second copy of the signed head, on another path than the database. A node compares the
//! two when it starts: a database that is behind a head it signed is an old backup, and going on
//! from there would show the world two histories.

use super::error::AppError;
use crate::core::log::SignedCheckpoint;
use std::fs::File;
use std::io::{Read as _, Write as _};
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

    /// The head that was signed last, if any was. After a loss of power the newest copy may be
    /// empty; then the one that was forced to disk before counts.
    ///
    /// # Errors
    /// When there are files but none is a signed head: somebody has to look.
    pub fn read(&self) -> Result<Option<SignedCheckpoint>, AppError> {
        let newest = read_head(&self.path)?;
        let synced = read_head(&self.synced_path())?;
        let is_damaged = matches!(newest, Copy::Damaged) || matches!(synced, Copy::Damaged);
        let heads = [newest, synced].into_iter().filter_map(|copy| match copy {
            Copy::Head(head) => Some(*head),
            Copy::Absent | Copy::Damaged => None,
        });
        match heads.max_by_key(|head| head.checkpoint().size()) {
            None if is_damaged => Err(AppError::HeadCopy {
                path: self.path.clone(),
            }),
            found => Ok(found),
        }
    }

    /// Replaces the copy as a whole, so that a crash leaves the old one or the new one. Several
    /// processes may share a folder; none replaces a head by a smaller one.
    ///
    /// # Errors
    /// When the file cannot be written; the node must then stop, since it could not prove
    /// afterwards what it signed.
    pub fn write(&mut self, head: &SignedCheckpoint) -> Result<(), AppError> {
        let lock = self.path.with_extension("lock");
        let failed = |cause| AppError::file(&lock, cause);
        let held = File::options()
            .create(true)
            .append(true)
            .open(&lock)
            .map_err(failed)?;
        held.lock().map_err(failed)?;
        let newest = match read_head(&self.path)? {
            Copy::Head(newest) => newest.checkpoint().size(),
            Copy::Absent | Copy::Damaged => 0,
        };
        if newest > head.checkpoint().size() {
            return Ok(());
        }
        let text = head.to_string();
        replace(&self.path, &text, false)?;
        if self.synced.is_none_or(|at| at.elapsed() >= SYNC_EVERY) {
            replace(&self.synced_path(), &text, true)?;
            self.synced = Some(Instant::now());
        }
        Ok(())
    }

    fn synced_path(&self) -> PathBuf {
        self.path.with_extension("synced")
    }
}

/// What a file holds.
enum Copy {
    Absent,
    Head(Box<SignedCheckpoint>),
    Damaged,
}

fn read_head(path: &Path) -> Result<Copy, AppError> {
    let mut text = String::new();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Copy::Absent),
        Err(cause) => return Err(AppError::file(path, cause)),
    };
    match file.take(COPY_BYTES_MAX).read_to_string(&mut text) {
        Ok(_) => {}
        Err(cause) if cause.kind() == std::io::ErrorKind::InvalidData => return Ok(Copy::Damaged),
        Err(cause) => return Err(AppError::file(path, cause)),
    }
    Ok(SignedCheckpoint::parse(&text).map_or(Copy::Damaged, |head| Copy::Head(Box::new(head))))
}

/// Replaces a file at once as a whole.
fn replace(path: &Path, text: &str, sync: bool) -> Result<(), AppError> {
    let failed = |cause| AppError::file(path, cause);
    let fresh = path.with_extension("new");
    let mut file = File::create(&fresh).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    if sync {
        file.sync_data().map_err(failed)?;
    }
    std::fs::rename(&fresh, path).map_err(failed)
}
