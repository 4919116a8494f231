//! The gate: whose turn it is, by address and by key.

use super::address::subscriber;
use super::rate::{Rate, Rates, Turn};
use crate::api::problem::Problem;
use crate::app::ledger::Outcome;
use crate::app::{AppError, config};
use crate::core::record::{Kid, signer_of};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Photos that one address may have read: each takes a processor for up to some seconds.
const PHOTOS: Rate = Rate {
    per_s: 1,
    burst: 10,
};

/// Whose turn it is.
#[derive(Debug)]
pub struct Gate {
    addresses: Rates<IpAddr>,
    keys: Rates<Kid>,
    sign_ins: Rates<IpAddr>,
    joins: Rates<IpAddr>,
    photos: Rates<IpAddr>,
    writing: Arc<AtomicUsize>,
    writing_max: usize,
}

/// A submission that waits for the writer, until it is dropped.
#[derive(Debug)]
struct Writing(Arc<AtomicUsize>);

impl Drop for Writing {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Gate {
    /// A gate with these rates.
    #[must_use]
    pub fn new(rates: &config::Rates, limits: &config::Limits) -> Self {
        let wait_max = Duration::from_millis(rates.wait_max_ms);
        let address = Rate {
            per_s: rates.address_per_s,
            burst: rates.address_burst,
        };
        let key = Rate {
            per_s: rates.key_per_s,
            burst: rates.key_burst,
        };
        let sign_in = Rate {
            per_s: rates.sign_in_per_s,
            burst: rates.sign_in_burst,
        };
        let join = Rate {
            per_s: rates.join_per_s,
            burst: rates.join_burst,
        };
        Self {
            sign_ins: Rates::new(sign_in, wait_max),
            joins: Rates::new(join, wait_max),
            photos: Rates::new(PHOTOS, wait_max),
            addresses: Rates::new(address, wait_max),
            keys: Rates::new(key, wait_max),
            writing: Arc::default(),
            writing_max: limits.submissions_max,
        }
    }

    /// Lets a request from this address in, when it is its turn.
    ///
    /// # Errors
    /// When it would have to wait for too long.
    pub async fn enter(&self, address: IpAddr) -> Result<(), Problem> {
        wait(self.addresses.turn(subscriber(address), Instant::now())).await
    }

    /// Lets somebody try to sign in, when it is the turn of their address.
    ///
    /// # Errors
    /// When it would have to wait for too long.
    pub async fn sign_in(&self, address: IpAddr) -> Result<(), Problem> {
        wait(self.sign_ins.turn(subscriber(address), Instant::now())).await
    }

    /// Lets somebody look at an invitation or answer one, when it is the turn of their address: a
    /// code is not to be guessed by trying.
    ///
    /// # Errors
    /// When it would have to wait for too long.
    pub async fn join(&self, address: IpAddr) -> Result<(), Problem> {
        wait(self.joins.turn(subscriber(address), Instant::now())).await
    }

    /// Lets somebody have a photo read, when it is the turn of their address.
    ///
    /// # Errors
    /// When it would have to wait for too long.
    pub async fn photo(&self, address: IpAddr) -> Result<(), Problem> {
        wait(self.photos.turn(subscriber(address), Instant::now())).await
    }

    /// Whether one more submission may wait for the writer.
    ///
    /// # Errors
    /// When too many wait already.
    pub fn has_room(&self) -> Result<(), Problem> {
        match self.writing.load(Ordering::Relaxed) < self.writing_max {
            true => Ok(()),
            false => Err(AppError::Overloaded.into()),
        }
    }

    /// Lets records in when it is the turn of every key that they name, and says which those are.
    /// That a record names a key proves nothing, so nothing is counted yet: nobody can use up what
    /// another is allowed.
    ///
    /// # Errors
    /// When one of the keys would have to wait for too long, or too many submissions wait already.
    pub async fn submit(&self, texts: &[String]) -> Result<Signers, Problem> {
        let now = Instant::now();
        let signers: Vec<Option<Kid>> = texts.iter().map(|text| signer_of(text)).collect();
        let mut longest = Turn::After(Duration::ZERO);
        for kid in by_key(signers.iter().copied()).into_keys() {
            longest = match (longest, self.keys.look(kid, now)) {
                (Turn::After(one), Turn::After(two)) => Turn::After(one.max(two)),
                (_, turned_away @ Turn::TooMany(_)) => turned_away,
                (turned_away @ Turn::TooMany(_), _) => turned_away,
            };
        }
        wait(longest).await?;
        let waiting = self.writing.fetch_add(1, Ordering::Relaxed);
        let writing = Writing(Arc::clone(&self.writing));
        if waiting >= self.writing_max {
            return Err(AppError::Overloaded.into());
        }
        Ok(Signers {
            kids: signers,
            _writing: writing,
        })
    }

    /// Counts the records that were signed by whom they name, which the ledger has verified.
    pub fn submitted(&self, signers: &Signers, outcomes: &[Outcome]) {
        let now = Instant::now();
        let signed = signers.kids.iter().zip(outcomes);
        let signed = signed
            .filter(|(_, outcome)| !matches!(outcome, Outcome::Refused(_) | Outcome::Withheld));
        for (kid, count) in by_key(signed.map(|(kid, _)| *kid)) {
            self.keys.count(kid, count, now);
        }
    }
}

/// The key that each record of a submission names, if it names one, while it waits for the writer.
#[derive(Debug)]
pub struct Signers {
    kids: Vec<Option<Kid>>,
    _writing: Writing,
}

fn by_key(signers: impl Iterator<Item = Option<Kid>>) -> HashMap<Kid, u32> {
    let mut counts: HashMap<Kid, u32> = HashMap::new();
    for kid in signers.flatten() {
        let count = counts.entry(kid).or_default();
        *count = count.saturating_add(1);
    }
    counts
}

async fn wait(turn: Turn) -> Result<(), Problem> {
    match turn {
        Turn::After(Duration::ZERO) => Ok(()),
        Turn::After(wait) => {
            actix_web::rt::time::sleep(wait).await;
            Ok(())
        }
        Turn::TooMany(wait) => {
            let problem = Problem::new("too_many_requests", "请求过于频繁", "you ask too often");
            Err(problem.retry_after(wait.as_secs().saturating_add(1)))
        }
    }
}
