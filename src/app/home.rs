//! The folder of a ledger: what it is called, which database is its own, its keys, and the
//! second copy of its head.

use super::error::AppError;
use super::keyfile;
use crate::core::ids::{Division, PartyId};
use crate::core::log::{NoteSigner, Origin, VerifierKey};
use crate::core::record::Jwk;
use crate::core::time::UnixSeconds;
use crate::store::{DatabaseUrl, Instance};
use ed25519_dalek::SigningKey;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Version of the folder's layout.
const LAYOUT: u32 = 1;

/// What `ledger.json` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Version of the folder's layout.
    pub layout: u32,
    /// Names the database that belongs to this folder.
    pub instance: Uuid,
    /// Name of the log.
    pub origin: Origin,
    /// When it was initialised.
    pub created_at: UnixSeconds,
    /// Province the log is for.
    pub province: Division,
    /// The province's registrar.
    pub registrar: PartyId,
    /// Name of the registrar.
    pub registrar_name: String,
    /// The registrar's first key.
    pub registrar_key: Jwk,
    /// Where the second copy of the head is, if it is not in this folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_copy: Option<PathBuf>,
}

/// The keys with which a node speaks, and for whom.
#[derive(Clone)]
pub struct Identity {
    /// What the folder says.
    pub description: Description,
    /// Signs the node's own records.
    pub node_key: SigningKey,
    /// Signs the log's head.
    pub log_key: SigningKey,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity")
            .field("origin", &self.description.origin)
            .finish_non_exhaustive()
    }
}

impl Identity {
    /// Signs heads of the log.
    ///
    /// # Errors
    /// When the key is not acceptable.
    pub fn signer(&self) -> Result<NoteSigner, AppError> {
        Ok(NoteSigner::new(
            self.description.origin.clone(),
            self.log_key.clone(),
        )?)
    }

    /// The key with which others verify heads of the log.
    ///
    /// # Errors
    /// When the key is not acceptable.
    pub fn verifier(&self) -> Result<VerifierKey, AppError> {
        Ok(self.signer()?.verifier_key().clone())
    }

    /// A policy that trusts this log and asks for no witnesses.
    ///
    /// # Errors
    /// When the key is not acceptable.
    pub fn policy(&self) -> Result<String, AppError> {
        Ok(format!("log {}\nquorum none\n", self.verifier()?))
    }
}

/// The folder of a ledger.
#[derive(Debug, Clone)]
pub struct Home {
    dir: PathBuf,
}

impl Home {
    /// The folder `dir`; nothing is read yet.
    #[must_use]
    pub fn at(dir: &Path) -> Self {
        Self {
            dir: dir.to_path_buf(),
        }
    }

    /// The folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The database that is the default here.
    #[must_use]
    pub fn database(&self) -> DatabaseUrl {
        DatabaseUrl::Sqlite(self.dir.join("ledger.sqlite"))
    }

    /// The second copy of the signed head, unless somebody chose another path.
    #[must_use]
    pub fn head_copy(&self) -> PathBuf {
        self.dir.join("head").join("checkpoint")
    }

    /// A policy file that trusts this log.
    #[must_use]
    pub fn policy(&self) -> PathBuf {
        self.dir.join("policy.txt")
    }

    /// The registrar's first key, as `init` leaves it.
    #[must_use]
    pub fn registrar_key(&self) -> PathBuf {
        self.dir.join("keys").join("registrar.jwk")
    }

    /// The folder of the private keys.
    pub(super) fn keys(&self) -> PathBuf {
        self.dir.join("keys")
    }

    /// The keys without which the node cannot speak.
    pub(super) fn node_keys(&self) -> [PathBuf; 2] {
        [self.node_key(), self.log_key()]
    }

    fn node_key(&self) -> PathBuf {
        self.dir.join("keys").join("node.jwk")
    }

    fn log_key(&self) -> PathBuf {
        self.dir.join("keys").join("log.jwk")
    }

    /// What the folder says of itself.
    pub(super) fn description_path(&self) -> PathBuf {
        self.dir.join("ledger.json")
    }

    /// Whether a ledger was initialised here.
    #[must_use]
    pub fn is_ledger(&self) -> bool {
        self.description_path().exists()
    }

    /// Reads what the folder says of its ledger.
    ///
    /// # Errors
    /// When there is no ledger here.
    pub fn description(&self) -> Result<Description, AppError> {
        let path = self.description_path();
        let no_ledger = |reason: String| AppError::NoLedger {
            path: self.dir.clone(),
            reason,
        };
        let text = std::fs::read_to_string(&path).map_err(|cause| no_ledger(cause.to_string()))?;
        let description: Description =
            serde_json::from_str(&text).map_err(|cause| no_ledger(cause.to_string()))?;
        if description.layout != LAYOUT {
            return Err(no_ledger(format!(
                "layout {} is not known",
                description.layout
            )));
        }
        Ok(description)
    }

    /// Reads description and keys.
    ///
    /// # Errors
    /// When there is no ledger here or a key is missing.
    pub fn identity(&self) -> Result<Identity, AppError> {
        Ok(Identity {
            description: self.description()?,
            node_key: keyfile::read(&self.node_key())?,
            log_key: keyfile::read(&self.log_key())?,
        })
    }

    /// What a ledger that is being begun will be.
    pub(super) fn draft(&self) -> PathBuf {
        self.dir.join("ledger.draft")
    }

    /// That there is a ledger here already.
    pub(super) fn exists_already(&self) -> AppError {
        AppError::LedgerExists {
            path: self.dir.clone(),
        }
    }

    /// Makes sure that no key lies here that a new ledger's would replace.
    ///
    /// # Errors
    /// [`AppError::File`] with the first one.
    pub(super) fn expect_no_keys(&self) -> Result<(), AppError> {
        let keys = [self.node_key(), self.log_key(), self.registrar_key()];
        match keys.iter().find(|path| path.exists()) {
            Some(path) => Err(AppError::file(
                path,
                std::io::ErrorKind::AlreadyExists.into(),
            )),
            None => Ok(()),
        }
    }

    /// Writes keys and policy of a ledger that is being begun. They take the place of what an
    /// interrupted call left: before there is a description nobody has signed anything with them.
    ///
    /// # Errors
    /// When there is a ledger already or something cannot be written.
    pub(super) fn write_keys(
        &self,
        identity: &Identity,
        registrar: &SigningKey,
    ) -> Result<(), AppError> {
        if self.is_ledger() {
            return Err(self.exists_already());
        }
        let keys = self.dir.join("keys");
        std::fs::create_dir_all(&keys).map_err(|cause| AppError::file(&keys, cause))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let private = std::fs::Permissions::from_mode(0o700);
            std::fs::set_permissions(&keys, private)
                .map_err(|cause| AppError::file(&keys, cause))?;
        }
        for (path, key) in [
            (self.node_key(), &identity.node_key),
            (self.log_key(), &identity.log_key),
            (self.registrar_key(), registrar),
        ] {
            match std::fs::remove_file(&path) {
                Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                    return Err(AppError::file(&path, cause));
                }
                _ => keyfile::write(&path, key)?,
            }
        }
        write_file(&self.policy(), &identity.policy()?)
    }

    /// Says, as the last thing and at once as a whole, that here is a ledger.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn describe(&self, description: &Description) -> Result<(), AppError> {
        let text = serde_json::to_string_pretty(description)
            .map_err(|cause| AppError::Input(cause.to_string()))?;
        let path = self.description_path();
        let fresh = path.with_extension("new");
        write_file(&fresh, &format!("{text}\n"))?;
        std::fs::rename(&fresh, &path).map_err(|cause| AppError::file(&path, cause))
    }
}

impl Description {
    /// A description with a fresh instance.
    #[must_use]
    pub fn new(
        origin: Origin,
        province: Division,
        registrar: PartyId,
        registrar_name: &str,
        registrar_key: Jwk,
        created_at: UnixSeconds,
    ) -> Self {
        Self {
            layout: LAYOUT,
            instance: Uuid::new_v4(),
            origin,
            created_at,
            province,
            registrar,
            registrar_name: registrar_name.to_owned(),
            registrar_key,
            head_copy: None,
        }
    }

    /// What the database must say of itself.
    #[must_use]
    pub fn instance(&self) -> Instance {
        Instance {
            uuid: self.instance,
            origin: self.origin.clone(),
            created_at: self.created_at,
        }
    }
}

fn write_file(path: &Path, text: &str) -> Result<(), AppError> {
    let failed = |cause| AppError::file(path, cause);
    std::fs::write(path, text).map_err(failed)?;
    std::fs::File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(failed)
}
