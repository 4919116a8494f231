//! Proofs against the words of RFC 6962 and two other implementations of it.

use std::collections::HashMap;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2::Sha256;

use super::super::prove::{HashSource, ProveError, Prover, prove_consistency, prove_inclusion};
use super::super::testing::{Leaves, leaf, leaves, naive_path, naive_root};
use super::*;

/// The storage that `tlog_tiles` reads its hashes from.
#[derive(Default)]
struct Stored(HashMap<u64, tlog_tiles::Hash>);

impl Stored {
    fn new(count: u64) -> Self {
        let mut stored = Self::default();
        for index in 0..count {
            let hash = tlog_tiles::Hash(leaf(index).0);
            let first = tlog_tiles::stored_hash_index(0, index);
            let new = tlog_tiles::stored_hashes_for_record_hash(index, hash, &stored).unwrap();
            stored.0.extend((first..).zip(new));
        }
        stored
    }
}

impl tlog_tiles::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|index| self.0[index]).collect())
    }
}

fn ours(hashes: &[tlog_tiles::Hash]) -> Vec<Hash> {
    hashes.iter().map(|hash| Hash(hash.0)).collect()
}

fn theirs(hashes: &[Hash]) -> Vec<tlog_tiles::Hash> {
    hashes.iter().map(|hash| tlog_tiles::Hash(hash.0)).collect()
}

/// Checks our root and proofs of one tree against `tlog_tiles`, each side checking the other's.
fn agrees(size: u64, indexes: &[u64], stored: &Stored, source: &Leaves) {
    let mut prover = Prover::new(size, source).unwrap();
    let root = prover.root().unwrap();
    let their_root = tlog_tiles::tree_hash(size, stored).unwrap();
    assert_eq!(root.0, their_root.0, "root at {size}");
    for &index in indexes.iter().filter(|index| **index < size) {
        let proof = prover.inclusion(index).unwrap();
        let their_proof = tlog_tiles::prove_record(size, index, stored).unwrap();
        assert_eq!(proof, ours(&their_proof), "path of {index} in {size}");
        verify_inclusion(&leaf(index), index, size, &proof, &root).unwrap();
        let hash = tlog_tiles::Hash(leaf(index).0);
        tlog_tiles::check_record(&theirs(&proof), size, their_root, index, hash).unwrap();

        let old = index + 1;
        let proof = prover.consistency(old).unwrap();
        let their_proof = tlog_tiles::prove_tree(size, old, stored).unwrap();
        assert_eq!(proof, ours(&their_proof), "consistency of {old} and {size}");
        let their_old = tlog_tiles::tree_hash(old, stored).unwrap();
        verify_consistency(old, &Hash(their_old.0), size, &root, &proof).unwrap();
        tlog_tiles::check_tree(&theirs(&proof), size, their_root, old, their_old).unwrap();
    }
}

#[test]
fn roots_and_proofs_are_those_of_tlog_tiles_at_every_size_up_to_600() {
    let (stored, source) = (Stored::new(600), Leaves::new(600));
    for size in 1..=600 {
        let every = if size <= 70 { 1 } else { 37 };
        let mut indexes: Vec<u64> = (0..size).step_by(every).collect();
        indexes.extend([255, 256, 257, 511, 512, size - 1]);
        agrees(size, &indexes, &stored, &source);
    }
}

#[test]
fn roots_and_proofs_are_those_of_tlog_tiles_around_256_squared() {
    let most = 65_536 + 300;
    let (stored, source) = (Stored::new(most), Leaves::new(most));
    for size in [
        65_279, 65_280, 65_535, 65_536, 65_537, 65_791, 65_792, 65_793, most,
    ] {
        let indexes = [
            0,
            1,
            255,
            256,
            32_767,
            32_768,
            65_279,
            65_535,
            65_536,
            size - 1,
        ];
        agrees(size, &indexes, &stored, &source);
    }
}

#[test]
fn ct_merkle_accepts_our_proofs_and_we_accept_its() {
    let mut tree = MemoryBackedTree::<Sha256, [u8; 8]>::new();
    let source = Leaves::new(300);
    for size in 1..=300_u64 {
        tree.push((size - 1).to_be_bytes());
        let theirs = tree.root();
        let root = Hash::from_slice(theirs.as_bytes()).unwrap();
        for index in (0..size).step_by(23).chain([size - 1]) {
            let proof = prove_inclusion(index, size, &source).unwrap();
            let digests: Vec<_> = proof.iter().map(|hash| hash.0.into()).collect();
            let made = ct_merkle::InclusionProof::<Sha256>::from_digests(&digests);
            theirs
                .verify_inclusion(&index.to_be_bytes(), index, &made)
                .unwrap();
            let made = tree.prove_inclusion(usize::try_from(index).unwrap());
            let made: Vec<Hash> = made
                .as_bytes()
                .as_chunks()
                .0
                .iter()
                .copied()
                .map(Hash)
                .collect();
            verify_inclusion(&leaf(index), index, size, &made, &root).unwrap();

            let old = index + 1;
            let proof = prove_consistency(old, size, &source).unwrap();
            let digests: Vec<_> = proof.iter().map(|hash| hash.0.into()).collect();
            let made = ct_merkle::ConsistencyProof::<Sha256>::from_digests(&digests);
            let old_root = prover_root(old, &source);
            let their_old = ct_merkle::RootHash::<Sha256>::new(old_root.0.into(), old);
            theirs.verify_consistency(&their_old, &made).unwrap();
        }
    }
}

fn prover_root(size: u64, source: &Leaves) -> Hash {
    Prover::new(size, source).unwrap().root().unwrap()
}

#[test]
fn the_empty_tree_precedes_every_tree_and_no_other_root_stands_for_it() {
    let root = naive_root(&leaves(3));
    verify_consistency(0, &empty_root(), 3, &root, &[]).unwrap();
    verify_consistency(0, &empty_root(), 0, &empty_root(), &[]).unwrap();
    assert_eq!(
        verify_consistency(0, &root, 3, &root, &[]),
        Err(ProofError::OldRoot)
    );
    assert_eq!(
        verify_consistency(0, &empty_root(), 0, &root, &[]),
        Err(ProofError::Root)
    );
    assert_eq!(
        verify_consistency(0, &empty_root(), 3, &root, &[root]),
        Err(ProofError::Length { got: 1, want: 0 })
    );
    assert_eq!(prove_consistency(0, 3, &Leaves::new(3)), Ok(vec![]));
}

#[test]
fn trees_that_cannot_be_are_refused_before_anything_is_hashed() {
    let hash = leaf(0);
    let out = Err(ProofError::OutOfTree { index: 0, size: 0 });
    assert_eq!(verify_inclusion(&hash, 0, 0, &[], &hash), out);
    assert_eq!(
        verify_inclusion(&hash, 7, 7, &[], &hash),
        Err(ProofError::OutOfTree { index: 7, size: 7 })
    );
    assert_eq!(
        verify_inclusion(&hash, 0, u64::MAX, &[hash; 64], &hash),
        Err(ProofError::TooLarge)
    );
    assert_eq!(
        verify_consistency(5, &hash, 4, &hash, &[]),
        Err(ProofError::Shrunk { old: 5, new: 4 })
    );
    assert_eq!(
        verify_consistency(5, &hash, u64::MAX, &hash, &[]),
        Err(ProofError::TooLarge)
    );
    assert!(Prover::new(u64::MAX, &Leaves::new(0)).is_err());
}

#[test]
fn the_largest_tree_needs_63_hashes_and_no_more() {
    let hash = leaf(0);
    for got in [0, 62, 64] {
        assert_eq!(
            verify_inclusion(&hash, 0, SIZE_MAX, &vec![hash; got], &hash),
            Err(ProofError::Length {
                got,
                want: PROOF_HASHES_MAX
            })
        );
    }
    let sixty_three = [hash; PROOF_HASHES_MAX];
    let refused = verify_inclusion(&hash, 0, SIZE_MAX, &sixty_three, &hash);
    assert_eq!(refused, Err(ProofError::Root));
}

#[test]
fn a_source_with_too_few_hashes_is_named() {
    struct Short;
    impl HashSource for Short {
        type Error = ();
        fn tile(&self, level: u8, _: u64, _: u16) -> Result<Vec<Hash>, ()> {
            if level == 0 { Ok(leaves(2)) } else { Err(()) }
        }
    }
    let short = ProveError::ShortTile {
        level: 0,
        index: 0,
        width: 256,
    };
    assert_eq!(
        prove_inclusion(299, 300, &Short),
        Err(ProveError::Source(()))
    );
    assert_eq!(Prover::new(257, &Short).unwrap().inclusion(4), Err(short));
}

proptest! {
    #[test]
    fn a_changed_leaf_index_proof_or_root_is_refused(
        size in 1_u64..300, pick: prop::sample::Index, bit in 0_usize..256, at: prop::sample::Index,
        other_index in 0_u64..600,
    ) {
        let all = leaves(size);
        let index = pick.index(all.len());
        let path = naive_path(index, &all);
        let (index, root) = (u64::try_from(index).unwrap(), naive_root(&all));
        let check = |leaf: &Hash, index, proof: &[Hash], root: &Hash| {
            verify_inclusion(leaf, index, size, proof, root)
        };
        prop_assert!(check(&leaf(index), index, &path, &root).is_ok());
        prop_assert!(check(&flipped(leaf(index), bit), index, &path, &root).is_err());
        prop_assert!(check(&leaf(index), index, &path, &flipped(root, bit)).is_err());
        if other_index != index {
            prop_assert!(check(&leaf(index), other_index, &path, &root).is_err());
        }
        let mut longer = path.clone();
        longer.push(leaf(0));
        prop_assert!(check(&leaf(index), index, &longer, &root).is_err());
        if !path.is_empty() {
            let mut wrong = path.clone();
            let at = at.index(wrong.len());
            wrong[at] = flipped(wrong[at], bit);
            prop_assert!(check(&leaf(index), index, &wrong, &root).is_err());
            prop_assert!(check(&leaf(index), index, &path[1..], &root).is_err());
        }
    }

    #[test]
    fn a_changed_consistency_proof_or_root_is_refused(
        new in 1_u64..300, pick: prop::sample::Index, bit in 0_usize..256, at: prop::sample::Index,
    ) {
        let all = leaves(new);
        let old = 1 + pick.index(all.len());
        let old_root = naive_root(&all[..old]);
        let (old, root) = (u64::try_from(old).unwrap(), naive_root(&all));
        let proof = prove_consistency(old, new, &Leaves::new(new)).unwrap();
        let check = |old_root: &Hash, root: &Hash, proof: &[Hash]| {
            verify_consistency(old, old_root, new, root, proof)
        };
        prop_assert!(check(&old_root, &root, &proof).is_ok());
        prop_assert!(check(&flipped(old_root, bit), &root, &proof).is_err());
        prop_assert!(check(&old_root, &flipped(root, bit), &proof).is_err());
        let mut longer = proof.clone();
        longer.push(leaf(0));
        prop_assert!(check(&old_root, &root, &longer).is_err());
        if !proof.is_empty() {
            let mut wrong = proof.clone();
            let at = at.index(wrong.len());
            wrong[at] = flipped(wrong[at], bit);
            prop_assert!(check(&old_root, &root, &wrong).is_err());
            prop_assert!(check(&old_root, &root, &proof[1..]).is_err());
        }
    }

    #[test]
    fn no_sizes_and_proofs_make_the_verifiers_panic(
        a: u64, b: u64, hashes in 0_usize..70,
    ) {
        let proof = vec![leaf(1); hashes];
        let _ = verify_inclusion(&leaf(0), a, b, &proof, &leaf(2));
        let _ = verify_consistency(a, &leaf(0), b, &leaf(2), &proof);
    }
}

fn flipped(mut hash: Hash, bit: usize) -> Hash {
    hash.0[bit / 8] ^= 1 << (bit % 8);
    hash
}
