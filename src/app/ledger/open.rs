//! Opening a ledger: the checks without which a node must not go on.

use super::Shared;
use super::keyring::KeyRing;
use super::writer::Writer;
use crate::app::clock::Clock;
use crate::app::error::AppError;
use crate::app::head_copy::HeadCopy;
use crate::app::home::{Description, Home};
use crate::core::custody::LogNo;
use crate::core::log::prove::ProveError;
use crate::core::log::{Prover, SignedCheckpoint};
use crate::core::time::UnixSeconds;
use crate::store::{DatabaseUrl, Head, Store, Tiles};
use std::path::PathBuf;
use std::sync::{Arc, RwLock};

/// Seconds a clock may step back without stopping the node; time servers make such steps.
pub(super) const CLOCK_STEP_BACK_MAX_S: u64 = 5;

/// Seconds by which a clock may be ahead of the last beat without somebody saying that it is right:
/// 30 days. A node whose clock is years ahead would write a beat that no later one may go behind, and
/// from then on nothing could be admitted until that day came.
pub(super) const CLOCK_STEP_FORWARD_MAX_S: u64 = 30 * 24 * 3_600;

/// Facts of each kind that admission remembers between batches, per generation. Tables grow by
/// doubling: with those of the batches that come before the next generation begins, so many still
/// fit into one of 16,384 places, seven eighths of which are used.
const FACTS_MAX: usize = 13_000;

/// How to open a ledger.
#[derive(Debug, Clone)]
pub struct Options {
    /// Its folder.
    pub home: Home,
    /// Its database, where it is not the folder's own.
    pub database: Option<DatabaseUrl>,
    /// Where the second copy of the head is, when it is not where the folder says. At the beginning
    /// of a ledger it is what the folder will say.
    pub head_copy: Option<PathBuf>,
    /// Whether to go on without a second copy of the head, because somebody knows that the
    /// database is the newest there is.
    pub accept_missing_copy: bool,
    /// Whether to go on though the clock is far ahead of the last beat, because somebody knows that
    /// it is right and the node was off for so long. It holds until the first batch is committed.
    pub accept_clock: bool,
    /// The clock.
    pub clock: Clock,
    /// Facts of each kind that admission remembers between batches, per generation. What is
    /// forgotten is loaded again, so this costs or saves time and changes nothing else.
    pub facts_max: usize,
}

impl Options {
    /// The ledger in `home`, its own database, the system's clock.
    #[must_use]
    pub const fn of(home: Home) -> Self {
        Self {
            home,
            database: None,
            head_copy: None,
            accept_missing_copy: false,
            accept_clock: false,
            clock: Clock::System,
            facts_max: FACTS_MAX,
        }
    }

    /// Names the database to open by its address.
    ///
    /// # Errors
    /// When the address names no kind of database that is known.
    pub fn set_database(&mut self, url: &str) -> Result<(), AppError> {
        self.database = Some(DatabaseUrl::parse(url)?);
        Ok(())
    }

    /// The database to open.
    #[must_use]
    pub fn database(&self) -> DatabaseUrl {
        self.database
            .clone()
            .unwrap_or_else(|| self.home.database())
    }

    /// The path of the second copy of the head of the ledger that is described.
    #[must_use]
    pub fn head_copy(&self, description: &Description) -> PathBuf {
        let chosen = self.head_copy.as_ref().or(description.head_copy.as_ref());
        chosen.cloned().unwrap_or_else(|| self.home.head_copy())
    }
}

/// Opens the database, compares it with what was signed, and makes the writer.
pub(super) fn writer(
    options: &Options,
    keyring: Arc<RwLock<KeyRing>>,
    shared: Arc<Shared>,
) -> Result<Writer, AppError> {
    let identity = options.home.identity()?;
    let store = Store::open(&options.database(), Some(&identity.description.instance()))?;
    let copy = HeadCopy::at(options.head_copy(&identity.description))?;
    let head = store.read(|reader| reader.head(LogNo::HOME))?;
    let head = head.ok_or_else(|| AppError::Contradicts {
        what: "head".into(),
    })?;
    match copy.read()? {
        Some(signed) => {
            signed.verify(&identity.verifier()?)?;
            store
                .read(|reader| compare_with_signed(&reader.hashes(LogNo::HOME)?, &head, &signed))?;
        }
        // Whoever restores an old backup and forgets the copy would go on from there unnoticed.
        None if head.size > 1 && !options.accept_missing_copy => {
            return Err(AppError::HeadCopyMissing {
                path: options.head_copy(&identity.description),
            });
        }
        None => {}
    }
    check_clock(&head, options.clock.now(), options.accept_clock)?;
    Writer::new(store, identity, options, copy, keyring, shared)
}

/// What a database holds must continue a head that was signed: as many entries at least, and the
/// same ones. An old backup, a standby that lags, another history: none may be signed again.
///
/// # Errors
/// [`AppError::BehindSignedHead`] or [`AppError::Fork`], or that the tree cannot be read now.
pub fn compare_with_signed(
    tiles: &Tiles<'_>,
    head: &Head,
    signed: &SignedCheckpoint,
) -> Result<(), AppError> {
    let size = signed.checkpoint().size();
    if head.size < size {
        return Err(AppError::BehindSignedHead {
            found: head.size,
            signed: size,
        });
    }
    let root = match size == head.size {
        true => Some(head.root),
        false => match Prover::new(size, tiles).map(|mut prover| prover.root()) {
            Ok(Err(ProveError::Source(cause))) => return Err(AppError::Store(cause)),
            Ok(root) => root.ok(),
            Err(_impossible) => None,
        },
    };
    if root == Some(*signed.checkpoint().root()) {
        Ok(())
    } else {
        Err(AppError::Fork { signed: size })
    }
}

/// A clock that shows less than the last beat would make the past longer; one that shows far more
/// would make it final. Before the first beat there is nothing to compare with.
pub(super) fn check_clock(head: &Head, now: UnixSeconds, is_right: bool) -> Result<(), AppError> {
    let ahead = now.since(head.beat_at);
    if head.size > 0 && ahead > CLOCK_STEP_FORWARD_MAX_S && !is_right {
        return Err(AppError::ClockForwards {
            now: now.get(),
            beat: head.beat_at.get(),
        });
    }
    if head.beat_at.since(now) > CLOCK_STEP_BACK_MAX_S {
        return Err(AppError::ClockBackwards {
            now: now.get(),
            beat: head.beat_at.get(),
        });
    }
    Ok(())
}
