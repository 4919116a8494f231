//! A ledger of its own for each test, records to submit, programs to run, and the proof that no
//! receipt was lost.

pub mod fiu;
pub mod fixture;
pub mod own_process;
pub mod program;
pub mod receipts;
pub mod sql;
pub mod supply;

pub use fixture::Fixture;
pub use program::{Stream, shisu};
pub use receipts::Receipts;
pub use supply::Supply;
