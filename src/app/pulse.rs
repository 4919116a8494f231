//! Whether appending works, as far as anybody knows. Whoever appends says how it went; if nobody
//! does, a probe does. So a fault that stops appends is known within seconds, also at night.

use super::error::AppError;
use crate::core::text::Explain as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a probe waits for an append by somebody else before it makes one of its own.
pub const PROBE_EVERY: Duration = Duration::from_millis(1_000);

/// How long appending may be silent before that counts as a fault. With the probe's pause it
/// stays below the five seconds within which health must show a fault.
const SILENCE_MAX: Duration = Duration::from_millis(3_500);

/// How long a fault is believed that nobody met again: an empty append succeeds on a full disk.
const FAULT_LASTS: Duration = Duration::from_secs(15);

/// Whether appending works.
#[derive(Debug)]
pub struct Pulse(Mutex<State>);

#[derive(Debug)]
struct State {
    well_at: Instant,
    fault: Option<(&'static str, Instant)>,
}

impl Default for Pulse {
    fn default() -> Self {
        Self(Mutex::new(State {
            well_at: Instant::now(),
            fault: None,
        }))
    }
}

impl Pulse {
    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        // The state is whole between any two statements, so a panic elsewhere is no harm.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Somebody's records were committed.
    pub fn appended(&self) {
        self.with(|state| {
            state.well_at = Instant::now();
            state.fault = None;
        });
    }

    /// An append of nothing went through: the database answers, which is not all that can fail.
    pub fn probed(&self) {
        self.with(|state| {
            state.well_at = Instant::now();
            if state
                .fault
                .is_some_and(|(_, at)| at.elapsed() > FAULT_LASTS)
            {
                state.fault = None;
            }
        });
    }

    /// An append failed. A full queue is no fault.
    pub fn failed(&self, error: &AppError) {
        if !matches!(error, AppError::Overloaded) {
            self.with(|state| state.fault = Some((error.code(), Instant::now())));
        }
    }

    /// How long nobody has appended.
    #[must_use]
    pub fn silence(&self) -> Duration {
        self.with(|state| state.well_at.elapsed())
    }

    /// The code of what is wrong, if anything is.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        self.with(|state| match state.fault {
            Some((code, _)) => Some(code),
            None => (state.well_at.elapsed() > SILENCE_MAX).then_some("no_answer"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_shows_until_records_are_committed_again() {
        let pulse = Pulse::default();
        assert_eq!(pulse.fault(), None);
        pulse.failed(&AppError::Stopped {
            reason: String::new(),
        });
        assert_eq!(pulse.fault(), Some("stopped"));
        pulse.probed();
        assert_eq!(pulse.fault(), Some("stopped"), "a probe alone is no proof");
        pulse.appended();
        assert_eq!(pulse.fault(), None);
    }

    #[test]
    fn a_full_queue_is_no_fault() {
        let pulse = Pulse::default();
        pulse.failed(&AppError::Overloaded);
        assert_eq!(pulse.fault(), None);
    }
}
