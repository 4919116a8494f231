//! What a running server shares: the ledger it appends to, a view of it for readers that never
//! waits for the writer, the clock and the configuration.

use super::clock::Clock;
use super::config::Config;
use super::error::AppError;
use super::ledger::{Ledger, Options, Outcome};
use super::trace::Tracer;
use crate::core::custody::LogNo;
use crate::core::log::Origin;
use crate::store::{Reader, StoreError};

/// A ledger that is being served.
pub struct Node {
    ledger: Ledger,
    tracer: Tracer,
    options: Options,
    config: Config,
    origin: Origin,
}

impl Node {
    /// Opens the ledger for appending and for reading.
    ///
    /// # Errors
    /// Whatever makes it unsafe to append ([`Ledger::open`]).
    pub fn open(options: Options, config: Config) -> Result<Self, AppError> {
        let ledger = Ledger::open(&options)?;
        // A receipt needs a signed head, and so does whoever asks for one before the first record.
        ledger.tick()?;
        let tracer = Tracer::open(&options)?;
        let origin = options.home.description()?.origin;
        Ok(Self {
            ledger,
            tracer,
            options,
            config,
            origin,
        })
    }

    /// Waits until everything that was queued is answered, and ends.
    pub fn close(self) {
        self.ledger.close();
    }

    /// The ledger, to append to.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Traces and verdicts.
    #[must_use]
    pub const fn tracer(&self) -> &Tracer {
        &self.tracer
    }

    /// How the ledger was opened.
    #[must_use]
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// What the server was told.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The clock.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.options.clock
    }

    /// Name of the log.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Submits records and waits until they are durable; blocks the thread.
    ///
    /// # Errors
    /// As [`Ledger::submit`].
    pub fn submit(&self, texts: &[String]) -> Result<Vec<Outcome>, AppError> {
        self.ledger.submit(texts)
    }

    /// The code of what keeps appends from working now, if anything does.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        self.ledger.stopped().map(|_reason| "stopped")
    }

    /// Entries of the log that readers see now.
    ///
    /// # Errors
    /// What the database reports.
    pub fn size(&self) -> Result<u64, AppError> {
        self.read(|reader| {
            let head = reader.head(LogNo::HOME)?;
            Ok::<_, StoreError>(head.map_or(0, |head| head.size))
        })
        .map_err(AppError::from)
    }

    /// Reads a view of the ledger that does not change meanwhile.
    pub(super) fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.tracer.store().read(work)
    }
}
