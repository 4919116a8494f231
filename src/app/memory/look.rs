//! Looking where the log stands: whoever reads must not be answered from before what was committed
//! when they asked, by this process or another. One thread looks for all who ask at the time, so
//! that under load a look costs each of them next to nothing.

use super::{Appended, Memory, Touched};
use crate::core::custody::LogNo;
use crate::core::trace::{Topic, topics_of};
use crate::store::{Reader, Store, StoreError};
use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Entries of others that are read to learn what they speak of; behind more than these it is
/// cheaper to forget every answer.
const CAUGHT_UP_MAX: u64 = 2_048;

/// What a look finds: entries of the log.
type Seen = Result<u64, StoreError>;

#[derive(Debug, Default)]
struct Asking {
    askers: Vec<oneshot::Sender<Seen>>,
    is_over: bool,
}

#[derive(Debug, Default)]
struct Bell {
    asking: Mutex<Asking>,
    rung: Condvar,
}

impl Bell {
    fn asking(&self) -> MutexGuard<'_, Asking> {
        // Whole between any two statements, so a panic elsewhere is no harm.
        self.asking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until somebody asks; none when it is over.
    fn wait(&self) -> Option<Vec<oneshot::Sender<Seen>>> {
        let mut asking = self.asking();
        while asking.askers.is_empty() && !asking.is_over {
            asking = self
                .rung
                .wait(asking)
                .unwrap_or_else(PoisonError::into_inner);
        }
        let askers = std::mem::take(&mut asking.askers);
        (!askers.is_empty()).then_some(askers)
    }
}

/// Looks at the head of the log for whoever asks.
#[derive(Debug)]
pub struct Lookout {
    bell: Arc<Bell>,
    thread: Option<JoinHandle<()>>,
}

impl Lookout {
    /// Begins, in a thread of its own that ends when this is dropped.
    ///
    /// # Errors
    /// No thread can be had.
    pub fn begin(
        store: Arc<Store>,
        memory: Arc<Memory>,
        touched: Arc<Touched>,
    ) -> std::io::Result<Self> {
        let bell = Arc::new(Bell::default());
        let rung = Arc::clone(&bell);
        let thread = std::thread::Builder::new()
            .name("shisu-lookout".into())
            .spawn(move || {
                while let Some(askers) = rung.wait() {
                    let seen = look(&store, &memory, &touched);
                    for asker in askers {
                        // Somebody who has gone needs no answer.
                        drop(asker.send(seen.clone()));
                    }
                }
            })?;
        Ok(Self {
            bell,
            thread: Some(thread),
        })
    }

    /// Entries of the log, at least all that were committed before this was asked; the memory knows
    /// what they speak of when this is answered.
    #[must_use]
    pub fn ask(&self) -> oneshot::Receiver<Seen> {
        let (asker, seen) = oneshot::channel();
        self.bell.asking().askers.push(asker);
        self.bell.rung.notify_one();
        seen
    }
}

impl Drop for Lookout {
    fn drop(&mut self) {
        self.bell.asking().is_over = true;
        self.bell.rung.notify_one();
        if let Some(thread) = self.thread.take() {
            // Whatever happened to it, there is nothing left to do here.
            drop(thread.join());
        }
    }
}

/// Looks once: where the head is, and what was appended up to there.
fn look(store: &Store, memory: &Memory, touched: &Touched) -> Seen {
    store.look(|reader| {
        let size = reader.head(LogNo::HOME)?.map_or(0, |head| head.size);
        let mut through = memory.state().through();
        // What this process appended is noted after its commit: what is noted meanwhile goes beyond
        // what this look sees, and that does no harm.
        let batches = touched.take();
        if size < through || through == 0 {
            // The beginning, or a database that went back: nothing is known of it.
            memory.state().forget(size);
            return Ok(size);
        }
        for batch in batches {
            // What another process appended in between is in no other place than the log.
            let gap = batch.from.min(size);
            if through < gap {
                let others = read_others(reader, through, gap)?;
                take_up(&mut memory.state(), others, gap);
            }
            let mut state = memory.state();
            state.take_up(batch);
            through = state.through();
        }
        if through < size {
            let others = read_others(reader, through, size)?;
            take_up(&mut memory.state(), others, size);
        }
        Ok(size)
    })
}

fn take_up(state: &mut super::state::State, others: Option<Appended>, to: u64) {
    if !others.is_some_and(|others| state.take_up(others)) {
        state.forget(to);
    }
}

/// What entries speak of that another process appended; none if there are too many, or one cannot
/// be read.
fn read_others(
    reader: &mut Reader<'_>,
    from: u64,
    to: u64,
) -> Result<Option<Appended>, StoreError> {
    if to.saturating_sub(from) > CAUGHT_UP_MAX {
        return Ok(None);
    }
    let mut topics: BTreeSet<Topic> = BTreeSet::new();
    let mut at = from;
    while at < to {
        let entries = reader.entries(LogNo::HOME, at, to)?;
        let Some(last) = entries.last() else {
            return Ok(None);
        };
        at = last.key.index().saturating_add(1);
        for entry in &entries {
            match entry.record(|_| false) {
                Ok(record) => topics.extend(topics_of(&record)),
                Err(_unreadable) => return Ok(None),
            }
        }
    }
    Ok(Some(Appended {
        from,
        to,
        topics: topics.into_iter().collect(),
    }))
}
