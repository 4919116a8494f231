//! Byte-exact vectors of every format, shared with other implementations: `fixtures/vectors`.
//! Each test makes its file anew from fixed keys and salts, has every vector judged by the
//! public readers, and compares byte for byte with the file. With `SHISU_UPDATE_VECTORS=1` the
//! files are written instead; what changed is then for the reviewer of the change to judge.

#[cfg(test)]
mod altered;
#[cfg(test)]
mod bad_bodies;
#[cfg(test)]
mod bad_bytes;
#[cfg(test)]
mod bad_claims;
#[cfg(test)]
mod bad_json;
#[cfg(test)]
mod bad_sealed;
#[cfg(test)]
mod bundles;
#[cfg(test)]
mod dishonest;
#[cfg(test)]
mod document;
#[cfg(test)]
mod edwards;
#[cfg(test)]
mod forged;
#[cfg(test)]
mod goods;
#[cfg(test)]
mod identifiers;
#[cfg(test)]
mod journeys;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod log;
#[cfg(test)]
mod members;
#[cfg(test)]
mod notes;
#[cfg(test)]
mod papers;
#[cfg(test)]
mod possession;
#[cfg(test)]
mod quantities;
#[cfg(test)]
mod receipts;
#[cfg(test)]
mod records;
#[cfg(test)]
mod registry;
#[cfg(test)]
mod scanned;
#[cfg(test)]
mod shipment;
#[cfg(test)]
mod statement;
#[cfg(test)]
mod story;
#[cfg(test)]
mod tiles;
#[cfg(test)]
mod tools;
