//! The heart of the ledger, read as a specification: what is refused and with which code, what is
//! recorded with a finding, and what always holds. No database: only the pure core.

#[cfg(test)]
#[path = "../common/mod.rs"]
mod common;

#[cfg(test)]
mod agents;
#[cfg(test)]
mod bytes;
#[cfg(test)]
mod closed;
#[cfg(test)]
mod concerned;
#[cfg(test)]
mod entry;
#[cfg(test)]
mod feeds;
#[cfg(test)]
mod findings;
#[cfg(test)]
mod goods;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod mutations;
#[cfg(test)]
mod needs;
#[cfg(test)]
mod numbers;
#[cfg(test)]
mod papers;
#[cfg(test)]
mod production;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod registry;
#[cfg(test)]
mod sealed;
#[cfg(test)]
mod shipments;
#[cfg(test)]
mod standards;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod unreceived;
