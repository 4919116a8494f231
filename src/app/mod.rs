//! Use cases, one a file. They orchestrate: the core decides, the store keeps, the command line
//! and the server only ask.

pub mod backup;
pub mod bench;
pub mod bundle;
pub mod caller;
pub mod check;
pub mod clock;
pub mod config;
pub mod demo;
pub mod enlist;
pub mod enrol;
pub mod error;
pub mod examples;
mod files;
mod head_copy;
pub mod home;
pub mod init;
pub mod joining;
pub mod journal;
pub mod keyfile;
pub mod label;
pub mod ledger;
pub mod link_host;
pub mod memory;
pub mod metrics;
pub mod migrate;
pub mod monitor;
pub mod node;
pub mod office;
pub mod open_files;
pub mod pen;
pub mod publish;
pub mod pulse;
pub mod qr;
pub mod read;
pub mod rebuild;
pub mod remote;
pub mod report;
pub mod scenario;
pub mod session;
pub mod show;
pub mod sight;
pub mod tiles;
pub mod trace;
mod trust;

pub use error::AppError;
