//! Whose goods are that came to a site and left it: those of the party for whom an agent took them in, else those of
//! the one that sent them here; what was made or entered at the site is its own, or that of whoever had it
//! slaughtered there 代宰. What leaves is whose it was when it came.

use super::entry;
use crate::app::AppError;
use crate::app::sight::opened;
use crate::core::custody::{EntryKey, MoveFacts, MoveKey, MoveRole, PartyFacts};
use crate::core::ids::PartyId;
use crate::core::record::Body;
use crate::store::Reader;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Lines between one that leaves, or comes back, and the one that brought it in, at most: what comes back answers
/// a receipt, that answers a dispatch, and that what was held.
const STEPS_MAX: usize = 4;

/// Finds owners, remembering what was looked up.
#[derive(Default)]
pub(super) struct Owners {
    /// By the line that brought goods in.
    known: BTreeMap<MoveKey, Option<PartyFacts>>,
    /// Lines by the record they are of.
    lines: BTreeMap<EntryKey, Vec<MoveFacts>>,
}

impl Owners {
    /// Whose the goods of a line are; none if that is not known.
    pub fn of(
        &mut self,
        reader: &mut Reader<'_>,
        line: &MoveFacts,
    ) -> Result<Option<PartyFacts>, AppError> {
        let Some(credit) = self.brought_by(reader, line)? else {
            return Ok(None);
        };
        if let Some(known) = self.known.get(&credit.key) {
            return Ok(known.clone());
        }
        let owner = match owner_of(reader, &credit)? {
            Some(party) => reader.party(&party)?,
            None => None,
        };
        self.known.insert(credit.key, owner.clone());
        Ok(owner)
    }

    /// The line that brought these goods in.
    fn brought_by(
        &mut self,
        reader: &mut Reader<'_>,
        line: &MoveFacts,
    ) -> Result<Option<MoveFacts>, AppError> {
        let (mut line, mut comes_back) = (line.clone(), false);
        for _ in 0..STEPS_MAX {
            comes_back |= line.role == MoveRole::TakenBack;
            // The receipt that a settlement answers is another site's.
            let is_on_the_way = match line.role {
                MoveRole::TakenBack => true,
                MoveRole::Received => comes_back,
                role => !role.is_credit(),
            };
            if !is_on_the_way {
                return Ok(Some(line));
            }
            comes_back &= line.role != MoveRole::Sent;
            let Some(of) = line.of else {
                return Ok(None);
            };
            let Some(next) = self.line(reader, of)? else {
                return Ok(None);
            };
            line = next;
        }
        Ok(None)
    }

    fn line(
        &mut self,
        reader: &mut Reader<'_>,
        key: MoveKey,
    ) -> Result<Option<MoveFacts>, AppError> {
        let lines = match self.lines.entry(key.entry()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(reader.lines_of(&[key.entry()])?),
        };
        let mut lines = lines.iter();
        Ok(lines.find(|line| line.key == key).cloned())
    }
}

/// Whose the goods are that this line brought in.
fn owner_of(reader: &mut Reader<'_>, credit: &MoveFacts) -> Result<Option<PartyId>, AppError> {
    let stored = entry(reader, credit.key.entry())?;
    let record = opened(&stored, |_| false)?;
    if let Some(party) = record.body.on_behalf_of() {
        return Ok(Some(party));
    }
    Ok(match &record.body {
        Body::Receive(_) => {
            let dispatch: Vec<EntryKey> = credit.of.map(MoveKey::entry).into_iter().collect();
            let shipment = reader.shipments(&dispatch)?.pop();
            shipment.map(|shipment| shipment.sender)
        }
        Body::Transform(body) => Some(body.owner.unwrap_or(record.claims.iss)),
        _ => Some(record.claims.iss),
    })
}
