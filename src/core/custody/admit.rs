//! placeholder
use super::{Effects, EntryKey, Refusal, Working};
use crate::core::record::{Record, RecordId};
use crate::core::log::Origin;
use crate::core::time::UnixSeconds;

/// What admission knows beside the state.
#[derive(Debug, Clone)]
pub struct Context {
    /// This log.
    pub log: Origin,
    /// The node's time: that of the beat before the record.
    pub now: UnixSeconds,
}

/// What becomes of a record that breaks nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// It is new, and this is what it changes.
    New(Box<Effects>),
    /// It is already here.
    Duplicate(EntryKey),
    /// It answers a dispatch that is not here yet.
    Parked {
        /// The dispatch it waits for.
        awaits: RecordId,
    },
}

/// Decides about a verified record.
///
/// # Errors
/// A refusal with a stable code.
pub fn admit(_state: &Working, _record: &Record, _at: EntryKey, _context: &Context) -> Result<Admission, Refusal> {
    Ok(Admission::New(Box::default()))
}
