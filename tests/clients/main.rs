//! Clients, as people run them: the program itself against a real server on loopback. PostgreSQL
//! is reached through SHISU_TEST_POSTGRES_URL, which `scripts/with-postgres` sets.

#[cfg(test)]
#[path = "../ledger/common.rs"]
mod common;
#[cfg(test)]
#[path = "../ledger/place.rs"]
#[expect(dead_code, reason = "these tests do not need all of it")]
mod place;
#[cfg(test)]
#[path = "../ledger/town.rs"]
#[expect(dead_code, reason = "these tests do not need all of it")]
mod town;

#[cfg(test)]
mod host;
#[cfg(test)]
mod proxy;

#[cfg(test)]
mod agents;
#[cfg(test)]
mod enrol;
#[cfg(test)]
mod entered;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod joining;
#[cfg(test)]
mod register;
#[cfg(test)]
mod submit;
