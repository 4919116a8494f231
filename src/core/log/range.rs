//! A whole tree in passing: the root over a stream of leaves, in memory for 64 hashes.

use super::hash::{Hash, empty_root, node_hash};

/// The complete subtrees of a growing tree, largest first: enough to know its root at any size
/// it passes through, and nothing else. For re-deriving a log and for following a peer's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompactRange {
    size: u64,
    peaks: Vec<Hash>,
}

impl CompactRange {
    /// The range over no leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes up a range again from its size and [`peaks`](Self::peaks); `None` if there are not
    /// as many peaks as the size has subtrees. Compare the root before relying on it.
    #[must_use]
    pub fn from_peaks(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        let complete = usize::try_from(size.count_ones()).ok()?;
        (peaks.len() == complete).then_some(Self { size, peaks })
    }

    /// Leaves taken so far.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the complete subtrees, largest first.
    #[must_use]
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Takes the next leaf.
    pub fn append(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The root over the leaves so far.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else {
            return empty_root();
        };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }
}

impl Extend<Hash> for CompactRange {
    fn extend<I: IntoIterator<Item = Hash>>(&mut self, leaves: I) {
        for leaf in leaves {
            self.append(leaf);
        }
    }
}

/// The root of the tree over all these leaves.
#[must_use]
pub fn root_of(leaves: impl IntoIterator<Item = Hash>) -> Hash {
    let mut range = CompactRange::new();
    range.extend(leaves);
    range.root()
}

/// The roots at the chosen sizes, which must ascend; sizes beyond the last leaf get none, so the
/// answer is shorter than `sizes` if the leaves run out. Reads no leaf after the largest size.
#[must_use]
pub fn roots_at(leaves: impl IntoIterator<Item = Hash>, sizes: &[u64]) -> Vec<Hash> {
    let mut range = CompactRange::new();
    let mut leaves = leaves.into_iter();
    let mut roots = Vec::with_capacity(sizes.len());
    for size in sizes {
        while range.size() < *size {
            let Some(leaf) = leaves.next() else {
                return roots;
            };
            range.append(leaf);
        }
        if range.size() != *size {
            return roots;
        }
        roots.push(range.root());
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::super::testing::{leaves, naive_root};
    use super::*;

    #[test]
    fn a_stream_has_the_root_of_rfc_6962_at_every_size() {
        let all = leaves(600);
        let sizes: Vec<u64> = (0..=600).collect();
        let roots = roots_at(all.iter().copied(), &sizes);
        assert_eq!(roots.len(), 601);
        for (size, root) in roots.iter().enumerate() {
            assert_eq!(*root, naive_root(&all[..size]), "{size} leaves");
            assert_eq!(root_of(all[..size].iter().copied()), *root);
        }
    }

    #[test]
    fn a_range_taken_up_again_goes_on_alike() {
        let all = leaves(100);
        for cut in 0..=100 {
            let mut first = CompactRange::new();
            first.extend(all[..cut].iter().copied());
            let mut second =
                CompactRange::from_peaks(first.size(), first.peaks().to_vec()).unwrap();
            second.extend(all[cut..].iter().copied());
            assert_eq!(second.root(), naive_root(&all));
        }
        assert_eq!(CompactRange::from_peaks(3, leaves(1)), None);
    }

    #[test]
    fn sizes_beyond_the_leaves_or_out_of_order_get_no_root() {
        assert_eq!(roots_at(leaves(5), &[3, 9]).len(), 1);
        assert_eq!(roots_at(leaves(5), &[4, 3]).len(), 1);
    }
}
