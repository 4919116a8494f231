//! How often somebody may ask. Whoever asks faster is made to wait in turn, so that many phones
//! behind one address are slowed together and none is shut out; only who would have to wait for
//! too long is turned away. The method is the generic cell rate algorithm: one moment for each
//! who asks, up to which their allowance is used.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Parts of the table, each with a lock of its own.
const SHARDS: usize = 16;

/// Who is remembered in one part at most.
const REMEMBERED_MAX: usize = 8_192;

/// How often a full part is searched for those who have used up nothing: a flood of strangers must
/// not make it a search each.
const SWEEP_EVERY: Duration = Duration::from_millis(200);

/// A rate: how many a second in the long run, and how many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// A second; 0 is no limit.
    pub per_s: u32,
    /// At once.
    pub burst: u32,
}

impl Rate {
    /// The time that `count` of them take.
    fn time(self, count: u32) -> Duration {
        match self.per_s {
            0 => Duration::ZERO,
            per_s => Duration::from_secs(count.into()) / per_s,
        }
    }
}

/// What somebody hears who asks for a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// To wait for so long, perhaps not at all.
    After(Duration),
    /// To come back after so long; nothing was counted.
    TooMany(Duration),
}

/// Who asked how often.
#[derive(Debug)]
pub struct Rates<K> {
    rate: Rate,
    wait_max: Duration,
    hasher: RandomState,
    shards: Vec<Mutex<Shard<K>>>,
}

/// A part of the table.
#[derive(Debug)]
struct Shard<K> {
    /// Up to when the allowance of each is used.
    used_until: HashMap<K, Instant>,
    swept: Option<Instant>,
}

impl<K: Hash + Eq> Shard<K> {
    /// Whether there is room for one more.
    fn has_room(&mut self, now: Instant) -> bool {
        if self.used_until.len() < REMEMBERED_MAX {
            return true;
        }
        let last = self.swept.map(|at| now.saturating_duration_since(at));
        if last.is_none_or(|since| since >= SWEEP_EVERY) {
            self.swept = Some(now);
            // Whoever has used up nothing is as good as unknown.
            self.used_until.retain(|_, until| *until > now);
        }
        self.used_until.len() < REMEMBERED_MAX
    }
}

impl<K: Hash + Eq> Rates<K> {
    /// Nobody has asked yet.
    #[must_use]
    pub fn new(rate: Rate, wait_max: Duration) -> Self {
        Self {
            rate,
            wait_max,
            hasher: RandomState::new(),
            shards: (0..SHARDS)
                .map(|_| {
                    Mutex::new(Shard {
                        used_until: HashMap::new(),
                        swept: None,
                    })
                })
                .collect(),
        }
    }

    /// Asks for a turn and counts it, unless the wait is too long.
    pub fn turn(&self, who: K, now: Instant) -> Turn {
        self.with(who, now, |used_until| {
            let until = *used_until + self.rate.time(1);
            let wait = self.wait(until, now);
            if wait > self.wait_max {
                return Turn::TooMany(wait.saturating_sub(self.wait_max));
            }
            *used_until = until;
            Turn::After(wait)
        })
    }

    /// What a turn would be, without counting one.
    pub fn look(&self, who: K, now: Instant) -> Turn {
        self.with(who, now, |used_until| {
            let wait = self.wait(*used_until, now);
            match wait > self.wait_max {
                true => Turn::TooMany(wait.saturating_sub(self.wait_max)),
                false => Turn::After(wait),
            }
        })
    }

    /// Counts what somebody has done already.
    pub fn count(&self, who: K, count: u32, now: Instant) {
        self.with(who, now, |used_until| {
            *used_until += self.rate.time(count);
            Turn::After(Duration::ZERO)
        });
    }

    fn wait(&self, until: Instant, now: Instant) -> Duration {
        let ahead = until.saturating_duration_since(now);
        ahead.saturating_sub(self.rate.time(self.rate.burst))
    }

    fn with(&self, who: K, now: Instant, work: impl FnOnce(&mut Instant) -> Turn) -> Turn {
        let shards = u64::try_from(SHARDS).unwrap_or(1);
        let shard = usize::try_from(self.hasher.hash_one(&who) % shards).unwrap_or(0);
        let (Some(shard), true) = (self.shards.get(shard), self.rate.per_s > 0) else {
            return Turn::After(Duration::ZERO);
        };
        // A table is whole between any two statements, so a panic elsewhere is no harm.
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if !shard.used_until.contains_key(&who) && !shard.has_room(now) {
            return Turn::TooMany(Duration::from_secs(1));
        }
        let used_until = shard.used_until.entry(who).or_insert(now);
        *used_until = (*used_until).max(now);
        work(used_until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn rates(per_s: u32, burst: u32, wait_max: Duration) -> Rates<u32> {
        Rates::new(Rate { per_s, burst }, wait_max)
    }

    #[test]
    fn a_burst_goes_through_at_once_and_what_follows_in_turn() {
        let (rates, now) = (rates(10, 3, SECOND), Instant::now());
        for _ in 0..3 {
            assert_eq!(rates.turn(1, now), Turn::After(Duration::ZERO));
        }
        for tenths in 1..=10 {
            let wait = Duration::from_millis(100 * tenths);
            assert_eq!(rates.turn(1, now), Turn::After(wait));
        }
        assert!(matches!(rates.turn(1, now), Turn::TooMany(_)));
        assert_eq!(
            rates.turn(2, now),
            Turn::After(Duration::ZERO),
            "somebody else"
        );
    }

    #[test]
    fn whoever_waits_is_let_in_again() {
        let (rates, now) = (rates(10, 1, Duration::ZERO), Instant::now());
        assert_eq!(rates.turn(1, now), Turn::After(Duration::ZERO));
        let Turn::TooMany(wait) = rates.turn(1, now) else {
            panic!("the second is one too many")
        };
        assert_eq!(rates.turn(1, now + wait), Turn::After(Duration::ZERO));
    }

    #[test]
    fn two_hundred_phones_behind_one_address_are_slowed_and_none_is_turned_away() {
        let rates = rates(100, 50, Duration::from_secs(5));
        let start = Instant::now();
        // Each asks again half a second after it was answered, for a minute.
        let mut asks: Vec<Duration> = (0..200).map(Duration::from_millis).collect();
        let mut answered = 0;
        while let Some((phone, at)) = asks.iter().copied().enumerate().min_by_key(|(_, at)| *at) {
            if at > Duration::from_secs(60) {
                break;
            }
            let Turn::After(wait) = rates.turn(7, start + at) else {
                panic!("a phone was turned away at {at:?}")
            };
            answered += 1;
            asks[phone] = at + wait + Duration::from_millis(500);
        }
        assert!((5_900..6_300).contains(&answered), "{answered}");
    }

    #[test]
    fn what_was_done_is_paid_for_afterwards() {
        let (rates, now) = (rates(10, 10, SECOND), Instant::now());
        assert_eq!(rates.look(1, now), Turn::After(Duration::ZERO));
        rates.count(1, 15, now);
        assert_eq!(rates.look(1, now), Turn::After(SECOND / 2));
        assert_eq!(
            rates.look(1, now),
            Turn::After(SECOND / 2),
            "looking costs nothing"
        );
        rates.count(1, 100, now);
        assert!(matches!(rates.look(1, now), Turn::TooMany(_)));
    }

    #[test]
    fn the_table_does_not_grow_with_those_who_ask() {
        let (rates, now) = (rates(1, 1, Duration::ZERO), Instant::now());
        for who in 0..400_000 {
            rates.turn(who, now);
        }
        let remembered: usize = rates
            .shards
            .iter()
            .map(|s| s.lock().unwrap().used_until.len())
            .sum();
        assert!(remembered <= SHARDS * REMEMBERED_MAX);
        let later = now + SECOND * 2;
        assert_eq!(rates.turn(500_000, later), Turn::After(Duration::ZERO));
    }

    #[test]
    fn a_rate_of_nothing_is_no_limit() {
        let (rates, now) = (rates(0, 0, Duration::ZERO), Instant::now());
        assert!((0..1_000).all(|_| rates.turn(1, now) == Turn::After(Duration::ZERO)));
    }
}
