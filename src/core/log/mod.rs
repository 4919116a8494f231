//! The Merkle log: tree, tiles, proofs, checkpoints, receipts, and whom to believe.
//!
//! The tree is RFC 6962's; its layout on disk and on the wire, checkpoints, receipts, cosignatures
//! and trust policies are those of the C2SP `tlog-*` specifications (<https://c2sp.org>), so that
//! any other implementation of them can read and check this log.

pub mod hash;
pub mod key;
pub mod note;
pub mod proof;
pub mod prove;
#[cfg(test)]
pub(crate) mod testing;
pub mod tile;
pub mod tree;

pub use hash::{Hash, empty_root, leaf_hash, node_hash};
