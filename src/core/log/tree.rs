//! The right edge of the tree, kept in memory behind the log's compare-and-swap: it appends,
//! gives roots, and proves the leaves it has just taken without hashing anything twice.

use std::sync::OnceLock;

use super::hash::{Hash, empty_root, node_hash};
use super::proof::{PROOF_HASHES_MAX, ProofError, SIZE_MAX};
use super::prove::{HashSource, ProveError, pair_up};
use super::tile::{TILE_HEIGHT, TILE_WIDTH, Tile};
use crate::core::text::{Bilingual, Explain};

/// Leaves before the current batch that can still be proved; twice as many may be in memory.
pub const WINDOW_LEAVES: u64 = 4_096;

/// Why an edge cannot go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// The mark is not the one of the current batch.
    #[error("the mark is not that of the current batch")]
    StaleMark,
}

impl Explain for TreeError {
    fn code(&self) -> &'static str {
        "tree_stale_mark"
    }

    fn explain(&self) -> Bilingual {
        Bilingual::new("该标记不属于当前批次", self.to_string())
    }
}

/// The complete nodes of one binary level from position `first` on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Row {
    first: u64,
    hashes: Vec<Hash>,
}

impl Row {
    fn get(&self, position: u64) -> Option<&Hash> {
        let at = usize::try_from(position.checked_sub(self.first)?).ok()?;
        self.hashes.get(at)
    }

    fn slice(&self, from: u64, to: u64) -> Option<&[Hash]> {
        let start = usize::try_from(from.checked_sub(self.first)?).ok()?;
        let end = usize::try_from(to.checked_sub(self.first)?).ok()?;
        self.hashes.get(start..end)
    }

    /// Forgets what is before `position`.
    fn keep_from(&mut self, position: u64) {
        let wanted = usize::try_from(position.saturating_sub(self.first)).unwrap_or(usize::MAX);
        let gone = wanted.min(self.hashes.len());
        self.hashes.drain(..gone);
        self.first = self.first.max(position);
    }

    /// Forgets what is from `position` on.
    fn keep_before(&mut self, position: u64) {
        let kept = usize::try_from(position.saturating_sub(self.first)).unwrap_or(usize::MAX);
        self.hashes.truncate(kept);
    }
}

/// Where a batch began; the way back if its commit fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    batch: u64,
    size: u64,
    drained: u64,
}

impl Mark {
    /// Leaves in the tree when the batch began.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }
}

/// The right edge of a growing RFC 6962 tree.
///
/// A batch goes: [`begin_batch`](Self::begin_batch), [`append`](Self::append) for each leaf,
/// [`drain_tiles`](Self::drain_tiles) and [`root`](Self::root) to be committed,
/// [`prove_recent`](Self::prove_recent) for the receipts; and [`rollback`](Self::rollback) if the
/// commit fails. Memory is bounded as long as full tiles are drained: some 64 bytes a leaf for at
/// most twice [`WINDOW_LEAVES`] and the current batch, and 8 kB a tile level.
#[derive(Debug, Clone, Default)]
pub struct TreeEdge {
    size: u64,
    /// First leaf that can be proved.
    window: u64,
    /// Size at the last drain: full tiles up to here were handed out.
    drained: u64,
    batch: u64,
    /// Row k holds complete nodes over 2^k leaves.
    rows: Vec<Row>,
    /// At k: the root over the leaves after the last complete node of row k, if there are any.
    /// Made when first needed for a size, as every proof needs one of them.
    folds: OnceLock<Vec<Option<Hash>>>,
}

impl TreeEdge {
    /// The edge of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The edge of the tree with `size` leaves, from its partial tiles. The tiles are taken as
    /// they are: compare [`root`](Self::root) with the root that was signed.
    ///
    /// # Errors
    /// If a tile cannot be read or is too short, or the size is beyond [`SIZE_MAX`].
    pub fn restore<S: HashSource>(size: u64, source: &S) -> Result<Self, ProveError<S::Error>> {
        if size > SIZE_MAX {
            return Err(ProofError::TooLarge.into());
        }
        let mut rows: Vec<Row> = Vec::new();
        let mut count = size;
        for level in 0..=u8::MAX {
            if count == 0 {
                break;
            }
            let index = count >> TILE_HEIGHT;
            let first = index << TILE_HEIGHT;
            let width = u16::try_from(count - first).unwrap_or(TILE_WIDTH);
            let hashes = read_partial(source, level, index, width)?;
            rows.push(Row { first, hashes });
            for _ in 1..TILE_HEIGHT {
                if let Some(below) = rows.last() {
                    let above = Row {
                        first: below.first >> 1,
                        hashes: pair_up(&below.hashes),
                    };
                    rows.push(above);
                }
            }
            count = index;
        }
        let window = (size >> TILE_HEIGHT) << TILE_HEIGHT;
        Ok(Self {
            size,
            window,
            drained: size,
            rows,
            ..Self::default()
        })
    }

    /// Leaves in the tree.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The first leaf that [`prove_recent`](Self::prove_recent) can prove.
    #[must_use]
    pub const fn window_start(&self) -> u64 {
        self.window
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.folds()
            .last()
            .copied()
            .flatten()
            .unwrap_or_else(empty_root)
    }

    /// Adds a leaf and gives its index.
    pub fn append(&mut self, leaf: Hash) -> u64 {
        let index = self.size;
        self.folds.take();
        let mut hash = leaf;
        let mut position = index;
        for level in 0.. {
            if level == self.rows.len() {
                self.rows.push(Row::default());
            }
            let Some(row) = self.rows.get_mut(level) else {
                break;
            };
            let left = row.hashes.last().copied();
            row.hashes.push(hash);
            match left {
                Some(left) if position & 1 == 1 => hash = node_hash(&left, &hash),
                _ => break,
            }
            position >>= 1;
        }
        self.size += 1;
        index
    }

    /// Starts a batch: forgets leaves that have left the window and marks the way back.
    /// Earlier marks lose their meaning.
    pub fn begin_batch(&mut self) -> Mark {
        if self.size - self.window >= 2 * WINDOW_LEAVES {
            self.window = self.size - WINDOW_LEAVES;
            let (window, drained) = (self.window, self.drained);
            for (level, row) in (0_u32..).zip(&mut self.rows) {
                let mut keep = shifted(window, level) & !1;
                if level % TILE_HEIGHT == 0 {
                    keep = keep.min(shifted(drained, level) & !u64::from(TILE_WIDTH - 1));
                }
                row.keep_from(keep);
            }
        }
        self.batch += 1;
        Mark {
            batch: self.batch,
            size: self.size,
            drained: self.drained,
        }
    }

    /// Goes back to where the current batch began; tiles drained since will be given out again.
    ///
    /// # Errors
    /// [`TreeError::StaleMark`] if another batch has begun since.
    pub fn rollback(&mut self, mark: &Mark) -> Result<(), TreeError> {
        if mark.batch != self.batch || mark.size > self.size {
            return Err(TreeError::StaleMark);
        }
        self.folds.take();
        self.size = mark.size;
        self.drained = mark.drained;
        for (level, row) in (0_u32..).zip(&mut self.rows) {
            row.keep_before(shifted(mark.size, level));
        }
        Ok(())
    }

    /// The full tiles completed since the last drain, lower levels first.
    pub fn drain_tiles(&mut self) -> Vec<Tile> {
        let mut tiles = Vec::new();
        let width = u64::from(TILE_WIDTH);
        for (level, (bottom, row)) in (0_u8..).zip((0_u32..).zip(&self.rows).step_by(8)) {
            let from = shifted(self.drained, bottom + TILE_HEIGHT);
            let to = shifted(self.size, bottom + TILE_HEIGHT);
            for index in from..to {
                if let Some(hashes) = row.slice(index * width, (index + 1) * width) {
                    tiles.push(Tile {
                        level,
                        index,
                        hashes: hashes.to_vec(),
                    });
                }
            }
        }
        self.drained = self.size;
        tiles
    }

    /// The tiles at the right edge that are not full yet, lower levels first; none is empty.
    #[must_use]
    pub fn partial_tiles(&self) -> Vec<Tile> {
        let mut tiles = Vec::new();
        for (level, (bottom, row)) in (0_u8..).zip((0_u32..).zip(&self.rows).step_by(8)) {
            let count = shifted(self.size, bottom);
            let index = count >> TILE_HEIGHT;
            match row.slice(index << TILE_HEIGHT, count) {
                Some(hashes) if !hashes.is_empty() => {
                    tiles.push(Tile {
                        level,
                        index,
                        hashes: hashes.to_vec(),
                    });
                }
                _ => {}
            }
        }
        tiles
    }

    /// The inclusion proof of a leaf of the window against the present tree; `None` if the leaf
    /// is older than the window or not there yet.
    #[must_use]
    pub fn prove_recent(&self, index: u64) -> Option<Vec<Hash>> {
        if index < self.window || index >= self.size {
            return None;
        }
        let folds = self.folds();
        let mut proof = Vec::with_capacity(self.rows.len().min(PROOF_HASHES_MAX));
        for ((level, row), fold) in (0_u32..).zip(&self.rows).zip(folds) {
            let position = index >> level;
            let count = self.size >> level;
            let sibling = position ^ 1;
            if sibling < count {
                proof.push(*row.get(sibling)?);
            } else if position < count {
                // The last complete node of its row: beside it stands the rest of the tree.
                proof.extend(fold);
            }
        }
        Some(proof)
    }

    fn folds(&self) -> &[Option<Hash>] {
        self.folds.get_or_init(|| {
            let mut fold = None;
            let mut folds = Vec::with_capacity(self.rows.len() + 1);
            for (level, row) in (0_u32..).zip(&self.rows) {
                folds.push(fold);
                let count = self.size >> level;
                if count & 1 == 1 {
                    fold = match (row.hashes.last(), fold) {
                        (Some(left), Some(right)) => Some(node_hash(left, &right)),
                        (Some(only), None) => Some(*only),
                        (None, right) => right,
                    };
                }
            }
            folds.push(fold);
            folds
        })
    }
}

/// `value >> by`, also where nothing is left of it.
fn shifted(value: u64, by: u32) -> u64 {
    value.checked_shr(by).unwrap_or(0)
}

fn read_partial<S: HashSource>(
    source: &S,
    level: u8,
    index: u64,
    width: u16,
) -> Result<Vec<Hash>, ProveError<S::Error>> {
    if width == 0 {
        return Ok(Vec::new());
    }
    let mut hashes = source
        .tile(level, index, width)
        .map_err(ProveError::Source)?;
    if hashes.len() < usize::from(width) {
        return Err(ProveError::ShortTile {
            level,
            index,
            width,
        });
    }
    hashes.truncate(usize::from(width));
    Ok(hashes)
}

#[cfg(test)]
mod tests;
