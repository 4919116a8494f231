//! Who a monitor is, where a log gives its entries to those alone who have a role: it signs in with
//! a key and goes on doing so whenever a token has ended.

use crate::app::AppError;
use crate::app::remote::backoff::Patience;
use crate::app::remote::{Address, Remote};
use crate::core::text::{Bilingual, Explain as _};
use ed25519_dalek::SigningKey;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What the address of a log ends with on a server of ours.
const LOG_PATH: &str = "/log";

/// A monitor says within five seconds what is wrong; whoever does not let it in is asked again in
/// the next round.
const PATIENCE: Patience = Patience {
    first: Duration::from_millis(200),
    longest: Duration::from_millis(500),
    in_all: Duration::from_millis(500),
};

/// Whoever asks for entries.
pub(in crate::app) struct Session {
    key: SigningKey,
    /// The server, with the token of the last time.
    remote: Mutex<Remote>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Session")
    }
}

/// What may say that a token does not count.
pub(in crate::app) trait IsRefused {
    /// Whether it does.
    fn is_refused(&self) -> bool;
}

impl Session {
    /// Will sign in at the server of the log at `base`.
    ///
    /// # Errors
    /// Certificates that cannot be read.
    pub fn at(base: &str, key: SigningKey, ca: Option<&Path>) -> Result<Self, AppError> {
        let address = Address {
            url: base.strip_suffix(LOG_PATH).unwrap_or(base).to_owned(),
            ca: ca.map(Path::to_path_buf),
            token: None,
        };
        Ok(Self {
            key,
            remote: Mutex::new(Remote::at(&address, PATIENCE)?),
        })
    }

    /// Asks with a token: that of the last time, or a new one if there is none or it has ended.
    ///
    /// # Errors
    /// Why the server does not let this key in.
    pub fn with_token<T: IsRefused>(&self, ask: impl Fn(&str) -> T) -> Result<T, Bilingual> {
        // It is whole between any two statements, so a panic elsewhere is no harm.
        let mut remote = self.remote.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = remote.token() {
            let answer = ask(token);
            if !answer.is_refused() {
                return Ok(answer);
            }
        }
        remote.sign_in(&self.key).map_err(|error| error.explain())?;
        Ok(ask(remote.token().unwrap_or_default()))
    }
}
