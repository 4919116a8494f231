//! Restore: a backup becomes the ledger again, if no signed head says that it is too old.

use super::{
    BackupError, DATABASE, LAYOUT, MANIFEST, Manifest, SMALL_BYTES_MAX, Witness, copy_small,
    database_files, digest, folder_of, remove_database, set_private, with_suffix,
};
use crate::app::AppError;
use crate::app::check::check;
use crate::app::files::{private_folder, read_bounded, sync_folder};
use crate::app::head_copy::HeadCopy;
use crate::app::home::Home;
use crate::app::ledger::{Options, compare_with_signed};
use crate::app::migrate::bring_up;
use crate::app::monitor::source::Source;
use crate::app::tiles::{home_head, log_key};
use crate::core::custody::LogNo;
use crate::core::log::{Hash, SignedCheckpoint, VerifierKey};
use crate::store::{DatabaseUrl, Store};
use std::fs::File;
use std::path::{Path, PathBuf};

/// What to restore, and how.
#[derive(Debug, Clone)]
pub struct Restore {
    /// The backup: a folder, or only a database.
    pub from: PathBuf,
    /// Where the log is published: an address or a folder.
    pub published: Option<String>,
    /// Certificates to believe that server by, instead of the system's.
    pub ca: Option<PathBuf>,
    /// Whether a database that is there is put aside.
    pub replace: bool,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Restored {
    /// Entries.
    pub size: u64,
    /// Root of their tree.
    pub root: Hash,
    /// The heads it was compared with, and their sizes.
    pub compared: Vec<(Witness, u64)>,
    /// Where the database that was there has been put.
    pub put_aside: Option<PathBuf>,
}

/// A signed head that the restored log must continue.
type Heads = Vec<(Witness, SignedCheckpoint)>;

/// Restores a backup into the folder of `options`. Nothing in the folder changes before the backup
/// was read to its last byte, checked from its bytes as `check` does, and compared with the second
/// copy of the head and what is published.
///
/// # Errors
/// [`BackupError`]; what `check` finds wrong; what the disk reports.
pub fn restore(
    options: &Options,
    wanted: &Restore,
    progress: &dyn Fn(u64),
) -> Result<Restored, AppError> {
    let DatabaseUrl::Sqlite(target) = options.database() else {
        return Err(BackupError::Postgres.into());
    };
    let files = database_files(&target);
    let is_there = files.iter().any(|file| file.exists());
    if is_there && !wanted.replace {
        return Err(BackupError::Exists(target).into());
    }
    let backup = Backup::open(&wanted.from)?;
    backup.require_keys(&options.home)?;
    private_parent(&target)?;
    let fresh = with_suffix(&target, ".restoring");
    let outcome = take_in(options, wanted, &backup, &fresh, progress);
    let (checked, heads) = match outcome {
        Ok(good) => good,
        Err(error) => {
            remove_database(&fresh)?;
            return Err(error);
        }
    };
    let put_aside = match is_there {
        true => Some(put_aside(options, &target)?),
        false => None,
    };
    std::fs::rename(&fresh, &target).map_err(|cause| AppError::file(&target, cause))?;
    if let Some(folder) = folder_of(&target) {
        sync_folder(folder)?;
    }
    backup.bring_folder(&options.home)?;
    let newest = heads
        .iter()
        .max_by_key(|(_, head)| head.checkpoint().size());
    if let Some((_, head)) = newest {
        HeadCopy::at(backup.head_copy(options)?)?.write(head)?;
    }
    let size_of = |(by, head): &(Witness, SignedCheckpoint)| (*by, head.checkpoint().size());
    Ok(Restored {
        size: checked.entries,
        root: checked.root,
        compared: heads.iter().map(size_of).collect(),
        put_aside,
    })
}

/// Copies the database beside its place, and makes sure that it may take that place.
fn take_in(
    options: &Options,
    wanted: &Restore,
    backup: &Backup,
    fresh: &Path,
    progress: &dyn Fn(u64),
) -> Result<(crate::app::check::Checked, Heads), AppError> {
    remove_database(fresh)?;
    let failed = |cause| AppError::file(fresh, cause);
    std::fs::copy(&backup.database, fresh).map_err(failed)?;
    set_private(fresh)?;
    backup.compare_bytes(fresh)?;
    let url = DatabaseUrl::Sqlite(fresh.to_path_buf());
    let expected = match options.home.is_ledger() {
        true => Some(options.home.description()?.instance()),
        false => backup.description()?,
    };
    // A backup that an earlier version made becomes a ledger of this one; the backup stays as it is.
    let (_, store) = bring_up(&url, expected.as_ref(), &|_| {})?;
    let key = log_key(&store)?;
    let heads = heads(options, wanted, backup, &key)?;
    for (by, head) in &heads {
        compare(&store, *by, head)?;
    }
    drop(store);
    let is_vouched = heads.iter().any(|(by, _)| *by != Witness::Backup);
    if !is_vouched && !options.accept_missing_copy {
        return Err(BackupError::NothingToCompare.into());
    }
    let mut checking = options.clone();
    checking.database = Some(url);
    let checked = check(&checking, progress)?;
    let synced = File::open(fresh).and_then(|file| file.sync_all());
    synced.map_err(failed)?;
    Ok((checked, heads))
}

/// Every signed head that there is.
fn heads(
    options: &Options,
    wanted: &Restore,
    backup: &Backup,
    key: &VerifierKey,
) -> Result<Heads, AppError> {
    let mut heads = Vec::new();
    if let Some(head) = backup.head()? {
        heads.push((Witness::Backup, head));
    }
    // Asked for only where there is one, since asking makes its folder.
    let copy = backup.head_copy(options)?;
    if copy.parent().is_some_and(Path::exists)
        && let Some(head) = HeadCopy::at(copy)?.read()?
    {
        heads.push((Witness::HeadCopy, head));
    }
    if let Some(place) = &wanted.published {
        let source = Source::open(place, wanted.ca.as_deref())?;
        let head = source.checkpoint().map_err(BackupError::Published)?;
        heads.push((Witness::Published, head));
    }
    for (_, head) in &heads {
        head.verify(key)?;
    }
    Ok(heads)
}

fn compare(store: &Store, by: Witness, signed: &SignedCheckpoint) -> Result<(), AppError> {
    let compared = store.read(|reader| {
        let head = home_head(reader)?;
        compare_with_signed(&reader.hashes(LogNo::HOME)?, &head, signed)
    });
    compared.map_err(|error| match error {
        AppError::BehindSignedHead { found, signed } => {
            BackupError::Behind { found, signed, by }.into()
        }
        AppError::Fork { signed } => BackupError::Fork { signed, by }.into(),
        other => other,
    })
}

/// Moves a database out of the way, with all its files and under one name.
fn put_aside(options: &Options, target: &Path) -> Result<PathBuf, AppError> {
    let aside = with_suffix(target, &format!(".replaced-{}", options.clock.now().get()));
    for (from, to) in database_files(target).iter().zip(database_files(&aside)) {
        if to.exists() {
            return Err(BackupError::Exists(to).into());
        }
        if from.exists() {
            std::fs::rename(from, &to).map_err(|cause| AppError::file(from, cause))?;
        }
    }
    Ok(aside)
}

fn private_parent(path: &Path) -> Result<(), AppError> {
    match folder_of(path) {
        Some(folder) if !folder.exists() => private_folder(folder),
        _ => Ok(()),
    }
}

/// A backup to restore from.
struct Backup {
    database: PathBuf,
    /// The folder, unless there is only a database.
    folder: Option<(Home, Manifest)>,
}

impl Backup {
    fn open(from: &Path) -> Result<Self, AppError> {
        if from.is_file() {
            return Ok(Self {
                database: from.to_path_buf(),
                folder: None,
            });
        }
        let path = from.join(MANIFEST);
        let damaged = |reason: String| BackupError::Damaged {
            path: from.to_path_buf(),
            reason,
        };
        let bytes = read_bounded(&path, SMALL_BYTES_MAX)?
            .ok_or_else(|| damaged(format!("{MANIFEST} is missing: it was not completed")))?;
        let manifest: Manifest =
            serde_json::from_slice(&bytes).map_err(|cause| damaged(cause.to_string()))?;
        if manifest.backup != LAYOUT {
            let reason = format!("layout {} is not known", manifest.backup);
            return Err(damaged(reason).into());
        }
        Ok(Self {
            database: from.join(DATABASE),
            folder: Some((Home::at(from), manifest)),
        })
    }

    /// The bytes that were copied must be those that were backed up.
    fn compare_bytes(&self, copied: &Path) -> Result<(), AppError> {
        let Some((_, manifest)) = &self.folder else {
            return Ok(());
        };
        let (bytes, sha256) = digest(copied)?;
        if bytes == manifest.database_bytes && sha256 == manifest.database_sha256 {
            return Ok(());
        }
        Err(BackupError::Damaged {
            path: self.database.clone(),
            reason: "its bytes are not those that were backed up".into(),
        }
        .into())
    }

    /// Where the second copy of the head is: as the folder says, or the backup if there is none.
    fn head_copy(&self, options: &Options) -> Result<PathBuf, AppError> {
        let described = match &self.folder {
            _ if options.home.is_ledger() => Some(options.home.description()?),
            Some((home, _)) => Some(home.description()?),
            None => None,
        };
        let chosen = options.head_copy.clone();
        let unsaid = || chosen.unwrap_or_else(|| options.home.head_copy());
        Ok(described.map_or_else(unsaid, |described| options.head_copy(&described)))
    }

    fn description(&self) -> Result<Option<crate::store::Instance>, AppError> {
        match &self.folder {
            Some((home, _)) => Ok(Some(home.description()?.instance())),
            None => Ok(None),
        }
    }

    fn head(&self) -> Result<Option<SignedCheckpoint>, AppError> {
        match &self.folder {
            Some((home, _)) if home.head_copy().exists() => HeadCopy::at(home.head_copy())?.read(),
            _ => Ok(None),
        }
    }

    /// A folder without keys could not sign anything afterwards.
    fn require_keys(&self, home: &Home) -> Result<(), AppError> {
        let has_keys = |home: &Home| home.node_keys().iter().all(|key| key.exists());
        let brings = self.folder.as_ref();
        let is_described = home.is_ledger() || brings.is_some();
        if is_described && (has_keys(home) || brings.is_some_and(|(from, _)| has_keys(from))) {
            return Ok(());
        }
        Err(BackupError::KeysMissing(home.dir().to_path_buf()).into())
    }

    /// Brings what the folder lacks besides the database; what is there is left as it is.
    fn bring_folder(&self, home: &Home) -> Result<(), AppError> {
        let Some((from, manifest)) = &self.folder else {
            return Ok(());
        };
        if manifest.with_keys {
            private_folder(&home.keys())?;
            for (key, place) in from.node_keys().iter().zip(home.node_keys()) {
                if !place.exists() {
                    copy_small(key, &place)?;
                }
            }
            sync_folder(&home.keys())?;
        }
        if from.policy().exists() && !home.policy().exists() {
            copy_small(&from.policy(), &home.policy())?;
        }
        // Last, since its presence says that the folder is complete.
        if !home.is_ledger() {
            copy_small(&from.description_path(), &home.description_path())?;
        }
        sync_folder(home.dir())
    }
}
