//! Begin a ledger: keys, folder, database, and the first record of the log.

mod draft;
#[cfg(test)]
mod tests;

use super::error::AppError;
use super::home::{Description, Home, Identity};
use super::keyfile;
use super::ledger::{Ledger, Options};
use crate::core::ids::{Division, PartyId};
use crate::core::log::Origin;
use crate::core::record::Jwk;
use crate::core::record::words::Name;
use crate::core::text::Bilingual;
use crate::store::{Store, StoreError};
use draft::Draft;
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

/// Makes a ledger and writes its first record. What an earlier call left half made in this folder
/// is gone on with: the same particulars find the database that the earlier call made.
///
/// # Errors
/// When there is a ledger already, in the folder or in the database, and
/// [`AppError::HalfBegun`] if another one was begun in this folder.
pub fn init(options: &Options, beginning: &Beginning, keys: &Keys) -> Result<(), AppError> {
    begin(options, beginning, keys, &mut |_done| Ok(()))
}

/// What has been done, in this order. Whatever ends the process after one of them, the next call
/// goes on from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The folder says which ledger is being begun.
    Drafted,
    /// The database has its identity.
    Database,
    /// The folder has its keys.
    Keys,
    /// The folder says that it is a ledger.
    Described,
    /// The first head is signed.
    Signed,
}

/// As [`init`]; whoever watches may end it after any step.
fn begin(
    options: &Options,
    beginning: &Beginning,
    keys: &Keys,
    watch: &mut dyn FnMut(Step) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let home: &Home = &options.home;
    if home.is_ledger() && !home.draft().exists() {
        return Err(home.exists_already());
    }
    let province = beginning.province;
    if province.province() != province {
        let why = Bilingual::new("不是省级代码", "is not the code of a province");
        return Err(AppError::argument(&province.to_string(), why));
    }
    std::fs::create_dir_all(home.dir()).map_err(|cause| AppError::file(home.dir(), cause))?;
    let wanted = description(options, beginning, keys)?;
    let draft = Draft::take(home, wanted)?;
    watch(Step::Drafted)?;
    if !home.is_ledger() {
        let identity = Identity {
            description: Description {
                registrar_key: Jwk::of(&keys.registrar),
                ..draft.description().clone()
            },
            node_key: keys.node.clone(),
            log_key: keys.log.clone(),
        };
        // The database first: should the folder fail afterwards, no ledger claims to exist.
        if let Err(refused) = database(options, &draft) {
            if matches!(refused, AppError::Store(StoreError::AlreadyInitialised)) {
                // It is another ledger's, so nothing of ours has been made yet.
                draft.done()?;
            }
            return Err(refused);
        }
        watch(Step::Database)?;
        home.write_keys(&identity, &keys.registrar)?;
        watch(Step::Keys)?;
        home.describe(&identity.description)?;
        watch(Step::Described)?;
    }
    let ledger = Ledger::open(options)?;
    ledger.tick()?;
    ledger.close();
    watch(Step::Signed)?;
    draft.done()
}

fn description(
    options: &Options,
    beginning: &Beginning,
    keys: &Keys,
) -> Result<Description, AppError> {
    let mut description = Description::new(
        beginning.origin.clone(),
        beginning.province,
        beginning.registrar,
        beginning.registrar_name.as_str(),
        Jwk::of(&keys.registrar),
        options.clock.now(),
    );
    if let Some(path) = &options.head_copy {
        // Whoever opens the ledger later stands elsewhere.
        let path = std::path::absolute(path).map_err(|cause| AppError::file(path, cause))?;
        description.head_copy = Some(path);
    }
    Ok(description)
}

/// Makes the database, or finds the one that an interrupted call made. One that has the identity
/// of another ledger is left as it is.
fn database(options: &Options, draft: &Draft) -> Result<(), AppError> {
    let instance = draft.description().instance();
    match Store::create(&options.database(), &instance) {
        Err(StoreError::AlreadyInitialised) if draft.is_resumed() => {
            Store::open(&options.database(), Some(&instance))?;
        }
        made => drop(made?),
    }
    Ok(())
}

/// What is said of a ledger that was begun with other parameters and not finished.
pub(super) fn half_begun(path: &std::path::Path, origin: &str) -> String {
    format!(
        "{} 记着以其他参数建立而未完成的账本 {origin}:请按当时的参数重新运行 init,或另选目录和数据库",
        path.display()
    )
}
