//! What has a receipt already, kept beside the input, so that a submission that was interrupted
//! goes on where it ended. A record is known by its id, which names the log too: the file fits
//! whatever address the server has.

use crate::app::error::AppError;
use crate::core::record::RecordId;
use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// The first line.
const HEADER: &str = "shisu-submitted/v1";

/// Bytes of a state file at most: some ten million records.
const STATE_BYTES_MAX: u64 = 1 << 30;

/// A record that has a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Its index.
    pub index: u64,
    /// Whether the receipt was checked against the log's key.
    pub is_verified: bool,
}

/// The file, and what it says.
#[derive(Debug)]
pub struct State {
    path: PathBuf,
    file: File,
    kept: HashMap<RecordId, Kept>,
    fresh: String,
}

impl State {
    /// Opens or begins a file, for this process alone. A last line that was cut off while it was
    /// written is dropped.
    ///
    /// # Errors
    /// A file that is another, is in use, or cannot be read.
    pub fn open(path: &Path) -> Result<Self, AppError> {
        let failed = |cause| AppError::file(path, cause);
        let mut options = File::options();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let why = format!(
                    "{}: 另一次提交正在使用 / another run uses it",
                    path.display()
                );
                return Err(AppError::Input(why));
            }
            Err(TryLockError::Error(cause)) => return Err(failed(cause)),
        }
        let mut text = String::new();
        let mut bounded = (&mut file).take(STATE_BYTES_MAX);
        bounded.read_to_string(&mut text).map_err(failed)?;
        let whole = text.rfind('\n').map_or(0, |last| last.saturating_add(1));
        let (whole, _cut_off) = text.split_at_checked(whole).unwrap_or_default();
        let kept = read(whole).ok_or_else(|| {
            AppError::Input(format!(
                "{}: 不是提交状态文件 / not the state of a submission",
                path.display()
            ))
        })?;
        let length = u64::try_from(whole.len()).unwrap_or(u64::MAX);
        file.set_len(length).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        let mut state = Self {
            path: path.to_path_buf(),
            file,
            kept,
            fresh: String::new(),
        };
        if length == 0 {
            state.fresh = format!("{HEADER}\n");
            state.save()?;
        }
        Ok(state)
    }

    /// What is known of a record.
    #[must_use]
    pub fn get(&self, id: &RecordId) -> Option<Kept> {
        self.kept.get(id).copied()
    }

    /// Notes that a record has a receipt; [`save`](Self::save) makes it last.
    pub fn keep(&mut self, id: RecordId, kept: Kept) {
        let word = if kept.is_verified {
            "verified"
        } else {
            "unverified"
        };
        self.fresh
            .push_str(&format!("{id} {} {word}\n", kept.index));
        self.kept.insert(id, kept);
    }

    /// Writes what was noted since.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&mut self) -> Result<(), AppError> {
        if self.fresh.is_empty() {
            return Ok(());
        }
        let written = self.file.write_all(self.fresh.as_bytes());
        written
            .and_then(|()| self.file.sync_data())
            .map_err(|cause| AppError::file(&self.path, cause))?;
        self.fresh.clear();
        Ok(())
    }
}

fn read(text: &str) -> Option<HashMap<RecordId, Kept>> {
    let mut kept = HashMap::new();
    let mut lines = text.lines();
    if text.is_empty() {
        return Some(kept);
    }
    if lines.next() != Some(HEADER) {
        return None;
    }
    for line in lines {
        let mut words = line.split(' ');
        let id = RecordId::parse(words.next()?)?;
        let index = words.next()?.parse().ok()?;
        let is_verified = match words.next()? {
            "verified" => true,
            "unverified" => false,
            _ => return None,
        };
        if words.next().is_some() {
            return None;
        }
        kept.insert(id, Kept { index, is_verified });
    }
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> RecordId {
        RecordId::from_bytes([byte; 32])
    }

    const KEPT: Kept = Kept {
        index: 7,
        is_verified: true,
    };

    #[test]
    fn what_was_saved_is_known_again_and_what_was_not_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state");
        let mut state = State::open(&path).unwrap();
        state.keep(id(1), KEPT);
        state.save().unwrap();
        state.keep(id(2), KEPT);
        drop(state);
        let state = State::open(&path).unwrap();
        assert_eq!(state.get(&id(1)), Some(KEPT));
        assert_eq!(state.get(&id(2)), None);
    }

    #[test]
    fn a_line_that_was_cut_off_is_dropped_and_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state");
        let mut state = State::open(&path).unwrap();
        state.keep(id(1), KEPT);
        state.save().unwrap();
        drop(state);
        let whole = std::fs::read_to_string(&path).unwrap();
        for cut in HEADER.len() + 2..whole.len() {
            std::fs::write(&path, &whole.as_bytes()[..cut]).unwrap();
            let mut state = State::open(&path).unwrap();
            assert_eq!(state.get(&id(1)), None);
            state.keep(id(1), KEPT);
            state.save().unwrap();
            drop(state);
            assert_eq!(std::fs::read_to_string(&path).unwrap(), whole);
        }
    }

    #[test]
    fn two_runs_do_not_share_a_state_and_other_files_are_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state");
        let first = State::open(&path).unwrap();
        assert!(matches!(State::open(&path), Err(AppError::Input(_))));
        drop(first);
        let other = dir.path().join("other");
        std::fs::write(&other, "somebody's text\n").unwrap();
        assert!(matches!(State::open(&other), Err(AppError::Input(_))));
        assert_eq!(
            std::fs::read_to_string(&other).unwrap(),
            "somebody's text\n"
        );
    }
}
