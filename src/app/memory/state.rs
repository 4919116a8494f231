//! The state of the memory: answers in two generations, and for each topic up to where in the log
//! it was last spoken of.
//!
//! What was spoken of is complete from `floor` to `through`; an answer collected at a size in
//! between holds if none of its topics was spoken of at or after that size. When the tables of
//! topics are full, the older half is forgotten; before that, every answer is looked through and
//! either holds at `through` or goes.

use super::{ANSWERS_BYTES_MAX, Formed, Kept, Key};
use crate::app::memory::Appended;
use crate::core::time::UnixSeconds;
use crate::core::trace::Topic;
use std::collections::HashMap;
use std::sync::Arc;

/// Topics of a generation at most, or one batch more.
const TOPICS_MAX: usize = 65_536;

/// Bytes of a generation of answers.
const GENERATION_BYTES_MAX: usize = ANSWERS_BYTES_MAX / 2;

/// Answers that were asked for at about the same time.
#[derive(Debug, Default)]
struct Answers {
    by_key: HashMap<Key, Kept>,
    bytes: usize,
}

impl Answers {
    fn insert(&mut self, key: Key, kept: Kept) {
        self.bytes = self.bytes.saturating_add(kept.bytes());
        if let Some(former) = self.by_key.insert(key, kept) {
            self.bytes = self.bytes.saturating_sub(former.bytes());
        }
    }

    fn remove(&mut self, key: &Key) -> Option<(Key, Kept)> {
        let removed = self.by_key.remove_entry(key)?;
        self.bytes = self.bytes.saturating_sub(removed.1.bytes());
        Some(removed)
    }
}

/// Up to where each topic was spoken of, from a size of the log on.
#[derive(Debug, Default)]
struct Spoken {
    from: u64,
    last: HashMap<Topic, u64>,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct State {
    young: Answers,
    old: Answers,
    recent: Spoken,
    earlier: Spoken,
    through: u64,
}

impl State {
    /// Whether an answer collected at `size` with these topics is the answer at `through`.
    fn holds_since(&self, size: u64, topics: &[Topic]) -> bool {
        let spoken = |topic: &Topic| {
            let last = self.recent.last.get(topic);
            last.or_else(|| self.earlier.last.get(topic))
        };
        size >= self.earlier.from
            && topics
                .iter()
                .all(|topic| spoken(topic).is_none_or(|last| *last < size))
    }

    pub fn get(&mut self, key: &Key, now: UnixSeconds) -> Option<Arc<Formed>> {
        let (kept, is_old) = match self.young.by_key.get(key) {
            Some(kept) => (kept, false),
            None => (self.old.by_key.get(key)?, true),
        };
        let through = self.through;
        let is_known = kept.basis.size >= through;
        let holds = kept.is_timely(now)
            && (is_known || self.holds_since(kept.basis.size, &kept.basis.topics));
        let formed = Arc::clone(&kept.formed);
        if !holds {
            self.young.remove(key);
            self.old.remove(key);
            return None;
        }
        if is_old && let Some((key, mut kept)) = self.old.remove(key) {
            kept.basis.size = kept.basis.size.max(through);
            self.insert(key, kept);
        } else if let Some(kept) = self.young.by_key.get_mut(key) {
            kept.basis.size = kept.basis.size.max(through);
        }
        Some(formed)
    }

    pub fn knows(&self, key: &Key) -> bool {
        self.young.by_key.contains_key(key) || self.old.by_key.contains_key(key)
    }

    pub fn put(&mut self, key: Key, kept: Kept) {
        let holds = self.holds_since(kept.basis.size, &kept.basis.topics);
        if holds && kept.bytes() <= GENERATION_BYTES_MAX {
            self.old.remove(&key);
            self.insert(key, kept);
        }
    }

    fn insert(&mut self, key: Key, kept: Kept) {
        if self.young.bytes.saturating_add(kept.bytes()) > GENERATION_BYTES_MAX {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, kept);
    }

    /// Up to which size of the log it is known what was spoken of.
    pub const fn through(&self) -> u64 {
        self.through
    }

    /// Takes up a batch that continues what is known. One that is known already says nothing new;
    /// one behind a gap is of no use, and false is given.
    pub fn take_up(&mut self, batch: Appended) -> bool {
        if batch.to <= self.through {
            return true;
        }
        if batch.from > self.through {
            return false;
        }
        let last = batch.to.saturating_sub(1);
        let topics = batch.topics.into_iter();
        self.recent.last.extend(topics.map(|topic| (topic, last)));
        self.through = batch.to;
        if self.recent.last.len() >= TOPICS_MAX {
            self.turn_over();
        }
        true
    }

    /// Forgets the earlier half of what was spoken of.
    fn turn_over(&mut self) {
        let (mut young, mut old) = (
            std::mem::take(&mut self.young),
            std::mem::take(&mut self.old),
        );
        for answers in [&mut young, &mut old] {
            let mut bytes = 0_usize;
            answers.by_key.retain(|_, kept| {
                let holds = self.holds_since(kept.basis.size, &kept.basis.topics);
                kept.basis.size = kept.basis.size.max(self.through);
                bytes = bytes.saturating_add(if holds { kept.bytes() } else { 0 });
                holds
            });
            answers.bytes = bytes;
        }
        (self.young, self.old) = (young, old);
        let now = Spoken {
            from: self.through,
            last: HashMap::new(),
        };
        self.earlier = std::mem::replace(&mut self.recent, now);
    }

    /// Forgets everything and begins anew at this size.
    pub fn forget(&mut self, size: u64) {
        let at = || Spoken {
            from: size,
            last: HashMap::new(),
        };
        *self = Self {
            recent: at(),
            earlier: at(),
            through: size,
            ..Self::default()
        };
    }

    pub fn holds(&self) -> (usize, usize) {
        let (young, old) = (&self.young, &self.old);
        let answers = young.by_key.len().saturating_add(old.by_key.len());
        (answers, young.bytes.saturating_add(old.bytes))
    }
}

#[cfg(test)]
mod tests;
