//! The ledger from beginning to verdict: the use cases over both databases, with the same test
//! bodies. PostgreSQL is reached through SHISU_TEST_POSTGRES_URL, which `scripts/with-postgres`
//! sets.

#[cfg(test)]
mod common;

#[cfg(test)]
#[path = "../scenarios/asked.rs"]
mod asked;
#[cfg(test)]
#[path = "../scenarios/book.rs"]
mod book;
#[cfg(test)]
mod caches;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod followed;
#[cfg(test)]
mod journeys;
#[cfg(test)]
mod migrating;
#[cfg(test)]
mod model;
#[cfg(test)]
mod place;
#[cfg(test)]
mod published;
#[cfg(test)]
mod receipts;
#[cfg(test)]
mod relations;
#[cfg(test)]
mod remembered;
#[cfg(test)]
mod reopening;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod town;
#[cfg(test)]
mod wholes;
#[cfg(test)]
mod workload;
#[cfg(test)]
mod writers;
