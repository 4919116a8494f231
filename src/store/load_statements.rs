//! Loading what admission asks about statements: whether a hold or recall has ended, which papers
//! have a number already, and whether a lot ever came to a site. Few records ask.

use super::convert::{Result, corrupt};
use super::db::{Db, on_both};
use super::load::in_sets;
use super::schema::{cite, entry, movement, paper};
use crate::core::custody::{EntryKey, MoveKey, MoveRole, PaperNumber, Working};
use crate::core::record::{Body, Completeness, Record, RecordId, RecordType};
use diesel::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Whether these holds and recalls have ended. Whatever ends one cites it, but a citation alone
/// ends nothing, so the signed bytes are asked.
pub(super) fn endings(
    db: &mut Db,
    of: &HashMap<RecordId, EntryKey>,
    working: &mut Working,
) -> Result<()> {
    let keys: Vec<i64> = of.values().map(|key| key.get()).collect();
    let mut ended = HashSet::new();
    in_sets(&keys, |set| {
        let citing = cite::table
            .filter(cite::cited.eq_any(set))
            .select(cite::entry);
        let citing: Vec<i64> = on_both!(db, conn => citing.load(conn))?;
        let kinds = [RecordType::Release, RecordType::CloseRecall];
        for record in records(db, &citing, &kinds)? {
            match record.1.body {
                Body::Release(body) => ended.insert(body.hold),
                Body::CloseRecall(body) => ended.insert(body.recall),
                _ => false,
            };
        }
        Ok(())
    })?;
    for (id, key) in of {
        working.ended.learn(*key, ended.contains(id));
    }
    Ok(())
}

/// Papers by the number their issuer gave them, with every one; a number that is free gets an empty
/// list.
pub(super) fn numbers(
    db: &mut Db,
    asked: &HashSet<PaperNumber>,
    working: &mut Working,
) -> Result<()> {
    let texts: HashSet<&str> = asked.iter().map(|it| it.number.as_str()).collect();
    let texts: Vec<&str> = texts.into_iter().collect();
    let mut found: HashMap<PaperNumber, Vec<EntryKey>> = HashMap::new();
    in_sets(&texts, |set| {
        let keys = paper::table
            .filter(paper::number.eq_any(set))
            .select(paper::key);
        let keys: Vec<i64> = on_both!(db, conn => keys.load(conn))?;
        for (key, record) in records(db, &keys, &[RecordType::Certify])? {
            let Body::Certify(body) = record.body else {
                continue;
            };
            if let Some(number) = PaperNumber::of(&body).filter(|it| asked.contains(it)) {
                found.entry(number).or_default().push(key);
            }
        }
        Ok(())
    })?;
    for number in asked {
        let papers = found.remove(number).unwrap_or_default();
        working.numbers.learn(number.clone(), papers);
    }
    Ok(())
}

/// Of these entries, the ones of some types, in the order of the log.
fn records(
    db: &mut Db,
    keys: &[i64],
    kinds: &[RecordType],
) -> Result<impl Iterator<Item = (EntryKey, Record)> + use<>> {
    let kinds: Vec<i64> = kinds.iter().map(|kind| kind.number().into()).collect();
    let mut read = BTreeMap::new();
    in_sets(keys, |set| {
        let rows = entry::table
            .filter(entry::key.eq_any(set))
            .filter(entry::kind.eq_any(&kinds))
            .select((entry::key, entry::jwt));
        let rows: Vec<(i64, String)> = on_both!(db, conn => rows.load(conn))?;
        for (key, jwt) in rows {
            let record = Record::from_parts(&jwt, &[], Completeness::Partial)
                .map_err(|cause| corrupt("an entry cannot be read", cause))?;
            read.insert(EntryKey::from_i64(key), record);
        }
        Ok(())
    })?;
    Ok(read.into_iter())
}

/// Whether lots ever came to sites. Asked for by the few records that say a lot failed or was
/// checked, so the lines of a lot are read through the index of lots.
pub(super) fn arrivals(
    db: &mut Db,
    asked: &HashSet<(MoveKey, EntryKey)>,
    working: &mut Working,
) -> Result<()> {
    let lots: HashSet<i64> = asked.iter().map(|(lot, _)| lot.get()).collect();
    let lots: Vec<i64> = lots.into_iter().collect();
    let sites: HashSet<i64> = asked.iter().map(|(_, site)| site.get()).collect();
    let mut came = HashSet::new();
    in_sets(&lots, |set| {
        let rows = movement::table
            .filter(movement::lot.eq_any(set))
            .filter(movement::role.eq(i64::from(MoveRole::Received.number())))
            .select((movement::lot, movement::site))
            .distinct();
        let rows: Vec<(i64, i64)> = on_both!(db, conn => rows.load(conn))?;
        came.extend(rows.into_iter().filter(|(_, site)| sites.contains(site)));
        Ok(())
    })?;
    for (lot, site) in asked {
        let has_come = came.contains(&(lot.get(), site.get()));
        working.arrivals.learn((*lot, *site), has_come);
    }
    Ok(())
}
