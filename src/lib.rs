//! 食溯 Shisu: a food traceability ledger. Custody of food is recorded in signed, hash-chained
//! records, kept in a transparency log, and can be traced, judged and checked from the bytes.
//!
//! Dependencies point one way: [`core`] decides and is pure; [`store`] alone knows diesel;
//! [`app`] holds one use case a file; [`web`] makes pages; [`cli`] is thin. `docs/ARCHITECTURE.md` is the map.

pub mod api;
pub mod app;
pub mod cli;
pub mod core;
pub mod server;
pub mod store;
pub mod web;
