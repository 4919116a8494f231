//! The Merkle log: tree, tiles, proofs, checkpoints, receipts, and whom to believe.
//!
//! The tree is RFC 6962's; its layout on disk and on the wire, checkpoints, receipts, cosignatures
//! and trust policies are those of the C2SP `tlog-*` specifications (<https://c2sp.org>), so that
//! any other implementation of them can read and check this log.

pub mod checkpoint;
pub mod cosignature;
pub mod follow;
pub mod hash;
pub mod key;
pub mod layout;
pub mod note;
pub mod policy;
pub mod proof;
pub mod prove;
pub mod range;
pub mod receipt;
#[cfg(test)]
pub(crate) mod testing;
pub mod tile;
pub mod tree;

pub use checkpoint::{Checkpoint, SignedCheckpoint};
pub use cosignature::{Cosigner, cosigned_at};
pub use follow::{Follower, FollowerMark};
pub use hash::{Hash, empty_root, leaf_hash, node_hash};
pub use note::{Note, NoteSigner, Origin, VerifierKey, torsion_free_key};
pub use policy::Policy;
pub use proof::{verify_consistency, verify_inclusion};
pub use prove::{HashSource, Prover, prove_consistency, prove_inclusion};
pub use range::{CompactRange, root_of, roots_at};
pub use receipt::Receipt;
pub use tile::{Tile, TilePath};
pub use tree::TreeEdge;
