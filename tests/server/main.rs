//! The server, as others meet it: real servers on loopback over both databases, with the same test
//! bodies. PostgreSQL is reached through SHISU_TEST_POSTGRES_URL, which `scripts/with-postgres`
//! sets.

#[cfg(test)]
#[path = "../ledger/common.rs"]
mod common;
#[cfg(test)]
#[path = "../ledger/place.rs"]
mod place;
#[cfg(test)]
#[path = "../ledger/town.rs"]
#[expect(dead_code, reason = "these tests do not need all of it")]
mod town;

#[cfg(test)]
mod client;
#[cfg(test)]
mod court;
#[cfg(test)]
mod files;
#[cfg(test)]
mod host;

#[cfg(test)]
mod access;
#[cfg(test)]
mod arrival;
#[cfg(test)]
mod bad_bodies;
#[cfg(test)]
mod bad_requests;
#[cfg(test)]
mod beats;
#[cfg(test)]
mod codes;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod daybook;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod devices;
#[cfg(test)]
mod document;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod idle;
#[cfg(test)]
mod imported;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod notes;
#[cfg(test)]
mod operation;
#[cfg(test)]
mod overload;
#[cfg(test)]
mod problems;
#[cfg(test)]
mod program;
#[cfg(test)]
mod read;
#[cfg(test)]
mod schemathesis;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod shops;
#[cfg(test)]
#[path = "../web/squares.rs"]
mod squares;
#[cfg(test)]
mod submit;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod tries;
#[cfg(test)]
mod walk;
#[cfg(test)]
mod waybills;
