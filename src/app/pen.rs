//! A key that writes records: it knows for whom, for which log, and which number comes next.

use super::error::AppError;
use super::keyfile;
use super::remote::{Remote, Sent};
use crate::core::custody::LogNo;
use crate::core::ids::PartyId;
use crate::core::log::Origin;
use crate::core::record::{Jwk, Record, RecordId, author};
use crate::core::text::Explain as _;
use crate::core::time::UnixSeconds;
use crate::store::Reader;
use ed25519_dalek::SigningKey;
use serde::Deserialize;
use serde_json::{Value, json};

/// A key that writes.
pub struct Pen {
    key: SigningKey,
    log: Origin,
    party: PartyId,
    seq: u64,
    prev: Option<RecordId>,
}

/// What a server says of a key.
#[derive(Deserialize)]
struct Standing {
    log: String,
    party: String,
    seq: u64,
    last: Option<String>,
}

impl Pen {
    /// A key as the ledger knows it.
    ///
    /// # Errors
    /// A key that is not enrolled.
    pub fn of_ledger(
        reader: &mut Reader<'_>,
        key: SigningKey,
        log: &Origin,
    ) -> Result<Self, AppError> {
        let kid = Jwk::of(&key).kid();
        let (facts, feed) = reader.key(LogNo::HOME, &kid)?.ok_or_else(not_enrolled)?;
        Ok(Self {
            key,
            log: log.clone(),
            party: facts.party,
            seq: feed.as_ref().map_or(0, |feed| feed.seq_max),
            prev: feed.map(|feed| feed.last),
        })
    }

    /// A key as a server knows it; needs a session of that key.
    ///
    /// # Errors
    /// A key that is not enrolled, and what the server says.
    pub fn of_server(remote: &Remote, key: SigningKey) -> Result<Self, AppError> {
        let path = format!("/v1/keys/{}", Jwk::of(&key).kid());
        let said: Standing = serde_json::from_value(remote.json(&path, Sent::Get)?)
            .map_err(|cause| AppError::Input(cause.to_string()))?;
        let party = PartyId::parse(&said.party)
            .map_err(|cause| AppError::Input(cause.explain().to_string()))?;
        Ok(Self {
            key,
            log: Origin::new(&said.log)?,
            party,
            seq: said.seq,
            prev: said.last.as_deref().and_then(RecordId::parse),
        })
    }

    /// For whom it signs.
    #[must_use]
    pub const fn party(&self) -> &PartyId {
        &self.party
    }

    /// For which log.
    #[must_use]
    pub const fn log(&self) -> &Origin {
        &self.log
    }

    /// Seals and signs the next record. All that are signed before a receipt comes name the same
    /// predecessor, so that one that is refused leaves the others as they are.
    ///
    /// # Errors
    /// Whatever a node would refuse.
    pub fn sign(&mut self, kind: &str, body: &Value, now: UnixSeconds) -> Result<Record, AppError> {
        self.complete(json!({ "type": kind, "body": body }), now)
    }

    /// Says who, where to, when and which number of what is given in the open form, seals and signs it.
    ///
    /// # Errors
    /// Whatever a node would refuse.
    pub fn complete(&mut self, mut claims: Value, now: UnixSeconds) -> Result<Record, AppError> {
        let seq = self.seq.saturating_add(1);
        if let Some(members) = claims.as_object_mut() {
            for (name, value) in [
                ("log", json!(self.log)),
                ("iss", json!(self.party)),
                ("iat", json!(now)),
                ("seq", json!(seq)),
                ("prev", json!(self.prev)),
            ] {
                members.insert(name.to_owned(), value);
            }
        }
        let mut failed = None;
        let record = author::sign(claims, &self.key, &mut || {
            keyfile::salt().unwrap_or_else(|cause| {
                failed = Some(cause);
                [0; 16]
            })
        });
        if let Some(cause) = failed {
            return Err(cause);
        }
        self.seq = seq;
        Ok(record?)
    }
}

fn not_enrolled() -> AppError {
    AppError::Refused(crate::core::custody::Refusal::UnknownKey)
}
