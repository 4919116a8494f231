//! The store, on both databases with the same test bodies. PostgreSQL is reached through
//! SHISU_TEST_POSTGRES_URL, which `scripts/with-postgres` sets.

#[cfg(test)]
mod append;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod support;
#[cfg(test)]
mod trace;
