//! The invented authors that other tests use too, without their ledger in memory.

#[path = "../common/draft.rs"]
#[expect(dead_code, reason = "these tests do not need all of it")]
pub mod draft;
#[path = "../common/ledger.rs"]
#[expect(dead_code, reason = "these tests do not need all of it")]
pub mod ledger;
#[path = "../common/wire.rs"]
#[expect(dead_code, reason = "these tests do not need all of it")]
pub mod wire;
#[path = "../common/world.rs"]
#[expect(dead_code, reason = "these tests do not need all of it")]
pub mod world;

pub use draft::{Draft, Line};
pub use world::World;
