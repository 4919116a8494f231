//! What this process appended since somebody last looked, so that its own records need not be read
//! back to know what they speak of.

use crate::core::trace::Topic;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Topics kept at most; beyond them nobody has asked for so long that what was remembered may be
/// forgotten.
const TOPICS_MAX: usize = 65_536;

/// A batch that was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// Size of the log before it.
    pub from: u64,
    /// Size of the log after it.
    pub to: u64,
    /// What its records speak of.
    pub topics: Vec<Topic>,
}

/// Batches that nobody has looked at yet.
#[derive(Debug, Default)]
pub struct Touched(Mutex<Pending>);

#[derive(Debug, Default)]
struct Pending {
    batches: Vec<Appended>,
    topics: usize,
    /// Batches were dropped: what comes after them is of no use until somebody looks.
    lost: bool,
}

impl Touched {
    fn pending(&self) -> MutexGuard<'_, Pending> {
        // Whole between any two statements, so a panic elsewhere is no harm.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether anybody looks: otherwise it need not even be found out what records speak of.
    #[must_use]
    pub fn is_of_use(&self) -> bool {
        !self.pending().lost
    }

    /// Notes a batch, after its commit and before anybody is told of it.
    pub fn add(&self, batch: Appended) {
        let mut pending = self.pending();
        if pending.lost {
            return;
        }
        pending.topics = pending.topics.saturating_add(batch.topics.len());
        if pending.topics > TOPICS_MAX {
            pending.batches = Vec::new();
            pending.lost = true;
            return;
        }
        pending.batches.push(batch);
    }

    /// Takes the batches out, in the order of the log.
    #[must_use]
    pub fn take(&self) -> Vec<Appended> {
        let mut batches = std::mem::take(&mut *self.pending()).batches;
        batches.sort_by_key(|batch| batch.from);
        batches
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::ids::LotCode;
    use crate::core::trace::Rests;

    fn batch(from: u64, topics: usize) -> Appended {
        let mut rests = Rests::default();
        rests.on_moves_of(&LotCode::parse("t/LOT-1").unwrap());
        let topic = rests.topics().next().unwrap();
        Appended {
            from,
            to: from + 1,
            topics: vec![topic; topics],
        }
    }

    #[test]
    fn batches_come_out_once_and_in_the_order_of_the_log() {
        let touched = Touched::default();
        touched.add(batch(7, 1));
        touched.add(batch(6, 1));
        assert_eq!(touched.take(), [batch(6, 1), batch(7, 1)]);
        assert_eq!(touched.take(), []);
    }

    #[test]
    fn while_nobody_looks_no_more_is_kept_than_the_limit() {
        let touched = Touched::default();
        touched.add(batch(1, TOPICS_MAX));
        assert!(touched.is_of_use());
        touched.add(batch(2, 1));
        assert!(!touched.is_of_use());
        touched.add(batch(3, 1));
        assert_eq!(touched.take(), [], "a part would be worse than nothing");
        assert!(touched.is_of_use(), "somebody has looked");
        touched.add(batch(4, 1));
        assert_eq!(touched.take().len(), 1);
    }
}
