//! Replaying a bundle through the same admission as a node's. Records that a bundle leaves out
//! and quantities that are closed cannot be replayed; what breaks a rule that nothing left out
//! could explain is a fault.

use super::error::ReportError;
use super::format::Bundle;
use crate::core::custody::{
    Admission, Context, Effects, EntryFacts, EntryKey, KeyFacts, LogNo, Refusal, Working, admit,
    verify_possession,
};
use crate::core::record::{Body, Jwk, Kid, Record, RecordId, RecordType};
use crate::core::text::Explain as _;
use crate::core::time::UnixSeconds;
use crate::core::trace::{TraceEntry, TraceInput};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A bundle that was replayed.
#[derive(Debug)]
pub(super) struct Replayed {
    /// What a trace is computed from.
    pub input: TraceInput,
    /// Keys that signed, and the key that granted each.
    pub keys: BTreeMap<Kid, Option<Kid>>,
    /// Records that were replayed in full.
    pub in_full: usize,
    /// Why the others were not, by code.
    pub partly: BTreeSet<&'static str>,
    /// Records that are relied on but not in the bundle.
    pub absent: HashSet<RecordId>,
}

struct Player {
    state: Working,
    context: Context,
    done: Replayed,
}

/// Replays the records of `bundle` in the order of the log, checking signatures if asked to.
pub(super) fn replay(
    bundle: &Bundle,
    records: Vec<Record>,
    signatures: bool,
) -> Result<Replayed, (Option<u64>, ReportError)> {
    let first = records.first().ok_or((None, ReportError::Genesis))?;
    let mut player = Player {
        state: Working::new(usize::MAX),
        context: Context {
            log: first.claims.log.clone(),
            now: UnixSeconds::default(),
        },
        done: Replayed {
            input: TraceInput {
                cut: bundle.cut,
                ..TraceInput::default()
            },
            keys: BTreeMap::new(),
            in_full: 0,
            partly: BTreeSet::new(),
            absent: HashSet::new(),
        },
    };
    for (entry, record) in bundle.records.iter().zip(records) {
        let wrong = |error| (Some(entry.index), error);
        let key = EntryKey::new(LogNo::HOME, entry.index).ok_or(wrong(ReportError::Order))?;
        player.take(key, &record, signatures).map_err(wrong)?;
        player.done.input.entries.push(TraceEntry {
            key,
            admitted_at: player.context.now,
            record,
            findings: entry.findings.clone(),
        });
    }
    Ok(player.done)
}

impl Player {
    fn take(&mut self, at: EntryKey, record: &Record, signatures: bool) -> Result<(), ReportError> {
        // Nothing in a log cites what comes after it.
        if self.done.absent.contains(&record.id) {
            let id = record.id;
            return Err(ReportError::Refused(Refusal::CitationUnknown { id }));
        }
        self.check_signature(at, record, signatures)?;
        if let Body::Beat(beat) = &record.body {
            if beat.at < self.context.now {
                return Err(ReportError::Refused(Refusal::BeatBackwards));
            }
            self.context.now = beat.at;
        }
        self.stand_in_for_absent(record);
        let effects = match admit(&self.state, record, at, &self.context) {
            Ok(Admission::New(effects)) => {
                self.done.in_full = self.done.in_full.saturating_add(1);
                *effects
            }
            Ok(Admission::Parked { awaits }) => {
                self.done.absent.insert(awaits);
                self.done.partly.insert("citation_unknown");
                Effects::default()
            }
            Ok(Admission::Duplicate(_)) => return Err(ReportError::Order),
            Err(refusal) if self.is_explained(&refusal, record) => {
                if let Refusal::CitationUnknown { id } = refusal {
                    self.done.absent.insert(id);
                }
                self.done.partly.insert(refusal.code());
                Effects::default()
            }
            Err(refusal) => return Err(ReportError::Refused(refusal)),
        };
        self.collect(record, at, &effects);
        self.state.apply(record, at, &effects);
        Ok(())
    }

    /// The key must be registered before the record; only the log's first names its own.
    fn check_signature(
        &mut self,
        at: EntryKey,
        record: &Record,
        signatures: bool,
    ) -> Result<(), ReportError> {
        let jwk = match &record.body {
            Body::Beat(beat) if at.index() == 0 => {
                let genesis = beat.genesis.as_ref().ok_or(ReportError::Genesis)?;
                genesis.node_key
            }
            _ if at.index() == 0 => return Err(ReportError::Genesis),
            _ => self.registered(record.kid)?,
        };
        if signatures {
            let key = jwk.verifying_key().map_err(ReportError::Signature)?;
            record.verify(&key).map_err(ReportError::Signature)?;
            verify_possession(record).map_err(ReportError::Signature)?;
        }
        self.done.keys.entry(record.kid).or_insert(None);
        Ok(())
    }

    fn registered(&self, kid: Kid) -> Result<Jwk, ReportError> {
        let key = self.state.keys.get(&kid);
        key.map(|key| key.jwk).ok_or(ReportError::KeyUnregistered)
    }

    /// Puts in a stand-in for what the record relies on but the bundle leaves out: the author's
    /// previous record, and papers and the like. No body can name a stand-in for anything else,
    /// because its type is that of a beat.
    fn stand_in_for_absent(&mut self, record: &Record) {
        let claims = &record.claims;
        for id in claims.prev.iter().chain(claims.refs.iter()) {
            let is_prev = claims.prev == Some(*id);
            let known = self.state.entries.knows(id);
            if known && !(is_prev && self.done.absent.contains(id)) {
                continue;
            }
            self.done.absent.insert(*id);
            self.state.entries.put(
                *id,
                EntryFacts {
                    key: EntryKey::from_i64(0),
                    kind: RecordType::Beat,
                    kid: record.kid,
                    seq: 0,
                    party: claims.iss,
                    site: None,
                },
            );
        }
    }

    /// Whether something that the bundle leaves out may be why admission refuses here what the
    /// node admitted there. The author's own registration is never left out.
    fn is_explained(&self, refusal: &Refusal, record: &Record) -> bool {
        let closed = record.slots.iter().any(|slot| slot.opened.is_none());
        match refusal {
            Refusal::CitationUnknown { .. }
            | Refusal::CreditUnknown
            | Refusal::UnknownLot
            | Refusal::NotConcerned => true,
            Refusal::CitationKind { id } => self.done.absent.contains(id),
            Refusal::NothingMoved | Refusal::Contradiction { .. } => closed,
            Refusal::UnknownParty | Refusal::UnknownSite => {
                let claims = &record.claims;
                let site = claims.site.as_ref();
                self.state.parties.knows(&claims.iss)
                    && site.is_none_or(|site| self.state.sites.knows(site))
            }
            _ => false,
        }
    }

    fn collect(&mut self, record: &Record, at: EntryKey, effects: &Effects) {
        let input = &mut self.done.input;
        if let Some(party) = &effects.party {
            input.parties.insert(party.id, party.clone());
        }
        if let Some(site) = &effects.site {
            input.sites.insert(site.id, site.clone());
        }
        for key in &effects.keys {
            self.done.keys.insert(key.kid, Some(record.kid));
            input.keys.insert(key.kid, key.clone());
        }
        if let Some((kid, suspect_since)) = effects.revoked {
            let key: Option<&mut KeyFacts> = input.keys.get_mut(&kid);
            if let Some(key) = key {
                key.revoked = Some(at);
                key.suspect_since = suspect_since;
            }
        }
    }
}
