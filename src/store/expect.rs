//! For `check`: the rows that a replay of the log gives, in the order and form in which
//! [`Reader::dump`](super::Reader::dump) visits those that are stored.

use super::convert::{Result, corrupt, json_of, unsigned};
use super::db::on_both;
use super::facts;
use super::read::Reader;
use super::rebuild::Projection;
use super::rows::{AboutRow, CiteRow};
use super::schema::tile;
use crate::core::custody::{Effects, EntryKey, Finding, LogNo, Table, Working};
use crate::core::ids::{PartyId, SiteId};
use crate::core::log::Tile;
use crate::core::log::tile::{TILE_WIDTH, decode_hashes};
use diesel::prelude::*;
use std::collections::BTreeSet;
use std::hash::Hash;

/// What the entries of the home log say beside the state they end in.
#[derive(Debug, Default)]
pub struct Expected {
    about: BTreeSet<(String, EntryKey)>,
    cite: BTreeSet<(EntryKey, EntryKey)>,
    findings: Vec<(EntryKey, i64, Finding)>,
}

impl Expected {
    /// Takes up what the entry at `at` changes.
    pub fn take(&mut self, effects: &Effects, at: EntryKey) {
        self.about.extend(
            effects
                .about
                .iter()
                .map(|subject| (subject.to_string(), at)),
        );
        self.cite
            .extend(effects.cites.iter().map(|cited| (*cited, at)));
        let findings = (0_i64..).zip(&effects.findings);
        self.findings
            .extend(findings.map(|(ord, finding)| (at, ord, finding.clone())));
    }

    /// The rows of a projection, in the order of its key, as lines of JSON.
    ///
    /// # Errors
    /// Facts that cannot be written.
    pub fn rows<'a>(
        &'a self,
        projection: Projection,
        state: &'a Working,
    ) -> Result<Box<dyn Iterator<Item = Result<String>> + 'a>> {
        Ok(match projection {
            Projection::Party => by_text(&state.parties, PartyId::as_str, |party| {
                json_of(&facts::party_row(party, LogNo::HOME)?)
            }),
            Projection::Site => by_text(&state.sites, SiteId::as_str, |site| {
                json_of(&facts::site_row(site, LogNo::HOME)?)
            }),
            Projection::SigningKey => in_order(&state.keys, |key| {
                json_of(&facts::key_row(key, LogNo::HOME)?)
            }),
            Projection::Feed => {
                let mut all: Vec<_> = state.feeds.iter().collect();
                all.sort_unstable_by_key(|(kid, _)| **kid);
                Box::new(
                    all.into_iter()
                        .map(|(kid, feed)| json_of(&facts::feed_row(kid, LogNo::HOME, feed)?)),
                )
            }
            Projection::Lot => in_order(&state.lots, |lot| json_of(&facts::lot_row(lot))),
            Projection::Movement => {
                in_order(&state.moves, |line| json_of(&facts::movement_row(line)))
            }
            Projection::Shipment => in_order(&state.shipments, |shipment| {
                json_of(&facts::shipment_row(shipment))
            }),
            Projection::Paper => {
                in_order(&state.papers, |paper| json_of(&facts::paper_row(paper)?))
            }
            Projection::About => Box::new(self.about.iter().map(|(subject, entry)| {
                json_of(&AboutRow {
                    subject: subject.clone(),
                    entry: entry.get(),
                    log: facts::log_number(entry.log()),
                })
            })),
            Projection::Cite => Box::new(self.cite.iter().map(|(cited, entry)| {
                json_of(&CiteRow {
                    cited: cited.get(),
                    entry: entry.get(),
                    log: facts::log_number(entry.log()),
                })
            })),
            Projection::Finding => Box::new(
                self.findings
                    .iter()
                    .map(|(at, ord, finding)| json_of(&facts::finding_row(*at, *ord, finding)?)),
            ),
        })
    }
}

/// Facts in the order of their names.
fn in_order<'a, K: Ord + Hash, V>(
    table: &'a Table<K, V>,
    row: impl Fn(&V) -> Result<String> + 'a,
) -> Box<dyn Iterator<Item = Result<String>> + 'a> {
    let mut all: Vec<(&K, &V)> = table.iter().collect();
    all.sort_unstable_by(|a, b| a.0.cmp(b.0));
    Box::new(all.into_iter().map(move |(_, value)| row(value)))
}

/// Facts in the order of their names as text, byte by byte, as the database sorts them.
fn by_text<'a, K: Hash + Eq, V>(
    table: &'a Table<K, V>,
    name: impl Fn(&K) -> &str,
    row: impl Fn(&V) -> Result<String> + 'a,
) -> Box<dyn Iterator<Item = Result<String>> + 'a> {
    let mut all: Vec<(&K, &V)> = table.iter().collect();
    all.sort_unstable_by(|a, b| name(a.0).cmp(name(b.0)));
    Box::new(all.into_iter().map(move |(_, value)| row(value)))
}

impl Reader<'_> {
    /// Every full tile that is kept of a log.
    ///
    /// # Errors
    /// What the database reports, and rows that are no tiles.
    pub fn full_tiles(&mut self, log: LogNo) -> Result<Vec<Tile>> {
        let rows = tile::table
            .filter(tile::log.eq(facts::log_number(log)))
            .select((tile::level, tile::idx, tile::hashes));
        let rows: Vec<(i64, i64, Vec<u8>)> = on_both!(self.db, conn => rows.load(conn))?;
        rows.into_iter()
            .map(|(level, index, hashes)| {
                Ok(Tile {
                    level: u8::try_from(level)
                        .map_err(|cause| corrupt("level of a tile", cause))?,
                    index: unsigned(index)?,
                    hashes: decode_hashes(&hashes, TILE_WIDTH)
                        .map_err(|cause| corrupt("hash tile", cause))?,
                })
            })
            .collect()
    }
}
