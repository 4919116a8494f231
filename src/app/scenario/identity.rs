//! Identities for the demo. Every key here is public knowledge.

use super::error::ScenarioError;
use crate::core::ids::{Division, PartyId};
use crate::core::log::Origin;
use ed25519_dalek::SigningKey;
use sha2::{Digest as _, Sha256};

/// What the seeds of demo keys begin with.
const KEY_DOMAIN: &str = "shisu demo key\n";
/// What the salts of demo records begin with.
const SALT_DOMAIN: &str = "shisu demo salt\n";

/// A node and its registrar: for whose log the records are written, and who enrols the cast.
#[derive(Debug, Clone)]
pub struct NodeIdentity {
    /// Name of the log.
    pub origin: Origin,
    /// Province the log is for.
    pub province: Division,
    /// The node's key for its own records.
    pub node_key: SigningKey,
    /// The log's key, with which checkpoints are signed.
    pub log_key: SigningKey,
    /// The province's registrar.
    pub registrar: PartyId,
    /// Name of the registrar.
    pub registrar_name: String,
    /// The registrar's first key. Its feed must not have been used before.
    pub registrar_key: SigningKey,
}

/// The key of the demo with this name. **Public**: whoever knows the name knows the key.
#[must_use]
pub fn demo_key(name: &str) -> SigningKey {
    SigningKey::from_bytes(&Sha256::digest(format!("{KEY_DOMAIN}{name}")).into())
}

/// The salt of one sealed field of a demo record. **Public**, like the keys.
pub(super) fn demo_salt(journey: &str, step: &str, counter: u32) -> [u8; 16] {
    let digest: [u8; 32] =
        Sha256::digest(format!("{SALT_DOMAIN}{journey}\n{step}\n{counter}")).into();
    let mut salt = [0; 16];
    for (to, from) in salt.iter_mut().zip(digest) {
        *to = from;
    }
    salt
}

/// The node of the demo: an invented registrar of Zhejiang and keys that everybody knows.
///
/// # Errors
/// None in practice: the identifiers are constants, and a test reads them.
pub fn demo_identity() -> Result<NodeIdentity, ScenarioError> {
    let broken = |cause: String| ScenarioError::Identity(cause);
    Ok(NodeIdentity {
        origin: Origin::new("zhejiang.shisu.example/demo").map_err(|e| broken(e.to_string()))?,
        province: Division::parse("330000").map_err(|e| broken(e.to_string()))?,
        node_key: demo_key("node"),
        log_key: demo_key("log"),
        registrar: PartyId::parse("11330000MB0R00013C").map_err(|e| broken(e.to_string()))?,
        registrar_name: "浙江示例食品追溯登记中心(虚构)".to_owned(),
        registrar_key: demo_key("registrar"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_has_an_identity_whose_keys_differ() {
        let identity = demo_identity().unwrap();
        assert!(identity.registrar.warnings().is_empty());
        let keys = [identity.node_key, identity.log_key, identity.registrar_key];
        let public: std::collections::BTreeSet<_> = keys
            .iter()
            .map(|key| key.verifying_key().to_bytes())
            .collect();
        assert_eq!(public.len(), 3);
    }

    #[test]
    fn salts_differ_from_field_to_field_and_from_step_to_step() {
        let salts: std::collections::BTreeSet<_> = [
            demo_salt("pork", "a", 0),
            demo_salt("pork", "a", 1),
            demo_salt("pork", "b", 0),
            demo_salt("oil", "a", 0),
        ]
        .into();
        assert_eq!(salts.len(), 4);
    }
}
