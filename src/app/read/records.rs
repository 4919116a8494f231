//! Records by their id.

use crate::app::AppError;
use crate::app::journal::AccessNote;
use crate::app::node::Node;
use crate::app::sight::{Audience, Eyes, Sights, opened};
use crate::core::access::{Denied, Viewer, states_purpose};
use crate::core::custody::{EntryKey, FindingCode, LogNo};
use crate::core::ids::PartyId;
use crate::core::record::sealed::Class;
use crate::core::record::words::Name;
use crate::core::record::{BlobHash, Body, Record, RecordId};
use crate::core::time::UnixSeconds;
use crate::store::StoredEntry;

/// A record at its place in a log.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its place.
    pub key: EntryKey,
    /// The node's time when it was admitted.
    pub admitted_at: UnixSeconds,
    /// The record, with the sealed values that were asked for and may be seen.
    pub record: Record,
    /// Which of them may be seen.
    pub sights: Sights,
    /// What was found when it was admitted.
    pub findings: Vec<FindingCode>,
}

/// Which sealed values somebody asks to see. Quantities are shown to whom the table shows them
/// without asking; trade and personal values only when they are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// Classes that must be open; who may not see one of them is told so.
    pub open: Vec<Class>,
    /// What for.
    pub purpose: Option<Name>,
}

impl Wish {
    /// Whether an access has to be written down: that somebody saw quantities need not be.
    #[must_use]
    pub fn is_noted(&self) -> bool {
        self.open.iter().any(|class| *class != Class::Balance)
    }
}

/// The record with this id, with the quantities that `audience` may see and what else they wish.
/// Accesses to trade and personal values are in the journal when this returns.
///
/// # Errors
/// [`Denied`] if something that is wished for may not be seen; what the database reports, or a
/// stored record that cannot be read.
pub fn record(
    node: &Node,
    id: &RecordId,
    audience: &Audience,
    wish: &Wish,
) -> Result<Option<Entry>, AppError> {
    let found = node.read(|reader| {
        let Some(stored) = reader.entry_by_id(id)? else {
            return Ok(None);
        };
        let (_, sights) = Eyes::of(audience).read(reader, &stored)?;
        let beats = reader.beats_at(LogNo::HOME, &[stored.key])?;
        let beat = beats.get(&stored.key).ok_or_else(|| AppError::Damaged {
            index: stored.key.index(),
            reason: "no beat".into(),
        })?;
        let findings = reader.findings(&[stored.key])?.into_iter();
        let findings = findings.map(|finding| match sights.may_see(Class::Balance) {
            true => finding.code,
            false => finding.code.withheld(),
        });
        Ok::<_, AppError>(Some((stored, sights, beat.at, findings.collect())))
    })?;
    let Some((stored, sights, admitted_at, findings)) = found else {
        return Ok(None);
    };
    let record = fulfil(node, &stored, audience, &sights, wish)?;
    Ok(Some(Entry {
        key: stored.key,
        admitted_at,
        record,
        sights,
        findings,
    }))
}

/// By whom a file is seen that somebody asks for with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// The record names no such file.
    NotNamed,
    /// By everybody.
    ByEverybody,
    /// By whoever asks, and not by everybody.
    ByThem,
}

/// By whom a file is seen that this record names; accesses to files of the classes trade and personal
/// are in the journal when this returns. None if there is no such record.
///
/// # Errors
/// [`Denied`] if it may not be seen, and as [`record`].
pub fn file_of(
    node: &Node,
    id: &RecordId,
    hash: &BlobHash,
    audience: &Audience,
    purpose: Option<&Name>,
) -> Result<Option<Seen>, AppError> {
    let found = node.read(|reader| {
        let Some(stored) = reader.entry_by_id(id)? else {
            return Ok(None);
        };
        let (record, sights) = Eyes::of(audience).read(reader, &stored)?;
        Ok::<_, AppError>(Some((stored, record, sights)))
    })?;
    let Some((stored, record, sights)) = found else {
        return Ok(None);
    };
    let mut blobs = record.claims.blobs.iter();
    let Some(blob) = blobs.find(|blob| blob.hash == *hash) else {
        return Ok(Some(Seen::NotNamed));
    };
    let Some(class) = blob.class.sealed() else {
        return Ok(Some(Seen::ByEverybody));
    };
    demand(audience, &sights, class)?;
    if let (Some(viewer), true) = (audience.viewer(), class != Class::Balance) {
        let note = note(node, &stored, viewer, &sights, class, &record, purpose)?;
        node.journal().write(node.store(), vec![note])?;
    }
    Ok(Some(Seen::ByThem))
}

/// That values of a class are shown to whoever asks.
fn demand(audience: &Audience, sights: &Sights, class: Class) -> Result<(), Denied> {
    match (sights.may_see(class), audience) {
        (true, _) => Ok(()),
        (false, Audience::Public) => Err(Denied::SignInRequired(class.into())),
        (false, Audience::Full | Audience::Viewer(_)) => Err(Denied::NotAllowed(class.into())),
    }
}

/// Opens what is wished for, after it is written down.
fn fulfil(
    node: &Node,
    stored: &StoredEntry,
    audience: &Audience,
    sights: &Sights,
    wish: &Wish,
) -> Result<Record, AppError> {
    for class in &wish.open {
        demand(audience, sights, *class)?;
    }
    let is_open = |class: Class| {
        sights.may_see(class) && (class == Class::Balance || wish.open.contains(&class))
    };
    let record = opened(stored, is_open)?;
    let notes = notes(node, stored, audience, sights, wish, &record)?;
    node.journal().write(node.store(), notes)?;
    Ok(record)
}

/// What has to be written down. A record that has no values of a class shows none.
fn notes(
    node: &Node,
    stored: &StoredEntry,
    audience: &Audience,
    sights: &Sights,
    wish: &Wish,
    record: &Record,
) -> Result<Vec<AccessNote>, AppError> {
    let Some(viewer) = audience.viewer() else {
        return Ok(Vec::new());
    };
    let has = |class: Class| record.slots.iter().any(|slot| slot.field.class == class);
    let noted = [Class::Trade, Class::Personal];
    let noted = noted.into_iter().filter(|class| wish.open.contains(class));
    let purpose = wish.purpose.as_ref();
    let noted = noted.filter(|class| has(*class));
    noted
        .map(|class| note(node, stored, viewer, sights, class, record, purpose))
        .collect()
}

/// That somebody saw values of a class.
fn note(
    node: &Node,
    stored: &StoredEntry,
    viewer: &Viewer,
    sights: &Sights,
    class: Class,
    record: &Record,
    purpose: Option<&Name>,
) -> Result<AccessNote, AppError> {
    let ground = sights.ground(class);
    let ground = ground.ok_or(Denied::NotAllowed(class.into()))?;
    if states_purpose(ground.role) && purpose.is_none() {
        return Err(Denied::PurposeRequired.into());
    }
    Ok(AccessNote {
        at: node.clock().now(),
        kid: viewer.kid,
        party: viewer.party,
        ground,
        entry: stored.key,
        owner: owner_of(record),
        class,
        purpose: purpose.map(ToString::to_string),
    })
}

/// Whose values a record holds: its author's, and in a registration those of whom it enrols.
fn owner_of(record: &Record) -> PartyId {
    match &record.body {
        Body::RegisterParty(body) => body.party,
        Body::RegisterSite(body) => body.party,
        Body::AddKey(body) => body.party,
        _ => record.claims.iss,
    }
}
