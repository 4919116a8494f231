//! Ending a command that would go on for ever: at SIGTERM or SIGINT it finishes its round.

use crate::app::AppError;
use signal_hook::consts::{SIGINT, SIGTERM};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a signal waits to be seen at most.
const GLANCE: Duration = Duration::from_millis(25);

/// Whether somebody has asked the process to end.
pub(super) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Listens from now on.
    pub(super) fn listen() -> Result<Self, AppError> {
        let flag = Arc::new(AtomicBool::new(false));
        for signal in [SIGTERM, SIGINT] {
            signal_hook::flag::register(signal, Arc::clone(&flag))
                .map_err(|cause| AppError::Input(cause.to_string()))?;
        }
        Ok(Self(flag))
    }

    /// Waits until `at`, or until the process is asked to end; whether to go on.
    pub(super) fn wait_until(&self, at: Instant) -> bool {
        loop {
            if self.0.load(Ordering::SeqCst) {
                return false;
            }
            let rest = at.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return true;
            }
            std::thread::sleep(rest.min(GLANCE));
        }
    }
}
