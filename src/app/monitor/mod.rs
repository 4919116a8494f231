//! Monitor: follows a log by its tiles and says what is wrong. It believes nothing but the key it
//! was given: the root is derived again from the hashes, and from the entries if they are to be had.

mod audit;
mod fault;
mod session;
pub(super) mod source;
mod state;

pub use fault::Fault;
pub use state::Evidence;

use super::AppError;
use super::clock::Clock;
use crate::core::log::layout::hash_tiles;
use crate::core::log::tile::TileKind;
use crate::core::log::{Checkpoint, Follower, FollowerMark, Hash, SignedCheckpoint, TilePath};
use crate::core::log::{Origin, VerifierKey};
use crate::core::text::{Bilingual, Explain as _};
use crate::core::time::UnixSeconds;
use audit::{Look, Under};
use source::Source;
use state::Seen;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What to watch and how.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The key of the log; without it no signature is checked.
    pub key: Option<VerifierKey>,
    /// Where the last good checkpoint is remembered, and evidence kept beside it.
    pub state: Option<PathBuf>,
    /// Whether to compare the entries too.
    pub entries: bool,
    /// Seconds without growth after which the log is stale; none for a log that may be idle.
    pub max_age_s: Option<u64>,
    /// Certificates to believe a server by, instead of the system's.
    pub ca: Option<PathBuf>,
    /// The file of the key to sign in with for the entries, where they are not for everybody.
    pub sign_in: Option<PathBuf>,
    /// Tiles that are read again in a round, to find those that changed since.
    pub reread_tiles: u64,
}

/// What one round found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// Whether nothing was found to be wrong.
    pub ok: bool,
    /// When.
    pub at: UnixSeconds,
    /// Name of the log, if it is known.
    pub log: Option<Origin>,
    /// Entries of the last checkpoint that was found good.
    pub size: Option<u64>,
    /// Its root.
    pub root: Option<Hash>,
    /// Entries whose hashes were read and give that root; less than `size` while catching up.
    pub audited: u64,
    /// Seconds since the log was seen to grow.
    pub age_s: Option<u64>,
    /// Stable code of what is wrong.
    pub code: Option<&'static str>,
    /// The same in words.
    pub why: Option<Bilingual>,
    /// Two checkpoints that cannot both be true.
    pub evidence: Option<Evidence>,
    /// What was not looked at.
    pub not_checked: Vec<&'static str>,
}

/// Follows one log.
#[derive(Debug)]
pub struct Monitor {
    source: Source,
    settings: Settings,
    clock: Clock,
    seen: Option<Seen>,
    follower: Follower,
    /// Up to where the follower's leaves give a signed root.
    verified: FollowerMark,
    /// The next tile to read again.
    cursor: usize,
}

impl Monitor {
    /// Prepares to follow the log at `place`: an address or a folder.
    ///
    /// # Errors
    /// A state file or an address that cannot be read.
    pub fn open(place: &str, settings: Settings, clock: Clock) -> Result<Self, AppError> {
        let source = Source::open_for(place, &settings)?;
        let seen = match &settings.state {
            Some(path) => state::read(path)?,
            None => None,
        };
        Ok(Self {
            source,
            settings,
            clock,
            seen,
            follower: Follower::new(),
            verified: FollowerMark::default(),
            cursor: 0,
        })
    }

    /// Looks at the log once, in several rounds if `time` says how long one may take.
    ///
    /// # Errors
    /// The monitor's own files cannot be written. What is wrong with the log is in the report.
    pub fn round(&mut self, time: Option<Duration>) -> Result<Report, AppError> {
        let until = time.and_then(|time| Instant::now().checked_add(time));
        let mut evidence = None;
        let fault = match self.source.checkpoint() {
            Err(fault) => Some(fault),
            Ok(found) => {
                let fault = self.judge(&found, until).err();
                if fault.is_none() {
                    self.remember(found)?;
                    self.stale()
                } else {
                    evidence = self.evidence(fault.as_ref(), &found)?;
                    fault
                }
            }
        };
        Ok(self.report(fault, evidence))
    }

    /// Everything that must be so for a checkpoint to be good.
    fn judge(&mut self, found: &SignedCheckpoint, until: Option<Instant>) -> Result<(), Fault> {
        let new = found.checkpoint();
        self.check_author(found)?;
        let seen = self.seen.as_ref().map(|seen| seen.signed.clone());
        let old = seen.as_ref().map(SignedCheckpoint::checkpoint);
        if let Some(old) = old {
            compare_heads(old, new)?;
        }
        let under = Under {
            source: &self.source,
            size: new.size(),
        };
        if under.look(new, old)? == Look::Differs {
            return Err(self.why(new, old));
        }
        self.catch_up(new, until)?;
        self.read_again(new, until)
    }

    /// The right log, and its signature.
    fn check_author(&self, found: &SignedCheckpoint) -> Result<(), Fault> {
        let origin = found.checkpoint().origin();
        let key = self.settings.key.as_ref();
        let seen = self.seen.as_ref().map(|seen| seen.signed.checkpoint());
        let expected = key
            .map(VerifierKey::name)
            .or_else(|| seen.map(Checkpoint::origin));
        if let Some(expected) = expected.filter(|expected| *expected != origin) {
            return Err(Fault::OtherLog {
                found: origin.clone(),
                expected: expected.clone(),
            });
        }
        key.map_or(Ok(()), |key| found.verify(key).map_err(Fault::WrongKey))
    }

    /// Compares entries with their leaves. Where they differ, the leaves are to blame if their own
    /// tile is not of the tree.
    fn compare_entries(
        &self,
        new: &Checkpoint,
        path: TilePath,
        hashes: &[Hash],
    ) -> Result<(), Fault> {
        if !self.settings.entries {
            return Ok(());
        }
        let under = Under {
            source: &self.source,
            size: new.size(),
        };
        match under.compare_entries(path, hashes) {
            Err(fault @ Fault::EntryAltered { .. }) => {
                under.locate(new, &self.known())?;
                Err(fault)
            }
            other => other,
        }
    }

    /// What was found to give a signed root, and nothing after it.
    fn known(&self) -> Follower {
        let mut known = self.follower.clone();
        known.rollback(&self.verified);
        known
    }

    /// Finds out why the tiles and the checkpoints do not fit.
    fn why(&self, new: &Checkpoint, old: Option<&Checkpoint>) -> Fault {
        let under = Under {
            source: &self.source,
            size: new.size(),
        };
        match (under.locate(new, &self.known()), old) {
            (Err(fault), _) => fault,
            (Ok(()), Some(old)) => Fault::Fork {
                seen: old.size(),
                found: new.size(),
            },
            // The tiles changed between two looks at them.
            (Ok(()), None) => Fault::Gone("the tiles changed while they were read".into()),
        }
    }

    /// Takes the leaves that were not taken yet, as far as time allows, and compares their root.
    fn catch_up(&mut self, new: &Checkpoint, until: Option<Instant>) -> Result<(), Fault> {
        while let Some(path) = self.follower.next(new.size()) {
            if until.is_some_and(|until| Instant::now() >= until) {
                return Ok(());
            }
            let under = Under {
                source: &self.source,
                size: new.size(),
            };
            let hashes = under.hashes(path)?;
            self.compare_entries(new, path, &hashes)?;
            if !self.follower.take(&hashes) {
                return Err(self.altered(new, path));
            }
        }
        if self.follower.size() == new.size() && self.follower.root() != *new.root() {
            let old = self.seen.as_ref().map(|seen| seen.signed.clone());
            let fault = self.why(new, old.as_ref().map(SignedCheckpoint::checkpoint));
            self.follower.rollback(&self.verified);
            return Err(fault);
        }
        if self.follower.size() == new.size() && self.verified.size() < new.size() {
            self.check_upper(new)?;
            self.verified = self.follower.mark();
        }
        Ok(())
    }

    /// The tiles above the leaves that are new since the last verified size.
    fn check_upper(&self, new: &Checkpoint) -> Result<(), Fault> {
        let under = Under {
            source: &self.source,
            size: new.size(),
        };
        let fresh = hash_tiles(self.verified.size(), new.size());
        for path in fresh.filter(|path| !is_leaves(*path)) {
            let hashes = under.hashes(path)?;
            if self.follower.agrees(path, &hashes) == Some(false) {
                return Err(Fault::TileAltered(path));
            }
        }
        Ok(())
    }

    /// A tile that begins otherwise than before, although the edge gives the signed root.
    fn altered(&mut self, new: &Checkpoint, path: TilePath) -> Fault {
        self.follower.rollback(&self.verified);
        let old = self.seen.as_ref().map(|seen| seen.signed.clone());
        match self.why(new, old.as_ref().map(SignedCheckpoint::checkpoint)) {
            Fault::Gone(_) => Fault::TileAltered(path),
            fault => fault,
        }
    }

    /// Reads some tiles again that were read before, in turn, beginning with the newest.
    fn read_again(&mut self, new: &Checkpoint, until: Option<Instant>) -> Result<(), Fault> {
        if self.follower.size() != new.size() {
            return Ok(());
        }
        let under = Under {
            source: &self.source,
            size: new.size(),
        };
        let all: Vec<TilePath> = hash_tiles(0, new.size()).collect();
        let most = usize::try_from(self.settings.reread_tiles).unwrap_or(usize::MAX);
        for _ in 0..most.min(all.len()) {
            if until.is_some_and(|until| Instant::now() >= until) {
                break;
            }
            self.cursor = match self.cursor {
                0 => all.len().saturating_sub(1),
                cursor => cursor.saturating_sub(1).min(all.len().saturating_sub(1)),
            };
            let Some(path) = all.get(self.cursor) else {
                break;
            };
            let hashes = under.hashes(*path)?;
            if self.follower.agrees(*path, &hashes) == Some(false) {
                return Err(Fault::TileAltered(*path));
            }
            if is_leaves(*path) {
                self.compare_entries(new, *path, &hashes)?;
            }
        }
        Ok(())
    }

    /// Keeps a good checkpoint as the one to compare the next with.
    fn remember(&mut self, found: SignedCheckpoint) -> Result<(), AppError> {
        let size = found.checkpoint().size();
        let is_same = |seen: &Seen| seen.signed.checkpoint().size() == size;
        if self.seen.as_ref().is_some_and(is_same) {
            return Ok(());
        }
        let seen = Seen {
            signed: found,
            grew_at: self.clock.now(),
        };
        if let Some(path) = &self.settings.state {
            state::write(path, &seen)?;
        }
        self.seen = Some(seen);
        Ok(())
    }

    /// Keeps both checkpoints if they prove a fault.
    fn evidence(
        &self,
        fault: Option<&Fault>,
        found: &SignedCheckpoint,
    ) -> Result<Option<Evidence>, AppError> {
        let (Some(fault), Some(seen)) = (fault, &self.seen) else {
            return Ok(None);
        };
        if !fault.is_proven_by_checkpoints() {
            return Ok(None);
        }
        let evidence = Evidence {
            code: fault.code(),
            at: self.clock.now(),
            seen: seen.signed.to_string(),
            found: found.to_string(),
        };
        if let Some(path) = &self.settings.state {
            state::keep(path, &evidence)?;
        }
        Ok(Some(evidence))
    }

    fn age_s(&self) -> Option<u64> {
        let grew_at = self.seen.as_ref()?.grew_at;
        Some(self.clock.now().since(grew_at))
    }

    fn stale(&self) -> Option<Fault> {
        let age_s = self.age_s()?;
        let max = self.settings.max_age_s?;
        (age_s > max).then_some(Fault::Stale { age_s })
    }

    fn report(&self, fault: Option<Fault>, evidence: Option<Evidence>) -> Report {
        let seen = self.seen.as_ref().map(|seen| seen.signed.checkpoint());
        let mut not_checked = Vec::new();
        if self.settings.key.is_none() {
            not_checked.push("signature");
        }
        if !self.settings.entries {
            not_checked.push("entries");
        }
        if self.settings.max_age_s.is_none() {
            not_checked.push("freshness");
        }
        Report {
            ok: fault.is_none(),
            at: self.clock.now(),
            log: seen.map(|seen| seen.origin().clone()),
            size: seen.map(Checkpoint::size),
            root: seen.map(|seen| *seen.root()),
            audited: self.follower.size(),
            age_s: self.age_s(),
            code: fault.as_ref().map(Fault::code),
            why: fault.as_ref().map(Fault::explain),
            evidence,
            not_checked,
        }
    }
}

fn is_leaves(path: TilePath) -> bool {
    path.kind() == TileKind::Hashes(0)
}

/// A log only grows, and says one thing about one size.
fn compare_heads(old: &Checkpoint, new: &Checkpoint) -> Result<(), Fault> {
    let (seen, found) = (old.size(), new.size());
    if found < seen {
        return Err(Fault::Rollback { seen, found });
    }
    if found == seen && old.root() != new.root() {
        return Err(Fault::Fork { seen, found });
    }
    Ok(())
}
