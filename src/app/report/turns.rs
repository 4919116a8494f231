//! How many reports one subscriber may send within an hour. Nothing of this is kept anywhere but in
//! memory, and not for longer than the hour.

use crate::app::caller::Caller;
use crate::core::time::UnixSeconds;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Reports that are looked at from one subscriber within an hour, good or not: more than a family
/// has, and few enough for whoever reads them.
pub const HOURLY_PER_SUBSCRIBER_MAX: u32 = 30;

/// Subscribers that are counted at most; beyond them counting begins anew, and what may be kept
/// within an hour is still bounded for all of them together.
const SUBSCRIBERS_MAX: usize = 8_192;

/// Seconds of an hour.
const HOUR_S: u64 = 3_600;

/// Who sent how many in this hour.
#[derive(Debug, Default)]
pub struct Turns(Mutex<Hour>);

#[derive(Debug, Default)]
struct Hour {
    number: u64,
    counts: HashMap<IpAddr, u32>,
}

impl Turns {
    /// Counts a report; whether it may be looked at.
    pub fn take(&self, caller: Caller, now: UnixSeconds) -> bool {
        // Whole between any two statements, so a panic elsewhere is no harm.
        let mut hour = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = now.get() / HOUR_S;
        let subscriber = caller.subscriber();
        let is_full =
            hour.counts.len() >= SUBSCRIBERS_MAX && !hour.counts.contains_key(&subscriber);
        if hour.number != number || is_full {
            hour.number = number;
            hour.counts.clear();
        }
        let count = hour.counts.entry(subscriber).or_default();
        *count = count.saturating_add(1);
        *count <= HOURLY_PER_SUBSCRIBER_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(last: u8) -> Caller {
        Caller(IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn one_subscriber_waits_for_the_next_hour_and_others_do_not() {
        let turns = Turns::default();
        let now = UnixSeconds::new(1_763_700_000).unwrap();
        for _ in 0..HOURLY_PER_SUBSCRIBER_MAX {
            assert!(turns.take(caller(1), now));
        }
        assert!(!turns.take(caller(1), now));
        assert!(turns.take(caller(2), now));
        assert!(turns.take(caller(1), now.plus(HOUR_S)));
    }

    #[test]
    fn a_flood_of_strangers_takes_no_memory() {
        let turns = Turns::default();
        for number in 0..20_000_u32 {
            let caller = Caller(IpAddr::from(number.to_be_bytes()));
            assert!(turns.take(caller, UnixSeconds::default()));
        }
        let hour = turns.0.lock().unwrap();
        assert!(hour.counts.len() <= SUBSCRIBERS_MAX);
    }
}
