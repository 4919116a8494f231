//! What tells keys of a party apart for whoever manages them: what each device was called when it was invited, and who
//! holds it. The name is a person's: it is opened by the table of who may see what, and each look is written down.

use crate::app::AppError;
use crate::app::journal::AccessNote;
use crate::app::node::Node;
use crate::app::sight::{Audience, Eyes, opened};
use crate::core::access::{Ground, states_purpose};
use crate::core::custody::{EntryKey, KeyFacts};
use crate::core::record::sealed::{Class, Person, SealedValue};
use crate::core::record::words::Name;
use crate::core::record::{Kid, Record};
use crate::store::{Reader, StoredEntry};
use std::collections::{BTreeMap, BTreeSet};

/// What stands in the journal beside each look.
const PURPOSE: &str = "设备清单 list of devices";

/// Who holds the keys that still stand, as far as whoever asks may see it.
///
/// # Errors
/// What the database reports; then nothing is shown.
pub fn holders(
    node: &Node,
    audience: &Audience,
    keys: &[KeyFacts],
) -> Result<BTreeMap<Kid, Name>, AppError> {
    let Some(viewer) = audience.viewer() else {
        return Ok(BTreeMap::new());
    };
    let standing = keys.iter().filter(|key| key.revoked.is_none());
    let entries: BTreeSet<EntryKey> = standing.clone().map(|key| key.entry).collect();
    let seen = node.read(|reader| seen(reader, audience, entries))?;
    let (mut names, mut notes) = (BTreeMap::new(), Vec::new());
    for key in standing {
        let Some((name, ground)) = seen.get(&key.entry) else {
            continue;
        };
        names.insert(key.kid, name.clone());
        notes.push(AccessNote {
            at: node.clock().now(),
            kid: viewer.kid,
            party: viewer.party,
            ground: *ground,
            entry: key.entry,
            owner: key.party,
            class: Class::Personal,
            purpose: Some(PURPOSE.to_owned()),
        });
    }
    node.journal().write(node.store(), notes)?;
    Ok(names)
}

/// Names that may be seen, and on what grounds, by the records that say them.
fn seen(
    reader: &mut Reader<'_>,
    audience: &Audience,
    entries: BTreeSet<EntryKey>,
) -> Result<BTreeMap<EntryKey, (Name, Ground)>, AppError> {
    let entries: Vec<EntryKey> = entries.into_iter().collect();
    let mut eyes = Eyes::of(audience);
    let mut seen = BTreeMap::new();
    for stored in reader.entries_at(&entries)? {
        let (_, sights) = eyes.read(reader, &stored)?;
        // Whoever has to say what for opens the record itself.
        let ground = sights.ground(Class::Personal);
        let ground = ground.filter(|ground| !states_purpose(ground.role));
        if let (Some(ground), Some(name)) = (ground, name_in(&stored)?) {
            seen.insert(stored.key, (name, ground));
        }
    }
    Ok(seen)
}

fn name_in(stored: &StoredEntry) -> Result<Option<Name>, AppError> {
    let record: Record = opened(stored, |class| class == Class::Personal)?;
    let mut slots = record
        .slots
        .iter()
        .filter(|slot| slot.field.name == "person");
    Ok(slots.find_map(|slot| match &slot.opened.as_ref()?.value {
        SealedValue::Json(json) => serde_json::from_str::<Person>(json)
            .ok()
            .map(|one| one.name),
        _ => None,
    }))
}
