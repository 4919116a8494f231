//! Replay: admission of a whole log from its entries, in memory. Admission is a function of the
//! log, so replaying the entries gives every projection again; `check` compares them with what
//! the store has, `rebuild` writes them anew, and tests of the core need no database.

use super::admit::{Admission, Context, admit};
use super::effects::Effects;
use super::keys::{EntryKey, LogNo};
use super::refusal::Refusal;
use super::state::Working;
use crate::core::log::Origin;
use crate::core::record::{Body, Record, RecordError};
use crate::core::time::UnixSeconds;

/// Facts kept per generation; a replay forgets nothing.
const FACTS_MAX: usize = usize::MAX;

/// A log being replayed.
#[derive(Debug)]
pub struct Replay {
    state: Working,
    context: Context,
    log: LogNo,
    size: u64,
}

impl Replay {
    /// An empty log named `origin`.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self {
            state: Working::new(FACTS_MAX),
            context: Context {
                log: origin,
                now: UnixSeconds::default(),
            },
            log: LogNo::HOME,
            size: 0,
        }
    }

    /// Number of entries replayed.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Time of the last beat.
    #[must_use]
    pub const fn now(&self) -> UnixSeconds {
        self.context.now
    }

    /// Everything known so far.
    #[must_use]
    pub const fn state(&self) -> &Working {
        &self.state
    }

    /// Verifies the signature of `record` with the key registered for it; for the first record,
    /// with the key it names.
    ///
    /// # Errors
    /// Unknown key, weak key, or a signature or proof of possession that does not verify.
    pub fn verify(&self, record: &Record) -> Result<(), Refusal> {
        let jwk = match &record.body {
            Body::Beat(beat) if self.size == 0 => {
                beat.genesis.as_ref().map(|genesis| genesis.node_key)
            }
            _ => self.state.keys.get(&record.kid).map(|key| key.jwk),
        };
        let key = jwk.ok_or(Refusal::UnknownKey)?.verifying_key()?;
        record.verify(&key)?;
        verify_possession(record)?;
        Ok(())
    }

    /// Admits the next entry of the log and applies what it changes. The signature is the
    /// caller's to verify ([`Replay::verify`]), since that is what can be done in parallel.
    ///
    /// # Errors
    /// A refusal: an entry that a node following the rules would not have admitted.
    pub fn admit(&mut self, record: &Record) -> Result<(EntryKey, Admission), Refusal> {
        let at = EntryKey::new(self.log, self.size).ok_or(Refusal::Overflow)?;
        let admission = admit(&self.state, record, at, &self.context)?;
        if let Admission::New(effects) = &admission {
            if let Body::Beat(beat) = &record.body {
                self.context.now = beat.at;
            }
            self.state.apply(record, at, effects);
            self.size = self.size.saturating_add(1);
        }
        Ok((at, admission))
    }

    /// Verifies and admits the next entry; the effects if it is new.
    ///
    /// # Errors
    /// As [`Replay::verify`] and [`Replay::admit`].
    pub fn push(&mut self, record: &Record) -> Result<(EntryKey, Option<Box<Effects>>), Refusal> {
        self.verify(record)?;
        let (at, admission) = self.admit(record)?;
        Ok(match admission {
            Admission::New(effects) => (at, Some(effects)),
            Admission::Duplicate(entry) => (entry, None),
            Admission::Parked { .. } => (at, None),
        })
    }
}

/// Verifies what a record proves beside its own signature: that a new key's holder has it.
///
/// # Errors
/// A proof of possession that does not verify, or a weak key.
pub fn verify_possession(record: &Record) -> Result<(), RecordError> {
    match &record.body {
        Body::AddKey(body) => body
            .proof
            .verify(&body.jwk, &record.claims.log, &body.party),
        Body::Beat(body) => match &body.genesis {
            Some(genesis) => genesis.registrar_key.verifying_key().map(|_| ()),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}
