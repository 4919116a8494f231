//! Who of a party may do what with the notes of its sites. That somebody is of the party, and that
//! their key is for the site, the access table has said before.

use super::{NoteKind, Told};
use crate::core::record::Kid;
use crate::core::record::body::KeyRole;

/// Whether a key of this role reads a note of this kind that `by` wrote: administrators and clerks all,
/// drivers vehicles and the tracks that they noted themselves.
#[must_use]
pub fn may_read(role: KeyRole, kid: &Kid, kind: NoteKind, by: &Kid) -> bool {
    match role {
        KeyRole::Admin | KeyRole::Clerk => true,
        KeyRole::Driver => match kind {
            NoteKind::Vehicle => true,
            NoteKind::Track => by == kid,
            _ => false,
        },
        KeyRole::Device | KeyRole::Node => false,
    }
}

/// Whether a key of this role writes a note like this one in the place of what is there, which `before`
/// wrote: administrators and clerks all, drivers their own tracks.
#[must_use]
pub fn may_write(role: KeyRole, kid: &Kid, told: &Told, before: Option<&Kid>) -> bool {
    may_delete(role, kid, told.kind(), before.unwrap_or(kid))
}

/// Whether a key of this role deletes a note of this kind that `by` wrote.
#[must_use]
pub fn may_delete(role: KeyRole, kid: &Kid, kind: NoteKind, by: &Kid) -> bool {
    match role {
        KeyRole::Admin | KeyRole::Clerk => true,
        KeyRole::Driver => kind == NoteKind::Track && by == kid,
        KeyRole::Device | KeyRole::Node => false,
    }
}
