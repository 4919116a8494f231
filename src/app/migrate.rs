//! Migrate: bring the tables of a ledger that an earlier version made to the form that this one
//! knows. The log is not touched: migrations add to the tables around it, or change projections.

use super::AppError;
use super::ledger::Options;
use super::rebuild::anew;
use crate::core::custody::LogNo;
use crate::store::{DatabaseUrl, Instance, LoneLedger, Migrations, Store};

/// Migrations after which projections are made anew from the log: they add what no SQL can read
/// from records. If that is interrupted, `check` says what differs and `rebuild` mends it.
const REPLAYED: [&str; 1] = ["2026-11-22-000009_said"];

/// What a migration came to.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Migrated {
    /// Name of the log.
    pub log: String,
    /// Entries of it; as many as before.
    pub entries: u64,
    /// The migrations that were made now, in order; none if the tables were of this form already.
    pub made: Vec<String>,
    /// All that the ledger has had by now, in order.
    pub done: Vec<String>,
}

/// Migrates the ledger, while nobody else has it open. `say` hears what will be done before it is.
/// Doing it again does nothing.
///
/// # Errors
/// Another process has the ledger open, a later version made it, it is not the one that the folder
/// describes, or what the database reports. Each migration is made whole or not at all.
pub fn migrate(options: &Options, say: &dyn Fn(&Migrations)) -> Result<Migrated, AppError> {
    // Without a folder only a database that is named can be looked at.
    let expected = match options.home.is_ledger() || options.database.is_none() {
        true => Some(options.home.description()?.instance()),
        false => None,
    };
    let url = options.database();
    let (before, store) = bring_up(&url, expected.as_ref(), say)?;
    let done = before.done.iter().chain(&before.pending).cloned().collect();
    let head = store.read(|reader| reader.head(LogNo::HOME))?;
    Ok(Migrated {
        log: store.instance().origin.to_string(),
        entries: head.map_or(0, |head| head.size),
        made: before.pending,
        done,
    })
}

/// Brings the tables of a database to the newest form while nobody else has it open, and opens it
/// as everybody will from now on; with the migrations as they were before.
///
/// # Errors
/// As [`migrate`].
pub(super) fn bring_up(
    url: &DatabaseUrl,
    expected: Option<&Instance>,
    say: &dyn Fn(&Migrations),
) -> Result<(Migrations, Store), AppError> {
    let mut lone = LoneLedger::take(url, expected)?;
    let before = lone.migrations()?;
    say(&before);
    lone.migrate()?;
    drop(lone);
    let store = Store::open(url, expected)?;
    let is_replayed = |name: &String| REPLAYED.contains(&name.as_str());
    let head = store.read(|reader| reader.head(LogNo::HOME))?;
    if let (Some(head), true) = (head, before.pending.iter().any(is_replayed)) {
        anew(&store, &head, &|_| {})?;
    }
    Ok((before, store))
}
