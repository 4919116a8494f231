//! Making proofs out of tiles, wherever those are kept.

use std::collections::HashMap;

use super::hash::{Hash, empty_root, node_hash};
use super::proof::{ProofError, SIZE_MAX};
use super::tile::{TILE_HEIGHT, TILE_WIDTH};
use crate::core::text::{Bilingual, Explain};

/// Most tiles a [`Prover`] keeps before it starts anew; 16 kB each.
const CACHED_TILES_MAX: usize = 1_024;

/// Where hash tiles are read from.
pub trait HashSource {
    /// What can go wrong in reading.
    type Error;

    /// The first `width` (1 to 256) hashes of tile `index` at tile level `level`, or more of that
    /// tile. The hash at position `i` is the root over the `256^level` leaves from
    /// `(256 * index + i) * 256^level` on; only complete subtrees are asked for.
    ///
    /// # Errors
    /// If the tile cannot be read.
    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<Hash>, Self::Error>;
}

/// Why no proof could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProveError<E> {
    /// The source failed.
    #[error("a tile could not be read")]
    Source(E),
    /// The source gave fewer hashes than asked for.
    #[error("tile {index} of level {level} has fewer than {width} hashes")]
    ShortTile {
        /// Tile level.
        level: u8,
        /// Tile index in its level.
        index: u64,
        /// Hashes asked for.
        width: u16,
    },
    /// There is no such proof.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl<E: std::fmt::Debug> Explain for ProveError<E> {
    fn code(&self) -> &'static str {
        match self {
            Self::Source(_) => "tile_unreadable",
            Self::ShortTile { .. } => "tile_short",
            Self::Proof(error) => error.code(),
        }
    }

    fn explain(&self) -> Bilingual {
        match self {
            Self::Source(_) => Bilingual::new("无法读取哈希块", "a tile could not be read"),
            Self::ShortTile {
                level,
                index,
                width,
            } => Bilingual::new(
                format!("第{level}层第{index}块哈希不足{width}个"),
                format!("tile {index} of level {level} has fewer than {width} hashes"),
            ),
            Self::Proof(error) => error.explain(),
        }
    }
}

/// The eight rows of one tile: its hashes, then the nodes above them.
type Rows = Vec<Vec<Hash>>;

/// Makes proofs over the tree of one size; every tile is read and hashed once.
pub struct Prover<'a, S: HashSource> {
    size: u64,
    source: &'a S,
    tiles: HashMap<(u8, u64), Rows>,
}

impl<'a, S: HashSource> Prover<'a, S> {
    /// Prepares proofs over the tree with `size` leaves.
    ///
    /// # Errors
    /// [`ProofError::TooLarge`].
    pub fn new(size: u64, source: &'a S) -> Result<Self, ProofError> {
        if size > SIZE_MAX {
            return Err(ProofError::TooLarge);
        }
        Ok(Self {
            size,
            source,
            tiles: HashMap::new(),
        })
    }

    /// The root of the tree.
    ///
    /// # Errors
    /// If a tile cannot be read.
    pub fn root(&mut self) -> Result<Hash, ProveError<S::Error>> {
        if self.size == 0 {
            Ok(empty_root())
        } else {
            self.range(0, self.size)
        }
    }

    /// The inclusion proof of the leaf at `index` (RFC 6962, section 2.1.1).
    ///
    /// # Errors
    /// [`ProofError::OutOfTree`], or if a tile cannot be read.
    pub fn inclusion(&mut self, index: u64) -> Result<Vec<Hash>, ProveError<S::Error>> {
        let size = self.size;
        if index >= size {
            return Err(ProofError::OutOfTree { index, size }.into());
        }
        let mut proof = Vec::new();
        let (mut low, mut high) = (0, size);
        while high - low > 1 {
            let middle = low + split(high - low);
            if index < middle {
                proof.push(self.range(middle, high)?);
                high = middle;
            } else {
                proof.push(self.range(low, middle)?);
                low = middle;
            }
        }
        proof.reverse();
        Ok(proof)
    }

    /// The proof that this tree begins with all of its own first `old` leaves (RFC 6962, section
    /// 2.1.2); empty if `old` is 0 or the whole tree.
    ///
    /// # Errors
    /// [`ProofError::Shrunk`], or if a tile cannot be read.
    pub fn consistency(&mut self, old: u64) -> Result<Vec<Hash>, ProveError<S::Error>> {
        if old > self.size {
            return Err(ProofError::Shrunk {
                old,
                new: self.size,
            }
            .into());
        }
        let mut proof = Vec::new();
        if old == 0 {
            return Ok(proof);
        }
        let (mut low, mut high) = (0, self.size);
        while old != high {
            let middle = low + split(high - low);
            if old <= middle {
                proof.push(self.range(middle, high)?);
                high = middle;
            } else {
                proof.push(self.range(low, middle)?);
                low = middle;
            }
        }
        // Without a step to the right the earlier tree is the node the climb starts from.
        if low != 0 {
            proof.push(self.range(low, high)?);
        }
        proof.reverse();
        Ok(proof)
    }

    /// The root over the leaves from `low` to before `high`; `low` must be a multiple of the
    /// largest power of two in the range, as in every step of the proofs above.
    fn range(&mut self, low: u64, high: u64) -> Result<Hash, ProveError<S::Error>> {
        let mut complete = Vec::new();
        let mut from = low;
        while from < high {
            let level = (high - from).ilog2();
            complete.push(self.node(level, from >> level)?);
            from += 1 << level;
        }
        let mut hashes = complete.into_iter().rev();
        let last = hashes.next().unwrap_or_else(empty_root);
        Ok(hashes.fold(last, |right, left| node_hash(&left, &right)))
    }

    /// The complete node at this binary level and position.
    fn node(&mut self, level: u32, position: u64) -> Result<Hash, ProveError<S::Error>> {
        let row = level % TILE_HEIGHT;
        let tile_level = u8::try_from(level / TILE_HEIGHT).unwrap_or(u8::MAX);
        let index = position >> (TILE_HEIGHT - row);
        let at = position - (index << (TILE_HEIGHT - row));
        let count = self.size.checked_shr(level - row).unwrap_or(0);
        let rest = count.saturating_sub(index << TILE_HEIGHT);
        let width = u16::try_from(rest).unwrap_or(TILE_WIDTH).min(TILE_WIDTH);
        let short = ProveError::ShortTile {
            level: tile_level,
            index,
            width,
        };
        if !self.tiles.contains_key(&(tile_level, index)) {
            let mut hashes = self
                .source
                .tile(tile_level, index, width)
                .map_err(ProveError::Source)?;
            if hashes.len() < usize::from(width) {
                return Err(short);
            }
            hashes.truncate(usize::from(width));
            if self.tiles.len() >= CACHED_TILES_MAX {
                self.tiles.clear();
            }
            self.tiles.insert((tile_level, index), rows_above(hashes));
        }
        let rows = self.tiles.get(&(tile_level, index));
        rows.and_then(|rows| rows.get(usize::try_from(row).ok()?))
            .and_then(|hashes| hashes.get(usize::try_from(at).ok()?))
            .copied()
            .ok_or(short)
    }
}

/// The largest power of two below `count`, which is at least 2.
const fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// The hashes of a tile and the seven rows of complete nodes over them.
pub(super) fn rows_above(hashes: Vec<Hash>) -> Rows {
    let mut rows = vec![hashes];
    for _ in 1..TILE_HEIGHT {
        let above = rows.last().map_or_else(Vec::new, |row| pair_up(row));
        rows.push(above);
    }
    rows
}

/// The complete nodes right above a row that begins at an even position.
pub(super) fn pair_up(row: &[Hash]) -> Vec<Hash> {
    row.as_chunks()
        .0
        .iter()
        .map(|[left, right]| node_hash(left, right))
        .collect()
}

/// Makes one inclusion proof; for several over one size, keep a [`Prover`].
///
/// # Errors
/// As [`Prover::inclusion`].
pub fn prove_inclusion<S: HashSource>(
    index: u64,
    size: u64,
    source: &S,
) -> Result<Vec<Hash>, ProveError<S::Error>> {
    Prover::new(size, source)?.inclusion(index)
}

/// Makes the proof that the tree with `new` leaves begins with all of that with `old` leaves.
///
/// # Errors
/// As [`Prover::consistency`].
pub fn prove_consistency<S: HashSource>(
    old: u64,
    new: u64,
    source: &S,
) -> Result<Vec<Hash>, ProveError<S::Error>> {
    Prover::new(new, source)?.consistency(old)
}
