//! Which tiles a log has: what must be there before a checkpoint may say so.

use super::tile::{TILE_HEIGHT, TILE_LEVEL_MAX, TILE_WIDTH, TilePath};

/// The hash tiles that a tree of `new` leaves has and one of `old` leaves had not, lower levels
/// first; the last of each level may be partial.
pub fn hash_tiles(old: u64, new: u64) -> impl Iterator<Item = TilePath> {
    (0..=TILE_LEVEL_MAX).flat_map(move |level| {
        let bottom = u32::from(level) * TILE_HEIGHT;
        let count = |leaves: u64| leaves.checked_shr(bottom).unwrap_or(0);
        fresh(count(old), count(new))
            .filter_map(move |(index, width)| TilePath::hashes(level, index, width).ok())
    })
}

/// The entry bundles that a log of `new` entries has and one of `old` entries had not.
pub fn entry_tiles(old: u64, new: u64) -> impl Iterator<Item = TilePath> {
    fresh(old, new).filter_map(|(index, width)| TilePath::entries(index, width).ok())
}

/// Index and width of the tiles of one level that changed while it grew from `old` to `new`.
fn fresh(old: u64, new: u64) -> impl Iterator<Item = (u64, u16)> {
    let end = match new > old {
        true => new.div_ceil(TILE_WIDTH.into()),
        false => 0,
    };
    ((old >> TILE_HEIGHT)..end).map(move |index| (index, width_at(index, new)))
}

/// Elements that tile `index` has in a level of `count` elements: 0 to 256.
#[must_use]
pub fn width_at(index: u64, count: u64) -> u16 {
    let rest = index
        .checked_mul(TILE_WIDTH.into())
        .and_then(|first| count.checked_sub(first));
    u16::try_from(rest.unwrap_or(0)).map_or(TILE_WIDTH, |rest| rest.min(TILE_WIDTH))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::log::TreeEdge;
    use crate::core::log::testing::leaves;
    use std::collections::BTreeSet;

    fn names(tiles: impl Iterator<Item = TilePath>) -> Vec<String> {
        tiles.map(|tile| tile.to_string()).collect()
    }

    #[test]
    fn a_log_has_the_tiles_that_the_tree_makes_of_its_leaves() {
        for size in [
            0_u64, 1, 255, 256, 257, 300, 511, 512, 65_536, 65_600, 70_000,
        ] {
            let mut edge = TreeEdge::new();
            let mut made = BTreeSet::new();
            for leaf in leaves(size) {
                edge.append(leaf);
            }
            let tiles = edge.drain_tiles().into_iter().chain(edge.partial_tiles());
            made.extend(tiles.map(|tile| tile.path().unwrap()));
            let listed: BTreeSet<TilePath> = hash_tiles(0, size).collect();
            assert_eq!(listed, made, "{size} leaves");
            assert!(listed.iter().all(|tile| tile.is_within(size)));
        }
    }

    #[test]
    fn growing_gives_the_tiles_that_changed_and_no_others() {
        assert_eq!(names(hash_tiles(300, 300)), [""; 0]);
        assert_eq!(names(hash_tiles(9, 3)), [""; 0]);
        assert_eq!(names(hash_tiles(3, 9)), ["tile/0/000.p/9"]);
        assert_eq!(
            names(hash_tiles(256, 257)),
            ["tile/0/001.p/1"],
            "the level above did not change"
        );
        assert_eq!(
            names(hash_tiles(255, 513)),
            [
                "tile/0/000",
                "tile/0/001",
                "tile/0/002.p/1",
                "tile/1/000.p/2"
            ]
        );
        assert_eq!(
            names(entry_tiles(511, 513)),
            ["tile/entries/001", "tile/entries/002.p/1"]
        );
    }

    #[test]
    fn in_steps_or_at_once_the_full_tiles_are_the_same() {
        let full = |old, new| hash_tiles(old, new).filter(TilePath::is_full);
        let at_once: BTreeSet<TilePath> = full(0, 70_001).collect();
        let steps = (0..=70_000).step_by(7).zip((7..=70_007).step_by(7));
        let stepwise: BTreeSet<TilePath> = steps
            .flat_map(|(old, new)| full(old, new.min(70_001)))
            .collect();
        assert_eq!(at_once, stepwise);
    }

    #[test]
    fn a_tile_beyond_the_edge_has_no_elements() {
        assert_eq!(width_at(0, 0), 0);
        assert_eq!(width_at(1, 256), 0);
        assert_eq!(width_at(1, 300), 44);
        assert_eq!(width_at(0, 300), 256);
        assert_eq!(width_at(u64::MAX, 300), 0);
    }
}
