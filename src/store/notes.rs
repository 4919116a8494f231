//! Notes of sites. They are no part of the log and no projection: a rebuild leaves them alone.

use super::Store;
use super::convert::{Result, corrupt, signed, time, unsigned};
use super::db::{Db, on_both};
use super::read::Reader;
use super::schema::site_note;
use crate::core::ids::{PartyId, SiteId};
use crate::core::note::{KeptNote, Note, NoteKind, NoteName, PARTY_BYTES_MAX};
use crate::core::record::Kid;
use crate::core::time::UnixSeconds;
use diesel::dsl::max;
use diesel::prelude::*;

/// Notes in one answer at most.
const PAGE_MAX: i64 = 200;

/// Bytes of the notes of one answer; one that is larger comes alone.
const PAGE_BYTES: i64 = 1024 * 1024;

/// A change of a note.
#[derive(Debug, Clone)]
pub struct NewNote<'a> {
    /// At which site.
    pub site: &'a SiteId,
    /// Whose site it is.
    pub party: &'a PartyId,
    /// Which note.
    pub name: &'a NoteName,
    /// Of which kind.
    pub kind: NoteKind,
    /// Who says so.
    pub by: &'a Kid,
    /// What it says from now on; none deletes it.
    pub note: Option<&'a Note>,
    /// The version that is replaced; 0 if there is none.
    pub over: u64,
}

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoteChange {
    /// It is kept.
    Kept(Box<KeptNote>),
    /// Nothing changed: this is there, and not the version that was to be replaced.
    Newer(Box<KeptNote>),
    /// Nothing changed: there is nothing to replace.
    Absent,
    /// Nothing changed: there is no room.
    Full,
}

#[derive(Queryable, Insertable, AsChangeset)]
#[diesel(table_name = site_note, treat_none_as_null = true)]
struct NoteRow {
    site: String,
    name: String,
    party: String,
    kind: String,
    number: i64,
    kid: Vec<u8>,
    kept_at: i64,
    said: Option<String>,
    size: i64,
}

impl NoteRow {
    fn kept(self) -> Result<KeptNote> {
        let name = NoteName::parse(&self.name);
        let kind = NoteKind::from_code(&self.kind);
        let said = self.said.as_deref().map(serde_json::from_str);
        Ok(KeptNote {
            name: name.ok_or_else(|| corrupt("name of a note", &self.name))?,
            kind: kind.ok_or_else(|| corrupt("kind of a note", &self.kind))?,
            version: unsigned(self.number)?,
            by: Kid::from_slice(&self.kid).ok_or_else(|| corrupt("key of a note", &self.name))?,
            kept_at: time(self.kept_at)?,
            note: said.transpose().map_err(|cause| corrupt("a note", cause))?,
        })
    }
}

impl Store {
    /// Keeps or deletes a note, if it is the version that is to be replaced that is there.
    ///
    /// # Errors
    /// What the database reports.
    pub fn change_note(&self, new: &NewNote<'_>, now: UnixSeconds) -> Result<NoteChange> {
        let said = new.note.map(serde_json::to_string).transpose();
        let said = said.map_err(|cause| corrupt("a note", cause))?;
        let bytes = said.as_ref().map_or(0, String::len);
        let mut row = NoteRow {
            site: new.site.to_string(),
            name: new.name.to_string(),
            party: new.party.to_string(),
            kind: new.kind.code().to_owned(),
            number: 0,
            kid: new.by.as_bytes().to_vec(),
            kept_at: now.as_i64(),
            said,
            size: i64::try_from(bytes).unwrap_or(i64::MAX),
        };
        self.aside(|db| {
            if matches!(db, Db::Postgres(_)) {
                // As every transaction that writes is alone on SQLite.
                db.run("LOCK TABLE site_note IN SHARE ROW EXCLUSIVE MODE")?;
            }
            let there = find(db, &row.site, &row.name)?.map(NoteRow::kept);
            match there.transpose()? {
                Some(there) if there.version != new.over => {
                    return Ok(NoteChange::Newer(Box::new(there)));
                }
                None if new.over != 0 || new.note.is_none() => return Ok(NoteChange::Absent),
                Some(_) => {}
                None => {
                    if !has_place(db, new.kind, &row.site)? {
                        return Ok(NoteChange::Full);
                    }
                }
            }
            if !has_room(db, &row)? {
                return Ok(NoteChange::Full);
            }
            row.number = last(db, &row.site)?.saturating_add(1);
            on_both!(db, conn => diesel::insert_into(site_note::table)
                .values(&row)
                .on_conflict((site_note::site, site_note::name))
                .do_update()
                .set(&row)
                .execute(conn))?;
            row.kept().map(|kept| NoteChange::Kept(Box::new(kept)))
        })
    }
}

/// The number of the last change at a site.
fn last(db: &mut Db, site: &str) -> Result<i64> {
    let last = site_note::table.filter(site_note::site.eq(site));
    let last = last.select(max(site_note::number));
    let last: Option<i64> = on_both!(db, conn => last.first(conn))?;
    Ok(last.unwrap_or(0))
}

/// Whether there may be one more of a kind. Where there are as many as may be, the one that was deleted the
/// longest ago is forgotten.
fn has_place(db: &mut Db, kind: NoteKind, site: &str) -> Result<bool> {
    let of_kind = site_note::table
        .filter(site_note::site.eq(site))
        .filter(site_note::kind.eq(kind.code()));
    let count: i64 = on_both!(db, conn => of_kind.count().get_result(conn))?;
    if count < kind.count_max() {
        return Ok(true);
    }
    // Never the last change of the site: numbers would be given twice.
    let gone = of_kind
        .filter(site_note::said.is_null())
        .filter(site_note::number.lt(last(db, site)?))
        .order(site_note::number)
        .select(site_note::name);
    let gone: Option<String> = on_both!(db, conn => gone.first(conn).optional())?;
    let Some(name) = gone else {
        return Ok(false);
    };
    let place = site_note::table.find((site, name));
    on_both!(db, conn => diesel::delete(place).execute(conn))?;
    Ok(true)
}

/// Whether the party has room for a note beside its others.
fn has_room(db: &mut Db, row: &NoteRow) -> Result<bool> {
    if row.size == 0 {
        return Ok(true);
    }
    let is_same = site_note::site
        .eq(&row.site)
        .and(site_note::name.eq(&row.name));
    let sizes = site_note::table
        .filter(site_note::party.eq(&row.party))
        .filter(diesel::dsl::not(is_same))
        .select(site_note::size);
    let sizes: Vec<i64> = on_both!(db, conn => sizes.load(conn))?;
    let used = sizes
        .iter()
        .fold(row.size, |sum, size| sum.saturating_add(*size));
    Ok(used <= i64::try_from(PARTY_BYTES_MAX).unwrap_or(i64::MAX))
}

fn find(db: &mut Db, site: &str, name: &str) -> Result<Option<NoteRow>> {
    let row = site_note::table.find((site, name));
    Ok(on_both!(db, conn => row.first(conn).optional())?)
}

impl Reader<'_> {
    /// A note of a site.
    ///
    /// # Errors
    /// What the database reports.
    pub fn site_note(&mut self, site: &SiteId, name: &NoteName) -> Result<Option<KeptNote>> {
        let row = find(self.db, &site.to_string(), &name.to_string())?;
        row.map(NoteRow::kept).transpose()
    }

    /// Notes of a site that changed after a version, in the order of their changes, and whether there are
    /// more of them.
    ///
    /// # Errors
    /// What the database reports.
    pub fn site_notes(&mut self, site: &SiteId, since: u64) -> Result<(Vec<KeptNote>, bool)> {
        let site = site.to_string();
        let since = signed(since)?;
        let changed = site_note::table
            .filter(site_note::site.eq(&site))
            .filter(site_note::number.gt(since))
            .order(site_note::number);
        let sizes = changed
            .limit(PAGE_MAX.saturating_add(1))
            .select((site_note::number, site_note::size));
        let sizes: Vec<(i64, i64)> = on_both!(self.db, conn => sizes.load(conn))?;
        let mut bytes = 0_i64;
        let fits = sizes.iter().enumerate().take_while(|(at, (_, size))| {
            bytes = bytes.saturating_add(*size);
            *at == 0 || bytes <= PAGE_BYTES
        });
        let most = usize::try_from(PAGE_MAX).unwrap_or(usize::MAX);
        let fits: Vec<i64> = fits.take(most).map(|(_, (number, _))| *number).collect();
        let Some(until) = fits.last().copied() else {
            return Ok((Vec::new(), false));
        };
        let has_more = fits.len() < sizes.len();
        let rows = changed.filter(site_note::number.le(until));
        let rows: Vec<NoteRow> = on_both!(self.db, conn => rows.load(conn))?;
        let kept = rows.into_iter().map(NoteRow::kept).collect::<Result<_>>()?;
        Ok((kept, has_more))
    }
}
