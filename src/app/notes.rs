//! Notes of a site: what its devices share beside the ledger. The table of the core says whose they are
//! shown to, [`crate::core::note`] what each key of the party may do; looks at what would be sealed in a
//! record are in the journal before they are answered.

use super::AppError;
use super::journal::AccessNote;
use super::node::Node;
use super::sight::{Audience, premises};
use crate::core::access::{Data, Denied, Ground, Viewer};
use crate::core::custody::{LogNo, SiteFacts};
use crate::core::ids::SiteId;
use crate::core::note::{
    KeptNote, Note, NoteError, NoteKind, NoteName, may_delete, may_read, may_write,
};
use crate::core::record::body::KeyRole;
use crate::core::record::sealed::Class;
use crate::store::{NewNote, NoteChange, Reader};
use std::collections::BTreeSet;

/// Bytes of what a device says at most: of the largest note, and what is around it.
pub const SAID_BYTES_MAX: usize = NoteKind::Track.bytes_max() + 1_024;

/// Changes of a site's notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// Those that may be seen, the last state of each, in the order of their changes.
    pub notes: Vec<KeptNote>,
    /// The last change that was looked at: ask for what came after it the next time.
    pub until: u64,
    /// Whether there are more.
    pub has_more: bool,
}

/// What came of what a device said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It is kept, with this version.
    Kept(u64),
    /// Somebody else said something before; nothing of it is lost, and nothing was changed.
    Newer(Box<KeptNote>),
}

/// Somebody of the party, at one of its sites.
struct Insider<'a> {
    viewer: &'a Viewer,
    role: KeyRole,
    ground: Ground,
    site: SiteFacts,
}

/// Who asks, if notes of the site are shown to them. None if there is no such site.
fn insider<'a>(
    reader: &mut Reader<'_>,
    site: &SiteId,
    audience: &'a Audience,
) -> Result<Option<Insider<'a>>, AppError> {
    let viewer = audience.viewer();
    let viewer = viewer.ok_or(Denied::SignInRequired(Data::Notes))?;
    let Some(site) = reader.site(site)? else {
        return Ok(None);
    };
    let denied = Denied::NotAllowed(Data::Notes);
    let ground = viewer.may_see(Data::Notes, &premises(&site));
    let ground = ground.ok_or(denied)?;
    let key = reader.key(LogNo::HOME, &viewer.kid)?;
    let (key, _) = key.ok_or(denied)?;
    Ok(Some(Insider {
        viewer,
        role: key.role,
        ground,
        site,
    }))
}

impl Insider<'_> {
    fn reads(&self, kept: &KeptNote) -> bool {
        may_read(self.role, &self.viewer.kid, kept.kind, &kept.by)
    }

    /// Writes down that these notes are shown.
    fn write_down(&self, node: &Node, notes: &[KeptNote]) -> Result<(), AppError> {
        let told = notes.iter().filter(|kept| kept.note.is_some());
        let kinds: BTreeSet<NoteKind> = told.map(|kept| kept.kind).collect();
        let looks = [Class::Trade, Class::Personal].map(|class| {
            let of_class = kinds.iter().filter(|kind| kind.class() == Some(class));
            (class, of_class.map(|kind| kind.code()).collect::<Vec<_>>())
        });
        let looks = looks.into_iter().filter(|(_, kinds)| !kinds.is_empty());
        let looks = looks.map(|(class, kinds)| AccessNote {
            at: node.clock().now(),
            kid: self.viewer.kid,
            party: self.viewer.party,
            ground: self.ground,
            // A note is no record: the look stands with the one that enrolled the site.
            entry: self.site.entry,
            owner: self.site.party,
            class,
            purpose: Some(format!("场所便笺 site notes: {}", kinds.join(", "))),
        });
        node.journal().write(node.store(), looks.collect())?;
        Ok(())
    }
}

/// What changed of the notes of a site after a version. None if there is no such site.
///
/// # Errors
/// [`Denied`] if they are not shown to whoever asks; what the database reports.
pub fn changes(
    node: &Node,
    site: &SiteId,
    audience: &Audience,
    since: u64,
) -> Result<Option<Changes>, AppError> {
    let found = node.read(|reader| {
        let Some(insider) = insider(reader, site, audience)? else {
            return Ok(None);
        };
        let (notes, has_more) = reader.site_notes(site, since)?;
        Ok::<_, AppError>(Some((insider, notes, has_more)))
    })?;
    let Some((insider, mut notes, has_more)) = found else {
        return Ok(None);
    };
    let until = notes.last().map_or(since, |kept| kept.version);
    notes.retain(|kept| insider.reads(kept));
    insider.write_down(node, &notes)?;
    Ok(Some(Changes {
        notes,
        until,
        has_more,
    }))
}

/// Keeps what a device says in the place of the version that it knew; 0 if it knew none. None if there is
/// no such site.
///
/// # Errors
/// [`NoteError`] for what is not kept, [`Denied`] if it is not theirs to say, and what the database reports.
pub fn say(
    node: &Node,
    site: &SiteId,
    audience: &Audience,
    name: &NoteName,
    (note, over): (&Note, u64),
) -> Result<Option<Said>, AppError> {
    change(node, site, audience, name, (Some(note), over))
}

/// Deletes the version of a note that a device knew: what it said is gone, and that it was deleted stays.
/// None if there is no such site.
///
/// # Errors
/// [`NoteError`] if there is none, [`Denied`] if it is not theirs, and what the database reports.
pub fn delete(
    node: &Node,
    site: &SiteId,
    audience: &Audience,
    name: &NoteName,
    over: u64,
) -> Result<Option<Said>, AppError> {
    change(node, site, audience, name, (None, over))
}

fn change(
    node: &Node,
    site: &SiteId,
    audience: &Audience,
    name: &NoteName,
    (note, over): (Option<&Note>, u64),
) -> Result<Option<Said>, AppError> {
    let found = node.read(|reader| {
        let Some(insider) = insider(reader, site, audience)? else {
            return Ok(None);
        };
        let there = reader.site_note(site, name)?;
        Ok::<_, AppError>(Some((insider, there)))
    })?;
    let Some((insider, there)) = found else {
        return Ok(None);
    };
    let (role, kid) = (insider.role, &insider.viewer.kid);
    let before = there.as_ref().map(|kept| &kept.by);
    let kind = match (note, &there) {
        (Some(note), _) if may_write(role, kid, &note.told, before) => note.told.kind(),
        (None, Some(there)) if may_delete(role, kid, there.kind, &there.by) => there.kind,
        // Whoever may delete nothing here does not learn what there is.
        (None, None) if matches!(role, KeyRole::Admin | KeyRole::Clerk) => {
            return Err(NoteError::Unknown.into());
        }
        _ => return Err(Denied::NotAllowed(Data::Notes).into()),
    };
    let new = NewNote {
        site,
        party: &insider.site.party,
        name,
        kind,
        by: kid,
        note,
        over,
    };
    let changed = node.store().change_note(&new, node.clock().now())?;
    match changed {
        NoteChange::Kept(kept) => Ok(Some(Said::Kept(kept.version))),
        NoteChange::Newer(newer) if insider.reads(&newer) => {
            insider.write_down(node, std::slice::from_ref(&newer))?;
            Ok(Some(Said::Newer(newer)))
        }
        NoteChange::Newer(_) => Err(Denied::NotAllowed(Data::Notes).into()),
        NoteChange::Absent => Err(NoteError::Unknown.into()),
        NoteChange::Full => Err(NoteError::Full(kind).into()),
    }
}
