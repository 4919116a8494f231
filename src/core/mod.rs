//! The pure core: it decides, and everything else carries out. No I/O, no clock, no randomness,
//! no async; times, keys and rows come in as arguments and values go out. A test enforces it.

pub mod access;
pub mod arrival;
pub mod bundle;
pub mod custody;
pub mod enrol;
pub mod ids;
pub mod imports;
pub mod joining;
pub mod log;
pub mod note;
pub mod picture;
pub mod premises;
pub mod quantity;
pub mod record;
pub mod report;
pub mod rules;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
pub mod time;
pub mod trace;
pub mod verdict;
