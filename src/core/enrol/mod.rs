//! Bulk enrolment 批量登记: rows of a licence register become parties and sites to enrol, or faults
//! that say row, column and what is wrong, so that a clerk can correct the file. Nothing is repaired
//! in silence: an identifier that is wrong stays wrong until somebody looks at the paper.

mod cell;
mod column;
mod fault;
mod plan;
mod row;
mod words;

pub use cell::Cell;
pub use column::Column;
pub use fault::{Fault, What};
pub use plan::{FAULTS_MAX, Known, Plan};
pub use row::{Cells, PartyEntry, Read, SiteEntry, read_row};

pub(in crate::core) use words::county_named;

#[cfg(test)]
mod tests;
