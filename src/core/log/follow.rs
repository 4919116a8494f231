//! Following somebody else's log by its tiles: what was taken and found to give a signed root is
//! remembered, so that a tile that changes afterwards is known by name.

use super::hash::Hash;
use super::layout::width_at;
use super::range::{CompactRange, root_of};
use super::tile::{TILE_HEIGHT, TILE_WIDTH, TileKind, TilePath};

/// The leaves of a log, taken tile by tile in order. Memory: 32 bytes for each full tile.
#[derive(Debug, Clone, Default)]
pub struct Follower {
    range: CompactRange,
    /// Leaves of the tile at the right edge, as long as it is not full.
    edge: Vec<Hash>,
    /// Roots of the full tiles of level 0.
    roots: Vec<Hash>,
}

/// A state to go back to.
#[derive(Debug, Clone, Default)]
pub struct FollowerMark {
    range: CompactRange,
    edge: Vec<Hash>,
    tiles: usize,
}

impl FollowerMark {
    /// Leaves taken then.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.range.size()
    }
}

impl Follower {
    /// A follower that has taken nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves taken.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.range.size()
    }

    /// The root over the leaves taken.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.range.root()
    }

    /// Full tiles of level 0 taken.
    #[must_use]
    pub fn full_tiles(&self) -> u64 {
        u64::try_from(self.roots.len()).unwrap_or(u64::MAX)
    }

    /// The present state, to go back to if what comes next proves wrong.
    #[must_use]
    pub fn mark(&self) -> FollowerMark {
        FollowerMark {
            range: self.range.clone(),
            edge: self.edge.clone(),
            tiles: self.roots.len(),
        }
    }

    /// Goes back to a mark of this follower.
    pub fn rollback(&mut self, mark: &FollowerMark) {
        self.range = mark.range.clone();
        self.edge.clone_from(&mark.edge);
        self.roots.truncate(mark.tiles);
    }

    /// The tile of level 0 to take next of a log of `size` leaves; none if all are taken.
    #[must_use]
    pub fn next(&self, size: u64) -> Option<TilePath> {
        if self.size() >= size {
            return None;
        }
        let index = self.size() >> TILE_HEIGHT;
        TilePath::hashes(0, index, width_at(index, size)).ok()
    }

    /// Takes the leaves of the tile that [`next`](Self::next) named. Whether it begins with the
    /// leaves that were taken of it before; if not, nothing is taken.
    #[must_use]
    pub fn take(&mut self, hashes: &[Hash]) -> bool {
        let Some(fresh) = hashes.strip_prefix(self.edge.as_slice()) else {
            return false;
        };
        self.range.extend(fresh.iter().copied());
        if hashes.len() == usize::from(TILE_WIDTH) {
            self.edge.clear();
            self.roots.push(root_of(hashes.iter().copied()));
        } else {
            self.edge = hashes.to_vec();
        }
        true
    }

    /// Whether a tile is what the leaves taken make it; none if they do not reach so far.
    #[must_use]
    pub fn agrees(&self, path: TilePath, hashes: &[Hash]) -> Option<bool> {
        let TileKind::Hashes(level) = path.kind() else {
            return None;
        };
        if hashes.len() != usize::from(path.width()) {
            return Some(false);
        }
        if level > 0 {
            return self.made(path, level).map(|made| made == hashes);
        }
        let index = usize::try_from(path.index()).ok()?;
        match self.roots.get(index) {
            Some(root) if path.is_full() => Some(root_of(hashes.iter().copied()) == *root),
            // A narrower form of a full tile: its leaves are not remembered.
            Some(_) => None,
            None if index == self.roots.len() => {
                let taken = self.edge.get(..hashes.len())?;
                Some(taken == hashes)
            }
            None => None,
        }
    }

    /// The hashes of a tile above level 0, from the roots of the full tiles below.
    fn made(&self, path: TilePath, level: u8) -> Option<Vec<Hash>> {
        let below = u32::from(level).checked_sub(1)?.checked_mul(TILE_HEIGHT)?;
        let span = 1_usize.checked_shl(below)?;
        let first = usize::try_from(path.index() << TILE_HEIGHT).ok()?;
        (first..first.checked_add(path.width().into())?)
            .map(|element| {
                let from = element.checked_mul(span)?;
                let roots = self.roots.get(from..from.checked_add(span)?)?;
                Some(root_of(roots.iter().copied()))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::log::layout::hash_tiles;
    use crate::core::log::testing::{leaf, leaves, naive_root};
    use crate::core::log::{Tile, TreeEdge};

    /// The hashes of every tile of a tree.
    fn tiles_of(all: &[Hash]) -> Vec<(TilePath, Vec<Hash>)> {
        let mut edge = TreeEdge::new();
        for leaf in all {
            edge.append(*leaf);
        }
        let tiles = edge.drain_tiles().into_iter().chain(edge.partial_tiles());
        tiles
            .map(|tile: Tile| (tile.path().unwrap(), tile.hashes))
            .collect()
    }

    fn follow(follower: &mut Follower, all: &[Hash]) {
        let size = u64::try_from(all.len()).unwrap();
        while let Some(path) = follower.next(size) {
            let first = usize::try_from(path.index() * 256).unwrap();
            assert!(follower.take(&all[first..first + usize::from(path.width())]));
        }
    }

    #[test]
    fn tile_by_tile_it_comes_to_the_root_of_rfc_6962() {
        let all = leaves(1_000);
        let mut follower = Follower::new();
        for size in [1, 2, 255, 256, 257, 511, 512, 900, 1_000] {
            follow(&mut follower, &all[..size]);
            assert_eq!(follower.root(), naive_root(&all[..size]), "{size} leaves");
        }
        assert_eq!(follower.full_tiles(), 3);
        assert_eq!(follower.next(1_000), None);
        assert_eq!(follower.next(10), None);
    }

    #[test]
    fn a_tile_that_begins_otherwise_than_before_is_not_taken() {
        let all = leaves(300);
        let mut follower = Follower::new();
        follow(&mut follower, &all[..270]);
        let before = (follower.size(), follower.root());
        let mut other = all[256..300].to_vec();
        other[3] = leaf(9_999);
        assert!(!follower.take(&other));
        assert!(!follower.take(&all[256..260]), "shorter than before");
        assert_eq!((follower.size(), follower.root()), before);
        assert!(follower.take(&all[256..300]));
        assert_eq!(follower.root(), naive_root(&all));
    }

    #[test]
    fn every_tile_of_the_log_agrees_and_no_altered_one_does() {
        let all = leaves(66_000);
        let mut follower = Follower::new();
        follow(&mut follower, &all);
        let tiles = tiles_of(&all);
        assert_eq!(tiles.len(), hash_tiles(0, 66_000).count());
        for (path, mut hashes) in tiles {
            assert_eq!(follower.agrees(path, &hashes), Some(true), "{path}");
            let last = hashes.len() - 1;
            hashes[last].0[31] ^= 1;
            assert_eq!(follower.agrees(path, &hashes), Some(false), "{path}");
            assert_eq!(follower.agrees(path, &hashes[..last]), Some(false));
        }
    }

    #[test]
    fn what_was_not_taken_is_not_judged() {
        let all = leaves(600);
        let mut follower = Follower::new();
        follow(&mut follower, &all);
        let path = |text| TilePath::parse(text).unwrap();
        assert_eq!(follower.agrees(path("tile/0/005"), &leaves(256)), None);
        assert_eq!(follower.agrees(path("tile/1/000.p/3"), &leaves(3)), None);
        assert_eq!(follower.agrees(path("tile/0/002.p/99"), &leaves(99)), None);
        assert_eq!(
            follower.agrees(path("tile/entries/000"), &leaves(256)),
            None
        );
    }

    #[test]
    fn what_proved_wrong_is_forgotten() {
        let all = leaves(700);
        let mut follower = Follower::new();
        follow(&mut follower, &all[..300]);
        let mark = follower.mark();
        let mut wrong = all.clone();
        wrong[600] = leaf(0);
        follow(&mut follower, &wrong);
        assert_ne!(follower.root(), naive_root(&all));
        follower.rollback(&mark);
        follow(&mut follower, &all);
        assert_eq!(follower.root(), naive_root(&all));
    }
}
