//! Answers that were given, kept for as long as they would be given again: no record was admitted
//! that speaks of what they rest on, and the clock has not come to the moment at which it matters.
//! Nothing here is trusted further than a look at the head of the log, wherever it was moved
//! (`docs/decisions/0012-answers-that-are-remembered.md`).

mod look;
mod pages;
mod state;
mod touched;

pub use look::Lookout;
pub use pages::Pages;
pub use touched::{Appended, Touched};

use crate::core::ids::{LotCode, SiteId};
use crate::core::time::UnixSeconds;
use crate::core::trace::{Direction, Topic};
use state::State;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Bytes of answers kept at most, with what is kept about them.
pub const ANSWERS_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Topics of one answer at most: what rests on more is asked for seldom and changes often.
pub const TOPICS_PER_ANSWER_MAX: usize = 8_192;

/// How long an answer is kept at most, whatever it rests on: a projection that is rebuilt by a
/// newer program, or a sealed value that is erased, is no record.
pub const KEPT_FOR_MAX: Duration = Duration::from_secs(600);

/// Bytes that an answer takes beside its own: its key, and its places in the tables.
const OVERHEAD_BYTES: usize = 512;

/// For whom an answer is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Eye {
    /// Everybody.
    Public,
    /// Whoever is shown every quantity.
    Quantities,
}

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// The lot.
    pub lot: LotCode,
    /// At which site.
    pub at: Option<SiteId>,
    /// Which way.
    pub direction: Direction,
    /// For whom.
    pub eye: Eye,
    /// In which form: each has a name of its own.
    pub form: &'static str,
}

/// An answer as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formed {
    /// Its bytes.
    pub body: Vec<u8>,
    /// A hash of what it means: the same if only the moment of judging differs.
    pub meaning: [u8; 16],
}

/// What an answer rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Basis {
    /// Size of the log in which it was collected.
    pub size: u64,
    /// What its records speak of.
    pub topics: Box<[Topic]>,
    /// When it was judged.
    pub judged_at: UnixSeconds,
    /// From when on the clock alone can change it.
    pub until: Option<UnixSeconds>,
}

/// An answer that is kept.
#[derive(Debug)]
struct Kept {
    formed: Arc<Formed>,
    basis: Basis,
    made: Instant,
}

impl Kept {
    fn bytes(&self) -> usize {
        let topics = std::mem::size_of_val(&*self.basis.topics);
        let body = self.formed.body.len();
        body.saturating_add(topics).saturating_add(OVERHEAD_BYTES)
    }

    /// Whether time has not changed it. A clock that steps back is a reason to judge anew.
    fn is_timely(&self, now: UnixSeconds) -> bool {
        self.basis.judged_at <= now
            && self.basis.until.is_none_or(|until| now < until)
            && self.made.elapsed() < KEPT_FOR_MAX
    }
}

/// The answers, and what has been spoken of since they were given.
#[derive(Debug, Default)]
pub struct Memory(Mutex<State>);

impl Memory {
    fn state(&self) -> MutexGuard<'_, State> {
        // After a panic in the middle of a change it is not known what was noted.
        self.0.lock().unwrap_or_else(|broken: PoisonError<_>| {
            let mut state = broken.into_inner();
            *state = State::default();
            state
        })
    }

    /// The answer to this question, if it still is the answer as of the last look at the head.
    #[must_use]
    pub fn get(&self, key: &Key, now: UnixSeconds) -> Option<Arc<Formed>> {
        self.state().get(key, now)
    }

    /// Whether an answer to this question is kept, right or not any more. If none is, whoever asks
    /// need not look where the log stands: what is collected afterwards is new enough.
    #[must_use]
    pub fn knows(&self, key: &Key) -> bool {
        self.state().knows(key)
    }

    /// Keeps an answer, unless it is not the answer any more.
    pub fn put(&self, key: Key, formed: Arc<Formed>, basis: Basis) {
        if basis.topics.len() > TOPICS_PER_ANSWER_MAX {
            return;
        }
        let kept = Kept {
            formed,
            basis,
            made: Instant::now(),
        };
        self.state().put(key, kept);
    }

    /// Answers that are kept, and bytes that they take.
    #[must_use]
    pub fn holds(&self) -> (usize, usize) {
        self.state().holds()
    }
}
