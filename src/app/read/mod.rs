//! Reading the ledger for whoever asks over the network: one file a subject. What is given is
//! made of core types; what of it is shown to whom is decided where it is asked.

pub mod lots;
pub mod records;
