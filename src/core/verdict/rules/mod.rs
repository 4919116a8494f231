//! The rules, one file each. Every rule looks at the whole case and adds what it finds.

mod agency;
mod asked;
mod cold_chain;
mod entry;
mod expiry;
mod handover;
mod hold;
mod interval;
mod keys;
mod papers;
mod quantities;
mod recall;
mod recorded;
mod statement;
mod storage;

pub use asked::{AskedPaper, Papers, Route, papers_for};
pub use handover::ENTRY_CHECK_PENDING;
pub(super) use handover::handovers;

use super::case::Case;

/// Every rule but the one on handovers, which counts as well.
pub(super) const ALL: [fn(&mut Case<'_>); 13] = [
    recall::judge,
    hold::judge,
    expiry::judge,
    papers::judge,
    cold_chain::judge,
    storage::judge,
    interval::judge,
    entry::judge,
    quantities::judge,
    recorded::judge,
    keys::judge,
    statement::judge,
    agency::judge,
];
