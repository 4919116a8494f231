//! How long to wait before trying again: twice as long each time, at random within that, so that
//! many clients that lost one server do not all come back in the same moment.

use std::time::{Duration, Instant};

/// How long to keep trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// The first wait at most.
    pub first: Duration,
    /// Every wait at most, unless the server asks for more.
    pub longest: Duration,
    /// How long without any progress before giving up.
    pub in_all: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(200),
            longest: Duration::from_secs(30),
            in_all: Duration::from_secs(300),
        }
    }
}

/// The waits between tries.
#[derive(Debug)]
pub struct Backoff {
    patience: Patience,
    began: Instant,
    tries: u32,
}

impl Backoff {
    /// Begins to count.
    #[must_use]
    pub fn new(patience: Patience) -> Self {
        Self {
            patience,
            began: Instant::now(),
            tries: 0,
        }
    }

    /// Begins anew after something went well.
    pub fn progress(&mut self) {
        *self = Self::new(self.patience);
    }

    /// The next wait, or none if patience has ended. A wait is never shorter than the server asks
    /// for; `random` spreads it.
    pub fn next(&mut self, asked: Option<Duration>, random: u64) -> Option<Duration> {
        let pause = pause(self.patience, self.tries, asked, random);
        self.tries = self.tries.saturating_add(1);
        let spent = self.began.elapsed();
        (spent.saturating_add(pause) <= self.patience.in_all).then_some(pause)
    }
}

/// The wait after `tries` failures.
fn pause(patience: Patience, tries: u32, asked: Option<Duration>, random: u64) -> Duration {
    let doubled = 2_u32.saturating_pow(tries.min(20));
    let most = patience.first.saturating_mul(doubled).min(patience.longest);
    let most_ms = u64::try_from(most.as_millis()).unwrap_or(u64::MAX);
    let spread = Duration::from_millis(random.checked_rem(most_ms.saturating_add(1)).unwrap_or(0));
    match asked {
        Some(asked) => asked.saturating_add(spread.min(patience.first)),
        None => spread,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PATIENCE: Patience = Patience {
        first: Duration::from_millis(100),
        longest: Duration::from_secs(5),
        in_all: Duration::from_secs(60),
    };

    #[test]
    fn waits_double_up_to_the_longest() {
        let most = |tries: u32| {
            (0..=5_000)
                .map(|r| pause(PATIENCE, tries, None, r))
                .max()
                .unwrap()
        };
        assert_eq!(most(0), Duration::from_millis(100));
        assert_eq!(most(1), Duration::from_millis(200));
        assert_eq!(most(3), Duration::from_millis(800));
        assert_eq!(most(30), Duration::from_secs(5));
    }

    #[test]
    fn a_wait_that_would_outlast_patience_is_the_end() {
        let mut backoff = Backoff::new(PATIENCE);
        assert!(backoff.next(Some(Duration::from_secs(30)), 0).is_some());
        assert!(backoff.next(Some(Duration::from_secs(61)), 0).is_none());
    }

    proptest! {
        #[test]
        fn nobody_comes_back_before_they_were_asked_to(
            tries in 0_u32..100, asked in 0_u64..1_000, random: u64,
        ) {
            let asked = Duration::from_secs(asked);
            let pause = pause(PATIENCE, tries, Some(asked), random);
            prop_assert!(pause >= asked && pause <= asked + PATIENCE.first);
        }
    }
}
