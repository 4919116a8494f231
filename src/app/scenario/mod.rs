//! Journeys as data. A journey file tells the life of a lot step by step: who did what, where, on
//! which day, with which papers. The engine turns all of them into signed records for the demo
//! and for tests, so that whoever wants another story edits a file and no code.
//!
//! **Keys and salts are public.** They are derived from names with SHA-256, so that every run gives
//! the same ids for the same day. They are for the demo only and must never be used for anything
//! else: whoever reads this source can sign with them.

mod cast;
mod day;
mod error;
mod expand;
mod identity;
mod journey;
mod script;

pub use cast::{Actor, Cast, CastKey};
pub use day::DayTime;
pub use error::ScenarioError;
pub use identity::{NodeIdentity, demo_identity, demo_key};
pub use journey::{BlobText, Expect, Journey, RecordedFinding, Step};
pub use script::{CAST_JOURNEY, Script, ScriptEvent, script};

#[cfg(test)]
mod tests;
