//! Two servers on one PostgreSQL: processes of their own, each with a writer, and half of the
//! connections each.

use super::Figure;
use super::limits::per_second;
use super::web::{Host, post_singles};
use super::workload::Lane;
use crate::app::AppError;
use crate::app::check::check;
use crate::app::clock::Clock;
use crate::app::ledger::Options;

/// The figure here.
pub(super) const NAME: &str = "two_servers";

/// Sends one record a request on many connections to two servers over the ledger of `options`;
/// all must be accepted. Then the whole log is checked.
pub(super) fn measure(
    host: &dyn Host,
    options: &Options,
    lanes: &mut [Lane],
) -> Result<Figure, AppError> {
    let now = Clock::System.now();
    let before = check(options, &|_| {})?.entries;
    let (one, other) = (host.spawn(options)?, host.spawn(options)?);
    let addresses = [one.address(), other.address()];
    let (times, spent) = post_singles(&addresses, lanes, now)?;
    drop((one, other));
    let count = u64::try_from(times.count).unwrap_or(0);
    let grown = check(options, &|_| {})?.entries.saturating_sub(before);
    // The servers' own records, by which they tell the time, are in the log too.
    if grown < count {
        return Err(AppError::Input(format!(
            "{count} records were accepted and {grown} are in the log"
        )));
    }
    let rate = per_second(count, spent);
    let what = "两台服务器共用一个 PostgreSQL,每次一条,64 连接 / two servers on one PostgreSQL, one record a request, 64 connections";
    let note = times.note();
    Ok(Figure::at_least(NAME, what, rate, "records/s", 3_000.0).with_note(note))
}
