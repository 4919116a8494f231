//! Invitations by which devices join. They are no part of the log: whether a key counts is said by
//! `signing_key`, which depends on the log alone.

use super::Store;
use super::convert::{Result, corrupt, json_of, of_json, of_word, party_id, time, word_of};
use super::db::{Db, on_both};
use super::facts;
use super::read::Reader;
use super::rows::{KeyRow, Row as _};
use super::schema::{invitation, signing_key};
use crate::core::custody::KeyFacts;
use crate::core::ids::PartyId;
use crate::core::joining::{DeviceAnswer, Invitation, InvitationId, OPEN_MAX_S, Offer};
use crate::core::record::words::Name;
use crate::core::record::{Jwk, Kid};
use crate::core::time::UnixSeconds;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// Seconds for which an invitation is kept after its time is over.
const KEPT_S: u64 = OPEN_MAX_S;

#[derive(Queryable, Insertable)]
#[diesel(table_name = invitation)]
struct InvitationRow {
    id: String,
    code_hash: Vec<u8>,
    party: String,
    sites: String,
    role: String,
    label: Option<String>,
    made_by: Vec<u8>,
    made_at: i64,
    expires_at: i64,
    revoked_at: Option<i64>,
    kid: Option<Vec<u8>>,
    jwk: Option<Vec<u8>>,
    proof: Option<String>,
    answered_at: Option<i64>,
}

impl InvitationRow {
    fn of(made: &Invitation) -> Result<Self> {
        let answer = made.answer.as_ref();
        Ok(Self {
            id: made.id.to_string(),
            code_hash: made.code_hash.to_vec(),
            party: made.offer.party.to_string(),
            sites: json_of(&made.offer.sites)?,
            role: word_of(&made.offer.role)?,
            label: made.offer.label.as_ref().map(ToString::to_string),
            made_by: made.made_by.as_bytes().to_vec(),
            made_at: made.made_at.as_i64(),
            expires_at: made.expires_at.as_i64(),
            revoked_at: made.revoked_at.map(UnixSeconds::as_i64),
            kid: answer.map(|answer| answer.jwk.kid().as_bytes().to_vec()),
            jwk: answer.map(|answer| answer.jwk.as_bytes().to_vec()),
            proof: answer.map(|answer| word_of(&answer.proof)).transpose()?,
            answered_at: answer.map(|answer| answer.at.as_i64()),
        })
    }

    fn invitation(self) -> Result<Invitation> {
        let hash = <[u8; 32]>::try_from(self.code_hash.as_slice());
        let label = self.label.as_deref().map(|label| {
            Name::new(label).ok_or_else(|| corrupt("label of an invitation", label.len()))
        });
        let answer = match (&self.jwk, &self.proof, self.answered_at) {
            (Some(jwk), Some(proof), Some(at)) => Some(DeviceAnswer {
                jwk: key_of(jwk)?,
                proof: of_word(proof)?,
                at: time(at)?,
            }),
            _ => None,
        };
        Ok(Invitation {
            id: InvitationId::parse(&self.id).map_err(|cause| corrupt("invitation", cause))?,
            code_hash: hash.map_err(|cause| corrupt("hash of an invitation", cause))?,
            offer: Offer {
                party: party_id(&self.party)?,
                sites: of_json(&self.sites)?,
                role: of_word(&self.role)?,
                label: label.transpose()?,
            },
            made_by: facts::kid(&self.made_by)?,
            made_at: time(self.made_at)?,
            expires_at: time(self.expires_at)?,
            revoked_at: self.revoked_at.map(time).transpose()?,
            answer,
        })
    }
}

fn key_of(bytes: &[u8]) -> Result<Jwk> {
    let bytes = <[u8; 32]>::try_from(bytes);
    Ok(Jwk::from_bytes(
        bytes.map_err(|cause| corrupt("key of an invitation", cause))?,
    ))
}

impl Store {
    /// Keeps a new invitation, unless its maker has `open_max` that are not over: then `false`.
    /// Sweeps what is long over.
    ///
    /// # Errors
    /// What the database reports.
    pub fn add_invitation(&self, made: &Invitation, open_max: u32) -> Result<bool> {
        let row = InvitationRow::of(made)?;
        self.aside(|db| {
            sweep(db, made.made_at)?;
            let open = invitation::table
                .filter(invitation::made_by.eq(row.made_by.clone()))
                .filter(invitation::revoked_at.is_null())
                .filter(invitation::expires_at.ge(row.made_at))
                .count();
            let open: i64 = on_both!(db, conn => open.get_result(conn))?;
            if open >= i64::from(open_max) {
                return Ok(false);
            }
            on_both!(db, conn => diesel::insert_into(invitation::table)
                .values(&row)
                .execute(conn))?;
            Ok(true)
        })
    }

    /// Changes an invitation as `change` says, seeing what it is now and nobody else changing it
    /// meanwhile; none if there is none with this name.
    ///
    /// # Errors
    /// What `change` returns, and what the database reports; then nothing is changed.
    pub fn change_invitation<E>(
        &self,
        id: &InvitationId,
        change: impl FnOnce(&mut Invitation) -> std::result::Result<(), E>,
    ) -> Result<Option<std::result::Result<Invitation, E>>> {
        self.aside(|db| {
            if matches!(db, Db::Postgres(_)) {
                // As every transaction that writes is alone on SQLite.
                db.run("LOCK TABLE invitation IN SHARE ROW EXCLUSIVE MODE")?;
            }
            let Some(mut found) = find(db, id)? else {
                return Ok(None);
            };
            if let Err(refused) = change(&mut found) {
                return Ok(Some(Err(refused)));
            }
            let row = InvitationRow::of(&found)?;
            let place = invitation::table.find(row.id);
            let values = (
                invitation::revoked_at.eq(row.revoked_at),
                invitation::kid.eq(row.kid),
                invitation::jwk.eq(row.jwk),
                invitation::proof.eq(row.proof),
                invitation::answered_at.eq(row.answered_at),
            );
            on_both!(db, conn => diesel::update(place).set(values).execute(conn))?;
            Ok(Some(Ok(found)))
        })
    }
}

impl Reader<'_> {
    /// An invitation.
    ///
    /// # Errors
    /// What the database reports.
    pub fn invitation(&mut self, id: &InvitationId) -> Result<Option<Invitation>> {
        find(self.db, id)
    }

    /// Invitations whose device waits for its key to be added, for one party or for all, the
    /// oldest first.
    ///
    /// # Errors
    /// What the database reports.
    pub fn waiting_devices(
        &mut self,
        party: Option<&PartyId>,
        limit: u32,
    ) -> Result<Vec<Invitation>> {
        let added = signing_key::table
            .filter(signing_key::kid.nullable().eq(invitation::kid))
            .select(signing_key::kid);
        let waiting = invitation::table
            .filter(invitation::answered_at.is_not_null())
            .filter(invitation::revoked_at.is_null())
            .filter(not(exists(added)))
            .order((invitation::answered_at, invitation::id))
            .limit(limit.into());
        let rows: Vec<InvitationRow> = match party {
            Some(party) => {
                let waiting = waiting.filter(invitation::party.eq(party.to_string()));
                on_both!(self.db, conn => waiting.load(conn))?
            }
            None => on_both!(self.db, conn => waiting.load(conn))?,
        };
        rows.into_iter().map(InvitationRow::invitation).collect()
    }

    /// What devices of a party were called when they were invited, by the keys with which they answered.
    ///
    /// # Errors
    /// What the database reports.
    pub fn labels_of(&mut self, party: &PartyId) -> Result<BTreeMap<Kid, Name>> {
        let labelled = invitation::table
            .filter(invitation::party.eq(party.to_string()))
            .filter(invitation::kid.is_not_null())
            .filter(invitation::label.is_not_null())
            .order((invitation::answered_at, invitation::id));
        let rows: Vec<InvitationRow> = on_both!(self.db, conn => labelled.load(conn))?;
        let mut labels = BTreeMap::new();
        for row in rows {
            let made = row.invitation()?;
            let kid = made.answer.as_ref().map(|answer| answer.jwk.kid());
            labels.extend(kid.zip(made.offer.label));
        }
        Ok(labels)
    }

    /// The keys that may sign, or might, for a party, as the node's own log says, the oldest
    /// first; at most `limit`.
    ///
    /// # Errors
    /// What the database reports.
    pub fn keys_of_party(&mut self, party: &PartyId, limit: u32) -> Result<Vec<KeyFacts>> {
        let rows = signing_key::table
            .filter(signing_key::party.eq(party.to_string()))
            .filter(signing_key::log.eq(facts::log_number(crate::core::custody::LogNo::HOME)))
            .order(signing_key::entry)
            .limit(limit.into())
            .select(KeyRow::COLUMNS);
        let rows: Vec<KeyRow> = on_both!(self.db, conn => rows.load(conn))?;
        rows.iter().map(facts::key_facts).collect()
    }
}

fn find(db: &mut Db, id: &InvitationId) -> Result<Option<Invitation>> {
    let row = invitation::table.find(id.to_string());
    let row: Option<InvitationRow> = on_both!(db, conn => row.first(conn).optional())?;
    row.map(InvitationRow::invitation).transpose()
}

/// Forgets invitations that are long over, but for those that say what a device is called that joined: a lost one is
/// known by that.
fn sweep(db: &mut Db, now: UnixSeconds) -> Result<()> {
    let over = now
        .as_i64()
        .saturating_sub(i64::try_from(KEPT_S).unwrap_or(0));
    let joined = signing_key::table
        .filter(signing_key::kid.nullable().eq(invitation::kid))
        .select(signing_key::kid);
    let old = invitation::table
        .filter(invitation::expires_at.lt(over))
        .filter(invitation::label.is_null().or(not(exists(joined))));
    on_both!(db, conn => diesel::delete(old).execute(conn))?;
    Ok(())
}
