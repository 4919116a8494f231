//! The node's own records.

use crate::core::ids::{Division, PartyId};
use crate::core::record::hashes::Digest;
use crate::core::record::keys::Jwk;
use crate::core::record::words::{List, Name};
use crate::core::time::UnixSeconds;
use serde::{Deserialize, Serialize};

/// What the node knew when it admitted the records that follow: admission is a function of the
/// log, so this is in the log too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beat {
    /// The node's clock. This, not what an author says, is what counts for law.
    pub at: UnixSeconds,
    /// Version of the rule tables in force: SHA-256 over them, base64url.
    pub rules: Name,
    /// How far the node has followed its peers.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    pub peers: List<PeerHead>,
    /// Only in the first record of a log: whom the log begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub genesis: Option<Box<Genesis>>,
    /// No sealed fields; must be absent or empty.
    #[serde(rename = "_sd", default, skip_serializing_if = "Vec::is_empty")]
    pub sd: Vec<Digest>,
}

/// How far a peer's log was followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerHead {
    /// Name of the peer's log.
    pub log: Name,
    /// Verified size; below 2^53.
    #[serde(deserialize_with = "crate::core::record::words::exact_integer")]
    pub size: u64,
}

/// The beginning of a log: the node's key signs it, the log's key covers it at index 0, and the
/// registrar named here may enrol everybody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Genesis {
    /// The node's key for its own records.
    pub node_key: Jwk,
    /// The log's verifier key (C2SP signed-note).
    pub log_key: Name,
    /// Province the log is for.
    pub province: Division,
    /// The province's registrar.
    pub registrar: PartyId,
    /// Name of the registrar.
    pub registrar_name: Name,
    /// The registrar's first key.
    pub registrar_key: Jwk,
}
