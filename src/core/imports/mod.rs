//! Imports 导入: rows of a file become lots, goods entered, dispatches and sales to sign, or faults that name the cell
//! and say what is wrong with it. What a person would have to guess is a fault: nothing is repaired in
//! silence, and a file with one fault yields nothing to sign.

mod cell;
mod fault;
mod loggers;
mod once;
mod plan;
mod read;
mod readings;
mod row;
mod table;
mod warn;
mod wish;

pub use cell::{Epoch, amount_of, date_of};
pub use fault::{Fault, What};
pub use once::{RowKey, RowName};
pub use plan::{Credit, Draft, Facts, drafts};
pub use read::{FAULTS_MAX, NoTable, Plan, ROWS_MAX, RowRead, read};
pub use readings::{Observed, Readings, read_readings, readings_drafts};
pub use table::{Column, File};
pub use warn::{Found, LOOKED_AT_MAX, Leaving, leaving, warn};
pub use wish::{Doing, Entry, Line, Lot, Sale, Shipment, Wish};

#[cfg(test)]
mod enter_tests;
#[cfg(test)]
mod tests;
