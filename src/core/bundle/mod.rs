//! Evidence bundles: everything one needs to check the verdict about a lot without any server.
//!
//! A bundle is JSON. It holds the records of the trace and what concerns them, the registrations
//! of everybody who signed, the first record of the log, the beat before each record, a proof for
//! each record that it is in the log, and the log's signed head. Whoever checks it needs nothing
//! else but, if they want more than the log's own word, a trust policy from elsewhere.

mod error;
mod format;
mod replay;
mod report;
mod verify;

pub use error::ReportError;
pub use format::{
    BUNDLE_BYTES_MAX, BUNDLE_FORMAT, BUNDLE_RECORDS_MAX, Bundle, BundleRecord, Parts,
};
pub use report::{Checked, Fault, Report, TrustedKey};
pub use verify::verify;

#[cfg(test)]
mod tests;
