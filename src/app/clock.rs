//! The node's clock. Everything that asks for the time asks this, so that journeys can be told
//! in their own time and faults of a clock can be tested.

use crate::core::time::UnixSeconds;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where the time comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The operating system.
    System,
    /// A clock that somebody sets.
    Set(SetClock),
}

/// A clock that stands still until it is set.
#[derive(Debug, Clone, Default)]
pub struct SetClock(Arc<AtomicU64>);

impl SetClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn at(now: UnixSeconds) -> Self {
        Self(Arc::new(AtomicU64::new(now.get())))
    }

    /// Sets the clock.
    pub fn set(&self, now: UnixSeconds) {
        self.0.store(now.get(), Ordering::SeqCst);
    }
}

impl Clock {
    /// The time now, in whole seconds.
    #[must_use]
    pub fn now(&self) -> UnixSeconds {
        let seconds = match self {
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| since.as_secs()),
            Self::Set(clock) => clock.0.load(Ordering::SeqCst),
        };
        UnixSeconds::new(seconds).unwrap_or_default()
    }
}
