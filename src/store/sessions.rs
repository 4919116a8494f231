//! Who is signed in, which challenges were answered, and who saw trade and personal values. None
//! of it belongs to the log: rebuilding leaves it alone, and appending never waits for it longer
//! than for a short transaction.

use super::Store;
use super::convert::{Result, corrupt, of_word, party_id, time, word_of};
use super::db::{Db, on_both};
use super::error::StoreError;
use super::facts;
use super::read::Reader;
use super::schema::{access_note, answered_challenge, session};
use crate::core::access::{Ground, Relation, Role};
use crate::core::custody::EntryKey;
use crate::core::ids::PartyId;
use crate::core::record::Kid;
use crate::core::record::sealed::Class;
use crate::core::time::UnixSeconds;
use diesel::prelude::*;

/// Sessions of one key at most; the oldest end when there are more.
pub const SESSIONS_PER_KEY_MAX: u32 = 16;

/// How a session travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// In a cookie of a browser.
    Cookie,
    /// As a bearer token of a program.
    Token,
}

impl SessionKind {
    const fn number(self) -> i64 {
        match self {
            Self::Cookie => 1,
            Self::Token => 2,
        }
    }

    const fn from_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::Cookie),
            2 => Some(Self::Token),
            _ => None,
        }
    }
}

/// Somebody's session. What it may see is not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of its secret.
    pub hash: [u8; 32],
    /// The key that signed in.
    pub kid: Kid,
    /// How it travels.
    pub kind: SessionKind,
    /// Since when.
    pub made_at: UnixSeconds,
    /// The last moment.
    pub expires_at: UnixSeconds,
}

/// One access to the trade or personal values of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessNote {
    /// When.
    pub at: UnixSeconds,
    /// Who: the key.
    pub kid: Kid,
    /// For which party.
    pub party: Option<PartyId>,
    /// On what grounds.
    pub ground: Ground,
    /// Which record.
    pub entry: EntryKey,
    /// Party that signed it.
    pub owner: PartyId,
    /// Which values.
    pub class: Class,
    /// What for, as they said.
    pub purpose: Option<String>,
}

/// An access with its place in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberedNote {
    /// Its place; later ones have larger numbers.
    pub number: i64,
    /// The access.
    pub note: AccessNote,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = session)]
struct SessionRow {
    hash: Vec<u8>,
    kid: Vec<u8>,
    kind: i64,
    made_at: i64,
    expires_at: i64,
}

impl SessionRow {
    fn session(self) -> Result<Session> {
        let hash = <[u8; 32]>::try_from(self.hash.as_slice());
        let kind = SessionKind::from_number(self.kind);
        Ok(Session {
            hash: hash.map_err(|cause| corrupt("bytes of a session", cause))?,
            kid: facts::kid(&self.kid)?,
            kind: kind.ok_or_else(|| corrupt("no such kind of session", self.kind))?,
            made_at: time(self.made_at)?,
            expires_at: time(self.expires_at)?,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = access_note)]
struct NewNoteRow {
    at: i64,
    kid: Vec<u8>,
    party: Option<String>,
    role: String,
    relation: String,
    entry: i64,
    owner: String,
    class: String,
    purpose: Option<String>,
}

#[derive(Queryable)]
struct NoteRow {
    number: i64,
    at: i64,
    kid: Vec<u8>,
    party: Option<String>,
    role: String,
    relation: String,
    entry: i64,
    owner: String,
    class: String,
    purpose: Option<String>,
}

fn note_row(note: &AccessNote) -> Result<NewNoteRow> {
    Ok(NewNoteRow {
        at: note.at.as_i64(),
        kid: note.kid.as_bytes().to_vec(),
        party: note.party.map(|party| party.as_str().to_owned()),
        role: note.ground.role.code().to_owned(),
        relation: note.ground.relation.code().to_owned(),
        entry: note.entry.get(),
        owner: note.owner.as_str().to_owned(),
        class: word_of(&note.class)?,
        purpose: note.purpose.clone(),
    })
}

impl NoteRow {
    fn note(self) -> Result<NumberedNote> {
        let role = Role::from_code(&self.role);
        let relation = Relation::from_code(&self.relation);
        let note = AccessNote {
            at: time(self.at)?,
            kid: facts::kid(&self.kid)?,
            party: self.party.as_deref().map(party_id).transpose()?,
            ground: Ground {
                role: role.ok_or_else(|| corrupt("no such role", &self.role))?,
                relation: relation.ok_or_else(|| corrupt("no such relation", &self.relation))?,
            },
            entry: EntryKey::from_i64(self.entry),
            owner: party_id(&self.owner)?,
            class: of_word(&self.class)?,
            purpose: self.purpose,
        };
        Ok(NumberedNote {
            number: self.number,
            note,
        })
    }
}

impl Store {
    /// Opens a session for whoever answered a challenge, and notes that it was answered. `false`
    /// if it had been answered before: then nothing is written. Sweeps what has expired.
    ///
    /// # Errors
    /// What the database reports.
    pub fn open_session(
        &self,
        opened: &Session,
        challenge: &[u8; 32],
        challenge_expires: UnixSeconds,
    ) -> Result<bool> {
        self.aside(|db| {
            sweep(db, opened.made_at)?;
            let answered = (
                answered_challenge::hash.eq(challenge.to_vec()),
                answered_challenge::expires_at.eq(challenge_expires.as_i64()),
            );
            let fresh = on_both!(db, conn => diesel::insert_into(answered_challenge::table)
                .values(&answered)
                .on_conflict_do_nothing()
                .execute(conn))?;
            if fresh == 0 {
                return Ok(false);
            }
            let row = SessionRow {
                hash: opened.hash.to_vec(),
                kid: opened.kid.as_bytes().to_vec(),
                kind: opened.kind.number(),
                made_at: opened.made_at.as_i64(),
                expires_at: opened.expires_at.as_i64(),
            };
            on_both!(db, conn => diesel::insert_into(session::table).values(&row).execute(conn))?;
            end_oldest(db, &opened.kid)?;
            Ok(true)
        })
    }

    /// Ends a session. Ending one that is not there is no harm.
    ///
    /// # Errors
    /// What the database reports.
    pub fn end_session(&self, hash: &[u8; 32]) -> Result<()> {
        self.aside(|db| {
            let row = session::table.find(hash.to_vec());
            on_both!(db, conn => diesel::delete(row).execute(conn))?;
            Ok(())
        })
    }

    /// Writes accesses into the journal. When this returns `Ok` they are durable.
    ///
    /// # Errors
    /// What the database reports; then none of them is written.
    pub fn note_accesses(&self, notes: &[AccessNote]) -> Result<()> {
        let rows: Vec<NewNoteRow> = notes.iter().map(note_row).collect::<Result<_>>()?;
        self.aside(|db| {
            for row in &rows {
                on_both!(db, conn => diesel::insert_into(access_note::table)
                    .values(row)
                    .execute(conn))?;
            }
            Ok(())
        })
    }

    /// Runs `work` in a short transaction of its own that moves no head.
    pub(super) fn aside<T>(&self, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
        if self.is_stopped() {
            return Err(StoreError::Stopped);
        }
        let mut taken = self.writer.take().map_err(|error| self.noted(error))?;
        self.begin(&mut taken)?;
        self.place.as_ref().map_or(Ok(()), super::Place::check)?;
        match work(taken.db()?) {
            Ok(value) => {
                let committed = taken.db()?.run("COMMIT").map_err(StoreError::in_commit);
                let in_place = |()| {
                    let place = self.place.as_ref();
                    place.map_or(Ok(()), super::Place::check_committed)
                };
                let committed = committed.and_then(in_place);
                committed.map_err(|error| self.noted(error))?;
                taken.clean();
                Ok(value)
            }
            Err(error) => {
                // A connection that cannot roll back is closed, which rolls back too.
                if taken.db()?.run("ROLLBACK").is_ok() {
                    taken.clean();
                }
                Err(self.noted(error))
            }
        }
    }
}

/// Forgets sessions and answers whose time is over.
fn sweep(db: &mut Db, now: UnixSeconds) -> Result<()> {
    let sessions = session::table.filter(session::expires_at.lt(now.as_i64()));
    on_both!(db, conn => diesel::delete(sessions).execute(conn))?;
    let answers = answered_challenge::table.filter(answered_challenge::expires_at.lt(now.as_i64()));
    on_both!(db, conn => diesel::delete(answers).execute(conn))?;
    Ok(())
}

/// Ends the oldest sessions of a key that has too many.
fn end_oldest(db: &mut Db, kid: &Kid) -> Result<()> {
    let of_key = session::table
        .filter(session::kid.eq(kid.as_bytes().to_vec()))
        .order((session::made_at.desc(), session::hash))
        .offset(SESSIONS_PER_KEY_MAX.into())
        // Without a limit SQLite takes no offset.
        .limit(SESSIONS_PER_KEY_MAX.into())
        .select(session::hash);
    let oldest: Vec<Vec<u8>> = on_both!(db, conn => of_key.load(conn))?;
    if !oldest.is_empty() {
        let rows = session::table.filter(session::hash.eq_any(oldest));
        on_both!(db, conn => diesel::delete(rows).execute(conn))?;
    }
    Ok(())
}

impl Reader<'_> {
    /// The session with this hash, if it has not expired.
    ///
    /// # Errors
    /// What the database reports.
    pub fn session(&mut self, hash: &[u8; 32], now: UnixSeconds) -> Result<Option<Session>> {
        let row = session::table
            .find(hash.to_vec())
            .filter(session::expires_at.ge(now.as_i64()));
        let row: Option<SessionRow> = on_both!(self.db, conn => row.first(conn).optional())?;
        row.map(SessionRow::session).transpose()
    }

    /// Sessions and answered challenges that are kept.
    ///
    /// # Errors
    /// What the database reports.
    pub fn sessions_kept(&mut self) -> Result<(u64, u64)> {
        let sessions: i64 = on_both!(self.db, conn => session::table.count().get_result(conn))?;
        let answers: i64 =
            on_both!(self.db, conn => answered_challenge::table.count().get_result(conn))?;
        let count = super::convert::unsigned;
        Ok((count(sessions)?, count(answers)?))
    }

    /// Accesses to the values of `owner`, or of everybody, the newest first: at most `limit`
    /// whose number is below `before`.
    ///
    /// # Errors
    /// What the database reports.
    pub fn accesses(
        &mut self,
        owner: Option<&PartyId>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<NumberedNote>> {
        let before = before.unwrap_or(i64::MAX);
        let notes = access_note::table
            .filter(access_note::number.lt(before))
            .order(access_note::number.desc())
            .limit(limit.into());
        let rows: Vec<NoteRow> = match owner {
            Some(owner) => {
                let notes = notes.filter(access_note::owner.eq(owner.as_str()));
                on_both!(self.db, conn => notes.load(conn))?
            }
            None => on_both!(self.db, conn => notes.load(conn))?,
        };
        rows.into_iter().map(NoteRow::note).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_session_has_one_number() {
        for kind in [SessionKind::Cookie, SessionKind::Token] {
            assert_eq!(SessionKind::from_number(kind.number()), Some(kind));
        }
        assert_eq!(SessionKind::from_number(3), None);
    }
}
