//! Adding and revoking keys: the bodies of the records that do it, and what is checked before
//! somebody puts their name under them.

use super::error::AppError;
use super::pen::Pen;
use crate::core::ids::{PartyId, SiteId};
use crate::core::joining::JoinError;
use crate::core::record::body::{KeyRole, RevokeReason};
use crate::core::record::words::Name;
use crate::core::record::{Jwk, Kid, PossessionProof, Record};
use crate::core::time::UnixSeconds;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A key that waits to be added, as `shisu key prove` writes it and a server lists it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewKey {
    /// For whom it will sign.
    pub party: PartyId,
    /// The public key.
    pub jwk: Jwk,
    /// That its holder has the private one.
    pub proof: PossessionProof,
    /// Where it will sign; empty means at every site of the party.
    #[serde(default)]
    pub sites: Vec<SiteId>,
    /// As what.
    #[serde(default)]
    pub role: Option<KeyRole>,
    /// What the device is called.
    #[serde(default)]
    pub label: Option<Name>,
    /// When the device answered its invitation (RFC 3339), if it was invited.
    #[serde(default)]
    pub answered_at: Option<String>,
}

/// How long before its answer a device may have made its key, in seconds: an invitation is open for a day.
const MADE_BEFORE_S: u64 = 86_400;

impl NewKey {
    /// From when the key stands. A device signs as soon as it has its key; what it signed while it waited, or while
    /// it had no network to answer by, counts once it is approved.
    fn from(&self, now: UnixSeconds) -> UnixSeconds {
        let answered = self.answered_at.as_deref();
        let answered = answered.and_then(UnixSeconds::parse_rfc3339);
        answered.map_or(now, |at| at.min(now).minus(MADE_BEFORE_S))
    }
}

/// Who holds the device, until when: what the inviter adds.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Who holds it; sealed in the record.
    pub holder: Option<Name>,
    /// When it ends by itself.
    pub until: Option<UnixSeconds>,
}

/// Signs the record that adds a key. The proof is checked here, so that a server cannot put
/// another key under a device's name.
///
/// # Errors
/// A proof that does not hold, and whatever a node would refuse.
pub fn add_key(
    pen: &mut Pen,
    new: &NewKey,
    terms: &Terms,
    now: UnixSeconds,
) -> Result<Record, AppError> {
    let proof = new.proof.verify(&new.jwk, pen.log(), &new.party);
    proof.map_err(JoinError::from)?;
    let mut body = json!({
        "party": new.party, "role": new.role.unwrap_or(KeyRole::Clerk), "jwk": new.jwk,
        "from": new.from(now), "proof": new.proof,
        "person": terms.holder.as_ref().map(|name| json!({ "name": name })),
    });
    if let Some(members) = body.as_object_mut() {
        if !new.sites.is_empty() {
            members.insert("sites".into(), json!(new.sites));
        }
        if let Some(until) = terms.until {
            members.insert("until".into(), json!(until));
        }
    }
    pen.sign("add_key", &body, now)
}

/// Signs the record that revokes a key.
///
/// # Errors
/// Whatever a node would refuse.
pub fn revoke_key(
    pen: &mut Pen,
    kid: Kid,
    reason: RevokeReason,
    suspect_since: Option<UnixSeconds>,
    now: UnixSeconds,
) -> Result<Record, AppError> {
    let mut body = json!({ "key": kid, "reason": reason });
    if let (Some(members), Some(since)) = (body.as_object_mut(), suspect_since) {
        members.insert("suspect_since".into(), json!(since));
    }
    pen.sign("revoke_key", &body, now)
}
