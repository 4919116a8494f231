//! What a party has to do with lots, for those who ask what they may see.

use super::convert::{Result, corrupt, site_id};
use super::db::on_both;
use super::load::in_sets;
use super::read::Reader;
use super::schema::{entry, lot, movement, site};
use crate::core::custody::EntryKey;
use crate::core::ids::{LotCode, PartyId, SiteId};
use crate::core::record::RecordId;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

impl Reader<'_> {
    /// The sites of a party at which there is or was a lot with one of these codes.
    ///
    /// # Errors
    /// What the database reports.
    pub fn sites_with(&mut self, party: &PartyId, codes: &[LotCode]) -> Result<Vec<SiteId>> {
        let theirs = site::table
            .filter(site::party.eq(party.as_str()))
            .select((site::entry, site::id));
        let theirs: Vec<(i64, String)> = on_both!(self.db, conn => theirs.load(conn))?;
        let theirs: BTreeMap<i64, String> = theirs.into_iter().collect();
        let places: Vec<i64> = theirs.keys().copied().collect();
        let codes: Vec<&str> = codes.iter().map(LotCode::as_str).collect();
        let mut lots: Vec<i64> = Vec::new();
        in_sets(&codes, |set| {
            let keys = lot::table.filter(lot::code.eq_any(set)).select(lot::key);
            lots.extend::<Vec<i64>>(on_both!(self.db, conn => keys.load(conn))?);
            Ok(())
        })?;
        let mut found: BTreeSet<i64> = BTreeSet::new();
        in_sets(&lots, |lots| {
            in_sets(&places, |places| {
                let at = movement::table
                    .filter(movement::lot.eq_any(lots))
                    .filter(movement::site.eq_any(places))
                    .select(movement::site)
                    .distinct();
                found.extend::<Vec<i64>>(on_both!(self.db, conn => at.load(conn))?);
                Ok(())
            })
        })?;
        let ids = found.iter().filter_map(|key| theirs.get(key));
        ids.map(|id| site_id(id)).collect()
    }

    /// Where the record with this id is; the node's own place if two logs have it.
    ///
    /// # Errors
    /// What the database reports.
    pub fn key_of(&mut self, id: &RecordId) -> Result<Option<EntryKey>> {
        let keys = self.names.of_ids(self.db, &[id.prefix()])?;
        let rows = entry::table
            .filter(entry::key.eq_any(keys))
            .order(entry::key)
            .select((entry::key, entry::id));
        let rows: Vec<(i64, Vec<u8>)> = on_both!(self.db, conn => rows.load(conn))?;
        for (key, bytes) in rows {
            let found = RecordId::from_slice(&bytes);
            if found.ok_or_else(|| corrupt("bytes of a record id", bytes.len()))? == *id {
                return Ok(Some(EntryKey::from_i64(key)));
            }
        }
        Ok(None)
    }
}
