//! Which entries of the log are looked at for the daybook of some days, and in which book a record is told: that of
//! its own day, or where it came too late for it, that of the day on which it was recorded 补记. So every record is
//! in one, and no book looks further than its entries may lie.

use crate::app::AppError;
use crate::core::custody::{EntryKey, LogNo};
use crate::core::time::{ChinaDate, UnixSeconds};
use crate::store::Reader;
use std::collections::BTreeMap;
use std::ops::Range;

/// Days that are looked at in one request at most.
pub const DAYS_MAX: i64 = 31;

/// Days for which a record may be signed later than what it tells: entering papers of last week is common.
const SIGNED_WITHIN_DAYS: u64 = 7;

/// Days for which a record may come later than the last day: a phone that was in a drawer for a month.
const RECORDED_WITHIN_DAYS: u64 = 45;

/// A span of days, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub first: ChinaDate,
    /// The last.
    pub last: ChinaDate,
}

impl Days {
    /// Whether it is a span that is looked at: neither backwards nor longer than [`DAYS_MAX`].
    #[must_use]
    pub fn is_fit(self) -> bool {
        (0..DAYS_MAX).contains(&self.last.days_since(self.first))
    }

    /// Whether a day is one of them.
    pub fn has(self, day: ChinaDate) -> bool {
        self.first <= day && day <= self.last
    }

    /// Before when nothing was signed that may tell of these days.
    fn since(self) -> UnixSeconds {
        // A day of grace, since clocks of devices differ.
        let first = self.first.minus_days(1).unwrap_or(self.first);
        first.begins()
    }

    /// Entries that may tell of these days: from the first on, and as long as records may come late.
    pub(super) fn places(self, reader: &mut Reader<'_>) -> Result<Places, AppError> {
        let mut first_since = |day: Option<ChinaDate>| {
            let since = day.unwrap_or(self.last).begins();
            reader.first_since(LogNo::HOME, since)
        };
        // What is signed with a clock that is ahead may be recorded a little before.
        let told = first_since(self.first.minus_days(2))?..first_since(until(self.last))?;
        let recorded = first_since(Some(self.first))?..first_since(self.last.plus_days(1))?;
        Ok(Places {
            days: self,
            told,
            recorded,
            ends: BTreeMap::new(),
        })
    }

    /// Whether a record that was signed then is in time for these days.
    fn is_timely(self, said_at: UnixSeconds) -> bool {
        let until = self.last.plus_days(SIGNED_WITHIN_DAYS.saturating_add(1));
        said_at >= self.since() && until.is_none_or(|until| said_at < until.begins())
    }
}

/// The day from which on nothing is looked for that tells of this one.
fn until(day: ChinaDate) -> Option<ChinaDate> {
    day.plus_days(SIGNED_WITHIN_DAYS.saturating_add(RECORDED_WITHIN_DAYS))
}

/// Places in the log that are looked at for a span of days.
pub(super) struct Places {
    days: Days,
    /// What may tell of these days.
    pub(super) told: Range<EntryKey>,
    /// What was recorded in these days; it lies within.
    recorded: Range<EntryKey>,
    /// Where the search for what tells of other days ends.
    ends: BTreeMap<ChinaDate, EntryKey>,
}

/// What decides in which book a record is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct When {
    /// Its place.
    pub(super) entry: EntryKey,
    /// The day of which it tells.
    pub(super) day: ChinaDate,
    /// When it was signed, as its author says.
    pub(super) said_at: UnixSeconds,
}

impl Places {
    /// Whether a record is told in the book of these days, and if so, whether as one that came late: each is told
    /// in the book of one day alone, so that books can be added up.
    pub(super) fn tells(
        &mut self,
        reader: &mut Reader<'_>,
        when: When,
    ) -> Result<Option<bool>, AppError> {
        let own = Days {
            first: when.day,
            last: when.day,
        };
        let is_late = !own.is_timely(when.said_at) || self.end(reader, when.day)? <= when.entry;
        let is_here = match is_late {
            true => self.recorded.contains(&when.entry),
            false => self.days.has(when.day),
        };
        Ok(is_here.then_some(is_late))
    }

    /// Where the search for what tells of a day ends.
    fn end(&mut self, reader: &mut Reader<'_>, day: ChinaDate) -> Result<EntryKey, AppError> {
        if let Some(end) = self.ends.get(&day) {
            return Ok(*end);
        }
        let end = until(day).unwrap_or(day).begins();
        let end = reader.first_since(LogNo::HOME, end)?;
        self.ends.insert(day, end);
        Ok(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(first: &str, last: &str) -> Days {
        let day = |text| ChinaDate::parse(text).unwrap();
        Days {
            first: day(first),
            last: day(last),
        }
    }

    #[test]
    fn a_span_is_one_day_to_a_month_and_never_backwards() {
        assert!(days("2026-11-22", "2026-11-22").is_fit());
        assert!(days("2026-10-01", "2026-10-31").is_fit());
        assert!(!days("2026-10-01", "2026-11-01").is_fit());
        assert!(!days("2026-11-22", "2026-11-21").is_fit());
    }

    #[test]
    fn what_is_signed_a_week_later_is_still_found_and_what_was_signed_before_is_not() {
        let asked = days("2026-11-10", "2026-11-11");
        let signed = |day: &str| ChinaDate::parse(day).unwrap().begins();
        assert!(!asked.is_timely(signed("2026-11-08")));
        assert!(asked.is_timely(signed("2026-11-09")));
        assert!(asked.is_timely(signed("2026-11-18")));
        assert!(!asked.is_timely(signed("2026-11-19")));
    }
}
