//! Material for tests of the ledger: a world of invented authors that signs records, and a ledger
//! in memory that admits them. [`World`] knows nothing of admission, so that tests of the store
//! can submit the very same texts to a real one.

pub mod draft;
pub mod ledger;
pub mod wire;
pub mod world;

pub use draft::{Draft, Line};
pub use ledger::{Admitted, Ledger, Outcome};
pub use wire::Wire;
pub use world::World;
