//! Pages that speak of many lots at once, such as a shop's: kept for as long as nothing at all was
//! recorded, and for a short time. What each of them rests on is not collected: making one anew is
//! cheap, since the verdicts in it are remembered by themselves.

use super::Formed;
use crate::core::time::UnixSeconds;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of pages kept at most, packed.
const PAGES_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Seconds that a page is kept at most: some of what it says changes with the clock alone.
const KEPT_S: u64 = 30;

/// Bytes that a page takes beside its own.
const OVERHEAD_BYTES: usize = 256;

/// A page that is kept.
#[derive(Debug)]
struct Kept {
    formed: Arc<Formed>,
    size: u64,
    made_at: UnixSeconds,
}

/// Pages by their address and language.
#[derive(Debug, Default)]
pub struct Pages(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    by_name: HashMap<String, Kept>,
    bytes: usize,
}

impl Held {
    fn weight(name: &str, formed: &Formed) -> usize {
        let own = name.len().saturating_add(formed.body.len());
        own.saturating_add(OVERHEAD_BYTES)
    }

    fn remove(&mut self, name: &str) {
        if let Some(kept) = self.by_name.remove(name) {
            let weight = Self::weight(name, &kept.formed);
            self.bytes = self.bytes.saturating_sub(weight);
        }
    }
}

impl Pages {
    /// The page with this name, if the log still has `size` entries and it was made lately on the
    /// same day.
    #[must_use]
    pub fn get(&self, name: &str, size: u64, now: UnixSeconds) -> Option<Arc<Formed>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = held.by_name.get(name)?;
        let is_fresh = kept.made_at <= now
            && now.since(kept.made_at) < KEPT_S
            && kept.made_at.china_date() == now.china_date();
        (kept.size == size && is_fresh).then(|| Arc::clone(&kept.formed))
    }

    /// Keeps a page that was made when the log had at least `size` entries.
    pub fn put(&self, name: String, formed: Arc<Formed>, size: u64, now: UnixSeconds) {
        let weight = Held::weight(&name, &formed);
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.remove(&name);
        if held.bytes.saturating_add(weight) > PAGES_BYTES_MAX {
            // Few are asked for again and again; those come back at once.
            *held = Held::default();
        }
        held.bytes = held.bytes.saturating_add(weight);
        let kept = Kept {
            formed,
            size,
            made_at: now,
        };
        held.by_name.insert(name, kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(bytes: usize) -> Arc<Formed> {
        Arc::new(Formed {
            body: vec![0; bytes],
            meaning: [0; 16],
        })
    }

    /// Noon of a day in China.
    fn noon() -> UnixSeconds {
        UnixSeconds::default()
            .plus(1_795_000_000)
            .china_date()
            .begins()
            .plus(12 * 3_600)
    }

    #[test]
    fn a_page_is_given_until_something_is_recorded_or_half_a_minute_is_over() {
        let (pages, now) = (Pages::default(), noon());
        pages.put("s/1".into(), page(10), 7, now);
        assert!(pages.get("s/1", 7, now.plus(KEPT_S - 1)).is_some());
        assert!(pages.get("s/1", 8, now).is_none());
        assert!(pages.get("s/1", 7, now.plus(KEPT_S)).is_none());
        assert!(pages.get("s/1", 7, now.minus(1)).is_none());
        assert!(pages.get("s/2", 7, now).is_none());
    }

    #[test]
    fn no_page_outlives_its_day() {
        let pages = Pages::default();
        let late = noon().plus(12 * 3_600 - 1);
        pages.put("s/1".into(), page(10), 7, late);
        assert!(pages.get("s/1", 7, late).is_some());
        assert!(pages.get("s/1", 7, late.plus(1)).is_none());
    }

    #[test]
    fn pages_take_no_more_than_they_may() {
        let (pages, now) = (Pages::default(), noon());
        for n in 0..100 {
            pages.put(format!("s/{n}"), page(PAGES_BYTES_MAX / 10), 7, now);
            assert!(pages.0.lock().unwrap().bytes <= PAGES_BYTES_MAX);
        }
        assert!(pages.get("s/99", 7, now).is_some());
        assert!(pages.get("s/0", 7, now).is_none());
    }
}
