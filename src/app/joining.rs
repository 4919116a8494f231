//! Invitations: made by whoever may add keys, answered by the device, and ended by an `add_key`
//! record that the inviter signs where their key is. No private key ever comes here.

use super::clock::Clock;
use super::error::AppError;
use super::keyfile;
use crate::core::custody::{Feed, KeyFacts, LogNo};
use crate::core::ids::PartyId;
use crate::core::joining::{
    Code, DeviceAnswer, Invitation, InvitationId, JoinError, Manager, OPEN_MAX_S, OPEN_PER_KEY_MAX,
    Offer, SITES_MAX, Standing,
};
use crate::core::log::Origin;
use crate::core::record::body::{KeyRole, PartyKind};
use crate::core::record::words::Name;
use crate::core::record::{Jwk, Kid, PossessionProof};
use crate::store::{Reader, Store};
use std::collections::BTreeMap;

/// Invitations and keys that are listed at once.
pub const LISTED_MAX: u32 = 1_000;

/// Shortest time an invitation is open, in seconds.
const OPEN_MIN_S: u64 = 60;

/// The ledger for which devices join.
#[derive(Clone, Copy)]
pub struct Gate<'a> {
    store: &'a Store,
    clock: &'a Clock,
    origin: &'a Origin,
}

/// An invitation as the device that was invited sees it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The invitation.
    pub invitation: Invitation,
    /// Where it stands.
    pub standing: Standing,
    /// Name of the log, over which the proof of possession is made.
    pub log: Origin,
    /// Name of the party; none for a natural person.
    pub party_name: Option<String>,
}

impl<'a> Gate<'a> {
    /// The gate to a ledger.
    #[must_use]
    pub const fn new(store: &'a Store, clock: &'a Clock, origin: &'a Origin) -> Self {
        Self {
            store,
            clock,
            origin,
        }
    }

    fn read<T>(
        &self,
        work: impl FnOnce(&mut Reader<'_>) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        self.store.read(work)
    }

    /// Who a key is, if it may invite.
    ///
    /// # Errors
    /// [`JoinError::NotEntitled`] for every other key.
    pub fn manager(&self, kid: &Kid) -> Result<Manager, AppError> {
        let now = self.clock.now();
        self.read(|reader| {
            let (key, _feed) = reader
                .key(LogNo::HOME, kid)?
                .ok_or(JoinError::NotEntitled)?;
            let party = reader.party(&key.party)?.ok_or(JoinError::NotEntitled)?;
            Ok(Manager::of(&key, &party, now)?)
        })
    }

    /// Makes an invitation that is open for so many seconds. The code is in the answer and nowhere
    /// else.
    ///
    /// # Errors
    /// [`JoinError`] as far as the offer goes beyond what the manager may give, or is for nobody.
    pub fn invite(
        &self,
        manager: &Manager,
        offer: Offer,
        open_s: u64,
    ) -> Result<(Invitation, Code), AppError> {
        if !(OPEN_MIN_S..=OPEN_MAX_S).contains(&open_s) {
            return Err(JoinError::Duration.into());
        }
        if offer.sites.len() > SITES_MAX {
            return Err(JoinError::TooMany.into());
        }
        if offer.role == KeyRole::Node {
            return Err(JoinError::NodeRole.into());
        }
        if !manager.manages(&offer.party, &offer.sites) {
            return Err(JoinError::NotEntitled.into());
        }
        self.read(|reader| known(reader, &offer))?;
        let code = Code::from_random(keyfile::random()?);
        let now = self.clock.now();
        let made = Invitation {
            id: code.id(),
            code_hash: code.hash(),
            offer,
            made_by: manager.kid,
            made_at: now,
            expires_at: now.plus(open_s),
            revoked_at: None,
            answer: None,
        };
        if !self.store.add_invitation(&made, OPEN_PER_KEY_MAX)? {
            return Err(JoinError::TooMany.into());
        }
        Ok((made, code))
    }

    /// What an invitation is for and where it stands, for whoever has its code.
    ///
    /// # Errors
    /// [`JoinError::Unknown`].
    pub fn look(&self, id: &InvitationId, code: &Code) -> Result<Seen, AppError> {
        let now = self.clock.now();
        self.read(|reader| {
            let found = reader.invitation(id)?.ok_or(JoinError::Unknown)?;
            check_code(&found, code)?;
            let is_added = match &found.answer {
                Some(answer) => reader.key(LogNo::HOME, &answer.jwk.kid())?.is_some(),
                None => false,
            };
            let party = reader.party(&found.offer.party)?;
            Ok(Seen {
                standing: found.standing(now, is_added),
                invitation: found,
                log: self.origin.clone(),
                party_name: party.and_then(|party| party.name),
            })
        })
    }

    /// Answers an invitation with a device's key. Answering again with the same key is no harm.
    ///
    /// # Errors
    /// [`JoinError`], with everything that keeps this key from joining.
    pub fn accept(
        &self,
        id: &InvitationId,
        code: &Code,
        jwk: Jwk,
        proof: PossessionProof,
    ) -> Result<Seen, AppError> {
        let seen = self.look(id, code)?;
        let party = &seen.invitation.offer.party;
        proof
            .verify(&jwk, self.origin, party)
            .map_err(JoinError::from)?;
        let is_known = self.read(|reader| Ok(reader.key(LogNo::HOME, &jwk.kid())?.is_some()))?;
        let is_own = seen
            .invitation
            .answer
            .is_some_and(|answer| answer.jwk == jwk);
        if is_known && !is_own {
            return Err(JoinError::KeyKnown.into());
        }
        let now = self.clock.now();
        let changed = self.store.change_invitation(id, |found| {
            found.may_answer(&jwk, now)?;
            if found.answer.is_none() {
                found.answer = Some(DeviceAnswer {
                    jwk,
                    proof,
                    at: now,
                });
            }
            Ok::<_, JoinError>(())
        })?;
        changed.ok_or(JoinError::Unknown)??;
        self.look(id, code)
    }

    /// Devices that wait until the manager adds their keys, the oldest first.
    ///
    /// # Errors
    /// What the database reports.
    pub fn waiting(&self, manager: &Manager) -> Result<Vec<Invitation>, AppError> {
        let party = (!manager.is_registrar).then_some(&manager.party);
        let mut found = self.read(|reader| Ok(reader.waiting_devices(party, LISTED_MAX)?))?;
        found.retain(|one| manager.manages(&one.offer.party, &one.offer.sites));
        Ok(found)
    }

    /// Takes an invitation back. Doing it again is no harm; a key that is in the log is revoked by
    /// a record, not so.
    ///
    /// # Errors
    /// [`JoinError::Unknown`] for what the manager may not invite for, too.
    pub fn revoke(&self, manager: &Manager, id: &InvitationId) -> Result<Invitation, AppError> {
        let now = self.clock.now();
        let changed = self.store.change_invitation(id, |found| {
            if !manager.manages(&found.offer.party, &found.offer.sites) {
                return Err(JoinError::Unknown);
            }
            found.revoked_at = Some(found.revoked_at.unwrap_or(now));
            Ok(())
        })?;
        Ok(changed.ok_or(JoinError::Unknown)??)
    }

    /// A key, and where its records stand.
    ///
    /// # Errors
    /// What the database reports.
    pub fn feed(&self, kid: &Kid) -> Result<Option<(KeyFacts, Option<Feed>)>, AppError> {
        self.read(|reader| Ok(reader.key(LogNo::HOME, kid)?))
    }

    /// The keys of a party that the manager may manage.
    ///
    /// # Errors
    /// [`JoinError::NotEntitled`].
    pub fn devices(&self, manager: &Manager, party: &PartyId) -> Result<Vec<KeyFacts>, AppError> {
        if !manager.is_registrar && manager.party != *party {
            return Err(JoinError::NotEntitled.into());
        }
        let mut keys = self.read(|reader| Ok(reader.keys_of_party(party, LISTED_MAX)?))?;
        keys.retain(|key| key.role != KeyRole::Node && manager.manages(party, &key.sites));
        Ok(keys)
    }

    /// What devices of a party were called when they were invited.
    ///
    /// # Errors
    /// What the database reports.
    pub fn labels(&self, party: &PartyId) -> Result<BTreeMap<Kid, Name>, AppError> {
        self.read(|reader| Ok(reader.labels_of(party)?))
    }
}

/// Whether everybody an offer names is enrolled.
fn known(reader: &mut Reader<'_>, offer: &Offer) -> Result<(), AppError> {
    let party = reader.party(&offer.party)?.ok_or(JoinError::UnknownParty)?;
    if party.kind == PartyKind::Registrar && !offer.sites.is_empty() {
        return Err(JoinError::UnknownSite.into());
    }
    for id in &offer.sites {
        let site = reader.site(id)?.ok_or(JoinError::UnknownSite)?;
        if site.party != offer.party {
            return Err(JoinError::UnknownSite.into());
        }
    }
    Ok(())
}

/// Whether somebody has the code. Both sides are hashes, so how long it takes says nothing.
fn check_code(found: &Invitation, code: &Code) -> Result<(), JoinError> {
    let fits = found.code_hash == code.hash() && found.id == code.id();
    fits.then_some(()).ok_or(JoinError::Unknown)
}
