//! The gate: whose turn it is, by address and by key.

use super::address::subscriber;
use super::rate::{Rate, Rates, Turn};
use crate::api::problem::Problem;
use crate::app::config;
use crate::app::ledger::Outcome;
use crate::core::record::{Kid, signer_of};
use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Whose turn it is.
#[derive(Debug)]
pub struct Gate {
    addresses: Rates<IpAddr>,
    keys: Rates<Kid>,
    sign_ins: Rates<IpAddr>,
}

impl Gate {
    /// A gate with these rates.
    #[must_use]
    pub fn new(rates: &config::Rates) -> Self {
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
        Self {
            sign_ins: Rates::new(sign_in, wait_max),
            addresses: Rates::new(address, wait_max),
            keys: Rates::new(key, wait_max),
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
        wait(self.sign_ins.turn(address, Instant::now())).await
    }

    /// Lets records in when it is the turn of every key that they name. That a record names a key
    /// proves nothing, so nothing is counted yet: nobody can use up what another is allowed.
    ///
    /// # Errors
    /// When one of the keys would have to wait for too long.
    pub async fn submit(&self, texts: &[String]) -> Result<(), Problem> {
        let now = Instant::now();
        let mut longest = Turn::After(Duration::ZERO);
        for kid in by_key(texts.iter()).into_keys() {
            longest = match (longest, self.keys.look(kid, now)) {
                (Turn::After(one), Turn::After(two)) => Turn::After(one.max(two)),
                (_, turned_away @ Turn::TooMany(_)) => turned_away,
                (turned_away @ Turn::TooMany(_), _) => turned_away,
            };
        }
        wait(longest).await
    }

    /// Counts the records that were signed by whom they name, which the ledger has verified.
    pub fn submitted(&self, texts: &[String], outcomes: &[Outcome]) {
        let now = Instant::now();
        let signed = texts.iter().zip(outcomes);
        let signed = signed.filter(|(_, outcome)| !matches!(outcome, Outcome::Refused(_)));
        for (kid, count) in by_key(signed.map(|(text, _)| text)) {
            self.keys.count(kid, count, now);
        }
    }
}

fn by_key<'a>(texts: impl Iterator<Item = &'a String>) -> HashMap<Kid, u32> {
    let mut counts: HashMap<Kid, u32> = HashMap::new();
    for kid in texts.filter_map(|text| signer_of(text)) {
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
