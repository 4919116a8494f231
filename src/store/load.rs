//! Loading what a batch needs: a few queries over sets, whatever the size of the batch.

use super::convert::{Result, corrupt, record_id, signed};
use super::db::{Db, on_both};
use super::facts;
use super::load_statements as statements;
use super::names::Names;
use super::rows::{
    FeedRow, KeyRow, LotRow, MovementRow, PaperRow, PartyRow, Row, ShipmentRow, SiteRow,
};
use super::schema::{entry, feed, lot, movement, paper, party, shipment, signing_key, site};
use super::sets::{in_integers, in_texts};
use crate::core::custody::{EntryFacts, EntryKey, LogNo, MoveKey, Needs, Working};
use crate::core::record::{Completeness, Kid, LineRef, Record, RecordId, RecordType};
use diesel::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Values in one query at most; SQLite takes 32,766, and a longer list gains nothing.
const SET_MAX: usize = 1_000;

/// What the signed bytes of an entry are kept with.
#[derive(Queryable)]
struct EntryHead {
    key: i64,
    id: Vec<u8>,
    jwt: String,
}

pub(super) fn load(
    db: &mut Db,
    names: &Names,
    log: LogNo,
    needs: &Needs,
    working: &mut Working,
) -> Result<()> {
    keys(db, log, &needs.kids, working)?;
    parties(db, log, needs, working)?;
    sites(db, log, needs, working)?;
    let cited = needs.lines.iter().map(|line| &line.0);
    let wanted: HashSet<RecordId> = needs.records.iter().chain(cited).copied().collect();
    entries(db, names, log, &wanted, working)?;
    lines(db, &needs.lines, working)?;
    codes(db, needs, working)?;
    statements::numbers(db, &needs.numbers, working)?;
    statements::arrivals(db, &needs.arrivals, working)
}

/// Calls `query` with the values in pieces that one statement takes.
pub(super) fn in_sets<T>(values: &[T], query: impl FnMut(&[T]) -> Result<()>) -> Result<()> {
    values.chunks(SET_MAX).try_for_each(query)
}

/// Orders rows of one name so that the log's own comes last and so wins.
fn own_last(log: LogNo, row: i64) -> (bool, std::cmp::Reverse<i64>) {
    (row == facts::log_number(log), std::cmp::Reverse(row))
}

/// A key's standing belongs to the log it signs for: keys and feeds of this log only.
fn keys(db: &mut Db, log: LogNo, kids: &HashSet<Kid>, working: &mut Working) -> Result<()> {
    let kids: Vec<&Kid> = kids.iter().collect();
    in_sets(&kids, |set| {
        let rows = signing_key::table
            .filter(signing_key::kid.eq_any(set.iter().map(|kid| kid.as_bytes().as_slice())))
            .filter(signing_key::log.eq(facts::log_number(log)))
            .select(KeyRow::COLUMNS);
        let rows: Vec<KeyRow> = on_both!(db, conn => rows.load(conn))?;
        for row in &rows {
            let key = facts::key_facts(row)?;
            working.keys.learn(key.kid, key);
        }
        let rows = feed::table
            .filter(feed::kid.eq_any(set.iter().map(|kid| kid.as_bytes().as_slice())))
            .filter(feed::log.eq(facts::log_number(log)));
        let rows: Vec<FeedRow> = on_both!(db, conn => rows.load(conn))?;
        for row in &rows {
            working
                .feeds
                .learn(facts::kid(&row.kid)?, facts::feed(row)?);
        }
        Ok(())
    })
}

fn parties(db: &mut Db, log: LogNo, needs: &Needs, working: &mut Working) -> Result<()> {
    let ids: Vec<&str> = needs.parties.iter().map(|id| id.as_str()).collect();
    in_sets(&ids, |set| {
        let rows = party::table
            .filter(party::id.eq_any(set))
            .select(PartyRow::COLUMNS);
        let mut rows: Vec<PartyRow> = on_both!(db, conn => rows.load(conn))?;
        rows.sort_by_key(|row| own_last(log, row.log));
        for row in &rows {
            let party = facts::party_facts(row)?;
            working.parties.learn(party.id, party);
        }
        Ok(())
    })
}

fn sites(db: &mut Db, log: LogNo, needs: &Needs, working: &mut Working) -> Result<()> {
    let ids: Vec<&str> = needs.sites.iter().map(|id| id.as_str()).collect();
    in_sets(&ids, |set| {
        let rows = site::table
            .filter(site::id.eq_any(set))
            .select(SiteRow::COLUMNS);
        let mut rows: Vec<SiteRow> = on_both!(db, conn => rows.load(conn))?;
        rows.sort_by_key(|row| own_last(log, row.log));
        for row in &rows {
            let site = facts::site_facts(row)?;
            working.sites.learn(site.id, site);
        }
        Ok(())
    })
}

/// Entries by id, with the shipment or the paper they opened.
fn entries(
    db: &mut Db,
    names: &Names,
    log: LogNo,
    ids: &HashSet<RecordId>,
    working: &mut Working,
) -> Result<()> {
    let prefixes: Vec<i64> = ids.iter().map(RecordId::prefix).collect();
    if prefixes.is_empty() {
        return Ok(());
    }
    let found = names.of_ids(db, &prefixes)?;
    in_sets(&found, |set| {
        let rows = entry::table.filter(in_integers(entry::key, set)).select((
            entry::key,
            entry::id,
            entry::jwt,
        ));
        let mut rows: Vec<EntryHead> = on_both!(db, conn => rows.load(conn))?;
        rows.sort_by_key(|row| own_last(log, EntryKey::from_i64(row.key).log().number().into()));
        let mut shipments = Vec::new();
        let mut papers = Vec::new();
        let mut endable = HashMap::new();
        for row in &rows {
            let id = record_id(&row.id)?;
            if !ids.contains(&id) {
                continue;
            }
            let facts = entry_facts(row)?;
            match facts.kind {
                RecordType::Dispatch => shipments.push(row.key),
                RecordType::Certify => papers.push(row.key),
                RecordType::Hold | RecordType::Recall => {
                    endable.insert(id, facts.key);
                }
                _ => {}
            }
            working.entries.learn(id, facts);
        }
        load_shipments(db, &shipments, working)?;
        load_papers(db, &papers, working)?;
        statements::endings(db, &endable, working)
    })
}

/// An entry speaks for itself: its facts are read from the signed bytes, not from columns.
fn entry_facts(row: &EntryHead) -> Result<EntryFacts> {
    let record = Record::from_parts(&row.jwt, &[], Completeness::Partial)
        .map_err(|cause| corrupt("an entry cannot be read", cause))?;
    if record.id != record_id(&row.id)? {
        return Err(corrupt("an entry has another id than its bytes", record.id));
    }
    Ok(EntryFacts {
        key: EntryKey::from_i64(row.key),
        kind: record.kind(),
        kid: record.kid,
        seq: record.claims.seq,
        party: record.claims.iss,
        site: record.claims.site,
    })
}

fn load_shipments(db: &mut Db, keys: &[i64], working: &mut Working) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let rows = shipment::table
        .filter(in_integers(shipment::key, keys))
        .select(ShipmentRow::COLUMNS);
    let rows: Vec<ShipmentRow> = on_both!(db, conn => rows.load(conn))?;
    for row in &rows {
        let shipment = facts::shipment_facts(row)?;
        working.shipments.learn(shipment.key, shipment);
    }
    Ok(())
}

fn load_papers(db: &mut Db, keys: &[i64], working: &mut Working) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let rows = paper::table
        .filter(paper::key.eq_any(keys))
        .select(PaperRow::COLUMNS);
    let rows: Vec<PaperRow> = on_both!(db, conn => rows.load(conn))?;
    for row in &rows {
        let paper = facts::paper_facts(row)?;
        working.papers.learn(paper.key, paper);
    }
    Ok(())
}

/// Lines by citation, once their entries are known, and the lots they are of.
fn lines(db: &mut Db, cited: &HashSet<LineRef>, working: &mut Working) -> Result<()> {
    let places = cited.iter().filter_map(|line| {
        let entry = working.entries.get(&line.0)?;
        Some(entry.key.line(line.1).get())
    });
    let keys: Vec<i64> = places.collect();
    in_sets(&keys, |set| {
        let rows = movement::table
            .filter(in_integers(movement::key, set))
            .select(MovementRow::COLUMNS);
        let rows: Vec<MovementRow> = on_both!(db, conn => rows.load(conn))?;
        let mut lots = HashSet::new();
        for row in &rows {
            let line = facts::move_facts(row)?;
            if !working.lots.knows(&line.lot) {
                lots.insert(line.lot.get());
            }
            working.moves.learn(line.key, line);
        }
        let lots: Vec<i64> = lots.into_iter().collect();
        load_lots(db, &lots, working)
    })
}

fn load_lots(db: &mut Db, keys: &[i64], working: &mut Working) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let rows = lot::table
        .filter(in_integers(lot::key, keys))
        .select(LotRow::COLUMNS);
    let rows: Vec<LotRow> = on_both!(db, conn => rows.load(conn))?;
    for row in &rows {
        let lot = facts::lot_facts(row)?;
        working.lots.learn(lot.key, lot);
    }
    Ok(())
}

/// Lots by code, with every origin; a code without any gets an empty list.
fn codes(db: &mut Db, needs: &Needs, working: &mut Working) -> Result<()> {
    let codes: Vec<&str> = needs.codes.iter().map(|code| code.as_str()).collect();
    let mut origins: BTreeMap<&str, Vec<MoveKey>> = BTreeMap::new();
    in_sets(&codes, |set| {
        let rows = lot::table
            .filter(in_texts(lot::code, set))
            .order(lot::key)
            .select(LotRow::COLUMNS);
        let rows: Vec<LotRow> = on_both!(db, conn => rows.load(conn))?;
        for row in &rows {
            let lot = facts::lot_facts(row)?;
            if let Some(code) = needs.codes.get(&lot.code) {
                origins.entry(code.as_str()).or_default().push(lot.key);
            }
            working.lots.learn(lot.key, lot);
        }
        Ok(())
    })?;
    for code in &needs.codes {
        let found = origins.remove(code.as_str()).unwrap_or_default();
        working.codes.learn(code.clone(), found);
    }
    Ok(())
}

/// Which numbers of feeds are taken. Asked for retries and for numbers out of order, so rarely
/// for many keys at once: one query a key.
pub(super) fn used(
    db: &mut Db,
    names: &Names,
    log: LogNo,
    numbers: &[(Kid, u64)],
    working: &mut Working,
) -> Result<()> {
    let mut by_kid: HashMap<Kid, Vec<i64>> = HashMap::new();
    for (kid, seq) in numbers {
        by_kid.entry(*kid).or_default().push(signed(*seq)?);
    }
    for (kid, seqs) in by_kid {
        let found = names.of_numbers(db, kid.prefix(), &seqs)?;
        in_sets(&found, |set| {
            let rows = entry::table
                .filter(entry::key.eq_any(set))
                .filter(entry::log.eq(facts::log_number(log)))
                .select((entry::key, entry::id, entry::jwt));
            let rows: Vec<EntryHead> = on_both!(db, conn => rows.load(conn))?;
            for row in &rows {
                let facts = entry_facts(row)?;
                if facts.kid == kid && numbers.contains(&(kid, facts.seq)) {
                    working
                        .used
                        .learn((kid, facts.seq), (record_id(&row.id)?, facts.key));
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}
