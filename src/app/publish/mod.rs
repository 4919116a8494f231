//! Publish: the log as files that any file server can serve. Tiles come first and the checkpoint
//! last, so whoever reads a checkpoint there finds every tile under it.

mod error;

pub use error::PublishError;

use super::AppError;
use super::files::{make_public_folder, read_bounded, replace_public, sync_folder};
use super::ledger::Options;
use super::tiles::{CHECKPOINT_PATH, SignedLog, read_tile};
use crate::core::custody::LogNo;
use crate::core::log::hash::HASH_BYTES;
use crate::core::log::layout::{entry_tiles, hash_tiles};
use crate::core::log::note::NOTE_BYTES_MAX;
use crate::core::log::tile::TileKind;
use crate::core::log::{Hash, SignedCheckpoint, TilePath};
use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// Tiles read from the database in one view, so that a long first round does not keep the
/// database from tidying its journal.
const TILES_TOGETHER: usize = 128;

/// What was published.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Published {
    /// Name of the log.
    pub log: String,
    /// Entries of the published head.
    pub size: u64,
    /// Root of their tree.
    pub root: Hash,
    /// Files written in this round.
    pub files: u64,
    /// Whether the published head moved.
    pub moved: bool,
}

/// Publishes one log to one folder.
pub struct Publisher {
    log: SignedLog,
    dir: PathBuf,
    entries: bool,
    /// The published size up to which this process has seen that every tile is there.
    complete: Option<u64>,
    /// Up to this size the partial forms of full tiles are gone.
    before: u64,
    _lock: File,
}

impl Publisher {
    /// Prepares to publish the ledger of `options` to `dir`, with the entries themselves if
    /// `entries`. One process publishes to a folder at a time.
    ///
    /// # Errors
    /// A ledger that does not open, or a folder that cannot be written or is in use.
    pub fn open(options: &Options, dir: &Path, entries: bool) -> Result<Self, AppError> {
        let log = SignedLog::open(options)?;
        make_public_folder(dir, dir)?;
        let path = dir.join(".publish.lock");
        let failed = |cause| AppError::file(&path, cause);
        let lock = File::options().create(true).append(true).open(&path);
        let lock = lock.map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(PublishError::Busy { path: dir.into() }.into());
            }
            Err(TryLockError::Error(cause)) => return Err(failed(cause)),
        }
        Ok(Self {
            log,
            dir: dir.to_path_buf(),
            entries,
            complete: None,
            before: 0,
            _lock: lock,
        })
    }

    /// Brings the folder to the head that was signed last. The first round of a process looks at
    /// every tile and writes those that are missing or cut short; later ones add what is new.
    ///
    /// # Errors
    /// [`PublishError`] if the folder is ahead of the log or on another history; what the
    /// database or the disk reports. The published checkpoint is then the one it was.
    pub fn publish(&mut self) -> Result<Published, AppError> {
        let signed = self.log.signed_head()?;
        let signed = signed.ok_or(PublishError::NothingSigned)?;
        let published = self.published()?;
        let old = published.as_ref().map_or(0, |old| old.checkpoint().size());
        if let Some(published) = &published {
            self.compare(published, &signed)?;
        }
        let size = signed.checkpoint().size();
        let from = self.complete.filter(|complete| *complete == old);
        let files = self.write_tiles(from, size)?;
        let moved = published.as_ref() != Some(&signed);
        if moved {
            replace_public(&self.checkpoint(), signed.to_string().as_bytes())?;
            sync_folder(&self.dir)?;
        }
        self.remove_partial(self.before, old)?;
        self.before = old;
        self.complete = Some(size);
        Ok(Published {
            log: signed.checkpoint().origin().to_string(),
            size,
            root: *signed.checkpoint().root(),
            files: files.saturating_add(u64::from(moved)),
            moved,
        })
    }

    fn checkpoint(&self) -> PathBuf {
        self.dir.join(CHECKPOINT_PATH)
    }

    /// The checkpoint that is published, which must be this log's.
    fn published(&self) -> Result<Option<SignedCheckpoint>, AppError> {
        let path = self.checkpoint();
        let max = u64::try_from(NOTE_BYTES_MAX).unwrap_or(u64::MAX);
        let Some(bytes) = read_bounded(&path, max)? else {
            return Ok(None);
        };
        let unreadable = |reason: String| PublishError::Unreadable {
            path: path.clone(),
            reason,
        };
        let text = String::from_utf8(bytes).map_err(|cause| unreadable(cause.to_string()))?;
        let published =
            SignedCheckpoint::parse(&text).map_err(|cause| unreadable(cause.to_string()))?;
        published
            .verify(&self.log.key)
            .map_err(|cause| unreadable(cause.to_string()))?;
        Ok(Some(published))
    }

    /// What is published must be a beginning of what is signed.
    fn compare(
        &self,
        published: &SignedCheckpoint,
        signed: &SignedCheckpoint,
    ) -> Result<(), AppError> {
        let (old, new) = (published.checkpoint(), signed.checkpoint());
        if old.size() > new.size() {
            return Err(PublishError::Behind {
                published: old.size(),
                signed: new.size(),
            }
            .into());
        }
        let root = match old.size() == new.size() {
            true => *new.root(),
            false => self.log.root_at(old.size())?,
        };
        if root == *old.root() {
            return Ok(());
        }
        let published = old.size();
        Err(PublishError::Fork { published }.into())
    }

    /// Writes the tiles of a log of `size` entries, or those that are new since `from`.
    fn write_tiles(&self, from: Option<u64>, size: u64) -> Result<u64, AppError> {
        let old = from.unwrap_or(0);
        let bundles = if self.entries { size } else { 0 };
        let mut wanted = hash_tiles(old, size)
            .chain(entry_tiles(old.min(bundles), bundles))
            .filter(|tile| !self.is_there(*tile));
        let mut folders = BTreeSet::new();
        let mut files = 0_u64;
        loop {
            let group: Vec<TilePath> = wanted.by_ref().take(TILES_TOGETHER).collect();
            if group.is_empty() {
                break;
            }
            let made = self.log.store.read(|reader| {
                let tiles = reader.hashes(LogNo::HOME)?;
                let made = group.iter().map(|tile| read_tile(&tiles, *tile));
                made.collect::<Result<Vec<_>, AppError>>()
            })?;
            for (tile, bytes) in group.iter().zip(made) {
                let path = self.dir.join(tile.to_string());
                if let Some(folder) = path.parent() {
                    make_public_folder(&self.dir, folder)?;
                    note_folders(&self.dir, folder, &mut folders);
                }
                replace_public(&path, &bytes)?;
                files = files.saturating_add(1);
            }
        }
        // Names before the checkpoint that speaks of them.
        folders.iter().try_for_each(|folder| sync_folder(folder))?;
        Ok(files)
    }

    /// Whether a tile is there in full length. What its bytes are is a monitor's matter.
    fn is_there(&self, tile: TilePath) -> bool {
        let length = std::fs::metadata(self.dir.join(tile.to_string())).map(|found| found.len());
        let hashes = u64::try_from(HASH_BYTES).unwrap_or(u64::MAX);
        length.is_ok_and(|length| match tile.kind() {
            TileKind::Hashes(_) => length == u64::from(tile.width()).saturating_mul(hashes),
            TileKind::Entries => length > 0,
        })
    }

    /// Removes the partial forms of tiles that became full between two sizes. Whoever holds the
    /// checkpoint before the last still finds its tiles; older ones are met by the full tile.
    fn remove_partial(&self, from: u64, to: u64) -> Result<(), AppError> {
        for tile in hash_tiles(from, to).chain(entry_tiles(from, to)) {
            if !tile.is_full() {
                continue;
            }
            let path = self.dir.join(format!("{tile}.p"));
            match std::fs::remove_dir_all(&path) {
                Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                    return Err(AppError::file(&path, cause));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Notes a folder and those above it, up to the root.
fn note_folders(root: &Path, folder: &Path, folders: &mut BTreeSet<PathBuf>) {
    for above in folder.ancestors() {
        if !folders.insert(above.to_path_buf()) || above == root {
            return;
        }
    }
}
