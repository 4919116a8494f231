//! Tiles (C2SP `tlog-tiles`): 256 hashes side by side, in a file of their own.

use super::hash::Hash;

/// Hashes in a full tile.
pub const TILE_WIDTH: u16 = 256;

/// Binary levels of the tree that one tile spans.
pub const TILE_HEIGHT: u32 = 8;

/// A full tile: 256 hashes of one level, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// Level: at 0 the hashes are leaves, at 1 they are roots of 256 leaves, and so on.
    pub level: u8,
    /// Which tile of its level, from 0.
    pub index: u64,
    /// The hashes.
    pub hashes: Vec<Hash>,
}
