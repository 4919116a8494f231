//! Records: the exact bytes an author signed, in a strict profile of SD-JWT (RFC 9901). They are
//! stored and served as they came; nothing is ever re-serialised to verify it.
//! `docs/RECORD-FORMAT.md` is the byte-exact description.

pub mod author;
pub mod body;
mod comb;
mod error;
mod hashes;
mod header;
mod keys;
pub mod limits;
mod objects;
mod payload;
mod quick;
mod reader;
pub mod sealed;
mod strict_json;
mod why;
pub mod words;

pub use body::{Body, RecordType};
pub use error::RecordError;
pub use hashes::{BlobHash, Digest, HASH_CHARS, Kid, RecordId, decode_hash};
pub use header::{SIGNED_TYPE, signer_of};
pub use keys::{Jwk, PossessionProof, decode_signature};
pub use payload::{
    Blob, BlobClass, Claims, Direction, FORMAT_VERSION, LineRef, MoveLine, SD_ALG, Subject,
};
pub use quick::{QuickKey, verify_each, verify_records};
pub use reader::{Completeness, Record, id_of};
