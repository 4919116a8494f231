//! The store, on both databases with the same test bodies. PostgreSQL is reached through
//! SHISU_TEST_POSTGRES_URL, which `scripts/with-postgres` sets.

mod append;
mod identity;
mod refusals;
mod support;
mod trace;
