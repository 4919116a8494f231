//! Rules as data: versioned files with a source and validity dates, never constants in code.
//!
//! Every table is embedded in the program, so that the rules in force are named by one hash
//! ([`version`]) which a node writes into its log, and listed with their sources by [`sources`].

pub mod basis;
pub mod bulk_liquid;
pub mod clocks;
pub mod cold_chain;
pub mod interval;
pub mod paper;
pub mod product;
pub mod production;
mod register;
pub mod workday;
pub mod yields;

pub use register::{RuleSource, files, sources, version};
