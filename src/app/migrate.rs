//! Migrate: bring the tables of a ledger that an earlier version made to the form that this one
//! knows. The log is not touched: migrations add to the tables around it, or change projections.

use super::AppError;
use super::ledger::Options;
use crate::core::custody::LogNo;
use crate::store::{LoneLedger, Migrations, Store};

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
    let mut lone = LoneLedger::take(&url, expected.as_ref())?;
    let before = lone.migrations()?;
    say(&before);
    lone.migrate()?;
    let done = lone.migrations()?.done;
    drop(lone);
    // As everybody will open it from now on.
    let store = Store::open(&url, expected.as_ref())?;
    let head = store.read(|reader| reader.head(LogNo::HOME))?;
    Ok(Migrated {
        log: store.instance().origin.to_string(),
        entries: head.map_or(0, |head| head.size),
        made: before.pending,
        done,
    })
}
