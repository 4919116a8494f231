//! Proofs over the tree (RFC 6962, section 2.1): that an entry is in it, and that a later tree
//! begins with all of an earlier one.

use super::hash::{Hash, empty_root, node_hash};
use crate::core::text::{Bilingual, Explain};

/// Largest tree: sizes stay within 63 bits, so they fit a signed integer everywhere.
pub const SIZE_MAX: u64 = (1 << 63) - 1;

/// Most hashes in a proof; a tree of [`SIZE_MAX`] leaves needs no more (also the limit of C2SP
/// `tlog-witness`).
pub const PROOF_HASHES_MAX: usize = 63;

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The index is not below the size.
    #[error("index {index} is not in a tree of {size} leaves")]
    OutOfTree {
        /// The index asked for, from 0.
        index: u64,
        /// The number of leaves.
        size: u64,
    },
    /// The later tree is smaller than the earlier one.
    #[error("a tree of {new} leaves cannot follow one of {old}")]
    Shrunk {
        /// The earlier size in leaves.
        old: u64,
        /// The later size in leaves.
        new: u64,
    },
    /// A size is beyond 2^63 - 1.
    #[error("the tree is larger than a log can be")]
    TooLarge,
    /// The proof does not have as many hashes as trees of these sizes need.
    #[error("the proof has {got} hashes, not {want}")]
    Length {
        /// How many hashes there are.
        got: usize,
        /// How many there must be.
        want: usize,
    },
    /// The proof leads to another root: the entry, the proof or the root is not genuine.
    #[error("the proof leads to another root")]
    Root,
    /// The proof leads to another earlier root: the log was rewritten or the proof is wrong.
    #[error("the proof leads to another earlier root")]
    OldRoot,
}

impl Explain for ProofError {
    fn code(&self) -> &'static str {
        match self {
            Self::OutOfTree { .. } => "proof_out_of_tree",
            Self::Shrunk { .. } => "proof_shrunk",
            Self::TooLarge => "proof_too_large",
            Self::Length { .. } => "proof_length",
            Self::Root => "proof_root",
            Self::OldRoot => "proof_old_root",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::OutOfTree { index, size } => format!("序号{index}不在共{size}条的日志中"),
            Self::Shrunk { old, new } => format!("日志不能从{old}条减少为{new}条"),
            Self::TooLarge => "日志条数超出上限".to_owned(),
            Self::Length { got, want } => format!("证明含{got}个哈希,应为{want}个"),
            Self::Root => "证明算得的根哈希不符:记录、证明或根哈希不真实".to_owned(),
            Self::OldRoot => "证明算得的旧根哈希不符:日志被改写,或证明有误".to_owned(),
        };
        Bilingual::new(zh, self.to_string())
    }
}

/// How the path from a leaf to the root splits: below the point where it joins the right edge
/// (siblings left or right) and above it (siblings only left).
struct Shape {
    inner: usize,
    border: usize,
}

impl Shape {
    fn of(index: u64, size: u64) -> Result<Self, ProofError> {
        if size > SIZE_MAX {
            return Err(ProofError::TooLarge);
        }
        let Some(last) = size.checked_sub(1).filter(|last| index <= *last) else {
            return Err(ProofError::OutOfTree { index, size });
        };
        let inner = u64::BITS - (index ^ last).leading_zeros();
        let border = (index >> inner).count_ones();
        Ok(Self {
            inner: usize::try_from(inner).unwrap_or(PROOF_HASHES_MAX),
            border: usize::try_from(border).unwrap_or(PROOF_HASHES_MAX),
        })
    }
}

/// Climbs from `seed` over siblings that stand left or right according to the bits of `index`.
fn climb(seed: Hash, siblings: &[Hash], index: u64) -> Hash {
    let mut path = index;
    siblings.iter().fold(seed, |hash, sibling| {
        let on_the_right = path & 1 == 1;
        path >>= 1;
        if on_the_right {
            node_hash(sibling, &hash)
        } else {
            node_hash(&hash, sibling)
        }
    })
}

/// Climbs over the left siblings only: what the earlier tree consists of.
fn climb_left(seed: Hash, siblings: &[Hash], index: u64) -> Hash {
    let mut path = index;
    siblings.iter().fold(seed, |hash, sibling| {
        let on_the_right = path & 1 == 1;
        path >>= 1;
        if on_the_right {
            node_hash(sibling, &hash)
        } else {
            hash
        }
    })
}

/// Climbs along the right edge, where every sibling stands on the left.
fn climb_edge(seed: Hash, siblings: &[Hash]) -> Hash {
    siblings
        .iter()
        .fold(seed, |hash, sibling| node_hash(sibling, &hash))
}

/// Checks that `leaf` is the leaf at `index` of the tree with `size` leaves and this root.
///
/// The root binds the leaves but the size only in so far as the shape of the proof depends on it;
/// root and size must therefore come from one signed checkpoint.
///
/// # Errors
/// Any [`ProofError`] but those about an earlier tree.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    let shape = Shape::of(index, size)?;
    let want = shape.inner + shape.border;
    let got = proof.len();
    let (inner, border) = match proof.split_at_checked(shape.inner) {
        Some(parts) if got == want => parts,
        _ => return Err(ProofError::Length { got, want }),
    };
    let found = climb_edge(climb(*leaf, inner, index), border);
    if found == *root {
        Ok(())
    } else {
        Err(ProofError::Root)
    }
}

/// Checks that the tree with `new_size` leaves begins with all of the tree with `old_size` leaves.
/// Anything is consistent with the empty tree, whose root must still be its own.
///
/// # Errors
/// Any [`ProofError`] but [`ProofError::OutOfTree`].
pub fn verify_consistency(
    old_size: u64,
    old_root: &Hash,
    new_size: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if new_size < old_size {
        return Err(ProofError::Shrunk {
            old: old_size,
            new: new_size,
        });
    }
    if new_size > SIZE_MAX {
        return Err(ProofError::TooLarge);
    }
    let got = proof.len();
    if old_size == 0 || old_size == new_size {
        if got != 0 {
            return Err(ProofError::Length { got, want: 0 });
        }
        return if old_size == 0 && *old_root != empty_root() {
            Err(ProofError::OldRoot)
        } else if old_size == new_size && old_root != new_root {
            Err(ProofError::Root)
        } else {
            Ok(())
        };
    }
    let shape = Shape::of(old_size - 1, new_size)?;
    let shift = old_size.trailing_zeros();
    let inner = shape
        .inner
        .saturating_sub(usize::try_from(shift).unwrap_or(PROOF_HASHES_MAX));
    // A complete earlier tree is itself the node the climb starts from, and is not sent.
    let complete = old_size.is_power_of_two();
    let want = usize::from(!complete) + inner + shape.border;
    let (seed, rest) = match proof.split_first() {
        _ if got != want => return Err(ProofError::Length { got, want }),
        _ if complete => (old_root, proof),
        Some(split) => split,
        None => return Err(ProofError::Length { got, want }),
    };
    let Some((inner, border)) = rest.split_at_checked(inner) else {
        return Err(ProofError::Length { got, want });
    };
    let path = (old_size - 1) >> shift;
    if climb_edge(climb_left(*seed, inner, path), border) != *old_root {
        return Err(ProofError::OldRoot);
    }
    if climb_edge(climb(*seed, inner, path), border) != *new_root {
        return Err(ProofError::Root);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
