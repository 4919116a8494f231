//! Bundle: everything somebody needs to check the verdict about a lot without any server.

use super::AppError;
use super::head_copy::HeadCopy;
use super::ledger::{Options, compare_with_signed};
pub use super::sight::Audience;
use super::sight::Eyes;
use super::trace::{Question, Tracer, collect, read_entries};
use crate::core::bundle::{Bundle, BundleRecord, Parts};
use crate::core::custody::{EntryKey, LogNo};
use crate::core::log::{Checkpoint, Prover, SignedCheckpoint};
use crate::core::record::sealed::Class;
use crate::core::record::{Kid, Record, Subject as About};
use crate::core::text::Explain as _;
use crate::core::trace::{Subject, TraceInput};
use crate::core::verdict::Scope;
use crate::store::{Head, Reader};
use std::collections::BTreeSet;

/// Rounds in which the granters of keys are looked for; a registrar grants an admin key, which
/// grants the key of a device.
const GRANT_ROUNDS_MAX: usize = 16;

/// Makes the evidence bundle of a lot.
///
/// # Errors
/// A lot that is not here, or what the database reports.
pub fn bundle(
    options: &Options,
    question: &Question,
    audience: &Audience,
) -> Result<Bundle, AppError> {
    bundle_of(&Tracer::open(options)?, options, question, audience)
}

/// As [`bundle`], from a ledger that is open for reading.
///
/// # Errors
/// As [`bundle`].
pub fn bundle_of(
    tracer: &Tracer,
    options: &Options,
    question: &Question,
    audience: &Audience,
) -> Result<Bundle, AppError> {
    let now = options.clock.now();
    tracer.store().read(|reader| {
        let head = reader
            .head(LogNo::HOME)?
            .ok_or_else(|| AppError::Contradicts {
                what: "head".into(),
            })?;
        let found = collect(reader, question, &Audience::Full)?;
        if found.entries.is_empty() {
            return Err(AppError::UnknownLot(question.lot.to_string()));
        }
        let keys = with_registrations(reader, &found)?;
        let input = read_entries(reader, &keys, &Audience::Full)?;
        let open = open_to(reader, audience, &keys)?;
        let scope = scope_of(&input, &open);
        let parts = Parts {
            subject: Subject {
                lot: question.lot.clone(),
                origin: None,
                at: question.at,
            },
            checkpoint: signed_head(reader, options, &head)?,
            records: with_proofs(reader, &head, &input, &open)?,
            cut: found.cut,
        };
        Bundle::assemble(parts, scope, now)
            .map_err(|error| AppError::Input(error.explain().to_string()))
    })
}

/// For whom the verdict of the bundle is: with quantities only if all of them are open.
fn scope_of(input: &TraceInput, open: &BTreeSet<EntryKey>) -> Scope {
    let has_quantities = |record: &Record| {
        let mut slots = record.slots.iter();
        slots.any(|slot| slot.field.class == Class::Balance)
    };
    let mut entries = input.entries.iter();
    match entries.all(|entry| open.contains(&entry.key) || !has_quantities(&entry.record)) {
        true => Scope::Full,
        false => Scope::Public,
    }
}

/// The entries whose quantities are open to whoever asks.
fn open_to(
    reader: &mut Reader<'_>,
    audience: &Audience,
    keys: &[EntryKey],
) -> Result<BTreeSet<EntryKey>, AppError> {
    if audience.sees_all_quantities() {
        return Ok(keys.iter().copied().collect());
    }
    let mut eyes = Eyes::of(audience);
    let mut open = BTreeSet::new();
    if audience.viewer().is_some() {
        for stored in reader.entries_at(keys)? {
            if eyes.quantities(reader, &stored)?.1 {
                open.insert(stored.key);
            }
        }
    }
    Ok(open)
}

/// Adds to the records of a trace the registrations of everybody who signed or is named, the
/// grants of their keys up to the log's beginning, and the beat before each record.
fn with_registrations(
    reader: &mut Reader<'_>,
    found: &TraceInput,
) -> Result<Vec<EntryKey>, AppError> {
    let genesis = EntryKey::new(LogNo::HOME, 0)
        .ok_or_else(|| AppError::Contradicts { what: "log".into() })?;
    let mut all: BTreeSet<EntryKey> = found.entries.iter().map(|entry| entry.key).collect();
    all.insert(genesis);
    for party in found.parties.values() {
        all.insert(party.entry);
    }
    for site in found.sites.values() {
        all.insert(site.entry);
        all.extend(reader.about(&About::Site(site.id))?);
    }
    let mut seen: BTreeSet<Kid> = BTreeSet::new();
    for _ in 0..GRANT_ROUNDS_MAX {
        let entries: Vec<EntryKey> = all.iter().copied().collect();
        let mut fresh = Vec::new();
        for stored in reader.entries_at(&entries)? {
            let record = stored
                .record(|_| false)
                .map_err(|error| AppError::Damaged {
                    index: stored.key.index(),
                    reason: error.to_string(),
                })?;
            if seen.insert(record.kid) {
                fresh.push(record.kid);
            }
            if let Some(party) = reader.party(&record.claims.iss)? {
                all.insert(party.entry);
            }
            if let Some(site) = record.claims.site {
                all.extend(reader.site(&site)?.map(|site| site.entry));
            }
        }
        for kid in &fresh {
            if let Some((key, _)) = reader.key(LogNo::HOME, kid)? {
                all.insert(key.entry);
                all.extend(key.revoked);
            }
        }
        if fresh.is_empty() {
            break;
        }
    }
    let entries: Vec<EntryKey> = all.iter().copied().collect();
    all.extend(
        reader
            .beats_at(LogNo::HOME, &entries)?
            .values()
            .map(|beat| beat.key),
    );
    Ok(all.into_iter().collect())
}

fn with_proofs(
    reader: &mut Reader<'_>,
    head: &Head,
    input: &TraceInput,
    open: &BTreeSet<EntryKey>,
) -> Result<Vec<BundleRecord>, AppError> {
    let tiles = reader.hashes(LogNo::HOME)?;
    let unproven = |index| AppError::Damaged {
        index,
        reason: "no inclusion proof".into(),
    };
    let mut prover = Prover::new(head.size, &tiles).map_err(|_beyond| unproven(head.size))?;
    input
        .entries
        .iter()
        .map(|entry| {
            let index = entry.key.index();
            let proof = prover
                .inclusion(index)
                .map_err(|_unreadable| unproven(index))?;
            let is_open = open.contains(&entry.key);
            Ok(BundleRecord::new(entry, proof, |class| {
                is_open && class == Class::Balance
            }))
        })
        .collect()
}

/// The head, signed: the copy if it is of this size, otherwise a fresh signature over what the
/// database holds, after comparing it with the copy as at every opening for appends.
fn signed_head(
    reader: &mut Reader<'_>,
    options: &Options,
    head: &Head,
) -> Result<SignedCheckpoint, AppError> {
    let identity = options.home.identity()?;
    let copy = HeadCopy::at(options.head_copy(&identity.description))?.read()?;
    if let Some(signed) = copy {
        signed.verify(&identity.verifier()?)?;
        compare_with_signed(&reader.hashes(LogNo::HOME)?, head, &signed)?;
        if signed.checkpoint().size() == head.size {
            return Ok(signed);
        }
    }
    let checkpoint = Checkpoint::new(identity.description.origin.clone(), head.size, head.root)?;
    Ok(SignedCheckpoint::sign(checkpoint, &identity.signer()?)?)
}
