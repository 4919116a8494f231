//! The log as files (C2SP `tlog-tiles`): the checkpoint that was signed last, the tiles of hashes
//! and the bundles of entries under it, byte for byte as they are served and published.

use super::AppError;
use super::head_copy::HeadCopy;
use super::ledger::{Options, compare_with_signed};
use super::node::Node;
use crate::core::custody::{EntryKey, LogNo};
use crate::core::log::tile::{TileError, TileKind, encode_entries, encode_hashes};
use crate::core::log::{Hash, HashSource as _, Prover, SignedCheckpoint, TilePath, VerifierKey};
use crate::core::record::Body;
use crate::store::{Head, Reader, Store, Tiles};
use std::sync::Arc;

/// Where the checkpoint is served, below the address of the log.
pub const CHECKPOINT_PATH: &str = "checkpoint";

/// A file of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogPath {
    /// The signed head.
    Checkpoint,
    /// A tile of hashes, or a bundle of entries.
    Tile(TilePath),
}

impl LogPath {
    /// Reads a path below the address of the log, in its one form.
    ///
    /// # Errors
    /// [`TileError::Path`] for every other path.
    pub fn parse(path: &str) -> Result<Self, TileError> {
        match path {
            CHECKPOINT_PATH => Ok(Self::Checkpoint),
            tile => TilePath::parse(tile).map(Self::Tile),
        }
    }

    /// Whether the file holds signed records, which are not for everybody.
    #[must_use]
    pub fn has_entries(self) -> bool {
        matches!(self, Self::Tile(tile) if tile.kind() == TileKind::Entries)
    }

    /// Whether the file will never change: a full tile.
    #[must_use]
    pub const fn is_immutable(self) -> bool {
        matches!(self, Self::Tile(tile) if tile.is_full())
    }
}

impl std::fmt::Display for LogPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Checkpoint => f.write_str(CHECKPOINT_PATH),
            Self::Tile(tile) => tile.fmt(f),
        }
    }
}

/// The bytes of a tile under a signed head; none if the head does not cover the tile. Nothing is
/// given out that is not signed for yet.
///
/// # Errors
/// What the database reports; [`AppError::Damaged`] if an entry is missing there.
pub fn tile(
    store: &Store,
    signed: &SignedCheckpoint,
    path: TilePath,
) -> Result<Option<Vec<u8>>, AppError> {
    if !path.is_within(signed.checkpoint().size()) {
        return Ok(None);
    }
    store.read(|reader| read_tile(&reader.hashes(LogNo::HOME)?, path).map(Some))
}

/// The bytes of a tile that the log has.
pub(super) fn read_tile(tiles: &Tiles<'_>, path: TilePath) -> Result<Vec<u8>, AppError> {
    let width = usize::from(path.width());
    let missing = |level: u8, found: usize| AppError::Damaged {
        index: first_entry(path, level, found),
        reason: format!("{path} cannot be made"),
    };
    match path.kind() {
        TileKind::Entries => {
            let entries = tiles.entries(path.index(), path.width())?;
            if entries.len() != width {
                return Err(missing(0, entries.len()));
            }
            encode_entries(&entries).map_err(|_too_long| missing(0, 0))
        }
        TileKind::Hashes(level) => {
            let hashes = tiles.tile(level, path.index(), path.width())?;
            let hashes = hashes
                .get(..width)
                .ok_or_else(|| missing(level, hashes.len()))?;
            Ok(encode_hashes(hashes))
        }
    }
}

/// The first entry under element `at` of a tile.
fn first_entry(path: TilePath, level: u8, at: usize) -> u64 {
    let at = u64::try_from(at).unwrap_or(u64::MAX);
    let element = (path.index() << 8).saturating_add(at);
    element
        .checked_shl(u32::from(level) * 8)
        .unwrap_or(u64::MAX)
}

/// The checkpoint that a server shows: a signed head over everything that is committed. Many
/// servers may share one database; none shows less than another one showed before, because a head
/// that another one moved is signed here before it is shown. While nothing can be signed, the
/// last one is shown.
///
/// # Errors
/// What the database reports; [`AppError::Stopped`] if no head was ever signed.
pub fn checkpoint(node: &Node) -> Result<Arc<SignedCheckpoint>, AppError> {
    let size = node.size()?;
    let ledger = node.ledger();
    let is_newest = |head: &Arc<SignedCheckpoint>| head.checkpoint().size() >= size;
    let last = ledger.head();
    if let Some(head) = last.clone().filter(is_newest) {
        return Ok(head);
    }
    let ticked = ledger.tick();
    match (ledger.head().or(last), ticked) {
        (Some(head), _) => Ok(head),
        (None, Err(error)) => Err(error),
        (None, Ok(())) => Err(AppError::Stopped {
            reason: "no head was signed".into(),
        }),
    }
}

/// A tile of a log that is served, if the checkpoint shown last covers it.
///
/// # Errors
/// As [`tile`] and [`checkpoint`].
pub fn served_tile(node: &Node, path: TilePath) -> Result<Option<Vec<u8>>, AppError> {
    let last = node.ledger().head();
    let covers = |head: &Arc<SignedCheckpoint>| path.is_within(head.checkpoint().size());
    let signed = match last.filter(covers) {
        Some(signed) => signed,
        // Perhaps another process has signed for it.
        None => checkpoint(node)?,
    };
    tile(node.tracer().store(), &signed, path)
}

/// The log of a folder, to be read beside whoever appends to it.
pub(super) struct SignedLog {
    pub(super) store: Store,
    pub(super) key: VerifierKey,
    copy: HeadCopy,
}

impl SignedLog {
    /// Opens the database of a folder and the second copy of its head.
    pub(super) fn open(options: &Options) -> Result<Self, AppError> {
        let description = options.home.description()?;
        let store = Store::open(&options.database(), Some(&description.instance()))?;
        // Not from the folder's keys: whoever only reads needs no right to sign.
        let key = log_key(&store)?;
        Ok(Self {
            store,
            key,
            copy: HeadCopy::at(options.head_copy(&description))?,
        })
    }

    /// The head that was signed last, after comparing it with what the database holds.
    pub(super) fn signed_head(&self) -> Result<Option<SignedCheckpoint>, AppError> {
        // The copy first: what is committed meanwhile only adds to what it covers.
        let Some(signed) = self.copy.read()? else {
            return Ok(None);
        };
        signed.verify(&self.key)?;
        self.store.read(|reader| {
            let head = home_head(reader)?;
            compare_with_signed(&reader.hashes(LogNo::HOME)?, &head, &signed)
        })?;
        Ok(Some(signed))
    }

    /// The root that the log had at `size`, which it must have reached.
    pub(super) fn root_at(&self, size: u64) -> Result<Hash, AppError> {
        self.store.read(|reader| {
            let tiles = reader.hashes(LogNo::HOME)?;
            let root = Prover::new(size, &tiles).map(|mut prover| prover.root());
            root.ok()
                .and_then(Result::ok)
                .ok_or_else(|| AppError::Contradicts {
                    what: "tiles".into(),
                })
        })
    }
}

/// The key with which heads of the node's own log are verified.
///
/// # Errors
/// What the database reports, or that the log has no beginning.
pub fn key(node: &Node) -> Result<VerifierKey, AppError> {
    log_key(node.store())
}

/// The key of the log, as its first record names it.
pub(super) fn log_key(store: &Store) -> Result<VerifierKey, AppError> {
    let damaged = |reason: String| AppError::Damaged { index: 0, reason };
    let first = EntryKey::new(LogNo::HOME, 0).ok_or_else(|| damaged("no log".into()))?;
    let entry = store.read(|reader| reader.entry_at(first))?;
    let entry = entry.ok_or_else(|| damaged("the entry is missing".into()))?;
    let record = entry
        .record(|_| false)
        .map_err(|cause| damaged(cause.to_string()))?;
    let genesis = match record.body {
        Body::Beat(beat) => beat.genesis,
        _ => None,
    };
    let genesis = genesis.ok_or_else(|| damaged("the log has no beginning".into()))?;
    Ok(VerifierKey::parse(genesis.log_key.as_str())?)
}

/// The head of the node's own log.
pub(super) fn home_head(reader: &mut Reader<'_>) -> Result<Head, AppError> {
    reader
        .head(LogNo::HOME)?
        .ok_or_else(|| AppError::Contradicts {
            what: "head".into(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_form_and_everything_else_is_refused() {
        assert_eq!(LogPath::parse("checkpoint"), Ok(LogPath::Checkpoint));
        for path in [
            "tile/0/000",
            "tile/0/x001/234",
            "tile/0/x001/x234/567.p/8",
            "tile/entries/000.p/255",
            "tile/63/000",
        ] {
            assert_eq!(LogPath::parse(path).unwrap().to_string(), path);
        }
        for path in [
            "",
            "/checkpoint",
            "checkpoint/",
            "Checkpoint",
            "tile/0/0",
            "tile/0/1234",
            "tile/0/x001/x234",
            "tile/0/x000/001",
            "tile/00/000",
            "tile/64/000",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000/",
            "tile/0/../0/000",
            "tile/data/000",
            "tile/entries/+01",
            "tile/8/0/000",
        ] {
            assert!(LogPath::parse(path).is_err(), "{path:?}");
        }
    }

    #[test]
    fn only_full_tiles_never_change_and_only_bundles_hold_entries() {
        let file = |path| LogPath::parse(path).unwrap();
        assert!(file("tile/0/000").is_immutable());
        assert!(file("tile/entries/000").is_immutable());
        assert!(!file("tile/0/000.p/3").is_immutable());
        assert!(!file("checkpoint").is_immutable());
        assert!(file("tile/entries/000").has_entries());
        assert!(!file("tile/0/000").has_entries());
        assert!(!file("checkpoint").has_entries());
    }

    #[test]
    fn a_missing_element_is_told_by_the_entry_it_begins_at() {
        let path = TilePath::hashes(1, 2, 5).unwrap();
        assert_eq!(first_entry(path, 1, 3), (2 * 256 + 3) * 256);
    }
}
