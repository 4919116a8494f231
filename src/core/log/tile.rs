//! Tiles (C2SP `tlog-tiles`): 256 hashes or entries side by side, in a file of their own whose
//! path says which they are; full tiles never change.

use super::hash::{HASH_BYTES, Hash};
use crate::core::text::{Bilingual, Explain};

/// Hashes in a full tile.
pub const TILE_WIDTH: u16 = 256;

/// Binary levels of the tree that one tile spans.
pub const TILE_HEIGHT: u32 = 8;

/// Bytes of a full hash tile.
pub const TILE_BYTES: usize = 8_192;

/// Highest tile level that a path may name (C2SP `tlog-tiles`).
pub const TILE_LEVEL_MAX: u8 = 63;

/// Largest tile index: the last leaf of a tree of 2^63 - 1 stands in it at level 0.
pub const TILE_INDEX_MAX: u64 = (1 << 55) - 1;

/// Longest entry in bytes: its length goes before it in 16 bits.
pub const ENTRY_BYTES_MAX: usize = 65_535;

/// Longest path in bytes: the deepest index has six elements.
const PATH_BYTES_MAX: usize = 64;

/// Why bytes or a path are no tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// The path is not in the one form that names a tile.
    #[error("the path names no tile")]
    Path,
    /// Tiles have 1 to 256 hashes.
    #[error("a tile has 1 to 256 elements")]
    Width,
    /// The bytes are not whole hashes, or not as many as the tile has.
    #[error("the tile has {got} bytes, not {want}")]
    Bytes {
        /// Bytes there are.
        got: usize,
        /// Bytes there must be.
        want: usize,
    },
    /// An entry is longer than 65,535 bytes.
    #[error("an entry of {0} bytes is longer than 65535")]
    EntryTooLong(usize),
    /// The bundle ends within an entry, or has another number of entries.
    #[error("the bundle does not hold {want} whole entries")]
    Bundle {
        /// Entries there must be.
        want: u16,
    },
}

impl Explain for TileError {
    fn code(&self) -> &'static str {
        match self {
            Self::Path => "tile_path",
            Self::Width => "tile_width",
            Self::Bytes { .. } => "tile_bytes",
            Self::EntryTooLong(_) => "entry_too_long",
            Self::Bundle { .. } => "entry_bundle",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::Path => "路径不是有效的哈希块或条目块路径".to_owned(),
            Self::Width => "每块含1至256个元素".to_owned(),
            Self::Bytes { got, want } => format!("哈希块为{got}字节,应为{want}字节"),
            Self::EntryTooLong(got) => format!("条目为{got}字节,超过65535字节"),
            Self::Bundle { want } => format!("条目块应恰含{want}个完整条目"),
        };
        Bilingual::new(zh, self.to_string())
    }
}

/// Hashes of one level side by side: 256 in a full tile, fewer at the right edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// Level: at 0 the hashes are leaves, at 1 they are roots of 256 leaves, and so on.
    pub level: u8,
    /// Which tile of its level, from 0.
    pub index: u64,
    /// The hashes.
    pub hashes: Vec<Hash>,
}

impl Tile {
    /// The bytes as stored and served: the hashes one after the other.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        encode_hashes(&self.hashes)
    }

    /// Where the tile is served.
    ///
    /// # Errors
    /// [`TileError::Width`] or [`TileError::Path`] if there can be no such tile.
    pub fn path(&self) -> Result<TilePath, TileError> {
        let width = u16::try_from(self.hashes.len())
            .ok()
            .ok_or(TileError::Width)?;
        TilePath::hashes(self.level, self.index, width)
    }
}

/// The hashes one after the other.
#[must_use]
pub fn encode_hashes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// Reads a hash tile of exactly `width` hashes.
///
/// # Errors
/// [`TileError::Bytes`] if there are more or fewer.
pub fn decode_hashes(bytes: &[u8], width: u16) -> Result<Vec<Hash>, TileError> {
    let want = usize::from(width) * HASH_BYTES;
    if bytes.len() != want {
        return Err(TileError::Bytes {
            got: bytes.len(),
            want,
        });
    }
    Ok(bytes.as_chunks().0.iter().copied().map(Hash).collect())
}

/// Writes an entry bundle: each entry after its length in two bytes, big end first.
///
/// # Errors
/// [`TileError::EntryTooLong`], or [`TileError::Width`] if there are not 1 to 256 entries.
pub fn encode_entries<T: AsRef<[u8]>>(entries: &[T]) -> Result<Vec<u8>, TileError> {
    if entries.is_empty() || entries.len() > usize::from(TILE_WIDTH) {
        return Err(TileError::Width);
    }
    let mut bundle = Vec::with_capacity(entries.iter().map(|e| e.as_ref().len() + 2).sum());
    for entry in entries {
        let entry = entry.as_ref();
        let length = u16::try_from(entry.len())
            .ok()
            .ok_or(TileError::EntryTooLong(entry.len()))?;
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(entry);
    }
    Ok(bundle)
}

/// Reads an entry bundle of exactly `width` entries.
///
/// # Errors
/// [`TileError::Bundle`] if there are more or fewer, or one is cut short.
pub fn decode_entries(bundle: &[u8], width: u16) -> Result<Vec<&[u8]>, TileError> {
    let wrong = TileError::Bundle { want: width };
    let mut entries = Vec::with_capacity(usize::from(width));
    let mut rest = bundle;
    for _ in 0..width {
        let (length, after) = rest.split_first_chunk().ok_or(wrong)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, after) = after.split_at_checked(length).ok_or(wrong)?;
        entries.push(entry);
        rest = after;
    }
    if rest.is_empty() {
        Ok(entries)
    } else {
        Err(wrong)
    }
}

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileKind {
    /// Hashes of this tile level.
    Hashes(u8),
    /// The entries under a tile of level 0.
    Entries,
}

/// Which tile a path names: `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePath {
    kind: TileKind,
    index: u64,
    width: u16,
}

impl TilePath {
    /// Names the hash tile of this level (0 to 63), index and width (1 to 256).
    ///
    /// # Errors
    /// [`TileError::Width`], or [`TileError::Path`] for a level or index that cannot be.
    pub fn hashes(level: u8, index: u64, width: u16) -> Result<Self, TileError> {
        if level > TILE_LEVEL_MAX {
            return Err(TileError::Path);
        }
        Self::of(TileKind::Hashes(level), index, width)
    }

    /// Names the entry bundle of this index and width (1 to 256).
    ///
    /// # Errors
    /// As [`TilePath::hashes`].
    pub fn entries(index: u64, width: u16) -> Result<Self, TileError> {
        Self::of(TileKind::Entries, index, width)
    }

    fn of(kind: TileKind, index: u64, width: u16) -> Result<Self, TileError> {
        if width == 0 || width > TILE_WIDTH {
            return Err(TileError::Width);
        }
        if index > TILE_INDEX_MAX {
            return Err(TileError::Path);
        }
        Ok(Self { kind, index, width })
    }

    /// Reads a path in its one form: no leading slash or zeros, no empty element.
    ///
    /// # Errors
    /// [`TileError::Path`] for anything else.
    pub fn parse(path: &str) -> Result<Self, TileError> {
        Self::read(path)
            .filter(|tile| tile.to_string() == path)
            .ok_or(TileError::Path)
    }

    /// Reads loosely; [`TilePath::parse`] then compares with the one form.
    fn read(path: &str) -> Option<Self> {
        if path.len() > PATH_BYTES_MAX {
            return None;
        }
        let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let kind = match kind {
            "entries" => TileKind::Entries,
            level => TileKind::Hashes(level.parse().ok().filter(|l| *l <= TILE_LEVEL_MAX)?),
        };
        let (elements, width) = match rest.split_once(".p/") {
            Some((elements, width)) => (elements, width.parse().ok()?),
            None => (rest, TILE_WIDTH),
        };
        let mut index = 0_u64;
        for element in elements.split('/') {
            let digits = element.strip_prefix('x').unwrap_or(element);
            index = index
                .checked_mul(1_000)?
                .checked_add(digits.parse::<u16>().ok()?.into())?;
        }
        Self::of(kind, index, width).ok()
    }

    /// What the tile holds.
    #[must_use]
    pub const fn kind(&self) -> TileKind {
        self.kind
    }

    /// Which tile of its level, from 0.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// Elements in the tile, 1 to 256.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// Whether the tile is full, and so will never change.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// The same tile when it is full.
    #[must_use]
    pub const fn full(self) -> Self {
        Self {
            width: TILE_WIDTH,
            ..self
        }
    }

    /// Whether a log of `size` leaves has all elements of this tile.
    #[must_use]
    pub fn is_within(&self, size: u64) -> bool {
        let level = match self.kind {
            TileKind::Hashes(level) => u32::from(level),
            TileKind::Entries => 0,
        };
        let count = size.checked_shr(level * TILE_HEIGHT).unwrap_or(0);
        (self.index << TILE_HEIGHT) + u64::from(self.width) <= count
    }
}

impl std::fmt::Display for TilePath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind {
            TileKind::Hashes(level) => write!(f, "tile/{level}/")?,
            TileKind::Entries => f.write_str("tile/entries/")?,
        }
        let mut groups = vec![self.index % 1_000];
        let mut rest = self.index / 1_000;
        while rest > 0 {
            groups.push(rest % 1_000);
            rest /= 1_000;
        }
        while let Some(group) = groups.pop() {
            if groups.is_empty() {
                write!(f, "{group:03}")?;
            } else {
                write!(f, "x{group:03}/")?;
            }
        }
        if self.width < TILE_WIDTH {
            write!(f, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
