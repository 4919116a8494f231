//! What becomes of a submitted record.

use crate::app::error::AppError;
use crate::core::custody::Refusal;
use crate::core::log::Receipt;
use crate::core::record::RecordId;

/// What becomes of a submitted record.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It is in the log, durably, and this proves it.
    Accepted(Receipt),
    /// It was in the log already, at the same index as ever.
    Duplicate(Receipt),
    /// It waits, without effect, for the dispatch it answers.
    Parked {
        /// That dispatch.
        awaits: RecordId,
    },
    /// It was refused; nothing of it is kept.
    Refused(Refusal),
    /// Nothing is wrong with it, but it was submitted as part of a whole of which something is.
    Withheld,
}

impl Outcome {
    /// The receipt, if the record is in the log.
    #[must_use]
    pub const fn receipt(&self) -> Option<&Receipt> {
        match self {
            Self::Accepted(receipt) | Self::Duplicate(receipt) => Some(receipt),
            Self::Parked { .. } | Self::Refused(_) | Self::Withheld => None,
        }
    }

    /// A stable word for it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Accepted(_) => "accepted",
            Self::Duplicate(_) => "duplicate",
            Self::Parked { .. } => "parked",
            Self::Refused(_) => "refused",
            Self::Withheld => "withheld",
        }
    }
}

/// Whether a record was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It was not.
    New,
    /// It was.
    Known,
}

/// Where a submitted record came to be.
#[derive(Debug)]
pub(super) enum Placed {
    /// At this index.
    In(Place, u64),
    /// Waiting for this dispatch.
    Parked(RecordId),
    /// Nowhere.
    Refused(Refusal),
}

/// Outcomes in order, or why there are none.
pub(super) type Reply = Result<Vec<Outcome>, AppError>;
