//! Where whoever manages parties, sites and keys works: on a ledger of this machine, or on a
//! server. Records are signed here either way; a private key never travels.

use super::clock::Clock;
use super::enrol::each;
use super::error::AppError;
use super::joining::Gate;
use super::ledger::{Ledger, Options, RowKeys};
use super::pen::Pen;
use super::remote::Remote;
use super::remote::submit::{Answer, Submission};
use super::trace::Tracer;
use crate::core::custody::{PartyFacts, SiteFacts};
use crate::core::ids::{PartyId, SiteId};
use crate::core::log::{Origin, VerifierKey};
use crate::core::text::Explain as _;
use crate::core::time::UnixSeconds;
use ed25519_dalek::SigningKey;

/// Records submitted together.
const TOGETHER: usize = 1_000;

/// A ledger of this machine, at which somebody manages.
pub struct Office {
    tracer: Tracer,
    options: Options,
    origin: Origin,
}

impl Office {
    /// Opens a ledger to look at, and to append to when something is submitted.
    ///
    /// # Errors
    /// A folder without a ledger, and what the database reports.
    pub fn open(options: Options) -> Result<Self, AppError> {
        Ok(Self {
            tracer: Tracer::open(&options)?,
            origin: options.home.description()?.origin,
            options,
        })
    }

    /// The clock.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.options.clock
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> UnixSeconds {
        self.options.clock.now()
    }

    /// The key of the log, as its first record names it.
    ///
    /// # Errors
    /// What the database reports.
    pub fn log_key(&self) -> Result<VerifierKey, AppError> {
        super::tiles::log_key(self.tracer.store())
    }

    /// Invitations.
    #[must_use]
    pub fn gate(&self) -> Gate<'_> {
        Gate::new(self.tracer.store(), &self.options.clock, &self.origin)
    }

    /// A key that writes.
    ///
    /// # Errors
    /// A key that is not enrolled.
    pub fn pen(&self, key: SigningKey) -> Result<Pen, AppError> {
        let origin = &self.origin;
        let pen = |reader: &mut crate::store::Reader<'_>| Pen::of_ledger(reader, key, origin);
        self.tracer.store().read(pen)
    }

    /// Those of these parties that are enrolled.
    ///
    /// # Errors
    /// What the database reports.
    pub fn parties(&self, ids: &[PartyId]) -> Result<Vec<PartyFacts>, AppError> {
        let read = |reader: &mut crate::store::Reader<'_>| each(ids, |id| reader.party(id));
        self.tracer.store().read(read)
    }

    /// Those of these sites that are enrolled.
    ///
    /// # Errors
    /// What the database reports.
    pub fn sites(&self, ids: &[SiteId]) -> Result<Vec<SiteFacts>, AppError> {
        let read = |reader: &mut crate::store::Reader<'_>| each(ids, |id| reader.site(id));
        self.tracer.store().read(read)
    }

    /// Reads the ledger in one view.
    ///
    /// # Errors
    /// What the database reports.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&mut crate::store::Reader<'_>) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        self.tracer.store().read(work)
    }

    /// Submits records to the ledger.
    ///
    /// # Errors
    /// As [`Ledger::submit`].
    pub fn submit(&self, texts: &[String]) -> Result<Vec<Answer>, AppError> {
        self.submit_rows(texts, &RowKeys::default())
    }

    /// Submits records that stand for rows of a table.
    ///
    /// # Errors
    /// As [`Ledger::submit_rows`].
    pub fn submit_rows(&self, texts: &[String], rows: &RowKeys) -> Result<Vec<Answer>, AppError> {
        let ledger = Ledger::open(&self.options)?;
        let mut answers = Vec::with_capacity(texts.len());
        for group in texts.chunks(TOGETHER) {
            answers.extend(ledger.submit_rows(group, rows)?.iter().map(answer_of));
        }
        ledger.close();
        Ok(answers)
    }
}

/// Submits records to a server.
///
/// # Errors
/// As [`Submission::submit`].
pub fn submit_to(remote: Remote, texts: &[String]) -> Result<Vec<Answer>, AppError> {
    Submission::new(remote, None, None).submit(texts)
}

/// What became of a record, as whoever submitted it reads it.
#[must_use]
pub fn answer_of(outcome: &super::ledger::Outcome) -> Answer {
    use super::ledger::Outcome;
    let mut answer = Answer::of(outcome.code());
    match outcome {
        Outcome::Accepted(receipt) | Outcome::Duplicate(receipt) => {
            answer.index = Some(receipt.index());
            answer.size = Some(receipt.checkpoint().checkpoint().size());
            answer.receipt = Some(receipt.to_string());
            // It was signed here.
            answer.is_verified = true;
        }
        Outcome::Parked { awaits } => answer.awaits = Some(awaits.to_string()),
        Outcome::Refused(refusal) => {
            answer.code = Some(refusal.code().to_owned());
            answer.why = Some(refusal.explain());
        }
        Outcome::Withheld => {}
    }
    answer
}
