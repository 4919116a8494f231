//! Which record stands for which rows, kept beside the imported file. A record is noted before it is
//! sent: whatever happens after, the next run sends the same bytes again, which a ledger records once.

use crate::app::AppError;
use crate::core::ids::SiteId;
use crate::core::imports::Draft;
use crate::core::log::Origin;
use crate::core::record::{Kid, Record};
use crate::core::text::Bilingual;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// What the first line says the file is.
const FORMAT: &str = "shisu-import/v1";

/// Bytes of such a file at most: some ten thousand records.
const DONE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// For what the file holds: other logs, sites and keys have other records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct For {
    format: String,
    file: String,
    log: Origin,
    site: SiteId,
    kid: Kid,
}

impl For {
    /// For imports of this kind, to this log, of this site, with this key.
    #[must_use]
    pub fn new(file: &str, log: &Origin, site: SiteId, kid: Kid) -> Self {
        Self {
            format: FORMAT.to_owned(),
            file: file.to_owned(),
            log: log.clone(),
            site,
            kid,
        }
    }
}

/// A line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Signed { key: String, record: String },
    Answered { key: String, outcome: Outcome },
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Recorded,
    Refused,
}

/// The file, and what it says.
#[derive(Debug)]
pub struct Done {
    path: PathBuf,
    file: File,
    /// Signed, and not known to be recorded.
    open: BTreeMap<String, String>,
    recorded: BTreeSet<String>,
}

impl Done {
    /// The name of the file beside another.
    #[must_use]
    pub fn beside(path: &Path) -> PathBuf {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".imported");
        path.with_file_name(name)
    }

    /// Opens or begins a file, for this process alone. A last line that was cut off while it was written
    /// is dropped: its record was never sent.
    ///
    /// # Errors
    /// A file that is another, holds for something else, is in use, or cannot be read.
    pub fn open(path: &Path, what: &For) -> Result<Self, AppError> {
        let failed = |cause| AppError::file(path, cause);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            // Disclosures are in it.
            options.mode(0o600);
        }
        let mut file = options.open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(AppError::content(
                    path,
                    Bilingual::new("另一次导入正在使用", "another import uses it"),
                ));
            }
            Err(TryLockError::Error(cause)) => return Err(failed(cause)),
        }
        let mut text = String::new();
        (&mut file)
            .take(DONE_BYTES_MAX)
            .read_to_string(&mut text)
            .map_err(failed)?;
        let whole = text.rfind('\n').map_or(0, |last| last.saturating_add(1));
        let (text, _cut_off) = text.split_at_checked(whole).unwrap_or_default();
        let mut done = Self {
            path: path.to_path_buf(),
            file,
            open: BTreeMap::new(),
            recorded: BTreeSet::new(),
        };
        done.read(text, what)?;
        let length = u64::try_from(whole).unwrap_or(u64::MAX);
        done.file.set_len(length).map_err(failed)?;
        done.file.seek(SeekFrom::End(0)).map_err(failed)?;
        if length == 0 {
            done.write(&[serde_json::to_string(what).unwrap_or_default()])?;
        }
        Ok(done)
    }

    fn read(&mut self, text: &str, what: &For) -> Result<(), AppError> {
        let other = || {
            AppError::content(
                &self.path,
                Bilingual::new(
                    "不是这次导入的记录:种类、日志、场所或密钥不同,请用 --state 另指一个文件",
                    "not of this import: another kind, log, site or key; name another file with --state",
                ),
            )
        };
        let mut lines = text.lines();
        if let Some(first) = lines.next() {
            let said: Option<For> = serde_json::from_str(first).ok();
            if said.as_ref() != Some(what) {
                return Err(other());
            }
        }
        let (mut open, mut recorded) = (BTreeMap::new(), BTreeSet::new());
        for line in lines {
            match serde_json::from_str(line).map_err(|_damaged| other())? {
                Line::Signed { key, record } => drop(open.insert(key, record)),
                Line::Answered { key, outcome } => {
                    open.remove(&key);
                    if outcome == Outcome::Recorded {
                        recorded.insert(key);
                    }
                }
            }
        }
        (self.open, self.recorded) = (open, recorded);
        Ok(())
    }

    /// What need not be signed: it is recorded, or signed and to be sent.
    #[must_use]
    pub fn keys(&self) -> BTreeSet<String> {
        self.open.keys().chain(&self.recorded).cloned().collect()
    }

    /// Whether what this names is known to be recorded.
    #[must_use]
    pub fn has_recorded(&self, key: &str) -> bool {
        self.recorded.contains(key)
    }

    /// Records that were signed and of which no answer is known, by what they stand for.
    #[must_use]
    pub const fn unanswered(&self) -> &BTreeMap<String, String> {
        &self.open
    }

    /// Notes what was signed, durably, before it is sent.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn signed(&mut self, drafts: &[Draft], records: &[Record]) -> Result<(), AppError> {
        let mut lines = Vec::with_capacity(records.len());
        for (draft, record) in drafts.iter().zip(records) {
            let line = Line::Signed {
                key: draft.key.clone(),
                record: record.to_sd_jwt(|_| true),
            };
            lines.push(serde_json::to_string(&line).unwrap_or_default());
            if let Line::Signed { key, record } = line {
                self.open.insert(key, record);
            }
        }
        self.write(&lines)
    }

    /// Notes what became of records: one that was refused is signed anew the next time.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn answered(&mut self, answers: &[(String, bool)]) -> Result<(), AppError> {
        let mut lines = Vec::with_capacity(answers.len());
        for (key, is_recorded) in answers {
            let outcome = match is_recorded {
                true => Outcome::Recorded,
                false => Outcome::Refused,
            };
            self.open.remove(key);
            if *is_recorded {
                self.recorded.insert(key.clone());
            }
            let line = Line::Answered {
                key: key.clone(),
                outcome,
            };
            lines.push(serde_json::to_string(&line).unwrap_or_default());
        }
        self.write(&lines)
    }

    fn write(&mut self, lines: &[String]) -> Result<(), AppError> {
        let mut text = lines.join("\n");
        if text.is_empty() {
            return Ok(());
        }
        text.push('\n');
        let written = self.file.write_all(text.as_bytes());
        written
            .and_then(|()| self.file.sync_data())
            .map_err(|cause| AppError::file(&self.path, cause))
    }
}
