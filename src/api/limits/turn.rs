//! What one request at a time may do, because it takes much memory or a processor for seconds.

use crate::api::problem::Problem;
use std::sync::atomic::{AtomicBool, Ordering};

/// One thing that is done by one request at a time, in this process.
#[derive(Debug)]
pub struct OneAtATime {
    busy: AtomicBool,
    /// What whoever comes meanwhile is told, in Chinese and in English.
    meanwhile: (&'static str, &'static str),
}

impl OneAtATime {
    /// A thing that nobody does yet.
    #[must_use]
    pub const fn new(zh: &'static str, en: &'static str) -> Self {
        Self {
            busy: AtomicBool::new(false),
            meanwhile: (zh, en),
        }
    }

    /// Begins, unless somebody else does it.
    ///
    /// # Errors
    /// `overloaded`, to come again.
    pub fn begin(&'static self) -> Result<Turn, Problem> {
        match self.busy.swap(true, Ordering::AcqRel) {
            false => Ok(Turn(self)),
            true => Err(Problem::new(
                "overloaded",
                self.meanwhile.0,
                self.meanwhile.1,
            )),
        }
    }
}

/// The turn of whoever does it, until this is dropped.
#[derive(Debug)]
#[must_use]
pub struct Turn(&'static OneAtATime);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.busy.store(false, Ordering::Release);
    }
}
