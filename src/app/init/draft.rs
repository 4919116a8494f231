//! What a ledger that is being begun will be. It is written before anything else and goes away
//! last, so that a call that was interrupted can be made again: the identity that the database
//! may already have is in it. Whoever begins a ledger in this folder holds a lock on it.

use crate::app::error::AppError;
use crate::app::home::{Description, Home};
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;

/// Bytes of a draft at most.
const DRAFT_BYTES_MAX: u64 = 65_536;

/// The draft of a ledger, held until it is dropped.
pub(super) struct Draft {
    path: PathBuf,
    description: Description,
    is_resumed: bool,
    _held: File,
}

impl Draft {
    /// Takes up the draft that is in the folder, or writes one of what is `wanted`.
    ///
    /// # Errors
    /// [`AppError::LedgerExists`] if somebody was faster, [`AppError::HalfBegun`] if the draft is
    /// of something else, and what keeps files from being read and written.
    pub fn take(home: &Home, wanted: Description) -> Result<Self, AppError> {
        let path = home.draft();
        let failed = |cause| AppError::file(&path, cause);
        let mut options = File::options();
        options.read(true).append(true).create(!home.is_ledger());
        let mut held = match options.open(&path) {
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
                return Err(home.exists_already());
            }
            opened => opened.map_err(failed)?,
        };
        held.lock().map_err(failed)?;
        // Whoever held it before may have finished.
        if !path.exists() {
            return Err(home.exists_already());
        }
        let mut text = String::new();
        let read = (&mut held).take(DRAFT_BYTES_MAX).read_to_string(&mut text);
        read.map_err(failed)?;
        let found: Option<Description> = serde_json::from_str(&text).ok();
        let is_resumed = found.is_some();
        let description = match found {
            Some(found) if is_same(&found, &wanted) => found,
            Some(found) => {
                return Err(AppError::HalfBegun {
                    path: path.clone(),
                    origin: found.origin.to_string(),
                });
            }
            // Empty or cut off: it is synced before anything else is made, so nothing was.
            None => {
                home.expect_no_keys()?;
                let text = serde_json::to_string_pretty(&wanted)
                    .map_err(|cause| AppError::Input(cause.to_string()))?;
                held.set_len(0).map_err(failed)?;
                held.write_all(text.as_bytes()).map_err(failed)?;
                held.sync_all().map_err(failed)?;
                wanted
            }
        };
        Ok(Self {
            path,
            description,
            is_resumed,
            _held: held,
        })
    }

    /// What is being begun.
    pub const fn description(&self) -> &Description {
        &self.description
    }

    /// Whether an earlier call was interrupted.
    pub const fn is_resumed(&self) -> bool {
        self.is_resumed
    }

    /// The ledger is there and the draft is needed no more.
    pub fn done(self) -> Result<(), AppError> {
        std::fs::remove_file(&self.path).map_err(|cause| AppError::file(&self.path, cause))
    }
}

/// Whether two calls ask for the same. Names, times and keys that a call makes up by itself do not
/// count: nothing was signed with them yet.
fn is_same(found: &Description, wanted: &Description) -> bool {
    let made_up = Description {
        instance: found.instance,
        created_at: found.created_at,
        registrar_key: found.registrar_key,
        ..wanted.clone()
    };
    *found == made_up
}
