//! The second copy of the signed head, on another path than the database. A node compares the
//! two when it starts: a database that is behind a head it signed is an old backup, and going on
//! from there would show the world two histories.

use super::error::AppError;
use crate::core::log::SignedCheckpoint;
use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
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
    /// What this process wrote last, and the size of the log that it says.
    last: Option<(String, u64)>,
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
        Ok(Self {
            path,
            synced: None,
            last: None,
        })
    }

    /// The head that was signed last, if any was. After a loss of power the newest copy may be
    /// empty; then the one that was forced to disk before counts.
    ///
    /// # Errors
    /// When there are files but none is a signed head: somebody has to look.
    pub fn read(&self) -> Result<Option<SignedCheckpoint>, AppError> {
        // Whoever writes has it to themselves; where nobody ever wrote there is nothing to wait for.
        let lock = File::open(self.lock_path()).ok();
        if let Some(lock) = &lock {
            let failed = |cause| AppError::file(&self.lock_path(), cause);
            lock.lock_shared().map_err(failed)?;
        }
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

    /// Replaces the copy, in one write of less than a page: if the process is killed, the old one or
    /// the new one is there. Giving the file a new one's name instead would make the file system
    /// write it to the disk at once, and every commit of the database wait for that. Several
    /// processes may share a folder; none replaces a head by a smaller one.
    ///
    /// # Errors
    /// When the file cannot be written; the node must then stop, since it could not prove
    /// afterwards what it signed.
    pub fn write(&mut self, head: &SignedCheckpoint) -> Result<(), AppError> {
        let lock = self.lock_path();
        let failed = |cause| AppError::file(&lock, cause);
        let held = File::options()
            .create(true)
            .append(true)
            .open(&lock)
            .map_err(failed)?;
        held.lock().map_err(failed)?;
        let size = head.checkpoint().size();
        if self.newest()? > size {
            return Ok(());
        }
        let text = head.to_string();
        overwrite(&self.path, &text)?;
        if self.synced.is_none_or(|at| at.elapsed() >= SYNC_EVERY) {
            replace(&self.synced_path(), &text)?;
            self.synced = Some(Instant::now());
        }
        self.last = Some((text, size));
        Ok(())
    }

    /// The size that the copy says, read anew unless it is what this process wrote.
    fn newest(&self) -> Result<u64, AppError> {
        let found = read_text(&self.path)?;
        Ok(match (found, &self.last) {
            (Text::Is(text), Some((last, size))) if text == *last => *size,
            (Text::Is(text), _) => parse(&text).map_or(0, |head| head.checkpoint().size()),
            (Text::Absent | Text::Damaged, _) => 0,
        })
    }

    fn lock_path(&self) -> PathBuf {
        self.path.with_extension("lock")
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

/// The text of a file.
enum Text {
    Absent,
    Is(String),
    Damaged,
}

fn read_head(path: &Path) -> Result<Copy, AppError> {
    Ok(match read_text(path)? {
        Text::Absent => Copy::Absent,
        Text::Is(text) => parse(&text).map_or(Copy::Damaged, |head| Copy::Head(Box::new(head))),
        Text::Damaged => Copy::Damaged,
    })
}

fn parse(text: &str) -> Option<SignedCheckpoint> {
    SignedCheckpoint::parse(text).ok()
}

fn read_text(path: &Path) -> Result<Text, AppError> {
    let mut text = String::new();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Text::Absent),
        Err(cause) => return Err(AppError::file(path, cause)),
    };
    match file.take(COPY_BYTES_MAX).read_to_string(&mut text) {
        Ok(_) => Ok(Text::Is(text)),
        Err(cause) if cause.kind() == std::io::ErrorKind::InvalidData => Ok(Text::Damaged),
        Err(cause) => Err(AppError::file(path, cause)),
    }
}

/// Writes a file anew where it lies.
fn overwrite(path: &Path, text: &str) -> Result<(), AppError> {
    let failed = |cause| AppError::file(path, cause);
    let mut options = File::options();
    // Cutting it off first would leave a moment without any text.
    options.create(true).write(true).truncate(false);
    let mut file = options.open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    let length = file.stream_position().map_err(failed)?;
    if file.metadata().map_err(failed)?.len() > length {
        file.set_len(length).map_err(failed)?;
    }
    Ok(())
}

/// Replaces a file at once as a whole, on the disk.
fn replace(path: &Path, text: &str) -> Result<(), AppError> {
    let failed = |cause| AppError::file(path, cause);
    let fresh = path.with_extension("new");
    let mut file = File::create(&fresh).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.sync_data().map_err(failed)?;
    std::fs::rename(&fresh, path).map_err(failed)
}
