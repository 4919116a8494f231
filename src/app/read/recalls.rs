//! The public list of recalls, open and ended, and which of them reached a shop.

use super::unreadable;
use crate::app::AppError;
use crate::app::node::Node;
use crate::core::custody::{EntryKey, LogNo, MoveKey};
use crate::core::ids::{LotCode, SiteId};
use crate::core::record::body::Recall;
use crate::core::record::{Body, RecordId, Subject};
use crate::core::time::{ChinaDate, UnixSeconds};
use crate::store::{Reader, TraceDirection, TraceLimits};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Records that the list is made of at most: recalls, and what ended them.
const LISTED_MAX: u32 = 200;

/// Lots of one recall that are followed to a shop at most.
const FOLLOWED_MAX: usize = 32;

/// A recall in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its record.
    pub id: RecordId,
    /// What it says.
    pub recall: Recall,
    /// The party that recalls, or makes somebody do so.
    pub by: String,
    /// When the node admitted it.
    pub at: UnixSeconds,
    /// The lots that it names.
    pub lots: Vec<LotCode>,
    /// The premises that it names.
    pub sites: Vec<SiteId>,
    /// When it ended, and with what summary.
    pub ended: Option<(UnixSeconds, String)>,
}

/// What a buyer knows who kept only the receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bought {
    /// The shop.
    pub site: SiteId,
    /// The day.
    pub on: ChinaDate,
}

/// The newest recalls, open ones first; with `bought`, only those of goods that the shop had by
/// that day. None if there is no such shop.
///
/// # Errors
/// What the database reports.
pub fn recalls(node: &Node, bought: Option<&Bought>) -> Result<Option<Vec<Listed>>, AppError> {
    node.read(|reader| {
        let mut listed = list(reader)?;
        if let Some(bought) = bought {
            let Some(site) = reader.site(&bought.site)? else {
                return Ok(None);
            };
            let mut kept = Vec::new();
            for recall in listed {
                let is_there = recall.sites.contains(&bought.site);
                if is_there || reached(reader, &recall, site.entry, bought.on)? {
                    kept.push(recall);
                }
            }
            listed = kept;
        }
        listed.sort_by_key(|recall| recall.ended.is_some());
        Ok(Some(listed))
    })
}

fn list(reader: &mut Reader<'_>) -> Result<Vec<Listed>, AppError> {
    let keys = reader.recalls_and_ends(LogNo::HOME, LISTED_MAX)?;
    let beats = reader.beats_at(LogNo::HOME, &keys)?;
    let mut entries = reader.entries_at(&keys)?;
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.key));
    let at = |key: &EntryKey| beats.get(key).map(|beat| beat.at).unwrap_or_default();
    let mut ends: HashMap<RecordId, (UnixSeconds, String)> = HashMap::new();
    let mut listed = Vec::new();
    for entry in &entries {
        let record = entry
            .record(|_| false)
            .map_err(|error| unreadable(entry.key, &error))?;
        match &record.body {
            Body::CloseRecall(body) => {
                ends.insert(body.recall, (at(&entry.key), body.summary.to_string()));
            }
            Body::Recall(body) => {
                let by = reader.party(&record.claims.iss)?;
                let by = by.and_then(|party| party.name);
                let (mut lots, mut sites) = (BTreeSet::new(), Vec::new());
                for subject in record.claims.about.iter() {
                    match subject {
                        Subject::Lot(lot) | Subject::LotOf(lot, _) => {
                            lots.insert(lot.clone());
                        }
                        Subject::Site(site) => sites.push(*site),
                        Subject::Record(_) => {}
                    }
                }
                listed.push(Listed {
                    id: record.id,
                    by: by.unwrap_or_else(|| record.claims.iss.to_string()),
                    at: at(&entry.key),
                    lots: lots.into_iter().collect(),
                    sites,
                    ended: None,
                    recall: (**body).clone(),
                });
            }
            _ => {}
        }
    }
    for recall in &mut listed {
        recall.ended = ends.remove(&recall.id);
    }
    Ok(listed)
}

/// Whether goods of a recall, or made of them, came to a site by the end of a day.
fn reached(
    reader: &mut Reader<'_>,
    recall: &Listed,
    site: EntryKey,
    by: ChinaDate,
) -> Result<bool, AppError> {
    let mut origins: Vec<MoveKey> = Vec::new();
    for lot in recall.lots.iter().take(FOLLOWED_MAX) {
        origins.extend(reader.lots_by_code(lot)?.iter().map(|lot| lot.key));
    }
    let rows = reader.trace_lots(&origins, TraceDirection::Forward, TraceLimits::default())?;
    let here: BTreeMap<EntryKey, ()> = rows
        .moves
        .iter()
        .filter(|line| line.site == site)
        .map(|line| (line.key.entry(), ()))
        .collect();
    let here: Vec<EntryKey> = here.into_keys().collect();
    let beats = reader.beats_at(LogNo::HOME, &here)?;
    Ok(beats.values().any(|beat| beat.at.china_date() <= by))
}
