//! What the writer counts for whoever watches it. Nothing decides by these figures.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use std::time::Duration;

/// What the writer counts.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Records of each commit.
    pub batch_records: Histogram,
    /// Seconds each batch took, from the lock to the signed head.
    pub batch_seconds: Histogram,
    /// Batches that were not appended.
    pub batches_failed: Counter,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            batch_records: Histogram::new(exponential_buckets(1.0, 2.0, 11)),
            batch_seconds: Histogram::new(exponential_buckets(0.000_5, 2.0, 15)),
            batches_failed: Counter::default(),
        }
    }
}

impl Figures {
    /// Counts a batch that was appended.
    pub(super) fn appended(&self, records: usize, took: Duration) {
        let records = u32::try_from(records).unwrap_or(u32::MAX);
        self.batch_records.observe(f64::from(records));
        self.batch_seconds.observe(took.as_secs_f64());
    }

    /// Counts a batch that was not.
    pub(super) fn failed(&self) {
        self.batches_failed.inc();
    }
}
