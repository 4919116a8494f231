//! Begin a ledger: keys, folder, database, and the first record of the log.

use super::clock::Clock;
use super::error::AppError;
use super::home::{Description, Home, Identity};
use super::keyfile;
use super::ledger::{Ledger, Options};
use crate::core::ids::{Division, PartyId};
use crate::core::log::Origin;
use crate::core::record::Jwk;
use crate::core::record::words::Name;
use crate::store::Store;
use ed25519_dalek::SigningKey;

/// What a new ledger is for.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// Name of the log.
    pub origin: Origin,
    /// Province.
    pub province: Division,
    /// The province's registrar.
    pub registrar: PartyId,
    /// Name of the registrar.
    pub registrar_name: Name,
}

/// The three keys a ledger begins with.
pub struct Keys {
    /// Signs heads.
    pub log: SigningKey,
    /// Signs beats.
    pub node: SigningKey,
    /// Enrols everybody else.
    pub registrar: SigningKey,
}

impl Keys {
    /// Fresh keys from the operating system's randomness.
    ///
    /// # Errors
    /// When the operating system has none to give.
    pub fn generate() -> Result<Self, AppError> {
        Ok(Self {
            log: keyfile::generate()?,
            node: keyfile::generate()?,
            registrar: keyfile::generate()?,
        })
    }
}

/// Makes a ledger and writes its first record.
///
/// # Errors
/// When there is one already, in the folder or in the database.
pub fn init(options: &Options, beginning: &Beginning, keys: &Keys) -> Result<(), AppError> {
    let home: &Home = &options.home;
    if home.is_ledger() {
        return Err(AppError::LedgerExists {
            path: home.dir().to_path_buf(),
        });
    }
    std::fs::create_dir_all(home.dir()).map_err(|cause| AppError::file(home.dir(), cause))?;
    let clock: &Clock = &options.clock;
    let description = Description::new(
        beginning.origin.clone(),
        beginning.province,
        beginning.registrar,
        beginning.registrar_name.as_str(),
        Jwk::of(&keys.registrar),
        clock.now(),
    );
    let identity = Identity {
        description,
        node_key: keys.node.clone(),
        log_key: keys.log.clone(),
    };
    // The database first: should the folder fail afterwards, no ledger claims to exist.
    Store::create(&options.database(), &identity.description.instance())?;
    home.create(&identity, &keys.registrar)?;
    let ledger = Ledger::open(options)?;
    ledger.tick()?;
    ledger.close();
    Ok(())
}
