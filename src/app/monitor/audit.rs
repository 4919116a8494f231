//! Reading tiles and saying which one is wrong.

use super::fault::Fault;
use super::source::Source;
use crate::core::log::layout::width_at;
use crate::core::log::prove::ProveError;
use crate::core::log::tile::{
    TILE_HEIGHT, TILE_LEVEL_MAX, TILE_WIDTH, TileKind, decode_entries, decode_hashes,
};
use crate::core::log::{
    Checkpoint, CompactRange, Follower, Hash, HashSource, Prover, TilePath, leaf_hash, root_of,
    verify_consistency,
};

/// The tiles of a log under one checkpoint.
pub(super) struct Under<'a> {
    pub(super) source: &'a Source,
    pub(super) size: u64,
}

impl HashSource for Under<'_> {
    type Error = Fault;

    fn tile(&self, level: u8, index: u64, _width: u16) -> Result<Vec<Hash>, Fault> {
        // In the width of the checkpoint, the only one that is sure to be there.
        match self.path(level, index) {
            Some(path) => self.hashes(path),
            None => Ok(Vec::new()),
        }
    }
}

impl Under<'_> {
    /// The widest form of a tile that the checkpoint covers.
    fn path(&self, level: u8, index: u64) -> Option<TilePath> {
        let count = self.count(level);
        TilePath::hashes(level, index, width_at(index, count)).ok()
    }

    /// Hashes in a level.
    fn count(&self, level: u8) -> u64 {
        let bottom = u32::from(level) * TILE_HEIGHT;
        self.size.checked_shr(bottom).unwrap_or(0)
    }

    /// The hashes of a tile.
    pub(super) fn hashes(&self, path: TilePath) -> Result<Vec<Hash>, Fault> {
        let bytes = self.source.tile(path)?;
        let want = usize::from(path.width());
        // Instead of a partial tile there may be the full one.
        decode_hashes(&bytes, path.width())
            .or_else(|_other_width| decode_hashes(&bytes, TILE_WIDTH))
            .map(|mut hashes| {
                hashes.truncate(want);
                hashes
            })
            .map_err(|_no_hashes| Fault::TileAltered(path))
    }

    /// Compares the bundle of entries under a tile of level 0 with its hashes.
    pub(super) fn compare_entries(&self, leaves: TilePath, hashes: &[Hash]) -> Result<(), Fault> {
        let Ok(path) = TilePath::entries(leaves.index(), leaves.width()) else {
            return Ok(());
        };
        let bytes = self.source.tile(path)?;
        let first = path.index() << TILE_HEIGHT;
        let entries = decode_entries(&bytes, path.width())
            .or_else(|_other_width| decode_entries(&bytes, TILE_WIDTH))
            .map_err(|_no_bundle| Fault::TileAltered(path))?;
        for ((entry, hash), index) in entries.iter().zip(hashes).zip(first..) {
            if leaf_hash(entry) != *hash {
                return Err(Fault::EntryAltered { path, index });
            }
        }
        Ok(())
    }

    /// The root that the tiles at the right edge give.
    fn edge_root(&self) -> Result<Option<Hash>, Fault> {
        let prover = Prover::new(self.size, self);
        answered(prover.map(|mut prover| prover.root()).ok())
    }

    /// The quick look at a checkpoint: the right edge gives its root, and it continues `old`.
    pub(super) fn look(&self, new: &Checkpoint, old: Option<&Checkpoint>) -> Result<Look, Fault> {
        if self.edge_root()? != Some(*new.root()) {
            return Ok(Look::Differs);
        }
        let Some(old) = old.filter(|old| old.size() > 0) else {
            return Ok(Look::Good);
        };
        let prover = Prover::new(self.size, self);
        let proof = prover.map(|mut prover| prover.consistency(old.size()));
        let Some(proof) = answered(proof.ok())? else {
            return Ok(Look::Differs);
        };
        let holds = verify_consistency(old.size(), old.root(), new.size(), new.root(), &proof);
        Ok(match holds {
            Ok(()) => Look::Good,
            Err(_) => Look::Differs,
        })
    }

    /// Reads every tile to find what is wrong: a tile that its neighbours contradict, or nothing,
    /// if the tiles and the checkpoint are one whole, and the contradiction is with the past.
    pub(super) fn locate(&self, new: &Checkpoint, known: &Follower) -> Result<(), Fault> {
        let edge_is_right = self.edge_root()? == Some(*new.root());
        let mut leaves = CompactRange::new();
        // The roots of the full tiles of the level below, which this level should repeat.
        let mut below: Option<Vec<Hash>> = None;
        for level in 0..=TILE_LEVEL_MAX {
            let count = self.count(level);
            if count == 0 {
                break;
            }
            let mut roots = Vec::new();
            for index in 0..count.div_ceil(TILE_WIDTH.into()) {
                let Some(path) = self.path(level, index) else {
                    break;
                };
                let hashes = self.hashes(path)?;
                if let Some(below) = &below {
                    self.compare_levels(path, &hashes, below, known, edge_is_right)?;
                } else {
                    leaves.extend(hashes.iter().copied());
                }
                if path.is_full() {
                    roots.push(root_of(hashes));
                }
            }
            below = Some(roots);
        }
        if leaves.root() == *new.root() {
            return Ok(());
        }
        let edge = self.size.saturating_sub(1) >> TILE_HEIGHT;
        let Some(path) = self.path(0, edge) else {
            return Ok(());
        };
        match known.agrees(path, &self.hashes(path)?) {
            Some(false) => Err(Fault::TileAltered(path)),
            _ => Err(Fault::RootMismatch {
                size: new.size(),
                path,
            }),
        }
    }

    /// Compares a tile with the roots of the tiles below it, and says which of the two is wrong:
    /// the one that contradicts what was verified before, or else the signed root.
    fn compare_levels(
        &self,
        upper: TilePath,
        hashes: &[Hash],
        below: &[Hash],
        known: &Follower,
        edge_is_right: bool,
    ) -> Result<(), Fault> {
        let TileKind::Hashes(level) = upper.kind() else {
            return Ok(());
        };
        let first = upper.index() << TILE_HEIGHT;
        for (hash, child) in hashes.iter().zip(first..) {
            let made = usize::try_from(child).ok().and_then(|at| below.get(at));
            if made == Some(hash) {
                continue;
            }
            let upper_is_wrong = match known.agrees(upper, hashes) {
                Some(agrees) => !agrees,
                None => !edge_is_right,
            };
            let lower = self.path(level.saturating_sub(1), child);
            return Err(Fault::TileAltered(match lower {
                Some(lower) if !upper_is_wrong => lower,
                _ => upper,
            }));
        }
        Ok(())
    }
}

/// What a quick look says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// The edge gives the root, which continues the old one.
    Good,
    /// It does not; somebody has to find out why.
    Differs,
}

/// What a prover says, with the faults of reading apart from everything that does not fit.
fn answered<T>(said: Option<Result<T, ProveError<Fault>>>) -> Result<Option<T>, Fault> {
    match said {
        Some(Ok(found)) => Ok(Some(found)),
        Some(Err(ProveError::Source(fault))) => Err(fault),
        Some(Err(_)) | None => Ok(None),
    }
}
