//! What the tests of the log share: a tree by the words of RFC 6962, and sources of tiles.

use std::convert::Infallible;

use super::hash::{Hash, empty_root, leaf_hash, node_hash};
use super::prove::HashSource;

/// A leaf unlike any other.
pub fn leaf(index: u64) -> Hash {
    leaf_hash(&index.to_be_bytes())
}

/// The first `count` leaves.
pub fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(leaf).collect()
}

/// MTH of RFC 6962, section 2.1, word for word.
pub fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [only] => *only,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&naive_root(left), &naive_root(right))
        }
    }
}

/// PATH of RFC 6962, section 2.1.1, word for word.
pub fn naive_path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let middle = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(middle);
    let (mut path, beside) = if index < middle {
        (naive_path(index, left), right)
    } else {
        (naive_path(index - middle, right), left)
    };
    path.push(naive_root(beside));
    path
}

/// A source of tiles that computes them from all leaves of a tree.
pub struct Leaves(pub Vec<Hash>);

impl HashSource for Leaves {
    type Error = Infallible;

    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<Hash>, Infallible> {
        let span = 256_usize.pow(u32::from(level));
        let first = usize::try_from(index).unwrap() * 256;
        Ok((first..first + usize::from(width))
            .map(|at| naive_root(&self.0[at * span..(at + 1) * span]))
            .collect())
    }
}
