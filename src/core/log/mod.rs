//! The Merkle log: tree, tiles, proofs, checkpoints, receipts, and whom to believe.
