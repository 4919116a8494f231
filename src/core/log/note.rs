//! Signed notes (C2SP `signed-note`): a text and lines of signatures under it.

pub use super::key::{KeyError, Origin, SignatureKind, VerifierKey, torsion_free_key};
