//! How a device joins 入网: whoever may add keys for a party gives somebody an invitation, the new
//! device answers it with its public key and the proof that it has the private one, and the key
//! counts when an `add_key` record says so. An invitation itself grants nothing.

mod code;
mod error;

pub use code::{CODE_BYTES, Code, CodeError, InvitationId};
pub use error::JoinError;

use super::custody::{KeyFacts, PartyFacts};
use super::ids::{PartyId, SiteId};
use super::record::body::{KeyRole, PartyKind};
use super::record::words::Name;
use super::record::{Jwk, Kid, PossessionProof};
use super::time::UnixSeconds;

/// Seconds for which an invitation is open at most: 30 days.
pub const OPEN_MAX_S: u64 = 30 * 86_400;

/// Seconds for which an invitation is open unless somebody says otherwise: 7 days.
pub const OPEN_DEFAULT_S: u64 = 7 * 86_400;

/// Sites that an invitation names at most.
pub const SITES_MAX: usize = 64;

/// Invitations of one key that are open or wait at the same time.
pub const OPEN_PER_KEY_MAX: u32 = 5_000;

/// Who may invite devices, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manager {
    /// The key they sign with.
    pub kid: Kid,
    /// Their party.
    pub party: PartyId,
    /// Whether their party enrols everybody.
    pub is_registrar: bool,
    /// Where their key is valid; empty means at every site of the party.
    pub sites: Vec<SiteId>,
}

impl Manager {
    /// Somebody by their key and party, if they may add keys now.
    ///
    /// # Errors
    /// [`JoinError::NotEntitled`] for a key that is no administrator's, or not valid now.
    pub fn of(key: &KeyFacts, party: &PartyFacts, now: UnixSeconds) -> Result<Self, JoinError> {
        let is_valid =
            key.revoked.is_none() && key.from <= now && key.until.is_none_or(|until| now <= until);
        if key.role != KeyRole::Admin || !is_valid || key.party != party.id {
            return Err(JoinError::NotEntitled);
        }
        Ok(Self {
            kid: key.kid,
            party: party.id,
            is_registrar: party.kind == PartyKind::Registrar,
            sites: key.sites.clone(),
        })
    }

    /// Whether they may add and revoke keys for these sites of a party; as admission says it.
    #[must_use]
    pub fn manages(&self, party: &PartyId, sites: &[SiteId]) -> bool {
        let is_within = !sites.is_empty() && sites.iter().all(|site| self.sites.contains(site));
        self.is_registrar || (self.party == *party && (self.sites.is_empty() || is_within))
    }
}

/// What an invitation is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The party for which the device will sign.
    pub party: PartyId,
    /// Where; empty means at every site of the party.
    pub sites: Vec<SiteId>,
    /// As what.
    pub role: KeyRole,
    /// What the device is called, so that it is known again when it answers; no person's name.
    pub label: Option<Name>,
}

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Names it to the server.
    pub id: InvitationId,
    /// SHA-256 over its code, which only the invited have.
    pub code_hash: [u8; 32],
    /// What it is for.
    pub offer: Offer,
    /// The key of whoever made it.
    pub made_by: Kid,
    /// When.
    pub made_at: UnixSeconds,
    /// The last moment to answer it.
    pub expires_at: UnixSeconds,
    /// When it was taken back.
    pub revoked_at: Option<UnixSeconds>,
    /// The device that answered.
    pub answer: Option<DeviceAnswer>,
}

/// A device that answered an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceAnswer {
    /// Its public key.
    pub jwk: Jwk,
    /// The proof that it has the private one, as `add_key` asks for.
    pub proof: PossessionProof,
    /// When it answered.
    pub at: UnixSeconds,
}

/// Where an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Nobody has answered it yet.
    Open,
    /// A device answered, and waits until its key is added.
    Waiting,
    /// The key is in the log.
    Joined,
    /// It was taken back.
    Revoked,
    /// Nobody answered in time.
    Expired,
}

impl Standing {
    /// A stable word for it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Joined => "joined",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }
}

impl Invitation {
    /// Where it stands; `is_added` says whether the log has the key that answered.
    #[must_use]
    pub fn standing(&self, now: UnixSeconds, is_added: bool) -> Standing {
        match (&self.answer, self.revoked_at) {
            (Some(_), _) if is_added => Standing::Joined,
            (_, Some(_)) => Standing::Revoked,
            (Some(_), None) => Standing::Waiting,
            (None, None) if now > self.expires_at => Standing::Expired,
            (None, None) => Standing::Open,
        }
    }

    /// Whether this key may answer. Answering again with the same key is no harm, so that an
    /// answer that was lost can be repeated.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_answer(&self, jwk: &Jwk, now: UnixSeconds) -> Result<(), JoinError> {
        if self.revoked_at.is_some() {
            return Err(JoinError::Revoked);
        }
        match &self.answer {
            Some(answer) if answer.jwk == *jwk => Ok(()),
            Some(_) => Err(JoinError::Used),
            None if now > self.expires_at => Err(JoinError::Expired),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
