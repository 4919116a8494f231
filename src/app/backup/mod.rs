//! Backup and restore. A backup is a copy of the database of one moment, with what is needed to
//! tell what it is; restoring it compares it with every signed head there is, because a log that
//! goes on from an old copy shows the world two histories.

mod error;
mod restore;

pub use error::{BackupError, Witness};
pub use restore::{Restore, Restored, restore};

use super::AppError;
use super::files::{private_folder, read_bounded, replace_private, sync_folder};
use super::home::Home;
use super::ledger::{Options, compare_with_signed};
use super::tiles::{SignedLog, home_head};
use crate::core::custody::LogNo;
use crate::core::log::{Hash, Origin, SignedCheckpoint};
use crate::core::time::UnixSeconds;
use crate::store::{DatabaseUrl, Head, Store};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Version of the layout of a backup.
const LAYOUT: u32 = 1;

/// The database in a backup.
const DATABASE: &str = "ledger.sqlite";

/// Ending of a copy that is not complete yet.
const PARTIAL: &str = ".partial";

/// What a backup says of itself.
const MANIFEST: &str = "backup.json";

/// Bytes of a small file in a backup at most.
const SMALL_BYTES_MAX: u64 = 1 << 20;

/// What a backup says of itself; written last, so that its presence says that it is complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the layout.
    pub backup: u32,
    /// When it was made.
    pub made_at: UnixSeconds,
    /// Which ledger.
    pub instance: Uuid,
    /// Name of the log.
    pub origin: Origin,
    /// Entries.
    pub size: u64,
    /// Root of their tree, in base64.
    pub root: String,
    /// Bytes of the database.
    pub database_bytes: u64,
    /// SHA-256 of the database, in base64.
    pub database_sha256: String,
    /// Whether the private keys are in it.
    pub with_keys: bool,
}

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackedUp {
    /// Where it is.
    pub path: PathBuf,
    /// Entries.
    pub size: u64,
    /// Root of their tree.
    pub root: Hash,
    /// Bytes of the database.
    pub bytes: u64,
    /// Whether the private keys are in it.
    pub with_keys: bool,
}

/// Backs a ledger up while it is appended to: to a folder, or only its database if `target` ends
/// in `.sqlite` or `.db`. Every record with a receipt from before the call is in it.
///
/// # Errors
/// [`BackupError::Postgres`], [`BackupError::Exists`], or what the database and disk report. A
/// backup that failed is removed; one that was killed has no manifest and is never restored.
pub fn backup(options: &Options, target: &Path, with_keys: bool) -> Result<BackedUp, AppError> {
    if matches!(options.database(), DatabaseUrl::Postgres(_)) {
        return Err(BackupError::Postgres.into());
    }
    let log = SignedLog::open(options)?;
    // Before the copy: whatever is signed by now is in it.
    let signed = log.signed_head()?;
    let is_file = matches!(extension(target), Some("sqlite" | "db"));
    let database = match is_file {
        true => target.to_path_buf(),
        false => target.join(DATABASE),
    };
    if database.exists() || (!is_file && !is_empty(target)) {
        return Err(BackupError::Exists(target.to_path_buf()).into());
    }
    let made = make(options, &log, target, &database, signed.as_ref(), with_keys);
    if made.is_err() {
        // Half a backup is in the way of the next one. The target was empty before.
        let rest = match is_file {
            true => remove_database(&with_suffix(&database, PARTIAL)),
            false => std::fs::remove_dir_all(target).map_err(|cause| AppError::file(target, cause)),
        };
        drop(rest);
    }
    made
}

fn make(
    options: &Options,
    log: &SignedLog,
    target: &Path,
    database: &Path,
    signed: Option<&SignedCheckpoint>,
    with_keys: bool,
) -> Result<BackedUp, AppError> {
    let is_file = database == target;
    if !is_file {
        private_folder(target)?;
    }
    let head = copy_database(log, database, signed)?;
    let (database_bytes, database_sha256) = digest(database)?;
    if !is_file {
        let manifest = Manifest {
            backup: LAYOUT,
            made_at: options.clock.now(),
            instance: log.store.instance().uuid,
            origin: log.store.instance().origin.clone(),
            size: head.size,
            root: head.root.to_base64(),
            database_bytes,
            database_sha256,
            with_keys,
        };
        write_rest(options, target, signed, &manifest)?;
    }
    Ok(BackedUp {
        path: target.to_path_buf(),
        size: head.size,
        root: head.root,
        bytes: database_bytes,
        with_keys: with_keys && !is_file,
    })
}

/// Copies the database, looks whether the copy is whole, and forces it to disk.
fn copy_database(
    log: &SignedLog,
    path: &Path,
    signed: Option<&SignedCheckpoint>,
) -> Result<Head, AppError> {
    let fresh = with_suffix(path, PARTIAL);
    remove_database(&fresh)?;
    log.store.copy_to(&fresh)?;
    set_private(&fresh)?;
    let head = look_at(&fresh, log, signed)?;
    File::open(&fresh)
        .and_then(|file| file.sync_all())
        .map_err(|cause| AppError::file(&fresh, cause))?;
    std::fs::rename(&fresh, path).map_err(|cause| AppError::file(path, cause))?;
    if let Some(folder) = folder_of(path) {
        sync_folder(folder)?;
    }
    Ok(head)
}

/// The head of the copy, which is this ledger's and covers what was signed before.
fn look_at(
    path: &Path,
    log: &SignedLog,
    signed: Option<&SignedCheckpoint>,
) -> Result<Head, AppError> {
    let url = DatabaseUrl::Sqlite(path.to_path_buf());
    let copy = Store::open(&url, Some(log.store.instance()))?;
    copy.read(|reader| {
        let head = home_head(reader)?;
        if let Some(signed) = signed {
            compare_with_signed(&reader.hashes(LogNo::HOME)?, &head, signed)?;
        }
        Ok(head)
    })
}

fn write_rest(
    options: &Options,
    target: &Path,
    signed: Option<&SignedCheckpoint>,
    manifest: &Manifest,
) -> Result<(), AppError> {
    let (from, to) = (&options.home, Home::at(target));
    copy_small(&from.description_path(), &to.description_path())?;
    if from.policy().exists() {
        copy_small(&from.policy(), &to.policy())?;
    }
    if let Some(signed) = signed {
        let path = to.head_copy();
        if let Some(folder) = path.parent() {
            private_folder(folder)?;
        }
        replace_private(&path, signed.to_string().as_bytes())?;
    }
    if manifest.with_keys {
        private_folder(&to.keys())?;
        for (key, copy) in from.node_keys().iter().zip(to.node_keys()) {
            copy_small(key, &copy)?;
        }
        sync_folder(&to.keys())?;
    }
    let text = serde_json::to_string_pretty(manifest)
        .map_err(|cause| AppError::Input(cause.to_string()))?;
    sync_folder(target)?;
    replace_private(&target.join(MANIFEST), format!("{text}\n").as_bytes())?;
    sync_folder(target)
}

fn copy_small(from: &Path, to: &Path) -> Result<(), AppError> {
    let missing = || AppError::file(from, std::io::Error::from(std::io::ErrorKind::NotFound));
    let bytes = read_bounded(from, SMALL_BYTES_MAX)?.ok_or_else(missing)?;
    replace_private(to, &bytes)
}

/// Bytes and SHA-256 of a file.
fn digest(path: &Path) -> Result<(u64, String), AppError> {
    let failed = |cause| AppError::file(path, cause);
    let mut file = File::open(path).map_err(failed)?;
    let mut hasher = Sha256::new();
    let mut bytes = 0_u64;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut buffer).map_err(failed)?;
        let Some(part) = buffer.get(..count).filter(|part| !part.is_empty()) else {
            break;
        };
        hasher.update(part);
        bytes = bytes.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
    }
    let hash: [u8; 32] = hasher.finalize().into();
    Ok((bytes, Hash(hash).to_base64()))
}

fn extension(path: &Path) -> Option<&str> {
    path.extension().and_then(|extension| extension.to_str())
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).map_or(!folder.exists(), |mut found| found.next().is_none())
}

/// The folder that a file stands in.
fn folder_of(path: &Path) -> Option<&Path> {
    let folder = path.parent()?;
    Some(match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    })
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The files of a database: itself, and what SQLite keeps beside it while it is open.
fn database_files(path: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|suffix| with_suffix(path, suffix))
}

/// Removes what a process that was killed left behind.
fn remove_database(path: &Path) -> Result<(), AppError> {
    for file in database_files(path) {
        match std::fs::remove_file(&file) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                return Err(AppError::file(&file, cause));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Sealed values are in it: it is for its owner only.
fn set_private(path: &Path) -> Result<(), AppError> {
    super::files::set_mode(path, 0o600)
}
