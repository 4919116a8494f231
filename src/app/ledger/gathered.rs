//! The submissions of one commit: those that were queued, and those that arrived while the writer
//! waited for the lock of the head.

use super::once::RowKeys;
use super::outcome::Reply;
use super::prepare::Item;
use super::{COMMIT_RECORDS_MAX, Extent, Submission};
use std::sync::mpsc::Receiver;
use tokio::sync::oneshot;

/// Submissions of one commit at most. Those that are answered together come back together, and
/// whoever reads then waits behind all of them; a commit that is shared by so many costs each of
/// them next to nothing already.
const SUBMISSIONS_MAX: usize = 128;

/// Whoever waits for an answer, and for how many records.
pub(super) type Asker = (oneshot::Sender<Reply>, usize);

/// See the module.
pub(super) struct Gathered<'a> {
    incoming: &'a Receiver<Submission>,
    /// The next submission, if it may not share a commit with these.
    held: &'a mut Option<Submission>,
    /// Records that were not given out yet, in the order of those who ask.
    items: Vec<Item>,
    rows: Vec<RowKeys>,
    askers: Vec<Asker>,
    records: usize,
    /// Whether it is all of the records or none; then there is one submission.
    pub(super) extent: Extent,
    /// Seconds after the last beat from which one is to be written though nothing follows it.
    pub(super) beat_after_s: Option<u64>,
}

impl<'a> Gathered<'a> {
    /// Begins with one submission.
    pub(super) fn of(
        first: Submission,
        incoming: &'a Receiver<Submission>,
        held: &'a mut Option<Submission>,
    ) -> Self {
        let mut gathered = Self {
            incoming,
            held,
            items: Vec::new(),
            rows: Vec::new(),
            askers: Vec::new(),
            records: 0,
            extent: first.extent,
            beat_after_s: None,
        };
        gathered.add(first);
        gathered
    }

    fn add(&mut self, submission: Submission) {
        let count = submission.items.len();
        self.records = self.records.saturating_add(count);
        self.askers.push((submission.reply, count));
        self.items.extend(submission.items);
        self.rows.extend(submission.rows.some());
        self.beat_after_s = self
            .beat_after_s
            .into_iter()
            .chain(submission.beat_after_s)
            .min();
    }

    const fn has_room(&self) -> bool {
        self.records < COMMIT_RECORDS_MAX && self.askers.len() < SUBMISSIONS_MAX
    }

    /// How many records there are so far, given out or not.
    pub(super) const fn records(&self) -> usize {
        self.records
    }

    /// The records that were not given out yet.
    pub(super) fn items(&self) -> &[Item] {
        &self.items
    }

    /// For which rows of tables they stand, those that were given out too.
    pub(super) fn rows(&self) -> &[RowKeys] {
        &self.rows
    }

    /// Gives out the records, with those of everybody who waits by now: called under the lock, so
    /// that the time it took to get it makes a commit larger, not the queue longer.
    pub(super) fn take(&mut self) -> Vec<Item> {
        while self.has_room() && self.extent == Extent::Each && self.held.is_none() {
            let Ok(next) = self.incoming.try_recv() else {
                break;
            };
            if next.extent == Extent::Whole {
                // It shares its commit with nobody, so that it can fail alone.
                *self.held = Some(next);
                break;
            }
            self.add(next);
        }
        std::mem::take(&mut self.items)
    }

    /// Those who wait for these records.
    pub(super) fn askers(&mut self) -> Vec<Asker> {
        std::mem::take(&mut self.askers)
    }
}
