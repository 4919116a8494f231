//! The invented authors that other tests use too, without their ledger in memory.

#[path = "../common/draft.rs"]
pub mod draft;
#[path = "../common/wire.rs"]
pub mod wire;
#[path = "../common/world.rs"]
pub mod world;

pub use draft::{Draft, Line};
pub use world::World;
