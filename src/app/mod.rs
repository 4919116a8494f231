//! Use cases: what the product does, one file each. They join the core, which decides, to the
//! outside world.

pub mod scenario;
