//! What a running server shares: the ledger it appends to, a view of it for readers that never
//! waits for the writer, the clock and the configuration.

use super::clock::Clock;
use super::config::Config;
use super::error::AppError;
use super::journal::Journal;
use super::ledger::{Extent, Handed, Ledger, Options, Outcome};
use super::memory::{Lookout, Memory, Pages};
use super::metrics::Metrics;
use super::pulse::{PROBE_EVERY, Pulse};
use super::report::Turns;
use super::session::SignInSecret;
use super::trace::Tracer;
use crate::core::log::Origin;
use crate::store::{Reader, Store, StoreError};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How often it is looked whether a beat is due while others append.
const TEND_EVERY: Duration = Duration::from_secs(60);

/// A ledger that is being served.
pub struct Node {
    ledger: Ledger,
    tracer: Tracer,
    memory: Arc<Memory>,
    pages: Pages,
    lookout: Lookout,
    turns: Arc<Semaphore>,
    options: Options,
    config: Config,
    origin: Origin,
    metrics: Metrics,
    pulse: Pulse,
    journal: Journal,
    secret: SignInSecret,
    reporters: Turns,
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
        let identity = options.home.identity()?;
        let secret = SignInSecret::of(&identity);
        let origin = identity.description.origin;
        let metrics = Metrics::new(&ledger);
        let memory = Arc::new(Memory::default());
        let lookout = Lookout::begin(tracer.shared(), Arc::clone(&memory), ledger.touched());
        let lookout = lookout.map_err(|cause| AppError::Stopped {
            reason: cause.to_string(),
        })?;
        // From here on it is known what was said.
        lookout.ask().blocking_recv().map_err(|_ended| ended())??;
        let turns = Arc::new(Semaphore::new(tracer.store().reads_at_once()));
        Ok(Self {
            ledger,
            tracer,
            memory,
            pages: Pages::default(),
            lookout,
            turns,
            options,
            config,
            origin,
            metrics,
            pulse: Pulse::default(),
            journal: Journal::default(),
            secret,
            reporters: Turns::default(),
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

    /// Who saw trade and personal values.
    #[must_use]
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// What the node knows its own challenges by.
    pub(super) const fn sign_in_secret(&self) -> &SignInSecret {
        &self.secret
    }

    /// Submits records and waits, without blocking a thread, until they are durable.
    ///
    /// # Errors
    /// As [`Ledger::submit_async`].
    pub async fn submit(&self, handed: Handed, extent: Extent) -> Result<Vec<Outcome>, AppError> {
        let outcomes = self.ledger.submit_async(handed, extent).await;
        self.note(&outcomes);
        outcomes
    }

    /// Notes how an append went.
    fn note(&self, outcomes: &Result<Vec<Outcome>, AppError>) {
        match outcomes {
            Ok(outcomes) => {
                self.metrics.submitted(outcomes);
                // What was refused before the writer saw it says nothing of the database.
                if outcomes.iter().any(|outcome| outcome.receipt().is_some()) {
                    self.pulse.appended();
                }
            }
            Err(error) => self.pulse.failed(error),
        }
    }

    /// The code of what keeps appends from working now, if anything does.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        match self.ledger.stopped() {
            Some(_reason) => Some("stopped"),
            None => self.pulse.fault(),
        }
    }

    /// Begins to look, from a thread of its own, whether appends work when nobody appends, and to
    /// write beats when nobody does for long. It ends with the node.
    pub fn watch(node: &Arc<Self>) {
        let watched: Weak<Self> = Arc::downgrade(node);
        std::thread::spawn(move || {
            let mut tended_at: Option<Instant> = None;
            while let Some(node) = watched.upgrade() {
                // Whoever submits what is in the log already appends nothing either.
                let is_due = tended_at.is_none_or(|at| at.elapsed() >= TEND_EVERY);
                if is_due || node.pulse.silence() >= PROBE_EVERY {
                    tended_at = Some(Instant::now());
                    node.probe();
                }
                node.prune();
                drop(node);
                std::thread::sleep(PROBE_EVERY);
            }
        });
    }

    /// Deletes accesses that no longer have to be kept, a slice at a time.
    fn prune(&self) {
        let days = self.config.access.journal_kept_days;
        let pruned = self.journal.prune(self.store(), days, self.clock().now());
        if let Err(cause) = pruned {
            tracing::warn!(%cause, "accesses that no longer have to be kept are still there");
        }
    }

    fn probe(&self) {
        if self.ledger.stopped().is_some() {
            return;
        }
        let appended = match self.config.log.beat_every_s {
            0 => self.ledger.tick(),
            seconds => self.ledger.beat_if_idle_for(seconds),
        };
        match appended {
            Ok(()) => self.pulse.probed(),
            Err(error) => self.pulse.failed(&error),
        }
    }

    /// What is counted.
    #[must_use]
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// What is counted, in the text that Prometheus reads.
    #[must_use]
    pub fn metrics_text(&self) -> String {
        let is_well = self.fault().is_none();
        self.metrics.text(&self.ledger, &self.memory, is_well)
    }

    /// Entries of the log: at least all that were committed, by whichever process, before this was
    /// asked. What is [remembered](Self::memory) holds from then on.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn look(&self) -> Result<u64, AppError> {
        let seen = self.lookout.ask().await;
        Ok(seen.map_err(|_ended| ended())??)
    }

    /// As [`look`](Self::look), for threads that may block.
    ///
    /// # Errors
    /// As [`look`](Self::look).
    pub fn size(&self) -> Result<u64, AppError> {
        let seen = self.lookout.ask().blocking_recv();
        Ok(seen.map_err(|_ended| ended())??)
    }

    /// Who reported how many problems lately.
    #[must_use]
    pub const fn reporters(&self) -> &Turns {
        &self.reporters
    }

    /// Pages that speak of many lots.
    #[must_use]
    pub const fn pages(&self) -> &Pages {
        &self.pages
    }

    /// Answers that were given.
    #[must_use]
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Waits for a turn to read: first come, first served, and no more at once than are of use.
    ///
    /// # Errors
    /// The node is ending.
    pub async fn turn(&self) -> Result<OwnedSemaphorePermit, AppError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        turn.map_err(|_closed| ended())
    }

    /// Invitations of this ledger.
    #[must_use]
    pub fn gate(&self) -> super::joining::Gate<'_> {
        super::joining::Gate::new(self.tracer.store(), self.clock(), &self.origin)
    }

    /// The database, for what is beside the ledger.
    pub(super) fn store(&self) -> &Store {
        self.tracer.store()
    }

    /// Reads a view of the ledger that does not change meanwhile.
    pub(super) fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.tracer.store().read(work)
    }
}

fn ended() -> AppError {
    AppError::Stopped {
        reason: "the node is ending".into(),
    }
}
