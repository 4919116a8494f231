//! The edge against the tree by the words of RFC 6962.

use std::collections::BTreeMap;
use std::convert::Infallible;

use super::super::proof::verify_inclusion;
use super::super::testing::{Leaves, leaf, leaves, naive_path, naive_root};
use super::*;
use proptest::prelude::*;

/// Full tiles as an append would have stored them, and partial tiles from an edge.
struct Stored(BTreeMap<(u8, u64), Vec<Hash>>);

impl HashSource for Stored {
    type Error = Infallible;

    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<Hash>, Infallible> {
        let tile = self.0.get(&(level, index)).cloned().unwrap_or_default();
        Ok(tile.into_iter().take(usize::from(width)).collect())
    }
}

fn edge_of(count: u64) -> TreeEdge {
    let mut edge = TreeEdge::new();
    for index in 0..count {
        assert_eq!(edge.append(leaf(index)), index);
    }
    edge
}

#[test]
fn the_root_is_that_of_rfc_6962_at_every_size_up_to_2000() {
    let all = leaves(2_000);
    let mut edge = TreeEdge::new();
    assert_eq!(edge.root(), empty_root());
    for (index, leaf) in all.iter().enumerate() {
        edge.append(*leaf);
        assert_eq!(
            edge.root(),
            naive_root(&all[..=index]),
            "{} leaves",
            index + 1
        );
    }
}

#[test]
fn every_leaf_has_the_path_of_rfc_6962_at_every_size_up_to_70_and_around_tile_edges() {
    let all = leaves(1_030);
    for size in (1..=70).chain([255, 256, 257, 300, 511, 512, 513, 1_023, 1_025]) {
        let edge = edge_of(size);
        let tree = &all[..usize::try_from(size).unwrap()];
        for index in 0..size {
            let path = naive_path(usize::try_from(index).unwrap(), tree);
            assert_eq!(edge.prove_recent(index), Some(path), "{index} of {size}");
        }
        assert_eq!(edge.prove_recent(size), None);
    }
}

#[test]
fn batches_across_tile_edges_prove_their_leaves_and_hand_out_each_tile_once() {
    let sizes = [
        1_u64, 254, 1, 1, 3_000, 255, 256, 257, 9_000, 0, 1, 20_000, 40_000, 511,
    ];
    let mut edge = TreeEdge::new();
    let mut given = BTreeMap::new();
    for count in sizes {
        let mark = edge.begin_batch();
        assert_eq!(mark.size(), edge.size());
        for _ in 0..count {
            edge.append(leaf(edge.size()));
        }
        for tile in edge.drain_tiles() {
            assert_eq!(tile.hashes.len(), 256);
            assert!(
                given
                    .insert((tile.level, tile.index), tile.hashes)
                    .is_none()
            );
        }
        let root = edge.root();
        for index in mark.size()..edge.size() {
            let proof = edge
                .prove_recent(index)
                .expect("a leaf of the batch is recent");
            verify_inclusion(&leaf(index), index, edge.size(), &proof, &root).unwrap();
        }
    }
    let source = Leaves::new(edge.size());
    assert_eq!(root_by_tiles(&edge, given.clone()), edge.root());
    for level in 0..3_u8 {
        let full = edge.size() >> (8 * (u32::from(level) + 1));
        for index in 0..full {
            let want = source.tile(level, index, 256).unwrap();
            assert_eq!(
                given.remove(&(level, index)),
                Some(want),
                "tile {level}/{index}"
            );
        }
    }
    assert!(given.is_empty(), "no tile that is not full is handed out");
}

fn root_by_tiles(edge: &TreeEdge, mut tiles: BTreeMap<(u8, u64), Vec<Hash>>) -> Hash {
    for tile in edge.partial_tiles() {
        tiles.insert((tile.level, tile.index), tile.hashes);
    }
    let source = Stored(tiles);
    super::super::prove::Prover::new(edge.size(), &source)
        .unwrap()
        .root()
        .unwrap()
}

#[test]
fn memory_stays_bounded_and_old_leaves_leave_the_window() {
    let mut edge = TreeEdge::new();
    for _ in 0..100 {
        edge.begin_batch();
        for _ in 0..1_000 {
            edge.append(leaf(edge.size()));
        }
        edge.drain_tiles();
        let held: usize = edge.rows.iter().map(|row| row.hashes.len()).sum();
        assert!(held < 2 * (8_192 + 1_000) + 3 * 512, "{held} hashes held");
    }
    assert_eq!(edge.prove_recent(0), None);
    assert_eq!(edge.prove_recent(edge.window_start().wrapping_sub(1)), None);
    let root = edge.root();
    for index in edge.window_start()..edge.size() {
        let proof = edge.prove_recent(index).unwrap();
        verify_inclusion(&leaf(index), index, edge.size(), &proof, &root).unwrap();
    }
}

#[test]
fn a_mark_of_an_earlier_batch_leads_nowhere() {
    let mut edge = edge_of(10);
    let old = edge.begin_batch();
    edge.append(leaf(10));
    edge.begin_batch();
    assert_eq!(edge.rollback(&old), Err(TreeError::StaleMark));
    assert_eq!(edge.size(), 11);
}

#[test]
fn a_short_tile_does_not_restore() {
    let source = Stored(BTreeMap::from([((0, 0), leaves(4))]));
    let error = TreeEdge::restore(5, &source).unwrap_err();
    assert_eq!(
        error,
        ProveError::ShortTile {
            level: 0,
            index: 0,
            width: 5
        }
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_rollback_restores_root_proofs_and_tiles(
        before in 0_u64..3_000, failed in 0_u64..1_500, after in 0_u64..1_500,
        drain_failed: bool,
    ) {
        let mut edge = edge_of(before);
        edge.drain_tiles();
        let root = edge.root();
        let mark = edge.begin_batch();
        for index in 0..failed {
            edge.append(leaf(1_000_000 + index));
        }
        if drain_failed {
            edge.drain_tiles();
        }
        let _ = edge.root();
        edge.rollback(&mark).unwrap();
        prop_assert_eq!(edge.root(), root);
        for index in before..before + after {
            edge.append(leaf(index));
        }
        let mut twin = edge_of(before);
        twin.drain_tiles();
        for index in before..before + after {
            twin.append(leaf(index));
        }
        prop_assert_eq!(edge.root(), twin.root());
        prop_assert_eq!(edge.drain_tiles(), twin.drain_tiles());
        if after > 0 {
            let last = before + after - 1;
            prop_assert_eq!(edge.prove_recent(last), twin.prove_recent(last));
            prop_assert_eq!(edge.prove_recent(before), twin.prove_recent(before));
        }
    }

    #[test]
    fn an_edge_restored_from_tiles_goes_on_like_the_original(
        before in 0_u64..70_000, after in 0_u64..1_000,
    ) {
        let mut edge = edge_of(before);
        edge.drain_tiles();
        let tiles = edge.partial_tiles().into_iter();
        let source = Stored(tiles.map(|tile| ((tile.level, tile.index), tile.hashes)).collect());
        let mut restored = TreeEdge::restore(before, &source).unwrap();
        prop_assert_eq!(restored.root(), edge.root());
        for index in before..before + after {
            edge.append(leaf(index));
            restored.append(leaf(index));
        }
        prop_assert_eq!(restored.root(), edge.root());
        prop_assert_eq!(restored.drain_tiles(), edge.drain_tiles());
        prop_assert_eq!(restored.partial_tiles(), edge.partial_tiles());
        for index in restored.window_start()..restored.size() {
            prop_assert_eq!(restored.prove_recent(index), edge.prove_recent(index));
        }
    }
}

#[test]
fn roots_are_those_of_the_certificate_transparency_reference_vectors() {
    let entries: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut edge = TreeEdge::new();
    for (entry, root) in entries.into_iter().zip(roots) {
        edge.append(super::super::hash::leaf_hash(entry));
        let hex: String = edge
            .root()
            .0
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(hex, root);
    }
}
